/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "chat/peers/console.h"

#include <errno.h>
#include <gio/gio.h>
#include <poll.h>
#include <readline/history.h>
#include <readline/readline.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define MAX_HISTORY 500
/* Keys taken in one go, so that a long paste does not keep what arrives waiting. */
#define MAX_KEYS 256
/* What a terminal that edits lines itself passes on of one, with its line feed (termios(3)). */
#define TERMINAL_LINE 4096

struct Console {
        LineInput input;
        gsize script_left; /* bytes of the script that are not taken yet: they are the first of input */
        gint64 pace, next; /* of the script, in microseconds; when its next line is due */
        char *prompt;
        const char *const *commands;
        gboolean editing;
        gboolean colours;
        guint n_unshown; /* notes that nobody could read */
};

/* readline has one state for the whole program, and its functions take no data of ours. */
static Console *edited;
static volatile sig_atomic_t resized, suspended, continued;

static void on_resized(int number)
{
        resized = 1;
}

static void on_suspended(int number)
{
        suspended = 1;
}

static void on_continued(int number)
{
        continued = 1;
}

/* Columns that a character takes up, drawn as draw() does. */
static guint get_columns(gunichar character)
{
        if (g_unichar_iscntrl(character))
                return 2;
        return g_unichar_iszerowidth(character) ? 0 : g_unichar_iswide(character) ? 2 : 1;
}

static void draw(const char *text, const char *end)
{
        for (; text < end; text = g_utf8_next_char(text)) {
                gunichar character = g_utf8_get_char(text);

                if (character < 0x20)
                        printf("^%c", (int) character + '@');
                else if (g_unichar_iscntrl(character))
                        fputs("^?", stdout);
                else
                        fwrite(text, 1, (gsize) (g_utf8_next_char(text) - text), stdout);
        }
}

static guint get_width(const char *text, const char *end)
{
        guint width = 0;

        for (; text < end; text = g_utf8_next_char(text))
                width += get_columns(g_utf8_get_char(text));
        return width;
}

