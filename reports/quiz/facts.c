/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reports/quiz/facts.h"

#include "reports/prose.h"

#include <string.h>

#define OUT_OF_LINE                                                                                                    \
        (TCP_ANALYSIS_FAST_RETRANSMISSION | TCP_ANALYSIS_KEEP_ALIVE | TCP_ANALYSIS_KEEP_ALIVE_ACK |                    \
         TCP_ANALYSIS_LOST_SEGMENT | TCP_ANALYSIS_OUT_OF_ORDER | TCP_ANALYSIS_RETRANSMISSION |                         \
         TCP_ANALYSIS_SPURIOUS_RETRANSMISSION | TCP_ANALYSIS_ZERO_WINDOW_PROBE | TCP_ANALYSIS_ACK_LOST_SEGMENT |       \
         TCP_ANALYSIS_DUPLICATE_ACK | TCP_ANALYSIS_ZERO_WINDOW_PROBE_ACK)

static void conversation_free(gpointer data)
{
        QuizConversation *conversation = data;

        g_ptr_array_unref(conversation->records);
        g_free(conversation);
}

static gboolean is_plain(const Record *record)
{
        const Packet *packet = record->packet;

        return packet->status == DECODE_COMPLETE && packet->frame->has_time && record->went_back == 0 &&
               !packet->datagram && packet->n_tunnels == 0 && !packet->has_bad_length &&
               record->flow->reopens == TCP_REOPENS_NOTHING && record_checksum(record) != CHECKSUM_BAD &&
               packet->payload_captured == packet->payload_length;
}

/* Whether the states after a segment are beyond doubt. */
static gboolean follows_the_book(const QuizConversation *conversation, const Record *record)
{
        if (!record_is_tcp(record))
                return TRUE;
        if (record->flow->syns_crossed || (record->kind == KIND_RST && record->flow->reset != TCP_RESET_ENDS))
                return FALSE;
        for (guint i = 0; i < conversation->records->len && record_has_flag(record, TCP_FIN); i++) {
                const Record *earlier = conversation_get(conversation, i);

                if (record_has_flag(earlier, TCP_FIN) && earlier->flow->side != record->flow->side &&
                    record->flow->relative_acknowledgement != record_end(earlier))
                        return FALSE;
        }
        return TRUE;
}

static QuizConversation *
get_conversation(QuizFacts *self, GHashTable *by_story, const StoryConversation *story, const Record *record)
{
        QuizConversation *conversation = g_hash_table_lookup(by_story, story);

        if (conversation)
                return conversation;
        conversation = g_new0(QuizConversation, 1);
        conversation->story = story;
        conversation->records = g_ptr_array_new();
        conversation->is_plain = TRUE;
        conversation->has_roles = story->transport != TRANSPORT_TCP || record->kind == KIND_SYN;
        conversation->is_by_the_book = conversation->has_roles;
        g_ptr_array_add(self->conversations, conversation);
        g_hash_table_insert(by_story, (gpointer) story, conversation);
        return conversation;
}

QuizFacts *quiz_facts_new(const Story *story)
{
        QuizFacts *self = g_new0(QuizFacts, 1);
        g_autoptr(GHashTable) by_story = g_hash_table_new(NULL, NULL);

        self->story = story;
        self->conversations = g_ptr_array_new_with_free_func(conversation_free);
        self->facts = g_array_new(FALSE, FALSE, sizeof(Fact));
        for (guint i = 0; i < story->shown->len; i++) {
                const Record *record = g_ptr_array_index(story->shown, i);
                const StoryConversation *told = story_get_conversation(story, record);
                QuizConversation *conversation;
                Fact fact;

                /* Membership reports are among a chat's records, but are not part of the chat. */
                if (!told || record->flow->captured_twice != 0 ||
                    (!record_is_tcp(record) && !record_is_udp(record) && record->kind != KIND_ICMP_ERROR))
                        continue;
                conversation = get_conversation(self, by_story, told, record);
                conversation->is_plain &= is_plain(record);
                conversation->is_by_the_book &= follows_the_book(conversation, record);
                fact = (Fact){record, conversation, conversation->records->len};
                g_ptr_array_add(conversation->records, (gpointer) record);
                g_array_append_val(self->facts, fact);
        }
        for (guint i = self->facts->len; i-- > 0;)
                if (!g_array_index(self->facts, Fact, i).conversation->is_plain)
                        g_array_remove_index(self->facts, i);
        return self;
}

void quiz_facts_free(QuizFacts *self)
{
        if (!self)
                return;
        g_array_unref(self->facts);
        g_ptr_array_unref(self->conversations);
        g_free(self);
}

const Fact *quiz_facts_find(const QuizFacts *self, guint64 frame)
{
        for (guint low = 0, high = self->facts->len; low < high;) {
                guint middle = low + (high - low) / 2;
                const Fact *fact = quiz_facts_get(self, middle);

                if (record_frame(fact->record) == frame)
                        return fact;
                if (record_frame(fact->record) < frame)
                        low = middle + 1;
                else
                        high = middle;
        }
        return NULL;
}

