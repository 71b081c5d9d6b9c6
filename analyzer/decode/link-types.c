/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of link types. A new link type is a row here, and the function that the row names. */
#include "analyzer/capture/link-type.h"
#include "analyzer/decode/decode-private.h"

typedef struct {
        LinkType type;
        DecodeStatus (*read)(Packet *packet, Reader *reader); /* NULL: no chat runs over it */
} Row;

/* Octets, as in Wireshark. Captures of USB and of local buses have packets that are much longer than any of a
 * network. */
#define USUAL (256 * 1024)
#define OF_CAR (32 * 1024 * 1024)
#define OF_BUS (128 * 1024 * 1024)

/* The index is the number in a capture file: LINKTYPE_* of pcap-linktype(7). */
static const Row rows[] = {
        [0] = {{"NULL", USUAL}, decode_null},
        [1] = {{"EN10MB", USUAL}, decode_ethernet},
        [7] = {{"ARCNET", USUAL}, decode_arcnet},
        [9] = {{"PPP", USUAL}, decode_serial},
        [10] = {{"FDDI", USUAL}, decode_fddi},
        [50] = {{"PPP_SERIAL", USUAL}, decode_serial},
        [51] = {{"PPP_ETHER", USUAL}, decode_pppoe},
        [101] = {{"RAW", USUAL}, decode_ip},
        [104] = {{"C_HDLC", USUAL}, decode_cisco_hdlc},
        [105] = {{"IEEE802_11", USUAL}, decode_wireless},
        [108] = {{"LOOP", USUAL}, decode_null},
        [109] = {{"ENC", USUAL}, decode_enc},
        [113] = {{"LINUX_SLL", USUAL}, decode_cooked},
        [117] = {{"PFLOG", USUAL}, decode_pflog},
        [119] = {{"PRISM_HEADER", USUAL}, decode_prism},
        [127] = {{"IEEE802_11_RADIO", USUAL}, decode_radiotap},
        [129] = {{"ARCNET_LINUX", USUAL}, decode_arcnet_linux},
        [163] = {{"IEEE802_11_RADIO_AVS", USUAL}, decode_avs},
        [178] = {{"JUNIPER_ETHER", USUAL}, decode_juniper_ethernet},
        [192] = {{"PPI", USUAL}, decode_ppi},
        [204] = {{"PPP_WITH_DIR", USUAL}, decode_serial_with_direction},
        [228] = {{"IPV4", USUAL}, decode_ip},
        [229] = {{"IPV6", USUAL}, decode_ip_version_6},
        [231] = {{"DBUS", OF_BUS}, NULL},
        [239] = {{"NFLOG", USUAL}, decode_nflog},
        [242] = {{"IPOIB", USUAL}, decode_infiniband},
        [249] = {{"USBPCAP", OF_BUS}, NULL},
        [276] = {{"LINUX_SLL2", USUAL}, decode_cooked_2},
        [279] = {{"EBHSCR", OF_CAR}, NULL}, /* Elektrobit's recorders of control units in cars */
};

const LinkType *link_type_get(guint16 number)
{
        return number < G_N_ELEMENTS(rows) && rows[number].type.name ? &rows[number].type : NULL;
}

guint link_type_get_end(void)
{
        return G_N_ELEMENTS(rows);
}

DecodeStatus decode_link(Packet *packet, Reader *reader, guint16 link_type)
{
        if (link_type >= G_N_ELEMENTS(rows) || !rows[link_type].read)
                return DECODE_UNKNOWN;
        return rows[link_type].read(packet, reader);
}
