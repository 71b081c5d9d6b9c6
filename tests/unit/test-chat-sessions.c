/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The users, rooms and requests of a summary: who registered and left, who was in which room, what was asked and
 * answered, and what a reader should notice about it. */
#include "tests/unit/summary-of-frames.h"

static const SummarySession *only_session(const Summary *summary)
{
        g_assert_cmpuint(summary->sessions->len, ==, 1);
        return summary->sessions->pdata[0];
}

/* --- users ------------------------------------------------------------------------------------------- */

static void expect_user(const SummarySession *session, guint index, const char *name, guint64 registered, guint64 left)
{
        const SummaryUser *user;

        g_assert_cmpuint(index, <, session->users->len);
        user = session->users->pdata[index];
        g_assert_cmpstr(user->name, ==, name);
        g_assert_cmpuint(user->registered, ==, registered);
        g_assert_cmpuint(user->left, ==, left);
        g_assert_cmpint(user->is_inferred, ==, registered == 0);
}

static void test_users(void)
{
        g_autoptr(GPtrArray) frames = new_frames();
        g_autoptr(Summary) summary = NULL;
        const SummarySession *session;
        const SummaryUser *user;

        registers(frames, ANNA, "hi anna"); /* 1, 2 */
        registers(frames, BERT, "hi bert"); /* 3, 4 */
        registers(frames, ANNA, "by");      /* 5, 6 */
        registers(frames, ANNA, "hi anne"); /* 7, 8 */
        asks(frames, CLEO, "ul");           /* 9: registered before the capture */
        answers(frames, CLEO, "ul anne");
        summary = summarise(frames);
        session = only_session(summary);
        g_assert_cmpuint(session->server.port, ==, 8090);
        g_assert_cmpuint(session->users->len, ==, 3);
        expect_user(session, 0, "anna", 2, 6);
        expect_user(session, 1, "bert", 4, 0);
        expect_user(session, 2, "anne", 8, 0);
        user = session->users->pdata[0];
        g_assert_cmpint(user->registered_offset, ==, MILLISECOND);
        g_assert_cmpint(user->left_offset, ==, 5 * MILLISECOND);
        g_assert_cmpuint(user->endpoint.port, ==, 40001);
        g_assert_cmpuint(summary->hosts->len, ==, 4);
        g_assert_cmpstr(g_array_index(((const SummaryHost *) summary->hosts->pdata[0])->sockets, SummarySocket, 0).name,
                        ==, "anne");
        g_assert_cmpstr(((const SummaryConversation *) summary->conversations->pdata[0])->client_name, ==, "anne");
        g_assert_null(((const SummaryConversation *) summary->conversations->pdata[0])->server_name);
        expect_findings(summary, "");
}

/* Each form has a step of its own in its group. */
static void test_steps_by_form(void)
{
        g_autoptr(GPtrArray) frames = new_frames();
        g_autoptr(Summary) summary = NULL;
        const SummaryPhase *control = NULL;

        registers(frames, ANNA, "hi anna"); /* 1, 2 */
        asks(frames, ANNA, "ul");           /* 3 */
        asks(frames, ANNA, "rc red");       /* 4 */
        asks(frames, BERT, "ul");           /* 5 */
        asks(frames, BERT, "rc blue");      /* 6 */
        summary = summarise(frames);
        for (guint i = 0; i < summary->phases->len; i++)
                if (((const SummaryPhase *) summary->phases->pdata[i])->phase == PHASE_CONTROL)
                        control = summary->phases->pdata[i];
        g_assert_nonnull(control);
        g_assert_cmpint(control->layer, ==, CONSUMER_APPLICATION);
        g_assert_cmpuint(control->steps->len, ==, 2);
        g_assert_cmpint(g_array_index(control->steps, SummaryStep, 0).step, ==, STEP_DIRECTORY);
        g_assert_cmpstr(g_array_index(control->steps, SummaryStep, 0).form->name, ==, "list-users");
        expect_frames(&g_array_index(control->steps, SummaryStep, 0).frames, "3, 5");
        g_assert_cmpint(g_array_index(control->steps, SummaryStep, 1).step, ==, STEP_ROOMS);
        expect_frames(&g_array_index(control->steps, SummaryStep, 1).frames, "4, 6");
}

