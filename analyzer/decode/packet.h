/* SPDX-License-Identifier: GPL-2.0-or-later */
/* analyzer/decode: octets to headers.
 *
 * Reads link, network and transport headers of one frame into a Packet that points into the frame. Stateless, but for
 * defragment.h, which keeps fragments until their datagram is whole.
 * Every octet is hostile and the frame may be cut off anywhere: all reading goes through reader.h, nothing is
 * cast. A packet that cannot be read further says why (status) and keeps the layers that were read.
 *
 * May use: GLib, analyzer/capture/frame.h, analyzer/capture/link-type.h. Is used by: analyzer/flow and everything after
 * it.
 */
#pragma once

#include "analyzer/capture/frame.h"
#include "analyzer/decode/tcp-flags.h"

#include <string.h>

G_BEGIN_DECLS

typedef enum {
        DECODE_COMPLETE,  /* down to a TCP or UDP payload, an ICMP or IGMP message, or a fragment of a datagram */
        DECODE_TRUNCATED, /* the snapshot length cut a header off: what the wire carried is not known. TCP may be set
                             all the same, if only its options are concerned */
        DECODE_MALFORMED, /* a length or a field contradicts the octets that are there. UDP may be set all the same, if
                             only its length does */
        DECODE_UNKNOWN,   /* a protocol that this room does not read (ARP, an unknown link type, …): not an error */
} DecodeStatus;

typedef enum {
        LAYER_ETHERNET,
        LAYER_NULL_LOOPBACK,
        LAYER_ENC,
        LAYER_PFLOG,
        LAYER_NFLOG,   /* up to the packet that was logged */
        LAYER_JUNIPER, /* the pseudo-header of Juniper's routers */
        LAYER_FDDI,
        LAYER_ARCNET,
        LAYER_INFINIBAND, /* RFC 4391 */
        LAYER_LINUX_SLL,
        LAYER_LINUX_SLL2,
        LAYER_PPI,
        LAYER_RADIOTAP,
        LAYER_PRISM,
        LAYER_AVS,
        LAYER_IEEE802_11,     /* of a frame without data: all of it */
        LAYER_AMSDU_SUBFRAME, /* IEEE 802.11-2020 section 9.3.2.2 */
        LAYER_LLC,            /* with SNAP, where that follows */
        LAYER_VLAN,           /* 802.1Q or 802.1ad tag */
        LAYER_E_TAG,          /* IEEE 802.1BR */
        LAYER_VN_TAG,
        LAYER_I_TAG,   /* provider backbone bridges, IEEE 802.1ah */
        LAYER_HSR_TAG, /* IEC 62439-3 */
        LAYER_CISCO_METADATA,
        LAYER_FABRICPATH, /* tree and time to live, between two Ethernet headers */
        LAYER_PPPOE,
        LAYER_PPP, /* address and control, where they are there, and the protocol field */
        LAYER_CISCO_HDLC,
        LAYER_MPLS, /* one entry of the label stack */
        LAYER_PSEUDOWIRE_CONTROL_WORD,
        LAYER_ASSOCIATED_CHANNEL, /* RFC 4385 section 5 */
        LAYER_GRE,
        LAYER_ERSPAN,
        LAYER_ETHERIP,
        LAYER_VXLAN,
        LAYER_VXLAN_GPE,
        LAYER_GENEVE,
        LAYER_GTP,    /* with its extension headers */
        LAYER_TEREDO, /* the indications before the packet, if any */
        LAYER_L2TP,
        LAYER_AYIYA, /* draft-massar-v6ops-ayiya-02 */
        LAYER_IPV4,
        LAYER_IPV6,
        LAYER_IPV6_EXTENSION,
        LAYER_AUTHENTICATION, /* RFC 4302, over IPv4; over IPv6 it is an extension header */
        LAYER_TCP,
        LAYER_UDP,
        LAYER_ICMP,
        LAYER_ICMPV6,
        LAYER_IGMP,
        LAYER_PAYLOAD,
} LayerKind;
const char *layer_kind_to_string(LayerKind kind); /* "Ethernet II", "802.1Q VLAN", "IPv4", … */

/* Where a layer's header lies (for LAYER_PAYLOAD: the data), in octets from the start of the frame; or of the octets of
 * the datagram of that depth, because no single frame holds it. packet_get_layer_octets() knows where that is. */
typedef struct {
        LayerKind kind;
        guint32 depth; /* 0: in the frame; else see Datagram */
        guint32 offset;
        guint32 length;
} Layer;
#define PACKET_MAX_LAYERS 32

typedef enum {
        TRANSPORT_NONE,
        TRANSPORT_TCP,
        TRANSPORT_UDP,
        TRANSPORT_ICMP, /* ICMP and ICMPv6, MLD included */
        TRANSPORT_IGMP,
} Transport;
const char *transport_to_string(Transport transport); /* "tcp", …; "none" */

