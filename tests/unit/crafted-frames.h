/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Frames made in memory: Ethernet, IP, and a datagram or segment without checksum. Frame N has the time N ms, unless a
 * test sets another one. */
#pragma once

#include "analyzer/decode/packet.h"

#include <string.h>

#define MILLISECOND G_GINT64_CONSTANT(1000000) /* in nanoseconds */

typedef struct {
        CaptureFrame frame;
        GByteArray *octets;
} Stored;

static inline void stored_free(gpointer data)
{
        Stored *stored = data;

        g_byte_array_unref(stored->octets);
        g_free(stored);
}

static inline void put16(GByteArray *octets, guint value)
{
        const guint8 both[2] = {(guint8) (value >> 8), (guint8) value};

        g_byte_array_append(octets, both, 2);
}

static inline void put32(GByteArray *octets, guint32 value)
{
        put16(octets, value >> 16);
        put16(octets, value & 0xffff);
}

static inline void put_address(GByteArray *octets, const char *text)
{
        IpAddress address;

        g_assert_true(ip_address_from_string(text, strlen(text), &address));
        g_byte_array_append(octets, address.octets, address.family == 4 ? 4 : 16);
}

/* A host is an address and a port: "10.0.0.1 8090". */
static inline void split_host(const char *host, char **ret_address, guint *ret_port)
{
        const char *space = strchr(host, ' ');

        *ret_address = g_strndup(host, (gsize) (space - host));
        *ret_port = (guint) g_ascii_strtoull(space + 1, NULL, 10);
}

static inline void add_packet(GPtrArray *frames,
                              guint protocol,
                              const char *source,
                              const char *destination,
                              const GByteArray *transport_rest,
                              const char *payload,
                              gsize length)
{
        static const guint8 hardware[12] = {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2};
        g_autofree char *from = NULL, *to = NULL;
        Stored *stored = g_new0(Stored, 1);
        GByteArray *octets = stored->octets = g_byte_array_new();
        guint from_port, to_port, size = 4 + transport_rest->len + (guint) length;

        split_host(source, &from, &from_port);
        split_host(destination, &to, &to_port);
        g_byte_array_append(octets, hardware, sizeof hardware);
        if (strchr(from, ':')) {
                put16(octets, 0x86dd);
                put32(octets, 0x60000000);
                put16(octets, size);
                put16(octets, protocol << 8 | 64);
        } else {
                put16(octets, 0x0800);
                put16(octets, 0x4500);
                put16(octets, 20 + size);
                put32(octets, 0);
                put16(octets, 64 << 8 | protocol);
                put16(octets, 0);
        }
        put_address(octets, from);
        put_address(octets, to);
        put16(octets, from_port);
        put16(octets, to_port);
        g_byte_array_append(octets, transport_rest->data, transport_rest->len);
        g_byte_array_append(octets, (const guint8 *) payload, (guint) length);
        g_ptr_array_add(frames, stored);
        stored->frame = (CaptureFrame){
                .number = frames->len,
                .time = frames->len * MILLISECOND,
                .has_time = TRUE,
                .is_packet = TRUE,
                .link_type = LINK_TYPE_ETHERNET,
                .captured_length = octets->len,
                .original_length = octets->len,
                .data = octets->data,
        };
}

static inline void add_datagram(GPtrArray *frames, const char *source, const char *destination, const char *payload)
{
        g_autoptr(GByteArray) rest = g_byte_array_new();

        put16(rest, 8 + (guint) strlen(payload));
        put16(rest, 0);
        add_packet(frames, 17, source, destination, rest, payload, strlen(payload));
}

/* rest is what follows the fixed header: options, of whole words, and payload. */
static inline void add_tcp(GPtrArray *frames,
                           const char *source,
                           const char *destination,
                           guint flags,
                           guint32 sequence,
                           guint32 acknowledgement,
                           guint option_words,
                           const char *rest,
                           gsize length)
{
        g_autoptr(GByteArray) header = g_byte_array_new();

        put32(header, sequence);
        put32(header, acknowledgement);
        put16(header, (5 + option_words) << 12 | flags);
        put16(header, 60000);
        put32(header, 0);
        add_packet(frames, 6, source, destination, header, rest, length);
}

static inline void add_segment(GPtrArray *frames,
                               const char *source,
                               const char *destination,
                               guint flags,
                               guint32 sequence,
                               guint32 acknowledgement,
                               const char *payload)
{
        add_tcp(frames, source, destination, flags, sequence, acknowledgement, 0, payload, strlen(payload));
}

/* A SYN, or SYN-ACK, that announces a maximum segment size. */
static inline void add_syn(GPtrArray *frames,
                           const char *source,
                           const char *destination,
                           guint flags,
                           guint32 sequence,
                           guint32 acknowledgement,
                           guint16 mss)
{
        const char option[] = {2, 4, (char) (mss >> 8), (char) mss};

        add_tcp(frames, source, destination, flags, sequence, acknowledgement, 1, option, sizeof option);
}

static inline GPtrArray *new_frames(void)
{
        return g_ptr_array_new_with_free_func(stored_free);
}

static inline void add_handshake(GPtrArray *frames, const char *client, const char *server)
{
        add_segment(frames, client, server, TCP_SYN, 0, 0, "");
        add_segment(frames, server, client, TCP_SYN | TCP_ACK, 0, 1, "");
        add_segment(frames, client, server, TCP_ACK, 1, 1, "");
}
