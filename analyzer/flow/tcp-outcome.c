/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Summarises in one word how a connection went. */
#include "analyzer/flow/flow-private.h"

const char *tcp_teardown_to_string(TcpTeardown teardown)
{
        static const char *const names[] = {"none", "fin", "rst", "simultaneous", "half_closed", "refused"};

        return names[teardown];
}

/* Whether frame came before other. 0 stands for a frame that was never captured, and comes after all. */
static gboolean is_before(guint64 frame, guint64 other)
{
        return frame != 0 && (other == 0 || frame < other);
}

static gboolean is_refused(const Conversation *conversation)
{
        const FlowTcp *tcp = conversation->tcp;
        const FlowTcpSide *client = &tcp->sides[conversation->client], *server = &tcp->sides[!conversation->client];

        return client->syn_frame != 0 && server->rst_frame != 0 && tcp->handshake_syn_ack_frame == 0 &&
               !tcp->established && is_before(server->rst_frame, client->rst_frame);
}

/* The frame in which both FINs had been acknowledged, and with them all data; 0: never. */
static guint64 closed_frame(const FlowTcp *tcp)
{
        guint64 a = tcp->sides[0].fin_acked_frame, b = tcp->sides[1].fin_acked_frame;

        return a != 0 && b != 0 ? MAX(a, b) : 0;
}

static FlowSide first_reset(const FlowTcp *tcp)
{
        return is_before(tcp->sides[0].rst_frame, tcp->sides[1].rst_frame) ? 0 : 1;
}

TcpTeardown flow_conversation_get_teardown(const Conversation *conversation, FlowSide *ret_initiator)
{
        const FlowTcp *tcp = conversation->tcp;
        guint64 closed = closed_frame(tcp), reset = tcp->sides[first_reset(tcp)].rst_frame;

        *ret_initiator = G_MAXUINT;
        if (is_refused(conversation))
                return TCP_TEARDOWN_REFUSED;
        if (is_before(reset, closed)) {
                *ret_initiator = first_reset(tcp);
                return TCP_TEARDOWN_RST;
        }
        if (tcp->fins_crossed && closed != 0)
                return TCP_TEARDOWN_SIMULTANEOUS;
        if (!tcp->has_fin_first)
                return TCP_TEARDOWN_NONE;
        *ret_initiator = tcp->fin_first;
        return closed != 0 ? TCP_TEARDOWN_FIN : TCP_TEARDOWN_HALF_CLOSED;
}

const char *flow_conversation_get_state(const Conversation *conversation)
{
        const FlowTcp *tcp = conversation->tcp;
        const FlowTcpSide *client = &tcp->sides[conversation->client], *server = &tcp->sides[!conversation->client];
        guint64 reset = tcp->sides[first_reset(tcp)].rst_frame;
        /* An RST after both FINs does not count as an abort: no data was left to lose. */
        gboolean aborted = is_before(reset, closed_frame(tcp)) &&
                           (is_before(reset, client->fin_frame) || is_before(reset, server->fin_frame));
        gboolean aborted_by_client = aborted && reset == client->rst_frame;

        if (!conversation->client_known)
                return "OTH";
        /* The SYN-ACK and the client's answer to it are enough to know how the connection began. */
        if (client->syn_frame == 0 && !tcp->established) {
                if (aborted && !aborted_by_client)
                        return "RSTRH";
                return server->fin_frame != 0 && client->fin_frame == 0 ? "SHR" : "OTH";
        }
        if (is_refused(conversation))
                return "REJ";
        if (tcp->handshake_syn_ack_frame == 0 && !tcp->established) {
                if (aborted_by_client)
                        return "RSTOS0";
                if (client->fin_frame != 0)
                        return "SH";
                /* Two SYNs that crossed and were never answered are an attempt, too. */
                return "S0";
        }
        if (aborted)
                return aborted_by_client ? "RSTO" : "RSTR";
        if (client->fin_frame != 0 && server->fin_frame != 0)
                return "SF";
        if (client->fin_frame != 0)
                return "S2";
        return server->fin_frame != 0 ? "S3" : "S1";
}
