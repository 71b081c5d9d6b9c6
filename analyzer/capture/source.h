/* SPDX-License-Identifier: GPL-2.0-or-later */
/* analyzer/capture: where frames come from and where they go.
 *
 * Sources: a pcapng file (our own block reader), a pcap file or a live device (libpcap), any of the files
 * compressed with gzip, xz, zstd or lz4 (each by its own library), or standard input. Writers: frames as pcapng
 * (pcapng-writer.h), a copy of a file with comments added to its packets (rewriter.h).
 * The only room that includes <pcap.h>.
 *
 * May use: GLib, libpcap, zlib, liblzma, libzstd, liblz4, sockets, Linux, analyzer/sandbox/deputy.h. Is used by:
 * analyzer/decode (frame.h and link-type.h only), analyzer/output, analyzer/cli.
 */
#pragma once

#include "analyzer/capture/frame.h"

G_BEGIN_DECLS

typedef enum {
        CAPTURE_ERROR_OPEN,       /* no such file, not readable, empty, no such interface */
        CAPTURE_ERROR_FORMAT,     /* not a capture */
        CAPTURE_ERROR_PERMISSION, /* live capture is not permitted; the message says which capability is missing */
        CAPTURE_ERROR_DAMAGED,    /* cut short or corrupt after at least a valid file header */
        CAPTURE_ERROR_DEVICE,     /* a live device went away or failed */
        CAPTURE_ERROR_FILTER,     /* the filter expression is wrong: bad usage */
        CAPTURE_ERROR_WRITE,      /* an output file could not be written */
        CAPTURE_ERROR_SAME_FILE,  /* what is to be written is what is read, or written already: bad usage */
        CAPTURE_ERROR_MEMORY,     /* what has to be read in one piece does not fit, see capture_set_memory_limit() */
} CaptureError;
#define CAPTURE_ERROR (capture_error_quark())
GQuark capture_error_quark(void);

typedef enum {
        CAPTURE_NEXT_FRAME,
        CAPTURE_NEXT_END,   /* end of the file; live: capture_source_stop() was called */
        CAPTURE_NEXT_IDLE,  /* live only: nothing came within 100 ms; call again */
        CAPTURE_NEXT_ERROR, /* error is set; frames returned before it were good. Of a file: CAPTURE_ERROR_DAMAGED,
                               "truncated at byte N, after packet M" or "damaged at byte N, after packet M: reason",
                               with the file's name in front. Bytes count in the uncompressed stream. */
} CaptureNext;

/* About how much memory reading may take: what a compressed file asks for, what has to be read in one piece. For all
 * files that are opened after this, which is called before any thread reads. 0, the default: as much as files of use
 * ask for. */
void capture_set_memory_limit(gsize octets);

typedef struct CaptureSource CaptureSource;

/* Opens a file; "-" is standard input. That, and a pipe, is spooled to an unlinked temporary file so that it can be
 * rewound. filter is a libpcap filter expression or NULL; frames that it rejects are marked with is_left_out. */
CaptureSource *capture_source_open_file(const char *path, const char *filter, GError **error);

/* The same, but a pipe is read as it comes: it is live then (see capture_source_is_live()). One that is compressed is
 * still spooled. */
CaptureSource *capture_source_open_as_it_comes(const char *path, const char *filter, GError **error);

/* The same in two steps, with the sandbox between them: the first opens what has to be opened (with as_it_comes, like
 * the second of the two above) without making anything of what is in it, the second looks what it is. Only then can
 * frames be read. */
CaptureSource *capture_source_prepare(const char *path, const char *filter, gboolean as_it_comes, GError **error);
gboolean capture_source_begin(CaptureSource *source, GError **error);

/* Reads octets in memory, which are borrowed and not compressed, as such a file; for tests. */
CaptureSource *capture_source_open_memory(const guint8 *octets, gsize length, GError **error);

/* Opens a device for live capture, to be begun with capture_source_begin(): promiscuous, nanosecond time stamps where
 * the device has them; packets come within some 20 ms. filter runs in the kernel. A thread takes packets from the
 * kernel, which keeps buffer_kilobytes of them (0: the default) until it does. */
CaptureSource *
capture_source_open_live(const char *interface, const char *filter, guint buffer_kilobytes, GError **error);
#define CAPTURE_DEFAULT_BUFFER (16 * 1024)
#define CAPTURE_MAX_BUFFER (2 * 1024 * 1024 - 1) /* in octets, libpcap takes an int */

void capture_source_free(CaptureSource *source);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CaptureSource, capture_source_free)

CaptureNext capture_source_next(CaptureSource *source, CaptureFrame *ret_frame, GError **error);

/* A device, or a pipe: it comes once, and nobody knows how long it will be. */
gboolean capture_source_is_live(const CaptureSource *source);

/* FALSE where the next call to capture_source_next() may have to wait: then what was told so far should be shown. */
gboolean capture_source_has_more(const CaptureSource *source);

/* Not live: back to the first frame. */
gboolean capture_source_rewind(CaptureSource *source, GError **error);

/* Live only: makes the next call to capture_source_next return CAPTURE_NEXT_END as soon as the frames already
 * received are delivered. Async-signal-safe. */
void capture_source_stop(CaptureSource *source);

/* Octets read so far and in all, of the file as stored (compressed); total 0 where it is not known. For progress. */
void capture_source_get_progress(const CaptureSource *source, guint64 *ret_done, guint64 *ret_total);

/* Live only: what the kernel counted. FALSE where it does not say. On "lo" the kernel counts every packet twice;
 * that is undone here. dropped: packets lost because we read too slowly. */
gboolean capture_source_get_statistics(CaptureSource *source, guint64 *ret_received, guint64 *ret_dropped);

/* Whether it reads the regular file that status describes. */
struct stat;
gboolean capture_source_reads(const CaptureSource *source, const struct stat *status);

/* What the source is, for a person: "pcapng", "pcap (nanoseconds), gzip", "live capture on eth0". */
const char *capture_source_get_description(const CaptureSource *source);

/* The interfaces known so far, by CaptureFrame.interface. name may be NULL. */
typedef struct {
        guint16 link_type;
        guint32 snapshot_length; /* 0: no limit */
        const char *name;
} CaptureInterface;
guint capture_source_get_n_interfaces(const CaptureSource *source);
const CaptureInterface *capture_source_get_interface(const CaptureSource *source, guint index);

G_END_DECLS
