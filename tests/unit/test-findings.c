/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a summary finds out of the ordinary, at which frames, in which order, and what it says of it. */
#include "analyzer/summary/summary-private.h"
#include "tests/unit/summary-of-frames.h"

/* --- connections ------------------------------------------------------------------------------------- */

static void open_connection(GPtrArray *frames, const char *client, const char *server)
{
        add_segment(frames, client, server, TCP_SYN, 100, 0, "");
        add_segment(frames, server, client, TCP_SYN | TCP_ACK, 900, 101, "");
        add_segment(frames, client, server, TCP_ACK, 101, 901, "");
}

static void left_open(GPtrArray *frames)
{
        open_connection(frames, CLIENT, SERVER);
}

static void half_open(GPtrArray *frames)
{
        add_segment(frames, CLIENT, SERVER, TCP_SYN, 100, 0, "");
        add_segment(frames, SERVER, CLIENT, TCP_SYN | TCP_ACK, 900, 101, "");
}

static void half_closed(GPtrArray *frames)
{
        open_connection(frames, CLIENT, SERVER);
        add_segment(frames, CLIENT, SERVER, TCP_FIN | TCP_ACK, 101, 901, "");
        add_segment(frames, SERVER, CLIENT, TCP_ACK, 901, 102, "");
}

static void was_reset(GPtrArray *frames)
{
        open_connection(frames, CLIENT, SERVER);
        add_segment(frames, SERVER, CLIENT, TCP_RST | TCP_ACK, 901, 101, "");
}

static void refused_then_listening(GPtrArray *frames)
{
        add_segment(frames, CLIENT, SERVER, TCP_SYN, 5, 0, "");
        add_segment(frames, SERVER, CLIENT, TCP_RST | TCP_ACK, 0, 6, "");
        add_chat(frames, "10.0.0.2 40001", SERVER, 100);
}

static void reconnected(GPtrArray *frames)
{
        add_chat(frames, CLIENT, SERVER, 100);
        add_chat(frames, "10.0.0.2 40001", SERVER, 5000);
}

/* The first connection was never open, so the second one is not another one. */
static void opened_at_last(GPtrArray *frames)
{
        add_segment(frames, CLIENT, SERVER, TCP_SYN, 5, 0, "");
        add_chat(frames, "10.0.0.2 40001", SERVER, 5000);
}

/* Two other hosts, or another port, are no pair. */
static void two_pairs(GPtrArray *frames)
{
        add_chat(frames, CLIENT, SERVER, 100);
        add_chat(frames, "10.0.0.3 40001", SERVER, 5000);
        add_chat(frames, CLIENT, "10.0.0.1 8091", 9000);
}

static void lines_and_segments(GPtrArray *frames)
{
        open_connection(frames, CLIENT, SERVER);
        add_segment(frames, CLIENT, SERVER, TCP_PSH | TCP_ACK, 101, 901, "half of ");
        add_segment(frames, CLIENT, SERVER, TCP_PSH | TCP_ACK, 109, 901, "a line\n");
        add_segment(frames, SERVER, CLIENT, TCP_PSH | TCP_ACK, 901, 116, "one\ntwo\n");
        add_segment(frames, CLIENT, SERVER, TCP_ACK, 116, 909, "");
}

static void retransmitted(GPtrArray *frames)
{
        open_connection(frames, CLIENT, SERVER);
        add_segment(frames, CLIENT, SERVER, TCP_PSH | TCP_ACK, 101, 901, "hello\n");
        add_segment(frames, CLIENT, SERVER, TCP_PSH | TCP_ACK, 101, 901, "hello\n");
        set_time(frames, 1000);
        add_segment(frames, SERVER, CLIENT, TCP_ACK, 901, 107, "");
        set_time(frames, 1001);
}

/* Six bytes are missing, and acknowledged; the clock goes back. */
static void not_captured(GPtrArray *frames)
{
        open_connection(frames, CLIENT, SERVER);
        add_segment(frames, CLIENT, SERVER, TCP_PSH | TCP_ACK, 107, 901, "later\n");
        set_time(frames, 2000);
        add_segment(frames, SERVER, CLIENT, TCP_ACK, 901, 113, "");
        set_time(frames, 1990);
}

