/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "chat/peers/tcp-connect.h"

#include <errno.h>
#include <locale.h>
#include <string.h>
#include <unistd.h>

#define MAX_LINE (64 * 1024)
/* While this many bytes wait to be sent, no more lines are taken from the user. */
#define MAX_WAITING (256 * 1024)
/* How long to wait for the other side's FIN after ours, in microseconds. */
#define LAST_TIME G_USEC_PER_SEC

/* Shows each received line as soon as it is complete, and an incomplete one when it gets too long or the chat ends. */
static void show(Console *console, GByteArray *received, gboolean at_end)
{
        for (;;) {
                const guint8 *feed = received->len > 0 ? memchr(received->data, '\n', received->len) : NULL;
                guint n = feed ? (guint) (feed - received->data) : received->len;

                if (!feed && !(received->len > MAX_LINE || (at_end && received->len > 0)))
                        return;
                /* Keep back a last character of which some bytes have not arrived yet. */
                if (!feed && !at_end) {
                        const char *start = (const char *) received->data,
                                   *last = g_utf8_find_prev_char(start, start + n);

                        if (last && g_utf8_get_char_validated(last, start + n - last) == (gunichar) -2)
                                n = (guint) (last - start);
                }
                console_show(console, (const char *) received->data, n);
                g_byte_array_remove_range(received, 0, feed ? n + 1 : n);
        }
}

typedef struct {
        int fd;
        Console *console;
        GByteArray *waiting; /* typed, but not yet accepted by the socket */
        GByteArray *received;
        gboolean quitting; /* :q or the end of input: close once all is sent */
} Chat;

/* Sends each line by itself, so that it travels in a segment of its own if the connection is idle. */
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

/* Takes lines from the user. Returns TRUE if it stopped because MAX_WAITING bytes wait to be sent. */
static gboolean take_lines(Chat *self)
{
        while (!self->quitting && self->waiting->len < MAX_WAITING) {
                g_autoptr(GString) line = console_take(self->console, MAX_LINE);
                g_autoptr(GString) valid = line ? make_valid_utf8(line->str, line->len) : NULL;

                if (!line) {
                        self->quitting = console_is_over(self->console);
                        return FALSE;
                }
                if (!console_is_continued(self->console) && is_quit(line->str, line->len))
                        self->quitting = TRUE;
                else
                        g_byte_array_append(self->waiting, (const guint8 *) valid->str, (guint) valid->len);
        }
        return !self->quitting;
}

/* Reads and shows what has arrived. Returns FALSE when the chat is over; if the connection was lost, ret_status is then
 * 1, else untouched. */
static gboolean receive(Chat *self, int *ret_status)
{
        guint8 buffer[16384];
        gssize n = recv(self->fd, buffer, sizeof buffer, 0);
        int code = errno; /* showing text may change it */

        if (n < 0 && (errno == EAGAIN || errno == EINTR))
                return TRUE;
        if (n > 0) {
                g_byte_array_append(self->received, buffer, (guint) n);
                show(self->console, self->received, FALSE);
                return TRUE;
        }
        show(self->console, self->received, TRUE);
        if (n == 0) {
                console_say(self->console, "The other side has closed the connection.");
        } else {
                console_say(self->console, "The connection was %s: the chat has ended (%s).",
                            code == ECONNRESET ? "reset by the other side" : "lost", g_strerror(code));
                *ret_status = 1;
        }
        return FALSE;
}

/* Ends our side with a FIN, then reads and shows what still arrives until the other side's FIN, but not for longer than
 * LAST_TIME. A socket that is closed at once answers what arrives later with an RST: this can destroy data that the
 * other side has not read yet, and ends an original with an error. */
static void finish(Chat *self)
{
        gint64 deadline = g_get_monotonic_time() + LAST_TIME;
        guint8 buffer[16384];
        gssize n = -1;

        shutdown(self->fd, SHUT_WR);
        while (n != 0 && g_get_monotonic_time() < deadline) {
                fd_set readable;

                FD_ZERO(&readable);
                FD_SET(self->fd, &readable);
                wait_ready(self->fd + 1, &readable, NULL, deadline);
                n = recv(self->fd, buffer, sizeof buffer, MSG_DONTWAIT);
                if (n < 0 && errno != EAGAIN && errno != EINTR)
                        break;
                if (n > 0)
                        g_byte_array_append(self->received, buffer, (guint) n);
                show(self->console, self->received, n == 0);
        }
        show(self->console, self->received, TRUE);
}

