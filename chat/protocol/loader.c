/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads a description and finds what is wrong with it. A mistake does not end the reading: whoever writes a description
 * wants to see all of them. What depends on a wrong value is not checked, so that each mistake is reported once. */
#include "chat/protocol/key-file.h"
#include "chat/protocol/protocol-private.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define MAX_SIZE (1024 * 1024)
#define MAX_FORMS 256
#define MAX_NAME 32

typedef struct {
        GPtrArray *mistakes;
        ChatProtocol *protocol;
        GPtrArray *groups; /* KeyFileGroup: all of the file, in its order */
} Loader;

/* A form while it is being read: which of its keys are right. */
typedef struct {
        const KeyFileGroup *group;
        gboolean has_sender, has_pattern;
} Reading;

static void
add(const Loader *self, const KeyFileGroup *group, const char *key, MistakeKind kind, const char *a, const char *b)
{
        const KeyFileKey *found = key ? key_file_find_key(group, key) : NULL;

        mistakes_add(self->mistakes, found ? found->line : group->line, group->name, key, kind, a, b);
}

static gboolean has_control(const char *text)
{
        for (const char *p = text; *p; p = g_utf8_next_char(p)) {
                gunichar c = g_utf8_get_char(p);

                if (c < 0x20 || (c >= 0x7f && c < 0xa0))
                        return TRUE;
        }
        return FALSE;
}

static const char *keep(const Loader *self, const char *value)
{
        return g_string_chunk_insert(self->protocol->strings, value);
}

static gboolean is_known(const char *name, const char *const *known)
{
        return g_strv_contains(known, name);
}

static void check_keys(const Loader *self, const KeyFileGroup *group, const char *const *known)
{
        g_autofree char *all = g_strjoinv(", ", (char **) known);

        for (guint i = 0; i < group->keys->len; i++) {
                const KeyFileKey *key = g_ptr_array_index(group->keys, i);

                if (!is_known(key->name, known))
                        add(self, group, key->name, MISTAKE_UNKNOWN_KEY, all, NULL);
                else if (has_control(key->value))
                        add(self, group, key->name, MISTAKE_CONTROL, key->value, NULL);
        }
}

/* The value of a key, or NULL if it is missing or holds control characters. */
static const char *get(const KeyFileGroup *group, const char *name)
{
        const KeyFileKey *key = key_file_find_key(group, name);

        return key && !has_control(key->value) ? key->value : NULL;
}

static gboolean is_given(const KeyFileGroup *group, const char *name)
{
        return key_file_find_key(group, name) != NULL;
}

/* Returns FALSE if the key is missing, which is reported here, or cannot be used. */
static gboolean get_required(const Loader *self, const KeyFileGroup *group, const char *name, const char **ret_value)
{
        const char *value = get(group, name);

        if (!is_given(group, name))
                add(self, group, name, MISTAKE_NO_KEY, name, NULL);
        if (value)
                *ret_value = value;
        return value != NULL;
}

/* Finds the value of a key among choices. A missing key is no mistake here and leaves ret_choice untouched. Returns
 * FALSE if the value is none of the choices, which is reported here, or cannot be used. */
static gboolean get_choice(
        const Loader *self, const KeyFileGroup *group, const char *name, const char *const *choices, guint *ret_choice)
{
        const char *value = get(group, name);
        g_autofree char *all = NULL;

        if (!value)
                return !is_given(group, name);
        for (guint i = 0; choices[i]; i++)
                if (g_str_equal(choices[i], value)) {
                        *ret_choice = i;
                        return TRUE;
                }
        all = g_strjoinv(", ", (char **) (**choices ? choices : choices + 1));
        add(self, group, name, MISTAKE_NONE_OF, value, all);
        return FALSE;
}

static gboolean is_name(const char *text)
{
        if (!g_ascii_islower(*text) || strlen(text) > MAX_NAME)
                return FALSE;
        for (const char *c = text; *c; c++)
                if (!g_ascii_islower(*c) && !g_ascii_isdigit(*c) && *c != '-')
                        return FALSE;
        return TRUE;
}

static void load_ports(const Loader *self, const KeyFileGroup *group)
{
        const char *value = get(group, "ports");
        g_auto(GStrv) list = g_strsplit(value ? value : "", ";", -1);

        for (guint i = 0; list[i]; i++) {
                guint16 port = (guint16) pattern_read_port(g_strstrip(list[i]), strlen(list[i]));

                if (*list[i] && port == 0)
                        add(self, group, "ports", MISTAKE_PORT, list[i], NULL);
                else if (port != 0)
                        g_array_append_val(self->protocol->ports, port);
        }
}

