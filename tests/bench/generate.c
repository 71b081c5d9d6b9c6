/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes a large capture and the truth about it, for the benchmark and for tests/bench/check_truth.py.
 *
 * The same seed makes the same capture. Each conversation (or UDP chat session) is a script, planned as a
 * whole when it begins: which packets, when, and what must be said of each. A heap then plays thousands of
 * scripts at once in the order of time. Nothing here analyses anything: what a packet must be flagged with
 * follows from why it was put there, and the timing keeps clear of every threshold of the rules. */
#include <glib.h>

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BEGIN_TIME (G_GINT64_CONSTANT(1700000000) * G_USEC_PER_SEC)
#define MILLISECOND 1000
#define MSS 1460
#define MAX_ENDPOINTS 8
#define CHAT_PORT 8090

enum { FIN = 1, SYN = 2, RST = 4, PSH = 8, ACK = 16 };
enum { CLIENT, SERVER, NOBODY };

typedef enum {
        DUPLICATE_ACK,
        FAST_RETRANSMISSION,
        KEEP_ALIVE,
        KEEP_ALIVE_ACK,
        LOST_SEGMENT,
        OUT_OF_ORDER,
        RETRANSMISSION,
        SPURIOUS_RETRANSMISSION,
        WINDOW_UPDATE,
        ZERO_WINDOW,
        ZERO_WINDOW_PROBE,
        ZERO_WINDOW_PROBE_ACK,
        N_FLAGS,
} Flag;
#define BIT(flag) (1u << (flag))

static const char *const flag_names[N_FLAGS] = {
        "duplicate_ack", "fast_retransmission", "keep_alive",        "keep_alive_ack",
        "lost_segment",  "out_of_order",        "retransmission",    "spurious_retransmission",
        "window_update", "zero_window",         "zero_window_probe", "zero_window_probe_ack",
};

typedef enum {
        KIND_RST,
        KIND_SYN_ACK,
        KIND_SYN,
        KIND_FIN,
        KIND_DATA,
        KIND_HANDSHAKE_ACK,
        KIND_TEARDOWN_ACK,
        KIND_ACK,
        N_KINDS,
} Kind;

static const char *const kind_names[N_KINDS] = {
        "rst", "syn_ack", "syn", "fin", "data", "handshake_ack", "teardown_ack", "ack",
};

typedef enum {
        TEARDOWN_FIN,
        TEARDOWN_RST,
        TEARDOWN_SIMULTANEOUS,
        TEARDOWN_HALF_CLOSED,
        TEARDOWN_REFUSED,
        TEARDOWN_NONE,
        N_TEARDOWNS,
} Teardown;

static const char *const teardown_names[N_TEARDOWNS] = {
        "fin", "rst", "simultaneous", "half_closed", "refused", "none",
};

/* Named as in chat/protocol/udpchat.ini. */
typedef enum {
        FORM_REGISTER,
        FORM_REGISTERED,
        FORM_NAME_TAKEN,
        FORM_LEAVE,
        FORM_LEFT,
        FORM_LIST_USERS,
        FORM_USER,
        FORM_LIST_ROOMS,
        FORM_ROOM,
        FORM_NO_ROOMS,
        FORM_FIND_USER,
        FORM_USER_ADDRESS,
        FORM_NO_SUCH_USER,
        FORM_CREATE_ROOM,
        FORM_ROOM_CREATED,
        FORM_ROOM_EXISTS,
        FORM_JOIN_ROOM,
        FORM_CLEAR_PEERS,
        FORM_ROOM_PEER,
        FORM_NO_SUCH_ROOM,
        FORM_LEAVE_ROOM,
        FORM_ROOM_LEFT,
        FORM_WHO,
        FORM_HERE,
        FORM_MESSAGE,
        FORM_UNKNOWN,
        N_FORMS,
} Form;

static const char *const form_names[N_FORMS] = {
        "register",     "registered",  "name-taken", "leave",       "left",         "list-users",   "user",
        "list-rooms",   "room",        "no-rooms",   "find-user",   "user-address", "no-such-user", "create-room",
        "room-created", "room-exists", "join-room",  "clear-peers", "room-peer",    "no-such-room", "leave-room",
        "room-left",    "who",         "here",       "message",     "unknown",
};

typedef struct {
        guint64 packets, octets, tcp_packets, udp_packets;
        guint64 tcp_conversations, udp_conversations, handshakes;
        guint64 tcp_chats, udp_chats;
        guint64 teardowns[N_TEARDOWNS][3]; /* by initiator: client, server, nobody */
        guint64 completeness[64];
        guint64 kinds[N_KINDS];
        guint64 flags[N_FLAGS];
        guint64 lines[2]; /* of TCP chats, by side */
        guint64 forms[N_FORMS];
        guint64 requests, answered, repeated;
} Truth;

typedef struct {
        guint8 octets[16];
        guint16 port;
        gboolean is_ipv6;
} Endpoint;

typedef struct {
        gint64 time;
        guint32 sequence, acknowledgement;
        guint32 stamp, echo;          /* TCP time stamps */
        guint32 sack_begin, sack_end; /* both 0: no such option */
        guint32 offset;               /* into the script's payload */
        guint16 length, window;
        guint8 from, to, flags;
} Planned;

/* What one conversation, or one UDP chat session, will put on the wire. */
typedef struct {
        guint64 serial;
        gboolean is_tcp, has_scale, has_sack, has_stamps;
        guint8 scale;
        Endpoint endpoints[MAX_ENDPOINTS];
        GArray *packets; /* Planned, in the order of time */
        GByteArray *payload;
        guint next;
} Script;

typedef struct {
        guint64 random;
        FILE *file;
        guint16 ip_identification;
        guint64 planned; /* packets */
        guint64 n_scripts;
        guint32 n_clients; /* endpoints handed out */
        GPtrArray *heap;   /* Script, the one whose next packet is due first at 0 */
        GString *text;     /* scratch */
        Truth truth;
} Generator;

/* Chance: splitmix64, so that a seed means the same everywhere. */

static guint64 chance(Generator *self)
{
        guint64 value = self->random += G_GUINT64_CONSTANT(0x9e3779b97f4a7c15);

        value = (value ^ value >> 30) * G_GUINT64_CONSTANT(0xbf58476d1ce4e5b9);
        value = (value ^ value >> 27) * G_GUINT64_CONSTANT(0x94d049bb133111eb);
        return value ^ value >> 31;
}

/* From low to high, both included. */
static guint32 between(Generator *self, guint32 low, guint32 high)
{
        return low + (guint32) (((chance(self) >> 32) * ((guint64) high - low + 1)) >> 32);
}

static gboolean percent(Generator *self, guint32 n)
{
        return between(self, 0, 99) < n;
}

/* Scatters 24-bit numbers without ever meeting one twice. */
static guint32 scatter(guint32 number)
{
        number = (number * 0x9e3779u) & 0xffffff;
        number ^= number >> 13;
        return (number * 0x85ebcbu) & 0xffffff;
}

/* Frames */

static void put16(guint8 *at, guint32 value)
{
        at[0] = (guint8) (value >> 8);
        at[1] = (guint8) value;
}

static void put32(guint8 *at, guint32 value)
{
        put16(at, value >> 16);
        put16(at + 2, value);
}

static guint32 sum16(const guint8 *octets, gsize length, guint32 sum)
{
        gsize i;

        for (i = 0; i + 1 < length; i += 2)
                sum += (guint32) octets[i] << 8 | octets[i + 1];
        if (i < length)
                sum += (guint32) octets[i] << 8;
        return sum;
}

static guint16 fold(guint32 sum)
{
        while (sum >> 16)
                sum = (sum & 0xffff) + (sum >> 16);
        return (guint16) ~sum;
}

