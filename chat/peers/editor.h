/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The line being typed at a terminal. readline's callback interface edits it; we draw it, in one row. */
#pragma once

#include "chat/peers/peers.h"

G_BEGIN_DECLS

/* Called with each line that was typed or pasted, without its line feed; with NULL at the end of the input, when the
 * editor has stopped. */
typedef void (*EditorLine)(const char *line, gpointer user_data);

/* Takes over the terminal. A program has one editor, because readline has one global state. Call catch_signals() first.
 */
void editor_start(EditorLine on_line, gpointer user_data);
/* Restores the terminal; what was being typed is lost. Does nothing if the editor is not running. */
void editor_stop(void);
gboolean editor_is_running(void);

void editor_set_prompt(const char *prompt);
/* The words that Tab completes, NULL-terminated; borrowed. */
void editor_set_commands(const char *const *commands);

/* Processes the keys that were pressed, but only so many at a time that a long paste does not hold up everything else.
 */
void editor_read_keys(void);
/* Does what signals have asked for since the last call: suspends and continues (Ctrl-Z, fg), draws again after the
 * window has changed its size. */
void editor_heed_signals(void);

/* editor_hide() clears the row so that something else can be printed; editor_show() draws it again, below that. */
void editor_hide(void);
void editor_show(void);
/* Prints a line as if it had been typed. */
void editor_echo(const char *line, gsize length);

G_END_DECLS