typedef struct {
        guint8 family;     /* 4, 6, or 0 for none */
        guint8 octets[16]; /* network order; an IPv4 address is in the first four, the others are 0 */
} IpAddress;

/* At least this many characters, the NUL included, for the text of an address. */
#define IP_ADDRESS_STRING_SIZE 46
const char *ip_address_to_string(const IpAddress *address, char buffer[IP_ADDRESS_STRING_SIZE]);
/* The same; returns its length. */
gsize ip_address_write(const IpAddress *address, char buffer[IP_ADDRESS_STRING_SIZE]);
static inline gboolean ip_address_equal(const IpAddress *a, const IpAddress *b)
{
        return memcmp(a->octets, b->octets, sizeof a->octets) == 0 && a->family == b->family;
}
/* Parses an IPv4 or IPv6 literal of length octets; FALSE, ret_address untouched, for anything else. */
gboolean ip_address_from_string(const char *text, gsize length, IpAddress *ret_address);
gboolean ip_address_is_multicast(const IpAddress *address); /* 224.0.0.0/4 or 255.255.255.255; ff00::/8 */

typedef struct {
        IpAddress address;
        guint16 port; /* host order; 0 where the transport has none */
} Endpoint;
static inline gboolean endpoint_equal(const Endpoint *a, const Endpoint *b)
{
        return a->port == b->port && ip_address_equal(&a->address, &b->address);
}

/* The same for both directions. Addresses come from the wire: whoever sends them must not be able to choose where they
 * hash to, so every run has a seed of its own. */
guint32 endpoints_hash(const Endpoint *a, const Endpoint *b);

#define TCP_MAX_SACK_BLOCKS 4
typedef struct {
        guint32 sequence;
        guint32 acknowledgement; /* meaningless without TCP_ACK */
        guint16 flags;           /* 12 bits */
        guint16 window;          /* as in the header, unscaled */
        guint16 urgent_pointer;
        guint8 header_length;       /* octets, options included */
        gboolean options_malformed; /* an option's length is wrong: those before it are good */
        gboolean has_mss, has_window_scale, sack_permitted, has_timestamps, has_fast_open;
        guint16 mss;             /* RFC 9293 section 3.7.1 */
        guint8 window_scale;     /* shift count as sent, RFC 7323 section 2 (above 14 counts as 14) */
        guint32 timestamp_value; /* RFC 7323 section 3 */
        guint32 timestamp_echo;
        guint8 n_sack_blocks; /* RFC 2018 section 3 */
        struct {
                guint32 left, right;
        } sack_blocks[TCP_MAX_SACK_BLOCKS];
} TcpHeader;

typedef struct {
        guint8 type, code; /* RFC 792, RFC 4443; IGMP: type and 0 (RFC 3376) */
        IpAddress group;   /* IGMP, MLD: the group concerned (first record of a version 3/2 report), else family 0 */
        /* The packet that an ICMP error quotes, as far as its headers are there (RFC 792; RFC 4443 section 3). */
        Transport quoted_transport; /* TRANSPORT_TCP, TRANSPORT_UDP, or NONE where nothing is quoted */
        Endpoint quoted_source, quoted_destination;
        gboolean has_quoted_tcp; /* enough of its TCP header is quoted for these; RFC 792 asks for less */
        guint32 quoted_sequence;
        guint16 quoted_flags;        /* TCP_… */
        gboolean has_quoted_options; /* all of them are quoted, and if there is a window scale, it follows */
        gboolean has_quoted_window_scale;
        guint8 quoted_window_scale;
        const guint8 *quoted_payload;  /* what follows the quoted UDP header; NULL if none */
        guint32 quoted_payload_length; /* octets there */
        gboolean has_whole_payload;    /* no more than these belong to the quoted datagram */
} IcmpHeader;

/* A transport header around a whole packet, as of VXLAN and other tunnels over UDP. */
#define PACKET_MAX_TUNNELS 4
typedef struct {
        Transport transport;
        Endpoint source, destination;
} Tunnel;

/* A whole datagram, put together out of fragments (RFC 791 section 3.2, RFC 8200 section 4.5). */
typedef struct Datagram Datagram;
struct Datagram {
        const Datagram
                *outer; /* the tunnel's datagram that contained the last fragment of this one; NULL if there is none */
        guint depth;    /* 1 without an outer datagram, else one more than that of the outer */
        IpAddress source, destination;
        guint8 protocol;      /* what octets begins with: a transport, or an IPv6 extension header */
        guint8 hop_limit;     /* of the frame that completed it */
        guint8 ecn;           /* CE if any of the fragments had it, RFC 3168 section 5.3 */
        const guint8 *octets; /* what follows the IP header, or the IPv6 fragment header */
        guint32 length;
        gboolean is_chosen; /* the filter lets at least one of its frames through */
        const guint64
                *frames; /* numbers of the frames whose fragments made it, in the order of arrival; at least two */
        guint n_frames;
};

