/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "chat/peers/peers.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <netdb.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

volatile sig_atomic_t interrupted;
static sigset_t waiting_mask;

static void on_signal(int number)
{
        interrupted = 1;
}

void catch_signal(int number, void (*handler)(int number), int flags)
{
        struct sigaction action = {.sa_handler = handler, .sa_flags = flags};
        sigset_t blocked;

        /* Outside wait_ready() the signal stays blocked. Otherwise it could arrive between a test of the flag and the
         * wait, and the wait would not notice it. */
        sigemptyset(&blocked);
        sigaddset(&blocked, number);
        sigprocmask(SIG_BLOCK, &blocked, NULL);
        sigdelset(&waiting_mask, number);
        sigemptyset(&action.sa_mask);
        sigaction(number, &action, NULL);
}

void catch_signals(void)
{
        struct sigaction hangup;

        /* If one of the three is closed, a socket would get its number and be used as that stream. */
        for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
                if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDWR) < 0)
                        exit(1);
        sigprocmask(SIG_BLOCK, NULL, &waiting_mask);
        catch_signal(SIGINT, on_signal, SA_RESETHAND);
        catch_signal(SIGTERM, on_signal, SA_RESETHAND);
        /* SIGHUP says that the terminal was closed. nohup(1) has it ignored, so that the program goes on. */
        if (sigaction(SIGHUP, NULL, &hangup) == 0 && hangup.sa_handler != SIG_IGN)
                catch_signal(SIGHUP, on_signal, SA_RESETHAND);
        signal(SIGPIPE, SIG_IGN);
}

int wait_ready(int n_fds, fd_set *readable, fd_set *writable, gint64 deadline)
{
        gint64 left = deadline == G_MAXINT64 ? 0 : MAX(deadline - g_get_monotonic_time(), 0);
        struct timespec time = {.tv_sec = left / G_USEC_PER_SEC, .tv_nsec = left % G_USEC_PER_SEC * 1000};
        int ready = pselect(n_fds, readable, writable, NULL, deadline == G_MAXINT64 ? NULL : &time, &waiting_mask);

        if (ready < 0) {
                if (readable)
                        FD_ZERO(readable);
                if (writable)
                        FD_ZERO(writable);
        }
        return ready;
}

int address_get_family(const Address *self)
{
        return self->storage.ss_family;
}

guint16 address_get_port(const Address *self)
{
        return ntohs(self->storage.ss_family == AF_INET ? ((const struct sockaddr_in *) &self->storage)->sin_port :
                                                          ((const struct sockaddr_in6 *) &self->storage)->sin6_port);
}

char *address_get_host(const Address *self)
{
        char host[NI_MAXHOST] = "?";

        getnameinfo((const struct sockaddr *) &self->storage, self->length, host, sizeof host, NULL, 0, NI_NUMERICHOST);
        return g_strdup(host);
}

char *address_get_literal(const Address *self)
{
        char *host = address_get_host(self);

        host[strcspn(host, "%")] = '\0';
        return host;
}

gboolean address_is_multicast(const Address *self)
{
        const struct sockaddr_in *four = (const void *) &self->storage;
        const struct sockaddr_in6 *six = (const void *) &self->storage;

        return self->storage.ss_family == AF_INET ? IN_MULTICAST(ntohl(four->sin_addr.s_addr)) :
                                                    IN6_IS_ADDR_MULTICAST(&six->sin6_addr);
}

