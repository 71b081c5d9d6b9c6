/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Why a packet is there and what it shows, for somebody who has not met its like, with the RFC's section. */
#include "analyzer/timeline/build.h"

/* Sentences that go on end with a space, those that come after them begin with one. */
static void trim(GString *text)
{
        if (text->len > 0 && text->str[text->len - 1] == ' ')
                g_string_truncate(text, text->len - 1);
}

static void explain_syn(const Record *record, GString *text)
{
        const TcpHeader *tcp = &record->packet->tcp;

        g_string_append_printf(text,
                               "A SYN says from which number on this side will count its bytes: %u, shown as 0, because "
                               "only the distance from it matters. The SYN itself takes up one number, so the first byte "
                               "of data will be number 1. ",
                               tcp->sequence);
        trim(text);
        record_append_options(record, text);
        record_append_ecn(record, text);
}

static void explain_data(const Record *record, GString *text)
{
        const FlowPacket *flow = record->flow;

        if (flow->analysis & TCP_ANALYSIS_ZERO_WINDOW_PROBE) {
                append_literal(text, "The other side's window is zero. One byte is sent all the same from time to time, because the "
                                      "answer tells whether there is room again: the news could have been lost (RFC 9293, section "
                                      "3.8.6.1).");
                return;
        }
        if (flow->analysis & TCP_ANALYSIS_FAST_RETRANSMISSION) {
                append_literal(text, "At least two repetitions of one acknowledgement came before: the receiver got "
                                      "something later, and still waits for this. The sender then does not wait for its "
                                      "timer (fast retransmit, RFC 5681, section 3.2; it asks for three of them).");
                return;
        }
        if (flow->new_octets == 0) {
                append_literal(text, "These bytes were captured before. TCP keeps what it has sent until it is "
                                      "acknowledged, and sends it again when the acknowledgement does not come in time "
                                      "(RFC 9293, section 3.8.1). The receiving application sees them once.");
                return;
        }
        g_string_append_printf(text, "The %u byte%s after the header are what the application wrote; TCP does not look "
                                     "into them. ",
                               flow->payload_length, flow->payload_length == 1 ? "" : "s");
        if (record->packet->tcp.flags & TCP_PSH)
                append_literal(text, "PSH says that the sender had nothing more to send at that moment: the receiver "
                                      "should hand the data to the application without waiting for more. It does not "
                                      "mean urgent (RFC 9293, section 3.9.1.2). ");
        if (flow->analysis & TCP_ANALYSIS_WINDOW_FULL)
                append_literal(text, "They fill up the window that the other side announced: until it acknowledges, or opens the window "
                                      "further, nothing more may be sent (RFC 9293, section 3.8.6). ");
        if (record->told->protocol)
                append_literal(text, "TCP carries a stream of bytes, not messages: in this chat the line feed ends a "
                                      "line, wherever the segments happen to be cut.");
}

static void explain_ack(const Record *record, GString *text)
{
        guint analysis = record->flow->analysis;
        const TcpEvidence *evidence = record->flow->evidence;

        if (evidence && evidence->probes_zero_window)
                append_literal(text, "The other side's window is zero. To learn whether there is room again, a segment goes out whose "
                                      "number lies one before the next one: it brings nothing new, but must be answered, and the answer "
                                      "tells the window (RFC 9293, section 3.8.6.1). It looks like a keep-alive, and Wireshark calls it "
                                      "one.");
        else if (evidence && evidence->answers_probe)
                append_literal(text, "The sender has asked whether there is room again. The window in this answer is still zero, so it "
                                      "waits on, and asks again later (RFC 9293, section 3.8.6.1).");
        else if (analysis & (TCP_ANALYSIS_KEEP_ALIVE | TCP_ANALYSIS_KEEP_ALIVE_ACK))
                append_literal(text, "On an idle connection TCP can send a segment whose number lies one before the next "
                                      "one, which makes the other side answer with an acknowledgement. It brings nothing "
                                      "new to the application (RFC 9293, section 3.8.4).");
        else if (analysis & (TCP_ANALYSIS_ZERO_WINDOW | TCP_ANALYSIS_ZERO_WINDOW_PROBE |
                             TCP_ANALYSIS_ZERO_WINDOW_PROBE_ACK | TCP_ANALYSIS_WINDOW_UPDATE))
                append_literal(text, "The window says how many bytes this side has room for. At zero the sender must "
                                      "stop and ask again from time to time, until the window opens (RFC 9293, section "
                                      "3.8.6).");
        else if (analysis & TCP_ANALYSIS_DUPLICATE_ACK)
                append_literal(text, "An acknowledgement names the next byte that is expected. Repeated without data, it "
                                      "tells the sender that something arrived out of turn; three repetitions make it "
                                      "send the missing segment at once (RFC 5681, section 3.2).");
        else
                g_string_append_printf(text, "A pure acknowledgement: no data, and the application never sees it. The "
                                             "acknowledgement number %u is that of the next byte this side expects "
                                             "(RFC 9293, section 3.4).",
                                       record->flow->relative_acknowledgement);
}

