/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/session/group-questions.h"

static const char *const nothing[] = {NULL};
static const char *const the_question[] = {"who", NULL};
static const ChatForm who = {.name = "who", .answers = nothing, .is_answered = TRUE};
static const ChatForm here = {.name = "here", .answers = the_question};

static const Endpoint asker = {.address = {.family = 4, .octets = {10, 0, 0, 1}}, .port = 40001};
static const char conversations[2]; /* stand for them: only their addresses are compared */

static void ask(GroupQuestions *questions, guint64 frame, gint64 seconds, gsize conversation)
{
        GroupQuestion question = {
                .frame = frame,
                .time = seconds * 1000000000,
                .has_time = TRUE,
                .form = &who,
                .asker = asker,
                .asked_in = (gpointer) &conversations[conversation],
        };

        group_questions_add(questions, &question);
}

/* The frame of the question that is answered in that frame; 0: none. */
static guint64 answered(GroupQuestions *questions, guint64 frame, gint64 seconds)
{
        CaptureFrame answer = {.number = frame, .time = seconds * 1000000000, .has_time = TRUE};
        GroupQuestion *found = group_questions_find(questions, &asker, &here, &answer);

        return found ? found->frame : 0;
}

static void test_newest(void)
{
        GroupQuestions questions = {0};
        Endpoint other = asker;
        CaptureFrame answer = {.number = 9, .has_time = TRUE};

        ask(&questions, 3, 1, 0);
        ask(&questions, 1, 1, 0);
        ask(&questions, 7, 1, 0);
        g_assert_cmpuint(answered(&questions, 9, 1), ==, 7);
        g_assert_cmpuint(answered(&questions, 7, 1), ==, 3);
        g_assert_cmpuint(answered(&questions, 1, 1), ==, 0);
        other.port++;
        g_assert_null(group_questions_find(&questions, &other, &here, &answer));
        g_assert_null(group_questions_find(&questions, &asker, &who, &answer));
}

/* After ten seconds the user has given it up. */
static void test_patience(void)
{
        GroupQuestions questions = {0};

        ask(&questions, 1, 100, 0);
        g_assert_cmpuint(answered(&questions, 2, 110), ==, 1);
        g_assert_cmpuint(answered(&questions, 2, 111), ==, 0);
        ask(&questions, 3, G_MININT64 / 1000000000, 0);
        g_assert_cmpuint(answered(&questions, 4, G_MAXINT64 / 1000000000), ==, 0);
}

static void test_forgotten_with_its_conversation(void)
{
        GroupQuestions questions = {0};

        ask(&questions, 1, 1, 0);
        ask(&questions, 2, 1, 1);
        group_questions_forget(&questions, &conversations[1]);
        g_assert_cmpuint(answered(&questions, 9, 1), ==, 1);
        group_questions_forget(&questions, &conversations[0]);
        g_assert_cmpuint(answered(&questions, 9, 1), ==, 0);
}

static void test_only_so_many(void)
{
        GroupQuestions questions = {0};

        ask(&questions, 1, 1, 1);
        for (guint64 frame = 2; frame <= GROUP_QUESTIONS_MAX; frame++)
                ask(&questions, frame, 1, 0);
        group_questions_forget(&questions, &conversations[0]);
        g_assert_cmpuint(answered(&questions, 1000, 1), ==, 1);
        ask(&questions, 200, 1, 0);
        g_assert_cmpuint(answered(&questions, 1000, 1), ==, 200);
        g_assert_cmpuint(answered(&questions, 200, 1), ==, 0); /* the last has the place of the first */
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/group-questions/newest", test_newest);
        g_test_add_func("/group-questions/patience", test_patience);
        g_test_add_func("/group-questions/forgotten-with-its-conversation", test_forgotten_with_its_conversation);
        g_test_add_func("/group-questions/only-so-many", test_only_so_many);
        return g_test_run();
}
