/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Findings about one conversation as a whole, made at its end. */
#include "analyzer/summary/findings-private.h"

#include "analyzer/timeline/append.h"

/* The text of a finding about a connection: names the connection, then says text. */
static char *about(const ConversationRecord *record, const char *text)
{
        const Conversation *conversation = record->conversation;
        GString *sentence = g_string_new(NULL);

        g_string_append_printf(sentence, "In tcp stream %u, ", conversation->stream);
        summary_append_endpoint(sentence, &conversation->endpoints[record->client]);
        append_literal(sentence, " to ");
        summary_append_endpoint(sentence, &conversation->endpoints[!record->client]);
        append_literal(sentence, ", ");
        append_text(sentence, text);
        append_end(sentence);
        return g_string_free(sentence, FALSE);
}

static void note(Findings *self,
                 const ConversationRecord *record,
                 const char *kind,
                 Severity severity,
                 const Frames *frames,
                 const char *text)
{
        SummaryFinding *finding;

        if (frames->count == 0)
                return;
        finding = findings_new_one(self->memory, kind, severity, about(record, text));
        findings_copy_frames(&finding->frames, frames);
        findings_keep(self->noted, self->n_noted, finding);
}

static void note_one(Findings *self,
                     const ConversationRecord *record,
                     const char *kind,
                     Severity severity,
                     guint64 frame,
                     const char *text)
{
        SummaryFinding *finding = findings_new_one(self->memory, kind, severity, about(record, text));

        if (frame > 0)
                frames_add(&finding->frames, frame);
        findings_keep(self->noted, self->n_noted, finding);
}

/* The larger of the two announced maximum segment sizes; without that option the default, RFC 9293 section 3.7.1. */
static guint32 segment_limit(const Conversation *conversation)
{
        guint32 announced = MAX(conversation->tcp->sides[0].mss, conversation->tcp->sides[1].mss);

        return announced > 0 ? announced : conversation->endpoints[0].address.family == 6 ? 1220 : 536;
}

static void note_split(Findings *self, const ConversationRecord *record, const Notes *notes)
{
        note(self, record, "message_split", SEVERITY_INFO, &notes->split,
             notes->split_length > MAX(notes->largest_segment, segment_limit(record->conversation)) ?
                     "a line was longer than the largest segment of this connection, so it took several: TCP carries "
                     "bytes, and knows nothing of lines (RFC 9293, section 3.9.1.2)." :
                     "a line came in several segments although one could have held it: its program handed it to TCP in "
                     "parts, or TCP sent what it had. A segment is not a message (RFC 9293, section 3.9.1.2).");
        note(self, record, "messages_joined", SEVERITY_INFO, &notes->joined,
             "one segment brings several lines: they were written at once, or TCP collected them while earlier data "
             "was not acknowledged (the Nagle algorithm, RFC 9293, section 3.7.4). A segment is not a message.");
}

static void note_trouble(Findings *self, const ConversationRecord *record, const Notes *notes)
{
        note(self, record, "retransmission", SEVERITY_WARNING, &notes->retransmitted,
             notes->retransmitted.count == 1 ?
                     "one segment was sent again, usually because it was not acknowledged in time or because "
                     "acknowledgements showed a gap (RFC 9293, section 3.8.1; RFC 5681, section 3.2)." :
                     "segments were sent again, usually because they were not acknowledged in time or because "
                     "acknowledgements showed a gap (RFC 9293, section 3.8.1; RFC 5681, section 3.2).");
        note(self, record, "reordered", SEVERITY_NOTICE, &notes->reordered,
             "segments were not captured in the order in which they were sent: IP does not guarantee it, and TCP "
             "restores it (RFC 9293, section 3.10.7.4).");
        note(self, record, "packets_not_captured", SEVERITY_WARNING, &notes->missing,
             "bytes are missing from the capture. Where they were acknowledged, they did arrive: the capture missed "
             "them.");
        note(self, record, "captured_twice", SEVERITY_INFO, &notes->twice,
             "packets were captured twice, at two points on their way. They were sent once: lines, messages and "
             "requests are counted once, and the tables of packets list the copies as such.");
        note(self, record, "zero_window", SEVERITY_NOTICE, &notes->zero_window,
             "a receiver announced a window of zero: its buffer was full until its program read, and the sender had to "
             "wait (RFC 9293, section 3.8.6).");
        note(self, record, "reset_ignored", SEVERITY_NOTICE, &notes->ignored_resets,
             "an RST had no effect: its receiver does not accept its number, or what it acknowledges (RFC 9293, "
             "sections 3.10.7.3 and 3.10.7.4), so that nobody can end a connection by guessing.");
        note_split(self, record, notes);
}

