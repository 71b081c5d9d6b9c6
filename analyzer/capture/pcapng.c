/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pcapng, draft-ietf-opsawg-pcapng: blocks, each with its length at both ends. This reader is ours because libpcap
 * allows only one link type in a file, and refuses many valid files. */
#include "analyzer/capture/pcapng-format.h"
#include "analyzer/capture/source-private.h"

#include <string.h>

/* How an interface counts time. */
typedef struct {
        guint8 resolution; /* 10^-n, or 2^-n with the highest bit set */
        gint64 offset;     /* seconds */
        guint32 snapshot_length;
        guint16 link_type;
} Interface;

struct Pcapng {
        Input *input;
        InterfaceList *list;
        GArray *interfaces; /* Interface: those of this section */
        guint first;        /* index of the section's first interface in list */
        gboolean big_endian, in_section;
        gboolean is_whole;
        guint32 cut; /* octets at the end of the block's body that are not in memory */
        guint64 frames;
        guint64 lost; /* packets that were lost so far, as the blocks say */
};

Pcapng *pcapng_new(Input *input, InterfaceList *list, gboolean is_whole)
{
        Pcapng *self = g_new0(Pcapng, 1);

        self->input = input;
        self->list = list;
        self->is_whole = is_whole;
        self->interfaces = g_array_new(FALSE, TRUE, sizeof(Interface));
        return self;
}

void pcapng_free(Pcapng *self)
{
        if (!self)
                return;
        g_array_unref(self->interfaces);
        g_free(self);
}

static guint16 get_u16(const Pcapng *self, const guint8 *p)
{
        return (guint16) (self->big_endian ? p[0] << 8 | p[1] : p[1] << 8 | p[0]);
}

static guint32 get_u32(const Pcapng *self, const guint8 *p)
{
        guint32 value;

        memcpy(&value, p, sizeof value);
        return self->big_endian ? GUINT32_FROM_BE(value) : GUINT32_FROM_LE(value);
}

static guint64 get_u64(const Pcapng *self, const guint8 *p)
{
        guint64 value;

        memcpy(&value, p, sizeof value);
        return self->big_endian ? GUINT64_FROM_BE(value) : GUINT64_FROM_LE(value);
}

/* Wide enough for nanoseconds made of any number of ticks of any resolution. */
__extension__ typedef __int128 Wide;
__extension__ typedef unsigned __int128 UnsignedWide;

/* Returns FALSE, with ret_time untouched, for a time before 1677 or after 2262: CaptureFrame cannot hold it, and any
 * other time in its place would look as if the capture said so. */
static gboolean to_nanoseconds(const Interface *interface, guint64 ticks, gint64 *ret_time)
{
        UnsignedWide value = ticks;
        Wide result;
        guint n = interface->resolution & 0x7f;

        if (interface->resolution & 0x80) {
                value = n < 64 ? (value * 1000000000u) >> n : 0;
        } else {
                for (; n < 9; n++)
                        value *= 10;
                for (; n > 9; n--)
                        value /= 10;
        }
        result = (Wide) value + (Wide) interface->offset * 1000000000;
        if (result < (Wide) G_MININT64 || result > (Wide) G_MAXINT64)
                return FALSE;
        *ret_time = (gint64) result;
        return TRUE;
}

/* The section header states the byte order in which its own length has to be read. */
static const char *read_section(Pcapng *self, const guint8 *block)
{
        guint32 magic;

        memcpy(&magic, block + 8, sizeof magic);
        if (GUINT32_FROM_LE(magic) == PCAPNG_BYTE_ORDER_MAGIC)
                self->big_endian = FALSE;
        else if (GUINT32_FROM_BE(magic) == PCAPNG_BYTE_ORDER_MAGIC)
                self->big_endian = TRUE;
        else
                return "a section header without byte-order magic";
        return NULL;
}

static const char *read_interface(Pcapng *self, const guint8 *body, guint32 length)
{
        Interface interface = {.resolution = 6};
        const guint8 *p = body + 8, *end = body + length - self->cut, *name = NULL;
        guint16 name_length = 0;

        if (length < 8)
                return "an interface description that is too short";
        interface.link_type = link_type_from_file(get_u16(self, body));
        interface.snapshot_length = get_u32(self, body + 4);
        while (end - p >= 4) {
                guint16 code = get_u16(self, p), size = get_u16(self, p + 2);

                p += 4;
                if (code == 0)
                        break;
                if (size > end - p && self->cut > 0)
                        break;
                if (size > end - p)
                        return "an option that is longer than its block";
                if (code == PCAPNG_OPTION_INTERFACE_NAME) {
                        name = p;
                        name_length = size;
                } else if (code == PCAPNG_OPTION_TIME_RESOLUTION && size == 1) {
                        interface.resolution = *p;
                } else if (code == PCAPNG_OPTION_TIME_OFFSET && size == 8) {
                        interface.offset = (gint64) get_u64(self, p);
                }
                p += MIN((size + 3u) & ~3u, (gsize) (end - p));
        }
        if (self->list->array->len >= G_MAXUINT16)
                return "more interfaces than anybody has";
        g_array_append_val(self->interfaces, interface);
        interface_list_add(self->list, interface.link_type, interface.snapshot_length, (const char *) name,
                           name_length);
        return NULL;
}

