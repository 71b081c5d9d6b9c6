/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The client's state. Takes lines, datagrams and the time. */
#include "chat/peers/udp-client-private.h"

#include <string.h>

void client_request_free(gpointer data)
{
        Request *request = data;

        g_free(request->command);
        g_free(request->argument);
        g_free(request);
}

static void acquaintance_clear(gpointer data)
{
        g_free(((Acquaintance *) data)->name);
}

UdpClient *udp_client_new(const Address *server, const UdpClientHooks *hooks)
{
        UdpClient *self = g_new0(UdpClient, 1);

        self->protocol = chat_protocol_new_builtin("udpchat");
        self->server = *server;
        self->hooks = *hooks;
        self->peers = g_array_new(FALSE, FALSE, sizeof(Address));
        self->members = g_array_new(FALSE, FALSE, sizeof(Address));
        self->before = g_array_new(FALSE, FALSE, sizeof(Address));
        self->here = g_array_new(FALSE, FALSE, sizeof(Address));
        self->known = g_array_new(FALSE, FALSE, sizeof(Acquaintance));
        g_array_set_clear_func(self->known, acquaintance_clear);
        self->rooms = g_ptr_array_new_with_free_func(g_free);
        self->deadline = self->list_deadline = self->lines_deadline = self->who_deadline = G_MAXINT64;
        return self;
}

void udp_client_free(UdpClient *self)
{
        if (!self)
                return;
        chat_protocol_unref(self->protocol);
        g_array_unref(self->peers);
        g_array_unref(self->members);
        g_array_unref(self->before);
        g_array_unref(self->here);
        g_array_unref(self->known);
        g_ptr_array_unref(self->rooms);
        g_free(self->room);
        g_free(self->name);
        g_queue_clear_full(&self->requests, client_request_free);
        g_free(self);
}

UdpClientState udp_client_get_state(const UdpClient *self)
{
        return self->state;
}

gboolean udp_client_has_failed(const UdpClient *self)
{
        return self->failed;
}

gint64 udp_client_get_deadline(const UdpClient *self)
{
        gint64 deadline = MIN(MIN(self->deadline, self->list_deadline), MIN(self->lines_deadline, self->who_deadline));

        for (const GList *link = self->requests.head; link; link = link->next)
                deadline = MIN(deadline, ((const Request *) link->data)->deadline);
        return deadline;
}

char *udp_client_get_prompt(const UdpClient *self)
{
        if (self->state == UDP_CLIENT_NAMELESS)
                return g_strdup("Your name: ");
        if (self->room)
                return g_strdup_printf("%s (%s)> ", self->name, self->room);
        return g_strdup_printf("%s> ", self->name);
}

void client_show(UdpClient *self, const char *format, ...)
{
        va_list arguments;
        g_autofree char *text = NULL;

        va_start(arguments, format);
        text = g_strdup_vprintf(format, arguments);
        va_end(arguments);
        self->hooks.show(text, strlen(text), self->hooks.user_data);
}

gboolean client_send(UdpClient *self, const Address *to, const char *form, const char *first, const char *second)
{
        const char *arguments[] = {first, second, NULL};
        g_autoptr(GError) error = NULL;
        g_autoptr(GString) octets = chat_form_format(chat_protocol_get_form(self->protocol, form), arguments, &error);

        if (!octets || octets->len > CHAT_RECEIVE_LIMIT) {
                client_show(self, "That cannot be sent: %s",
                            error ? error->message : "it is too long for the other programs");
                return FALSE;
        }
        self->hooks.send(to, octets->str, octets->len, self->hooks.user_data);
        return TRUE;
}

gboolean client_ask(UdpClient *self, const char *command, const char *form, const char *argument, gint64 now)
{
        Request *request;

        if (command && self->requests.length >= UDP_CLIENT_MAX_REQUESTS) {
                client_show(self, "%s was not sent: %u commands are still waiting for answers.", command,
                            self->requests.length);
                return FALSE;
        }
        if (!client_send(self, &self->server, form, argument, NULL))
                return FALSE;
        request = g_new0(Request, 1);
        request->form = chat_protocol_get_form(self->protocol, form);
        request->command = g_strdup(command);
        request->argument = g_strdup(argument);
        request->deadline = now + (command ? UDP_CLIENT_ANSWER_TIME : UDP_CLIENT_HI_TIME);
        g_queue_push_tail(&self->requests, request);
        return TRUE;
}

static void take_name(UdpClient *self, const char *name, gint64 now)
{
        for (const char *p = name; *p; p = g_utf8_next_char(p))
                if (g_unichar_isspace(g_utf8_get_char(p))) {
                        client_show(self, "A name has no spaces. Choose another name.");
                        return;
                }
        if (g_utf8_strlen(name, -1) < UDP_CLIENT_MIN_NAME) {
                client_show(self, "A name has at least %d characters. Choose another name.", UDP_CLIENT_MIN_NAME);
                return;
        }
        if (!is_good_name(name)) {
                client_show(self, "A name has at most %d bytes, and no control characters. Choose another name.",
                            PEERS_MAX_NAME);
                return;
        }
        g_free(self->name);
        self->name = g_strdup(name);
        self->state = UDP_CLIENT_REGISTERING;
        client_begin_hi(self, now);
}