/* Tells whether two frames hold the same packet, captured at two places on its way. Only of packets with a segment. */
typedef struct {
        guint64 hash; /* the same for both; of two different packets it is not, whoever made them */
        guint32 key;  /* the same for both, and in every run: for a table of few places, in which others share them */
        guint32 vantage; /* where it was captured: differs between two places. 0 where the packet has an IPv4
                            identification, which is enough to know it */
} PacketIdentity;

typedef struct {
        const CaptureFrame *frame; /* borrowed */
        DecodeStatus status;
        Transport transport;
        Endpoint source, destination; /* of the innermost IP header; family 0 if there is none */
        guint32 hash;                 /* endpoints_hash() of the two; of TCP and UDP alone */
        guint16 ethertype;            /* of what the innermost link layer carries, where that names one (IANA's
                                         registry); else 0 */
        guint8 ip_protocol;           /* after the extension headers, IANA number */
        guint8 hop_limit;             /* IPv4 time to live, IPv6 hop limit */
        guint8 ecn;                   /* two bits, RFC 3168 section 5 */
        gboolean is_fragment;         /* only a part of a datagram. Its transport header is left for the whole, so
                                         transport is TRANSPORT_NONE, but for a first fragment that was cut off:
                                         that will never be part of a whole, and tells what it can */
        guint32 fragment_offset;      /* octets; these are set in fragments alone, but for the identification */
        gboolean more_fragments;
        guint32 fragment_id;      /* over IPv4 every packet has one, RFC 791 section 3.1 */
        guint32 fragment_length;  /* octets that the header says it carries */
        Datagram fragment;        /* of this one frame: octets there; no frames */
        const Datagram *datagram; /* NULL, or borrowed: whole now, and the transport was read out of it. What
                                     comes after the network layer then points into its octets, not the frame's.
                                     A tunnel's datagrams may be whole around it */
        Transport cut_transport;  /* set where transport is TRANSPORT_NONE because the transport header contradicts its
                                     packet: the ports are known, and tcp has the fixed header of TCP. Else
                                     TRANSPORT_NONE */
        const guint8 *segment;    /* the transport header and all behind it; NULL if none was reached */
        guint32 segment_captured, segment_length; /* octets there; on the wire */
        PacketIdentity identity;
        guint32 unsent; /* octets by which the length in the IP header exceeds the frame: the packet was cut off before
                           it was captured */
        gboolean has_bad_length;  /* UDP: the length in its header exceeds the packet, so the receiver drops it */
        TcpHeader tcp;            /* transport or cut_transport == TRANSPORT_TCP */
        IcmpHeader icmp;          /* TRANSPORT_ICMP, TRANSPORT_IGMP */
        const guint8 *payload;    /* of TCP or UDP; NULL if none was captured */
        guint32 payload_captured; /* octets at payload */
        guint32 payload_length;   /* octets that the headers say were on the wire; at least payload_captured */
        guint n_tunnels;          /* the packet described above is inside of these, the outermost first */
        Tunnel tunnels[PACKET_MAX_TUNNELS];
        guint n_layers;
        Layer layers[PACKET_MAX_LAYERS];
} Packet;

/* Whether the filter rejects the packet and all fragments of its datagram. */
static inline gboolean packet_is_left_out(const Packet *packet)
{
        return packet->frame->is_left_out && !(packet->datagram && packet->datagram->is_chosen);
}

/* The number that an IPv4 sender gave the packet, RFC 791 section 3.1; 0: none. A datagram that must not be fragmented
 * needs none, RFC 6864 section 4.1. */
static inline guint16 packet_get_identification(const Packet *packet)
{
        return packet->source.address.family == 4 ? (guint16) packet->fragment_id : 0;
}

/* Decodes frame into ret_packet, which borrows frame and its data. Returns ret_packet->status. Trailers and padding of
 * the link layer are not payload. If packets are nested, everything but tunnels and layers describes the innermost
 * packet with an IP header. A datagram to a tunnel's port that contains no IP header, or is nested too deeply, is
 * described itself, with the status that decoding its payload had. */
DecodeStatus packet_decode(const CaptureFrame *frame, Packet *ret_packet);

/* Continues where packet_decode(), or this function, stopped at a fragment: decodes the datagram that the fragment
 * completed. datagram is borrowed; its outer has to be packet->datagram. */
DecodeStatus packet_decode_datagram(Packet *packet, const Datagram *datagram);

/* Decodes a packet a second time: first frame, then the datagrams around datagram from the outermost, then datagram,
 * which may be NULL. */
DecodeStatus packet_decode_again(const CaptureFrame *frame, const Datagram *datagram, Packet *ret_packet);

/* The octets of one of the packet's layers; borrowed from the frame or the datagram. */
const guint8 *packet_get_layer_octets(const Packet *packet, const Layer *layer);

G_END_DECLS
