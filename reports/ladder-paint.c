/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Paints a part of a ladder: first the bands, over them the lifelines, and over these the rows. */
#include "reports/ladder-arrows.h"
#include "reports/ladder-layout.h"

#include "analyzer/timeline/append.h"

/* The columns of a wide diagram, px. */
#define PHASE_X 14
#define FRAME_X 116
#define SECONDS_X 210
/* The distance from a lifeline to the texts on its right. */
#define TEXT_GAP 14
#define LABEL_LINE 17
#define TERMS_LINE 13

typedef struct {
        const Ladder *ladder;
        Drawing *drawing;
        const LadderPart *part;
} Painter;

static const char *const words[] = LADDER_PHASES(""), *const grounds[] = LADDER_PHASES("on-"),
                         *const tints[] = LADDER_PHASES("band "), *const bars[] = LADDER_PHASES("bar ");

static gboolean is_wide(const Painter *self)
{
        return self->ladder->options.width == LADDER_WIDE;
}

static const LadderPlacedRow *placed_at(const Painter *self, guint index)
{
        return &g_array_index(self->ladder->placed, LadderPlacedRow, index);
}

static const LadderBand *band_of(const Painter *self, const LadderPlacedRow *placed)
{
        return &g_array_index(self->ladder->bands, LadderBand, placed->band);
}

static const Lifeline *lifeline_at(const Painter *self, guint index)
{
        return lifelines_get(self->ladder->lifelines, index);
}

/* The class that gives a text a halo in the colour of the band behind it; NULL: there is no band. */
static const char *ground_of(const Painter *self, const LadderPlacedRow *placed)
{
        const LadderBand *band = band_of(self, placed);

        return band->is_gap ? NULL : grounds[band->tint];
}

static void paint_band(const Painter *self, const LadderBand *band)
{
        guint begin = MAX(band->begin, self->part->begin), end = MIN(band->end, self->part->end);
        const LadderPlacedRow *first = placed_at(self, begin), *last = placed_at(self, end - 1);
        double top = first->top, bottom = last->top + last->height;

        if (band->is_gap)
                return;
        if (band->is_joined && begin > self->part->begin)
                top -= first->space;
        drawing_rectangle(self->drawing, tints[band->tint], 0, top, lifelines_get_width(self->ladder->lifelines),
                          bottom - top);
        drawing_rectangle(self->drawing, bars[band->phase], 0, top, 4, bottom - top);
}

static void paint_bands(const Painter *self)
{
        const LadderBand *last = NULL;

        for (guint i = self->part->begin; i < self->part->end; i++) {
                const LadderBand *band = band_of(self, placed_at(self, i));

                if (band != last)
                        paint_band(self, band);
                last = band;
        }
}

/* The look of a lifeline shows the state of its end of the connection. */
static const char *life_class(TcpState state)
{
        switch (state) {
        case TCP_STATE_ESTABLISHED:
                return "open";
        case TCP_STATE_UNKNOWN:
        case TCP_STATE_LISTEN:
        case TCP_STATE_CLOSED:
                return "idle";
        default:
                return "life";
        }
}

/* The state of a lifeline after a row; earlier, if the row does not change it, or is not of TCP. */
static TcpState state_of(const LadderPlacedRow *placed, guint lifeline, TcpState earlier)
{
        if (placed->row->kind == ROW_LEFT_OUT || placed->row->first->packet->transport != TRANSPORT_TCP)
                return earlier;
        if (placed->source == lifeline)
                return placed->states[0];
        return placed->destination == lifeline ? placed->states[1] : earlier;
}

/* The middle of the break in the lifelines at a row. FALSE: there is none. */
static gboolean get_break(const Painter *self, guint index, double *ret_y)
{
        const LadderPlacedRow *placed = placed_at(self, index);

        if (placed->row->kind == ROW_LEFT_OUT) {
                *ret_y = placed->top + 9;
                return TRUE;
        }
        *ret_y = placed->top - placed->space / 2;
        return index > self->part->begin && placed->row->pause != 0;
}

