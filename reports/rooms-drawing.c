/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reports/rooms-drawing.h"

#include "reports/markup.h"
#include "reports/prose.h"

/* In the drawing's own units. */
enum {
        WIDTH = 1056,
        LEFT = 150,   /* where the time axis begins, */
        RIGHT = 1020, /* and where it ends */
        TOP = 34,
        LANE = 68,
        BAR = 19,
        LABEL = 110, /* the width of "registered 12345" */
};

/* With more lanes or messages, the drawing is too crowded to read. */
#define MAX_LANES 12
#define MAX_MESSAGES 60
/* Characters of a name. */
#define MAX_NAME 16

typedef struct {
        xmlTextWriterPtr xml;
        const Story *story;
        const SummarySession *session;
        gint64 begin, end; /* offsets, nanoseconds */
        guint n_lanes;
} Drawing;

static double x_of(const Drawing *self, gint64 offset)
{
        return LEFT + ((double) CLAMP(offset, self->begin, self->end) - (double) self->begin) * (RIGHT - LEFT) /
                              ((double) self->end - (double) self->begin);
}

static double y_of(guint lane)
{
        return TOP + lane * LANE + BAR / 2.0;
}

static void write_line(const Drawing *self, const char *class, double x1, double y1, double x2, double y2)
{
        markup_open(self->xml, "line", class);
        markup_attributef(self->xml, "x1", "%.1f", x1);
        markup_attributef(self->xml, "y1", "%.1f", y1);
        markup_attributef(self->xml, "x2", "%.1f", x2);
        markup_attributef(self->xml, "y2", "%.1f", y2);
        markup_attribute(self->xml, "stroke", "#5b6066"); /* for viewers that ignore the page's style */
        markup_close(self->xml);
}

static void write_text(const Drawing *self, const char *class, double x, double y, const char *text)
{
        markup_open(self->xml, "text", class);
        markup_attributef(self->xml, "x", "%.1f", x);
        markup_attributef(self->xml, "y", "%.1f", y);
        markup_text(self->xml, text);
        markup_close(self->xml);
}

/* The offset of a frame, if it is among those shown; otherwise the given one. */
static gint64 offset_of(const Story *story, guint64 frame, gint64 otherwise)
{
        for (guint i = 0; i < story->shown->len; i++) {
                const Record *record = g_ptr_array_index(story->shown, i);

                if (record->packet->frame->number == frame)
                        return record->offset;
        }
        return otherwise;
}

static gint64 user_begin(const Drawing *self, const SummaryUser *user)
{
        return user->registered > 0 ? user->registered_offset : offset_of(self->story, user->seen, self->begin);
}

/* Finds out which time the drawing covers. FALSE: no time passes in it. */
static gboolean find_span(Drawing *self)
{
        self->begin = G_MAXINT64;
        self->end = G_MININT64;
        for (guint i = 0; i < self->session->users->len; i++) {
                const SummaryUser *user = g_ptr_array_index(self->session->users, i);

                if (user->registered > 0)
                        self->begin = MIN(self->begin, user->registered_offset);
                if (user->left > 0)
                        self->end = MAX(self->end, user->left_offset);
        }
        for (guint i = 0; i < self->story->shown->len; i++) {
                const Record *record = g_ptr_array_index(self->story->shown, i);

                if (record->packet->transport != TRANSPORT_UDP)
                        continue;
                self->begin = MIN(self->begin, record->offset);
                self->end = MAX(self->end, record->offset);
        }
        return self->begin < self->end;
}

/* The smallest round step (1, 2 or 5 times a power of ten) of which at most eight fit into the span. */
static gint64 tick_step(gint64 span)
{
        gint64 step = 1;

        for (;;) {
                static const guint factors[] = {1, 2, 5};

                for (guint i = 0; i < G_N_ELEMENTS(factors); i++)
                        if (span / (step * factors[i]) < 8)
                                return step * factors[i];
                step *= 10;
        }
}

static void write_ticks(const Drawing *self)
{
        gint64 step = tick_step(offset_between(self->begin, self->end));
        double bottom = TOP + self->n_lanes * LANE - 10;

        for (gint64 at = (self->begin / step + 1) * step; at < self->end;) {
                g_autoptr(GString) text = g_string_new(NULL);

                write_line(self, "lane-tick", x_of(self, at), 8, x_of(self, at), bottom);
                g_string_printf(text, "%g s", (double) at / 1e9);
                write_text(self, "lane-time", x_of(self, at), bottom + 20, text->str);
                if (__builtin_add_overflow(at, step, &at))
                        break;
        }
}

/* Whether the record is a message of the user, which is drawn as a dot on the lane. */
static gboolean is_message_of(const Record *record, const SummaryUser *user)
{
        return !record->maintenance && record->packet->transport == TRANSPORT_UDP &&
               endpoint_equal(&record->packet->source, &user->endpoint);
}

/* The first place from x on where a text of that width covers none of the user's dots. */
static double find_gap(const Drawing *self, const SummaryUser *user, double x, double width)
{
        for (guint i = 0; i < self->story->shown->len; i++) {
                const Record *record = g_ptr_array_index(self->story->shown, i);
                double dot = x_of(self, record->offset);

                if (is_message_of(record, user) && dot > x - 8 && dot < x + width + 8)
                        x = dot + 10;
        }
        return x;
}

