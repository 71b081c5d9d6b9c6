/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/cli/packet-reader.h"

#include "analyzer/capture/thread-order.h"
#include "analyzer/decode/datagram.h"
#include "analyzer/decode/defragment.h"

#include <string.h>

#define BATCH_PACKETS 512
#define BATCH_OCTETS (256 * 1024) /* of frames; a longer one has a batch of its own */
#define BATCHES 6                 /* one being filled, one analysed, one written, and some between them */

typedef struct {
        PacketBatch visible; /* first: a PacketBatch is a Batch */
        Packet packets[BATCH_PACKETS];
        CaptureFrame frames[BATCH_PACKETS];
        GByteArray *octets;   /* copies of what the frames hold */
        GPtrArray *datagrams; /* Datagram: copies of those that these frames completed */
        gsize datagram_octets;
        GError *error;
} Batch;

struct PacketReader {
        CaptureSource *source;
        Defragmenter *defragmenter;
        GThread *thread;
        GAsyncQueue *empty, *full; /* Batch */
        gint stopping;             /* atomic */
};

static Batch *batch_new(void)
{
        Batch *self = g_new0(Batch, 1);

        self->octets = g_byte_array_sized_new(BATCH_OCTETS);
        self->datagrams = g_ptr_array_new_with_free_func((GDestroyNotify) datagram_free);
        self->visible.packets = self->packets;
        return self;
}

static void batch_free(gpointer data)
{
        Batch *self = data;

        g_byte_array_unref(self->octets);
        g_ptr_array_unref(self->datagrams);
        g_clear_error(&self->error);
        g_free(self);
}

/* Copies a frame into the batch: the source's own is valid only until it reads the next one. */
static const CaptureFrame *keep_frame(Batch *self, const CaptureFrame *frame)
{
        CaptureFrame *kept = &self->frames[self->visible.n];

        *kept = *frame;
        g_byte_array_append(self->octets, frame->data, frame->captured_length);
        kept->data = self->octets->data + self->octets->len - frame->captured_length;
        return kept;
}

static void keep_packet(PacketReader *reader, Batch *self, const CaptureFrame *frame)
{
        Packet *packet = &self->packets[self->visible.n];

        defragmenter_decode(reader->defragmenter, keep_frame(self, frame), packet);
        if (packet->datagram) {
                Datagram *datagram = datagram_copy(packet->datagram);

                g_ptr_array_add(self->datagrams, datagram);
                self->datagram_octets += datagram_get_cost(datagram);
                packet_decode_again(packet->frame, datagram, packet);
        }
        self->visible.n++;
}

/* Whether this frame has room without moving the others. Reassembled datagrams count as well: each of many short frames
 * may complete a large one. */
static gboolean has_room(const Batch *self, const CaptureFrame *frame)
{
        return self->visible.n < BATCH_PACKETS && self->datagram_octets < BATCH_OCTETS &&
               self->octets->len + frame->captured_length <= BATCH_OCTETS;
}

/* Reads until the batch is full. has_held: held is a frame for which the previous batch had no room. */
static void fill(PacketReader *reader, Batch *self, CaptureFrame *held, gboolean *has_held)
{
        self->visible.n = 0;
        self->visible.next = CAPTURE_NEXT_FRAME;
        /* Do not keep the memory that a frame of many megabytes took. */
        if (self->octets->len > 4 * BATCH_OCTETS) {
                g_byte_array_unref(self->octets);
                self->octets = g_byte_array_sized_new(BATCH_OCTETS);
        }
        g_byte_array_set_size(self->octets, 0);
        g_ptr_array_set_size(self->datagrams, 0);
        self->datagram_octets = 0;
        for (;;) {
                if (!*has_held) {
                        self->visible.next = capture_source_next(reader->source, held, &self->error);
                        if (self->visible.next != CAPTURE_NEXT_FRAME)
                                break;
                }
                *has_held = self->visible.n > 0 && !has_room(self, held);
                if (*has_held)
                        break;
                keep_packet(reader, self, held);
        }
        self->visible.error = self->error;
        self->visible.incomplete = defragmenter_count_unused(reader->defragmenter);
        capture_source_get_progress(reader->source, &self->visible.done, &self->visible.total);
}

static gpointer run(gpointer data)
{
        PacketReader *self = data;
        CaptureFrame held;
        gboolean has_held = FALSE;
        CaptureNext next;

        do {
                Batch *batch = queue_pop(self->empty);

                if (g_atomic_int_get(&self->stopping)) {
                        queue_push(self->empty, batch);
                        break;
                }
                fill(self, batch, &held, &has_held);
                next = batch->visible.next;
                queue_push(self->full, batch);
        } while (next == CAPTURE_NEXT_FRAME);
        return NULL;
}

PacketReader *packet_reader_new(CaptureSource *source)
{
        PacketReader *self = g_new0(PacketReader, 1);

        self->source = source;
        self->defragmenter = defragmenter_new(DEFRAGMENTER_MEMORY);
        self->empty = g_async_queue_new_full(batch_free);
        self->full = g_async_queue_new_full(batch_free);
        for (guint i = 0; i < BATCHES; i++)
                queue_push(self->empty, batch_new());
        self->thread = g_thread_new("reader", run, self);
        return self;
}

void packet_reader_free(PacketReader *self)
{
        if (!self)
                return;
        g_atomic_int_set(&self->stopping, TRUE);
        queue_push(self->empty, batch_new()); /* the thread may be waiting for one */
        g_thread_join(self->thread);
        g_async_queue_unref(self->empty);
        g_async_queue_unref(self->full);
        defragmenter_free(self->defragmenter);
        g_free(self);
}

const PacketBatch *packet_reader_next(PacketReader *self)
{
        return &((Batch *) queue_pop(self->full))->visible;
}

void packet_reader_release(PacketReader *self, const PacketBatch *batch)
{
        queue_push(self->empty, (Batch *) batch);
}