static void test_connection_findings(void)
{
        static const struct {
                void (*add)(GPtrArray *frames);
                const char *findings;
        } cases[] = {
                {left_open, "nothing_lost info; left_open info 1"},
                {half_open, "half_open warning 1"},
                {half_closed, "half_closed notice 4; nothing_lost info"},
                {was_reset, "reset warning 4"},
                {refused_then_listening, "refused notice 2; nothing_lost info; refused_then_listening info 3"},
                {reconnected, "nothing_lost info; reconnected info 11"},
                {opened_at_last, "half_open warning 1"},
                {two_pairs, "nothing_lost info"},
                {lines_and_segments,
                 "nothing_lost info; left_open info 1; message_split info 5; messages_joined info 6"},
                {retransmitted, "retransmission warning 5; left_open info 1"},
                {not_captured, "packets_not_captured warning 5; clock_went_back notice 5; left_open info 1"},
        };

        for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
                g_autoptr(GPtrArray) frames = new_frames();
                g_autoptr(Summary) summary = NULL;
                guint64 n = 0;

                cases[i].add(frames);
                summary = summarise(frames);
                expect_findings(summary, cases[i].findings);
                for (guint j = 0; j < N_SEVERITIES; j++)
                        n += summary->n_findings[j];
                g_assert_cmpuint(n, ==, summary->findings->len);
        }
}

/* --- sessions ---------------------------------------------------------------------------------------- */

static void after_leaving(GPtrArray *frames)
{
        registers(frames, ANNA, "hi anna");
        registers(frames, BERT, "hi bert");
        asks(frames, ANNA, "rj red");                  /* 5 */
        answers(frames, ANNA, "rj __clear_peers__");   /* 6 */
        answers(frames, ANNA, "rj 10.0.0.3 40002");    /* 7 */
        asks(frames, ANNA, "rk");                      /* 8 */
        answers(frames, ANNA, "rk");                   /* 9 */
        says(frames, ANNA, BERT, "msg anna> still\n"); /* 10 */
        says(frames, BERT, ANNA, "msg bert> here?\n"); /* 11 */
        asks(frames, BERT, "ar anna");                 /* 12: bert looks for her, so they may talk */
        answers(frames, BERT, "ar 10.0.0.2 40001");    /* 13 */
        says(frames, BERT, ANNA, "msg bert> again\n"); /* 14 */
}

static void to_gone(GPtrArray *frames)
{
        registers(frames, ANNA, "hi anna");
        registers(frames, BERT, "hi bert");
        says(frames, ANNA, BERT, "msg anna> hello\n");
        registers(frames, BERT, "by");                  /* 6, 7 */
        says(frames, ANNA, BERT, "msg anna> hello?\n"); /* 8 */
        registers(frames, BERT, "hi bert");             /* 9, 10 */
        says(frames, ANNA, BERT, "msg anna> there!\n");
}

static void from_elsewhere(GPtrArray *frames)
{
        registers(frames, ANNA, "hi anna");
        registers(frames, BERT, "hi bert");
        says(frames, "10.0.0.5 40009", BERT, "msg anna> it is me\n"); /* 5 */
}

static void restarted(GPtrArray *frames)
{
        registers(frames, ANNA, "hi anna");
        set_time(frames, 100);
        registers(frames, ANNA, "hi anna"); /* 3, 4 */
        ((Stored *) frames->pdata[2])->frame.time = 60000 * MILLISECOND;
        set_time(frames, 60001);
}

/* Right after the answer: it did not come, and the server forgot nothing. */
static void not_heard(GPtrArray *frames)
{
        registers(frames, ANNA, "hi anna");
        registers(frames, ANNA, "hi anna"); /* 3, 4 */
        ((Stored *) frames->pdata[2])->frame.time = 2000 * MILLISECOND;
        set_time(frames, 2001);
}

static void not_understood(GPtrArray *frames)
{
        g_autofree char *text = g_strnfill(2000, 'x'), *message = g_strdup_printf("msg anna> %s\n", text);

        registers(frames, ANNA, "hi anna");
        registers(frames, BERT, "hi bert");
        asks(frames, ANNA, "what is this"); /* 5 */
        says(frames, ANNA, BERT, message);  /* 6 */
}

static void disagreeing(GPtrArray *frames)
{
        registers(frames, ANNA, "hi anna");
        registers(frames, BERT, "hi bert");
        asks(frames, ANNA, "rj red");                /* 5 */
        answers(frames, ANNA, "rj __clear_peers__"); /* 6 */
        asks(frames, BERT, "rj red");                /* 7 */
        answers(frames, BERT, "rj __clear_peers__"); /* 8 */
        answers(frames, BERT, "rj 10.0.0.2 40001");  /* 9 */
        answers(frames, ANNA, "rj __clear_peers__"); /* 10: without bert */
        set_time(frames, 30000);
        answers(frames, ANNA, "rj 10.0.0.4 40003"); /* 11 */
        set_time(frames, 30001);
}

