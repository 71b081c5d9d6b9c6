/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of analyzer/decode share among themselves. Each function reads its header at the front of reader,
 * notes the layer, and returns what the next function returns. */
#pragma once

#include "analyzer/decode/packet.h"
#include "analyzer/decode/reader.h"

/* Notes a layer at the front of reader; FALSE where there are too many, as only a crafted packet has. */
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

/* What it means that n octets from the front are not there. */
static inline DecodeStatus reader_shortage(const Reader *reader, guint32 n)
{
        return n <= reader->length ? DECODE_TRUNCATED : DECODE_MALFORMED;
}

/* Ethernet types, also of the protocols that borrow them. */
enum {
        ETHERTYPE_IPV4 = 0x0800,
        ETHERTYPE_ARP = 0x0806,
        ETHERTYPE_BRIDGED = 0x6558, /* an Ethernet frame, RFC 1701 */
        ETHERTYPE_VLAN = 0x8100,    /* IEEE 802.1Q */
        ETHERTYPE_IPV6 = 0x86dd,
        ETHERTYPE_MPLS = 0x8847, /* RFC 3032 section 5 */
        ETHERTYPE_MPLS_MULTICAST = 0x8848,
        ETHERTYPE_PPPOE = 0x8864, /* session stage, RFC 2516 section 4 */
        ETHERTYPE_LLC = 0x8870,   /* a frame too long for a length field */
        ETHERTYPE_QINQ = 0x88a8,  /* IEEE 802.1ad */
        ETHERTYPE_I_TAG = 0x88e7, /* IEEE 802.1ah */
        ETHERTYPE_FABRICPATH = 0x8903,
        ETHERTYPE_CISCO_METADATA = 0x8909,
        ETHERTYPE_VN_TAG = 0x8926,
        ETHERTYPE_HSR = 0x892f,   /* IEC 62439-3 */
        ETHERTYPE_E_TAG = 0x893f, /* IEEE 802.1BR */
        ETHERTYPE_QINQ_OLD = 0x9100,
};

/* link-types.c: the beginning of a frame. */
DecodeStatus decode_link(Packet *packet, Reader *reader, guint16 link_type);
/* identity.c: of a packet with a segment. */
void packet_identify(Packet *packet);

DecodeStatus decode_ethernet(Packet *packet, Reader *reader);
DecodeStatus decode_cooked(Packet *packet, Reader *reader); /* Linux's, of the device “any” */
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
DecodeStatus decode_serial(Packet *packet, Reader *reader); /* PPP, or Cisco HDLC where the first octet says so */
DecodeStatus decode_cisco_hdlc(Packet *packet, Reader *reader);
DecodeStatus decode_wireless(Packet *packet, Reader *reader); /* IEEE 802.11 */
/* is_padded: the header is filled up to a multiple of four octets. */
DecodeStatus decode_wireless_padded(Packet *packet, Reader *reader, gboolean is_padded);
DecodeStatus decode_radiotap(Packet *packet, Reader *reader);
DecodeStatus decode_prism(Packet *packet, Reader *reader);
DecodeStatus decode_avs(Packet *packet, Reader *reader);
DecodeStatus decode_ppi(Packet *packet, Reader *reader);
DecodeStatus decode_ip(Packet *packet, Reader *reader); /* the version is in the first four bits */

/* For what is said to be IPv6. What is said to be IPv4 goes by its version, as in Wireshark. */
static inline DecodeStatus decode_ip_version_6(Packet *packet, Reader *reader)
{
        if (reader_has(reader, 0, 1) && reader_u8(reader, 0) >> 4 != 6)
                return DECODE_MALFORMED;
        return decode_ip(packet, reader);
}

DecodeStatus decode_ip_payload(Packet *packet, Reader *reader); /* packet->ip_protocol and what it leads to */
DecodeStatus decode_transport(Packet *packet, Reader *reader, guint8 protocol);

/* The protocols of IP that carry packets, and the authentication header of IPv4; and what a GRE header's type says of
 * what follows it. */
DecodeStatus decode_ip_tunnel(Packet *packet, Reader *reader, guint8 protocol);
DecodeStatus decode_gre(Packet *packet, Reader *reader);
DecodeStatus decode_gre_protocol(Packet *packet, Reader *reader, guint16 type);

/* Goes on into a packet that is complete down to UDP, where its ports say that the payload is a tunnel's: what is
 * inside takes the packet over, if it has an IP header. status is returned where there is no tunnel. */
DecodeStatus decode_udp_tunnels(Packet *packet, DecodeStatus status);

/* Skips the IPv6 extension headers at the front of reader. Returns DECODE_COMPLETE with the protocol that follows;
 * ret_fragment is TRUE where a fragment header says that this is a part of a datagram. source and destination become
 * those of the ends, where the headers name them. packet may be NULL. */
DecodeStatus decode_ipv6_extensions(Packet *packet,
                                    Reader *reader,
                                    IpAddress *source,
                                    IpAddress *destination,
                                    guint8 first,
                                    guint8 *ret_protocol,
                                    gboolean *ret_fragment);

void ip_address_read(const Reader *reader, guint32 offset, guint8 family, IpAddress *ret_address);
