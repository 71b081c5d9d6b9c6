/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From frames to records: what is held and given up, and that a live capture tells what its file tells. */
#include "analyzer/timeline/timeline.h"

#include "tests/unit/crafted-frames.h"

#include <string.h>

static GPtrArray *protocols;

/* --- records ----------------------------------------------------------------------------------------- */

typedef struct {
        guint64 frame;
        const char *protocol; /* "-": none */
        char *text;           /* all else that matters of it */
} Told;

static void told_free(gpointer data)
{
        Told *told = data;

        g_free(told->text);
        g_free(told);
}

static void take_record(const Record *record, gpointer user_data)
{
        g_autoptr(GString) terms = g_string_new(NULL), explanation = g_string_new(NULL);
        GString *text = g_string_new(NULL);
        Told *told = g_new0(Told, 1);

        record_append_terms(record, terms);
        explanation_append(record->explanation, NULL, explanation);
        g_string_printf(text, "%" G_GUINT64_FORMAT " %" G_GINT64_FORMAT " %u %s %s %s %s→%s %s | %s | %s | %s",
                        record->packet->frame->number, record->offset, record->flow->conversation->stream,
                        phase_to_string(record->phase), kind_to_string(record->kind), consumer_to_string(record->layer),
                        record_source_role(record), record_destination_role(record),
                        record->maintenance ? "maintenance" : "new", record->label->str, explanation->str, terms->str);
        if (record->told->source_name)
                g_string_append_printf(text, " by %s", record->told->source_name);
        for (guint i = 0; i < record->told->n_messages; i++)
                g_string_append_printf(text, " [%.*s]", (int) record->told->messages[i].octets.length,
                                       record->told->messages[i].octets.start);
        told->frame = record->packet->frame->number;
        told->protocol = record->told->protocol ? chat_protocol_get_name(record->told->protocol) : "-";
        told->text = g_string_free(text, FALSE);
        g_ptr_array_add(user_data, told);
}

static gint compare_told(gconstpointer a, gconstpointer b)
{
        guint64 first = (*(const Told *const *) a)->frame, second = (*(const Told *const *) b)->frame;

        return first < second ? -1 : first > second;
}

static void
feed(Timeline *timeline, void (*take)(Timeline *timeline, const Packet *packets, guint n), const GPtrArray *frames)
{
        for (guint i = 0; i < frames->len; i++) {
                Packet packet;

                packet_decode(&((const Stored *) frames->pdata[i])->frame, &packet);
                take(timeline, &packet, 1);
        }
}

static GPtrArray *tell(const GPtrArray *frames, gboolean is_live, gboolean all, TimelineCounts *ret_counts)
{
        TimelineOptions options = {.protocols = protocols, .all = all, .explain = TRUE};
        GPtrArray *told = g_ptr_array_new_with_free_func(told_free);
        g_autoptr(Timeline) timeline = timeline_new(&options, take_record, NULL, told);

        if (!is_live) {
                feed(timeline, timeline_scan, frames);
                g_assert_cmpuint(told->len, ==, 0);
                timeline_begin(timeline);
        }
        feed(timeline, timeline_add, frames);
        timeline_finish(timeline);
        *ret_counts = timeline_get_counts(timeline);
        g_assert_cmpuint(ret_counts->frames, ==, frames->len);
        g_assert_cmpuint(ret_counts->told, ==, told->len);
        if (is_live)
                g_ptr_array_sort(told, compare_told);
        for (guint i = 1; i < told->len; i++)
                g_assert_cmpint(compare_told(&told->pdata[i - 1], &told->pdata[i]), <, 0);
        return told;
}

static guint64 frame_of(const GPtrArray *told, guint index)
{
        g_assert_cmpuint(index, <, told->len);
        return ((const Told *) told->pdata[index])->frame;
}

/* Where everything is told, a handshake comes before live knows whether it is a chat's. */
static void check_same(const Told *live, const Told *file, gboolean all)
{
        g_assert_cmpstr(live->text, ==, file->text);
        if (!all || !g_str_equal(live->protocol, "-"))
                g_assert_cmpstr(live->protocol, ==, file->protocol);
}

