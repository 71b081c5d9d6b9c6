/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/rubric/copies.h"

#include <string.h>

/* If more captures than this share a frame, each of them is paired with this many others only: to pair all of them with
 * each other would take too long. */
#define MAX_HOLDERS CLASS_MAX_COPIES

/* One fingerprint of one capture. */
typedef struct {
        guint64 value, frame;
        guint capture;
} Holding;

static int compare_holdings(gconstpointer a, gconstpointer b)
{
        const Holding *one = a, *other = b;

        if (one->value != other->value)
                return one->value < other->value ? -1 : 1;
        return one->capture < other->capture ? -1 : one->capture > other->capture;
}

static void copy_free(gpointer data)
{
        ClassCopy *self = data;

        g_array_unref(self->mine);
        g_array_unref(self->theirs);
        g_free(self);
}

/* The copy of capture that is about the capture other, made if it is not there yet; NULL: there is no room for it.
 * Until copies_find() is done, mine and theirs hold frame numbers (guint64) instead of ranges. */
static ClassCopy *find_copy(ClassCapture *capture, guint other)
{
        ClassCopy *copy;

        for (guint i = 0; i < capture->copies->len; i++) {
                copy = g_ptr_array_index(capture->copies, i);
                if (copy->capture == other)
                        return copy;
        }
        if (capture->copies->len == CLASS_MAX_COPIES) {
                capture->has_more_copies = TRUE;
                return NULL;
        }
        copy = g_new0(ClassCopy, 1);
        copy->capture = other;
        copy->mine = g_array_new(FALSE, FALSE, sizeof(guint64));
        copy->theirs = g_array_new(FALSE, FALSE, sizeof(guint64));
        g_ptr_array_add(capture->copies, copy);
        return copy;
}

static void add_shared(ClassResults *results, const Holding *mine, const Holding *theirs)
{
        ClassCapture *capture = g_ptr_array_index(results->captures, mine->capture);
        const ClassCapture *other = g_ptr_array_index(results->captures, theirs->capture);
        ClassCopy *copy;

        if (capture->student == other->student)
                return;
        copy = find_copy(capture, theirs->capture);
        if (!copy)
                return;
        copy->count++;
        g_array_append_val(copy->mine, mine->frame);
        g_array_append_val(copy->theirs, theirs->frame);
}

/* Pairs the captures that hold the same frame; n of them. */
static void add_holders(ClassResults *results, const Holding *holdings, guint n)
{
        for (guint i = 0; i < n; i++) {
                ClassCapture *capture = g_ptr_array_index(results->captures, holdings[i].capture);
                guint asked = 0;

                capture->has_more_copies |= n > MAX_HOLDERS + 1;
                for (guint j = 0; j < n && asked < MAX_HOLDERS; j++)
                        if (i != j) {
                                add_shared(results, &holdings[i], &holdings[j]);
                                asked++;
                        }
        }
}

static int compare_frames(gconstpointer a, gconstpointer b)
{
        guint64 one = *(const guint64 *) a, other = *(const guint64 *) b;

        return one < other ? -1 : one > other;
}

/* Turns an array of frame numbers, which it frees, into one of ranges. */
static GArray *to_ranges(GArray *frames)
{
        GArray *ranges = g_array_new(FALSE, FALSE, sizeof(ClassRange));

        g_array_sort(frames, compare_frames);
        for (guint i = 0; i < frames->len; i++) {
                guint64 frame = g_array_index(frames, guint64, i);
                ClassRange *last = ranges->len > 0 ? &g_array_index(ranges, ClassRange, ranges->len - 1) : NULL;
                ClassRange range = {frame, frame};

                if (last && last->last + 1 == frame)
                        last->last = frame;
                else if (ranges->len <= CLASS_MAX_RANGES)
                        g_array_append_val(ranges, range);
                else
                        break;
        }
        g_array_unref(frames);
        return ranges;
}

static int compare_copies(gconstpointer a, gconstpointer b)
{
        const ClassCopy *one = *(const ClassCopy *const *) a, *other = *(const ClassCopy *const *) b;

        if (one->count != other->count)
                return one->count > other->count ? -1 : 1;
        return one->capture < other->capture ? -1 : one->capture > other->capture;
}

static GArray *gather(const ClassResults *results)
{
        GArray *holdings = g_array_new(FALSE, FALSE, sizeof(Holding));

        for (guint i = 0; i < results->captures->len; i++) {
                const ClassCapture *capture = g_ptr_array_index(results->captures, i);

                for (guint j = 0; capture->result && j < capture->result->fingerprints.items->len; j++) {
                        const Fingerprint *item = &g_array_index(capture->result->fingerprints.items, Fingerprint, j);
                        Holding holding = {item->value, item->frame, i};

                        g_array_append_val(holdings, holding);
                }
        }
        g_array_sort(holdings, compare_holdings);
        return holdings;
}

void copies_find(ClassResults *results)
{
        g_autoptr(GArray) holdings = NULL;
        guint end;

        for (guint i = 0; i < results->captures->len; i++) {
                ClassCapture *capture = g_ptr_array_index(results->captures, i);

                g_clear_pointer(&capture->copies, g_ptr_array_unref);
                capture->copies = g_ptr_array_new_with_free_func(copy_free);
        }
        holdings = gather(results);
        for (guint begin = 0; begin < holdings->len; begin = end) {
                const Holding *first = &g_array_index(holdings, Holding, begin);

                for (end = begin + 1; end < holdings->len; end++)
                        if (g_array_index(holdings, Holding, end).value != first->value)
                                break;
                if (end - begin > 1)
                        add_holders(results, first, end - begin);
        }
        for (guint i = 0; i < results->captures->len; i++) {
                ClassCapture *capture = g_ptr_array_index(results->captures, i);

                for (guint j = 0; j < capture->copies->len; j++) {
                        ClassCopy *copy = g_ptr_array_index(capture->copies, j);

                        copy->mine = to_ranges(copy->mine);
                        copy->theirs = to_ranges(copy->theirs);
                }
                g_ptr_array_sort(capture->copies, compare_copies);
        }
}