/* Three messages pass both interfaces of the capture, 10 µs apart; the last one only the first. */
static void seen_once(GPtrArray *frames)
{
        registers(frames, ANNA, "hi anna");
        registers(frames, BERT, "hi bert");
        for (guint i = 0; i < 6; i++) {
                g_autofree char *text = g_strdup_printf("msg anna> number %u\n", i / 2);

                says(frames, ANNA, BERT, text); /* 5 to 10 */
                ((Stored *) frames->pdata[4 + i])->frame.time = (100 + i / 2) * MILLISECOND + i % 2 * 10000;
                ((Stored *) frames->pdata[4 + i])->octets->data[14 + 5] =
                        (guint8) (1 + i / 2); /* IPv4 identification */
        }
        says(frames, ANNA, BERT, "msg anna> the last\n"); /* 11 */
        set_time(frames, 200);
}

static void test_session_findings(void)
{
        static const struct {
                void (*add)(GPtrArray *frames);
                const char *findings;
        } cases[] = {
                {after_leaving, "message_after_leave warning 10 11"},
                {to_gone, "message_to_gone_peer warning 8"},
                {from_elsewhere, "address_changed notice 5"},
                {restarted, "server_restarted notice 4"},
                {not_heard, "answer_not_received notice 3"},
                {not_understood, "datagram_too_long warning 6; unknown_datagram notice 5"},
                {disagreeing, "rooms_disagree notice 10"},
                {seen_once, "message_not_received warning 11; captured_twice info 6 8 10"},
        };

        for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
                g_autoptr(GPtrArray) frames = new_frames();
                g_autoptr(Summary) summary = NULL;

                cases[i].add(frames);
                summary = summarise(frames);
                expect_findings(summary, cases[i].findings);
        }
}

/* --- texts ------------------------------------------------------------------------------------------- */

static void short_line_in_parts(GPtrArray *frames)
{
        lines_and_segments(frames);
}

/* The largest segment has ten bytes, and the default of 536 is not enough either. */
static void long_line(GPtrArray *frames)
{
        g_autofree char *text = g_strnfill(1000, 'x');

        open_connection(frames, CLIENT, SERVER);
        for (guint i = 0; i < 100; i++) {
                g_autofree char *part = g_strndup(text + (gsize) 10 * i, 10);

                add_segment(frames, CLIENT, SERVER, TCP_PSH | TCP_ACK, 101 + 10 * i, 901, part);
        }
        add_segment(frames, CLIENT, SERVER, TCP_PSH | TCP_ACK, 1101, 901, "\n");
}

/* A line of 600 bytes in two segments. */
static void add_line_after(GPtrArray *frames, guint16 mss, guint16 mss_of_server)
{
        g_autofree char *part = g_strnfill(300, 'x');

        add_syn(frames, CLIENT, SERVER, TCP_SYN, 100, 0, mss);
        add_syn(frames, SERVER, CLIENT, TCP_SYN | TCP_ACK, 900, 101, mss_of_server);
        add_segment(frames, CLIENT, SERVER, TCP_ACK, 101, 901, "");
        add_segment(frames, CLIENT, SERVER, TCP_PSH | TCP_ACK, 101, 901, part);
        part[299] = '\n';
        add_segment(frames, CLIENT, SERVER, TCP_PSH | TCP_ACK, 401, 901, part);
}

static void one_announces_more(GPtrArray *frames)
{
        add_line_after(frames, 400, 600);
}

static void both_announce_less(GPtrArray *frames)
{
        add_line_after(frames, 599, 400);
}

/* The host that was refused listens, and the other one connects to it. */
static void roles_swapped(GPtrArray *frames)
{
        add_segment(frames, CLIENT, SERVER, TCP_SYN, 5, 0, "");
        add_segment(frames, SERVER, CLIENT, TCP_RST | TCP_ACK, 0, 6, "");
        add_chat(frames, "10.0.0.1 41000", "10.0.0.2 8090", 100);
}

static void no_answer_to_leave(GPtrArray *frames)
{
        registers(frames, ANNA, "hi anna");
        asks(frames, ANNA, "rk");
        asks(frames, BERT, "ul");
        set_time(frames, 60000);
}

static void no_answer_twice(GPtrArray *frames)
{
        registers(frames, ANNA, "hi anna");
        asks(frames, ANNA, "ul");
        asks(frames, ANNA, "ul");
        set_time(frames, 3000);
        asks(frames, BERT, "ul");
        set_time(frames, 60000);
}

static void error_report(GPtrArray *frames)
{
        asks(frames, ANNA, "hi anna");
        add_unreachable(frames, "10.0.0.1", "10.0.0.2", 1);
}

static void capture_ends(GPtrArray *frames)
{
        registers(frames, ANNA, "hi anna");
        asks(frames, ANNA, "ul");
        asks(frames, ANNA, "ar bert");
        set_time(frames, 1003);
}

static void only_question(GPtrArray *frames)
{
        asks(frames, ANNA, "hi anna");
        asks(frames, BERT, "hi bert");
}

