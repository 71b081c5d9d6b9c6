/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Findings about the capture as a whole, and what connection-findings.c needs for those about a conversation. Findings
 * about users, rooms and requests are in session-findings.c. */
#include "analyzer/summary/findings-private.h"

#include <string.h>

#define MAX_DISORDER                                                                                                   \
        (G_GINT64_CONSTANT(1) * 1000000) /* nanoseconds: packets of several interfaces are merged this imprecisely */

static void finding_free(gpointer data)
{
        SummaryFinding *finding = data;

        frames_clear(&finding->frames);
        g_free(finding->text);
        g_free(finding);
}

char *summary_finding_title(const SummaryFinding *finding)
{
        /* In RFC 9293 a half-open connection is something else: one side has lost it (section 3.5.1). */
        if (g_str_equal(finding->kind, "half_open"))
                return g_strdup("handshake not completed");
        return g_strdelimit(g_strdup(finding->kind), "_", ' ');
}

SummaryFinding *findings_new_one(MemoryBudget *memory, const char *kind, Severity severity, char *text)
{
        SummaryFinding *finding = g_new0(SummaryFinding, 1);

        finding->kind = kind;
        finding->severity = severity;
        finding->text = text;
        frames_init(&finding->frames, memory);
        return finding;
}

void findings_copy_frames(Frames *to, const Frames *from)
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

/* Each severity has a limit of its own, so that many minor findings cannot crowd out serious ones. */
void findings_keep(GPtrArray *list, guint64 counts[N_SEVERITIES], SummaryFinding *finding)
{
        if (counts[finding->severity]++ < SUMMARY_MAX_FINDINGS &&
            memory_budget_take(finding->frames.memory, finding_cost(finding)))
                g_ptr_array_add(list, finding);
        else
                finding_free(finding);
}

void findings_note(Summary *summary, const char *kind, Severity severity, const Frames *frames, char *text)
{
        SummaryFinding *finding = findings_new_one(&summary->memory, kind, severity, text);

        findings_copy_frames(&finding->frames, frames);
        findings_keep(summary->findings, summary->n_findings, finding);
}

void findings_note_frames(
        Summary *summary, const char *kind, Severity severity, guint64 frame, guint64 other, char *text)
{
        SummaryFinding *finding = findings_new_one(&summary->memory, kind, severity, text);

        if (frame > 0)
                frames_add(&finding->frames, frame);
        if (other > 0)
                frames_add(&finding->frames, other);
        findings_keep(summary->findings, summary->n_findings, finding);
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

/* Looks at packets, not at records: live, records come out of order. */
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

/* --- the end ----------------------------------------------------------------------------------------- */

/* Names that are registered with several servers. */
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
                              g_strdup("Datagrams were captured twice, at two points on their way. They were sent "
                                       "once: lines, messages and requests are counted once, and the tables of packets "
                                       "list the copies as such."));
        if (self->clock_back.count > 0)
                findings_note(
                        summary, "clock_went_back", SEVERITY_NOTICE, &self->clock_back,
                        g_strdup("The time stamp is earlier than that of the packet before: the clock was set back, or "
                                 "the capture merges what several interfaces saw. No duration is measured across "
                                 "that."));
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
                findings_keep(summary->findings, summary->n_findings, finding);
        }
        for (guint i = 0; i < N_SEVERITIES; i++)
                summary->n_findings[i] += self->n_noted[i] - MIN(self->n_noted[i], SUMMARY_MAX_FINDINGS);
        g_ptr_array_set_free_func(self->noted, NULL);
        g_ptr_array_set_free_func(summary->findings, finding_free);
        g_ptr_array_sort(summary->findings, compare_findings);
}
