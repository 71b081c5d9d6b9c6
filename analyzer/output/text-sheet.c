/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Answers the four questions of the lab sheet for all chats of a capture: type and phase of each packet, the steps of
 * maintenance, the highest layer that each packet reaches, and what all packets have in common. */
#include "analyzer/output/escape.h"
#include "analyzer/output/text-private.h"
#include "analyzer/summary/stream-filter.h"

#define INDENT 2
/* The column at which the text beside a title begins. */
#define BESIDE 20

static const SummaryPhase *get_phase(const Summary *summary, guint i)
{
        return g_ptr_array_index(summary->phases, i);
}

/* Writes a title, and the text beside it. */
static void tell_beside(TextWriter *writer, const char *title, const char *text)
{
        g_autoptr(GString) padded = g_string_new(title);

        text_append_spaces(writer->buffer, INDENT);
        text_append_padded(writer->buffer, padded, BESIDE - INDENT);
        text_hang(writer, text, BESIDE, BESIDE);
}

/* --- 1: type and phase -------------------------------------------------------------------------------- */

static void tell_filter(TextWriter *writer, const Summary *summary)
{
        g_autoptr(GArray) tcp = g_array_new(FALSE, FALSE, sizeof(guint32)),
                          udp = g_array_new(FALSE, FALSE, sizeof(guint32));
        g_autoptr(GString) filter = g_string_new(NULL), text = g_string_new("Wireshark filter: ");
        guint64 conversations = 0;

        for (guint i = 0; i < summary->protocols->len; i++)
                conversations += g_array_index(summary->protocols, SummaryProtocol, i).conversations;
        for (guint i = 0; i < summary->conversations->len; i++) {
                const SummaryConversation *chat = g_ptr_array_index(summary->conversations, i);

                g_array_append_val(chat->transport == TRANSPORT_TCP ? tcp : udp, chat->stream);
        }
        if (conversations != summary->conversations->len || !stream_filter_append(filter, tcp, udp) ||
            !stream_filter_append_reports(filter, summary))
                return;
        g_string_append_len(text, filter->str, (gssize) filter->len);
        text_paragraph(writer, text->str, INDENT);
}

static void append_row_end(GString *buffer, guint64 packets, guint64 bytes)
{
        text_append_unsigned(buffer, packets, 8);
        append_char(buffer, ' ');
        text_append_unsigned(buffer, bytes, 10);
        append_char(buffer, '\n');
}

static void tell_phases(TextWriter *writer, const Summary *summary)
{
        text_heading(writer, "1. The chats' packets by type and phase");
        tell_filter(writer, summary);
        g_string_append_printf(writer->buffer, "  %-4s  %-8s  %-11s  %-11s %8s %10s\n", "type", "phase", "layer",
                               "brings", "packets", "bytes");
        for (guint i = 0; i < summary->phases->len; i++) {
                const SummaryPhase *phase = get_phase(summary, i);

                g_string_append_printf(writer->buffer, "  %-4s  %-8s  %-11s  %-11s ", text_transport(phase->transport),
                                       phase_to_string(phase->phase), consumer_to_string(phase->layer),
                                       phase->maintenance ? "maintenance" : "user data");
                append_row_end(writer->buffer, phase->packets, phase->bytes);
        }
        g_string_append_printf(writer->buffer, "  %-40s ", "sum");
        append_row_end(writer->buffer, summary->chat_packets, summary->chat_bytes);
        text_paragraph(writer,
                       "A phase says what a packet is for: setup begins a chat, transfer brings user data and "
                       "acknowledges it, control keeps it going, recovery repairs what was lost, teardown ends it. "
                       "User data is what somebody typed, the first time that it comes; all else is maintenance.",
                       INDENT);
}

/* --- 2: steps ----------------------------------------------------------------------------------------- */

static const char *kind_title(Kind kind)
{
        static const char *const titles[] = {
                [KIND_RST] = "RST",
                [KIND_SYN_ACK] = "SYN-ACK",
                [KIND_SYN] = "SYN",
                [KIND_FIN] = "FIN",
                [KIND_DATA] = "data",
                [KIND_HANDSHAKE_ACK] = "ACK of the handshake",
                [KIND_TEARDOWN_ACK] = "ACK of a FIN",
                [KIND_ACK] = "ACK",
                [KIND_REQUEST] = "request",
                [KIND_REPLY] = "reply",
                [KIND_NOTICE] = "notice",
                [KIND_MESSAGE] = "message",
                [KIND_OTHER] = "other",
                [KIND_ICMP_ERROR] = "ICMP error",
                [KIND_ICMP] = "ICMP",
                [KIND_IGMP] = "IGMP",
        };

        return titles[kind];
}