static void test_texts(void)
{
        static const struct {
                void (*add)(GPtrArray *frames);
                const char *kind, *pattern;
        } cases[] = {
                {short_line_in_parts, "message_split",
                 "In tcp stream 0, 10.0.0.2:40000 to 10.0.0.1:8090, *one could have held it*"},
                {long_line, "message_split", "*longer than the largest segment*"},
                {one_announces_more, "message_split", "*one could have held it*"},
                {both_announce_less, "message_split", "*longer than the largest segment*"},
                {refused_then_listening, "refused_then_listening", "*a program has started to listen there meanwhile*"},
                {roles_swapped, "refused_then_listening", "*now listens on it itself*"},
                {no_answer_to_leave, "unanswered_request",
                 "anna asked the server “rk” and got no answer. Some servers*"},
                {no_answer_twice, "unanswered_request",
                 "anna asked the server “ul” 2 times and got no answer. UDP does*"},
                {error_report, "unanswered_request", "10.0.0.2:40001 asked the server “hi anna” and*frame 2 quotes*"},
                {capture_ends, "unanswered_request", "*“ul” and got no answer. The capture ends 1.00 s later*"},
                {only_question, "unanswered_request", "10.0.0.2:40001 asked the server “hi anna”*The capture ends*"},
                {from_elsewhere, "address_changed",
                 "Messages of “anna” come from 10.0.0.5:40009, but*for 10.0.0.2:40001*"},
                {after_leaving, "message_after_leave", "anna asked to leave the room in frame 8, and*"},
                {to_gone, "message_to_gone_peer", "bert had left the chat in frame 7, and*"},
                {disagreeing, "rooms_disagree", "bert was last told that anna is in its room. The list that anna got*"},
        };

        for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
                g_autoptr(GPtrArray) frames = new_frames();
                g_autoptr(Summary) summary = NULL;
                const SummaryFinding *found = NULL;

                cases[i].add(frames);
                summary = summarise(frames);
                for (guint j = 0; j < summary->findings->len && !found; j++) {
                        const SummaryFinding *finding = summary->findings->pdata[j];

                        if (g_str_equal(finding->kind, cases[i].kind))
                                found = finding;
                }
                if (!found || !g_pattern_match_simple(cases[i].pattern, found->text))
                        g_error("%s is not %s", found ? found->text : "nothing", cases[i].pattern);
        }
}

static void test_titles(void)
{
        const SummaryFinding half = {.kind = "half_open"}, other = {.kind = "message_after_leave"};
        g_autofree char *one = summary_finding_title(&half), *two = summary_finding_title(&other);

        g_assert_cmpstr(one, ==, "handshake not completed");
        g_assert_cmpstr(two, ==, "message after leave");
}

/* --- many -------------------------------------------------------------------------------------------- */

/* The limit of one severity leaves the others alone. */
static void test_many_findings(void)
{
        g_autoptr(GPtrArray) frames = new_frames();
        g_autoptr(Summary) summary = NULL;
        guint n = SUMMARY_MAX_FINDINGS + 20;
        const SummaryFinding *last;

        for (guint i = 0; i < n; i++) {
                g_autofree char *client = g_strdup_printf("10.%u.%u.2 40000", 1 + i / 200, 1 + i % 200);

                add_segment(frames, client, SERVER, TCP_SYN, 100, 0, "");
                add_segment(frames, SERVER, client, TCP_SYN | TCP_ACK, 900, 101, "");
        }
        add_segment(frames, CLIENT, SERVER, TCP_SYN, 5, 0, "");
        add_segment(frames, SERVER, CLIENT, TCP_RST | TCP_ACK, 0, 6, "");
        summary = summarise(frames);
        g_assert_cmpuint(summary->n_findings[SEVERITY_WARNING], ==, n);
        g_assert_cmpuint(summary->n_findings[SEVERITY_NOTICE], ==, 1);
        g_assert_cmpuint(summary->findings->len, ==, SUMMARY_MAX_FINDINGS + 1);
        last = summary->findings->pdata[SUMMARY_MAX_FINDINGS];
        g_assert_cmpstr(last->kind, ==, "refused");
        for (guint i = 0; i < SUMMARY_MAX_FINDINGS; i++) {
                const SummaryFinding *finding = summary->findings->pdata[i];

                g_assert_cmpint(finding->severity, ==, SEVERITY_WARNING);
                g_assert_cmpuint(frames_first(&finding->frames), ==, 2 * i + 1);
        }
}

int main(int argc, char **argv)
{
        int status;

        g_test_init(&argc, &argv, NULL);
        load_protocols();
        g_test_add_func("/findings/connections", test_connection_findings);
        g_test_add_func("/findings/sessions", test_session_findings);
        g_test_add_func("/findings/texts", test_texts);
        g_test_add_func("/findings/titles", test_titles);
        g_test_add_func("/findings/many", test_many_findings);
        status = g_test_run();
        g_ptr_array_unref(protocols);
        return status;
}
