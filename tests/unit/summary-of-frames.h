/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The summary of crafted frames: through the real timeline and the real fold, as the program makes it of a file. */
#pragma once

#include "analyzer/summary/summary.h"
#include "tests/unit/crafted-frames.h"

#define CLIENT "10.0.0.2 40000"
#define SERVER "10.0.0.1 8090"
#define ANNA "10.0.0.2 40001"
#define BERT "10.0.0.3 40002"
#define CLEO "10.0.0.4 40003"

static GPtrArray *protocols;

static inline void load_protocols(void)
{
        protocols = g_ptr_array_new_with_free_func((GDestroyNotify) chat_protocol_unref);
        for (const char *const *name = chat_protocol_builtin_names(); *name; name++)
                g_ptr_array_add(protocols, chat_protocol_new_builtin(*name));
}

static inline Summary *summarise_within(const GPtrArray *frames, gsize memory_limit)
{
        const TimelineOptions options = {.protocols = protocols};
        g_autoptr(SummaryBuilder) builder = summary_builder_new(memory_limit);
        g_autoptr(Timeline) timeline =
                timeline_new(&options, summary_builder_record, summary_builder_conversation, builder);
        TimelineCounts counts;
        Packet packet;

        for (guint i = 0; i < frames->len; i++) {
                packet_decode(&((const Stored *) frames->pdata[i])->frame, &packet);
                timeline_scan(timeline, &packet, 1);
        }
        timeline_begin(timeline);
        for (guint i = 0; i < frames->len; i++) {
                packet_decode(&((const Stored *) frames->pdata[i])->frame, &packet);
                summary_builder_packet(&packet, builder);
                timeline_add(timeline, &packet, 1);
        }
        timeline_finish(timeline);
        counts = timeline_get_counts(timeline);
        return summary_builder_finish(builder, &counts);
}

static inline Summary *summarise(const GPtrArray *frames)
{
        return summarise_within(frames, 0);
}

/* The time of the newest frame. */
static inline void set_time(const GPtrArray *frames, gint64 milliseconds)
{
        ((Stored *) frames->pdata[frames->len - 1])->frame.time = milliseconds * MILLISECOND;
}

/* "1-3, 7", as they are stored. */
static inline void expect_frames(const Frames *frames, const char *expected)
{
        g_autoptr(GString) text = g_string_new(NULL);
        guint64 stored = 0;

        for (guint i = 0; i < frames->ranges->len; i++) {
                const FrameRange *range = &g_array_index(frames->ranges, FrameRange, i);

                g_string_append_printf(text, "%s%" G_GUINT64_FORMAT, i > 0 ? ", " : "", range->first);
                if (range->last != range->first)
                        g_string_append_printf(text, "-%" G_GUINT64_FORMAT, range->last);
                stored += range->last - range->first + 1;
        }
        g_assert_cmpstr(text->str, ==, expected);
        g_assert_cmpint(frames->is_complete, ==, stored == frames->count);
}

/* The findings of a summary: "kind severity frames; …", in their order. */
static inline char *findings_text(const Summary *summary)
{
        GString *text = g_string_new(NULL);

        for (guint i = 0; i < summary->findings->len; i++) {
                const SummaryFinding *finding = g_ptr_array_index(summary->findings, i);

                g_string_append_printf(text, "%s%s %s", i > 0 ? "; " : "", finding->kind,
                                       severity_to_string(finding->severity));
                for (guint j = 0; j < finding->frames.ranges->len; j++) {
                        const FrameRange *range = &g_array_index(finding->frames.ranges, FrameRange, j);

                        for (guint64 frame = range->first; frame <= range->last; frame++)
                                g_string_append_printf(text, " %" G_GUINT64_FORMAT, frame);
                }
        }
        return g_string_free(text, FALSE);
}

static inline void expect_findings(const Summary *summary, const char *expected)
{
        g_autofree char *text = findings_text(summary);

        g_assert_cmpstr(text, ==, expected);
}

/* --- what happens in captures ------------------------------------------------------------------------- */

/* A connection with a line from each side, closed by the client: ten frames. */
static inline void add_chat(GPtrArray *frames, const char *client, const char *server, guint32 isn)
{
        add_segment(frames, client, server, TCP_SYN, isn, 0, "");
        add_segment(frames, server, client, TCP_SYN | TCP_ACK, 900, isn + 1, "");
        add_segment(frames, client, server, TCP_ACK, isn + 1, 901, "");
        add_segment(frames, client, server, TCP_PSH | TCP_ACK, isn + 1, 901, "hello\n");
        add_segment(frames, server, client, TCP_ACK, 901, isn + 7, "");
        add_segment(frames, server, client, TCP_PSH | TCP_ACK, 901, isn + 7, "good day\n");
        add_segment(frames, client, server, TCP_ACK, isn + 7, 910, "");
        add_segment(frames, client, server, TCP_FIN | TCP_ACK, isn + 7, 910, "");
        add_segment(frames, server, client, TCP_FIN | TCP_ACK, 910, isn + 8, "");
        add_segment(frames, client, server, TCP_ACK, isn + 8, 911, "");
}

static inline void asks(GPtrArray *frames, const char *client, const char *text)
{
        add_datagram(frames, client, SERVER, text);
}

static inline void answers(GPtrArray *frames, const char *client, const char *text)
{
        add_datagram(frames, SERVER, client, text);
}

/* Two frames. */
static inline void registers(GPtrArray *frames, const char *client, const char *text)
{
        asks(frames, client, text);
        answers(frames, client, text);
}

static inline void says(GPtrArray *frames, const char *from, const char *to, const char *text)
{
        add_datagram(frames, from, to, text);
}

/* An ICMP error from host about the frame with that number: type 3, code 3, which stand where ports would. */
static inline void add_unreachable(GPtrArray *frames, const char *host, const char *to, guint quoted)
{
        const Stored *stored = frames->pdata[quoted - 1];
        g_autoptr(GByteArray) rest = g_byte_array_new();
        g_autofree char *from = g_strdup_printf("%s 771", host), *receiver = g_strdup_printf("%s 0", to);

        put32(rest, 0);
        g_byte_array_append(rest, stored->octets->data + 14, stored->octets->len - 14);
        add_packet(frames, 1, from, receiver, rest, "", 0);
}
