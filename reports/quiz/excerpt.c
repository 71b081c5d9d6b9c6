/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reports/quiz/excerpt.h"

#include "reports/prose.h"

#define MAX_DATA 48 /* characters of a packet's data */

static void cell_free(gpointer data)
{
        QuizCell *cell = data;

        g_free(cell->text);
        g_free(cell);
}

static QuizExcerpt *excerpt_new(char *caption)
{
        QuizExcerpt *self = g_new0(QuizExcerpt, 1);

        self->caption = caption;
        self->columns = g_ptr_array_new();
        self->cells = g_ptr_array_new_with_free_func(cell_free);
        return self;
}

static void add_column(QuizExcerpt *self, const char *name)
{
        g_ptr_array_add(self->columns, (gpointer) name);
}

static void add_cell(QuizExcerpt *self, char *text)
{
        QuizCell *cell = g_new0(QuizCell, 1);

        cell->text = text;
        cell->field = QUIZ_NOT_HIDDEN;
        g_ptr_array_add(self->cells, cell);
}

static void add_number(QuizExcerpt *self, guint64 n)
{
        add_cell(self, g_strdup_printf("%" G_GUINT64_FORMAT, n));
}

static void add_text(QuizExcerpt *self, const char *text)
{
        add_cell(self, g_strdup(text));
}

/* Seconds with six decimals, rounded. */
static void add_time(QuizExcerpt *self, gint64 nanoseconds)
{
        gint64 microseconds = (nanoseconds + 500) / 1000;

        add_cell(self, g_strdup_printf("%" G_GINT64_FORMAT ".%06" G_GINT64_FORMAT, microseconds / 1000000,
                                       microseconds % 1000000));
}

static char *tcp_caption(const QuizConversation *conversation)
{
        g_autofree char *a = endpoint_to_text(&conversation->story->endpoints[0]);
        g_autofree char *b = endpoint_to_text(&conversation->story->endpoints[1]);

        if (!conversation->has_roles)
                return g_strdup_printf(
                        "A TCP connection whose beginning was not captured, between A, which is %s, and B, "
                        "which is %s (tcp.stream %u in Wireshark). Seq and Ack are relative.",
                        a, b, conversation->story->stream);
        return g_strdup_printf("TCP connection of %s (%s) and %s (%s), tcp.stream %u in Wireshark. Seq and Ack are "
                               "relative.",
                               a, conversation_side(conversation, 0), b, conversation_side(conversation, 1),
                               conversation->story->stream);
}

/* Completes the row of an ICMP error that quotes a segment of the connection. */
static void add_icmp_row(QuizExcerpt *self, const Record *record)
{
        g_autofree char *from = endpoint_to_text(&record->packet->source);

        add_text(self, from);
        add_cell(self, g_strdup_printf("ICMP type %u, code %u", record->packet->icmp.type, record->packet->icmp.code));
        while (self->cells->len % self->columns->len != 0)
                add_text(self, "–");
}

static void
add_tcp_row(QuizExcerpt *self, const QuizConversation *conversation, const Record *record, ExcerptParts parts)
{
        const FlowPacket *flow = record->flow;

        add_number(self, record_frame(record));
        add_time(self, record->offset);
        if (!record_is_tcp(record)) {
                add_icmp_row(self, record);
                return;
        }
        add_text(self, conversation_side(conversation, flow->side));
        add_cell(self, flags_to_text(record->packet->tcp.flags));
        add_number(self, flow->relative_sequence);
        if (record_has_flag(record, TCP_ACK))
                add_number(self, flow->relative_acknowledgement);
        else
                add_text(self, "–");
        add_number(self, flow->payload_length);
        if (parts & EXCERPT_STATES)
                for (guint i = 0; i < 2; i++)
                        add_text(self, tcp_state_to_string(
                                               flow->states[i == 0 ? record_client(record) : !record_client(record)]));
        if (parts & EXCERPT_DATA)
                add_cell(self, record_data_text(record, MAX_DATA));
}

