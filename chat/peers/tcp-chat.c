/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "chat/peers/peers.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <locale.h>
#include <netinet/tcp.h>
#include <string.h>
#include <unistd.h>

#define CONNECT_TIME (15 * G_USEC_PER_SEC)
#define MAX_LINE (64 * 1024)
/* What the peer has not taken yet; while so much waits, nothing more is read from the user. */
#define MAX_WAITING (256 * 1024)
/* At the end, so that a peer that never stops does not keep us. */
#define MAX_LAST_READS 64

static void say(const char *format, ...) G_GNUC_PRINTF(1, 2);

static void say(const char *format, ...)
{
        va_list arguments;

        va_start(arguments, format);
        vfprintf(stderr, format, arguments);
        va_end(arguments);
        fputc('\n', stderr);
}

static void set_blocking(int fd, gboolean blocking)
{
        int flags = fcntl(fd, F_GETFL);

        fcntl(fd, F_SETFL, blocking ? flags & ~O_NONBLOCK : flags | O_NONBLOCK);
}

/* Connects within what is left of the time. Returns the socket, or -1 with *ret_reason (an errno). */
static int try_address(const Address *address, gint64 deadline, int *ret_reason)
{
        int fd = socket(address_get_family(address), SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        socklen_t size = sizeof *ret_reason;

        *ret_reason = 0;
        if (fd < 0 || (connect(fd, (const struct sockaddr *) &address->storage, address->length) != 0 && errno != EINPROGRESS)) {
                *ret_reason = errno;
                if (fd >= 0)
                        close(fd);
                return -1;
        }
        for (;;) {
                fd_set writable;
                int ready;

                FD_ZERO(&writable);
                FD_SET(fd, &writable);
                ready = wait_ready(fd + 1, NULL, &writable, deadline);
                if (ready < 0 && errno == EINTR && !interrupted)
                        continue;
                if (ready == 1)
                        getsockopt(fd, SOL_SOCKET, SO_ERROR, ret_reason, &size);
                else
                        *ret_reason = interrupted ? EINTR : ETIMEDOUT;
                break;
        }
        if (*ret_reason == 0)
                return fd;
        close(fd);
        return -1;
}

static int connect_to(GArray *addresses, int *ret_reason)
{
        gint64 deadline = g_get_monotonic_time() + CONNECT_TIME;
        int fd = -1;

        for (guint i = 0; i < addresses->len && fd < 0 && !interrupted; i++)
                fd = try_address(&g_array_index(addresses, Address, i), deadline, ret_reason);
        return fd;
}

/* Waits for a peer. -1 where none came: the user ended it, which *ret_quit tells from a failure. What else is typed
 * meanwhile is kept for the peer. */
static int accept_peer(int listener, LineInput *input, Address *ret_address, gboolean *ret_quit)
{
        for (;;) {
                fd_set readable;
                int fd;

                FD_ZERO(&readable);
                FD_SET(listener, &readable);
                if (!input->at_end && (!input->octets || input->octets->len < MAX_LINE))
                        FD_SET(STDIN_FILENO, &readable);
                wait_ready(listener + 1, &readable, NULL, G_MAXINT64);
                if (interrupted)
                        return -1;
                if (FD_ISSET(STDIN_FILENO, &readable) && !line_input_fill(input))
                        input->at_end = TRUE;
                *ret_quit = line_input_is_at_quit(input);
                if (*ret_quit)
                        return -1;
                if (!FD_ISSET(listener, &readable))
                        continue;
                ret_address->length = sizeof ret_address->storage;
                fd = accept4(listener, (struct sockaddr *) &ret_address->storage, &ret_address->length, SOCK_CLOEXEC);
                if (fd >= 0)
                        return fd;
                /* A peer that has gone again already: the next one. */
                if (errno != EINTR && errno != ECONNABORTED && errno != EAGAIN) {
                        say("tcp-chat: cannot accept a connection: %s", g_strerror(errno));
                        return -1;
                }
        }
}

static int listen_on(guint16 port, LineInput *input, gboolean *ret_quit)
{
        g_autoptr(GError) error = NULL;
        Address address = {0};
        g_autofree char *text = NULL;
        int family, fd, listener = bind_everywhere(port, SOCK_STREAM, &family, &error);

        if (listener < 0 || listen(listener, 1) != 0) {
                say("tcp-chat: %s", error ? error->message : g_strerror(errno));
                if (listener >= 0)
                        close(listener);
                return -1;
        }
        set_blocking(listener, FALSE);
        say("Listening on port %u for one peer.", port);
        fd = accept_peer(listener, input, &address, ret_quit);
        close(listener);
        if (fd < 0)
                return -1;
        address_unmap(&address);
        text = address_to_string(&address);
        say("%s has connected.", text);
        return fd;
}

/* Received lines are shown at once, whole; a part that does not end is shown when it is long or the end comes. */
static void show(GByteArray *received, gboolean at_end)
{
        for (;;) {
                const guint8 *feed = received->len > 0 ? memchr(received->data, '\n', received->len) : NULL;
                guint n = feed ? (guint) (feed - received->data) : received->len;

                if (!feed && !(received->len > MAX_LINE || (at_end && received->len > 0)))
                        return;
                /* The rest of a character that is not all there yet waits for it. */
                if (!feed && !at_end) {
                        const char *start = (const char *) received->data, *last = g_utf8_find_prev_char(start, start + n);

                        if (last && g_utf8_get_char_validated(last, start + n - last) == (gunichar) -2)
                                n = (guint) (last - start);
                }
                print_octets(stdout, (const char *) received->data, n);
                fputc('\n', stdout);
                fflush(stdout);
                g_byte_array_remove_range(received, 0, feed ? n + 1 : n);
        }
}

typedef struct {
        int fd;
        LineInput *input;
        GByteArray *waiting; /* typed, and not yet taken by the socket */
        GByteArray *received;
        gboolean quitting; /* :q or the end of input: close once all is sent */
} Chat;

/* Each line is one send: so that each leaves in a segment of its own where the connection is idle. */
static gboolean send_waiting(Chat *self)
{
        while (self->waiting->len > 0) {
                const guint8 *feed = memchr(self->waiting->data, '\n', self->waiting->len);
                gsize length = feed ? (gsize) (feed - self->waiting->data) + 1 : self->waiting->len;
                gssize n = send(self->fd, self->waiting->data, length, MSG_NOSIGNAL);

                if (n < 0)
                        return errno == EAGAIN || errno == EINTR;
                g_byte_array_remove_range(self->waiting, 0, (guint) n);
        }
        return TRUE;
}

static void take_lines(Chat *self)
{
        while (!self->quitting && self->waiting->len < MAX_WAITING) {
                g_autoptr(GString) line = line_input_take(self->input, MAX_LINE);

                if (!line) {
                        self->quitting = self->input->at_end;
                        return;
                }
                if (!self->input->continued && is_quit(line->str, line->len))
                        self->quitting = TRUE;
                else
                        g_byte_array_append(self->waiting, (const guint8 *) line->str, (guint) line->len);
        }
}

/* FALSE ends the chat. */
static gboolean receive(Chat *self, int *ret_status)
{
        guint8 buffer[16384];
        gssize n = recv(self->fd, buffer, sizeof buffer, 0);

        if (n < 0 && (errno == EAGAIN || errno == EINTR))
                return TRUE;
        if (n > 0) {
                g_byte_array_append(self->received, buffer, (guint) n);
                show(self->received, FALSE);
                return TRUE;
        }
        show(self->received, TRUE);
        if (n == 0) {
                say("The other side has closed the connection.");
        } else {
                say("The connection was reset by the other side: the chat has ended (%s).", g_strerror(errno));
                *ret_status = 1;
        }
        return FALSE;
}

/* Ends our side with a FIN. Closing a socket with unread octets in it would send a reset instead, which can destroy
 * what the other side has not read yet: they are read first, and shown. */
static void finish(Chat *self)
{
        guint8 buffer[16384];
        gssize n;

        shutdown(self->fd, SHUT_WR);
        for (guint i = 0; i < MAX_LAST_READS && (n = recv(self->fd, buffer, sizeof buffer, MSG_DONTWAIT)) > 0; i++) {
                g_byte_array_append(self->received, buffer, (guint) n);
                show(self->received, FALSE);
        }
        show(self->received, TRUE);
}

static int chat(int fd, LineInput *input)
{
        g_autoptr(GByteArray) waiting = g_byte_array_new(), received = g_byte_array_new();
        Chat self = {.fd = fd, .input = input, .waiting = waiting, .received = received};
        gboolean said_waiting = FALSE;
        int status = 0;

        set_blocking(fd, FALSE);
        for (;;) {
                fd_set readable, writable;

                take_lines(&self);
                if (!send_waiting(&self)) {
                        /* Anything that was received before the reset is still shown. */
                        gboolean open;

                        do
                                errno = 0;
                        while ((open = receive(&self, &status)) && errno != EAGAIN);
                        if (open)
                                say("The connection was lost: the chat has ended.");
                        status = 1;
                        break;
                }
                if ((self.quitting && waiting->len == 0) || interrupted) {
                        finish(&self);
                        break;
                }
                if (self.quitting && !said_waiting) {
                        say("The other side has not received everything yet; press Ctrl-C to quit anyway.");
                        said_waiting = TRUE;
                }
                FD_ZERO(&readable);
                FD_ZERO(&writable);
                FD_SET(fd, &readable);
                if (!self.quitting && !input->at_end && waiting->len < MAX_WAITING)
                        FD_SET(STDIN_FILENO, &readable);
                if (waiting->len > 0)
                        FD_SET(fd, &writable);
                wait_ready(fd + 1, &readable, &writable, G_MAXINT64);
                if (FD_ISSET(fd, &readable) && !receive(&self, &status))
                        break;
                if (FD_ISSET(STDIN_FILENO, &readable) && !line_input_fill(input))
                        self.quitting = TRUE;
        }
        close(fd);
        return status;
}

int main(int argc, char **argv)
{
        g_autoptr(GOptionContext) context = g_option_context_new("[ADDRESS] PORT");
        g_autoptr(GError) error = NULL;
        g_autoptr(GArray) addresses = NULL;
        LineInput input = {0};
        gboolean version = FALSE, quit = FALSE;
        const GOptionEntry entries[] = {
                {"version", 0, 0, G_OPTION_ARG_NONE, &version, "Print the version and exit", NULL},
                {NULL},
        };
        int fd = -1, reason = 0, status;
        guint16 port;

        setlocale(LC_ALL, "");
        g_set_prgname("tcp-chat");
        g_option_context_add_main_entries(context, entries, NULL);
        g_option_context_set_summary(context, "Chats with one peer over TCP: each line typed is sent as it is.");
        g_option_context_set_description(context,
                                         "With PORT alone it listens; with an ADDRESS (or a host's name) it connects, and listens\n"
                                         "on that port if nobody answers. “:q” alone on a line ends the chat.\n\n"
                                         "Example:\n  tcp-chat 8090              on one host\n  tcp-chat 192.0.2.1 8090    on the other");
        if (!g_option_context_parse(context, &argc, &argv, &error)) {
                say("tcp-chat: %s; see “tcp-chat --help”", error->message);
                return 2;
        }
        if (version) {
                puts("tcp-chat " CHATSNIFF_VERSION);
                return 0;
        }
        if (argc != 2 && argc != 3) {
                say("tcp-chat: give PORT, or ADDRESS PORT; see “tcp-chat --help”");
                return 2;
        }
        if (!parse_port(argv[argc - 1], &port))
                return 2;
        if (argc == 3) {
                addresses = resolve(argv[1], port, SOCK_STREAM, &error);
                if (!addresses) {
                        say("tcp-chat: %s", error->message);
                        return 1;
                }
        }
        catch_signals();
        if (addresses) {
                fd = connect_to(addresses, &reason);
                if (fd >= 0)
                        say("Connected to %s port %u.", argv[1], port);
                else if (!interrupted)
                        say("No connection to %s port %u: %s.", argv[1], port, g_strerror(reason));
        }
        if (fd < 0 && !interrupted)
                fd = listen_on(port, &input, &quit);
        status = fd >= 0 ? chat(fd, &input) : quit ? 0 : 1;
        line_input_clear(&input);
        return status;
}
