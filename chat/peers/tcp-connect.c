/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "chat/peers/tcp-connect.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <unistd.h>

#define CONNECT_TIME (15 * G_USEC_PER_SEC)

static void set_nonblocking(int fd)
{
        fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

/* Connects within what is left of the time. Returns the socket, or -1 with *ret_reason (an errno). */
static int try_address(const Address *address, Console *console, gint64 deadline, int *ret_reason)
{
        int fd = socket(address_get_family(address), SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        socklen_t size = sizeof *ret_reason;
        fd_set readable, writable;

        *ret_reason = 0;
        if (fd < 0 ||
            (connect(fd, (const struct sockaddr *) &address->storage, address->length) != 0 && errno != EINPROGRESS)) {
                *ret_reason = errno;
                if (fd >= 0)
                        close(fd);
                return -1;
        }
        do {
                FD_ZERO(&readable);
                FD_ZERO(&writable);
                FD_SET(fd, &writable);
                console_wait(console, fd, &readable, &writable, deadline);
        } while (!FD_ISSET(fd, &writable) && !interrupted && g_get_monotonic_time() < deadline);
        if (FD_ISSET(fd, &writable))
                getsockopt(fd, SOL_SOCKET, SO_ERROR, ret_reason, &size);
        else
                *ret_reason = interrupted ? EINTR : ETIMEDOUT;
        if (*ret_reason == 0)
                return fd;
        close(fd);
        return -1;
}

int tcp_connect(GArray *addresses, Console *console, int *ret_reason)
{
        gint64 deadline = g_get_monotonic_time() + CONNECT_TIME;
        int fd = -1;

        for (guint i = 0; i < addresses->len && fd < 0 && !interrupted; i++)
                fd = try_address(&g_array_index(addresses, Address, i), console, deadline, ret_reason);
        return fd;
}

/* “:q” ends the wait; all other lines that are typed meanwhile are kept for the peer. */
static int accept_peer(int listener, Console *console, Address *ret_address, gboolean *ret_quit)
{
        for (;;) {
                fd_set readable;
                int fd;

                *ret_quit = console_is_at_quit(console);
                if (*ret_quit || interrupted)
                        return -1;
                FD_ZERO(&readable);
                FD_SET(listener, &readable);
                console_wait(console, listener, &readable, NULL, G_MAXINT64);
                if (!FD_ISSET(listener, &readable))
                        continue;
                ret_address->length = sizeof ret_address->storage;
                fd = accept4(listener, (struct sockaddr *) &ret_address->storage, &ret_address->length,
                             SOCK_CLOEXEC | SOCK_NONBLOCK);
                if (fd >= 0)
                        return fd;
                /* If a peer has gone already, wait for the next one. */
                if (errno != EINTR && errno != ECONNABORTED && errno != EAGAIN) {
                        console_say(console, "tcp-chat: cannot accept a connection: %s", g_strerror(errno));
                        return -1;
                }
        }
}

int tcp_listen(guint16 port, Console *console, gboolean *ret_quit)
{
        g_autoptr(GError) error = NULL;
        Address address = {0};
        g_autofree char *text = NULL;
        int family, fd, listener = bind_everywhere(port, SOCK_STREAM, &family, &error);

        if (listener < 0 || listen(listener, 1) != 0) {
                console_say(console, "tcp-chat: %s", error ? error->message : g_strerror(errno));
                if (listener >= 0)
                        close(listener);
                return -1;
        }
        set_nonblocking(listener);
        console_say(console, "Listening on port %u for one peer.", port);
        fd = accept_peer(listener, console, &address, ret_quit);
        close(listener);
        if (fd < 0)
                return -1;
        address_unmap(&address);
        text = address_to_string(&address);
        console_say(console, "%s has connected.", text);
        return fd;
}
