/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/decode/tcp-flags.h"

static void test_text(void)
{
        static const struct {
                guint flags;
                const char *text;
        } cases[] = {
                {0, ""},
                {TCP_SYN, "SYN"},
                {TCP_SYN | TCP_ACK, "SYN, ACK"},
                {TCP_FIN | TCP_ACK, "FIN, ACK"},
                {TCP_SYN | TCP_ECE | TCP_CWR, "SYN, ECE, CWR"},
                {TCP_SYN | TCP_ECE | TCP_CWR | TCP_AE, "SYN, ECE, CWR, AE"},
                {TCP_FLAGS_ALL, "SYN, FIN, RST, PSH, ACK, URG, ECE, CWR, AE"},
                {0xfe00, ""}, /* what is no flag */
        };

        for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
                g_autoptr(GString) text = g_string_new(NULL);

                tcp_flags_append(text, cases[i].flags);
                g_assert_cmpstr(text->str, ==, cases[i].text);
        }
}

/* Each bit of the header has one row. */
static void test_table(void)
{
        g_autoptr(GString) letters = g_string_new(NULL);
        guint all = 0;

        for (guint i = 0; i < TCP_FLAG_COUNT; i++) {
                g_assert_cmpuint(all & tcp_flags[i].bit, ==, 0);
                all |= tcp_flags[i].bit;
                if (tcp_flags[i].letter)
                        g_string_append_c(letters, tcp_flags[i].letter);
        }
        g_assert_cmphex(all, ==, TCP_FLAGS_ALL);
        g_assert_cmpstr(letters->str, ==, "SFRPAUEC"); /* public */
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/tcp-flags/text", test_text);
        g_test_add_func("/tcp-flags/table", test_table);
        return g_test_run();
}
