/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lab sheet's fourth question: what all the packets have in common, and how they differ. */
#include "reports/prose.h"
#include "reports/sections.h"

/* The most values that are listed. */
#define MAX_HOP_LIMITS 8

static const SummaryFeatures *get_features(const Summary *summary, guint i)
{
        return &g_array_index(summary->features, SummaryFeatures, i);
}

static void begin_fact(Document *document, const char *title, RowStyle style)
{
        document_begin_row(document, style);
        document_text_cell(document, title);
        document_begin_cell(document, 1);
}

static void end_fact(Document *document)
{
        document_end_cell(document);
        document_end_row(document);
}

static void write_link_layers(Document *document, const Summary *summary)
{
        guint64 kinds = 0;
        guint n = 0;

        for (guint i = 0; i < summary->features->len; i++)
                kinds |= get_features(summary, i)->link_layers;
        begin_fact(document, "link layer", ROW_PLAIN);
        for (guint kind = 0; kind < LAYER_PAYLOAD; kind++)
                if ((kinds >> kind) & 1)
                        document_printf(document, TEXT_PLAIN, "%s%s", n++ > 0 ? ", " : "", layer_kind_to_string(kind));
        if (n == 1)
                document_text(document, TEXT_PLAIN, " in every packet");
        end_fact(document);
}

static void write_families(Document *document, const Summary *summary)
{
        guint64 n[2] = {0};
        g_autoptr(GString) text = g_string_new(NULL);

        for (guint i = 0; i < summary->features->len; i++)
                for (guint family = 0; family < 2; family++)
                        n[family] += get_features(summary, i)->families[family];
        begin_fact(document, "network layer", ROW_PLAIN);
        if (n[0] > 0 && n[1] > 0) {
                g_string_append(text, "IPv4 in ");
                prose_append_number(text, n[0]);
                g_string_append(text, ", IPv6 in ");
                prose_append_number(text, n[1]);
                g_string_append(text, " packets");
        } else {
                g_string_append_printf(text, "%s in every packet", n[0] > 0 ? "IPv4" : "IPv6");
        }
        document_text(document, TEXT_PLAIN, text->str);
        end_fact(document);
}

static void write_addresses(Document *document, const Summary *summary)
{
        guint n = summary->hosts->len;

        begin_fact(document, "addresses", ROW_PLAIN);
        for (guint i = 0; i < MIN(n, 4); i++) {
                const SummaryHost *host = g_ptr_array_index(summary->hosts, i);
                char text[IP_ADDRESS_STRING_SIZE];

                document_text(document, TEXT_PLAIN, i > 0 ? ", " : "");
                document_text(document, TEXT_CODE, ip_address_to_string(&host->address, text));
        }
        if (n > 4)
                document_printf(document, TEXT_PLAIN, " and %u more", n - 4);
        document_text(document, TEXT_PLAIN, ": every packet has two, the sender's and the receiver's");
        end_fact(document);
}

static void write_hop_limits(Document *document, const Summary *summary)
{
        guint n = 0;

        begin_fact(document, "TTL, hop limit", ROW_PLAIN);
        for (guint value = 0; value < 256; value++) {
                guint64 packets = 0;

                for (guint i = 0; i < summary->features->len; i++)
                        packets += get_features(summary, i)->hop_limits[value];
                if (packets > 0 && n++ < MAX_HOP_LIMITS)
                        document_printf(document, TEXT_PLAIN, "%s%u", n > 1 ? ", " : "", value);
        }
        if (n == 1)
                document_text(document, TEXT_PLAIN, " in every packet");
        if (n > MAX_HOP_LIMITS)
                document_printf(document, TEXT_PLAIN, " and %u more values", n - MAX_HOP_LIMITS);
        end_fact(document);
}

static void write_checksums(Document *document, const Story *story)
{
        g_autoptr(GString) text = g_string_new(NULL);

        begin_fact(document, "checksums", ROW_PLAIN);
        if (story->bad_checksums > 0) {
                g_string_append(text, "wrong in ");
                prose_append_numbered(text, story->bad_checksums, "packet");
        } else if (story->offloaded > 0) {
                g_string_append(text, "not yet computed in ");
                prose_append_numbered(text, story->offloaded, "packet");
                g_string_append(text, ": captured on the sending host, before its network card computed them");
        } else {
                g_string_append(text, "none is wrong");
        }
        document_text(document, TEXT_PLAIN, text->str);
        end_fact(document);
}

