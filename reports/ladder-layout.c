/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reports/ladder-layout.h"

/* The distance of two lines of text in a row, from baseline to baseline, px. */
#define LABEL_LINE 17
#define TERMS_LINE 13
/* The space between bands, for a pause, for skipped frames without a pause, and for a further line of text. */
#define BAND_SPACE 14
#define PAUSE_SPACE 34
#define SKIP_SPACE 24
#define NOTE_LINE 16
/* Bands alternate if none of them has more than MAX_TURN rows, and if at least MIN_TURNS follow each other. */
#define MAX_TURN 3
#define MIN_TURNS 4

static LadderRow *row_at(const Ladder *self, guint index)
{
        return &g_array_index(self->rows, LadderRow, index);
}

static LadderBand *band_at(const Ladder *self, guint index)
{
        return &g_array_index(self->bands, LadderBand, index);
}

static LadderPlacedRow *placed_at(const Ladder *self, guint index)
{
        return &g_array_index(self->placed, LadderPlacedRow, index);
}

static gboolean is_wide(const Ladder *self)
{
        return self->options.width == LADDER_WIDE;
}

static void placed_clear(gpointer data)
{
        LadderPlacedRow *placed = data;

        g_clear_pointer(&placed->label, g_ptr_array_unref);
        g_clear_pointer(&placed->terms, g_ptr_array_unref);
}

static void find_bands(Ladder *self)
{
        LadderBand *last = NULL;

        for (guint i = 0; i < self->rows->len; i++) {
                const LadderRow *row = row_at(self, i);
                gboolean is_gap = row->kind == ROW_LEFT_OUT;

                if (last && !is_gap && !last->is_gap && last->phase == row->phase) {
                        last->end = i + 1;
                } else {
                        LadderBand band = {
                                .begin = i, .end = i + 1, .phase = row->phase, .tint = row->phase, .is_gap = is_gap};

                        g_array_append_val(self->bands, band);
                        last = band_at(self, self->bands->len - 1);
                }
        }
}

static gboolean can_take_turns(const LadderBand *band)
{
        return !band->is_gap && band->end - band->begin <= MAX_TURN;
}

/* The number of bands, from this one on, in which recovery and one other phase alternate; 1: they do not. */
static guint count_turns(const Ladder *self, guint begin)
{
        guint n = 1;

        if (!can_take_turns(band_at(self, begin)))
                return 1;
        while (begin + n < self->bands->len && can_take_turns(band_at(self, begin + n)) &&
               (n == 1 || band_at(self, begin + n)->phase == band_at(self, begin + n - 2)->phase))
                n++;
        return n > 1 && (band_at(self, begin)->phase == PHASE_RECOVERY ||
                         band_at(self, begin + 1)->phase == PHASE_RECOVERY) ?
                       n :
                       1;
}

/* Where recovery and another phase alternate, the changing tints would flicker: all bands get one tint and form one
 * block. */
static void join_bands(Ladder *self)
{
        for (guint i = 0; i < self->bands->len;) {
                guint n = count_turns(self, i);

                for (guint j = 0; n >= MIN_TURNS && j < n; j++) {
                        LadderBand *band = band_at(self, i + j);

                        band->tint = PHASE_RECOVERY;
                        band->is_joined = j > 0;
                        band->is_again = j > 1;
                }
                /* The last band of a series may be the first of another. */
                i += n >= MIN_TURNS || n == 1 ? n : n - 1;
        }
}

static void find_states(Ladder *self, LadderPlacedRow *placed, const LadderPlacedRow *before)
{
        const LadderRow *row = placed->row;
        const FlowPacket *flow = row->last->flow;

        if (row->kind == ROW_LEFT_OUT || row->last->packet->transport != TRANSPORT_TCP)
                return;
        placed->states[0] = flow->states[flow->side];
        placed->states[1] = flow->states[!flow->side];
        if (row->is_reversed) {
                placed->states[0] = flow->states[!flow->side];
                placed->states[1] = flow->states[flow->side];
        }
        if (row->kind == ROW_MISSING)
                return;
        for (guint i = 0; i < 2; i++) {
                guint lifeline = i == 0 ? placed->source : placed->destination;
                TcpState earlier = TCP_STATE_UNKNOWN;

                if (before)
                        earlier = before->states[before->source == lifeline ? 0 : 1];
                placed->shows_state[i] = placed->states[i] != TCP_STATE_UNKNOWN && placed->states[i] != earlier;
        }
}

