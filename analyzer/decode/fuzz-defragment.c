/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The input is a series of packets of LINK_TYPE_RAW. Each has one octet for the seconds since the packet before, one
 * for the number of octets that were cut off, two for its length in network byte order, and then its octets. The memory
 * limit is small, so that it is reached. */
#include "analyzer/decode/checksum.h"
#include "analyzer/decode/defragment.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static void check(const Packet *packet)
{
        const Datagram *datagram = packet->datagram;
        const guint8 *start = datagram ? datagram->octets : packet->frame->data;
        guint32 length = datagram ? datagram->length : packet->frame->captured_length;

        g_assert_cmpuint(packet->n_layers, <=, PACKET_MAX_LAYERS);
        for (guint i = 0; i < packet->n_layers; i++) {
                const Layer *layer = &packet->layers[i];
                const Datagram *around = datagram;
                guint32 there;

                while (around && around->depth != layer->depth)
                        around = around->outer;
                g_assert_true(around || layer->depth == 0);
                there = around ? around->length : packet->frame->captured_length;
                g_assert_cmpuint(layer->offset, <=, there);
                g_assert_cmpuint(layer->length, <=, there - layer->offset);
        }
        g_assert_cmpuint(packet->payload_length, >=, packet->payload_captured);
        if (packet->payload_captured > 0)
                g_assert_true(packet->payload >= start && packet->payload + packet->payload_captured <= start + length);
        if (!datagram)
                return;
        g_assert_cmpuint(datagram->n_frames, >, 0);
        for (guint i = 0; i < datagram->n_frames; i++)
                g_assert_cmpuint(datagram->frames[i], <=, packet->frame->number);
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
        g_autoptr(Defragmenter) defragmenter = defragmenter_new(8192);
        DefragmenterCounts counts;
        CaptureFrame frame = {.is_packet = TRUE, .has_time = TRUE, .link_type = LINK_TYPE_RAW};

        while (size >= 4) {
                g_autofree guint8 *exact = NULL;
                gsize length = MIN((gsize) data[2] << 8 | data[3], size - 4);
                Packet packet;

                frame.number++;
                frame.time += data[0] * G_GINT64_CONSTANT(1000000000);
                frame.captured_length = (guint32) length;
                frame.original_length = frame.captured_length + data[1];
                frame.data = exact = g_memdup2(data + 4, length);
                defragmenter_decode(defragmenter, &frame, &packet);
                check(&packet);
                packet_verify_checksum(&packet);
                packet_verify_header_checksum(&packet);
                data += 4 + length;
                size -= 4 + length;
        }
        counts = defragmenter_get_counts(defragmenter);
        g_assert_cmpuint(counts.fragments, ==,
                         counts.joined + counts.waiting + counts.duplicates + counts.cut_off + counts.malformed +
                                 counts.contradictory + counts.timed_out + counts.given_up);
        return 0;
}
