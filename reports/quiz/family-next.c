/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What comes next? It is asked only where the rules of the protocol allow just one packet; each of the other answers
 * breaks one of the rules. */
#include "reports/quiz/family.h"

#include "reports/prose.h"

/* Offers a segment as an answer: as text, and as JSON for programs. */
static void offer(Question *question,
                  const Fact *fact,
                  gboolean is_right,
                  FlowSide side,
                  guint16 flags,
                  guint32 sequence,
                  guint32 acknowledgement,
                  const char *why)
{
        g_autofree char *names = flags_to_text(flags);
        const char *who = conversation_side(fact->conversation, side);
        g_autofree char *ack = flags & TCP_ACK ? g_strdup_printf(", Ack %u", acknowledgement) : g_strdup("");
        g_autofree char *ack_value = flags & TCP_ACK ? g_strdup_printf("%u", acknowledgement) : g_strdup("null");

        question_add_answer(question, is_right, g_strdup_printf("%s: %s, Seq %u%s, Len 0", who, names, sequence, ack),
                            g_strdup_printf("{\"side\":\"%s\",\"flags\":\"%s\",\"seq\":%u,\"ack\":%s,\"len\":0}", who,
                                            names, sequence, ack_value),
                            g_strdup(why));
}

static Question *new_question(const Fact *fact, const Record *next, Topic topic, const char *happens)
{
        guint64 frame = record_frame(fact->record);
        Question *question = question_new("next", 2, QUIZ_CHOICE,
                                          g_strdup_printf("The last segment shown is frame %" G_GUINT64_FORMAT
                                                          ". %s Which segment comes next in this "
                                                          "connection?",
                                                          frame, happens),
                                          g_strdup_printf("{\"frame\":%" G_GUINT64_FORMAT "}", frame));

        question->excerpt = excerpt_around(fact, 3, 0, 0);
        question_add_topic(question, topic);
        question_add_frame(question, frame);
        question_add_frame(question, record_frame(next));
        return question;
}

static Question *after_syn(const Fact *fact, const Record *next)
{
        FlowSide client = fact->record->flow->side;
        Question *question;

        if (next->kind != KIND_SYN_ACK || next->flow->relative_acknowledgement != 1 ||
            (next->packet->tcp.flags & ~(TCP_SYN | TCP_ACK)) != 0)
                return NULL;
        question =
                new_question(fact, next, TOPIC_SYN_ACK, "A program listens on the port, and the server's TCP agrees.");
        offer(question, fact, TRUE, !client, TCP_SYN | TCP_ACK, 0, 1,
              "It acknowledges the client's SYN, which used up number 0, and announces the server's own initial "
              "sequence number.");
        offer(question, fact, FALSE, !client, TCP_SYN | TCP_ACK, 0, 0,
              "The SYN uses up one sequence number, so the number that is expected next is 1.");
        offer(question, fact, FALSE, !client, TCP_ACK, 0, 1,
              "An ACK alone would not open the server's own direction: only a SYN announces its initial sequence "
              "number.");
        offer(question, fact, FALSE, client, TCP_ACK, 1, 1,
              "The client does not know the server's initial sequence number yet, so it cannot acknowledge it.");
        return question;
}

static Question *after_syn_ack(const Fact *fact, const Record *next)
{
        FlowSide server = fact->record->flow->side;
        Question *question;

        if (next->kind != KIND_HANDSHAKE_ACK || next->flow->side == server || next->packet->tcp.flags != TCP_ACK ||
            next->flow->relative_acknowledgement != 1)
                return NULL;
        question = new_question(fact, next, TOPIC_HANDSHAKE_ACK, "The client completes the handshake without data.");
        offer(question, fact, TRUE, !server, TCP_ACK, 1, 1,
              "Both SYNs used up number 0: the client goes on with 1, and expects 1 next.");
        offer(question, fact, FALSE, !server, TCP_ACK, 0, 0, "Both SYNs used up one sequence number, number 0.");
        offer(question, fact, FALSE, !server, TCP_SYN | TCP_ACK, 0, 1,
              "Each side sends its SYN once. The client's came before, and is acknowledged.");
        offer(question, fact, FALSE, server, TCP_ACK, 1, 1,
              "It is the client's turn: the SYN that is not acknowledged yet is the server's.");
        return question;
}

