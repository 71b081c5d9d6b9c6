/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "chat/protocol/protocol.h"

#include <string.h>

static const char *sample(ChatArgumentType type)
{
        static const char *const samples[] = {
                [CHAT_ARGUMENT_USER] = "zoë",          [CHAT_ARGUMENT_ROOM] = "lab-1",
                [CHAT_ARGUMENT_GROUP] = "239.255.0.7", [CHAT_ARGUMENT_IP] = "192.0.2.1",
                [CHAT_ARGUMENT_PORT] = "65535",        [CHAT_ARGUMENT_TOKEN] = "token",
                [CHAT_ARGUMENT_REST] = "a  b > c \n",
        };

        return samples[type];
}

static void test_round_trip(gconstpointer name)
{
        g_autoptr(ChatProtocol) protocol = chat_protocol_new_builtin(name);
        guint n_forms;
        const ChatForm *forms = chat_protocol_get_forms(protocol, &n_forms);

        g_assert_cmpuint(n_forms, >, 0);
        for (guint i = 0; i < n_forms; i++) {
                const char *arguments[CHAT_MAX_ARGUMENTS + 1] = {NULL};
                g_autoptr(GError) error = NULL;
                g_autoptr(GString) octets = NULL;
                ChatMessage message;

                for (guint j = 0; j < forms[i].n_arguments; j++)
                        arguments[j] = sample(forms[i].argument_types[j]);
                octets = chat_form_format(&forms[i], arguments, &error);
                g_assert_no_error(error);
                g_assert_cmpint(chat_protocol_parse(protocol, forms[i].from, octets->str, octets->len, &message), ==,
                                CHAT_PARSE_OK);
                g_assert_cmpstr(message.form->name, ==, forms[i].name);
                g_assert_cmpuint(message.n_arguments, ==, forms[i].n_arguments);
                for (guint j = 0; j < message.n_arguments; j++)
                        g_assert_cmpmem(message.arguments[j].start, message.arguments[j].length, arguments[j],
                                        strlen(arguments[j]));
        }
}

