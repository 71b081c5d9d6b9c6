/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The first octet of the input chooses whether the rest is a description to load, or a message from one of the three
 * senders. A message that fits a form is written again from its arguments, and must then parse to the same arguments.
 */
#include "chat/protocol/protocol.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static void check_round_trip(const ChatProtocol *protocol, ChatSender from, const ChatMessage *message)
{
        char *arguments[CHAT_MAX_ARGUMENTS + 1] = {NULL};
        g_autoptr(GError) error = NULL;
        g_autoptr(GString) octets = NULL;
        ChatMessage again;

        for (guint i = 0; i < message->n_arguments; i++)
                arguments[i] = g_strndup(message->arguments[i].start, message->arguments[i].length);
        octets = chat_form_format(message->form, (const char *const *) arguments, &error);
        g_assert_no_error(error);
        g_assert_cmpint(chat_protocol_parse(protocol, from, octets->str, octets->len, &again), ==, CHAT_PARSE_OK);
        g_assert_true(again.form == message->form);
        for (guint i = 0; i < message->n_arguments; i++) {
                g_assert_cmpmem(again.arguments[i].start, again.arguments[i].length, message->arguments[i].start,
                                message->arguments[i].length);
                g_free(arguments[i]);
        }
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
        static ChatProtocol *protocols[2];
        ChatMessage message;

        if (size == 0)
                return 0;
        if (!protocols[0]) {
                protocols[0] = chat_protocol_new_builtin("udpchat");
                protocols[1] = chat_protocol_new_builtin("tcpchat");
        }
        if (data[0] % 8 == 7) {
                g_autoptr(GBytes) bytes = g_bytes_new(data + 1, size - 1);
                g_autoptr(GPtrArray) mistakes = NULL;
                g_autoptr(ChatProtocol) protocol = chat_protocol_new_from_bytes(bytes, "fuzz.ini", &mistakes, NULL);

                for (guint i = 0; mistakes && i < mistakes->len; i++) {
                        g_autofree char *told = chat_mistake_to_string(g_ptr_array_index(mistakes, i), "fuzz.ini");

                        g_assert_true(g_utf8_validate(told, -1, NULL));
                }
                g_assert_true(!protocol == (mistakes && mistakes->len > 0));
                return 0;
        }
        {
                const ChatProtocol *protocol = protocols[data[0] / 8 % 2];
                ChatSender from = data[0] % 3;

                if (chat_protocol_parse(protocol, from, (const char *) data + 1, size - 1, &message) == CHAT_PARSE_OK)
                        check_round_trip(protocol, from, &message);
        }
        return 0;
}
