/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Find the mistake in what a student writes: of four statements about a frame, one is wrong, and it is a common
 * mistake. */
#include "reports/quiz/family.h"

#define STATEMENTS 4

/* A true statement, and the common mistake that can stand in its place. */
typedef struct {
        const char *code; /* public, in JSON */
        char *right, *wrong;
        char *right_value, *wrong_value; /* JSON */
        char *correction;                /* what is right instead of the mistake */
        Topic topic;
} Statement;

static void statement_free(gpointer data)
{
        Statement *self = data;

        g_free(self->right);
        g_free(self->wrong);
        g_free(self->right_value);
        g_free(self->wrong_value);
        g_free(self->correction);
        g_free(self);
}

/* Adds a statement; all strings but code are taken over. */
static void add(GPtrArray *statements,
                const char *code,
                Topic topic,
                char *right,
                char *right_value,
                char *wrong,
                char *wrong_value,
                char *correction)
{
        Statement *self = g_new(Statement, 1);

        *self = (Statement){code, right, wrong, right_value, wrong_value, correction, topic};
        g_ptr_array_add(statements, self);
}

static char *number(guint64 n)
{
        return g_strdup_printf("%" G_GUINT64_FORMAT, n);
}

static void add_sender(GPtrArray *statements, const Fact *fact)
{
        FlowSide side = fact->record->flow->side;

        add(statements, "sender", TOPIC_STATES, g_strdup_printf("%s sent it.", fact_sender(fact)),
            g_strdup_printf("\"%s\"", conversation_side(fact->conversation, side)),
            g_strdup_printf("%s sent it.", fact_receiver(fact)),
            g_strdup_printf("\"%s\"", conversation_side(fact->conversation, !side)),
            g_strdup_printf("%s sent it.", fact_sender(fact)));
}

static void add_length(GPtrArray *statements, const Fact *fact)
{
        const Record *record = fact->record;
        guint32 n = record->flow->payload_length;
        const Record *before = fact->position > 0 ? conversation_get(fact->conversation, fact->position - 1) : NULL;
        guint32 copied = before && record_is_tcp(before) ? before->flow->payload_length : 0;

        if (n == 0 && copied > 0)
                add(statements, "length", TOPIC_ACKNOWLEDGEMENT, g_strdup("It carries no data."), number(0),
                    g_strdup_printf("It carries the %u %s of data that it acknowledges.", copied,
                                    copied == 1 ? "byte" : "bytes"),
                    number(copied),
                    g_strdup("It carries no data: an acknowledgement names a number and sends nothing back."));
        else if (n > 0)
                add(statements, "length", TOPIC_BYTE_STREAM,
                    g_strdup_printf("It carries %u %s of data.", n, n == 1 ? "byte" : "bytes"), number(n),
                    g_strdup_printf("It carries %u bytes of data.", record->packet->frame->original_length),
                    number(record->packet->frame->original_length),
                    g_strdup_printf("It carries %u %s of data; the length of the frame includes all headers.", n,
                                    n == 1 ? "byte" : "bytes"));
}

static void add_acknowledged(GPtrArray *statements, const Fact *fact)
{
        guint32 ack = fact->record->flow->relative_acknowledgement;

        if (!record_has_flag(fact->record, TCP_ACK) || ack < 2)
                return;
        add(statements, "last_arrived", TOPIC_ACKNOWLEDGEMENT,
            g_strdup_printf("It says that everything before number %u has arrived.", ack), number(ack - 1),
            g_strdup_printf("It says that everything up to and including number %u has arrived.", ack), number(ack),
            g_strdup_printf("Ack %u is the number that is expected next; what has arrived ends with %u.", ack,
                            ack - 1));
}

static void add_used(GPtrArray *statements, const Fact *fact)
{
        const Record *record = fact->record;
        guint32 used = record_end(record) - record->flow->relative_sequence;
        guint32 mistaken = record_has_flag(record, TCP_SYN | TCP_FIN) ? used - 1 : used + 1;

        add(statements, "numbers_used",
            record_has_flag(record, TCP_FIN) ? TOPIC_FIN :
            record_has_flag(record, TCP_SYN) ? TOPIC_INITIAL_SEQUENCE_NUMBER :
                                               TOPIC_ACKNOWLEDGEMENT,
            g_strdup_printf("Its sender's next segment, if it repeats nothing, has Seq %u.", record_end(record)),
            number(used),
            g_strdup_printf("Its sender's next segment, if it repeats nothing, has Seq %u.",
                            record->flow->relative_sequence + mistaken),
            number(mistaken),
            g_strdup(
                    record_has_flag(record, TCP_SYN | TCP_FIN) ?
                            "SYN and FIN use up one sequence number each." :
                            "A segment uses up as many numbers as it carries bytes; an acknowledgement uses up none."));
}

