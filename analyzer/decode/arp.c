/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/decode/arp.h"

#include "analyzer/decode/decode-private.h"

#define HARDWARE_ETHERNET 1
#define ARP_LENGTH 28

gboolean packet_is_arp(const Packet *packet)
{
        return packet->ethertype == ETHERTYPE_ARP && packet->source.address.family == 0 && packet->n_layers > 0;
}

/* Finds the octets behind the header of the link layer, which lie in the frame itself. */
static gboolean find_message(const Packet *packet, Reader *ret_reader)
{
        const Layer *last = &packet->layers[packet->n_layers - 1];
        guint32 begin = last->offset + last->length;

        if (last->depth != 0 || begin > packet->frame->captured_length)
                return FALSE;
        *ret_reader = (Reader){
                .data = packet->frame->data + begin,
                .captured = packet->frame->captured_length - begin,
                .length = packet->frame->original_length - begin,
        };
        return TRUE;
}

static IpAddress read_ipv4(const guint8 *octets)
{
        IpAddress address = {.family = 4};

        memcpy(address.octets, octets, 4);
        return address;
}

gboolean arp_read(const Packet *packet, Arp *ret_arp)
{
        Reader reader;

        if (!packet_is_arp(packet) || !find_message(packet, &reader) || !reader_has(&reader, 0, ARP_LENGTH))
                return FALSE;
        if (reader_u16(&reader, 0) != HARDWARE_ETHERNET || reader_u16(&reader, 2) != ETHERTYPE_IPV4 ||
            reader_u8(&reader, 4) != 6 || reader_u8(&reader, 5) != 4)
                return FALSE;
        ret_arp->operation = reader_u16(&reader, 6);
        memcpy(ret_arp->sender_mac, reader.data + 8, 6);
        ret_arp->sender = read_ipv4(reader.data + 14);
        memcpy(ret_arp->target_mac, reader.data + 18, 6);
        ret_arp->target = read_ipv4(reader.data + 24);
        return TRUE;
}

gboolean packet_read_mac(const Packet *packet, MacWhose whose, guint8 ret_mac[6])
{
        const Layer *first = &packet->layers[0];

        if (packet->n_layers == 0 || first->kind != LAYER_ETHERNET || packet->n_tunnels > 0)
                return FALSE;
        memcpy(ret_mac, packet->frame->data + first->offset + (whose == MAC_SOURCE ? 6 : 0), 6);
        return TRUE;
}

const char *mac_to_string(const guint8 mac[6], char buffer[MAC_STRING_SIZE])
{
        g_snprintf(buffer, MAC_STRING_SIZE, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3], mac[4],
                   mac[5]);
        return buffer;
}
