/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is easily misread in this capture: each rule looks for records, among those shown, that invite its misreading.
 * If it finds any, the section has a row with their frames. */
#include "reports/prose.h"
#include "reports/sections.h"

/* Wireshark's hex pane leaves a gap after this number of bytes, in the hexadecimal part and in the text. */
#define PANE_COLUMN 8

typedef struct {
        const char *looks; /* the misreading: "it looks as if …" */
        /* Collects the frames that invite it (none: there is no such row), and appends what they really are. */
        void (*judge)(const Story *story, FrameSet *frames, GString *text);
} Misreading;

static const Record *get_record(const Story *story, guint i)
{
        return g_ptr_array_index(story->shown, i);
}

static void add(FrameSet *frames, const Record *record)
{
        frame_set_add(frames, record->packet->frame->number, record->packet->frame->original_length);
}

static gboolean is_tcp(const Record *record)
{
        return record->packet->transport == TRANSPORT_TCP;
}

/* Where the payload is in the frame. FALSE: it came in fragments, or there is none. */
static gboolean find_payload(const Packet *packet, guint32 *ret_offset, guint32 *ret_length)
{
        for (guint i = 0; i < packet->n_layers; i++)
                if (packet->layers[i].kind == LAYER_PAYLOAD && packet->layers[i].depth == 0) {
                        *ret_offset = packet->layers[i].offset;
                        *ret_length = packet->layers[i].length;
                        return TRUE;
                }
        return FALSE;
}

/* The text as the pane shows it: "hi fro m alpine". */
static void append_as_in_pane(GString *text, const Packet *packet, guint32 offset, guint32 length)
{
        for (guint32 at = 0; at < length;) {
                guint32 n = MIN(PANE_COLUMN - (offset + at) % PANE_COLUMN, length - at);

                g_string_append(text, at > 0 ? " " : "");
                prose_append_wire(text, (const char *) packet->payload + at, n, 0);
                at += n;
        }
}

/* Finds messages of a single packet in whose text the pane leaves a gap. */
static void judge_columns(const Story *story, FrameSet *frames, GString *text)
{
        for (guint i = 0; i < story->shown->len; i++) {
                const Record *record = get_record(story, i);
                const SessionPacket *told = record->told;
                guint32 offset, length;

                if (record->maintenance || told->n_messages != 1 || told->messages[0].n_segments > 1 ||
                    !find_payload(record->packet, &offset, &length))
                        continue;
                length -= length > 0 && record->packet->payload[length - 1] == '\n' ? 1 : 0;
                if (PANE_COLUMN - offset % PANE_COLUMN >= length)
                        continue;
                add(frames, record);
                if (frames->packets > 1)
                        continue;
                g_string_append(text, "The hex pane leaves a gap after every 8 bytes, so the text of the first of "
                                      "these frames reads “");
                append_as_in_pane(text, record->packet, offset, MIN(length, 48));
                g_string_append(text,
                                "”. The gaps are only in the pane: the packet has none, and this is one message.");
        }
}

static void judge_push(const Story *story, FrameSet *frames, GString *text)
{
        for (guint i = 0; i < story->shown->len; i++) {
                const Record *record = get_record(story, i);

                if (is_tcp(record) && (record->packet->tcp.flags & (TCP_PSH | TCP_URG)) == TCP_PSH)
                        add(frames, record);
        }
        g_string_append(
                text,
                "PSH says that the sender had nothing more to send at that moment, so that the receiver should not "
                "wait for more before it hands the data on (RFC 9293, section 3.9.1.2). Urgent data would have "
                "the flag URG.");
}

static void judge_acknowledgement(const Story *story, FrameSet *frames, GString *text)
{
        for (guint i = 0; i < story->shown->len; i++) {
                const Record *record = get_record(story, i);

                if (is_tcp(record) && record->kind == KIND_ACK && record->phase == PHASE_TRANSFER)
                        add(frames, record);
        }
        g_string_append(
                text,
                "These segments carry no data. The receiver's TCP sends them by itself, to say how far it has "
                "received (RFC 9293, section 3.4). Neither a person nor a program wrote them; their answer would be a "
                "packet with data.");
}

static void judge_port_filter(const Story *story, FrameSet *frames, GString *text)
{
        guint16 port = 0;

        for (guint i = 0; i < story->summary->sessions->len && port == 0; i++)
                port = ((const SummarySession *) g_ptr_array_index(story->summary->sessions, i))->server.port;
        for (guint i = 0; i < story->shown->len && port != 0; i++) {
                const Record *record = get_record(story, i);
                const Packet *packet = record->packet;

                if (packet->transport == TRANSPORT_UDP && packet->source.port != port &&
                    packet->destination.port != port)
                        add(frames, record);
        }
        g_string_append_printf(
                text,
                "The filter udp.port == %u shows only the traffic with the server. These messages go from "
                "peer to peer, between ports that each system chose, and the filter hides all of them.",
                port);
}

