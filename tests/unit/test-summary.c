/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From crafted frames to the summary: what is counted, found and kept, and what is said when memory is short. Users,
 * rooms and requests are in test-chat-sessions.c. */
#include "analyzer/summary/summary-private.h"
#include "tests/unit/summary-of-frames.h"

/* --- lists of frames --------------------------------------------------------------------------------- */

static void test_frames(void)
{
        MemoryBudget memory = {.limit = G_MAXSIZE};
        Frames frames, other;

        frames_init(&frames, &memory);
        g_assert_cmpuint(frames_first(&frames), ==, 0);
        g_assert_false(frames_contain(&frames, 1));
        for (guint i = 0; i < 3; i++)
                frames_add(&frames, (const guint[]){7, 3, 5}[i]);
        expect_frames(&frames, "3, 5, 7");
        frames_add(&frames, 5);
        g_assert_cmpuint(frames.count, ==, 3);
        frames_add(&frames, 4);
        expect_frames(&frames, "3-5, 7");
        frames_add(&frames, 6);
        expect_frames(&frames, "3-7");
        frames_add(&frames, 2);
        expect_frames(&frames, "2-7");
        g_assert_cmpuint(frames_first(&frames), ==, 2);
        g_assert_true(frames_contain(&frames, 7));
        g_assert_false(frames_contain(&frames, 8));
        g_assert_false(frames_contain(&frames, 1));
        frames_init(&other, &memory);
        frames_add(&other, 7);
        frames_add(&other, 9);
        frames_add_all(&frames, &other);
        expect_frames(&frames, "2-7, 9");
        g_assert_cmpuint(frames.count, ==, 7);
        frames_clear(&frames);
        frames_clear(&other);
}

/* What has no room is counted, and a frame that needs none is still stored. */
static void test_frames_bounded(void)
{
        MemoryBudget memory = {.limit = G_MAXSIZE}, little = {.limit = 5 * sizeof(FrameRange)};
        Frames frames;

        frames_init(&frames, &memory);
        for (guint i = 0; i < FRAMES_MAX_RANGES + 10; i++)
                frames_add(&frames, 2 * i + 1);
        g_assert_cmpuint(frames.ranges->len, ==, FRAMES_MAX_RANGES);
        g_assert_cmpuint(frames.count, ==, FRAMES_MAX_RANGES + 10);
        g_assert_false(frames.is_complete);
        frames_add(&frames, 2);
        g_assert_true(frames_contain(&frames, 2));
        g_assert_cmpuint(frames.ranges->len, ==, FRAMES_MAX_RANGES - 1);
        frames_clear(&frames);

        frames_init(&frames, &little);
        for (guint i = 0; i < 4; i++)
                frames_add(&frames, 10 * (i + 1));
        expect_frames(&frames, "10, 20");
        g_assert_cmpuint(frames.count, ==, 4);
        g_assert_cmpuint(little.given_up, ==, 2);
        g_assert_cmpuint(little.held, <=, little.limit);
        frames_clear(&frames);
}

static void test_long_names(void)
{
        g_autofree char *longest = g_strnfill(SUMMARY_MAX_NAME, 'x'), *copy = NULL, *cut = NULL;
        g_autofree char *wide = g_strconcat(longest + 1, "ä and more", NULL);

        copy = summary_copy_name(longest);
        g_assert_cmpstr(copy, ==, longest);
        cut = summary_copy_name(wide);
        g_assert_cmpstr(cut, ==, longest + 1);
        g_assert_null(summary_copy_name(NULL));
}

/* --- connections ------------------------------------------------------------------------------------- */

static const SummaryPhase *find_phase(const Summary *summary, Transport transport, Phase phase, gboolean maintenance)
{
        for (guint i = 0; i < summary->phases->len; i++) {
                const SummaryPhase *group = g_ptr_array_index(summary->phases, i);

                if (group->transport == transport && group->phase == phase && group->maintenance == maintenance)
                        return group;
        }
        return NULL;
}

