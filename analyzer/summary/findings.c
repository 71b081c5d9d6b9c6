/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a reader should notice in TCP connections, and in the capture as such; UDP chats: session-findings.c. */
#include "analyzer/summary/summary-private.h"

#include "analyzer/timeline/append.h"

#include <string.h>

#define MAX_NOTED 65536 /* connections */
#define MAX_DISORDER                                                                                                   \
        (G_GINT64_CONSTANT(1) * 1000000) /* nanoseconds: packets of several interfaces are not sorted better */

/* What the records of one connection showed. */
typedef struct {
        guint32 stream;
        guint64 first; /* of its frames that were told */
        Frames retransmitted, reordered, missing, twice, zero_window, ignored_resets, split, joined;
        guint64 reset;           /* the first RST that had an effect; 0: none */
        gsize split_length;      /* bytes of the first line that took several segments */
        guint32 largest_segment; /* bytes of data */
} Notes;

/* Two hosts and a port, over all connections between them to that port of either. */
typedef struct {
        IpAddress hosts[2]; /* in the order of their bytes */
        guint16 port;
} PairKey;

typedef struct {
        PairKey key;
        TcpTeardown teardown; /* of the newest of their connections, */
        IpAddress server;     /* and which host was asked for it; */
        gboolean established; /* one of them was */
} Pair;

/* Messages of a UDP conversation, where the capture has two points of view. */
typedef struct {
        Frames once, twice; /* those that were captured; of them those that were captured again */
} Sightings;

struct Findings {
        MemoryBudget *memory;
        GHashTable *notes;     /* stream → Notes */
        GHashTable *pairs;     /* PairKey → Pair */
        GHashTable *sightings; /* stream → Sightings */
        Frames clock_back, udp_twice;
        gint64 last_time;
        gboolean has_last;
        GPtrArray *noted; /* SummaryFinding, of conversations */
        guint64 n_noted[N_SEVERITIES];
        guint n_tcp, n_with_trouble;
};

static void finding_free(gpointer data)
{
        SummaryFinding *finding = data;

        frames_clear(&finding->frames);
        g_free(finding->text);
        g_free(finding);
}

static SummaryFinding *finding_new(MemoryBudget *memory, const char *kind, Severity severity, char *text)
{
        SummaryFinding *finding = g_new0(SummaryFinding, 1);

        finding->kind = kind;
        finding->severity = severity;
        finding->text = text;
        frames_init(&finding->frames, memory);
        return finding;
}

static void copy_frames(Frames *to, const Frames *from)
{
        guint n = memory_budget_take(to->memory, from->ranges->len * sizeof(FrameRange)) ? from->ranges->len :
                                                                                           MIN(from->ranges->len, 1);

        g_array_set_size(to->ranges, 0);
        g_array_append_vals(to->ranges, from->ranges->data, n);
        to->count = from->count;
        to->is_complete = from->is_complete && n == from->ranges->len;
}

static gsize finding_cost(const SummaryFinding *finding)
{
        return sizeof *finding + FRAMES_COST + summary_text_cost(finding->text);
}

/* Many that are not serious must not crowd out those that are. */
static void keep(GPtrArray *list, guint64 counts[N_SEVERITIES], SummaryFinding *finding)
{
        if (counts[finding->severity]++ < SUMMARY_MAX_FINDINGS &&
            memory_budget_take(finding->frames.memory, finding_cost(finding)))
                g_ptr_array_add(list, finding);
        else
                finding_free(finding);
}

void findings_note(Summary *summary, const char *kind, Severity severity, const Frames *frames, char *text)
{
        SummaryFinding *finding = finding_new(&summary->memory, kind, severity, text);

        copy_frames(&finding->frames, frames);
        keep(summary->findings, summary->n_findings, finding);
}

void findings_note_frames(
        Summary *summary, const char *kind, Severity severity, guint64 frame, guint64 other, char *text)
{
        SummaryFinding *finding = finding_new(&summary->memory, kind, severity, text);

        if (frame > 0)
                frames_add(&finding->frames, frame);
        if (other > 0)
                frames_add(&finding->frames, other);
        keep(summary->findings, summary->n_findings, finding);
}

