/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Patterns: compiled once, then matched against every datagram without allocating. */
#include "chat/protocol/ascii.h"
#include "chat/protocol/protocol-private.h"

#include <arpa/inet.h>
#include <string.h>

static gboolean is_space(char c)
{
        return c == ' ' || (c >= '\t' && c <= '\r');
}

/* How exact a token is, the smallest being the most exact. Forms are tried in this order; equal ranks make a tie. */
static guint token_rank(const PatternToken *token)
{
        if (!token->is_argument)
                return 0;
        switch (token->type) {
        case CHAT_ARGUMENT_GROUP:
                return 1;
        case CHAT_ARGUMENT_IP:
                return 2;
        case CHAT_ARGUMENT_PORT:
                return 3;
        case CHAT_ARGUMENT_USER:
        case CHAT_ARGUMENT_ROOM:
        case CHAT_ARGUMENT_TOKEN:
                return 4 + (token->prefix_length + token->suffix_length == 0);
        case CHAT_ARGUMENT_REST:
                break;
        }
        return 6;
}

static gboolean parse_type(const char *name, ChatArgumentType *ret_type)
{
        for (guint type = 0; vocabulary_types[type]; type++)
                if (g_str_equal(vocabulary_types[type], name)) {
                        *ret_type = type;
                        return TRUE;
                }
        return FALSE;
}

/* What is wrong with a pattern, for pattern_compile(). */
typedef struct {
        MistakeKind kind;
        const char *shown;
} Wrong;

static gboolean refuse(Wrong *wrong, MistakeKind kind, const char *shown)
{
        *wrong = (Wrong){kind, shown};
        return FALSE;
}

/* The inside of "{name:type}". */
static gboolean compile_placeholder(PatternForm *form, PatternToken *token, const char *inside, Wrong *wrong)
{
        ChatForm *visible = &form->visible;
        const char *colon = strchr(inside, ':');
        g_autofree char *name = colon ? g_strndup(inside, (gsize) (colon - inside)) : NULL;

        if (!name || !*name || strchr(inside, '{'))
                return refuse(wrong, MISTAKE_PLACEHOLDER, NULL);
        if (!parse_type(colon + 1, &token->type))
                return refuse(wrong, MISTAKE_TYPE, colon + 1);
        if (visible->n_arguments == CHAT_MAX_ARGUMENTS)
                return refuse(wrong, MISTAKE_MANY_PLACEHOLDERS, NULL);
        for (guint i = 0; i < visible->n_arguments; i++)
                if (g_str_equal(visible->argument_names[i], name))
                        return refuse(wrong, MISTAKE_SAME_PLACEHOLDER, visible->argument_names[i]);
        if (token->type == CHAT_ARGUMENT_REST && token->prefix_length + token->suffix_length > 0)
                return refuse(wrong, MISTAKE_REST_ALONE, NULL);
        return TRUE;
}

static gboolean compile_token(PatternForm *form, const char *word, GStringChunk *strings, Wrong *wrong)
{
        PatternToken *token = &form->tokens[form->n_tokens];
        const char *open = strchr(word, '{'), *close = strchr(word, '}'), *inside;
        ChatForm *visible = &form->visible;

        if (close && (!open || close < open))
                return refuse(wrong, MISTAKE_CLOSE_ALONE, NULL);
        if (!open) {
                token->prefix = g_string_chunk_insert(strings, word);
                token->suffix = "";
                token->prefix_length = strlen(word);
                return TRUE;
        }
        if (!close)
                return refuse(wrong, MISTAKE_OPEN_ALONE, NULL);
        if (strpbrk(close + 1, "{}"))
                return refuse(wrong, MISTAKE_ONE_PLACEHOLDER, NULL);
        token->is_argument = TRUE;
        token->prefix = g_string_chunk_insert_len(strings, word, open - word);
        token->suffix = g_string_chunk_insert(strings, close + 1);
        token->prefix_length = strlen(token->prefix);
        token->suffix_length = strlen(token->suffix);
        inside = g_string_chunk_insert_len(strings, open + 1, close - open - 1);
        if (!compile_placeholder(form, token, inside, wrong))
                return FALSE;
        visible->argument_names[visible->n_arguments] =
                g_string_chunk_insert_len(strings, inside, strchr(inside, ':') - inside);
        visible->argument_types[visible->n_arguments] = token->type;
        visible->n_arguments++;
        return TRUE;
}

