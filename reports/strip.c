/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The strip: a whole session at a glance. In the wide strip, time runs to the right and the lanes of hosts are below
 * each other; in the narrow one, time runs downwards and the lanes are side by side. "Along" is the direction of time,
 * "across" is at right angles to it. */
#include "reports/ladder-arrows.h"
#include "reports/ladder-lifelines.h"
#include "reports/ladder-picture.h"
#include "reports/strip-hosts.h"

#include <string.h>

/* px */
#define WIDE 1056
#define NARROW 358
#define PITCH 21 /* from one column to the next, */
#define ROOMY_PITCH 30
#define LEAST_PITCH 7.5
#define PAUSE 9        /* with additional space for a pause, */
#define BLOCK_SPACE 26 /* and between blocks */
#define MAX_COLUMNS 110
#define MAX_LABEL 170 /* the width of a host's name, in the wide strip */
#define LANES_TOP 70
#define LANES_LEFT 140
#define FRAMES_RIGHT 112
#define WORD_LEVELS 3

typedef struct {
        LadderOptions options;
        StripColumns *columns;
        StripHosts *hosts;
        Drawing *drawing;
        gboolean is_wide;
        double start, stop; /* the ends of the lanes, along */
        double pitch;
        double lanes_end; /* the last lane, across */
} Strip;

static StripColumn *column_at(const Strip *self, guint index)
{
        return &g_array_index(self->columns->columns, StripColumn, index);
}

static StripBlock *block_at(const Strip *self, guint index)
{
        return &g_array_index(self->columns->blocks, StripBlock, index);
}

/* These draw independently of the direction of time. */

static void
draw_line(const Strip *self, const char *classes, double along1, double across1, double along2, double across2)
{
        if (self->is_wide)
                drawing_line(self->drawing, classes, along1, across1, along2, across2);
        else
                drawing_line(self->drawing, classes, across1, along1, across2, along2);
}

static void draw_dot(const Strip *self, const char *classes, double along, double across)
{
        drawing_path(self->drawing, classes, (self->is_wide ? along : across) - 3, self->is_wide ? across : along,
                     "a3 3 0 1 0 6 0a3 3 0 1 0-6 0");
}

static char *address_text(const StripHost *host, double room)
{
        char address[IP_ADDRESS_STRING_SIZE];

        if (host->n_others > 0)
                return g_strdup_printf("%u hosts", host->n_others + 1);
        return ladder_text_shorten(ip_address_to_string(&host->address, address), LADDER_FONT_MONO,
                                   text_kind_size(TEXT_KIND_ADDRESS), room, 64);
}

static char *name_text(const StripHost *host, double room)
{
        return ladder_text_shorten(host->name, LADDER_FONT_BOLD, text_kind_size(TEXT_KIND_NAME), room, 64);
}

static double label_width(const Strip *self)
{
        double width = 60;

        for (guint i = 0; i < strip_hosts_get_length(self->hosts); i++) {
                const StripHost *host = strip_hosts_get(self->hosts, i);
                g_autofree char *name = name_text(host, MAX_LABEL), *address = address_text(host, MAX_LABEL);

                width = MAX(width,
                            MAX(text_kind_width(TEXT_KIND_NAME, name), text_kind_width(TEXT_KIND_ADDRESS, address)));
        }
        return width;
}

/* The titles of a block's conversations: at most four, and the number of the others. */
static char *block_title(const StripBlock *block)
{
        GString *title = g_string_new(NULL);

        for (guint i = 0; i < block->groups->len && i < 4; i++) {
                const LadderGroup *group = g_ptr_array_index(block->groups, i);
                g_autofree char *harmless = ladder_text_harmless(group->title, strlen(group->title), 40);

                g_string_append_printf(title, "%s%s", i > 0 ? ", " : "", harmless);
        }
        if (block->groups->len > 4)
                g_string_append_printf(title, " and %u more", block->groups->len - 4);
        return g_string_free(title, FALSE);
}

