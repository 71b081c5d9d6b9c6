/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Gives a client lines, datagrams and time. In the input an event is one octet for its kind, one for its length, and
 * its content. */
#include "chat/peers/udp-client.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

typedef struct {
        guint n_by;
        gboolean in_group;
} Seen;

static void on_send(const Address *destination, const char *octets, gsize length, gpointer user_data)
{
        Seen *seen = user_data;
        g_autofree char *text = g_strndup(octets, length);

        /* An original crashes on an empty or blank datagram, on bytes that are not UTF-8, and on too many bytes. */
        g_assert_cmpuint(length, <=, CHAT_RECEIVE_LIMIT);
        g_assert_true(g_utf8_validate(octets, (gssize) length, NULL));
        g_assert_cmpuint(strlen(g_strstrip(text)), >, 0);
        /* It crashes on a second "by", too. */
        if (g_str_equal(text, "by"))
                g_assert_cmpuint(++seen->n_by, ==, 1);
}

static void on_show(const char *text, gsize length, gpointer user_data)
{
        g_assert_true(g_utf8_validate(text, (gssize) length, NULL));
}

static void on_message(const ChatSlice *name, const ChatSlice *text, gpointer user_data)
{
        on_show(name->start, name->length, user_data);
        on_show(text->start, text->length, user_data);
}

static gboolean is_own(const Address *address, gpointer user_data)
{
        return address_get_port(address) == 5;
}

static gboolean listen_to_group(const Address *group, gpointer user_data)
{
        ((Seen *) user_data)->in_group = group != NULL;
        return !group || address_is_multicast(group);
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
        const guint8 *end = data + size;
        Seen seen = {0};
        const UdpClientHooks hooks = {on_send, on_show, on_message, is_own, listen_to_group, &seen};
        g_autoptr(UdpClient) client = NULL;
        Address server, peer;
        gint64 now = 0;

        g_assert_true(address_from_literal("192.0.2.1", "8090", &server));
        client = udp_client_new(&server, &hooks);
        udp_client_line(client, "anna", 4, now);
        while (end - data >= 2) {
                gsize length = MIN(data[1], (gsize) (end - data - 2));
                g_autofree char *exact = g_memdup2(data + 2, length), *port = g_strdup_printf("%u", 1 + data[0] / 8);
                const char *octets = exact ? exact : "";

                g_assert_true(address_from_literal("192.0.2.9", port, &peer));
                switch (data[0] % 8) {
                case 0:
                        udp_client_line(client, octets, length, now);
                        break;
                case 1:
                        udp_client_datagram(client, &peer, FALSE, octets, length, now);
                        break;
                case 2:
                        udp_client_datagram(client, &peer, TRUE, octets, length, now);
                        break;
                case 3:
                        now += (gint64) data[1] * 20000;
                        length = 0;
                        break;
                case 4:
                        if (data[1] == 0)
                                udp_client_leave(client, now);
                        break;
                default:
                        udp_client_datagram(client, &server, FALSE, octets, length, now);
                        break;
                }
                udp_client_tick(client, now);
                {
                        g_autofree char *prompt = udp_client_get_prompt(client);

                        g_assert_true(g_utf8_validate(prompt, -1, NULL));
                }
                g_assert_cmpint(udp_client_get_deadline(client), >, now - 1);
                data += 2 + length;
        }
        return 0;
}