static const char *fill_packet(Pcapng *self,
                               guint32 id,
                               const guint8 *time,
                               const guint8 *data,
                               guint32 room,
                               guint32 captured,
                               guint32 original,
                               CaptureFrame *frame)
{
        const Interface *interface;

        if (id >= self->interfaces->len)
                return "a packet of an interface that is not described";
        if (captured > room)
                return "a packet that is longer than its block";
        interface = &g_array_index(self->interfaces, Interface, id);
        if (captured > link_type_get_largest(interface->link_type))
                return "a packet that is longer than any of its link type";
        frame->is_packet = TRUE;
        frame->link_type = interface->link_type;
        frame->interface = (guint16) (self->first + id);
        frame->captured_length = MIN(captured, room - self->cut);
        frame->original_length = MAX(original, captured);
        frame->data = data;
        if (time)
                frame->has_time = to_nanoseconds(
                        interface, (guint64) get_u32(self, time) << 32 | get_u32(self, time + 4), &frame->time);
        return NULL;
}

/* Fills frame for a record that Wireshark counts but that is not a packet. header: octets before what Wireshark shows.
 */
static const char *
fill_record(const Pcapng *self, CaptureFrame *frame, const guint8 *body, guint32 length, guint32 header)
{
        if (length < header)
                return "a block that is too short for its kind";
        frame->data = body + header;
        frame->original_length = length - header;
        frame->captured_length = length - header - self->cut;
        return NULL;
}

static const char *fill_journal(const Pcapng *self, CaptureFrame *frame, const guint8 *body, guint32 length)
{
        static const char field[] = "__REALTIME_TIMESTAMP="; /* microseconds */
        const Interface microseconds = {.resolution = 6};
        const guint8 *digit, *end;
        guint64 time = 0;

        while (self->cut == 0 && length > 0 && body[length - 1] == 0)
                length--;
        end = body + length - self->cut;
        digit = memmem(body, (gsize) (end - body), field, sizeof field - 1);
        if (digit) {
                for (digit += sizeof field - 1; digit < end && g_ascii_isdigit(*digit); digit++)
                        time = time > G_MAXUINT64 / 100 ? time : time * 10 + (*digit - (guint) '0');
                frame->has_time = to_nanoseconds(&microseconds, time, &frame->time);
        }
        return fill_record(self, frame, body, length, 0);
}

/* Counts the packets that were lost before this one, if the options after the packet say how many. */
static void note_lost(Pcapng *self, const guint8 *data, const guint8 *end, guint32 captured)
{
        const guint8 *p = data + MIN(((guint64) captured + 3) & ~(guint64) 3, (guint64) (end - data));

        while (end - p >= 4) {
                guint16 code = get_u16(self, p), size = get_u16(self, p + 2);

                p += 4;
                if (code == PCAPNG_OPTION_END || size > end - p)
                        return;
                if (code == PCAPNG_OPTION_LOST && size == 8)
                        self->lost += MIN(get_u64(self, p), G_MAXUINT64 - self->lost);
                p += MIN((size + 3u) & ~3u, (gsize) (end - p));
        }
}

/* Fills frame if Wireshark counts the block as one. Returns what is wrong, or NULL. */
static const char *
read_block(Pcapng *self, guint32 type, const guint8 *body, guint32 length, CaptureFrame *frame, gboolean *ret_is_frame)
{
        guint32 original, captured;

        *ret_is_frame = TRUE;
        switch (type) {
        case PCAPNG_ENHANCED_PACKET:
                if (length < 20)
                        return "a packet block that is too short";
                note_lost(self, body + 20, body + length - self->cut, get_u32(self, body + 12));
                return fill_packet(self, get_u32(self, body), body + 4, body + 20, length - 20,
                                   get_u32(self, body + 12), get_u32(self, body + 16), frame);
        case PCAPNG_PACKET:
                if (length < 20)
                        return "a packet block that is too short";
                return fill_packet(self, get_u16(self, body), body + 4, body + 20, length - 20,
                                   get_u32(self, body + 12), get_u32(self, body + 16), frame);
        case PCAPNG_SIMPLE_PACKET:
                if (length < 4)
                        return "a packet block that is too short";
                if (self->interfaces->len == 0)
                        return "a packet of an interface that is not described";
                original = captured = get_u32(self, body);
                if (g_array_index(self->interfaces, Interface, 0).snapshot_length > 0)
                        captured = MIN(captured, g_array_index(self->interfaces, Interface, 0).snapshot_length);
                return fill_packet(self, 0, NULL, body + 4, length - 4, captured, original, frame);
        case PCAPNG_CUSTOM:
        case PCAPNG_CUSTOM_NO_COPY:
                return fill_record(self, frame, body, length, 4);
        case PCAPNG_SYSTEMD_JOURNAL:
                return fill_journal(self, frame, body, length);
        case PCAPNG_SYSDIG_EVENT:
        case PCAPNG_SYSDIG_EVENT_V2:
        case PCAPNG_SYSDIG_EVENT_V2_LARGE:
                if (length >= 10 && get_u64(self, body + 2) <= G_MAXINT64) {
                        frame->time = (gint64) get_u64(self, body + 2);
                        frame->has_time = TRUE;
                }
                return fill_record(self, frame, body, length, type == PCAPNG_SYSDIG_EVENT ? 24 : 28);
        case PCAPNG_INTERFACE:
                *ret_is_frame = FALSE;
                return read_interface(self, body, length);
        default:
                *ret_is_frame = FALSE;
                return NULL;
        }
}