/* Live and file, chats alone and all: the same records. Returns how many chat packets there are. */
static guint check_live_is_file(const GPtrArray *frames)
{
        guint n = 0;

        for (guint all = 0; all < 2; all++) {
                TimelineCounts counts;
                g_autoptr(GPtrArray) live = tell(frames, TRUE, all, &counts);
                g_autoptr(GPtrArray) file = tell(frames, FALSE, all, &counts);

                for (guint i = 0; i < MIN(live->len, file->len); i++)
                        check_same(live->pdata[i], file->pdata[i], all != 0);
                g_assert_cmpuint(live->len, ==, file->len);
                if (!all)
                        n = file->len;
        }
        return n;
}

#define CLIENT "10.0.0.2 4000"
#define OTHER "10.0.0.3 4000"
#define SERVER "10.0.0.1 8090"
#define NO_CHAT "10.0.0.1 5555"

static void test_decided_late(void)
{
        g_autoptr(GPtrArray) frames = new_frames();

        /* Two connections to a port that is nobody's, one a chat, one not; datagrams between them. */
        add_handshake(frames, CLIENT, NO_CHAT);
        add_handshake(frames, OTHER, NO_CHAT);
        add_datagram(frames, CLIENT, SERVER, "hi alpine");
        add_segment(frames, CLIENT, NO_CHAT, TCP_PSH | TCP_ACK, 1, 1, "hel");
        add_datagram(frames, SERVER, CLIENT, "hi alpine");
        add_segment(frames, OTHER, NO_CHAT, TCP_PSH | TCP_ACK, 1, 1, "GET / HTTP/1.0\r\n");
        add_segment(frames, NO_CHAT, CLIENT, TCP_ACK, 1, 4, "");
        add_segment(frames, CLIENT, NO_CHAT, TCP_PSH | TCP_ACK, 4, 1, "lo\nand");
        add_segment(frames, NO_CHAT, CLIENT, TCP_PSH | TCP_ACK, 1, 10, "answer\n");
        add_segment(frames, CLIENT, NO_CHAT, TCP_FIN | TCP_ACK, 10, 8, " the end");
        g_assert_cmpuint(check_live_is_file(frames), ==, 3 + 2 + 5);
}

/* What a held packet's record says must not come from the packets after it. */
static void test_later_packets_do_not_show(void)
{
        g_autoptr(GPtrArray) frames = new_frames();

        /* The capture begins in the middle; then the same ports are used again, in the other direction. */
        add_segment(frames, CLIENT, NO_CHAT, TCP_ACK, 1, 1, "");
        add_segment(frames, NO_CHAT, CLIENT, TCP_ACK, 1, 1, "");
        add_segment(frames, CLIENT, NO_CHAT, TCP_SYN | TCP_ACK, 0, 1, "");
        add_segment(frames, NO_CHAT, CLIENT, TCP_ACK, 1, 1, "");
        add_segment(frames, NO_CHAT, CLIENT, TCP_PSH | TCP_ACK, 1, 1, "hello\n");
        g_assert_cmpuint(check_live_is_file(frames), ==, frames->len);
}

static void test_undecided_at_end(void)
{
        g_autoptr(GPtrArray) frames = new_frames();

        add_handshake(frames, CLIENT, NO_CHAT);
        add_segment(frames, CLIENT, NO_CHAT, TCP_PSH | TCP_ACK, 1, 1, "no end");
        add_datagram(frames, OTHER, NO_CHAT, "hi there you");
        add_handshake(frames, CLIENT, SERVER); /* its port makes it a chat, though nobody speaks */
        g_assert_cmpuint(check_live_is_file(frames), ==, 3);
}

static void test_both_families(void)
{
        static const char client[] = "a00:2:: 4000", server[] = "a00:1:: 8090";
        g_autoptr(GPtrArray) frames = new_frames();

        /* The addresses begin with the octets of the IPv4 ones: conversations and names of their own. */
        add_handshake(frames, CLIENT, SERVER);
        add_handshake(frames, client, server);
        add_segment(frames, CLIENT, SERVER, TCP_PSH | TCP_ACK, 1, 1, "four\n");
        add_segment(frames, client, server, TCP_PSH | TCP_ACK, 1, 1, "six\n");
        add_datagram(frames, CLIENT, SERVER, "hi alpine");
        add_datagram(frames, SERVER, CLIENT, "hi alpine");
        add_datagram(frames, client, server, "hi fedora");
        add_datagram(frames, server, client, "hi fedora");
        add_datagram(frames, CLIENT, SERVER, "ul");
        add_datagram(frames, client, server, "ul");
        g_assert_cmpuint(check_live_is_file(frames), ==, frames->len);
        {
                TimelineCounts counts;
                g_autoptr(GPtrArray) told = tell(frames, FALSE, FALSE, &counts);

                g_assert_nonnull(strstr(((Told *) told->pdata[12])->text, "by alpine"));
                g_assert_nonnull(strstr(((Told *) told->pdata[13])->text, "by fedora"));
        }
}

