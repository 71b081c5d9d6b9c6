/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads a rubric and refuses what is wrong with it, naming each line. */
#include "analyzer/rubric/rubric-private.h"
#include "analyzer/rubric/rubric-resource.h"

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

        /* In a static library nothing registers the resource by itself. */
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
        GKeyFile *file;
        GHashTable *lines; /* "group" and "group]key" → line */
        GString *mistakes;
} Loader;

static guint line_of(const Loader *self, const char *group, const char *key)
{
        g_autofree char *place = key ? g_strdup_printf("%s]%s", group, key) : g_strdup(group);

        return GPOINTER_TO_UINT(g_hash_table_lookup(self->lines, place));
}

static void refuse(Loader *self, const char *group, const char *key, const char *format, ...) G_GNUC_PRINTF(4, 5);
static void refuse(Loader *self, const char *group, const char *key, const char *format, ...)
{
        g_autofree char *reason = NULL;
        va_list arguments;
        guint line = line_of(self, group, key);

        va_start(arguments, format);
        reason = g_strdup_vprintf(format, arguments);
        va_end(arguments);
        /* A key that is missing is missing in its group's line. */
        rubric_add_mistake(self->mistakes, self->rubric->filename, line ? line : MAX(line_of(self, group, NULL), 1),
                           "%s%s%s: %s", group, key ? ":" : "", key ? key : "", reason);
}

/* GKeyFile merges groups of the same name and lets the last of two keys win: both would hide a mistake. */
static void note_line(Loader *self, char *place, const char *group, const char *key, guint line)
{
        guint first = GPOINTER_TO_UINT(g_hash_table_lookup(self->lines, place));

        if (first == 0) {
                g_hash_table_insert(self->lines, place, GUINT_TO_POINTER(line));
                return;
        }
        rubric_add_mistake(self->mistakes, self->rubric->filename, line, "%s%s%s: stands in line %u already", group,
                           key ? ":" : "", key ? key : "", first);
        g_free(place);
}

static void note_lines(Loader *self, const char *text)
{
        g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
        g_autofree char *group = g_strdup("");

        for (guint i = 0; lines[i]; i++) {
                char *line = g_strstrip(lines[i]), *equals = strchr(line, '=');

                if (*line == '[' && strrchr(line, ']')) {
                        *strrchr(line, ']') = '\0';
                        g_free(group);
                        group = g_strdup(line + 1);
                        note_line(self, g_strdup(group), group, NULL, i + 1);
                } else if (*line != '#' && equals && equals > line) {
                        g_autofree char *key = g_strstrip(g_strndup(line, (gsize) (equals - line)));

                        note_line(self, g_strdup_printf("%s]%s", group, key), group, key, i + 1);
                } else if (*line && *line != '#') {
                        rubric_add_mistake(self->mistakes, self->rubric->filename, i + 1,
                                           "this is neither a [group] nor “key = value” nor a # comment");
                }
        }
}

/* NULL: there is no such key, or nothing follows it. */
static char *get(const Loader *self, const char *group, const char *key)
{
        g_autofree char *value = g_key_file_get_value(self->file, group, key, NULL);

        return value && *g_strstrip(value) ? g_steal_pointer(&value) : NULL;
}

static char *get_needed(Loader *self, const char *group, const char *key)
{
        char *value = get(self, group, key);

        if (!value)
                refuse(self, group, key, "the value is missing");
        return value;
}

static void check_keys(Loader *self, const char *group, const char *const *known)
{
        g_auto(GStrv) keys = g_key_file_get_keys(self->file, group, NULL, NULL);
        g_autofree char *all = g_strjoinv(", ", (char **) known);

        for (guint i = 0; keys && keys[i]; i++)
                if (!g_strv_contains(known, keys[i]))
                        refuse(self, group, keys[i], "there is no such key here; there are %s", all);
}

/* "2", "0.5", at most two decimals. 0: it is none. */
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