void udp_client_line(UdpClient *self, const char *line, gsize length, gint64 now)
{
        /* Bytes that are not UTF-8 would crash an original. */
        g_autofree char *text = g_utf8_make_valid(line, (gssize) length);

        for (gsize n = strlen(text); n > 0 && (text[n - 1] == '\n' || text[n - 1] == '\r'); n--)
                text[n - 1] = '\0';
        if (is_quit(text, strlen(text))) {
                udp_client_leave(self, now);
                return;
        }
        switch (self->state) {
        case UDP_CLIENT_NAMELESS:
                take_name(self, g_strstrip(text), now);
                break;
        case UDP_CLIENT_REGISTERED:
                if (*text == '$')
                        client_run_command(self, text, now);
                else if (*text)
                        client_send_text(self, text);
                break;
        case UDP_CLIENT_REGISTERING:
        case UDP_CLIENT_LEAVING:
        case UDP_CLIENT_GONE:
                break;
        }
}

static void from_peer(UdpClient *self, const Address *source, gboolean via_group, const ChatMessage *message)
{
        const ChatSlice *name = &message->arguments[0];
        gboolean acquainted = via_group || client_has_peer(self, source);

        switch (message->form->meaning) {
        case CHAT_MEANING_WHO:
                /* A stranger learns nothing, and cannot make the client send. */
                if (acquainted)
                        client_send(self, source, "here", self->name, NULL);
                break;
        case CHAT_MEANING_HERE:
                if (!acquainted && !self->has_group)
                        break;
                client_learn_name(self, source, name->start, name->length);
                client_on_here(self, source);
                break;
        case CHAT_MEANING_MESSAGE:
                client_learn_name(self, source, name->start, name->length);
                self->hooks.show_message(name, &message->text, self->hooks.user_data);
                if (self->peers->len == 0 && client_add_peer(self, source))
                        client_show(self, "(What you type reaches them from now on.)");
                break;
        default:
                break;
        }
}

void udp_client_datagram(
        UdpClient *self, const Address *source, gboolean via_group, const char *octets, gsize length, gint64 now)
{
        /* Bytes that are not UTF-8 are replaced, so that the rest can be shown. */
        g_autofree char *text = g_utf8_make_valid(octets, (gssize) length);
        ChatMessage message;

        /* What a client sends to the group comes back to it. */
        if (via_group && self->hooks.is_own(source, self->hooks.user_data))
                return;
        if (!via_group && address_equal(source, &self->server) &&
            chat_protocol_parse(self->protocol, CHAT_SENDER_SERVER, text, strlen(text), &message) == CHAT_PARSE_OK)
                client_on_server(self, &message, now);
        else if (self->state == UDP_CLIENT_REGISTERED &&
                 chat_protocol_parse(self->protocol, CHAT_SENDER_PEER, text, strlen(text), &message) == CHAT_PARSE_OK)
                from_peer(self, source, via_group, &message);
}

static void on_late(UdpClient *self, const Request *late, gint64 now)
{
        if (!late->command) {
                client_on_own_silence(self, now);
                return;
        }
        if (self->state != UDP_CLIENT_REGISTERED)
                return;
        if (g_str_equal(late->form->name, "leave-room"))
                client_show(self,
                            "No answer to %s from the server: the original server ignores it, and you stay "
                            "in the room.",
                            late->command);
        else
                client_show(self, "No answer to %s from the server.", late->command);
        client_check(self, now);
}

void udp_client_tick(UdpClient *self, gint64 now)
{
        for (GList *link = self->requests.head, *next; link; link = next) {
                next = link->next;
                if (((Request *) link->data)->deadline <= now) {
                        g_autoptr(Request) late = link->data;

                        g_queue_delete_link(&self->requests, link);
                        on_late(self, late, now);
                }
        }
        if (self->list_deadline <= now)
                client_end_list(self);
        if (self->lines_deadline <= now) {
                self->lines_deadline = G_MAXINT64;
                if (self->listing_users && !self->listed)
                        client_check(self, now);
                self->listing_users = FALSE;
        }
        if (self->who_deadline <= now)
                client_end_who(self);
        if (self->deadline > now)
                return;
        self->deadline = G_MAXINT64;
        if (self->state == UDP_CLIENT_LEAVING)
                self->state = UDP_CLIENT_GONE;
        else if (self->state == UDP_CLIENT_REGISTERING || self->check != CHECK_NONE)
                client_on_hi_silence(self, now);
}