static void explain_states(const Record *record, GString *text)
{
        FlowSide client = record_client(record);

        trim(text);
        g_string_append_printf(text, " After it the client is in state %s and the server in state %s.",
                               tcp_state_to_string(record->flow->states[client]),
                               tcp_state_to_string(record->flow->states[!client]));
}

static void explain_ignored_rst(const Record *record, GString *text)
{
        const FlowPacket *flow = record->flow;

        if (flow->reset == TCP_RESET_NO_ANSWER) {
                append_literal(text, "RST answers a SYN only if it acknowledges it: else anybody could refuse a connection who does not "
                                      "see the SYN. So the receiver drops it, and waits on (RFC 9293, section 3.10.7.3).");
                return;
        }
        append_literal(text, "An RST counts only if its number lies in the receiver's window: else anybody could end a connection who "
                              "does not see its numbers. The receiver takes those from ");
        append_unsigned(text, flow->window_begin);
        append_literal(text, " to ");
        append_unsigned(text, (guint32) (flow->window_end - 1));
        append_literal(text, ", as its last acknowledgement and window say, and this one's is ");
        append_unsigned(text, flow->relative_sequence);
        append_literal(text, ". So it drops the RST, and the connection goes on (RFC 9293, section 3.10.7.4; RFC 5961).");
}

static void explain_rst(const Record *record, GString *text)
{
        switch (record_reset(record)) {
        case RESET_REFUSED:
                append_literal(text, "RST answers a SYN for a port on which no program listens: there is no connection "
                                      "to speak in (RFC 9293, section 3.5.2, group 1).");
                if (record->packet->tcp.sequence == 0 && record->flow->relative_acknowledgement == 1)
                        append_literal(text, " The SYN acknowledged nothing from which this side could take a number, so its own is 0 in "
                                              "the header; that it acknowledges the SYN shows which connection it means.");
                break;
        case RESET_OLDER:
                append_literal(text, "The other side still has a connection that this side knows nothing of any more, as after a crash, and "
                                      "answered its SYN with an acknowledgement of that. RST refuses what it acknowledges, and takes "
                                      "that very number, so that the other side gives the older connection up. The SYN goes on "
                                      "waiting for its answer (RFC 9293, sections 3.5.1 and 3.10.7.3).");
                break;
        case RESET_IGNORED:
                explain_ignored_rst(record, text);
                break;
        case RESET_NO_CONNECTION:
        case RESET_AGAIN:
        case RESET_CLOSED:
                append_literal(text, "RST answers a segment for which there is no connection any more. It is not "
                                      "acknowledged (RFC 9293, section 3.5.2).");
                break;
        case RESET_ABORTED:
                append_literal(text, "RST ends a connection at once, without the exchange of FINs and without being "
                                      "acknowledged. A program can ask for it, and a system sends it for a program that "
                                      "ended or closed with data unread. What waits to be sent is discarded; what was "
                                      "delivered before stays delivered (RFC 9293, section 3.10.5).");
                break;
        }
}

