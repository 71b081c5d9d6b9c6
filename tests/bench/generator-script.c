/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Scripts, and the heap that plays them in the order of time. */
#include "tests/bench/generator.h"

#include <string.h>

Script *script_new(Generator *generator, gboolean is_tcp)
{
        Script *self = g_new0(Script, 1);

        self->serial = generator->n_scripts++;
        self->is_tcp = is_tcp;
        self->packets = g_array_sized_new(FALSE, FALSE, sizeof(Planned), 32);
        self->payload = g_byte_array_new();
        return self;
}

static void script_free(Script *self)
{
        g_array_unref(self->packets);
        g_byte_array_unref(self->payload);
        g_free(self);
}

Planned *script_add(Generator *generator, Script *self, gint64 time)
{
        Planned packet = {.time = time};

        g_array_append_val(self->packets, packet);
        generator->planned++;
        return &g_array_index(self->packets, Planned, self->packets->len - 1);
}

static gint64 script_due(const Script *self)
{
        return g_array_index(self->packets, Planned, self->next).time;
}

static gboolean is_before(const Script *a, const Script *b)
{
        gint64 due_a = script_due(a), due_b = script_due(b);

        return due_a != due_b ? due_a < due_b : a->serial < b->serial;
}

static void heap_sink(GPtrArray *heap)
{
        guint i = 0;

        for (;;) {
                guint first = 2 * i + 1;

                if (first >= heap->len)
                        return;
                if (first + 1 < heap->len && is_before(heap->pdata[first + 1], heap->pdata[first]))
                        first++;
                if (is_before(heap->pdata[i], heap->pdata[first]))
                        return;
                gpointer swap = heap->pdata[i];
                heap->pdata[i] = heap->pdata[first];
                heap->pdata[first] = swap;
                i = first;
        }
}

void heap_push(GPtrArray *heap, Script *script)
{
        guint i = heap->len;

        g_ptr_array_add(heap, script);
        while (i > 0 && is_before(script, heap->pdata[(i - 1) / 2])) {
                heap->pdata[i] = heap->pdata[(i - 1) / 2];
                i = (i - 1) / 2;
        }
        heap->pdata[i] = script;
}

void play_until(Generator *self, gint64 time)
{
        while (self->heap->len > 0) {
                Script *script = self->heap->pdata[0];

                if (script_due(script) > time)
                        return;
                write_packet(self, script, &g_array_index(script->packets, Planned, script->next));
                if (++script->next == script->packets->len) {
                        self->heap->pdata[0] = self->heap->pdata[self->heap->len - 1];
                        g_ptr_array_set_size(self->heap, (gint) self->heap->len - 1);
                        script_free(script);
                }
                heap_sink(self->heap);
        }
}

void new_client(Generator *self, Endpoint *ret_endpoint, gboolean is_ipv6)
{
        guint32 number = self->n_clients++;

        *ret_endpoint = (Endpoint){.is_ipv6 = is_ipv6};
        if (is_ipv6) {
                memcpy(ret_endpoint->octets, (guint8[]){0x20, 0x01, 0x0d, 0xb8}, 4);
                put32(ret_endpoint->octets + 12, scatter(number / 8));
        } else {
                put32(ret_endpoint->octets, 0x0a000000 | scatter(number / 8));
        }
        ret_endpoint->port = (guint16) (32768 + number % 8 * 4096 + between(self, 0, 4095));
}

void new_server(Generator *self, Endpoint *ret_endpoint, gboolean is_ipv6, guint16 port)
{
        guint32 number = between(self, 1, 2000);

        *ret_endpoint = (Endpoint){.is_ipv6 = is_ipv6, .port = port};
        if (is_ipv6) {
                memcpy(ret_endpoint->octets, (guint8[]){0x20, 0x01, 0x0d, 0xb8, 0, 1}, 6);
                put32(ret_endpoint->octets + 12, number);
        } else {
                put32(ret_endpoint->octets, 0xc0a80000 | number);
        }
}

void add_text(Generator *self, GString *text, guint length)
{
        static const char *const words[] = {
                "hello",   "how",    "are",    "you",     "today",      "fine",   "thanks", "the",
                "lecture", "begins", "at",     "noon",    "bring",      "a",      "laptop", "and",
                "cable",   "see",    "there",  "packets", "everywhere", "did",    "it",     "work",
                "yes",     "no",     "maybe",  "grüße",   "schön",      "naïve",  "日本語", "привет",
                "🙂",    "switch", "router", "seven",   "layers",     "window", "is",     "full",
                "of",      "light",  "who",    "sent",    "this",       "lunch?", "later!", "(really)",
        };
        gsize end = text->len + length;

        do {
                g_string_append(text, words[between(self, 0, G_N_ELEMENTS(words) - 1)]);
                g_string_append_c(text, ' ');
        } while (text->len < end);
        g_string_truncate(text, text->len - 1);
}
