/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads a description and refuses what is wrong with it, naming the place. */
#include "chat/protocol/protocol-private.h"
#include "chat/protocol/protocol-resource.h"

#include <gio/gio.h>
#include <string.h>

#define MAX_SIZE (1024 * 1024)
#define MAX_FORMS 256

G_DEFINE_QUARK(chat - protocol - error - quark, chat_protocol_error)

static const char *const sender_names[] = {"client", "server", "peer", NULL};
static const char *const reply_names[] = {"none", "only", "first", "more", NULL};
static const char *const transport_names[] = {"udp", "tcp", NULL};
static const char *const type_names[] = {"user", "room", "group", "ip", "port", "token", "rest", NULL};
static const char *const meaning_names[] = {
        "",           "register",     "registered",   "name-taken",   "unregister",   "unregistered",
        "list-users", "user",         "no-users",     "list-rooms",   "room",         "no-rooms",
        "find-user",  "user-address", "no-such-user", "create-room",  "room-created", "room-exists",
        "join-room",  "clear-peers",  "peer-address", "no-such-room", "leave-room",   "room-left",
        "who",        "here",         "room-group",   "message",      NULL,
};

const char *argument_type_to_string(ChatArgumentType type)
{
        return type_names[type];
}

const char *chat_sender_to_string(ChatSender sender)
{
        return sender_names[sender];
}

const char *chat_meaning_to_string(ChatMeaning meaning)
{
        return meaning_names[meaning];
}

typedef struct {
        const char *filename;
        GKeyFile *file;
        ChatProtocol *protocol;
} Loader;

static gboolean
refuse(const Loader *loader, const char *group, const char *key, GError **error, const char *format, ...)
        G_GNUC_PRINTF(5, 6);

static gboolean
refuse(const Loader *loader, const char *group, const char *key, GError **error, const char *format, ...)
{
        va_list arguments;
        g_autofree char *reason = NULL;

        va_start(arguments, format);
        reason = g_strdup_vprintf(format, arguments);
        va_end(arguments);
        if (group && key)
                g_set_error(error, CHAT_PROTOCOL_ERROR, CHAT_PROTOCOL_ERROR_VALUE, "%s:%s:%s: %s", loader->filename,
                            group, key, reason);
        else if (group)
                g_set_error(error, CHAT_PROTOCOL_ERROR, CHAT_PROTOCOL_ERROR_SYNTAX, "%s:%s: %s", loader->filename,
                            group, reason);
        else
                g_set_error(error, CHAT_PROTOCOL_ERROR, CHAT_PROTOCOL_ERROR_SYNTAX, "%s: %s", loader->filename, reason);
        return FALSE;
}

/* GKeyFile merges groups of the same name and lets the last of two keys win: both would hide a mistake. */
static gboolean check_duplicates(const Loader *loader, const char *text, GError **error)
{
        g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
        g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
        g_autofree char *group = g_strdup("");

        for (guint i = 0; lines[i]; i++) {
                char *line = g_strstrip(lines[i]), *equals;

                if (*line == '[' && strrchr(line, ']')) {
                        *strrchr(line, ']') = '\0';
                        g_free(group);
                        group = g_strdup(line + 1);
                        if (!g_hash_table_add(seen, g_strdup_printf("[%s]", group)))
                                return refuse(loader, group, NULL, error, "there are two groups of this name");
                } else if (*line != '#' && (equals = strchr(line, '='))) {
                        g_autofree char *key = g_strstrip(g_strndup(line, (gsize) (equals - line)));

                        if (!g_hash_table_add(seen, g_strdup_printf("%s]%s", group, key)))
                                return refuse(loader, group, key, error, "the key is given twice");
                }
        }
        return TRUE;
}

static char *get(const Loader *loader, const char *group, const char *key)
{
        g_autofree char *value = g_key_file_get_value(loader->file, group, key, NULL);

        return value ? g_strstrip(g_steal_pointer(&value)) : NULL;
}