static void
expect_phase(const Summary *summary, Transport transport, Phase phase, gboolean maintenance, const char *frames)
{
        const SummaryPhase *group = find_phase(summary, transport, phase, maintenance);

        if (!frames) {
                g_assert_null(group);
                return;
        }
        g_assert_nonnull(group);
        expect_frames(&group->frames, frames);
        g_assert_cmpuint(group->packets, ==, group->frames.count);
}

static const SummaryStep *step_at(const SummaryPhase *group, guint index)
{
        g_assert_cmpuint(index, <, group->steps->len);
        return &g_array_index(group->steps, SummaryStep, index);
}

static void expect_conversation(const Summary *summary)
{
        const SummaryConversation *conversation = g_ptr_array_index(summary->conversations, 0);

        g_assert_cmpuint(summary->conversations->len, ==, 1);
        g_assert_cmpuint(conversation->transport, ==, TRANSPORT_TCP);
        g_assert_cmpuint(conversation->stream, ==, 0);
        g_assert_cmpuint(conversation->client.port, ==, 40000);
        g_assert_cmpuint(conversation->server.port, ==, 8090);
        g_assert_cmpuint(conversation->packets, ==, 10);
        g_assert_cmpuint(conversation->bytes, ==, 10 * 54 + 15);
        g_assert_cmpuint(conversation->n_messages[0], ==, 1);
        g_assert_cmpuint(conversation->n_messages[1], ==, 1);
        g_assert_cmpint(conversation->teardown, ==, TCP_TEARDOWN_FIN);
        for (guint i = 0; i < 3; i++)
                g_assert_cmpuint(conversation->handshake_frames[i], ==, i + 2);
        g_assert_cmpint(conversation->handshake_duration, ==, 2 * MILLISECOND);
        g_assert_true(conversation->has_time);
        g_assert_cmpint(conversation->offset, ==, MILLISECOND);
        g_assert_cmpint(conversation->duration, ==, 9 * MILLISECOND);
        g_assert_false(conversation->is_peers);
        g_assert_cmpstr(conversation->state, ==, "SF");
}

static void expect_hosts(const Summary *summary)
{
        const SummaryHost *client = g_ptr_array_index(summary->hosts, 0),
                          *server = g_ptr_array_index(summary->hosts, 1);
        const SummarySocket *socket = &g_array_index(server->sockets, SummarySocket, 0);

        g_assert_cmpuint(summary->hosts->len, ==, 2);
        g_assert_cmpuint(client->address.octets[3], ==, 2);
        g_assert_cmpuint(server->sockets->len, ==, 1);
        g_assert_cmpint(socket->part, ==, CHAT_SENDER_SERVER);
        g_assert_cmpuint(socket->port, ==, 8090);
        g_assert_cmpuint(socket->first_frame, ==, 2);
        g_assert_cmpint(g_array_index(client->sockets, SummarySocket, 0).part, ==, CHAT_SENDER_CLIENT);
        g_assert_cmpstr(client->link_address, ==, "02:00:00:00:00:02");
}

