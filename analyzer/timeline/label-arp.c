/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ARP, which belongs to no conversation: its terms, its line, and why it is there (RFC 826, RFC 5227). */
#include "analyzer/timeline/label.h"

#include "analyzer/decode/arp.h"

typedef enum {
        ASKS,      /* who has an address */
        ANSWERS,
        PROBES,    /* whether somebody has the address that the sender wants, RFC 5227 section 2.1.1 */
        ANNOUNCES, /* the sender's own address, RFC 5227 section 2.3; also by a reply that nobody asked for */
        OTHER,     /* another operation */
        UNREADABLE,
} Purpose;

static gboolean is_unspecified(const IpAddress *address)
{
        static const guint8 zeros[4];

        return memcmp(address->octets, zeros, sizeof zeros) == 0;
}

static Purpose read_purpose(const Record *record, Arp *arp)
{
        if (!arp_read(record->packet, arp))
                return UNREADABLE;
        if (arp->operation != ARP_REQUEST && arp->operation != ARP_REPLY)
                return OTHER;
        if (ip_address_equal(&arp->sender, &arp->target))
                return ANNOUNCES;
        if (arp->operation == ARP_REPLY)
                return ANSWERS;
        return is_unspecified(&arp->sender) ? PROBES : ASKS;
}

void record_append_arp_terms(const Record *record, GString *terms)
{
        Arp arp;

        switch (read_purpose(record, &arp)) {
        case UNREADABLE:
                append_literal(terms, "ARP");
                break;
        case OTHER:
                append_literal(terms, "ARP operation ");
                append_unsigned(terms, arp.operation);
                break;
        default:
                append_text(terms, arp.operation == ARP_REQUEST ? "ARP request" : "ARP reply");
                break;
        }
        append_end(terms);
}

void label_append_arp(const Record *record, GString *label)
{
        char address[IP_ADDRESS_STRING_SIZE], mac[MAC_STRING_SIZE];
        Arp arp;

        switch (read_purpose(record, &arp)) {
        case ASKS:
                g_string_append_printf(label, "asks for the MAC address of %s", ip_address_to_string(&arp.target, address));
                break;
        case PROBES:
                g_string_append_printf(label, "asks whether somebody has the address %s already",
                                       ip_address_to_string(&arp.target, address));
                break;
        case ANSWERS:
        case ANNOUNCES:
                append_text(label, arp.operation == ARP_REPLY && !ip_address_equal(&arp.sender, &arp.target) ? "answers: " :
                                                                                                              "announces: ");
                g_string_append_printf(label, "%s has the MAC address %s", ip_address_to_string(&arp.sender, address),
                                       mac_to_string(arp.sender_mac, mac));
                break;
        case OTHER:
                append_literal(label, "is neither a request nor a reply");
                break;
        case UNREADABLE:
                append_literal(label, "is cut off, or not about addresses of IPv4 and Ethernet");
                break;
        }
}

void explain_arp(const Record *record, Explanation *explanation)
{
        Arp arp;

        explanation_add(explanation, TOPIC_ARP, NULL, NULL);
        switch (read_purpose(record, &arp)) {
        case PROBES:
                explanation_add(explanation, TOPIC_ARP_PROBE, NULL, NULL);
                break;
        case ANNOUNCES:
                explanation_add(explanation, TOPIC_ARP_ANNOUNCEMENT, NULL, NULL);
                break;
        default:
                break;
        }
}