static void load_protocol_group(const Loader *self)
{
        static const char *const known[] = {"name",  "title",         "description", "transport",
                                            "ports", "receive-limit", NULL};
        const KeyFileGroup *group = key_file_find_group(self->groups, "protocol");
        ChatProtocol *protocol = self->protocol;
        const char *name, *transport, *title, *description, *limit;
        guint chosen = 0;

        if (!group) {
                mistakes_add(self->mistakes, 1, "protocol", NULL, MISTAKE_NO_PROTOCOL, NULL, NULL);
                return;
        }
        check_keys(self, group, known);
        if (get_required(self, group, "name", &name)) {
                protocol->name = keep(self, name);
                if (!is_name(name))
                        add(self, group, "name", MISTAKE_NAME, name, NULL);
        }
        if (get_required(self, group, "transport", &transport))
                get_choice(self, group, "transport", vocabulary_transports, &chosen);
        protocol->transport = chosen;
        title = get(group, "title");
        protocol->title = title && *title ? keep(self, title) : protocol->name;
        description = get(group, "description");
        protocol->description = keep(self, description ? description : "");
        load_ports(self, group);
        limit = get(group, "receive-limit");
        protocol->receive_limit = limit ? pattern_read_port(limit, strlen(limit)) : 0;
        if (limit && protocol->receive_limit == 0)
                add(self, group, "receive-limit", MISTAKE_LIMIT, limit, NULL);
}

static void check_label(const Loader *self, const KeyFileGroup *group, const ChatForm *form)
{
        for (const char *open = strchr(form->label, '{'); open; open = strchr(open + 1, '{')) {
                const char *close = strchr(open, '}');
                g_autofree char *name = NULL;
                gboolean known;

                if (!close) {
                        add(self, group, "label", MISTAKE_OPEN_ALONE, NULL, NULL);
                        return;
                }
                name = g_strndup(open + 1, (gsize) (close - open - 1));
                known = g_str_equal(name, "source") || g_str_equal(name, "destination");
                for (guint i = 0; i < form->n_arguments; i++)
                        known |= g_str_equal(form->argument_names[i], name);
                if (!known) {
                        add(self, group, "label", MISTAKE_LABEL, name, NULL);
                        return;
                }
        }
}

/* Checks that a form has what its meaning requires: certain placeholders, a text, a certain sender. */
static void check_meaning(const Loader *self, const Reading *reading, const ChatForm *form)
{
        const char *word = chat_meaning_to_string(form->meaning), *needed;
        int sender = vocabulary_sender_of(form->meaning);

        if (reading->has_pattern && !vocabulary_has_placeholders(form, &needed))
                add(self, reading->group, "meaning", MISTAKE_MEANING_PLACEHOLDERS, word, needed);
        if (reading->has_pattern && form->meaning == CHAT_MEANING_MESSAGE &&
            (form->n_arguments == 0 || form->argument_types[form->n_arguments - 1] != CHAT_ARGUMENT_REST))
                add(self, reading->group, "meaning", MISTAKE_MEANING_TEXT, word, NULL);
        if (reading->has_sender && sender >= 0 && (int) form->from != sender)
                add(self, reading->group, "meaning", MISTAKE_MEANING_SENDER, word,
                    chat_sender_to_string((ChatSender) sender));
}

static void load_answers(const Loader *self, const KeyFileGroup *group, ChatForm *form, gboolean has_reply)
{
        const char *value = get(group, "answers");
        g_auto(GStrv) names = g_strsplit(value ? value : "", ";", -1);
        GPtrArray *kept = g_ptr_array_new();

        g_ptr_array_add(self->protocol->answers, kept);
        for (guint i = 0; names[i]; i++)
                if (*g_strstrip(names[i]))
                        g_ptr_array_add(kept, (gpointer) keep(self, names[i]));
        if (has_reply && kept->len > 0 && form->reply == CHAT_REPLY_NONE)
                add(self, group, "reply", MISTAKE_ANSWERS_WITHOUT_REPLY, NULL, NULL);
        if (has_reply && kept->len == 0 && form->reply != CHAT_REPLY_NONE)
                add(self, group, "answers", MISTAKE_REPLY_WITHOUT_ANSWERS, NULL, NULL);
        g_ptr_array_add(kept, NULL);
        form->answers = (const char *const *) kept->pdata;
}

static void load_pattern(const Loader *self, Reading *reading, PatternForm *form)
{
        const char *pattern, *shown = NULL;
        MistakeKind kind;

        if (!get_required(self, reading->group, "pattern", &pattern))
                return;
        form->visible.pattern = keep(self, pattern);
        reading->has_pattern = pattern_compile(form, self->protocol->strings, &kind, &shown);
        if (!reading->has_pattern)
                add(self, reading->group, "pattern", kind, shown, NULL);
}

