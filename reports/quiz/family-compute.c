/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Something has to be computed from the numbers of a few frames. The results of the usual mistakes are known, too, so
 * that a wrong answer can be explained. */
#include "analyzer/summary/layers.h"
#include "reports/quiz/family.h"

enum {
        COMPUTE_HANDSHAKE,
        COMPUTE_LATENCY,
        COMPUTE_HEADERS,
        COMPUTE_NEWLY_ACKNOWLEDGED,
        COMPUTE_ACKNOWLEDGED,
        COMPUTE_NEXT,
        COMPUTE_RAW,
        COMPUTE_WINDOW,
        COMPUTE_UDP_LENGTH,
        COMPUTE_SINCE,
        COMPUTE_TCP_HEADER,
        COMPUTE_SYN_WINDOW,
        COMPUTE_MSS,
        N_VARIANTS
};

static Question *new_question(guint level, char *text, const char *what, guint64 first, guint64 second, Topic topic)
{
        Question *question = question_new("compute", level, QUIZ_NUMBER, text,
                                          g_strdup_printf("{\"what\":\"%s\",\"frames\":[%" G_GUINT64_FORMAT
                                                          ",%" G_GUINT64_FORMAT "]}",
                                                          what, first, second));

        question_add_topic(question, topic);
        question_add_frame(question, first);
        question_add_frame(question, second);
        return question;
}

static void set_number(Question *question, double number, double tolerance, guint decimals, const char *unit)
{
        question->number = number;
        question->tolerance = tolerance;
        question->decimals = decimals;
        question->unit = unit;
}

static double microseconds_between(const Record *first, const Record *second)
{
        return (double) offset_between(first->offset, second->offset) / 1000;
}

/* The time from a SYN to its SYN-ACK. */
static Question *handshake(const QuizFacts *facts, const Fact *fact)
{
        const Record *syn = fact->record, *syn_ack, *ack;
        Question *question;

        if (syn->kind != KIND_SYN || fact->position + 2 >= fact->conversation->records->len || fact->position > 0)
                return NULL;
        syn_ack = conversation_get(fact->conversation, fact->position + 1);
        ack = conversation_get(fact->conversation, fact->position + 2);
        if (syn_ack->kind != KIND_SYN_ACK || ack->kind != KIND_HANDSHAKE_ACK || syn_ack->offset < syn->offset ||
            ack->offset < syn_ack->offset)
                return NULL;
        question = new_question(3,
                                g_strdup_printf("How long after the SYN of frame %" G_GUINT64_FORMAT
                                                " was its answer captured, in microseconds?",
                                                record_frame(syn)),
                                "syn_ack_after", record_frame(syn), record_frame(syn_ack), TOPIC_HANDSHAKE);
        set_number(question, microseconds_between(syn, syn_ack), 1.1, 0, "µs");
        question->excerpt = excerpt_of_tcp(fact->conversation, fact->position, fact->position + 2, 0);
        question_add_misreading(
                question, microseconds_between(syn, ack),
                g_strdup("That is the time to the third segment, which the client itself sends. The answer "
                         "to the SYN is the SYN-ACK."));
        question_add_misreading(question, microseconds_between(syn_ack, ack),
                                g_strdup("That is the time from the SYN-ACK to the client's acknowledgement."));
        question->why =
                g_strdup_printf("Frame %" G_GUINT64_FORMAT " answers the SYN: the difference of the two times. It "
                                "is the round-trip time from where the capture was made to the server and back.",
                                record_frame(syn_ack));
        return question;
}

static Question *latency(const QuizFacts *facts, const Fact *fact)
{
        const Record *reply = fact->record;
        const Fact *request = reply->kind == KIND_REPLY && reply->told->request != 0 ?
                                      quiz_facts_find(facts, reply->told->request) :
                                      NULL;
        g_autoptr(GPtrArray) rows = NULL;
        Question *question;

        if (!request || reply->told->n_asked > 1 || !reply->told->begins_answer || reply->told->answered_again ||
            reply->offset < request->record->offset || request->conversation != fact->conversation)
                return NULL;
        question = new_question(3,
                                g_strdup_printf("Frame %" G_GUINT64_FORMAT " answers frame %" G_GUINT64_FORMAT
                                                ". How long did the answer take, in microseconds?",
                                                record_frame(reply), record_frame(request->record)),
                                "latency", record_frame(request->record), record_frame(reply), TOPIC_REPLY);
        rows = g_ptr_array_new();
        g_ptr_array_add(rows, (gpointer) request->record);
        g_ptr_array_add(rows, (gpointer) reply);
        question->excerpt = excerpt_of_udp(rows, 0);
        set_number(question, microseconds_between(request->record, reply), 1.1, 0, "µs");
        question_add_misreading(question, (double) reply->offset / 1000,
                                g_strdup("That is the time since the capture began, not since the request."));
        question_add_misreading(question, microseconds_between(request->record, reply) / 1000,
                                g_strdup("That is the time in milliseconds."));
        question->why = g_strdup("The difference of the two times.");
        return question;
}