/* The width for a label: it stands to the right of the left lifeline that the arrow touches, and must not cross the
 * next one. */
static double label_room(const Ladder *self, const LadderPlacedRow *placed)
{
        guint left = MIN(placed->source, placed->destination), n = lifelines_get_length(self->lifelines);

        if (placed->row->kind == ROW_LEFT_OUT || left + 1 >= n)
                return is_wide(self) ? 380 : 300;
        return lifelines_get(self->lifelines, left + 1)->x - lifelines_get(self->lifelines, left)->x - 28;
}

static GPtrArray *wrap(const Ladder *self, TextKind kind, const char *text, double room, guint max_lines)
{
        if (!text || !*text)
                return g_ptr_array_new_with_free_func(g_free);
        return ladder_text_wrap(text, text_kind_font(kind), text_kind_size(kind), room, max_lines);
}

/* Where the lines are short, more of them are allowed. */
static void wrap_texts(const Ladder *self, LadderPlacedRow *placed)
{
        double room = label_room(self, placed);
        gboolean is_tight = room < 200;

        placed->label = wrap(self, placed->row->kind == ROW_MISSING ? TEXT_KIND_INFERRED : TEXT_KIND_LABEL,
                             placed->row->label, room, is_tight ? 6 : 3);
        placed->terms = wrap(self, TEXT_KIND_TERMS, placed->row->terms, room, is_tight ? 4 : 2);
}

static double space_above(const Ladder *self, const LadderPlacedRow *placed)
{
        const LadderRow *row = placed->row;
        const LadderBand *band = band_at(self, placed->band);
        gboolean begins_band = band->begin == (guint) (placed - placed_at(self, 0));
        double space = row->pause != 0 ? PAUSE_SPACE : row->skipped_first > 0 ? SKIP_SPACE : 0;

        if (!is_wide(self) && row->pause != 0 && row->skipped_first > 0)
                space += NOTE_LINE;
        if (begins_band && !band->is_joined)
                space = space > 0 ? space + 6 : BAND_SPACE;
        return space;
}

static void measure(const Ladder *self, LadderPlacedRow *placed)
{
        const LadderBand *band = band_at(self, placed->band);
        gboolean begins_band = band->begin == (guint) (placed - placed_at(self, 0));
        guint n_label = placed->label->len, n_terms = placed->terms->len;
        double below = is_wide(self) ? 24 : 28;

        placed->space = space_above(self, placed);
        if (placed->row->kind == ROW_LEFT_OUT) {
                placed->height = 22 + LABEL_LINE * n_label + 8;
                return;
        }
        placed->arrow = 30 + LABEL_LINE * (n_label - 1);
        if (!is_wide(self))
                placed->arrow += 16 + (begins_band ? 18 : 0);
        if (n_terms == 0)
                below -= 8;
        else
                below += TERMS_LINE * (n_terms - 1);
        if (placed->row->kind == ROW_RUN)
                below += 7;
        if (placed->source == placed->destination)
                below += 14;
        if (!is_wide(self) && (placed->shows_state[0] || placed->shows_state[1]))
                below += 17;
        placed->height = placed->arrow + below;
}

static void place_rows(Ladder *self)
{
        const LadderPlacedRow *before = NULL;

        g_array_set_size(self->placed, self->rows->len);
        for (guint i = 0, band = 0; i < self->rows->len; i++) {
                LadderPlacedRow *placed = placed_at(self, i);

                band += i >= band_at(self, band)->end;
                placed->row = row_at(self, i);
                placed->band = band;
                lifelines_find(self->lifelines, placed->row->first, &placed->source, &placed->destination);
                if (placed->row->is_reversed) {
                        guint source = placed->source;

                        placed->source = placed->destination;
                        placed->destination = source;
                }
                find_states(self, placed, before);
                if (placed->row->kind != ROW_LEFT_OUT && placed->row->first->packet->transport == TRANSPORT_TCP)
                        before = placed;
                wrap_texts(self, placed);
                measure(self, placed);
        }
}