/* Appends the kind of packet. If two phases have packets of this kind, names the phase or what they do as well. */
static void append_kind(GString *text, const SummaryPhase *phase, const SummaryStep *step)
{
        if (step->step == STEP_GROUPS) {
                append_text(text, phase->transport == TRANSPORT_IGMP ? "IGMP" : "MLD");
                append_text(text, phase->phase == PHASE_SETUP    ? " join" :
                                  phase->phase == PHASE_TEARDOWN ? " leave" :
                                                                   "");
                return;
        }
        append_text(text, kind_title(step->kind));
        if (!phase->maintenance && phase->phase == PHASE_RECOVERY)
                append_text(text, " in recovery");
}

static void append_step(GString *text, const SummaryPhase *phase, const SummaryStep *step)
{
        if (text->len > 0)
                append_text(text, " · ");
        /* "join-room request"; but a message is only called "message". */
        if (step->form && step->kind != KIND_MESSAGE) {
                escape_append_for_terminal(text, step->form->name, strlen(step->form->name));
                append_char(text, ' ');
        }
        append_kind(text, phase, step);
        append_char(text, ' ');
        text_append_frames(text, &step->frames);
}

/* Counts the packets of a step; with maintenance FALSE, those that bring user data, whatever the step. transport: -1
 * for any. Appends their kinds to ret_kinds, unless that is NULL. */
static guint64
count_packets(const Summary *summary, gboolean maintenance, Step step, gint transport, GString *ret_kinds)
{
        guint64 n = 0;

        for (guint i = 0; i < summary->phases->len; i++) {
                const SummaryPhase *phase = get_phase(summary, i);

                if (phase->maintenance != maintenance || (transport >= 0 && phase->transport != (Transport) transport))
                        continue;
                for (guint j = 0; j < phase->steps->len; j++) {
                        const SummaryStep *part = &g_array_index(phase->steps, SummaryStep, j);

                        if (maintenance && part->step != step)
                                continue;
                        n += part->frames.count;
                        if (ret_kinds)
                                append_step(ret_kinds, phase, part);
                }
        }
        return n;
}

/* Writes a title, a number of packets, and beside it which packets they are. */
static void tell_packets(TextWriter *writer, const char *title, guint64 packets, const char *which)
{
        text_append_spaces(writer->buffer, INDENT);
        g_string_append_printf(writer->buffer, "%-17s", title);
        text_append_unsigned(writer->buffer, packets, 7);
        text_append_spaces(writer->buffer, 2);
        text_hang(writer, which, INDENT + 26, INDENT + 26);
}

static void tell_steps(TextWriter *writer, const Summary *summary)
{
        g_autoptr(GString) typed = g_string_new(NULL);
        guint64 n_typed = count_packets(summary, FALSE, 0, -1, typed);
        const char *unrepaired = summary_find_features(summary, TRANSPORT_TCP) ?
                                         "TCP had nothing to repair" :
                                         "UDP repairs nothing; only a program can ask again";
        g_autofree char *of_all = g_strdup_printf("of %" G_GUINT64_FORMAT " packets", summary->chat_packets);

        text_heading(writer, "2. Maintenance by step, with frame numbers");
        for (guint step = 0; step < N_STEPS; step++) {
                g_autoptr(GString) kinds = g_string_new(NULL);
                guint64 n = count_packets(summary, TRUE, step, -1, kinds);

                if (n > 0)
                        tell_packets(writer, step_describe(step)->title, n, kinds->str);
                else if (step == STEP_RECOVERY)
                        tell_packets(writer, step_describe(step)->title, 0, unrepaired);
        }
        tell_packets(writer, "all maintenance", summary->chat_packets - n_typed, of_all);
        tell_packets(writer, "user data", n_typed,
                     n_typed > 0 ? typed->str : "nothing that somebody typed was captured");
}

/* --- 3: layers ---------------------------------------------------------------------------------------- */

static void tell_layer(TextWriter *writer, const Summary *summary, Consumer layer)
{
        static const char *const readers[] = {
                [CONSUMER_NETWORK] = "for the host's IP: ",
                [CONSUMER_TRANSPORT] = "for the host's TCP or UDP, no program sees it: ",
                [CONSUMER_APPLICATION] = "for the chat program: ",
        };
        g_autoptr(GString) text = g_string_new(NULL);
        guint64 n = 0;

        for (guint i = 0; i < summary->phases->len; i++) {
                const SummaryPhase *phase = get_phase(summary, i);

                if (phase->layer != layer)
                        continue;
                g_string_append_printf(text, "%s%s %s ", n > 0 ? " · " : readers[layer],
                                       text_transport(phase->transport), phase_to_string(phase->phase));
                text_append_frames(text, &phase->frames);
                n += phase->packets;
        }
        if (n > 0)
                tell_packets(writer, consumer_to_string(layer), n, text->str);
}

