/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A queue of frames between the thread that takes them from the kernel and the thread that analyses them. Its size in
 * octets is bounded: if it is full, the first thread waits, and the kernel's own buffer takes what comes meanwhile. */
#pragma once

#include "analyzer/capture/source.h"

G_BEGIN_DECLS

typedef struct FrameQueue FrameQueue;

/* limit: about how many octets the queue holds, of frames and of what is noted about them. */
FrameQueue *frame_queue_new(gsize limit);
/* Neither thread may use it any more. */
void frame_queue_free(FrameQueue *queue);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FrameQueue, frame_queue_free)

/* For the thread that fills the queue. Copies the frame, and waits while there is no room. Returns FALSE once the queue
 * is closed: further frames are useless. */
gboolean frame_queue_add(FrameQueue *queue, const CaptureFrame *frame);
/* Hands over what was added, so that the other thread does not wait for more. Returns FALSE once the queue is closed.
 */
gboolean frame_queue_flush(FrameQueue *queue);
/* No frame follows. error (transfer: full) is the reason, or NULL if the capture simply ends. */
void frame_queue_end(FrameQueue *queue, GError *error);

/* For the thread that empties the queue. Waits for at most timeout microseconds, then returns CAPTURE_NEXT_IDLE. The
 * frame is valid until the next call. */
CaptureNext frame_queue_next(FrameQueue *queue, gint64 timeout, CaptureFrame *ret_frame, GError **error);
/* FALSE if frame_queue_next() might have to wait. */
gboolean frame_queue_has_more(FrameQueue *queue);
/* Tells the other thread that no more frames are wanted. */
void frame_queue_close(FrameQueue *queue);

G_END_DECLS
