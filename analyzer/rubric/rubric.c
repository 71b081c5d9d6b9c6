/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads rubrics, and says of each mistake in which line it is. */
#include "analyzer/rubric/rubric-private.h"
#include "analyzer/rubric/rubric-resource.h"
#include "chat/protocol/key-file.h"
#include "chat/protocol/mistakes.h"

#include <gio/gio.h>
#include <string.h>

#define MAX_SIZE (1024 * 1024)
#define MAX_ITEMS 200
#define MAX_POINTS (1000 * RUBRIC_HUNDRED)

G_DEFINE_QUARK(rubric - error - quark, rubric_error)

void rubric_add_mistake(GString *mistakes, const char *filename, guint line, const char *format, ...)
{
        va_list arguments;

        if (mistakes->len > 0)
                g_string_append_c(mistakes, '\n');
        g_string_append_printf(mistakes, "%s:%u: ", filename, line);
        va_start(arguments, format);
        g_string_append_vprintf(mistakes, format, arguments);
        va_end(arguments);
}

GBytes *rubric_find_resource(const char *name)
{
        g_autofree char *path = g_strconcat("/chatsniff/rubric/", name, NULL);

        /* In a static library the resource does not register itself. */
        return g_resource_lookup_data(rubric_get_resource(), path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
}

GBytes *rubric_load_resource(const char *name)
{
        GBytes *bytes = rubric_find_resource(name);

        if (!bytes)
                g_error("%s is not compiled in", name); /* a mistake of the build */
        return bytes;
}

static void parameter_free(gpointer data)
{
        RubricParameter *self = data;

        g_free(self->name);
        g_free(self->value);
        g_free(self);
}

static void item_free(gpointer data)
{
        RubricItem *self = data;

        g_free(self->name);
        g_free(self->text);
        g_free(self->hint);
        g_free(self->when);
        g_free(self);
}

void rubric_free(Rubric *self)
{
        if (!self)
                return;
        g_free(self->filename);
        g_free(self->title);
        g_free(self->text);
        g_ptr_array_unref(self->parameters);
        g_ptr_array_unref(self->items);
        g_free(self);
}

typedef struct {
        Rubric *rubric;
        GPtrArray *groups; /* KeyFileGroup */
        GString *mistakes;
} Loader;

/* Adds a mistake in a key, or (key NULL) in the group as a whole. A missing key is reported at its group's line. */
static void refuse(Loader *self, const KeyFileGroup *group, const char *key, const char *format, ...)
        G_GNUC_PRINTF(4, 5);
static void refuse(Loader *self, const KeyFileGroup *group, const char *key, const char *format, ...)
{
        const KeyFileKey *found = key ? key_file_find_key(group, key) : NULL;
        g_autofree char *reason = NULL;
        va_list arguments;

        va_start(arguments, format);
        reason = g_strdup_vprintf(format, arguments);
        va_end(arguments);
        rubric_add_mistake(self->mistakes, self->rubric->filename, found ? found->line : group->line, "%s%s%s: %s",
                           group->name, key ? ":" : "", key ? key : "", reason);
}

/* The value of a key; NULL: there is no such key or group, or the value is empty. Transfer: full. */
static char *get(const KeyFileGroup *group, const char *name)
{
        const KeyFileKey *key = group ? key_file_find_key(group, name) : NULL;

        return key && *key->value ? g_strdup(key->value) : NULL;
}

static char *get_needed(Loader *self, const KeyFileGroup *group, const char *name)
{
        char *value = get(group, name);

        if (!value)
                refuse(self, group, name, "the value is missing");
        return value;
}

static void check_keys(Loader *self, const KeyFileGroup *group, const char *const *known)
{
        g_autofree char *all = g_strjoinv(", ", (char **) known);

        for (guint i = 0; i < group->keys->len; i++) {
                const KeyFileKey *key = g_ptr_array_index(group->keys, i);

                if (!g_strv_contains(known, key->name))
                        refuse(self, group, key->name, "there is no such key here; there are %s", all);
        }
}

/* Reads "2" or "0.5", with at most two decimals, in hundredths. 0: it is no number of points. */
static guint read_points(const char *text)
{
        g_auto(GStrv) parts = g_strsplit(text, ".", 3);
        guint64 whole, hundredths = 0;

        if (!g_ascii_string_to_unsigned(parts[0], 10, 0, MAX_POINTS / RUBRIC_HUNDRED, &whole, NULL))
                return 0;
        if (parts[1]) {
                gsize length = strlen(parts[1]);

                if (parts[2] || length > 2 || !g_ascii_string_to_unsigned(parts[1], 10, 0, 99, &hundredths, NULL))
                        return 0;
                if (length == 1)
                        hundredths *= 10;
        }
        return (guint) (whole * RUBRIC_HUNDRED + hundredths);
}

static guint get_points(Loader *self, const KeyFileGroup *group, const char *key, const char *value)
{
        guint points = read_points(value);

        if (points == 0)
                refuse(self, group, key, "“%s” is not a number of points, such as 2 or 0.5", value);
        return points;
}

static gboolean is_parameter_name(const char *name)
{
        if (!g_ascii_islower(*name))
                return FALSE;
        for (; *name; name++)
                if (!g_ascii_islower(*name) && !g_ascii_isdigit(*name) && *name != '_')
                        return FALSE;
        return TRUE;
}

/* Whether the name is a keyword of jq, which cannot follow "$". */
static gboolean is_jq_word(const char *name)
{
        static const char *const words[] = {"as",   "def",  "module", "import", "include", "if",      "then",
                                            "else", "elif", "end",    "reduce", "foreach", "try",     "catch",
                                            "and",  "or",   "not",    "label",  "break",   "__loc__", NULL};

        return g_strv_contains(words, name);
}

static void load_parameters(Loader *self, const KeyFileGroup *group)
{
        for (guint i = 0; i < group->keys->len; i++) {
                const KeyFileKey *key = g_ptr_array_index(group->keys, i);
                RubricParameter *parameter = g_new0(RubricParameter, 1);

                if (!is_parameter_name(key->name))
                        refuse(self, group, key->name,
                               "a parameter's name is made of small letters, digits and “_”, a letter first");
                else if (is_jq_word(key->name))
                        refuse(self, group, key->name, "this is a keyword of jq; take another name");
                parameter->name = g_strdup(key->name);
                parameter->value = get(group, key->name);
                parameter->line = key->line;
                g_ptr_array_add(self->rubric->parameters, parameter);
        }
}

/* A filter must not use a placeholder: in jq, {port} makes an object, but what is meant is the value. */
static void check_filter(Loader *self, const KeyFileGroup *group, const char *when)
{
        for (guint i = 0; i < self->rubric->parameters->len; i++) {
                const RubricParameter *parameter = g_ptr_array_index(self->rubric->parameters, i);
                g_autofree char *placeholder = g_strdup_printf("{%s}", parameter->name);

                if (strstr(when, placeholder))
                        refuse(self, group, "when", "in a filter the value of %s is $%s", placeholder, parameter->name);
        }
}

static void load_item(Loader *self, const KeyFileGroup *group)
{
        static const char *const known[] = {"points", "text", "hint", "when", NULL};
        RubricItem *item = g_new0(RubricItem, 1);
        g_autofree char *points = NULL;

        g_ptr_array_add(self->rubric->items, item);
        check_keys(self, group, known);
        item->name = g_strstrip(g_strdup(group->name + strlen("item ")));
        item->text = get_needed(self, group, "text");
        item->hint = get(group, "hint");
        item->when = get_needed(self, group, "when");
        points = get_needed(self, group, "points");
        if (points)
                item->points = get_points(self, group, "points", points);
        if (item->when) {
                item->line = key_file_find_key(group, "when")->line;
                check_filter(self, group, item->when);
        }
        self->rubric->points += item->points;
}

static void load_head(Loader *self, const KeyFileGroup *group)
{
        static const char *const known[] = {"title", "grade", NULL};
        g_autofree char *grade = get(group, "grade");

        check_keys(self, group, known);
        self->rubric->title = get(group, "title");
        if (grade)
                self->rubric->grade = get_points(self, group, "grade", grade);
}

static void load(Loader *self)
{
        Rubric *rubric = self->rubric;
        const KeyFileGroup *head = key_file_find_group(self->groups, "rubric"),
                           *parameters = key_file_find_group(self->groups, "parameters");

        if (head)
                load_head(self, head);
        if (parameters)
                load_parameters(self, parameters);
        for (guint i = 0; i < self->groups->len; i++) {
                const KeyFileGroup *group = g_ptr_array_index(self->groups, i);

                if (group == head || group == parameters)
                        continue;
                if (!g_str_has_prefix(group->name, "item ") || !group->name[strlen("item ")])
                        refuse(self, group, NULL, "a group is [rubric], [parameters] or [item NAME]");
                else if (rubric->items->len == MAX_ITEMS)
                        refuse(self, group, NULL, "there are more than %d items", MAX_ITEMS);
                else
                        load_item(self, group);
        }
        if (rubric->items->len == 0 && self->mistakes->len == 0)
                rubric_add_mistake(self->mistakes, rubric->filename, 1, "there is no [item NAME]");
        if (!rubric->title)
                rubric->title = g_strdup(rubric->filename);
        if (rubric->grade == 0)
                rubric->grade = rubric->points;
}

/* Takes over the mistakes that the key file reader found. Protocol descriptions use the same reader. */
static void take_mistakes(Loader *self, GPtrArray *found)
{
        mistakes_sort(found);
        for (guint i = 0; i < found->len; i++) {
                g_autofree char *text = chat_mistake_to_string(g_ptr_array_index(found, i), self->rubric->filename);

                g_string_append_printf(self->mistakes, "%s%s", self->mistakes->len > 0 ? "\n" : "", text);
        }
}

Rubric *rubric_new_from_bytes(GBytes *bytes, const char *filename, GError **error)
{
        g_autoptr(Rubric) self = g_new0(Rubric, 1);
        g_autoptr(GString) mistakes = g_string_new(NULL);
        g_autoptr(GPtrArray) found = mistakes_new(), groups = NULL;
        g_autofree char *text = NULL;
        Loader loader = {.rubric = self, .mistakes = mistakes};
        gsize size;
        const char *data = g_bytes_get_data(bytes, &size);

        self->filename = g_strdup(filename);
        self->parameters = g_ptr_array_new_with_free_func(parameter_free);
        self->items = g_ptr_array_new_with_free_func(item_free);
        self->text = g_strndup(data ? data : "", MIN(size, MAX_SIZE + 1));
        text = g_strdup(self->text);
        if (size > MAX_SIZE || strlen(text) != size || !g_utf8_validate(text, -1, NULL)) {
                rubric_add_mistake(mistakes, filename, 1,
                                   "this is not a rubric, which is a text in UTF-8 of at most 1 MiB");
        } else {
                loader.groups = groups = key_file_read(text, found);
                take_mistakes(&loader, found);
                load(&loader);
        }
        if (mistakes->len == 0)
                return g_steal_pointer(&self);
        g_set_error_literal(error, RUBRIC_ERROR, RUBRIC_ERROR_SYNTAX, mistakes->str);
        return NULL;
}

const char *const *rubric_example_names(void)
{
        static const char *const names[] = {"tcp-task", "udp-task", NULL};

        return names;
}

GBytes *rubric_example_text(const char *name)
{
        g_autofree char *file = g_strconcat(name, ".ini", NULL);

        return g_strv_contains(rubric_example_names(), name) ? rubric_load_resource(file) : NULL;
}

Rubric *rubric_new_from_name(const char *name, GError **error)
{
        g_autoptr(GError) reason = NULL;
        g_autoptr(GBytes) bytes = NULL;
        char *data;
        gsize size;

        if (g_file_get_contents(name, &data, &size, &reason))
                bytes = g_bytes_new_take(data, size);
        else if (g_error_matches(reason, G_FILE_ERROR, G_FILE_ERROR_NOENT))
                bytes = rubric_example_text(name);
        if (bytes)
                return rubric_new_from_bytes(bytes, name, error);
        if (g_error_matches(reason, G_FILE_ERROR, G_FILE_ERROR_NOENT)) {
                g_autofree char *examples = g_strjoinv(", ", (char **) rubric_example_names());

                g_set_error(error, RUBRIC_ERROR, RUBRIC_ERROR_READ,
                            "%s: no such rubric: neither a file nor one of those that come with chatsniff (%s)", name,
                            examples);
        } else {
                g_set_error(error, RUBRIC_ERROR, RUBRIC_ERROR_READ, "%s: cannot be read: %s", name, reason->message);
        }
        return NULL;
}

char *rubric_expand(const Rubric *self, const char *text, const char *const *values)
{
        GString *expanded = g_string_new(NULL);

        while (*text) {
                const char *close = *text == '{' ? strchr(text, '}') : NULL;
                const char *value = NULL;

                for (guint i = 0; close && i < self->parameters->len && !value; i++) {
                        const RubricParameter *parameter = g_ptr_array_index(self->parameters, i);
                        gsize length = strlen(parameter->name);

                        if ((gsize) (close - text - 1) == length && strncmp(text + 1, parameter->name, length) == 0)
                                value = values[i];
                }
                if (value) {
                        g_string_append(expanded, value);
                        text = close + 1;
                } else {
                        g_string_append_c(expanded, *text++);
                }
        }
        return g_string_free(expanded, FALSE);
}

char *rubric_points_to_string(guint hundredths)
{
        guint whole = hundredths / RUBRIC_HUNDRED, rest = hundredths % RUBRIC_HUNDRED;

        if (rest == 0)
                return g_strdup_printf("%u", whole);
        return rest % 10 == 0 ? g_strdup_printf("%u.%u", whole, rest / 10) : g_strdup_printf("%u.%02u", whole, rest);
}