/* A user whose registration was not captured is inferred from the first message that names it. */
static void test_inferred_users(void)
{
        g_autoptr(GPtrArray) frames = new_frames();
        g_autoptr(Summary) summary = NULL;
        const SummarySession *session;

        registers(frames, ANNA, "hi anna");
        says(frames, ANNA, BERT, "msg anna> hello\n");
        says(frames, BERT, ANNA, "msg bert> hello yourself\n");
        asks(frames, ANNA, "ar cleo");
        answers(frames, ANNA, "ar 10.0.0.4 40003");
        says(frames, ANNA, CLEO, "msg anna> and you\n");
        summary = summarise(frames);
        session = only_session(summary);
        g_assert_cmpuint(session->n_messages, ==, 3);
        g_assert_cmpuint(session->users->len, ==, 3);
        expect_user(session, 1, "bert", 0, 0);
        g_assert_cmpuint(((const SummaryUser *) session->users->pdata[1])->seen, ==, 4);
        expect_user(session, 2, "cleo", 0, 0);
        expect_findings(summary, "message_to_unknown_peer notice 3");
}

/* Two servers have two address books, in which the same name may stand. */
static void test_two_servers(void)
{
        g_autoptr(GPtrArray) frames = new_frames();
        g_autoptr(Summary) summary = NULL;

        registers(frames, ANNA, "hi anna");
        add_datagram(frames, BERT, "10.0.0.9 8090", "hi anna");
        add_datagram(frames, "10.0.0.9 8090", BERT, "hi anna");
        summary = summarise(frames);
        g_assert_cmpuint(summary->sessions->len, ==, 2);
        for (guint i = 0; i < 2; i++)
                expect_user(summary->sessions->pdata[i], 0, "anna", 2 * i + 2, 0);
        expect_findings(summary, "several_servers info; same_name_on_two_servers info 4");
}

/* Peers come first, and belong to the server that one of them is then seen to ask. */
static void test_server_seen_late(void)
{
        g_autoptr(GPtrArray) frames = new_frames();
        g_autoptr(Summary) summary = NULL;
        const SummarySession *session;

        says(frames, ANNA, BERT, "msg anna> hello\n");
        says(frames, BERT, ANNA, "msg bert> hello\n");
        asks(frames, ANNA, "ul");
        answers(frames, ANNA, "ul bert");
        summary = summarise(frames);
        session = only_session(summary);
        g_assert_cmpuint(session->server.port, ==, 8090);
        g_assert_cmpuint(session->n_messages, ==, 2);
        g_assert_cmpuint(session->users->len, ==, 2);
        g_assert_cmpuint(session->requests->len, ==, 1);
}

/* --- rooms ------------------------------------------------------------------------------------------- */

static const SummaryRoom *room_at(const SummarySession *session, guint index)
{
        g_assert_cmpuint(index, <, session->rooms->len);
        return session->rooms->pdata[index];
}

static void expect_member(
        const SummaryRoom *room, guint index, const char *name, guint64 joined, guint64 left, gboolean is_inferred)
{
        const SummaryMember *member;

        g_assert_cmpuint(index, <, room->members->len);
        member = room->members->pdata[index];
        g_assert_cmpstr(member->name, ==, name);
        g_assert_cmpuint(member->joined, ==, joined);
        g_assert_cmpuint(member->left, ==, left);
        g_assert_cmpint(member->is_inferred, ==, is_inferred);
}

