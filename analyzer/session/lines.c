/* SPDX-License-Identifier: GPL-2.0-or-later */
/* TCP carries octets, not lines: a line can span segments, and a segment can hold several. */
#include "analyzer/session/session-private.h"

#include <string.h>

static void add_line(Session *session, SessionLines *self, gboolean line_ended)
{
        SessionMessage message = {
                .why = CHAT_PARSE_OK,
                .octets = {.start = GSIZE_TO_POINTER(session->storage->len), .length = self->line->len},
                .line_ended = line_ended,
                .missing = self->missing,
                .n_segments = self->n_segments,
        };

        g_byte_array_append(session->storage, self->line->data, self->line->len);
        g_array_append_val(session->messages, message);
        g_byte_array_set_size(self->line, 0);
        self->missing = 0;
        self->n_segments = 0;
        self->last_frame = 0;
}

static void add_octets(Session *session, SessionLines *self, const FlowChunk *chunk)
{
        const guint8 *octets = chunk->octets;
        gsize left = chunk->length;

        while (left > 0) {
                const guint8 *end = memchr(octets, '\n', left);
                gsize length = end ? (gsize) (end - octets) + 1 : left;
                gsize room = SESSION_MAX_LINE - self->line->len;
                gboolean full = length >= room && !(end && length == room);

                length = MIN(length, room);
                g_byte_array_append(self->line, octets, (guint) length);
                if (self->last_frame != chunk->frame) {
                        self->n_segments++;
                        self->last_frame = chunk->frame;
                }
                octets += length;
                left -= length;
                if (full || (end && octets == end + 1))
                        add_line(session, self, !full);
        }
}

/* Slices were kept as offsets while the storage could still move. */
static void finish_messages(Session *session, const ChatProtocol *protocol, ChatSender sender)
{
        for (guint i = 0; i < session->messages->len; i++) {
                SessionMessage *message = &g_array_index(session->messages, SessionMessage, i);

                message->octets.start = (const char *) session->storage->data + GPOINTER_TO_SIZE(message->octets.start);
                message->why = chat_protocol_parse(protocol, sender, message->octets.start, message->octets.length,
                                                   &message->message);
                /* Most often both sides are peers: what a line means does not depend on who opened the connection,
                 * unless the description says that it does. */
                if (message->why != CHAT_PARSE_OK &&
                    chat_protocol_parse(protocol, CHAT_SENDER_PEER, message->octets.start, message->octets.length,
                                        &message->message) == CHAT_PARSE_OK)
                        message->why = CHAT_PARSE_OK;
                message->form = message->why == CHAT_PARSE_OK ? message->message.form : NULL;
        }
}

void lines_add(Session *session,
               SessionLines *self,
               const ChatProtocol *protocol,
               const FlowChunk *chunks,
               guint n_chunks,
               gboolean stream_ended,
               SessionPacket *told)
{
        if (!self->line)
                self->line = g_byte_array_new();
        for (guint i = 0; i < n_chunks; i++) {
                if (chunks[i].is_gap)
                        self->missing += chunks[i].length;
                else
                        add_octets(session, self, &chunks[i]);
        }
        if (stream_ended && !self->ended) {
                self->ended = TRUE;
                if (self->line->len > 0)
                        add_line(session, self, FALSE);
        }
        finish_messages(session, protocol, told->sender);
        told->pending = self->line->len;
        told->pending_text = (ChatSlice){(const char *) self->line->data, self->line->len};
}
