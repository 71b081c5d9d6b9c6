/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of analyzer/decode share. Each decode_…() function reads the header at the front of reader, notes the
 * layer in packet, lets the next function read what follows, and returns its status. */
#pragma once

#include "analyzer/decode/packet.h"
#include "analyzer/decode/reader.h"

/* Notes a layer of length octets at the front of reader. FALSE if there are too many layers, which only a crafted
 * packet has. */
static inline gboolean packet_add_layer(Packet *packet, const Reader *reader, LayerKind kind, guint32 length)
{
        const guint8 *start = packet->frame->data;
        guint32 depth = 0;

        if (packet->n_layers == PACKET_MAX_LAYERS)
                return FALSE;
        if (G_UNLIKELY(packet->datagram)) {
                start = packet->datagram->octets;
                depth = packet->datagram->depth;
        }
        packet->layers[packet->n_layers++] = (Layer){kind, depth, (guint32) (reader->data - start), length};
        return TRUE;
}

/* The status of a packet in which the next n octets were not captured: cut off, if they were on the wire; otherwise
 * malformed. */
static inline DecodeStatus reader_shortage(const Reader *reader, guint32 n)
{
        return n <= reader->length ? DECODE_TRUNCATED : DECODE_MALFORMED;
}

/* Ethernet types. Several other protocols use the same numbers. */
enum {
        ETHERTYPE_IPV4 = 0x0800,
        ETHERTYPE_ARP = 0x0806,
        ETHERTYPE_BRIDGED = 0x6558, /* an Ethernet frame, RFC 1701 */
        ETHERTYPE_VLAN = 0x8100,    /* IEEE 802.1Q */
        ETHERTYPE_IPV6 = 0x86dd,
        ETHERTYPE_MPLS = 0x8847, /* RFC 3032 section 5 */
        ETHERTYPE_MPLS_MULTICAST = 0x8848,
        ETHERTYPE_PPPOE = 0x8864, /* session stage, RFC 2516 section 4 */
        ETHERTYPE_LLC = 0x8870,   /* LLC, in a frame that is too long for a length field */
        ETHERTYPE_QINQ = 0x88a8,  /* IEEE 802.1ad */
        ETHERTYPE_I_TAG = 0x88e7, /* IEEE 802.1ah */
        ETHERTYPE_FABRICPATH = 0x8903,
        ETHERTYPE_CISCO_METADATA = 0x8909,
        ETHERTYPE_VN_TAG = 0x8926,
        ETHERTYPE_HSR = 0x892f,   /* IEC 62439-3 */
        ETHERTYPE_E_TAG = 0x893f, /* IEEE 802.1BR */
        ETHERTYPE_QINQ_OLD = 0x9100,
};

/* IP protocol numbers, as IANA assigns them; in IPv6, also the types of extension headers. */
enum {
        PROTOCOL_HOP_BY_HOP = 0,
        PROTOCOL_ICMP = 1,
        PROTOCOL_IGMP = 2,
        PROTOCOL_IPV4 = 4, /* RFC 2003 */
        PROTOCOL_TCP = 6,
        PROTOCOL_UDP = 17,
        PROTOCOL_IPV6 = 41, /* RFC 2473, RFC 4213 */
        PROTOCOL_ROUTING = 43,
        PROTOCOL_FRAGMENT = 44,
        PROTOCOL_GRE = 47,
        PROTOCOL_AUTHENTICATION = 51,
        PROTOCOL_ICMPV6 = 58,
        PROTOCOL_DESTINATION = 60,
        PROTOCOL_ETHERIP = 97,
        PROTOCOL_MPLS = 137,     /* RFC 4023 */
        PROTOCOL_SHIM6 = 140,    /* RFC 5533 */
        PROTOCOL_ETHERNET = 143, /* RFC 8986 */
};

/* link-types.c. Decodes a frame from its beginning. */
DecodeStatus decode_link(Packet *packet, Reader *reader, guint16 link_type);
/* identity.c. Sets packet->identity; packet->segment must not be NULL. */
void packet_identify(Packet *packet);

