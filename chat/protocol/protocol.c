/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lifetime of a loaded description, and what can be asked of it. */
#include "chat/protocol/protocol-private.h"
#include "chat/protocol/protocol-resource.h"

#include <gio/gio.h>

G_DEFINE_QUARK(chat - protocol - error - quark, chat_protocol_error)

ChatProtocol *protocol_new(void)
{
        ChatProtocol *self = g_new0(ChatProtocol, 1);

        g_atomic_ref_count_init(&self->references);
        self->strings = g_string_chunk_new(1024);
        self->ports = g_array_new(FALSE, FALSE, sizeof(guint16));
        self->answers = g_ptr_array_new_with_free_func((GDestroyNotify) g_ptr_array_unref);
        return self;
}

const char *const *chat_protocol_builtin_names(void)
{
        static const char *const names[] = {"tcpchat", "udpchat", NULL};

        return names;
}

ChatProtocol *chat_protocol_new_builtin(const char *name)
{
        g_autofree char *path = g_strdup_printf("/chatsniff/protocol/%s.ini", name);
        g_autofree char *filename = g_strdup_printf("%s.ini", name);
        /* The resource is asked by name: otherwise the linker would leave it out of the static library. */
        g_autoptr(GBytes) bytes =
                g_resource_lookup_data(chat_protocol_get_resource(), path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
        g_autoptr(GError) error = NULL;
        ChatProtocol *self;

        if (!bytes)
                return NULL;
        self = chat_protocol_new_from_bytes(bytes, filename, NULL, &error);
        if (!self)
                g_error("%s", error->message); /* our own file: a mistake in the build */
        return self;
}

ChatProtocol *chat_protocol_ref(ChatProtocol *self)
{
        g_atomic_ref_count_inc(&self->references);
        return self;
}

void chat_protocol_unref(ChatProtocol *self)
{
        if (!self || !g_atomic_ref_count_dec(&self->references))
                return;
        g_string_chunk_free(self->strings);
        g_array_unref(self->ports);
        g_ptr_array_unref(self->answers);
        g_free(self->forms);
        g_free(self->visible);
        g_free(self->by_rank);
        for (guint i = 0; i < G_N_ELEMENTS(self->by_octet); i++)
                g_free(self->by_octet[i]);
        g_free(self);
}

const char *chat_protocol_get_name(const ChatProtocol *self)
{
        return self->name;
}

const char *chat_protocol_get_title(const ChatProtocol *self)
{
        return self->title;
}

const char *chat_protocol_get_description(const ChatProtocol *self)
{
        return self->description;
}

ChatTransport chat_protocol_get_transport(const ChatProtocol *self)
{
        return self->transport;
}

guint chat_protocol_get_receive_limit(const ChatProtocol *self)
{
        return self->receive_limit;
}

gboolean chat_protocol_has_exchanges(const ChatProtocol *self)
{
        return self->has_exchanges;
}

gboolean chat_protocol_has_port(const ChatProtocol *self, guint16 port)
{
        for (guint i = 0; i < self->ports->len; i++)
                if (g_array_index(self->ports, guint16, i) == port)
                        return TRUE;
        return FALSE;
}

gboolean chat_protocol_has_sender(const ChatProtocol *self, ChatSender sender)
{
        return (self->senders >> sender & 1) != 0;
}

const guint16 *chat_protocol_get_ports(const ChatProtocol *self, guint *ret_n_ports)
{
        *ret_n_ports = self->ports->len;
        return (const guint16 *) (gpointer) self->ports->data;
}

const ChatForm *chat_protocol_get_forms(const ChatProtocol *self, guint *ret_n_forms)
{
        *ret_n_forms = self->n_forms;
        return self->visible;
}

const ChatForm *chat_protocol_get_form(const ChatProtocol *self, const char *name)
{
        for (guint i = 0; i < self->n_forms; i++)
                if (g_str_equal(self->forms[i].visible.name, name))
                        return &self->visible[i];
        return NULL;
}
