/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/capture/rewriter.h"

#include "analyzer/capture/pcapng-format.h"
#include "analyzer/capture/source-private.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#define SECTION_LENGTH 16 /* where the header of a section has the section's length (64 bits), in octets */
#define UNKNOWN_LENGTH G_MAXUINT64

/* The section being written. */
typedef struct {
        guint64 header; /* where its header begins, in octets from the beginning of the copy */
        guint64 body;   /* where its header ends */
        gboolean big_endian;
        gboolean says_length; /* the header says how long the section is, and can be corrected */
        gboolean has_changed; /* the length is no longer right */
} Section;

typedef struct {
        const char *text;
        gsize length;
} Comment;

struct CaptureRewriter {
        CaptureSource *source;
        FILE *file;
        char *name;
        goffset base;    /* position in file of the copy's first octet; -1: what is written cannot be changed later */
        guint64 written; /* octets */
        guint64 frames;
        /* The next three are for a pcap file that is converted: */
        GByteArray *block; /* the block being built */
        guint64 interface; /* where the copy describes the interface, in octets */
        guint32 longest;   /* captured octets of the longest packet */
        Section section;
        CaptureRewriterCounts counts;
};

static gboolean set_failure(const CaptureRewriter *self, GError **error)
{
        g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_WRITE, "%s: cannot be written: %s", self->name,
                    g_strerror(errno));
        return FALSE;
}

static gboolean write_octets(CaptureRewriter *self, gconstpointer octets, gsize length, GError **error)
{
        if (fwrite(octets, 1, length, self->file) != length)
                return set_failure(self, error);
        self->written += length;
        return TRUE;
}

/* Replaces octets that were written before. */
static gboolean correct(CaptureRewriter *self, guint64 position, gconstpointer octets, gsize length, GError **error)
{
        if (fseeko(self->file, self->base + (goffset) position, SEEK_SET) != 0 ||
            fwrite(octets, 1, length, self->file) != length ||
            fseeko(self->file, self->base + (goffset) self->written, SEEK_SET) != 0)
                return set_failure(self, error);
        return TRUE;
}

static gboolean write_zeros(CaptureRewriter *self, gsize length, GError **error)
{
        static const guint8 zeros[4] = {0};

        return write_octets(self, zeros, length, error);
}

/* --- numbers in the byte order of a block ------------------------------------------------------------ */

static guint16 get_u16(const PcapngBlock *block, const guint8 *p)
{
        guint16 value;

        memcpy(&value, p, sizeof value);
        return block->big_endian ? GUINT16_FROM_BE(value) : GUINT16_FROM_LE(value);
}

static gboolean write_u16(CaptureRewriter *self, gboolean big_endian, guint16 value, GError **error)
{
        value = big_endian ? GUINT16_TO_BE(value) : GUINT16_TO_LE(value);
        return write_octets(self, &value, sizeof value, error);
}

static gboolean write_u32(CaptureRewriter *self, gboolean big_endian, guint32 value, GError **error)
{
        value = big_endian ? GUINT32_TO_BE(value) : GUINT32_TO_LE(value);
        return write_octets(self, &value, sizeof value, error);
}

static gboolean
write_option(CaptureRewriter *self, gboolean big_endian, guint16 code, const Comment *value, GError **error)
{
        return write_u16(self, big_endian, code, error) &&
               write_u16(self, big_endian, (guint16) value->length, error) &&
               write_octets(self, value->text, value->length, error) && write_zeros(self, -value->length & 3, error);
}

/* --- sections ---------------------------------------------------------------------------------------- */

/* Corrects the length in the header of a section that has changed. */
static gboolean end_section(CaptureRewriter *self, GError **error)
{
        const Section *section = &self->section;
        guint64 length = self->written - section->body;

        if (!section->says_length || !section->has_changed)
                return TRUE;
        length = section->big_endian ? GUINT64_TO_BE(length) : GUINT64_TO_LE(length);
        return correct(self, section->header + SECTION_LENGTH, &length, sizeof length, error);
}

static gboolean begin_section(CaptureRewriter *self, const PcapngBlock *header, GError **error)
{
        static const guint64 unknown = UNKNOWN_LENGTH; /* in either byte order */
        const guint8 *length = header->octets + SECTION_LENGTH, *rest = length + sizeof unknown;
        gboolean says_length = memcmp(length, &unknown, sizeof unknown) != 0;

        if (!end_section(self, error))
                return FALSE;
        self->section = (Section){
                .header = self->written,
                .body = self->written + header->length,
                .big_endian = header->big_endian,
                .says_length = says_length && self->base >= 0,
        };
        return write_octets(self, header->octets, SECTION_LENGTH, error) &&
               write_octets(self, self->base >= 0 ? length : (const guint8 *) &unknown, sizeof unknown, error) &&
               write_octets(self, rest, header->length - (gsize) (rest - header->octets), error);
}

/* --- packets ----------------------------------------------------------------------------------------- */

/* Where a block's options begin, in octets; they end at its second length. Returns 0 if a block of this type has none.
 */