static void load_form(const Loader *self, Reading *reading, PatternForm *form)
{
        static const char *const known[] = {"pattern", "from", "answers", "reply", "meaning", "label", NULL};
        const KeyFileGroup *group = reading->group;
        ChatForm *visible = &form->visible;
        const char *from_text, *label;
        guint from = 0, reply = 0, meaning = 0;
        gboolean has_reply, has_meaning;

        visible->name = keep(self, group->name + strlen("form "));
        if (has_control(group->name))
                add(self, group, NULL, MISTAKE_CONTROL, group->name, NULL);
        check_keys(self, group, known);
        load_pattern(self, reading, form);
        reading->has_sender = get_required(self, group, "from", &from_text) &&
                              get_choice(self, group, "from", vocabulary_senders, &from);
        has_reply = get_choice(self, group, "reply", vocabulary_replies, &reply);
        has_meaning = get_choice(self, group, "meaning", vocabulary_meanings, &meaning);
        visible->from = from;
        visible->reply = reply;
        visible->meaning = meaning;
        load_answers(self, group, visible, has_reply);
        if (has_meaning)
                check_meaning(self, reading, visible);
        label = get(group, "label");
        visible->label = keep(self, label ? label : "");
        if (reading->has_pattern)
                check_label(self, group, visible);
}

static const KeyFileGroup *find_form_group(const Loader *self, const char *name)
{
        g_autofree char *group = g_strconcat("form ", name, NULL);

        return key_file_find_group(self->groups, group);
}

static void check_answers(const Loader *self, const Reading *reading, const ChatForm *form, const Reading *readings)
{
        for (guint i = 0; form->answers[i]; i++) {
                ChatForm *request = (ChatForm *) chat_protocol_get_form(self->protocol, form->answers[i]);

                if (request) {
                        request->is_answered = TRUE;
                        request->is_confirmed |= form->reply == CHAT_REPLY_ONLY;
                }
                if (!request) {
                        /* A form beyond MAX_FORMS exists, but was left out. */
                        if (!find_form_group(self, form->answers[i]))
                                add(self, reading->group, "answers", MISTAKE_NO_SUCH_FORM, form->answers[i], NULL);
                } else if (reading->has_sender && readings[request - self->protocol->visible].has_sender &&
                           request->from == form->from && form->from != CHAT_SENDER_PEER) {
                        add(self, reading->group, "answers", MISTAKE_SAME_SIDE, form->answers[i], NULL);
                }
        }
}

static void check_ties(const Loader *self, guint n, const Reading *readings)
{
        const PatternForm *forms = self->protocol->forms;

        for (guint i = 0; i < n; i++) {
                g_autofree char *line = NULL;

                if (!readings[i].has_pattern || !readings[i].has_sender || !readings[n].has_pattern ||
                    !readings[n].has_sender || !pattern_ties(&forms[n], &forms[i]))
                        continue;
                line = g_strdup_printf("%u", key_file_find_key(readings[i].group, "pattern")->line);
                add(self, readings[n].group, "pattern", MISTAKE_TIE, forms[i].visible.name, line);
                return;
        }
}

static int compare_indices(gconstpointer a, gconstpointer b, gpointer forms)
{
        guint i = *(const guint *) a, j = *(const guint *) b;
        int order = pattern_compare((PatternForm *) forms + i, (PatternForm *) forms + j);

        return order ? order : i < j ? -1 : 1;
}

static gboolean is_form(const KeyFileGroup *group)
{
        return g_str_has_prefix(group->name, "form ") && group->name[strlen("form ")];
}

/* The groups of forms, at most MAX_FORMS. */
static GPtrArray *find_forms(const Loader *self)
{
        GPtrArray *forms = g_ptr_array_new();

        for (guint i = 0; i < self->groups->len; i++) {
                KeyFileGroup *group = g_ptr_array_index(self->groups, i);

                if (g_str_equal(group->name, "protocol"))
                        continue;
                if (!is_form(group)) {
                        add(self, group, NULL, MISTAKE_UNKNOWN_GROUP, NULL, NULL);
                } else if (forms->len == MAX_FORMS) {
                        add(self, group, NULL, MISTAKE_MANY_FORMS, G_STRINGIFY(MAX_FORMS), NULL);
                        break;
                } else {
                        g_ptr_array_add(forms, group);
                }
        }
        if (forms->len == 0)
                mistakes_add(self->mistakes, 1, NULL, NULL, MISTAKE_NO_FORM, NULL, NULL);
        return forms;
}

