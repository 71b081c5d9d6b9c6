/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The summary as one JSON object. The keys are public; the manual page describes them. */
#include "analyzer/output/json-private.h"

/* Appends a comma before each element of a list but the first. */
static void separate(GString *json, gboolean *is_first)
{
        if (!*is_first)
                append_char(json, ',');
        *is_first = FALSE;
}

/* Appends one element of a list. */
typedef void (*AppendElement)(GString *json, gconstpointer element);

static void begin_list(GString *json, const char *key)
{
        append_char(json, ',');
        json_append_name(json, key);
        append_text(json, ":[");
}

/* Appends a key and a list, from an array of structs. */
static void append_structs(GString *json, const char *key, const GArray *array, AppendElement append)
{
        guint size = g_array_get_element_size((GArray *) array);
        gboolean is_first = TRUE;

        begin_list(json, key);
        for (guint i = 0; i < array->len; i++) {
                separate(json, &is_first);
                append(json, array->data + (gsize) i * size);
        }
        append_char(json, ']');
}

/* Likewise, from an array of pointers. */
static void append_pointers(GString *json, const char *key, const GPtrArray *array, AppendElement append)
{
        gboolean is_first = TRUE;

        begin_list(json, key);
        for (guint i = 0; i < array->len; i++) {
                separate(json, &is_first);
                append(json, array->pdata[i]);
        }
        append_char(json, ']');
}

static void key_boolean(GString *json, const char *key, gboolean value)
{
        append_char(json, ',');
        json_append_name(json, key);
        append_text(json, value ? ":true" : ":false");
}

/* Appends a frame number; null for 0. */
static void append_frame(GString *json, guint64 frame)
{
        if (frame > 0)
                append_unsigned(json, frame);
        else
                json_literal(json, "null");
}

static void append_frames(GString *json, const Frames *frames)
{
        gboolean is_first = TRUE;

        append_char(json, '[');
        for (guint i = 0; i < frames->ranges->len; i++) {
                const FrameRange *range = &g_array_index(frames->ranges, FrameRange, i);

                for (guint64 frame = range->first; frame <= range->last; frame++) {
                        separate(json, &is_first);
                        append_unsigned(json, frame);
                }
        }
        append_char(json, ']');
        if (!frames->is_complete)
                json_literal(json, ",\"frames_complete\":false");
}

static void append_traffic(GString *json, gconstpointer element)
{
        const SummaryTraffic *traffic = element;

        json_literal(json, "{\"name\":");
        json_append_string(json, traffic->name);
        json_key_number(json, "packets", traffic->packets);
        json_key_number(json, "bytes", traffic->bytes);
        append_char(json, '}');
}

static void append_link_type(GString *json, gconstpointer element)
{
        append_unsigned(json, *(const guint16 *) element);
}

/* Appends a time, or null. */
static void append_moment(GString *json, JsonClock *clock, gboolean has_time, gint64 time)
{
        if (has_time)
                json_append_time(json, clock, time);
        else
                json_literal(json, "null");
}

static void append_capture(Writer *writer, const Summary *summary, const char *file)
{
        JsonWriter *self = writer->priv;
        GString *json = writer->buffer;

        json_literal(json, "\"capture\":{\"file\":");
        json_append_string(json, file);
        json_key_number(json, "packets", summary->packets);
        json_key_number(json, "bytes", summary->bytes);
        json_key(json, "first");
        append_moment(json, &self->clock, summary->has_time, summary->first_time);
        json_key(json, "last");
        append_moment(json, &self->clock, summary->has_time, summary->last_time);
        append_structs(json, "link_types", summary->link_types, append_link_type);
        json_key_number(json, "chat_packets", summary->chat_packets);
        json_key_number(json, "chat_bytes", summary->chat_bytes);
        json_key_number(json, "other_packets", summary->packets - summary->chat_packets);
        append_structs(json, "others", summary->traffic, append_traffic);
        append_char(json, '}');
}