static guint32 options_begin(const PcapngBlock *block, const CaptureFrame *frame)
{
        if (block->type != PCAPNG_ENHANCED_PACKET && block->type != PCAPNG_PACKET)
                return 0;
        return (guint32) (frame->data - block->octets) + ((frame->captured_length + 3) & ~3u);
}

/* Where to insert another option into the block: after its options, and before the one that ends them. Malformed
 * options stay after the new one, unchanged. ret_has_it: whether the block already has this comment. */
static guint32 find_place(const PcapngBlock *block, guint32 begin, const Comment *comment, gboolean *ret_has_it)
{
        guint32 end = block->length - 4, place = begin;

        *ret_has_it = FALSE;
        while (end - place >= 4) {
                guint16 code = get_u16(block, block->octets + place), size = get_u16(block, block->octets + place + 2);
                guint32 padded = (size + 3u) & ~3u;

                if (code == PCAPNG_OPTION_END || padded > end - place - 4)
                        break;
                if (code == PCAPNG_OPTION_COMMENT && size == comment->length &&
                    memcmp(block->octets + place + 4, comment->text, size) == 0)
                        *ret_has_it = TRUE;
                place += 4 + padded;
        }
        return place;
}

static gboolean copy_block(CaptureRewriter *self, const PcapngBlock *block, GError **error)
{
        return block->type == PCAPNG_SECTION_HEADER ? begin_section(self, block, error) :
                                                      write_octets(self, block->octets, block->length, error);
}

static gboolean copy_with_comment(CaptureRewriter *self,
                                  const PcapngBlock *block,
                                  const CaptureFrame *frame,
                                  const Comment *comment,
                                  GError **error)
{
        const Comment nothing = {"", 0};
        guint32 begin = options_begin(block, frame), end = block->length - 4, place, length;
        gboolean has_it, needs_end;

        if (begin == 0) {
                self->counts.uncommentable++;
                return copy_block(self, block, error);
        }
        place = find_place(block, begin, comment, &has_it);
        needs_end = place == end;
        length = block->length + 4 + (((guint32) comment->length + 3) & ~3u) + (needs_end ? 4 : 0);
        if (has_it || length > PCAPNG_MAX_BLOCK) {
                *(has_it ? &self->counts.commented : &self->counts.uncommentable) += 1;
                return copy_block(self, block, error);
        }
        self->counts.commented++;
        self->section.has_changed = TRUE;
        return write_octets(self, block->octets, 4, error) && write_u32(self, block->big_endian, length, error) &&
               write_octets(self, block->octets + 8, place - 8, error) &&
               write_option(self, block->big_endian, PCAPNG_OPTION_COMMENT, comment, error) &&
               write_octets(self, block->octets + place, end - place, error) &&
               (!needs_end || write_option(self, block->big_endian, PCAPNG_OPTION_END, &nothing, error)) &&
               write_u32(self, block->big_endian, length, error);
}

/* Copies the next block, with the comment if it is the packet of this number. */
static CaptureNext
copy_pcapng(CaptureRewriter *self, Pcapng *pcapng, guint64 number, const Comment *comment, GError **error)
{
        PcapngBlock block;
        CaptureFrame frame;
        CaptureNext next = pcapng_next_block(pcapng, &block, &frame, error);
        gboolean good;

        if (next != CAPTURE_NEXT_FRAME)
                return next;
        if (frame.number > 0)
                self->frames = frame.number;
        good = frame.number > 0 && frame.number == number ? copy_with_comment(self, &block, &frame, comment, error) :
                                                            copy_block(self, &block, error);
        return good ? CAPTURE_NEXT_FRAME : CAPTURE_NEXT_ERROR;
}

/* --- pcap files -------------------------------------------------------------------------------------- */

static gboolean write_block(CaptureRewriter *self, GError **error)
{
        return write_octets(self, self->block->data, self->block->len, error);
}

static gboolean begin_conversion(CaptureRewriter *self, PcapFile *pcap, const char *application, GError **error)
{
        pcapng_block_set_section(self->block, application);
        if (!write_block(self, error))
                return FALSE;
        self->interface = self->written;
        pcapng_block_set_interface(self->block, capture_source_get_interface(self->source, 0), NULL,
                                   pcap_file_get_tick(pcap) == 1 ? 9 : 6);
        return write_block(self, error);
}

/* Corrects the snapshot length if a packet is longer: programs that tolerate that in a pcap file refuse it in pcapng.
 */
static gboolean end_conversion(CaptureRewriter *self, GError **error)
{
        guint32 said = capture_source_get_interface(self->source, 0)->snapshot_length;

        if (said == 0 || said >= self->longest || self->base < 0)
                return TRUE;
        return correct(self, self->interface + PCAPNG_SNAPSHOT_LENGTH, &self->longest, sizeof self->longest, error);
}