static guint get_screen_width(void)
{
        struct winsize size;

        return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

/* Draws the part of the line around the cursor in one row, whatever the line's length. readline would let it wrap; but
 * terminals wrap anew when they are resized, some before they say so, and clearing rows that the line no longer takes up
 * would clear what was received. */
static void redraw(void)
{
        guint screen = get_screen_width(), prompt, room, cursor = 0, after;
        g_autofree char *line = g_utf8_make_valid(rl_line_buffer, rl_end);
        g_autofree char *before = g_utf8_make_valid(rl_line_buffer, rl_point);
        const char *start = line, *point, *end;

        prompt = get_width(rl_display_prompt, rl_display_prompt + strlen(rl_display_prompt));
        room = screen > prompt + 1 ? screen - prompt - 1 : 1;
        point = line + MIN(strlen(before), strlen(line));
        /* Not more than fits before the cursor, and then as much as fits behind it. */
        for (const char *p = point; p > line; start = p) {
                const char *previous = g_utf8_prev_char(p);
                guint columns = get_columns(g_utf8_get_char(previous));

                if (cursor + columns > room)
                        break;
                cursor += columns;
                p = previous;
        }
        if (point == line)
                start = line;
        after = cursor;
        for (end = point; *end; end = g_utf8_next_char(end)) {
                after += get_columns(g_utf8_get_char(end));
                if (after > room)
                        break;
        }
        fputs("\r\033[K", stdout);
        if (screen > prompt + 1)
                fputs(rl_display_prompt, stdout);
        draw(start, end);
        printf("\r\033[%uC", (screen > prompt + 1 ? prompt : 0) + cursor);
        fflush(stdout);
}

/* Gives the terminal back; what was being typed is gone. */
static void stop_editing(Console *self)
{
        if (!self->editing)
                return;
        self->editing = FALSE;
        fputs("\r\033[K", stdout);
        rl_callback_handler_remove();
        fflush(stdout);
}

/* Leaves a line in place of the row being edited, as it was typed: readline takes that row for an empty one. */
static void echo_line(const Console *self, const char *line, gsize length)
{
        fputs("\r\033[K", stdout);
        fputs(self->prompt, stdout);
        print_octets(stdout, line, length);
        fputc('\n', stdout);
        fflush(stdout);
}

static void on_line(char *line)
{
        g_auto(GStrv) lines = NULL;

        if (!line) {
                edited->input.at_end = TRUE;
                stop_editing(edited);
                return;
        }
        /* A pasted text may hold several. Of a line that did not fit into its row, now all of it is shown. */
        lines = g_strsplit(line, "\n", -1);
        free(line);
        for (guint i = 0; lines[i]; i++) {
                gsize length = strlen(lines[i]);

                if (length > 0)
                        add_history(lines[i]);
                echo_line(edited, lines[i], length);
                line_input_append(&edited->input, lines[i], length);
                line_input_append(&edited->input, "\n", 1);
        }
}

/* Reads a byte. Signals come in while it is awaited: a paste that never ends can be interrupted. */
static int read_key(FILE *stream)
{
        for (;;) {
                guint8 key;
                fd_set readable;
                gssize n;

                FD_ZERO(&readable);
                FD_SET(fileno(stream), &readable);
                if (wait_ready(fileno(stream) + 1, &readable, NULL, G_MAXINT64) < 0) {
                        if (errno != EINTR || interrupted)
                                return EOF;
                        continue;
                }
                n = read(fileno(stream), &key, 1);
                if (n == 1)
                        return key;
                if (n == 0 || (errno != EINTR && errno != EAGAIN))
                        return EOF;
        }
}

static char *next_completion(const char *text, int state)
{
        static guint i;

        if (state == 0)
                i = 0;
        while (edited->commands && edited->commands[i]) {
                const char *command = edited->commands[i++];

                if (g_str_has_prefix(command, text))
                        return strdup(command);
        }
        return NULL;
}

static char **complete(const char *text, int start, int end)
{
        rl_attempted_completion_over = 1;
        return start == 0 ? rl_completion_matches(text, next_completion) : NULL;
}

/* Completes commands alone: in a message, and so in a text that is pasted, a tab is a tab. */
static int on_tab(int count, int key)
{
        if (*rl_line_buffer != '$' || (gsize) rl_point > strcspn(rl_line_buffer, " \t"))
                return rl_insert(count, key);
        return rl_complete(count, key);
}

static void start_editing(Console *self)
{
        edited = self;
        rl_readline_name = "chatsniff";
        rl_instream = stdin;
        rl_outstream = stdout;
        rl_catch_signals = 0;
        rl_catch_sigwinch = 0;
        rl_getc_function = read_key;
        rl_redisplay_function = redraw;
        rl_attempted_completion_function = complete;
        rl_completer_word_break_characters = (char *) " \t";
        rl_initialize();
        rl_bind_key('\t', on_tab);
        using_history();
        stifle_history(MAX_HISTORY);
        catch_signal(SIGWINCH, on_resized, 0);
        catch_signal(SIGTSTP, on_suspended, 0);
        catch_signal(SIGCONT, on_continued, 0);
        rl_callback_handler_install(self->prompt, on_line);
        self->editing = TRUE;
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

        self->prompt = g_strdup("");
        self->pace = (gint64) (CLAMP(pace, 0, 3600) * G_USEC_PER_SEC);
        self->colours = capable && !(no_colour && *no_colour);
        if (script && !load_script(self, script, error))
                return NULL;
        if (capable && isatty(STDIN_FILENO))
                start_editing(self);
        return g_steal_pointer(&self);
}

void console_free(Console *self)
{
        if (!self)
                return;
        stop_editing(self);
        if (edited == self)
                edited = NULL;
        line_input_clear(&self->input);
        g_free(self->prompt);
        g_free(self);
}

gboolean console_is_edited(const Console *self)
{
        return self->editing;
}

void console_set_commands(Console *self, const char *const *commands)
{
        self->commands = commands;
}

/* Between the two, whatever is printed stands above the line being typed. */
static void begin_output(const Console *self)
{
        if (self->editing) {
                fputs("\r\033[K", stdout);
                fflush(stdout);
        }
}

static void end_output(const Console *self)
{
        fflush(stdout);
        if (self->editing)
                redraw();
}

void console_set_prompt(Console *self, const char *prompt)
{
        if (g_str_equal(self->prompt, prompt))
                return;
        begin_output(self);
        g_free(self->prompt);
        self->prompt = g_strdup(prompt);
        if (self->editing)
                rl_set_prompt(self->prompt);
        end_output(self);
}

/* Stops, as Ctrl-Z asks for, with the terminal as the shell wants it. */
static void suspend(void)
{
        rl_deprep_terminal();
        raise(SIGSTOP);
        rl_prep_terminal(1);
}

static void heed_signals(Console *self)
{
        if (interrupted)
                stop_editing(self);
        if (!self->editing)
                return;
        if (suspended) {
                suspended = 0;
                suspend();
                continued = 1;
        }
        if (continued || resized) {
                continued = resized = 0;
                rl_reset_screen_size();
                redraw();
        }
}

static gboolean is_key_waiting(void)
{
        struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};

        return poll(&input, 1, 0) > 0;
}

static gboolean wants_input(const Console *self)
{
        return !self->input.at_end && line_input_get_length(&self->input) - self->script_left < CONSOLE_MAX_WAITING;
}

static void read_input(Console *self)
{
        gsize before = line_input_get_length(&self->input);

        if (self->editing) {
                for (guint i = 0; i < MAX_KEYS && self->editing && !interrupted && wants_input(self) && is_key_waiting(); i++)
                        rl_callback_read_char();
                return;
        }
        if (!line_input_fill(&self->input))
                self->input.at_end = TRUE;
        if (line_input_get_length(&self->input) - before == TERMINAL_LINE && isatty(STDIN_FILENO))
                console_say(self, "The terminal passes on %d bytes of a line at most: the end of yours may be missing.",
                            TERMINAL_LINE - 1);
}

/* A script's next line is not due yet. */
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
        heed_signals(self);
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
        /* What a script says is seen as if it were typed. */
        if (self->editing) {
                echo_line(self, line->str, line->len - (line->str[line->len - 1] == '\n'));
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
        *ret_typed_ahead = self->script_left > 0 || !self->editing;
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
        /* Without yellow, which can hardly be read on white. */
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
                g_autofree char *unshown = g_strdup_printf("(%u lines are missing here: nobody read them.)", self->n_unshown);

                self->n_unshown = 0;
                console_show(self, unshown, strlen(unshown));
        }
        console_show(self, text, strlen(text));
}
