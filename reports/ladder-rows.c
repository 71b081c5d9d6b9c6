/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reports/ladder-rows.h"

#include "analyzer/timeline/append.h"
#include "reports/ladder-missing.h"

/* The most letters that a row has room for. */
#define MAX_LABEL_LETTERS 400
#define MAX_TERMS_LETTERS 160

/* The fewest packets that are summed up. */
#define SHORTEST_RUN 4

static void row_clear(gpointer data)
{
        LadderRow *row = data;

        g_free(row->label);
        g_free(row->terms);
}

static GArray *rows_alloc(void)
{
        GArray *rows = g_array_new(FALSE, TRUE, sizeof(LadderRow));

        g_array_set_clear_func(rows, row_clear);
        return rows;
}

static guint64 frame_of(const Record *record)
{
        return record->packet->frame->number;
}

static void add_packet(GArray *rows, const Record *record)
{
        g_autoptr(GString) terms = g_string_new(NULL);
        LadderRow row = {.kind = ROW_PACKET, .first = record, .last = record, .n_packets = 1, .phase = record->phase};

        record_append_terms(record, terms);
        row.label = ladder_text_harmless(record->label->str, record->label->len, MAX_LABEL_LETTERS);
        row.terms = ladder_text_harmless(terms->str, terms->len, MAX_TERMS_LETTERS);
        g_array_append_val(rows, row);
}

static void add_missing(GArray *rows, const Record *record, const Missing *missing)
{
        g_autoptr(GString) label = g_string_new(NULL);
        LadderRow row = {
                .kind = ROW_MISSING,
                .first = record,
                .last = record,
                .phase = record->phase,
                .is_reversed = missing->is_reversed,
                .is_lost = missing->resent > 0,
        };

        if (missing->first == missing->last)
                g_string_append_printf(label, "byte %u", missing->first);
        else
                g_string_append_printf(label, "bytes %u–%u", missing->first, missing->last);
        g_string_append(label, missing->first == missing->last ? " is" : " are");
        if (missing->resent > 0)
                g_string_append_printf(label, " missing; frame\u00a0%" G_GUINT64_FORMAT " begins to send %s again",
                                       missing->resent, missing->first == missing->last ? "it" : "them");
        else
                g_string_append(label, " not in the capture");
        row.label = g_string_free(g_steal_pointer(&label), FALSE);
        g_array_append_val(rows, row);
}

/* A row for each packet, and for missing bytes that a packet shows. */
static GArray *all_rows(const Record *const *records, guint n_records)
{
        GArray *rows = rows_alloc();
        MissingState state = {0};
        Missing missing;

        for (guint i = 0; i < n_records; i++) {
                if (ladder_missing_find(&state, &records[i], n_records - i, &missing))
                        add_missing(rows, records[i], &missing);
                add_packet(rows, records[i]);
        }
        return rows;
}

/* Whether a packet belongs to the run that begin starts. Over TCP, a run is data of one side with the acknowledgements
 * of the other; over UDP, messages from one socket to another. */
static gboolean continues_run(const LadderRow *begin, const LadderRow *row)
{
        const Record *one = begin->first, *other = row->first;

        if (row->kind != ROW_PACKET || other->phase != PHASE_TRANSFER || one->phase != PHASE_TRANSFER ||
            one->packet->transport != other->packet->transport ||
            one->flow->conversation->stream != other->flow->conversation->stream)
                return FALSE;
        if (one->packet->transport != TRANSPORT_TCP)
                return !other->maintenance && endpoint_equal(&one->packet->source, &other->packet->source);
        return one->kind == KIND_DATA && other->kind == (one->flow->side == other->flow->side ? KIND_DATA : KIND_ACK);
}

static guint run_length(const GArray *rows, guint begin)
{
        guint n = 1;

        while (begin + n < rows->len &&
               continues_run(&g_array_index(rows, LadderRow, begin), &g_array_index(rows, LadderRow, begin + n)))
                n++;
        return n;
}

static void label_run(LadderRow *row, const LadderRow *rows)
{
        g_autoptr(GString) label = g_string_new(NULL), terms = g_string_new(NULL);
        gboolean is_tcp = row->first->packet->transport == TRANSPORT_TCP;
        guint64 messages = 0, bytes = 0;

        for (guint i = 0; i < row->n_packets; i++) {
                messages += rows[i].first->told->n_messages;
                bytes += is_tcp ? rows[i].first->flow->new_octets : rows[i].first->packet->payload_length;
        }
        if (row->first->told->protocol && messages > 0)
                g_string_append_printf(label, "%" G_GUINT64_FORMAT " %s%s", messages, is_tcp ? "line" : "message",
                                       messages == 1 ? "" : "s");
        else
                append_bytes(label, bytes);
        g_string_append_printf(label,
                               is_tcp ? " in one direction and their acknowledgements, %u packets" : " in %u packets",
                               row->n_packets);
        g_string_append_printf(terms, "frames %" G_GUINT64_FORMAT "–%" G_GUINT64_FORMAT, frame_of(row->first),
                               frame_of(row->last));
        if (row->last->offset > row->first->offset) {
                g_string_append(terms, ", in ");
                append_duration(terms, offset_between(row->first->offset, row->last->offset));
                append_end(terms);
        }
        row->label = g_string_free(g_steal_pointer(&label), FALSE);
        row->terms = g_string_free(g_steal_pointer(&terms), FALSE);
}

