/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sends a server datagrams from sixteen endpoints. In the input a datagram is one octet for its sender, one for its
 * length, and its content. */
#include "chat/peers/udp-server.h"

#include <arpa/inet.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static void on_send(const Address *destination, const char *octets, gsize length, gpointer user_data)
{
        guint *budget = user_data;

        /* An original crashes on an empty or blank datagram, on bytes that are not UTF-8, and on too many bytes. */
        g_assert_cmpuint(length, >, 0);
        g_assert_cmpuint(length, <=, CHAT_RECEIVE_LIMIT);
        g_assert_true(g_utf8_validate(octets, (gssize) length, NULL));
        g_assert_false(g_ascii_isspace(octets[0]));
        /* It also crashes on an IPv6 address, here "::1". No name can look like this, because names hold no spaces. */
        if (address_get_family(destination) == AF_INET) {
                g_assert_null(g_strstr_len(octets, (gssize) length, "ar ::1 "));
                g_assert_null(g_strstr_len(octets, (gssize) length, "rj ::1 "));
        }
        *budget += 1;
}

static void on_note(const char *text, gpointer user_data)
{
        g_assert_true(g_utf8_validate(text, -1, NULL));
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
        guint sent = 0;
        g_autoptr(UdpServer) server = udp_server_new(on_send, on_note, &sent);
        const guint8 *end = data + size;

        while (end - data >= 2) {
                g_autofree char *port = g_strdup_printf("%u", 1000 + data[0] % 8);
                gsize length = MIN(data[1], (gsize) (end - data - 2));
                g_autofree char *exact = g_memdup2(data + 2, length);
                Address source;

                g_assert_true(address_from_literal(data[0] & 8 ? "::1" : "127.0.0.1", port, &source));
                udp_server_handle(server, &source, exact ? exact : "", length);
                data += 2 + length;
        }
        g_assert_cmpuint(udp_server_get_n_users(server), <=, 16);
        g_assert_cmpuint(udp_server_get_n_rooms(server), <=, UDP_SERVER_MAX_ROOMS);
        return 0;
}