static void write_common(Document *document, const Story *story)
{
        static const Column columns[] = {{"in common", COLUMN_TITLE, NULL}, {"", COLUMN_TEXT, NULL}};

        document_begin_table(document, "facts", columns, G_N_ELEMENTS(columns));
        write_link_layers(document, story->summary);
        write_families(document, story->summary);
        write_addresses(document, story->summary);
        write_hop_limits(document, story->summary);
        write_checksums(document, story);
        document_end_table(document);
}

/* What the transport provides, and how many packets that takes. */
static char *describe_transport(const Story *story, const StoryType *type)
{
        g_autoptr(GString) text = g_string_new(NULL);

        if (type->transport != TRANSPORT_TCP)
                return g_strdup(type->transport == TRANSPORT_UDP ?
                                        "no connection, no acknowledgement, no order; each datagram is one message" :
                                        "no ports: it is for the host, not for a program");
        g_string_append(text, "a connection (opened by ");
        prose_append_numbered(text, story->steps[STEP_HANDSHAKE].packets, "packet");
        g_string_append(text, ", closed by ");
        prose_append_number(text, story->steps[STEP_TEARDOWN].packets);
        g_string_append(text, "), acknowledgements (");
        prose_append_numbered(text, type->acknowledgements.packets, "packet");
        g_string_append(text, " with nothing else), order; one stream of bytes, in which a line feed ends a line");
        return g_strdup(text->str);
}

static void write_difference(Document *document, const Story *story, const StoryType *type)
{
        const SummaryFeatures *features = type->features;
        guint64 headers = features->bytes - MIN(features->bytes, features->layer_bytes[LAYER_GROUP_DATA]);
        g_autofree char *text = describe_transport(story, type);

        document_begin_row(document, ROW_PLAIN);
        document_text_cell(document, type->title);
        document_figure_cell(document, type->all.packets, &type->all);
        document_figure_cell(document, features->maintenance, &type->all);
        document_begin_cell(document, 1);
        if (features->smallest < features->largest)
                document_printf(document, TEXT_PLAIN, "%u–%u", features->smallest, features->largest);
        else
                document_printf(document, TEXT_PLAIN, "%u", features->largest);
        document_end_cell(document);
        document_begin_cell(document, 1);
        if (features->bytes > 0)
                document_printf(document, TEXT_PLAIN, "%" G_GUINT64_FORMAT " %%",
                                (headers * 200 + features->bytes) / (features->bytes * 2));
        document_end_cell(document);
        document_text_cell(document, text);
        document_end_row(document);
}

static void write_differences(Document *document, const Story *story)
{
        static const Column columns[] = {
                {"different", COLUMN_TITLE, NULL},
                {"packets", COLUMN_NUMBER, "packets"},
                {"maintenance", COLUMN_NUMBER, "of maintenance"},
                {"bytes a packet", COLUMN_NUMBER, "bytes a packet"},
                {"headers", COLUMN_NUMBER, "headers"},
                {"what the transport gives", COLUMN_TEXT, NULL},
        };

        document_begin_table(document, "differences", columns, G_N_ELEMENTS(columns));
        for (guint i = 0; i < story->types->len; i++) {
                const StoryType *type = g_ptr_array_index(story->types, i);

                if (type->features)
                        write_difference(document, story, type);
        }
        document_end_table(document);
}

void section_sheet_common(Document *document, const Story *story)
{
        document_question(document, 4, "Say what all the packets have in common and how they differ");
        document_begin_paragraph(document, PARAGRAPH_TEXT);
        document_text(document, TEXT_STRONG,
                      story->types->len > 1 ? "Up to IP they are alike; above IP the transports differ." :
                                              "They all have the same headers; only the values in these differ.");
        document_text(document, TEXT_PLAIN,
                      " Each packet is a header inside a header: link layer, IP, then the transport, and after them "
                      "what a program wrote, or nothing.");
        document_end_paragraph(document);
        write_common(document, story);
        write_differences(document, story);
}
