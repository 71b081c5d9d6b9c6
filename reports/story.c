/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reports/story.h"

#include "reports/prose.h"

#define N_TRANSPORTS (TRANSPORT_IGMP + 1)

/* A story with the state that collecting it needs; the sections see only its visible part. */
typedef struct {
        Story visible;
        MemoryBudget memory; /* for conversations */
        SummaryBuilder *builder;
        RecordBatch *kept;
        GHashTable *by_stream;   /* transport << 32 | stream → StoryConversation */
        GHashTable *by_endpoint; /* UDP: Endpoint of a StoryConversation → its StoryChat */
        GHashTable *shown_frames;
        guint n_selected;
        gboolean something_typed[N_TRANSPORTS];
        FrameSet before[N_TRANSPORTS], asked_before[N_TRANSPORTS];
} StoryFold;

static StoryFold *fold_of(Story *story)
{
        return (StoryFold *) story;
}

static void conversation_free(gpointer data)
{
        StoryConversation *conversation = data;

        frame_set_clear(&conversation->frames);
        g_free(conversation->label);
        g_free(conversation);
}

gboolean story_is_conversation_name(const char *text)
{
        guint64 number;

        return (g_str_has_prefix(text, "tcp:") || g_str_has_prefix(text, "udp:")) &&
               g_ascii_string_to_unsigned(text + 4, 10, 0, G_MAXUINT32, &number, NULL);
}

Story *story_new(const char *name, const StoryOptions *options)
{
        StoryFold *self = g_new0(StoryFold, 1);
        Story *story = &self->visible;
        g_autoptr(GString) text = g_string_new(NULL);

        prose_append_wire(text, name, strlen(name), 0);
        story->name = g_strdup(text->str);
        story->options = *options;
        story->types = g_ptr_array_new_with_free_func(story_type_free);
        story->chats = g_ptr_array_new_with_free_func(g_free);
        story->conversations = g_ptr_array_new_with_free_func(conversation_free);
        story->shown = g_ptr_array_new();
        if (story->options.memory_limit == 0)
                story->options.memory_limit = STORY_MEMORY_LIMIT;
        self->memory.limit = story->options.memory_limit / 4;
        self->builder = summary_builder_new(story->options.memory_limit / 2);
        self->kept = record_batch_new();
        self->by_stream = g_hash_table_new(g_int64_hash, g_int64_equal);
        self->by_endpoint = g_hash_table_new(endpoint_hash, endpoint_equal_keys);
        self->shown_frames = g_hash_table_new(g_int64_hash, g_int64_equal);
        return story;
}

void story_free(Story *story)
{
        StoryFold *self;

        if (!story)
                return;
        self = fold_of(story);
        for (guint i = 0; i < N_TRANSPORTS; i++) {
                frame_set_clear(&self->before[i]);
                frame_set_clear(&self->asked_before[i]);
        }
        g_hash_table_unref(self->shown_frames);
        g_hash_table_unref(self->by_endpoint);
        g_hash_table_unref(self->by_stream);
        g_ptr_array_unref(story->shown);
        record_batch_free(self->kept);
        summary_builder_free(self->builder);
        g_clear_pointer(&story->naming, naming_free);
        g_ptr_array_unref(story->conversations);
        g_ptr_array_unref(story->chats);
        g_ptr_array_unref(story->types);
        for (guint i = 0; i < N_STEPS; i++)
                frame_set_clear(&story->steps[i]);
        frame_set_clear(&story->typed);
        g_clear_pointer(&story->summary, summary_free);
        g_free(story->name);
        g_free(self);
}

void story_add_packet(Story *story, const Packet *packet)
{
        summary_builder_packet(packet, fold_of(story)->builder);
}

static StoryChat *final_chat(StoryChat *chat)
{
        while (chat && chat->merged)
                chat = chat->merged;
        return chat;
}

/* UDP conversations of chats that share an endpoint are one chat: those of a server with its clients, and those of the
 * clients with each other. */
