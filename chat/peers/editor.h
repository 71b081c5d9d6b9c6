/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The line that is being typed at a terminal: edited by readline's callback interface, drawn by ourselves in
 * one row. */
#pragma once

#include "chat/peers/peers.h"

G_BEGIN_DECLS

/* A line that was typed or pasted, without its line feed; NULL: the end of the input, after which the editor
 * has stopped. */
typedef void (*EditorLine)(const char *line, gpointer user_data);

/* Takes over the terminal. There is one in a program, as readline has one state. After catch_signals(). */
void editor_start(EditorLine on_line, gpointer user_data);
/* Gives the terminal back; what was being typed is gone. May be called again, and without editor_start(). */
void editor_stop(void);
gboolean editor_is_running(void);

void editor_set_prompt(const char *prompt);
/* The words that Tab completes, NULL-terminated; borrowed. */
void editor_set_commands(const char *const *commands);

/* Takes the keys that are there, unless there are very many. */
void editor_read_keys(void);
/* Does what signals have asked for meanwhile: stops and goes on (Ctrl-Z, fg), draws anew after a change of
 * size. */
void editor_heed_signals(void);

/* Clears the row for something else to be printed, and draws it again below that. */
void editor_hide(void);
void editor_show(void);
/* Leaves a line behind as if it had been typed. */
void editor_echo(const char *line, gsize length);

G_END_DECLS
