/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/cli/cli.h"
#include "analyzer/cli/run-story.h"
#include "reports/quiz/quiz.h"

#include <errno.h>

typedef struct {
        int questions;
        char *seed_text, *level_text, *topics_text;
        guint64 seed;
        guint least_level, most_level;
        TopicSet topics;
        gboolean has_topics;
} Own;

static void own_clear(Own *self)
{
        g_free(self->seed_text);
        g_free(self->level_text);
        g_free(self->topics_text);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Own, own_clear)

static int quiz(const Options *options, const Own *own, QuizFormat format)
{
        const char *path = options->arguments[0];
        g_autofree char *name = g_path_get_basename(path);
        const StoryOptions kept = {.limit = QUIZ_MAX_RECORDS, .memory_limit = options->telling_limit};
        const QuizOptions wanted = {.n_questions = (guint) own->questions,
                                    .seed = own->seed,
                                    .topics = own->has_topics ? &own->topics : NULL,
                                    .least_level = own->least_level,
                                    .most_level = own->most_level};
        g_autoptr(Story) story = story_new(g_str_equal(path, "-") ? "standard input" : name, &kept);
        g_autoptr(Quiz) made = NULL;
        g_autoptr(GError) error = NULL, write_error = NULL;
        g_auto(OutputFile) output = {0};
        TimelineCounts counts = {0};
        int status;

        if (!output_file_open(&output, options->output, &write_error))
                return complain_about(write_error);
        status = run_fold(options, path, &run_story_funcs, story, &counts, &error);
        if (status == EXIT_NOTHING && counts.frames == 0)
                return complain_about(error);
        story_finish(story, &counts);
        made = quiz_new(story, &wanted);
        quiz_write(made, format, output.file);
        if (!output_file_commit(&output, &write_error))
                return complain_about(write_error);
        if (quiz_count(made) < wanted.n_questions)
                complain("this capture, with these options, gives %u of the %u questions asked for", quiz_count(made),
                         wanted.n_questions);
        say_shortcomings(&story->summary->counts);
        return error ? complain_about(error) : status;
}

static gboolean read_topics(Own *own)
{
        g_auto(GStrv) names = g_strsplit(own->topics_text, ",", -1);

        for (guint i = 0; names[i]; i++) {
                Topic topic;

                g_strstrip(names[i]);
                if (!*names[i])
                        continue;
                if (!topic_from_name(names[i], &topic)) {
                        usage_error("quiz", "there is no topic “%s”; “chatsniff topics” lists them", names[i]);
                        return FALSE;
                }
                topic_set_add(&own->topics, topic);
                own->has_topics = TRUE;
        }
        return TRUE;
}

/* "2", or "1-2". */
static gboolean read_levels(Own *own)
{
        const char *text = own->level_text ? own->level_text : "1-3";

        own->least_level = (guint) g_ascii_digit_value(text[0]);
        own->most_level = own->least_level;
        if (text[0] && text[1] == '-' && text[2])
                own->most_level = (guint) g_ascii_digit_value(text[2]);
        if ((strlen(text) == 1 || (strlen(text) == 3 && text[1] == '-')) && own->least_level >= 1 &&
            own->most_level <= QUIZ_LEVELS && own->least_level <= own->most_level)
                return TRUE;
        usage_error("quiz", "“%s” is no level: give 1, 2 or 3, or a range such as 1-2", text);
        return FALSE;
}

static gboolean read_own(Own *own)
{
        if (own->questions < 1 || own->questions > QUIZ_MAX_QUESTIONS) {
                usage_error("quiz", "--questions is a number from 1 to %d", QUIZ_MAX_QUESTIONS);
                return FALSE;
        }
        if (own->seed_text && !g_ascii_string_to_unsigned(own->seed_text, 10, 0, G_MAXUINT64, &own->seed, NULL)) {
                usage_error("quiz", "--seed is a whole number, and not negative");
                return FALSE;
        }
        return read_levels(own) && (!own->topics_text || read_topics(own));
}

int cmd_quiz(int argc, char **argv)
{
        g_auto(Options) options = {0};
        g_auto(Own) own = {.questions = QUIZ_DEFAULT_QUESTIONS, .seed = 1};
        const GOptionEntry entries[] = {
                {"questions", 0, 0, G_OPTION_ARG_INT, &own.questions, "Ask N questions (default: 20)", "N"},
                {"seed", 0, 0, G_OPTION_ARG_STRING, &own.seed_text,
                 "Which questions: another number draws others (default: 1)", "N"},
                {"topics", 0, 0, G_OPTION_ARG_STRING, &own.topics_text,
                 "Only questions about these topics, as “chatsniff topics” names them: fin,half_close", "LIST"},
                {"level", 0, 0, G_OPTION_ARG_STRING, &own.level_text,
                 "Only questions of this level: 1 look, 2 relate, 3 reason; or a range: 1-2", "N"},
                {NULL},
        };
        QuizFormat format;

        if (!options_parse(
                    &options, "FILE", "Writes a quiz about the chats in a capture, with the key and the reasons.",
                    "FILE is a capture, as for “chatsniff timeline”. The name that -o gives decides what is written:\n"
                    ".xml (Moodle's question bank), .gift (Moodle and other courses), .html (one page that says at "
                    "once\n"
                    "whether an answer is right, and prints with the key apart), .md (Markdown) or .json.\n\n"
                    "Every question is derived from the packets, and only what they decide is asked. The same "
                    "capture,\n"
                    "seed, options and version of chatsniff give the same quiz, to the byte.\n\n"
                    "Examples:\n"
                    "  chatsniff quiz session.pcapng -o session.html\n"
                    "  chatsniff quiz --questions 50 --seed 7 session.pcapng -o group-a.xml\n"
                    "  chatsniff quiz --topics fin,half_close,last_fin --level 1-2 session.pcapng -o closing.md\n\n"
                    "Exit status: 0 all done (also with fewer questions than asked for, which is said), 1 nothing to\n"
                    "ask about, 2 wrong usage, 3 the capture is damaged (what came before the damage was asked about).",
                    entries, &argc, &argv))
                return EXIT_USAGE;
        if (options.interface)
                return usage_error("quiz", "a quiz is made of a file: capture first, with chatsniff capture -w FILE");
        if (!run_check_arguments(&options, "quiz") || !read_own(&own))
                return EXIT_USAGE;
        if (!options.output)
                return usage_error("quiz", "where to? Give -o FILE.xml, .gift, .html, .md or .json");
        if (!quiz_format_from_path(options.output, &format))
                return usage_error("quiz",
                                   "“%s” does not say what to write: it should end in .xml, .gift, .html, .md or "
                                   ".json",
                                   options.output);
        options.explain = TRUE;
        return quiz(&options, &own, format);
}