static gboolean compile(PatternForm *form, GStringChunk *strings, Wrong *wrong)
{
        g_auto(GStrv) words = g_strsplit(form->visible.pattern, " ", -1);

        for (guint i = 0; words[i]; i++) {
                if (*words[i] == '\0')
                        return refuse(wrong, MISTAKE_ONE_SPACE, NULL);
                if (form->n_tokens == CHAT_MAX_TOKENS)
                        return refuse(wrong, MISTAKE_MANY_TOKENS, NULL);
                if (form->n_tokens > 0 && form->tokens[form->n_tokens - 1].is_argument &&
                    form->tokens[form->n_tokens - 1].type == CHAT_ARGUMENT_REST)
                        return refuse(wrong, MISTAKE_REST_LAST, NULL);
                if (!compile_token(form, words[i], strings, wrong))
                        return FALSE;
                form->rank[form->n_tokens] = token_rank(&form->tokens[form->n_tokens]);
                form->n_tokens++;
        }
        if (form->n_tokens == 0)
                return refuse(wrong, MISTAKE_EMPTY_PATTERN, NULL);
        if (!form->tokens[0].is_argument)
                form->visible.code = form->tokens[0].prefix;
        return TRUE;
}

gboolean pattern_compile(PatternForm *form, GStringChunk *strings, MistakeKind *ret_mistake, const char **ret_shown)
{
        Wrong wrong;

        if (compile(form, strings, &wrong))
                return TRUE;
        *ret_mistake = wrong.kind;
        *ret_shown = wrong.shown;
        return FALSE;
}

int pattern_compare(const PatternForm *a, const PatternForm *b)
{
        guint n = MIN(a->n_tokens, b->n_tokens);

        for (guint i = 0; i < n; i++)
                if (a->rank[i] != b->rank[i])
                        return a->rank[i] < b->rank[i] ? -1 : 1;
        return a->n_tokens == b->n_tokens ? 0 : a->n_tokens > b->n_tokens ? -1 : 1;
}

gboolean pattern_ties(const PatternForm *a, const PatternForm *b)
{
        if (a->visible.from != b->visible.from || a->n_tokens != b->n_tokens)
                return FALSE;
        for (guint i = 0; i < a->n_tokens; i++) {
                const PatternToken *one = &a->tokens[i], *other = &b->tokens[i];

                if (a->rank[i] != b->rank[i])
                        return FALSE;
                if (strcmp(one->prefix, other->prefix) != 0 || strcmp(one->suffix, other->suffix) != 0)
                        return FALSE;
        }
        return TRUE;
}

static gboolean is_address(const char *text, gsize length, gboolean group_only)
{
        char copy[INET6_ADDRSTRLEN];
        guint8 octets[16];

        if (length >= sizeof copy)
                return FALSE;
        memcpy(copy, text, length);
        copy[length] = '\0';
        if (inet_pton(AF_INET, copy, octets) == 1)
                return !group_only || octets[0] >> 4 == 0xe;
        return inet_pton(AF_INET6, copy, octets) == 1 && (!group_only || octets[0] == 0xff);
}

guint pattern_read_port(const char *text, gsize length)
{
        guint value = 0;

        if (length == 0 || length > 5 || text[0] == '0')
                return 0;
        for (gsize i = 0; i < length; i++) {
                if (!g_ascii_isdigit(text[i]))
                        return 0;
                value = value * 10 + (guint) (text[i] - '0');
        }
        return value <= 65535 ? value : 0;
}

static gboolean fits_type(ChatArgumentType type, const char *text, gsize length)
{
        switch (type) {
        case CHAT_ARGUMENT_GROUP:
                return is_address(text, length, TRUE);
        case CHAT_ARGUMENT_IP:
                return is_address(text, length, FALSE);
        case CHAT_ARGUMENT_PORT:
                return pattern_read_port(text, length) != 0;
        default:
                return length > 0;
        }
}

static void set_text(ChatMessage *message, const char *start, const char *end)
{
        message->line_ended = end > start && end[-1] == '\n';
        message->text = (ChatSlice){start, (gsize) (end - start) - (message->line_ended ? 1 : 0)};
}

