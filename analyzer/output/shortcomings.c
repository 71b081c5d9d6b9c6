/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/output/writer.h"
#include "analyzer/timeline/append.h"

typedef struct {
        guint64 n;
        const char *one, *several;
} Shortcoming;

void shortcomings_append(GString *text, const TimelineCounts *counts)
{
        const SessionShortage *shortage = &counts->shortage;
        const Shortcoming shortcomings[] = {
                {counts->unread, "1 packet could not be read: chatsniff does not know link type {link_type}.",
                 "{n} packets could not be read: chatsniff does not know link type {link_type}."},
                {counts->given_up, "1 packet of a conversation that could not be recognised in time is not shown.",
                 "{n} packets of conversations that could not be recognised in time are not shown."},
                {counts->incomplete, "1 fragment could not be reassembled.", "{n} fragments could not be reassembled."},
                {counts->evicted,
                 "1 conversation was forgotten for want of memory: packets that came later began a "
                 "new one (see --memory-limit).",
                 "{n} conversations were forgotten for want of memory: packets that came later began "
                 "new ones (see --memory-limit)."},
                {shortage->split_lines, "1 long line was split for want of memory (see --memory-limit).",
                 "{n} long lines were split for want of memory (see --memory-limit)."},
                {shortage->lines, "1 line of a packet that brought very many is not shown (see --memory-limit).",
                 "{n} lines of packets that brought very many are not shown (see --memory-limit)."},
                {counts->unlisted > 0,
                 "The lists of the summary are not complete, for want of memory (see --memory-limit).", NULL},
                {shortage->early_verdicts,
                 "1 conversation was judged by less than its first line for want of memory (see "
                 "--memory-limit).",
                 "{n} conversations were judged by less than their first lines for want of memory "
                 "(see --memory-limit)."},
                {shortage->requests,
                 "1 request was forgotten for want of memory, before it was answered (see "
                 "--memory-limit).",
                 "{n} requests were forgotten for want of memory, before they were answered (see "
                 "--memory-limit)."},
                {shortage->endpoints, "The name of 1 endpoint was forgotten for want of memory (see --memory-limit).",
                 "The names of {n} endpoints were forgotten for want of memory (see "
                 "--memory-limit)."},
        };

        for (gsize i = 0; i < G_N_ELEMENTS(shortcomings); i++) {
                guint64 n = shortcomings[i].n;

                if (n == 0)
                        continue;
                sentence_append(text, sentence_for(n, shortcomings[i].one, shortcomings[i].several),
                                VALUES(NUMBER("n", n), NUMBER("link_type", counts->unread_link_type)));
                append_char(text, '\n');
        }
        append_end(text);
}
