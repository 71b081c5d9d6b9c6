/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lab sheet's questions, each with a sentence that answers it, a table, and the Wireshark filter that shows the
 * same packets. */
#include "reports/filters.h"
#include "reports/prose.h"
#include "reports/sections.h"

/* The most kinds of other traffic that a sentence names. */
#define MAX_TRAFFIC 8

static const StoryType *get_type(const Story *story, guint i)
{
        return g_ptr_array_index(story->types, i);
}

/* "TCP chat", or "TCP chats" if there are several. */
static char *type_title(const StoryType *type)
{
        return g_strdup_printf("%s%s", type->title, type->is_chat && type->n_chats > 1 ? "s" : "");
}

static void write_story_filter(Document *document, const Story *story)
{
        g_autoptr(GString) filter = g_string_new(NULL);

        if (filter_append_story(filter, story))
                document_filter(document, NULL, filter->str, story->summary->chat_packets);
}

static void append_room_purposes(const StoryType *type, GString *text)
{
        static const struct {
                ChatMeaning meaning;
                const char *purpose;
        } purposes[] = {
                {CHAT_MEANING_CREATE_ROOM, "create a room"},
                {CHAT_MEANING_JOIN_ROOM, "join a room"},
                {CHAT_MEANING_LEAVE_ROOM, "leave a room"},
                {CHAT_MEANING_LIST_USERS, "list the users"},
                {CHAT_MEANING_LIST_ROOMS, "list the rooms"},
                {CHAT_MEANING_FIND_USER, "find a user's address"},
                {CHAT_MEANING_PEER_ADDRESS, "learn who is in the room"},
                {CHAT_MEANING_ROOM_GROUP, "learn the room's multicast group"},
                {CHAT_MEANING_WHO, "ask who listens"},
        };
        guint n = 0, i = 0;

        for (guint j = 0; j < G_N_ELEMENTS(purposes); j++)
                n += (type->meanings >> purposes[j].meaning) & 1;
        for (guint j = 0; j < G_N_ELEMENTS(purposes); j++)
                if ((type->meanings >> purposes[j].meaning) & 1)
                        g_string_append_printf(text, "%s%s", prose_separator(i++, n), purposes[j].purpose);
}

/* What the packets of a phase are for. */
static char *purpose(const StoryType *type, Phase phase)
{
        static const char *const tcp[] = {
                [PHASE_SETUP] = "open the connection: three-way handshake",
                [PHASE_CONTROL] = "keep the connection alive, control how much is sent, report errors",
                [PHASE_TRANSFER] = "bring user data, and acknowledge it",
                [PHASE_RECOVERY] = "find out what is missing, and send it again",
                [PHASE_TEARDOWN] = "close both directions",
        };
        static const char *const udp[] = {
                [PHASE_SETUP] = "register a name with the server",
                [PHASE_CONTROL] = "ask and answer; report errors",
                [PHASE_TRANSFER] = "bring user data",
                [PHASE_RECOVERY] = "send again what was lost",
                [PHASE_TEARDOWN] = "leave the address book",
        };
        g_autoptr(GString) text = g_string_new(NULL);

        if (type->transport == TRANSPORT_ICMP && phase == PHASE_CONTROL)
                return g_strdup("report what could not be delivered");
        if (type->transport == TRANSPORT_ICMP || type->transport == TRANSPORT_IGMP)
                return g_strdup(phase == PHASE_SETUP    ? "join a multicast group" :
                                phase == PHASE_TEARDOWN ? "leave a multicast group" :
                                                          "ask who listens to a multicast group, and answer");
        if (phase == PHASE_CONTROL && type->transport == TRANSPORT_UDP)
                append_room_purposes(type, text);
        if (text->len == 0)
                g_string_append(text, type->transport == TRANSPORT_TCP ? tcp[phase] : udp[phase]);
        if (phase == PHASE_TRANSFER && type->transport == TRANSPORT_UDP && type->has_peers)
                g_string_append(text, ", from peer to peer");
        return g_strdup(text->str);
}

static const Phase phase_order[] = {PHASE_SETUP, PHASE_CONTROL, PHASE_TRANSFER, PHASE_RECOVERY, PHASE_TEARDOWN};