static CaptureNext
convert_pcap(CaptureRewriter *self, PcapFile *pcap, guint64 number, const Comment *comment, GError **error)
{
        guint32 flags = MIN(pcap_file_get_frame_check(pcap), 15u) << PCAPNG_FRAME_CHECK_SHIFT;
        CaptureFrame frame;
        CaptureNext next = pcap_file_next(pcap, &frame, error);

        if (next != CAPTURE_NEXT_FRAME)
                return next;
        self->frames = frame.number;
        self->longest = MAX(self->longest, frame.captured_length);
        pcapng_block_set_packet(self->block, &frame, (guint64) frame.time / pcap_file_get_tick(pcap), flags, 0,
                                frame.number == number ? comment->text : NULL);
        if (frame.number == number)
                self->counts.commented++;
        return write_block(self, error) ? CAPTURE_NEXT_FRAME : CAPTURE_NEXT_ERROR;
}

/* ----------------------------------------------------------------------------------------------------- */

static CaptureNext copy_next(CaptureRewriter *self, guint64 number, const Comment *comment, GError **error)
{
        Pcapng *pcapng = capture_source_get_pcapng(self->source);

        return pcapng ? copy_pcapng(self, pcapng, number, comment, error) :
                        convert_pcap(self, capture_source_get_pcap(self->source), number, comment, error);
}

/* The position of file, if what is written can be corrected later; else -1. (What is appended to a file always goes to
 * its end.) */
static goffset find_base(FILE *file)
{
        int fd = fileno(file);
        struct stat status;

        if (fd >= 0 && (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode) || (fcntl(fd, F_GETFL) & O_APPEND)))
                return -1;
        return ftello(file);
}

CaptureRewriter *capture_rewriter_new(const CaptureSource *source, FILE *file, const char *name, GError **error)
{
        g_autoptr(CaptureRewriter) self = g_new0(CaptureRewriter, 1);

        self->file = file;
        self->name = g_strdup(name);
        self->base = find_base(file);
        self->block = g_byte_array_new();
        self->source = capture_source_prepare_again(source, error);
        return self->source ? g_steal_pointer(&self) : NULL;
}

gboolean capture_rewriter_begin(CaptureRewriter *self, const char *application, GError **error)
{
        PcapFile *pcap;

        if (!capture_source_begin(self->source, error))
                return FALSE;
        pcap = capture_source_get_pcap(self->source);
        return !pcap || begin_conversion(self, pcap, application, error);
}

void capture_rewriter_free(CaptureRewriter *self)
{
        if (!self)
                return;
        g_clear_pointer(&self->source, capture_source_free);
        g_byte_array_unref(self->block);
        g_free(self->name);
        g_free(self);
}

/* Whether the failure is ours, and not damage of the capture. */
static gboolean is_ours(const GError *failure)
{
        return g_error_matches(failure, CAPTURE_ERROR, CAPTURE_ERROR_WRITE) ||
               g_error_matches(failure, CAPTURE_ERROR, CAPTURE_ERROR_MEMORY);
}

/* Copies everything up to the frame of this number, which gets the comment (may be NULL). */
static gboolean copy_until(CaptureRewriter *self, guint64 number, const Comment *comment, GError **error)
{
        g_autoptr(GError) failure = NULL;
        CaptureNext next = CAPTURE_NEXT_FRAME;

        while (next == CAPTURE_NEXT_FRAME && self->frames < number)
                next = copy_next(self, comment ? number : 0, comment, &failure);
        if (next == CAPTURE_NEXT_FRAME)
                return TRUE;
        if (is_ours(failure))
                g_propagate_error(error, g_steal_pointer(&failure));
        else
                g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_OPEN,
                            "the capture has changed while it was read: packet %" G_GUINT64_FORMAT " is gone", number);
        return FALSE;
}

gboolean capture_rewriter_copy(CaptureRewriter *self, guint64 number, GError **error)
{
        return copy_until(self, number, NULL, error);
}

gboolean capture_rewriter_comment(CaptureRewriter *self, guint64 number, const char *comment, GError **error)
{
        const Comment fitting = {comment, pcapng_fit_option(comment, strlen(comment))};

        g_assert(number > self->frames);
        return copy_until(self, number, &fitting, error);
}

gboolean capture_rewriter_finish(CaptureRewriter *self, CaptureRewriterCounts *ret_counts, GError **error)
{
        g_autoptr(GError) failure = NULL;
        CaptureNext next;

        do
                next = copy_next(self, 0, NULL, &failure);
        while (next == CAPTURE_NEXT_FRAME);
        *ret_counts = self->counts;
        ret_counts->octets = self->written;
        if (is_ours(failure)) {
                g_propagate_error(error, g_steal_pointer(&failure));
                return FALSE;
        }
        /* A section that ends at the damage is shorter than it says. */
        self->section.has_changed |= next == CAPTURE_NEXT_ERROR;
        if (!(capture_source_get_pcap(self->source) ? end_conversion(self, error) : end_section(self, error)))
                return FALSE;
        if (failure)
                g_propagate_error(error, g_steal_pointer(&failure));
        return next == CAPTURE_NEXT_END;
}
