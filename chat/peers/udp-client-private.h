/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of the UDP client share. udp-client.c takes lines, datagrams and the time;
 * udp-client-registration.c registers, leaves, and finds out whether the server still knows the client;
 * udp-client-commands.c does what the user types; udp-client-answers.c reads what the server says;
 * udp-client-room.c keeps the peers and tells who has come and gone. */
#pragma once

#include "chat/peers/udp-client.h"

/* A request to the server that has not been answered yet. */
typedef struct {
        const ChatForm *form;
        char *command;   /* what the user typed; NULL if the client itself asks for its own name */
        char *argument;  /* NULL for none */
        gint64 deadline; /* after it, the request counts as unanswered */
} Request;

void client_request_free(gpointer request);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Request, client_request_free)

/* How far the client has come in finding out whether the server still knows it. */
typedef enum {
        CHECK_NONE,
        CHECK_ASKED,     /* has sent ar with its own name */
        CHECK_SILENT,    /* ar was not answered, though the server may still know the client: has sent hi */
        CHECK_FORGOTTEN, /* the server does not know the client: has sent hi */
        CHECK_TAKEN,     /* hi was answered that the name is taken, perhaps by the client itself: has sent ar again */
} Check;

/* How far the client has come in leaving. */
typedef enum {
        LEAVE_REGISTERING, /* has sent hi before, and waits for the answer */
        LEAVE_ASKED,       /* has sent ar with its own name */
        LEAVE_SAID,        /* has sent by */
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
        char *name;
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
        guint n_asked;   /* how often hi was sent, or ar while leaving */
        gboolean taken;  /* a bare hi came after a repetition: it may mean "taken, by yourself" */
        GQueue requests; /* Request, the oldest first */
        gint64 deadline; /* of state, check and leave */

        GArray *peers;    /* Address: what is typed reaches them */
        GArray *members;  /* Address: members of the room that the server has told of so far */
        GArray *before;   /* Address: the members before the list that is being received */
        GArray *known;    /* Acquaintance: names that belong to addresses */
        char *room;       /* NULL: in none */
        GPtrArray *rooms; /* names of rooms that exist, as far as the client knows */
        List list;
        gboolean leaving_room; /* rk was answered: the empty list that follows says nothing new */
        gboolean has_group;
        Address group;
        gint64 list_deadline;           /* when the list of peers is complete; G_MAXINT64: none is being received */
        gint64 lines_deadline;          /* the same of a list of users or rooms */
        gboolean listing_users, listed; /* that list is of users; the client itself is in it */
        gint64 who_deadline;            /* when the answers to $who are complete; G_MAXINT64: nobody was asked */
        GArray *here;                   /* Address: who has answered $who */
};

/* udp-client.c */
void client_show(UdpClient *self, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* Sends a message of that form; first and second are its arguments, NULL for none. FALSE if it cannot be sent, which
 * the user is told. */
gboolean client_send(UdpClient *self, const Address *to, const char *form, const char *first, const char *second);
/* Sends a request to the server and remembers it; command: see Request. FALSE if it was not sent. */
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
/* The server has answered what the client asked about its own name; known: with the client's address. */
void client_on_own_address(UdpClient *self, gboolean known, gint64 now);
/* The server has not answered that in time. */
void client_on_own_silence(UdpClient *self, gint64 now);

/* udp-client-answers.c */
void client_on_server(UdpClient *self, const ChatMessage *message, gint64 now);
void client_learn_room(UdpClient *self, const char *room);

/* udp-client-commands.c */
void client_run_command(UdpClient *self, const char *line, gint64 now);
/* Sends a message to every peer. */
void client_send_text(UdpClient *self, const char *text);

/* udp-client-room.c */
/* FALSE if it is a peer already, or there are too many. */
gboolean client_add_peer(UdpClient *self, const Address *peer);
void client_forget_peers(UdpClient *self);
void client_learn_name(UdpClient *self, const Address *address, const char *name, gsize length);
/* "anna (192.0.2.1:5)", or the address alone. Transfer: full. */
char *client_describe(const UdpClient *self, const Address *address);
gboolean client_has_peer(const UdpClient *self, const Address *address);
/* A list of peers begins; asked: the request that it answers, or NULL. */
void client_begin_list(UdpClient *self, const Request *asked, gint64 now);
void client_add_member(UdpClient *self, const Address *member, gint64 now);
void client_set_group(UdpClient *self, const Address *group, gint64 now);
/* The list is complete: tells the user who has come and gone. */
void client_end_list(UdpClient *self);
void client_ask_who(UdpClient *self, gint64 now);
void client_on_here(UdpClient *self, const Address *source);
void client_end_who(UdpClient *self);