gboolean address_is_local(const Address *self)
{
        int fd = socket(self->storage.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        Address any_port = *self;
        gboolean local;

        if (self->storage.ss_family == AF_INET)
                ((struct sockaddr_in *) &any_port.storage)->sin_port = 0;
        else
                ((struct sockaddr_in6 *) &any_port.storage)->sin6_port = 0;
        local = fd >= 0 && !address_is_multicast(self) &&
                bind(fd, (const struct sockaddr *) &any_port.storage, any_port.length) == 0;
        if (fd >= 0)
                close(fd);
        return local;
}

void address_take_zone(Address *self, const Address *neighbour)
{
        struct sockaddr_in6 *six = (void *) &self->storage;
        const struct sockaddr_in6 *other = (const void *) &neighbour->storage;

        if (self->storage.ss_family == AF_INET6 && neighbour->storage.ss_family == AF_INET6 &&
            six->sin6_scope_id == 0 && IN6_IS_ADDR_LINKLOCAL(&six->sin6_addr))
                six->sin6_scope_id = other->sin6_scope_id;
}

char *address_to_string(const Address *self)
{
        g_autofree char *host = address_get_host(self);

        return g_strdup_printf(self->storage.ss_family == AF_INET6 ? "[%s]:%u" : "%s:%u", host, address_get_port(self));
}

gboolean address_is_same_host(const Address *a, const Address *b)
{
        const struct sockaddr_in *a4 = (const void *) &a->storage, *b4 = (const void *) &b->storage;
        const struct sockaddr_in6 *a6 = (const void *) &a->storage, *b6 = (const void *) &b->storage;

        if (a->storage.ss_family != b->storage.ss_family)
                return FALSE;
        if (a->storage.ss_family == AF_INET)
                return a4->sin_addr.s_addr == b4->sin_addr.s_addr;
        return memcmp(&a6->sin6_addr, &b6->sin6_addr, sizeof a6->sin6_addr) == 0 &&
               a6->sin6_scope_id == b6->sin6_scope_id;
}

gboolean address_equal(const Address *a, const Address *b)
{
        return address_is_same_host(a, b) && address_get_port(a) == address_get_port(b);
}

void address_unmap(Address *self)
{
        const struct sockaddr_in6 *six = (const void *) &self->storage;
        struct sockaddr_in four = {.sin_family = AF_INET};

        if (self->storage.ss_family != AF_INET6 || !IN6_IS_ADDR_V4MAPPED(&six->sin6_addr))
                return;
        four.sin_port = six->sin6_port;
        memcpy(&four.sin_addr, six->sin6_addr.s6_addr + 12, 4);
        memset(&self->storage, 0, sizeof self->storage);
        memcpy(&self->storage, &four, sizeof four);
        self->length = sizeof four;
}

void address_for_socket(const Address *self, int family, Address *ret_address)
{
        const struct sockaddr_in *four = (const void *) &self->storage;
        struct sockaddr_in6 six = {.sin6_family = AF_INET6};

        *ret_address = *self;
        if (family != AF_INET6 || self->storage.ss_family != AF_INET)
                return;
        six.sin6_port = four->sin_port;
        six.sin6_addr.s6_addr[10] = six.sin6_addr.s6_addr[11] = 0xff;
        memcpy(six.sin6_addr.s6_addr + 12, &four->sin_addr, 4);
        memcpy(&ret_address->storage, &six, sizeof six);
        ret_address->length = sizeof six;
}

gboolean address_from_literal(const char *host, const char *port, Address *ret_address)
{
        struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV, .ai_socktype = SOCK_DGRAM}, *found;

        if (getaddrinfo(host, port, &hints, &found) != 0)
                return FALSE;
        memset(ret_address, 0, sizeof *ret_address);
        memcpy(&ret_address->storage, found->ai_addr, found->ai_addrlen);
        ret_address->length = found->ai_addrlen;
        freeaddrinfo(found);
        return TRUE;
}

gboolean parse_port(const char *text, guint16 *ret_port)
{
        guint64 value;

        if (!g_ascii_string_to_unsigned(text, 10, 1, 65535, &value, NULL)) {
                fprintf(stderr, "%s: “%s” is not a port number (1 to 65535)\n", g_get_prgname(), text);
                return FALSE;
        }
        *ret_port = (guint16) value;
        return TRUE;
}

GArray *resolve(const char *host, guint16 port, int type, GError **error)
{
        struct addrinfo hints = {.ai_socktype = type, .ai_flags = AI_NUMERICSERV}, *all;
        g_autofree char *service = g_strdup_printf("%u", port);
        GArray *addresses;
        int status = getaddrinfo(host, service, &hints, &all);

        if (status != 0) {
                g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "“%s” is an unknown host: %s", host,
                            gai_strerror(status));
                return NULL;
        }
        addresses = g_array_new(FALSE, TRUE, sizeof(Address));
        for (const struct addrinfo *one = all; one; one = one->ai_next) {
                Address address = {.length = one->ai_addrlen};

                memcpy(&address.storage, one->ai_addr, one->ai_addrlen);
                g_array_append_val(addresses, address);
        }
        freeaddrinfo(all);
        return addresses;
}

int bind_everywhere(guint16 port, int type, int *ret_family, GError **error)
{
        struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons(port), .sin6_addr = in6addr_any};
        struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = htons(port)};
        int yes = 1, no = 0, status, fd = socket(AF_INET6, type | SOCK_CLOEXEC, 0);

        *ret_family = AF_INET6;
        if (fd >= 0 && setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &no, sizeof no) != 0) {
                close(fd);
                fd = -1;
        }
        /* The host has no IPv6. */
        if (fd < 0) {
                *ret_family = AF_INET;
                fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);
        }
        if (fd < 0) {
                g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "cannot create a socket: %s", g_strerror(errno));
                return -1;
        }
        if (type == SOCK_STREAM)
                setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
        status = *ret_family == AF_INET6 ? bind(fd, (struct sockaddr *) &six, sizeof six) :
                                           bind(fd, (struct sockaddr *) &four, sizeof four);
        if (status != 0) {
                g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "port %u cannot be used: %s", port,
                            errno == EADDRINUSE ? "another program uses it" : g_strerror(errno));
                close(fd);
                return -1;
        }
        return fd;
}