static gsize put_tcp_options(const Script *script, const Planned *packet, guint8 *at)
{
        gsize n = 0;

        if (packet->flags & SYN) {
                memcpy(at, (guint8[]){2, 4, MSS >> 8, MSS & 255}, 4);
                n = 4;
                if (script->has_sack) {
                        memcpy(at + n, (guint8[]){1, 1, 4, 2}, 4);
                        n += 4;
                }
        }
        if (script->has_stamps) {
                memcpy(at + n, (guint8[]){1, 1, 8, 10}, 4);
                put32(at + n + 4, packet->stamp);
                put32(at + n + 8, packet->echo);
                n += 12;
        }
        if ((packet->flags & SYN) && script->has_scale) {
                memcpy(at + n, (guint8[]){1, 3, 3, script->scale}, 4);
                n += 4;
        }
        if (packet->sack_end != packet->sack_begin) {
                memcpy(at + n, (guint8[]){1, 1, 5, 10}, 4);
                put32(at + n + 4, packet->sack_begin);
                put32(at + n + 8, packet->sack_end);
                n += 12;
        }
        return n;
}

static void write_packet(Generator *self, const Script *script, const Planned *packet)
{
        guint8 record[16 + 14 + 40 + 60 + 2048];
        guint8 *frame = record + 16, *ip = frame + 14, *segment;
        const Endpoint *source = &script->endpoints[packet->from], *destination = &script->endpoints[packet->to];
        gboolean six = source->is_ipv6;
        gsize address_length = six ? 16 : 4, header, length, frame_length;
        guint8 protocol = script->is_tcp ? 6 : 17, *check;
        guint32 sum, value;

        memcpy(frame,
               (guint8[]){2, 0, 0, 0, 0, destination->octets[address_length - 1], 2, 0, 0, 0, 0,
                          source->octets[address_length - 1]},
               12);
        put16(frame + 12, six ? 0x86dd : 0x0800);

        segment = ip + (six ? 40 : 20);
        put16(segment, source->port);
        put16(segment + 2, destination->port);
        if (script->is_tcp) {
                header = 20 + put_tcp_options(script, packet, segment + 20);
                put32(segment + 4, packet->sequence);
                put32(segment + 8, packet->acknowledgement);
                segment[12] = (guint8) (header / 4 << 4);
                segment[13] = packet->flags;
                put16(segment + 14, packet->window);
                check = segment + 16;
                put16(segment + 18, 0);
                self->truth.tcp_packets++;
        } else {
                header = 8;
                put16(segment + 4, 8 + packet->length);
                check = segment + 6;
                self->truth.udp_packets++;
        }
        if (packet->length > 0)
                memcpy(segment + header, script->payload->data + packet->offset, packet->length);
        length = header + packet->length;

        if (six) {
                put32(ip, 0x60000000);
                put16(ip + 4, (guint32) length);
                ip[6] = protocol;
                ip[7] = 64;
                memcpy(ip + 8, source->octets, 16);
                memcpy(ip + 24, destination->octets, 16);
                sum = sum16(ip + 8, 32, 0);
        } else {
                put16(ip, 0x4500);
                put16(ip + 2, (guint32) (20 + length));
                put16(ip + 4, self->ip_identification++);
                put16(ip + 6, 0x4000);
                ip[8] = packet->from == 0 ? 64 : 57;
                ip[9] = protocol;
                put16(ip + 10, 0);
                memcpy(ip + 12, source->octets, 4);
                memcpy(ip + 16, destination->octets, 4);
                put16(ip + 10, fold(sum16(ip, 20, 0)));
                sum = sum16(ip + 12, 8, 0);
        }
        put16(check, 0);
        sum += protocol + (guint32) length;
        value = fold(sum16(segment, length, sum));
        put16(check, value == 0 && !script->is_tcp ? 0xffff : value);

        frame_length = (gsize) (segment - frame) + length;
        memcpy(record,
               (guint32[]){(guint32) (packet->time / G_USEC_PER_SEC), (guint32) (packet->time % G_USEC_PER_SEC),
                           (guint32) frame_length, (guint32) frame_length},
               16);
        fwrite_unlocked(record, 1, 16 + frame_length, self->file);
        self->truth.packets++;
        self->truth.octets += frame_length;
}

/* Scripts, and the heap that plays them in the order of time */

static Script *script_new(Generator *generator, gboolean is_tcp)
{
        Script *self = g_new0(Script, 1);

        self->serial = generator->n_scripts++;
        self->is_tcp = is_tcp;
        self->packets = g_array_sized_new(FALSE, FALSE, sizeof(Planned), 32);
        self->payload = g_byte_array_new();
        return self;
}

static void script_free(Script *self)
{
        g_array_unref(self->packets);
        g_byte_array_unref(self->payload);
        g_free(self);
}

static Planned *script_add(Generator *generator, Script *self, gint64 time)
{
        Planned packet = {.time = time};

        g_array_append_val(self->packets, packet);
        generator->planned++;
        return &g_array_index(self->packets, Planned, self->packets->len - 1);
}

static gint64 script_due(const Script *self)
{
        return g_array_index(self->packets, Planned, self->next).time;
}

static gboolean is_before(const Script *a, const Script *b)
{
        gint64 due_a = script_due(a), due_b = script_due(b);

        return due_a != due_b ? due_a < due_b : a->serial < b->serial;
}

static void heap_sink(GPtrArray *heap)
{
        guint i = 0;

        for (;;) {
                guint first = 2 * i + 1;

                if (first >= heap->len)
                        return;
                if (first + 1 < heap->len && is_before(heap->pdata[first + 1], heap->pdata[first]))
                        first++;
                if (is_before(heap->pdata[i], heap->pdata[first]))
                        return;
                gpointer swap = heap->pdata[i];
                heap->pdata[i] = heap->pdata[first];
                heap->pdata[first] = swap;
                i = first;
        }
}

static void heap_push(GPtrArray *heap, Script *script)
{
        guint i = heap->len;

        g_ptr_array_add(heap, script);
        while (i > 0 && is_before(script, heap->pdata[(i - 1) / 2])) {
                heap->pdata[i] = heap->pdata[(i - 1) / 2];
                i = (i - 1) / 2;
        }
        heap->pdata[i] = script;
}

static void play_until(Generator *self, gint64 time)
{
        while (self->heap->len > 0) {
                Script *script = self->heap->pdata[0];

                if (script_due(script) > time)
                        return;
                write_packet(self, script, &g_array_index(script->packets, Planned, script->next));
                if (++script->next == script->packets->len) {
                        self->heap->pdata[0] = self->heap->pdata[self->heap->len - 1];
                        g_ptr_array_set_size(self->heap, (gint) self->heap->len - 1);
                        script_free(script);
                }
                heap_sink(self->heap);
        }
}

/* No two clients share address and port, so no four-tuple is used twice. */
static void new_client(Generator *self, Endpoint *ret_endpoint, gboolean is_ipv6)
{
        guint32 number = self->n_clients++;

        *ret_endpoint = (Endpoint){.is_ipv6 = is_ipv6};
        if (is_ipv6) {
                memcpy(ret_endpoint->octets, (guint8[]){0x20, 0x01, 0x0d, 0xb8}, 4);
                put32(ret_endpoint->octets + 12, scatter(number / 8));
        } else {
                put32(ret_endpoint->octets, 0x0a000000 | scatter(number / 8));
        }
        ret_endpoint->port = (guint16) (32768 + number % 8 * 4096 + between(self, 0, 4095));
}

static void new_server(Generator *self, Endpoint *ret_endpoint, gboolean is_ipv6, guint16 port)
{
        guint32 number = between(self, 1, 2000);

        *ret_endpoint = (Endpoint){.is_ipv6 = is_ipv6, .port = port};
        if (is_ipv6) {
                memcpy(ret_endpoint->octets, (guint8[]){0x20, 0x01, 0x0d, 0xb8, 0, 1}, 6);
                put32(ret_endpoint->octets + 12, number);
        } else {
                put32(ret_endpoint->octets, 0xc0a80000 | number);
        }
}

/* What people type. No line begins like another protocol, and every line's first is a whole one. */
static void add_text(Generator *self, GString *text, guint length)
{
        static const char *const words[] = {
                "hello",   "how",    "are",    "you",     "today",      "fine",   "thanks", "the",
                "lecture", "begins", "at",     "noon",    "bring",      "a",      "laptop", "and",
                "cable",   "see",    "there",  "packets", "everywhere", "did",    "it",     "work",
                "yes",     "no",     "maybe",  "grüße",   "schön",      "naïve",  "日本語", "привет",
                "🙂",    "switch", "router", "seven",   "layers",     "window", "is",     "full",
                "of",      "light",  "who",    "sent",    "this",       "lunch?", "later!", "(really)",
        };
        gsize end = text->len + length;

        do {
                g_string_append(text, words[between(self, 0, G_N_ELEMENTS(words) - 1)]);
                g_string_append_c(text, ' ');
        } while (text->len < end);
        g_string_truncate(text, text->len - 1);
}

