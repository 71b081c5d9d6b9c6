/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Findings about the users, rooms and requests of one session. */
#include "analyzer/summary/sessions-private.h"

#include "analyzer/timeline/append.h"

static char *sentence(const char *format, ...) G_GNUC_PRINTF(1, 2);

static char *sentence(const char *format, ...)
{
        va_list arguments;
        char *text;

        va_start(arguments, format);
        text = g_strdup_vprintf(format, arguments);
        va_end(arguments);
        return text;
}

static char *endpoint_text(const Endpoint *endpoint)
{
        GString *text = g_string_new(NULL);

        summary_append_endpoint(text, endpoint);
        return g_string_free(text, FALSE);
}

/* The user's name, or its endpoint if the name is not known. */
static char *party_text(const char *name, const Endpoint *endpoint)
{
        return name ? g_strdup(name) : endpoint_text(endpoint);
}

static char *duration_text(gint64 nanoseconds)
{
        GString *text = g_string_new(NULL);

        append_duration(text, nanoseconds);
        append_end(text);
        return g_string_free(text, FALSE);
}

/* The request as it was sent, without further arguments: "hi anna". */
static char *request_text(const SummaryRequest *request)
{
        const char *code = request->form->code ? request->form->code : request->form->name;

        return request->argument ? g_strdup_printf("%s %s", code, request->argument) : g_strdup(code);
}

static void note_unanswered(const SummaryRequest *request, gint64 end, Summary *summary)
{
        g_autofree char *asked = request_text(request), *client = party_text(request->client_name, &request->client);
        g_autofree char *waited = duration_text(offset_between(request->offset, end));
        MemoryBudget enough = {.limit = G_MAXSIZE}; /* frames is freed before this returns */
        Frames frames;
        GString *text = g_string_new(NULL);

        frames_init(&frames, &enough);
        frames_add(&frames, request->frame);
        frames_add_all(&frames, &request->repeats);
        frames_add_all(&frames, &request->errors);

        g_string_append_printf(text,
                               request->to_group ? "%s asked its multicast group “%s”" : "%s asked the server “%s”",
                               client, asked);
        if (request->repeats.count > 0)
                g_string_append_printf(text, " %" G_GUINT64_FORMAT " times", request->repeats.count + 1);
        g_string_append(text, " and got no answer. ");
        if (request->errors.count > 0)
                g_string_append_printf(text,
                                       "The ICMP error in frame %" G_GUINT64_FORMAT " quotes the request: it was not "
                                       "delivered (RFC 1122, section 4.1.3.3).",
                                       frames_first(&request->errors));
        else if (request->is_last_word)
                g_string_append_printf(text, "The capture ends %s later, so an answer may have come after it.", waited);
        else if (request->to_group)
                g_string_append(text, "It may be alone there, or the others are on its own host, where nothing was "
                                      "captured; or the question or the answers were lost.");
        else if (request->form->meaning == CHAT_MEANING_LEAVE_ROOM)
                g_string_append(text,
                                "Some servers ignore this request, and go on treating the client as a member of the "
                                "room.");
        else
                g_string_append(text,
                                "UDP does not tell whether the request or its answer was lost, or whether the server "
                                "ignored it (RFC 768).");
        findings_note(summary, "unanswered_request", request->is_last_word ? SEVERITY_INFO : SEVERITY_WARNING, &frames,
                      g_string_free(text, FALSE));
        frames_clear(&frames);
}

/* "NAME asked “ARGUMENT”, refused": what is said when a request of one meaning gets a reply of another. */
typedef struct {
        ChatMeaning request;
        ChatMeaning refusal;
        const char *kind;
        const char *asked, *refused;
} Refusal;

static const Refusal refusals[] = {
        {CHAT_MEANING_REGISTER, CHAT_MEANING_NAME_TAKEN, "name_taken", "asked to be registered as",
         "and the server refused: the name is taken, or not one that it accepts."},
        {CHAT_MEANING_FIND_USER, CHAT_MEANING_NO_SUCH_USER, "no_such_user", "asked for the address of",
         "and the server answered that nobody of that name can be reached."},
        {CHAT_MEANING_JOIN_ROOM, CHAT_MEANING_NO_SUCH_ROOM, "no_such_room", "asked to join the room",
         "and the server refused: there is no such room, or it is full."},
        {CHAT_MEANING_CREATE_ROOM, CHAT_MEANING_ROOM_EXISTS, "room_exists", "asked to create the room",
         "and the server refused: there is one of that name, or it accepts no more."},
};