static void tell_layers(TextWriter *writer, const Summary *summary)
{
        text_heading(writer, "3. The highest layer that each packet reaches");
        for (guint layer = 0; layer <= CONSUMER_APPLICATION; layer++)
                tell_layer(writer, summary, layer);
}

/* --- 4: what they share, and how they differ ---------------------------------------------------------- */

static void append_links(GString *text, guint64 links)
{
        guint n = 0;

        for (guint kind = 0; kind < 64; kind++)
                if ((links >> kind) & 1)
                        g_string_append_printf(text, "%s%s", n++ > 0 ? " or " : "",
                                               layer_kind_to_string((LayerKind) kind));
}

static void append_hop_limits(GString *text, const guint64 limits[256])
{
        guint n = 0;

        for (guint i = 0; i < 256; i++) {
                if (limits[i] == 0)
                        continue;
                if (++n > 8) {
                        g_string_append(text, " …");
                        return;
                }
                g_string_append_printf(text, "%s%u", n > 1 ? ", " : "", i);
        }
}

static void tell_shared(TextWriter *writer, const Summary *summary)
{
        SummaryFeatures all = {0};
        g_autoptr(GString) text = g_string_new("link layer ");

        for (guint i = 0; i < summary->features->len; i++) {
                const SummaryFeatures *features = &g_array_index(summary->features, SummaryFeatures, i);

                all.link_layers |= features->link_layers;
                for (guint j = 0; j < 2; j++)
                        all.families[j] += features->families[j];
                for (guint j = 0; j < 256; j++)
                        all.hop_limits[j] += features->hop_limits[j];
        }
        append_links(text, all.link_layers);
        g_string_append_printf(text, "; network layer %s%s%s with a sender's and a receiver's address and a %s of ",
                               all.families[0] > 0 ? "IPv4" : "",
                               all.families[0] > 0 && all.families[1] > 0 ? " or " : "",
                               all.families[1] > 0 ? "IPv6" : "", all.families[0] > 0 ? "time to live" : "hop limit");
        append_hop_limits(text, all.hop_limits);
        g_string_append(text, summary_find_features(summary, TRANSPORT_ICMP) ||
                                              summary_find_features(summary, TRANSPORT_IGMP) ?
                                      "; behind that a transport with two ports (ICMP and IGMP have none)." :
                                      "; then a transport with a port on either side and a checksum.");
        tell_beside(writer, "in common", text->str);
}

/* Appends the size of the packets, and the share of headers in it. */
static void append_size(GString *text, const SummaryFeatures *features)
{
        const guint64 *layers = features->layer_bytes;
        guint64 headers = layers[LAYER_GROUP_LINK] + layers[LAYER_GROUP_NETWORK] + layers[LAYER_GROUP_TRANSPORT];
        guint64 rest = features->bytes - MIN(features->bytes, headers + layers[LAYER_GROUP_DATA]);

        text_append_count(text, features->packets, "packet of ", "packets of ");
        g_string_append_printf(text, "%u", features->smallest);
        if (features->largest > features->smallest)
                g_string_append_printf(text, " to %u", features->largest);
        g_string_append(text, " bytes");
        if (features->transport != TRANSPORT_TCP && features->transport != TRANSPORT_UDP) {
                g_string_append(text, ", without ports: for the host itself, not for a program");
                return;
        }
        g_string_append_printf(text, "; %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT " bytes are headers", headers,
                               features->bytes);
        if (features->bytes > 0)
                g_string_append_printf(text, " (%.0f %%", 100.0 * (double) headers / (double) features->bytes);
        g_string_append_printf(text,
                               ": link %" G_GUINT64_FORMAT ", network %" G_GUINT64_FORMAT
                               ", transport %" G_GUINT64_FORMAT "), %" G_GUINT64_FORMAT " data",
                               layers[LAYER_GROUP_LINK], layers[LAYER_GROUP_NETWORK], layers[LAYER_GROUP_TRANSPORT],
                               layers[LAYER_GROUP_DATA]);
        if (rest > 0)
                g_string_append_printf(text, ", %" G_GUINT64_FORMAT " padding and trailers", rest);
}

/* Writes a title and text beside it, and empties text. */
static void tell_difference(TextWriter *writer, const char *title, Transport transport, GString *text)
{
        g_autofree char *line = g_strdup_printf("%s  %s", text_transport(transport), text->str);
        g_autoptr(GString) padded = g_string_new(title);

        text_append_spaces(writer->buffer, INDENT);
        text_append_padded(writer->buffer, padded, BESIDE - INDENT);
        text_hang(writer, line, BESIDE, BESIDE + 5);
        g_string_truncate(text, 0);
}