/* TCP */

typedef enum { TALK_CHAT, TALK_HTTP, TALK_TLS, TALK_SSH } Talk;

typedef struct {
        Generator *generator;
        Script *script;
        Talk talk;
        gint64 now;
        gint64 delay[2];     /* from a packet that reaches a side to that side's answer, at the capture point */
        guint32 next[2];     /* sequence number of the side's next new octet */
        guint32 received[2]; /* what the side has got in order, so what it acknowledges */
        guint32 acked[2];    /* what it acknowledged last */
        guint16 window[2], sent_window[2];
        guint32 stamp_base[2], last_stamp[2];
        gboolean fin_sent[2], fin_covered[2], handshake_done;
        gboolean has_spoken[2];
        guint completeness;
} Tcp;

static Kind tcp_kind(Tcp *self, guint side, guint flags, guint length, guint analysis)
{
        if (flags & RST)
                return KIND_RST;
        if (flags & SYN)
                return flags & ACK ? KIND_SYN_ACK : KIND_SYN;
        if (flags & FIN)
                return KIND_FIN;
        if (length > 0 && !(analysis & BIT(KEEP_ALIVE)))
                return KIND_DATA;
        if (!self->handshake_done) {
                self->handshake_done = TRUE;
                return KIND_HANDSHAKE_ACK;
        }
        if (self->fin_sent[!side] && self->received[side] == self->next[!side] && !self->fin_covered[!side]) {
                self->fin_covered[!side] = TRUE;
                return KIND_TEARDOWN_ACK;
        }
        return KIND_ACK;
}

static Planned *
tcp_put(Tcp *self, guint side, guint flags, guint32 sequence, guint32 offset, guint length, guint analysis)
{
        Generator *generator = self->generator;
        Planned *packet = script_add(generator, self->script, self->now);
        gboolean is_first = self->script->packets->len == 1;

        packet->from = (guint8) side;
        packet->to = (guint8) !side;
        packet->flags = (guint8) flags;
        packet->sequence = sequence;
        packet->acknowledgement = flags & ACK ? self->received[side] : 0;
        packet->offset = offset;
        packet->length = (guint16) length;
        packet->window = flags & RST ? 0 : flags & SYN ? 64240 : self->window[side];
        packet->stamp = self->stamp_base[side] + (guint32) (self->now / MILLISECOND);
        packet->echo = flags & ACK ? self->last_stamp[!side] : 0;

        self->last_stamp[side] = packet->stamp;
        self->sent_window[side] = packet->window;
        self->acked[side] = packet->acknowledgement;
        generator->truth.kinds[tcp_kind(self, side, flags, length, analysis)]++;
        for (guint i = 0; i < N_FLAGS; i++)
                generator->truth.flags[i] += analysis >> i & 1;

        if (flags & SYN)
                self->completeness |= flags & ACK ? 2 : is_first ? 1 : 0;
        if ((flags & ACK) && !(flags & SYN))
                self->completeness |= length > 0 ? 8 : 4;
        if ((flags & (ACK | FIN)) == (ACK | FIN))
                self->completeness |= 16;
        if (flags & RST)
                self->completeness |= 32;
        return packet;
}

static void tcp_wait(Tcp *self, guint32 low, guint32 high)
{
        self->now += between(self->generator, low, high);
}

/* The time until side's answer to a packet of the other shows. */
static void tcp_cross(Tcp *self, guint side)
{
        self->now += self->delay[side] + between(self->generator, 5, 60);
}

/* A new segment, captured and received. */
static void tcp_send(Tcp *self, guint side, guint flags, guint32 offset, guint length)
{
        guint32 sequence = self->next[side];

        self->next[side] += length + (flags & (FIN | SYN) ? 1 : 0);
        if (flags & FIN)
                self->fin_sent[side] = TRUE;
        tcp_put(self, side, flags, sequence, offset, length, 0);
        self->received[!side] = self->next[side];
}

static Planned *tcp_acknowledge(Tcp *self, guint side, guint analysis)
{
        return tcp_put(self, side, ACK, self->next[side], 0, 0, analysis);
}

/* Answers what side has not acknowledged yet. */
static void tcp_settle(Tcp *self, guint side)
{
        if (self->acked[side] == self->received[side])
                return;
        tcp_cross(self, side);
        tcp_acknowledge(self, side, 0);
}

static void add_binary(Tcp *self, guint length)
{
        guint32 words[64];

        while (length > 0) {
                guint n = MIN(length, sizeof words);

                for (guint i = 0; i < G_N_ELEMENTS(words); i++)
                        words[i] = (guint32) chance(self->generator);
                g_byte_array_append(self->script->payload, (const guint8 *) words, n);
                length -= n;
        }
}

/* Appends what side says next; returns where it begins. A chat says n_lines lines. */
static guint32 tcp_compose(Tcp *self, guint side, guint n_lines)
{
        Generator *generator = self->generator;
        GByteArray *payload = self->script->payload;
        GString *text = generator->text;
        guint32 offset = payload->len;
        guint length;

        g_string_truncate(text, 0);
        switch (self->talk) {
        case TALK_CHAT:
                for (guint i = 0; i < n_lines; i++) {
                        guint size = percent(generator, 2) ? between(generator, 1500, 3500) : between(generator, 2, 90);

                        add_text(generator, text, size);
                        g_string_append_c(text, '\n');
                }
                generator->truth.lines[side] += n_lines;
                break;
        case TALK_HTTP:
                if (side == CLIENT) {
                        g_string_append_printf(text,
                                               "GET /page/%u HTTP/1.1\r\nHost: example.com\r\n"
                                               "Accept: */*\r\n\r\n",
                                               between(generator, 0, 99999));
                } else {
                        length = between(generator, 20, 2500);
                        g_string_append_printf(text,
                                               "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
                                               "Content-Length: %u\r\n\r\n",
                                               length);
                        for (guint i = 0; i < length; i++)
                                g_string_append_c(text, (gchar) (i % 64 == 63 ? '\n' : 'a' + i % 26));
                }
                break;
        case TALK_SSH:
                if (!self->has_spoken[side]) {
                        g_string_append(text, "SSH-2.0-OpenSSH_9.2p1\r\n");
                        break;
                }
                length = between(generator, 2, 40) * 8;
                add_binary(self, length);
                break;
        case TALK_TLS:
                /* One record of application data. */
                length = between(generator, 30, 1800);
                g_byte_array_append(payload, (guint8[]){0x17, 3, 3, (guint8) (length >> 8), (guint8) length}, 5);
                add_binary(self, length);
                break;
        }
        if (text->len > 0)
                g_byte_array_append(payload, (const guint8 *) text->str, (guint) text->len);
        self->has_spoken[side] = TRUE;
        return offset;
}

#define MAX_CUTS 8

/* Cuts the payload from offset to its end into at least n segments, at arbitrary places; ret_ends gets the
 * end of each. Returns how many. */
static guint tcp_cut(Tcp *self, guint32 offset, guint n, guint32 ret_ends[MAX_CUTS])
{
        guint32 length = self->script->payload->len - offset;

        n = CLAMP(n, (length + MSS - 13) / (MSS - 12), MIN(length, MAX_CUTS));
        for (guint i = 0; i < n; i++) {
                guint32 even = (guint32) ((guint64) length * (i + 1) / n);
                guint32 slack = n * (MSS - 12) - length > length ? length / n / 2 : 0;

                ret_ends[i] = offset + even + (i + 1 < n && slack > 0 ? between(self->generator, 0, slack - 1) : 0);
        }
        return n;
}