/* The first SYN's frame, or else the first frame that had a record; 0: not known. */
static guint64 first_frame(const ConversationRecord *record, const Notes *notes)
{
        const FlowTcp *tcp = record->conversation->tcp;

        return tcp->handshake_syn_frame > 0 || !notes ? tcp->handshake_syn_frame : notes->first;
}

static void note_half_closed(Findings *self, const ConversationRecord *record)
{
        const FlowTcpSide *sides = record->conversation->tcp->sides;
        Frames fins;

        frames_init(&fins, self->memory);
        for (guint i = 0; i < 2; i++)
                if (sides[i].fin_frame > 0)
                        frames_add(&fins, sides[i].fin_frame);
        note(self, record, "half_closed", SEVERITY_NOTICE, &fins,
             "the capture shows a FIN, but not both sides' FINs acknowledged: when it ended, at most one direction had "
             "been closed completely (RFC 9293, section 3.6).");
        frames_clear(&fins);
}

static gboolean is_half_open(const ConversationRecord *record)
{
        const FlowTcp *tcp = record->conversation->tcp;

        return record->teardown == TCP_TEARDOWN_NONE && tcp->handshake_syn_frame > 0 && !tcp->established;
}

static void note_ending(Findings *self, const ConversationRecord *record, const Notes *notes)
{
        guint64 reset = notes ? notes->reset : 0;

        switch (record->teardown) {
        case TCP_TEARDOWN_REFUSED:
                note_one(self, record, "refused", SEVERITY_NOTICE, reset,
                         "the connection was refused: the host answered the SYN with an RST, because no program "
                         "listens on that port (RFC 9293, section 3.5.2), or a firewall sent it in its place.");
                break;
        case TCP_TEARDOWN_RST:
                note_one(self, record, "reset", SEVERITY_WARNING, reset,
                         "the connection was reset instead of closed: data that was not delivered yet is lost (RFC "
                         "9293, sections 3.5.3 and 3.6.1).");
                break;
        case TCP_TEARDOWN_HALF_CLOSED:
                note_half_closed(self, record);
                break;
        case TCP_TEARDOWN_NONE:
                if (is_half_open(record))
                        note_one(self, record, "half_open", SEVERITY_WARNING, first_frame(record, notes),
                                 "the handshake was begun and not completed (RFC 9293, section 3.5).");
                else if (record->conversation->packets > 0)
                        note_one(self, record, "left_open", SEVERITY_INFO, first_frame(record, notes),
                                 "no FIN and no RST was captured: as far as the capture shows, the connection was "
                                 "still open at its end.");
                break;
        case TCP_TEARDOWN_FIN:
        case TCP_TEARDOWN_SIMULTANEOUS:
                break;
        }
}

