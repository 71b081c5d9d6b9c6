/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A client of the UDP chat, without its socket: lines and datagrams come in, datagrams and lines to show go
 * out. */
#pragma once

#include "chat/peers/peers.h"

G_BEGIN_DECLS

#define UDP_CLIENT_MIN_NAME 4 /* characters; the originals' prompt wants as many */
#define UDP_CLIENT_HI_TIME G_USEC_PER_SEC
#define UDP_CLIENT_HI_REPEATS 3
#define UDP_CLIENT_ANSWER_TIME (2 * G_USEC_PER_SEC)
#define UDP_CLIENT_WHO_TIME G_USEC_PER_SEC
/* Nothing says which datagram of a list is its last: after so long without another, it is complete. */
#define UDP_CLIENT_LIST_TIME (G_USEC_PER_SEC / 5)
#define UDP_CLIENT_MAX_PEERS 1024
#define UDP_CLIENT_MAX_ROOMS 256   /* that it remembers */
#define UDP_CLIENT_MAX_REQUESTS 64 /* commands that wait for their answers */

typedef enum {
        UDP_CLIENT_NAMELESS,    /* the next line is a name */
        UDP_CLIENT_REGISTERING, /* hi is sent */
        UDP_CLIENT_REGISTERED,
        UDP_CLIENT_LEAVING, /* on the way out: what the server knows is being found out, or by is sent */
        UDP_CLIENT_GONE,    /* over; failed says how */
} UdpClientState;

typedef struct UdpClient UdpClient;

typedef struct {
        void (*send)(const Address *destination, const char *octets, gsize length, gpointer user_data);
        /* text may hold anything that came from the wire: the receiver makes it safe, here and below. */
        void (*show)(const char *text, gsize length, gpointer user_data);
        void (*show_message)(const ChatSlice *name, const ChatSlice *text, gpointer user_data);
        /* Whether it is the endpoint that the client itself sends from. */
        gboolean (*is_own)(const Address *address, gpointer user_data);
        /* From now on receive what is sent to the group, and to no other; NULL: to none. FALSE where that
         * fails. */
        gboolean (*listen_to_group)(const Address *group, gpointer user_data);
        gpointer user_data;
} UdpClientHooks;

UdpClient *udp_client_new(const Address *server, const UdpClientHooks *hooks);
void udp_client_free(UdpClient *client);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(UdpClient, udp_client_free)

/* now is the monotonic time in microseconds, here and below. */
void udp_client_line(UdpClient *client, const char *line, gsize length, gint64 now);
/* via_group: it was sent to the group of the room. */
void udp_client_datagram(
        UdpClient *client, const Address *source, gboolean via_group, const char *octets, gsize length, gint64 now);
/* Something may be due: repeat hi, give up, say that an answer is missing, tell who has come. */
void udp_client_tick(UdpClient *client, gint64 now);
/* The user ends it: says by to a server that knows the client, and waits a moment for the answer. */
void udp_client_leave(UdpClient *client, gint64 now);

UdpClientState udp_client_get_state(const UdpClient *client);
gboolean udp_client_has_failed(const UdpClient *client);
/* When udp_client_tick() is due next; G_MAXINT64: never. */
gint64 udp_client_get_deadline(const UdpClient *client);
/* Whether this line, typed without having seen the answers to those before it, had better wait for them: a
 * message after $roomjoin is meant for the room. */
gboolean udp_client_should_wait(const UdpClient *client, const char *line, gsize length);
/* The same, of the end of the input. */
gboolean udp_client_is_busy(const UdpClient *client);
/* What stands before the line being typed: "Your name: ", "anna> ", "anna (lab)> ". Transfer: full. */
char *udp_client_get_prompt(const UdpClient *client);
/* All commands, NULL-terminated, static. */
const char *const *udp_client_get_commands(void);

G_END_DECLS
