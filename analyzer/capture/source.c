/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/capture/source-private.h"

#include <string.h>

G_DEFINE_QUARK(chatsniff - capture - error - quark, capture_error)

static gsize memory_limit;

void capture_set_memory_limit(gsize octets)
{
        memory_limit = octets;
}

gsize capture_get_memory_limit(void)
{
        return memory_limit;
}

struct CaptureSource {
        Input *input; /* files */
        Pcapng *pcapng;
        PcapFile *pcap;
        Live *live;
        Filter *filter;
        gboolean is_filter_checked;
        InterfaceList interfaces;
        gboolean is_whole; /* see pcapng_new() */
        char *description;
};

static void interface_clear(gpointer data)
{
        CaptureInterface *interface = data;

        g_free((char *) interface->name);
}

/* Octets that are kept of an interface's name; a file may have 65,535 interfaces. */
#define LONGEST_NAME 128

void interface_list_add(InterfaceList *self, guint16 link_type, guint32 snapshot_length, const char *name, gsize length)
{
        CaptureInterface interface = {link_type, snapshot_length,
                                      name ? g_strndup(name, MIN(length, LONGEST_NAME)) : NULL};

        g_array_append_val(self->array, interface);
}

/* Reading has failed; the input says why. Mostly a compressed stream is cut off or corrupt. */
static CaptureNext set_broken(const Input *input, guint64 packets, GError **error)
{
        if (input_is_too_large(input)) {
                g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_MEMORY,
                            "%s: after packet %" G_GUINT64_FORMAT " it cannot be unpacked: %s", input_get_name(input),
                            packets, input_get_error(input));
                return CAPTURE_NEXT_ERROR;
        }
        g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_DAMAGED,
                    "%s: truncated at byte %" G_GUINT64_FORMAT ", after packet %" G_GUINT64_FORMAT ": %s",
                    input_get_name(input), input_get_end(input), packets, input_get_error(input));
        return CAPTURE_NEXT_ERROR;
}

CaptureNext set_truncated(const Input *input, guint64 packets, GError **error)
{
        if (input_get_error(input))
                return set_broken(input, packets, error);
        g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_DAMAGED,
                    "%s: truncated at byte %" G_GUINT64_FORMAT ", after packet %" G_GUINT64_FORMAT,
                    input_get_name(input), input_get_end(input), packets);
        return CAPTURE_NEXT_ERROR;
}

CaptureNext set_damaged_at(const Input *input, guint64 position, guint64 packets, GError **error, const char *reason)
{
        g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_DAMAGED,
                    "%s: damaged at byte %" G_GUINT64_FORMAT ", after packet %" G_GUINT64_FORMAT ": %s",
                    input_get_name(input), position, packets, reason);
        return CAPTURE_NEXT_ERROR;
}

CaptureNext set_damaged(const Input *input, guint64 packets, GError **error, const char *reason)
{
        return set_damaged_at(input, input_get_offset(input), packets, error, reason);
}

CaptureNext check_memory(const Input *input, guint64 packets, guint32 octets, GError **error)
{
        if (memory_limit == 0 || octets <= memory_limit / 4)
                return CAPTURE_NEXT_FRAME;
        g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_MEMORY,
                    "%s: after packet %" G_GUINT64_FORMAT " come %u bytes that have to be copied in one piece: "
                    "--memory-limit is too small for that",
                    input_get_name(input), packets, octets);
        return CAPTURE_NEXT_ERROR;
}

