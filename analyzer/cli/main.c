/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/cli/cli.h"
#include "analyzer/cli/standard-streams.h"

#include <locale.h>
#include <string.h>

static const Command commands[] = {
        {"timeline", "every packet of every chat, explained", cmd_timeline},
        {"conversations", "every chat as a whole: how it began, went and ended", cmd_conversations},
        {"topics", "the glossary: what explanations are about", cmd_topics},
        {"summary", "the capture as a whole: packets by phase, sessions, users, rooms, findings", cmd_summary},
        {"capture", "capture a session to a file, with the live timeline on the terminal", cmd_capture},
        {"annotate", "a copy of a capture, for Wireshark, with the labels as packet comments", cmd_annotate},
        {"report", "a report of the chats: a page, Markdown or PDF", cmd_report},
        {"check", "many captures against a rubric: grades, feedback, and what was handed in twice", cmd_check},
        {"protocol", "the descriptions of protocols: list them, check one, show its forms", cmd_protocol},
        {"ladder", "the sequence diagram of each chat, as a picture", cmd_ladder},
        {"quiz", "questions about a capture, with the key: for Moodle, as a page, for paper", cmd_quiz},
};

static void print_help(FILE *file)
{
        fputs("chatsniff explains captured chats, packet by packet.\n\nUsage:\n  chatsniff COMMAND [OPTION…] "
              "…\n\nCommands:\n",
              file);
        for (gsize i = 0; i < G_N_ELEMENTS(commands); i++)
                fprintf(file, "  %-13s  %s\n", commands[i].name, commands[i].summary);
        fputs("\nTry it:\n"
              "  chatsniff timeline session.pcapng        explain a capture made earlier\n"
              "  chatsniff timeline -i eth0               explain live traffic\n"
              "  chatsniff conversations session.pcapng   the same, a line for each conversation\n"
              "  chatsniff capture -i eth0 -w out.pcapng\n"
              "\n“chatsniff COMMAND --help” tells a command's options; “man chatsniff” has everything.\n",
              file);
}

static void print_version(void)
{
        g_autofree char *sandbox = sandbox_describe();

        printf("chatsniff " CHATSNIFF_VERSION "\nsandbox: %s\n", sandbox);
}

/* The command that was probably meant, or NULL. */
static const char *nearest_command(const char *word)
{
        for (gsize i = 0; i < G_N_ELEMENTS(commands); i++) {
                const char *name = commands[i].name;
                gsize length = strlen(word), same = 0;

                while (word[same] && word[same] == name[same])
                        same++;
                if (same >= 3 || (length > 1 && same == length))
                        return name;
        }
        return NULL;
}

int main(int argc, char **argv)
{
        standard_streams_prepare();
        setlocale(LC_ALL, "");
        /* Programs read the numbers, too: the decimal separator is always a point. */
        setlocale(LC_NUMERIC, "C");
        /* Messages of the system stay in English like all others: a translation could not be loaded in the sandbox. */
        setlocale(LC_MESSAGES, "C");
        g_set_prgname("chatsniff");

        if (argc < 2) {
                print_help(stderr);
                return EXIT_USAGE;
        }
        if (g_str_equal(argv[1], "--help") || g_str_equal(argv[1], "-h") || g_str_equal(argv[1], "help")) {
                print_help(stdout);
                return EXIT_DONE;
        }
        if (g_str_equal(argv[1], "--version")) {
                print_version();
                return EXIT_DONE;
        }
        for (gsize i = 0; i < G_N_ELEMENTS(commands); i++)
                if (g_str_equal(argv[1], commands[i].name))
                        return commands[i].run(argc - 1, argv + 1);

        if (nearest_command(argv[1]))
                complain("there is no command “%s”; did you mean “%s”? “chatsniff --help” lists them all", argv[1],
                         nearest_command(argv[1]));
        else
                complain("there is no command “%s”; “chatsniff --help” lists them all", argv[1]);
        return EXIT_USAGE;
}