/* side says something, in one or several segments. */
static void tcp_say(Tcp *self, guint side, gboolean is_acknowledged)
{
        Generator *generator = self->generator;
        guint n_lines = percent(generator, 80) ? 1 : between(generator, 2, 3);
        guint n = percent(generator, 85) ? 1 : between(generator, 2, 3);
        guint32 offset = tcp_compose(self, side, n_lines), ends[MAX_CUTS];
        gboolean each = percent(generator, 40);

        n = tcp_cut(self, offset, n, ends);
        for (guint i = 0; i < n; i++) {
                if (i > 0)
                        tcp_wait(self, 12, 90);
                tcp_send(self, side, PSH | ACK, offset, ends[i] - offset);
                offset = ends[i];
                if (each && i + 1 < n)
                        tcp_settle(self, !side);
        }
        if (is_acknowledged)
                tcp_settle(self, !side);
}

/* Something to say that fits into one segment; returns where it is. */
static guint32 tcp_compose_segment(Tcp *self, guint side, guint *ret_length)
{
        guint32 offset = tcp_compose(self, side, 1), ends[MAX_CUTS];
        guint n = tcp_cut(self, offset, 1, ends);

        /* All but the last piece go ahead, so that what is left is one segment. */
        for (guint i = 0; i + 1 < n; i++) {
                tcp_send(self, side, ACK, offset, ends[i] - offset);
                offset = ends[i];
                tcp_settle(self, !side);
        }
        *ret_length = ends[n - 1] - offset;
        return offset;
}

/* The second copy comes when the time-out ends; only that one arrives. */
static void tcp_time_out(Tcp *self, guint side)
{
        guint length;
        guint32 offset = tcp_compose_segment(self, side, &length), sequence = self->next[side];

        tcp_put(self, side, PSH | ACK, sequence, offset, length, 0);
        self->next[side] += length;
        tcp_wait(self, 210 * MILLISECOND, 600 * MILLISECOND);
        tcp_put(self, side, PSH | ACK, sequence, offset, length, BIT(RETRANSMISSION));
        self->received[!side] = self->next[side];
        tcp_settle(self, !side);
}

/* A first segment is lost before the capture point; the three that follow are answered by duplicate ACKs. */
static void tcp_lose(Tcp *self, guint side)
{
        guint32 offset = tcp_compose(self, side, between(self->generator, 4, 6)), ends[MAX_CUTS];
        guint32 lost = self->next[side], begin = offset, first;
        guint n = tcp_cut(self, offset, 4, ends);

        self->next[side] += ends[0] - offset;
        first = self->next[side];
        offset = ends[0];
        for (guint i = 1; i < n; i++) {
                tcp_wait(self, 12, 60);
                tcp_put(self, side, PSH | ACK, self->next[side], offset, ends[i] - offset,
                        i == 1 ? BIT(LOST_SEGMENT) : 0);
                self->next[side] += ends[i] - offset;
                offset = ends[i];
        }
        self->now += self->delay[!side];
        for (guint i = 1; i < MAX(n, 4); i++) {
                Planned *packet;

                tcp_wait(self, 12, 60);
                packet = tcp_acknowledge(self, !side, BIT(DUPLICATE_ACK));
                if (self->script->has_sack) {
                        packet->sack_begin = first;
                        packet->sack_end = first + (ends[MIN(i, n - 1)] - ends[0]);
                }
        }
        tcp_wait(self, 60, 3 * MILLISECOND);
        tcp_put(self, side, PSH | ACK, lost, begin, ends[0] - begin, BIT(FAST_RETRANSMISSION));
        self->received[!side] = self->next[side];
        tcp_settle(self, !side);
}

static void tcp_swap(Tcp *self, guint side)
{
        guint32 offset = tcp_compose(self, side, 2), ends[MAX_CUTS], sequence;
        guint n = tcp_cut(self, offset, 2, ends);

        for (guint i = 0; i + 2 < n; i++) {
                tcp_send(self, side, ACK, offset, ends[i] - offset);
                offset = ends[i];
                tcp_settle(self, !side);
        }
        sequence = self->next[side];
        self->next[side] += ends[n - 1] - offset;
        tcp_put(self, side, PSH | ACK, sequence + (ends[n - 2] - offset), ends[n - 2], ends[n - 1] - ends[n - 2],
                BIT(LOST_SEGMENT));
        tcp_wait(self, 5, 100); /* below every round-trip time here */
        tcp_put(self, side, ACK, sequence, offset, ends[n - 2] - offset, BIT(OUT_OF_ORDER));
        self->received[!side] = self->next[side];
        tcp_settle(self, !side);
}

static void tcp_keep_alive(Tcp *self, guint side)
{
        guint n = between(self->generator, 1, 3);
        /* Some stacks repeat the last octet, some send none. */
        guint length = self->script->payload->len > 0 && percent(self->generator, 30) ? 1 : 0;

        for (guint i = 0; i < n; i++) {
                tcp_wait(self, 1000 * MILLISECOND, 3000 * MILLISECOND);
                tcp_put(self, side, ACK, self->next[side] - 1, self->script->payload->len - length, length,
                        BIT(KEEP_ALIVE));
                tcp_cross(self, !side);
                tcp_acknowledge(self, !side, BIT(KEEP_ALIVE_ACK));
        }
}

static void tcp_fill(Tcp *self, guint side)
{
        guint16 window = self->window[!side];
        guint length;
        guint32 offset = tcp_compose_segment(self, side, &length);

        tcp_send(self, side, PSH | ACK, offset, length);
        tcp_cross(self, !side);
        self->window[!side] = 0;
        tcp_acknowledge(self, !side, BIT(ZERO_WINDOW));
        offset = tcp_compose(self, side, 1);
        if (percent(self->generator, 50)) {
                tcp_wait(self, 210 * MILLISECOND, 400 * MILLISECOND);
                tcp_put(self, side, ACK, self->next[side], offset, 1, BIT(ZERO_WINDOW_PROBE));
                tcp_cross(self, !side);
                tcp_acknowledge(self, !side, BIT(ZERO_WINDOW_PROBE_ACK) | BIT(ZERO_WINDOW));
        }
        tcp_wait(self, 5 * MILLISECOND, 300 * MILLISECOND);
        self->window[!side] = window;
        tcp_acknowledge(self, !side, BIT(WINDOW_UPDATE));
        tcp_cross(self, side);
        while (offset < self->script->payload->len) {
                length = MIN(MSS - 12, self->script->payload->len - offset);
                tcp_send(self, side, PSH | ACK, offset, length);
                offset += length;
                tcp_settle(self, !side);
        }
}

/* The sender did not see the acknowledgement, or not in time; the receiver says again what it has. */
static void tcp_repeat(Tcp *self, guint side)
{
        guint length;
        guint32 offset = tcp_compose_segment(self, side, &length), sequence = self->next[side];

        tcp_send(self, side, PSH | ACK, offset, length);
        tcp_settle(self, !side);
        tcp_wait(self, 210 * MILLISECOND, 400 * MILLISECOND);
        tcp_put(self, side, PSH | ACK, sequence, offset, length, BIT(SPURIOUS_RETRANSMISSION));
        tcp_cross(self, !side);
        tcp_acknowledge(self, !side, BIT(DUPLICATE_ACK));
}

static void tcp_impair(Tcp *self, guint side)
{
        static void (*const impairments[])(Tcp *, guint) = {
                tcp_time_out, tcp_lose, tcp_swap, tcp_keep_alive, tcp_fill, tcp_repeat,
        };

        tcp_settle(self, CLIENT);
        tcp_settle(self, SERVER);
        /* A duplicate repeats the window too, so the receiver must have shown the one it keeps. */
        if (self->sent_window[!side] != self->window[!side])
                tcp_say(self, side, TRUE);
        if (self->talk == TALK_CHAT)
                impairments[between(self->generator, 0, G_N_ELEMENTS(impairments) - 1)](self, side);
}

/* A chat's last line can lack its line feed, where a FIN follows. TRUE if one was composed. */
static gboolean tcp_compose_rest(Tcp *self, guint side, guint *ret_length, guint32 *ret_offset)
{
        GString *text = self->generator->text;

        *ret_length = 0;
        *ret_offset = self->script->payload->len;
        if (self->talk != TALK_CHAT || !(self->has_spoken[0] || self->has_spoken[1]) || !percent(self->generator, 15))
                return FALSE;
        g_string_truncate(text, 0);
        add_text(self->generator, text, between(self->generator, 2, 60));
        g_byte_array_append(self->script->payload, (const guint8 *) text->str, (guint) text->len);
        self->generator->truth.lines[side]++;
        *ret_length = (guint) text->len;
        return TRUE;
}

