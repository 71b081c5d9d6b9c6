/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A client of the UDP chat, without its socket: lines and datagrams come in, datagrams and lines to show go out. */
#pragma once

#include "chat/peers/peers.h"

G_BEGIN_DECLS

#define UDP_CLIENT_MIN_NAME 4           /* characters; the originals' prompt wants as many */
#define UDP_CLIENT_HI_TIME G_USEC_PER_SEC
#define UDP_CLIENT_HI_REPEATS 3
#define UDP_CLIENT_ANSWER_TIME (2 * G_USEC_PER_SEC)
#define UDP_CLIENT_MAX_PEERS 1024
#define UDP_CLIENT_MAX_REQUESTS 64      /* commands that wait for their answers */

typedef enum {
        UDP_CLIENT_NAMELESS,    /* the next line is a name */
        UDP_CLIENT_REGISTERING, /* hi is sent */
        UDP_CLIENT_REGISTERED,
        UDP_CLIENT_LEAVING,     /* by is sent */
        UDP_CLIENT_GONE,        /* over; failed says how */
} UdpClientState;

typedef struct UdpClient UdpClient;

typedef struct {
        void (*send)(const Address *destination, const char *octets, gsize length, gpointer user_data);
        /* text may hold anything that came from the wire: the receiver makes it safe. */
        void (*show)(const char *text, gsize length, gpointer user_data);
        gpointer user_data;
} UdpClientHooks;

UdpClient *udp_client_new(const Address *server, const UdpClientHooks *hooks);
void udp_client_free(UdpClient *client);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(UdpClient, udp_client_free)

/* now is the monotonic time in microseconds, here and below. */
void udp_client_line(UdpClient *client, const char *line, gsize length, gint64 now);
void udp_client_datagram(UdpClient *client, const Address *source, const char *octets, gsize length, gint64 now);
/* Something may be due: repeat hi, give up, say that an answer is missing. */
void udp_client_tick(UdpClient *client, gint64 now);
/* The user ends it: says by, if registered, and waits a moment for the answer. */
void udp_client_leave(UdpClient *client, gint64 now);

UdpClientState udp_client_get_state(const UdpClient *client);
gboolean udp_client_has_failed(const UdpClient *client);
/* When udp_client_tick() is due next; G_MAXINT64: never. */
gint64 udp_client_get_deadline(const UdpClient *client);

G_END_DECLS