/* Moves a row to another array, which then owns its strings. */
static void move_row(GArray *to, GArray *from, guint index)
{
        LadderRow *row = &g_array_index(from, LadderRow, index);

        g_array_append_val(to, *row);
        *row = (LadderRow){0};
}

static GArray *sum_up(GArray *rows)
{
        GArray *summed = rows_alloc();

        for (guint i = 0; i < rows->len;) {
                const LadderRow *row = &g_array_index(rows, LadderRow, i);
                guint n = row->kind == ROW_PACKET ? run_length(rows, i) : 1;

                if (n < SHORTEST_RUN) {
                        for (guint j = 0; j < n; j++)
                                move_row(summed, rows, i + j);
                } else {
                        LadderRow run = *row;

                        run.kind = ROW_RUN;
                        run.last = g_array_index(rows, LadderRow, i + n - 1).last;
                        run.n_packets = n;
                        label_run(&run, row);
                        g_array_append_val(summed, run);
                }
                i += n;
        }
        g_array_unref(rows);
        return summed;
}

static void label_left_out(LadderRow *row, const char *hint)
{
        g_autoptr(GString) label = g_string_new(NULL);

        g_string_append_printf(
                label, "%u packets are left out here, from frame %" G_GUINT64_FORMAT " to frame %" G_GUINT64_FORMAT,
                row->n_packets, frame_of(row->first), frame_of(row->last));
        if (hint)
                g_string_append_printf(label, "; %s", hint);
        row->label = g_string_free(g_steal_pointer(&label), FALSE);
}

/* Keeps max_rows rows, two thirds of them from the beginning and one third from the end; one row stands for the others.
 */
static GArray *leave_out(GArray *rows, guint max_rows, const char *hint)
{
        GArray *left = rows_alloc();
        guint n_first = max_rows * 2 / 3, n_last = max_rows - n_first;
        LadderRow out = {.kind = ROW_LEFT_OUT};

        for (guint i = 0; i < rows->len; i++) {
                const LadderRow *row = &g_array_index(rows, LadderRow, i);

                if (i < n_first || i >= rows->len - n_last) {
                        if (i == rows->len - n_last) {
                                label_left_out(&out, hint);
                                g_array_append_val(left, out);
                        }
                        move_row(left, rows, i);
                        continue;
                }
                if (!out.first)
                        out.first = row->first;
                out.last = row->last;
                out.n_packets += row->n_packets;
        }
        g_array_unref(rows);
        return left;
}

static gboolean are_fragments(const Datagram *datagram, guint64 first, guint64 last)
{
        guint n = 0;

        for (guint i = 0; datagram && i < datagram->n_frames; i++)
                n += datagram->frames[i] >= first && datagram->frames[i] <= last;
        return n == last - first + 1;
}

static void note_distances(GArray *rows)
{
        for (guint i = 1; i < rows->len; i++) {
                const LadderRow *before = &g_array_index(rows, LadderRow, i - 1);
                LadderRow *row = &g_array_index(rows, LadderRow, i);
                gint64 pause = offset_between(before->last->offset, row->first->offset);
                guint64 from = frame_of(before->last) + 1, to = frame_of(row->first);

                /* The row of missing bytes comes directly before the packet that shows it, so there is no pause between
                 * the two. */
                if (row->kind == ROW_LEFT_OUT || before->kind == ROW_LEFT_OUT || before->kind == ROW_MISSING)
                        continue;
                if (row->first->packet->frame->has_time && before->last->packet->frame->has_time &&
                    ABS(pause) > ROW_PAUSE)
                        row->pause = pause;
                if (from >= to)
                        continue;
                row->skipped_first = from;
                row->skipped_last = to - 1;
                row->skipped_are_fragments = are_fragments(row->first->packet->datagram, from, to - 1);
        }
}

GArray *ladder_rows_new(const Record *const *records, guint n_records, const LadderOptions *options)
{
        guint full_rows = options->full_rows > 0 ? options->full_rows : LADDER_FULL_ROWS;
        guint max_rows = MAX(options->max_rows > 0 ? options->max_rows : LADDER_MAX_ROWS, 3);
        GArray *rows = all_rows(records, n_records);

        if (rows->len > full_rows)
                rows = sum_up(rows);
        if (rows->len > max_rows)
                rows = leave_out(rows, max_rows, options->hint);
        note_distances(rows);
        return rows;
}