/* A DNS query before the chat, which is frame 1, and a connection to an unknown port after it. */
static void test_connection(void)
{
        g_autoptr(GPtrArray) frames = new_frames();
        g_autoptr(Summary) summary = NULL;
        const SummaryFeatures *features;
        const SummaryTraffic *traffic;

        add_datagram(frames, "10.0.0.2 5000", "10.0.0.9 53", "query");
        add_chat(frames, CLIENT, SERVER, 100);
        add_segment(frames, CLIENT, "10.0.0.1 9", TCP_SYN, 5, 0, "");
        add_segment(frames, CLIENT, "10.0.0.1 9", TCP_SYN, 5, 0, "");
        summary = summarise(frames);

        g_assert_cmpuint(summary->packets, ==, 13);
        g_assert_cmpuint(summary->bytes, ==, 47 + 12 * 54 + 15);
        g_assert_cmpuint(summary->chat_packets, ==, 10);
        g_assert_cmpuint(summary->chat_bytes, ==, 10 * 54 + 15);
        g_assert_true(summary->has_time);
        g_assert_cmpint(summary->first_time, ==, MILLISECOND);
        g_assert_cmpint(summary->last_time, ==, 13 * MILLISECOND);
        g_assert_cmpuint(summary->link_types->len, ==, 1);
        g_assert_cmpuint(summary->counts.unlisted, ==, 0);

        g_assert_cmpuint(summary->traffic->len, ==, 2);
        traffic = &g_array_index(summary->traffic, SummaryTraffic, 0);
        g_assert_cmpstr(traffic->name, ==, "other TCP");
        g_assert_cmpuint(traffic->packets, ==, 2);
        g_assert_cmpuint(traffic->bytes, ==, 108);
        traffic = &g_array_index(summary->traffic, SummaryTraffic, 1);
        g_assert_cmpstr(traffic->name, ==, "DNS");
        g_assert_cmpuint(traffic->packets, ==, 1);

        expect_phase(summary, TRANSPORT_TCP, PHASE_SETUP, TRUE, "2-4");
        expect_phase(summary, TRANSPORT_TCP, PHASE_TRANSFER, FALSE, "5, 7");
        expect_phase(summary, TRANSPORT_TCP, PHASE_TRANSFER, TRUE, "6, 8");
        expect_phase(summary, TRANSPORT_TCP, PHASE_TEARDOWN, TRUE, "9-11");
        expect_phase(summary, TRANSPORT_TCP, PHASE_RECOVERY, TRUE, NULL);
        g_assert_cmpuint(summary->phases->len, ==, 4);
        g_assert_cmpuint(find_phase(summary, TRANSPORT_TCP, PHASE_SETUP, TRUE)->bytes, ==, 3 * 54);

        features = summary_find_features(summary, TRANSPORT_TCP);
        g_assert_cmpuint(features->packets, ==, 10);
        g_assert_cmpuint(features->bytes, ==, 10 * 54 + 15);
        g_assert_cmpuint(features->smallest, ==, 54);
        g_assert_cmpuint(features->largest, ==, 63);
        g_assert_cmpuint(features->maintenance, ==, 8);
        g_assert_cmpuint(features->acknowledgements, ==, 4);
        g_assert_cmpuint(features->families[0], ==, 10);
        g_assert_cmpuint(features->families[1], ==, 0);
        g_assert_cmpuint(features->hop_limits[64], ==, 10);
        g_assert_cmpuint(features->link_layers, ==, G_GUINT64_CONSTANT(1) << LAYER_ETHERNET);
        g_assert_cmpuint(features->layer_bytes[LAYER_GROUP_LINK], ==, 140);
        g_assert_cmpuint(features->layer_bytes[LAYER_GROUP_NETWORK], ==, 200);
        g_assert_cmpuint(features->layer_bytes[LAYER_GROUP_TRANSPORT], ==, 200);
        g_assert_cmpuint(features->layer_bytes[LAYER_GROUP_DATA], ==, 15);
        g_assert_null(summary_find_features(summary, TRANSPORT_UDP));

        expect_conversation(summary);
        expect_hosts(summary);
        g_assert_cmpuint(summary->protocols->len, ==, 1);
        g_assert_cmpuint(g_array_index(summary->protocols, SummaryProtocol, 0).packets, ==, 10);
        g_assert_cmpuint(summary->sessions->len, ==, 0);
        expect_findings(summary, "nothing_lost info");
}

static void test_ipv6(void)
{
        g_autoptr(GPtrArray) frames = new_frames();
        g_autoptr(Summary) summary = NULL;
        const SummaryFeatures *features;

        add_datagram(frames, "fe80::2 40001", "fe80::1 8090", "hi anna");
        add_datagram(frames, "fe80::1 8090", "fe80::2 40001", "hi anna");
        summary = summarise(frames);
        features = summary_find_features(summary, TRANSPORT_UDP);
        g_assert_cmpuint(features->families[0], ==, 0);
        g_assert_cmpuint(features->families[1], ==, 2);
        g_assert_cmpuint(features->layer_bytes[LAYER_GROUP_NETWORK], ==, 80);
        g_assert_cmpuint(features->layer_bytes[LAYER_GROUP_TRANSPORT], ==, 16);
        g_assert_cmpuint(features->maintenance, ==, 2);
        g_assert_cmpuint(features->acknowledgements, ==, 0);
}