static Question *headers(const QuizFacts *facts, const Fact *fact)
{
        const Packet *packet = fact->record->packet;
        guint32 length = packet->frame->original_length, headers = 0, first = 0;
        g_autoptr(Question) question = NULL;

        if (packet->payload_length == 0 || length == 0)
                return NULL;
        question = new_question(3,
                                g_strdup_printf("Frame %" G_GUINT64_FORMAT
                                                " is %u bytes long. What percentage of them are "
                                                "headers, including that of the link layer?",
                                                record_frame(fact->record), length),
                                "header_share", record_frame(fact->record), record_frame(fact->record), TOPIC_LAYERS);
        question->excerpt = excerpt_of_values("What the frame consists of.", "Part", "Bytes");
        for (guint i = 0; i < packet->n_layers; i++) {
                const Layer *layer = &packet->layers[i];
                g_autofree char *name = NULL;

                if (layer->kind == LAYER_PAYLOAD) {
                        excerpt_add_value(question->excerpt, "Data", g_strdup_printf("%u", packet->payload_length));
                        continue;
                }
                excerpt_add_value(question->excerpt, layer_kind_to_string(layer->kind),
                                  g_strdup_printf("%u", layer->length));
                headers += layer->length;
                first = i == 0 ? layer->length : first;
        }
        if (headers + packet->payload_length != length) /* there is padding, or something else that is not in a row */
                return NULL;
        set_number(question, 100.0 * headers / length, 0.5, 1, "%");
        question_add_misreading(question, 100.0 * packet->payload_length / length,
                                g_strdup("That is the share of the data."));
        question_add_misreading(question, 100.0 * (headers - first) / length,
                                g_strdup("The header of the link layer is missing."));
        question_add_misreading(question, 100.0 * headers / packet->payload_length,
                                g_strdup("That compares the headers with the data, not with the whole frame."));
        question->why =
                g_strdup_printf("%u of %u bytes: all but the %u of the data.", headers, length, packet->payload_length);
        return g_steal_pointer(&question);
}

/* The last acknowledgement of the same side before the fact; NULL: there is none, or something between them is out of
 * line. */
static const Record *acknowledgement_before(const Fact *fact)
{
        for (guint i = fact->position; i-- > 0;) {
                const Record *record = conversation_get(fact->conversation, i);

                if (!record_is_tcp(record))
                        continue;
                if (record_is_out_of_line(record))
                        return NULL;
                if (record->flow->side == fact->record->flow->side && record_has_flag(record, TCP_ACK))
                        return record;
        }
        return NULL;
}

/* How many of the acknowledged numbers are not bytes, but belong to the SYN or FIN of the other side. */
static guint count_no_bytes(const Fact *fact, guint32 from, guint32 to)
{
        guint n = 0;

        for (guint i = 0; i < fact->position; i++) {
                const Record *record = conversation_get(fact->conversation, i);
                guint32 end;

                if (!record_is_tcp(record) || record->flow->side == fact->record->flow->side ||
                    !record_has_flag(record, TCP_SYN | TCP_FIN))
                        continue;
                end = record_end(record);
                n += end > from && end <= to ? 1 : 0;
        }
        return n;
}

static gboolean is_clean_acknowledgement(const Fact *fact)
{
        const Record *record = fact->record;

        if (!record_is_tcp(record) || record_is_out_of_line(record) || !record_has_flag(record, TCP_ACK) ||
            record_has_flag(record, TCP_SYN | TCP_RST))
                return FALSE;
        for (guint i = 0; i <= fact->position; i++)
                if (record_is_tcp(conversation_get(fact->conversation, i)) &&
                    (record_is_out_of_line(conversation_get(fact->conversation, i)) ||
                     conversation_get(fact->conversation, i)->flow->payload_length !=
                             conversation_get(fact->conversation, i)->flow->new_octets))
                        return FALSE;
        return TRUE;
}