static void note_refused(const Play *play, Summary *summary)
{
        for (guint i = 0; i < play->refused->len; i++) {
                const RefusedRequest *refused = &g_array_index(play->refused, RefusedRequest, i);
                const SummaryRequest *request = refused->request;
                g_autofree char *client = party_text(request->client_name, &request->client);

                for (gsize j = 0; j < G_N_ELEMENTS(refusals); j++)
                        if (refusals[j].refusal == refused->meaning && refusals[j].request == request->form->meaning)
                                findings_note_frames(
                                        summary, refusals[j].kind, SEVERITY_NOTICE, request->frame, refused->frame,
                                        sentence("%s %s “%s”, %s", client, refusals[j].asked,
                                                 request->argument ? request->argument : "", refusals[j].refused));
        }
}

static void note_participant(const Participant *participant, Summary *summary)
{
        g_autofree char *who = party_text(participant->name, &participant->endpoint);
        g_autofree char *where = endpoint_text(&participant->endpoint);

        if (participant->after_leaving.count > 0)
                findings_note(summary, "message_after_leave", SEVERITY_WARNING, &participant->after_leaving,
                              sentence("%s asked to leave the room in frame %" G_GUINT64_FORMAT
                                       ", and messages between this user and the others still passed after that: peers "
                                       "send to the addresses that they were last given, and were not told to forget "
                                       "this one.",
                                       who, participant->asked_out_last));
        if (participant->to_gone.count > 0)
                findings_note(summary, "message_to_gone_peer", SEVERITY_WARNING, &participant->to_gone,
                              sentence("%s had left the chat in frame %" G_GUINT64_FORMAT
                                       ", and was sent messages after that. UDP does not tell their sender that nobody "
                                       "reads them, unless the host answers with an ICMP error (RFC 1122, section "
                                       "4.1.3.1).",
                                       who, participant->left_last));
        if (participant->to_unknown.count > 0)
                findings_note(
                        summary, "message_to_unknown_peer", SEVERITY_NOTICE, &participant->to_unknown,
                        sentence("Nothing in this capture announces %s before it is sent a message: it registered "
                                 "before the capture began, or the sender had its address from elsewhere.",
                                 where));
        if (participant->as_other.count > 0 && participant->other) {
                g_autofree char *elsewhere = endpoint_text(&participant->other->endpoint);

                findings_note(
                        summary, "address_changed", SEVERITY_NOTICE, &participant->as_other,
                        sentence("Messages of “%s” come from %s, but that name is registered for %s: the user has "
                                 "started again, or a device between them translates addresses (RFC 3022), or "
                                 "somebody else uses the name.",
                                 participant->other->name ? participant->other->name : "", where, elsewhere));
        }
}

static void note_disagreement(const SummaryMember *lists, const SummaryMember *is_listed, guint64 frame, gpointer data)
{
        g_autofree char *one = party_text(lists->name, &lists->endpoint);
        g_autofree char *other = party_text(is_listed->name, &is_listed->endpoint);

        findings_note_frames(
                data, "rooms_disagree", SEVERITY_NOTICE, frame, 0,
                sentence("%s was last told that %s is in its room. The list that %s got later does not name %s: "
                         "the two no longer agree on who is in the room.",
                         one, other, other, one));
}

static void note_frames(const Frames *frames, const char *kind, Severity severity, const char *text, Summary *summary)
{
        if (frames->count > 0)
                findings_note(summary, kind, severity, frames, g_strdup(text));
}

void session_findings(const Play *play, gint64 end, Summary *summary)
{
        const SummarySession *session = play->session;

        for (guint i = 0; i < session->requests->len; i++) {
                const SummaryRequest *request = g_ptr_array_index(session->requests, i);

                if (request->replies.count == 0)
                        note_unanswered(request, end, summary);
        }
        note_refused(play, summary);
        for (guint i = 0; i < play->in_order->len; i++)
                note_participant(g_ptr_array_index(play->in_order, i), summary);
        rooms_find_disagreements(play->rooms, note_disagreement, summary);
        note_frames(&play->forgotten, "server_restarted", SEVERITY_NOTICE,
                    "A client that had registered did so again under the same name, and the server confirmed it as "
                    "new: it no longer knew the client, perhaps because it was started again.",
                    summary);
        note_frames(&play->unheard, "answer_not_received", SEVERITY_NOTICE,
                    "A client asked again right after the server had answered: it did not receive that answer in time. "
                    "The answer was lost after it had been captured, or came late, or the server was started again in "
                    "between.",
                    summary);
        note_frames(&play->too_long, "datagram_too_long", SEVERITY_WARNING,
                    "By the protocol's description, receivers read fewer bytes than this datagram holds: they lose "
                    "the rest, and are not told.",
                    summary);
        note_frames(&play->unknown, "unknown_datagram", SEVERITY_NOTICE,
                    "The datagram is no message of the chat: its receiver cannot know what is meant.", summary);
        note_frames(&play->errors, "message_not_received", SEVERITY_WARNING,
                    "An ICMP error reports that a datagram of the chat did not reach its receiver. A chat program is "
                    "told of it only if it asks for errors (RFC 1122, section 4.1.3.3).",
                    summary);
}
