/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The record of an ARP packet, which belongs to no conversation: terms, label and explanation (RFC 826, RFC 5227). */
#include "analyzer/timeline/label.h"

#include "analyzer/decode/arp.h"

#include <string.h>

typedef enum {
        ASKS, /* who has an address */
        ANSWERS,
        PROBES,    /* asks whether somebody has the address that the sender wants, RFC 5227 section 2.1.1 */
        ANNOUNCES, /* the sender's own address, RFC 5227 section 2.3; also in a reply that nobody asked for */
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
        static const char *const sentences[] = {
                [ASKS] = "asks for the MAC address of {target}",
                [ANSWERS] = "answers: {sender} has the MAC address {mac}",
                [PROBES] = "asks whether a host has the address {target} already",
                [ANNOUNCES] = "announces: {sender} has the MAC address {mac}",
                [OTHER] = "is neither a request nor a reply",
                [UNREADABLE] = "is cut off, or not about addresses of IPv4 and Ethernet",
        };
        char mac[MAC_STRING_SIZE];
        Arp arp = {0};
        Purpose purpose = read_purpose(record, &arp);

        sentence_append(label, sentences[purpose],
                        VALUES(ADDRESS("target", &arp.target), ADDRESS("sender", &arp.sender),
                               TEXT("mac", mac_to_string(arp.sender_mac, mac))));
}

/* Whether ARP follows the Ethernet header directly or after one VLAN tag, so that the frame's MAC addresses are those
 * of the ARP packet. */
static gboolean is_in_ethernet(const CaptureFrame *frame)
{
        static const guint8 arp[] = {0x08, 0x06}, vlan[] = {0x81, 0x00};

        if (frame->link_type != LINK_TYPE_ETHERNET || frame->captured_length < 18)
                return FALSE;
        return memcmp(frame->data + 12, arp, 2) == 0 ||
               (memcmp(frame->data + 12, vlan, 2) == 0 && memcmp(frame->data + 16, arp, 2) == 0);
}

/* A host can check a remembered address by asking that host alone, RFC 1122 section 2.3.2.1. In Ethernet, the lowest
 * bit of the destination's first octet tells whether a frame goes to many; other link layers are not looked at. */
static const char *request_sentence(const Record *record)
{
        const CaptureFrame *frame = record->packet->frame;

        if (!is_in_ethernet(frame))
                return "Only the host that has {address} answers.";
        if (frame->data[0] & 1)
                return "The request goes to all hosts on the link; only the one that has {address} answers.";
        return "The request goes to one host alone, to check that {address} still has the MAC address that the "
               "sender remembers.";
}

void explain_arp(const Record *record, Explanation *e)
{
        Arp arp;

        switch (read_purpose(record, &arp)) {
        case ASKS:
                explanation_add(e, TOPIC_ARP, request_sentence(record), VALUES(ADDRESS("address", &arp.target)));
                break;
        case ANSWERS:
                explanation_add(e, TOPIC_ARP,
                                "The reply goes to {address}, which had asked, and which remembers it for a while.",
                                VALUES(ADDRESS("address", &arp.target)));
                break;
        case PROBES:
                explanation_add(e, TOPIC_ARP_PROBE, "If no host answers, {address} is free.",
                                VALUES(ADDRESS("address", &arp.target)));
                break;
        case ANNOUNCES:
                explanation_add(e, TOPIC_ARP_ANNOUNCEMENT, "It announces {address}.",
                                VALUES(ADDRESS("address", &arp.sender)));
                break;
        case OTHER:
        case UNREADABLE:
                explanation_add(e, TOPIC_ARP, NULL, NULL);
                break;
        }
}
