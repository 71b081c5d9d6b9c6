/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Up to which layer of the receiving host does a frame go? */
#include "reports/quiz/family.h"

typedef enum { LAYER_OF_LINK, LAYER_OF_NETWORK, LAYER_OF_TRANSPORT, LAYER_OF_APPLICATION, N_LAYERS } AskedLayer;

static const char *const values[N_LAYERS] = {"\"link\"", "\"network\"", "\"transport\"", "\"application\""};

static const char *name_of(AskedLayer asked, gboolean is_tcp)
{
        switch (asked) {
        case LAYER_OF_LINK:
                return "link layer (Ethernet, for example)";
        case LAYER_OF_NETWORK:
                return "network layer (IP)";
        case LAYER_OF_TRANSPORT:
                return is_tcp ? "transport layer (TCP)" : "transport layer (UDP)";
        default:
                return "application layer (the program)";
        }
}

static char *explain(const Fact *fact, AskedLayer asked, gboolean is_application)
{
        const char *transport = record_is_tcp(fact->record) ? "TCP" : "UDP";
        guint32 length = fact->record->packet->payload_length;
        const char *unit = length == 1 ? "byte" : "bytes";

        switch (asked) {
        case LAYER_OF_LINK:
                return g_strdup("The link layer takes off its header and hands the packet on to IP: the packet goes "
                                "further up.");
        case LAYER_OF_NETWORK:
                return g_strdup_printf("IP brings the packet to the host and hands it on to %s, whose header follows "
                                       "the IP header. Addresses alone do not tell which program it is for.",
                                       transport);
        case LAYER_OF_TRANSPORT:
                if (is_application)
                        return g_strdup_printf(
                                "%s hands the data behind its header (%u %s) to the program at the port.", transport,
                                length, unit);
                return g_strdup("The segment carries no data: its numbers and flags are for TCP itself, and there is "
                                "nothing to hand to a program.");
        default:
                if (is_application)
                        return g_strdup_printf("Its data (%u %s) is for the program: %s hands it up.", length, unit,
                                               transport);
                return g_strdup("Len is 0, so nothing is handed to the program, although the segment belongs to the "
                                "program's connection.");
        }
}

static Question *make(const QuizFacts *facts, const Fact *fact, guint variant, QuizRandom *random)
{
        const Record *record = fact->record;
        guint64 frame = record_frame(record);
        guint32 length = record->packet->payload_length;
        gboolean is_application = record->layer == CONSUMER_APPLICATION;
        Question *question;

        if (!record_is_tcp(record) && !record_is_udp(record))
                return NULL;
        /* Whether data that was sent again goes up depends on whether it had arrived before, which the frame does not
         * show. */
        if ((length > 0) != is_application || (record_is_tcp(record) && length != record->flow->new_octets) ||
            (length > 0 && record_is_out_of_line(record)))
                return NULL;
        question = question_new(
                "layer", 1, QUIZ_CHOICE,
                g_strdup_printf(
                        "In the receiving host, each layer takes off its header and hands the rest, if there is any, "
                        "to the layer above. Which is the highest layer that gets bytes of "
                        "frame %" G_GUINT64_FORMAT "?",
                        frame),
                g_strdup_printf("{\"frame\":%" G_GUINT64_FORMAT "}", frame));
        question->excerpt = excerpt_around(fact, 1, 1, EXCERPT_DATA);
        question_add_topic(question, TOPIC_LAYERS);
        question_add_topic(question, record_is_tcp(record) ? TOPIC_BYTE_STREAM : TOPIC_UDP);
        question_add_frame(question, frame);
        for (guint i = 0; i < N_LAYERS; i++)
                question_add_answer(question, i == (is_application ? LAYER_OF_APPLICATION : LAYER_OF_TRANSPORT),
                                    g_strdup(name_of(i, record_is_tcp(record))), g_strdup(values[i]),
                                    explain(fact, i, is_application));
        question->why = g_strdup_printf("Frame %" G_GUINT64_FORMAT " carries %s.", frame,
                                        is_application ? "data for a program" : "no data");
        return question;
}

const QuizFamily family_layer = {"layer", "Which layer?", 1, make};
