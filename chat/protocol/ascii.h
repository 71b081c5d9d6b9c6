/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Eight octets of text at a time: nearly all that is typed is ASCII, and a word of it is told with a few operations.
 *
 * Each function marks octets of a word by their highest bit. A carry or a borrow may spoil the octets above a marked
 * one, never those below: the lowest mark is right, and so is that there is none. */
#pragma once

#include <glib.h>

#define ASCII_ONES G_GUINT64_CONSTANT(0x0101010101010101)
#define ASCII_MARKS (ASCII_ONES * 0x80)

/* What is not printable ASCII: below 0x20, or from 0x7f on. */
static inline guint64 ascii_mark_unprintable(guint64 word)
{
        /* The sum carries into the highest bit from 0x7f on, the difference borrows from it below 0x20. */
        return (word | (word + ASCII_ONES) | (word - ASCII_ONES * 0x20)) & ASCII_MARKS;
}

/* One ASCII character, and perhaps what is not ASCII. */
static inline guint64 ascii_mark_character(guint64 word, char character)
{
        return ((word ^ ASCII_ONES * (guint8) character) - ASCII_ONES) & ASCII_MARKS;
}

/* What is not ASCII, or NUL. */
static inline guint64 ascii_mark_no_text(guint64 word)
{
        return (word | (word - ASCII_ONES)) & ASCII_MARKS;
}