static double part_head(const Ladder *self)
{
        return lifelines_get_head(self->lifelines);
}

/* Places the rows of a part, and returns its height. */
static double place_part(Ladder *self, guint begin, guint end)
{
        double y = part_head(self);

        for (guint i = begin; i < end; i++) {
                LadderPlacedRow *placed = placed_at(self, i);

                if (i > begin)
                        y += placed->space;
                placed->top = y;
                y += placed->height;
        }
        return y + 10;
}

/* The end of a part that begins at a row: after the last band that fits, or after the last row that fits if the part
 * would otherwise be too empty. A part has at least one row. */
static guint find_end(const Ladder *self, guint begin)
{
        double y = part_head(self) + 10, max = self->options.max_height, at_band = 0;
        guint band = begin;

        for (guint i = begin; i < self->rows->len; i++) {
                const LadderPlacedRow *placed = placed_at(self, i);

                if (i > begin && band_at(self, placed->band)->begin == i) {
                        band = i;
                        at_band = y;
                }
                y += placed->height + (i > begin ? placed->space : 0);
                if (y > max && i > begin)
                        return at_band > max * 0.55 ? band : i;
        }
        return self->rows->len;
}

static void find_parts(Ladder *self)
{
        guint begin = 0;

        do {
                LadderPart part = {.begin = begin,
                                   .end = self->options.max_height > 0 ? find_end(self, begin) : self->rows->len};

                part.height = place_part(self, part.begin, part.end);
                g_array_append_val(self->parts, part);
                begin = part.end;
        } while (begin < self->rows->len);
}

Ladder *ladder_new(const Record *const *records, guint n_records, const LadderOptions *options)
{
        Ladder *self = g_new0(Ladder, 1);

        self->options = *options;
        self->lifelines = lifelines_new(records, n_records, &self->options);
        self->rows = ladder_rows_new(records, n_records, &self->options);
        self->bands = g_array_new(FALSE, TRUE, sizeof(LadderBand));
        self->placed = g_array_new(FALSE, TRUE, sizeof(LadderPlacedRow));
        g_array_set_clear_func(self->placed, placed_clear);
        self->parts = g_array_new(FALSE, TRUE, sizeof(LadderPart));
        find_bands(self);
        join_bands(self);
        place_rows(self);
        find_parts(self);
        return self;
}

void ladder_free(Ladder *self)
{
        if (!self)
                return;
        g_array_unref(self->parts);
        g_array_unref(self->placed);
        g_array_unref(self->bands);
        g_array_unref(self->rows);
        lifelines_free(self->lifelines);
        g_free(self);
}

static void write_part(const Ladder *self, guint index, xmlTextWriterPtr xml)
{
        g_autoptr(Drawing) drawing = drawing_new();
        const LadderPart *part = &g_array_index(self->parts, LadderPart, index);
        g_autofree char *prefix = self->options.id_prefix && index > 0 ?
                                          g_strdup_printf("%spart-%u-", self->options.id_prefix, index + 1) :
                                          g_strdup(self->options.id_prefix);
        LadderOptions options = self->options;

        options.id_prefix = prefix;
        ladder_draw(self, index, drawing);
        drawing_write(drawing, xml, is_wide(self) ? "wide" : "narrow", lifelines_get_width(self->lifelines),
                      part->height, &options);
}

void ladder_write(xmlTextWriterPtr xml, const Record *const *records, guint n_records, const LadderOptions *options)
{
        g_autoptr(Ladder) ladder = ladder_new(records, n_records, options);

        for (guint i = 0; i < ladder->parts->len; i++)
                write_part(ladder, i, xml);
}
