/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pcap files, draft-ietf-opsawg-pcap: a header, then records. This reader is ours because libpcap copies every packet
 * twice, which is slow for a large capture (docs/decisions/0004). */
#include "analyzer/capture/source-private.h"

#include <string.h>

enum {
        FILE_HEADER = 24,
        RECORD_HEADER = 16,
        KUZNETZOV_RECORD_HEADER = 24,
};

#define MAGIC_MICROSECONDS 0xa1b2c3d4u
#define MAGIC_NANOSECONDS 0xa1b23c4du
#define MAGIC_KUZNETZOV 0xa1b2cd34u /* of old, patched Linux systems: records have a longer header */

struct PcapFile {
        Input *input;
        guint32 record_header; /* octets */
        guint32 tick;          /* nanoseconds */
        gboolean is_foreign;   /* written in the other byte order */
        guint16 version;       /* minor */
        guint16 link_type;
        guint32 largest;    /* octets of the largest packet that the link type can have */
        gboolean is_whole;  /* see pcapng_new() */
        guint8 frame_check; /* octets of frame check sequence at the end of each packet; 0: unknown */
        guint64 frames;
};

static guint32 get_u32(const PcapFile *self, const guint8 *p)
{
        guint32 value;

        memcpy(&value, p, sizeof value);
        return self->is_foreign ? GUINT32_SWAP_LE_BE(value) : value;
}

static guint16 get_u16(const PcapFile *self, const guint8 *p)
{
        guint16 value;

        memcpy(&value, p, sizeof value);
        return self->is_foreign ? GUINT16_SWAP_LE_BE(value) : value;
}

/* The field of the link type also says, in its upper bits, whether the length of the frame check sequence is known, and
 * how long it is in 16-bit words. Returns octets. */
static guint8 read_frame_check(guint32 field)
{
        return (guint8) ((field & 0x04000000) != 0 ? (field >> 28) * 2 : 0);
}

/* Sets the byte order and what depends on the magic number. Returns FALSE if it is not the magic number of a pcap file.
 */
static gboolean read_magic(PcapFile *self, const guint8 *header)
{
        static const guint32 magics[] = {MAGIC_MICROSECONDS, MAGIC_NANOSECONDS, MAGIC_KUZNETZOV};

        for (guint i = 0; i < 2 * G_N_ELEMENTS(magics); i++) {
                guint32 magic = magics[i / 2];

                self->is_foreign = i % 2;
                if (get_u32(self, header) != magic)
                        continue;
                self->tick = magic == MAGIC_NANOSECONDS ? 1 : 1000;
                self->record_header = magic == MAGIC_KUZNETZOV ? KUZNETZOV_RECORD_HEADER : RECORD_HEADER;
                return TRUE;
        }
        return FALSE;
}

PcapFile *pcap_file_new(Input *input, InterfaceList *list, gboolean is_whole, GError **error)
{
        const guint8 *header = input_peek(input, FILE_HEADER, NULL);
        g_autoptr(PcapFile) self = g_new0(PcapFile, 1);

        if (!header) {
                set_truncated(input, 0, error);
                return NULL;
        }
        self->input = input;
        self->is_whole = is_whole;
        if (!read_magic(self, header) || get_u16(self, header + 4) != 2) {
                g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_FORMAT,
                            "%s: not a capture file that can be read: pcap, but not of version 2",
                            input_get_name(input));
                return NULL;
        }
        self->version = get_u16(self, header + 6);
        self->link_type = link_type_from_file((guint16) get_u32(self, header + 20));
        self->frame_check = read_frame_check(get_u32(self, header + 20));
        self->largest = link_type_get_largest(self->link_type);
        interface_list_add(list, self->link_type, get_u32(self, header + 16), NULL, 0);
        input_consume(input, FILE_HEADER);
        return g_steal_pointer(&self);
}

void pcap_file_free(PcapFile *self)
{
        g_free(self);
}

guint32 pcap_file_get_tick(const PcapFile *self)
{
        return self->tick;
}

guint8 pcap_file_get_frame_check(const PcapFile *self)
{
        return self->frame_check;
}

/* Before version 2.3 the two lengths had the opposite order, and some programs that wrote version 2.3 kept it. */
static gboolean has_lengths_swapped(const PcapFile *self, guint32 captured, guint32 original)
{
        return self->version < 3 || (self->version == 3 && captured > original);
}

CaptureNext pcap_file_next(PcapFile *self, CaptureFrame *ret_frame, GError **error)
{
        guint32 seconds, fraction, captured, original, kept;
        const guint8 *record;
        gsize left;

        record = input_peek(self->input, self->record_header, &left);
        if (!record)
                return left == 0 && !input_get_error(self->input) ? CAPTURE_NEXT_END :
                                                                    set_truncated(self->input, self->frames, error);
        captured = get_u32(self, record + 8);
        original = get_u32(self, record + 12);
        if (has_lengths_swapped(self, captured, original)) {
                guint32 other = captured;

                captured = original;
                original = other;
        }
        if (captured > self->largest) {
                g_autofree char *reason = g_strdup_printf("a packet of %u bytes, which no packet has", captured);

                return set_damaged(self->input, self->frames, error, reason);
        }
        kept = self->is_whole ? captured : MIN(captured, CAPTURE_LARGEST_PACKET);
        if (self->is_whole && check_memory(self->input, self->frames, captured, error) != CAPTURE_NEXT_FRAME)
                return CAPTURE_NEXT_ERROR;
        if (left < self->record_header + captured) {
                record = kept < captured ? input_take_head(self->input, self->record_header + captured,
                                                           self->record_header + kept) :
                                           input_peek(self->input, self->record_header + captured, NULL);
                if (!record)
                        return set_truncated(self->input, self->frames, error);
        }
        seconds = get_u32(self, record);
        fraction = get_u32(self, record + 4);
        *ret_frame = (CaptureFrame){
                .number = ++self->frames,
                .time = (gint64) seconds * 1000000000 + (gint64) fraction * self->tick,
                .has_time = TRUE,
                .is_packet = TRUE,
                .link_type = self->link_type,
                .captured_length = kept,
                .original_length = MAX(original, captured),
                .data = record + self->record_header,
        };
        if (kept == captured)
                input_consume(self->input, self->record_header + captured);
        return CAPTURE_NEXT_FRAME;
}
