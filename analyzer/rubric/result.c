/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/rubric/result.h"

#include "analyzer/output/escape.h"

#include <string.h>

#define MAX_REASON 300 /* octets */

/* A GVariant type: outcome, remark, packets, chat_packets; verdict and reason of each item; values of the fingerprints;
 * their frames. */
#define FORMAT "(ymstta(yms)atat)"

const char *outcome_to_string(Outcome outcome)
{
        static const char *const names[] = {"whole", "damaged", "nothing", "stopped"};

        return names[outcome];
}

static void clear_item(gpointer data)
{
        ItemResult *self = data;

        g_free(self->reason);
}

CaptureResult *capture_result_new(void)
{
        CaptureResult *self = g_new0(CaptureResult, 1);

        self->items = g_array_new(FALSE, TRUE, sizeof(ItemResult));
        g_array_set_clear_func(self->items, clear_item);
        fingerprints_init(&self->fingerprints);
        return self;
}

void capture_result_free(CaptureResult *self)
{
        if (!self)
                return;
        g_free(self->remark);
        g_array_unref(self->items);
        fingerprints_clear(&self->fingerprints);
        g_free(self);
}

void capture_result_add(CaptureResult *self, Verdict verdict, const char *reason)
{
        ItemResult item = {.verdict = verdict};

        /* jq's message may quote the capture. */
        if (reason) {
                g_autoptr(GString) plain = g_string_new(NULL);

                escape_append_for_terminal(plain, reason, strnlen(reason, MAX_REASON));
                item.reason = g_strdup(plain->str);
        }
        g_array_append_val(self->items, item);
}

GBytes *capture_result_to_bytes(const CaptureResult *self)
{
        g_autoptr(GVariant) variant = NULL;
        GVariantBuilder items;
        guint n = self->fingerprints.items->len;
        g_autofree guint64 *values = g_new(guint64, n), *frames = g_new(guint64, n);

        g_variant_builder_init(&items, G_VARIANT_TYPE("a(yms)"));
        for (guint i = 0; i < self->items->len; i++) {
                const ItemResult *item = &g_array_index(self->items, ItemResult, i);

                g_variant_builder_add(&items, "(yms)", (guchar) item->verdict, item->reason);
        }
        for (guint i = 0; i < n; i++) {
                const Fingerprint *fingerprint = &g_array_index(self->fingerprints.items, Fingerprint, i);

                values[i] = fingerprint->value;
                frames[i] = fingerprint->frame;
        }
        variant = g_variant_ref_sink(g_variant_new(
                "(ymstta(yms)@at@at)", (guchar) self->outcome, self->remark, self->packets, self->chat_packets, &items,
                g_variant_new_fixed_array(G_VARIANT_TYPE_UINT64, values, n, sizeof *values),
                g_variant_new_fixed_array(G_VARIANT_TYPE_UINT64, frames, n, sizeof *frames)));
        return g_variant_get_data_as_bytes(variant);
}

static gboolean take_items(CaptureResult *self, GVariant *items)
{
        GVariantIter iterator;
        guchar verdict;
        const char *reason;

        g_variant_iter_init(&iterator, items);
        while (g_variant_iter_next(&iterator, "(ym&s)", &verdict, &reason)) {
                if (verdict > VERDICT_UNDECIDED)
                        return FALSE;
                capture_result_add(self, verdict, reason);
        }
        return TRUE;
}

static gboolean take_fingerprints(CaptureResult *self, GVariant *values, GVariant *frames)
{
        gsize n, n_frames;
        const guint64 *value = g_variant_get_fixed_array(values, &n, sizeof *value);
        const guint64 *frame = g_variant_get_fixed_array(frames, &n_frames, sizeof *frame);

        if (n != n_frames || n > FINGERPRINTS_MAX)
                return FALSE;
        for (gsize i = 0; i < n; i++) {
                Fingerprint item = {value[i], frame[i]};

                if (i > 0 && value[i] <= value[i - 1])
                        return FALSE;
                g_array_append_val(self->fingerprints.items, item);
        }
        return TRUE;
}

CaptureResult *capture_result_new_from_bytes(GBytes *bytes, guint n_items, GError **error)
{
        g_autoptr(GVariant) variant =
                g_variant_ref_sink(g_variant_new_from_bytes(G_VARIANT_TYPE(FORMAT), bytes, FALSE));
        g_autoptr(CaptureResult) self = capture_result_new();
        g_autoptr(GVariant) items = NULL, values = NULL, frames = NULL;
        guchar outcome;

        if (g_variant_is_normal_form(variant)) {
                g_variant_get(variant, "(ymstt@a(yms)@at@at)", &outcome, &self->remark, &self->packets,
                              &self->chat_packets, &items, &values, &frames);
                self->outcome = outcome;
                if (outcome <= OUTCOME_STOPPED && take_items(self, items) &&
                    (self->items->len == 0 || self->items->len == n_items) && take_fingerprints(self, values, frames))
                        return g_steal_pointer(&self);
        }
        g_set_error_literal(error, RUBRIC_ERROR, RUBRIC_ERROR_STATE,
                            "the kept result was not written by this version of chatsniff");
        return NULL;
}
