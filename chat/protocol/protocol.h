/* SPDX-License-Identifier: GPL-2.0-or-later */
/* chat/protocol: what the chat protocols look like on the wire.
 *
 * A protocol is described once, in an .ini file (docs/protocol-description.md has the grammar). This
 * room loads such a description, recognises which form a datagram or a line has, and formats one.
 * The peers send with it, the analyzer explains with it.
 *
 * May use: GLib. Is used by: chat/peers, analyzer/session and everything after it.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A form can hold at most this many {placeholders}; the loader refuses more. */
#define CHAT_MAX_ARGUMENTS 8

/* The most octets that our peers send in a datagram of the UDP chat; receive-limit in udpchat.ini is the same. The
 * lab's original chat programs read no more than this and would lose the rest. */
#define CHAT_RECEIVE_LIMIT 1024

typedef enum {
        CHAT_TRANSPORT_UDP, /* a datagram is a message */
        CHAT_TRANSPORT_TCP, /* a line is a message */
} ChatTransport;

/* Who sends a form. The same code can mean something else if another side sends it. */
typedef enum {
        CHAT_SENDER_CLIENT, /* to the server */
        CHAT_SENDER_SERVER, /* to a client */
        CHAT_SENDER_PEER,   /* to another peer, or to a group of them */
} ChatSender;

/* A form's place in the answer to a request (key "reply"). */
typedef enum {
        CHAT_REPLY_NONE,  /* answers nothing */
        CHAT_REPLY_ONLY,  /* is the whole answer */
        CHAT_REPLY_FIRST, /* begins an answer of several datagrams, or a notice if nobody asked for it */
        CHAT_REPLY_MORE,  /* continues what the latest "first" began; if there is none, begins the answer itself */
} ChatReply;

/* The fixed vocabulary (key "meaning"): what the analyzer understands, whatever the code looks like. */
typedef enum {
        CHAT_MEANING_NONE, /* no effect on the directory: the form is labelled and paired, nothing more */
        CHAT_MEANING_REGISTER,
        CHAT_MEANING_REGISTERED,
        CHAT_MEANING_NAME_TAKEN,
        CHAT_MEANING_UNREGISTER,
        CHAT_MEANING_UNREGISTERED,
        CHAT_MEANING_LIST_USERS,
        CHAT_MEANING_USER,
        CHAT_MEANING_NO_USERS,
        CHAT_MEANING_LIST_ROOMS,
        CHAT_MEANING_ROOM,
        CHAT_MEANING_NO_ROOMS,
        CHAT_MEANING_FIND_USER,
        CHAT_MEANING_USER_ADDRESS,
        CHAT_MEANING_NO_SUCH_USER,
        CHAT_MEANING_CREATE_ROOM,
        CHAT_MEANING_ROOM_CREATED,
        CHAT_MEANING_ROOM_EXISTS,
        CHAT_MEANING_JOIN_ROOM,
        CHAT_MEANING_CLEAR_PEERS,
        CHAT_MEANING_PEER_ADDRESS,
        CHAT_MEANING_NO_SUCH_ROOM,
        CHAT_MEANING_LEAVE_ROOM,
        CHAT_MEANING_ROOM_LEFT,
        CHAT_MEANING_WHO,
        CHAT_MEANING_HERE,
        CHAT_MEANING_ROOM_GROUP,
        CHAT_MEANING_MESSAGE,
} ChatMeaning;

typedef enum {
        CHAT_ARGUMENT_USER,
        CHAT_ARGUMENT_ROOM,
        CHAT_ARGUMENT_GROUP, /* an IPv4 or IPv6 literal of a multicast address; preferred to ip */
        CHAT_ARGUMENT_IP,    /* an IPv4 or IPv6 literal */
        CHAT_ARGUMENT_PORT,  /* 1 to 65535, decimal, no sign, no leading zero */
        CHAT_ARGUMENT_TOKEN, /* anything without white space */
        CHAT_ARGUMENT_REST,  /* everything up to the end, white space and one line ending included */
} ChatArgumentType;

typedef enum {
        CHAT_PROTOCOL_ERROR_FILE,        /* the file cannot be read */
        CHAT_PROTOCOL_ERROR_DESCRIPTION, /* something is wrong with the description */
        CHAT_PROTOCOL_ERROR_VALUE,       /* an argument cannot be sent: see chat_form_format() */
} ChatProtocolError;
#define CHAT_PROTOCOL_ERROR (chat_protocol_error_quark())
GQuark chat_protocol_error_quark(void);