static void tcp_finish(Tcp *self, guint side)
{
        guint length;
        guint32 offset;

        if (tcp_compose_rest(self, side, &length, &offset) && percent(self->generator, 50)) {
                tcp_send(self, side, PSH | ACK, offset, length);
                tcp_settle(self, !side);
                tcp_wait(self, 50, 5 * MILLISECOND);
                length = 0;
        }
        tcp_send(self, side, FIN | ACK | (length > 0 ? PSH : 0), offset, length);
}

static void tcp_end(Tcp *self, Teardown teardown, guint side)
{
        Generator *generator = self->generator;

        tcp_settle(self, CLIENT);
        tcp_settle(self, SERVER);
        tcp_wait(self, 10 * MILLISECOND, 900 * MILLISECOND);
        switch (teardown) {
        case TEARDOWN_FIN:
                tcp_finish(self, side);
                if (percent(generator, 50)) {
                        /* Combined: the other's FIN carries the acknowledgement of the first. */
                        tcp_cross(self, !side);
                        tcp_send(self, !side, FIN | ACK, 0, 0);
                } else {
                        tcp_settle(self, !side);
                        tcp_wait(self, 100, 50 * MILLISECOND);
                        if (self->talk == TALK_CHAT && self->has_spoken[!side] && percent(generator, 20)) {
                                tcp_say(self, !side, TRUE);
                                tcp_wait(self, 100, 50 * MILLISECOND);
                        }
                        tcp_finish(self, !side);
                }
                tcp_settle(self, side);
                break;
        case TEARDOWN_SIMULTANEOUS: {
                guint32 before = self->received[!side];

                tcp_send(self, side, FIN | ACK, 0, 0);
                tcp_wait(self, 5, 100);
                /* Sent before the first one came. */
                guint32 after = self->received[!side];
                self->received[!side] = before;
                tcp_send(self, !side, FIN | ACK, 0, 0);
                self->received[!side] = after;
                tcp_settle(self, side);
                tcp_settle(self, !side);
                break;
        }
        case TEARDOWN_HALF_CLOSED:
                tcp_finish(self, side);
                tcp_settle(self, !side);
                for (guint i = between(generator, 0, 2); i > 0 && self->has_spoken[!side]; i--) {
                        tcp_wait(self, 10 * MILLISECOND, 900 * MILLISECOND);
                        tcp_say(self, !side, TRUE);
                }
                break;
        case TEARDOWN_RST:
                /* Aborting with octets unread is RST and ACK; a socket that is gone answers with RST alone.
                 */
                tcp_put(self, side, percent(generator, 70) ? RST | ACK : RST, self->next[side], 0, 0, 0);
                break;
        case TEARDOWN_REFUSED:
        case TEARDOWN_NONE:
        case N_TEARDOWNS:
                break;
        }
}

static void tcp_begin(Tcp *self)
{
        Generator *generator = self->generator;
        guint32 first = self->next[CLIENT];

        tcp_put(self, CLIENT, SYN, first, 0, 0, 0);
        if (percent(generator, 3)) {
                self->now += G_USEC_PER_SEC + between(generator, 0, 30 * MILLISECOND);
                tcp_put(self, CLIENT, SYN, first, 0, 0, BIT(RETRANSMISSION));
        }
        self->next[CLIENT]++;
        self->received[SERVER] = self->next[CLIENT];
        tcp_cross(self, SERVER);
}

static Teardown choose_teardown(Generator *self)
{
        guint32 n = between(self, 0, 99);

        return n < 66 ? TEARDOWN_FIN :
               n < 76 ? TEARDOWN_RST :
               n < 80 ? TEARDOWN_SIMULTANEOUS :
               n < 84 ? TEARDOWN_HALF_CLOSED :
               n < 90 ? TEARDOWN_REFUSED :
                        TEARDOWN_NONE;
}

static guint16 choose_port(Generator *self, Talk talk)
{
        /* Of no protocol that tshark knows by its port. */
        static const guint16 arbitrary[] = {4243, 7331, 12121, 14141, 23232, 28282, 31331, 41414, 52525, 61616};

        switch (talk) {
        case TALK_CHAT:
                return percent(self, 50) ? CHAT_PORT : arbitrary[between(self, 0, G_N_ELEMENTS(arbitrary) - 1)];
        case TALK_HTTP:
                return percent(self, 15) ? CHAT_PORT : percent(self, 50) ? 80 : 8080;
        case TALK_TLS:
                return 443;
        case TALK_SSH:
                break;
        }
        return 22;
}

/* From the first SYN to the end. FALSE if nobody ever answered with a SYN-ACK. */
static gboolean tcp_converse(Tcp *self, Teardown teardown, guint initiator)
{
        Generator *generator = self->generator;
        guint16 port = self->script->endpoints[SERVER].port;
        guint side = self->talk == TALK_SSH ? SERVER : CLIENT, n;

        tcp_begin(self);
        if (teardown == TEARDOWN_REFUSED)
                tcp_put(self, SERVER, RST | ACK, 0, 0, 0, 0);
        if (teardown == TEARDOWN_REFUSED || (teardown == TEARDOWN_NONE && percent(generator, 30)))
                return FALSE;
        tcp_send(self, SERVER, SYN | ACK, 0, 0);
        tcp_cross(self, CLIENT);
        tcp_acknowledge(self, CLIENT, 0);

        /* Nobody says a word in some chats; then only the port tells what they are. */
        n = self->talk == TALK_CHAT && port == CHAT_PORT && percent(generator, 3) ? 0 : between(generator, 2, 9);
        for (guint i = 0; i < n; i++) {
                tcp_wait(self, 20 * MILLISECOND, (self->talk == TALK_CHAT ? 1800 : 200) * MILLISECOND);
                /* The first is always a whole line: without one, an arbitrary port's would not be a chat. */
                if (i > 0 && self->talk == TALK_CHAT && percent(generator, 14))
                        tcp_impair(self, side);
                else
                        tcp_say(self, side, percent(generator, 75));
                if (self->talk != TALK_CHAT || percent(generator, 55))
                        side = !side;
        }
        tcp_end(self, teardown, initiator);
        return TRUE;
}

static Script *plan_tcp(Generator *generator, gint64 time, Talk talk)
{
        Truth *truth = &generator->truth;
        Script *script = script_new(generator, TRUE);
        Tcp self = {.generator = generator, .script = script, .talk = talk, .now = time};
        guint32 round_trip = percent(generator, 60) ? between(generator, 400, 3000) : between(generator, 3000, 60000);
        guint initiator = percent(generator, 50) ? CLIENT : SERVER;
        guint16 port = choose_port(generator, talk);
        gboolean is_ipv6 = percent(generator, 10), established;
        Teardown teardown;

        if (talk == TALK_CHAT)
                teardown = choose_teardown(generator);
        else
                teardown = percent(generator, 90) ? TEARDOWN_FIN : TEARDOWN_RST;
        new_client(generator, &script->endpoints[CLIENT], is_ipv6);
        new_server(generator, &script->endpoints[SERVER], is_ipv6, port);
        script->has_scale = percent(generator, 80);
        script->scale = (guint8) between(generator, 5, 8);
        script->has_sack = percent(generator, 80);
        script->has_stamps = percent(generator, 60);
        self.delay[SERVER] = round_trip * between(generator, 10, 90) / 100;
        self.delay[CLIENT] = round_trip - self.delay[SERVER];
        for (guint side = 0; side < 2; side++) {
                self.next[side] = (guint32) chance(generator);
                self.window[side] = script->has_scale ? (guint16) between(generator, 240, 2000) : 64240;
                self.stamp_base[side] = (guint32) chance(generator);
        }

        established = tcp_converse(&self, teardown, initiator);

        truth->tcp_conversations++;
        truth->handshakes += established;
        truth->tcp_chats += talk == TALK_CHAT && (established || port == CHAT_PORT);
        if (teardown == TEARDOWN_REFUSED || teardown == TEARDOWN_NONE || teardown == TEARDOWN_SIMULTANEOUS)
                initiator = NOBODY;
        truth->teardowns[teardown][initiator]++;
        truth->completeness[self.completeness]++;
        return script;
}