static guint get_points(Loader *self, const char *group, const char *key, const char *value)
{
        guint points = read_points(value);

        if (points == 0)
                refuse(self, group, key, "“%s” is no number of points, such as 2 or 0.5", value);
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

/* Words that jq's grammar keeps for itself cannot follow its "$". */
static gboolean is_jq_word(const char *name)
{
        static const char *const words[] = {"as",   "def",    "module", "import",  "include", "if",    "then",
                                            "else", "elif",   "end",    "reduce",  "foreach", "try",   "catch",
                                            "and",  "or",     "not",    "label",   "break",   "__loc__", NULL};

        return g_strv_contains(words, name);
}

static void load_parameters(Loader *self)
{
        g_auto(GStrv) keys = g_key_file_get_keys(self->file, "parameters", NULL, NULL);

        for (guint i = 0; keys && keys[i]; i++) {
                RubricParameter *parameter = g_new0(RubricParameter, 1);

                if (!is_parameter_name(keys[i]))
                        refuse(self, "parameters", keys[i],
                               "a parameter's name is made of small letters, digits and “_”, a letter first");
                else if (is_jq_word(keys[i]))
                        refuse(self, "parameters", keys[i], "this is a word of jq's; take another name");
                parameter->name = g_strdup(keys[i]);
                parameter->value = get(self, "parameters", keys[i]);
                parameter->line = line_of(self, "parameters", keys[i]);
                g_ptr_array_add(self->rubric->parameters, parameter);
        }
}

/* In jq, {port} makes an object; what was meant is the value. */
static void check_filter(Loader *self, const char *group, const char *when)
{
        for (guint i = 0; i < self->rubric->parameters->len; i++) {
                const RubricParameter *parameter = g_ptr_array_index(self->rubric->parameters, i);
                g_autofree char *placeholder = g_strdup_printf("{%s}", parameter->name);

                if (strstr(when, placeholder))
                        refuse(self, group, "when", "in a filter the value of %s is $%s", placeholder,
                               parameter->name);
        }
}

static void load_item(Loader *self, const char *group)
{
        static const char *const known[] = {"points", "text", "hint", "when", NULL};
        RubricItem *item = g_new0(RubricItem, 1);
        g_autofree char *points = NULL;

        g_ptr_array_add(self->rubric->items, item);
        check_keys(self, group, known);
        item->name = g_strstrip(g_strdup(group + strlen("item ")));
        item->text = get_needed(self, group, "text");
        item->hint = get(self, group, "hint");
        item->when = get_needed(self, group, "when");
        item->line = line_of(self, group, "when");
        points = get_needed(self, group, "points");
        if (points)
                item->points = get_points(self, group, "points", points);
        if (item->when)
                check_filter(self, group, item->when);
        self->rubric->points += item->points;
}

static void load(Loader *self)
{
        static const char *const known[] = {"title", "grade", NULL};
        Rubric *rubric = self->rubric;
        g_auto(GStrv) groups = g_key_file_get_groups(self->file, NULL);
        g_autofree char *grade = get(self, "rubric", "grade");

        check_keys(self, "rubric", known);
        load_parameters(self);
        rubric->title = get(self, "rubric", "title");
        if (!rubric->title)
                rubric->title = g_strdup(rubric->filename);
        for (guint i = 0; groups[i]; i++) {
                if (g_str_equal(groups[i], "rubric") || g_str_equal(groups[i], "parameters"))
                        continue;
                if (!g_str_has_prefix(groups[i], "item ") || !groups[i][strlen("item ")])
                        refuse(self, groups[i], NULL, "a group is [rubric], [parameters] or [item NAME]");
                else if (rubric->items->len == MAX_ITEMS)
                        refuse(self, groups[i], NULL, "there are more than %d items", MAX_ITEMS);
                else
                        load_item(self, groups[i]);
        }
        if (rubric->items->len == 0 && self->mistakes->len == 0)
                rubric_add_mistake(self->mistakes, rubric->filename, 1, "there is no [item NAME]");
        rubric->grade = grade ? get_points(self, "rubric", "grade", grade) : rubric->points;
}

Rubric *rubric_new_from_bytes(GBytes *bytes, const char *filename, GError **error)
{
        g_autoptr(Rubric) self = g_new0(Rubric, 1);
        g_autoptr(GKeyFile) file = g_key_file_new();
        g_autoptr(GHashTable) lines = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
        g_autoptr(GString) mistakes = g_string_new(NULL);
        g_autoptr(GError) reason = NULL;
        Loader loader = {self, file, lines, mistakes};
        gsize size;
        const char *data = g_bytes_get_data(bytes, &size);

        self->filename = g_strdup(filename);
        self->parameters = g_ptr_array_new_with_free_func(parameter_free);
        self->items = g_ptr_array_new_with_free_func(item_free);
        self->text = g_strndup(data ? data : "", MIN(size, MAX_SIZE + 1));
        if (size > MAX_SIZE || strlen(self->text) != size || !g_utf8_validate(self->text, -1, NULL))
                rubric_add_mistake(mistakes, filename, 1, "this is no rubric: a text in UTF-8, of at most 1 MiB");
        else
                note_lines(&loader, self->text);
        if (mistakes->len == 0 && !g_key_file_load_from_data(file, self->text, size, G_KEY_FILE_NONE, &reason))
                rubric_add_mistake(mistakes, filename, 1, "%s", reason->message);
        if (mistakes->len == 0)
                load(&loader);
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
