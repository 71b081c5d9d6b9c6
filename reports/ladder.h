/* SPDX-License-Identifier: GPL-2.0-or-later */
/* reports: the sequence diagram of a conversation, called a ladder, and the strip of a whole session, as SVG.
 *
 * The same code draws for the report page and for the pictures of `chatsniff ladder`. It draws what records say and
 * computes nothing about traffic. Text cannot be measured here, so widths are estimated for the widest font that is
 * likely to be used (ladder-text.h); texts from the wire are made harmless before they are drawn.
 *
 * May use: GLib, libxml2, librsvg, cairo, analyzer/timeline, analyzer/decode. Is used by: the rest of
 * reports, analyzer/cli.
 */
#pragma once

#include "analyzer/timeline/record.h"

#include <libxml/xmlwriter.h>

G_BEGIN_DECLS

typedef enum {
        LADDER_WIDE,   /* 880 px for two lifelines, and wider for more */
        LADDER_NARROW, /* 358 px, for a phone, and for half a screen in a lecture */
} LadderWidth;

/* Where colours come from. */
typedef enum {
        LADDER_STYLE_PAGE,  /* from the page, which must contain the rules of ladder_append_css() and define the
                               variables in them: --paper --ink --muted --rule2, and for each phase --setup --setup-band
                               … */
        LADDER_STYLE_LIGHT, /* from a <style> element in the diagram, for a picture on a light or dark ground */
        LADDER_STYLE_DARK,
} LadderStyle;

/* Returns the name to show over the lifeline of an endpoint; NULL: the chat name that the records give it, or else its
 * role. The result is borrowed, and may contain any octets. */
typedef const char *(*LadderNameFunc)(const Endpoint *endpoint, Transport transport, gpointer user_data);

/* Zero-initialised, it asks for a wide diagram on a page. Strings are UTF-8 and are borrowed for the call. */
typedef struct {
        LadderWidth width;
        LadderStyle style;
        const char *title;       /* the diagram's accessible name; NULL: none */
        const char *id_prefix;   /* makes the ids in the diagram unique in the page; NULL: the diagram has no ids */
        const char *link_prefix; /* frame numbers are links: with "#f", 31 links to "#f31"; NULL: no links */
        guint full_rows;   /* with more rows than this, runs of packets are summed up in one row; 0: LADDER_FULL_ROWS */
        guint max_rows;    /* with more rows than this even then, the middle ones are left out, and a row says so; 0:
                              LADDER_MAX_ROWS */
        const char *hint;  /* tells how to see what is left out: "chatsniff ladder draws all of it"; NULL: none */
        double max_height; /* px; a higher diagram is divided into several SVG elements, between phases if possible,
                              each with the heads of the lifelines; 0: one element */
        gboolean partial;  /* the records may lack packets of these conversations (because of a filter or limit) */
        LadderNameFunc name_of; /* NULL: none */
        gpointer name_of_data;
} LadderOptions;
#define LADDER_FULL_ROWS 60
#define LADDER_MAX_ROWS 200

/* Writes the diagram of records, which are in the order of the capture, as an <svg class="ladder …">, or several if
 * max_height is set. The records belong to one TCP conversation, or to any number of UDP conversations; there must be
 * at least one.
 *
 * Each row is a <g class="l-row" data-frame="31" data-top="Y" data-bottom="Y">, so that a script can let the diagram
 * grow row by row. A row that sums up several frames has the number of the first, and that of the last in
 * data-last="40". Links are not in the tab order. */
void ladder_write(xmlTextWriterPtr xml, const Record *const *records, guint n_records, const LadderOptions *options);

/* Writes the strip of a whole session: a lane for each host, a column for each packet, with all conversations. The
 * options about rows have no effect. */
void session_strip_write(xmlTextWriterPtr xml,
                         const Record *const *records,
                         guint n_records,
                         const LadderOptions *options);

/* Writes the key: all forms of arrows and their meanings. */
void ladder_key_write(xmlTextWriterPtr xml, const LadderOptions *options);

/* Appends the CSS rules for ladder, strip and key. With LADDER_STYLE_PAGE they take the colours from variables. */
void ladder_append_css(GString *css, LadderStyle style);

/* The content of one diagram: a TCP conversation, or the UDP conversations of a chat, which share sockets. */
typedef struct {
        char *title;        /* "TCP chat", "UDP chat", "TCP conversation 3", … */
        char *filter;       /* for Wireshark: "tcp.stream == 0", "udp.stream in {1,2,3}" */
        char *conversation; /* for --conversation: "tcp:0", "udp:1,2,3" */
        GPtrArray *records; /* const Record, borrowed, in the order of the capture */
} LadderGroup;

/* Divides records into groups (LadderGroup elements, freed with the array), in the order of their first packets. The
 * records must outlive the groups. Transfer: full. */
GPtrArray *ladder_group_records(const Record *const *records, guint n_records);

G_END_DECLS
