/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The topics of explanations: what is true of every packet of a kind, said once and with its source. This table is also
 * the glossary, and every section that a sentence cites must be in it. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
        /* TCP: opening */
        TOPIC_SYN,
        TOPIC_SYN_ACK,
        TOPIC_HANDSHAKE_ACK,
        TOPIC_INITIAL_SEQUENCE_NUMBER,
        TOPIC_SIMULTANEOUS_OPEN,
        TOPIC_REPEATED_SYN,
        TOPIC_REPEATED_SYN_ACK,
        TOPIC_EARLY_DATA,
        TOPIC_FAST_OPEN,
        TOPIC_REUSED_PORTS,
        TOPIC_STATES,
        /* TCP: data and acknowledgements */
        TOPIC_BYTE_STREAM,
        TOPIC_PUSH,
        TOPIC_NAGLE,
        TOPIC_ACKNOWLEDGEMENT,
        TOPIC_SEQUENCE_WRAP,
        TOPIC_RECEIVE_WINDOW,
        TOPIC_WINDOW_FULL,
        TOPIC_ZERO_WINDOW,
        TOPIC_ZERO_WINDOW_PROBE,
        TOPIC_KEEP_ALIVE,
        TOPIC_URGENT,
        /* TCP: recovery */
        TOPIC_RETRANSMISSION,
        TOPIC_FAST_RETRANSMIT,
        TOPIC_SPURIOUS_RETRANSMISSION,
        TOPIC_OUT_OF_ORDER,
        TOPIC_DUPLICATE_ACK,
        TOPIC_SACK,
        TOPIC_DUPLICATE_SACK,
        TOPIC_GAP,
        TOPIC_NOT_CAPTURED,
        TOPIC_CAPTURED_TWICE,
        TOPIC_MIDSTREAM,
        TOPIC_ONE_DIRECTION,
        /* TCP: closing */
        TOPIC_FIN,
        TOPIC_HALF_CLOSE,
        TOPIC_LAST_FIN,
        TOPIC_SIMULTANEOUS_CLOSE,
        TOPIC_REPEATED_FIN,
        TOPIC_FIN_ACKNOWLEDGED,
        TOPIC_TIME_WAIT,
        TOPIC_RESET,
        TOPIC_IGNORED_RESET,
        TOPIC_REFUSAL,
        TOPIC_NO_CONNECTION,
        TOPIC_HANDSHAKE_RESET,
        TOPIC_HALF_OPEN,
        TOPIC_LATE_DATA,
        TOPIC_PORT_SCAN,
        /* TCP: options */
        TOPIC_MSS,
        TOPIC_WINDOW_SCALE,
        TOPIC_SACK_PERMITTED,
        TOPIC_TIMESTAMPS,
        TOPIC_OPTION_LENGTH,
        TOPIC_UNKNOWN_OPTION,
        TOPIC_EXPERIMENTAL_OPTION,
        TOPIC_MULTIPATH,
        TOPIC_USER_TIMEOUT,
        TOPIC_AUTHENTICATION,
        TOPIC_MD5_SIGNATURE,
        /* Congestion */
        TOPIC_ECN,
        TOPIC_ECN_ECHO,
        TOPIC_ACCURATE_ECN,
        TOPIC_ACCURATE_ECN_OPTION,
        TOPIC_CONGESTION_EXPERIENCED,
        /* UDP and the chat over it */
        TOPIC_UDP,
        TOPIC_REQUEST,
        TOPIC_REPLY,
        TOPIC_NOTICE,
        TOPIC_PEER_MESSAGE,
        TOPIC_GROUP_MESSAGE,
        TOPIC_UNKNOWN_MESSAGE,
        TOPIC_LONG_DATAGRAM,
        /* IP, ICMP, and the capture */
        TOPIC_LAYERS,
        TOPIC_SNAPSHOT_LENGTH,
        TOPIC_CLOCK,
        TOPIC_FRAGMENTS,
        TOPIC_CHECKSUM,
        TOPIC_UDP_CHECKSUM_ABSENT,
        TOPIC_IP_CHECKSUM,
        TOPIC_CHECKSUM_OFFLOAD,
        TOPIC_ICMP_ERROR,
        TOPIC_ICMP_UNREACHABLE,
        TOPIC_ICMP_TOO_BIG,
        TOPIC_ICMP_TIME_EXCEEDED,
        TOPIC_ICMP_PARAMETER_PROBLEM,
        TOPIC_ICMP_REDIRECT,
        TOPIC_ICMP_SOURCE_QUENCH,
        TOPIC_GROUP_MEMBERSHIP,
        TOPIC_GROUP_REPORT_REPEATED,
        TOPIC_ARP,
        TOPIC_ARP_PROBE,
        TOPIC_ARP_ANNOUNCEMENT,
        /* Of conversations */
        TOPIC_HANDSHAKE,
        TOPIC_UNANSWERED_SYN,
        TOPIC_INCOMPLETE_HANDSHAKE,
        TOPIC_CLOSE,
        TOPIC_UDP_CONVERSATION,
        TOPIC_UNANSWERED_REQUEST,
        TOPIC_CONNECTION_NAMES,
        TOPIC_COUNT,
} Topic;

typedef struct {
        const char *name;      /* "half_close"; part of the public JSON format */
        const char *title;     /* "Half-closed connection" */
        const char *paragraph; /* what is true in general; ends with a full stop */
        const char *source;    /* "RFC 9293, section 3.5; RFC 791, section 1.2", or another authority */
} TopicInfo;

const TopicInfo *topic_get(Topic topic);
/* FALSE: no topic has that name; ret_topic is untouched. */
gboolean topic_from_name(const char *name, Topic *ret_topic);

/* A set of topics, such as those that a reader has been told about. Initialise it with zeros. */
typedef struct {
        guint64 words[(TOPIC_COUNT + 63) / 64];
} TopicSet;
/* TRUE: the topic was not in the set before. */
static inline gboolean topic_set_add(TopicSet *set, Topic topic)
{
        guint64 *word = &set->words[topic / 64], bit = G_GUINT64_CONSTANT(1) << (topic % 64);
        gboolean is_new = (*word & bit) == 0;

        *word |= bit;
        return is_new;
}

G_END_DECLS