static void append_protocol(GString *json, gconstpointer element)
{
        const SummaryProtocol *protocol = element;

        json_literal(json, "{\"protocol\":");
        json_append_string(json, chat_protocol_get_name(protocol->protocol));
        json_key_number(json, "count", protocol->conversations);
        json_key_number(json, "packets", protocol->packets);
        append_char(json, '}');
}

static void append_steps(GString *json, const SummaryPhase *phase)
{
        gboolean is_first = TRUE;

        json_key(json, "steps");
        append_char(json, '[');
        for (guint i = 0; i < phase->steps->len; i++) {
                const SummaryStep *step = &g_array_index(phase->steps, SummaryStep, i);

                separate(json, &is_first);
                json_literal(json, "{\"kind\":");
                json_append_name(json, kind_to_string(step->kind));
                if (phase->maintenance)
                        json_key_string(json, "step", step_describe(step->step)->title);
                if (step->form)
                        json_key_string(json, "form", step->form->name);
                json_key_number(json, "packets", step->frames.count);
                json_key(json, "frames");
                append_frames(json, &step->frames);
                append_char(json, '}');
        }
        append_char(json, ']');
}

static void append_phase(GString *json, gconstpointer element)
{
        const SummaryPhase *phase = element;

        json_literal(json, "{\"transport\":");
        json_append_name(json, transport_to_string(phase->transport));
        json_key_name(json, "phase", phase_to_string(phase->phase));
        json_key_name(json, "layer", consumer_to_string(phase->layer));
        key_boolean(json, "maintenance", phase->maintenance);
        json_key_number(json, "packets", phase->packets);
        json_key_number(json, "bytes", phase->bytes);
        json_key(json, "frames");
        append_frames(json, &phase->frames);
        append_steps(json, phase);
        append_char(json, '}');
}

static void append_features_of_transport(GString *json, gconstpointer element)
{
        static const char *const groups[N_LAYER_GROUPS] = {"link", "network", "transport", "data"};
        const SummaryFeatures *features = element;
        gboolean is_first_limit = TRUE;

        json_literal(json, "{\"transport\":");
        json_append_name(json, transport_to_string(features->transport));
        json_key_number(json, "packets", features->packets);
        json_key_number(json, "bytes", features->bytes);
        json_key_number(json, "maintenance", features->maintenance);
        json_key_number(json, "acknowledgements", features->acknowledgements);
        json_literal(json, ",\"layer_bytes\":{");
        for (guint j = 0; j < N_LAYER_GROUPS; j++) {
                if (j > 0)
                        append_char(json, ',');
                json_append_name(json, groups[j]);
                append_char(json, ':');
                append_unsigned(json, features->layer_bytes[j]);
        }
        json_literal(json, "}");
        json_key_number(json, "ipv4", features->families[0]);
        json_key_number(json, "ipv6", features->families[1]);
        json_key_number(json, "smallest", features->smallest);
        json_key_number(json, "largest", features->largest);
        json_key(json, "hop_limits");
        append_char(json, '[');
        for (guint j = 0; j < G_N_ELEMENTS(features->hop_limits); j++)
                if (features->hop_limits[j] > 0) {
                        separate(json, &is_first_limit);
                        append_unsigned(json, j);
                }
        json_literal(json, "]}");
}

static void append_socket(GString *json, gconstpointer element)
{
        const SummarySocket *socket = element;

        json_literal(json, "{\"transport\":");
        json_append_name(json, transport_to_string(socket->transport));
        json_key_number(json, "port", socket->port);
        json_key_name(json, "part", chat_sender_to_string(socket->part));
        json_key_string(json, "name", socket->name);
        json_key_number(json, "first_frame", socket->first_frame);
        append_char(json, '}');
}

static void append_host(GString *json, gconstpointer element)
{
        const SummaryHost *host = element;
        char address[IP_ADDRESS_STRING_SIZE];

        json_literal(json, "{\"address\":");
        json_append_string(json, ip_address_to_string(&host->address, address));
        json_key_string(json, "link_address", host->link_address);
        append_structs(json, "sockets", host->sockets, append_socket);
        append_char(json, '}');
}