/* The sockets in use: "alpine 35898, server 8090". */
static char *block_sockets(const Strip *self, guint block)
{
        GString *sockets = g_string_new(NULL);

        for (guint i = 0; i < strip_hosts_get_n_uses(self->hosts) && sockets->len < 400; i++) {
                const StripUse *use = strip_hosts_get_use(self->hosts, i);
                const StripHost *host = strip_hosts_get(self->hosts, use->host);

                if (use->block != block || use->endpoint.port == 0 || host->n_others > 0)
                        continue;
                g_autofree char *own = use->name ? ladder_text_harmless(use->name, strlen(use->name), 40) : NULL;

                /* If the host has several names, the name of the socket's user is clearer. */
                g_string_append_printf(sockets, "%s%s %u", sockets->len > 0 ? ", " : "",
                                       own && strstr(host->name, ", ") ? own : host->name, use->endpoint.port);
        }
        return g_string_free(sockets, FALSE);
}

static double title_width(const StripBlock *block)
{
        g_autofree char *title = block_title(block);

        return text_kind_width(TEXT_KIND_NAME, title);
}

/* Wide: places the columns, and returns where they end. factor stretches the spaces; with_titles makes each block at
 * least as wide as its title. */
static double place_wide(Strip *self, double factor, gboolean with_titles)
{
        double at = self->start;

        for (guint i = 0; i < self->columns->blocks->len; i++) {
                StripBlock *block = block_at(self, i);

                if (block->end == 0)
                        continue;
                block->start = at;
                at += self->pitch / 2;
                for (guint j = block->begin; j < block->end; j++) {
                        StripColumn *column = column_at(self, j);

                        at += column->has_pause ? PAUSE * factor : 0;
                        column->at = at;
                        at += self->pitch;
                }
                at -= self->pitch / 2;
                if (with_titles)
                        at = MAX(at, block->start + title_width(block) - BLOCK_SPACE / 2.0);
                block->stop = at;
                at += BLOCK_SPACE * factor;
        }
        return block_at(self, self->columns->blocks->len - 1)->stop;
}

static double frames_width(const Strip *self)
{
        double width = PITCH - 5;

        for (guint i = 0; i < self->columns->columns->len; i++) {
                g_autofree char *text =
                        g_strdup_printf("%" G_GUINT64_FORMAT, column_at(self, i)->first->packet->frame->number);

                width = MAX(width, text_kind_width(TEXT_KIND_SMALL, text));
        }
        return width;
}

/* Uses the widest pitch with which the columns fit. If none fits, titles get no room, and pitch and spaces shrink. */
static void lay_out_wide(Strip *self)
{
        double room, pitches[] = {ROOMY_PITCH, PITCH, PITCH};

        self->start = label_width(self) + 20;
        room = WIDE - 10 - self->start;
        /* If possible, there is room for all frame numbers. */
        pitches[1] = frames_width(self) + 5;
        for (guint i = 0; i < G_N_ELEMENTS(pitches); i++) {
                self->pitch = pitches[i];
                if (place_wide(self, 1, TRUE) <= WIDE - 10)
                        break;
        }
        if (block_at(self, self->columns->blocks->len - 1)->stop > WIDE - 10) {
                double used = place_wide(self, 1, FALSE) - self->start;

                self->pitch = CLAMP(PITCH * room / used, LEAST_PITCH, PITCH);
                used = place_wide(self, self->pitch / PITCH, FALSE) - self->start;
                if (used > room) {
                        self->pitch *= room / used;
                        place_wide(self, self->pitch / PITCH, FALSE);
                }
        }
        self->stop = WIDE;
        self->lanes_end = strip_hosts_place(self->hosts, LANES_TOP, 74);
}

/* The lines with the sockets in a block's head. */
static GPtrArray *head_lines(const Strip *self, guint block, double width)
{
        g_autofree char *sockets = block_sockets(self, block);

        return ladder_text_wrap(sockets, LADDER_FONT_MONO, text_kind_size(TEXT_KIND_ADDRESS), width, 2);
}

