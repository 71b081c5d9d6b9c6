/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/output/protocol-forms.h"

#include "analyzer/output/escape.h"
#include "analyzer/output/json-append.h"
#include "analyzer/output/text-private.h"

#define COLUMNS 100

static void append_ports(GString *text, const ChatProtocol *protocol)
{
        guint n;
        const guint16 *ports = chat_protocol_get_ports(protocol, &n);

        for (guint i = 0; i < n; i++) {
                append_text(text, i > 0 ? ", " : n == 1 ? "port " : "ports ");
                append_unsigned(text, ports[i]);
        }
        if (n == 0)
                append_literal(text, "no port");
}

static void append_count(GString *text, guint n)
{
        append_unsigned(text, n);
        append_text(text, n == 1 ? " form" : " forms");
}

static const char *transport_title(const ChatProtocol *protocol)
{
        return chat_protocol_get_transport(protocol) == CHAT_TRANSPORT_TCP ? "TCP" : "UDP";
}

static void pad(GString *text, gsize start, guint columns)
{
        guint cells = text_cells(text->str + start, text->str + text->len);

        text_append_spaces(text, cells < columns ? columns - cells : 1);
}

void protocol_append_line(GString *text, const ChatProtocol *protocol, const char *source)
{
        gsize start = text->len;
        guint n;

        chat_protocol_get_forms(protocol, &n);
        append_text(text, chat_protocol_get_name(protocol));
        pad(text, start, 16);
        append_text(text, transport_title(protocol));
        append_literal(text, "  ");
        start = text->len;
        append_ports(text, protocol);
        pad(text, start, 16);
        start = text->len;
        append_count(text, n);
        pad(text, start, 10);
        escape_append_for_terminal(text, source, strlen(source));
        append_literal(text, "\n");
}

/* The width of a column of cells, with two spaces behind it. */
static guint column_width(const ChatForm *forms, guint n, ChatCell cell)
{
        g_autoptr(GString) text = g_string_new(NULL);
        guint width = 0;

        for (guint i = 0; i < n; i++) {
                g_string_truncate(text, 0);
                chat_form_append_cell(&forms[i], cell, text);
                width = MAX(width, text_cells(text->str, text->str + text->len));
        }
        return MIN(width, COLUMNS / 4) + 2;
}

/* Appends the label of a form, and below it which forms it answers. */
static void append_says(GString *text, const ChatForm *form, guint column)
{
        g_autoptr(GString) says = g_string_new(NULL);

        chat_form_append_cell(form, CHAT_CELL_LABEL, says);
        text_append_wrapped(text, says, &(TextMargin){column, column, COLUMNS, FALSE});
        append_literal(text, "\n");
        if (!form->answers[0])
                return;
        g_string_assign(says, "answers ");
        chat_form_append_cell(form, CHAT_CELL_ANSWERS, says);
        text_append_spaces(text, column);
        text_append_wrapped(text, says, &(TextMargin){column, column + 2, COLUMNS, FALSE});
        append_literal(text, "\n");
}

void protocol_append_text(GString *text, const ChatProtocol *protocol)
{
        static const ChatCell cells[] = {CHAT_CELL_FORM, CHAT_CELL_MESSAGE, CHAT_CELL_DIRECTION};
        guint n, widths[G_N_ELEMENTS(cells)], column = 0;
        const ChatForm *forms = chat_protocol_get_forms(protocol, &n);
        const char *description = chat_protocol_get_description(protocol);

        append_text(text, chat_protocol_get_title(protocol));
        append_literal(text, " (");
        append_text(text, chat_protocol_get_name(protocol));
        append_literal(text, ") over ");
        append_text(text, transport_title(protocol));
        append_literal(text, ", ");
        append_ports(text, protocol);
        append_literal(text, ", ");
        append_count(text, n);
        append_literal(text, "\n");
        if (*description) {
                append_text(text, description);
                append_literal(text, "\n");
        }
        append_literal(text, "\n");
        for (guint i = 0; i < G_N_ELEMENTS(cells); i++)
                column += widths[i] = column_width(forms, n, cells[i]);
        for (guint i = 0; i < n; i++) {
                for (guint j = 0; j < G_N_ELEMENTS(cells); j++) {
                        gsize start = text->len;

                        chat_form_append_cell(&forms[i], cells[j], text);
                        pad(text, start, widths[j]);
                }
                append_says(text, &forms[i], column);
        }
}