DecodeStatus decode_ethernet(Packet *packet, Reader *reader);
DecodeStatus decode_cooked(Packet *packet, Reader *reader); /* Linux's header of the device “any” */
DecodeStatus decode_cooked_2(Packet *packet, Reader *reader);
DecodeStatus decode_serial_with_direction(Packet *packet, Reader *reader);
DecodeStatus decode_fddi(Packet *packet, Reader *reader);
DecodeStatus decode_arcnet(Packet *packet, Reader *reader);
DecodeStatus decode_arcnet_linux(Packet *packet, Reader *reader);
DecodeStatus decode_infiniband(Packet *packet, Reader *reader);
DecodeStatus decode_nflog(Packet *packet, Reader *reader);
DecodeStatus decode_juniper_ethernet(Packet *packet, Reader *reader);
DecodeStatus decode_ethertype(Packet *packet, Reader *reader, guint16 type);
DecodeStatus decode_e_tag(Packet *packet, Reader *reader);
DecodeStatus decode_vn_tag(Packet *packet, Reader *reader);
DecodeStatus decode_i_tag(Packet *packet, Reader *reader);
DecodeStatus decode_hsr_tag(Packet *packet, Reader *reader);
DecodeStatus decode_cisco_metadata(Packet *packet, Reader *reader);
DecodeStatus decode_fabricpath(Packet *packet, Reader *reader);
DecodeStatus decode_null(Packet *packet, Reader *reader);
DecodeStatus decode_enc(Packet *packet, Reader *reader);
DecodeStatus decode_pflog(Packet *packet, Reader *reader);
DecodeStatus decode_llc(Packet *packet, Reader *reader);
DecodeStatus decode_mpls(Packet *packet, Reader *reader);
DecodeStatus decode_pppoe(Packet *packet, Reader *reader);
DecodeStatus decode_serial(Packet *packet, Reader *reader); /* PPP, or Cisco HDLC if the first octet says so */
DecodeStatus decode_cisco_hdlc(Packet *packet, Reader *reader);
DecodeStatus decode_wireless(Packet *packet, Reader *reader); /* IEEE 802.11 */
/* is_padded: the header is padded to a multiple of four octets. */
DecodeStatus decode_wireless_padded(Packet *packet, Reader *reader, gboolean is_padded);
DecodeStatus decode_radiotap(Packet *packet, Reader *reader);
DecodeStatus decode_prism(Packet *packet, Reader *reader);
DecodeStatus decode_avs(Packet *packet, Reader *reader);
DecodeStatus decode_ppi(Packet *packet, Reader *reader);
DecodeStatus decode_ip(Packet *packet, Reader *reader); /* IPv4 or IPv6, by the first four bits */

/* For packets that the header before calls IPv6. Packets that are called IPv4 go to decode_ip() whatever their version
 * is, as in Wireshark. */
static inline DecodeStatus decode_ip_version_6(Packet *packet, Reader *reader)
{
        if (reader_has(reader, 0, 1) && reader_u8(reader, 0) >> 4 != 6)
                return DECODE_MALFORMED;
        return decode_ip(packet, reader);
}

/* What follows an IP header, beginning with packet->ip_protocol. */
DecodeStatus decode_ip_payload(Packet *packet, Reader *reader);
DecodeStatus decode_transport(Packet *packet, Reader *reader, guint8 protocol);

/* decode_ip_tunnel: IP protocols that carry packets, and the authentication header over IPv4. decode_gre_protocol: what
 * follows a GRE header with this type. */
DecodeStatus decode_ip_tunnel(Packet *packet, Reader *reader, guint8 protocol);
DecodeStatus decode_gre(Packet *packet, Reader *reader);
DecodeStatus decode_gre_protocol(Packet *packet, Reader *reader, guint16 type);

/* If the ports of a UDP datagram belong to a tunnel, decodes its payload as the tunnel's. If that has an IP header,
 * packet describes the inner packet from then on. Returns the new status; status if there is no tunnel. */
DecodeStatus decode_udp_tunnels(Packet *packet, DecodeStatus status);

/* Skips the IPv6 extension headers at the front of reader; first: the type of the first one. Returns DECODE_COMPLETE
 * with ret_protocol, which is what follows them; or the reason for stopping. ret_fragment: a fragment header shows that
 * this is only a part of a datagram. If the headers name other endpoints than the IP header, sets source and
 * destination to them. packet may be NULL: then no layers are noted. */
DecodeStatus decode_ipv6_extensions(Packet *packet,
                                    Reader *reader,
                                    IpAddress *source,
                                    IpAddress *destination,
                                    guint8 first,
                                    guint8 *ret_protocol,
                                    gboolean *ret_fragment);

void ip_address_read(const Reader *reader, guint32 offset, guint8 family, IpAddress *ret_address);