static void test_rooms(void)
{
        g_autoptr(GPtrArray) frames = new_frames();
        g_autoptr(Summary) summary = NULL;
        const SummarySession *session;
        const SummaryRoom *room;

        registers(frames, ANNA, "hi anna");          /* 1, 2 */
        registers(frames, BERT, "hi bert");          /* 3, 4 */
        registers(frames, ANNA, "rc red");           /* 5, 6 */
        asks(frames, ANNA, "rj red");                /* 7 */
        answers(frames, ANNA, "rj __clear_peers__"); /* 8 */
        asks(frames, BERT, "rj red");                /* 9 */
        answers(frames, BERT, "rj __clear_peers__"); /* 10 */
        answers(frames, BERT, "rj 10.0.0.2 40001");  /* 11 */
        answers(frames, ANNA, "rj __clear_peers__"); /* 12 */
        answers(frames, ANNA, "rj 10.0.0.3 40002");  /* 13 */
        says(frames, ANNA, BERT, "msg anna> hi\n");  /* 14 */
        registers(frames, BERT, "by");               /* 15, 16 */
        summary = summarise(frames);
        session = only_session(summary);
        g_assert_cmpuint(session->rooms->len, ==, 1);
        room = room_at(session, 0);
        g_assert_cmpstr(room->name, ==, "red");
        g_assert_cmpuint(room->created, ==, 6);
        g_assert_cmpuint(room->members->len, ==, 2);
        expect_member(room, 0, "anna", 8, 0, FALSE);
        expect_member(room, 1, "bert", 10, 16, FALSE);
        g_assert_cmpint(((const SummaryMember *) room->members->pdata[1])->joined_offset, ==, 9 * MILLISECOND);
        g_assert_cmpint(((const SummaryMember *) room->members->pdata[1])->left_offset, ==, 15 * MILLISECOND);
        g_assert_cmpuint(session->n_messages, ==, 1);
        expect_findings(summary, "");
}

/* A list of peers shows members whose joins were not captured; a join takes its client out of the room before. */
static void test_inferred_members(void)
{
        g_autoptr(GPtrArray) frames = new_frames();
        g_autoptr(Summary) summary = NULL;
        const SummarySession *session;

        registers(frames, ANNA, "hi anna");          /* 1, 2 */
        asks(frames, ANNA, "rj red");                /* 3 */
        answers(frames, ANNA, "rj __clear_peers__"); /* 4 */
        answers(frames, ANNA, "rj 10.0.0.3 40002");  /* 5 */
        asks(frames, ANNA, "rj blue");               /* 6 */
        answers(frames, ANNA, "rj __clear_peers__"); /* 7 */
        asks(frames, ANNA, "rl");                    /* 8 */
        answers(frames, ANNA, "rl red");             /* 9 */
        answers(frames, ANNA, "rl green");           /* 10 */
        summary = summarise(frames);
        session = only_session(summary);
        g_assert_cmpuint(session->rooms->len, ==, 3);
        g_assert_cmpuint(room_at(session, 0)->created, ==, 0);
        g_assert_cmpuint(room_at(session, 2)->created, ==, 0);
        expect_member(room_at(session, 0), 0, "anna", 4, 7, FALSE);
        expect_member(room_at(session, 0), 1, NULL, 5, 0, TRUE);
        expect_member(room_at(session, 1), 0, "anna", 7, 0, FALSE);
}

/* --- requests and replies ---------------------------------------------------------------------------- */

static const SummaryForm *form_at(const SummarySession *session, guint index, const char *name)
{
        const SummaryForm *form;

        g_assert_cmpuint(index, <, session->forms->len);
        form = &g_array_index(session->forms, SummaryForm, index);
        g_assert_cmpstr(form->form->name, ==, name);
        return form;
}

static void
expect_form(const SummarySession *session, guint index, const char *name, guint asked, guint answered, guint repeated)
{
        const SummaryForm *form = form_at(session, index, name);

        g_assert_cmpuint(form->asked, ==, asked);
        g_assert_cmpuint(form->answered, ==, answered);
        g_assert_cmpuint(form->unanswered, ==, asked - answered);
        g_assert_cmpuint(form->repeated, ==, repeated);
}

static const SummaryRequest *request_at(const SummarySession *session, guint index)
{
        g_assert_cmpuint(index, <, session->requests->len);
        return session->requests->pdata[index];
}

/* Seven requests: four to register, answered after 10, 30, 50 and 70 ms; a list of two entries, asked twice; a search
 * without an answer; and a list of rooms with which the capture ends. */
