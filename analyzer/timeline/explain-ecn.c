/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Explicit congestion notification: how it is agreed on, and what its flags say afterwards. */
#include "analyzer/timeline/build.h"

enum {
        MARKED = 3,    /* the codepoint CE, RFC 3168 section 5 */
        ACE_BEGIN = 5, /* RFC 9768 section 3.2.1 */
};

static guint ace(const Record *record)
{
        guint flags = record->packet->tcp.flags;

        return ((flags & TCP_AE) ? 4 : 0) + ((flags & TCP_CWR) ? 2 : 0) + ((flags & TCP_ECE) ? 1 : 0);
}

static void explain_offer(const Record *record, Explanation *e)
{
        const FlowTcp *tcp = record->flow->conversation->tcp;
        const SentenceValue values[] = {TEXT("sender", record_source_role(record)), {.kind = SENTENCE_END}};

        if (tcp->ecn_offer == TCP_ECN_ACCURATE)
                explanation_add(e, TOPIC_ACCURATE_ECN, "AE, CWR and ECE all set: the {sender} offers Accurate ECN.",
                                values);
        else if (tcp->ecn_offer == TCP_ECN_CLASSIC)
                explanation_add(e, TOPIC_ECN, "ECE and CWR both set: the {sender} offers ECN.", values);
}

/* With Accurate ECN, each side reports the ECN field of the IP header with which the other side's SYN arrived: RFC 9768
 * tables 2 and 3. */
typedef struct {
        const char *syn, *syn_ack;
} Reflection;
static const Reflection *reflected(guint value)
{
        static const Reflection reflections[] = {
                [2] = {"Its AE, CWR and ECE accept Accurate ECN; the SYN arrived as Not-ECT (no ECN).",
                       "Its AE, CWR and ECE say that the SYN-ACK arrived as Not-ECT (no ECN)."},
                [3] = {"Its AE, CWR and ECE accept Accurate ECN; the SYN arrived with codepoint ECT(1).",
                       "Its AE, CWR and ECE say that the SYN-ACK arrived with codepoint ECT(1)."},
                [4] = {"Its AE, CWR and ECE accept Accurate ECN; the SYN arrived with codepoint ECT(0).",
                       "Its AE, CWR and ECE say that the SYN-ACK arrived with codepoint ECT(0)."},
                [6] = {"Its AE, CWR and ECE accept Accurate ECN; the SYN arrived marked CE: a router met congestion.",
                       "Its AE, CWR and ECE say that the SYN-ACK arrived marked CE: a router met congestion."},
        };

        return value < G_N_ELEMENTS(reflections) && reflections[value].syn ? &reflections[value] : NULL;
}

static void explain_answer(const Record *record, Explanation *e)
{
        const FlowTcp *tcp = record->flow->conversation->tcp;
        const Reflection *seen = reflected(ace(record));

        switch ((TcpEcn) tcp->ecn) {
        case TCP_ECN_CLASSIC:
                explanation_add(e, TOPIC_ECN, "ECE alone accepts the offer of ECN.", NULL);
                break;
        case TCP_ECN_ACCURATE:
                explanation_add(e, TOPIC_ACCURATE_ECN, seen ? seen->syn : "Its AE, CWR and ECE accept Accurate ECN.",
                                NULL);
                break;
        case TCP_ECN_NONE:
                if (tcp->ecn_offer > TCP_ECN_NONE)
                        explanation_add(e, TOPIC_ECN,
                                        "It does not accept the offer of ECN: the connection goes without.", NULL);
                break;
        case TCP_ECN_UNKNOWN:
                break;
        }
}

/* The flags after the handshake. sure: the handshake shows that ECN of RFC 3168 was agreed on; else that is not known.
 */
static void explain_flags(const Record *record, gboolean sure, Explanation *e)
{
        guint flags = record->packet->tcp.flags;
        const SentenceValue values[] = {
                TEXT("sender", record_source_role(record)),
                TEXT("receiver", record_destination_role(record)),
                {.kind = SENTENCE_END},
        };

        if (flags & TCP_ECE)
                explanation_add(e, TOPIC_ECN_ECHO,
                                sure ? "ECE: the {sender} got a packet that a router had marked." :
                                       "ECE (if ECN was agreed on, which was not captured): the {sender} got a packet "
                                       "that a router had marked.",
                                values);
        if (flags & TCP_CWR)
                explanation_add(e, TOPIC_ECN_ECHO,
                                sure ? "CWR: the {sender} has reduced its congestion window, so the {receiver} may "
                                       "stop setting ECE." :
                                       "CWR (if ECN was agreed on, which was not captured): the {sender} has reduced "
                                       "its congestion window.",
                                values);
}

/* The client's first acknowledgement reports how the SYN-ACK arrived; in all later segments the flags are a counter. */
static void explain_counter(const Record *record, Explanation *e)
{
        guint value = ace(record), n = (value - ACE_BEGIN) & 7;
        const Reflection *seen = reflected(value);

        if (record->kind == KIND_HANDSHAKE_ACK && record->packet->tcp.n_sack_blocks == 0) {
                if (seen)
                        explanation_add(e, TOPIC_ACCURATE_ECN, seen->syn_ack, NULL);
                return;
        }
        explanation_add(e, TOPIC_ACCURATE_ECN,
                        n == 0 ? "The counter stands at {value}: no marked packet so far, or a multiple of 8, since it "
                                 "wraps around." :
                                 sentence_for(n,
                                              "The counter stands at {value}: 1 marked packet so far (or 8 more for "
                                              "each time it wrapped around).",
                                              "The counter stands at {value}: {n} marked packets so far (or 8 more for "
                                              "each time it wrapped around)."),
                        VALUES(NUMBER("value", value), NUMBER("n", n)));
}

static void explain_mark(const Record *record, Explanation *e)
{
        explanation_add(e, TOPIC_CONGESTION_EXPERIENCED,
                        record->flow->conversation->tcp->ecn == TCP_ECN_NONE ?
                                "A router marked this packet, although the two sides did not agree on ECN, so that "
                                "none of theirs should be marked." :
                                "A router marked this packet.",
                        NULL);
}

void explain_ecn(const Record *record, Explanation *e)
{
        guint flags = record->packet->tcp.flags;

        if (flags & TCP_SYN) {
                if (flags & TCP_ACK)
                        explain_answer(record, e);
                else
                        explain_offer(record, e);
                return;
        }
        switch ((TcpEcn) record->flow->conversation->tcp->ecn) {
        case TCP_ECN_CLASSIC:
                explain_flags(record, TRUE, e);
                break;
        case TCP_ECN_ACCURATE:
                /* An RST may come from a host that knows nothing of the connection and so has no counter. */
                if (record->kind != KIND_RST)
                        explain_counter(record, e);
                break;
        case TCP_ECN_UNKNOWN:
                explain_flags(record, FALSE, e);
                break;
        case TCP_ECN_NONE:
                if (flags & (TCP_ECE | TCP_CWR))
                        explanation_add(
                                e, TOPIC_ECN_ECHO,
                                "ECE and CWR mean nothing here: the two sides did not agree on ECN in their handshake.",
                                NULL);
                break;
        }
        if (record->packet->ecn == MARKED)
                explain_mark(record, e);
}
