/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Requests and replies: which belong together, whatever comes between them. */
#include "analyzer/session/session-private.h"

#include <string.h>

#define SECOND G_GINT64_CONSTANT(1000000000)

static ChatProtocol *udp_chat;

/* Of all lists below: what they keep, they give back. */
static MemoryBudget budget = {.limit = G_MAXSIZE};

static ChatMessage parse(ChatSender from, const char *text)
{
        ChatMessage message;

        g_assert_cmpint(chat_protocol_parse(udp_chat, from, text, strlen(text), &message), ==, CHAT_PARSE_OK);
        return message;
}

#define CLIENT 0
#define SERVER 1

/* The frame in which it was asked first. */
static guint64 ask(RequestList *list, const char *text, guint64 number, gint64 time)
{
        const CaptureFrame frame = {.number = number, .time = time, .has_time = TRUE};
        ChatMessage message = parse(CHAT_SENDER_CLIENT, text);

        return request_list_ask(list, &budget, &message, &frame, 0, CLIENT)->frame;
}

static Answer answer(RequestList *list, const char *text, gint64 time)
{
        const CaptureFrame frame = {.number = 1000, .time = time, .has_time = TRUE};
        ChatMessage message = parse(CHAT_SENDER_SERVER, text);

        return request_list_answer(list, &budget, udp_chat, &message, &frame, SERVER);
}

/* request: the frame that the text is expected to answer; 0 for none. */
#define check_answer(list, text, time, expected_kind, expected_request)                                                \
        G_STMT_START                                                                                                   \
        {                                                                                                              \
                Answer checked = answer(list, text, time);                                                             \
                                                                                                                       \
                g_assert_cmpint(checked.kind, ==, expected_kind);                                                      \
                g_assert_cmpuint(checked.request ? checked.request->frame : 0, ==, expected_request);                  \
        }                                                                                                              \
        G_STMT_END

static void clear(RequestList *list)
{
        request_list_clear(list, &budget);
        g_assert_cmpuint(budget.held, ==, 0);
}

static void test_pairing(void)
{
        RequestList list = {0};

        check_answer(&list, "hi alpine", 0, ANSWER_UNKNOWN, 0);
        g_assert_cmpuint(ask(&list, "hi alpine", 1, 1), ==, 1);
        g_assert_cmpuint(ask(&list, "hi debian", 2, 2), ==, 2);
        g_assert_cmpuint(ask(&list, "ar alpine", 3, 3), ==, 3);
        /* What both name must be the same; where a refusal names nothing, the oldest is meant. */
        check_answer(&list, "hi debian", 4, ANSWER_FIRST, 2);
        check_answer(&list, "hi debian", 5, ANSWER_UNKNOWN, 0);
        check_answer(&list, "hi nobody", 5, ANSWER_UNKNOWN, 0);
        check_answer(&list, "ar 10.0.0.2 4000", 6, ANSWER_FIRST, 3);
        check_answer(&list, "hi", 7, ANSWER_FIRST, 1);
        check_answer(&list, "hi", 8, ANSWER_UNKNOWN, 0);
        g_assert_cmpuint(list.outstanding.length, ==, 0);
        clear(&list);
}

/* Where memory is short the newest request alone is kept. */
static void test_short_requests(void)
{
        RequestList list = {0};
        gsize limit = budget.limit;

        budget.limit = 1;
        ask(&list, "hi alpine", 1, 1);
        g_assert_cmpuint(budget.given_up, ==, 0);
        ask(&list, "hi debian", 2, 2);
        g_assert_cmpuint(budget.given_up, ==, 1);
        check_answer(&list, "hi alpine", 3, ANSWER_UNKNOWN, 0);
        check_answer(&list, "hi debian", 4, ANSWER_FIRST, 2);
        clear(&list);
        budget.limit = limit;
}

