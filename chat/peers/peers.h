/* SPDX-License-Identifier: GPL-2.0-or-later */
/* chat/peers: tcp-chat and udp-chat, the programs whose traffic the rest explains. The only code with
 * sockets.
 *
 * net.c has addresses, sockets and waiting, multicast.c the groups of rooms; printable.c makes typed bytes fit to
 * send and received ones safe to show; console.c is where the user types and reads: a terminal whose line
 * editor.c edits, or plain streams. udp-server.c and udp-client*.c are what the two sides of the UDP chat do
 * with a datagram, without sockets, so that they can be tested and fuzzed; udp-chat.c and tcp-*.c put all of
 * it together.
 *
 * May use: GLib, sockets, readline, chat/protocol. Is used by: nobody.
 */
#pragma once

#include "chat/protocol/protocol.h"

#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <sys/select.h>
#include <sys/socket.h>

G_BEGIN_DECLS

/* Octets of a user's or a room's name: our server takes no longer ones, our client gives itself none. */
#define PEERS_MAX_NAME 64

/* Without white space and without what would disturb a terminal. The name is valid UTF-8. */
gboolean is_good_name(const char *name);

/* An address with its port, IPv4 or IPv6. IPv4 addresses mapped into IPv6 are unmapped. */
typedef struct {
        struct sockaddr_storage storage;
        socklen_t length;
} Address;

/* "1.2.3.4:5", "[::1]:5"; host alone without port. Transfer: full. */
char *address_to_string(const Address *address);
char *address_get_host(const Address *address);
guint16 address_get_port(const Address *address);
int address_get_family(const Address *address);
gboolean address_equal(const Address *a, const Address *b);
/* The same, whatever the ports. */
gboolean address_is_same_host(const Address *a, const Address *b);
/* Undoes the mapping of IPv4 into IPv6 (RFC 4291 section 2.5.5.2). */
void address_unmap(Address *address);
/* For sending through a socket of that family: maps IPv4 where it is AF_INET6. */
void address_for_socket(const Address *address, int family, Address *ret_address);
/* The address as a datagram says it: without port, and without a zone, which has a meaning on this host
 * alone (RFC 4007 section 11.2). Transfer: full. */
char *address_get_literal(const Address *address);
/* Completes a link-local IPv6 address that a neighbour told of with the neighbour's zone. */
void address_take_zone(Address *address, const Address *neighbour);
gboolean address_is_multicast(const Address *address);
/* Whether it is an address of this host, whatever the port. */
gboolean address_is_local(const Address *address);
/* A literal with its port; FALSE for anything else. */
gboolean address_from_literal(const char *host, const char *port, Address *ret_address);

/* 1 to 65535. FALSE, and a message on standard error, for anything else. */
gboolean parse_port(const char *text, guint16 *ret_port);

/* All addresses of a host, name or literal; NULL with error set. */
GArray *resolve(const char *host, guint16 port, int type, GError **error);

/* A socket bound to every address, both families where there is IPv6. */
int bind_everywhere(guint16 port, int type, int *ret_family, GError **error);

/* Shows octets: control characters as \xNN, invalid UTF-8 as U+FFFD. */
void print_octets(FILE *file, const char *octets, gsize length);
/* Replaces each byte that is no UTF-8 by U+FFFD, keeps NULs; the originals crash on such bytes. Transfer:
 * full. */
GString *make_valid_utf8(const char *octets, gsize length);

/* Lines of standard input, as they come. */
typedef struct {
        GByteArray *octets;
        gsize start; /* of what is not taken yet */
        gboolean at_end;
        gboolean unfinished; /* what was taken last had no line feed: more of that line follows */
        gboolean continued;  /* what was taken last is not the beginning of its line */
} LineInput;
/* Reads what is there; FALSE on a read error. */
gboolean line_input_fill(LineInput *input);
void line_input_append(LineInput *input, const char *octets, gsize length);
/* How many bytes wait to be taken. */
gsize line_input_get_length(const LineInput *input);
/* Where the next line begins, NULL while there is none; its length without the line feed. */
const char *line_input_peek(const LineInput *input, gsize *ret_length);
/* The next whole line with its line feed, or at the end of input the rest; NULL while there is none. A line
 * longer than limit is handed out in pieces cut between characters. Transfer: full. */
GString *line_input_take(LineInput *input, gsize limit);
/* Whether the next line ends the chat; it is not taken. */
gboolean line_input_is_at_quit(const LineInput *input);
void line_input_clear(LineInput *input);
/* ":q", perhaps with blanks around it, and nothing else. */
gboolean is_quit(const char *line, gsize length);

/* Interrupted by SIGINT, SIGTERM or SIGHUP since the start. A second one ends the program at once. */
extern volatile sig_atomic_t interrupted;
void catch_signals(void);
/* Has a signal handled, but only during wait_ready(). After catch_signals(). */
void catch_signal(int number, void (*handler)(int number), int flags);
/* select(), during which alone signals come in. Waits until the deadline (monotonic, microseconds;
 * G_MAXINT64: for ever). Returns how many descriptors are ready; none are set where it was interrupted or
 * the time is over. */
int wait_ready(int n_fds, fd_set *readable, fd_set *writable, gint64 deadline);

G_END_DECLS