static void append_opening(GString *text, const Summary *summary, Transport transport)
{
        gboolean is_tcp = transport == TRANSPORT_TCP;
        guint64 opening = count_packets(summary, TRUE, is_tcp ? STEP_HANDSHAKE : STEP_INITIALISATION, transport, NULL);
        guint64 closing = count_packets(summary, TRUE, is_tcp ? STEP_TEARDOWN : STEP_LEAVING, transport, NULL);

        if (is_tcp) {
                text_append_count(text, opening, "packet to open a connection, ", "packets to open a connection, ");
                g_string_append_printf(text, "%" G_GUINT64_FORMAT " to close it: the hosts' TCP sends them by itself",
                                       closing);
        } else {
                text_append_count(text, opening, "packet to register a name, ", "packets to register a name, ");
                g_string_append_printf(text,
                                       "%" G_GUINT64_FORMAT " to sign off: there is no connection, the chat programs "
                                       "send them",
                                       closing);
        }
}

static void append_acknowledging(GString *text, const Summary *summary, Transport transport)
{
        guint64 asked = 0, answered = 0, repeated = 0;

        if (transport == TRANSPORT_TCP) {
                text_append_count(text, count_packets(summary, TRUE, STEP_ACKNOWLEDGEMENT, transport, NULL),
                                  "packet only acknowledges data", "packets only acknowledge data");
                g_string_append(text, "; sequence numbers show what is missing, and TCP sends it again (recovery: ");
                text_append_count(text, count_packets(summary, TRUE, STEP_RECOVERY, transport, NULL), "packet)",
                                  "packets)");
                return;
        }
        for (guint i = 0; i < summary->sessions->len; i++) {
                const SummarySession *session = g_ptr_array_index(summary->sessions, i);

                for (guint j = 0; j < session->forms->len; j++) {
                        asked += g_array_index(session->forms, SummaryForm, j).asked;
                        answered += g_array_index(session->forms, SummaryForm, j).answered;
                        repeated += g_array_index(session->forms, SummaryForm, j).repeated;
                }
        }
        g_string_append(text, "none, and no sequence numbers: only the server's reply shows that a request arrived (");
        g_string_append_printf(text, "%" G_GUINT64_FORMAT " of ", answered);
        text_append_count(text, asked, "request was answered", "requests were answered");
        if (repeated > 0)
                g_string_append_printf(text, ", %" G_GUINT64_FORMAT " asked again", repeated);
        g_string_append(text, "), and nothing shows it of a message");
}

static void append_boundaries(GString *text, const Summary *summary, Transport transport)
{
        guint64 packets = count_packets(summary, FALSE, 0, transport, NULL), messages = 0;

        for (guint i = 0; i < summary->conversations->len; i++) {
                const SummaryConversation *chat = g_ptr_array_index(summary->conversations, i);

                if (chat->transport == transport)
                        messages += (guint64) chat->n_messages[0] + chat->n_messages[1];
        }
        if (transport == TRANSPORT_UDP) {
                g_string_append(text, "each datagram is one message, whole or lost: ");
                text_append_count(text, packets, "message that somebody typed", "messages that somebody typed");
                return;
        }
        g_string_append(text, "a stream of bytes: a line feed ends a line, segments may cut lines or join them (here ");
        text_append_count(text, messages, "line in ", "lines in ");
        text_append_count(text, packets, "segment)", "segments)");
}

static void tell_differences(TextWriter *writer, const Summary *summary)
{
        static const struct {
                const char *title;
                void (*append)(GString *text, const Summary *summary, Transport transport);
        } topics[] = {
                {"opening, closing", append_opening},
                {"acknowledgements", append_acknowledging},
                {"where a line ends", append_boundaries},
        };
        g_autoptr(GString) text = g_string_new(NULL);

        for (guint i = 0; i < summary->features->len; i++) {
                const SummaryFeatures *features = &g_array_index(summary->features, SummaryFeatures, i);

                append_size(text, features);
                tell_difference(writer, i == 0 ? "size" : "", features->transport, text);
        }
        for (guint i = 0; i < G_N_ELEMENTS(topics); i++) {
                const char *title = topics[i].title;

                for (Transport transport = TRANSPORT_TCP; transport <= TRANSPORT_UDP; transport++) {
                        if (!summary_find_features(summary, transport))
                                continue;
                        topics[i].append(text, summary, transport);
                        tell_difference(writer, title, transport, text);
                        title = "";
                }
        }
}

void text_sheet(TextWriter *writer, const Summary *summary)
{
        if (summary->phases->len == 0)
                return;
        tell_phases(writer, summary);
        tell_steps(writer, summary);
        tell_layers(writer, summary);
        text_heading(writer, "4. What all of them have in common, and how they differ");
        tell_shared(writer, summary);
        tell_differences(writer, summary);
}
