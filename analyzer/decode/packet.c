/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/decode/decode-private.h"

const char *layer_kind_to_string(LayerKind kind)
{
        static const char *const names[] = {
                [LAYER_ETHERNET] = "Ethernet II",
                [LAYER_NULL_LOOPBACK] = "Loopback",
                [LAYER_ENC] = "ENC",
                [LAYER_PFLOG] = "PFLOG",
                [LAYER_NFLOG] = "NFLOG",
                [LAYER_JUNIPER] = "Juniper",
                [LAYER_FDDI] = "FDDI",
                [LAYER_ARCNET] = "ARCNET",
                [LAYER_INFINIBAND] = "IP over InfiniBand",
                [LAYER_LINUX_SLL] = "Linux cooked capture",
                [LAYER_LINUX_SLL2] = "Linux cooked capture v2",
                [LAYER_PPI] = "PPI",
                [LAYER_RADIOTAP] = "Radiotap",
                [LAYER_PRISM] = "Prism",
                [LAYER_AVS] = "AVS WLAN",
                [LAYER_IEEE802_11] = "IEEE 802.11",
                [LAYER_AMSDU_SUBFRAME] = "A-MSDU subframe",
                [LAYER_LLC] = "LLC",
                [LAYER_VLAN] = "802.1Q VLAN",
                [LAYER_E_TAG] = "802.1BR E-tag",
                [LAYER_VN_TAG] = "VN-tag",
                [LAYER_I_TAG] = "802.1ah I-tag",
                [LAYER_HSR_TAG] = "HSR tag",
                [LAYER_CISCO_METADATA] = "Cisco MetaData",
                [LAYER_FABRICPATH] = "Cisco FabricPath",
                [LAYER_PPPOE] = "PPPoE",
                [LAYER_PPP] = "PPP",
                [LAYER_CISCO_HDLC] = "Cisco HDLC",
                [LAYER_MPLS] = "MPLS",
                [LAYER_PSEUDOWIRE_CONTROL_WORD] = "PW Ethernet control word",
                [LAYER_ASSOCIATED_CHANNEL] = "PW associated channel header",
                [LAYER_GRE] = "GRE",
                [LAYER_ERSPAN] = "ERSPAN",
                [LAYER_ETHERIP] = "EtherIP",
                [LAYER_VXLAN] = "VXLAN",
                [LAYER_VXLAN_GPE] = "VXLAN-GPE",
                [LAYER_GENEVE] = "Geneve",
                [LAYER_GTP] = "GTP-U",
                [LAYER_TEREDO] = "Teredo",
                [LAYER_L2TP] = "L2TP",
                [LAYER_AYIYA] = "AYIYA",
                [LAYER_IPV4] = "IPv4",
                [LAYER_IPV6] = "IPv6",
                [LAYER_IPV6_EXTENSION] = "IPv6 extension header",
                [LAYER_AUTHENTICATION] = "Authentication Header",
                [LAYER_TCP] = "TCP",
                [LAYER_UDP] = "UDP",
                [LAYER_ICMP] = "ICMP",
                [LAYER_ICMPV6] = "ICMPv6",
                [LAYER_IGMP] = "IGMP",
                [LAYER_PAYLOAD] = "Data",
        };

        return names[kind];
}

const char *transport_to_string(Transport transport)
{
        static const char *const names[] = {"none", "tcp", "udp", "icmp", "igmp"};

        return names[transport];
}

/* The last steps, whether or not a transport was reached. */
static DecodeStatus conclude(Packet *packet)
{
        if (packet->transport == TRANSPORT_UDP)
                packet->status = decode_udp_tunnels(packet, packet->status);
        if (packet->transport == TRANSPORT_TCP || packet->transport == TRANSPORT_UDP)
                packet->hash = endpoints_hash(&packet->source, &packet->destination);
        if (packet->segment)
                packet_identify(packet);
        return packet->status;
}

DecodeStatus packet_decode(const CaptureFrame *frame, Packet *ret_packet)
{
        Reader reader = {frame->data, frame->captured_length, frame->original_length};

        /* Only what must have a value: the struct is large, and this runs for every packet. The headers of a transport
         * are set when it is read; layers are valid up to n_layers. */
        ret_packet->frame = frame;
        ret_packet->transport = ret_packet->cut_transport = TRANSPORT_NONE;
        ret_packet->source = ret_packet->destination = (Endpoint){0};
        ret_packet->ip_protocol = 0;
        ret_packet->hop_limit = 0;
        ret_packet->ecn = 0;
        ret_packet->is_fragment = ret_packet->more_fragments = FALSE;
        ret_packet->fragment_offset = ret_packet->fragment_id = 0;
        ret_packet->datagram = NULL;
        ret_packet->segment = NULL;
        ret_packet->segment_captured = ret_packet->segment_length = ret_packet->unsent = 0;
        ret_packet->has_bad_length = FALSE;
        ret_packet->payload = NULL;
        ret_packet->payload_captured = ret_packet->payload_length = 0;
        ret_packet->n_layers = ret_packet->n_tunnels = 0;
        ret_packet->status = frame->is_packet ? decode_link(ret_packet, &reader, frame->link_type) : DECODE_UNKNOWN;
        return conclude(ret_packet);
}

DecodeStatus packet_decode_datagram(Packet *packet, const Datagram *datagram)
{
        Reader reader = {datagram->octets, datagram->length, datagram->length};

        packet->datagram = datagram;
        packet->source = (Endpoint){.address = datagram->source};
        packet->destination = (Endpoint){.address = datagram->destination};
        packet->ip_protocol = datagram->protocol;
        packet->hop_limit = datagram->hop_limit;
        packet->ecn = datagram->ecn;
        packet->is_fragment = packet->more_fragments = FALSE;
        packet->fragment_offset = packet->unsent = 0;
        packet->status = decode_ip_payload(packet, &reader);
        return conclude(packet);
}

DecodeStatus packet_decode_again(const CaptureFrame *frame, const Datagram *datagram, Packet *ret_packet)
{
        if (!datagram)
                return packet_decode(frame, ret_packet);
        packet_decode_again(frame, datagram->outer, ret_packet);
        return packet_decode_datagram(ret_packet, datagram);
}

const guint8 *packet_get_layer_octets(const Packet *packet, const Layer *layer)
{
        const Datagram *datagram = packet->datagram;

        while (datagram && datagram->depth > layer->depth)
                datagram = datagram->outer;
        return (datagram ? datagram->octets : packet->frame->data) + layer->offset;
}