static void add_acknowledged_itself(GPtrArray *statements, const Fact *fact)
{
        gboolean is = record_end(fact->record) != fact->record->flow->relative_sequence;

        add(statements, "wants_acknowledgement", TOPIC_ACKNOWLEDGEMENT,
            g_strdup(is ? "Its receiver's TCP has to acknowledge it." : "It is not acknowledged itself."),
            g_strdup(is ? "true" : "false"),
            g_strdup(is ? "It needs no acknowledgement." : "It has to be acknowledged in turn."),
            g_strdup(is ? "false" : "true"),
            g_strdup(is ? "What uses up sequence numbers (data, SYN, FIN) is acknowledged." :
                          "A segment that uses up no sequence number is not acknowledged; otherwise acknowledgements "
                          "would never end."));
}

static void add_author(GPtrArray *statements, const Fact *fact)
{
        gboolean is_typed = !fact->record->maintenance;

        if (!record_shows_author(fact->record) || (!is_typed && fact->record->flow->payload_length > 0))
                return;
        add(statements, "typed", TOPIC_BYTE_STREAM,
            g_strdup(is_typed ? "It brings what somebody typed." : "TCP sends it; nothing in it was typed."),
            g_strdup(is_typed ? "true" : "false"),
            g_strdup(is_typed ? "TCP makes it by itself; nothing in it was typed." : "It brings what somebody typed."),
            g_strdup(is_typed ? "false" : "true"),
            g_strdup(is_typed ? "Its data is what somebody typed." :
                                "Len is 0: it can bring nothing that somebody typed."));
}

static void add_push(GPtrArray *statements, const Fact *fact)
{
        if (!record_has_flag(fact->record, TCP_PSH) || record_has_flag(fact->record, TCP_URG))
                return;
        add(statements, "push", TOPIC_PUSH,
            g_strdup("Its flag PSH asks the receiver to hand the data on without waiting for more."),
            g_strdup("\"deliver\""), g_strdup("Its flag PSH marks its data as urgent."), g_strdup("\"urgent\""),
            g_strdup("PSH asks the receiver not to wait for more; urgent data would have URG."));
}

static void add_opening(GPtrArray *statements, const Fact *fact)
{
        const Packet *packet = fact->record->packet;

        if (!record_has_flag(fact->record, TCP_SYN) || packet->tcp.sequence == 0)
                return;
        add(statements, "number_in_header", TOPIC_INITIAL_SEQUENCE_NUMBER,
            g_strdup("Its header holds a number chosen for this connection, from which relative numbers count."),
            g_strdup("\"chosen\""), g_strdup("The sequence number in its header is 0, since the connection begins."),
            g_strdup("\"zero\""),
            g_strdup_printf("Its header holds %u: 0 is only the relative number.", packet->tcp.sequence));
        if (!record_has_flag(fact->record, TCP_ACK))
                add(statements, "opens_alone", TOPIC_SYN, g_strdup("It alone does not open the connection."),
                    g_strdup("false"), g_strdup("It opens the connection, without any answer."), g_strdup("true"),
                    g_strdup("It only asks: the connection is open when both SYNs are acknowledged."));
}

/* About a SYN that was sent again. */
static void add_repetition(GPtrArray *statements, const Fact *fact)
{
        const Record *first = conversation_get(fact->conversation, 0);

        if (!record_is_out_of_line(fact->record) || first->kind != KIND_SYN || first == fact->record)
                return;
        add(statements, "repeats", TOPIC_REPEATED_SYN,
            g_strdup_printf("It has the same sequence number as frame %" G_GUINT64_FORMAT ".", record_frame(first)),
            g_strdup("true"),
            g_strdup_printf("Its sequence number is one higher than that of frame %" G_GUINT64_FORMAT ".",
                            record_frame(first)),
            g_strdup("false"),
            g_strdup("A segment that is sent again keeps its number; with another number it would be a new one."));
}

