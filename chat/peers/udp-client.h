/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A client of the UDP chat, without its socket: it takes lines and datagrams, and gives its owner datagrams to send and
 * lines to show. All times are in microseconds. */
#pragma once

#include "chat/peers/peers.h"

G_BEGIN_DECLS

#define UDP_CLIENT_MIN_NAME 4 /* characters; the prompt of the originals demands as many */
#define UDP_CLIENT_HI_TIME G_USEC_PER_SEC
#define UDP_CLIENT_HI_REPEATS 3
#define UDP_CLIENT_ANSWER_TIME (2 * G_USEC_PER_SEC)
#define UDP_CLIENT_WHO_TIME G_USEC_PER_SEC
/* No datagram says that it is the last of a list. The list counts as complete when no other has come for this long. */
#define UDP_CLIENT_LIST_TIME (G_USEC_PER_SEC / 5)
#define UDP_CLIENT_MAX_PEERS 1024
#define UDP_CLIENT_MAX_ROOMS 256   /* that it remembers */
#define UDP_CLIENT_MAX_REQUESTS 64 /* commands that wait for their answers */

typedef enum {
        UDP_CLIENT_NAMELESS,    /* the next line is a name */
        UDP_CLIENT_REGISTERING, /* has sent hi */
        UDP_CLIENT_REGISTERED,
        UDP_CLIENT_LEAVING, /* asks whether the server knows it, or has sent by */
        UDP_CLIENT_GONE,    /* the end: see udp_client_has_failed() */
} UdpClientState;

typedef struct UdpClient UdpClient;

typedef struct {
        void (*send)(const Address *destination, const char *octets, gsize length, gpointer user_data);
        /* Shows a line. Here and in show_message(), text may hold anything from the wire: the hook makes it safe. */
        void (*show)(const char *text, gsize length, gpointer user_data);
        void (*show_message)(const ChatSlice *name, const ChatSlice *text, gpointer user_data);
        /* Whether it is the endpoint that the client itself sends from. */
        gboolean (*is_own)(const Address *address, gpointer user_data);
        /* Receives from now on what is sent to this group, and to no other; NULL: to none. FALSE on failure. */
        gboolean (*listen_to_group)(const Address *group, gpointer user_data);
        gpointer user_data;
} UdpClientHooks;

/* server and hooks are copied. */
UdpClient *udp_client_new(const Address *server, const UdpClientHooks *hooks);
void udp_client_free(UdpClient *client);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(UdpClient, udp_client_free)

/* Takes a line that the user typed, with or without its line feed. Here and below, now is the monotonic time. */
void udp_client_line(UdpClient *client, const char *line, gsize length, gint64 now);
/* Takes a datagram; via_group: it was sent to the group of the room. */
void udp_client_datagram(
        UdpClient *client, const Address *source, gboolean via_group, const char *octets, gsize length, gint64 now);
/* Does what is due: repeats hi, gives up, says that an answer is missing, tells who has come. */
void udp_client_tick(UdpClient *client, gint64 now);
/* Begins to leave: sends by to a server that knows the client, and waits a moment for the answer. */
void udp_client_leave(UdpClient *client, gint64 now);

UdpClientState udp_client_get_state(const UdpClient *client);
/* Whether it has ended without being registered. */
gboolean udp_client_has_failed(const UdpClient *client);
/* When udp_client_tick() is due next; G_MAXINT64: never. */
gint64 udp_client_get_deadline(const UdpClient *client);
/* Whether this line, written before the answers to earlier lines could be seen, should wait for them: a message after
 * $roomjoin is meant for the room. */
gboolean udp_client_should_wait(const UdpClient *client, const char *line, gsize length);
/* The same for the end of the input. */
gboolean udp_client_is_busy(const UdpClient *client);
/* What stands before the line being typed: "Your name: ", "anna> ", "anna (lab)> ". Transfer: full. */
char *udp_client_get_prompt(const UdpClient *client);
/* All commands, NULL-terminated, static. */
const char *const *udp_client_get_commands(void);

G_END_DECLS