/* Interprets a block of any type. Returns what is wrong, or NULL. */
static const char *read_whole_block(Pcapng *self, const PcapngBlock *block, CaptureFrame *frame, gboolean *ret_is_frame)
{
        *ret_is_frame = FALSE;
        if (block->type != PCAPNG_SECTION_HEADER)
                return read_block(self, block->type, block->octets + 8, block->length - 12, frame, ret_is_frame);
        if (get_u16(self, block->octets + 12) != 1)
                return "a section of an unknown version";
        self->in_section = TRUE;
        g_array_set_size(self->interfaces, 0);
        self->first = self->list->array->len;
        return NULL;
}

/* Room for a packet of any network, with options. Of a longer block only this many octets are kept in memory. */
#define LONGEST_BLOCK (CAPTURE_LARGEST_PACKET + 64 * 1024)

/* Returns the octets of the next block, and copies its second length to ret_end. Of a long block only the beginning is
 * returned, unless is_whole, and all but the second length is consumed. Returns NULL with error set if the file ends
 * within the block. */
static const guint8 *read_octets(Pcapng *self, const PcapngBlock *block, guint8 ret_end[4], GError **error)
{
        const guint8 *octets;

        self->cut = 0;
        if (block->length <= LONGEST_BLOCK || self->is_whole) {
                if (check_memory(self->input, self->frames, block->length, error) != CAPTURE_NEXT_FRAME)
                        return NULL;
                octets = input_peek(self->input, block->length, NULL);
                if (octets)
                        memcpy(ret_end, octets + block->length - 4, 4);
        } else {
                const guint8 *end;

                self->cut = block->length - 4 - LONGEST_BLOCK;
                octets = input_take_head(self->input, block->length - 4, LONGEST_BLOCK);
                end = octets ? input_peek(self->input, 4, NULL) : NULL;
                if (!end)
                        octets = NULL;
                else
                        memcpy(ret_end, end, 4);
        }
        if (!octets)
                set_truncated(self->input, self->frames, error);
        return octets;
}

/* Reads the next block. Inline, because nearly all the time of reading a large capture is spent here. */
static inline CaptureNext read_next(Pcapng *self, PcapngBlock *block, CaptureFrame *frame, GError **error)
{
        gboolean is_section, is_frame;
        const char *reason = NULL;
        guint64 position = input_get_offset(self->input);
        guint8 end[4];
        gsize left;

        block->octets = input_peek(self->input, 12, &left);
        if (!block->octets) {
                if (left == 0 && !input_get_error(self->input))
                        return CAPTURE_NEXT_END;
                return set_truncated(self->input, self->frames, error);
        }
        is_section = memcmp(block->octets, "\n\r\r\n", 4) == 0;
        if (is_section)
                reason = read_section(self, block->octets);
        else if (!self->in_section)
                reason = "a block outside of any section";
        if (reason)
                return set_damaged(self->input, self->frames, error, reason);
        block->big_endian = self->big_endian;
        block->type = get_u32(self, block->octets);
        block->length = get_u32(self, block->octets + 4);
        if (block->length < (is_section ? 28 : 12) || block->length % 4 != 0 || block->length > PCAPNG_MAX_BLOCK)
                return set_damaged(self->input, self->frames, error, "a block of impossible length");
        block->octets = read_octets(self, block, end, error);
        if (!block->octets)
                return CAPTURE_NEXT_ERROR;
        *frame = (CaptureFrame){0};
        if (get_u32(self, end) != block->length)
                reason = "a block whose two lengths differ";
        else
                reason = read_whole_block(self, block, frame, &is_frame);
        if (reason)
                return set_damaged_at(self->input, position, self->frames, error, reason);
        input_consume(self->input, self->cut > 0 ? sizeof end : block->length);
        if (is_frame) {
                frame->number = ++self->frames;
                frame->lost = self->lost;
        }
        return CAPTURE_NEXT_FRAME;
}

CaptureNext pcapng_next_block(Pcapng *self, PcapngBlock *ret_block, CaptureFrame *ret_frame, GError **error)
{
        return read_next(self, ret_block, ret_frame, error);
}

CaptureNext pcapng_next(Pcapng *self, CaptureFrame *ret_frame, GError **error)
{
        PcapngBlock block;
        CaptureFrame frame;
        CaptureNext next;

        do
                next = read_next(self, &block, &frame, error);
        while (next == CAPTURE_NEXT_FRAME && frame.number == 0);
        if (next == CAPTURE_NEXT_FRAME)
                *ret_frame = frame;
        return next;
}