static gboolean match(const PatternForm *form, const char *octets, gsize length, ChatMessage *message)
{
        const char *p = octets, *end = octets + length;

        message->n_arguments = 0;
        message->text = (ChatSlice){NULL, 0};
        message->line_ended = FALSE;
        for (guint i = 0; i < form->n_tokens; i++) {
                const PatternToken *token = &form->tokens[i];
                const char *start;
                gsize size;

                if (token->is_argument && token->type == CHAT_ARGUMENT_REST) {
                        /* One separator goes before the text; further white space belongs to it. A form that is
                         * text from its beginning has no separator. */
                        if (i > 0) {
                                if (p == end || !is_space(*p))
                                        return FALSE;
                                p++;
                        }
                        message->arguments[message->n_arguments++] = (ChatSlice){p, (gsize) (end - p)};
                        set_text(message, p, end);
                        return TRUE;
                }
                while (p < end && is_space(*p))
                        p++;
                start = p;
                while (p < end && !is_space(*p))
                        p++;
                size = (gsize) (p - start);
                if (size < token->prefix_length + token->suffix_length ||
                    memcmp(start, token->prefix, token->prefix_length) != 0 ||
                    memcmp(p - token->suffix_length, token->suffix, token->suffix_length) != 0)
                        return FALSE;
                if (!token->is_argument) {
                        if (size != token->prefix_length)
                                return FALSE;
                        continue;
                }
                start += token->prefix_length;
                size -= token->prefix_length + token->suffix_length;
                if (!fits_type(token->type, start, size))
                        return FALSE;
                message->arguments[message->n_arguments++] = (ChatSlice){start, size};
        }
        while (p < end && is_space(*p))
                p++;
        return p == end;
}

void pattern_index(ChatProtocol *self)
{
        for (guint octet = 0; octet < G_N_ELEMENTS(self->by_octet); octet++) {
                guint n = 0, *list = self->by_octet[octet] = g_new(guint, self->n_forms + 1);

                for (guint i = 0; i < self->n_forms; i++) {
                        const PatternToken *first = &self->forms[self->by_rank[i]].tokens[0];

                        if (first->is_argument || (guchar) first->prefix[0] == octet)
                                list[n++] = self->by_rank[i];
                }
                list[n] = G_MAXUINT;
        }
}

/* Whether a message of this form can begin with this token. */
static gboolean begins(const PatternForm *form, const char *token, gsize length)
{
        const PatternToken *first = &form->tokens[0];

        return first->is_argument || (first->prefix_length == length && length > 0 && first->prefix[0] == token[0] &&
                                      memcmp(first->prefix, token, length) == 0);
}

/* Skips ASCII eight octets at a time, since nearly everything that people type is ASCII; GLib validates the rest. NUL
 * is refused. */
static gboolean is_utf8(const char *octets, gsize length)
{
        guint64 word;
        gsize n = 0;

        for (; n + sizeof word <= length; n += sizeof word) {
                memcpy(&word, octets + n, sizeof word);
                if (ascii_mark_no_text(word))
                        break;
        }
        while (n < length && (guchar) (octets[n] - 1) < 0x7f)
                n++;
        return n == length || g_utf8_validate_len(octets + n, length - n, NULL);
}

ChatParseStatus chat_protocol_parse(
        const ChatProtocol *self, ChatSender from, const char *octets, gsize length, ChatMessage *ret_message)
{
        gboolean code_known = FALSE, code_from_here = FALSE, line_form = FALSE;
        const char *p = octets, *end = octets + length, *token;
        const guint *candidates;
        ChatMessage message;
        gsize token_length;

        while (p < end && is_space(*p))
                p++;
        token = p;
        while (p < end && !is_space(*p))
                p++;
        token_length = (gsize) (p - token);
        candidates = self->by_octet[token_length > 0 ? (guchar) *token : 0];
        for (const guint *i = candidates; *i != G_MAXUINT; i++)
                if (begins(&self->forms[*i], token, token_length)) {
                        code_known = TRUE;
                        code_from_here |= self->forms[*i].visible.from == from;
                        line_form |= self->forms[*i].n_tokens == 1 && !self->forms[*i].visible.code &&
                                     self->forms[*i].visible.argument_types[0] == CHAT_ARGUMENT_REST;
                }
        /* An empty line is a message, too: somebody pressed Enter and nothing else. */
        if (token_length == 0 && !(line_form && length > 0))
                return CHAT_PARSE_EMPTY;
        if (memchr(octets, '\0', length))
                return CHAT_PARSE_CONTROL;
        if (!code_known)
                return is_utf8(octets, length) ? CHAT_PARSE_UNKNOWN_CODE : CHAT_PARSE_NOT_UTF8;
        if (!is_utf8(octets, length))
                return CHAT_PARSE_NOT_UTF8;
        if (!code_from_here)
                return CHAT_PARSE_WRONG_DIRECTION;
        for (const guint *i = candidates; *i != G_MAXUINT; i++) {
                const PatternForm *form = &self->forms[*i];

                if (form->visible.from != from || !begins(form, token, token_length) ||
                    !match(form, octets, length, &message))
                        continue;
                message.form = &self->visible[*i];
                *ret_message = message;
                return CHAT_PARSE_OK;
        }
        return CHAT_PARSE_WRONG_ARGUMENTS;
}