static StoryChat *chat_by_endpoints(StoryFold *self, const StoryConversation *conversation)
{
        StoryChat *one = final_chat(g_hash_table_lookup(self->by_endpoint, &conversation->endpoints[0]));
        StoryChat *other = final_chat(g_hash_table_lookup(self->by_endpoint, &conversation->endpoints[1]));

        if (one && other && one != other)
                other->merged = one;
        return one ? one : other;
}

static void join_chat(StoryFold *self, StoryConversation *conversation, gboolean is_chat)
{
        gboolean by_endpoints = conversation->transport == TRANSPORT_UDP && is_chat;
        StoryChat *chat = by_endpoints ? chat_by_endpoints(self, conversation) : NULL;

        if (!chat) {
                chat = g_new0(StoryChat, 1);
                chat->transport = conversation->transport;
                chat->is_chat = is_chat;
                g_ptr_array_add(self->visible.chats, chat);
        }
        conversation->chat = chat;
        for (guint i = 0; by_endpoints && i < 2; i++)
                g_hash_table_replace(self->by_endpoint, &conversation->endpoints[i], chat);
}

static gboolean is_selected(StoryFold *self, const StoryConversation *conversation)
{
        const StoryOptions *options = &self->visible.options;

        if (options->conversations) {
                g_autofree char *name =
                        g_strdup_printf("%s:%u", transport_to_string(conversation->transport), conversation->stream);

                return g_strv_contains((const char *const *) options->conversations, name);
        }
        return self->n_selected < STORY_MAX_CONVERSATIONS && self->visible.shown->len < options->limit;
}

/* The approximate memory of a conversation, with its label, its frames and its entries in tables. */
#define CONVERSATION_COST (sizeof(StoryConversation) + sizeof(StoryChat) + 1024)

static gint64 stream_key(Transport transport, guint32 stream)
{
        return (gint64) transport << 32 | stream;
}

static StoryConversation *get_conversation(StoryFold *self, const Record *record)
{
        const Conversation *from = record->flow->conversation;
        gint64 key = stream_key(from->transport, from->stream);
        StoryConversation *conversation = g_hash_table_lookup(self->by_stream, &key);

        if (conversation)
                return conversation;
        if (!memory_budget_take(&self->memory, CONVERSATION_COST))
                return NULL;
        conversation = g_new0(StoryConversation, 1);
        conversation->key = key;
        conversation->transport = from->transport;
        conversation->stream = from->stream;
        conversation->endpoints[0] = from->endpoints[0];
        conversation->endpoints[1] = from->endpoints[1];
        conversation->is_selected = is_selected(self, conversation);
        self->n_selected += conversation->is_selected ? 1 : 0;
        g_ptr_array_add(self->visible.conversations, conversation);
        g_hash_table_insert(self->by_stream, &conversation->key, conversation);
        join_chat(self, conversation, record->told->protocol != NULL);
        return conversation;
}

static gboolean begins_round_trip(const Record *record)
{
        return record->kind == KIND_SYN || (record->kind == KIND_REQUEST && record->told->repeats == 0);
}

/* Notes what happened over a transport before the first packet with user data. */
static void add_beginning(StoryFold *self, const Record *record)
{
        Transport transport = record->flow->conversation->transport;
        guint64 number = record->packet->frame->number;
        guint32 length = record->packet->frame->original_length;

        if (!record->told->protocol)
                return;
        self->something_typed[transport] |= !record->maintenance;
        if (self->something_typed[transport])
                return;
        frame_set_add(&self->before[transport], number, length);
        if (begins_round_trip(record))
                frame_set_add(&self->asked_before[transport], number, length);
}

static void show(StoryFold *self, StoryConversation *conversation, const Record *record)
{
        const Record *copy;

        record_batch_keep(self->kept, record);
        copy = record_batch_get(self->kept, record_batch_get_length(self->kept) - 1);
        conversation->shown += record_is_membership(record) ? 0 : 1;
        g_ptr_array_add(self->visible.shown, (gpointer) copy);
        g_hash_table_add(self->shown_frames, (gpointer) &copy->packet->frame->number);
}

