/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reports/story.h"

#include "reports/prose.h"

/* What the sections never see. */
typedef struct {
        Story public;
        RecordBatch *kept;
        GHashTable *by_stream; /* transport << 32 | stream → StoryConversation */
        GHashTable *by_endpoint; /* UDP: Endpoint of a StoryConversation → its StoryChat */
        GHashTable *shown_frames;
        guint n_selected;
} StoryFold;

static StoryFold *fold_of(Story *story)
{
        return (StoryFold *) story;
}

static guint hash_endpoint(gconstpointer key)
{
        return endpoints_hash(key, &(Endpoint){0});
}

static gboolean equal_endpoints(gconstpointer a, gconstpointer b)
{
        return endpoint_equal(a, b);
}

static void type_free(gpointer data)
{
        StoryType *type = data;

        frame_set_clear(&type->all);
        frame_set_clear(&type->typed);
        frame_set_clear(&type->acknowledgements);
        frame_set_clear(&type->before);
        frame_set_clear(&type->asked_before);
        frame_set_clear(&type->closing);
        for (guint i = 0; i < STORY_N_PHASES; i++)
                frame_set_clear(&type->phases[i]);
        for (guint i = 0; i < STORY_N_CONSUMERS; i++)
                frame_set_clear(&type->consumers[i]);
        g_free(type);
}

static void chat_free(gpointer data)
{
        StoryChat *chat = data;

        frame_set_clear(&chat->frames);
        g_ptr_array_unref(chat->conversations);
        g_free(chat);
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
        Story *story = &self->public;
        g_autoptr(GString) text = g_string_new(NULL);

        prose_append_wire(text, name, strlen(name), 0);
        story->name = g_strdup(text->str);
        story->options = *options;
        story->types = g_ptr_array_new_with_free_func(type_free);
        story->chats = g_ptr_array_new_with_free_func(chat_free);
        story->conversations = g_ptr_array_new_with_free_func(conversation_free);
        story->facts.smallest = G_MAXUINT32;
        story->cast = cast_new();
        story->shown = g_ptr_array_new();
        self->kept = record_batch_new();
        self->by_stream = g_hash_table_new(g_int64_hash, g_int64_equal);
        self->by_endpoint = g_hash_table_new(hash_endpoint, equal_endpoints);
        self->shown_frames = g_hash_table_new(g_int64_hash, g_int64_equal);
        return story;
}

void story_free(Story *story)
{
        StoryFold *self;

        if (!story)
                return;
        self = fold_of(story);
        g_hash_table_unref(self->shown_frames);
        g_hash_table_unref(self->by_endpoint);
        g_hash_table_unref(self->by_stream);
        g_ptr_array_unref(story->shown);
        record_batch_free(self->kept);
        cast_free(story->cast);
        g_ptr_array_unref(story->conversations);
        g_ptr_array_unref(story->chats);
        g_ptr_array_unref(story->types);
        for (guint i = 0; i < N_STEPS; i++)
                frame_set_clear(&story->steps[i]);
        frame_set_clear(&story->told);
        frame_set_clear(&story->typed);
        g_free(story->name);
        g_free(self);
}

void story_add_packet(Story *story, const Packet *packet)
{
        const CaptureFrame *frame = packet->frame;

        if (!frame->is_packet)
                return;
        story->packets++;
        story->bytes += frame->original_length;
        if (!frame->has_time)
                return;
        story->first_time = story->has_time ? MIN(story->first_time, frame->time) : frame->time;
        story->last_time = story->has_time ? MAX(story->last_time, frame->time) : frame->time;
        story->has_time = TRUE;
}

static StoryType *get_type(Story *story, const ChatProtocol *protocol, Transport transport)
{
        StoryType *type;

        for (guint i = 0; i < story->types->len; i++) {
                type = g_ptr_array_index(story->types, i);
                if (type->protocol == protocol && type->transport == transport)
                        return type;
        }
        type = g_new0(StoryType, 1);
        type->protocol = protocol;
        type->transport = transport;
        g_ptr_array_add(story->types, type);
        return type;
}

static StoryChat *final_chat(StoryChat *chat)
{
        while (chat && chat->merged)
                chat = chat->merged;
        return chat;
}

/* UDP conversations of chats that share an endpoint are one chat: a server's with its clients, and theirs with each other. */
static StoryChat *chat_by_endpoints(StoryFold *self, const StoryConversation *conversation)
{
        StoryChat *one = final_chat(g_hash_table_lookup(self->by_endpoint, &conversation->endpoints[0]));
        StoryChat *other = final_chat(g_hash_table_lookup(self->by_endpoint, &conversation->endpoints[1]));

        if (one && other && one != other)
                other->merged = one;
        return one ? one : other;
}