static void lay_out_narrow(Strip *self)
{
        double extents = strip_hosts_place(self->hosts, 0, 0), at = 44;
        guint n = strip_hosts_get_length(self->hosts);

        self->start = at;
        self->pitch = PITCH;
        self->lanes_end = strip_hosts_place(self->hosts, LANES_LEFT,
                                            n > 1 ? MAX(NARROW - 20 - LANES_LEFT - extents, 0) / (n - 1) : 0);
        for (guint i = 0; i < self->columns->blocks->len; i++) {
                StripBlock *block = block_at(self, i);
                g_autoptr(GPtrArray) lines = head_lines(self, i, NARROW);

                if (block->end == 0)
                        continue;
                block->start = at;
                at += 24 + 14 * lines->len + 14;
                for (guint j = block->begin; j < block->end; j++) {
                        StripColumn *column = column_at(self, j);

                        at += column->has_pause ? PAUSE : 0;
                        column->at = at;
                        at += PITCH;
                }
                block->stop = at;
                at += 12;
        }
        self->stop = at;
}

static void draw_host_label(const Strip *self, guint index)
{
        const StripHost *host = strip_hosts_get(self->hosts, index);
        guint n = strip_hosts_get_length(self->hosts);
        double left = 0, right = NARROW, half;
        g_autofree char *name = NULL, *address = NULL;

        if (self->is_wide) {
                name = name_text(host, MAX_LABEL);
                address = address_text(host, MAX_LABEL);
                drawing_text(self->drawing, TEXT_KIND_NAME, 0, host->across - 1, ANCHOR_START, NULL, name);
                drawing_text(self->drawing, TEXT_KIND_ADDRESS, 0, host->across + 16, ANCHOR_START, NULL, address);
                return;
        }
        if (index > 0)
                left = (host->across + strip_hosts_get(self->hosts, index - 1)->across) / 2 + 3;
        if (index + 1 < n)
                right = (host->across + strip_hosts_get(self->hosts, index + 1)->across) / 2 - 3;
        name = name_text(host, right - left);
        address = address_text(host, right - left);
        for (guint i = 0; i < 2; i++) {
                TextKind kind = i == 0 ? TEXT_KIND_NAME : TEXT_KIND_ADDRESS;
                const char *text = i == 0 ? name : address;

                half = text_kind_width(kind, text) / 2;
                drawing_text(self->drawing, kind, CLAMP(host->across, left + half, MAX(right - half, left + half)),
                             16 + 17 * i, ANCHOR_MIDDLE, NULL, text);
        }
}

static void draw_lanes(const Strip *self)
{
        for (guint i = 0; i < strip_hosts_get_length(self->hosts); i++) {
                double across = strip_hosts_get(self->hosts, i)->across;

                draw_host_label(self, i);
                draw_line(self, "idle", self->start - (self->is_wide ? 6 : 4), across, self->stop, across);
        }
        for (guint i = 0; i < strip_hosts_get_n_uses(self->hosts); i++) {
                const StripUse *use = strip_hosts_get_use(self->hosts, i);
                double lane = strip_hosts_get_lane(self->hosts, use), half = MIN(self->pitch / 2, 9);

                draw_line(self, "open", column_at(self, use->first)->at - half, lane,
                          column_at(self, use->last)->at + half, lane);
        }
}

static void draw_heads(const Strip *self)
{
        double next = WIDE;

        for (guint i = self->columns->blocks->len; i > 0; i--) {
                const StripBlock *block = block_at(self, i - 1);
                double room = self->is_wide ? next - block->start - 8 : NARROW;
                g_autofree char *title = block_title(block);
                g_autoptr(GPtrArray) lines = head_lines(self, i - 1, room);
                double x = self->is_wide ? block->start : 0, y = self->is_wide ? 14 : block->start + 20;

                if (block->end == 0)
                        continue;
                next = block->start;
                if (room < 80)
                        continue;
                g_autofree char *fitting =
                        ladder_text_shorten(title, LADDER_FONT_BOLD, text_kind_size(TEXT_KIND_NAME), room, 100);

                drawing_text(self->drawing, TEXT_KIND_NAME, x, y, ANCHOR_START, NULL, fitting);
                for (guint j = 0; j < lines->len; j++)
                        drawing_text(self->drawing, TEXT_KIND_ADDRESS, x, y + 17 + 14 * j, ANCHOR_START, NULL,
                                     lines->pdata[j]);
        }
}

