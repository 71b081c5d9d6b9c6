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
 * “An original” in comments is one of the chat programs that the lab had first. Ours talk to them, and avoid what makes
 * them crash.
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

/* The longest name of a user or a room, in octets: our server refuses longer ones, our client never asks for one. */
#define PEERS_MAX_NAME 64

/* Whether a name can be used: not empty, at most PEERS_MAX_NAME octets, no white space, nothing that would disturb a
 * terminal. name is valid UTF-8. */
gboolean is_good_name(const char *name);

/* An address with its port, IPv4 or IPv6. What recvfrom() and accept() return goes through address_unmap() first, so
 * that an IPv4 address has only one form. */
typedef struct {
        struct sockaddr_storage storage;
        socklen_t length;
} Address;

/* "1.2.3.4:5" or "[::1]:5". Transfer: full. */
char *address_to_string(const Address *address);
/* The same without port: "1.2.3.4" or "::1". Transfer: full. */
char *address_get_host(const Address *address);
guint16 address_get_port(const Address *address);
int address_get_family(const Address *address);
gboolean address_equal(const Address *a, const Address *b);
/* Compares the addresses alone, not the ports. */
gboolean address_is_same_host(const Address *a, const Address *b);
/* Undoes the mapping of IPv4 into IPv6 (RFC 4291 section 2.5.5.2). */
void address_unmap(Address *address);
/* Converts an address for a socket of that family: maps IPv4 into IPv6 if the family is AF_INET6. */
void address_for_socket(const Address *address, int family, Address *ret_address);
/* The address as it is written into a datagram: without port, and without a zone, which means something on this host
 * only (RFC 4007 section 6). Transfer: full. */
char *address_get_literal(const Address *address);
/* Gives a link-local IPv6 address that has no zone the zone of the neighbour that told us of it. */
void address_take_zone(Address *address, const Address *neighbour);
gboolean address_is_multicast(const Address *address);
/* Whether it is an address of this host, whatever the port. */
gboolean address_is_local(const Address *address);
/* Parses an address literal and a port number. FALSE for anything else, such as a host's name. */
gboolean address_from_literal(const char *host, const char *port, Address *ret_address);

/* 1 to 65535. FALSE, and a message on standard error, for anything else. */
gboolean parse_port(const char *text, guint16 *ret_port);

/* All addresses of a host, which is a name or a literal, as an array of Address. type: SOCK_STREAM or SOCK_DGRAM. NULL
 * with error set if there is none. Transfer: full. */
GArray *resolve(const char *host, guint16 port, int type, GError **error);

/* A socket bound to a port (0: any free one) on every address: of IPv6 and IPv4, or of IPv4 alone if the host has no
 * IPv6. ret_family is AF_INET6 or AF_INET, accordingly. -1 with error set on failure. */
int bind_everywhere(guint16 port, int type, int *ret_family, GError **error);

/* Prints octets so that they cannot disturb a terminal: control characters other than tab as \xNN, those that change
 * the direction of text as \uNNNN, bytes that are not UTF-8 as U+FFFD. */
void print_octets(FILE *file, const char *octets, gsize length);
/* Replaces each byte that is not UTF-8 by U+FFFD, and keeps NULs; the originals crash on such bytes. Transfer: full. */
GString *make_valid_utf8(const char *octets, gsize length);

/* What was read from standard input, to be taken line by line. Zero-initialise. */
typedef struct {
        GByteArray *octets; /* NULL while nothing was read */
        gsize start;        /* index of the first octet that is not taken yet */
        gboolean at_end;
        gboolean unfinished; /* what was taken last had no line feed: more of that line follows */
        gboolean continued;  /* what was taken last is not the beginning of its line */
} LineInput;
/* Reads what is available; FALSE on a read error. */
gboolean line_input_fill(LineInput *input);
void line_input_append(LineInput *input, const char *octets, gsize length);
/* How many bytes wait to be taken. */
gsize line_input_get_length(const LineInput *input);
/* The next line, not NUL-terminated, and its length without the line feed; NULL while no line is complete. */
const char *line_input_peek(const LineInput *input, gsize *ret_length);
/* The next complete line with its line feed, or what remains at the end of the input; NULL while there is neither. A
 * line of more than limit bytes is handed out in pieces that are cut between characters. Transfer: full. */
GString *line_input_take(LineInput *input, gsize limit);
/* Whether the next line ends the chat; it is not taken. */
gboolean line_input_is_at_quit(const LineInput *input);
void line_input_clear(LineInput *input);
/* Whether a line is ":q", with or without white space around it. */
gboolean is_quit(const char *line, gsize length);

/* Set by SIGINT, SIGTERM and SIGHUP. The same signal a second time ends the program at once. */
extern volatile sig_atomic_t interrupted;
/* Call this first: it opens /dev/null in place of a standard stream that is closed, installs the handlers of these
 * signals, and ignores SIGPIPE. */
void catch_signals(void);
/* Installs a handler, which runs only during wait_ready(). Call it after catch_signals(). flags: see sigaction(2). */
void catch_signal(int number, void (*handler)(int number), int flags);
/* select(2), and the only place where signals are delivered. Waits until the deadline (monotonic, microseconds;
 * G_MAXINT64: for ever). Returns how many descriptors are ready: 0 after the deadline, -1 on failure (errno; EINTR
 * after a signal). In both cases no descriptor is set. */
int wait_ready(int n_fds, fd_set *readable, fd_set *writable, gint64 deadline);

G_END_DECLS