static Frames *notes_lists(Notes *self, guint index)
{
        Frames *const lists[] = {&self->retransmitted, &self->reordered,      &self->missing, &self->twice,
                                 &self->zero_window,   &self->ignored_resets, &self->split,   &self->joined};

        return index < G_N_ELEMENTS(lists) ? lists[index] : NULL;
}

static void notes_free(gpointer data)
{
        Notes *self = data;

        for (guint i = 0; notes_lists(self, i); i++)
                frames_clear(notes_lists(self, i));
        g_free(self);
}

static guint pair_hash(gconstpointer key)
{
        const PairKey *self = key;
        const Endpoint one = {self->hosts[0], self->port}, other = {self->hosts[1], 0};

        return endpoints_hash(&one, &other);
}

static gboolean pair_equal(gconstpointer a, gconstpointer b)
{
        const PairKey *one = a, *other = b;

        return one->port == other->port && ip_address_equal(&one->hosts[0], &other->hosts[0]) &&
               ip_address_equal(&one->hosts[1], &other->hosts[1]);
}

static void sightings_free(gpointer data)
{
        Sightings *self = data;

        frames_clear(&self->once);
        frames_clear(&self->twice);
        g_free(self);
}

Findings *findings_new(MemoryBudget *memory)
{
        Findings *self = g_new0(Findings, 1);

        self->memory = memory;
        self->notes = g_hash_table_new_full(NULL, NULL, NULL, notes_free);
        self->pairs = g_hash_table_new_full(pair_hash, pair_equal, NULL, g_free);
        self->sightings = g_hash_table_new_full(NULL, NULL, NULL, sightings_free);
        self->noted = g_ptr_array_new_with_free_func(finding_free);
        frames_init(&self->clock_back, memory);
        frames_init(&self->udp_twice, memory);
        return self;
}

void findings_free(Findings *self)
{
        if (!self)
                return;
        g_hash_table_unref(self->notes);
        g_hash_table_unref(self->pairs);
        g_hash_table_unref(self->sightings);
        g_ptr_array_unref(self->noted);
        frames_clear(&self->clock_back);
        frames_clear(&self->udp_twice);
        g_free(self);
}

/* Live, records come out of order, but packets do not. */
void findings_add_packet(Findings *self, const Packet *packet)
{
        const CaptureFrame *frame = packet->frame;
        gint64 back;

        if (!frame->has_time)
                return;
        if (self->has_last && frame->time < self->last_time &&
            (__builtin_sub_overflow(self->last_time, frame->time, &back) || back > MAX_DISORDER))
                frames_add(&self->clock_back, frame->number);
        self->last_time = frame->time;
        self->has_last = TRUE;
}

static Notes *find_notes(Findings *self, guint32 stream)
{
        Notes *notes = g_hash_table_lookup(self->notes, GUINT_TO_POINTER(stream));

        if (notes || g_hash_table_size(self->notes) >= MAX_NOTED ||
            !memory_budget_take(self->memory, sizeof *notes + 8 * FRAMES_COST + ENTRY_COST))
                return notes;
        notes = g_new0(Notes, 1);
        notes->stream = stream;
        for (guint i = 0; notes_lists(notes, i); i++)
                frames_init(notes_lists(notes, i), self->memory);
        g_hash_table_insert(self->notes, GUINT_TO_POINTER(stream), notes);
        return notes;
}

#define SENT_AGAIN                                                                                                     \
        (TCP_ANALYSIS_RETRANSMISSION | TCP_ANALYSIS_FAST_RETRANSMISSION | TCP_ANALYSIS_SPURIOUS_RETRANSMISSION)

