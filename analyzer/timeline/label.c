/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The one line beside a packet. It reads on from the sender's name: "client → server: asks to open a connection". */
#include "analyzer/timeline/build.h"

#include <string.h>

void append_duration(GString *string, gint64 nanoseconds)
{
        static const struct {
                double unit;
                const char *name;
        } units[] = {{1e9, "s"}, {1e6, "ms"}, {1e3, "µs"}};
        double value = (double) ABS(nanoseconds);

        for (guint i = 0; i < G_N_ELEMENTS(units); i++) {
                double scaled = value / units[i].unit;

                if (scaled < 1 && i + 1 < G_N_ELEMENTS(units))
                        continue;
                g_string_append_printf(string, "%s%.*f %s", nanoseconds < 0 ? "-" : "",
                                       scaled >= 100 ? 0 : scaled >= 10 ? 1 : 2, scaled, units[i].name);
                return;
        }
}

static void append_bytes(GString *string, guint64 n)
{
        g_string_append_printf(string, "%" G_GUINT64_FORMAT " byte%s", n, n == 1 ? "" : "s");
}

static void append_tcp_terms(const Record *record, GString *terms)
{
        static const struct {
                guint flag;
                const char *name;
        } flags[] = {
                {TCP_SYN, "SYN"}, {TCP_FIN, "FIN"}, {TCP_RST, "RST"}, {TCP_PSH, "PSH"},
                {TCP_ACK, "ACK"}, {TCP_URG, "URG"},
        };
        const TcpHeader *tcp = &record->packet->tcp;
        const FlowPacket *flow = record->flow;
        gboolean first = TRUE;

        for (guint i = 0; i < G_N_ELEMENTS(flags); i++)
                if (tcp->flags & flags[i].flag) {
                        g_string_append_printf(terms, "%s%s", first ? "" : " ", flags[i].name);
                        first = FALSE;
                }
        g_string_append_printf(terms, "%sseq %u", first ? "no flags, " : ", ", flow->relative_sequence);
        if (tcp->flags & TCP_ACK)
                g_string_append_printf(terms, " ack %u", flow->relative_acknowledgement);
        if (flow->payload_length > 0)
                g_string_append_printf(terms, " len %u", flow->payload_length);
        if (tcp->has_mss)
                g_string_append_printf(terms, " mss %u", tcp->mss);
        /* Elsewhere the window is worth a look only where it is the news. */
        if ((flow->analysis & (TCP_ANALYSIS_ZERO_WINDOW | TCP_ANALYSIS_WINDOW_UPDATE | TCP_ANALYSIS_ZERO_WINDOW_PROBE_ACK)) != 0)
                g_string_append_printf(terms, " win %u", flow->scaled_window);
}

static void append_udp_terms(const Record *record, GString *terms)
{
        const SessionPacket *told = record->told;
        const SessionMessage *message = told->n_messages > 0 ? &told->messages[0] : NULL;

        if (!told->protocol || !message || !message->form || !message->form->code)
                g_string_append_printf(terms, "UDP len %u", record->packet->payload_length);
        else
                g_string_append_printf(terms, "UDP %s", message->form->code);
        if (!told->protocol)
                return;
        switch (told->kind) {
        case SESSION_KIND_REQUEST:
                g_string_append(terms, ", request");
                break;
        case SESSION_KIND_REPLY:
                g_string_append_printf(terms, ", reply to %" G_GUINT64_FORMAT " in ", told->request);
                append_duration(terms, told->latency);
                break;
        case SESSION_KIND_NOTICE:
                g_string_append(terms, ", notice");
                break;
        case SESSION_KIND_MESSAGE:
                g_string_append(terms, ", peer to peer");
                break;
        case SESSION_KIND_OTHER:
                g_string_append(terms, ", unknown");
                break;
        }
}

void record_append_terms(const Record *record, GString *terms)
{
        const IcmpHeader *icmp = &record->packet->icmp;

        switch (record->packet->transport) {
        case TRANSPORT_TCP:
                append_tcp_terms(record, terms);
                break;
        case TRANSPORT_UDP:
                append_udp_terms(record, terms);
                break;
        default:
                g_string_append_printf(terms, "%s type %u code %u",
                                       record->packet->source.address.family == 6 ? "ICMPv6" : "ICMP", icmp->type,
                                       icmp->code);
                break;
        }
}

/* Text in a label is cut: the whole of it is in the messages. */
#define LABEL_TEXT 100

static void append_quoted(GString *label, const char *text, gsize length)
{
        gsize shown = MIN(length, LABEL_TEXT);

        /* Not in the middle of a character. */
        while (shown < length && shown > 0 && ((guchar) text[shown] & 0xc0) == 0x80)
                shown--;
        g_string_append(label, "“");
        g_string_append_len(label, text, (gssize) shown);
        g_string_append(label, shown < length ? "…”" : "”");
}