guint32 record_end(const Record *record)
{
        return record->flow->relative_sequence + record->flow->payload_length +
               (record_has_flag(record, TCP_SYN) ? 1 : 0) + (record_has_flag(record, TCP_FIN) ? 1 : 0);
}

gboolean record_is_out_of_line(const Record *record)
{
        return ((record->flow->analysis | record->flow->rule_analysis) & OUT_OF_LINE) != 0;
}

const SessionMessage *record_single_message(const Record *record)
{
        const SessionPacket *told = record->told;

        if (told->n_messages != 1 || !told->messages[0].form || told->messages[0].missing > 0)
                return NULL;
        if (record_is_tcp(record) && (told->messages[0].n_segments != 1 || told->pending > 0 || told->n_released > 0))
                return NULL;
        return &told->messages[0];
}

gboolean record_shows_author(const Record *record)
{
        const SessionPacket *told = record->told;

        if (!told->protocol)
                return FALSE;
        if (record->packet->payload_length == 0)
                return TRUE;
        if (record_is_tcp(record))
                return !chat_protocol_has_sender(told->protocol, CHAT_SENDER_SERVER);
        if (!record_is_udp(record) || record->kind == KIND_MESSAGE)
                return TRUE;
        return told->n_messages == 1 && told->messages[0].form && !told->messages[0].message.text.start;
}

Topic record_topic(const Record *record)
{
        if (record->explanation && record->explanation->n_points > 0)
                return record->explanation->points[0].topic;
        return record_is_tcp(record) ? TOPIC_BYTE_STREAM : TOPIC_UDP;
}

/* Which side is the client, if the conversation has roles. */
static FlowSide client_of(const QuizConversation *conversation)
{
        const Record *record = conversation_get(conversation, 0);

        return record_is_tcp(record) ? record_client(record) : 0;
}

const char *conversation_side(const QuizConversation *conversation, FlowSide side)
{
        if (conversation->has_roles)
                return side == client_of(conversation) ? "client" : "server";
        return side == 0 ? "A" : "B";
}

const char *conversation_the_side(const QuizConversation *conversation, FlowSide side)
{
        if (conversation->has_roles)
                return side == client_of(conversation) ? "the client" : "the server";
        return side == 0 ? "A" : "B";
}

const char *fact_sender(const Fact *fact)
{
        return conversation_the_side(fact->conversation, fact->record->flow->side);
}

const char *fact_receiver(const Fact *fact)
{
        return conversation_the_side(fact->conversation, !fact->record->flow->side);
}

char *endpoint_to_text(const Endpoint *endpoint)
{
        char buffer[IP_ADDRESS_STRING_SIZE];

        ip_address_to_string(&endpoint->address, buffer);
        if (endpoint->port == 0)
                return g_strdup(buffer);
        return g_strdup_printf(endpoint->address.family == 6 ? "[%s]:%u" : "%s:%u", buffer, endpoint->port);
}

char *flags_to_text(guint16 flags)
{
        static const struct {
                guint16 flag;
                const char *name;
        } names[] = {{TCP_FIN, "FIN"}, {TCP_SYN, "SYN"}, {TCP_RST, "RST"}, {TCP_PSH, "PSH"}, {TCP_ACK, "ACK"},
                     {TCP_URG, "URG"}, {TCP_ECE, "ECE"}, {TCP_CWR, "CWR"}, {TCP_AE, "AE"}};
        GString *text = g_string_new(NULL);

        for (guint i = 0; i < G_N_ELEMENTS(names); i++)
                if (flags & names[i].flag) {
                        if (text->len > 0)
                                g_string_append(text, ", ");
                        g_string_append(text, names[i].name);
                }
        if (text->len == 0)
                g_string_append(text, "none");
        return g_string_free(text, FALSE);
}

char *record_data_text(const Record *record, guint max_characters)
{
        const Packet *packet = record->packet;
        gsize length = packet->payload_captured;
        GString *text = g_string_new(NULL);

        if (length == 0)
                return g_string_free(text, FALSE);
        length -= packet->payload[length - 1] == '\n' ? 1 : 0;
        g_string_append(text, "“");
        if (prose_append_wire(text, (const char *) packet->payload, length, max_characters) > max_characters)
                g_string_append(text, "…");
        g_string_append(text, "”");
        return g_string_free(text, FALSE);
}

char *record_label_text(const Record *record)
{
        GString *text = g_string_new(NULL);

        if (prose_append_wire(text, record->label->str, record->label->len, 160) > 160) {
                const char *quotes = g_strrstr(text->str, "“");

                g_string_append(text, "…");
                /* A quotation that was cut still needs its closing mark. */
                if (quotes && !strstr(quotes, "”"))
                        g_string_append(text, "”");
        }
        return g_string_free(text, FALSE);
}