static void test_parse(void)
{
        static const struct {
                ChatSender from;
                const char *octets;
                gssize length; /* -1: to the NUL */
                ChatParseStatus status;
                const char *form;
        } cases[] = {
                {CHAT_SENDER_CLIENT, "hi debian", -1, CHAT_PARSE_OK, "register"},
                {CHAT_SENDER_SERVER, "hi debian", -1, CHAT_PARSE_OK, "registered"},
                {CHAT_SENDER_SERVER, "hi", -1, CHAT_PARSE_OK, "name-taken"},
                {CHAT_SENDER_CLIENT, "  hi \t debian\n", -1, CHAT_PARSE_OK, "register"},
                {CHAT_SENDER_SERVER, "rj __clear_peers__", -1, CHAT_PARSE_OK, "clear-peers"},
                {CHAT_SENDER_SERVER, "rj 192.168.122.25 34456", -1, CHAT_PARSE_OK, "room-peer"},
                {CHAT_SENDER_SERVER, "rj fd00::1 34456", -1, CHAT_PARSE_OK, "room-peer"},
                {CHAT_SENDER_SERVER, "rj 239.255.1.2 34456", -1, CHAT_PARSE_OK, "room-group"},
                {CHAT_SENDER_SERVER, "rj", -1, CHAT_PARSE_OK, "no-such-room"},
                {CHAT_SENDER_PEER, "msg alpine> exit\n", -1, CHAT_PARSE_OK, "message"},
                {CHAT_SENDER_PEER, "msg alpine> ", -1, CHAT_PARSE_OK, "message"},
                {CHAT_SENDER_PEER, "msg a>b> c", -1, CHAT_PARSE_OK, "message"},
                {CHAT_SENDER_PEER, "msg > c", -1, CHAT_PARSE_WRONG_ARGUMENTS, NULL},
                {CHAT_SENDER_PEER, "msg alpine exit", -1, CHAT_PARSE_WRONG_ARGUMENTS, NULL},
                {CHAT_SENDER_PEER, "msg", -1, CHAT_PARSE_WRONG_ARGUMENTS, NULL},
                {CHAT_SENDER_SERVER, "ar 1.2.3.4 0", -1, CHAT_PARSE_WRONG_ARGUMENTS, NULL},
                {CHAT_SENDER_SERVER, "ar 1.2.3.4 65536", -1, CHAT_PARSE_WRONG_ARGUMENTS, NULL},
                {CHAT_SENDER_SERVER, "ar 1.2.3.4 080", -1, CHAT_PARSE_WRONG_ARGUMENTS, NULL},
                {CHAT_SENDER_SERVER, "ar 1.2.3.400 80", -1, CHAT_PARSE_WRONG_ARGUMENTS, NULL},
                {CHAT_SENDER_CLIENT, "hi two names", -1, CHAT_PARSE_WRONG_ARGUMENTS, NULL},
                {CHAT_SENDER_PEER, "hi debian", -1, CHAT_PARSE_WRONG_DIRECTION, NULL},
                {CHAT_SENDER_CLIENT, "hello", -1, CHAT_PARSE_UNKNOWN_CODE, NULL},
                {CHAT_SENDER_CLIENT, "HI debian", -1, CHAT_PARSE_UNKNOWN_CODE, NULL},
                {CHAT_SENDER_CLIENT, "", 0, CHAT_PARSE_EMPTY, NULL},
                {CHAT_SENDER_CLIENT, " \t\n", -1, CHAT_PARSE_EMPTY, NULL},
                {CHAT_SENDER_CLIENT, "hi a\0b", 6, CHAT_PARSE_CONTROL, NULL},
                {CHAT_SENDER_CLIENT, "hi \xff\xfe", -1, CHAT_PARSE_NOT_UTF8, NULL},
        };
        g_autoptr(ChatProtocol) protocol = chat_protocol_new_builtin("udpchat");

        for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
                gsize length = cases[i].length < 0 ? strlen(cases[i].octets) : (gsize) cases[i].length;
                /* On the heap and exactly as long, so that a sanitizer sees one octet too many. */
                g_autofree char *octets = g_memdup2(cases[i].octets, length);
                ChatMessage message = {0};

                g_autofree char *shown = g_strescape(cases[i].octets, NULL);

                g_test_message("%s: %s", chat_sender_to_string(cases[i].from), shown);
                g_assert_cmpint(chat_protocol_parse(protocol, cases[i].from, octets ? octets : "", length, &message),
                                ==, cases[i].status);
                if (cases[i].form)
                        g_assert_cmpstr(message.form->name, ==, cases[i].form);
                else
                        g_assert_null(message.form); /* untouched */
        }
}

static void test_lines(void)
{
        g_autoptr(ChatProtocol) protocol = chat_protocol_new_builtin("tcpchat");
        ChatMessage message;

        g_assert_cmpint(chat_protocol_parse(protocol, CHAT_SENDER_PEER, " two words \n", 12, &message), ==,
                        CHAT_PARSE_OK);
        g_assert_cmpmem(message.text.start, message.text.length, " two words ", 11);
        g_assert_true(message.line_ended);
        g_assert_cmpint(chat_protocol_parse(protocol, CHAT_SENDER_PEER, "\n", 1, &message), ==, CHAT_PARSE_OK);
        g_assert_cmpuint(message.text.length, ==, 0);
        g_assert_cmpint(chat_protocol_parse(protocol, CHAT_SENDER_PEER, "no end", 6, &message), ==, CHAT_PARSE_OK);
        g_assert_false(message.line_ended);
        g_assert_cmpint(chat_protocol_parse(protocol, CHAT_SENDER_PEER, "\xc3\n", 2, &message), ==,
                        CHAT_PARSE_NOT_UTF8);
}

