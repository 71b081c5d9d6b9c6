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
void interface_list_add(InterfaceList *list, guint16 link_type, guint32 snapshot_length, const char *name, gsize length);

/* pcapng.c: input stands at its beginning. The reader borrows input and list. */
Pcapng *pcapng_new(Input *input, InterfaceList *list);
void pcapng_free(Pcapng *self);
CaptureNext pcapng_next(Pcapng *self, CaptureFrame *ret_frame, GError **error);

/* pcap-file.c */
PcapFile *pcap_file_new(Input *input, InterfaceList *list, GError **error);
void pcap_file_free(PcapFile *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PcapFile, pcap_file_free)
CaptureNext pcap_file_next(PcapFile *self, CaptureFrame *ret_frame, GError **error);

/* live.c */
Live *live_new(const char *interface, const char *filter, InterfaceList *list, GError **error);
void live_free(Live *self);
CaptureNext live_next(Live *self, CaptureFrame *ret_frame, GError **error);
void live_stop(Live *self);
gboolean live_get_statistics(Live *self, guint64 *ret_received, guint64 *ret_dropped);

/* filter.c: a libpcap filter over frames of any link type. */
typedef struct Filter Filter;
Filter *filter_new(const char *expression, GError **error);
void filter_free(Filter *self);
gboolean filter_accepts(Filter *self, const CaptureFrame *frame);

/* Numbers of link types in files and in libpcap differ for a few. */
int link_type_to_dlt(guint16 link_type);
guint16 link_type_from_dlt(int dlt);

/* BSD systems write their own numbers for raw IP into files, pcapng included. */
guint16 link_type_from_file(guint16 number);

/* So many octets a packet of the link type has at the most, as Wireshark has it: a length beyond it is none. Of captures of
 * USB and of local buses some are much longer than any of a network. */
guint32 link_type_get_largest(guint16 link_type);

/* "NAME: truncated at byte N, after packet M" and "NAME: damaged at byte N, after packet M: reason". */
CaptureNext set_truncated(const Input *input, guint64 packets, GError **error);
CaptureNext set_damaged_at(const Input *input, guint64 position, guint64 packets, GError **error, const char *reason);
CaptureNext set_damaged(const Input *input, guint64 packets, GError **error, const char *reason);