static Question *newly_acknowledged(const QuizFacts *facts, const Fact *fact)
{
        const Record *record = fact->record, *before;
        guint32 from, to, n;
        guint first;
        Question *question;

        if (!is_clean_acknowledgement(fact))
                return NULL;
        before = acknowledgement_before(fact);
        if (!before)
                return NULL;
        from = before->flow->relative_acknowledgement;
        to = record->flow->relative_acknowledgement;
        for (first = fact->position; conversation_get(fact->conversation, first) != before;)
                first--;
        n = to - from - count_no_bytes(fact, from, to);
        if (to <= from || n == 0 || fact->position - first > 8)
                return NULL;
        question =
                new_question(3,
                             g_strdup_printf("How many bytes of data does frame %" G_GUINT64_FORMAT
                                             " acknowledge that frame %" G_GUINT64_FORMAT " did not?",
                                             record_frame(record), record_frame(before)),
                             "newly_acknowledged", record_frame(before), record_frame(record), TOPIC_ACKNOWLEDGEMENT);
        question->excerpt = excerpt_of_tcp(fact->conversation, first, fact->position, 0);
        set_number(question, n, 0, 0, "bytes");
        question_add_misreading(
                question, to,
                g_strdup("That is Ack itself, which counts everything that has arrived since the beginning."));
        question_add_misreading(question, to - from,
                                g_strdup("The FIN uses up one number, but it is not a byte of data."));
        question_add_misreading(question, n + 1,
                                g_strdup("Ack names the next number, so the difference of the two is the "
                                         "number of bytes; nothing has to be added."));
        question->why = g_strdup_printf("Ack went from %u to %u%s.", from, to,
                                        n < to - from ? ", and one of these numbers is that of the FIN" : "");
        return question;
}

static Question *acknowledged(const QuizFacts *facts, const Fact *fact)
{
        const Record *record = fact->record;
        guint32 to, no_bytes;
        Question *question;

        if (!is_clean_acknowledgement(fact) || !fact->conversation->has_roles ||
            record->flow->relative_acknowledgement < 2)
                return NULL;
        to = record->flow->relative_acknowledgement;
        no_bytes = count_no_bytes(fact, 0, to);
        if (to - no_bytes == 0 || no_bytes == 0)
                return NULL;
        question =
                new_question(2,
                             g_strdup_printf("How many bytes of %s's data have arrived at %s's TCP, according to frame "
                                             "%" G_GUINT64_FORMAT "? Ack is relative: the SYN has number 0.",
                                             fact_receiver(fact), fact_sender(fact), record_frame(record)),
                             "acknowledged", record_frame(record), record_frame(record), TOPIC_ACKNOWLEDGEMENT);
        question->excerpt = excerpt_around(fact, 2, 0, 0);
        set_number(question, to - no_bytes, 0, 0, "bytes");
        question_add_misreading(question, to,
                                g_strdup("The SYN has used up number 0, so the first byte has number 1."));
        question_add_misreading(question, to - 1.0, g_strdup("The FIN has used up a number, too."));
        question_add_misreading(question, record->flow->payload_length,
                                g_strdup("Len is what this frame itself carries, in the other direction."));
        question->why =
                g_strdup_printf("Ack is %u: everything before that number has arrived. %s", to,
                                no_bytes == 1 ? "One of these numbers is that of the SYN, which is not data." :
                                                "Two of these numbers are those of SYN and FIN, which are not data.");
        return question;
}

