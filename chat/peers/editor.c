/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "chat/peers/editor.h"

#include <errno.h>
#include <poll.h>
#include <readline/history.h>
#include <readline/readline.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define MAX_HISTORY 500
/* Keys taken in one go: a long paste must not delay what arrives. */
#define MAX_KEYS 256
#define CLEAR_ROW "\r\033[K"

/* readline has one state for the whole program, and its functions take no data of ours. */
static struct {
        gboolean running;
        gboolean reading; /* within editor_read_keys(): readline asks to redraw the row after each key */
        EditorLine on_line;
        gpointer user_data;
        char *prompt;
        const char *const *commands;
} editor;

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

/* How many columns a character occupies as draw() draws it. */
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

/* Draws the part of the line around the cursor in one row, however long the line is. readline would wrap it instead.
 * But a terminal wraps its lines again when it is resized, sometimes before the program learns of it; readline would
 * then clear rows that no longer belong to the line but to received text. */
static void draw_row(void)
{
        g_autofree char *prompt = g_utf8_make_valid(rl_display_prompt, -1);
        g_autofree char *line = g_utf8_make_valid(rl_line_buffer, rl_end);
        g_autofree char *before = g_utf8_make_valid(rl_line_buffer, rl_point);
        const char *point = line + MIN(strlen(before), strlen(line)), *start = point, *end = point;
        guint screen = get_screen_width(), prompt_width = get_width(prompt, prompt + strlen(prompt)), room, cursor = 0,
              width;

        if (prompt_width + 1 >= screen)
                prompt_width = *prompt = 0;
        room = MAX(screen - prompt_width, 2) - 1;
        /* First as much as fits before the cursor, then as much as fits after it. */
        while (start > line) {
                const char *previous = g_utf8_prev_char(start);
                guint columns = get_columns(g_utf8_get_char(previous));

                if (cursor + columns > room)
                        break;
                cursor += columns;
                start = previous;
        }
        for (width = cursor; *end; end = g_utf8_next_char(end)) {
                width += get_columns(g_utf8_get_char(end));
                if (width > room)
                        break;
        }
        fputs(CLEAR_ROW, stdout);
        draw(prompt, prompt + strlen(prompt));
        draw(start, end);
        fputc('\r', stdout);
        if (prompt_width + cursor > 0)
                printf("\033[%uC", prompt_width + cursor);
        fflush(stdout);
}

static gboolean is_key_waiting(void)
{
        struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};

        return poll(&input, 1, 0) > 0;
}

/* Draws the row, unless more of a paste is waiting: then the row is about to change again. */
static void redraw(void)
{
        if (!editor.reading || !is_key_waiting())
                draw_row();
}

void editor_stop(void)
{
        if (!editor.running)
                return;
        editor.running = FALSE;
        editor_hide();
        rl_callback_handler_remove();
        g_clear_pointer(&editor.prompt, g_free);
        fflush(stdout);
}

gboolean editor_is_running(void)
{
        return editor.running;
}

void editor_hide(void)
{
        fputs(CLEAR_ROW, stdout);
        fflush(stdout);
}

void editor_show(void)
{
        fflush(stdout);
        if (editor.running)
                draw_row();
}

/* Replaces the row being edited with a finished line. */
void editor_echo(const char *line, gsize length)
{
        fputs(CLEAR_ROW, stdout);
        print_octets(stdout, editor.prompt, strlen(editor.prompt));
        print_octets(stdout, line, length);
        fputc('\n', stdout);
        fflush(stdout);
}

static void on_line(char *text)
{
        if (!text) {
                editor_stop();
                editor.on_line(NULL, editor.user_data);
                return;
        }
        /* A pasted text may hold several lines. Each is now shown in full, even if it did not fit into the row. */
        for (char *line = text, *next; line; line = next) {
                next = strchr(line, '\n');
                if (next)
                        *next++ = '\0';
                if (*line)
                        add_history(line);
                editor_echo(line, strlen(line));
                editor.on_line(line, editor.user_data);
        }
        free(text);
}

/* Reads a byte for readline. wait_ready() lets signals in, so that even a paste that never ends can be interrupted. */
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
        while (editor.commands && editor.commands[i]) {
                const char *command = editor.commands[i++];

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

/* Completes commands only. In a message, and therefore in a pasted text, a tab is a character like any other. */
static int on_tab(int count, int key)
{
        if (*rl_line_buffer != '$' || (gsize) rl_point > strcspn(rl_line_buffer, " \t"))
                return rl_insert(count, key);
        return rl_complete(count, key);
}

void editor_start(EditorLine on_typed, gpointer user_data)
{
        editor.running = TRUE;
        editor.on_line = on_typed;
        editor.user_data = user_data;
        editor.prompt = g_strdup("");
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
        rl_callback_handler_install(editor.prompt, on_line);
}

void editor_set_commands(const char *const *commands)
{
        editor.commands = commands;
}

void editor_set_prompt(const char *prompt)
{
        if (!editor.running || g_str_equal(editor.prompt, prompt))
                return;
        g_free(editor.prompt);
        editor.prompt = g_strdup(prompt);
        rl_set_prompt(editor.prompt);
        redraw();
}

void editor_read_keys(void)
{
        editor.reading = TRUE;
        for (guint i = 0; i < MAX_KEYS && editor.running && !interrupted && is_key_waiting(); i++)
                rl_callback_read_char();
        editor.reading = FALSE;
}

/* Stops the process until SIGCONT; meanwhile the terminal is as the shell wants it. */
static void suspend(void)
{
        rl_deprep_terminal();
        raise(SIGSTOP);
        rl_prep_terminal(1);
}

void editor_heed_signals(void)
{
        if (!editor.running)
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
