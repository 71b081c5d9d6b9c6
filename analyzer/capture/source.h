/* SPDX-License-Identifier: GPL-2.0-or-later */
/* analyzer/capture: where frames come from and where they go.
 *
 * Sources: pcapng and pcap files, which may be compressed with gzip, xz, zstd or lz4; pipes; live devices. Our own
 * readers parse both formats; libpcap captures live and compiles filters, and each compression has its own library.
 * Writers: frames as pcapng (pcapng-writer.h), and a copy of a file with comments added to its packets (rewriter.h).
 * This is the only room that includes <pcap.h>.
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
        CAPTURE_ERROR_SAME_FILE,  /* the output is a file that is being read, or written by another output: bad usage */
        CAPTURE_ERROR_MEMORY,     /* more memory would be needed than capture_set_memory_limit() allows */
} CaptureError;
#define CAPTURE_ERROR (capture_error_quark())
GQuark capture_error_quark(void);

typedef enum {
        CAPTURE_NEXT_FRAME,
        CAPTURE_NEXT_END,   /* the end of the file or pipe, or, live, what capture_source_stop() asked for */
        CAPTURE_NEXT_IDLE,  /* device only: nothing came within 100 ms; call again */
        CAPTURE_NEXT_ERROR, /* error is set; frames returned before it were good. For a file it is mostly
                               CAPTURE_ERROR_DAMAGED: "NAME: truncated at byte N, after packet M" or "NAME: damaged at
                               byte N, after packet M: reason". Bytes are counted in the uncompressed file. */
} CaptureNext;

/* Limits the memory that reading may take: what a compressed file asks for, and what has to be read in one piece. Call
 * it before files are opened and before any thread reads. 0, the default, allows what files in use ask for. */
void capture_set_memory_limit(gsize octets);

typedef struct CaptureSource CaptureSource;

/* Opens a file; "-" is standard input. A pipe is first copied to an unnamed temporary file, so that it can be rewound.
 * filter is a libpcap filter expression or NULL; frames that it rejects are marked with is_left_out. */
CaptureSource *capture_source_open_file(const char *path, const char *filter, GError **error);

/* The same, but a pipe is read as it comes, and is live then (see capture_source_is_live()). A compressed pipe is still
 * copied first. */
CaptureSource *capture_source_open_as_it_comes(const char *path, const char *filter, GError **error);

/* The same in two steps, between which the sandbox is closed. The first opens everything, as the first of the two above
 * does, or with as_it_comes as the second; it does not look at the contents. The second finds out the format. Only then
 * can frames be read. */
CaptureSource *capture_source_prepare(const char *path, const char *filter, gboolean as_it_comes, GError **error);
gboolean capture_source_begin(CaptureSource *source, GError **error);

/* Reads octets in memory as if they were such a file; for tests. They are borrowed, and must not be compressed. */
CaptureSource *capture_source_open_memory(const guint8 *octets, gsize length, GError **error);

/* Opens a device for live capture; capture_source_begin() starts it. The device is in promiscuous mode, time stamps are
 * in nanoseconds if it has them, and packets arrive within some 20 ms. filter runs in the kernel. A thread takes the
 * packets from the kernel, whose buffer holds buffer_kilobytes KiB (0: the default). */
CaptureSource *
capture_source_open_live(const char *interface, const char *filter, guint buffer_kilobytes, GError **error);
#define CAPTURE_DEFAULT_BUFFER (16 * 1024)
#define CAPTURE_MAX_BUFFER (2 * 1024 * 1024 - 1) /* KiB; libpcap takes octets as an int */

void capture_source_free(CaptureSource *source);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CaptureSource, capture_source_free)

CaptureNext capture_source_next(CaptureSource *source, CaptureFrame *ret_frame, GError **error);

/* Whether it is a device or a pipe that is read as it comes: it can be read once, and nobody knows how long it will be.
 */
gboolean capture_source_is_live(const CaptureSource *source);

/* FALSE if the next call to capture_source_next() may have to wait: then show what was written so far. */
gboolean capture_source_has_more(const CaptureSource *source);

/* Goes back to the first frame; not for a live source. */
gboolean capture_source_rewind(CaptureSource *source, GError **error);

/* For a live source; does nothing otherwise: makes capture_source_next() return CAPTURE_NEXT_END as soon as it has
 * returned the frames that have arrived. Async-signal-safe. */
void capture_source_stop(CaptureSource *source);

/* Octets read so far, and in all, of the file as it is stored; total is 0 if it is unknown. For progress. */
void capture_source_get_progress(const CaptureSource *source, guint64 *ret_done, guint64 *ret_total);

/* For a device: the kernel's counts of packets. Returns FALSE if there are none. dropped: lost because we read too
 * slowly. On "lo" the kernel may count every packet twice; that is corrected. */
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