static void explain_without_ack(const Record *record, GString *text)
{
        append_literal(text, "Every segment but the first SYN, and some RSTs, carries ACK. One that does not is dropped "
                             "by whoever has a connection or waits for one, and answered with RST where no program "
                             "listens (RFC 9293, section 3.10.7).");
        if (record_may_be_scan(record))
                append_literal(text, " So the answer, or that there is none, tells a port scanner whether a port is open, "
                                     "without a connection that a program would notice. Hosts that do not follow the "
                                     "standard here answer differently, and so tell what system they run.");
}

static void explain_tcp_kind(const Record *record, GString *text)
{
        gboolean crossed = record->flow->syns_crossed;

        switch (record->kind) {
        case KIND_SYN:
                explain_syn(record, text);
                if (crossed)
                        append_literal(text, " The other side has sent a SYN, too, and this one does not acknowledge it. Either both began "
                                              "at the same time, so that their SYNs crossed (simultaneous open), or this side splits "
                                              "its answer in two. For TCP it is the same: each SYN is to be acknowledged (RFC 9293, "
                                              "section 3.5).");
                else
                        append_literal(text, " First of the three segments of the handshake (RFC 9293, section 3.5).");
                break;
        case KIND_SYN_ACK:
                explain_syn(record, text);
                if (crossed)
                        append_literal(text, " It repeats the SYN that this side has sent already, with the same number, and acknowledges "
                                              "the other's: so each answers where both SYNs crossed (RFC 9293, section 3.5). The number "
                                              "makes it look like something sent again, and so Wireshark calls it, but nothing was lost.");
                else
                        append_literal(text, " Its ACK confirms the other side's SYN. Second segment of the handshake (RFC 9293, "
                                      "section 3.5).");
                break;
        case KIND_HANDSHAKE_ACK:
                append_text(text, record->flow->side == record->flow->conversation->client ? "Third" : "Last");
                append_literal(text, " segment of the handshake: it confirms the SYN of the other side. Both "
                                      "directions are now open, and both sides know where the other began to count "
                                      "(RFC 9293, section 3.5).");
                break;
        case KIND_FIN:
                if (record_lacks_ack(record)) {
                        explain_without_ack(record, text);
                        break;
                }
                append_literal(text, "FIN says: no more data from this side. It takes up one number, so that it can be "
                                      "acknowledged like a byte. The other direction stays open until it sends a FIN of "
                                      "its own (RFC 9293, section 3.6).");
                if (record->flow->states[record->flow->side] == TCP_STATE_CLOSING &&
                    record->flow->conversation->tcp->sides[record->flow->side].fin_frame == record->packet->frame->number)
                        append_literal(text, " This one does not acknowledge the other side's FIN, so it was sent before that arrived: both "
                                              "close at the same time, and each FIN is to be acknowledged (section 3.6, case 3).");
                break;
        case KIND_TEARDOWN_ACK:
                append_literal(text, "The acknowledgement covers the FIN: its sender knows that everything it sent has "
                                      "arrived. The side that closed first then waits in TIME-WAIT, so that stray "
                                      "segments of this connection cannot disturb a later one (RFC 9293, section 3.6).");
                break;
        case KIND_RST:
                explain_rst(record, text);
                break;
        case KIND_DATA:
                explain_data(record, text);
                break;
        default:
                if (record_lacks_ack(record))
                        explain_without_ack(record, text);
                else
                        explain_ack(record, text);
                break;
        }
}

static void explain_tcp(const Record *record, GString *text)
{
        explain_tcp_kind(record, text);
        trim(text);
        record_append_evidence(record, text);
        if (!(record->packet->tcp.flags & TCP_SYN)) {
                record_append_options(record, text);
                record_append_ecn(record, text);
        }
        record_append_rarities(record, text);
        explain_states(record, text);
}

