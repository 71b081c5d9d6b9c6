/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/cli/cli.h"

static void print_glossary(const WriterFormat *format, FILE *file, const Topic *topics, guint n)
{
        g_autoptr(Writer) writer = format->new_writer(file, &(TextStyle){0});

        for (guint i = 0; i < n; i++)
                writer_topic(writer, topic_get(topics[i]));
        writer_flush(writer);
}

/* The topic that was probably meant, or NULL. */
static const char *nearest_topic(const char *word)
{
        for (Topic topic = 0; topic < TOPIC_COUNT; topic++) {
                const char *name = topic_get(topic)->name;

                if (g_str_has_prefix(name, word) || g_str_has_prefix(word, name))
                        return name;
        }
        return NULL;
}

static gboolean find_topics(char **names, Topic *ret_topics, guint *ret_n)
{
        guint n = 0;

        if (!names)
                for (Topic topic = 0; topic < TOPIC_COUNT; topic++)
                        ret_topics[n++] = topic;
        for (char **name = names; name && *name && n < TOPIC_COUNT; name++)
                if (!topic_from_name(*name, &ret_topics[n++])) {
                        const char *nearest = **name ? nearest_topic(*name) : NULL;

                        if (nearest)
                                usage_error("topics", "there is no topic “%s”; did you mean “%s”?", *name, nearest);
                        else
                                usage_error("topics", "there is no topic “%s”; “chatsniff topics” lists them all",
                                            *name);
                        return FALSE;
                }
        *ret_n = n;
        return TRUE;
}

int cmd_topics(int argc, char **argv)
{
        g_auto(GStrv) names = NULL;
        g_autofree char *name = NULL;
        g_autofree char *formats = options_list_formats(" or ", TRUE), *format_names = options_list_formats("|", FALSE);
        const GOptionEntry entries[] = {
                {"format", 0, 0, G_OPTION_ARG_STRING, &name, formats, format_names},
                {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &names, NULL, NULL},
                {NULL},
        };
        g_autoptr(GOptionContext) context = g_option_context_new("[NAME…]");
        g_autoptr(GError) error = NULL;
        const WriterFormat *format = NULL;
        Topic topics[TOPIC_COUNT];
        guint n = 0;

        g_option_context_set_summary(context, "Prints the glossary: what the explanations are about, and "
                                              "where it is specified.");
        g_option_context_add_main_entries(context, entries, NULL);
        g_option_context_set_description(context, "Examples:\n"
                                                  "  chatsniff topics\n"
                                                  "  chatsniff topics half_close time_wait\n"
                                                  "  chatsniff topics --format json > topics.json");
        g_set_prgname("chatsniff topics");
        if (!g_option_context_parse(context, &argc, &argv, &error))
                return usage_error("topics", "%s", error->message);
        if (!options_find_format("topics", name, &format))
                return EXIT_USAGE;
        if (!find_topics(names, topics, &n))
                return EXIT_USAGE;
        print_glossary(format, stdout, topics, n);
        return EXIT_DONE;
}
