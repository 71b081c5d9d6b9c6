/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/summary/steps.h"

static const StepDescription descriptions[N_STEPS] = {
        [STEP_HANDSHAKE] = {"Handshake", PHASE_SETUP,
                            "SYN, SYN-ACK, ACK: both sides learn where the other begins to count"},
        [STEP_REFUSAL] = {"Refusal", PHASE_SETUP, "an RST answers the SYN"},
        [STEP_INITIALISATION] = {"Initialisation", PHASE_SETUP, "each client registers its name, the server answers"},
        [STEP_ROOMS] = {"Rooms", PHASE_CONTROL, "create, join, leave; the server tells the members who is there"},
        [STEP_DIRECTORY] = {"Address book", PHASE_CONTROL, "ask who is there, and under which address"},
        [STEP_REQUESTS] = {"Requests and replies", PHASE_CONTROL, "the clients ask, the server answers and tells"},
        [STEP_ACKNOWLEDGEMENT] = {"Acknowledgement", PHASE_TRANSFER,
                                  "TCP acknowledges what arrived; the chat programs never see it"},
        [STEP_FLOW_CONTROL] = {"Flow control", PHASE_CONTROL, "zero windows, probes and window updates"},
        [STEP_KEEP_ALIVE] = {"Keep-alive", PHASE_CONTROL,
                             "on a silent connection TCP asks whether the other side's TCP still has it"},
        [STEP_RECOVERY] = {"Recovery", PHASE_RECOVERY, "what was lost, late or doubled is asked for and sent again"},
        [STEP_TEARDOWN] = {"Teardown", PHASE_TEARDOWN,
                           "FIN and ACK close each direction on its own; an RST ends both at once"},
        [STEP_LEAVING] = {"Leaving", PHASE_TEARDOWN, "each client signs off, the server confirms"},
        [STEP_ERRORS] = {"Error reports", PHASE_CONTROL, "ICMP says what could not be delivered"},
        [STEP_GROUPS] = {"Group membership", PHASE_CONTROL, "a host joins or leaves a multicast group"},
        [STEP_COPIES] = {"Captured twice", PHASE_CONTROL,
                         "the same packet at a second point of its way: nothing was sent again"},
        [STEP_OTHER] = {"Other maintenance", PHASE_CONTROL,
                        "datagrams that the protocol does not describe, and the like"},
};

const StepDescription *step_describe(Step step)
{
        return &descriptions[step];
}

/* Wireshark flags zero-window probes and their answers as keep-alives, too. */
static gboolean is_keep_alive(const FlowPacket *flow)
{
        const TcpEvidence *evidence = flow->evidence;

        return (flow->analysis & (TCP_ANALYSIS_KEEP_ALIVE | TCP_ANALYSIS_KEEP_ALIVE_ACK)) != 0 &&
               !(evidence && (evidence->probes_zero_window || evidence->answers_probe));
}

static Step tcp_step(const Record *record)
{
        switch (record->phase) {
        case PHASE_SETUP:
                return record->kind == KIND_RST ? STEP_REFUSAL : STEP_HANDSHAKE;
        case PHASE_TEARDOWN:
                return STEP_TEARDOWN;
        case PHASE_CONTROL:
                return is_keep_alive(record->flow) ? STEP_KEEP_ALIVE : STEP_FLOW_CONTROL;
        case PHASE_TRANSFER:
                return record->kind == KIND_DATA ? STEP_OTHER : STEP_ACKNOWLEDGEMENT;
        case PHASE_RECOVERY:
                break;
        }
        return STEP_RECOVERY;
}

static Step step_of_meaning(ChatMeaning meaning)
{
        switch (meaning) {
        case CHAT_MEANING_CREATE_ROOM:
        case CHAT_MEANING_ROOM_CREATED:
        case CHAT_MEANING_ROOM_EXISTS:
        case CHAT_MEANING_JOIN_ROOM:
        case CHAT_MEANING_CLEAR_PEERS:
        case CHAT_MEANING_PEER_ADDRESS:
        case CHAT_MEANING_NO_SUCH_ROOM:
        case CHAT_MEANING_LEAVE_ROOM:
        case CHAT_MEANING_ROOM_LEFT:
        case CHAT_MEANING_WHO:
        case CHAT_MEANING_HERE:
        case CHAT_MEANING_ROOM_GROUP:
                return STEP_ROOMS;
        case CHAT_MEANING_LIST_USERS:
        case CHAT_MEANING_USER:
        case CHAT_MEANING_NO_USERS:
        case CHAT_MEANING_LIST_ROOMS:
        case CHAT_MEANING_ROOM:
        case CHAT_MEANING_NO_ROOMS:
        case CHAT_MEANING_FIND_USER:
        case CHAT_MEANING_USER_ADDRESS:
        case CHAT_MEANING_NO_SUCH_USER:
                return STEP_DIRECTORY;
        default:
                return STEP_REQUESTS;
        }
}

static Step udp_step(const Record *record)
{
        const ChatForm *form = record->told->form;

        if (record->phase == PHASE_SETUP)
                return STEP_INITIALISATION;
        if (record->phase == PHASE_TEARDOWN)
                return STEP_LEAVING;
        return form ? step_of_meaning(form->meaning) : STEP_OTHER;
}

Step record_get_step(const Record *record)
{
        if (record->flow->captured_twice != 0)
                return STEP_COPIES;
        switch (record->kind) {
        case KIND_ICMP_ERROR:
                return STEP_ERRORS;
        case KIND_ICMP:
                return record_is_membership(record) ? STEP_GROUPS : STEP_ERRORS;
        case KIND_IGMP:
                return STEP_GROUPS;
        default:
                return record->packet->transport == TRANSPORT_TCP ? tcp_step(record) : udp_step(record);
        }
}