static void list_of_segment(GPtrArray *statements, const Fact *fact)
{
        add_sender(statements, fact);
        add_length(statements, fact);
        add_acknowledged(statements, fact);
        if (fact->record->kind != KIND_RST) {
                add_used(statements, fact);
                add_acknowledged_itself(statements, fact);
        }
        add_author(statements, fact);
        add_push(statements, fact);
        add_opening(statements, fact);
        add_repetition(statements, fact);
}

static void list_of_datagram(GPtrArray *statements, const Fact *fact)
{
        const Record *record = fact->record;
        guint32 n = record->packet->payload_length;
        guint16 from = record->packet->source.port, to = record->packet->destination.port;

        add(statements, "length", TOPIC_UDP, g_strdup_printf("It carries %u %s of data.", n, n == 1 ? "byte" : "bytes"),
            number(n), g_strdup_printf("It carries %u bytes of data.", n + 8), number(n + 8),
            g_strdup_printf("The UDP header has 8 bytes, which are not data; there %s %u %s of data.",
                            n == 1 ? "is" : "are", n, n == 1 ? "byte" : "bytes"));
        add(statements, "udp_acknowledged", TOPIC_UDP, g_strdup("Nothing in UDP shows its sender that it has arrived."),
            g_strdup("false"), g_strdup("Its receiver's UDP acknowledges it."), g_strdup("true"),
            g_strdup("UDP has no acknowledgements; only a program's answer shows that something has arrived."));
        add(statements, "udp_connection", TOPIC_UDP, g_strdup("No connection had to be opened for it."),
            g_strdup("false"), g_strdup("Before it, a UDP connection had to be opened."), g_strdup("true"),
            g_strdup("UDP has no connections: any datagram can be the first."));
        if (from != to)
                add(statements, "port", TOPIC_UDP, g_strdup_printf("It goes to port %u.", to), number(to),
                    g_strdup_printf("It goes to port %u.", from), number(from),
                    g_strdup_printf("%u is the port that it comes from.", from));
        if (record->kind == KIND_MESSAGE && record->told->sender == CHAT_SENDER_PEER)
                add(statements, "through_server", TOPIC_PEER_MESSAGE,
                    g_strdup("It goes directly from one user's program to another's."), g_strdup("false"),
                    g_strdup("It goes to the server, which passes it on."), g_strdup("true"),
                    g_strdup("Messages do not pass through the server; its address is not among the two here."));
        if (record->kind == KIND_REPLY && record->told->sender == CHAT_SENDER_SERVER && record->told->request != 0 &&
            record->told->n_asked == 1 && !record->told->answered_again)
                add(statements, "who_answers", TOPIC_REPLY,
                    g_strdup_printf("The server's program sends it to answer frame %" G_GUINT64_FORMAT ".",
                                    record->told->request),
                    g_strdup("\"program\""),
                    g_strdup_printf("UDP sends it by itself, to acknowledge frame %" G_GUINT64_FORMAT ".",
                                    record->told->request),
                    g_strdup("\"udp\""), g_strdup("UDP sends nothing by itself: the server's program wrote it."));
        if (record->kind == KIND_REQUEST && record->told->sender == CHAT_SENDER_CLIENT)
                add(statements, "resent", TOPIC_REQUEST,
                    g_strdup("If it is lost, the client's program has to ask again."), g_strdup("\"program\""),
                    g_strdup("If it is lost, UDP sends it again."), g_strdup("\"udp\""),
                    g_strdup("UDP notices no loss and keeps no copy; the program has to ask again."));
}

/* Whether the record is a "port unreachable" from the host that the quoted datagram was for. */
static gboolean is_port_unreachable(const Record *record)
{
        const IcmpHeader *icmp = &record->packet->icmp;

        return record->packet->transport == TRANSPORT_ICMP && icmp->quoted_transport == TRANSPORT_UDP &&
               (record->packet->source.address.family == 4 ? icmp->type == 3 && icmp->code == 3 :
                                                             icmp->type == 1 && icmp->code == 4) &&
               ip_address_equal(&record->packet->source.address, &icmp->quoted_destination.address);
}