static void paint_cut(const Painter *self, double x, double y)
{
        drawing_path(self->drawing, "cut", x - 6, y, "l12-6m-12 10l12-6");
}

static void paint_segment(const Painter *self, double x, double from, double to, TcpState state)
{
        if (to > from)
                drawing_line(self->drawing, life_class(state), x, from, x, to);
}

static void paint_lifeline(const Painter *self, guint lifeline)
{
        double x = lifeline_at(self, lifeline)->x, y = lifelines_get_head(self->ladder->lifelines) - 8, cut;
        TcpState state = TCP_STATE_UNKNOWN;

        for (guint i = 0; i < self->part->begin; i++)
                state = state_of(placed_at(self, i), lifeline, state);
        for (guint i = self->part->begin; i < self->part->end; i++) {
                const LadderPlacedRow *placed = placed_at(self, i);
                TcpState next = state_of(placed, lifeline, state);

                if (get_break(self, i, &cut)) {
                        paint_segment(self, x, y, cut - 5, state);
                        paint_cut(self, x, cut + 1);
                        y = cut + 5;
                }
                if (life_class(next) != life_class(state)) {
                        paint_segment(self, x, y, placed->top + placed->arrow, state);
                        y = placed->top + placed->arrow;
                }
                state = next;
        }
        paint_segment(self, x, y, self->part->height, state);
}

static void append_pause(GString *text, gint64 pause)
{
        gint64 seconds = ABS(pause) / G_GINT64_CONSTANT(1000000000);

        g_string_append(text, pause < 0 ? "− " : "+ ");
        if (seconds < 10)
                append_duration(text, ABS(pause));
        else if (seconds < 120)
                g_string_append_printf(text, "%" G_GINT64_FORMAT " s", seconds);
        else if (seconds < 7200)
                g_string_append_printf(text, "%" G_GINT64_FORMAT " min %" G_GINT64_FORMAT " s", seconds / 60,
                                       seconds % 60);
        else
                g_string_append_printf(text, "%" G_GINT64_FORMAT " h %" G_GINT64_FORMAT " min", seconds / 3600,
                                       seconds / 60 % 60);
        append_end(text);
}

static char *skip_text(const Painter *self, const LadderRow *row)
{
        gboolean one = row->skipped_first == row->skipped_last;
        GString *text = g_string_new(one ? "frame " : "frames ");

        g_string_append_printf(text, "%" G_GUINT64_FORMAT, row->skipped_first);
        if (!one)
                g_string_append_printf(text, "–%" G_GUINT64_FORMAT, row->skipped_last);
        if (row->skipped_are_fragments)
                g_string_append(text, one ? " brings a fragment of the next datagram" :
                                            " bring fragments of the next datagram");
        else if (self->ladder->options.partial)
                g_string_append(text, one ? " is not shown" : " are not shown");
        else
                g_string_append_printf(text, "%s not part of this %s", one ? " is" : " are",
                                       row->first->told->protocol ? "chat" : "conversation");
        return g_string_free(text, FALSE);
}

/* Paints the texts between two rows: a pause, and frames that are skipped. */
static void paint_space(const Painter *self, guint index)
{
        const LadderPlacedRow *placed = placed_at(self, index);
        const LadderRow *row = placed->row;
        const LadderBand *band = band_of(self, placed);
        const char *ground = band->begin == index && !band->is_joined ? NULL : ground_of(self, placed);
        double x = lifeline_at(self, 0)->x + TEXT_GAP, y = placed->top - placed->space / 2 + 4;
        g_autoptr(GString) pause = g_string_new(NULL);

        if (index == self->part->begin)
                return;
        if (row->pause != 0)
                append_pause(pause, row->pause);
        if (row->pause != 0 && row->skipped_first > 0 && !is_wide(self))
                y -= 8;
        if (row->pause != 0)
                drawing_text(self->drawing, TEXT_KIND_NOTE, is_wide(self) ? SECONDS_X : x, y,
                             is_wide(self) ? ANCHOR_END : ANCHOR_START, ground, pause->str);
        if (row->skipped_first > 0) {
                g_autofree char *text = skip_text(self, row);

                if (row->pause != 0 && !is_wide(self))
                        y += 16;
                drawing_text(self->drawing, TEXT_KIND_NOTE, x, y, ANCHOR_START, ground, text);
        }
}

