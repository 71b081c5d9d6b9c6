/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Segments between two hosts. Each takes twelve octets of input for its header, then its payload. Whatever they claim,
 * the table must stay intact and deliver only octets that can be read. */
#include "analyzer/flow/flow.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

#define HEAD 12

static void make_packet(const guint8 *head, CaptureFrame *frame, Packet *packet)
{
        gboolean back = head[0] & 1;

        *packet = (Packet){.frame = frame, .status = DECODE_COMPLETE, .transport = TRANSPORT_TCP};
        packet->source.address.family = packet->destination.address.family = 4;
        packet->source.address.octets[0] = back ? 2 : 1;
        packet->destination.address.octets[0] = back ? 1 : 2;
        packet->source.port = back ? 8090 : 1000;
        packet->destination.port = back ? 1000 : 8090;
        packet->hash = endpoints_hash(&packet->source, &packet->destination);
        packet->tcp.flags = head[1];
        /* Sequence numbers close to each other, and to the point where they wrap, find most mistakes. */
        packet->tcp.sequence = 0xffffff00u + (guint32) (head[2] << 8 | head[3]);
        packet->tcp.acknowledgement = 0xffffff00u + (guint32) (head[4] << 8 | head[5]);
        packet->tcp.window = (guint16) (head[6] << 8);
        packet->tcp.has_window_scale = head[7] & 1;
        packet->tcp.window_scale = head[7] >> 1;
        frame->time += (gint64) head[8] * 1000000;
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
        g_autoptr(FlowTable) table = flow_table_new(NULL);
        CaptureFrame frame = {.is_packet = TRUE, .has_time = TRUE, .captured_length = 60, .original_length = 60};
        const guint8 *end = data + size;

        while (end - data >= HEAD) {
                Packet packet;
                FlowPacket flow;
                const FlowChunk *chunks;
                guint n_chunks;
                guint length = data[9], captured;
                g_autofree guint8 *exact = NULL;

                frame.number++;
                make_packet(data, &frame, &packet);
                captured = MIN(length, MIN((guint) data[10], (guint) (end - data - HEAD)));
                packet.payload_length = length;
                packet.payload_captured = captured;
                packet.payload = exact = captured > 0 ? g_memdup2(data + HEAD, captured) : NULL;
                g_assert_true(flow_table_add(table, &packet, &flow));
                g_assert_cmpuint(flow.new_octets, <=, length);
                chunks = flow_table_get_chunks(table, &n_chunks);
                for (guint n = 0; n < n_chunks; n++) {
                        guint8 sum = 0;

                        g_assert_cmpuint(chunks[n].length, >, 0);
                        for (gsize i = 0; !chunks[n].is_gap && i < chunks[n].length; i++)
                                sum ^= chunks[n].octets[i];
                        frame.time += sum;
                }
                data += HEAD + captured;
        }
        g_assert_cmpuint(flow_table_get_counts(table).streams[0], <=, frame.number);
        return 0;
}