static void test_requests(void)
{
        static const struct {
                const char *client, *name;
                gint64 asked, answered; /* milliseconds */
        } registrations[] = {{ANNA, "hi anna", 100, 130},
                             {BERT, "hi bert", 200, 210},
                             {CLEO, "hi cleo", 300, 350},
                             {"10.0.0.5 40004", "hi dora", 400, 470}};
        g_autoptr(GPtrArray) frames = new_frames();
        g_autoptr(Summary) summary = NULL;
        const SummarySession *session;
        const SummaryForm *form;

        for (guint i = 0; i < G_N_ELEMENTS(registrations); i++) {
                asks(frames, registrations[i].client, registrations[i].name);
                set_time(frames, registrations[i].asked);
                answers(frames, registrations[i].client, registrations[i].name);
                set_time(frames, registrations[i].answered);
        }
        asks(frames, ANNA, "ul"); /* 9 */
        set_time(frames, 1000);
        asks(frames, ANNA, "ul"); /* 10 */
        set_time(frames, 3000);
        answers(frames, ANNA, "ul bert"); /* 11 */
        set_time(frames, 3004);
        answers(frames, ANNA, "ul cleo"); /* 12 */
        set_time(frames, 3005);
        asks(frames, ANNA, "ar emil"); /* 13 */
        set_time(frames, 4000);
        asks(frames, BERT, "rl"); /* 14 */
        set_time(frames, 60000);
        summary = summarise(frames);
        session = only_session(summary);
        g_assert_cmpuint(session->requests->len, ==, 7);
        g_assert_cmpuint(session->forms->len, ==, 4);
        expect_form(session, 0, "register", 4, 4, 0);
        expect_form(session, 1, "list-users", 1, 1, 1);
        expect_form(session, 2, "list-rooms", 1, 0, 0);
        expect_form(session, 3, "find-user", 1, 0, 0);
        form = form_at(session, 0, "register");
        g_assert_true(form->has_latency);
        g_assert_cmpint(form->latency_least, ==, 10 * MILLISECOND);
        g_assert_cmpint(form->latency_median, ==, 50 * MILLISECOND);
        g_assert_cmpint(form->latency_most, ==, 70 * MILLISECOND);
        g_assert_false(form_at(session, 2, "list-rooms")->has_latency);

        g_assert_cmpstr(request_at(session, 0)->argument, ==, "anna");
        g_assert_cmpuint(request_at(session, 0)->client.port, ==, 40001);
        g_assert_cmpint(request_at(session, 1)->latency, ==, 10 * MILLISECOND);
        g_assert_cmpuint(request_at(session, 4)->frame, ==, 9);
        g_assert_cmpstr(request_at(session, 4)->client_name, ==, "anna");
        g_assert_null(request_at(session, 4)->argument);
        expect_frames(&request_at(session, 4)->repeats, "10");
        expect_frames(&request_at(session, 4)->replies, "11-12");
        g_assert_false(request_at(session, 4)->is_last_word);
        g_assert_false(request_at(session, 5)->is_last_word);
        g_assert_true(request_at(session, 6)->is_last_word);
        expect_findings(summary, "unanswered_request warning 13; unanswered_request info 14");
}

static void test_refusals(void)
{
        static const struct {
                const char *ask, *answer, *finding;
        } cases[] = {
                {"hi bert", "hi", "name_taken notice 3 4"},
                {"ar bert", "ar", "no_such_user notice 3 4"},
                {"rj red", "rj", "no_such_room notice 3 4"},
                {"rc red", "rc", "room_exists notice 3 4"},
                {"ul", "ul", ""},
        };

        for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
                g_autoptr(GPtrArray) frames = new_frames();
                g_autoptr(Summary) summary = NULL;

                registers(frames, ANNA, "hi anna");
                asks(frames, ANNA, cases[i].ask);
                answers(frames, ANNA, cases[i].answer);
                summary = summarise(frames);
                expect_findings(summary, cases[i].finding);
                expect_frames(&request_at(only_session(summary), 1)->replies, "4");
        }
}

/* "Taken" refuses nothing if the client, which asked twice, was registered by its first try. */
static void test_second_try(void)
{
        g_autoptr(GPtrArray) frames = new_frames();
        g_autoptr(Summary) summary = NULL;

        asks(frames, ANNA, "hi anna");
        asks(frames, ANNA, "hi anna");
        set_time(frames, 2000);
        answers(frames, ANNA, "hi anna");
        set_time(frames, 2001);
        answers(frames, ANNA, "hi");
        set_time(frames, 2002);
        summary = summarise(frames);
        expect_findings(summary, "");
        expect_frames(&request_at(only_session(summary), 0)->replies, "3-4");
        expect_user(only_session(summary), 0, "anna", 3, 0);
}