static void paint_lines(const Painter *self,
                        TextKind kind,
                        const GPtrArray *lines,
                        double x,
                        double y,
                        double line_height,
                        const char *ground)
{
        for (guint i = 0; i < lines->len; i++)
                drawing_text(self->drawing, kind, x, y + i * line_height, ANCHOR_START, ground, lines->pdata[i]);
}

/* Seconds since the capture began, with six decimals, or fewer for large numbers. */
static void append_seconds(GString *text, const Record *record)
{
        char buffer[G_ASCII_DTOSTR_BUF_SIZE];
        double seconds = (double) record->offset / 1e9;
        double size = seconds < 0 ? -seconds : seconds;

        if (!record->packet->frame->has_time)
                g_string_append(text, "no time");
        else
                g_string_append(text, g_ascii_formatd(buffer, sizeof buffer,
                                                      size < 1000 ? "%.6f" :
                                                      size < 1e6  ? "%.3f" :
                                                                    "%.0f",
                                                      seconds));
}

static void paint_columns(const Painter *self, const LadderPlacedRow *placed, double y)
{
        const char *ground = ground_of(self, placed);
        g_autoptr(GString) seconds = g_string_new(NULL);
        g_autofree char *frame = g_strdup_printf("%" G_GUINT64_FORMAT, placed->row->first->packet->frame->number);
        double x = is_wide(self) ? FRAME_X : lifeline_at(self, MIN(placed->source, placed->destination))->x + TEXT_GAP;
        double after = x;

        if (placed->row->kind == ROW_MISSING) {
                g_string_append(seconds, "inferred");
        } else {
                drawing_frame(self->drawing, TEXT_KIND_FRAME, x, y, is_wide(self) ? ANCHOR_END : ANCHOR_START,
                              placed->row->first->packet->frame->number);
                append_seconds(seconds, placed->row->first);
                after += text_kind_width(TEXT_KIND_FRAME, frame) + 8;
                if (!is_wide(self) && placed->row->first->packet->frame->has_time)
                        g_string_append(seconds, " s");
        }
        drawing_text(self->drawing, TEXT_KIND_SECONDS, is_wide(self) ? SECONDS_X : after, y,
                     is_wide(self) ? ANCHOR_END : ANCHOR_START, ground, seconds->str);
}

/* Paints new states: in wide diagrams outside of the two lifelines, in narrow ones under the terms. */
static void paint_states(const Painter *self, const LadderPlacedRow *placed, double y)
{
        for (guint i = 0; i < 2; i++) {
                guint own = i == 0 ? placed->source : placed->destination,
                      other = i == 0 ? placed->destination : placed->source;
                gboolean is_left = own < other;
                double x = lifeline_at(self, own)->x, gap = is_wide(self) ? -9 : TEXT_GAP;

                if (placed->shows_state[i])
                        drawing_text(self->drawing, TEXT_KIND_STATE, is_left ? x + gap : x - gap, y,
                                     is_left == is_wide(self) ? ANCHOR_END : ANCHOR_START, ground_of(self, placed),
                                     tcp_state_to_string(placed->states[i]));
        }
}

/* The lifelines that an arrow has to jump over, in the order in which it reaches them. */
static guint find_jumps(const Painter *self, const LadderPlacedRow *placed, Jump jumps[])
{
        double radius = is_wide(self) ? 9 : 7;
        guint n = 0;

        if (placed->source < placed->destination)
                for (guint i = placed->source + 1; i < placed->destination; i++)
                        jumps[n++] = (Jump){lifeline_at(self, i)->x, radius};
        else
                for (guint i = placed->source; i > placed->destination + 1; i--)
                        jumps[n++] = (Jump){lifeline_at(self, i - 1)->x, radius};
        return n;
}

