/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "chat/peers/console.h"
#include "chat/peers/udp-client.h"
#include "chat/peers/udp-server.h"

#include <errno.h>
#include <locale.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#define MAX_LINE (64 * 1024)
#define TOO_LONG "That line is too long, and was not sent: at most 65536 bytes."
/* A datagram of any length is received whole. */
#define MAX_DATAGRAM 65536
/* How long to wait if the interface cannot take a datagram at once, as happens with a long text. */
#define SEND_TIME 1000 /* milliseconds */
/* Datagrams taken in one go: enough to keep a long list from overflowing the socket's buffer, few enough not to keep
 * the user waiting. */
#define MAX_BURST 64

typedef struct {
        int fd, family;
        guint16 port;          /* the source port of what is sent */
        int group_fd;          /* -1: in no group */
        const Address *server; /* NULL if this is the server */
        Console *console;
} Socket;

static void send_datagram(const Address *destination, const char *octets, gsize length, gpointer user_data)
{
        const Socket *self = user_data;
        struct pollfd writable = {.fd = self->fd, .events = POLLOUT};
        Address address;
        gssize n;

        address_for_socket(destination, self->family, &address);
        do
                n = sendto(self->fd, octets, length, MSG_NOSIGNAL | MSG_DONTWAIT, (struct sockaddr *) &address.storage,
                           address.length);
        while (n < 0 && errno == EAGAIN && poll(&writable, 1, SEND_TIME) == 1);
        /* An ICMP error about an earlier datagram says nothing about this one. */
        if (n < 0 && errno != ECONNREFUSED)
                console_say(self->console, "udp-chat: cannot send: %s", g_strerror(errno));
}

/* Returns FALSE if no datagram is there after all. */
static gboolean receive_datagram(int fd, Address *source, char *octets, gsize room, gsize *ret_length)
{
        gssize n;

        source->length = sizeof source->storage;
        n = recvfrom(fd, octets, room, MSG_DONTWAIT, (struct sockaddr *) &source->storage, &source->length);
        if (n < 0)
                return FALSE;
        address_unmap(source);
        *ret_length = (gsize) n;
        return TRUE;
}

static void show_note(const char *text, gpointer user_data)
{
        console_note(((const Socket *) user_data)->console, text);
}

static int serve(Socket *self, guint16 port, gboolean multicast)
{
        g_autoptr(UdpServer) server = udp_server_new(send_datagram, show_note, self);
        gboolean quit = FALSE;

        /* Another port than the server's: only traffic with the server shall have the server's port. */
        if (multicast)
                udp_server_use_groups(server, port < G_MAXUINT16 ? port + 1 : port - 1);
        console_set_prompt(self->console, "(:q quits) ");
        console_say(self->console, "Serving on port %u%s; “:q” or Ctrl-C ends it.", port,
                    multicast ? ", with a multicast group for each room" : "");
        while (!interrupted && !quit) {
                static char octets[MAX_DATAGRAM];
                fd_set readable;
                Address source;
                gsize length;
                GString *line;

                FD_ZERO(&readable);
                FD_SET(self->fd, &readable);
                /* A server may run without a terminal: the end of input does not end it. */
                console_wait(self->console, self->fd, &readable, NULL, G_MAXINT64);
                for (guint i = 0; i < MAX_BURST && FD_ISSET(self->fd, &readable) &&
                                  receive_datagram(self->fd, &source, octets, sizeof octets, &length);
                     i++)
                        udp_server_handle(server, &source, octets, length);
                while ((line = console_take(self->console, MAX_LINE))) {
                        quit |= !console_is_continued(self->console) && is_quit(line->str, line->len);
                        if (!quit && console_is_edited(self->console))
                                console_say(self->console, "This is the server: it takes no messages. “:q” ends it.");
                        g_string_free(line, TRUE);
                }
        }
        return 0;
}

static void show_line(const char *text, gsize length, gpointer user_data)
{
        console_show(((const Socket *) user_data)->console, text, length);
}

static void show_message(const ChatSlice *name, const ChatSlice *text, gpointer user_data)
{
        console_show_message(((const Socket *) user_data)->console, name->start, name->length, text->start,
                             text->length);
}

static gboolean is_own(const Address *address, gpointer user_data)
{
        return address_get_port(address) == ((const Socket *) user_data)->port && address_is_local(address);
}

