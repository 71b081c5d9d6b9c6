/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "chat/peers/console.h"

#include "chat/peers/editor.h"

#include <gio/gio.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

/* The longest line, with its line feed, that a terminal in canonical mode passes on (termios(3)). */
#define TERMINAL_LINE 4096

struct Console {
        LineInput input;
        gsize script_left; /* bytes of the script that are not taken yet; they come first in input */
        gint64 pace, next; /* of the script, in microseconds: the wait before a line, and when the next one is due */
        gboolean colours;
        guint n_unshown; /* notes dropped since the last one that was shown */
};

static void on_line(const char *line, gpointer user_data)
{
        Console *self = user_data;

        if (!line) {
                self->input.at_end = TRUE;
                return;
        }
        line_input_append(&self->input, line, strlen(line));
        line_input_append(&self->input, "\n", 1);
}

static gboolean load_script(Console *self, const char *script, GError **error)
{
        g_autofree char *text = NULL;
        gsize length;

        if (!g_file_get_contents(script, &text, &length, error))
                return FALSE;
        if (length > CONSOLE_MAX_SCRIPT) {
                g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "“%s” is too long for a script", script);
                return FALSE;
        }
        line_input_append(&self->input, text, length);
        if (length > 0 && text[length - 1] != '\n')
                line_input_append(&self->input, "\n", 1);
        self->script_left = line_input_get_length(&self->input);
        self->next = g_get_monotonic_time() + self->pace;
        return TRUE;
}

Console *console_new(const char *script, double pace, GError **error)
{
        g_autoptr(Console) self = g_new0(Console, 1);
        const char *terminal = g_getenv("TERM"), *no_colour = g_getenv("NO_COLOR");
        gboolean capable = terminal && *terminal && !g_str_equal(terminal, "dumb") && isatty(STDOUT_FILENO);

        self->pace = (gint64) (CLAMP(pace, 0, 3600) * G_USEC_PER_SEC);
        self->colours = capable && !(no_colour && *no_colour);
        if (script && !load_script(self, script, error))
                return NULL;
        if (capable && isatty(STDIN_FILENO))
                editor_start(on_line, self);
        return g_steal_pointer(&self);
}

void console_free(Console *self)
{
        if (!self)
                return;
        editor_stop();
        line_input_clear(&self->input);
        g_free(self);
}

gboolean console_is_edited(const Console *self)
{
        return editor_is_running();
}

void console_set_prompt(Console *self, const char *prompt)
{
        editor_set_prompt(prompt);
}

void console_set_commands(Console *self, const char *const *commands)
{
        editor_set_commands(commands);
}

/* What is printed between begin_output() and end_output() appears above the line being typed. */
static void begin_output(const Console *self)
{
        if (editor_is_running())
                editor_hide();
}

static void end_output(const Console *self)
{
        editor_show();
}

static gboolean wants_input(const Console *self)
{
        return !self->input.at_end && line_input_get_length(&self->input) - self->script_left < CONSOLE_MAX_WAITING;
}

static void read_input(Console *self)
{
        gsize before = line_input_get_length(&self->input);

        if (editor_is_running()) {
                editor_read_keys();
                return;
        }
        if (!line_input_fill(&self->input))
                self->input.at_end = TRUE;
        if (line_input_get_length(&self->input) - before == TERMINAL_LINE && isatty(STDIN_FILENO))
                console_say(self,
                            "The terminal passes on %d bytes of a line at most: the end of yours may be "
                            "missing.",
                            TERMINAL_LINE - 1);
}

/* Whether the script's next line is not due yet. */
static gboolean is_pausing(const Console *self)
{
        return self->script_left > 0 && g_get_monotonic_time() < self->next;
}

void console_wait(Console *self, int highest, fd_set *readable, fd_set *writable, gint64 deadline)
{
        if (wants_input(self))
                FD_SET(STDIN_FILENO, readable);
        if (is_pausing(self))
                deadline = MIN(deadline, self->next);
        wait_ready(MAX(highest, STDIN_FILENO) + 1, readable, writable, deadline);
        if (interrupted)
                editor_stop();
        editor_heed_signals();
        if (FD_ISSET(STDIN_FILENO, readable))
                read_input(self);
}

GString *console_take(Console *self, gsize limit)
{
        GString *line;

        if (is_pausing(self))
                return NULL;
        line = line_input_take(&self->input, limit);
        if (!line || self->script_left == 0)
                return line;
        /* A script's line is shown as if it had been typed. */
        if (editor_is_running()) {
                editor_echo(line->str, line->len - (line->str[line->len - 1] == '\n'));
                end_output(self);
        }
        self->script_left -= line->len;
        self->next = g_get_monotonic_time() + self->pace;
        return line;
}

const char *console_peek(const Console *self, gsize *ret_length, gboolean *ret_typed_ahead)
{
        if (is_pausing(self))
                return NULL;
        *ret_typed_ahead = self->script_left > 0 || !editor_is_running();
        return line_input_peek(&self->input, ret_length);
}

gboolean console_is_at_quit(const Console *self)
{
        return !is_pausing(self) && line_input_is_at_quit(&self->input);
}

gboolean console_is_continued(const Console *self)
{
        return self->input.continued;
}

gboolean console_is_unfinished(const Console *self)
{
        return self->input.unfinished && !self->input.at_end;
}

gboolean console_is_over(const Console *self)
{
        return self->input.at_end && line_input_get_length(&self->input) == 0;
}

void console_show(Console *self, const char *octets, gsize length)
{
        begin_output(self);
        print_octets(stdout, octets, length);
        fputc('\n', stdout);
        end_output(self);
}

void console_show_message(Console *self, const char *name, gsize name_length, const char *text, gsize text_length)
{
        /* No yellow: it can hardly be read on white. */
        static const guint colours[] = {31, 32, 34, 35, 36};
        guint hash = 0;

        for (gsize i = 0; i < name_length; i++)
                hash = hash * 31 + (guint8) name[i];
        begin_output(self);
        if (self->colours)
                printf("\033[1;%um", colours[hash % G_N_ELEMENTS(colours)]);
        print_octets(stdout, name, name_length);
        fputs(self->colours ? ">\033[0m " : "> ", stdout);
        print_octets(stdout, text, text_length);
        fputc('\n', stdout);
        end_output(self);
}

void console_say(Console *self, const char *format, ...)
{
        g_autofree char *text = NULL;
        va_list arguments;

        va_start(arguments, format);
        text = g_strdup_vprintf(format, arguments);
        va_end(arguments);
        begin_output(self);
        print_octets(stderr, text, strlen(text));
        fputc('\n', stderr);
        end_output(self);
}

void console_note(Console *self, const char *text)
{
        struct pollfd output = {.fd = STDOUT_FILENO, .events = POLLOUT};

        if (poll(&output, 1, 0) != 1 || !(output.revents & POLLOUT)) {
                self->n_unshown++;
                return;
        }
        if (self->n_unshown > 0) {
                g_autofree char *unshown =
                        g_strdup_printf("(%u lines are missing here: nobody read them.)", self->n_unshown);

                self->n_unshown = 0;
                console_show(self, unshown, strlen(unshown));
        }
        console_show(self, text, strlen(text));
}
