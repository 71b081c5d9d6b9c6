/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Being registered: asking for a name, finding out whether the server still knows it, leaving. */
#include "chat/peers/udp-client-private.h"

static void say_hi(UdpClient *self, gint64 now)
{
        self->n_asked++;
        self->deadline = now + UDP_CLIENT_HI_TIME;
        client_send(self, &self->server, "register", self->name, NULL);
}

void client_begin_hi(UdpClient *self, gint64 now)
{
        self->n_asked = 0;
        self->taken = FALSE;
        say_hi(self, now);
}

void client_check(UdpClient *self, gint64 now)
{
        if (self->state == UDP_CLIENT_REGISTERED && self->check == CHECK_NONE &&
            client_ask(self, NULL, "find-user", self->name, now))
                self->check = CHECK_ASKED;
}

static void end_check(UdpClient *self)
{
        self->check = CHECK_NONE;
        self->deadline = G_MAXINT64;
}

static void lose_name(UdpClient *self)
{
        end_check(self);
        self->state = UDP_CLIENT_NAMELESS;
        g_clear_pointer(&self->room, g_free);
        client_show(self,
                    "The server no longer knows you, and somebody else has the name %s now. Choose another "
                    "name.",
                    self->name);
}

static void on_registered_again(UdpClient *self)
{
        if (self->check == CHECK_FORGOTTEN) {
                client_show(self,
                            "The server no longer knew you, as after a restart. You are registered again as "
                            "%s, but are in "
                            "no room: join one with $roomjoin ROOM.",
                            self->name);
                g_clear_pointer(&self->room, g_free);
                g_ptr_array_set_size(self->rooms, 0);
        } else {
                client_show(self,
                            "The server answers again: you are registered again as %s. If it was restarted, "
                            "join your room "
                            "again with $roomjoin ROOM.",
                            self->name);
        }
        end_check(self);
}

static void say_by(UdpClient *self, gint64 now)
{
        self->leave = LEAVE_SAID;
        self->deadline = now + UDP_CLIENT_ANSWER_TIME;
        /* Once: a second one would crash an original server. */
        client_send(self, &self->server, "leave", NULL, NULL);
}

/* While leaving: an original server crashes at a by from a client that it does not know. */
static void ask_before_by(UdpClient *self, gint64 now)
{
        self->leave = LEAVE_ASKED;
        self->deadline = G_MAXINT64;
        self->n_asked++;
        if (!client_ask(self, NULL, "find-user", self->name, now))
                self->state = UDP_CLIENT_GONE;
}

void client_on_own_address(UdpClient *self, gboolean known, gint64 now)
{
        if (self->state == UDP_CLIENT_LEAVING && self->leave == LEAVE_ASKED) {
                if (known) {
                        say_by(self, now);
                } else {
                        client_show(self, "The server no longer knows you: there is nothing to leave.");
                        self->state = UDP_CLIENT_GONE;
                }
        } else if (known) {
                if (self->check != CHECK_NONE)
                        end_check(self);
        } else if (self->check == CHECK_ASKED) {
                self->check = CHECK_FORGOTTEN;
                client_begin_hi(self, now);
        } else if (self->check == CHECK_TAKEN) {
                lose_name(self);
        }
}

void client_on_own_silence(UdpClient *self, gint64 now)
{
        if (self->state == UDP_CLIENT_LEAVING && self->leave == LEAVE_ASKED) {
                if (self->n_asked < 2) {
                        ask_before_by(self, now);
                } else {
                        client_show(self, "The server does not answer; it could not be told that you leave.");
                        self->state = UDP_CLIENT_GONE;
                }
        } else if (self->check == CHECK_ASKED) {
                self->check = CHECK_SILENT;
                client_begin_hi(self, now);
        } else if (self->check == CHECK_TAKEN) {
                lose_name(self);
        }
}

void client_on_registered(UdpClient *self, const char *name, gint64 now)
{
        /* A late answer to a name that was asked for earlier says nothing about this one. */
        if (!self->name || !g_str_equal(name, self->name))
                return;
        if (self->state == UDP_CLIENT_REGISTERING) {
                self->state = UDP_CLIENT_REGISTERED;
                self->deadline = G_MAXINT64;
                client_show(self, "You are registered as %s; $help lists the commands.", name);
        } else if (self->state == UDP_CLIENT_LEAVING && self->leave == LEAVE_REGISTERING) {
                say_by(self, now);
        } else if (self->check > CHECK_ASKED) {
                on_registered_again(self);
        }
}

void client_on_name_taken(UdpClient *self, gint64 now)
{
        gboolean checking = self->check == CHECK_SILENT || self->check == CHECK_FORGOTTEN;

        if (self->state == UDP_CLIENT_LEAVING && self->leave == LEAVE_REGISTERING) {
                /* After a repetition, we may be the ones who have the name. */
                if (self->n_asked > 1)
                        ask_before_by(self, now);
                else
                        self->state = UDP_CLIENT_GONE;
                return;
        }
        if (self->state != UDP_CLIENT_REGISTERING && !checking)
                return;
        if (self->n_asked > 1 && !self->taken) {
                /* An earlier hi may have arrived and its answer be on the way. */
                self->taken = TRUE;
                self->deadline = now + UDP_CLIENT_HI_TIME;
                return;
        }
        self->deadline = G_MAXINT64;
        if (!checking) {
                self->state = UDP_CLIENT_NAMELESS;
                client_show(self, "The name %s is taken%s. Choose another name.", self->name,
                            self->n_asked > 1 ? " (perhaps by yourself: the request was sent more than once)" : "");
        } else if ((self->check == CHECK_SILENT || self->n_asked > 1) &&
                   client_ask(self, NULL, "find-user", self->name, now)) {
                self->check = CHECK_TAKEN;
        } else {
                lose_name(self);
        }
}

void client_on_hi_silence(UdpClient *self, gint64 now)
{
        g_autofree char *server = address_to_string(&self->server);

        if (self->taken) {
                client_on_name_taken(self, now);
        } else if (self->n_asked <= UDP_CLIENT_HI_REPEATS) {
                say_hi(self, now);
        } else if (self->state == UDP_CLIENT_REGISTERING) {
                client_show(self, "No answer from the server at %s, asked %u times.", server, self->n_asked);
                self->state = UDP_CLIENT_GONE;
                self->failed = TRUE;
        } else {
                client_show(self, "The server at %s does not answer any more; your peers still receive what you type.",
                            server);
                end_check(self);
        }
}

void udp_client_leave(UdpClient *self, gint64 now)
{
        gboolean said_hi =
                self->state == UDP_CLIENT_REGISTERING || self->check == CHECK_SILENT || self->check == CHECK_FORGOTTEN;

        if (self->state == UDP_CLIENT_LEAVING || self->state == UDP_CLIENT_GONE)
                return;
        if (self->state == UDP_CLIENT_NAMELESS) {
                self->state = UDP_CLIENT_GONE;
                return;
        }
        self->failed = self->state == UDP_CLIENT_REGISTERING;
        self->state = UDP_CLIENT_LEAVING;
        self->check = CHECK_NONE;
        if (said_hi) {
                /* The server may be registering the name just now: wait for its answer, and leave then. */
                self->leave = LEAVE_REGISTERING;
                self->deadline = now + UDP_CLIENT_ANSWER_TIME;
        } else {
                self->n_asked = 0;
                ask_before_by(self, now);
        }
}
