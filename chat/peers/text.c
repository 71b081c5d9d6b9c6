/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "chat/peers/peers.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

void print_octets(FILE *file, const char *octets, gsize length)
{
        const char *end = octets + length;

        while (octets < end) {
                gunichar character = *octets ? g_utf8_get_char_validated(octets, end - octets) : 0;

                /* Bidirectional controls would let a sender rearrange what is shown. */
                if (character == (gunichar) -1 || character == (gunichar) -2) {
                        fputs("\xef\xbf\xbd", file);
                        octets++;
                        continue;
                }
                if (character == '\t' || (character >= 0x20 && character != 0x7f && !(character >= 0x80 && character < 0xa0) &&
                                          !(character >= 0x202a && character <= 0x202e) &&
                                          !(character >= 0x2066 && character <= 0x2069)))
                        fwrite(octets, 1, (gsize) (g_utf8_next_char(octets) - octets), file);
                else
                        fprintf(file, character < 0x100 ? "\\x%02x" : "\\u%04x", character);
                octets = character ? g_utf8_next_char(octets) : octets + 1;
        }
}

gboolean line_input_fill(LineInput *self)
{
        guint8 buffer[4096];
        gssize n;

        if (!self->octets)
                self->octets = g_byte_array_new();
        n = read(STDIN_FILENO, buffer, sizeof buffer);
        if (n < 0)
                return errno == EINTR || errno == EAGAIN;
        self->at_end = n == 0;
        g_byte_array_append(self->octets, buffer, (guint) n);
        return TRUE;
}

GString *line_input_take(LineInput *self, gsize limit)
{
        const guint8 *data, *feed;
        GString *line;
        gsize n;

        if (!self->octets || self->octets->len == 0)
                return NULL;
        data = self->octets->data;
        feed = memchr(data, '\n', self->octets->len);
        n = feed ? (gsize) (feed - data) + 1 : self->octets->len;
        if (!feed && !self->at_end && n <= limit)
                return NULL;
        if (n > limit) {
                n = limit;
                while (n > 1 && (data[n] & 0xc0) == 0x80 && limit - n < 4)
                        n--;
        }
        line = g_string_new_len((const char *) data, (gssize) n);
        self->continued = self->unfinished;
        self->unfinished = data[n - 1] != '\n';
        g_byte_array_remove_range(self->octets, 0, (guint) n);
        return line;
}

gboolean line_input_is_at_quit(const LineInput *self)
{
        const guint8 *data, *feed;

        if (!self->octets || self->octets->len == 0 || self->unfinished)
                return FALSE;
        data = self->octets->data;
        feed = memchr(data, '\n', self->octets->len);
        if (!feed && !self->at_end)
                return FALSE;
        return is_quit((const char *) data, feed ? (gsize) (feed - data) : self->octets->len);
}

void line_input_clear(LineInput *self)
{
        g_clear_pointer(&self->octets, g_byte_array_unref);
}

gboolean is_quit(const char *line, gsize length)
{
        if (length > 0 && line[length - 1] == '\n')
                length--;
        return length == 2 && memcmp(line, ":q", 2) == 0;
}

gboolean is_good_name(const char *name)
{
        for (const char *p = name; *p; p = g_utf8_next_char(p)) {
                gunichar character = g_utf8_get_char(p);

                if (g_unichar_isspace(character) || g_unichar_iscntrl(character) ||
                    g_unichar_type(character) == G_UNICODE_FORMAT)
                        return FALSE;
        }
        return *name && strlen(name) <= PEERS_MAX_NAME;
}
