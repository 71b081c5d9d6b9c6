/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The first two octets are the link type; the third says how many octets the snapshot length cut off. The rest is the
 * frame. */
#include "analyzer/decode/fields.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

/* The fields of a layer must follow one another without gaps. */
static void check_field(const PacketField *field, gpointer user_data)
{
        guint32 *end = user_data;

        g_assert_cmpuint(field->offset, ==, *end);
        g_assert_cmpuint(field->length, >, 0);
        g_assert_true(g_utf8_validate(field->value, -1, NULL));
        *end += field->length;
}

static void check_fields(const Packet *packet, const Layer *layer)
{
        guint32 end = 0;

        packet_foreach_field(packet, layer, check_field, &end);
        g_assert_cmpuint(end, ==, layer->kind == LAYER_PAYLOAD ? 0 : layer->length);
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
        CaptureFrame frame = {.number = 1, .is_packet = TRUE};
        g_autofree guint8 *exact = NULL;
        Packet packet;

        if (size < 3)
                return 0;
        frame.link_type = (guint16) (data[0] << 8 | data[1]);
        frame.captured_length = (guint32) size - 3;
        frame.original_length = frame.captured_length + data[2];
        frame.data = exact = g_memdup2(data + 3, size - 3);
        packet_decode(&frame, &packet);

        g_assert_cmpuint(packet.n_layers, <=, PACKET_MAX_LAYERS);
        for (guint i = 0; i < packet.n_layers; i++) {
                g_assert_cmpuint(packet.layers[i].offset, <=, frame.captured_length);
                g_assert_cmpuint(packet.layers[i].length, <=, frame.captured_length - packet.layers[i].offset);
                check_fields(&packet, &packet.layers[i]);
        }
        g_assert_cmpuint(packet.n_tunnels, <=, PACKET_MAX_TUNNELS);
        for (guint i = 0; i < packet.n_tunnels; i++)
                g_assert_cmpint(packet.tunnels[i].transport, ==, TRANSPORT_UDP);
        g_assert_cmpuint(packet.payload_length, >=, packet.payload_captured);
        if (packet.payload_captured > 0)
                g_assert_true(packet.payload >= frame.data &&
                              packet.payload + packet.payload_captured <= frame.data + frame.captured_length);
        return 0;
}
