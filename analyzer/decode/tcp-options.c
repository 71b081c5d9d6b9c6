/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/decode/tcp-options.h"

#include "analyzer/decode/reader.h"

enum {
        FIXED_HEADER = 20,
        OPTION_END = 0,
        OPTION_NO_OPERATION = 1,
};

gboolean packet_next_tcp_option(const Packet *packet, guint32 *position, TcpOption *ret_option)
{
        guint32 end = MIN(packet->tcp.header_length, packet->segment_captured);
        Reader reader = {.data = packet->segment, .captured = end, .length = end};
        guint32 at = MAX(*position, FIXED_HEADER);

        while (reader_has(&reader, at, 1) && reader_u8(&reader, at) == OPTION_NO_OPERATION)
                at++;
        if (!reader_has(&reader, at, 2) || reader_u8(&reader, at) == OPTION_END || reader_u8(&reader, at + 1) < 2 ||
            !reader_has(&reader, at, reader_u8(&reader, at + 1)))
                return FALSE;
        *ret_option = (TcpOption){
                .kind = reader_u8(&reader, at),
                .length = (guint8) (reader_u8(&reader, at + 1) - 2),
                .value = reader.data + at + 2,
        };
        *position = at + 2 + ret_option->length;
        return TRUE;
}

gboolean tcp_has_duplicate_sack(const TcpHeader *tcp)
{
        if (tcp->n_sack_blocks == 0 || !(tcp->flags & TCP_ACK))
                return FALSE;
        if ((gint32) (tcp->sack_blocks[0].right - tcp->acknowledgement) <= 0)
                return TRUE;
        return tcp->n_sack_blocks > 1 && (gint32) (tcp->sack_blocks[0].left - tcp->sack_blocks[1].left) >= 0 &&
               (gint32) (tcp->sack_blocks[0].right - tcp->sack_blocks[1].right) <= 0;
}