static void add_tcp(Findings *self, const Record *record)
{
        const FlowPacket *flow = record->flow;
        const SessionPacket *told = record->told;
        guint64 frame = record->packet->frame->number;
        gboolean is_recovery = record->phase == PHASE_RECOVERY;
        Notes *notes = find_notes(self, flow->conversation->stream);

        if (!notes)
                return;
        notes->first = notes->first > 0 ? MIN(notes->first, frame) : frame;
        notes->largest_segment = MAX(notes->largest_segment, flow->payload_length);
        if (flow->captured_twice > 0) {
                frames_add(&notes->twice, frame);
                return;
        }
        if (is_recovery && (flow->analysis & SENT_AGAIN) != 0)
                frames_add(&notes->retransmitted, frame);
        else if (is_recovery && (flow->analysis & TCP_ANALYSIS_OUT_OF_ORDER) != 0)
                frames_add(&notes->reordered, frame);
        if (told->gap > 0 || told->released_gap > 0)
                frames_add(&notes->missing, frame);
        if ((flow->analysis & TCP_ANALYSIS_ZERO_WINDOW) != 0)
                frames_add(&notes->zero_window, frame);
        if (record->kind == KIND_RST && (flow->reset == TCP_RESET_NO_WINDOW || flow->reset == TCP_RESET_NO_ANSWER))
                frames_add(&notes->ignored_resets, frame);
        else if (record->kind == KIND_RST && notes->reset == 0)
                notes->reset = frame;
        if (told->n_messages > 1 && !is_recovery)
                frames_add(&notes->joined, frame);
        for (guint i = 0; i < told->n_messages; i++)
                if (told->messages[i].n_segments > 1) {
                        if (notes->split.count == 0)
                                notes->split_length = told->messages[i].octets.length;
                        frames_add(&notes->split, frame);
                }
}

static Sightings *find_sightings(Findings *self, guint32 stream)
{
        Sightings *sightings = g_hash_table_lookup(self->sightings, GUINT_TO_POINTER(stream));

        if (sightings || g_hash_table_size(self->sightings) >= MAX_NOTED ||
            !memory_budget_take(self->memory, sizeof *sightings + 2 * FRAMES_COST + ENTRY_COST))
                return sightings;
        sightings = g_new0(Sightings, 1);
        frames_init(&sightings->once, self->memory);
        frames_init(&sightings->twice, self->memory);
        g_hash_table_insert(self->sightings, GUINT_TO_POINTER(stream), sightings);
        return sightings;
}

static void add_datagram(Findings *self, const Record *record)
{
        guint64 first = record->flow->captured_twice;
        Sightings *sightings;

        if (first > 0)
                frames_add(&self->udp_twice, record->packet->frame->number);
        if (record->packet->transport != TRANSPORT_UDP || (first == 0 && record->kind != KIND_MESSAGE))
                return;
        sightings = find_sightings(self, record->flow->conversation->stream);
        if (sightings)
                frames_add(first > 0 ? &sightings->twice : &sightings->once,
                           first > 0 ? first : record->packet->frame->number);
}

void findings_add(Findings *self, const Record *record)
{
        if (record->packet->transport == TRANSPORT_TCP)
                add_tcp(self, record);
        else
                add_datagram(self, record);
}

/* --- conversations ----------------------------------------------------------------------------------- */

/* The text of a finding about a connection, which it names first; text goes on from there. */
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
        finding = finding_new(self->memory, kind, severity, about(record, text));
        copy_frames(&finding->frames, frames);
        keep(self->noted, self->n_noted, finding);
}

static void note_one(Findings *self,
                     const ConversationRecord *record,
                     const char *kind,
                     Severity severity,
                     guint64 frame,
                     const char *text)
{
        SummaryFinding *finding = finding_new(self->memory, kind, severity, about(record, text));

        if (frame > 0)
                frames_add(&finding->frames, frame);
        keep(self->noted, self->n_noted, finding);
}

/* What a segment may hold at most; without the option of the SYN the default of RFC 9293 section 3.7.1. */
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
                     "bytes, "
                     "and knows nothing of lines (RFC 9293, section 3.9.1.2)." :
                     "a line came in several segments although one could have held it: its program handed it to TCP in "
                     "parts, or TCP sent what it had. A segment is not a message (RFC 9293, section 3.9.1.2).");
        note(self, record, "messages_joined", SEVERITY_INFO, &notes->joined,
             "one segment brings several lines: they were written at once, or TCP collected them while earlier data "
             "was not "
             "acknowledged (the Nagle algorithm, RFC 9293, section 3.7.4). A segment is not a message.");
}

