/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the user types and reads. At a terminal a line is edited (readline's callback interface), and what
 * arrives is shown above it, so that it stays whole; elsewhere there are plain streams. The lines of a
 * script come before those that are typed. */
#pragma once

#include "chat/peers/peers.h"

G_BEGIN_DECLS

/* While so many bytes wait to be taken, nothing more is read. */
#define CONSOLE_MAX_WAITING (128 * 1024)
#define CONSOLE_MAX_SCRIPT (1024 * 1024)

typedef struct Console Console;

/* script: a file whose lines are taken first, NULL for none; pace: seconds to wait before each of them. NULL
 * with error set where it cannot be read. There can be one console at a time, and catch_signals() comes
 * before it. */
Console *console_new(const char *script, double pace, GError **error);
/* Gives the terminal back as it was. */
void console_free(Console *console);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Console, console_free)

/* The line is edited at a terminal. */
gboolean console_is_edited(const Console *console);
/* What stands before the line being typed; only shown where it is edited. */
void console_set_prompt(Console *console, const char *prompt);
/* The words that Tab completes, NULL-terminated; borrowed. */
void console_set_commands(Console *console, const char *const *commands);

/* Waits for the descriptors that are set, the user and the time (monotonic, microseconds; G_MAXINT64: for
 * ever). highest is the highest descriptor, writable may be NULL. Reads what is typed, unless much of it
 * waits already. */
void console_wait(Console *console, int highest, fd_set *readable, fd_set *writable, gint64 deadline);

/* The next line that is due, as line_input_take() gives it; NULL while there is none. */
GString *console_take(Console *console, gsize limit);
/* The same line without taking it; NULL while there is none. *ret_typed_ahead: it was not typed just now by
 * a person who sees what happens, but comes from a script or a pipe. Not NUL-terminated. */
const char *console_peek(const Console *console, gsize *ret_length, gboolean *ret_typed_ahead);
/* Whether the next line that is due ends the chat. */
gboolean console_is_at_quit(const Console *console);
/* What was taken last is the middle or the end of a line longer than the limit; more of it follows. */
gboolean console_is_continued(const Console *console);
gboolean console_is_unfinished(const Console *console);
/* The input has ended, and all its lines are taken. */
gboolean console_is_over(const Console *console);

/* Shows a line that may hold anything from the wire, on standard output. */
void console_show(Console *console, const char *octets, gsize length);
/* Shows what somebody said: "name> text", the name in a colour of its own where the terminal has colours. */
void console_show_message(Console *console, const char *name, gsize name_length, const char *text, gsize text_length);
/* Says how the program fares, on standard error. */
void console_say(Console *console, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* As console_show(), but rather not at all than to wait for a reader that has stopped. */
void console_note(Console *console, const char *text);

G_END_DECLS