static const char *lookup_placeholder(const char *placeholder, gpointer user_data)
{
        const Record *record = user_data;

        if (g_str_equal(placeholder, "source"))
                return record->told->source_name ? record->told->source_name : record_source_role(record);
        if (g_str_equal(placeholder, "destination"))
                return record->told->destination_name ? record->told->destination_name :
                                                        record_destination_role(record);
        return NULL;
}

/* A line that is a text and nothing else is quoted; others have a sentence in their description. */
static gboolean has_sentence(const SessionMessage *message)
{
        return message->form && message->form->label[0] != '\0' &&
               (message->form->code || message->form->n_arguments != 1 || message->form->meaning != CHAT_MEANING_MESSAGE);
}

static void append_line(GString *label, const SessionMessage *message)
{
        gsize length = message->octets.length;

        if (length > 0 && message->octets.start[length - 1] == '\n')
                length--;
        append_quoted(label, message->octets.start, length);
        if (message->missing > 0) {
                g_string_append(label, " (");
                append_bytes(label, message->missing);
                g_string_append(label, " of it were not captured)");
        }
}

#define LABEL_LINES 3

static void append_messages(const Record *record, GString *label)
{
        const SessionPacket *told = record->told;

        if (told->n_messages == 1) {
                const SessionMessage *message = &told->messages[0];

                if (has_sentence(message)) {
                        if (message->n_segments > 1)
                                g_string_append_printf(label, "completes, in %u segments: ", message->n_segments);
                        chat_message_append_label(&message->message, lookup_placeholder, (gpointer) record, label);
                        return;
                }
                if (message->n_segments > 1)
                        g_string_append_printf(label, "completes the line, in %u segments: ", message->n_segments);
                else
                        g_string_append(label, "says: ");
                append_line(label, message);
                if (!message->line_ended)
                        g_string_append(label, ", a last line without line feed");
        } else {
                g_string_append_printf(label, "%s %u lines in one segment: ",
                                       has_sentence(&told->messages[0]) ? "sends" : "says", told->n_messages);
                for (guint i = 0; i < told->n_messages && i < LABEL_LINES; i++) {
                        if (i > 0)
                                g_string_append(label, ", ");
                        append_line(label, &told->messages[i]);
                }
                if (told->n_messages > LABEL_LINES)
                        g_string_append_printf(label, " and %u more", told->n_messages - LABEL_LINES);
        }
        if (told->pending > 0)
                g_string_append(label, ", and begins another line");
}

static void append_data(const Record *record, GString *label)
{
        const FlowPacket *flow = record->flow;

        if (flow->analysis & TCP_ANALYSIS_SPURIOUS_RETRANSMISSION) {
                append_bytes(label, flow->payload_length);
                g_string_append(label, " sent again, although they were already acknowledged");
        } else if (flow->analysis & TCP_ANALYSIS_FAST_RETRANSMISSION) {
                g_string_append(label, "sends ");
                append_bytes(label, flow->payload_length);
                g_string_append(label, " again at once, as the repeated acknowledgements ask for");
        } else if (flow->new_octets == 0) {
                g_string_append(label, "sends ");
                append_bytes(label, flow->payload_length);
                g_string_append(label, " again: they were not acknowledged in time");
        } else if (record->told->n_messages > 0) {
                append_messages(record, label);
        } else if (record->told->protocol && record->told->pending > 0) {
                g_string_append(label, "sends part of a line, no line feed yet: ");
                append_quoted(label, record->told->pending_text.start, record->told->pending_text.length);
        } else {
                g_string_append(label, "sends ");
                append_bytes(label, flow->new_octets);
                g_string_append(label, " of data");
        }
        if (flow->analysis & TCP_ANALYSIS_WINDOW_FULL)
                g_string_append(label, "; the receiver's window is now full");
}

/* How many of the peer's octets an acknowledgement covers: SYN and FIN count as one each. */
static guint32 acknowledged(const Record *record)
{
        const FlowPacket *flow = record->flow;
        const FlowTcpSide *peer = &flow->conversation->tcp->sides[!flow->side];
        guint32 n = flow->relative_acknowledgement;

        n -= n > 0;
        return n - (n > 0 && peer->fin_acked_frame != 0 && peer->fin_acked_frame <= record->packet->frame->number);
}

/* Half-open connection discovery, RFC 9293 section 3.5.1: the answer to a SYN by a side that has an older connection
 * open on the same ports. */
static gboolean acknowledges_the_unsent(const Record *record)
{
        const FlowPacket *flow = record->flow;

        return flow->conversation->tcp->handshake_syn_ack_frame == 0 &&
               flow->states[!flow->side] == TCP_STATE_SYN_SENT && flow->relative_acknowledgement > 1;
}

