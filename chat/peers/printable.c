/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "chat/peers/peers.h"
#include "chat/protocol/utf8.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

void print_octets(FILE *file, const char *octets, gsize length)
{
        const char *end = octets + length;

        while (octets < end) {
                const char *start = octets;
                gunichar character = utf8_take(&octets, end);

                if (character == 0xfffd)
                        fputs("\xef\xbf\xbd", file);
                /* Bidirectional controls would let a sender rearrange what is shown. */
                else if (character == '\t' ||
                         (character >= 0x20 && character != 0x7f && !(character >= 0x80 && character < 0xa0) &&
                          !(character >= 0x202a && character <= 0x202e) &&
                          !(character >= 0x2066 && character <= 0x2069)))
                        fwrite(start, 1, (gsize) (octets - start), file);
                else
                        fprintf(file, character < 0x100 ? "\\x%02x" : "\\u%04x", character);
        }
}

GString *make_valid_utf8(const char *octets, gsize length)
{
        GString *text = g_string_sized_new(length);
        const char *end = octets + length;

        while (octets < end) {
                const char *valid_end;

                g_utf8_validate(octets, end - octets, &valid_end);
                g_string_append_len(text, octets, valid_end - octets);
                octets = valid_end;
                if (octets == end)
                        break;
                /* NUL is valid UTF-8, but GLib stops at it. */
                if (*octets == '\0')
                        g_string_append_c(text, '\0');
                else
                        g_string_append(text, "\xef\xbf\xbd");
                octets++;
        }
        return text;
}

void line_input_append(LineInput *self, const char *octets, gsize length)
{
        if (!self->octets)
                self->octets = g_byte_array_new();
        /* Removes what was taken only when it is more than half, so that many short lines do not cause many moves. */
        if (self->start > self->octets->len / 2) {
                g_byte_array_remove_range(self->octets, 0, (guint) self->start);
                self->start = 0;
        }
        g_byte_array_append(self->octets, (const guint8 *) octets, (guint) length);
}

gboolean line_input_fill(LineInput *self)
{
        char buffer[4096];
        gssize n = read(STDIN_FILENO, buffer, sizeof buffer);

        if (n < 0)
                return errno == EINTR || errno == EAGAIN;
        self->at_end = n == 0;
        line_input_append(self, buffer, (gsize) n);
        return TRUE;
}

gsize line_input_get_length(const LineInput *self)
{
        return self->octets ? self->octets->len - self->start : 0;
}

const char *line_input_peek(const LineInput *self, gsize *ret_length)
{
        gsize length = line_input_get_length(self);
        const char *data = length > 0 ? (const char *) self->octets->data + self->start : NULL;
        const char *feed = length > 0 ? memchr(data, '\n', length) : NULL;

        if (!feed && !self->at_end)
                return NULL;
        *ret_length = feed ? (gsize) (feed - data) : length;
        return data;
}

GString *line_input_take(LineInput *self, gsize limit)
{
        gsize waiting = line_input_get_length(self), n;
        const char *data, *feed;

        if (waiting == 0)
                return NULL;
        data = (const char *) self->octets->data + self->start;
        feed = memchr(data, '\n', waiting);
        n = feed ? (gsize) (feed - data) + 1 : waiting;
        if (!feed && !self->at_end && n <= limit)
                return NULL;
        if (n > limit) {
                n = limit;
                while (n > 1 && (data[n] & 0xc0) == 0x80 && limit - n < 4)
                        n--;
        }
        self->continued = self->unfinished;
        self->unfinished = data[n - 1] != '\n';
        self->start += n;
        return g_string_new_len(data, (gssize) n);
}

gboolean line_input_is_at_quit(const LineInput *self)
{
        gsize length;
        const char *line = self->unfinished ? NULL : line_input_peek(self, &length);

        return line && is_quit(line, length);
}

void line_input_clear(LineInput *self)
{
        g_clear_pointer(&self->octets, g_byte_array_unref);
}

gboolean is_quit(const char *line, gsize length)
{
        while (length > 0 && g_ascii_isspace(line[length - 1]))
                length--;
        for (; length > 0 && g_ascii_isspace(*line); length--)
                line++;
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