static Question *next(const QuizFacts *facts, const Fact *fact)
{
        const Record *record = fact->record;
        const FlowPacket *flow = record->flow;
        Question *question;

        if (!record_is_tcp(record) || record_is_out_of_line(record) || record->kind == KIND_RST)
                return NULL;
        question = new_question(
                2,
                g_strdup_printf("What is the sequence number of the next segment that %s sends after frame "
                                "%" G_GUINT64_FORMAT ", if it repeats nothing?",
                                fact_sender(fact), record_frame(record)),
                "next_sequence", record_frame(record), record_frame(record),
                record_has_flag(record, TCP_FIN) ? TOPIC_FIN : TOPIC_INITIAL_SEQUENCE_NUMBER);
        question->excerpt = excerpt_around(fact, 2, 0, 0);
        set_number(question, record_end(record), 0, 0, "");
        question_add_misreading(question, flow->relative_sequence,
                                g_strdup(flow->payload_length > 0 ? "Len has to be added: each byte has a number." :
                                                                    "SYN and FIN use up one number each."));
        question_add_misreading(
                question, record_end(record) + 1.0,
                g_strdup("Seq is the number of the first byte, so Seq plus Len is already the number of the "
                         "first byte after the segment."));
        if (record_has_flag(record, TCP_ACK))
                question_add_misreading(question, flow->relative_acknowledgement,
                                        g_strdup("Ack is about the other direction."));
        question->why =
                g_strdup_printf("Seq %u plus Len %u%s.", flow->relative_sequence, flow->payload_length,
                                record_has_flag(record, TCP_SYN | TCP_FIN) ? " plus 1, which SYN or FIN uses up" :
                                                                             "; an acknowledgement uses up no number");
        return question;
}

/* The sequence number in the header, computed from the relative one and the SYN's. */
static Question *raw(const QuizFacts *facts, const Fact *fact)
{
        const Record *record = fact->record, *syn = conversation_get(fact->conversation, 0);
        guint32 relative = record->flow->relative_sequence;
        Question *question;

        if (!record_is_tcp(record) || syn->kind != KIND_SYN || record == syn || record->flow->side != syn->flow->side ||
            record_is_out_of_line(record) || record->kind == KIND_RST)
                return NULL;
        question = new_question(
                3,
                g_strdup_printf("The header of the SYN, frame %" G_GUINT64_FORMAT
                                ", holds the sequence number %u. Frame %" G_GUINT64_FORMAT
                                " has the relative sequence number %u. Which sequence number does its header hold?",
                                record_frame(syn), syn->packet->tcp.sequence, record_frame(record), relative),
                "raw_sequence", record_frame(syn), record_frame(record), TOPIC_INITIAL_SEQUENCE_NUMBER);
        question->excerpt = excerpt_of_values("The sequence numbers of the two frames.", "Frame", "Seq");
        excerpt_add_value(question->excerpt, "the SYN, in its header",
                          g_strdup_printf("%u", syn->packet->tcp.sequence));
        excerpt_add_value(question->excerpt, "the later frame, relative", g_strdup_printf("%u", relative));
        set_number(question, record->packet->tcp.sequence, 0, 0, "");
        question_add_misreading(question, relative, g_strdup("That is the relative number; the header holds the sum."));
        question_add_misreading(
                question, (double) record->packet->tcp.sequence + 1,
                g_strdup("The SYN has relative number 0; the number that it uses up is already counted in the "
                         "relative one."));
        question->why = g_strdup_printf("Relative numbers count from the SYN's: %u plus %u, modulo 4294967296.",
                                        syn->packet->tcp.sequence, relative);
        return question;
}