static void note_trouble(Findings *self, const ConversationRecord *record, const Notes *notes)
{
        note(self, record, "retransmission", SEVERITY_WARNING, &notes->retransmitted,
             notes->retransmitted.count == 1 ?
                     "one segment was sent again, usually because it was not acknowledged in time or because "
                     "acknowledgements "
                     "showed a gap (RFC 9293, section 3.8.1; RFC 5681, section 3.2)." :
                     "segments were sent again, usually because they were not acknowledged in time or because "
                     "acknowledgements showed a gap (RFC 9293, section 3.8.1; RFC 5681, section 3.2).");
        note(self, record, "reordered", SEVERITY_NOTICE, &notes->reordered,
             "segments were captured in another order than they were sent in: IP keeps no order, and TCP restores it "
             "(RFC 9293, section 3.10.7.4).");
        note(self, record, "packets_not_captured", SEVERITY_WARNING, &notes->missing,
             "bytes are missing from the capture. Where they were acknowledged, they did arrive: the capture missed "
             "them.");
        note(self, record, "captured_twice", SEVERITY_INFO, &notes->twice,
             "packets were captured twice, at two points of their way. They were sent once, and are counted once.");
        note(self, record, "zero_window", SEVERITY_NOTICE, &notes->zero_window,
             "a receiver announced a window of zero: its buffer was full until its program read, and the sender had to "
             "wait "
             "(RFC 9293, section 3.8.6).");
        note(self, record, "reset_ignored", SEVERITY_NOTICE, &notes->ignored_resets,
             "an RST had no effect: its receiver does not accept its number, or what it acknowledges (RFC 9293, "
             "sections "
             "3.10.7.3 and 3.10.7.4), so that nobody can end a connection by guessing.");
        note_split(self, record, notes);
}

/* Of the handshake, or else of what was captured. */
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
             "been "
             "closed completely (RFC 9293, section 3.6).");
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
                         "listens on "
                         "that port (RFC 9293, section 3.5.2), or a firewall sent it in its place.");
                break;
        case TCP_TEARDOWN_RST:
                note_one(self, record, "reset", SEVERITY_WARNING, reset,
                         "the connection was reset instead of closed: data that was not delivered yet is lost (RFC "
                         "9293, "
                         "sections 3.5.3 and 3.6.1).");
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
                                 "still open at its "
                                 "end.");
                break;
        case TCP_TEARDOWN_FIN:
        case TCP_TEARDOWN_SIMULTANEOUS:
                break;
        }
}

/* Connections of the same two hosts to the same port, one after the other. */
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
                                 "has "
                                 "started to listen there meanwhile." :
                                 "the host whose connection to this port was refused now listens on it itself, and the "
                                 "other has connected to it: the chat program listens when it is refused.");
        } else if (pair->established && conversation->tcp->established) {
                note_one(self, record, "reconnected", SEVERITY_INFO, first_frame(record, notes),
                         "the same two hosts had a connection to this port before: this is another connection, with "
                         "sequence numbers of its own (RFC 9293, section 3.4.1).");
        }
        pair->teardown = record->teardown;
        pair->server = server->address;
        /* Of one that began before the capture, what was captured shows that it was there. */
        pair->established |= conversation->tcp->established || !conversation->client_known;
}

/* Where most messages of a conversation passed two points of capture, one that passed the first alone did not arrive.
 */
