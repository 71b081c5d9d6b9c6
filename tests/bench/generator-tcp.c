/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Conversations over TCP: chats and others, with losses and endings of every kind. */
#include "tests/bench/generator.h"

#include <string.h>

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

guint16 choose_port(Generator *self, Talk talk)
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

Script *plan_tcp(Generator *generator, gint64 time, Talk talk)
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