static void test_not_delivered(void)
{
        g_autoptr(GPtrArray) frames = new_frames();
        g_autoptr(Summary) summary = NULL;
        const SummaryRequest *request;

        registers(frames, ANNA, "hi anna");
        asks(frames, ANNA, "ul"); /* 3 */
        add_unreachable(frames, "10.0.0.1", "10.0.0.2", 3);
        says(frames, ANNA, BERT, "msg anna> hello\n"); /* 5 */
        add_unreachable(frames, "10.0.0.3", "10.0.0.2", 5);
        set_time(frames, 60000);
        summary = summarise(frames);
        request = request_at(only_session(summary), 1);
        expect_frames(&request->errors, "4");
        g_assert_false(request->is_last_word);
        expect_findings(summary, "unanswered_request warning 3 4; message_not_received warning 6; "
                                 "message_to_unknown_peer notice 5");
}

/* --- what else a session consists of ----------------------------------------------------------------- */

/* Peers of whom nothing is known belong to the only session there is. */
static void test_unknown_peers(void)
{
        g_autoptr(GPtrArray) frames = new_frames();
        g_autoptr(Summary) summary = NULL;

        registers(frames, ANNA, "hi anna");
        says(frames, BERT, CLEO, "msg bert> hello\n");
        summary = summarise(frames);
        g_assert_cmpuint(only_session(summary)->n_messages, ==, 1);
        g_assert_cmpuint(only_session(summary)->users->len, ==, 2);
}

/* An IGMP report: version 2, type 0x16, which stands with its checksum where ports would; then the group. */
static void add_report(GPtrArray *frames, const char *host, const char *group)
{
        g_autoptr(GByteArray) rest = g_byte_array_new();
        g_autofree char *from = g_strdup_printf("%s 5632", host), *to = g_strdup_printf("%s 0", group);

        put_address(rest, group);
        add_packet(frames, 2, from, to, rest, "", 0);
}

static void test_group_of_room(void)
{
        g_autoptr(GPtrArray) frames = new_frames();
        g_autoptr(Summary) summary = NULL;
        const SummaryRoom *room;

        registers(frames, ANNA, "hi anna");          /* 1, 2 */
        asks(frames, ANNA, "rj red");                /* 3 */
        answers(frames, ANNA, "rj __clear_peers__"); /* 4 */
        answers(frames, ANNA, "rj 239.1.2.3 9000");  /* 5 */
        add_report(frames, "10.0.0.2", "239.1.2.3"); /* 6 */
        add_report(frames, "10.0.0.2", "239.1.2.4"); /* 7: nobody's */
        summary = summarise(frames);
        g_assert_cmpuint(only_session(summary)->rooms->len, ==, 1);
        room = room_at(only_session(summary), 0);
        g_assert_cmpstr(room->name, ==, "red");
        g_assert_cmpuint(room->group.port, ==, 9000);
        expect_frames(&room->reports, "6");
        g_assert_cmpuint(summary->chat_packets, ==, 6);
}

/* Requests and replies are lines of a connection, several of them in one segment. */
static void test_lines(void)
{
        static const char description[] = "[protocol]\nname = game\ntitle = Game\ntransport = tcp\nports = 4713\n"
                                          "[form name]\npattern = name {name:user}\nfrom = client\nmeaning = register\n"
                                          "label = is {name}\n"
                                          "[form welcome]\npattern = welcome {name:user}\nfrom = server\n"
                                          "answers = name\nreply = only\nmeaning = registered\nlabel = welcomes\n"
                                          "[form guess]\npattern = guess {number:token}\nfrom = client\n"
                                          "label = guesses\n"
                                          "[form higher]\npattern = higher\nfrom = server\nanswers = guess\n"
                                          "reply = only\nlabel = higher\n";
        static const char player[] = "10.0.0.2 50000", server[] = "10.0.0.1 4713";
        g_autoptr(GBytes) bytes = g_bytes_new_static(description, strlen(description));
        g_autoptr(GPtrArray) frames = new_frames(), mistakes = NULL;
        g_autoptr(GError) error = NULL;
        g_autoptr(Summary) summary = NULL;
        ChatProtocol *game = chat_protocol_new_from_bytes(bytes, "game.ini", &mistakes, &error);
        const SummarySession *session;

        g_assert_no_error(error);
        g_ptr_array_insert(protocols, 0, game);
        add_segment(frames, player, server, TCP_SYN, 0, 0, "");
        add_segment(frames, server, player, TCP_SYN | TCP_ACK, 0, 1, "");
        add_segment(frames, player, server, TCP_ACK, 1, 1, "");
        add_segment(frames, player, server, TCP_PSH | TCP_ACK, 1, 1, "name anna\nguess 3\n"); /* 4 */
        add_segment(frames, server, player, TCP_PSH | TCP_ACK, 1, 19, "welcome anna\n");      /* 5 */
        add_segment(frames, server, player, TCP_PSH | TCP_ACK, 14, 19, "higher\n");           /* 6 */
        add_segment(frames, player, server, TCP_PSH | TCP_ACK, 19, 21, "guess 5\n");          /* 7 */
        summary = summarise(frames);
        session = only_session(summary);
        g_assert_cmpuint(session->server.port, ==, 4713);
        expect_user(session, 0, "anna", 5, 0);
        g_assert_cmpuint(session->requests->len, ==, 3);
        expect_form(session, 0, "name", 1, 1, 0);
        expect_form(session, 1, "guess", 2, 1, 0);
        expect_frames(&request_at(session, 1)->replies, "6");
        g_assert_cmpint(request_at(session, 1)->latency, ==, 2 * MILLISECOND);
        g_ptr_array_remove_index(protocols, 0);
}

