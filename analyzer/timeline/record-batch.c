/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/timeline/record-batch.h"

#include "analyzer/decode/datagram.h"

#include <obstack.h>
#include <stdlib.h>
#include <string.h>

#define obstack_chunk_alloc g_malloc
#define obstack_chunk_free g_free

/* Enough for most batches of a reader. */
#define CHUNK_SIZE (256 * 1024)

struct RecordBatch {
        struct obstack memory; /* holds all copies */
        gpointer bottom;       /* of memory */
        GPtrArray *records;    /* Copy */
        GPtrArray *datagrams;  /* Datagram, of packets that are kept */
        gsize octets;          /* see record_batch_get_octets() */
};

typedef struct {
        Record visible;
        Conversation conversation;
        FlowPacket flow;
        SessionPacket told;
        GString label; /* must not be changed: its text is in RecordBatch.memory */
} Copy;

RecordBatch *record_batch_new(void)
{
        RecordBatch *self = g_new0(RecordBatch, 1);

        obstack_begin(&self->memory, CHUNK_SIZE);
        self->bottom = obstack_alloc(&self->memory, 0);
        self->records = g_ptr_array_new();
        self->datagrams = g_ptr_array_new_with_free_func((GDestroyNotify) datagram_free);
        return self;
}

void record_batch_free(RecordBatch *self)
{
        if (!self)
                return;
        obstack_free(&self->memory, NULL);
        g_ptr_array_unref(self->records);
        g_ptr_array_unref(self->datagrams);
        g_free(self);
}

void record_batch_clear(RecordBatch *self)
{
        obstack_free(&self->memory, self->bottom);
        self->bottom = obstack_alloc(&self->memory, 0);
        g_ptr_array_set_size(self->records, 0);
        g_ptr_array_set_size(self->datagrams, 0);
        self->octets = 0;
}

static GString copy_string(RecordBatch *self, const GString *string)
{
        self->octets += string->len;
        return (GString){
                .str = obstack_copy0(&self->memory, string->str, string->len),
                .len = string->len,
                .allocated_len = string->len + 1,
        };
}

/* The copy has room only for the points that are in use. */
static const Explanation *copy_explanation(RecordBatch *self, const Explanation *explanation)
{
        gsize size = G_STRUCT_OFFSET(Explanation, points) + explanation->n_points * sizeof(Point);
        Explanation *copy = obstack_copy(&self->memory, explanation, size);
        GString *own = obstack_alloc(&self->memory, sizeof *own);

        self->octets += size;
        *own = copy_string(self, explanation->own);
        copy->own = own;
        return copy;
}

/* Makes a slice that points into from point to the same place in to. */
static void move_slice(ChatSlice *slice, const ChatSlice *from, const ChatSlice *to)
{
        if (slice->start)
                slice->start = to->start + (slice->start - from->start);
}

static const SessionMessage *copy_messages(RecordBatch *self, const SessionMessage *from, guint n)
{
        SessionMessage *messages = obstack_copy(&self->memory, from, n * sizeof *messages);

        self->octets += n * sizeof *messages;
        for (guint i = 0; i < n; i++) {
                SessionMessage *message = &messages[i];
                ChatSlice octets = message->octets;

                message->octets.start = obstack_copy(&self->memory, octets.start, octets.length);
                self->octets += octets.length + obstack_alignment_mask(&self->memory);
                if (!message->form)
                        continue;
                for (guint j = 0; j < message->message.n_arguments; j++)
                        move_slice(&message->message.arguments[j], &octets, &message->octets);
                move_slice(&message->message.text, &octets, &message->octets);
        }
        return messages;
}

static const char *copy_name(RecordBatch *self, const char *name)
{
        return name ? obstack_copy(&self->memory, name, strlen(name) + 1) : NULL;
}

static const SessionGroupChange *copy_changes(RecordBatch *self, const SessionGroupChange *from, guint n)
{
        SessionGroupChange *changes = obstack_copy(&self->memory, from, n * sizeof *changes);

        for (guint i = 0; i < n; i++)
                changes[i].room = copy_name(self, changes[i].room);
        return changes;
}

/* Copies the record's flow and what the session understood. */
static void copy_conversation(RecordBatch *self, Copy *copy, const Record *record)
{
        const Conversation *conversation = record->flow->conversation;

        copy->flow = *record->flow;
        copy->told = *record->told;
        memset(&copy->conversation, 0, sizeof copy->conversation);
        copy->conversation.endpoints[0] = conversation->endpoints[0];
        copy->conversation.endpoints[1] = conversation->endpoints[1];
        copy->conversation.transport = conversation->transport;
        copy->conversation.stream = conversation->stream;
        copy->flow.conversation = &copy->conversation;
        copy->flow.evidence = NULL;
        copy->visible.flow = &copy->flow;
        copy->visible.told = &copy->told;
        copy->told.pending_text = (ChatSlice){0};
        copy->told.source_name = copy_name(self, record->told->source_name);
        copy->told.destination_name = copy_name(self, record->told->destination_name);
        copy->told.cause_name = copy_name(self, record->told->cause_name);
        if (record->told->n_group_changes > 0)
                copy->told.group_changes =
                        copy_changes(self, record->told->group_changes, record->told->n_group_changes);
        if (record->told->n_messages > 0)
                copy->told.messages = copy_messages(self, record->told->messages, record->told->n_messages);
        if (record->told->n_released > 0)
                copy->told.released = copy_messages(self, record->told->released, record->told->n_released);
}

static Copy *copy_record(RecordBatch *self, const Record *record)
{
        Copy *copy = obstack_alloc(&self->memory, sizeof *copy);

        self->octets += sizeof *copy;
        copy->visible = *record;
        copy->label = copy_string(self, record->label);
        copy->visible.label = &copy->label;
        if (record->explanation)
                copy->visible.explanation = copy_explanation(self, record->explanation);
        if (record->flow)
                copy_conversation(self, copy, record);
        g_ptr_array_add(self->records, copy);
        return copy;
}

void record_batch_add(RecordBatch *self, const Record *record)
{
        copy_record(self, record);
}

/* Decodes the packet again, from copies of its frame and of the datagram that the frame completed. */
static const Packet *copy_packet(RecordBatch *self, const Packet *packet)
{
        CaptureFrame *frame = obstack_copy(&self->memory, packet->frame, sizeof *frame);
        Packet *copy = obstack_alloc(&self->memory, sizeof *copy);
        Datagram *datagram = datagram_copy(packet->datagram);

        if (datagram)
                g_ptr_array_add(self->datagrams, datagram);
        self->octets += sizeof *frame + sizeof *copy + frame->captured_length + datagram_get_cost(datagram);
        frame->data = obstack_copy(&self->memory, frame->data, frame->captured_length);
        packet_decode_again(frame, datagram, copy);
        return copy;
}

void record_batch_keep(RecordBatch *self, const Record *record)
{
        Copy *copy = copy_record(self, record);

        copy->visible.packet = copy_packet(self, record->packet);
        if (record->flow && record->flow->evidence)
                copy->flow.evidence =
                        obstack_copy(&self->memory, record->flow->evidence, sizeof *record->flow->evidence);
}

gsize record_batch_get_octets(const RecordBatch *self)
{
        return self->octets;
}

guint record_batch_get_length(const RecordBatch *self)
{
        return self->records->len;
}

const Record *record_batch_get(const RecordBatch *self, guint index)
{
        return &((const Copy *) g_ptr_array_index(self->records, index))->visible;
}