static void load(const Loader *self)
{
        g_autoptr(GPtrArray) forms = NULL;
        g_autofree Reading *readings = NULL;
        ChatProtocol *protocol = self->protocol;
        guint n;

        load_protocol_group(self);
        forms = find_forms(self);
        n = forms->len;
        readings = g_new0(Reading, n + 1);
        protocol->forms = g_new0(PatternForm, n + 1);
        protocol->visible = g_new0(ChatForm, n + 1);
        protocol->by_rank = g_new0(guint, n + 1);
        for (guint i = 0; i < n; i++) {
                readings[i].group = g_ptr_array_index(forms, i);
                load_form(self, &readings[i], &protocol->forms[i]);
                protocol->visible[i] = protocol->forms[i].visible;
                protocol->by_rank[i] = i;
                protocol->senders |= 1u << protocol->visible[i].from;
                protocol->has_exchanges |=
                        protocol->visible[i].answers[0] || protocol->visible[i].meaning == CHAT_MEANING_HERE ||
                        (protocol->visible[i].meaning != CHAT_MEANING_NONE &&
                         protocol->visible[i].meaning != CHAT_MEANING_MESSAGE) ||
                        (protocol->visible[i].meaning == CHAT_MEANING_MESSAGE && protocol->visible[i].n_arguments > 1);
                protocol->n_forms++;
        }
        for (guint i = 0; i < n; i++) {
                check_answers(self, &readings[i], &protocol->visible[i], readings);
                check_ties(self, i, readings);
        }
        if (self->mistakes->len > 0)
                return;
        g_qsort_with_data(protocol->by_rank, (int) n, sizeof *protocol->by_rank, compare_indices, protocol->forms);
        pattern_index(protocol);
}

/* The number of the line, from 1, that holds an octet. */
static guint line_of(const char *data, const char *octet)
{
        guint line = 1;

        for (const char *p = data; p < octet; p++)
                line += *p == '\n';
        return line;
}

/* Whether the file is text at all. */
static gboolean check_octets(GPtrArray *mistakes, const char *data, gsize size)
{
        const char *nul = size > 0 ? memchr(data, '\0', size) : NULL, *end;

        if (size > MAX_SIZE)
                mistakes_add(mistakes, 1, NULL, NULL, MISTAKE_TOO_LARGE, NULL, NULL);
        else if (nul)
                mistakes_add(mistakes, line_of(data, nul), NULL, NULL, MISTAKE_NUL, NULL, NULL);
        else if (!g_utf8_validate_len(data, size, &end))
                mistakes_add(mistakes, line_of(data, end), NULL, NULL, MISTAKE_NOT_UTF8, NULL, NULL);
        return mistakes->len == 0;
}

static void set_error(GError **error, const GPtrArray *mistakes, const char *filename)
{
        g_autofree char *first = chat_mistake_to_string(g_ptr_array_index(mistakes, 0), filename);

        g_set_error_literal(error, CHAT_PROTOCOL_ERROR, CHAT_PROTOCOL_ERROR_DESCRIPTION, first);
}

ChatProtocol *
chat_protocol_new_from_bytes(GBytes *bytes, const char *filename, GPtrArray **ret_mistakes, GError **error)
{
        g_autoptr(ChatProtocol) self = protocol_new();
        g_autoptr(GPtrArray) mistakes = mistakes_new(), groups = NULL;
        g_autofree char *text = NULL;
        gsize size;
        const char *data = g_bytes_get_data(bytes, &size);

        if (check_octets(mistakes, data ? data : "", size)) {
                text = g_strndup(data ? data : "", size);
                groups = key_file_read(text, mistakes);
                load(&(Loader){mistakes, self, groups});
        }
        if (mistakes->len == 0)
                return g_steal_pointer(&self);
        mistakes_sort(mistakes);
        set_error(error, mistakes, filename);
        if (ret_mistakes)
                *ret_mistakes = g_steal_pointer(&mistakes);
        return NULL;
}

/* Reads one octet more than is allowed and then stops: the file may be a device that never ends. */
static GBytes *read_file(const char *filename, GError **error)
{
        g_autofree char *data = g_malloc(MAX_SIZE + 1);
        FILE *file = fopen(filename, "rb");
        gsize size = file ? fread(data, 1, MAX_SIZE + 1, file) : 0;
        int code = errno;

        if (!file || ferror(file)) {
                g_set_error(error, CHAT_PROTOCOL_ERROR, CHAT_PROTOCOL_ERROR_FILE, "%s: cannot be read: %s", filename,
                            code == ENOENT ? "no such file" : g_strerror(code));
                if (file)
                        fclose(file);
                return NULL;
        }
        fclose(file);
        return g_bytes_new(data, size);
}

ChatProtocol *chat_protocol_new_from_file(const char *filename, GPtrArray **ret_mistakes, GError **error)
{
        g_autoptr(GBytes) bytes = read_file(filename, error);

        return bytes ? chat_protocol_new_from_bytes(bytes, filename, ret_mistakes, error) : NULL;
}
