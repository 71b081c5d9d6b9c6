/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests eight octets of text at a time. Nearly everything that people type is ASCII, and a few operations on a 64-bit
 * word are enough to find the exceptions.
 *
 * Each function returns a word in which the highest bit of an octet marks what the function looks for. A carry or a
 * borrow may set wrong marks above a marked octet, never below it: the lowest mark is always right, and a result of 0
 * always means that nothing was found. */
#pragma once

#include <glib.h>

#define ASCII_ONES G_GUINT64_CONSTANT(0x0101010101010101)
#define ASCII_MARKS (ASCII_ONES * 0x80)

/* Marks octets that are not printable ASCII: below 0x20, or from 0x7f on. */
static inline guint64 ascii_mark_unprintable(guint64 word)
{
        /* The sum carries into the highest bit from 0x7f on, the difference borrows from it below 0x20. */
        return (word | (word + ASCII_ONES) | (word - ASCII_ONES * 0x20)) & ASCII_MARKS;
}

/* Marks octets that hold this ASCII character. Octets that are not ASCII may be marked, too. */
static inline guint64 ascii_mark_character(guint64 word, char character)
{
        return ((word ^ ASCII_ONES * (guint8) character) - ASCII_ONES) & ASCII_MARKS;
}

/* Marks octets that are NUL, or not ASCII. */
static inline guint64 ascii_mark_no_text(guint64 word)
{
        return (word | (word - ASCII_ONES)) & ASCII_MARKS;
}
