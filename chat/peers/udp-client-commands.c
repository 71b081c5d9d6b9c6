/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the user types once registered: commands and messages. */
#include "chat/peers/udp-client-private.h"

#include <string.h>

static void forget(UdpClient *self, const char *argument, gint64 now);
static void help(UdpClient *self, const char *argument, gint64 now);

static void who(UdpClient *self, const char *argument, gint64 now)
{
        client_ask_who(self, now);
}

static const struct {
        const char *name, *argument;
        const char *form; /* the request that it sends to the server; NULL: run() does it */
        void (*run)(UdpClient *self, const char *argument, gint64 now);
        const char *help;
} commands[] = {
        {"$userlist", NULL, "list-users", NULL, "who is registered"},
        {"$roomlist", NULL, "list-rooms", NULL, "which rooms there are"},
        {"$poke", "NAME", "find-user", NULL, "find NAME; what you type reaches them from then on"},
        {"$roomcreate", "ROOM", "create-room", NULL, "create a room (you are not in it yet)"},
        {"$roomjoin", "ROOM", "join-room", NULL, "join a room; what you type reaches all its members"},
        {"$roomleave", NULL, "leave-room", NULL, "leave your room"},
        {"$who", NULL, NULL, who, "ask the others in the room who they are"},
        {"$kick", NULL, NULL, forget, "forget all peers; nothing is sent"},
        {"$help", NULL, NULL, help, "this list"},
};

const char *const *udp_client_get_commands(void)
{
        static const char *names[G_N_ELEMENTS(commands) + 1];

        for (guint i = 0; i < G_N_ELEMENTS(commands); i++)
                names[i] = commands[i].name;
        return names;
}

static void forget(UdpClient *self, const char *argument, gint64 now)
{
        client_forget_peers(self);
        client_show(self, "You have forgotten all peers; nothing was sent.");
}

static void help(UdpClient *self, const char *argument, gint64 now)
{
        for (guint i = 0; i < G_N_ELEMENTS(commands); i++) {
                g_autofree char *usage =
                        g_strconcat(commands[i].name, commands[i].argument ? " " : NULL, commands[i].argument, NULL);

                client_show(self, "%-17s %s", usage, commands[i].help);
        }
        client_show(self, "%-17s %s", ":q", "quit");
        client_show(self, "Anything else is a message to your peers.");
}

void client_run_command(UdpClient *self, const char *line, gint64 now)
{
        g_auto(GStrv) words = g_strsplit_set(line, " \t", -1);
        const char *argument = NULL;
        guint n = 0;

        for (guint i = 0; words[i]; i++)
                if (*words[i] && ++n == 2)
                        argument = words[i];
        for (guint i = 0; i < G_N_ELEMENTS(commands); i++) {
                if (!g_str_equal(words[0], commands[i].name))
                        continue;
                if (n != (commands[i].argument ? 2 : 1))
                        client_show(self, "Usage: %s%s%s", commands[i].name, commands[i].argument ? " " : "",
                                    commands[i].argument ? commands[i].argument : "");
                else if (commands[i].form)
                        client_ask(self, commands[i].name, commands[i].form, argument, now);
                else
                        commands[i].run(self, argument, now);
                return;
        }
        client_show(self, "There is no command %s; $help lists the commands.", words[0]);
}

gboolean udp_client_is_busy(const UdpClient *self)
{
        return self->state == UDP_CLIENT_REGISTERED &&
               (self->requests.length > 0 || self->list_deadline != G_MAXINT64 || self->lines_deadline != G_MAXINT64 ||
                self->who_deadline != G_MAXINT64 || self->check != CHECK_NONE);
}

gboolean udp_client_should_wait(const UdpClient *self, const char *line, gsize length)
{
        /* A request to the server depends on no earlier answer. */
        for (guint i = 0; i < G_N_ELEMENTS(commands); i++)
                if (commands[i].form && length >= strlen(commands[i].name) &&
                    memcmp(line, commands[i].name, strlen(commands[i].name)) == 0)
                        return FALSE;
        return udp_client_is_busy(self);
}

/* How much of the text fits into a datagram, cut between characters. */
static gsize get_part_length(const char *text, gsize room)
{
        gsize length = strlen(text);

        if (length <= room)
                return length;
        for (length = room; length > 0 && (text[length] & 0xc0) == 0x80; length--)
                ;
        return length;
}

/* A long line is sent in parts that every receiver reads as a whole. */
void client_send_text(UdpClient *self, const char *text)
{
        gsize room = CHAT_RECEIVE_LIMIT - strlen("msg > \n") - strlen(self->name);

        if (self->peers->len == 0) {
                client_show(self, "Nobody receives what you type yet: join a room with $roomjoin ROOM, or "
                                  "find somebody with "
                                  "$poke NAME.");
                return;
        }
        while (*text) {
                gsize length = get_part_length(text, room);
                g_autofree char *part = g_strdup_printf("%.*s\n", (int) length, text);

                for (guint i = 0; i < self->peers->len; i++)
                        client_send(self, &g_array_index(self->peers, Address, i), "message", self->name, part);
                text += length;
        }
}