/* A slow server answers each asking, the later ones with "taken": by the client itself. */
static void test_repetition(void)
{
        RequestList list = {0};
        Answer given;

        g_assert_cmpuint(ask(&list, "hi alpine", 1, 1), ==, 1);
        g_assert_cmpuint(ask(&list, "hi debian", 2, 2), ==, 2);
        g_assert_cmpuint(ask(&list, "hi alpine", 3, 3), ==, 1);
        g_assert_cmpuint(list.outstanding.length, ==, 2);
        given = answer(&list, "hi alpine", 4);
        g_assert_cmpint(given.kind, ==, ANSWER_FIRST);
        g_assert_cmpuint(given.request->frame, ==, 1);
        g_assert_cmpuint(given.request->n_asked, ==, 2);
        check_answer(&list, "hi debian", 5, ANSWER_FIRST, 2);
        check_answer(&list, "hi", 6, ANSWER_AGAIN, 1);
        check_answer(&list, "hi", 7, ANSWER_UNKNOWN, 0);
        /* The same words after the answer are asked anew. */
        g_assert_cmpuint(ask(&list, "hi alpine", 8, 8), ==, 8);
        clear(&list);
}

/* What was asked long ago is answered only where nothing else was asked that fits. */
static void test_given_up(void)
{
        RequestList list = {0};

        ask(&list, "ar alpine", 1, 0);
        ask(&list, "ar debian", 2, REQUESTS_PATIENCE);
        check_answer(&list, "ar 10.0.0.2 4000", REQUESTS_PATIENCE + 1, ANSWER_FIRST, 2);
        check_answer(&list, "ar", REQUESTS_PATIENCE + 1, ANSWER_FIRST, 1);

        /* Asking again is no giving up. */
        ask(&list, "rj red", 7, 0);
        ask(&list, "rj red", 8, 6 * REQUESTS_PATIENCE);
        ask(&list, "rj blue", 9, 6 * REQUESTS_PATIENCE + 1);
        check_answer(&list, "rj __clear_peers__", 6 * REQUESTS_PATIENCE + 2, ANSWER_FIRST, 7);
        check_answer(&list, "rj __clear_peers__", 6 * REQUESTS_PATIENCE + 3, ANSWER_FIRST, 9);

        /* Times of a damaged capture: as far apart as numbers go, and backwards. */
        ask(&list, "ul", 4, G_MININT64);
        check_answer(&list, "ul", G_MAXINT64, ANSWER_FIRST, 4);
        ask(&list, "ul", 5, G_MAXINT64);
        check_answer(&list, "ul", G_MAXINT64 - SECOND, ANSWER_FIRST, 5);
        clear(&list);
}

static void test_several_datagrams(void)
{
        RequestList list = {0};

        /* Peers that no first one opened are a notice. */
        ask(&list, "rj lobby", 1, 1);
        check_answer(&list, "rj 10.0.0.2 4000", 2, ANSWER_NOTICE, 0);
        check_answer(&list, "rj __clear_peers__", 3, ANSWER_FIRST, 1);
        check_answer(&list, "rj 10.0.0.2 4000", 4, ANSWER_CONTINUED, 1);
        /* Somebody else came: the server tells unasked, and what follows belongs to that. */
        check_answer(&list, "rj __clear_peers__", 5, ANSWER_NOTICE, 0);
        check_answer(&list, "rj 10.0.0.2 4000", 6, ANSWER_NOTICE, 0);
        /* A list has no first: its first line opens it, the others continue. */
        ask(&list, "ul", 7, 7);
        check_answer(&list, "ul alpine", 8, ANSWER_FIRST, 7);
        check_answer(&list, "ul debian", 9, ANSWER_CONTINUED, 7);
        /* What comes between its entries does not end it: not a notice, and no entry of another list. */
        check_answer(&list, "rj __clear_peers__", 10, ANSWER_NOTICE, 0);
        check_answer(&list, "ul third", 11, ANSWER_CONTINUED, 7);
        check_answer(&list, "rj 10.0.0.2 4000", 12, ANSWER_NOTICE, 0);
        ask(&list, "rl", 13, 13);
        check_answer(&list, "rl lobby", 14, ANSWER_FIRST, 13);
        check_answer(&list, "ul fourth", 15, ANSWER_CONTINUED, 7);
        check_answer(&list, "rl garden", 16, ANSWER_CONTINUED, 13);
        ask(&list, "ul", 17, 17);
        check_answer(&list, "ul alpine", 18, ANSWER_FIRST, 17);
        check_answer(&list, "ul debian", 19, ANSWER_CONTINUED, 17);
        clear(&list);
}