/* What the connection shows together with earlier ones between the same two hosts to the same port. */
static void note_pair(Findings *self, const ConversationRecord *record, const Notes *notes)
{
        const Conversation *conversation = record->conversation;
        const Endpoint *client = &conversation->endpoints[record->client],
                       *server = &conversation->endpoints[!record->client];
        gboolean is_ordered = memcmp(client->address.octets, server->address.octets, sizeof client->address.octets) < 0;
        const PairKey key = {
                {is_ordered ? client->address : server->address, is_ordered ? server->address : client->address},
                server->port};
        Pair *pair = g_hash_table_lookup(self->pairs, &key);

        if (!pair) {
                if (g_hash_table_size(self->pairs) >= MAX_NOTED ||
                    !memory_budget_take(self->memory, sizeof *pair + ENTRY_COST))
                        return;
                pair = g_new0(Pair, 1);
                pair->key = key;
                g_hash_table_insert(self->pairs, &pair->key, pair);
        } else if (pair->teardown == TCP_TEARDOWN_REFUSED && conversation->tcp->established) {
                note_one(self, record, "refused_then_listening", SEVERITY_INFO, first_frame(record, notes),
                         ip_address_equal(&pair->server, &server->address) ?
                                 "an earlier connection to this port was refused, and this one was accepted: a program "
                                 "has started to listen there meanwhile." :
                                 "the host whose connection to this port was refused now listens on it itself, and the "
                                 "other has connected to it: the chat program listens when it is refused.");
        } else if (pair->established && conversation->tcp->established) {
                note_one(self, record, "reconnected", SEVERITY_INFO, first_frame(record, notes),
                         "the same two hosts had a connection to this port before: this is another connection, with "
                         "sequence numbers of its own (RFC 9293, section 3.4.1).");
        }
        pair->teardown = record->teardown;
        pair->server = server->address;
        /* A connection that began before the capture was established: its other packets show it. */
        pair->established |= conversation->tcp->established || !conversation->client_known;
}

/* If at least half of a conversation's messages were captured at two points, those captured only at the first were lost
 * in between. */
static void note_unseen(Findings *self, const ConversationRecord *record)
{
        gpointer key = GUINT_TO_POINTER(record->conversation->stream);
        const Sightings *sightings = g_hash_table_lookup(self->sightings, key);
        MemoryBudget enough = {.limit = G_MAXSIZE}; /* unseen is freed before this returns */
        Frames unseen;

        if (!sightings || !sightings->once.is_complete || !sightings->twice.is_complete ||
            sightings->twice.count * 2 < sightings->once.count) {
                g_hash_table_remove(self->sightings, key);
                return;
        }
        frames_init(&unseen, &enough);
        for (guint i = 0; i < sightings->once.ranges->len; i++) {
                const FrameRange *range = &g_array_index(sightings->once.ranges, FrameRange, i);

                for (guint64 frame = range->first; frame <= range->last; frame++)
                        if (!frames_contain(&sightings->twice, frame))
                                frames_add(&unseen, frame);
        }
        if (sightings->twice.count > 0 && unseen.count > 0) {
                SummaryFinding *finding =
                        findings_new_one(self->memory, "message_not_received", SEVERITY_WARNING,
                                         g_strdup("The other messages between these two were captured at two points "
                                                  "on their way, this one only at the first: it was lost in "
                                                  "between, and UDP does not send it again."));

                findings_copy_frames(&finding->frames, &unseen);
                findings_keep(self->noted, self->n_noted, finding);
        }
        frames_clear(&unseen);
        g_hash_table_remove(self->sightings, key);
}

void findings_add_conversation(Findings *self, const ConversationRecord *record)
{
        const Notes *notes;

        if (!record->conversation->tcp) {
                note_unseen(self, record);
                return;
        }
        self->n_tcp++;
        notes = g_hash_table_lookup(self->notes, GUINT_TO_POINTER(record->conversation->stream));
        if (notes)
                note_trouble(self, record, notes);
        if (record->teardown == TCP_TEARDOWN_RST || is_half_open(record) ||
            (notes && (notes->retransmitted.count > 0 || notes->missing.count > 0)))
                self->n_with_trouble++;
        note_ending(self, record, notes);
        note_pair(self, record, notes);
        g_hash_table_remove(self->notes, GUINT_TO_POINTER(record->conversation->stream));
}
