/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/rubric/rubric-filter.h"

#include "analyzer/rubric/rubric-private.h"

#include <jq.h>
#include <jv.h>
#include <string.h>

struct Filters {
        const Rubric *rubric;
        GPtrArray *programs; /* jq_state, by item */
};

/* The input of filters: [the facts, {parameter: value}] */
struct Facts {
        jv value;
};

static void program_free(gpointer data)
{
        jq_state *program = data;

        jq_teardown(&program);
}

/* The program for an item's filter. The values of parameters never become part of its text: it takes them out of its
 * input. $ENV is made empty, and within brackets nothing can be imported. open and close: these brackets, or "". */
static char *wrap(const Rubric *rubric, const RubricItem *item, const char *open, const char *close)
{
        g_autoptr(GBytes) ready_made = rubric_load_resource("ready-made.jq");
        GString *text = g_string_new_len(g_bytes_get_data(ready_made, NULL), (gssize) g_bytes_get_size(ready_made));

        g_string_append(text, "\n. as [$__facts, $__values] | {} as $ENV");
        for (guint i = 0; i < rubric->parameters->len; i++) {
                const RubricParameter *parameter = g_ptr_array_index(rubric->parameters, i);

                g_string_append_printf(text, " | $__values.%s as $%s", parameter->name, parameter->name);
        }
        g_string_append_printf(text, " | $__facts | %s%s\n%s", open, item->when, close);
        return g_string_free(text, FALSE);
}

static void cut(char *text, const char *from)
{
        char *found = strstr(text, from);

        if (found)
                *found = '\0';
}

/* Replaces a word of jq's grammar by plain words. */
static void put(char **text, const char *word, const char *plain)
{
        g_auto(GStrv) parts = g_strsplit(*text, word, -1);

        g_free(*text);
        *text = g_strjoinv(plain, parts);
}

/* Keeps jq's first message about a program, without what is meant for users of its command line. */
static void take_error(void *data, jv message)
{
        static const char prefix[] = "jq: error: ", shell[] = " (Unix shell quoting issues?)";
        char **reason = data;
        jv formatted = jq_format_error(message);

        if (!*reason && jv_get_kind(formatted) == JV_KIND_STRING) {
                const char *text = jv_string_value(formatted);
                g_auto(GStrv) parts = NULL;

                parts = g_strsplit(g_str_has_prefix(text, prefix) ? text + strlen(prefix) : text, shell, 2);
                *reason = g_strjoinv("", parts);
                put(reason, "INVALID_CHARACTER", "a character that does not belong here");
                put(reason, "$end", "the end of the filter");
                cut(*reason, " at <top-level>");
                cut(*reason, "\n");
        }
        jv_free(formatted);
}

/* Drops the messages of a running program. */
static void take_nothing(void *data, jv message)
{
        jv_free(message);
}

static jq_state *compile_text(const char *text, char **reason)
{
        jq_state *program = jq_init();

        if (!program)
                g_error("out of memory");
        jq_set_error_cb(program, take_error, reason);
        jq_set_attr(program, jv_string("JQ_LIBRARY_PATH"), jv_array());
        if (jq_compile(program, text)) {
                jq_set_error_cb(program, take_nothing, NULL);
                jq_set_debug_cb(program, take_nothing, NULL);
                return program;
        }
        jq_teardown(&program);
        return NULL;
}

/* A filter must compile without brackets around it, too: "true) or (false" is no filter, but would be one in brackets.
 */
static jq_state *compile(const Rubric *rubric, const RubricItem *item, GString *mistakes)
{
        g_autofree char *alone = wrap(rubric, item, "", ""), *text = wrap(rubric, item, "(", ")"), *reason = NULL;
        jq_state *program = compile_text(alone, &reason);

        if (program) {
                jq_teardown(&program);
                program = compile_text(text, &reason);
        }
        if (program)
                return program;
        rubric_add_mistake(mistakes, rubric->filename, item->line, "jq does not take this filter: %s",
                           reason ? reason : "it cannot be compiled");
        if (reason && *reason == '$')
                g_string_append(mistakes, "; a parameter has a line in [parameters]");
        return NULL;
}

Filters *filters_new(const Rubric *rubric, GError **error)
{
        g_autoptr(Filters) self = g_new0(Filters, 1);
        g_autoptr(GString) mistakes = g_string_new(NULL);

        self->rubric = rubric;
        self->programs = g_ptr_array_new_with_free_func(program_free);
        for (guint i = 0; i < rubric->items->len; i++) {
                jq_state *program = compile(rubric, g_ptr_array_index(rubric->items, i), mistakes);

                if (program)
                        g_ptr_array_add(self->programs, program);
        }
        if (mistakes->len == 0)
                return g_steal_pointer(&self);
        g_set_error_literal(error, RUBRIC_ERROR, RUBRIC_ERROR_SYNTAX, mistakes->str);
        return NULL;
}

void filters_free(Filters *self)
{
        if (!self)
                return;
        g_ptr_array_unref(self->programs);
        g_free(self);
}

void filters_set_out_of_memory(Filters *self, void (*func)(void *data))
{
        for (guint i = 0; i < self->programs->len; i++)
                jq_set_nomem_handler(g_ptr_array_index(self->programs, i), func, NULL);
}

Facts *facts_parse(const Filters *filters, const char *json, gsize length, const char *const *values, GError **error)
{
        jv facts = jv_parse_sized(json, (int) MIN(length, (gsize) G_MAXINT)), parameters;
        Facts *self;

        if (length > G_MAXINT || !jv_is_valid(facts)) {
                jv_free(facts);
                g_set_error_literal(error, RUBRIC_ERROR, RUBRIC_ERROR_READ,
                                    "the facts of the capture are too large for a filter");
                return NULL;
        }
        parameters = jv_object();
        for (guint i = 0; i < filters->rubric->parameters->len; i++) {
                const RubricParameter *parameter = g_ptr_array_index(filters->rubric->parameters, i);

                parameters = jv_object_set(parameters, jv_string(parameter->name), jv_string(values[i]));
        }
        self = g_new(Facts, 1);
        self->value = JV_ARRAY(facts, parameters);
        return self;
}

void facts_free(Facts *self)
{
        if (!self)
                return;
        jv_free(self->value);
        g_free(self);
}

/* Why a filter failed, in jq's words. Consumes result. Transfer: full. */
static char *describe_failure(jv result)
{
        jv message = jv_invalid_get_msg(result);
        char *text;

        if (jv_get_kind(message) != JV_KIND_STRING)
                message = jv_dump_string(message, 0);
        text = g_utf8_make_valid(jv_string_value(message), -1);
        jv_free(message);
        return text;
}

Verdict filters_ask(Filters *self, guint item, const Facts *facts, char **ret_reason)
{
        jq_state *program = g_ptr_array_index(self->programs, item);
        jv result;
        jv_kind kind;

        jq_start(program, jv_copy(facts->value), 0);
        result = jq_next(program);
        kind = jv_get_kind(result);
        if (kind == JV_KIND_INVALID && jv_invalid_has_msg(jv_copy(result))) {
                *ret_reason = describe_failure(result);
                return VERDICT_UNDECIDED;
        }
        jv_free(result);
        return kind == JV_KIND_INVALID || kind == JV_KIND_NULL || kind == JV_KIND_FALSE ? VERDICT_MISSING :
                                                                                          VERDICT_FULFILLED;
}