void story_add_record(Story *story, const Record *record)
{
        StoryFold *self = fold_of(story);
        StoryConversation *conversation;

        summary_builder_record(record, self->builder);
        if (!record->flow || !record->flow->conversation)
                return;
        conversation = get_conversation(self, record);
        /* A report about a room's multicast group is shown with the conversation, but is not one of its packets. */
        if (conversation && !record_is_membership(record))
                frame_set_add(&conversation->frames, record->packet->frame->number,
                              record->packet->frame->original_length);
        else if (!conversation)
                story->unlisted++;
        add_beginning(self, record);
        story->bad_checksums += record_checksum(record) == CHECKSUM_BAD;
        story->offloaded += record_checksum(record) == CHECKSUM_OFFLOADED;
        if (conversation && conversation->is_selected && story->shown->len < story->options.limit &&
            record_batch_get_octets(self->kept) < story->options.memory_limit / 4)
                show(self, conversation, record);
}

void story_add_conversation(Story *story, const ConversationRecord *record)
{
        const Conversation *from = record->conversation;
        gint64 key = stream_key(from->transport, from->stream);
        StoryConversation *conversation = g_hash_table_lookup(fold_of(story)->by_stream, &key);
        g_autoptr(GString) label = g_string_new(NULL);

        summary_builder_conversation(record, fold_of(story)->builder);
        if (!conversation)
                return;
        prose_append_wire(label, record->label->str, record->label->len, 0);
        g_free(conversation->label);
        conversation->label = g_strdup(label->str);
        conversation->client = record->client;
        memcpy(conversation->n_messages, record->n_messages, sizeof conversation->n_messages);
        conversation->teardown = record->teardown;
        conversation->has_handshake = from->tcp && from->tcp->handshake_ack_frame != 0;
}

void story_finish(Story *story, const TimelineCounts *counts)
{
        StoryFold *self = fold_of(story);

        story->summary = summary_builder_finish(self->builder, counts);
        for (guint i = 0; i < story->conversations->len; i++) {
                StoryConversation *conversation = g_ptr_array_index(story->conversations, i);

                conversation->chat = final_chat(conversation->chat);
        }
        for (guint i = story->chats->len; i-- > 0;)
                if (((StoryChat *) g_ptr_array_index(story->chats, i))->merged)
                        g_ptr_array_remove_index(story->chats, i);
        for (guint i = 0; i < story->chats->len; i++)
                ((StoryChat *) g_ptr_array_index(story->chats, i))->index = i;
        story->naming = naming_new(story->summary);
        story_group(story, self->before, self->asked_before);
}

const StoryConversation *story_get_conversation(const Story *story, const Record *record)
{
        const Conversation *from = record->flow->conversation;
        gint64 key = stream_key(from->transport, from->stream);

        return g_hash_table_lookup(((const StoryFold *) story)->by_stream, &key);
}

gboolean story_shows(const Story *story, guint64 frame)
{
        return g_hash_table_contains(((const StoryFold *) story)->shown_frames, &frame);
}

guint64 story_count_unshown(const Story *story, guint *ret_conversations)
{
        guint64 packets = story->unlisted;

        *ret_conversations = 0;
        for (guint i = 0; i < story->conversations->len; i++) {
                const StoryConversation *conversation = g_ptr_array_index(story->conversations, i);

                packets += conversation->frames.packets - conversation->shown;
                *ret_conversations += conversation->shown < conversation->frames.packets;
        }
        return packets;
}

const StoryType *story_get_type(const Story *story, Transport transport)
{
        for (guint i = 0; i < story->types->len; i++) {
                const StoryType *type = g_ptr_array_index(story->types, i);

                if (type->transport == transport)
                        return type;
        }
        return NULL;
}