static void judge_segment(const Story *story, FrameSet *frames, GString *text)
{
        gboolean several = FALSE, split = FALSE;

        for (guint i = 0; i < story->shown->len; i++) {
                const Record *record = get_record(story, i);
                gboolean is_split = FALSE;

                if (!is_tcp(record) || !record->told->protocol)
                        continue;
                for (guint j = 0; j < record->told->n_messages; j++)
                        is_split |= record->told->messages[j].n_segments > 1;
                if (!is_split && record->told->n_messages < 2)
                        continue;
                split |= is_split;
                several |= record->told->n_messages > 1;
                add(frames, record);
        }
        g_string_append(text, several && split ?
                                      "Here one segment holds several lines, and one line takes several segments. " :
                              several ? "Here one segment holds several lines. " :
                                        "Here one line takes several segments. ");
        g_string_append(text,
                        "TCP carries a stream of bytes and cuts it where it likes; only the line feed ends a line.");
}

static void judge_relative(const Story *story, FrameSet *frames, GString *text)
{
        for (guint i = 0; i < story->shown->len; i++) {
                const Record *record = get_record(story, i);

                if (!is_tcp(record) || (record->kind != KIND_SYN && record->kind != KIND_SYN_ACK) ||
                    record->packet->tcp.sequence == 0)
                        continue;
                add(frames, record);
                if (frames->packets == 1)
                        g_string_append_printf(
                                text,
                                "Sequence numbers are shown as the distance from the first one, so every "
                                "connection seems to begin with 0. The header holds another number, here %u, "
                                "which is chosen anew for each connection (RFC 9293, section 3.4.1).",
                                record->packet->tcp.sequence);
        }
}

/* Finds teardowns of three segments: FIN; FIN and ACK in one; ACK. */
static void judge_teardown(const Story *story, FrameSet *frames, GString *text)
{
        for (guint i = 0; i < story->shown->len; i++) {
                const Record *record = get_record(story, i);
                const StoryConversation *conversation = story_get_conversation(story, record);
                guint fins = 0, acks = 0;

                if (record->kind != KIND_FIN || conversation->teardown != TCP_TEARDOWN_FIN)
                        continue;
                for (guint j = 0; j < story->shown->len; j++) {
                        const Record *other = get_record(story, j);

                        if (story_get_conversation(story, other) != conversation)
                                continue;
                        fins += other->kind == KIND_FIN;
                        acks += other->kind == KIND_TEARDOWN_ACK;
                }
                if (fins == 2 && acks == 1)
                        add(frames, record);
        }
        g_string_append(
                text,
                "Books draw four segments: FIN, ACK, FIN, ACK. Here the side that closes second had nothing more to "
                "send, so its FIN also acknowledges the first one. Both directions are closed, and nothing is "
                "missing.");
}

static void judge_checksum(const Story *story, FrameSet *frames, GString *text)
{
        for (guint i = 0; i < story->shown->len; i++) {
                const Record *record = get_record(story, i);

                if (record_checksum(record) == CHECKSUM_OFFLOADED)
                        add(frames, record);
        }
        g_string_append(
                text,
                "They were captured on the sending host, before its network card computed the checksum, which is right "
                "when the packet leaves the card.");
}

static const Misreading misreadings[] = {
        {"the hex pane shows that the data is split", judge_columns},
        {"PSH marks something urgent", judge_push},
        {"an ACK is the other person's answer", judge_acknowledgement},
        {"the server's port finds the whole chat", judge_port_filter},
        {"a segment is a message", judge_segment},
        {"the connection really counts from 0", judge_relative},
        {"a teardown of three segments is incomplete", judge_teardown},
        {"wrong checksums mean damaged packets", judge_checksum},
};

static void write_row(Document *document, const char *looks, const char *text, const FrameSet *frames)
{
        document_begin_row(document, ROW_PLAIN);
        document_text_cell(document, looks);
        document_begin_cell(document, 1);
        document_text(document, TEXT_WIRE, text);
        document_end_cell(document);
        document_frames_cell(document, frames);
        document_end_row(document);
}

void section_misread(Document *document, const Story *story)
{
        static const Column columns[] = {
                {"it looks as if", COLUMN_TITLE, NULL},
                {"what it is", COLUMN_TEXT, NULL},
                {"frames", COLUMN_FRAMES, NULL},
        };
        gboolean any = FALSE;

        for (guint i = 0; i < G_N_ELEMENTS(misreadings); i++) {
                g_autoptr(GString) text = g_string_new(NULL);
                FrameSet frames = {0};

                misreadings[i].judge(story, &frames, text);
                if (frames.packets > 0 && !any) {
                        document_begin_section(document, "misread", "Easily misread", NULL);
                        document_begin_table(document, "misread", columns, G_N_ELEMENTS(columns));
                        any = TRUE;
                }
                if (frames.packets > 0)
                        write_row(document, misreadings[i].looks, text->str, &frames);
                frame_set_clear(&frames);
        }
        if (!any)
                return;
        document_end_table(document);
        document_end_section(document);
}