static void paint_arrow(const Painter *self, const LadderPlacedRow *placed, double y)
{
        const LadderRow *row = placed->row;
        double from = lifeline_at(self, placed->source)->x, to = lifeline_at(self, placed->destination)->x;
        Jump jumps[LIFELINES_MAX_WIDE];
        guint n_jumps = find_jumps(self, placed, jumps);
        double side = to > from ? 1 : -1;
        ArrowForm form = row->kind != ROW_MISSING ? arrow_form(row->first) :
                         row->is_lost             ? ARROW_LOST :
                                                    ARROW_NOT_CAPTURED;

        if (placed->source == placed->destination) {
                arrow_draw_loop(self->drawing, form, row->phase, from + 2, y);
                return;
        }
        arrow_draw(self->drawing, form, row->phase, from + 2 * side, to - 2 * side, y, jumps, n_jumps, is_wide(self));
        if (row->kind == ROW_RUN && row->first->packet->transport == TRANSPORT_TCP)
                arrow_draw(self->drawing, ARROW_ACKNOWLEDGES, row->phase, to - 2 * side, from + 2 * side, y + 8, NULL,
                           0, TRUE);
}

static void paint_packet(const Painter *self, const LadderPlacedRow *placed)
{
        const LadderRow *row = placed->row;
        guint left = MIN(placed->source, placed->destination);
        double x = lifeline_at(self, left)->x + TEXT_GAP, y = placed->top + placed->arrow;
        double label = y - 8 - LABEL_LINE * (placed->label->len - 1.0), terms = y + 16 + (row->kind == ROW_RUN ? 7 : 0);
        const char *ground = ground_of(self, placed);

        if (placed->source == placed->destination)
                terms += 14;
        paint_columns(self, placed, is_wide(self) ? y + 4 : label - LABEL_LINE - 1);
        paint_lines(self, row->kind == ROW_MISSING ? TEXT_KIND_INFERRED : TEXT_KIND_LABEL, placed->label, x, label,
                    LABEL_LINE, ground);
        paint_lines(self, TEXT_KIND_TERMS, placed->terms, x, terms, TERMS_LINE, ground);
        paint_states(self, placed, is_wide(self) ? y + 4 : terms + TERMS_LINE * (placed->terms->len - 1.0) + 17);
        paint_arrow(self, placed, y);
}

static void paint_word(const Painter *self, guint index)
{
        const LadderPlacedRow *placed = placed_at(self, index);
        const LadderBand *band = band_of(self, placed);
        gboolean continues = index > band->begin && index == self->part->begin;
        g_autofree char *text = g_strdup_printf("%s%s", words[band->phase], continues && is_wide(self) ? " …" : "");
        double x = is_wide(self) ? PHASE_X : lifeline_at(self, 0)->x + TEXT_GAP;

        if (band->is_gap || (index != band->begin && !continues))
                return;
        if (!is_wide(self) && continues)
                return;
        drawing_text(self->drawing, band->is_again ? TEXT_KIND_PHASE_AGAIN : TEXT_KIND_PHASE, x, placed->top + 16,
                     ANCHOR_START, words[band->phase], text);
}

static void paint_row(const Painter *self, guint index)
{
        const LadderPlacedRow *placed = placed_at(self, index);
        const LadderRow *row = placed->row;

        drawing_begin_row(self->drawing, row->first->packet->frame->number, row->last->packet->frame->number,
                          placed->top, placed->top + placed->height);
        paint_space(self, index);
        paint_word(self, index);
        if (row->kind == ROW_LEFT_OUT)
                paint_lines(self, TEXT_KIND_LABEL, placed->label, lifeline_at(self, 0)->x + TEXT_GAP, placed->top + 30,
                            LABEL_LINE, NULL);
        else
                paint_packet(self, placed);
        drawing_end_row(self->drawing);
}

void ladder_draw(const Ladder *ladder, guint part, Drawing *drawing)
{
        Painter self = {ladder, drawing, &g_array_index(ladder->parts, LadderPart, part)};

        paint_bands(&self);
        lifelines_draw_heads(ladder->lifelines, drawing);
        for (guint i = 0; i < lifelines_get_length(ladder->lifelines); i++)
                paint_lifeline(&self, i);
        for (guint i = self.part->begin; i < self.part->end; i++)
                paint_row(&self, i);
}