static gboolean listen_to_group(const Address *group, gpointer user_data)
{
        Socket *self = user_data;
        g_autoptr(GError) error = NULL;

        if (self->group_fd >= 0)
                close(self->group_fd);
        self->group_fd = -1;
        if (!group)
                return TRUE;
        if (multicast_prepare_sender(self->fd, self->family, group, self->server, &error))
                self->group_fd = multicast_listen(group, self->server, &error);
        if (self->group_fd < 0)
                console_say(self->console, "udp-chat: %s", error->message);
        return self->group_fd >= 0;
}

/* Hands a line to the client. A line longer than MAX_LINE is dropped as a whole: its pieces could look like commands.
 */
static void take_line(Socket *self, UdpClient *client, const GString *line)
{
        if (console_is_continued(self->console))
                return;
        if (console_is_unfinished(self->console))
                show_line(TOO_LONG, strlen(TOO_LONG), self);
        else
                udp_client_line(client, line->str, line->len, g_get_monotonic_time());
}

/* Hands the next line, or the end of the input, to the client if it is ready for it. Returns FALSE if nothing was done.
 */
static gboolean take_input(Socket *self, UdpClient *client)
{
        UdpClientState state = udp_client_get_state(client);
        gboolean typed_ahead;
        const char *next;
        GString *line;
        gsize length;

        /* What is typed before the server has answered waits. */
        if (state != UDP_CLIENT_NAMELESS && state != UDP_CLIENT_REGISTERED)
                return FALSE;
        next = console_peek(self->console, &length, &typed_ahead);
        if (next && typed_ahead && udp_client_should_wait(client, next, length))
                return FALSE;
        line = console_take(self->console, MAX_LINE);
        if (line) {
                take_line(self, client, line);
                g_string_free(line, TRUE);
                return TRUE;
        }
        if (!console_is_over(self->console) || udp_client_is_busy(client))
                return FALSE;
        if (state == UDP_CLIENT_NAMELESS)
                console_say(self->console, "udp-chat: the input ended before a name was given");
        udp_client_leave(client, g_get_monotonic_time());
        return TRUE;
}

static void receive(int fd, gboolean via_group, UdpClient *client)
{
        static char octets[MAX_DATAGRAM];
        Address source;
        gsize length;

        for (guint i = 0; i < MAX_BURST && receive_datagram(fd, &source, octets, sizeof octets, &length); i++)
                udp_client_datagram(client, &source, via_group, octets, length, g_get_monotonic_time());
}

static void wait_for_news(Socket *self, UdpClient *client)
{
        int group_fd = self->group_fd;
        fd_set readable;

        FD_ZERO(&readable);
        FD_SET(self->fd, &readable);
        if (group_fd >= 0)
                FD_SET(group_fd, &readable);
        console_wait(self->console, MAX(self->fd, group_fd), &readable, NULL, udp_client_get_deadline(client));
        if (FD_ISSET(self->fd, &readable))
                receive(self->fd, FALSE, client);
        /* Unless what was just received has made us leave the group. */
        if (group_fd >= 0 && group_fd == self->group_fd && FD_ISSET(group_fd, &readable))
                receive(group_fd, TRUE, client);
        udp_client_tick(client, g_get_monotonic_time());
}

static int talk(Socket *self, const char *name)
{
        const UdpClientHooks hooks = {send_datagram, show_line, show_message, is_own, listen_to_group, self};
        g_autoptr(UdpClient) client = udp_client_new(self->server, &hooks);
        gboolean unnamed = FALSE;

        console_set_commands(self->console, udp_client_get_commands());
        if (name)
                udp_client_line(client, name, strlen(name), g_get_monotonic_time());
        else if (!console_is_edited(self->console))
                show_line("Your name:", strlen("Your name:"), self);
        while (udp_client_get_state(client) != UDP_CLIENT_GONE) {
                UdpClientState state = udp_client_get_state(client);
                g_autofree char *prompt = udp_client_get_prompt(client);

                if (interrupted && state != UDP_CLIENT_LEAVING) {
                        udp_client_leave(client, g_get_monotonic_time());
                        continue;
                }
                console_set_prompt(self->console, prompt);
                /* The server has refused --name. The next lines of a script or a pipe are not meant as a name; a person
                 * at a terminal sees the prompt and can type another. */
                if (name && state == UDP_CLIENT_NAMELESS && !console_is_edited(self->console)) {
                        console_say(self->console, "udp-chat: choose another --name, or leave it out");
                        return 1;
                }
                if (take_input(self, client)) {
                        unnamed = state == UDP_CLIENT_NAMELESS && udp_client_get_state(client) == UDP_CLIENT_GONE &&
                                  console_is_over(self->console);
                        continue;
                }
                wait_for_news(self, client);
        }
        listen_to_group(NULL, self);
        return unnamed || udp_client_has_failed(client) ? 1 : 0;
}