static void append_chat(GString *json, gconstpointer element)
{
        const SummaryConversation *chat = element;

        json_literal(json, "{\"transport\":");
        json_append_name(json, transport_to_string(chat->transport));
        json_key_number(json, "stream", chat->stream);
        json_key_string(json, "protocol", chat_protocol_get_name(chat->protocol));
        json_key(json, "client");
        json_append_party(json, &chat->client, TRUE, chat->client_name);
        json_key(json, "server");
        json_append_party(json, &chat->server, TRUE, chat->server_name);
        key_boolean(json, "peers", chat->is_peers);
        json_key_number(json, "packets", chat->packets);
        json_key_number(json, "bytes", chat->bytes);
        if (chat->has_time) {
                json_key(json, "offset");
                json_append_seconds(json, chat->offset);
                json_key(json, "duration");
                json_append_seconds(json, chat->duration);
        }
        json_literal(json, ",\"messages\":{\"client\":");
        append_unsigned(json, chat->n_messages[0]);
        json_key_number(json, "server", chat->n_messages[1]);
        json_literal(json, "}");
        if (chat->transport == TRANSPORT_TCP) {
                json_key_name(json, "teardown", tcp_teardown_to_string(chat->teardown));
                json_key_name(json, "state", chat->state);
                json_key(json, "handshake");
                append_char(json, '[');
                for (guint i = 0; i < G_N_ELEMENTS(chat->handshake_frames); i++) {
                        if (i > 0)
                                append_char(json, ',');
                        append_frame(json, chat->handshake_frames[i]);
                }
                append_char(json, ']');
        } else if (!chat->is_peers) {
                json_literal(json, ",\"requests\":{\"asked\":");
                append_unsigned(json, chat->n_requests);
                json_key_number(json, "answered", chat->n_answered);
                json_literal(json, "}");
        }
        json_key_string(json, "label", chat->label);
        append_char(json, '}');
}

/* Appends two keys, for the beginning and the end of something. Each is an object of frame and offset; null if the
 * frame is 0. */
static void append_span(GString *json,
                        const char *begin,
                        guint64 frame,
                        gint64 offset,
                        const char *end,
                        guint64 end_frame,
                        gint64 end_offset)
{
        const struct {
                const char *key;
                guint64 frame;
                gint64 offset;
        } ends[] = {{begin, frame, offset}, {end, end_frame, end_offset}};

        for (guint i = 0; i < G_N_ELEMENTS(ends); i++) {
                append_char(json, ',');
                json_append_name(json, ends[i].key);
                append_char(json, ':');
                if (ends[i].frame == 0) {
                        json_literal(json, "null");
                        continue;
                }
                json_literal(json, "{\"frame\":");
                append_unsigned(json, ends[i].frame);
                json_key(json, "offset");
                json_append_seconds(json, ends[i].offset);
                append_char(json, '}');
        }
}

static void append_user(GString *json, gconstpointer element)
{
        const SummaryUser *user = element;
        char address[IP_ADDRESS_STRING_SIZE];

        json_literal(json, "{\"name\":");
        json_append_string(json, user->name);
        json_key_string(json, "address", ip_address_to_string(&user->endpoint.address, address));
        json_key_number(json, "port", user->endpoint.port);
        append_span(json, "registered", user->registered, user->registered_offset, "left", user->left,
                    user->left_offset);
        key_boolean(json, "inferred", user->is_inferred);
        if (user->is_inferred)
                json_key_number(json, "seen", user->seen);
        append_char(json, '}');
}

static void append_member(GString *json, gconstpointer element)
{
        const SummaryMember *member = element;
        char address[IP_ADDRESS_STRING_SIZE];

        json_literal(json, "{\"name\":");
        json_append_string(json, member->name);
        json_key_string(json, "address", ip_address_to_string(&member->endpoint.address, address));
        json_key_number(json, "port", member->endpoint.port);
        append_span(json, "joined", member->joined, member->joined_offset, "left", member->left, member->left_offset);
        key_boolean(json, "inferred", member->is_inferred);
        append_char(json, '}');
}