static void join_chat(StoryFold *self, StoryConversation *conversation, StoryType *type)
{
        StoryChat *chat = NULL;

        if (conversation->transport == TRANSPORT_UDP && type->protocol)
                chat = chat_by_endpoints(self, conversation);
        if (!chat) {
                chat = g_new0(StoryChat, 1);
                chat->type = type;
                chat->conversations = g_ptr_array_new();
                g_ptr_array_add(self->public.chats, chat);
        }
        conversation->chat = chat;
        if (conversation->transport == TRANSPORT_UDP)
                for (guint i = 0; i < 2; i++)
                        g_hash_table_replace(self->by_endpoint, &conversation->endpoints[i], chat);
}

static gboolean is_selected(StoryFold *self, const StoryConversation *conversation)
{
        const StoryOptions *options = &self->public.options;

        if (options->conversations) {
                g_autofree char *name = g_strdup_printf("%s:%u", transport_to_string(conversation->transport),
                                                        conversation->stream);

                return g_strv_contains((const char *const *) options->conversations, name);
        }
        return self->n_selected < STORY_MAX_CONVERSATIONS && self->public.shown->len < options->limit;
}

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
        conversation = g_new0(StoryConversation, 1);
        conversation->key = key;
        conversation->transport = from->transport;
        conversation->stream = from->stream;
        conversation->endpoints[0] = from->endpoints[0];
        conversation->endpoints[1] = from->endpoints[1];
        conversation->initiator = G_MAXUINT;
        conversation->is_selected = is_selected(self, conversation);
        self->n_selected += conversation->is_selected ? 1 : 0;
        g_ptr_array_add(self->public.conversations, conversation);
        g_hash_table_insert(self->by_stream, &conversation->key, conversation);
        join_chat(self, conversation, get_type(&self->public, record->told->protocol, from->transport));
        return conversation;
}

static void add_facts(StoryFacts *facts, const Record *record)
{
        const Packet *packet = record->packet;
        guint32 length = packet->frame->original_length;

        if (packet->n_layers > 0)
                facts->link_layers |= G_GUINT64_CONSTANT(1) << packet->layers[0].kind;
        facts->families[packet->source.address.family == 6]++;
        facts->hop_limits[packet->hop_limit]++;
        facts->smallest = MIN(facts->smallest, length);
        facts->largest = MAX(facts->largest, length);
        facts->bad_checksums += record_checksum(record) == CHECKSUM_BAD;
        facts->offloaded += record_checksum(record) == CHECKSUM_OFFLOADED;
        facts->captured_partly += packet->frame->captured_length < length;
}

static gboolean begins_round_trip(const Record *record)
{
        return record->kind == KIND_SYN || (record->kind == KIND_REQUEST && record->told->repeats == 0);
}

static gboolean closes(const Record *record)
{
        const SessionPacket *told = record->told;

        if (record->kind == KIND_FIN || record->kind == KIND_RST)
                return TRUE;
        return record->kind == KIND_REQUEST && told->n_messages > 0 && told->messages[0].form &&
               told->messages[0].form->meaning == CHAT_MEANING_UNREGISTER;
}

static void add_to_type(StoryType *type, const Record *record)
{
        guint64 number = record->packet->frame->number, bytes[N_LAYER_GROUPS];
        guint32 length = record->packet->frame->original_length;

        frame_set_add(&type->all, number, length);
        frame_set_add(&type->phases[record->phase], number, length);
        frame_set_add(&type->consumers[record->layer], number, length);
        if (!record->maintenance)
                frame_set_add(&type->typed, number, length);
        else if (record->packet->transport == TRANSPORT_TCP && record_get_step(record) == STEP_ACKNOWLEDGEMENT)
                frame_set_add(&type->acknowledgements, number, length);
        if (type->typed.packets == 0)
                frame_set_add(&type->before, number, length);
        if (type->typed.packets == 0 && begins_round_trip(record))
                frame_set_add(&type->asked_before, number, length);
        if (closes(record))
                frame_set_add(&type->closing, number, length);
        type->n_messages += record->maintenance ? 0 : record->told->n_messages;
        packet_measure_layers(record->packet, bytes);
        for (guint i = 0; i < N_LAYER_GROUPS; i++)
                type->layer_bytes[i] += bytes[i];
        for (guint i = 0; i < record->told->n_messages; i++)
                if (record->told->messages[i].form)
                        type->meanings |= G_GUINT64_CONSTANT(1) << record->told->messages[i].form->meaning;
}

static void show(StoryFold *self, StoryConversation *conversation, const Record *record)
{
        const Record *copy;

        record_batch_keep(self->kept, record);
        copy = record_batch_get(self->kept, record_batch_get_length(self->kept) - 1);
        conversation->shown++;
        g_ptr_array_add(self->public.shown, (gpointer) copy);
        g_hash_table_add(self->shown_frames, (gpointer) &copy->packet->frame->number);
}