/* A segment with data, which the next one acknowledges without doing anything else. */
static Question *after_data(const Fact *fact, const Record *next)
{
        const FlowPacket *flow = fact->record->flow;
        guint32 end = record_end(fact->record), sequence = next->flow->relative_sequence;
        FlowSide receiver = !flow->side;
        Question *question;
        g_autofree char *why = NULL;

        if (next->kind != KIND_ACK || next->flow->side != receiver || next->packet->tcp.flags != TCP_ACK ||
            next->flow->relative_acknowledgement != end || flow->payload_length < 2 || fact->position == 0 ||
            sequence != flow->relative_acknowledgement)
                return NULL;
        question = new_question(fact, next, TOPIC_ACKNOWLEDGEMENT,
                                "Its receiver's TCP acknowledges everything at once, in a segment without data.");
        why = g_strdup_printf(
                "Ack is the number that is expected next: Seq %u plus Len %u. Its Seq is the number that its "
                "sender would use next.",
                flow->relative_sequence, flow->payload_length);
        offer(question, fact, TRUE, receiver, TCP_ACK, sequence, end, why);
        offer(question, fact, FALSE, receiver, TCP_ACK, sequence, end - 1,
              "Ack names the number that is expected next, not the last one that arrived.");
        offer(question, fact, FALSE, receiver, TCP_ACK, sequence, flow->relative_sequence,
              "That would say that nothing of the segment has arrived: Len has to be added to its Seq.");
        offer(question, fact, FALSE, receiver, TCP_ACK, sequence + 1, end,
              "A segment without data uses up no number, and its sender has sent nothing new since.");
        offer(question, fact, FALSE, flow->side, TCP_ACK, end, flow->relative_acknowledgement,
              "The sender of the data does not acknowledge it; the receiver does.");
        return question;
}

static Question *after_fin(const Fact *fact, const Record *next)
{
        const FlowPacket *flow = fact->record->flow;
        guint32 end = record_end(fact->record), sequence = next->flow->relative_sequence;
        FlowSide peer = !flow->side;
        gboolean closes_too = next->kind == KIND_FIN;
        Question *question;

        if (next->flow->side != peer || next->flow->relative_acknowledgement != end || next->flow->payload_length > 0 ||
            !record_has_flag(fact->record, TCP_ACK) || sequence != flow->relative_acknowledgement)
                return NULL;
        if (closes_too && next->packet->tcp.flags == (TCP_FIN | TCP_ACK)) {
                question =
                        new_question(fact, next, TOPIC_LAST_FIN,
                                     "The other side has nothing more to send either, and says so in the segment with "
                                     "which it answers.");
                offer(question, fact, TRUE, peer, TCP_FIN | TCP_ACK, sequence, end,
                      "FIN uses up one number, so the acknowledgement is one higher; the same segment closes the other "
                      "direction.");
                offer(question, fact, FALSE, peer, TCP_FIN | TCP_ACK, sequence, end - 1,
                      "A FIN is acknowledged like a byte: it uses up one number.");
                offer(question, fact, FALSE, peer, TCP_ACK, sequence, end,
                      "Without FIN it would not close its own direction.");
                offer(question, fact, FALSE, peer, TCP_RST | TCP_ACK, sequence, end,
                      "RST discards data that was not delivered; FIN closes in good order.");
                return question;
        }
        if (next->kind != KIND_TEARDOWN_ACK || next->packet->tcp.flags != TCP_ACK)
                return NULL;
        question = new_question(fact, next, TOPIC_FIN_ACKNOWLEDGED,
                                "The other side acknowledges it in a segment that does nothing else.");
        offer(question, fact, TRUE, peer, TCP_ACK, sequence, end,
              "FIN uses up one number, so the acknowledgement is one higher.");
        offer(question, fact, FALSE, peer, TCP_ACK, sequence, end - 1,
              "A FIN is acknowledged like a byte: it uses up one number.");
        offer(question, fact, FALSE, peer, TCP_FIN | TCP_ACK, sequence, end,
              "With FIN the segment would do more than acknowledge.");
        offer(question, fact, FALSE, flow->side, TCP_ACK, end, flow->relative_acknowledgement,
              "The sender of the FIN does not acknowledge it; the receiver does.");
        return question;
}

static Question *after_segment(const Fact *fact, const Record *next)
{
        if (!record_is_tcp(next) || record_is_out_of_line(fact->record) || record_is_out_of_line(next))
                return NULL;
        switch (fact->record->kind) {
        case KIND_SYN:
                return after_syn(fact, next);
        case KIND_SYN_ACK:
                return after_syn_ack(fact, next);
        case KIND_DATA:
                return after_data(fact, next);
        case KIND_FIN:
                return after_fin(fact, next);
        default:
                return NULL;
        }
}

static const char *look_up(const char *placeholder, gpointer data)
{
        return g_str_equal(placeholder, "destination") ? "the client" : "the server";
}

/* What a message means if the server sends it; NULL: nothing. Transfer: full. */
static char *meaning_of(const ChatProtocol *protocol, const char *octets, gsize length)
{
        ChatMessage message;
        g_autoptr(GString) label = NULL, text = NULL;

        if (chat_protocol_parse(protocol, CHAT_SENDER_SERVER, octets, length, &message) != CHAT_PARSE_OK)
                return NULL;
        label = g_string_new(NULL);
        text = g_string_new(NULL);
        chat_message_append_label(&message, look_up, NULL, label);
        prose_append_wire(text, label->str, label->len, 100);
        return g_string_free(g_steal_pointer(&text), FALSE);
}