static int usage(const char *reason)
{
        fprintf(stderr, "udp-chat: %s; see “udp-chat --help”\n", reason);
        return 2;
}

static int fail(const GError *error)
{
        fprintf(stderr, "udp-chat: %s\n", error->message);
        return 1;
}

/* server: the address that a client talks to; NULL to be the server. */
static int
run(guint16 port, const Address *server, const char *name, gboolean multicast, const char *script, double pace)
{
        g_autoptr(GError) error = NULL;
        g_autoptr(Console) console = NULL;
        Socket self = {.group_fd = -1, .server = server};
        Address own = {.length = sizeof own.storage};
        int status;

        catch_signals();
        /* A client takes any free port. */
        self.fd = bind_everywhere(server ? 0 : port, SOCK_DGRAM, &self.family, &error);
        if (self.fd < 0)
                return fail(error);
        if (getsockname(self.fd, (struct sockaddr *) &own.storage, &own.length) == 0)
                self.port = address_get_port(&own);
        self.console = console = console_new(script, pace, &error);
        if (!console)
                status = fail(error);
        else
                status = server ? talk(&self, name) : serve(&self, port, multicast);
        close(self.fd);
        return status;
}

int main(int argc, char **argv)
{
        g_autoptr(GOptionContext) context = g_option_context_new("[ADDRESS] PORT");
        g_autoptr(GError) error = NULL;
        g_autoptr(GArray) addresses = NULL;
        g_autofree char *name = NULL, *script = NULL;
        gboolean version = FALSE, multicast = FALSE;
        double pace = 0;
        const GOptionEntry entries[] = {
                {"name", 0, 0, G_OPTION_ARG_STRING, &name, "Register as NAME instead of asking for one", "NAME"},
                {"multicast", 0, 0, G_OPTION_ARG_NONE, &multicast, "As the server, give each room a multicast group",
                 NULL},
                {"script", 0, 0, G_OPTION_ARG_FILENAME, &script, "Run the lines of FILE before those that are typed",
                 "FILE"},
                {"pace", 0, 0, G_OPTION_ARG_DOUBLE, &pace, "Wait SECONDS before each line of the script", "SECONDS"},
                {"version", 0, 0, G_OPTION_ARG_NONE, &version, "Print the version and exit", NULL},
                {NULL},
        };
        guint16 port;

        setlocale(LC_ALL, "");
        g_set_prgname("udp-chat");
        g_option_context_add_main_entries(context, entries, NULL);
        g_option_context_set_summary(context, "Chats over UDP: a server with an address book and rooms, and "
                                              "clients that talk to each other.");
        g_option_context_set_description(
                context, "With PORT alone it is the server; with the server's ADDRESS (or host name) it is a "
                         "client.\n"
                         "What a client types goes to all its peers; $help lists its commands, “:q” ends it.\n\n"
                         "Example:\n  udp-chat 8090              on the server\n  udp-chat 192.0.2.1 8090    on the "
                         "others");
        if (!g_option_context_parse(context, &argc, &argv, &error))
                return usage(error->message);
        if (version) {
                puts("udp-chat " CHATSNIFF_VERSION);
                return 0;
        }
        if (argc != 2 && argc != 3)
                return usage("give PORT, or ADDRESS PORT");
        if (argc == 3 && multicast)
                return usage("--multicast is for the server, which takes no ADDRESS");
        if (argc == 2 && (name || script))
                return usage("--name and --script are for a client, which needs the server's ADDRESS");
        if (!parse_port(argv[argc - 1], &port))
                return 2;
        if (argc == 2)
                return run(port, NULL, NULL, multicast, NULL, 0);
        addresses = resolve(argv[1], port, SOCK_DGRAM, &error);
        if (!addresses)
                return fail(error);
        address_unmap(&g_array_index(addresses, Address, 0));
        return run(port, &g_array_index(addresses, Address, 0), name, FALSE, script, pace);
}