static gboolean open_format(CaptureSource *self, GError **error)
{
        static const guint32 pcap_magics[] = {0xa1b2c3d4, 0xd4c3b2a1, 0xa1b23c4d, 0x4d3cb2a1, 0xa1b2cd34, 0x34cdb2a1};
        const guint8 *start = input_peek(self->input, 4, NULL);
        const char *format = NULL;
        guint32 magic = 0;

        if (start)
                memcpy(&magic, start, sizeof magic);
        if (start && memcmp(start, "\n\r\r\n", 4) == 0) {
                self->pcapng = pcapng_new(self->input, &self->interfaces, self->is_whole);
                format = "pcapng";
        }
        for (guint i = 0; i < G_N_ELEMENTS(pcap_magics); i++)
                if (magic == pcap_magics[i])
                        format = i == 2 || i == 3 ? "pcap (nanoseconds)" : "pcap";
        if (!format && input_get_error(self->input)) {
                set_truncated(self->input, 0, error);
                return FALSE;
        }
        if (!format) {
                g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_FORMAT,
                            "%s: not a capture file (neither pcapng nor pcap)", input_get_name(self->input));
                return FALSE;
        }
        if (!self->pcapng && !(self->pcap = pcap_file_new(self->input, &self->interfaces, self->is_whole, error)))
                return FALSE;
        if (!self->description)
                self->description = input_get_compression(self->input) ?
                                            g_strdup_printf("%s, %s", format, input_get_compression(self->input)) :
                                            g_strdup(format);
        return TRUE;
}

static CaptureSource *source_new(void)
{
        CaptureSource *self = g_new0(CaptureSource, 1);

        self->interfaces.array = g_array_new(FALSE, FALSE, sizeof(CaptureInterface));
        g_array_set_clear_func(self->interfaces.array, interface_clear);
        return self;
}

CaptureSource *capture_source_prepare(const char *path, const char *filter, gboolean as_it_comes, GError **error)
{
        g_autoptr(CaptureSource) self = source_new();

        if (filter && !(self->filter = filter_new(filter, error)))
                return NULL;
        self->input = input_open(path, as_it_comes, error);
        return self->input ? g_steal_pointer(&self) : NULL;
}

gboolean capture_source_begin(CaptureSource *self, GError **error)
{
        if (!self->live)
                return open_format(self, error);
        live_begin(self->live);
        return TRUE;
}

static CaptureSource *open_file(const char *path, const char *filter, gboolean as_it_comes, GError **error)
{
        g_autoptr(CaptureSource) self = capture_source_prepare(path, filter, as_it_comes, error);

        return self && capture_source_begin(self, error) ? g_steal_pointer(&self) : NULL;
}

CaptureSource *capture_source_open_file(const char *path, const char *filter, GError **error)
{
        return open_file(path, filter, FALSE, error);
}

CaptureSource *capture_source_open_as_it_comes(const char *path, const char *filter, GError **error)
{
        return open_file(path, filter, TRUE, error);
}

CaptureSource *capture_source_open_memory(const guint8 *octets, gsize length, GError **error)
{
        g_autoptr(CaptureSource) self = source_new();

        self->input = input_open_memory(octets, length);
        if (!open_format(self, error))
                return NULL;
        return g_steal_pointer(&self);
}

CaptureSource *capture_source_prepare_again(const CaptureSource *other, GError **error)
{
        g_autoptr(CaptureSource) self = source_new();

        self->is_whole = TRUE;
        self->input = input_open_again(other->input, error);
        return self->input ? g_steal_pointer(&self) : NULL;
}

Pcapng *capture_source_get_pcapng(const CaptureSource *self)
{
        return self->pcapng;
}

PcapFile *capture_source_get_pcap(const CaptureSource *self)
{
        return self->pcap;
}

CaptureSource *
capture_source_open_live(const char *interface, const char *filter, guint buffer_kilobytes, GError **error)
{
        g_autoptr(CaptureSource) self = source_new();

        guint kilobytes = buffer_kilobytes > 0 ? buffer_kilobytes : CAPTURE_DEFAULT_BUFFER;

        self->live = live_new(interface, filter, (int) kilobytes * 1024, &self->interfaces, error);
        if (!self->live)
                return NULL;
        self->description = g_strdup_printf("live capture on %s", interface);
        return g_steal_pointer(&self);
}