static void write_type_rows(Document *document, const StoryType *type)
{
        g_autofree char *title = type_title(type);
        guint n = 0;

        for (guint i = 0; i < G_N_ELEMENTS(phase_order); i++)
                n += type->phases[phase_order[i]].packets > 0;
        for (guint i = 0, row = 0; i < G_N_ELEMENTS(phase_order); i++) {
                const FrameSet *set = &type->phases[phase_order[i]];
                g_autofree char *what = purpose(type, phase_order[i]);

                if (set->packets == 0)
                        continue;
                document_begin_row(document, row == 0 ? ROW_GROUP : ROW_PLAIN);
                if (row++ == 0) {
                        document_begin_cell(document, n);
                        document_text(document, TEXT_PLAIN, title);
                        document_end_cell(document);
                } else {
                        document_skip_cell(document);
                }
                document_phase_cell(document, phase_order[i]);
                document_text_cell(document, what);
                document_figure_cell(document, set->packets, set);
                document_number_cell(document, set->bytes);
                document_frames_cell(document, set);
                document_end_row(document);
        }
}

static void write_grouping(Document *document, const Story *story)
{
        static const Column columns[] = {
                {"type", COLUMN_TITLE, NULL},      {"phase", COLUMN_PHASE, NULL},
                {"purpose", COLUMN_TEXT, NULL},    {"packets", COLUMN_NUMBER, "packets"},
                {"bytes", COLUMN_NUMBER, "bytes"}, {"frames", COLUMN_FRAMES, NULL},
        };

        document_begin_table(document, "grouping", columns, G_N_ELEMENTS(columns));
        for (guint i = 0; i < story->types->len; i++)
                write_type_rows(document, get_type(story, i));
        document_begin_row(document, ROW_SUM);
        document_text_cell(document, "together");
        document_text_cell(document, "");
        document_text_cell(document, "");
        document_number_cell(document, story->summary->chat_packets);
        document_number_cell(document, story->summary->chat_bytes);
        document_text_cell(document, "");
        document_end_row(document);
        document_end_table(document);
        write_story_filter(document, story);
}

/* "ARP, DNS, HTTP and SSH". */
static void append_traffic(const Summary *summary, GString *text)
{
        guint n = MIN(summary->traffic->len, MAX_TRAFFIC);
        gboolean more = summary->traffic->len > n;

        for (guint i = 0; i < n; i++)
                g_string_append_printf(text, "%s%s", prose_separator(i, n + (more ? 1 : 0)),
                                       g_array_index(summary->traffic, SummaryTraffic, i).name);
        if (more)
                g_string_append(text, " and others");
}

static void write_first_answer(Document *document, const Story *story)
{
        const Summary *summary = story->summary;
        guint64 others = summary->packets - summary->chat_packets;
        g_autoptr(GString) answer = g_string_new(NULL), rest = g_string_new(NULL);

        prose_append_number(answer, summary->chat_packets);
        g_string_append(answer, " of the ");
        prose_append_numbered(answer, summary->packets, "packet");
        for (guint i = 0; i < story->types->len; i++) {
                const StoryType *type = get_type(story, i);
                g_autofree char *title = type_title(type);

                g_string_append(rest, i == 0 ? " " : prose_separator(i, story->types->len));
                prose_append_number(rest, type->all.packets);
                g_string_append_printf(rest,
                                       type->is_chat          ? " to the %s" :
                                       type->all.packets == 1 ? " is %s" :
                                                                " are %s",
                                       title);
        }
        document_begin_paragraph(document, PARAGRAPH_TEXT);
        document_text(document, TEXT_STRONG, answer->str);
        if (story->types->len == 1) {
                g_autofree char *title = type_title(get_type(story, 0));

                document_printf(document, TEXT_PLAIN,
                                summary->chat_packets == 1 ? " belongs to the %s." : " belong to the %s.", title);
        } else {
                document_printf(document, TEXT_PLAIN, " belong to the chats:%s.", rest->str); /* two packets at least */
        }
        if (others > 0) {
                g_string_assign(rest, " The other ");
                prose_append_number(rest, others);
                g_string_append(rest, others == 1 ? " is " : " are ");
                append_traffic(summary, rest);
                document_printf(document, TEXT_PLAIN, "%s.", rest->str);
        }
        document_end_paragraph(document);
}