/* The UDP chat */

typedef struct {
        Generator *generator;
        Script *script;
        gint64 now;
        guint n_endpoints; /* the server is 0 */
        char names[MAX_ENDPOINTS][24];
        guint room[MAX_ENDPOINTS]; /* 0: in none */
        guint n_rooms;
        gboolean is_gone[MAX_ENDPOINTS];
        gboolean has_conversation[MAX_ENDPOINTS][MAX_ENDPOINTS];
        guint32 serial;
} Udp;

static void udp_put(Udp *self, guint from, guint to, Form form, const char *format, ...) G_GNUC_PRINTF(5, 6);

static void udp_put(Udp *self, guint from, guint to, Form form, const char *format, ...)
{
        Truth *truth = &self->generator->truth;
        Planned *packet = script_add(self->generator, self->script, self->now);
        GString *text = self->generator->text;
        va_list arguments;

        va_start(arguments, format);
        g_string_vprintf(text, format, arguments);
        va_end(arguments);
        packet->from = (guint8) from;
        packet->to = (guint8) to;
        packet->offset = self->script->payload->len;
        packet->length = (guint16) text->len;
        g_byte_array_append(self->script->payload, (const guint8 *) text->str, (guint) text->len);

        truth->forms[form]++;
        if (!self->has_conversation[MIN(from, to)][MAX(from, to)]) {
                self->has_conversation[MIN(from, to)][MAX(from, to)] = TRUE;
                truth->udp_conversations++;
                truth->udp_chats++;
        }
}

static void udp_wait(Udp *self, guint32 low, guint32 high)
{
        self->now += between(self->generator, low, high);
}

/* What the client asks; its answer follows some milliseconds later. */
#define udp_ask(self, from, to, form, ...)                                                                             \
        (udp_put((self), (from), (to), (form), __VA_ARGS__), (self)->generator->truth.requests++,                      \
         udp_wait((self), 800, 25 * MILLISECOND))

static void udp_answered(Udp *self, guint n)
{
        self->generator->truth.answered += n;
}

static const char *udp_address(Udp *self, guint client, char *buffer)
{
        const Endpoint *endpoint = &self->script->endpoints[client];

        return inet_ntop(endpoint->is_ipv6 ? AF_INET6 : AF_INET, endpoint->octets, buffer, INET6_ADDRSTRLEN);
}

static void udp_register(Udp *self, guint client, gboolean is_described)
{
        Generator *generator = self->generator;
        guint32 n = between(generator, 0, 99);
        const char *name = self->names[client];

        if (client > 1 && n < 10) {
                udp_ask(self, client, 0, FORM_REGISTER, "hi %s", self->names[1]);
                udp_put(self, 0, client, FORM_NAME_TAKEN, "hi");
                udp_answered(self, 1);
                udp_wait(self, 1000 * MILLISECOND, 3000 * MILLISECOND);
        }
        udp_ask(self, client, 0, FORM_REGISTER, "hi %s", name);
        if (n >= 10 && n < 25) {
                /* The first went unanswered for a second; or its answer is late, and both are answered. It is the same
                 * request, and one. */
                self->now += G_USEC_PER_SEC;
                udp_put(self, client, 0, FORM_REGISTER, "hi %s", name);
                generator->truth.repeated++;
                if (n < 15) {
                        udp_put(self, 0, client, FORM_REGISTERED, "hi %s", name);
                        udp_wait(self, 200, 3000);
                } else if (n < 18 && is_described) {
                        self->is_gone[client] = TRUE;
                        return;
                }
        }
        udp_put(self, 0, client, FORM_REGISTERED, "hi %s", name);
        udp_answered(self, 1);
}

/* The server tells a member who else is in its room. */
static void udp_tell_room(Udp *self, guint member)
{
        char buffer[INET6_ADDRSTRLEN];

        udp_put(self, 0, member, FORM_CLEAR_PEERS, "rj __clear_peers__");
        for (guint i = 1; i < self->n_endpoints; i++) {
                if (i == member || self->room[i] != self->room[member] || self->room[member] == 0)
                        continue;
                udp_wait(self, 20, 200);
                udp_put(self, 0, member, FORM_ROOM_PEER, "rj %s %u", udp_address(self, i, buffer),
                        self->script->endpoints[i].port);
        }
}

static void udp_move(Udp *self, guint client, guint room)
{
        guint old = self->room[client];

        self->room[client] = room;
        udp_tell_room(self, client);
        for (guint i = 1; i < self->n_endpoints; i++)
                if (i != client && self->room[i] != 0 && (self->room[i] == old || self->room[i] == room)) {
                        udp_wait(self, 20, 200);
                        udp_tell_room(self, i);
                }
}

static void udp_message(Udp *self, guint from, guint to)
{
        g_autoptr(GString) text = g_string_new(NULL);

        add_text(self->generator, text, between(self->generator, 2, 120));
        udp_put(self, from, to, FORM_MESSAGE, "msg %s> %s\n", self->names[from], text->str);
}

static void udp_step(Udp *self, guint client)
{
        Generator *generator = self->generator;
        guint other = between(generator, 1, self->n_endpoints - 1), room;
        char buffer[INET6_ADDRSTRLEN];

        switch (between(generator, 0, 11)) {
        case 0:
                udp_ask(self, client, 0, FORM_LIST_USERS, "ul");
                for (guint i = 1; i < self->n_endpoints; i++) {
                        udp_put(self, 0, client, FORM_USER, "ul %s", self->names[i]);
                        udp_wait(self, 20, 200);
                }
                udp_answered(self, 1);
                break;
        case 1:
                udp_ask(self, client, 0, FORM_LIST_ROOMS, "rl");
                if (self->n_rooms == 0)
                        udp_put(self, 0, client, FORM_NO_ROOMS, "rl");
                for (guint i = 1; i <= self->n_rooms; i++) {
                        udp_put(self, 0, client, FORM_ROOM, "rl room%u", i);
                        udp_wait(self, 20, 200);
                }
                udp_answered(self, 1);
                break;
        case 2:
                if (percent(generator, 20)) {
                        udp_ask(self, client, 0, FORM_FIND_USER, "ar nobody");
                        udp_put(self, 0, client, FORM_NO_SUCH_USER, "ar");
                } else {
                        udp_ask(self, client, 0, FORM_FIND_USER, "ar %s", self->names[other]);
                        udp_put(self, 0, client, FORM_USER_ADDRESS, "ar %s %u", udp_address(self, other, buffer),
                                self->script->endpoints[other].port);
                }
                udp_answered(self, 1);
                break;
        case 3:
                room = self->n_rooms > 0 && percent(generator, 20) ? 1 : self->n_rooms + 1;
                udp_ask(self, client, 0, FORM_CREATE_ROOM, "rc room%u", room);
                if (room <= self->n_rooms) {
                        udp_put(self, 0, client, FORM_ROOM_EXISTS, "rc");
                } else {
                        udp_put(self, 0, client, FORM_ROOM_CREATED, "rc room%u", room);
                        self->n_rooms = room;
                }
                udp_answered(self, 1);
                break;
        case 4:
                room = self->n_rooms == 0 || percent(generator, 10) ? 0 : between(generator, 1, self->n_rooms);
                if (room == 0) {
                        udp_ask(self, client, 0, FORM_JOIN_ROOM, "rj nowhere");
                        udp_put(self, 0, client, FORM_NO_SUCH_ROOM, "rj");
                } else {
                        udp_ask(self, client, 0, FORM_JOIN_ROOM, "rj room%u", room);
                        udp_move(self, client, room);
                }
                udp_answered(self, 1);
                break;
        case 5:
                if (self->room[client] == 0)
                        break;
                udp_ask(self, client, 0, FORM_LEAVE_ROOM, "rk");
                udp_put(self, 0, client, FORM_ROOM_LEFT, "rk");
                udp_answered(self, 1);
                udp_wait(self, 20, 200);
                udp_move(self, client, 0);
                break;
        case 6:
                if (self->is_gone[other] || other == client ||
                    !self->has_conversation[MIN(client, other)][MAX(client, other)])
                        break;
                udp_ask(self, client, other, FORM_WHO, "pk");
                udp_put(self, other, client, FORM_HERE, "pk %s", self->names[other]);
                udp_answered(self, 1);
                break;
        case 7:
                if (percent(generator, 10))
                        udp_put(self, client, 0, FORM_UNKNOWN, "help please");
                break;
        default:
                if (other != client)
                        udp_message(self, client, other);
        }
}

