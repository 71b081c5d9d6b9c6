/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/cli/run-story.h"

#include "reports/story.h"

static void add_packet(const Packet *packet, gpointer data)
{
        story_add_packet(data, packet);
}

static void add_record(const Record *record, gpointer data)
{
        story_add_record(data, record);
}

static void add_conversation(const ConversationRecord *record, gpointer data)
{
        story_add_conversation(data, record);
}

const RunFuncs run_story_funcs = {.packet = add_packet, .record = add_record, .conversation = add_conversation};