/* The hosts between two lanes, in the order in which an arrow reaches them. */
static guint find_jumps(const Strip *self, const StripUse *source, const StripUse *destination, Jump jumps[])
{
        guint from = source->host, to = destination->host, n = 0;

        for (guint i = from < to ? from + 1 : from; from < to ? i < to : i > to + 1; from < to ? i++ : i--) {
                const StripHost *host = strip_hosts_get(self->hosts, from < to ? i : i - 1);

                jumps[n++] = (Jump){host->across, MAX(host->extent / 2 + 4, 7)};
        }
        return n;
}

static void draw_arrow(const Strip *self,
                       ArrowForm form,
                       const StripColumn *column,
                       const StripUse *source,
                       const StripUse *destination)
{
        double from = strip_hosts_get_lane(self->hosts, source), to = strip_hosts_get_lane(self->hosts, destination);
        double side = to > from ? 2 : -2;
        Jump jumps[LIFELINES_MAX_WIDE];
        guint n_jumps = find_jumps(self, source, destination, jumps);

        if (from == to)
                draw_dot(self, form == ARROW_TYPED ? "typed transfer" : "arrow control", column->at, from);
        else if (self->is_wide)
                arrow_draw_vertical(self->drawing, form, column->first->phase, column->at, from + side, to - side,
                                    jumps, n_jumps);
        else
                arrow_draw(self->drawing, form, column->first->phase, from + side, to - side, column->at, jumps,
                           n_jumps, FALSE);
}

static void draw_packets(const Strip *self)
{
        for (guint i = 0; i < self->columns->columns->len; i++) {
                const StripColumn *column = column_at(self, i);
                const StripUse *source, *destination;

                if (column->is_left_out)
                        continue;
                strip_hosts_find(self->hosts, column, &source, &destination);
                if (column->is_both)
                        draw_arrow(self, ARROW_ACKNOWLEDGES, column, destination, source);
                draw_arrow(self, column->is_typed && column->n_packets > 1 ? ARROW_TYPED : arrow_form(column->first),
                           column, source, destination);
        }
}

/* Draws as many frame numbers as there is room for. */
static void draw_frames(const Strip *self)
{
        double end = 0;

        for (guint i = 0; i < self->columns->columns->len; i++) {
                const StripColumn *column = column_at(self, i);
                g_autofree char *text = g_strdup_printf("%" G_GUINT64_FORMAT, column->first->packet->frame->number);
                double half = text_kind_width(TEXT_KIND_SMALL, text) / 2;

                if (column->is_left_out && self->is_wide)
                        drawing_text(self->drawing, TEXT_KIND_SMALL, column->at, self->lanes_end + 32, ANCHOR_MIDDLE,
                                     NULL, "…");
                else if (column->is_left_out)
                        drawing_text(self->drawing, TEXT_KIND_SMALL, FRAMES_RIGHT, column->at + 4, ANCHOR_END, NULL,
                                     "…");
                else if (!self->is_wide)
                        drawing_frame(self->drawing, TEXT_KIND_SMALL, FRAMES_RIGHT, column->at + 4, ANCHOR_END,
                                      column->first->packet->frame->number);
                else if (column->at - half >= end)
                        drawing_frame(self->drawing, TEXT_KIND_SMALL, column->at, self->lanes_end + 32, ANCHOR_MIDDLE,
                                      column->first->packet->frame->number);
                else
                        continue;
                end = column->at + half + 3;
        }
}

static const char *const words[] = LADDER_PHASES(""), *const bars[] = LADDER_PHASES("bar ");

/* Draws the name of a phase on the first level that is free there; returns the lowest level used so far. */
static guint draw_word(const Strip *self, Phase phase, double at, double ends[WORD_LEVELS], guint lowest)
{
        double width = text_kind_width(TEXT_KIND_SMALL_PHASE, words[phase]);
        double x = MIN(at, WIDE - width);

        for (guint i = 0; i < WORD_LEVELS; i++) {
                if (x < ends[i])
                        continue;
                drawing_text(self->drawing, TEXT_KIND_SMALL_PHASE, x, self->lanes_end + 60 + 14 * i, ANCHOR_START,
                             words[phase], words[phase]);
                ends[i] = x + width + 6;
                return MAX(lowest, i);
        }
        return lowest;
}

