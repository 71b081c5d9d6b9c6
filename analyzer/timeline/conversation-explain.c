/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Why a conversation began, went and ended as its label says. */
#include "analyzer/timeline/build.h"
#include "analyzer/timeline/conversations.h"

/* Between sentences. */
static void append_gap(GString *text)
{
        if (text->len > 0)
                append_char(text, ' ');
}

static void append_frame(GString *text, const char *before, guint64 frame)
{
        append_text(text, before);
        append_unsigned(text, frame);
}

static void explain_beginning(const ConversationRecord *record, GString *text)
{
        const FlowTcp *tcp = record->conversation->tcp;
        const FlowTcpSide *client = &tcp->sides[record->conversation->client];

        if (tcp->handshake_syn_frame != 0 && tcp->handshake_syn_ack_frame != 0 && tcp->handshake_ack_frame != 0) {
                append_frame(text, "The handshake is in frames ", tcp->handshake_syn_frame);
                append_frame(text, ", ", tcp->handshake_syn_ack_frame);
                append_frame(text, " and ", tcp->handshake_ack_frame);
                append_literal(text, ": each side said from which number it counts its bytes, and had that acknowledged "
                                     "(RFC 9293, section 3.5).");
        } else if (!record->conversation->client_known) {
                append_literal(text, "No SYN was captured: the connection is older than the capture, or was opened where the "
                                     "capture did not see it.");
        } else if (tcp->established) {
                append_literal(text, "Data and acknowledgements show that the connection was open, but not every segment of "
                                     "the handshake was captured.");
        } else if (tcp->handshake_syn_ack_frame != 0) {
                append_frame(text, "The SYN-ACK in frame ", tcp->handshake_syn_ack_frame);
                append_literal(text, " was never acknowledged. The server stays in state SYN-RECEIVED and keeps memory for a "
                                     "connection that may never be, until it gives up (RFC 9293, section 3.3.2; what comes of "
                                     "many of these: RFC 4987).");
        } else if (client->syn_frame != 0 && record->teardown != TCP_TEARDOWN_REFUSED) {
                append_frame(text, "The SYN in frame ", client->syn_frame);
                append_literal(text, " has no answer here: it was lost, nobody is there, or a firewall drops it without a word. A "
                                     "host on which no program listens would have refused with RST (RFC 9293, section 3.5.2).");
        }
}

static void explain_troubles(const FlowTcp *tcp, GString *text)
{
        static const struct {
                guint flags;
                const char *sentence;
        } troubles[] = {
                {TCP_ANALYSIS_RETRANSMISSION | TCP_ANALYSIS_FAST_RETRANSMISSION | TCP_ANALYSIS_SPURIOUS_RETRANSMISSION,
                 "Something was sent again: because no acknowledgement came in time (RFC 6298), or because repeated "
                 "acknowledgements asked for it (RFC 5681, section 3.2)."},
                {TCP_ANALYSIS_OUT_OF_ORDER,
                 "Segments overtook each other: IP keeps no order (RFC 791, section 1.2), the receiver's TCP restores it by "
                 "the sequence numbers."},
                {TCP_ANALYSIS_LOST_SEGMENT | TCP_ANALYSIS_ACK_LOST_SEGMENT,
                 "Where something is missing that was acknowledged, the receiver had it: then the capture lost it, not the "
                 "network."},
                {TCP_ANALYSIS_ZERO_WINDOW,
                 "A closed window asks the sender to wait until the program at the other end has read what is there (RFC "
                 "9293, section 3.8.6)."},
        };

        for (gsize i = 0; tcp->analysis_counts && i < G_N_ELEMENTS(troubles); i++)
                for (guint flag = 0; flag < TCP_ANALYSIS_COUNT; flag++)
                        if ((troubles[i].flags >> flag & 1) && tcp->analysis_counts[flag] > 0) {
                                append_gap(text);
                                append_text(text, troubles[i].sentence);
                                break;
                        }
}