static void close_format(CaptureSource *self)
{
        g_clear_pointer(&self->pcapng, pcapng_free);
        g_clear_pointer(&self->pcap, pcap_file_free);
        g_array_set_size(self->interfaces.array, 0);
}

void capture_source_free(CaptureSource *self)
{
        if (!self)
                return;
        close_format(self);
        g_clear_pointer(&self->live, live_free);
        g_clear_pointer(&self->filter, filter_free);
        g_clear_pointer(&self->input, input_free);
        g_array_unref(self->interfaces.array);
        g_free(self->description);
        g_free(self);
}

/* If a capture has several link types, the filter has to fit only one of them: “ether host …” leaves out packets that
 * have no Ethernet header. If it fits none, it is wrong. */
static gboolean check_filter(CaptureSource *self, const CaptureFrame *frame, GError **error)
{
        for (guint i = 0; i < self->interfaces.array->len; i++)
                if (filter_fits(self->filter, g_array_index(self->interfaces.array, CaptureInterface, i).link_type,
                                NULL))
                        return TRUE;
        return filter_fits(self->filter, frame->link_type, error);
}

CaptureNext capture_source_next(CaptureSource *self, CaptureFrame *ret_frame, GError **error)
{
        CaptureNext next;

        if (self->live)
                return live_next(self->live, ret_frame, error);
        next = self->pcapng ? pcapng_next(self->pcapng, ret_frame, error) :
                              pcap_file_next(self->pcap, ret_frame, error);
        if (next == CAPTURE_NEXT_FRAME && self->filter && ret_frame->is_packet && !self->is_filter_checked) {
                if (!check_filter(self, ret_frame, error))
                        return CAPTURE_NEXT_ERROR;
                self->is_filter_checked = TRUE;
        }
        if (next == CAPTURE_NEXT_FRAME && self->filter)
                ret_frame->is_left_out = !filter_accepts(self->filter, ret_frame);
        /* After a stop, a packet of which the rest did not come is no damage. */
        if (next == CAPTURE_NEXT_ERROR && input_was_stopped(self->input)) {
                g_clear_error(error);
                return CAPTURE_NEXT_END;
        }
        return next;
}

gboolean capture_source_rewind(CaptureSource *self, GError **error)
{
        close_format(self);
        input_rewind(self->input);
        return open_format(self, error);
}

void capture_source_stop(CaptureSource *self)
{
        if (self->live)
                live_stop(self->live);
        else if (input_is_pipe(self->input))
                input_stop(self->input);
}

gboolean capture_source_is_live(const CaptureSource *self)
{
        return self->live || input_is_pipe(self->input);
}

/* Longer than a packet of nearly any network: if this many octets were read, the next packet is complete. */
#define ENOUGH (72 * 1024)

gboolean capture_source_has_more(const CaptureSource *self)
{
        return self->live ? live_has_more(self->live) : input_has_more(self->input, ENOUGH);
}

void capture_source_get_progress(const CaptureSource *self, guint64 *ret_done, guint64 *ret_total)
{
        *ret_done = *ret_total = 0;
        if (self->input)
                input_get_progress(self->input, ret_done, ret_total);
}

gboolean capture_source_get_statistics(CaptureSource *self, guint64 *ret_received, guint64 *ret_dropped)
{
        return self->live && live_get_statistics(self->live, ret_received, ret_dropped);
}

gboolean capture_source_reads(const CaptureSource *self, const struct stat *status)
{
        return self->input && input_is_file(self->input, status);
}

const char *capture_source_get_description(const CaptureSource *self)
{
        return self->description;
}

guint capture_source_get_n_interfaces(const CaptureSource *self)
{
        return self->interfaces.array->len;
}

const CaptureInterface *capture_source_get_interface(const CaptureSource *self, guint index)
{
        return index < self->interfaces.array->len ? &g_array_index(self->interfaces.array, CaptureInterface, index) :
                                                     NULL;
}