static gboolean get_choice(const Loader *loader,
                           const char *group,
                           const char *key,
                           const char *const *choices,
                           gboolean required,
                           guint *ret_choice,
                           GError **error)
{
        g_autofree char *value = get(loader, group, key), *all = NULL;

        if (!value && !required)
                return TRUE;
        if (!value)
                return refuse(loader, group, key, error, "the key is missing");
        for (guint i = 0; choices[i]; i++)
                if (*choices[i] && g_str_equal(choices[i], value)) {
                        *ret_choice = i;
                        return TRUE;
                }
        all = g_strjoinv(", ", (char **) (**choices ? choices : choices + 1));
        return refuse(loader, group, key, error, "“%s” is none of %s", value, all);
}

static gboolean check_keys(const Loader *loader, const char *group, const char *const *known, GError **error)
{
        g_auto(GStrv) keys = g_key_file_get_keys(loader->file, group, NULL, NULL);

        for (guint i = 0; keys && keys[i]; i++)
                if (!g_strv_contains(known, keys[i]))
                        return refuse(loader, group, keys[i], error, "there is no such key");
        return TRUE;
}

static const char *keep(const Loader *loader, const char *value)
{
        return g_string_chunk_insert(loader->protocol->strings, value);
}

static gboolean load_protocol_group(Loader *loader, GError **error)
{
        static const char *const known[] = {"name", "title", "description", "transport", "ports", NULL};
        ChatProtocol *self = loader->protocol;
        g_autofree char *name = NULL, *title = NULL, *description = NULL, *ports = NULL;
        g_auto(GStrv) list = NULL;
        guint transport = 0;

        if (!g_key_file_has_group(loader->file, "protocol"))
                return refuse(loader, "protocol", NULL, error, "the group is missing");
        if (!check_keys(loader, "protocol", known, error) ||
            !get_choice(loader, "protocol", "transport", transport_names, TRUE, &transport, error))
                return FALSE;
        name = get(loader, "protocol", "name");
        if (!name || !*name)
                return refuse(loader, "protocol", "name", error, "the key is missing");
        for (const char *c = name; *c; c++)
                if (!g_ascii_islower(*c) && !g_ascii_isdigit(*c) && *c != '-')
                        return refuse(loader, "protocol", "name", error, "only small letters, digits and “-”");
        title = get(loader, "protocol", "title");
        description = get(loader, "protocol", "description");
        self->transport = transport;
        self->name = keep(loader, name);
        self->title = title && *title ? keep(loader, title) : self->name;
        self->description = keep(loader, description ? description : "");
        ports = get(loader, "protocol", "ports");
        list = g_strsplit(ports ? ports : "", ";", -1);
        for (guint i = 0; list[i]; i++) {
                guint64 value;
                guint16 port;

                if (!*g_strstrip(list[i]))
                        continue;
                if (!g_ascii_string_to_unsigned(list[i], 10, 1, 65535, &value, NULL))
                        return refuse(loader, "protocol", "ports", error,
                                      "“%s” is not a port: a number from 1 to 65535", list[i]);
                port = (guint16) value;
                g_array_append_val(self->ports, port);
        }
        return TRUE;
}

static gboolean check_label(const Loader *loader, const char *group, const ChatForm *form, GError **error)
{
        for (const char *open = strchr(form->label, '{'); open; open = strchr(open + 1, '{')) {
                const char *close = strchr(open, '}');
                g_autofree char *name = NULL;
                gboolean known;

                if (!close)
                        return refuse(loader, group, "label", error, "a “{” without “}”");
                name = g_strndup(open + 1, (gsize) (close - open - 1));
                known = g_str_equal(name, "source") || g_str_equal(name, "destination");
                for (guint i = 0; i < form->n_arguments; i++)
                        known |= g_str_equal(form->argument_names[i], name);
                if (!known)
                        return refuse(loader, group, "label", error, "the pattern has no {%s}", name);
        }
        return TRUE;
}