/* The window of a segment, with the scale that the SYNs agreed on. */
static Question *window(const QuizFacts *facts, const Fact *fact)
{
        const Record *record = fact->record, *own = NULL;
        gboolean both[2] = {FALSE, FALSE};
        Question *question;
        guint shift;

        if (!record_is_tcp(record) || record_has_flag(record, TCP_SYN | TCP_RST) || !fact->conversation->has_roles)
                return NULL;
        for (guint i = 0; i < MIN(fact->position, 2); i++) {
                const Record *syn = conversation_get(fact->conversation, i);

                if (!record_has_flag(syn, TCP_SYN) || !syn->packet->tcp.has_window_scale || record_is_out_of_line(syn))
                        return NULL;
                both[syn->flow->side] = TRUE;
                own = syn->flow->side == record->flow->side ? syn : own;
        }
        if (!both[0] || !both[1] || !own || !fact->conversation->is_by_the_book || record->packet->tcp.window == 0)
                return NULL;
        shift = own->packet->tcp.window_scale;
        if (shift == 0 || shift > 14) /* a larger value counts as 14 (RFC 7323, section 2.3) */
                return NULL;
        question = new_question(
                3,
                g_strdup_printf("Both SYNs carried the option window scale; that of %s, frame %" G_GUINT64_FORMAT
                                ", said %u. The window field of frame %" G_GUINT64_FORMAT " holds %u. How "
                                "many bytes may %s send beyond the acknowledgement number?",
                                fact_sender(fact), record_frame(own), shift, record_frame(record),
                                record->packet->tcp.window, fact_receiver(fact)),
                "window", record_frame(own), record_frame(record), TOPIC_WINDOW_SCALE);
        question->excerpt = excerpt_of_values("What the two frames say about the window.", "Field", "Value");
        excerpt_add_value(question->excerpt, "window scale, in the SYN", g_strdup_printf("%u", shift));
        excerpt_add_value(question->excerpt, "window, in the later frame",
                          g_strdup_printf("%u", record->packet->tcp.window));
        set_number(question, record->flow->scaled_window, 0, 0, "bytes");
        question_add_misreading(question, record->packet->tcp.window, g_strdup("The scale is missing."));
        question_add_misreading(question, (double) record->packet->tcp.window * shift,
                                g_strdup("The scale is a number of bits to shift by, not a factor."));
        question->why = g_strdup_printf("%u times 2 to the power of %u.", record->packet->tcp.window, shift);
        return question;
}

static Question *udp_length(const QuizFacts *facts, const Fact *fact)
{
        const Packet *packet = fact->record->packet;
        guint32 n = packet->payload_length;
        Question *question;

        if (!record_is_udp(fact->record))
                return NULL;
        question =
                new_question(2,
                             g_strdup_printf("The datagram of frame %" G_GUINT64_FORMAT " carries %u %s of data. What "
                                             "is the value of the Length field in its UDP header?",
                                             record_frame(fact->record), n, n == 1 ? "byte" : "bytes"),
                             "udp_length", record_frame(fact->record), record_frame(fact->record), TOPIC_UDP);
        question->excerpt = excerpt_around(fact, 0, 0, 0);
        set_number(question, n + 8, 0, 0, "bytes");
        question_add_misreading(question, n, g_strdup("The field counts the header, too."));
        question_add_misreading(question, n + 28,
                                g_strdup("The IP header does not count, only the UDP header, which has 8 bytes."));
        question->why = g_strdup("The Length field counts the UDP header of 8 bytes and the data (RFC 768).");
        return question;
}

/* The length of the TCP header with its options: what the other parts leave of the frame. */
static Question *tcp_header(const QuizFacts *facts, const Fact *fact)
{
        const Packet *packet = fact->record->packet;
        guint32 others = 0, length = packet->frame->original_length;
        g_autoptr(Question) question = NULL;

        if (!record_is_tcp(fact->record))
                return NULL;
        question = new_question(2,
                                g_strdup_printf("Frame %" G_GUINT64_FORMAT
                                                " is %u bytes long. How many of them are the TCP "
                                                "header with its options?",
                                                record_frame(fact->record), length),
                                "tcp_header", record_frame(fact->record), record_frame(fact->record), TOPIC_LAYERS);
        question->excerpt = excerpt_of_values("What else the frame consists of.", "Part", "Bytes");
        for (guint i = 0; i < packet->n_layers; i++) {
                const Layer *layer = &packet->layers[i];

                if (layer->kind == LAYER_TCP || layer->kind == LAYER_PAYLOAD)
                        continue;
                excerpt_add_value(question->excerpt, layer_kind_to_string(layer->kind),
                                  g_strdup_printf("%u", layer->length));
                others += layer->length;
        }
        excerpt_add_value(question->excerpt, "Data", g_strdup_printf("%u", packet->payload_length));
        if (others + packet->tcp.header_length + packet->payload_length != length)
                return NULL;
        set_number(question, packet->tcp.header_length, 0, 0, "bytes");
        question_add_misreading(question, 20, g_strdup("That is the header without options; here there are some."));
        question_add_misreading(question, length - packet->payload_length,
                                g_strdup("That is all headers together, including those of the layers below."));
        question->why = g_strdup_printf("%u bytes minus what the rows show.", length);
        return g_steal_pointer(&question);
}