/* A loaded description. Immutable, reference counted. */
typedef struct ChatProtocol ChatProtocol;

/* One form of a protocol. Lives as long as its protocol. */
typedef struct {
        const char *name;    /* the group's name without "form ", e.g. "clear-peers" */
        const char *code;    /* the first token if it is a literal, e.g. "rj"; else NULL */
        const char *pattern; /* as written */
        const char *label;   /* one line with {placeholders}, never NULL ("" where not given) */
        ChatSender from;
        ChatReply reply;
        ChatMeaning meaning;
        const char *const *answers; /* NULL-terminated names of the forms it answers; empty for none */
        gboolean is_answered;       /* at least one form answers it */
        gboolean is_confirmed;      /* at least one form is the whole answer to it: CHAT_REPLY_ONLY */
        guint n_arguments;
        const char *argument_names[CHAT_MAX_ARGUMENTS];
        ChatArgumentType argument_types[CHAT_MAX_ARGUMENTS];
} ChatForm;

/* A part of the parsed octets: not NUL-terminated, may hold any control character, valid UTF-8. */
typedef struct {
        const char *start;
        gsize length;
} ChatSlice;

/* A parsed message. Points into the octets it was parsed from and into the protocol; owns nothing. */
typedef struct {
        const ChatForm *form;
        guint n_arguments;
        ChatSlice arguments[CHAT_MAX_ARGUMENTS]; /* in the order of the pattern */
        ChatSlice text; /* the argument of type rest, without its line ending; start is NULL where the form has none */
        gboolean line_ended; /* text ended with a line feed */
} ChatMessage;

typedef enum {
        CHAT_PARSE_OK,
        CHAT_PARSE_EMPTY, /* no octets, or white space alone */
        CHAT_PARSE_NOT_UTF8,
        CHAT_PARSE_CONTROL,         /* holds a NUL octet, which no chat program sends */
        CHAT_PARSE_UNKNOWN_CODE,    /* no form, whoever sends it, begins with the first token */
        CHAT_PARSE_WRONG_DIRECTION, /* forms begin with the first token, but this sender sends none of them */
        CHAT_PARSE_WRONG_ARGUMENTS, /* this sender uses the first token, but the arguments fit none of the forms */
        /* The last two are for callers; chat_protocol_parse() never returns them. */
        CHAT_PARSE_CUT_OFF,   /* only the beginning of the message was captured */
        CHAT_PARSE_MALFORMED, /* no receiver accepts the packet that carries the message */
} ChatParseStatus;

/* One thing that is wrong with a description. Its strings are valid UTF-8 without control characters. */
typedef struct {
        guint line;   /* from 1: of the key or group; if something is missing, of the group that lacks it, else 1 */
        guint order;  /* counts mistakes in the order in which they were found */
        char *group;  /* NULL if it is outside every group */
        char *key;    /* NULL if it concerns the group as a whole */
        char *reason; /* what is wrong, and what to do about it */
} ChatMistake;

/* At most this many mistakes of a description are reported. */
#define CHAT_MAX_MISTAKES 100

/* For example "FILE:7: form hello:from: the key is missing: add “from = …”". Transfer: full. */
char *chat_mistake_to_string(const ChatMistake *mistake, const char *filename);

/* Loads a description from octets, which need not be NUL-terminated; more than 1 MiB is refused. filename appears in
 * errors only. Returns NULL if the description is wrong: error is then its first mistake, and ret_mistakes (may be
 * NULL) receives all of them, an array of ChatMistake sorted by line. Transfer: full for both. */
ChatProtocol *
chat_protocol_new_from_bytes(GBytes *bytes, const char *filename, GPtrArray **ret_mistakes, GError **error);
/* The same for a file. If it cannot be read, error is CHAT_PROTOCOL_ERROR_FILE and ret_mistakes stays untouched. */
ChatProtocol *chat_protocol_new_from_file(const char *filename, GPtrArray **ret_mistakes, GError **error);

/* The descriptions compiled in: "tcpchat", "udpchat". NULL for another name. Transfer: full. */
ChatProtocol *chat_protocol_new_builtin(const char *name);
/* Their names, NULL-terminated, static. */
const char *const *chat_protocol_builtin_names(void);

