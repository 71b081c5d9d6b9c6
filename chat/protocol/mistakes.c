/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "chat/protocol/mistakes.h"

#include <string.h>

/* At most this many characters of a value are shown. */
#define SHOWN 60

/* Each says what is wrong and what to do about it. */
static const char *const sentences[] = {
        [MISTAKE_TOO_LARGE] = "the file is larger than 1 MiB: it is not a description of a protocol",
        [MISTAKE_NUL] = "a NUL byte: save the description as plain text",
        [MISTAKE_NOT_UTF8] = "not valid UTF-8: save the description in that encoding",
        [MISTAKE_NEITHER] =
                "“%s” is neither a group, such as [form NAME], nor a key with its value, such as label = TEXT",
        [MISTAKE_NO_GROUP_YET] = "“%s” stands before the first group: begin with [protocol]",
        [MISTAKE_SECOND_GROUP] = "line %s has a group of this name already: give this one another",
        [MISTAKE_SECOND_KEY] = "line %s has this key already: keep one of the two",
        [MISTAKE_UNKNOWN_GROUP] = "a group is [protocol] or [form NAME]",
        [MISTAKE_NO_PROTOCOL] = "the group is missing: add [protocol] with name and transport",
        [MISTAKE_NO_FORM] = "there is no form: add a group [form NAME] for each kind of message",
        [MISTAKE_MANY_FORMS] = "more than %s forms",
        [MISTAKE_UNKNOWN_KEY] = "there is no such key; this group has %s",
        [MISTAKE_NO_KEY] = "the key is missing: add “%s = …”",
        [MISTAKE_CONTROL] = "a control character in “%s”: replace it with a space or with text",
        [MISTAKE_NONE_OF] = "“%s” is none of %s",
        [MISTAKE_NAME] =
                "“%s” is not a name: use a small letter, then small letters, digits and “-”, at most 32 in all",
        [MISTAKE_PORT] = "“%s” is not a port: give a number from 1 to 65535; separate several with “;”",
        [MISTAKE_LIMIT] = "“%s” is not a number of bytes: give one from 1 to 65535",
        [MISTAKE_EMPTY_PATTERN] = "the pattern is empty: write what travels, such as hi {name:user}",
        [MISTAKE_ONE_SPACE] = "tokens are separated by one space",
        [MISTAKE_MANY_TOKENS] = "a pattern has at most 12 tokens; what follows can be one {name:rest}",
        [MISTAKE_REST_LAST] = "a placeholder of type rest takes all that follows: put it last",
        [MISTAKE_REST_ALONE] = "a placeholder of type rest stands alone: put a space around it",
        [MISTAKE_CLOSE_ALONE] = "a “}” without “{”",
        [MISTAKE_OPEN_ALONE] = "a “{” without “}”",
        [MISTAKE_PLACEHOLDER] = "a placeholder is written {name:type}",
        [MISTAKE_ONE_PLACEHOLDER] = "a token has at most one placeholder: put a space between two",
        [MISTAKE_TYPE] = "“%s” is not a type: use user, room, group, ip, port, token or rest",
        [MISTAKE_MANY_PLACEHOLDERS] = "a pattern has at most 8 placeholders",
        [MISTAKE_SAME_PLACEHOLDER] = "two placeholders are called {%s}: rename one",
        [MISTAKE_LABEL] = "the pattern has no {%s}; a label can insert its placeholders, {source} and {destination}",
        [MISTAKE_ANSWERS_WITHOUT_REPLY] = "this form answers others: say here whether it is only, first or more",
        [MISTAKE_REPLY_WITHOUT_ANSWERS] = "this form is a reply: say here which forms it answers",
        [MISTAKE_NO_SUCH_FORM] = "there is no form “%s”",
        [MISTAKE_SAME_SIDE] = "“%s” comes from the same side, and nobody answers a request of their own",
        [MISTAKE_TIE] = "it fits the same messages as the pattern of “%s” in line %s: make one more exact",
        [MISTAKE_MEANING_PLACEHOLDERS] = "“%s” needs a pattern whose placeholders begin with %s",
        [MISTAKE_MEANING_SENDER] = "“%s” is something that only the %s says",
        [MISTAKE_MEANING_TEXT] = "“%s” needs a text: end the pattern with a placeholder of type rest",
};

/* Characters that a terminal would act on, and those that change the direction of the text around them. */
static gboolean is_unsafe(gunichar c)
{
        return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x61c || c == 0xfeff || (c >= 0x200e && c <= 0x200f) ||
               (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

/* text is valid UTF-8. */
static void append_shown(GString *string, const char *text)
{
        guint n = 0;

        for (const char *p = text; *p; p = g_utf8_next_char(p)) {
                gunichar c = g_utf8_get_char(p);

                if (n++ == SHOWN) {
                        g_string_append(string, "…");
                        break;
                }
                g_string_append_unichar(string, is_unsafe(c) ? 0xfffd : c);
        }
}

static char *shown(const char *text)
{
        g_autoptr(GString) string = g_string_new(NULL);

        if (!text)
                return NULL;
        append_shown(string, text);
        return g_strdup(string->str);
}

static char *make_reason(MistakeKind kind, const char *a, const char *b)
{
        g_autoptr(GString) reason = g_string_new(NULL);
        const char *values[] = {a, b};
        guint n = 0;

        for (const char *p = sentences[kind]; *p; p++) {
                if (strncmp(p, "%s", 2) != 0) {
                        g_string_append_c(reason, *p);
                        continue;
                }
                /* The list of allowed keys is our own text: it is never shortened. */
                if (n == 0 && kind != MISTAKE_UNKNOWN_KEY)
                        append_shown(reason, values[n]);
                else
                        g_string_append(reason, values[n]);
                n++;
                p++;
        }
        return g_strdup(reason->str);
}

static void mistake_free(gpointer data)
{
        ChatMistake *self = data;

        g_free(self->group);
        g_free(self->key);
        g_free(self->reason);
        g_free(self);
}

GPtrArray *mistakes_new(void)
{
        return g_ptr_array_new_with_free_func(mistake_free);
}

void mistakes_add(GPtrArray *mistakes,
                  guint line,
                  const char *group,
                  const char *key,
                  MistakeKind kind,
                  const char *a,
                  const char *b)
{
        ChatMistake *mistake;

        if (mistakes->len == CHAT_MAX_MISTAKES)
                return;
        mistake = g_new0(ChatMistake, 1);
        mistake->line = line;
        mistake->order = mistakes->len;
        mistake->group = shown(group);
        mistake->key = shown(key);
        mistake->reason = make_reason(kind, a, b);
        g_ptr_array_add(mistakes, mistake);
}

static int compare(gconstpointer a, gconstpointer b)
{
        const ChatMistake *one = *(const ChatMistake *const *) a, *other = *(const ChatMistake *const *) b;

        if (one->line != other->line)
                return one->line < other->line ? -1 : 1;
        return one->order < other->order ? -1 : 1;
}

void mistakes_sort(GPtrArray *mistakes)
{
        g_ptr_array_sort(mistakes, compare);
}

char *chat_mistake_to_string(const ChatMistake *self, const char *filename)
{
        if (!self->group)
                return g_strdup_printf("%s:%u: %s", filename, self->line, self->reason);
        if (!self->key)
                return g_strdup_printf("%s:%u: %s: %s", filename, self->line, self->group, self->reason);
        return g_strdup_printf("%s:%u: %s:%s: %s", filename, self->line, self->group, self->key, self->reason);
}
