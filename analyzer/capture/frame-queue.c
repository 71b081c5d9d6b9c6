/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/capture/frame-queue.h"
#include "analyzer/capture/thread-order.h"

/* Frames change hands in batches: locking for each frame would cost more than copying it. */
#define BATCH_OCTETS ((gsize) 256 * 1024)

typedef struct {
        GArray *frames;     /* CaptureFrame; data is set when the frame is taken out */
        GByteArray *octets; /* of all frames, one after the other */
} Batch;

struct FrameQueue {
        gsize most_batches;
        Batch *filling; /* belongs to the filling thread; NULL if it has none */
        Batch *taken;   /* belongs to the emptying thread; NULL if it has none */
        guint next;     /* index of the next frame in taken */
        gsize position; /* where the octets of that frame begin */
        GMutex lock;    /* for everything below */
        GCond changed;
        GQueue waiting;  /* Batch, in order */
        gsize n_batches; /* all that exist: waiting, idle, and those of the two threads */
        GQueue idle;     /* Batch, empty */
        gboolean has_ended, is_closed;
        GError *error;
};

static Batch *batch_new(void)
{
        Batch *self = g_new0(Batch, 1);

        self->frames = g_array_new(FALSE, FALSE, sizeof(CaptureFrame));
        self->octets = g_byte_array_new();
        return self;
}

static void batch_free(gpointer data)
{
        Batch *self = data;

        if (!self)
                return;
        g_array_unref(self->frames);
        g_byte_array_unref(self->octets);
        g_free(self);
}

static gsize batch_get_size(const Batch *self)
{
        return self->octets->len + self->frames->len * sizeof(CaptureFrame);
}

FrameQueue *frame_queue_new(gsize limit)
{
        FrameQueue *self = g_new0(FrameQueue, 1);

        self->most_batches = MAX(limit / BATCH_OCTETS, 3); /* one for each thread, and one between them */
        g_mutex_init(&self->lock);
        g_cond_init(&self->changed);
        return self;
}

void frame_queue_free(FrameQueue *self)
{
        if (!self)
                return;
        g_queue_clear_full(&self->waiting, batch_free);
        g_queue_clear_full(&self->idle, batch_free);
        batch_free(self->filling);
        batch_free(self->taken);
        g_clear_error(&self->error);
        g_mutex_clear(&self->lock);
        g_cond_clear(&self->changed);
        g_free(self);
}

/* --- the thread that fills it ------------------------------------------------------------------------ */

/* Returns an empty batch, and waits until there is one. NULL if the queue was closed. */
static Batch *get_empty(FrameQueue *self)
{
        Batch *batch = NULL;

        lock_mutex(&self->lock);
        while (!self->is_closed && g_queue_is_empty(&self->idle) && self->n_batches >= self->most_batches)
                wait_for_change(&self->changed, &self->lock);
        if (!self->is_closed) {
                batch = g_queue_pop_head(&self->idle);
                if (!batch) {
                        batch = batch_new();
                        self->n_batches++;
                }
        }
        unlock_mutex(&self->lock);
        return batch;
}

gboolean frame_queue_add(FrameQueue *self, const CaptureFrame *frame)
{
        if (!self->filling && !(self->filling = get_empty(self)))
                return FALSE;
        g_array_append_vals(self->filling->frames, frame, 1);
        g_byte_array_append(self->filling->octets, frame->data, frame->captured_length);
        return batch_get_size(self->filling) < BATCH_OCTETS || frame_queue_flush(self);
}

gboolean frame_queue_flush(FrameQueue *self)
{
        gboolean is_closed;

        lock_mutex(&self->lock);
        if (self->filling) {
                g_queue_push_tail(&self->waiting, g_steal_pointer(&self->filling));
                g_cond_broadcast(&self->changed);
        }
        is_closed = self->is_closed;
        unlock_mutex(&self->lock);
        return !is_closed;
}

void frame_queue_end(FrameQueue *self, GError *error)
{
        frame_queue_flush(self);
        lock_mutex(&self->lock);
        self->has_ended = TRUE;
        self->error = error;
        g_cond_broadcast(&self->changed);
        unlock_mutex(&self->lock);
}

/* --- the thread that empties it ---------------------------------------------------------------------- */

/* Gives back the batch whose frames are done, and takes the next one. */
static CaptureNext take_batch(FrameQueue *self, gint64 timeout, GError **error)
{
        gint64 end = g_get_monotonic_time() + timeout;
        gboolean is_late = FALSE;
        CaptureNext next;

        lock_mutex(&self->lock);
        if (self->taken) {
                g_array_set_size(self->taken->frames, 0);
                g_byte_array_set_size(self->taken->octets, 0);
                /* At the head, to be reused first: it is still in the cache. */
                g_queue_push_head(&self->idle, g_steal_pointer(&self->taken));
                g_cond_broadcast(&self->changed);
        }
        while (g_queue_is_empty(&self->waiting) && !self->has_ended && !is_late)
                is_late = !wait_for_change_until(&self->changed, &self->lock, end);
        self->taken = g_queue_pop_head(&self->waiting);
        self->next = 0;
        self->position = 0;
        next = self->taken      ? CAPTURE_NEXT_FRAME :
               !self->has_ended ? CAPTURE_NEXT_IDLE :
               self->error      ? CAPTURE_NEXT_ERROR :
                                  CAPTURE_NEXT_END;
        if (next == CAPTURE_NEXT_ERROR)
                g_propagate_error(error, g_error_copy(self->error));
        unlock_mutex(&self->lock);
        return next;
}

CaptureNext frame_queue_next(FrameQueue *self, gint64 timeout, CaptureFrame *ret_frame, GError **error)
{
        if (!self->taken || self->next == self->taken->frames->len) {
                CaptureNext next = take_batch(self, timeout, error);

                if (next != CAPTURE_NEXT_FRAME)
                        return next;
        }
        *ret_frame = g_array_index(self->taken->frames, CaptureFrame, self->next++);
        ret_frame->data = self->taken->octets->data + self->position;
        self->position += ret_frame->captured_length;
        return CAPTURE_NEXT_FRAME;
}

gboolean frame_queue_has_more(FrameQueue *self)
{
        gboolean has_more;

        if (self->taken && self->next < self->taken->frames->len)
                return TRUE;
        lock_mutex(&self->lock);
        has_more = !g_queue_is_empty(&self->waiting) || self->has_ended;
        unlock_mutex(&self->lock);
        return has_more;
}

void frame_queue_close(FrameQueue *self)
{
        lock_mutex(&self->lock);
        self->is_closed = TRUE;
        g_cond_broadcast(&self->changed);
        unlock_mutex(&self->lock);
}