/* The window of a SYN is never scaled. */
static Question *syn_window(const QuizFacts *facts, const Fact *fact)
{
        const TcpHeader *tcp = &fact->record->packet->tcp;
        Question *question;

        if (!record_has_flag(fact->record, TCP_SYN) || !tcp->has_window_scale || tcp->window_scale == 0 ||
            tcp->window == 0)
                return NULL;
        question =
                new_question(3,
                             g_strdup_printf("The SYN of frame %" G_GUINT64_FORMAT " has the option window scale with "
                                             "the value %u, and its window field holds %u. How large is the receive "
                                             "window that it announces, in bytes?",
                                             record_frame(fact->record), tcp->window_scale, tcp->window),
                             "syn_window", record_frame(fact->record), record_frame(fact->record), TOPIC_WINDOW_SCALE);
        question->excerpt = excerpt_around(fact, 0, 1, 0);
        set_number(question, tcp->window, 0, 0, "bytes");
        question_add_misreading(question, (double) tcp->window * (1u << MIN(tcp->window_scale, 14)),
                                g_strdup("The scale counts for later segments; the window of a SYN is never scaled."));
        question->why = g_strdup("The window of a segment with SYN is taken as it stands.");
        return question;
}

static Question *segment_size(const QuizFacts *facts, const Fact *fact)
{
        const TcpHeader *tcp = &fact->record->packet->tcp;
        Question *question;

        if (!record_has_flag(fact->record, TCP_SYN) || !tcp->has_mss || !tcp->has_timestamps || tcp->mss < 100)
                return NULL;
        question = new_question(
                3,
                g_strdup_printf(
                        "The SYN of frame %" G_GUINT64_FORMAT " announces a maximum segment size of "
                        "%u bytes. If both sides then use timestamps, which take 12 bytes of "
                        "options in every segment, how many bytes of data fit into a segment that is sent to %s?",
                        record_frame(fact->record), tcp->mss, fact_sender(fact)),
                "segment_size", record_frame(fact->record), record_frame(fact->record), TOPIC_MSS);
        question->excerpt = excerpt_around(fact, 0, 1, 0);
        set_number(question, tcp->mss - 12, 0, 0, "bytes");
        question_add_misreading(question, tcp->mss,
                                g_strdup("Options count: data and options together have this size."));
        question_add_misreading(question, tcp->mss - 20.0,
                                g_strdup("The header of 20 bytes does not count, only options."));
        question_add_misreading(question, tcp->mss - 32.0,
                                g_strdup("The header of 20 bytes does not count, only options."));
        question->why = g_strdup_printf("%u minus 12: the size limits options and data together.", tcp->mss);
        return question;
}

/* The time since the previous frame of the conversation. */
static Question *since(const QuizFacts *facts, const Fact *fact)
{
        const Record *record = fact->record, *before;
        Question *question;

        if (fact->position == 0)
                return NULL;
        before = conversation_get(fact->conversation, fact->position - 1);
        if (record->offset < before->offset)
                return NULL;
        question = new_question(2,
                                g_strdup_printf("How many milliseconds after frame %" G_GUINT64_FORMAT
                                                " was frame %" G_GUINT64_FORMAT " captured?",
                                                record_frame(before), record_frame(record)),
                                "since", record_frame(before), record_frame(record), record_topic(record));
        question->excerpt = excerpt_around(fact, 1, 0, 0);
        set_number(question, microseconds_between(before, record) / 1000, 0.0021, 3, "ms");
        question_add_misreading(question, (double) record->offset / 1e6,
                                g_strdup("That is the time since the capture began."));
        question_add_misreading(question, microseconds_between(before, record) / 1e6,
                                g_strdup("That is the time in seconds."));
        question->why = g_strdup("The difference of the two times, which are in seconds.");
        return question;
}

static Question *make(const QuizFacts *facts, const Fact *fact, guint variant, QuizRandom *random)
{
        static Question *(*const makers[N_VARIANTS])(const QuizFacts *facts, const Fact *fact) = {
                handshake, latency,    headers, newly_acknowledged, acknowledged, next,        raw,
                window,    udp_length, since,   tcp_header,         syn_window,   segment_size};

        if (!record_is_tcp(fact->record) && !record_is_udp(fact->record) && variant != COMPUTE_SINCE)
                return NULL;
        return makers[variant](facts, fact);
}

const QuizFamily family_compute = {"compute", "Compute", N_VARIANTS, make};