static void note_unseen(Findings *self, const ConversationRecord *record)
{
        gpointer key = GUINT_TO_POINTER(record->conversation->stream);
        const Sightings *sightings = g_hash_table_lookup(self->sightings, key);
        MemoryBudget enough = {.limit = G_MAXSIZE}; /* they are gone at once */
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
                        finding_new(self->memory, "message_not_received", SEVERITY_WARNING,
                                    g_strdup("The other messages between these two passed two points of "
                                             "capture. This one was seen at the first of them alone: it "
                                             "was lost in between, and UDP does not send it again."));

                copy_frames(&finding->frames, &unseen);
                keep(self->noted, self->n_noted, finding);
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

/* --- the end ----------------------------------------------------------------------------------------- */

/* Names that users of several servers have. */
static void note_names(Summary *summary)
{
        g_autoptr(GTree) first = g_tree_new_full(summary_compare_names, NULL, NULL, NULL); /* name → its session */
        g_autoptr(GTree) told = g_tree_new_full(summary_compare_names, NULL, NULL, NULL);

        for (guint i = 0; i < summary->sessions->len; i++) {
                const SummarySession *session = g_ptr_array_index(summary->sessions, i);

                for (guint j = 0; j < session->users->len; j++) {
                        const SummaryUser *user = g_ptr_array_index(session->users, j);
                        const SummarySession *other = user->name ? g_tree_lookup(first, user->name) : session;

                        if (!other)
                                g_tree_insert(first, user->name, (gpointer) session);
                        if (!other || other == session || g_tree_lookup(told, user->name))
                                continue;
                        g_tree_insert(told, user->name, (gpointer) session);
                        findings_note_frames(
                                summary, "same_name_on_two_servers", SEVERITY_INFO,
                                user->registered > 0 ? user->registered : user->seen, 0,
                                g_strdup_printf("“%s” is registered with two servers. Each has an address book "
                                                "of its own, so these need not be the same user.",
                                                user->name));
                }
        }
}

static void note_servers(Summary *summary)
{
        guint n = 0;

        for (guint i = 0; i < summary->sessions->len; i++)
                n += ((const SummarySession *) g_ptr_array_index(summary->sessions, i))->server.address.family != 0;
        if (n > 1)
                findings_note_frames(
                        summary, "several_servers", SEVERITY_INFO, 0, 0,
                        g_strdup_printf("There are %u UDP chat servers in this capture, each with an address book "
                                        "and rooms of its own.",
                                        n));
}

static int compare_findings(gconstpointer a, gconstpointer b)
{
        const SummaryFinding *one = *(const SummaryFinding *const *) a, *other = *(const SummaryFinding *const *) b;
        guint64 first = frames_first(&one->frames), second = frames_first(&other->frames);

        if (one->severity != other->severity)
                return one->severity > other->severity ? -1 : 1;
        return first < second ? -1 : first > second;
}

void findings_finish(Findings *self, Summary *summary)
{
        if (self->udp_twice.count > 0)
                findings_note(summary, "captured_twice", SEVERITY_INFO, &self->udp_twice,
                              g_strdup("Datagrams were captured twice, at two points of their way. They were sent "
                                       "once, and are "
                                       "counted once."));
        if (self->clock_back.count > 0)
                findings_note(
                        summary, "clock_went_back", SEVERITY_NOTICE, &self->clock_back,
                        g_strdup("The time stamp is earlier than that of the packet before: the clock was set back, or "
                                 "the "
                                 "capture puts together what several interfaces saw. Times measured across it are not "
                                 "told."));
        note_servers(summary);
        note_names(summary);
        if (self->n_tcp > 0 && self->n_with_trouble == 0)
                findings_note_frames(
                        summary, "nothing_lost", SEVERITY_INFO, 0, 0,
                        g_strdup("Over TCP nothing was lost: no data had to be sent again, and no byte is missing "
                                 "from the capture."));
        for (guint i = 0; i < self->noted->len; i++) {
                SummaryFinding *finding = g_steal_pointer(&g_ptr_array_index(self->noted, i));

                summary->memory.held -= finding_cost(finding);
                keep(summary->findings, summary->n_findings, finding);
        }
        for (guint i = 0; i < N_SEVERITIES; i++)
                summary->n_findings[i] += self->n_noted[i] - MIN(self->n_noted[i], SUMMARY_MAX_FINDINGS);
        g_ptr_array_set_free_func(self->noted, NULL);
        g_ptr_array_set_free_func(summary->findings, finding_free);
        g_ptr_array_sort(summary->findings, compare_findings);
}