static void test_held_packets_bounded(void)
{
        g_autoptr(GPtrArray) frames = new_frames();
        g_autoptr(GPtrArray) told = NULL;
        TimelineCounts counts;

        add_handshake(frames, CLIENT, NO_CHAT);
        for (guint i = 3; i < TIMELINE_MAX_HELD + 10; i++)
                add_segment(frames, CLIENT, NO_CHAT, TCP_ACK, 1, 1, "");
        add_segment(frames, CLIENT, NO_CHAT, TCP_PSH | TCP_ACK, 1, 1, "hello\n");
        told = tell(frames, TRUE, FALSE, &counts);
        /* The oldest ten are given up, the rest is told with the line that decides. */
        g_assert_cmpuint(counts.given_up, ==, 10);
        g_assert_cmpuint(told->len, ==, TIMELINE_MAX_HELD + 1);
        g_assert_cmpuint(frame_of(told, 0), ==, 11);
        g_ptr_array_unref(told);
        told = tell(frames, FALSE, FALSE, &counts);
        g_assert_cmpuint(counts.given_up, ==, 0);
        g_assert_cmpuint(told->len, ==, frames->len);
}

static void test_held_octets_bounded(void)
{
        g_autoptr(GPtrArray) frames = new_frames();
        g_autoptr(GPtrArray) told = NULL;
        g_autofree char *text = g_strnfill(60000, 'x');
        guint n = TIMELINE_MAX_HELD_OCTETS / 60000 + 20;
        TimelineCounts counts;
        char source[32];

        /* Text that no form fits, each from another port; all are undecided. */
        for (guint i = 0; i < n; i++) {
                g_snprintf(source, sizeof source, "10.0.0.2 %u", 10000 + i);
                add_datagram(frames, source, NO_CHAT, text);
        }
        /* The first and the last of them turn out to be chats. */
        add_datagram(frames, "10.0.0.2 10000", NO_CHAT, "msg alpine> hello\n");
        add_datagram(frames, source, NO_CHAT, "msg debian> hello\n");
        told = tell(frames, TRUE, FALSE, &counts);
        g_assert_cmpuint(counts.given_up, >=, 20);
        g_assert_cmpuint(counts.given_up, <, 60);
        g_assert_cmpuint(told->len, ==, 3);
        g_assert_cmpuint(frame_of(told, 0), ==, n);
        g_assert_cmpuint(frame_of(told, 1), ==, n + 1);
        g_assert_cmpuint(frame_of(told, 2), ==, n + 2);
}

static void test_times(void)
{
        g_autoptr(GPtrArray) frames = new_frames();
        g_autoptr(GPtrArray) told = NULL;
        TimelineCounts counts;
        guint i = 0;

        for (i = 0; i < 5; i++)
                add_datagram(frames, CLIENT, SERVER, i % 2 ? "ul" : "rl");
        ((Stored *) frames->pdata[0])->frame.has_time = FALSE;
        ((Stored *) frames->pdata[0])->frame.time = 0;
        ((Stored *) frames->pdata[1])->frame.time = -5;
        ((Stored *) frames->pdata[2])->frame.time = -7;         /* backwards */
        ((Stored *) frames->pdata[3])->frame.time = G_MAXINT64; /* further than a number of nanoseconds goes */
        ((Stored *) frames->pdata[4])->frame.time = G_MININT64;
        told = tell(frames, FALSE, FALSE, &counts);
        g_assert_cmpuint(told->len, ==, 5);
        g_assert_true(g_str_has_prefix(((Told *) told->pdata[0])->text, "1 0 "));
        g_assert_true(g_str_has_prefix(((Told *) told->pdata[1])->text, "2 0 "));
        g_assert_true(g_str_has_prefix(((Told *) told->pdata[2])->text, "3 -2 "));
        g_assert_true(g_str_has_prefix(((Told *) told->pdata[3])->text, "4 0 "));
        g_assert_cmpuint(check_live_is_file(frames), ==, 5);
}