const char *chat_parse_status_to_string(ChatParseStatus status)
{
        static const char *const texts[] = {
                "it is a message of the chat",
                "it is empty",
                "it is not valid UTF-8",
                "it holds a NUL byte",
                "the chat has no message with this code",
                "this code is not sent in this direction",
                "its arguments do not fit this code",
                "only its beginning was captured",
                "its length contradicts that of its packet",
        };

        return texts[status];
}

GString *chat_form_format(const ChatForm *visible, const char *const *arguments, GError **error)
{
        /* The public form does not have the compiled tokens: its pattern is expanded from its text. */
        g_autoptr(GString) octets = g_string_new(NULL);
        const char *p = visible->pattern;

        for (guint i = 0; *p;) {
                if (*p != '{') {
                        g_string_append_c(octets, *p++);
                        continue;
                }
                p = strchr(p, '}') + 1;
                if (!arguments || !arguments[i]) {
                        g_set_error(error, CHAT_PROTOCOL_ERROR, CHAT_PROTOCOL_ERROR_VALUE, "%s: {%s} is missing",
                                    visible->name, visible->argument_names[i]);
                        return NULL;
                }
                if (visible->argument_types[i] != CHAT_ARGUMENT_REST) {
                        gsize length = strlen(arguments[i]);

                        for (const char *c = arguments[i]; *c; c++)
                                if (is_space(*c))
                                        length = 0;
                        if (length == 0 || !fits_type(visible->argument_types[i], arguments[i], length)) {
                                g_set_error(error, CHAT_PROTOCOL_ERROR, CHAT_PROTOCOL_ERROR_VALUE,
                                            "%s: “%s” cannot be sent as {%s}", visible->name, arguments[i],
                                            visible->argument_names[i]);
                                return NULL;
                        }
                }
                g_string_append(octets, arguments[i++]);
        }
        if (!g_utf8_validate(octets->str, (gssize) octets->len, NULL)) {
                g_set_error(error, CHAT_PROTOCOL_ERROR, CHAT_PROTOCOL_ERROR_VALUE, "%s: not valid UTF-8",
                            visible->name);
                return NULL;
        }
        return g_steal_pointer(&octets);
}

gboolean chat_form_answers(const ChatForm *reply, const ChatForm *request)
{
        for (guint i = 0; reply->answers[i]; i++)
                if (g_str_equal(reply->answers[i], request->name))
                        return TRUE;
        return FALSE;
}

void chat_message_append_label(const ChatMessage *message, ChatLabelLookup lookup, gpointer user_data, GString *label)
{
        const ChatForm *form = message->form;

        for (const char *p = form->label; *p;) {
                const char *close = *p == '{' ? strchr(p, '}') : NULL;
                g_autofree char *name = NULL;
                const char *value;
                guint i;

                if (!close) {
                        g_string_append_c(label, *p++);
                        continue;
                }
                name = g_strndup(p + 1, (gsize) (close - p - 1));
                for (i = 0; i < message->n_arguments && !g_str_equal(form->argument_names[i], name); i++)
                        ;
                if (i < message->n_arguments && form->argument_types[i] == CHAT_ARGUMENT_REST)
                        g_string_append_len(label, message->text.start, (gssize) message->text.length);
                else if (i < message->n_arguments)
                        g_string_append_len(label, message->arguments[i].start, (gssize) message->arguments[i].length);
                else if ((value = lookup ? lookup(name, user_data) : NULL))
                        g_string_append(label, value);
                p = close + 1;
        }
}
