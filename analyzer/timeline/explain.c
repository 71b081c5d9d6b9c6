/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Why a packet is there and what it shows, for somebody who has not met its kind: the points about datagrams and ICMP
 * messages; those about segments are in explain-tcp.c. What is true of every packet of a kind stands in topics.c. */
#include "analyzer/timeline/build.h"

/* Whether requests of other clients can cause notices of this form. */
static gboolean has_cause(const ChatForm *form)
{
        return form->meaning == CHAT_MEANING_CLEAR_PEERS || form->meaning == CHAT_MEANING_PEER_ADDRESS ||
               form->meaning == CHAT_MEANING_ROOM_GROUP;
}

void explain_exchange(const Record *record, Explanation *e)
{
        const SessionPacket *told = record->told;
        const SessionExchange *exchange = &told->messages[0].exchange;
        gboolean is_tcp = record->packet->transport == TRANSPORT_TCP; /* the topics about UDP do not apply */
        const ChatForm *form = told->messages[0].form;
        g_autoptr(GString) pattern = g_string_new(NULL);
        const SentenceValue values[] = {
                TEXT("pattern", pattern->str),
                TEXT("form", form->name),
                NUMBER("frame", exchange->request),
                NUMBER("repeats", exchange->repeats),
                NUMBER("cause", told->cause),
                NUMBER("unheard", exchange->unheard),
                TEXT("name", told->cause_name),
                ADDRESS("group", &record->packet->destination.address),
                {.kind = SENTENCE_END},
        };

        chat_form_append_cell(form, CHAT_CELL_MESSAGE, pattern);
        switch (exchange->kind) {
        case SESSION_KIND_REQUEST:
                explanation_add(e, is_tcp ? TOPIC_BYTE_STREAM : TOPIC_REQUEST,
                                exchange->unheard > 0 ? "It is the chat message “{pattern}” ({form}), and repeats a "
                                                        "request that frame {unheard} had answered: either that answer "
                                                        "did not reach the client in time, or the server was started "
                                                        "again and the client has noticed it." :
                                exchange->repeats == 0 ? "It is the chat message “{pattern}” ({form})." :
                                                         "It is the chat message “{pattern}” ({form}), and repeats the "
                                                         "request in frame {repeats}, to which no answer was captured "
                                                         "so far.",
                                values);
                break;
        case SESSION_KIND_REPLY:
                explanation_add(
                        e, is_tcp ? TOPIC_BYTE_STREAM : TOPIC_REPLY,
                        exchange->answers_group ?
                                "It is the chat message “{pattern}” ({form}), in answer to frame {frame}, which "
                                "went to a whole multicast group: each member answers for itself." :
                        exchange->request == 0   ? "It is the chat message “{pattern}” ({form}); the request that "
                                                   "it answers was not captured." :
                        exchange->answered_again ? "It is the chat message “{pattern}” ({form}), and answers "
                                                   "frame {frame} once more, because that request was "
                                                   "repeated." :
                                                   "It is the chat message “{pattern}” ({form}), in answer to "
                                                   "frame {frame}.",
                        values);
                break;
        case SESSION_KIND_NOTICE:
                explanation_add(e, TOPIC_NOTICE,
                                !has_cause(form) ? "It is the chat message “{pattern}” ({form}), a notice: by the "
                                                   "protocol's description it answers nothing." :
                                told->cause == 0 ? "It is the chat message “{pattern}” ({form}), a notice; its "
                                                   "cause was not captured." :
                                told->cause_name ? "It is the chat message “{pattern}” ({form}), a notice: {name}'s "
                                                   "request in frame {cause} caused it." :
                                                   "It is the chat message “{pattern}” ({form}), a notice: another "
                                                   "client's request in frame {cause} caused it.",
                                values);
                break;
        case SESSION_KIND_MESSAGE:
        case SESSION_KIND_OTHER:
                if (ip_address_is_multicast(&record->packet->destination.address))
                        explanation_add(e, TOPIC_GROUP_MESSAGE,
                                        "It is the chat message “{pattern}” ({form}), to the group {group}.", values);
                else
                        explanation_add(e,
                                        told->sender == CHAT_SENDER_PEER ? TOPIC_PEER_MESSAGE :
                                        is_tcp                           ? TOPIC_BYTE_STREAM :
                                                                           TOPIC_UDP,
                                        "It is the chat message “{pattern}” ({form}).", values);
                break;
        }
}