/* Ends the chat after a failed send; shows first what was received before. Returns the exit status. */
static int lose(Chat *self)
{
        gboolean open;
        int status = 1;

        do
                errno = 0;
        while ((open = receive(self, &status)) && errno != EAGAIN);
        if (open)
                console_say(self->console, "The connection was lost: the chat has ended.");
        return 1;
}

static int chat(int fd, Console *console)
{
        g_autoptr(GByteArray) waiting = g_byte_array_new(), received = g_byte_array_new();
        Chat self = {.fd = fd, .console = console, .waiting = waiting, .received = received};
        gboolean said_waiting = FALSE;
        int status = 0;

        for (;;) {
                fd_set readable, writable;
                gboolean more = take_lines(&self);

                if (!send_waiting(&self)) {
                        status = lose(&self);
                        break;
                }
                if ((self.quitting && waiting->len == 0) || interrupted) {
                        finish(&self);
                        break;
                }
                if (self.quitting && !said_waiting) {
                        console_say(console, "The other side has not received everything yet; press Ctrl-C "
                                             "to quit anyway.");
                        said_waiting = TRUE;
                }
                if (more && waiting->len < MAX_WAITING)
                        continue;
                FD_ZERO(&readable);
                FD_ZERO(&writable);
                FD_SET(fd, &readable);
                if (waiting->len > 0)
                        FD_SET(fd, &writable);
                console_wait(console, fd, &readable, &writable, G_MAXINT64);
                if (FD_ISSET(fd, &readable) && !receive(&self, &status))
                        break;
        }
        close(fd);
        return status;
}

static int usage(const char *reason)
{
        fprintf(stderr, "tcp-chat: %s; see “tcp-chat --help”\n", reason);
        return 2;
}

static int run(const char *host, guint16 port, GArray *addresses, Console *console)
{
        gboolean quit = FALSE;
        int fd = -1, reason = 0;

        console_set_prompt(console, "(:q quits) ");
        if (addresses) {
                fd = tcp_connect(addresses, console, &reason);
                if (fd >= 0)
                        console_say(console, "Connected to %s port %u.", host, port);
                else if (!interrupted)
                        console_say(console, "No connection to %s port %u: %s.", host, port, g_strerror(reason));
        }
        if (fd < 0 && !interrupted)
                fd = tcp_listen(port, console, &quit);
        return fd >= 0 ? chat(fd, console) : quit ? 0 : 1;
}

int main(int argc, char **argv)
{
        g_autoptr(GOptionContext) context = g_option_context_new("[ADDRESS] PORT");
        g_autoptr(GError) error = NULL;
        g_autoptr(GArray) addresses = NULL;
        g_autoptr(Console) console = NULL;
        g_autofree char *script = NULL;
        double pace = 0;
        gboolean version = FALSE;
        const GOptionEntry entries[] = {
                {"script", 0, 0, G_OPTION_ARG_FILENAME, &script, "Send the lines of FILE before those that are typed",
                 "FILE"},
                {"pace", 0, 0, G_OPTION_ARG_DOUBLE, &pace, "Wait SECONDS before each line of the script", "SECONDS"},
                {"version", 0, 0, G_OPTION_ARG_NONE, &version, "Print the version and exit", NULL},
                {NULL},
        };
        guint16 port;

        setlocale(LC_ALL, "");
        g_set_prgname("tcp-chat");
        g_option_context_add_main_entries(context, entries, NULL);
        g_option_context_set_summary(context, "Chats with one peer over TCP: each line typed is sent as it is.");
        g_option_context_set_description(
                context, "With PORT alone it listens; with an ADDRESS (or a host's name) it connects, and listens\n"
                         "on that port if nobody answers. “:q” alone on a line ends the chat.\n\n"
                         "Example:\n  tcp-chat 8090              on one host\n  tcp-chat 192.0.2.1 8090    on the "
                         "other");
        if (!g_option_context_parse(context, &argc, &argv, &error))
                return usage(error->message);
        if (version) {
                puts("tcp-chat " CHATSNIFF_VERSION);
                return 0;
        }
        if (argc != 2 && argc != 3)
                return usage("give PORT, or ADDRESS PORT");
        if (!parse_port(argv[argc - 1], &port))
                return 2;
        if (argc == 3 && !(addresses = resolve(argv[1], port, SOCK_STREAM, &error))) {
                fprintf(stderr, "tcp-chat: %s\n", error->message);
                return 1;
        }
        catch_signals();
        console = console_new(script, pace, &error);
        if (!console) {
                fprintf(stderr, "tcp-chat: %s\n", error->message);
                return 1;
        }
        return run(argv[1], port, addresses, console);
}
