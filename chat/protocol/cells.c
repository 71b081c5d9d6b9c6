/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A form as people read it: what the tables of `chatsniff protocol show` and of the report hold, and what an
 * explanation calls a message. */
#include "chat/protocol/protocol.h"

#include <string.h>

/* Appends a placeholder as a word in capitals, "{name:user}" as "NAME". Returns the end of the placeholder. */
static const char *append_placeholder(GString *text, const char *open)
{
        gboolean is_type = FALSE;
        const char *p = open + 1;

        for (; *p && *p != '}'; p++) {
                is_type |= *p == ':';
                if (!is_type)
                        g_string_append_c(text, g_ascii_toupper(*p));
        }
        return *p ? p + 1 : p;
}

static void append_written(GString *text, const char *template)
{
        for (const char *p = template; *p;)
                if (*p == '{')
                        p = append_placeholder(text, p);
                else
                        g_string_append_c(text, *p++);
}

/* The label for any message of the form, without the values of a particular one: "asks for the address of NAME". */
static void append_label(GString *text, const ChatForm *form)
{
        static const char *const receivers[] = {"the server", "the client", "the peer"};
        const char *sender = chat_sender_to_string(form->from);

        for (const char *p = form->label; *p;)
                if (g_str_has_prefix(p, "{destination}")) {
                        g_string_append(text, receivers[form->from]);
                        p += strlen("{destination}");
                } else if (g_str_has_prefix(p, "{source}")) {
                        g_string_append_printf(text, "the %s", sender);
                        p += strlen("{source}");
                } else if (*p == '{') {
                        p = append_placeholder(text, p);
                } else {
                        g_string_append_c(text, *p++);
                }
}

static void append_answers(GString *text, const ChatForm *form)
{
        static const char *const places[] = {
                [CHAT_REPLY_NONE] = "",
                [CHAT_REPLY_ONLY] = "",
                [CHAT_REPLY_FIRST] = " (begins the answer)",
                [CHAT_REPLY_MORE] = " (one of several)",
        };
        g_autofree char *names = g_strjoinv(", ", (char **) form->answers);

        g_string_append(text, names);
        g_string_append(text, places[form->reply]);
}

const char *chat_cell_get_title(ChatCell cell)
{
        static const char *const titles[] = {"form", "message", "from → to", "what it does", "answers", "meaning"};

        return titles[cell];
}

void chat_form_append_cell(const ChatForm *form, ChatCell cell, GString *text)
{
        static const char *const directions[] = {"client → server", "server → client", "peer → peer"};

        switch (cell) {
        case CHAT_CELL_FORM:
                g_string_append(text, form->name);
                break;
        case CHAT_CELL_MESSAGE:
                append_written(text, form->pattern);
                break;
        case CHAT_CELL_DIRECTION:
                g_string_append(text, directions[form->from]);
                break;
        case CHAT_CELL_LABEL:
                append_label(text, form);
                break;
        case CHAT_CELL_ANSWERS:
                append_answers(text, form);
                break;
        case CHAT_CELL_MEANING:
                g_string_append(text, chat_meaning_to_string(form->meaning));
                break;
        }
}