static void test_format_refuses(void)
{
        g_autoptr(ChatProtocol) protocol = chat_protocol_new_builtin("udpchat");
        static const struct {
                const char *form, *first, *second;
        } cases[] = {
                {"register", NULL, NULL},    {"register", "two names", NULL}, {"register", "", NULL},
                {"register", "a\nb", NULL},  {"user-address", "host", "1"},   {"user-address", "1.2.3.4", "x"},
                {"message", "name", "\xff"},
        };

        for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
                const char *arguments[] = {cases[i].first, cases[i].second, NULL};
                g_autoptr(GError) error = NULL;

                g_assert_null(chat_form_format(chat_protocol_get_form(protocol, cases[i].form), arguments, &error));
                g_assert_error(error, CHAT_PROTOCOL_ERROR, CHAT_PROTOCOL_ERROR_VALUE);
        }
}

/* The kinds of mistakes are in tests/protocol; here it is what callers get of several. */
static void test_mistakes(void)
{
        static const char text[] = "[protocol]\nname=x\ntransport=sctp\n\n[form a]\npattern=hi {n:colour}\n";
        static const char *const wanted[] = {
                "x.ini:3: protocol:transport: “sctp” is none of udp, tcp",
                "x.ini:5: form a:from: the key is missing: add “from = …”",
                "x.ini:6: form a:pattern: “colour” is not a type: use user, room, group, ip, port, token or rest",
        };
        g_autoptr(GBytes) bytes = g_bytes_new_static(text, strlen(text));
        g_autoptr(GPtrArray) mistakes = NULL;
        g_autoptr(GError) error = NULL;

        g_assert_null(chat_protocol_new_from_bytes(bytes, "x.ini", &mistakes, &error));
        g_assert_error(error, CHAT_PROTOCOL_ERROR, CHAT_PROTOCOL_ERROR_DESCRIPTION);
        g_assert_cmpstr(error->message, ==, wanted[0]);
        g_assert_cmpuint(mistakes->len, ==, G_N_ELEMENTS(wanted));
        for (guint i = 0; i < mistakes->len; i++) {
                g_autofree char *told = chat_mistake_to_string(g_ptr_array_index(mistakes, i), "x.ini");

                g_assert_cmpstr(told, ==, wanted[i]);
        }
}

static void test_too_many_mistakes(void)
{
        g_autoptr(GString) text = g_string_new(NULL);
        g_autoptr(GBytes) bytes = NULL;
        g_autoptr(GPtrArray) mistakes = NULL;

        for (guint i = 0; i < 3 * CHAT_MAX_MISTAKES; i++)
                g_string_append(text, "nonsense\n");
        bytes = g_bytes_new_static(text->str, text->len);
        g_assert_null(chat_protocol_new_from_bytes(bytes, "x.ini", &mistakes, NULL));
        g_assert_cmpuint(mistakes->len, ==, CHAT_MAX_MISTAKES);
}

static void test_no_such_file(void)
{
        g_autoptr(GPtrArray) mistakes = NULL;
        g_autoptr(GError) error = NULL;

        g_assert_null(chat_protocol_new_from_file("/nowhere/x.ini", &mistakes, &error));
        g_assert_error(error, CHAT_PROTOCOL_ERROR, CHAT_PROTOCOL_ERROR_FILE);
        g_assert_null(mistakes);
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_data_func("/protocol/round-trip/tcpchat", "tcpchat", test_round_trip);
        g_test_add_data_func("/protocol/round-trip/udpchat", "udpchat", test_round_trip);
        g_test_add_func("/protocol/parse", test_parse);
        g_test_add_func("/protocol/lines", test_lines);
        g_test_add_func("/protocol/format-refuses", test_format_refuses);
        g_test_add_func("/protocol/mistakes", test_mistakes);
        g_test_add_func("/protocol/too-many-mistakes", test_too_many_mistakes);
        g_test_add_func("/protocol/no-such-file", test_no_such_file);
        return g_test_run();
}
