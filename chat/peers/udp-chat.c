/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "chat/peers/udp-client.h"
#include "chat/peers/udp-server.h"

#include <errno.h>
#include <locale.h>
#include <string.h>
#include <unistd.h>

#define MAX_LINE (64 * 1024)
#define TOO_LONG "That line is too long, and was not sent: at most 65536 bytes."

typedef struct {
        int fd, family;
} Socket;

static void send_datagram(const Address *destination, const char *octets, gsize length, gpointer user_data)
{
        const Socket *self = user_data;
        Address address;

        address_for_socket(destination, self->family, &address);
        /* What cannot be sent is lost, as any datagram may be. */
        if (sendto(self->fd, octets, length, MSG_NOSIGNAL | MSG_DONTWAIT, (struct sockaddr *) &address.storage,
                   address.length) < 0 &&
            errno != EAGAIN && errno != ECONNREFUSED)
                fprintf(stderr, "udp-chat: cannot send: %s\n", g_strerror(errno));
}

/* FALSE where nothing came after all. */
static gboolean receive_datagram(const Socket *self, Address *source, char *octets, gsize room, gsize *ret_length)
{
        gssize n;

        source->length = sizeof source->storage;
        n = recvfrom(self->fd, octets, room, MSG_DONTWAIT, (struct sockaddr *) &source->storage, &source->length);
        if (n < 0)
                return FALSE;
        address_unmap(source);
        *ret_length = (gsize) n;
        return TRUE;
}

/* Waits for the socket, standard input (if wanted) or the time. */
static void wait_for_input(const Socket *self, gboolean want_input, gint64 deadline, gboolean *ret_datagram, gboolean *ret_input)
{
        fd_set readable;

        FD_ZERO(&readable);
        FD_SET(self->fd, &readable);
        if (want_input)
                FD_SET(STDIN_FILENO, &readable);
        wait_ready(self->fd + 1, &readable, NULL, deadline);
        *ret_datagram = FD_ISSET(self->fd, &readable);
        *ret_input = want_input && FD_ISSET(STDIN_FILENO, &readable);
}

static void show_note(const char *text, gpointer user_data)
{
        print_octets(stdout, text, strlen(text));
        fputc('\n', stdout);
        fflush(stdout);
}

static int serve(Socket *self, guint16 port)
{
        g_autoptr(UdpServer) server = udp_server_new(send_datagram, show_note, self);
        LineInput input = {0};
        gboolean quit = FALSE;

        fprintf(stderr, "Serving on port %u; “:q” or Ctrl-C ends it.\n", port);
        while (!interrupted && !quit) {
                gboolean datagram, typed;
                char octets[CHAT_RECEIVE_LIMIT];
                Address source;
                gsize length;
                GString *line;

                /* A server may run without a terminal: the end of input does not end it. */
                wait_for_input(self, !input.at_end, G_MAXINT64, &datagram, &typed);
                if (datagram && receive_datagram(self, &source, octets, sizeof octets, &length))
                        udp_server_handle(server, &source, octets, length);
                if (typed && !line_input_fill(&input))
                        input.at_end = TRUE;
                while ((line = line_input_take(&input, MAX_LINE))) {
                        quit |= !input.continued && is_quit(line->str, line->len);
                        g_string_free(line, TRUE);
                }
        }
        line_input_clear(&input);
        return 0;
}

static void show_line(const char *text, gsize length, gpointer user_data)
{
        print_octets(stdout, text, length);
        fputc('\n', stdout);
        fflush(stdout);
}

/* A line too long to have been typed is left out, whole: its middle could be anything, a command too. */
static void take_line(UdpClient *client, const LineInput *input, const GString *line)
{
        if (!input->continued && !(input->unfinished && !input->at_end))
                udp_client_line(client, line->str, line->len, g_get_monotonic_time());
        else if (!input->continued)
                show_line(TOO_LONG, strlen(TOO_LONG), NULL);
}

