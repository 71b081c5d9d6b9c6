/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of analyzer/capture share among themselves. */
#pragma once

#include "analyzer/capture/input.h"

typedef struct Pcapng Pcapng;
typedef struct PcapFile PcapFile;
typedef struct Live Live;

/* Interfaces found so far; names are owned. */
typedef struct {
        GArray *array; /* CaptureInterface */
} InterfaceList;
void interface_list_add(
        InterfaceList *list, guint16 link_type, guint32 snapshot_length, const char *name, gsize length);

/* source.c, for the rewriter, which needs more of a file than its frames: opens the file of other again, from its
 * beginning and independently of other; call capture_source_begin() next. */
CaptureSource *capture_source_prepare_again(const CaptureSource *other, GError **error);
/* The reader of the file's format; NULL if it has the other format. */
Pcapng *capture_source_get_pcapng(const CaptureSource *source);
PcapFile *capture_source_get_pcap(const CaptureSource *source);

/* What was set with capture_set_memory_limit(), in octets; 0 if nothing was. */
gsize capture_get_memory_limit(void);

/* Only this many octets of a packet are handed out, unless is_whole is set (below): no network has longer packets. */
#define CAPTURE_LARGEST_PACKET 262144

/* pcapng.c. input is at its beginning; the reader borrows input and list. is_whole: packets and blocks of any length
 * are handed out complete, and so have to fit in memory; otherwise only the beginning of very long ones is handed out.
 */
Pcapng *pcapng_new(Input *input, InterfaceList *list, gboolean is_whole);
void pcapng_free(Pcapng *self);
CaptureNext pcapng_next(Pcapng *self, CaptureFrame *ret_frame, GError **error);

/* A block as it stands in the file, borrowed until the next one is read. */
typedef struct {
        guint32 type;
        guint32 length;       /* of the whole block, a multiple of 4 */
        const guint8 *octets; /* from its type to its second length */
        gboolean big_endian;  /* its section's byte order */
} PcapngBlock;
/* Like pcapng_next(), but returns CAPTURE_NEXT_FRAME for every block; ret_frame->number is 0 if the block is not a
 * frame. */
CaptureNext pcapng_next_block(Pcapng *self, PcapngBlock *ret_block, CaptureFrame *ret_frame, GError **error);

/* pcap-file.c */
PcapFile *pcap_file_new(Input *input, InterfaceList *list, gboolean is_whole, GError **error);
void pcap_file_free(PcapFile *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PcapFile, pcap_file_free)
CaptureNext pcap_file_next(PcapFile *self, CaptureFrame *ret_frame, GError **error);
guint32 pcap_file_get_tick(const PcapFile *self);       /* the unit of its times in nanoseconds: 1 or 1000 */
guint8 pcap_file_get_frame_check(const PcapFile *self); /* octets of frame check sequence in each packet; 0: unknown */

/* live.c */
Live *live_new(const char *interface, const char *filter, int buffer_octets, InterfaceList *list, GError **error);
void live_free(Live *self);
/* Starts the thread that takes packets. Call it before live_next(). */
void live_begin(Live *self);
CaptureNext live_next(Live *self, CaptureFrame *ret_frame, GError **error);
gboolean live_has_more(Live *self);
void live_stop(Live *self);
gboolean live_get_statistics(Live *self, guint64 *ret_received, guint64 *ret_dropped);

/* filter.c: a libpcap filter over frames of any link type. */
typedef struct Filter Filter;
Filter *filter_new(const char *expression, GError **error);
void filter_free(Filter *self);
/* FALSE with error set if the expression cannot be compiled for frames of this link type. */
gboolean filter_fits(Filter *self, guint16 link_type, GError **error);
/* Always FALSE for a frame of a link type that the filter does not fit. */
gboolean filter_accepts(Filter *self, const CaptureFrame *frame);

/* filter-hint.c: if the expression is one of Wireshark's display filters, returns a sentence that says so, and how
 * libpcap says it; else NULL. Transfer: full. */
char *filter_hint(const char *expression);
/* Sets CAPTURE_ERROR_FILTER: the expression cannot be compiled, for this reason. */
void filter_set_error(const char *expression, const char *reason, GError **error);

/* link-type.c: libpcap has other numbers for some link types than files have. */
int link_type_to_dlt(guint16 link_type);
guint16 link_type_from_dlt(int dlt);
/* BSD systems write their own numbers for raw IP into files, pcapng included. */
guint16 link_type_from_file(guint16 number);
/* The length of the largest packet of a link type, in octets: a greater length means that the file is damaged. */
guint32 link_type_get_largest(guint16 link_type);

/* Set error to "NAME: truncated at byte N, after packet M" or "NAME: damaged at byte N, after packet M: reason", and
 * return CAPTURE_NEXT_ERROR. */
CaptureNext set_truncated(const Input *input, guint64 packets, GError **error);
CaptureNext set_damaged_at(const Input *input, guint64 position, guint64 packets, GError **error, const char *reason);
CaptureNext set_damaged(const Input *input, guint64 packets, GError **error, const char *reason);
/* Returns CAPTURE_NEXT_FRAME, or CAPTURE_NEXT_ERROR with error set if this many octets must not be read in one piece.
 */
CaptureNext check_memory(const Input *input, guint64 packets, guint32 octets, GError **error);