static guint64 count_maintenance(const Story *story)
{
        return story->summary->chat_packets - story->typed.packets;
}

static void write_second_answer(Document *document, const Story *story)
{
        g_autoptr(GString) answer = g_string_new(NULL);

        prose_append_number(answer, count_maintenance(story));
        g_string_append(answer, " of the ");
        prose_append_number(answer, story->summary->chat_packets);
        g_string_append(answer, count_maintenance(story) == 1 ? " is maintenance." : " are maintenance.");
        document_begin_paragraph(document, PARAGRAPH_TEXT);
        document_text(document, TEXT_STRONG, answer->str);
        if (story->typed.packets > 0) {
                g_string_assign(answer, " The other ");
                if (story->typed.packets > 1) {
                        prose_append_count(answer, story->typed.packets);
                        g_string_append_c(answer, ' ');
                }
                g_string_append(answer, story->typed.packets == 1 ?
                                                "one brings user data, that is, text that somebody typed: frame " :
                                                "bring user data, that is, text that somebody typed: frames ");
                document_text(document, TEXT_PLAIN, answer->str);
                document_frames(document, &story->typed);
                document_text(document, TEXT_PLAIN, ".");
        } else {
                document_text(document, TEXT_PLAIN, " No packet brings user data, that is, text that somebody typed.");
        }
        document_end_paragraph(document);
}

/* Why there was no recovery. Only TCP recovers; that UDP lost nothing cannot be seen in a capture. */
static const char *unrepaired(const Story *story)
{
        return story_get_type(story, TRANSPORT_TCP) ? "TCP had nothing to repair" :
                                                      "UDP repairs nothing; only a program can ask again";
}

static void write_step(Document *document, const Story *story, Step step)
{
        const StepDescription *description = step_describe(step);
        const FrameSet *set = &story->steps[step];
        gboolean nothing = set->packets == 0;

        document_begin_row(document, nothing ? ROW_NONE : ROW_PLAIN);
        document_text_cell(document, description->title);
        document_phase_cell(document, description->phase);
        document_text_cell(document, nothing ? unrepaired(story) : description->happens);
        document_figure_cell(document, set->packets, set);
        document_frames_cell(document, set);
        document_end_row(document);
}

static void write_steps(Document *document, const Story *story)
{
        static const Column columns[] = {
                {"step", COLUMN_TITLE, NULL},        {"phase", COLUMN_PHASE, NULL},
                {"what happens", COLUMN_TEXT, NULL}, {"packets", COLUMN_NUMBER, "packets"},
                {"frames", COLUMN_FRAMES, NULL},
        };
        g_autoptr(GString) filter = g_string_new(NULL);

        document_begin_table(document, "steps", columns, G_N_ELEMENTS(columns));
        for (guint step = 0; step < N_STEPS; step++)
                if (story->steps[step].packets > 0 || step == STEP_RECOVERY)
                        write_step(document, story, step);
        document_begin_row(document, ROW_SUM);
        document_text_cell(document, "maintenance");
        document_text_cell(document, "");
        document_text_cell(document, "");
        document_number_cell(document, count_maintenance(story));
        document_text_cell(document, "");
        document_end_row(document);
        document_end_table(document);
        if (story->typed.packets > 0 && filter_append_maintenance(filter, story))
                document_filter(document, NULL, filter->str, count_maintenance(story));
}

void section_sheet(Document *document, const Story *story)
{
        document_begin_section(document, "sheet", "What the lab sheet asks", "Sheet");
        document_question(document, 1, "Group the traffic of the applications by type and purpose");
        write_first_answer(document, story);
        write_grouping(document, story);
        document_question(document, 2, "Mark the maintenance parts and assign packets to each step");
        write_second_answer(document, story);
        write_steps(document, story);
        section_sheet_layers(document, story);
        section_sheet_common(document, story);
        document_end_section(document);
}