/* The kind of a packet without ports stands in its first octets, where ports would: (type << 8). */
static void test_traffic(void)
{
        static const struct {
                guint protocol;
                const char *from, *to, *name;
        } packets[] = {
                {6, "10.0.0.1 80", "10.0.0.2 50000", "HTTP"},
                {6, "10.0.0.1 50000", "10.0.0.2 53", "DNS"},
                {6, "10.0.0.1 50000", "10.0.0.2 123", "other TCP"}, /* NTP has it over UDP alone */
                {17, "10.0.0.1 50000", "10.0.0.2 443", "QUIC"},
                {17, "10.0.0.1 5353", "10.0.0.2 8080", "mDNS"},
                {17, "10.0.0.1 50000", "10.0.0.2 50001", "other UDP"},
                {1, "10.0.0.1 2048", "10.0.0.2 0", "ICMP"},
                {2, "10.0.0.1 5632", "10.0.0.2 0", "IGMP"},
                {58, "fe80::1 34560", "fe80::2 0", "Neighbour Discovery (ICMPv6)"},
                {58, "fe80::1 36608", "fe80::2 0", "MLD (ICMPv6)"},
                {58, "fe80::1 32768", "fe80::2 0", "ICMPv6"},
                {89, "10.0.0.1 0", "10.0.0.2 0", "OSPF"},
                {200, "10.0.0.1 0", "10.0.0.2 0", "other IPv4"},
                {200, "fe80::1 0", "fe80::2 0", "other IPv6"},
        };

        for (gsize i = 0; i < G_N_ELEMENTS(packets); i++) {
                g_autoptr(GPtrArray) frames = new_frames();
                g_autoptr(Summary) summary = NULL;
                g_autoptr(GByteArray) rest = g_byte_array_new();

                if (packets[i].protocol == 6) {
                        add_segment(frames, packets[i].from, packets[i].to, TCP_ACK, 1, 1, "");
                } else if (packets[i].protocol == 17) {
                        add_datagram(frames, packets[i].from, packets[i].to, "text");
                } else {
                        put32(rest, 0);
                        put32(rest, 0);
                        add_packet(frames, packets[i].protocol, packets[i].from, packets[i].to, rest, "", 0);
                }
                summary = summarise(frames);
                g_assert_cmpuint(summary->traffic->len, ==, 1);
                g_assert_cmpstr(g_array_index(summary->traffic, SummaryTraffic, 0).name, ==, packets[i].name);
                g_assert_cmpuint(summary->chat_packets, ==, 0);
        }
}

static void test_steps(void)
{
        g_autoptr(GPtrArray) frames = new_frames();
        g_autoptr(Summary) summary = NULL;
        const SummaryPhase *setup, *teardown;

        add_segment(frames, CLIENT, SERVER, TCP_SYN, 5, 0, "");
        add_segment(frames, SERVER, CLIENT, TCP_RST | TCP_ACK, 0, 6, "");
        add_chat(frames, "10.0.0.2 40001", SERVER, 100);
        summary = summarise(frames);
        setup = find_phase(summary, TRANSPORT_TCP, PHASE_SETUP, TRUE);
        g_assert_cmpuint(setup->steps->len, ==, 4);
        g_assert_cmpint(step_at(setup, 0)->step, ==, STEP_HANDSHAKE);
        g_assert_cmpint(step_at(setup, 0)->kind, ==, KIND_SYN);
        expect_frames(&step_at(setup, 0)->frames, "1, 3");
        g_assert_cmpint(step_at(setup, 1)->step, ==, STEP_REFUSAL);
        expect_frames(&step_at(setup, 1)->frames, "2");
        expect_frames(&step_at(setup, 2)->frames, "4");
        teardown = find_phase(summary, TRANSPORT_TCP, PHASE_TEARDOWN, TRUE);
        g_assert_cmpint(step_at(teardown, 0)->step, ==, STEP_TEARDOWN);
        expect_frames(&step_at(teardown, 0)->frames, "10-11");
        for (Step step = 0; step < N_STEPS; step++)
                g_assert_nonnull(step_describe(step)->title);
}