static void test_what_is_no_packet(void)
{
        g_autoptr(GPtrArray) frames = new_frames();
        g_autoptr(GPtrArray) told = NULL;
        TimelineCounts counts;

        for (guint i = 0; i < 4; i++)
                add_datagram(frames, CLIENT, SERVER, "ul");
        ((Stored *) frames->pdata[0])->frame.is_packet = FALSE;
        ((Stored *) frames->pdata[1])->frame.link_type = 147;
        ((Stored *) frames->pdata[2])->frame.captured_length = 0; /* the snapshot length left nothing */
        told = tell(frames, FALSE, FALSE, &counts);
        g_assert_cmpuint(counts.frames, ==, 4);
        g_assert_cmpuint(counts.unread, ==, 1);
        g_assert_cmpuint(counts.unread_link_type, ==, 147);
        g_assert_cmpuint(told->len, ==, 1);
        g_assert_cmpuint(frame_of(told, 0), ==, 4);
}

/* Live, with everything told: a handshake comes at once; a line that may be a chat's when it is decided. */
static void test_all_at_once(void)
{
        g_autoptr(GPtrArray) frames = new_frames();
        g_autoptr(GPtrArray) told = g_ptr_array_new_with_free_func(told_free);
        const TimelineOptions options = {.protocols = protocols, .all = TRUE, .explain = TRUE};
        g_autoptr(Timeline) timeline = timeline_new(&options, take_record, NULL, told);
        static const struct {
                guint told;
                const char *protocol; /* of the last that was told */
        } after[] = {{1, "-"},       {2, "-"}, {3, "-"}, {3, "-"},      {5, "tcpchat"},
                     {6, "tcpchat"}, {7, "-"}, {7, "-"}, {9, "udpchat"}};

        add_handshake(frames, CLIENT, NO_CHAT);
        add_segment(frames, CLIENT, NO_CHAT, TCP_PSH | TCP_ACK, 1, 1, "hel");
        add_segment(frames, CLIENT, NO_CHAT, TCP_PSH | TCP_ACK, 4, 1, "lo\n");
        add_segment(frames, CLIENT, SERVER, TCP_SYN, 0, 0, ""); /* its port speaks for it */
        add_datagram(frames, OTHER, NO_CHAT, "M-SEARCH * HTTP/1.1\r\n");
        add_datagram(frames, CLIENT, NO_CHAT, "hi alpine"); /* a request, if it is answered */
        add_datagram(frames, NO_CHAT, CLIENT, "hi alpine");
        g_assert_cmpuint(frames->len, ==, G_N_ELEMENTS(after));
        for (guint i = 0; i < frames->len; i++) {
                Packet packet;

                packet_decode(&((const Stored *) frames->pdata[i])->frame, &packet);
                timeline_add(timeline, &packet, 1);
                g_assert_cmpuint(told->len, ==, after[i].told);
                g_assert_cmpstr(((const Told *) told->pdata[told->len - 1])->protocol, ==, after[i].protocol);
        }
}

static void test_nothing(void)
{
        g_autoptr(GPtrArray) frames = new_frames();

        g_assert_cmpuint(check_live_is_file(frames), ==, 0);
}

int main(int argc, char **argv)
{
        int status;

        g_test_init(&argc, &argv, NULL);
        protocols = g_ptr_array_new_with_free_func((GDestroyNotify) chat_protocol_unref);
        for (const char *const *name = chat_protocol_builtin_names(); *name; name++)
                g_ptr_array_add(protocols, chat_protocol_new_builtin(*name));
        g_test_add_func("/timeline/decided-late", test_decided_late);
        g_test_add_func("/timeline/later-packets-do-not-show", test_later_packets_do_not_show);
        g_test_add_func("/timeline/undecided-at-end", test_undecided_at_end);
        g_test_add_func("/timeline/both-families", test_both_families);
        g_test_add_func("/timeline/held-packets-bounded", test_held_packets_bounded);
        g_test_add_func("/timeline/held-octets-bounded", test_held_octets_bounded);
        g_test_add_func("/timeline/times", test_times);
        g_test_add_func("/timeline/what-is-no-packet", test_what_is_no_packet);
        g_test_add_func("/timeline/all-at-once", test_all_at_once);
        g_test_add_func("/timeline/nothing", test_nothing);
        status = g_test_run();
        g_ptr_array_unref(protocols);
        return status;
}
