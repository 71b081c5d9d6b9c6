/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The server of the UDP chat: the address book and the rooms. It has no socket: datagrams come in through
 * udp_server_handle() and go out through a function, so that it can be tested and fuzzed by itself. */
#pragma once

#include "chat/peers/multicast.h"

G_BEGIN_DECLS

/* Anybody who sends datagrams can register: the address book and the rooms have bounds. */
#define UDP_SERVER_MAX_USERS 1024
#define UDP_SERVER_MAX_ROOMS 256
/* Each member is told of each other member, so that one datagram can cause up to the square of this number. */
#define UDP_SERVER_MAX_MEMBERS 64

typedef struct UdpServer UdpServer;

typedef void (*UdpServerSend)(const Address *destination, const char *octets, gsize length, gpointer user_data);
/* One line about what happened; text is safe to show. */
typedef void (*UdpServerNote)(const char *text, gpointer user_data);

UdpServer *udp_server_new(UdpServerSend send, UdpServerNote note, gpointer user_data);
/* From now on the members of a room talk in a multicast group of their own, on this port, instead of to each other. */
void udp_server_use_groups(UdpServer *server, guint16 port);
void udp_server_free(UdpServer *server);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(UdpServer, udp_server_free)

/* Takes a datagram. What is not a request, or comes from somebody who is not registered, is ignored. */
void udp_server_handle(UdpServer *server, const Address *source, const char *octets, gsize length);

guint udp_server_get_n_users(const UdpServer *server);
guint udp_server_get_n_rooms(const UdpServer *server);

G_END_DECLS