/* Draws a bar for each run of packets of one phase. Returns where the lowest name ends (wide only). */
static double draw_phases(const Strip *self)
{
        double ends[WORD_LEVELS] = {0}, half = MIN(self->pitch / 2 - 1, 8);
        guint lowest = 0;

        for (guint i = 0, next; i < self->columns->columns->len; i = next) {
                const StripColumn *first = column_at(self, i);
                Phase phase = first->first->phase;

                for (next = i + 1; next < self->columns->columns->len; next++) {
                        const StripColumn *column = column_at(self, next);

                        if (column->block != first->block || column->first->phase != phase || column->is_left_out)
                                break;
                }
                double begin = first->at - half, end = column_at(self, next - 1)->at + half;

                if (first->is_left_out)
                        continue;
                if (self->is_wide) {
                        drawing_rectangle(self->drawing, bars[phase], begin, self->lanes_end + 42, end - begin, 4);
                        lowest = draw_word(self, phase, begin, ends, lowest);
                } else {
                        drawing_rectangle(self->drawing, bars[phase], 0, begin, 4, end - begin);
                        drawing_text(self->drawing, TEXT_KIND_SMALL_PHASE, 10, first->at + 4, ANCHOR_START,
                                     words[phase], words[phase]);
                }
        }
        return self->lanes_end + 60 + 14 * lowest + 8;
}

static double draw_left_out(const Strip *self, double end)
{
        for (guint i = 0; i < self->columns->columns->len; i++) {
                const StripColumn *column = column_at(self, i);

                if (!column->is_left_out)
                        continue;
                g_autofree char *text = g_strdup_printf(
                        "%u packets are left out, frames %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT,
                        column->n_packets, column->first->packet->frame->number, column->last->packet->frame->number);
                g_autoptr(GPtrArray) lines = ladder_text_wrap(text, LADDER_FONT_SANS, text_kind_size(TEXT_KIND_NOTE),
                                                              self->is_wide ? WIDE : NARROW, 2);

                for (guint j = 0; j < lines->len; j++, end += 17)
                        drawing_text(self->drawing, TEXT_KIND_NOTE, 0, end + 14, ANCHOR_START, NULL, lines->pdata[j]);
                return end + 8;
        }
        return end;
}

static double draw_strip(const Strip *self)
{
        double end;

        draw_lanes(self);
        draw_heads(self);
        draw_packets(self);
        draw_frames(self);
        end = draw_phases(self);
        return draw_left_out(self, self->is_wide ? end : self->stop + 4);
}

double session_strip_draw(Drawing *drawing,
                          const Record *const *records,
                          guint n_records,
                          const LadderOptions *options,
                          double *ret_width)
{
        g_autoptr(StripColumns) columns = strip_columns_new(records, n_records, MAX_COLUMNS);
        g_autoptr(StripHosts) hosts = strip_hosts_new(columns, records, n_records, options);
        Strip self = {
                .options = *options,
                .columns = columns,
                .hosts = hosts,
                .drawing = drawing,
                .is_wide = options->width == LADDER_WIDE,
        };

        *ret_width = self.is_wide ? WIDE : NARROW;
        if (n_records == 0)
                return 0;
        if (self.is_wide)
                lay_out_wide(&self);
        else
                lay_out_narrow(&self);
        return draw_strip(&self);
}

void session_strip_write(xmlTextWriterPtr xml,
                         const Record *const *records,
                         guint n_records,
                         const LadderOptions *options)
{
        g_autoptr(Drawing) drawing = drawing_new();
        double width, height = session_strip_draw(drawing, records, n_records, options, &width);

        drawing_write(drawing, xml, options->width == LADDER_WIDE ? "strip" : "strip-narrow", width, height, options);
}
