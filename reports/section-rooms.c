/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rooms and users over time: for each session of a chat, a drawing with a lane for each user, and tables that say the
 * same. */
#include "reports/markup.h"
#include "reports/prose.h"
#include "reports/rooms-drawing.h"
#include "reports/sections.h"

/* The most rows of a table, and the most sessions; the rest is counted. */
#define MAX_ROWS 60
#define MAX_SESSIONS 8

/* Attributes for lecture mode: with which frame a user or member comes and goes. */
static void write_presence(Document *document, const char *what, const char *name, guint64 from, guint64 to)
{
        xmlTextWriterPtr xml = document_get_page(document);
        g_autofree char *attribute = g_strconcat("data-", what, NULL);

        if (!xml)
                return;
        markup_attribute(xml, attribute, name);
        markup_attributef(xml, "data-from", "%" G_GUINT64_FORMAT, from);
        if (to > 0)
                markup_attributef(xml, "data-to", "%" G_GUINT64_FORMAT, to);
}

/* A cell with a time and its frame, or with otherwise if frame is 0. */
static void write_moment(Document *document, guint64 frame, gint64 offset, gboolean is_inferred, const char *otherwise)
{
        document_begin_cell(document, 1);
        if (frame == 0) {
                document_text(document, TEXT_MUTED, otherwise);
        } else {
                document_printf(document, TEXT_PLAIN, "%.3f s ", (double) offset / 1e9);
                document_text(document, TEXT_MUTED, " frame ");
                document_frame(document, frame);
                if (is_inferred)
                        document_text(document, TEXT_MUTED, " inferred");
        }
        document_end_cell(document);
}

static char *plain_name(const char *name, const char *otherwise)
{
        g_autoptr(GString) text = g_string_new(NULL);

        if (!name)
                return g_strdup(otherwise);
        prose_append_wire(text, name, strlen(name), 60);
        return g_strdup(text->str);
}

static void write_endpoint(Document *document, const Endpoint *endpoint)
{
        char address[IP_ADDRESS_STRING_SIZE];

        document_begin_cell(document, 1);
        document_printf(document, TEXT_CODE, endpoint->address.family == 6 ? "[%s]:%u" : "%s:%u",
                        ip_address_to_string(&endpoint->address, address), endpoint->port);
        document_end_cell(document);
}

static void write_user(Document *document, const SummaryUser *user)
{
        g_autofree char *name = plain_name(user->name, "not known");

        document_begin_row(document, ROW_PLAIN);
        write_presence(document, "user", name, user->registered > 0 ? user->registered : user->seen, user->left);
        document_begin_cell(document, 1);
        document_text(document, TEXT_WIRE, name);
        document_end_cell(document);
        write_endpoint(document, &user->endpoint);
        write_moment(document, user->registered, user->registered_offset, FALSE, "before the capture, or not captured");
        write_moment(document, user->left, user->left_offset, FALSE, "not in this capture");
        document_end_row(document);
}

/* "3 more users; chatsniff summary lists them all." */
static void write_rest(Document *document, guint n, const char *noun)
{
        g_autoptr(GString) text = g_string_new(NULL);

        if (n == 0)
                return;
        prose_append_numbered(text, n, noun);
        g_string_append(text, "; ");
        document_begin_paragraph(document, PARAGRAPH_NOTE);
        document_text(document, TEXT_PLAIN, text->str);
        document_text(document, TEXT_CODE, "chatsniff summary");
        document_text(document, TEXT_PLAIN, " lists them all.");
        document_end_paragraph(document);
}

static void write_users(Document *document, const SummarySession *session)
{
        static const Column columns[] = {
                {"user", COLUMN_TITLE, NULL},
                {"address", COLUMN_TEXT, NULL},
                {"registered", COLUMN_TEXT, NULL},
                {"signed off", COLUMN_TEXT, NULL},
        };
        guint n = session->users->len;

        if (n == 0)
                return;
        document_begin_table(document, "users", columns, G_N_ELEMENTS(columns));
        for (guint i = 0; i < MIN(n, MAX_ROWS); i++)
                write_user(document, g_ptr_array_index(session->users, i));
        document_end_table(document);
        write_rest(document, n - MIN(n, MAX_ROWS), "more user");
}

static void write_member(Document *document, const char *room, const SummaryMember *member, guint rows)
{
        g_autofree char *name = plain_name(member->name, "not known");
        xmlTextWriterPtr xml = document_get_page(document);

        document_begin_row(document, rows > 0 ? ROW_GROUP : ROW_PLAIN);
        write_presence(document, "member", name, member->joined, member->left);
        if (xml)
                markup_attribute(xml, "data-room", room);
        if (rows > 0) {
                document_begin_cell(document, rows);
                document_text(document, TEXT_WIRE, room);
                document_end_cell(document);
        } else {
                document_skip_cell(document);
        }
        document_begin_cell(document, 1);
        document_text(document, TEXT_WIRE, name);
        document_end_cell(document);
        write_moment(document, member->joined, member->joined_offset, member->is_inferred, "before the capture");
        write_moment(document, member->left, member->left_offset, FALSE, "in it to the end");
        document_end_row(document);
}

