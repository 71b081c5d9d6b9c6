/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Is a frame maintenance or payload? The answer includes the reason, so that guessing helps less. */
#include "reports/quiz/family.h"

/* What a frame can be taken for: a verdict with a reason, which is right for some frames and wrong for others. */
typedef struct {
        const char *code; /* public, in JSON */
        gboolean is_maintenance;
        const char *text;
        const char *when_wrong; /* why it is wrong, for a frame for which it is */
} Reason;

enum {
        /* Each of these is right for one kind of packet. */
        REASON_OPENS,
        REASON_AGREES,
        REASON_ACKNOWLEDGES,
        REASON_CLOSES,
        REASON_RESETS,
        REASON_TYPED_STREAM,
        REASON_REQUEST,
        REASON_REPLY,
        REASON_NOTICE,
        REASON_TYPED_MESSAGE,
        REASON_ERROR,
        /* These are misreadings, and never right. */
        REASON_OTHERS_ANSWER,
        REASON_CARRIES_COPY,
        REASON_PUSH_ASKS,
        REASON_UDP_ACKNOWLEDGES,
        REASON_UDP_OPENS,
        REASON_UDP_IS_DATA,
        REASON_TCP_IS_MAINTENANCE,
        N_REASONS,
};

static const Reason reasons[N_REASONS] = {
        [REASON_ERROR] = {"error", TRUE, "Maintenance: a host reports that a packet could not be delivered.",
                          "Such reports are ICMP messages; this is not one."},
        [REASON_OPENS] = {"opens", TRUE, "Maintenance: it asks to open the connection.",
                          "A segment that asks for it has SYN without ACK; this one does not."},
        [REASON_AGREES] = {"agrees", TRUE, "Maintenance: it agrees to the connection and opens the other direction.",
                           "Only a segment with both SYN and ACK does so; this one does not have both."},
        [REASON_ACKNOWLEDGES] = {"acknowledges", TRUE,
                                 "Maintenance: it only acknowledges what its sender has received.",
                                 "Nearly every segment has ACK set, but this one is sent for another purpose."},
        [REASON_CLOSES] = {"closes", TRUE,
                           "Maintenance: its sender has nothing more to send, and closes its direction.",
                           "That is what FIN says, and this segment has no FIN."},
        [REASON_RESETS] = {"resets", TRUE, "Maintenance: it ends the connection, or refuses it, at once.",
                           "That is what RST does, and this segment has no RST."},
        [REASON_TYPED_STREAM] = {"typed", FALSE, "User data: it brings bytes that somebody typed.",
                                 "Its Len is 0, so it brings nothing that somebody typed."},
        [REASON_REQUEST] = {"request", TRUE, "Maintenance: a client program asks the server for something.",
                            "It is not a request of a client to the server."},
        [REASON_REPLY] = {"reply", TRUE, "Maintenance: the server answers a request of this client.",
                          "It is not the server's answer to a request of its receiver."},
        [REASON_NOTICE] = {"notice", TRUE,
                           "Maintenance: the server tells the client something that it did not ask for.",
                           "It is not a notice of the server."},
        [REASON_TYPED_MESSAGE] = {"typed", FALSE, "User data: it brings a line that a user typed for other users.",
                                  "No user typed it as a line for other users to read."},
        [REASON_OTHERS_ANSWER] =
                {"others_answer", FALSE, "User data: it is the other user's answer.",
                 "A person's answer would be data, and this segment carries none; the host's TCP made it."},
        [REASON_CARRIES_COPY] =
                {"carries_copy", FALSE, "User data: it carries a copy of the bytes that it acknowledges.",
                 "An acknowledgement names the next number; it does not send the bytes back. Len is 0."},
        [REASON_PUSH_ASKS] =
                {"push_asks", TRUE, "Maintenance: its flags ask the receiver for an acknowledgement.",
                 "No flag asks for an acknowledgement. The segment carries data, and that is what matters."},
        [REASON_UDP_ACKNOWLEDGES] = {"udp_acknowledges", TRUE,
                                     "Maintenance: UDP uses it to acknowledge the datagram before it.",
                                     "UDP has no acknowledgements; the programs themselves sent every datagram here."},
        [REASON_UDP_OPENS] = {"udp_opens", TRUE, "Maintenance: it opens a UDP connection.",
                              "UDP has no connections: any datagram can be the first between two programs."},
        [REASON_UDP_IS_DATA] = {"udp_is_data", FALSE, "User data: whatever is behind a UDP header is user data.",
                                "Behind the UDP header is whatever a program sent. Here the programs talk to each "
                                "other; no user typed it for another."},
        [REASON_TCP_IS_MAINTENANCE] = {"tcp_is_maintenance", TRUE, "Maintenance: the host's TCP made it by itself.",
                                       "TCP makes no data of its own: the bytes in it were typed by somebody."},
};