/* Only a server that confirms the leaving tells the leaver its peers for that reason. */
static void test_leaving_a_room(void)
{
        RequestList list = {0};

        ask(&list, "rk", 1, 1);
        check_answer(&list, "rj __clear_peers__", 2, ANSWER_NOTICE, 0);
        check_answer(&list, "rj 10.0.0.2 4000", 3, ANSWER_NOTICE, 0);
        check_answer(&list, "rk", 4, ANSWER_FIRST, 1);
        ask(&list, "rj lobby", 5, 5);
        check_answer(&list, "rj __clear_peers__", 6, ANSWER_CONTINUED, 1);
        check_answer(&list, "rj __clear_peers__", 7, ANSWER_FIRST, 5);
        check_answer(&list, "rj __clear_peers__", 8, ANSWER_NOTICE, 0);
        clear(&list);
}

/* Both peers ask, and neither answers itself. */
static void test_both_sides_ask(void)
{
        const CaptureFrame frames[] = {{.number = 1}, {.number = 2}, {.number = 3}, {.number = 4}};
        ChatMessage who = parse(CHAT_SENDER_PEER, "pk"), here = parse(CHAT_SENDER_PEER, "pk alpine");
        RequestList list = {0};

        request_list_ask(&list, &budget, &who, &frames[0], 0, 0);
        request_list_ask(&list, &budget, &who, &frames[1], 0, 1);
        g_assert_cmpuint(request_list_answer(&list, &budget, udp_chat, &here, &frames[2], 0).request->frame, ==, 2);
        g_assert_cmpuint(request_list_answer(&list, &budget, udp_chat, &here, &frames[3], 1).request->frame, ==, 1);
        clear(&list);
}

static void test_never_answered(void)
{
        RequestList list = {0};
        char text[32];

        for (guint i = 1; i <= 3 * REQUESTS_MAX_OUTSTANDING; i++) {
                g_snprintf(text, sizeof text, "hi name-%u", i);
                g_assert_cmpuint(ask(&list, text, i, i), ==, i);
                g_assert_cmpuint(list.outstanding.length, <=, REQUESTS_MAX_OUTSTANDING);
        }
        check_answer(&list, "hi name-1", 1000, ANSWER_UNKNOWN, 0);
        check_answer(&list, "hi", 1000, ANSWER_FIRST, 2 * REQUESTS_MAX_OUTSTANDING + 1);
        clear(&list);
}

int main(int argc, char **argv)
{
        int status;

        g_test_init(&argc, &argv, NULL);
        udp_chat = chat_protocol_new_builtin("udpchat");
        g_test_add_func("/session/pairing", test_pairing);
        g_test_add_func("/session/repetition", test_repetition);
        g_test_add_func("/session/given-up", test_given_up);
        g_test_add_func("/session/leaving-a-room", test_leaving_a_room);
        g_test_add_func("/session/both-sides-ask", test_both_sides_ask);
        g_test_add_func("/session/several-datagrams", test_several_datagrams);
        g_test_add_func("/session/never-answered", test_never_answered);
        g_test_add_func("/session/short-of-memory/requests", test_short_requests);
        status = g_test_run();
        chat_protocol_unref(udp_chat);
        return status;
}