static Script *plan_udp_chat(Generator *generator, gint64 time)
{
        Script *script = script_new(generator, FALSE);
        Udp self = {.generator = generator, .script = script, .now = time, .n_endpoints = between(generator, 3, 6)};
        gboolean is_ipv6 = percent(generator, 10), is_described = percent(generator, 85);
        static const guint16 ports[] = {4243, 14141, 23232, 41414};

        /* Each session's server has an address of its own: two sessions must not share an address book. */
        generator->n_clients = (generator->n_clients + 7) / 8 * 8;
        new_client(generator, &script->endpoints[0], is_ipv6);
        script->endpoints[0].port = is_described ? CHAT_PORT : ports[between(generator, 0, 3)];
        generator->n_clients += 7;
        for (guint i = 1; i < self.n_endpoints; i++) {
                new_client(generator, &script->endpoints[i], is_ipv6);
                g_snprintf(self.names[i], sizeof self.names[i], "user%" G_GUINT64_FORMAT "x%u", script->serial, i);
        }
        for (guint i = 1; i < self.n_endpoints; i++) {
                udp_register(&self, i, is_described);
                udp_wait(&self, 100 * MILLISECOND, 900 * MILLISECOND);
        }
        for (guint n = between(generator, 10, 30); n > 0; n--) {
                guint client = between(generator, 1, self.n_endpoints - 1);

                if (!self.is_gone[client])
                        udp_step(&self, client);
                udp_wait(&self, 30 * MILLISECOND, 700 * MILLISECOND);
        }
        for (guint i = 1; i < self.n_endpoints; i++) {
                if (self.is_gone[i] || percent(generator, 20))
                        continue;
                if (percent(generator, 10)) {
                        /* The server is gone: the last question stays without an answer, asked twice by
                         * some. */
                        udp_ask(&self, i, 0, FORM_FIND_USER, "ar %s", self.names[1]);
                        if (percent(generator, 50)) {
                                udp_wait(&self, 2000 * MILLISECOND, 4000 * MILLISECOND);
                                udp_put(&self, i, 0, FORM_FIND_USER, "ar %s", self.names[1]);
                                generator->truth.repeated++;
                        }
                        continue;
                }
                udp_ask(&self, i, 0, FORM_LEAVE, "by");
                udp_put(&self, 0, i, FORM_LEFT, "by");
                udp_answered(&self, 1);
                udp_wait(&self, 10 * MILLISECOND, 300 * MILLISECOND);
        }
        return script;
}

static Script *plan_dns(Generator *generator, gint64 time)
{
        Script *script = script_new(generator, FALSE);
        gboolean is_ipv6 = percent(generator, 10);
        gint64 now = time;

        new_client(generator, &script->endpoints[0], is_ipv6);
        new_server(generator, &script->endpoints[1], is_ipv6, 53);
        for (guint n = between(generator, 1, 4); n > 0; n--) {
                guint8 octets[64] = {0}, *at = octets;
                guint16 length;

                put16(at, between(generator, 0, 65535));
                put16(at + 2, 0x0100);
                put16(at + 4, 1);
                length = (guint16) g_snprintf((char *) at + 12, 40, "%chost%03u%cexample", 7,
                                              between(generator, 0, 999), 7);
                at[12 + length] = 0;
                put16(at + 13 + length, 1);
                put16(at + 15 + length, 1);
                length = (guint16) (17 + length);
                for (guint i = 0; i < 2; i++) {
                        Planned *packet = script_add(generator, script, now);

                        if (i == 1) {
                                put16(at + 2, 0x8180);
                                put16(at + 6, 1);
                                memcpy(at + length, (guint8[]){0xc0, 12, 0, 1, 0, 1, 0, 0, 1, 44, 0, 4, 192, 168, 7, 7},
                                       16);
                                length = (guint16) (length + 16);
                        }
                        packet->from = (guint8) i;
                        packet->to = (guint8) !i;
                        packet->offset = script->payload->len;
                        packet->length = length;
                        g_byte_array_append(script->payload, octets, length);
                        now += between(generator, 500, 40 * MILLISECOND);
                }
        }
        generator->truth.udp_conversations++;
        return script;
}

/* The shapes */

static void generate_mixed(Generator *self, guint64 n_packets)
{
        gint64 now = BEGIN_TIME;

        while (self->planned < n_packets) {
                guint32 n = between(self, 0, 99);
                Script *script;

                /* On average one every three milliseconds; they last some seconds. */
                now += between(self, 0, 6 * MILLISECOND);
                play_until(self, now);
                if (n < 68)
                        script = plan_tcp(self, now, TALK_CHAT);
                else if (n < 72)
                        script = plan_udp_chat(self, now);
                else if (n < 80)
                        script = plan_tcp(self, now, TALK_HTTP);
                else if (n < 87)
                        script = plan_tcp(self, now, TALK_TLS);
                else if (n < 92)
                        script = plan_tcp(self, now, TALK_SSH);
                else
                        script = plan_dns(self, now);
                heap_push(self->heap, script);
        }
        play_until(self, G_MAXINT64);
}

typedef enum { SHAPE_MIXED, SHAPE_HALF_OPEN, SHAPE_SEQUENTIAL, SHAPE_RANDOM, SHAPE_COLLIDING, N_SHAPES } Shape;

static const char *const shape_names[N_SHAPES] = {
        "mixed", "half-open", "syn-flood-sequential", "syn-flood-random", "syn-flood-colliding",
};

/* A SYN each, never answered; no two of the same endpoints. */
static void generate_syns(Generator *self, guint64 n_packets, Shape shape)
{
        Script script = {.is_tcp = TRUE, .has_scale = TRUE, .scale = 7, .has_sack = TRUE};
        Endpoint *client = &script.endpoints[CLIENT], *server = &script.endpoints[SERVER];
        gint64 now = BEGIN_TIME;

        for (guint32 i = 0; i < n_packets; i++) {
                guint32 bits = (guint32) chance(self);
                Planned packet = {.from = CLIENT, .to = SERVER, .flags = SYN, .window = 64240};

                put32(server->octets, 0xc0a80001);
                server->port = CHAT_PORT;
                client->port = (guint16) (1024 + bits % 64000);
                switch (shape) {
                case SHAPE_SEQUENTIAL:
                        put32(client->octets, 0x0a000000 + i / 60000);
                        client->port = (guint16) (1024 + i % 60000);
                        break;
                case SHAPE_COLLIDING: {
                        /* What one end gains the other loses, in bits that do not carry: every sum and every
                         * exclusive or of the addresses, of the ports, and of all four is the same. */
                        guint32 port = bits & 0x3fff;

                        put32(client->octets, 0x0a000000 | (i & 0xffffff));
                        put32(server->octets, 0x0bffffff & ~(i & 0xffffff));
                        client->port = (guint16) (0x8000 | port);
                        server->port = (guint16) (0x7fff & ~port);
                        break;
                }
                case SHAPE_HALF_OPEN:
                        put32(client->octets, 0x0a000000 | scatter(i));
                        put32(server->octets, 0xc0a80000 | between(self, 1, 2000));
                        server->port = choose_port(self, TALK_CHAT);
                        break;
                case SHAPE_RANDOM:
                case SHAPE_MIXED:
                case N_SHAPES:
                        put32(client->octets, 0x0a000000 | scatter(i));
                        break;
                }
                packet.sequence = (guint32) chance(self);
                packet.time = now;
                now += between(self, 1, 20);
                write_packet(self, &script, &packet);
        }
        self->truth.tcp_conversations = n_packets;
        self->truth.teardowns[TEARDOWN_NONE][NOBODY] = n_packets;
        self->truth.completeness[1] = n_packets;
        self->truth.kinds[KIND_SYN] = n_packets;
}