/* Draws a stay in a room. label_free: left of it, the space above the lane is taken by another text. */
static void write_bar(const Drawing *self,
                      const SummaryUser *user,
                      const char *room,
                      const SummaryMember *member,
                      guint lane,
                      double label_free)
{
        double left = x_of(self, member->joined_offset);
        double right = member->left > 0 ? x_of(self, member->left_offset) : RIGHT;
        double name_width, name_left;
        g_autoptr(GString) name = g_string_new(NULL);
        g_autofree char *joined =
                g_strdup_printf("%s %" G_GUINT64_FORMAT, member->is_inferred ? "in it by" : "joined", member->joined);

        markup_open(self->xml, "rect", "lane-room");
        markup_attributef(self->xml, "x", "%.1f", left);
        markup_attributef(self->xml, "y", "%.1f", y_of(lane) - BAR / 2.0);
        markup_attributef(self->xml, "width", "%.1f", MAX(right - left, 2));
        markup_attributef(self->xml, "height", "%d", BAR);
        markup_attribute(self->xml, "fill", "#f0f1f3");
        markup_close(self->xml);
        prose_append_wire(name, room ? room : "?", room ? strlen(room) : 1, MAX_NAME);
        name_width = 8.0 * (double) g_utf8_strlen(name->str, -1);
        name_left = find_gap(self, user, left + 8, name_width);
        if (name_left + name_width + 4 < right)
                write_text(self, "lane-note", name_left, y_of(lane) + 4.5, name->str);
        if (left >= label_free)
                write_text(self, "lane-note", left, y_of(lane) - BAR / 2.0 - 5, joined);
}

static gboolean has_stay(const SummarySession *session, const SummaryUser *user)
{
        for (guint i = 0; i < session->rooms->len; i++) {
                const SummaryRoom *room = g_ptr_array_index(session->rooms, i);

                for (guint j = 0; j < room->members->len; j++)
                        if (endpoint_equal(&((const SummaryMember *) g_ptr_array_index(room->members, j))->endpoint,
                                           &user->endpoint))
                                return TRUE;
        }
        return FALSE;
}

static void write_stays(const Drawing *self, const SummaryUser *user, guint lane, double label_free)
{
        for (guint i = 0; i < self->session->rooms->len; i++) {
                const SummaryRoom *room = g_ptr_array_index(self->session->rooms, i);

                for (guint j = 0; j < room->members->len; j++) {
                        const SummaryMember *member = g_ptr_array_index(room->members, j);

                        if (endpoint_equal(&member->endpoint, &user->endpoint)) {
                                write_bar(self, user, room->name, member, lane, label_free);
                                label_free = MAX(label_free, x_of(self, member->joined_offset) + LABEL);
                        }
                }
        }
}

static void write_messages(const Drawing *self, const SummaryUser *user, guint lane)
{
        double last = -100;

        for (guint i = 0, n = 0; i < self->story->shown->len && n < MAX_MESSAGES; i++) {
                const Record *record = g_ptr_array_index(self->story->shown, i);
                double x = x_of(self, record->offset);
                g_autofree char *number = NULL;

                if (!is_message_of(record, user))
                        continue;
                markup_open(self->xml, "circle", "lane-message");
                markup_attributef(self->xml, "cx", "%.1f", x);
                markup_attributef(self->xml, "cy", "%.1f", y_of(lane));
                markup_attribute(self->xml, "r", "4.5");
                markup_attribute(self->xml, "fill", "#00573d");
                markup_close(self->xml);
                number = g_strdup_printf("%" G_GUINT64_FORMAT, record->packet->frame->number);
                if (x - last > 10 + 8.0 * (double) strlen(number)) {
                        write_text(self, "lane-note lane-middle", x, y_of(lane) + BAR / 2.0 + 14, number);
                        last = x;
                }
                n++;
        }
}

static void write_lane(const Drawing *self, const SummaryUser *user, guint lane)
{
        double left = x_of(self, user_begin(self, user)),
               right = user->left > 0 ? x_of(self, user->left_offset) : RIGHT;
        g_autoptr(GString) name = g_string_new(NULL);
        g_autofree char *text = NULL;

        if (prose_append_wire(name, user->name ? user->name : "not known",
                              strlen(user->name ? user->name : "not known"), MAX_NAME) > MAX_NAME)
                g_string_append(name, "…");
        write_text(self, "lane-name", 0, y_of(lane) + 5, name->str);
        write_line(self, "lane-user", left, y_of(lane), right, y_of(lane));
        if (user->registered > 0 || !has_stay(self->session, user)) {
                text = user->registered > 0 ? g_strdup_printf("registered %" G_GUINT64_FORMAT, user->registered) :
                                              g_strdup_printf("seen first %" G_GUINT64_FORMAT, user->seen);
                write_text(self, "lane-note", left, y_of(lane) - BAR / 2.0 - 5, text);
        }
        write_stays(self, user, lane, text ? left + LABEL : 0);
        if (user->left > 0) {
                g_autofree char *gone = g_strdup_printf("left %" G_GUINT64_FORMAT, user->left);

                write_text(self, "lane-note lane-end", right, y_of(lane) + BAR / 2.0 + 14, gone);
        }
        write_messages(self, user, lane);
}

gboolean rooms_drawing_write(xmlTextWriterPtr xml, const Story *story, const SummarySession *session)
{
        Drawing self = {.xml = xml, .story = story, .session = session, .n_lanes = session->users->len};

        if (self.n_lanes == 0 || self.n_lanes > MAX_LANES || !find_span(&self))
                return FALSE;
        markup_open(xml, "div", "lanes");
        markup_open(xml, "svg", NULL);
        markup_attribute(xml, "xmlns", "http://www.w3.org/2000/svg");
        markup_attributef(xml, "viewBox", "0 0 %d %d", WIDTH, TOP + (int) self.n_lanes * LANE + 16);
        markup_attribute(xml, "aria-hidden", "true"); /* the tables say the same */
        write_ticks(&self);
        for (guint i = 0; i < self.n_lanes; i++)
                write_lane(&self, g_ptr_array_index(session->users, i), i);
        markup_close(xml);
        markup_close(xml);
        return TRUE;
}
