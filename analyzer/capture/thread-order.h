/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tells ThreadSanitizer that what one thread did happened before another one went on. It sees that by itself for the
 * locks of the C library. It does not see the locks of GLib, which is not built with it, and would report a race for
 * everything that changes hands. In all other builds the annotations do nothing. */
#pragma once

#include <glib.h>

#ifdef __has_feature
#if __has_feature(thread_sanitizer) && !defined(__SANITIZE_THREAD__)
#define __SANITIZE_THREAD__ 1
#endif
#endif

#ifdef __SANITIZE_THREAD__
void __tsan_acquire(void *address);
void __tsan_release(void *address);
#else
#define __tsan_acquire(address) ((void) (address))
#define __tsan_release(address) ((void) (address))
#endif

/* Before a thing is put into a GAsyncQueue, and after it was taken out. */
static inline void thread_gives(gpointer thing)
{
        __tsan_release(thing);
}

static inline void thread_takes(gpointer thing)
{
        __tsan_acquire(thing);
}

static inline void queue_push(GAsyncQueue *queue, gpointer thing)
{
        thread_gives(thing);
        g_async_queue_push(queue, thing);
}

static inline gpointer queue_pop(GAsyncQueue *queue)
{
        gpointer thing = g_async_queue_pop(queue);

        thread_takes(thing);
        return thing;
}

static inline void lock_mutex(GMutex *mutex)
{
        g_mutex_lock(mutex);
        thread_takes(mutex);
}

static inline void unlock_mutex(GMutex *mutex)
{
        thread_gives(mutex);
        g_mutex_unlock(mutex);
}

static inline void wait_for_change(GCond *condition, GMutex *mutex)
{
        thread_gives(mutex);
        g_cond_wait(condition, mutex);
        thread_takes(mutex);
}

/* Returns FALSE if end, a time of the monotonic clock, has been reached. */
static inline gboolean wait_for_change_until(GCond *condition, GMutex *mutex, gint64 end)
{
        gboolean has_changed;

        thread_gives(mutex);
        has_changed = g_cond_wait_until(condition, mutex, end);
        thread_takes(mutex);
        return has_changed;
}