static void append_ack(const Record *record, GString *label)
{
        const FlowPacket *flow = record->flow;

        if (flow->analysis & TCP_ANALYSIS_KEEP_ALIVE) {
                g_string_append(label, "asks whether the other side is still there (keep-alive)");
        } else if (flow->analysis & TCP_ANALYSIS_KEEP_ALIVE_ACK) {
                g_string_append(label, "answers the keep-alive: still here");
        } else if (flow->analysis & TCP_ANALYSIS_ZERO_WINDOW_PROBE_ACK) {
                g_string_append(label, "answers the probe: still no room");
        } else if (flow->analysis & TCP_ANALYSIS_ZERO_WINDOW) {
                g_string_append(label, "has no room for more data: asks the sender to wait");
        } else if (flow->analysis & TCP_ANALYSIS_WINDOW_UPDATE) {
                g_string_append(label, "announces a new receive window: room for ");
                append_bytes(label, flow->scaled_window);
        } else if (flow->analysis & TCP_ANALYSIS_DUPLICATE_ACK) {
                g_string_append(label, "repeats its last acknowledgement: what came was not the next byte it waits for");
        } else if (acknowledges_the_unsent(record)) {
                g_string_append_printf(label, "acknowledges up to number %u, which was never sent in this connection: "
                                              "it still knows an older one",
                                       record->packet->tcp.acknowledgement);
        } else if (acknowledged(record) == 0) {
                g_string_append(label, flow->conversation->client_known ? "acknowledges: nothing received yet" :
                                                                           "acknowledges all that came before the capture began");
        } else {
                g_string_append(label, "acknowledges: ");
                append_bytes(label, acknowledged(record));
                g_string_append(label, flow->conversation->client_known ? " received in all" :
                                                                           " received since the capture began");
        }
}

static void append_handshake_ack(const Record *record, GString *label)
{
        const FlowTcp *tcp = record->flow->conversation->tcp;

        g_string_append(label, "confirms: the connection is open");
        if (tcp->handshake_syn_frame != 0) {
                g_string_append(label, ", after ");
                append_duration(label, record->packet->frame->time - tcp->handshake_time);
        }
        g_string_append(label, " (handshake, 3 of 3)");
}

static gboolean is_resent(const Record *record)
{
        return (record->flow->analysis &
                (TCP_ANALYSIS_RETRANSMISSION | TCP_ANALYSIS_FAST_RETRANSMISSION | TCP_ANALYSIS_OUT_OF_ORDER |
                 TCP_ANALYSIS_SPURIOUS_RETRANSMISSION)) != 0;
}

static void append_fin(const Record *record, GString *label)
{
        const FlowPacket *flow = record->flow;
        const FlowTcp *tcp = flow->conversation->tcp;

        if (flow->new_octets == 0 && record->told->n_messages > 0) {
                /* The line came earlier; only now is it known that nothing follows. */
                g_string_append(label, "ends its last line without line feed: ");
                append_line(label, &record->told->messages[0]);
                g_string_append(label, "; and ");
        } else if (flow->new_octets > 0) {
                if (record->told->n_messages > 0)
                        append_messages(record, label);
                else
                        append_data(record, label);
                g_string_append(label, "; and ");
        }
        if (tcp->sides[flow->side].fin_frame != record->packet->frame->number)
                g_string_append(label, "sends its FIN again: no acknowledgement reached it");
        else if (tcp->fin_first == flow->side)
                g_string_append(label, "has nothing more to send: begins to close the connection");
        else if (flow->states[flow->side] == TCP_STATE_CLOSING)
                g_string_append(label, "begins to close as well, at the same time");
        else
                g_string_append(label, "has nothing more to send either: closes its direction too");
}

static void append_teardown_ack(const Record *record, GString *label)
{
        guint64 here = record->packet->frame->number;
        const FlowTcpSide *own = &record->flow->conversation->tcp->sides[record->flow->side];

        g_string_append(label, "acknowledges the FIN");
        if (own->fin_acked_frame != 0 && own->fin_acked_frame <= here)
                g_string_append(label, ": the connection is closed in both directions");
        else if (own->fin_frame == 0 || own->fin_frame > here)
                g_string_append(label, ": this direction is closed, the other still open");
}

/* Whether it was seen in an earlier packet: live, a record can be told after its conversation went on. */
static gboolean is_before(guint64 frame, const Record *record)
{
        return frame != 0 && frame < record->packet->frame->number;
}

RecordReset record_reset(const Record *record)
{
        const FlowPacket *flow = record->flow;
        const FlowTcp *tcp = flow->conversation->tcp;
        const FlowTcpSide *own = &tcp->sides[flow->side], *peer = &tcp->sides[!flow->side];

        if (is_before(own->rst_frame, record))
                return RESET_AGAIN;
        if (is_before(peer->syn_frame, record) && !is_before(own->syn_frame, record) &&
            !is_before(tcp->handshake_syn_ack_frame, record))
                return RESET_REFUSED;
        return is_before(own->fin_acked_frame, record) ? RESET_CLOSED : RESET_ABORTED;
}