static void explain_udp(const Record *record, Explanation *e)
{
        const SessionPacket *told = record->told;
        const SessionMessage *message = told->n_messages > 0 ? &told->messages[0] : NULL;

        explanation_add(e, TOPIC_UDP, NULL, NULL);
        if (!told->protocol)
                return;
        if (message && message->form)
                explain_exchange(record, e);
        else if (message && message->why == CHAT_PARSE_CUT_OFF)
                explanation_add(e, TOPIC_UNKNOWN_MESSAGE, "What it says is not known: the rest of it was not captured.",
                                NULL);
        else
                explanation_add(
                        e, TOPIC_UNKNOWN_MESSAGE, "It is not a message of this chat: {reason}.",
                        VALUES(TEXT("reason", message ? chat_parse_status_to_string(message->why) : "it is empty")));
        if (message && message->missing > 0)
                explanation_add(e, TOPIC_SNAPSHOT_LENGTH,
                                sentence_for(message->missing, "1 byte of it was not captured.",
                                             "{n} bytes of it were not captured."),
                                VALUES(NUMBER("n", message->missing)));
        if (record_exceeds_limit(record))
                explanation_add(e, TOPIC_LONG_DATAGRAM, "It has {n} bytes; receivers read {limit}.",
                                VALUES(NUMBER("n", record->packet->payload_length),
                                       NUMBER("limit", chat_protocol_get_receive_limit(told->protocol))));
}

static void explain_error(const Record *record, Explanation *e)
{
        const IcmpHeader *icmp = &record->packet->icmp;
        gboolean v6 = record->packet->source.address.family == 6;
        static const Topic topics4[] =
                {
                        [3] = TOPIC_ICMP_UNREACHABLE,    [4] = TOPIC_ICMP_SOURCE_QUENCH,      [5] = TOPIC_ICMP_REDIRECT,
                        [11] = TOPIC_ICMP_TIME_EXCEEDED, [12] = TOPIC_ICMP_PARAMETER_PROBLEM,
                },
                           topics6[] = {
                                   [1] = TOPIC_ICMP_UNREACHABLE,
                                   [2] = TOPIC_ICMP_TOO_BIG,
                                   [3] = TOPIC_ICMP_TIME_EXCEEDED,
                                   [4] = TOPIC_ICMP_PARAMETER_PROBLEM,
                           };
        const Topic *topics = v6 ? topics6 : topics4;
        gsize n = v6 ? G_N_ELEMENTS(topics6) : G_N_ELEMENTS(topics4);

        explanation_add(e, TOPIC_ICMP_ERROR, "It quotes a packet from {source} to {destination}.",
                        VALUES(ADDRESS("source", &icmp->quoted_source.address),
                               ADDRESS("destination", &icmp->quoted_destination.address)));
        if (record->told->undelivered > 0)
                explanation_add(e, TOPIC_ICMP_ERROR, "That is the request in frame {frame}, which was not delivered.",
                                VALUES(NUMBER("frame", record->told->undelivered)));
        if (!v6 && icmp->type == 3 && icmp->code == 4)
                explanation_add(e, TOPIC_ICMP_TOO_BIG, NULL, NULL);
        else if (icmp->type < n && topics[icmp->type] != 0)
                explanation_add(e, topics[icmp->type], NULL, NULL);
}

static void explain_membership(const Record *record, Explanation *e)
{
        const SessionGroupChange *change = &record->told->group_changes[0];
        gboolean v6 = record->packet->source.address.family == 6;
        const SentenceValue values[] = {
                ADDRESS("group", &change->group.address),
                TEXT("room", change->room),
                TEXT("protocol", v6 ? "MLD" : "IGMP"),
                {.kind = SENTENCE_END},
        };

        explanation_add(e, TOPIC_GROUP_MEMBERSHIP,
                        change->room ? "The room {room} talks in the group {group}." :
                                       "A room whose name was not captured talks in the group {group}.",
                        values);
        if (change->is_repeated && (change->change == MEMBERSHIP_JOIN || change->change == MEMBERSHIP_LEAVE))
                explanation_add(e, TOPIC_GROUP_REPORT_REPEATED, "The host has said the same before.", NULL);
}

static void explain_fragments(const Datagram *datagram, Explanation *e)
{
        /* If fragments overlapped, one of them can have brought everything. */
        explanation_add(
                e, TOPIC_FRAGMENTS,
                sentence_for(datagram->n_frames, "The datagram came in 1 fragment, in frame {frames}.",
                             "The datagram came in {n} fragments, in frames {frames}."),
                VALUES(NUMBER("n", datagram->n_frames), FRAMES("frames", datagram->frames, datagram->n_frames)));
}

static void explain_clock(const Record *record, Explanation *e)
{
        if (record->went_back > 0)
                explanation_add(e, TOPIC_CLOCK, "Its time is {since} earlier than that of the packet before it.",
                                VALUES(DURATION("since", record->went_back)));
}

void record_explain(const Record *record, Explanation *e)
{
        if (record->flow->captured_twice != 0) {
                explain_captured_twice(record, e);
                return;
        }
        switch (record->packet->transport) {
        case TRANSPORT_TCP:
                explain_tcp(record, e);
                break;
        case TRANSPORT_UDP:
                explain_udp(record, e);
                break;
        default:
                if (record->kind == KIND_ICMP_ERROR)
                        explain_error(record, e);
                else if (record_is_membership(record))
                        explain_membership(record, e);
                break;
        }
        explain_clock(record, e);
        explain_checksum(record, e);
        if (record->packet->datagram)
                explain_fragments(record->packet->datagram, e);
}
