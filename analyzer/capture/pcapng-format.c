/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/capture/pcapng-format.h"

#include <string.h>

gsize pcapng_fit_option(const char *text, gsize length)
{
        if (length <= PCAPNG_MAX_OPTION)
                return length;
        length = PCAPNG_MAX_OPTION;
        while (length > 0 && ((guint8) text[length] & 0xc0) == 0x80)
                length--;
        return length;
}

void pcapng_block_add(GByteArray *block, gconstpointer octets, gsize length)
{
        static const guint8 padding[4] = {0};

        g_byte_array_append(block, octets, (guint) length);
        g_byte_array_append(block, padding, (guint) (-length & 3));
}

void pcapng_block_add_u32(GByteArray *block, guint32 value)
{
        pcapng_block_add(block, &value, sizeof value);
}

void pcapng_block_add_option(GByteArray *block, guint16 code, gconstpointer octets, gsize length)
{
        guint16 head[2];

        /* Only a text can be too long. */
        length = pcapng_fit_option(octets, length);
        head[0] = code;
        head[1] = (guint16) length;
        pcapng_block_add(block, head, sizeof head);
        pcapng_block_add(block, octets, length);
}

void pcapng_block_begin(GByteArray *block, guint32 type)
{
        g_byte_array_set_size(block, 0);
        pcapng_block_add_u32(block, type);
        pcapng_block_add_u32(block, 0);
}

void pcapng_block_end(GByteArray *block)
{
        guint32 total = block->len + 4;

        pcapng_block_add_u32(block, total);
        memcpy(block->data + 4, &total, sizeof total);
}

void pcapng_block_set_section(GByteArray *block, const char *application)
{
        static const guint32 magic = PCAPNG_BYTE_ORDER_MAGIC;
        static const guint16 version[2] = {1, 0};
        static const gint64 unknown_length = -1;

        pcapng_block_begin(block, PCAPNG_SECTION_HEADER);
        pcapng_block_add(block, &magic, sizeof magic);
        pcapng_block_add(block, version, sizeof version);
        pcapng_block_add(block, &unknown_length, sizeof unknown_length);
        pcapng_block_add_option(block, PCAPNG_OPTION_APPLICATION, application, strlen(application));
        pcapng_block_add_option(block, PCAPNG_OPTION_END, NULL, 0);
        pcapng_block_end(block);
}

void pcapng_block_set_interface(GByteArray *block,
                                const CaptureInterface *interface,
                                const char *filter,
                                guint8 resolution)
{
        const guint16 link_type[2] = {interface->link_type, 0};

        pcapng_block_begin(block, PCAPNG_INTERFACE);
        pcapng_block_add(block, link_type, sizeof link_type);
        pcapng_block_add_u32(block, interface->snapshot_length);
        if (interface->name)
                pcapng_block_add_option(block, PCAPNG_OPTION_INTERFACE_NAME, interface->name, strlen(interface->name));
        pcapng_block_add_option(block, PCAPNG_OPTION_TIME_RESOLUTION, &resolution, 1);
        if (filter) {
                g_autofree char *value = g_strconcat("\1", filter, NULL);

                value[0] = 0; /* 0: a libpcap filter string follows */
                pcapng_block_add_option(block, PCAPNG_OPTION_FILTER, value, strlen(filter) + 1);
        }
        pcapng_block_add_option(block, PCAPNG_OPTION_END, NULL, 0);
        pcapng_block_end(block);
}

void pcapng_block_set_packet(
        GByteArray *block, const CaptureFrame *frame, guint64 ticks, guint32 flags, guint64 lost, const char *comment)
{
        pcapng_block_begin(block, PCAPNG_ENHANCED_PACKET);
        pcapng_block_add_u32(block, frame->interface);
        pcapng_block_add_u32(block, (guint32) (ticks >> 32));
        pcapng_block_add_u32(block, (guint32) ticks);
        pcapng_block_add_u32(block, frame->captured_length);
        pcapng_block_add_u32(block, frame->original_length);
        pcapng_block_add(block, frame->data, frame->captured_length);
        if (flags != 0)
                pcapng_block_add_option(block, PCAPNG_OPTION_PACKET_FLAGS, &flags, sizeof flags);
        if (lost > 0)
                pcapng_block_add_option(block, PCAPNG_OPTION_LOST, &lost, sizeof lost);
        if (comment)
                pcapng_block_add_option(block, PCAPNG_OPTION_COMMENT, comment, strlen(comment));
        if (flags != 0 || lost > 0 || comment)
                pcapng_block_add_option(block, PCAPNG_OPTION_END, NULL, 0);
        pcapng_block_end(block);
}
