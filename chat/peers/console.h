/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the user types and reads. At a terminal the user edits a line (readline's callback interface), and received
 * text appears above it; otherwise standard input and output are plain streams. The lines of a script come before those
 * that are typed. */
#pragma once

#include "chat/peers/peers.h"

G_BEGIN_DECLS

/* While this many bytes wait to be taken, nothing more is read. */
#define CONSOLE_MAX_WAITING (128 * 1024)
/* The longest script, in bytes. */
#define CONSOLE_MAX_SCRIPT (1024 * 1024)

typedef struct Console Console;

/* script: a file whose lines are taken first, NULL for none; pace: seconds to wait before each of them. Returns NULL
 * with error set if the script cannot be read. There can be only one console at a time. Call catch_signals() first. */
Console *console_new(const char *script, double pace, GError **error);
/* Restores the terminal. */
void console_free(Console *console);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Console, console_free)

/* Whether the user edits a line at a terminal. */
gboolean console_is_edited(const Console *console);
/* Sets what stands before the line being typed; it is only shown if the user edits a line. */
void console_set_prompt(Console *console, const char *prompt);
/* The words that Tab completes, NULL-terminated; borrowed. */
void console_set_commands(Console *console, const char *const *commands);

/* Waits until a descriptor of the sets is ready, the user types, a line of the script is due, or the deadline is
 * reached (monotonic, microseconds; G_MAXINT64: for ever). Afterwards the sets hold the descriptors that are ready.
 * highest is the highest descriptor, writable may be NULL. Reads what was typed, unless CONSOLE_MAX_WAITING bytes wait
 * already. */
void console_wait(Console *console, int highest, fd_set *readable, fd_set *writable, gint64 deadline);

/* The next line that is due, as line_input_take() returns it; NULL while there is none. */
GString *console_take(Console *console, gsize limit);
/* The same line without taking it, not NUL-terminated; NULL while there is none. ret_typed_ahead: whether it comes from
 * a script or a pipe, and not from a person who has seen the answers to earlier lines. */
const char *console_peek(const Console *console, gsize *ret_length, gboolean *ret_typed_ahead);
/* Whether the next line that is due ends the chat. */
gboolean console_is_at_quit(const Console *console);
/* Of a line longer than the limit of console_take(): whether what was taken last is not its beginning, and whether more
 * of it follows. */
gboolean console_is_continued(const Console *console);
gboolean console_is_unfinished(const Console *console);
/* Whether the input has ended and all its lines are taken. */
gboolean console_is_over(const Console *console);

/* Shows a line that may hold anything from the wire, on standard output. */
void console_show(Console *console, const char *octets, gsize length);
/* Shows what somebody said: "name> text", each name in its own colour if the terminal has colours. */
void console_show_message(Console *console, const char *name, gsize name_length, const char *text, gsize text_length);
/* Prints a message of the program itself, on standard error. */
void console_say(Console *console, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* Like console_show(), but drops the line if whoever reads standard output has stopped reading, instead of waiting. */
void console_note(Console *console, const char *text);

G_END_DECLS
