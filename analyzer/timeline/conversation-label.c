/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A conversation in one line: how it began, how it went, how it ended. */
#include "analyzer/timeline/build.h"
#include "analyzer/timeline/conversations.h"

static const char *side_name(const ConversationRecord *record, FlowSide side)
{
        return side == record->client ? "client" : "server";
}

static void append_count(GString *label, guint64 n, const char *what)
{
        append_unsigned(label, n);
        append_char(label, ' ');
        append_text(label, what);
        if (n != 1)
                append_char(label, 's');
}

static void append_beginning(const ConversationRecord *record, GString *label)
{
        const FlowTcp *tcp = record->conversation->tcp;

        if (tcp->handshake_syn_ack_frame != 0 && tcp->handshake_ack_frame != 0 && tcp->handshake_syn_frame != 0) {
                append_literal(label, "opened");
                if (tcp->handshake_duration > 0) {
                        append_literal(label, " in ");
                        append_duration(label, tcp->handshake_duration);
                }
        } else if (!record->conversation->client_known) {
                append_literal(label, "begun before the capture");
        } else if (tcp->established) {
                append_literal(label, "opened, though not all of the handshake was captured");
        } else if (tcp->handshake_syn_ack_frame != 0) {
                append_literal(label, "half open: the server agreed, the client never confirmed");
        } else {
                append_literal(label, "asked for");
        }
}

/* The flags that people look for first. */
static void append_troubles(const FlowTcp *tcp, GString *label)
{
        static const struct {
                guint flags;
                const char *what;
        } troubles[] = {
                {TCP_ANALYSIS_RETRANSMISSION | TCP_ANALYSIS_FAST_RETRANSMISSION | TCP_ANALYSIS_SPURIOUS_RETRANSMISSION,
                 "retransmission"},
                {TCP_ANALYSIS_OUT_OF_ORDER, "segment"},
                /* A loss shows when what follows comes, and when it is acknowledged: it is the same one. */
                {TCP_ANALYSIS_LOST_SEGMENT | TCP_ANALYSIS_ACK_LOST_SEGMENT, "gap"},
                {TCP_ANALYSIS_ZERO_WINDOW, "closed window"},
        };

        for (gsize i = 0; tcp->analysis_counts && i < G_N_ELEMENTS(troubles); i++) {
                gboolean is_gap = (troubles[i].flags & TCP_ANALYSIS_LOST_SEGMENT) != 0;
                guint64 n = 0;

                for (guint flag = 0; flag < TCP_ANALYSIS_COUNT; flag++)
                        if (troubles[i].flags >> flag & 1)
                                n = is_gap ? MAX(n, tcp->analysis_counts[flag]) : n + tcp->analysis_counts[flag];
                if (n == 0)
                        continue;
                append_literal(label, ", ");
                append_count(label, n, troubles[i].what);
                if (troubles[i].flags == TCP_ANALYSIS_OUT_OF_ORDER)
                        append_literal(label, " out of order");
        }
}

static void append_ending(const ConversationRecord *record, GString *label)
{
        const FlowTcp *tcp = record->conversation->tcp;

        switch (record->teardown) {
        case TCP_TEARDOWN_FIN:
                append_literal(label, ", closed by the ");
                append_text(label, side_name(record, record->initiator));
                break;
        case TCP_TEARDOWN_RST:
                append_literal(label, ", reset by the ");
                append_text(label, side_name(record, record->initiator));
                break;
        case TCP_TEARDOWN_SIMULTANEOUS:
                append_literal(label, ", closed by both at once");
                break;
        case TCP_TEARDOWN_HALF_CLOSED:
                if (tcp->sides[0].fin_frame != 0 && tcp->sides[1].fin_frame != 0)
                        append_literal(label, ", closed by both, but not all of it was acknowledged");
                else
                        g_string_append_printf(label, ", closed by the %s only", side_name(record, record->initiator));
                break;
        case TCP_TEARDOWN_REFUSED:
                append_literal(label, ", refused");
                break;
        case TCP_TEARDOWN_NONE:
                if (tcp->established || !record->conversation->client_known)
                        append_literal(label, ", still open at the end");
                else if (tcp->handshake_syn_ack_frame == 0)
                        append_literal(label, ", no answer captured");
                break;
        }
}

gboolean conversation_is_group(const ConversationRecord *record)
{
        return ip_address_is_multicast(&record->conversation->endpoints[!record->client].address);
}

static void append_datagrams(const ConversationRecord *record, GString *label)
{
        guint32 messages = record->n_messages[0] + record->n_messages[1];

        if (!record->protocol) {
                append_literal(label, "datagrams that are no chat's");
                return;
        }
        if (record->is_peers) {
                append_literal(label, "peer to peer, ");
                append_unsigned(label, record->n_messages[record->client]);
                append_literal(label, " + ");
                append_count(label, record->n_messages[!record->client], "message");
                return;
        }
        append_count(label, record->n_requests, "request");
        if (record->n_answered == record->n_requests)
                append_text(label, record->n_requests > 1 ? ", all answered" : record->n_requests > 0 ? ", answered" : "");
        else if (record->n_answered == 0)
                append_text(label, record->n_requests > 1 ? ", none answered" : ", not answered");
        else {
                append_literal(label, ", ");
                append_unsigned(label, record->n_answered);
                append_literal(label, " answered");
        }
        if (messages > 0) {
                append_literal(label, ", ");
                append_count(label, messages, "message");
        }
}

void conversation_append_label(const ConversationRecord *record, GString *label)
{
        if (!record->conversation->tcp) {
                append_datagrams(record, label);
                return;
        }
        append_beginning(record, label);
        if (record->protocol && (record->n_messages[0] + record->n_messages[1] > 0 || record->conversation->tcp->established)) {
                append_literal(label, ", ");
                append_unsigned(label, record->n_messages[record->client]);
                append_literal(label, " + ");
                append_count(label, record->n_messages[!record->client], "line");
        }
        append_troubles(record->conversation->tcp, label);
        append_ending(record, label);
}
