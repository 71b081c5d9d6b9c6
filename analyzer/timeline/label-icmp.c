/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The one line beside an ICMP message. */
#include "analyzer/timeline/label.h"

#include <string.h>

/* The sentence has one %, the address for which the quoted packet was meant. */
static const char *icmp_sentence(gboolean v6, guint8 type, guint8 code)
{
        enum { ANY = -1 };
        static const struct {
                gboolean v6;
                int type, code;
                const char *sentence;
        } sentences[] = {
                /* RFC 792, RFC 1812 section 5.2.7.1 */
                {FALSE, 3, 4, "reports that the packet to % is too big for a link on its way"},
                {FALSE, 3, 9, "reports that its network may not send to %"},
                {FALSE, 3, 10, "reports that it may not send to %"},
                {FALSE, 3, 13, "reports that a filter on the way does not let the packet to % through"},
                {FALSE, 3, ANY, "reports that % cannot be reached"},
                {FALSE, 4, ANY, "asks to send less to % (source quench, no longer used: RFC 6633)"},
                {FALSE, 5, ANY, "passed the packet to % on, and names a better router for the next ones (redirect)"},
                {FALSE, 11, 1, "reports that a fragment of the packet to % never came, so that it was dropped"},
                {FALSE, 11, ANY, "reports that the packet to % passed too many routers and was dropped"},
                {FALSE, 12, ANY, "reports that the header of the packet to % is wrong"},
                /* RFC 4443 section 3 */
                {TRUE, 1, 1, "reports that a filter on the way does not let the packet to % through"},
                {TRUE, 1, ANY, "reports that % cannot be reached"},
                {TRUE, 2, ANY, "reports that the packet to % is too big for a link on its way"},
                {TRUE, 3, 1, "reports that a fragment of the packet to % never came, so that it was dropped"},
                {TRUE, 3, ANY, "reports that the packet to % passed too many routers and was dropped"},
                {TRUE, 4, ANY, "reports that the header of the packet to % is wrong"},
        };

        for (gsize i = 0; i < G_N_ELEMENTS(sentences); i++)
                if (sentences[i].v6 == v6 && sentences[i].type == type &&
                    (sentences[i].code == ANY || sentences[i].code == code))
                        return sentences[i].sentence;
        return "reports a problem with the packet to %";
}

void label_append_icmp(const Record *record, GString *label)
{
        const IcmpHeader *icmp = &record->packet->icmp;
        gboolean v6 = record->packet->source.address.family == 6;
        char address[IP_ADDRESS_STRING_SIZE];

        if (icmp->quoted_transport == TRANSPORT_NONE) {
                append_literal(label, "sends a control message");
                return;
        }
        ip_address_to_string(&icmp->quoted_destination.address, address);
        if (v6 ? icmp->type == 1 && icmp->code == 4 : icmp->type == 3 && icmp->code == 3) {
                g_string_append_printf(label, "reports that nothing receives on %s port %u at %s",
                                       icmp->quoted_transport == TRANSPORT_TCP ? "TCP" : "UDP",
                                       icmp->quoted_destination.port, address);
        } else {
                const char *sentence = icmp_sentence(v6, icmp->type, icmp->code), *place = strchr(sentence, '%');

                g_string_append_len(label, sentence, place - sentence);
                append_text(label, address);
                append_text(label, place + 1);
        }
}
