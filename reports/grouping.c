/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Regroups the packets of the summary as the report's tables show them: by transport, and by step. */
#include "reports/story.h"

void story_type_free(gpointer data)
{
        StoryType *type = data;

        frame_set_clear(&type->all);
        frame_set_clear(&type->typed);
        frame_set_clear(&type->acknowledgements);
        frame_set_clear(&type->closing);
        frame_set_clear(&type->before);
        frame_set_clear(&type->asked_before);
        for (guint i = 0; i < STORY_N_PHASES; i++)
                frame_set_clear(&type->phases[i]);
        for (guint i = 0; i < STORY_N_CONSUMERS; i++)
                frame_set_clear(&type->consumers[i]);
        g_free(type);
}

/* The title of the conversations over a transport: that of their protocol, if there is only one. */
static const char *find_title(const Story *story, Transport transport)
{
        const ChatProtocol *found = NULL;
        guint n = 0;

        if (transport == TRANSPORT_ICMP)
                return "ICMP";
        if (transport == TRANSPORT_IGMP)
                return "IGMP";
        for (guint i = 0; i < story->summary->protocols->len; i++) {
                const ChatProtocol *protocol = g_array_index(story->summary->protocols, SummaryProtocol, i).protocol;
                ChatTransport wanted = transport == TRANSPORT_TCP ? CHAT_TRANSPORT_TCP : CHAT_TRANSPORT_UDP;

                if (protocol && chat_protocol_get_transport(protocol) != wanted)
                        continue;
                found = protocol ? protocol : found;
                n++;
        }
        if (n == 1 && found)
                return chat_protocol_get_title(found);
        return transport == TRANSPORT_TCP ? "TCP conversation" : "UDP conversation";
}

static guint count_chats(const Story *story, Transport transport)
{
        guint n = 0;

        for (guint i = 0; i < story->chats->len; i++) {
                const StoryChat *chat = g_ptr_array_index(story->chats, i);

                n += chat->is_chat && chat->transport == transport;
        }
        return n;
}

static guint64 count_messages(const Story *story, Transport transport)
{
        guint64 n = 0;

        for (guint i = 0; i < story->conversations->len; i++) {
                const StoryConversation *conversation = g_ptr_array_index(story->conversations, i);

                if (conversation->transport == transport)
                        n += conversation->n_messages[0] + conversation->n_messages[1];
        }
        return n;
}

static StoryType *get_type(Story *story, Transport transport)
{
        StoryType *type = (StoryType *) story_get_type(story, transport);

        if (type)
                return type;
        type = g_new0(StoryType, 1);
        type->transport = transport;
        type->title = find_title(story, transport);
        type->is_chat = transport == TRANSPORT_TCP || transport == TRANSPORT_UDP;
        type->n_chats = count_chats(story, transport);
        type->n_messages = count_messages(story, transport);
        type->features = summary_find_features(story->summary, transport);
        g_ptr_array_add(story->types, type);
        return type;
}

static gboolean closes(const SummaryStep *step)
{
        return step->kind == KIND_FIN || step->kind == KIND_RST ||
               (step->kind == KIND_REQUEST && step->form && step->form->meaning == CHAT_MEANING_UNREGISTER);
}

static void add_steps(Story *story, StoryType *type, const SummaryPhase *phase)
{
        for (guint i = 0; i < phase->steps->len; i++) {
                const SummaryStep *step = &g_array_index(phase->steps, SummaryStep, i);

                if (step->form) {
                        type->meanings |= G_GUINT64_CONSTANT(1) << step->form->meaning;
                        type->has_peers |= step->form->from == CHAT_SENDER_PEER;
                }
                if (closes(step))
                        frame_set_join(&type->closing, &step->frames, 0);
                if (!phase->maintenance)
                        continue;
                frame_set_join(&story->steps[step->step], &step->frames, 0);
                if (step->step == STEP_ACKNOWLEDGEMENT)
                        frame_set_join(&type->acknowledgements, &step->frames, 0);
        }
}

void story_group(Story *story, FrameSet *before, FrameSet *asked_before)
{
        for (guint i = 0; i < story->summary->phases->len; i++) {
                const SummaryPhase *phase = g_ptr_array_index(story->summary->phases, i);
                StoryType *type = get_type(story, phase->transport);

                frame_set_join(&type->all, &phase->frames, phase->bytes);
                frame_set_join(&type->phases[phase->phase], &phase->frames, phase->bytes);
                frame_set_join(&type->consumers[phase->layer], &phase->frames, phase->bytes);
                if (!phase->maintenance) {
                        frame_set_join(&type->typed, &phase->frames, phase->bytes);
                        frame_set_join(&story->typed, &phase->frames, phase->bytes);
                }
                add_steps(story, type, phase);
        }
        for (guint i = 0; i < story->types->len; i++) {
                StoryType *type = g_ptr_array_index(story->types, i);

                type->before = before[type->transport];
                type->asked_before = asked_before[type->transport];
                before[type->transport] = asked_before[type->transport] = (FrameSet){0};
        }
}
