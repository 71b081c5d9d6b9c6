/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The numbers of pcapng, draft-ietf-opsawg-pcapng, and the blocks that this program makes itself.
 *
 * A block is type, length, body, length again, all in the byte order of its section, everything padded to 32
 * bits. Options, which end most bodies, are code, length (16 bits each), value, padding; code 0 ends them.
 */
#pragma once

#include "analyzer/capture/source.h"

enum {
        PCAPNG_SECTION_HEADER = 0x0a0d0d0a, /* the same in both byte orders */
        PCAPNG_INTERFACE = 1,
        PCAPNG_PACKET = 2, /* obsolete, laid out like PCAPNG_ENHANCED_PACKET */
        PCAPNG_SIMPLE_PACKET = 3,
        PCAPNG_STATISTICS = 5,
        PCAPNG_ENHANCED_PACKET = 6,
        PCAPNG_SYSTEMD_JOURNAL = 9,
        PCAPNG_SYSDIG_EVENT = 0x204,
        PCAPNG_SYSDIG_EVENT_V2 = 0x216,
        PCAPNG_SYSDIG_EVENT_V2_LARGE = 0x221,
        PCAPNG_CUSTOM = 0x0bad,
        PCAPNG_CUSTOM_NO_COPY = 0x40000bad,
        PCAPNG_BYTE_ORDER_MAGIC = 0x1a2b3c4d,
        /* Octets: the longest packet of any link type, with options. */
        PCAPNG_MAX_BLOCK = 128 * 1024 * 1024 + 64 * 1024,
};

enum {
        PCAPNG_OPTION_END = 0,
        PCAPNG_OPTION_COMMENT = 1,
        PCAPNG_OPTION_INTERFACE_NAME = 2,
        PCAPNG_OPTION_PACKET_FLAGS = 2,
        PCAPNG_OPTION_LOST = 4,        /* of a packet: how many were lost between it and the previous one */
        PCAPNG_OPTION_APPLICATION = 4, /* of a section */
        PCAPNG_OPTION_RECEIVED = 4,    /* of statistics */
        PCAPNG_OPTION_DROPPED = 5,
        PCAPNG_OPTION_TIME_RESOLUTION = 9,
        PCAPNG_OPTION_FILTER = 11,
        PCAPNG_OPTION_TIME_OFFSET = 14,
        PCAPNG_MAX_OPTION = G_MAXUINT16, /* octets of its value */
};

/* How many octets of a text fit into an option; a text that is cut ends between two characters. */
gsize pcapng_fit_option(const char *text, gsize length);

/* Build a block in the byte order of this host: pcapng_block_begin() empties the array, pcapng_block_end() writes the
 * length into the finished block. */
void pcapng_block_begin(GByteArray *block, guint32 type);
void pcapng_block_add(GByteArray *block, gconstpointer octets, gsize length); /* pads them to 32 bits */
void pcapng_block_add_u32(GByteArray *block, guint32 value);
void pcapng_block_add_option(GByteArray *block, guint16 code, gconstpointer octets, gsize length);
void pcapng_block_end(GByteArray *block);

/* Build complete blocks. A section says that its length is unknown. resolution: the interface counts time in units of
 * 10^-resolution seconds; ticks: the packet's time in these units, since 1970. flags: 0 for none. lost: packets that
 * were lost just before this one. filter and comment may be NULL. */
void pcapng_block_set_section(GByteArray *block, const char *application);
void pcapng_block_set_interface(GByteArray *block,
                                const CaptureInterface *interface,
                                const char *filter,
                                guint8 resolution);
#define PCAPNG_SNAPSHOT_LENGTH 12 /* where an interface block has the snapshot length (32 bits), in octets */
void pcapng_block_set_packet(
        GByteArray *block, const CaptureFrame *frame, guint64 ticks, guint32 flags, guint64 lost, const char *comment);
#define PCAPNG_FRAME_CHECK_SHIFT 5 /* where flags have the octets of frame check sequence, at most 15 */
