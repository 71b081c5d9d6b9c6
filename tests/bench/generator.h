/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of the generator share; generate.c says what it is for. */
#pragma once

#include <glib.h>

#include <stdio.h>

G_BEGIN_DECLS

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

typedef enum {
        TEARDOWN_FIN,
        TEARDOWN_RST,
        TEARDOWN_SIMULTANEOUS,
        TEARDOWN_HALF_CLOSED,
        TEARDOWN_REFUSED,
        TEARDOWN_NONE,
        N_TEARDOWNS,
} Teardown;

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

/* generator-frames.c. Chance: the same seed means the same everywhere. */
guint64 chance(Generator *self);
/* From low to high, both included. */
guint32 between(Generator *self, guint32 low, guint32 high);
gboolean percent(Generator *self, guint32 n);
/* Scatters 24-bit numbers without ever meeting one twice. */
guint32 scatter(guint32 number);
void put16(guint8 *at, guint32 value);
void put32(guint8 *at, guint32 value);
void write_packet(Generator *self, const Script *script, const Planned *packet);

/* generator-script.c: scripts, and the heap that plays them. */
Script *script_new(Generator *generator, gboolean is_tcp);
Planned *script_add(Generator *generator, Script *self, gint64 time);
void heap_push(GPtrArray *heap, Script *script);
/* Writes all packets that are due by then. */
void play_until(Generator *self, gint64 time);
/* No two clients share address and port, so no four-tuple is used twice. */
void new_client(Generator *self, Endpoint *ret_endpoint, gboolean is_ipv6);
void new_server(Generator *self, Endpoint *ret_endpoint, gboolean is_ipv6, guint16 port);
/* Appends what people type. No line begins like another protocol, and every line's first is a whole one. */
void add_text(Generator *self, GString *text, guint length);

/* generator-tcp.c, generator-udp.c: each plans a conversation, or a UDP chat session, that begins at that time. */
typedef enum { TALK_CHAT, TALK_HTTP, TALK_TLS, TALK_SSH } Talk;
Script *plan_tcp(Generator *generator, gint64 time, Talk talk);
guint16 choose_port(Generator *self, Talk talk);
Script *plan_udp_chat(Generator *generator, gint64 time);
Script *plan_dns(Generator *generator, gint64 time);

/* generator-truth.c: all that is known of the capture, as JSON. */
void print_truth(FILE *file, const Truth *truth, const char *shape, guint64 seed);

G_END_DECLS