void story_add_record(Story *story, const Record *record)
{
        StoryFold *self = fold_of(story);
        guint64 number = record->packet->frame->number;
        guint32 length = record->packet->frame->original_length;
        StoryConversation *conversation;

        if (!record->flow || !record->flow->conversation)
                return;
        conversation = get_conversation(self, record);
        frame_set_add(&story->told, number, length);
        frame_set_add(&conversation->frames, number, length);
        frame_set_add(record->maintenance ? &story->steps[record_get_step(record)] : &story->typed, number, length);
        frame_set_add(&final_chat(conversation->chat)->frames, number, length);
        add_to_type(get_type(story, record->told->protocol, conversation->transport), record);
        add_facts(&story->facts, record);
        cast_add(story->cast, record);
        if (conversation->is_selected && story->shown->len < story->options.limit)
                show(self, conversation, record);
}

void story_add_conversation(Story *story, const ConversationRecord *record)
{
        const Conversation *from = record->conversation;
        gint64 key = stream_key(from->transport, from->stream);
        StoryConversation *conversation = g_hash_table_lookup(fold_of(story)->by_stream, &key);
        g_autoptr(GString) label = g_string_new(NULL);

        if (!conversation)
                return;
        prose_append_wire(label, record->label->str, record->label->len, 0);
        g_free(conversation->label);
        conversation->label = g_strdup(label->str);
        conversation->client = record->client;
        memcpy(conversation->n_messages, record->n_messages, sizeof conversation->n_messages);
        conversation->n_requests = record->n_requests;
        conversation->n_answered = record->n_answered;
        conversation->teardown = record->teardown;
        conversation->initiator = record->initiator;
        if (!from->tcp)
                return;
        conversation->handshake_frames[0] = from->tcp->handshake_syn_frame;
        conversation->handshake_frames[1] = from->tcp->handshake_syn_ack_frame;
        conversation->handshake_frames[2] = from->tcp->handshake_ack_frame;
        conversation->handshake_duration = from->tcp->handshake_duration;
}

/* Two sets of frames that may interleave, as one. Those that are in no range stay so. */
static void merge_frames(FrameSet *set, const FrameSet *from)
{
        FrameSet both = {0};
        guint i = 0, j = 0;

        while (i < frame_set_get_n_ranges(set) || j < frame_set_get_n_ranges(from)) {
                gboolean take_set = j >= frame_set_get_n_ranges(from) ||
                                    (i < frame_set_get_n_ranges(set) && frame_set_get_range(set, i).first <
                                                                                frame_set_get_range(from, j).first);
                FrameRange range = take_set ? frame_set_get_range(set, i++) : frame_set_get_range(from, j++);

                for (guint64 frame = range.first; frame <= range.last; frame++)
                        frame_set_add(&both, frame, 0);
        }
        both.packets = set->packets + from->packets;
        both.bytes = set->bytes + from->bytes;
        both.unlisted += set->unlisted + from->unlisted;
        frame_set_clear(set);
        *set = both;
}

void story_finish(Story *story, const TimelineCounts *counts)
{
        story->counts = *counts;
        for (guint i = 0; i < story->chats->len; i++) {
                StoryChat *chat = g_ptr_array_index(story->chats, i);

                if (chat->merged)
                        merge_frames(&final_chat(chat)->frames, &chat->frames);
        }
        for (guint i = 0; i < story->conversations->len; i++) {
                StoryConversation *conversation = g_ptr_array_index(story->conversations, i);

                conversation->chat = final_chat(conversation->chat);
                g_ptr_array_add(conversation->chat->conversations, conversation);
        }
        for (guint i = story->chats->len; i-- > 0;)
                if (((StoryChat *) g_ptr_array_index(story->chats, i))->merged)
                        g_ptr_array_remove_index(story->chats, i);
        for (guint i = 0; i < story->chats->len; i++) {
                StoryChat *chat = g_ptr_array_index(story->chats, i);

                chat->number = ++chat->type->n_chats;
                chat->index = i;
        }
        cast_finish(story->cast);
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

gboolean story_shows_chat(const Story *story, const StoryChat *chat)
{
        for (guint i = 0; i < chat->conversations->len; i++)
                if (((const StoryConversation *) g_ptr_array_index(chat->conversations, i))->shown > 0)
                        return TRUE;
        return FALSE;
}

const char *story_type_get_title(const StoryType *type)
{
        if (type->protocol)
                return chat_protocol_get_title(type->protocol);
        return type->transport == TRANSPORT_TCP ? "other TCP" : "other UDP";
}
