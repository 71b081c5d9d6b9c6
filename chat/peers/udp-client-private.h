/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of the UDP client share. In udp-client.c lines, datagrams and the time come in. Then
 * udp-client-registration.c registers, leaves, and finds out whether the server still knows the client;
 * udp-client-commands.c does what the user types; udp-client-answers.c reads what the server says;
 * udp-client-room.c keeps the peers and tells who has come and gone. */
#pragma once

#include "chat/peers/udp-client.h"

/* A question to the server that waits for its answer. */
typedef struct {
        const ChatForm *form;
        char *command;  /* what the user typed; NULL: the client asks for its own name */
        char *argument; /* NULL for none */
        gint64 deadline;
} Request;

void client_request_free(gpointer request);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Request, client_request_free)

/* Whether the server still knows the client. */
typedef enum {
        CHECK_NONE,
        CHECK_ASKED,     /* ar with the own name is sent */
        CHECK_SILENT,    /* nobody answered: hi is sent, and the server may know the client all the same */
        CHECK_FORGOTTEN, /* it does not: hi is sent */
        CHECK_TAKEN,     /* after CHECK_SILENT the name was taken, perhaps by the client itself: ar is sent again
                          */
} Check;

/* On the way out. */
typedef enum {
        LEAVE_REGISTERING, /* hi was sent: waits for its answer */
        LEAVE_ASKED,       /* ar with the own name is sent */
        LEAVE_SAID,        /* by is sent */
} Leave;

/* Why the server sends a list of peers. */
typedef enum {
        LIST_NONE,
        LIST_JOINED,
        LIST_LEFT,
        LIST_NOTICE, /* another member has come or gone */
} List;

typedef struct {
        Address address;
        char *name; /* NULL: not known */
} Acquaintance;

struct UdpClient {
        ChatProtocol *protocol;
        Address server;
        UdpClientHooks hooks;
        UdpClientState state;
        Check check;
        Leave leave;
        gboolean failed;
        char *name;
        guint n_asked;   /* how often hi, or on the way out ar, was sent */
        gboolean taken;  /* a bare hi came after a repetition: it may mean "taken, by yourself" */
        GQueue requests; /* Request, the oldest first */
        gint64 deadline; /* of state, check and leave */

        GArray *peers;    /* Address: what is typed reaches them */
        GArray *members;  /* Address: of the room, as the server has told so far */
        GArray *before;   /* Address: as it had told before the list that is being received */
        GArray *known;    /* Acquaintance: names that belong to addresses */
        char *room;       /* NULL: none */
        GPtrArray *rooms; /* names of rooms that exist, as far as the client knows */
        List list;
        gboolean leaving_room; /* rk was answered: the empty list that follows says nothing new */
        gboolean has_group;
        Address group;
        gint64 list_deadline;           /* G_MAXINT64: none is being received, here and below */
        gint64 lines_deadline;          /* of the list of users or of rooms */
        gboolean listing_users, listed; /* it is one of users; the client itself is in it */
        gint64 who_deadline;
        GArray *here; /* Address: who has answered $who */
};

/* udp-client.c */
void client_show(UdpClient *self, const char *format, ...) G_GNUC_PRINTF(2, 3);
gboolean client_send(UdpClient *self, const Address *to, const char *form, const char *first, const char *second);
/* Sends a request; command is NULL where the client asks for itself. FALSE where it was not sent. */
gboolean client_ask(UdpClient *self, const char *command, const char *form, const char *argument, gint64 now);

/* udp-client-registration.c */
/* Asks for the name. */
void client_begin_hi(UdpClient *self, gint64 now);
void client_on_registered(UdpClient *self, const char *name, gint64 now);
void client_on_name_taken(UdpClient *self, gint64 now);
/* hi was not answered in time. */
void client_on_hi_silence(UdpClient *self, gint64 now);
/* Finds out whether the server still knows the client, unless that is going on already. */
void client_check(UdpClient *self, gint64 now);
/* The answer to the client's question for its own name; known: it is the client's address. */
void client_on_own_address(UdpClient *self, gboolean known, gint64 now);
/* That question was not answered in time. */
void client_on_own_silence(UdpClient *self, gint64 now);

/* udp-client-answers.c */
void client_on_server(UdpClient *self, const ChatMessage *message, gint64 now);
void client_learn_room(UdpClient *self, const char *room);

/* udp-client-commands.c */
void client_run_command(UdpClient *self, const char *line, gint64 now);
/* What is typed goes to every peer. */
void client_send_text(UdpClient *self, const char *text);

/* udp-client-room.c */
/* FALSE: it was one already. */
gboolean client_add_peer(UdpClient *self, const Address *peer);
void client_forget_peers(UdpClient *self);
void client_learn_name(UdpClient *self, const Address *address, const char *name, gsize length);
/* "anna (192.0.2.1:5)", or the address alone. Transfer: full. */
char *client_describe(const UdpClient *self, const Address *address);
gboolean client_has_peer(const UdpClient *self, const Address *address);
/* A list of peers begins; asked: the request that it answers, NULL for none. */
void client_begin_list(UdpClient *self, const Request *asked, gint64 now);
void client_add_member(UdpClient *self, const Address *member, gint64 now);
void client_set_group(UdpClient *self, const Address *group, gint64 now);
/* The list is complete: tells who has come and gone. */
void client_end_list(UdpClient *self);
void client_ask_who(UdpClient *self, gint64 now);
void client_on_here(UdpClient *self, const Address *source);
void client_end_who(UdpClient *self);