static int talk(Socket *self, const Address *server, const char *name)
{
        const UdpClientHooks hooks = {send_datagram, show_line, self};
        g_autoptr(UdpClient) client = udp_client_new(server, &hooks);
        LineInput input = {0};
        gboolean unnamed = FALSE;

        if (name)
                udp_client_line(client, name, strlen(name), g_get_monotonic_time());
        else
                show_line("Your name:", strlen("Your name:"), NULL);
        while (udp_client_get_state(client) != UDP_CLIENT_GONE) {
                UdpClientState state = udp_client_get_state(client);
                /* While the server has not answered, what was typed waits. */
                gboolean listening = state == UDP_CLIENT_NAMELESS || state == UDP_CLIENT_REGISTERED;
                gboolean datagram, typed;
                char octets[CHAT_RECEIVE_LIMIT];
                Address source;
                gsize length;
                GString *line;

                if (interrupted && state != UDP_CLIENT_LEAVING) {
                        udp_client_leave(client, g_get_monotonic_time());
                        continue;
                }
                /* The lines that come now are not meant as a name. */
                if (name && state == UDP_CLIENT_NAMELESS) {
                        fprintf(stderr, "udp-chat: choose another --name, or leave it out\n");
                        unnamed = TRUE;
                        break;
                }
                if (listening && (line = line_input_take(&input, MAX_LINE))) {
                        take_line(client, &input, line);
                        g_string_free(line, TRUE);
                        continue;
                }
                if (listening && input.at_end) {
                        unnamed = state == UDP_CLIENT_NAMELESS;
                        if (unnamed)
                                fprintf(stderr, "udp-chat: the input ended before a name was given\n");
                        udp_client_leave(client, g_get_monotonic_time());
                        continue;
                }
                wait_for_input(self, listening && !input.at_end, udp_client_get_deadline(client), &datagram, &typed);
                if (datagram && receive_datagram(self, &source, octets, sizeof octets, &length))
                        udp_client_datagram(client, &source, octets, length, g_get_monotonic_time());
                if (typed && !line_input_fill(&input))
                        input.at_end = TRUE;
                udp_client_tick(client, g_get_monotonic_time());
        }
        line_input_clear(&input);
        return unnamed || udp_client_has_failed(client) ? 1 : 0;
}

int main(int argc, char **argv)
{
        g_autoptr(GOptionContext) context = g_option_context_new("[ADDRESS] PORT");
        g_autoptr(GError) error = NULL;
        g_autoptr(GArray) addresses = NULL;
        g_autofree char *name = NULL;
        gboolean version = FALSE;
        const GOptionEntry entries[] = {
                {"name", 0, 0, G_OPTION_ARG_STRING, &name, "Register as NAME instead of asking for one", "NAME"},
                {"version", 0, 0, G_OPTION_ARG_NONE, &version, "Print the version and exit", NULL},
                {NULL},
        };
        Socket self;
        guint16 port;
        int status;

        setlocale(LC_ALL, "");
        g_set_prgname("udp-chat");
        g_option_context_add_main_entries(context, entries, NULL);
        g_option_context_set_summary(context, "Chats over UDP: a server with an address book and rooms, and clients that talk to each other.");
        g_option_context_set_description(
                context, "With PORT alone it is the server; with the server's ADDRESS (or host name) it is a client.\n"
                         "Commands of a client: $userlist, $roomlist, $poke NAME, $kick, $roomcreate ROOM, $roomjoin ROOM,\n"
                         "$roomleave; “:q” ends it. Anything else is said to all peers.\n\n"
                         "Example:\n  udp-chat 8090              on the server\n  udp-chat 192.0.2.1 8090    on the others");
        if (!g_option_context_parse(context, &argc, &argv, &error)) {
                fprintf(stderr, "udp-chat: %s; see “udp-chat --help”\n", error->message);
                return 2;
        }
        if (version) {
                puts("udp-chat " CHATSNIFF_VERSION);
                return 0;
        }
        if (argc != 2 && argc != 3) {
                fputs("udp-chat: give PORT, or ADDRESS PORT; see “udp-chat --help”\n", stderr);
                return 2;
        }
        if (!parse_port(argv[argc - 1], &port))
                return 2;
        if (argc == 3 && !(addresses = resolve(argv[1], port, SOCK_DGRAM, &error))) {
                fprintf(stderr, "udp-chat: %s\n", error->message);
                return 1;
        }
        catch_signals();
        /* A client's port is whatever it gets. */
        self.fd = bind_everywhere(argc == 2 ? port : 0, SOCK_DGRAM, &self.family, &error);
        if (self.fd < 0) {
                fprintf(stderr, "udp-chat: %s\n", error->message);
                return 1;
        }
        if (argc == 2) {
                status = serve(&self, port);
        } else {
                address_unmap(&g_array_index(addresses, Address, 0));
                status = talk(&self, &g_array_index(addresses, Address, 0), name);
        }
        close(self.fd);
        return status;
}