static void append_rst(const Record *record, GString *label)
{
        switch (record_reset(record)) {
        case RESET_REFUSED:
                g_string_append_printf(label, "refuses the connection: nothing accepts connections on port %u",
                                       record->packet->source.port);
                break;
        case RESET_AGAIN:
                g_string_append(label, "resets the connection again: it no longer exists here");
                break;
        case RESET_CLOSED:
                g_string_append(label, "resets a connection that it has already closed");
                break;
        case RESET_ABORTED:
                g_string_append(label, "aborts the connection: data still on its way will not be read");
                break;
        }
}

/* Data in the handshake itself, as with Fast Open (RFC 7413). */
static void append_early_data(const Record *record, GString *label)
{
        if (record->flow->payload_length == 0)
                return;
        g_string_append(label, "; and already ");
        if (record->flow->new_octets > 0 && record->told->n_messages > 0)
                append_messages(record, label);
        else
                append_data(record, label);
}

static void append_tcp(const Record *record, GString *label)
{
        switch (record->kind) {
        case KIND_RST:
                append_rst(record, label);
                break;
        case KIND_SYN:
                if (is_before(record->flow->conversation->tcp->refused_frame, record))
                        g_string_append(label, "asks again, after it was refused (handshake, 1 of 3)");
                else
                        g_string_append(label, is_resent(record) ? "asks again to open a connection: no answer reached it" :
                                                                   "asks to open a connection (handshake, 1 of 3)");
                append_early_data(record, label);
                break;
        case KIND_SYN_ACK:
                g_string_append(label, is_resent(record) && !record_is_split_handshake(record) ?
                                               "agrees again: no confirmation reached it" :
                                               "agrees, and opens its own direction (handshake, 2 of 3)");
                append_early_data(record, label);
                break;
        case KIND_HANDSHAKE_ACK:
                append_handshake_ack(record, label);
                break;
        case KIND_FIN:
                append_fin(record, label);
                break;
        case KIND_TEARDOWN_ACK:
                append_teardown_ack(record, label);
                break;
        case KIND_DATA:
                if (record->flow->analysis & TCP_ANALYSIS_ZERO_WINDOW_PROBE)
                        g_string_append(label, "asks with one byte whether there is room again");
                else
                        append_data(record, label);
                break;
        default:
                append_ack(record, label);
                break;
        }
}

static void append_udp(const Record *record, GString *label)
{
        const SessionPacket *told = record->told;
        const SessionMessage *message = told->n_messages > 0 ? &told->messages[0] : NULL;

        if (message && message->form) {
                chat_message_append_label(&message->message, lookup_placeholder, (gpointer) record, label);
                if (told->repeated)
                        g_string_append(label, " (asked again: no answer so far)");
                if (message->missing > 0) {
                        g_string_append(label, " (");
                        append_bytes(label, message->missing);
                        g_string_append(label, " of it were not captured)");
                }
                if (record->packet->payload_length > CHAT_RECEIVE_LIMIT)
                        g_string_append_printf(label, " (longer than the %d bytes that receivers read)",
                                               CHAT_RECEIVE_LIMIT);
        } else if (record->packet->payload_length == 0) {
                g_string_append(label, "sends an empty datagram");
        } else if (message && told->protocol && message->why == CHAT_PARSE_CUT_OFF) {
                g_string_append(label, "sends a datagram of which the capture holds the beginning alone: ");
                append_bytes(label, message->missing);
                g_string_append(label, " are missing");
        } else if (message && told->protocol) {
                g_string_append_printf(label, "sends a datagram that means nothing in this chat: %s",
                                       chat_parse_status_to_string(message->why));
        } else {
                g_string_append(label, "sends ");
                append_bytes(label, record->packet->payload_length);
                g_string_append(label, " of data");
        }
}

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

static void append_icmp(const Record *record, GString *label)
{
        const IcmpHeader *icmp = &record->packet->icmp;
        gboolean v6 = record->packet->source.address.family == 6;
        char address[IP_ADDRESS_STRING_SIZE];

        if (icmp->quoted_transport == TRANSPORT_NONE) {
                g_string_append(label, "sends a control message");
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
                g_string_append(label, address);
                g_string_append(label, place + 1);
        }
}

void record_append_label(const Record *record, GString *label)
{
        switch (record->packet->transport) {
        case TRANSPORT_TCP:
                append_tcp(record, label);
                break;
        case TRANSPORT_UDP:
                append_udp(record, label);
                break;
        default:
                append_icmp(record, label);
                break;
        }
}
