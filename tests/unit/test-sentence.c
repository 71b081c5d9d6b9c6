/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sentences, topics and explanations, whatever they are about. */
#include "analyzer/timeline/explanation.h"

#include <string.h>

static void check_sentence(const char *template, const SentenceValue *values, const char *wanted)
{
        g_autoptr(GString) text = g_string_new("before ");

        sentence_append(text, template, values);
        g_string_append_c(text, '\0'); /* what is not ended yet can be added to */
        g_assert_cmpstr(text->str + strlen("before "), ==, wanted);
}

static void test_values(void)
{
        const IpAddress address = {.family = 4, .octets = {192, 0, 2, 9}};
        const guint64 frames[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};

        check_sentence("no value at all", NULL, "no value at all");
        check_sentence("", NULL, "");
        check_sentence("{n}", VALUES(NUMBER("n", G_MAXUINT64)), "18446744073709551615");
        check_sentence("frame {n} of {n}, {m}.", VALUES(NUMBER("n", 7), NUMBER("m", 0)), "frame 7 of 7, 0.");
        check_sentence("ExID {x}", VALUES(HEXADECIMAL("x", 0xacc0)), "ExID 0xACC0");
        check_sentence("{x}", VALUES(HEXADECIMAL("x", 0)), "0x0");
        check_sentence("{t} later", VALUES(DURATION("t", 1500000)), "1.50 ms later");
        check_sentence("the {who}'s {what}", VALUES(TEXT("who", "client"), TEXT("what", "{who} %s")),
                       "the client's {who} %s");
        check_sentence("to {address}", VALUES(ADDRESS("address", &address)), "to 192.0.2.9");
        check_sentence("{f}", VALUES(FRAMES("f", frames, 1)), "1");
        check_sentence("{f}", VALUES(FRAMES("f", frames, 2)), "1 and 2");
        check_sentence("{f}", VALUES(FRAMES("f", frames, 8)), "1, 2, 3, 4, 5, 6, 7 and 8");
        check_sentence("{f}", VALUES(FRAMES("f", frames, 10)), "1, 2, 3, 4, 5, 6, 7, 8 and so on");
        /* Mistakes in the source stay to be seen. */
        check_sentence("{nobody} and {n}", VALUES(NUMBER("n", 1)), "{nobody} and 1");
        check_sentence("{na} {nam} {name", VALUES(TEXT("nam", "x")), "{na} x {name");
        check_sentence("{} {n}", VALUES(NUMBER("n", 1)), "{} 1");
}

static void test_numbers(void)
{
        g_assert_cmpstr(sentence_for(0, "one", "several"), ==, "several");
        g_assert_cmpstr(sentence_for(1, "one", "several"), ==, "one");
        g_assert_cmpstr(sentence_for(G_MAXUINT64, "one", "several"), ==, "several");
}

static void test_topics(void)
{
        g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);
        Topic found = TOPIC_COUNT;

        for (Topic topic = 0; topic < TOPIC_COUNT; topic++) {
                const TopicInfo *info = topic_get(topic);

                g_assert_nonnull(info->name);
                g_assert_true(g_hash_table_add(names, (gpointer) info->name));
                g_assert_cmpuint(strlen(info->title), >, 0);
                g_assert_true(g_str_has_suffix(info->paragraph, "."));
                g_assert_cmpuint(strlen(info->source), >, 0);
                g_assert_true(topic_from_name(info->name, &found));
                g_assert_cmpint(found, ==, topic);
        }
        g_assert_false(topic_from_name("", &found));
        g_assert_false(topic_from_name("half", &found));
        g_assert_cmpint(found, ==, TOPIC_COUNT - 1);
}

static void check_told(const Explanation *explanation, TopicSet *told, const char *const *parts)
{
        g_autoptr(GString) text = g_string_new(NULL);
        const char *rest;

        explanation_append(explanation, told, text);
        rest = text->str;
        for (; *parts; parts++) {
                g_assert_true(g_str_has_prefix(rest, *parts));
                rest += strlen(*parts);
        }
        g_assert_cmpstr(rest, ==, "");
}

static void test_points(void)
{
        Explanation *explanation = explanation_new();
        const char *fin = topic_get(TOPIC_FIN)->paragraph, *udp = topic_get(TOPIC_UDP)->paragraph;
        g_autofree char *fin_half = g_strndup(fin, strlen(fin) - 1), *udp_half = g_strndup(udp, strlen(udp) - 1);
        g_autofree char *fin_source = g_strdup_printf(" (%s).", topic_get(TOPIC_FIN)->source);
        g_autofree char *udp_source = g_strdup_printf(" (%s).", topic_get(TOPIC_UDP)->source);
        Topic topics[EXPLANATION_MAX_POINTS];
        TopicSet told = {0};

        check_told(explanation, NULL, (const char *const[]){NULL});
        explanation_add(explanation, TOPIC_UDP, NULL, NULL);
        explanation_add(explanation, TOPIC_FIN, "It has {n}.", VALUES(NUMBER("n", 5)));
        explanation_add(explanation, TOPIC_FIN, "And more.", NULL);
        explanation_add(explanation, TOPIC_UDP, "Again.", NULL);
        g_assert_cmpuint(explanation->n_points, ==, 3);
        g_assert_cmpuint(explanation_get_topics(explanation, topics), ==, 2);
        g_assert_cmpint(topics[0], ==, TOPIC_UDP);
        g_assert_cmpint(topics[1], ==, TOPIC_FIN);
        /* In full, each topic once; then what is new, and then only what is its own. */
        for (guint i = 0; i < 2; i++)
                check_told(explanation, NULL,
                           (const char *const[]){udp_half, udp_source, " It has 5. And more. ", fin_half, fin_source,
                                                 " Again.", NULL});
        topic_set_add(&told, TOPIC_UDP);
        check_told(explanation, &told,
                   (const char *const[]){"It has 5. And more. ", fin_half, fin_source, " Again.", NULL});
        check_told(explanation, &told, (const char *const[]){"It has 5. And more. Again.", NULL});
        explanation_clear(explanation);
        explanation_add(explanation, TOPIC_UDP, NULL, NULL);
        check_told(explanation, &told, (const char *const[]){NULL});
        explanation_free(explanation);
}

/* More points than there is room for: nothing is lost, whatever the packet. */
static void test_many_points(void)
{
        Explanation *explanation = explanation_new();
        g_autoptr(GString) text = g_string_new(NULL);
        Topic topics[EXPLANATION_MAX_POINTS];

        for (guint i = 0; i < 3 * EXPLANATION_MAX_POINTS; i++)
                explanation_add(explanation, i % 2 ? TOPIC_UNKNOWN_OPTION : TOPIC_OPTION_LENGTH, "Number {n}.",
                                VALUES(NUMBER("n", i)));
        g_assert_cmpuint(explanation->n_points, ==, EXPLANATION_MAX_POINTS);
        explanation_append(explanation, NULL, text);
        for (guint i = 0; i < 3 * EXPLANATION_MAX_POINTS; i++) {
                g_autofree char *number = g_strdup_printf("Number %u.", i);

                g_assert_nonnull(strstr(text->str, number));
        }
        g_assert_cmpuint(explanation_get_topics(explanation, topics), ==, 2);
        explanation_free(explanation);
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/sentence/values", test_values);
        g_test_add_func("/sentence/numbers", test_numbers);
        g_test_add_func("/topics/whole", test_topics);
        g_test_add_func("/explanation/points", test_points);
        g_test_add_func("/explanation/many-points", test_many_points);
        return g_test_run();
}
