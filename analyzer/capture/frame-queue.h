/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Frames on their way from the thread that takes them from the kernel to the one that analyses them. It is bounded in
 * octets: where it is full, the first waits, and the kernel's own buffer takes what comes meanwhile. */
#pragma once

#include "analyzer/capture/source.h"

G_BEGIN_DECLS

typedef struct FrameQueue FrameQueue;

/* limit: octets of frames, and of what is noted about them, that it holds, and one frame more. */
FrameQueue *frame_queue_new(gsize limit);
/* Both threads have to be through with it. */
void frame_queue_free(FrameQueue *queue);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FrameQueue, frame_queue_free)

/* For the thread that fills it. Copies the frame; waits where there is no room. FALSE: nothing is wanted any more. */
gboolean frame_queue_add(FrameQueue *queue, const CaptureFrame *frame);
/* Hands over what was added: the other one need not wait for more. FALSE as above. */
gboolean frame_queue_flush(FrameQueue *queue);
/* Nothing follows, because of the error, which is taken, or because it was to end (NULL). */
void frame_queue_end(FrameQueue *queue, GError *error);

/* For the thread that empties it. The frame is valid until the next call. Waits for so many microseconds at most. */
CaptureNext frame_queue_next(FrameQueue *queue, gint64 timeout, CaptureFrame *ret_frame, GError **error);
/* FALSE where frame_queue_next() might have to wait. */
gboolean frame_queue_has_more(FrameQueue *queue);
/* Nothing is wanted any more. */
void frame_queue_close(FrameQueue *queue);

G_END_DECLS
