/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Filters: whoever writes Wireshark's language is told how libpcap says it. */
#include "analyzer/capture/source-private.h"

static void check(const char *expression, const char *said)
{
        g_autofree char *hint = filter_hint(expression), *escaped = g_strescape(expression, NULL);

        g_test_message("%s", escaped);
        if (!said) {
                g_assert_cmpstr(hint, ==, NULL);
                return;
        }
        g_assert_nonnull(hint);
        if (!strstr(hint, said))
                g_error("“%s” does not say “%s”", hint, said);
}

static void test_translated(void)
{
        check("tcp.port == 8090", "“tcp port 8090”");
        check("tcp.port==8090 && ip.addr == 10.0.0.1", "“tcp port 8090”");
        check("(udp.dstport eq 8091)", "“udp dst port 8091”");
        check("ip.addr != 10.0.0.1", "“not host 10.0.0.1”");
        check("!(ip.src == 10.0.0.1)", "“src host 10.0.0.1”");
        check("ipv6.dst == fe80::1", "“dst host fe80::1”");
        check("eth.addr == 00:00:0c:00:00:01", "“ether host 00:00:0c:00:00:01”");
        check("tcp.flags.syn == 1 and tcp.port ne 22", "“not tcp port 22”");
}

static void test_recognised(void)
{
        check("tcp.flags.syn", "“tcp port 8090”");
        check("frame contains \"hello\"", "display filter");
        check("udpchat.message matches \"hi.*\"", "display filter");
        check("tcp.analysis.retransmission", "display filter");
        check("http.request and tcp", "display filter");
}

/* What libpcap has, however wrong, is none of Wireshark's. */
static void test_left(void)
{
        check("tcp port 8090", NULL);
        check("port eighty", NULL);
        check("host www.example.org", NULL);
        check("host 10.0.0.1 and not port 22", NULL);
        check("tcp[tcpflags] == tcp-syn", NULL);
        check("ether[0] & 1 != 0", NULL);
        check("net 10.0.0.0/8 &&", NULL);
        check("\xff.\xff == 1", NULL);
        check("", NULL);
}

static void test_error(void)
{
        g_autoptr(GError) error = NULL;

        filter_set_error("tcp.port == 1", "syntax error", &error);
        g_assert_error(error, CAPTURE_ERROR, CAPTURE_ERROR_FILTER);
        g_assert_true(
                g_str_has_prefix(error->message, "the filter “tcp.port == 1” is wrong: syntax error; this looks"));
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/filter/translated", test_translated);
        g_test_add_func("/filter/recognised", test_recognised);
        g_test_add_func("/filter/left", test_left);
        g_test_add_func("/filter/error", test_error);
        return g_test_run();
}