/* --- what has no room -------------------------------------------------------------------------------- */

/* A session that its memory ends half-way: users whose registration still fits are there with everything that happened
 * to them later. */
static void test_memory_ends(void)
{
        g_autoptr(GPtrArray) frames = new_frames();
        g_autoptr(Summary) whole = NULL, part = NULL;
        const SummarySession *session, *all;

        registers(frames, ANNA, "hi anna");
        for (guint i = 0; i < 200; i++) {
                g_autofree char *client = g_strdup_printf("10.0.1.%u 50000", i + 1),
                                *text = g_strdup_printf("hi u%u", i);

                registers(frames, client, text);
        }
        registers(frames, ANNA, "by"); /* 403, 404 */
        whole = summarise(frames);
        part = summarise_within(frames, whole->memory.held / 2);
        session = only_session(part);
        all = only_session(whole);
        g_assert_cmpuint(all->users->len, ==, 201);
        g_assert_cmpuint(all->requests->len, ==, 202);
        g_assert_cmpuint(session->users->len, >, 50);
        g_assert_cmpuint(session->users->len, <, 150);
        g_assert_cmpuint(part->counts.unlisted, >, 0);
        expect_user(session, 0, "anna", 2, 404);
        for (guint i = 1; i < session->users->len; i++) {
                const SummaryUser *one = session->users->pdata[i], *other = all->users->pdata[i];

                g_assert_cmpstr(one->name, ==, other->name);
                g_assert_cmpuint(one->registered, ==, other->registered);
        }
        for (guint i = 0; i < session->requests->len; i++)
                g_assert_cmpuint(request_at(session, i)->replies.count, ==, 1);
        g_assert_cmpuint(part->chat_packets, ==, 404);
}

int main(int argc, char **argv)
{
        int status;

        g_test_init(&argc, &argv, NULL);
        load_protocols();
        g_test_add_func("/chat-sessions/users", test_users);
        g_test_add_func("/chat-sessions/steps-by-form", test_steps_by_form);
        g_test_add_func("/chat-sessions/inferred-users", test_inferred_users);
        g_test_add_func("/chat-sessions/two-servers", test_two_servers);
        g_test_add_func("/chat-sessions/server-seen-late", test_server_seen_late);
        g_test_add_func("/chat-sessions/rooms", test_rooms);
        g_test_add_func("/chat-sessions/inferred-members", test_inferred_members);
        g_test_add_func("/chat-sessions/requests", test_requests);
        g_test_add_func("/chat-sessions/refusals", test_refusals);
        g_test_add_func("/chat-sessions/second-try", test_second_try);
        g_test_add_func("/chat-sessions/not-delivered", test_not_delivered);
        g_test_add_func("/chat-sessions/unknown-peers", test_unknown_peers);
        g_test_add_func("/chat-sessions/group-of-room", test_group_of_room);
        g_test_add_func("/chat-sessions/lines", test_lines);
        g_test_add_func("/chat-sessions/memory-ends", test_memory_ends);
        status = g_test_run();
        g_ptr_array_unref(protocols);
        return status;
}
