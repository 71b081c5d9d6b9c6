/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Divides records into groups, one for each diagram. */
#include "reports/ladder.h"

typedef struct {
        Transport transport;
        guint32 stream;
        const ChatProtocol *protocol;
        guint joined; /* the index of an earlier stream of its group; its own if it is the first */
} Stream;

typedef struct {
        GArray *streams;         /* Stream, in the order of their first packets */
        GHashTable *by_number;   /* transport and stream → index + 1 */
        GHashTable *by_endpoint; /* Endpoint of a UDP chat → index + 1 */
} Grouping;

static void group_free(gpointer data)
{
        LadderGroup *group = data;

        g_free(group->title);
        g_free(group->filter);
        g_free(group->conversation);
        g_ptr_array_unref(group->records);
        g_free(group);
}

static Stream *stream_at(const Grouping *self, guint index)
{
        return &g_array_index(self->streams, Stream, index);
}

/* The first stream of the group. */
static guint find_first(const Grouping *self, guint index)
{
        while (stream_at(self, index)->joined != index) {
                Stream *stream = stream_at(self, index);

                stream->joined = stream_at(self, stream->joined)->joined;
                index = stream->joined;
        }
        return index;
}

static void join(const Grouping *self, guint a, guint b)
{
        guint one = find_first(self, a), other = find_first(self, b);

        stream_at(self, MAX(one, other))->joined = MIN(one, other);
}

/* UDP conversations that share a socket belong to one chat. */
static void join_by_endpoint(Grouping *self, const Endpoint *endpoint, guint index)
{
        guint known = GPOINTER_TO_UINT(g_hash_table_lookup(self->by_endpoint, endpoint));

        if (known > 0)
                join(self, known - 1, index);
        else
                g_hash_table_insert(self->by_endpoint, g_memdup2(endpoint, sizeof *endpoint),
                                    GUINT_TO_POINTER(index + 1));
}

static guint find_stream(Grouping *self, const Record *record)
{
        const Conversation *conversation = record->flow->conversation;
        gint64 number = (gint64) conversation->transport << 32 | conversation->stream;
        guint index = GPOINTER_TO_UINT(g_hash_table_lookup(self->by_number, &number));
        Stream stream = {conversation->transport, conversation->stream, record->told->protocol, self->streams->len};

        if (index > 0)
                return index - 1;
        index = self->streams->len;
        g_array_append_val(self->streams, stream);
        g_hash_table_insert(self->by_number, g_memdup2(&number, sizeof number), GUINT_TO_POINTER(index + 1));
        if (stream.transport == TRANSPORT_UDP && stream.protocol)
                for (guint i = 0; i < 2; i++)
                        join_by_endpoint(self, &conversation->endpoints[i], index);
        return index;
}

/* A chat has the title of its protocol, with the number of its stream if several chats use that protocol. Other
 * conversations always have their number. */
static char *make_title(const Grouping *self, guint index)
{
        const Stream *stream = stream_at(self, index);
        guint n = 0;

        if (!stream->protocol)
                return g_strdup_printf("%s conversation %u", stream->transport == TRANSPORT_TCP ? "TCP" : "UDP",
                                       stream->stream);
        for (guint i = 0; i < self->streams->len && n < 2; i++)
                n += stream_at(self, i)->protocol == stream->protocol && stream_at(self, i)->joined == i;
        if (n == 1)
                return g_strdup(chat_protocol_get_title(stream->protocol));
        return g_strdup_printf("%s, stream %u", chat_protocol_get_title(stream->protocol), stream->stream);
}

static LadderGroup *group_new(const Grouping *self, guint first)
{
        const Stream *stream = stream_at(self, first);
        LadderGroup *group = g_new0(LadderGroup, 1);

        group->title = make_title(self, first);
        group->conversation = g_strdup_printf("%s:%u", transport_to_string(stream->transport), stream->stream);
        group->filter = g_strdup_printf("%s.stream == %u", transport_to_string(stream->transport), stream->stream);
        group->records = g_ptr_array_new();
        return group;
}

/* Adds a further stream to the filter and the name of the group. */
static void add_stream(LadderGroup *group, const Stream *stream)
{
        char *conversation = g_strdup_printf("%s,%u", group->conversation, stream->stream);

        g_free(group->conversation);
        g_free(group->filter);
        group->conversation = conversation;
        group->filter = g_strdup_printf("udp.stream in {%s}", conversation + strlen("udp:"));
}

static void sort_out(Grouping *self, const Record *const *records, guint n_records, GPtrArray *groups)
{
        g_autofree guint *streams = g_new(guint, n_records + 1);
        g_autofree LadderGroup **of_stream = NULL;

        for (guint i = 0; i < n_records; i++)
                streams[i] = find_stream(self, records[i]);
        of_stream = g_new0(LadderGroup *, self->streams->len + 1);
        /* Streams are in the order of their first packets, and therefore so are groups. */
        for (guint i = 0; i < self->streams->len; i++) {
                guint first = find_first(self, i);

                if (first == i) {
                        of_stream[i] = group_new(self, i);
                        g_ptr_array_add(groups, of_stream[i]);
                } else {
                        of_stream[i] = of_stream[first];
                        add_stream(of_stream[i], stream_at(self, i));
                }
        }
        for (guint i = 0; i < n_records; i++)
                g_ptr_array_add(of_stream[streams[i]]->records, (gpointer) records[i]);
}

/* The most frames that a filter lists. */
#define MAX_LISTED 40

/* Adds the membership reports about a room's multicast group to the filter: they have no stream number. */
static void add_reports(LadderGroup *group)
{
        g_autoptr(GString) frames = g_string_new(NULL);
        guint n = 0;

        for (guint i = 0; i < group->records->len; i++) {
                const Record *record = g_ptr_array_index(group->records, i);

                if (!record_is_membership(record))
                        continue;
                g_string_append_printf(frames, n > 0 ? ", %" G_GUINT64_FORMAT : "%" G_GUINT64_FORMAT,
                                       record->packet->frame->number);
                n++;
        }
        if (n > 0) {
                g_autofree char *streams = g_steal_pointer(&group->filter);

                group->filter = n > MAX_LISTED ? g_strdup_printf("%s or igmp or icmpv6", streams) :
                                                 g_strdup_printf("%s or frame.number in {%s}", streams, frames->str);
        }
}

GPtrArray *ladder_group_records(const Record *const *records, guint n_records)
{
        GPtrArray *groups = g_ptr_array_new_with_free_func(group_free);
        Grouping grouping = {
                .streams = g_array_new(FALSE, FALSE, sizeof(Stream)),
                .by_number = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL),
                .by_endpoint = g_hash_table_new_full(endpoint_hash, endpoint_equal_keys, g_free, NULL),
        };

        sort_out(&grouping, records, n_records, groups);
        for (guint i = 0; i < groups->len; i++)
                add_reports(g_ptr_array_index(groups, i));
        g_hash_table_unref(grouping.by_endpoint);
        g_hash_table_unref(grouping.by_number);
        g_array_unref(grouping.streams);
        return groups;
}