static void explain_udp(const Record *record, GString *text)
{
        const SessionPacket *told = record->told;
        const SessionMessage *message = told->n_messages > 0 ? &told->messages[0] : NULL;

        append_literal(text, "UDP hands each datagram to the application as it came: no connection, no acknowledgement, "
                              "no repetition (RFC 768). ");
        if (!told->protocol)
                return;
        if (message && message->form)
                g_string_append_printf(text, "This one has the form “%s”. ", message->form->name);
        switch (told->kind) {
        case SESSION_KIND_REQUEST:
                append_literal(text, "It asks for something; if it or its answer is lost, only the program can notice.");
                break;
        case SESSION_KIND_REPLY:
                if (told->request == 0) {
                        append_literal(text, "It answers a request that is not in this capture.");
                        break;
                }
                g_string_append_printf(text, "It answers frame %" G_GUINT64_FORMAT ". That the two belong together is known "
                                             "to the programs alone: the headers do not say it.",
                                       told->request);
                break;
        case SESSION_KIND_NOTICE:
                append_literal(text, "It answers nothing that was asked in this conversation");
                if (told->cause > 0)
                        g_string_append_printf(text, ": the request of another client, in frame %" G_GUINT64_FORMAT
                                                     ", caused it.",
                                               told->cause);
                else
                        append_literal(text, ".");
                break;
        case SESSION_KIND_MESSAGE:
                append_literal(text, "It goes from one peer to the other and does not pass through the server, so its "
                                      "ports are those of the two peers.");
                break;
        case SESSION_KIND_OTHER:
                if (message && message->why == CHAT_PARSE_CUT_OFF)
                        append_literal(text, "What it says cannot be told: the capture was made with a limit on the "
                                              "length of each packet, and the rest of this one is not in it.");
                else
                        g_string_append_printf(text, "The chat programs do not understand it: %s.",
                                               message ? chat_parse_status_to_string(message->why) : "it is empty");
                break;
        }
}

/* As many of the frames as a sentence can hold. */
#define EXPLAINED_FRAMES 8

static void explain_fragments(const Datagram *datagram, gboolean v6, GString *text)
{
        append_literal(text, " The datagram was too long for a link on its way, so it travelled in ");
        append_unsigned(text, datagram->n_frames);
        append_literal(text, " fragments, captured as frame");
        append_text(text, datagram->n_frames == 1 ? " " : "s ");
        for (guint i = 0; i < MIN(datagram->n_frames, EXPLAINED_FRAMES); i++) {
                if (i > 0)
                        append_literal(text, ", ");
                append_unsigned(text, datagram->frames[i]);
        }
        if (datagram->n_frames > EXPLAINED_FRAMES)
                append_literal(text, " and so on");
        append_text(text, v6 ? ". The receiver puts them together again; only the sender may cut an IPv6 datagram up (RFC 8200, "
                               "section 4.5)." :
                               ". The receiver puts them together again, and if one is lost, all of it is (RFC 791, section "
                               "3.2).");
}

static void explain_clock(const Record *record, GString *text)
{
        if (record->went_back == 0)
                return;
        append_literal(text, " Its time lies ");
        append_duration(text, record->went_back);
        append_literal(text, " before that of the packet in front of it: the clock was set back, or the captures of several interfaces were "
                             "put together. No duration is measured across that.");
}

void record_append_explanation(const Record *record, GString *text)
{
        if (record->flow->captured_twice != 0) {
                record_append_captured_twice(record, text);
                return;
        }
        switch (record->packet->transport) {
        case TRANSPORT_TCP:
                explain_tcp(record, text);
                break;
        case TRANSPORT_UDP:
                explain_udp(record, text);
                break;
        default:
                if (record->packet->source.address.family == 6)
                        append_literal(text, "ICMPv6 carries the network layer's news about packets on their way, "
                                              "most often that one could not be delivered, and quotes the beginning of the packet it is about (RFC 4443, "
                                              "section 3). The sender's host passes the news on to the program that sent it.");
                else
                        append_literal(text, "ICMP carries the network layer's news about packets on their way, "
                                              "most often that one could not be delivered, and quotes the beginning of the packet it is about (RFC 792). The "
                                              "sender's host passes the news on to its transport (RFC 1122, section 3.2.2.1).");
                break;
        }
        trim(text);
        explain_clock(record, text);
        record_append_checksum(record, text);
        if (record->packet->datagram)
                explain_fragments(record->packet->datagram, record->packet->source.address.family == 6, text);
}