static void
offer_datagram(Question *question, const ChatProtocol *protocol, gboolean is_right, const char *octets, gsize length)
{
        GString *text = g_string_new("“"), *value = g_string_new("{\"octets\":\"");
        g_autofree char *meaning = meaning_of(protocol, octets, length);

        prose_append_wire(text, octets, length, 60);
        g_string_append(text, "”");
        for (gsize i = 0; i < length; i++)
                g_string_append_printf(value, "%02x", (guint8) octets[i]);
        g_string_append(value, "\"}");
        question_add_answer(question, is_right, g_string_free(text, FALSE), g_string_free(value, FALSE),
                            meaning && *meaning ? g_strdup_printf("From the server it means: %s.", meaning) :
                                                  g_strdup("No server says that in this protocol."));
}

/* Another message of the server: in that form, with the argument of the given message if it needs one. NULL: it needs
 * other arguments. Transfer: full. */
static GString *format_other(const ChatForm *form, const ChatMessage *message)
{
        g_autofree char *argument = NULL;
        const char *arguments[2] = {NULL, NULL};

        if (form->n_arguments > 1 || (form->n_arguments == 1 && message->n_arguments == 0))
                return NULL;
        if (form->n_arguments == 1) {
                if (form->argument_types[0] != message->form->argument_types[0] ||
                    !g_str_equal(form->argument_names[0], message->form->argument_names[0]))
                        return NULL;
                argument = g_strndup(message->arguments[0].start, message->arguments[0].length);
                arguments[0] = argument;
        }
        return chat_form_format(form, arguments, NULL);
}

/* Offers other messages of the server: first those that answer the same request, then those with the same argument,
 * then any. */
static void offer_other_forms(Question *question, const Record *reply, const ChatForm *request)
{
        const ChatProtocol *protocol = reply->told->protocol;
        const ChatMessage *message = &reply->told->messages[0].message;
        guint n_forms;
        const ChatForm *forms = chat_protocol_get_forms(protocol, &n_forms);

        for (guint pass = 0; pass < 3; pass++)
                for (guint i = 0; i < n_forms && question->answers->len < 4; i++) {
                        guint fits = chat_form_answers(&forms[i], request) ? 0 : forms[i].n_arguments == 1 ? 1 : 2;
                        g_autoptr(GString) octets = NULL;

                        if (fits != pass || forms[i].from != CHAT_SENDER_SERVER ||
                            g_str_equal(forms[i].name, message->form->name))
                                continue;
                        octets = format_other(&forms[i], message);
                        if (octets)
                                offer_datagram(question, protocol, FALSE, octets->str, octets->len);
                }
}

/* A request: the question tells what the server's answer means, and asks for the datagram. */
static Question *after_request(const Fact *fact, const Record *next)
{
        const Record *request = fact->record;
        const SessionMessage *message = record_single_message(next);
        g_autoptr(Question) question = NULL;
        g_autofree char *meaning = NULL;
        guint64 frame = record_frame(request);

        if (!record_is_udp(next) || next->told->sender != CHAT_SENDER_SERVER || next->kind != KIND_REPLY ||
            next->told->request != frame || !message || !request->told->form ||
            message->form->reply != CHAT_REPLY_ONLY || message->octets.length > 60)
                return NULL;
        meaning = meaning_of(next->told->protocol, message->octets.start, message->octets.length);
        if (!meaning || !*meaning)
                return NULL;
        question =
                question_new("next", 2, QUIZ_CHOICE,
                             g_strdup_printf("The last datagram shown is frame %" G_GUINT64_FORMAT
                                             ". The server's answer to it means: “%s”. Which datagram does the server "
                                             "send next?",
                                             frame, meaning),
                             g_strdup_printf("{\"frame\":%" G_GUINT64_FORMAT "}", frame));
        question->excerpt = excerpt_around(fact, 2, 0, 0);
        question_add_topic(question, TOPIC_REPLY);
        question_add_frame(question, frame);
        question_add_frame(question, record_frame(next));
        offer_datagram(question, next->told->protocol, TRUE, message->octets.start, message->octets.length);
        offer_other_forms(question, next, request->told->form);
        question_add_answer(question, FALSE, g_strdup("None at first: the server's UDP acknowledges the request."),
                            g_strdup("{\"acknowledges\":true}"),
                            g_strdup("UDP has no acknowledgements: the program's answer is the first thing that comes "
                                     "back."));
        if (question->answers->len < 4)
                return NULL;
        return g_steal_pointer(&question);
}

static Question *make(const QuizFacts *facts, const Fact *fact, guint variant, QuizRandom *random)
{
        const Record *next;
        Question *question;

        if (fact->position + 1 >= fact->conversation->records->len)
                return NULL;
        next = conversation_get(fact->conversation, fact->position + 1);
        question = record_is_tcp(fact->record) ? after_segment(fact, next) : NULL;
        if (record_is_udp(fact->record) && fact->record->kind == KIND_REQUEST)
                question = after_request(fact, next);
        if (!question)
                return NULL;
        quiz_random_shuffle(random, question->answers);
        question->why = g_strdup_printf("In the capture it is frame %" G_GUINT64_FORMAT ".", record_frame(next));
        return question;
}

const QuizFamily family_next = {"next", "What comes next?", 1, make};