/* The truth */

static void print_counts(FILE *file, const char *key, const char *const *names, const guint64 *counts, guint n)
{
        const char *separator = "";

        fprintf(file, "    \"%s\": {", key);
        for (guint i = 0; i < n; i++) {
                fprintf(file, "%s\"%s\": %" G_GUINT64_FORMAT, separator, names[i], counts[i]);
                separator = ", ";
        }
        fprintf(file, "},\n");
}

static void print_truth(FILE *file, const Truth *truth, const char *shape, guint64 seed)
{
        static const char *const initiators[] = {"client", "server", "null"};
        const guint64(*ends)[3] = truth->teardowns;
        const char *separator = "";
        guint64 established_none = truth->handshakes;

        fprintf(file, "{\n  \"shape\": \"%s\",\n  \"seed\": %" G_GUINT64_FORMAT ",\n", shape, seed);
        fprintf(file, "  \"packets\": %" G_GUINT64_FORMAT ",\n  \"octets\": %" G_GUINT64_FORMAT ",\n", truth->packets,
                truth->octets);
        fprintf(file, "  \"chats\": {\"tcpchat\": %" G_GUINT64_FORMAT ", \"udpchat\": %" G_GUINT64_FORMAT "},\n",
                truth->tcp_chats, truth->udp_chats);

        fprintf(file,
                "  \"tcp\": {\n    \"packets\": %" G_GUINT64_FORMAT ",\n    \"conversations\": %" G_GUINT64_FORMAT
                ",\n    \"handshakes\": %" G_GUINT64_FORMAT ",\n",
                truth->tcp_packets, truth->tcp_conversations, truth->handshakes);
        /* "kind/initiator"; null also where the contract leaves open whom to name. */
        fprintf(file, "    \"teardown\": {");
        for (guint kind = 0; kind < N_TEARDOWNS; kind++)
                for (guint side = 0; side < 3; side++)
                        if (ends[kind][side] > 0) {
                                fprintf(file, "%s\"%s/%s\": %" G_GUINT64_FORMAT, separator, teardown_names[kind],
                                        initiators[side], ends[kind][side]);
                                separator = ", ";
                        }
        fprintf(file, "},\n");
        for (guint kind = 0; kind < N_TEARDOWNS; kind++)
                if (kind != TEARDOWN_NONE)
                        for (guint side = 0; side < 3; side++)
                                established_none -= kind == TEARDOWN_REFUSED ? 0 : ends[kind][side];
        fprintf(file,
                "    \"state\": {\"S0\": %" G_GUINT64_FORMAT ", \"S1\": %" G_GUINT64_FORMAT
                ", \"SF\": %" G_GUINT64_FORMAT ", \"REJ\": %" G_GUINT64_FORMAT ", \"S2\": %" G_GUINT64_FORMAT
                ", \"S3\": %" G_GUINT64_FORMAT ", \"RSTO\": %" G_GUINT64_FORMAT ", \"RSTR\": %" G_GUINT64_FORMAT "},\n",
                ends[TEARDOWN_NONE][NOBODY] - established_none, established_none,
                ends[TEARDOWN_FIN][CLIENT] + ends[TEARDOWN_FIN][SERVER] + ends[TEARDOWN_SIMULTANEOUS][NOBODY],
                ends[TEARDOWN_REFUSED][NOBODY], ends[TEARDOWN_HALF_CLOSED][CLIENT], ends[TEARDOWN_HALF_CLOSED][SERVER],
                ends[TEARDOWN_RST][CLIENT], ends[TEARDOWN_RST][SERVER]);
        fprintf(file, "    \"completeness\": {");
        separator = "";
        for (guint i = 0; i < G_N_ELEMENTS(truth->completeness); i++)
                if (truth->completeness[i] > 0) {
                        fprintf(file, "%s\"%u\": %" G_GUINT64_FORMAT, separator, i, truth->completeness[i]);
                        separator = ", ";
                }
        fprintf(file, "},\n");
        print_counts(file, "kinds", kind_names, truth->kinds, N_KINDS);
        print_counts(file, "analysis", flag_names, truth->flags, N_FLAGS);
        fprintf(file, "    \"lines\": {\"client\": %" G_GUINT64_FORMAT ", \"server\": %" G_GUINT64_FORMAT "}\n  },\n",
                truth->lines[CLIENT], truth->lines[SERVER]);

        fprintf(file,
                "  \"udp\": {\n    \"packets\": %" G_GUINT64_FORMAT ",\n    \"conversations\": %" G_GUINT64_FORMAT
                ",\n",
                truth->udp_packets, truth->udp_conversations);
        print_counts(file, "forms", form_names, truth->forms, N_FORMS);
        fprintf(file,
                "    \"requests\": {\"answered\": %" G_GUINT64_FORMAT ", \"unanswered\": %" G_GUINT64_FORMAT
                ", \"repeated\": %" G_GUINT64_FORMAT "}\n  }\n}\n",
                truth->answered, truth->requests - truth->answered, truth->repeated);
}

static int fail(const char *path)
{
        g_printerr("generate-capture: “%s” cannot be written: %s\n", path, g_strerror(errno));
        return EXIT_FAILURE;
}

int main(int argc, char **argv)
{
        gint64 seed = 1, n_packets = 1000000;
        g_autofree char *shape_name = NULL, *truth_path = NULL;
        const GOptionEntry entries[] = {
                {"seed", 0, 0, G_OPTION_ARG_INT64, &seed, "The same N makes the same capture (default: 1)", "N"},
                {"packets", 0, 0, G_OPTION_ARG_INT64, &n_packets,
                 "Begin no further conversation once N packets are planned (default: 1000000)", "N"},
                {"shape", 0, 0, G_OPTION_ARG_STRING, &shape_name,
                 "mixed (default), half-open, syn-flood-sequential, syn-flood-random or syn-flood-colliding", "SHAPE"},
                {"truth", 0, 0, G_OPTION_ARG_FILENAME, &truth_path, "Write there, as JSON, what is in the capture",
                 "FILE"},
                {NULL},
        };
        g_autoptr(GOptionContext) context = g_option_context_new("OUT.pcap");
        g_autoptr(GError) error = NULL;
        const guint32 header[] = {0xa1b2c3d4, 2 | 4 << 16, 0, 0, 262144, 1};
        Generator self = {0};
        Shape shape = SHAPE_MIXED;

        g_option_context_add_main_entries(context, entries, NULL);
        g_option_context_set_summary(context,
                                     "Writes a large capture of chats and other traffic, and the truth about it.");
        if (!g_option_context_parse(context, &argc, &argv, &error)) {
                g_printerr("generate-capture: %s\n", error->message);
                return 2;
        }
        while (shape_name && shape < N_SHAPES && !g_str_equal(shape_name, shape_names[shape]))
                shape++;
        /* The clients' addresses have 24 bits. */
        if (argc != 2 || shape == N_SHAPES || n_packets < 0 || n_packets > 1 << 24) {
                g_printerr("generate-capture: “generate-capture --help” tells how it is used\n");
                return 2;
        }

        self.file = fopen(argv[1], "wb");
        if (!self.file)
                return fail(argv[1]);
        setvbuf(self.file, NULL, _IOFBF, 1 << 20);
        self.random = (guint64) seed;
        self.n_clients = 8; /* no host is 10.0.0.0 */
        self.heap = g_ptr_array_new();
        self.text = g_string_new(NULL);
        /* In this machine's byte order: the magic number says which. */
        fwrite(header, sizeof header, 1, self.file);
        if (shape == SHAPE_MIXED)
                generate_mixed(&self, (guint64) n_packets);
        else
                generate_syns(&self, (guint64) n_packets, shape);
        g_ptr_array_unref(self.heap);
        g_string_free(self.text, TRUE);
        if (ferror(self.file) | fclose(self.file))
                return fail(argv[1]);

        if (truth_path) {
                FILE *file = fopen(truth_path, "w");

                if (!file)
                        return fail(truth_path);
                print_truth(file, &self.truth, shape_names[shape], (guint64) seed);
                if (ferror(file) | fclose(file))
                        return fail(truth_path);
        }
        return EXIT_SUCCESS;
}