static void test_no_packets(void)
{
        g_autoptr(GPtrArray) frames = new_frames();
        g_autoptr(Summary) summary = summarise(frames);

        g_assert_cmpuint(summary->packets, ==, 0);
        g_assert_false(summary->has_time);
        g_assert_cmpuint(summary->traffic->len + summary->features->len + summary->protocols->len, ==, 0);
        g_assert_cmpuint(summary->hosts->len + summary->conversations->len + summary->phases->len, ==, 0);
        g_assert_cmpuint(summary->sessions->len + summary->findings->len, ==, 0);
}

/* --- what has no room -------------------------------------------------------------------------------- */

#define N_CHATS 300

/* Many connections that are left open, from many hosts, and a server with many users. */
static GPtrArray *new_crowd(void)
{
        GPtrArray *frames = new_frames();

        for (guint i = 0; i < N_CHATS; i++) {
                g_autofree char *client = g_strdup_printf("10.0.%u.%u 40000", 1 + i / 200, 1 + i % 200),
                                *name = g_strdup_printf("hi user%u", i), *find = g_strdup_printf("ar user%u", i);

                add_segment(frames, client, SERVER, TCP_SYN, 100, 0, "");
                add_datagram(frames, client, SERVER, name);
                add_datagram(frames, SERVER, client, name);
                add_datagram(frames, client, SERVER, find); /* nobody answers */
        }
        return frames;
}

/* Every entry of the list is one of the whole list, and says the same. */
static void
expect_part(const GPtrArray *part, const GPtrArray *whole, gboolean (*is_same)(gconstpointer, gconstpointer))
{
        guint at = 0;

        g_assert_cmpuint(part->len, <=, whole->len);
        for (guint i = 0; i < part->len; i++) {
                while (at < whole->len && !is_same(part->pdata[i], whole->pdata[at]))
                        at++;
                g_assert_cmpuint(at++, <, whole->len);
        }
}

static gboolean is_same_host(gconstpointer a, gconstpointer b)
{
        const SummaryHost *one = a, *other = b;

        return ip_address_equal(&one->address, &other->address) && one->sockets->len <= other->sockets->len;
}

static gboolean is_same_conversation(gconstpointer a, gconstpointer b)
{
        const SummaryConversation *one = a, *other = b;

        return one->transport == other->transport && one->stream == other->stream && one->packets == other->packets &&
               g_str_equal(one->label, other->label);
}

static gboolean is_same_request(gconstpointer a, gconstpointer b)
{
        const SummaryRequest *one = a, *other = b;

        return one->frame == other->frame && g_strcmp0(one->argument, other->argument) == 0 &&
               one->replies.count == other->replies.count && one->has_latency == other->has_latency &&
               one->latency == other->latency && one->is_last_word == other->is_last_word;
}

static gboolean is_same_user(gconstpointer a, gconstpointer b)
{
        const SummaryUser *one = a, *other = b;

        return one->seen == other->seen && one->registered == other->registered && one->left == other->left &&
               g_strcmp0(one->name, other->name) == 0;
}