static gboolean load_form(Loader *loader, const char *group, PatternForm *form, GError **error)
{
        static const char *const known[] = {"pattern", "from", "answers", "reply", "meaning", "label", NULL};
        ChatProtocol *self = loader->protocol;
        ChatForm *visible = &form->visible;
        g_autofree char *pattern = NULL, *label = NULL, *answers = NULL;
        g_auto(GStrv) names = NULL;
        GPtrArray *kept = g_ptr_array_new();
        guint from = 0, reply = 0, meaning = 0;
        const char *reason;

        g_ptr_array_add(self->answers, kept);
        visible->name = keep(loader, group + strlen("form "));
        if (!check_keys(loader, group, known, error) ||
            !get_choice(loader, group, "from", sender_names, TRUE, &from, error) ||
            !get_choice(loader, group, "reply", reply_names, FALSE, &reply, error) ||
            !get_choice(loader, group, "meaning", meaning_names, FALSE, &meaning, error))
                return FALSE;
        visible->from = from;
        visible->reply = reply;
        visible->meaning = meaning;
        pattern = get(loader, group, "pattern");
        if (!pattern)
                return refuse(loader, group, "pattern", error, "the key is missing");
        if (!g_utf8_validate(pattern, -1, NULL))
                return refuse(loader, group, "pattern", error, "not valid UTF-8");
        visible->pattern = keep(loader, pattern);
        reason = pattern_compile(form, self->strings);
        if (reason)
                return refuse(loader, group, "pattern", error, "%s", reason);
        label = get(loader, group, "label");
        visible->label = keep(loader, label ? label : "");
        if (!check_label(loader, group, visible, error))
                return FALSE;
        answers = get(loader, group, "answers");
        names = g_strsplit(answers ? answers : "", ";", -1);
        for (guint i = 0; names[i]; i++)
                if (*g_strstrip(names[i]))
                        g_ptr_array_add(kept, (gpointer) keep(loader, names[i]));
        if (kept->len > 0 && visible->reply == CHAT_REPLY_NONE)
                return refuse(loader, group, "reply", error, "a form with answers says only, first or more");
        if (kept->len == 0 && visible->reply != CHAT_REPLY_NONE)
                return refuse(loader, group, "answers", error, "a reply says which forms it answers");
        g_ptr_array_add(kept, NULL);
        visible->answers = (const char *const *) kept->pdata;
        return TRUE;
}

static int compare_indices(gconstpointer a, gconstpointer b, gpointer forms)
{
        guint i = *(const guint *) a, j = *(const guint *) b;
        int order = pattern_compare((PatternForm *) forms + i, (PatternForm *) forms + j);

        return order ? order : i < j ? -1 : 1;
}

static gboolean check_forms(const Loader *loader, GError **error)
{
        const ChatProtocol *self = loader->protocol;

        for (guint i = 0; i < self->n_forms; i++) {
                const ChatForm *form = &self->forms[i].visible;
                g_autofree char *group = g_strconcat("form ", form->name, NULL);

                for (guint j = 0; form->answers[j]; j++) {
                        const ChatForm *request = chat_protocol_get_form(self, form->answers[j]);

                        if (!request)
                                return refuse(loader, group, "answers", error, "there is no form “%s”",
                                              form->answers[j]);
                        if (request->from == form->from && form->from != CHAT_SENDER_PEER)
                                return refuse(loader, group, "answers", error, "“%s” comes from the same side",
                                              form->answers[j]);
                }
                for (guint j = 0; j < i; j++)
                        if (pattern_ties(&self->forms[i], &self->forms[j]))
                                return refuse(loader, group, "pattern", error, "fits the same as that of “%s”",
                                              self->forms[j].visible.name);
        }
        return TRUE;
}

