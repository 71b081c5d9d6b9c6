/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ARP for IPv4 over Ethernet (RFC 826). ARP is no packet of the network layer, so Packet does not hold it: whoever
 * needs it reads it from the frame again. */
#pragma once

#include "analyzer/decode/packet.h"

G_BEGIN_DECLS

enum {
        ARP_REQUEST = 1,
        ARP_REPLY = 2,
};

typedef struct {
        guint16 operation; /* ARP_REQUEST, ARP_REPLY, or another of IANA's registry */
        IpAddress sender, target;
        guint8 sender_mac[6], target_mac[6];
} Arp;

/* Whether the innermost link layer of the frame carries ARP. */
gboolean packet_is_arp(const Packet *packet);
/* FALSE, ret_arp untouched, if the packet is not ARP, is cut off, or is about other addresses than those of IPv4 and
 * Ethernet. */
gboolean arp_read(const Packet *packet, Arp *ret_arp);

/* Reads an address of the frame's Ethernet header. FALSE, ret_mac untouched, if the frame begins with another header or
 * the packet came through a tunnel over UDP. */
typedef enum {
        MAC_DESTINATION,
        MAC_SOURCE,
} MacWhose;
gboolean packet_read_mac(const Packet *packet, MacWhose whose, guint8 ret_mac[6]);

#define MAC_STRING_SIZE 18
const char *mac_to_string(const guint8 mac[6], char buffer[MAC_STRING_SIZE]); /* "02:00:00:00:00:01"; returns buffer */

G_END_DECLS
