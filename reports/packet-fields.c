/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reports/packet-fields.h"

#include "analyzer/decode/fields.h"
#include "reports/prose.h"

/* Lines of a segment that are fields of their own; those after them are one field. */
#define MAX_MESSAGE_FIELDS 64
/* Characters of a value. */
#define MAX_VALUE 150

typedef struct {
        const Record *record;
        const Layer *layer;
        const guint8 *octets; /* of the layer */
        GArray *fields;
} FieldList;

static void field_clear(gpointer data)
{
        g_free(((ShownField *) data)->value);
}

static void add_field(FieldList *self, const char *name, guint32 offset, guint32 length, char *value)
{
        ShownField field = {
                .layer = self->layer,
                .name = name,
                .value = value,
                .octets = self->octets + offset,
                .offset = self->layer->offset + offset,
                .length = length,
        };

        g_array_append_val(self->fields, field);
}

/* The value of a TCP field with what the conversation tells about it; NULL: nothing. */
static char *tcp_value(const Record *record, const char *name)
{
        const TcpHeader *tcp = &record->packet->tcp;
        const FlowPacket *flow = record->flow;

        if (g_str_equal(name, "sequence number"))
                return g_strdup_printf("%u (raw %u)", flow->relative_sequence, tcp->sequence);
        if (g_str_equal(name, "acknowledgement"))
                return tcp->flags & TCP_ACK ?
                               g_strdup_printf("%u (raw %u)", flow->relative_acknowledgement, tcp->acknowledgement) :
                               g_strdup("not used");
        if (g_str_equal(name, "window") && tcp->window > 0 && flow->scaled_window > tcp->window)
                return g_strdup_printf("%u (× %u)", tcp->window, flow->scaled_window / tcp->window);
        return NULL;
}

static void add_header_field(const PacketField *field, gpointer user_data)
{
        FieldList *self = user_data;
        char *value = NULL;

        if (self->layer->kind == LAYER_TCP && self->record->packet->transport == TRANSPORT_TCP && self->record->flow)
                value = tcp_value(self->record, field->name);
        add_field(self, field->name, field->offset, field->length, value ? value : g_strdup(field->value));
}

static char *wire_value(const guint8 *octets, guint32 length)
{
        g_autoptr(GString) text = g_string_new(NULL);

        if (length == 1 && *octets == ' ')
                return g_strdup("space");
        if (length == 1 && *octets == '\n')
                return g_strdup("line feed");
        if (prose_append_wire(text, (const char *) octets, length, MAX_VALUE) > MAX_VALUE)
                g_string_append_printf(text, " … %u bytes", length);
        return g_strdup(text->str);
}

static void add_text(FieldList *self, const char *name, guint32 start, guint32 end)
{
        if (end > start)
                add_field(self, name, start, end - start, wire_value(self->octets + start, end - start));
}

/* The lines of a segment, each with its line feed; the first and the last may be incomplete. */
static void add_lines(FieldList *self)
{
        guint32 at = 0, length = self->layer->length;

        for (guint n = 0; at < length && n < MAX_MESSAGE_FIELDS; n++) {
                const guint8 *feed = memchr(self->octets + at, '\n', length - at);
                guint32 end = feed ? (guint32) (feed - self->octets) : length;

                add_text(self, "text", at, end);
                if (feed)
                        add_text(self, "end of line", end, end + 1);
                at = end + (feed ? 1 : 0);
        }
        add_text(self, "more text", at, length);
}

/* A datagram's code and arguments, and what separates them. FALSE: the layer does not contain exactly the message. */
static gboolean add_arguments(FieldList *self, const SessionMessage *message)
{
        const ChatForm *form = message->form;
        guint32 at = 0, length = self->layer->length;

        if (message->octets.length != length || memcmp(message->octets.start, self->octets, length) != 0)
                return FALSE;
        if (form->code) {
                while (at < length && g_ascii_isspace(self->octets[at]))
                        at++;
                add_text(self, "separator", 0, at);
                add_text(self, "code", at, MIN(at + (guint32) strlen(form->code), length));
                at = MIN(at + (guint32) strlen(form->code), length);
        }
        for (guint i = 0; i < message->message.n_arguments; i++) {
                const ChatSlice *argument = &message->message.arguments[i];
                gboolean is_rest = form->argument_types[i] == CHAT_ARGUMENT_REST;
                const ChatSlice *shown = is_rest ? &message->message.text : argument;
                guint32 start = (guint32) (shown->start - message->octets.start);

                add_text(self, "separator", at, start);
                add_text(self, form->argument_names[i], start, start + (guint32) shown->length);
                at = start + (guint32) shown->length;
        }
        add_text(self, length - at == 1 && self->octets[at] == '\n' ? "end of line" : "rest", at, length);
        return TRUE;
}

static void add_payload(FieldList *self)
{
        const SessionPacket *told = self->record->told;

        if (told && told->protocol && self->record->packet->transport == TRANSPORT_TCP)
                add_lines(self);
        else if (!told || told->n_messages != 1 || !told->messages[0].form || !add_arguments(self, &told->messages[0]))
                add_text(self, "data", 0, self->layer->length);
}

/* Where the last layer in the frame ends. */
static guint32 end_of_layers(const Packet *packet)
{
        guint32 end = 0;

        for (guint i = 0; i < packet->n_layers; i++)
                if (packet->layers[i].depth == 0)
                        end = MAX(end, packet->layers[i].offset + packet->layers[i].length);
        return end;
}

static void add_rest(FieldList *self)
{
        const CaptureFrame *frame = self->record->packet->frame;
        guint32 end = end_of_layers(self->record->packet);
        ShownField field = {
                .name = "padding and trailer",
                .octets = frame->data + end,
                .offset = end,
                .length = frame->captured_length - end,
        };

        if (end >= frame->captured_length)
                return;
        field.value = g_strdup_printf("%u", field.length);
        g_array_append_val(self->fields, field);
}

GArray *packet_fields_new(const Record *record)
{
        const Packet *packet = record->packet;
        FieldList list = {.record = record, .fields = g_array_new(FALSE, FALSE, sizeof(ShownField))};

        g_array_set_clear_func(list.fields, field_clear);
        for (guint i = 0; i < packet->n_layers; i++) {
                list.layer = &packet->layers[i];
                list.octets = packet_get_layer_octets(packet, list.layer);
                if (list.layer->length == 0)
                        continue;
                if (list.layer->kind == LAYER_PAYLOAD)
                        add_payload(&list);
                else
                        packet_foreach_field(packet, list.layer, add_header_field, &list);
        }
        add_rest(&list);
        return list.fields;
}
