/* SPDX-License-Identifier: GPL-2.0-or-later */
/* analyzer/decode: from octets to headers.
 *
 * Reads the link, network and transport headers of a frame into a Packet that points into the frame. The room keeps no
 * state, except for defragment.h, which keeps fragments until their datagram is complete.
 *
 * Every octet is hostile, and the frame may be cut off anywhere: all octets are read through reader.h, and nothing is
 * cast to a struct. If a packet cannot be read further, its status says why, and the layers that were read stay.
 *
 * May use: GLib, analyzer/capture/frame.h, analyzer/capture/link-type.h. Is used by: analyzer/flow and everything after
 * it. */
#pragma once

#include "analyzer/capture/frame.h"
#include "analyzer/decode/tcp-flags.h"

#include <string.h>

G_BEGIN_DECLS

typedef enum {
        DECODE_COMPLETE,  /* read down to a TCP or UDP payload, an ICMP or IGMP message, or a fragment of a datagram */
        DECODE_TRUNCATED, /* the snapshot length cut off a header. TCP may be set all the same: its first 16 octets are
                             enough */
        DECODE_MALFORMED, /* a length or another field contradicts the octets that are there. UDP may be set all the
                             same, if only its length is wrong */
        DECODE_UNKNOWN,   /* no error: a protocol that this room does not read (ARP, an unknown link type, …) */
} DecodeStatus;

