/* SPDX-License-Identifier: GPL-2.0-or-later */
/* TCP carries octets, not lines: a line can span segments, and a segment can hold several. */
#include "analyzer/session/session-private.h"

#include <string.h>

gsize session_whole_characters(const char *octets, gsize length)
{
        /* A UTF-8 character has at most four octets; all but the first have the form 10xxxxxx. */
        for (gsize n = 1; n <= 3 && n <= length; n++) {
                const char *last = octets + length - n;

                if (((guchar) *last & 0xc0) != 0x80)
                        return g_utf8_get_char_validated(last, (gssize) n) == (gunichar) -2 ? length - n : length;
        }
        return length;
}

static void add_message(Session *session, SessionLines *self, const guint8 *octets, gsize length, gboolean line_ended)
{
        SessionMessage message = {
                .why = CHAT_PARSE_OK,
                .octets = {.start = (const char *) octets, .length = length},
                .line_ended = line_ended,
                .missing = self->missing,
                .n_segments = self->n_segments,
                .exchange = {.kind = SESSION_KIND_OTHER},
        };

        if (session->n_lines < session->max_lines) {
                session->n_lines++;
                if (!session->counting)
                        g_array_append_val(session->messages, message);
        } else {
                session->lines_beyond++;
        }
        self->missing = 0;
        self->n_segments = 0;
        self->last_frame = 0;
}

/* The line in self->line is complete. session->finished keeps its octets while the packet is processed. */
static void finish_line(Session *session, SessionLines *self, gboolean line_ended)
{
        add_message(session, self, self->line->data, self->line->len, line_ended);
        session->lines.held -= self->line->len;
        g_ptr_array_add(session->finished, g_steal_pointer(&self->line));
}

static void add_octets(Session *session, SessionLines *self, const FlowChunk *chunk)
{
        const guint8 *octets = chunk->octets;
        gsize left = chunk->length;

        while (left > 0) {
                const guint8 *end = memchr(octets, '\n', left);
                gsize length = end ? (gsize) (end - octets) + 1 : left;
                gsize room = SESSION_MAX_LINE - (self->line ? self->line->len : 0);
                gboolean full = length >= room && !(end && length == room);

                if (!end && !full && memory_budget_is_short(&session->lines)) {
                        session->lines.given_up++;
                        full = TRUE;
                }
                length = MIN(length, room);
                if (self->last_frame != chunk->frame) {
                        self->n_segments++;
                        self->last_frame = chunk->frame;
                }
                if (!self->line && (end || full)) {
                        /* The usual case: the segment holds the whole line, so nothing is copied. */
                        add_message(session, self, octets, length, !full);
                } else {
                        if (!self->line)
                                self->line = g_byte_array_sized_new((guint) length);
                        g_byte_array_append(self->line, octets, (guint) length);
                        session->lines.held += length;
                        if (end || full)
                                finish_line(session, self, !full);
                }
                octets += length;
                left -= length;
        }
}

guint64 lines_add(Session *session,
                  SessionLines *self,
                  FlowSide side,
                  const FlowChunk *chunks,
                  guint n_chunks,
                  gboolean stream_ended)
{
        guint64 gaps = 0;

        for (guint i = 0; i < n_chunks; i++) {
                if (chunks[i].side != side)
                        continue;
                if (chunks[i].is_gap) {
                        self->missing += chunks[i].length;
                        gaps += chunks[i].length;
                } else {
                        add_octets(session, self, &chunks[i]);
                }
        }
        if (stream_ended && self->line)
                finish_line(session, self, FALSE);
        return gaps;
}

void lines_clear(Session *session, SessionLines *self)
{
        session->lines.held -= self->line ? self->line->len : 0;
        g_clear_pointer(&self->line, g_byte_array_unref);
}

void lines_parse(Session *session, guint first, const ChatProtocol *protocol, ChatSender sender)
{
        gboolean tells_sides = chat_protocol_has_sender(protocol, sender);

        for (guint i = first; i < session->messages->len; i++) {
                SessionMessage *message = &g_array_index(session->messages, SessionMessage, i);
                const ChatSlice *octets = &message->octets;

                /* Usually both sides are peers: what a line means depends on who opened the connection only if the
                 * description has forms for a client or a server. */
                message->why = CHAT_PARSE_WRONG_DIRECTION;
                if (tells_sides)
                        message->why =
                                chat_protocol_parse(protocol, sender, octets->start, octets->length, &message->message);
                if (message->why != CHAT_PARSE_OK) {
                        ChatParseStatus why = chat_protocol_parse(protocol, CHAT_SENDER_PEER, octets->start,
                                                                  octets->length, &message->message);

                        if (why == CHAT_PARSE_OK || !tells_sides)
                                message->why = why;
                }
                message->form = message->why == CHAT_PARSE_OK ? message->message.form : NULL;
        }
}