static void append_json_head(GString *json, const ChatProtocol *protocol)
{
        guint n;
        const guint16 *ports = chat_protocol_get_ports(protocol, &n);

        json_literal(json, "{\"name\":");
        json_append_string(json, chat_protocol_get_name(protocol));
        json_key_string(json, "title", chat_protocol_get_title(protocol));
        json_key_string(json, "description", chat_protocol_get_description(protocol));
        json_key_string(json, "transport", chat_transport_to_string(chat_protocol_get_transport(protocol)));
        json_key(json, "ports");
        for (guint i = 0; i < n; i++) {
                append_text(json, i > 0 ? "," : "[");
                append_unsigned(json, ports[i]);
        }
        append_text(json, n > 0 ? "]" : "[]");
        json_key(json, "receive_limit");
        if (chat_protocol_get_receive_limit(protocol) > 0)
                append_unsigned(json, chat_protocol_get_receive_limit(protocol));
        else
                json_literal(json, "null");
}

void protocol_append_json_line(GString *json, const ChatProtocol *protocol, const char *source)
{
        guint n;

        chat_protocol_get_forms(protocol, &n);
        append_json_head(json, protocol);
        json_key_number(json, "forms", n);
        json_key_string(json, "source", source);
        json_literal(json, "}\n");
}

static void append_json_form(GString *json, const ChatForm *form)
{
        g_autoptr(GString) message = g_string_new(NULL);

        chat_form_append_cell(form, CHAT_CELL_MESSAGE, message);
        json_literal(json, "{\"form\":");
        json_append_string(json, form->name);
        json_key_string(json, "pattern", form->pattern);
        json_key_string(json, "message", message->str);
        json_key_string(json, "from", chat_sender_to_string(form->from));
        json_key(json, "answers");
        for (guint i = 0; form->answers[i]; i++) {
                append_text(json, i > 0 ? "," : "[");
                json_append_string(json, form->answers[i]);
        }
        append_text(json, form->answers[0] ? "]" : "[]");
        json_key_string(json, "reply", chat_reply_to_string(form->reply));
        json_key_string(json, "meaning",
                        form->meaning == CHAT_MEANING_NONE ? NULL : chat_meaning_to_string(form->meaning));
        json_key_string(json, "label", form->label);
        json_key(json, "arguments");
        for (guint i = 0; i < form->n_arguments; i++) {
                append_text(json, i > 0 ? ",{\"name\":" : "[{\"name\":");
                json_append_string(json, form->argument_names[i]);
                json_key_string(json, "type", chat_argument_type_to_string(form->argument_types[i]));
                json_literal(json, "}");
        }
        append_text(json, form->n_arguments > 0 ? "]}" : "[]}");
}

void protocol_append_json(GString *json, const ChatProtocol *protocol)
{
        guint n;
        const ChatForm *forms = chat_protocol_get_forms(protocol, &n);

        append_json_head(json, protocol);
        json_key(json, "forms");
        for (guint i = 0; i < n; i++) {
                append_text(json, i > 0 ? "," : "[");
                append_json_form(json, &forms[i]);
        }
        json_literal(json, "]}\n");
}

void mistake_append_json(GString *json, const ChatMistake *mistake, const char *file)
{
        json_literal(json, "{\"file\":");
        json_append_string(json, file);
        json_key_number(json, "line", mistake->line);
        json_key_string(json, "group", mistake->group);
        json_key_string(json, "key", mistake->key);
        json_key_string(json, "text", mistake->reason);
        json_literal(json, "}\n");
}