typedef enum {
        LAYER_ETHERNET,
        LAYER_NULL_LOOPBACK,
        LAYER_ENC,
        LAYER_PFLOG,
        LAYER_NFLOG,   /* everything before the packet that was logged */
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
        LAYER_IEEE802_11,     /* if the frame carries no data, the whole frame */
        LAYER_AMSDU_SUBFRAME, /* IEEE 802.11-2020 section 9.3.2.2 */
        LAYER_LLC,            /* includes a SNAP header */
        LAYER_VLAN,           /* 802.1Q or 802.1ad tag */
        LAYER_E_TAG,          /* IEEE 802.1BR */
        LAYER_VN_TAG,
        LAYER_I_TAG,   /* provider backbone bridges, IEEE 802.1ah */
        LAYER_HSR_TAG, /* IEC 62439-3 */
        LAYER_CISCO_METADATA,
        LAYER_FABRICPATH, /* tree and time to live, between two Ethernet headers */
        LAYER_PPPOE,
        LAYER_PPP, /* the protocol field, and address and control before it, if present */
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
const char *layer_kind_to_string(LayerKind kind); /* "Ethernet II", "802.1Q VLAN", "IPv4", …; static */

/* Where a layer's header lies (for LAYER_PAYLOAD, the data). With depth 0, offset counts octets from the start of the
 * frame. No single frame holds the layers of a datagram that was put together from fragments: they have the depth of
 * that Datagram, and offset counts from its octets. packet_get_layer_octets() finds them in either case. */
typedef struct {
        LayerKind kind;
        guint32 depth; /* 0: in the frame; otherwise see Datagram */
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
const char *transport_to_string(Transport transport); /* "tcp", …; "none"; static */

typedef struct {
        guint8 family;     /* 4 or 6; 0: no address */
        guint8 octets[16]; /* network order; an IPv4 address takes the first four, the others are 0 */
} IpAddress;

/* Characters that the text of an address needs at most, with the NUL. */
#define IP_ADDRESS_STRING_SIZE 46
/* Writes an address into buffer and returns buffer. */
const char *ip_address_to_string(const IpAddress *address, char buffer[IP_ADDRESS_STRING_SIZE]);
/* Likewise, but returns the length of the text. */
gsize ip_address_write(const IpAddress *address, char buffer[IP_ADDRESS_STRING_SIZE]);
static inline gboolean ip_address_equal(const IpAddress *a, const IpAddress *b)
{
        return memcmp(a->octets, b->octets, sizeof a->octets) == 0 && a->family == b->family;
}
/* Parses an IPv4 or IPv6 address of length octets. FALSE, ret_address untouched, if text is anything else. */
gboolean ip_address_from_string(const char *text, gsize length, IpAddress *ret_address);
gboolean ip_address_is_multicast(const IpAddress *address); /* 224.0.0.0/4 or 255.255.255.255; ff00::/8 */

typedef struct {
        IpAddress address;
        guint16 port; /* host order; 0 if the transport has no ports */
} Endpoint;
static inline gboolean endpoint_equal(const Endpoint *a, const Endpoint *b)
{
        return a->port == b->port && ip_address_equal(&a->address, &b->address);
}

/* The hash is the same for both directions. Every run has another seed, because whoever sends packets must not be able
 * to choose where they hash to. */
guint32 endpoints_hash(const Endpoint *a, const Endpoint *b);
/* For hash tables whose keys are Endpoint. */
guint endpoint_hash(gconstpointer endpoint);
gboolean endpoint_equal_keys(gconstpointer a, gconstpointer b);

#define TCP_MAX_SACK_BLOCKS 4
typedef struct {
        guint32 sequence;
        guint32 acknowledgement; /* meaningless without TCP_ACK */
        guint16 flags;           /* 12 bits, see tcp-flags.h */
        guint16 window;          /* as in the header, unscaled */
        guint16 urgent_pointer;
        guint8 header_length;       /* octets, options included */
        gboolean options_malformed; /* the length of an option is wrong; the options before it are valid */
        gboolean has_mss, has_window_scale, sack_permitted, has_timestamps, has_fast_open;
        guint16 mss;             /* RFC 9293 section 3.7.1 */
        guint8 window_scale;     /* shift count as sent, RFC 7323 section 2; more than 14 count as 14 */
        guint32 timestamp_value; /* RFC 7323 section 3 */
        guint32 timestamp_echo;
        guint8 n_sack_blocks; /* RFC 2018 section 3 */
        struct {
                guint32 left, right;
        } sack_blocks[TCP_MAX_SACK_BLOCKS];
} TcpHeader;

typedef struct {
        guint8 type, code; /* RFC 792, RFC 4443; IGMP: type and 0 (RFC 3376) */
        IpAddress group;   /* IGMP, MLD: the group (of an IGMPv3 or MLDv2 report, that of the first record); otherwise
                              family 0 */
        /* The packet that an ICMP error quotes, as far as its headers were quoted (RFC 792; RFC 4443 section 3). */
        Transport quoted_transport; /* TRANSPORT_TCP, TRANSPORT_UDP; TRANSPORT_NONE: nothing usable is quoted */
        Endpoint quoted_source, quoted_destination;
        gboolean has_quoted_tcp; /* enough of the TCP header is quoted for the next two fields; RFC 792 demands less */
        guint32 quoted_sequence;
        guint16 quoted_flags;        /* TCP_… */
        gboolean has_quoted_options; /* all options are quoted, so that the next two fields are valid */
        gboolean has_quoted_window_scale;
        guint8 quoted_window_scale;
        const guint8 *quoted_payload;  /* what follows the quoted UDP header; NULL: nothing */
        guint32 quoted_payload_length; /* octets at quoted_payload */
        gboolean has_whole_payload;    /* the quoted UDP datagram is quoted completely */
} IcmpHeader;

/* The outer transport header of a tunnel, such as VXLAN, that carries a whole packet over UDP. */
#define PACKET_MAX_TUNNELS 4
typedef struct {
        Transport transport;
        Endpoint source, destination;
} Tunnel;

/* A datagram that was put together from fragments (RFC 791 section 3.2, RFC 8200 section 4.5). */
typedef struct Datagram Datagram;
struct Datagram {
        /* The datagram of the tunnel that the last fragment came in; NULL: that was not fragmented. */
        const Datagram *outer;
        guint depth; /* 1 without outer; otherwise one more than the depth of outer */
        IpAddress source, destination;
        guint8 protocol;      /* IANA number of what octets begins with: a transport, or an IPv6 extension header */
        guint8 hop_limit;     /* of the frame that completed it */
        guint8 ecn;           /* CE if any of the fragments had it, RFC 3168 section 5.3 */
        const guint8 *octets; /* what follows the IP header, or in IPv6 the fragment header */
        guint32 length;
        gboolean is_chosen;    /* the filter lets at least one of its frames through */
        const guint64 *frames; /* numbers of the frames with its fragments, in the order of arrival; at least two */
        guint n_frames;
};

/* What two captures of the same packet, at two places on its way, have in common. Only for packets with a segment. */
typedef struct {
        guint64 hash; /* equal for both captures. Seeded, so that a sender cannot find two packets that share it. Of a
                         long segment only the beginning and the end count */
        guint32 key;  /* equal for both captures and in every run: the place in a small table, which packets share */
        guint32 vantage; /* a hash of the place of the capture; 0 if the packet has an IPv4 identification, which is
                            enough to recognise it */
} PacketIdentity;

typedef struct {
        const CaptureFrame *frame; /* borrowed */
        DecodeStatus status;
        Transport transport;
        Endpoint source, destination; /* of the innermost IP header; family 0: there is none */
        guint32 hash;                 /* endpoints_hash() of source and destination; only for TCP and UDP */
        guint16 ethertype;    /* Ethernet type of what the innermost link layer carries (IANA's registry); 0: that names
                                 none */
        guint8 ip_protocol;   /* IANA number of what follows the IP header and the extension headers */
        guint8 hop_limit;     /* IPv4 time to live, IPv6 hop limit */
        guint8 ecn;           /* two bits, RFC 3168 section 5 */
        gboolean is_fragment; /* the packet is only a part of a datagram. Its transport header is not read, so transport
                                 is TRANSPORT_NONE. The exception is a first fragment over IPv4 that was cut off,
                                 because it cannot be put together */
        guint32 fragment_offset; /* octets; this and the next fields describe fragments, but every IPv4 packet has an
                                    identification */
        gboolean more_fragments;
        guint32 fragment_id;     /* identification (RFC 791 section 3.1, RFC 8200 section 4.5) */
        guint32 fragment_length; /* octets of data, by the header */
        Datagram fragment; /* the same, as a Datagram: octets and length are those that were captured; it has no frames
                            */
        /* The datagram that this frame completed, borrowed; NULL: none. The transport was read from it, so everything
         * behind the network layer points into its octets and not into the frame's. If it came through a tunnel, its
         * outer datagram may have been fragmented, too. */
        const Datagram *datagram;
        Transport cut_transport; /* TRANSPORT_TCP if transport is TRANSPORT_NONE because the TCP header contradicts the
                                    packet: ports, and the fixed fields of tcp, are set. Otherwise TRANSPORT_NONE */
        const guint8 *segment;   /* the transport header and everything behind it; NULL: none was reached */
        guint32 segment_captured, segment_length; /* octets at segment; octets on the wire */
        PacketIdentity identity;                  /* valid if segment is not NULL */
        guint32 unsent; /* octets by which the length in the IP header exceeds the frame: the packet was cut off before
                           the capture */
        gboolean has_bad_length;  /* UDP: the length in its header exceeds the packet, so the receiver drops it */
        TcpHeader tcp;            /* valid if transport or cut_transport is TRANSPORT_TCP */
        IcmpHeader icmp;          /* valid for TRANSPORT_ICMP and TRANSPORT_IGMP */
        const guint8 *payload;    /* of TCP or UDP; NULL: none was captured */
        guint32 payload_captured; /* octets at payload */
        guint32 payload_length;   /* octets on the wire, by the headers; at least payload_captured */
        guint n_tunnels;          /* how many tunnels over UDP the packet is in */
        Tunnel tunnels[PACKET_MAX_TUNNELS];
        guint n_layers;
        Layer layers[PACKET_MAX_LAYERS];
} Packet;

/* Whether the filter rejects the packet and, if it completed a datagram, all its fragments. */
static inline gboolean packet_is_left_out(const Packet *packet)
{
        return packet->frame->is_left_out && !(packet->datagram && packet->datagram->is_chosen);
}

/* The identification of an IPv4 packet, RFC 791 section 3.1; 0: none. A datagram that must not be fragmented needs
 * none, RFC 6864 section 4.1. */
static inline guint16 packet_get_identification(const Packet *packet)
{
        return packet->source.address.family == 4 ? (guint16) packet->fragment_id : 0;
}

/* Decodes frame into ret_packet, which borrows frame and its data. Returns ret_packet->status. Trailers and padding of
 * the link layer are not payload.
 *
 * If packets are nested, everything but tunnels and layers describes the innermost packet with an IP header. If a
 * datagram to a tunnel's port contains no IP header, or tunnels are nested too deeply, the packet describes that
 * datagram, with the status of decoding its payload. */
DecodeStatus packet_decode(const CaptureFrame *frame, Packet *ret_packet);

/* Continues where packet_decode(), or this function, stopped at a fragment: decodes the datagram that this fragment
 * completed. datagram is borrowed; its outer must be packet->datagram. */
DecodeStatus packet_decode_datagram(Packet *packet, const Datagram *datagram);

/* Decodes a packet a second time: the frame, then the datagrams around datagram, the outermost first, then datagram,
 * which may be NULL. */
DecodeStatus packet_decode_again(const CaptureFrame *frame, const Datagram *datagram, Packet *ret_packet);

/* The octets of a layer of the packet; borrowed from its frame or its datagram. */
const guint8 *packet_get_layer_octets(const Packet *packet, const Layer *layer);

G_END_DECLS