QuizExcerpt *excerpt_of_tcp(const QuizConversation *conversation, guint first, guint last, ExcerptParts parts)
{
        static const char *const names[] = {"Frame", "Time (s)", "Sent by", "Flags", "Seq", "Ack", "Len"};
        QuizExcerpt *self = excerpt_new(tcp_caption(conversation));

        for (guint i = 0; i < G_N_ELEMENTS(names); i++)
                add_column(self, names[i]);
        if (parts & EXCERPT_STATES) {
                add_column(self, "Client then in");
                add_column(self, "Server then in");
        }
        if (parts & EXCERPT_DATA)
                add_column(self, "Data");
        for (guint i = first; i <= last && i < conversation->records->len; i++)
                add_tcp_row(self, conversation, conversation_get(conversation, i), parts);
        return self;
}

static const char *kind_of(const Record *record)
{
        switch (record->kind) {
        case KIND_REQUEST:
                return "request";
        case KIND_REPLY:
                return "reply";
        case KIND_NOTICE:
                return "notice";
        case KIND_MESSAGE:
                return "message";
        default:
                return "–";
        }
}

static void add_udp_row(QuizExcerpt *self, const Record *record, ExcerptParts parts)
{
        add_number(self, record_frame(record));
        add_time(self, record->offset);
        add_cell(self, endpoint_to_text(&record->packet->source));
        add_cell(self, endpoint_to_text(&record->packet->destination));
        if (record_is_udp(record))
                add_cell(self, record_data_text(record, MAX_DATA));
        else
                add_cell(self, g_strdup_printf("ICMP type %u, code %u", record->packet->icmp.type,
                                               record->packet->icmp.code));
        if (parts & EXCERPT_KINDS)
                add_text(self, record_is_udp(record) ? kind_of(record) : "–");
        if (!(parts & EXCERPT_ANSWERS))
                return;
        if (record_is_udp(record) && record->kind == KIND_REPLY && record->told->request != 0)
                add_number(self, record->told->request);
        else
                add_text(self, "–");
}

/* Names the server, if all rows have the same. */
static char *udp_caption(const GPtrArray *records)
{
        const Endpoint *server = NULL;
        g_autofree char *text = NULL;

        for (guint i = 0; i < records->len; i++) {
                const Record *record = g_ptr_array_index(records, i);
                const Endpoint *one = NULL;

                if (!record_is_udp(record) || record->told->sender == CHAT_SENDER_PEER)
                        continue;
                one = record->told->sender == CHAT_SENDER_SERVER ? &record->packet->source :
                                                                   &record->packet->destination;
                if (server && !endpoint_equal(server, one))
                        return g_strdup("Datagrams of a chat over UDP.");
                server = one;
        }
        if (!server)
                return g_strdup("Datagrams of a chat over UDP, between peers.");
        text = endpoint_to_text(server);
        return g_strdup_printf("Datagrams of a chat over UDP, whose server is %s.", text);
}

QuizExcerpt *excerpt_of_udp(const GPtrArray *records, ExcerptParts parts)
{
        static const char *const names[] = {"Frame", "Time (s)", "From", "To", "Datagram"};
        QuizExcerpt *self = excerpt_new(udp_caption(records));

        for (guint i = 0; i < G_N_ELEMENTS(names); i++)
                add_column(self, names[i]);
        if (parts & EXCERPT_KINDS)
                add_column(self, "What it is");
        if (parts & EXCERPT_ANSWERS)
                add_column(self, "Answers frame");
        for (guint i = 0; i < records->len; i++)
                add_udp_row(self, g_ptr_array_index(records, i), parts);
        return self;
}

QuizExcerpt *excerpt_around(const Fact *fact, guint before, guint after, ExcerptParts parts)
{
        const QuizConversation *conversation = fact->conversation;
        guint first = fact->position - MIN(before, fact->position);
        guint last = MIN(fact->position + after, conversation->records->len - 1);
        g_autoptr(GPtrArray) records = NULL;

        if (conversation->story->transport == TRANSPORT_TCP)
                return excerpt_of_tcp(conversation, first, last, parts);
        records = g_ptr_array_new();
        for (guint i = first; i <= last; i++)
                g_ptr_array_add(records, (gpointer) conversation_get(conversation, i));
        return excerpt_of_udp(records, parts);
}

QuizExcerpt *excerpt_of_values(const char *caption, const char *name, const char *value)
{
        QuizExcerpt *self = excerpt_new(g_strdup(caption));

        add_column(self, name);
        add_column(self, value);
        return self;
}

void excerpt_add_value(QuizExcerpt *self, const char *name, char *value)
{
        add_text(self, name);
        add_cell(self, value);
}