static void list_of_error(GPtrArray *statements, const Fact *fact)
{
        guint16 port = fact->record->packet->icmp.quoted_destination.port;

        add(statements, "icmp_author", TOPIC_ICMP_UNREACHABLE,
            g_strdup("It comes from the host that the quoted datagram was for, not from a chat program."),
            g_strdup("\"host\""), g_strdup("The chat's server program sent it as an answer."), g_strdup("\"program\""),
            g_strdup("ICMP comes from the host itself. There is no server program that could answer."));
        add(statements, "icmp_meaning", TOPIC_ICMP_UNREACHABLE,
            g_strdup_printf("It says that no program receives on UDP port %u there.", port), g_strdup("\"port\""),
            g_strdup("It says that the host cannot be reached."), g_strdup("\"host\""),
            g_strdup_printf("The host was reached, and answers; it is UDP port %u on which no program receives.",
                            port));
        add(statements, "icmp_quotes", TOPIC_ICMP_ERROR,
            g_strdup("It quotes the beginning of the datagram that it is about."), g_strdup("\"quote\""),
            g_strdup("Its data is the server's reply to the datagram."), g_strdup("\"reply\""),
            g_strdup("It carries the beginning of the datagram that could not be delivered."));
        add(statements, "icmp_repeats", TOPIC_ICMP_ERROR, g_strdup("It does not make UDP send the datagram again."),
            g_strdup("false"), g_strdup("It makes UDP send the datagram again."), g_strdup("true"),
            g_strdup("UDP keeps no copy; only the program can send it again."));
        add(statements, "icmp_ports", TOPIC_ICMP_ERROR,
            g_strdup("The ports in it are those of the datagram that it quotes; ICMP has none."), g_strdup("false"),
            g_strdup("It comes from a port and goes to a port, as every packet does."), g_strdup("true"),
            g_strdup("ICMP has no ports; the quoted datagram shows which program it concerns."));
}

static char *sentence_start(char *text)
{
        text[0] = g_ascii_toupper(text[0]);
        return text;
}

static Question *make(const QuizFacts *facts, const Fact *fact, guint variant, QuizRandom *random)
{
        const Record *record = fact->record;
        g_autoptr(GPtrArray) statements = g_ptr_array_new_with_free_func(statement_free);
        guint64 frame = record_frame(record);
        Question *question;
        const Statement *mistake;

        if (record_is_tcp(record) && (!record_is_out_of_line(record) || record->kind == KIND_SYN))
                list_of_segment(statements, fact);
        else if (record_is_udp(record) && record->told->form)
                list_of_datagram(statements, fact);
        else if (is_port_unreachable(record))
                list_of_error(statements, fact);
        if (statements->len < MAX(STATEMENTS, variant + 1))
                return NULL;
        mistake = g_ptr_array_steal_index(statements, variant);
        quiz_random_shuffle(random, statements);
        g_ptr_array_insert(statements, 0, (gpointer) mistake);
        question = question_new(
                "mistake", 3, QUIZ_CHOICE,
                g_strdup_printf("A student writes four sentences about frame %" G_GUINT64_FORMAT
                                ". Which of them is wrong?",
                                frame),
                g_strdup_printf("{\"frame\":%" G_GUINT64_FORMAT ",\"mistake\":\"%s\"}", frame, mistake->code));
        question->excerpt = excerpt_around(fact, 2, 1, EXCERPT_DATA);
        question_add_topic(question, mistake->topic);
        question_add_frame(question, frame);
        for (guint i = 0; i < STATEMENTS; i++) {
                const Statement *statement = statements->pdata[i];
                char *text = sentence_start(g_strdup(i == 0 ? statement->wrong : statement->right));

                question_add_answer(question, i == 0, text,
                                    g_strdup_printf("{\"statement\":\"%s\",\"value\":%s}", statement->code,
                                                    i == 0 ? statement->wrong_value : statement->right_value),
                                    i == 0 ? sentence_start(g_strdup(statement->correction)) :
                                             g_strdup("This sentence is true; the mistake is in another one."));
        }
        quiz_random_shuffle(random, question->answers);
        question->why = sentence_start(g_strdup(mistake->correction));
        return question;
}

const QuizFamily family_mistake = {"mistake", "Find the mistake", 9, make};
