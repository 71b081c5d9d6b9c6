/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* Reads one character before end and moves *text behind it; there is at least one octet. An octet that begins no valid
 * character is read alone, as U+FFFD. */
static inline gunichar utf8_take(const char **text, const char *end)
{
        gunichar character;

        if (**text == '\0') { /* g_utf8_get_char_validated() does not accept it */
                *text += 1;
                return 0;
        }
        character = g_utf8_get_char_validated(*text, end - *text);
        if (character == (gunichar) -1 || character == (gunichar) -2) {
                *text += 1;
                return 0xfffd;
        }
        *text = g_utf8_next_char(*text);
        return character;
}