ChatProtocol *chat_protocol_ref(ChatProtocol *protocol);
void chat_protocol_unref(ChatProtocol *protocol);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ChatProtocol, chat_protocol_unref)

const char *chat_protocol_get_name(const ChatProtocol *protocol);        /* "udpchat" */
const char *chat_protocol_get_title(const ChatProtocol *protocol);       /* "UDP chat"; the name where not given */
const char *chat_protocol_get_description(const ChatProtocol *protocol); /* "" where not given */
ChatTransport chat_protocol_get_transport(const ChatProtocol *protocol);
gboolean chat_protocol_has_port(const ChatProtocol *protocol, guint16 port); /* a hint, never a condition */
/* Whether the protocol is more than unrelated texts: some form answers another, has a meaning other than "message", or
 * is a message with another argument besides its text, such as a name. */
gboolean chat_protocol_has_exchanges(const ChatProtocol *protocol);
gboolean chat_protocol_has_sender(const ChatProtocol *protocol, ChatSender sender); /* some form is from it */
const guint16 *chat_protocol_get_ports(const ChatProtocol *protocol, guint *ret_n_ports);
guint chat_protocol_get_receive_limit(
        const ChatProtocol *protocol); /* octets of a datagram that receivers read; 0: all */
const ChatForm *chat_protocol_get_forms(const ChatProtocol *protocol, guint *ret_n_forms); /* in file order */
const ChatForm *chat_protocol_get_form(const ChatProtocol *protocol, const char *name);    /* NULL if absent */

/* Parses one datagram (or one line) that came from a sender of that role. Tokens are separated by one or more
 * white-space characters; white space before the first and after the last is ignored, except inside a rest argument.
 * ret_message is untouched unless the result is CHAT_PARSE_OK. Allocates nothing. */
ChatParseStatus chat_protocol_parse(
        const ChatProtocol *protocol, ChatSender from, const char *octets, gsize length, ChatMessage *ret_message);

/* A clause for a person: "the chat has no message with this code". Static. */
const char *chat_parse_status_to_string(ChatParseStatus status);

/* Writes a message: the pattern with its placeholders replaced by arguments, in order (NULL-terminated; NULL for none).
 * Returns NULL with error set if an argument is missing or would not parse back as itself, such as a name with white
 * space or a wrong address, or if the message is not UTF-8. A rest argument is taken as it is. Transfer: full. */
GString *chat_form_format(const ChatForm *form, const char *const *arguments, GError **error);

/* Whether a reply form answers a request form. */
gboolean chat_form_answers(const ChatForm *reply, const ChatForm *request);

/* Appends the label of a message, with its placeholders replaced. lookup (may be NULL) returns the value of a
 * placeholder that is not an argument of the message ("source", "destination"), or NULL. Arguments are inserted as they
 * came: the writer escapes them. */
typedef const char *(*ChatLabelLookup)(const char *placeholder, gpointer user_data);
void chat_message_append_label(const ChatMessage *message, ChatLabelLookup lookup, gpointer user_data, GString *label);

/* A form as people read it in a table, in the order of its columns. */
typedef enum {
        CHAT_CELL_FORM,      /* "find-user" */
        CHAT_CELL_MESSAGE,   /* "ar NAME" */
        CHAT_CELL_DIRECTION, /* "client → server" */
        CHAT_CELL_LABEL,     /* "asks for the address of NAME" */
        CHAT_CELL_ANSWERS,   /* "join-room, leave-room (begins the answer)"; "" where it answers nothing */
        CHAT_CELL_MEANING,   /* as chat_meaning_to_string() */
} ChatCell;
#define CHAT_CELL_COUNT 6
const char *chat_cell_get_title(ChatCell cell);
void chat_form_append_cell(const ChatForm *form, ChatCell cell, GString *text);

const char *chat_sender_to_string(ChatSender sender);            /* "client", "server", "peer" */
const char *chat_reply_to_string(ChatReply reply);               /* "none", "only", "first", "more" */
const char *chat_transport_to_string(ChatTransport transport);   /* "udp", "tcp" */
const char *chat_argument_type_to_string(ChatArgumentType type); /* "user", … */
const char *chat_meaning_to_string(ChatMeaning meaning);         /* "register", …, "" for none */

G_END_DECLS
