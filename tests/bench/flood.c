/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sends small datagrams to a port of this host, evenly: flood PORT RATE SECONDS. Prints how many it sent.
 *
 * A socket is bound to the port, so that no ICMP message answers; nobody reads it. */
#include <errno.h>
#include <glib.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define LARGEST_BATCH 1024

static int open_socket(const struct sockaddr_in *address, gboolean is_sink)
{
        int fd = socket(AF_INET, SOCK_DGRAM, 0);

        if (fd < 0 || (is_sink ? bind(fd, (const struct sockaddr *) address, sizeof *address) :
                                 connect(fd, (const struct sockaddr *) address, sizeof *address)) != 0) {
                perror("flood");
                return -1;
        }
        return fd;
}

/* As many as are due by now, at most a batch. */
static guint send_due(int fd, struct mmsghdr *messages, guint64 due)
{
        int sent = sendmmsg(fd, messages, (guint) MIN(due, LARGEST_BATCH), 0);

        return sent > 0 ? (guint) sent : 0;
}

static guint64 flood(int fd, guint64 rate, guint64 seconds)
{
        static char text[] = "msg a datagram such as people type";
        static struct mmsghdr messages[LARGEST_BATCH];
        struct iovec octets = {.iov_base = text, .iov_len = sizeof text - 1};
        guint64 sent = 0, all = rate * seconds;
        gint64 begin = g_get_monotonic_time();

        for (guint i = 0; i < LARGEST_BATCH; i++)
                messages[i].msg_hdr = (struct msghdr){.msg_iov = &octets, .msg_iovlen = 1};
        while (sent < all) {
                guint64 elapsed = (guint64) (g_get_monotonic_time() - begin);
                guint64 due = MIN(elapsed * rate / G_USEC_PER_SEC, all);

                if (due > sent)
                        sent += send_due(fd, messages, due - sent);
                else
                        g_usleep(500);
        }
        return sent;
}

int main(int argc, char **argv)
{
        struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
        guint64 port, rate, seconds;
        int sink, fd;

        if (argc != 4 || !g_ascii_string_to_unsigned(argv[1], 10, 1, 65535, &port, NULL) ||
            !g_ascii_string_to_unsigned(argv[2], 10, 1, 10000000, &rate, NULL) ||
            !g_ascii_string_to_unsigned(argv[3], 10, 1, 3600, &seconds, NULL)) {
                fputs("usage: flood PORT RATE SECONDS\n", stderr);
                return 2;
        }
        address.sin_port = htons((guint16) port);
        sink = open_socket(&address, TRUE);
        fd = open_socket(&address, FALSE);
        if (sink < 0 || fd < 0)
                return 1;
        printf("%" G_GUINT64_FORMAT "\n", flood(fd, rate, seconds));
        return 0;
}
