/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/cli/messages.h"

#include "analyzer/capture/source.h"
#include "analyzer/output/writer.h"

void complain(const char *format, ...)
{
        va_list arguments;
        g_autofree char *text = NULL;

        va_start(arguments, format);
        text = g_strdup_vprintf(format, arguments);
        va_end(arguments);
        fprintf(stderr, "chatsniff: %s\n", text);
}

int usage_error(const char *command, const char *format, ...)
{
        va_list arguments;
        g_autofree char *text = NULL;

        va_start(arguments, format);
        text = g_strdup_vprintf(format, arguments);
        va_end(arguments);
        complain("%s; see “chatsniff %s --help”", text, command);
        return EXIT_USAGE;
}

int complain_about(const GError *error)
{
        complain("%s", error->message);
        if (g_error_matches(error, CAPTURE_ERROR, CAPTURE_ERROR_DAMAGED))
                return EXIT_DAMAGED;
        if (g_error_matches(error, CAPTURE_ERROR, CAPTURE_ERROR_FILTER) ||
            g_error_matches(error, CAPTURE_ERROR, CAPTURE_ERROR_SAME_FILE))
                return EXIT_USAGE;
        return EXIT_NOTHING;
}

void say_lines(const GString *text)
{
        g_auto(GStrv) lines = g_strsplit(text->str, "\n", -1);

        for (char **line = lines; *line; line++)
                if (**line)
                        complain("%s", *line);
}

void say_shortcomings(const TimelineCounts *counts)
{
        g_autoptr(GString) text = g_string_new(NULL);

        shortcomings_append(text, counts);
        say_lines(text);
}
