/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A packet's bytes: the dump, and below it a line for each layer, in which the name and value of every field stand
 * under its bytes. */
#include "reports/packet-bytes.h"

#include "reports/markup.h"
#include "reports/packet-fields.h"

/* Octets: of a dump, beyond which the rest is only counted; of a field; in a row of the dump. */
#define MAX_DUMP 1024
#define MAX_FIELD 32
#define ROW 16

static const char *tint(const ShownField *field)
{
        static const char *const classes[] = {
                [LAYER_GROUP_LINK] = "l1",
                [LAYER_GROUP_NETWORK] = "l2",
                [LAYER_GROUP_TRANSPORT] = "l3",
                [LAYER_GROUP_DATA] = "l4",
        };

        return field->layer ? classes[layer_get_group(field->layer->kind)] : "l0";
}

/* The index of the field that an octet of the frame belongs to; G_MAXUINT: none. Of fields that overlap, the last. */
static guint field_at(const GArray *fields, guint32 offset)
{
        for (guint i = fields->len; i-- > 0;) {
                const ShownField *field = &g_array_index(fields, ShownField, i);

                if ((!field->layer || field->layer->depth == 0) && offset >= field->offset &&
                    offset < field->offset + field->length)
                        return i;
        }
        return G_MAXUINT;
}

static void begin_run(xmlTextWriterPtr xml, const GArray *fields, guint index)
{
        markup_open(xml, "i", index == G_MAXUINT ? "l0" : tint(&g_array_index(fields, ShownField, index)));
        if (index != G_MAXUINT)
                markup_attributef(xml, "data-f", "%u", index);
}

/* One row of the dump: its octets in hexadecimal, or their characters. Consecutive octets of a field form one element.
 */
static void
write_runs(xmlTextWriterPtr xml, const GArray *fields, const CaptureFrame *frame, guint32 start, gboolean as_hex)
{
        guint32 end = MIN(MIN(start + ROW, frame->captured_length), MAX_DUMP);

        for (guint32 at = start; at < end;) {
                guint index = field_at(fields, at);
                g_autoptr(GString) run = g_string_new(NULL);

                while (at < end && field_at(fields, at) == index) {
                        guint8 octet = frame->data[at++];

                        if (as_hex)
                                g_string_append_printf(run, "%s%02x", run->len > 0 ? " " : "", octet);
                        else
                                g_string_append_c(run, octet >= 0x20 && octet < 0x7f ? (char) octet : '\x01');
                }
                if (!as_hex) { /* a middle dot stands for what cannot be printed; unlike a full stop it is not in the
                                  packet */
                        g_auto(GStrv) parts = g_strsplit(run->str, "\x01", -1);
                        g_autofree char *text = g_strjoinv("·", parts);

                        g_string_assign(run, text);
                }
                if (as_hex && at < end)
                        g_string_append_c(run, ' ');
                begin_run(xml, fields, index);
                markup_text(xml, run->str);
                markup_close(xml);
        }
}

static void write_dump(xmlTextWriterPtr xml, const GArray *fields, const CaptureFrame *frame)
{
        guint32 shown = MIN(frame->captured_length, MAX_DUMP);

        markup_open(xml, "div", "dump");
        for (guint32 at = 0; at < shown; at += ROW) {
                markup_open(xml, "div", NULL);
                markup_open(xml, "span", "at");
                markup_textf(xml, "%04x", at);
                markup_close(xml);
                markup_open(xml, "span", "hex");
                write_runs(xml, fields, frame, at, TRUE);
                markup_close(xml);
                markup_open(xml, "span", "ascii");
                write_runs(xml, fields, frame, at, FALSE);
                markup_close(xml);
                markup_close(xml);
        }
        if (frame->captured_length > shown) {
                markup_open(xml, "p", "note");
                guint32 rest = frame->captured_length - shown;

                markup_textf(xml,
                             rest == 1 ? "%u more byte; Wireshark shows it: frame.number == %" G_GUINT64_FORMAT :
                                         "%u more bytes; Wireshark shows them: frame.number == %" G_GUINT64_FORMAT,
                             rest, frame->number);
                markup_close(xml);
        }
        if (frame->original_length > frame->captured_length) {
                markup_open(xml, "p", "note");
                guint32 missing = frame->original_length - frame->captured_length;

                markup_textf(xml, missing == 1 ? "%u byte was not captured." : "%u bytes were not captured.", missing);
                markup_close(xml);
        }
        markup_close(xml);
}

static void write_field(xmlTextWriterPtr xml, const ShownField *field, guint index)
{
        g_autoptr(GString) octets = g_string_new(NULL);

        for (guint32 i = 0; i < MIN(field->length, MAX_FIELD); i++)
                g_string_append_printf(octets, "%s%02x", i > 0 ? " " : "", field->octets[i]);
        if (field->length > MAX_FIELD)
                g_string_append(octets, " …");
        markup_open(xml, "div", "field");
        markup_attributef(xml, "data-f", "%u", index);
        markup_element(xml, "code", tint(field), octets->str);
        markup_element(xml, "span", "name", field->name);
        markup_element(xml, "bdi", "value", field->value);
        markup_close(xml);
}

/* Opens the line of a layer: its name and where its bytes are. index: that of its first field. */
static void begin_layer(xmlTextWriterPtr xml, const GArray *fields, guint index)
{
        const ShownField *first = &g_array_index(fields, ShownField, index);
        const Layer *layer = first->layer;
        guint32 length = layer ? layer->length : first->length;

        markup_open(xml, "div", "layer");
        markup_open(xml, "p", NULL);
        markup_element(xml, "b", NULL,
                       !layer                        ? "Rest" :
                       layer->kind == LAYER_PAYLOAD  ? "Data" :
                       layer->kind == LAYER_ETHERNET ? "Ethernet" :
                                                       layer_kind_to_string(layer->kind));
        markup_text(xml, " ");
        markup_open(xml, "span", NULL);
        markup_textf(xml, "%u byte%s, ", length, length == 1 ? "" : "s");
        if (length > 1)
                markup_textf(xml, "%u–%u", first->offset, first->offset + length - 1);
        else
                markup_textf(xml, "%u", first->offset);
        if (layer && layer->depth > 0)
                markup_text(xml, " of the whole datagram");
        markup_close(xml);
        markup_close(xml);
        markup_open(xml, "div", "fields");
}

void packet_bytes_write(xmlTextWriterPtr xml, const Record *record)
{
        g_autoptr(GArray) fields = packet_fields_new(record);
        const Layer *open = NULL;

        write_dump(xml, fields, record->packet->frame);
        markup_open(xml, "div", "layers");
        for (guint i = 0; i < fields->len; i++) {
                const ShownField *field = &g_array_index(fields, ShownField, i);

                if (i == 0 || field->layer != open) {
                        if (i > 0) {
                                markup_close(xml);
                                markup_close(xml);
                        }
                        begin_layer(xml, fields, i);
                        open = field->layer;
                }
                write_field(xml, field, i);
        }
        if (fields->len > 0) {
                markup_close(xml);
                markup_close(xml);
        }
        markup_close(xml);
}
