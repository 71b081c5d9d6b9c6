/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The words of descriptions, and what each meaning requires of a form. */
#include "chat/protocol/protocol-private.h"

const char *const vocabulary_senders[] = {"client", "server", "peer", NULL};
const char *const vocabulary_replies[] = {"none", "only", "first", "more", NULL};
const char *const vocabulary_transports[] = {"udp", "tcp", NULL};
const char *const vocabulary_types[] = {"user", "room", "group", "ip", "port", "token", "rest", NULL};
const char *const vocabulary_meanings[] = {
        "",           "register",     "registered",   "name-taken",   "unregister",   "unregistered",
        "list-users", "user",         "no-users",     "list-rooms",   "room",         "no-rooms",
        "find-user",  "user-address", "no-such-user", "create-room",  "room-created", "room-exists",
        "join-room",  "clear-peers",  "peer-address", "no-such-room", "leave-room",   "room-left",
        "who",        "here",         "room-group",   "message",      NULL,
};

#define ANY (-1)

/* What each meaning requires: the analyzer takes names and addresses from a form's first placeholders. See
 * docs/protocol-description.md. */
static const struct {
        int sender;
        const char *needed; /* NULL: nothing */
        ChatArgumentType first, second;
        guint n;
        /* A form without placeholders is allowed: the analyzer then takes the value of the request. */
        gboolean may_lack;
} needs[] = {
        [CHAT_MEANING_NONE] = {ANY, NULL, 0, 0, 0, FALSE},
        [CHAT_MEANING_REGISTER] = {CHAT_SENDER_CLIENT, "{…:user}", CHAT_ARGUMENT_USER, 0, 1, FALSE},
        [CHAT_MEANING_REGISTERED] = {CHAT_SENDER_SERVER, "{…:user}", CHAT_ARGUMENT_USER, 0, 1, TRUE},
        [CHAT_MEANING_NAME_TAKEN] = {CHAT_SENDER_SERVER, NULL, 0, 0, 0, FALSE},
        [CHAT_MEANING_UNREGISTER] = {CHAT_SENDER_CLIENT, NULL, 0, 0, 0, FALSE},
        [CHAT_MEANING_UNREGISTERED] = {CHAT_SENDER_SERVER, NULL, 0, 0, 0, FALSE},
        [CHAT_MEANING_LIST_USERS] = {CHAT_SENDER_CLIENT, NULL, 0, 0, 0, FALSE},
        [CHAT_MEANING_USER] = {CHAT_SENDER_SERVER, "{…:user}", CHAT_ARGUMENT_USER, 0, 1, FALSE},
        [CHAT_MEANING_NO_USERS] = {CHAT_SENDER_SERVER, NULL, 0, 0, 0, FALSE},
        [CHAT_MEANING_LIST_ROOMS] = {CHAT_SENDER_CLIENT, NULL, 0, 0, 0, FALSE},
        [CHAT_MEANING_ROOM] = {CHAT_SENDER_SERVER, "{…:room}", CHAT_ARGUMENT_ROOM, 0, 1, FALSE},
        [CHAT_MEANING_NO_ROOMS] = {CHAT_SENDER_SERVER, NULL, 0, 0, 0, FALSE},
        [CHAT_MEANING_FIND_USER] = {CHAT_SENDER_CLIENT, "{…:user}", CHAT_ARGUMENT_USER, 0, 1, FALSE},
        [CHAT_MEANING_USER_ADDRESS] = {CHAT_SENDER_SERVER, "{…:ip} {…:port}", CHAT_ARGUMENT_IP, CHAT_ARGUMENT_PORT, 2,
                                       FALSE},
        [CHAT_MEANING_NO_SUCH_USER] = {CHAT_SENDER_SERVER, NULL, 0, 0, 0, FALSE},
        [CHAT_MEANING_CREATE_ROOM] = {CHAT_SENDER_CLIENT, "{…:room}", CHAT_ARGUMENT_ROOM, 0, 1, FALSE},
        [CHAT_MEANING_ROOM_CREATED] = {CHAT_SENDER_SERVER, "{…:room}", CHAT_ARGUMENT_ROOM, 0, 1, TRUE},
        [CHAT_MEANING_ROOM_EXISTS] = {CHAT_SENDER_SERVER, NULL, 0, 0, 0, FALSE},
        [CHAT_MEANING_JOIN_ROOM] = {CHAT_SENDER_CLIENT, "{…:room}", CHAT_ARGUMENT_ROOM, 0, 1, FALSE},
        [CHAT_MEANING_CLEAR_PEERS] = {CHAT_SENDER_SERVER, NULL, 0, 0, 0, FALSE},
        [CHAT_MEANING_PEER_ADDRESS] = {CHAT_SENDER_SERVER, "{…:ip} {…:port}", CHAT_ARGUMENT_IP, CHAT_ARGUMENT_PORT, 2,
                                       FALSE},
        [CHAT_MEANING_NO_SUCH_ROOM] = {CHAT_SENDER_SERVER, NULL, 0, 0, 0, FALSE},
        [CHAT_MEANING_LEAVE_ROOM] = {CHAT_SENDER_CLIENT, NULL, 0, 0, 0, FALSE},
        [CHAT_MEANING_ROOM_LEFT] = {CHAT_SENDER_SERVER, NULL, 0, 0, 0, FALSE},
        [CHAT_MEANING_WHO] = {CHAT_SENDER_PEER, NULL, 0, 0, 0, FALSE},
        [CHAT_MEANING_HERE] = {CHAT_SENDER_PEER, "{…:user}", CHAT_ARGUMENT_USER, 0, 1, FALSE},
        [CHAT_MEANING_ROOM_GROUP] = {CHAT_SENDER_SERVER, "{…:group} {…:port}", CHAT_ARGUMENT_GROUP, CHAT_ARGUMENT_PORT,
                                     2, FALSE},
        /* The loader checks that its last placeholder is the text. */
        [CHAT_MEANING_MESSAGE] = {ANY, NULL, 0, 0, 0, FALSE},
};

gboolean vocabulary_has_placeholders(const ChatForm *form, const char **ret_needed)
{
        const ChatArgumentType types[] = {needs[form->meaning].first, needs[form->meaning].second};

        *ret_needed = needs[form->meaning].needed;
        if (form->n_arguments == 0 && needs[form->meaning].may_lack)
                return TRUE;
        for (guint i = 0; i < needs[form->meaning].n; i++)
                if (i >= form->n_arguments || form->argument_types[i] != types[i])
                        return FALSE;
        return TRUE;
}

int vocabulary_sender_of(ChatMeaning meaning)
{
        return needs[meaning].sender;
}

const char *chat_argument_type_to_string(ChatArgumentType type)
{
        return vocabulary_types[type];
}

const char *chat_sender_to_string(ChatSender sender)
{
        return vocabulary_senders[sender];
}

const char *chat_reply_to_string(ChatReply reply)
{
        return vocabulary_replies[reply];
}

const char *chat_transport_to_string(ChatTransport transport)
{
        return vocabulary_transports[transport];
}

const char *chat_meaning_to_string(ChatMeaning meaning)
{
        return vocabulary_meanings[meaning];
}