/* Whatever is left out, no packet is counted less for it. */
static void expect_same_counts(const Summary *one, const Summary *other)
{
        g_assert_cmpuint(one->packets, ==, other->packets);
        g_assert_cmpuint(one->bytes, ==, other->bytes);
        g_assert_cmpuint(one->chat_packets, ==, other->chat_packets);
        g_assert_cmpuint(one->phases->len, ==, other->phases->len);
        for (guint i = 0; i < one->phases->len; i++) {
                const SummaryPhase *phase = one->phases->pdata[i], *whole = other->phases->pdata[i];

                g_assert_cmpuint(phase->packets, ==, whole->packets);
                g_assert_cmpuint(phase->frames.count, ==, whole->frames.count);
                g_assert_cmpuint(phase->frames.ranges->len, <=, whole->frames.ranges->len);
                g_assert_cmpint(phase->frames.is_complete, ==, phase->frames.ranges->len == whole->frames.ranges->len);
                for (guint64 frame = 1; frame <= other->packets; frame++)
                        g_assert_true(!frames_contain(&phase->frames, frame) || frames_contain(&whole->frames, frame));
        }
}

static void expect_part_of(const Summary *part, const Summary *whole)
{
        const SummarySession *session = whole->sessions->pdata[0], *kept;

        expect_same_counts(part, whole);
        expect_part(part->hosts, whole->hosts, is_same_host);
        expect_part(part->conversations, whole->conversations, is_same_conversation);
        g_assert_cmpuint(part->sessions->len, <=, 1);
        if (part->sessions->len == 0)
                return;
        kept = part->sessions->pdata[0];
        expect_part(kept->requests, session->requests, is_same_request);
        expect_part(kept->users, session->users, is_same_user);
        for (guint i = 0, asked = 0; i < kept->forms->len; i++) {
                const SummaryForm *form = &g_array_index(kept->forms, SummaryForm, i);

                g_assert_cmpuint(form->asked, ==, form->answered + form->unanswered);
                asked += form->asked;
                if (i + 1 == kept->forms->len)
                        g_assert_cmpuint(asked, ==, kept->requests->len);
        }
}

static void test_memory_limit(void)
{
        g_autoptr(GPtrArray) frames = new_crowd();
        g_autoptr(Summary) whole = summarise(frames);
        const SummarySession *session = whole->sessions->pdata[0];
        gsize most = whole->memory.held;

        g_assert_cmpuint(whole->counts.unlisted, ==, 0);
        g_assert_cmpuint(whole->packets, ==, 4 * N_CHATS);
        g_assert_cmpuint(whole->chat_packets, ==, 4 * N_CHATS);
        g_assert_cmpuint(whole->hosts->len, ==, N_CHATS + 1);
        for (guint i = 0; i < whole->hosts->len; i++)
                g_assert_cmpuint(((const SummaryHost *) whole->hosts->pdata[i])->sockets->len, ==, 2);
        g_assert_cmpuint(whole->conversations->len, ==, 2 * N_CHATS);
        g_assert_cmpuint(session->users->len, ==, N_CHATS);
        g_assert_cmpuint(session->requests->len, ==, 2 * N_CHATS);
        for (gsize limit = 1; limit < most; limit = limit * 2 + 1000) {
                g_autoptr(Summary) part = summarise_within(frames, limit);

                g_assert_cmpuint(part->memory.held, <=, limit);
                g_assert_cmpuint(part->counts.unlisted, >, 0);
                g_assert_cmpuint(part->counts.unlisted, ==, part->memory.given_up);
                expect_part_of(part, whole);
        }
}

int main(int argc, char **argv)
{
        int status;

        g_test_init(&argc, &argv, NULL);
        load_protocols();
        g_test_add_func("/summary/frames", test_frames);
        g_test_add_func("/summary/frames-bounded", test_frames_bounded);
        g_test_add_func("/summary/long-names", test_long_names);
        g_test_add_func("/summary/connection", test_connection);
        g_test_add_func("/summary/ipv6", test_ipv6);
        g_test_add_func("/summary/traffic", test_traffic);
        g_test_add_func("/summary/steps", test_steps);
        g_test_add_func("/summary/no-packets", test_no_packets);
        g_test_add_func("/summary/memory-limit", test_memory_limit);
        status = g_test_run();
        g_ptr_array_unref(protocols);
        return status;
}
