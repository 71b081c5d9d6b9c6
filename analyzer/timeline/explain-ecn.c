/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Explicit congestion notification: how it is agreed on, and what its flags say afterwards. */
#include "analyzer/timeline/build.h"

#define ECN_FLAGS (TCP_AE | TCP_CWR | TCP_ECE)

enum {
        MARKED = 3,    /* the code point CE, RFC 3168 section 5 */
        ACE_BEGIN = 5, /* RFC 9768 section 3.2.1 */
};

static guint ace(const Record *record)
{
        guint flags = record->packet->tcp.flags;

        return ((flags & TCP_AE) ? 4 : 0) + ((flags & TCP_CWR) ? 2 : 0) + ((flags & TCP_ECE) ? 1 : 0);
}

static void explain_offer(const FlowTcp *tcp, GString *text)
{
        if (tcp->ecn_offer == TCP_ECN_ACCURATE)
                append_literal(text, " AE, CWR and ECE together offer Accurate ECN: to say how many packets a router has marked "
                                     "instead of dropping them (RFC 9768, section 3.1).");
        else if (tcp->ecn_offer == TCP_ECN_CLASSIC)
                append_literal(text, " ECE and CWR together offer ECN: routers may mark packets instead of dropping them (RFC "
                                     "3168, section 6.1.1).");
}

/* What the IP header of a SYN or SYN-ACK was when it arrived, where AccECN says it back: RFC 9768 tables 2 and 3. */
static const char *reflected(guint value)
{
        switch (value) {
        case 2:
                return "without any mark of ECN";
        case 3:
                return "with the mark ECT(1)";
        case 4:
                return "with the mark ECT(0)";
        case 6:
                return "marked by a router as having met congestion";
        default:
                return NULL;
        }
}

static void explain_answer(const Record *record, GString *text)
{
        const FlowTcp *tcp = record->flow->conversation->tcp;
        const char *seen = reflected(ace(record));

        switch ((TcpEcn) tcp->ecn) {
        case TCP_ECN_CLASSIC:
                append_literal(text, " ECE alone accepts the offer of ECN (RFC 3168, section 6.1.1).");
                break;
        case TCP_ECN_ACCURATE:
                append_literal(text, " Its AE, CWR and ECE accept the offer of Accurate ECN");
                if (seen) {
                        append_literal(text, ", and say that the SYN arrived ");
                        append_text(text, seen);
                }
                append_literal(text, " (RFC 9768, section 3.1).");
                break;
        case TCP_ECN_NONE:
                if (tcp->ecn_offer > TCP_ECN_NONE)
                        append_literal(text, " It does not accept the offer of ECN: the connection goes without.");
                break;
        case TCP_ECN_UNKNOWN:
                break;
        }
}

/* After the handshake, where RFC 3168 was agreed on, or nobody knows. */
static void explain_flags(const Record *record, gboolean sure, GString *text)
{
        guint flags = record->packet->tcp.flags;

        if (!(flags & (TCP_ECE | TCP_CWR)))
                return;
        if (!sure)
                append_literal(text, " If both sides agreed on ECN, which was not captured, then:");
        if (flags & TCP_ECE)
                append_literal(text, " ECE echoes congestion: this side got a packet that a router had marked, and repeats this "
                                     "with each acknowledgement until it sees CWR (RFC 3168, section 6.1.3).");
        if (flags & TCP_CWR)
                append_literal(text, " CWR says that this side has reduced its congestion window, so that the other may stop "
                                     "sending ECE (RFC 3168, section 6.1.2).");
}

/* The first acknowledgement says how the SYN-ACK arrived, all others count. */
static void explain_counter(const Record *record, GString *text)
{
        guint value = ace(record), n = (value - ACE_BEGIN) & 7;
        const char *seen = reflected(value);

        if (record->kind == KIND_HANDSHAKE_ACK && record->packet->tcp.n_sack_blocks == 0) {
                if (seen) {
                        append_literal(text, " With Accurate ECN the flags AE, CWR and ECE of this segment say that the SYN-ACK "
                                             "arrived ");
                        append_text(text, seen);
                        append_literal(text, " (RFC 9768, section 3.2.2.1).");
                }
                return;
        }
        append_literal(text, " With Accurate ECN the flags AE, CWR and ECE are one counter of three bits, here ");
        append_unsigned(text, value);
        append_literal(text, ". It began at 5, so ");
        if (n == 0)
                append_literal(text, "no packet marked by a router has reached this side yet, or a multiple of 8 of them");
        else {
                append_unsigned(text, n);
                append_text(text, n == 1 ? " packet marked by a router has" : " packets marked by a router have");
                append_literal(text, " reached this side, or 8 more, or 16");
        }
        append_literal(text, " (RFC 9768, section 3.2.2).");
}

void record_append_ecn(const Record *record, GString *text)
{
        const FlowTcp *tcp = record->flow->conversation->tcp;
        guint flags = record->packet->tcp.flags;

        if (flags & TCP_SYN) {
                if (flags & TCP_ACK)
                        explain_answer(record, text);
                else
                        explain_offer(tcp, text);
                return;
        }
        switch ((TcpEcn) tcp->ecn) {
        case TCP_ECN_CLASSIC:
                explain_flags(record, TRUE, text);
                break;
        case TCP_ECN_ACCURATE:
                /* A host that knows nothing of the connection may have sent the RST: it has no counter. */
                if (record->kind != KIND_RST)
                        explain_counter(record, text);
                break;
        case TCP_ECN_UNKNOWN:
                explain_flags(record, FALSE, text);
                break;
        case TCP_ECN_NONE:
                if (flags & (TCP_ECE | TCP_CWR))
                        append_literal(text, " ECE and CWR mean nothing here: the two sides did not agree on ECN in their handshake "
                                             "(RFC 3168, section 6.1.1).");
                break;
        }
        if (record->packet->ecn != MARKED)
                return;
        append_literal(text, " A router on the way has marked the packet: congestion experienced.");
        append_text(text, tcp->ecn == TCP_ECN_NONE ?
                                  " But the two sides did not agree on ECN, so that no packet of theirs should be marked (RFC "
                                  "3168, section 6.1.1)." :
                                  " With ECN the sender slows down as if it had been lost (RFC 3168, section 5).");
}