static void explain_ending(const ConversationRecord *record, GString *text)
{
        const FlowTcp *tcp = record->conversation->tcp;

        if (record->teardown != TCP_TEARDOWN_NONE)
                append_gap(text);
        switch (record->teardown) {
        case TCP_TEARDOWN_FIN:
                append_frame(text, "Each side ended its own direction with a FIN, in frames ", tcp->sides[record->initiator].fin_frame);
                append_frame(text, " and ", tcp->sides[!record->initiator].fin_frame);
                append_literal(text, ", and the other acknowledged it, and with it all that came before (RFC 9293, section 3.6).");
                break;
        case TCP_TEARDOWN_SIMULTANEOUS:
                append_frame(text, "Each side sent its FIN before it had the other's, in frames ", MIN(tcp->sides[0].fin_frame, tcp->sides[1].fin_frame));
                append_frame(text, " and ", MAX(tcp->sides[0].fin_frame, tcp->sides[1].fin_frame));
                append_literal(text, ", so that none of them closed first (RFC 9293, section 3.6, case 3).");
                break;
        case TCP_TEARDOWN_RST:
                append_frame(text, "An RST, as in frame ", tcp->sides[record->initiator].rst_frame);
                append_literal(text, ", ends a connection at once, if its receiver finds it valid: what is still on its way is not "
                                     "delivered any more (RFC 9293, sections 3.5.3 and 3.10.7).");
                break;
        case TCP_TEARDOWN_HALF_CLOSED:
                append_literal(text, "A FIN ends one direction only; data may go on in the other for as long as it likes (RFC "
                                     "9293, section 3.6). Two FINs that were acknowledged were not captured.");
                break;
        case TCP_TEARDOWN_REFUSED:
                append_literal(text, "RST answered the SYN: no program listens on that port, or a firewall says so in its place (RFC "
                                     "9293, section 3.5.2).");
                break;
        case TCP_TEARDOWN_NONE:
                break;
        }
}

/* The states of Zeek's connection log, as its documentation defines them. */
static const char *state_meaning(const char *state)
{
        static const struct {
                const char *state, *meaning;
        } states[] = {
                {"S0", "asked for, no answer"},
                {"S1", "opened, not closed"},
                {"SF", "opened and closed"},
                {"REJ", "refused"},
                {"S2", "opened, closed by the client alone"},
                {"S3", "opened, closed by the server alone"},
                {"RSTO", "opened, reset by the client"},
                {"RSTR", "opened, reset by the server"},
                {"RSTOS0", "asked for and reset by the client, no answer"},
                {"RSTRH", "a SYN-ACK and then an RST of the server, no SYN"},
                {"SH", "a SYN and then a FIN of the client, no SYN-ACK"},
                {"SHR", "a SYN-ACK and then a FIN of the server, no SYN"},
        };

        for (gsize i = 0; i < G_N_ELEMENTS(states); i++)
                if (g_str_equal(states[i].state, state))
                        return states[i].meaning;
        return "no SYN, what was captured lies in between";
}

static void explain_names(const ConversationRecord *record, GString *text)
{
        static const char *const steps[] = {"SYN", "SYN-ACK", "ACK", "data", "FIN", "RST"};
        guint completeness = record->conversation->tcp->completeness;
        const char *comma = "";

        append_gap(text);
        append_literal(text, "Zeek calls this ");
        append_text(text, record->state);
        append_literal(text, " (");
        append_text(text, state_meaning(record->state));
        append_frame(text, "); Wireshark's completeness is ", completeness);
        append_literal(text, " (");
        for (guint i = 0; i < G_N_ELEMENTS(steps); i++)
                if (completeness >> i & 1) {
                        append_text(text, comma);
                        append_text(text, steps[i]);
                        comma = ", ";
                }
        append_text(text, completeness == 0 ? "nothing that it counts)." : ").");
}

void conversation_append_explanation(const ConversationRecord *record, GString *text)
{
        if (record->conversation->tcp) {
                explain_beginning(record, text);
                explain_troubles(record->conversation->tcp, text);
                explain_ending(record, text);
                explain_names(record, text);
                return;
        }
        append_literal(text, "UDP has no connection, so nothing opens or closes it: what is shown together are the datagrams "
                             "between the same two endpoints (RFC 768).");
        if (record->protocol && !record->is_peers && record->n_answered < record->n_requests)
                append_literal(text, " A request without an answer was lost, or its answer was, or nobody sent one: UDP tells "
                                     "none of these from the others, only the program can ask again.");
}