static void append_room(GString *json, gconstpointer element)
{
        const SummaryRoom *room = element;

        json_literal(json, "{\"name\":");
        json_append_string(json, room->name);
        json_key(json, "created");
        append_frame(json, room->created);
        if (room->group.address.family != 0) {
                json_key(json, "group");
                json_append_party(json, &room->group, TRUE, NULL);
                json_key(json, "reports");
                append_frames(json, &room->reports);
        }
        append_pointers(json, "members", room->members, append_member);
        append_char(json, '}');
}

static void append_form(GString *json, gconstpointer element)
{
        const SummaryForm *form = element;

        json_literal(json, "{\"form\":");
        json_append_string(json, form->form->name);
        json_key_number(json, "asked", form->asked);
        json_key_number(json, "answered", form->answered);
        json_key_number(json, "unanswered", form->unanswered);
        json_key_number(json, "repeated", form->repeated);
        if (form->has_latency) {
                json_literal(json, ",\"latency\":{\"least\":");
                json_append_seconds(json, form->latency_least);
                json_key(json, "median");
                json_append_seconds(json, form->latency_median);
                json_key(json, "most");
                json_append_seconds(json, form->latency_most);
                append_char(json, '}');
        }
        append_char(json, '}');
}

static void append_exchange(GString *json, gconstpointer element)
{
        const SummaryRequest *request = element;

        json_literal(json, "{\"frame\":");
        append_unsigned(json, request->frame);
        json_key_string(json, "form", request->form->name);
        json_key_string(json, "argument", request->argument);
        json_key(json, "client");
        json_append_party(json, &request->client, TRUE, request->client_name);
        json_key(json, "repeats");
        append_frames(json, &request->repeats);
        json_key(json, "replies");
        append_frames(json, &request->replies);
        if (request->has_latency) {
                json_key(json, "latency");
                json_append_seconds(json, request->latency);
        }
        if (request->errors.count > 0) {
                json_key(json, "icmp_errors");
                append_frames(json, &request->errors);
        }
        append_char(json, '}');
}

static void append_session(GString *json, gconstpointer element)
{
        const SummarySession *session = element;

        json_literal(json, "{\"protocol\":");
        json_append_string(json, chat_protocol_get_name(session->protocol));
        json_key(json, "server");
        if (session->server.address.family != 0) {
                json_append_endpoint(json, &session->server, TRUE);
                append_char(json, '}');
        } else {
                json_literal(json, "null");
        }
        json_key_number(json, "messages", session->n_messages);
        append_pointers(json, "users", session->users, append_user);
        append_pointers(json, "rooms", session->rooms, append_room);
        append_structs(json, "requests", session->forms, append_form);
        append_pointers(json, "exchanges", session->requests, append_exchange);
        append_char(json, '}');
}

static void append_finding(GString *json, gconstpointer element)
{
        const SummaryFinding *finding = element;

        json_literal(json, "{\"kind\":");
        json_append_name(json, finding->kind);
        json_key_name(json, "severity", severity_to_string(finding->severity));
        json_key(json, "frames");
        append_frames(json, &finding->frames);
        json_key_string(json, "text", finding->text);
        append_char(json, '}');
}

static void append_findings(GString *json, const Summary *summary)
{
        guint64 left_out = 0;

        for (guint i = 0; i < N_SEVERITIES; i++)
                left_out += summary->n_findings[i];
        left_out -= summary->findings->len;
        if (left_out > 0)
                json_key_number(json, "findings_left_out", left_out);
        append_pointers(json, "findings", summary->findings, append_finding);
}

void json_summary(Writer *writer, const Summary *summary, const char *file)
{
        GString *json = writer->buffer;

        append_char(json, '{');
        append_capture(writer, summary, file);
        append_structs(json, "conversations", summary->protocols, append_protocol);
        append_pointers(json, "phases", summary->phases, append_phase);
        append_structs(json, "features", summary->features, append_features_of_transport);
        append_pointers(json, "hosts", summary->hosts, append_host);
        append_pointers(json, "chats", summary->conversations, append_chat);
        append_pointers(json, "sessions", summary->sessions, append_session);
        append_findings(json, summary);
        json_literal(json, "}\n");
}