/* The reason that is right for the record; N_REASONS: that is not clear. */
static guint judge(const Record *record)
{
        switch (record->kind) {
        case KIND_SYN:
                return REASON_OPENS;
        case KIND_SYN_ACK:
                return REASON_AGREES;
        case KIND_HANDSHAKE_ACK:
        case KIND_TEARDOWN_ACK:
        case KIND_ACK:
                return record->packet->payload_length == 0 ? REASON_ACKNOWLEDGES : N_REASONS;
        case KIND_FIN:
                return record->packet->payload_length == 0 ? REASON_CLOSES : N_REASONS;
        case KIND_RST:
                return REASON_RESETS;
        case KIND_DATA:
                return record->maintenance ? N_REASONS : REASON_TYPED_STREAM;
        case KIND_REQUEST:
                return record->told->sender == CHAT_SENDER_CLIENT ? REASON_REQUEST : N_REASONS;
        case KIND_REPLY:
                return record->told->sender == CHAT_SENDER_SERVER ? REASON_REPLY : N_REASONS;
        case KIND_NOTICE:
                return REASON_NOTICE;
        case KIND_MESSAGE:
                return record->maintenance ? N_REASONS : REASON_TYPED_MESSAGE;
        case KIND_ICMP_ERROR:
                return REASON_ERROR;
        default:
                return N_REASONS;
        }
}

/* Three misreadings of a packet for which that reason is right, the likeliest first. */
static void list_wrong(guint right, guint ret_wrong[3])
{
        static const guint8 wrong[N_REASONS][3] = {
                [REASON_OPENS] = {REASON_AGREES, REASON_ACKNOWLEDGES, REASON_OTHERS_ANSWER},
                [REASON_AGREES] = {REASON_OPENS, REASON_ACKNOWLEDGES, REASON_OTHERS_ANSWER},
                [REASON_ACKNOWLEDGES] = {REASON_OTHERS_ANSWER, REASON_CARRIES_COPY, REASON_CLOSES},
                [REASON_CLOSES] = {REASON_ACKNOWLEDGES, REASON_RESETS, REASON_OTHERS_ANSWER},
                [REASON_RESETS] = {REASON_CLOSES, REASON_ACKNOWLEDGES, REASON_OTHERS_ANSWER},
                [REASON_TYPED_STREAM] = {REASON_ACKNOWLEDGES, REASON_PUSH_ASKS, REASON_TCP_IS_MAINTENANCE},
                [REASON_REQUEST] = {REASON_UDP_OPENS, REASON_UDP_IS_DATA, REASON_NOTICE},
                [REASON_REPLY] = {REASON_UDP_ACKNOWLEDGES, REASON_UDP_IS_DATA, REASON_NOTICE},
                [REASON_NOTICE] = {REASON_REPLY, REASON_UDP_IS_DATA, REASON_UDP_ACKNOWLEDGES},
                [REASON_ERROR] = {REASON_REPLY, REASON_NOTICE, REASON_TYPED_MESSAGE},
                [REASON_TYPED_MESSAGE] = {REASON_REQUEST, REASON_UDP_OPENS, REASON_UDP_ACKNOWLEDGES},
        };

        for (guint i = 0; i < 3; i++)
                ret_wrong[i] = wrong[right][i];
}

static char *make_value(const Reason *reason)
{
        return g_strdup_printf("{\"maintenance\":%s,\"reason\":\"%s\"}", reason->is_maintenance ? "true" : "false",
                               reason->code);
}

static Question *make(const QuizFacts *facts, const Fact *fact, guint variant, QuizRandom *random)
{
        const Record *record = fact->record;
        guint64 frame = record_frame(record);
        guint right = judge(record), wrong[3];
        g_autofree char *label = record_label_text(record);
        Question *question;

        if (!record_shows_author(record) || right == N_REASONS ||
            (record_is_out_of_line(record) && record->kind != KIND_SYN))
                return NULL;
        question = question_new(
                "maintenance", 1, QUIZ_CHOICE,
                g_strdup_printf(
                        "User data is what somebody typed for another user to read, when it is sent for the first "
                        "time; everything else is maintenance. Which of the two is frame %" G_GUINT64_FORMAT
                        ", and why?",
                        frame),
                g_strdup_printf("{\"frame\":%" G_GUINT64_FORMAT "}", frame));
        question->excerpt = excerpt_around(fact, 2, 1, EXCERPT_DATA);
        question_add_topic(question, record_topic(record));
        question_add_frame(question, frame);
        question_add_answer(question, TRUE, g_strdup(reasons[right].text), make_value(&reasons[right]),
                            g_strdup_printf("Frame %" G_GUINT64_FORMAT ": its sender %s.", frame, label));
        list_wrong(right, wrong);
        for (guint i = 0; i < 3; i++)
                question_add_answer(question, FALSE, g_strdup(reasons[wrong[i]].text), make_value(&reasons[wrong[i]]),
                                    g_strdup(reasons[wrong[i]].when_wrong));
        quiz_random_shuffle(random, question->answers);
        question->why = g_strdup_printf("Frame %" G_GUINT64_FORMAT " %s.", frame,
                                        record->maintenance ? "brings nothing that somebody typed for others to read" :
                                                              "brings what somebody typed");
        return question;
}

const QuizFamily family_maintenance = {"maintenance", "Maintenance or payload?", 1, make};