static void write_rooms(Document *document, const SummarySession *session)
{
        static const Column columns[] = {
                {"room", COLUMN_TITLE, NULL},
                {"member", COLUMN_TEXT, NULL},
                {"in it from", COLUMN_TEXT, NULL},
                {"until", COLUMN_TEXT, NULL},
        };
        guint written = 0, all = 0;

        for (guint i = 0; i < session->rooms->len; i++)
                all += ((const SummaryRoom *) g_ptr_array_index(session->rooms, i))->members->len;
        if (all == 0)
                return;
        document_begin_table(document, "rooms", columns, G_N_ELEMENTS(columns));
        for (guint i = 0; i < session->rooms->len && written < MAX_ROWS; i++) {
                const SummaryRoom *room = g_ptr_array_index(session->rooms, i);
                g_autofree char *name = plain_name(room->name, "a room whose name was not captured");
                guint n = MIN(room->members->len, MAX_ROWS - written);

                for (guint j = 0; j < n; j++)
                        write_member(document, name, g_ptr_array_index(room->members, j), j == 0 ? n : 0);
                written += n;
        }
        document_end_table(document);
        write_rest(document, all - written, "more stay");
}

/* The reports of hosts to their routers stand below the tables, because they concern hosts, not members. */
static void write_groups(Document *document, const SummarySession *session)
{
        for (guint i = 0; i < MIN(session->rooms->len, MAX_ROWS); i++) {
                const SummaryRoom *room = g_ptr_array_index(session->rooms, i);
                g_autofree char *name = plain_name(room->name, "whose name was not captured"), *port = NULL;
                char address[IP_ADDRESS_STRING_SIZE];
                FrameSet set = {0};

                if (room->group.address.family == 0)
                        continue;
                ip_address_to_string(&room->group.address, address);
                document_begin_paragraph(document, PARAGRAPH_TEXT);
                document_text(document, TEXT_PLAIN, "The room ");
                document_text(document, TEXT_WIRE, name);
                document_text(document, TEXT_PLAIN, " talks in the multicast group ");
                document_text(document, TEXT_CODE, address);
                port = g_strdup_printf(", port %u.", room->group.port);
                document_text(document, TEXT_PLAIN, port);
                if (room->reports.count > 0) {
                        document_text(
                                document, TEXT_PLAIN,
                                room->group.address.family == 6 ?
                                        " Hosts use MLD to tell their routers that they join or leave it: frames " :
                                        " Hosts use IGMP to tell their routers that they join or leave it: frames ");
                        frame_set_unite(&set, &room->reports);
                        document_frames(document, &set);
                        document_text(document, TEXT_PLAIN, ".");
                        frame_set_clear(&set);
                }
                document_end_paragraph(document);
        }
}

static void write_session(Document *document, const Story *story, const SummarySession *session)
{
        xmlTextWriterPtr xml = document_get_page(document);
        char address[IP_ADDRESS_STRING_SIZE];

        if (story->summary->sessions->len > 1) {
                g_autofree char *title =
                        session->server.address.family ?
                                g_strdup_printf("The server %s, port %u",
                                                ip_address_to_string(&session->server.address, address),
                                                session->server.port) :
                                g_strdup("Peers whose server was not captured");

                document_heading(document, title);
        }
        if (xml && rooms_drawing_write(xml, story, session)) {
                document_begin_paragraph(document, PARAGRAPH_NOTE);
                document_text(document, TEXT_PLAIN,
                              "Line: registered. Bar: in the room. Dot: a message. The numbers are frames.");
                document_end_paragraph(document);
        }
        write_users(document, session);
        write_rooms(document, session);
        write_groups(document, session);
}

/* The filter for all packets that register, join, leave or sign off. */
static void write_filter(Document *document, const Story *story)
{
        g_autoptr(GString) filter = g_string_new(NULL);
        FrameSet set = {0};

        for (guint i = 0; i < story->summary->phases->len; i++) {
                const SummaryPhase *phase = g_ptr_array_index(story->summary->phases, i);

                for (guint j = 0; phase->maintenance && j < phase->steps->len; j++) {
                        const SummaryStep *step = &g_array_index(phase->steps, SummaryStep, j);

                        if (step->step == STEP_INITIALISATION || step->step == STEP_ROOMS || step->step == STEP_LEAVING)
                                frame_set_join(&set, &step->frames, 0);
                }
        }
        if (frame_set_append_filter(&set, filter))
                document_filter(document, "The packets that register, join, leave and sign off:", filter->str,
                                set.packets);
        frame_set_clear(&set);
}

void section_rooms(Document *document, const Story *story)
{
        const GPtrArray *sessions = story->summary->sessions;
        guint n = 0;

        for (guint i = 0; i < sessions->len; i++) {
                const SummarySession *session = g_ptr_array_index(sessions, i);

                if (session->users->len == 0 && session->rooms->len == 0)
                        continue;
                if (n == 0)
                        document_begin_section(document, "rooms", "Rooms and users over time", "Rooms");
                if (n++ < MAX_SESSIONS)
                        write_session(document, story, session);
        }
        if (n == 0)
                return;
        write_rest(document, n - MIN(n, MAX_SESSIONS), "more session");
        write_filter(document, story);
        document_end_section(document);
}
