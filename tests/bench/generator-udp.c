/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sessions of the UDP chat, and DNS beside them. */
#include "tests/bench/generator.h"

#include <arpa/inet.h>
#include <string.h>

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

Script *plan_udp_chat(Generator *generator, gint64 time)
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

Script *plan_dns(Generator *generator, gint64 time)
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