static gboolean load(Loader *loader, GError **error)
{
        ChatProtocol *self = loader->protocol;
        g_auto(GStrv) groups = g_key_file_get_groups(loader->file, NULL);
        guint n = 0;

        if (!load_protocol_group(loader, error))
                return FALSE;
        for (guint i = 0; groups[i]; i++) {
                if (g_str_equal(groups[i], "protocol"))
                        continue;
                if (!g_str_has_prefix(groups[i], "form ") || !groups[i][strlen("form ")])
                        return refuse(loader, groups[i], NULL, error, "a group is [protocol] or [form NAME]");
                n++;
        }
        if (n == 0)
                return refuse(loader, NULL, NULL, error, "there is no [form NAME]");
        if (n > MAX_FORMS)
                return refuse(loader, NULL, NULL, error, "more than %d forms", MAX_FORMS);
        self->forms = g_new0(PatternForm, n);
        self->visible = g_new0(ChatForm, n);
        self->by_rank = g_new0(guint, n);
        for (guint i = 0; groups[i]; i++) {
                if (g_str_equal(groups[i], "protocol"))
                        continue;
                if (!load_form(loader, groups[i], &self->forms[self->n_forms], error))
                        return FALSE;
                self->visible[self->n_forms] = self->forms[self->n_forms].visible;
                self->by_rank[self->n_forms] = self->n_forms;
                self->senders |= 1u << self->visible[self->n_forms].from;
                self->n_forms++;
        }
        g_qsort_with_data(self->by_rank, (int) n, sizeof *self->by_rank, compare_indices, self->forms);
        pattern_index(self);
        return check_forms(loader, error);
}

ChatProtocol *chat_protocol_new_from_bytes(GBytes *bytes, const char *filename, GError **error)
{
        g_autoptr(GKeyFile) file = g_key_file_new();
        g_autoptr(ChatProtocol) self = g_new0(ChatProtocol, 1);
        g_autoptr(GError) local = NULL;
        Loader loader = {filename, file, self};
        g_autofree char *text = NULL;
        gsize size;
        const char *data = g_bytes_get_data(bytes, &size);

        g_atomic_ref_count_init(&self->references);
        self->strings = g_string_chunk_new(1024);
        self->ports = g_array_new(FALSE, FALSE, sizeof(guint16));
        self->answers = g_ptr_array_new_with_free_func((GDestroyNotify) g_ptr_array_unref);
        if (size > MAX_SIZE || (size > 0 && memchr(data, '\0', size))) {
                refuse(&loader, NULL, NULL, error, "not a protocol description");
                return NULL;
        }
        text = g_strndup(data ? data : "", size);
        if (!g_utf8_validate(text, -1, NULL)) {
                refuse(&loader, NULL, NULL, error, "not valid UTF-8");
                return NULL;
        }
        if (!g_key_file_load_from_data(file, text, size, G_KEY_FILE_NONE, &local)) {
                refuse(&loader, NULL, NULL, error, "%s", local->message);
                return NULL;
        }
        if (!check_duplicates(&loader, text, error) || !load(&loader, error))
                return NULL;
        return g_steal_pointer(&self);
}

ChatProtocol *chat_protocol_new_from_file(const char *filename, GError **error)
{
        g_autoptr(GError) local = NULL;
        g_autoptr(GBytes) bytes = NULL;
        char *data;
        gsize size;

        if (!g_file_get_contents(filename, &data, &size, &local)) {
                g_set_error(error, CHAT_PROTOCOL_ERROR, CHAT_PROTOCOL_ERROR_SYNTAX, "%s: cannot be read: %s", filename,
                            g_error_matches(local, G_FILE_ERROR, G_FILE_ERROR_NOENT) ? "no such file" : local->message);
                return NULL;
        }
        bytes = g_bytes_new_take(data, size);
        return chat_protocol_new_from_bytes(bytes, filename, error);
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
        /* In a static library nothing registers the resource by itself. */
        g_autoptr(GBytes) bytes =
                g_resource_lookup_data(chat_protocol_get_resource(), path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
        g_autoptr(GError) error = NULL;
        ChatProtocol *self;

        if (!bytes)
                return NULL;
        self = chat_protocol_new_from_bytes(bytes, filename, &error);
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
