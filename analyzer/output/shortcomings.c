/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/output/writer.h"

static void append_shortage(GString *text, const SessionShortage *shortage)
{
        const struct {
                guint64 n;
                const char *one, *several;
        } losses[] = {
                {shortage->split_lines, "line is told in pieces", "lines are told in pieces"},
                {shortage->early_verdicts, "conversation was judged by less than its first line",
                 "conversations were judged by less than their first lines"},
                {shortage->requests, "request was forgotten before it was answered",
                 "requests were forgotten before they were answered"},
                {shortage->endpoints, "endpoint was forgotten, and its name", "endpoints were forgotten, and their names"},
        };

        for (gsize i = 0; i < G_N_ELEMENTS(losses); i++)
                if (losses[i].n > 0)
                        g_string_append_printf(text,
                                               "%" G_GUINT64_FORMAT " %s because memory was short: --memory-limit gives "
                                               "more.\n",
                                               losses[i].n, losses[i].n == 1 ? losses[i].one : losses[i].several);
}

void shortcomings_append(GString *text, const TimelineCounts *counts)
{
        if (counts->unread > 0)
                g_string_append_printf(text,
                                       "%" G_GUINT64_FORMAT " packet%s could not be looked into: chatsniff does not read "
                                       "link type %u.\n",
                                       counts->unread, counts->unread == 1 ? "" : "s", counts->unread_link_type);
        if (counts->given_up > 0)
                g_string_append_printf(text,
                                       "%" G_GUINT64_FORMAT " packet%s of conversations that stayed undecided too long %s "
                                       "not shown.\n",
                                       counts->given_up, counts->given_up == 1 ? "" : "s",
                                       counts->given_up == 1 ? "is" : "are");
        if (counts->incomplete > 0)
                g_string_append_printf(text,
                                       "%" G_GUINT64_FORMAT " fragment%s could not be put together to a whole datagram.\n",
                                       counts->incomplete, counts->incomplete == 1 ? "" : "s");
        if (counts->evicted > 0)
                g_string_append_printf(text,
                                       "%" G_GUINT64_FORMAT " conversation%s forgotten because memory was short: packets "
                                       "that came later began new ones. --memory-limit gives more.\n",
                                       counts->evicted, counts->evicted == 1 ? " was" : "s were");
        append_shortage(text, &counts->shortage);
}
