/* SPDX-License-Identifier: GPL-2.0-or-later */
/* reports: the sequence diagram of a conversation, and the strip of a whole session, as SVG.
 *
 * One drawing code serves the report page and the pictures of `chatsniff ladder`. It draws what records say
 * and computes nothing about traffic. No text can be measured, so widths are estimated for the widest font
 * that is likely to be used (ladder-text.h); texts from the wire are made harmless before they are drawn.
 *
 * May use: GLib, libxml2, librsvg, cairo, analyzer/timeline, analyzer/decode. Is used by: the rest of
 * reports, analyzer/cli.
 */
#pragma once

#include "analyzer/timeline/record.h"

#include <libxml/xmlwriter.h>

G_BEGIN_DECLS

typedef enum {
        LADDER_WIDE,   /* 880 px for two lifelines, 1056 for three, 300 for each further one */
        LADDER_NARROW, /* 358 px, for a phone, and for half a screen in a lecture */
} LadderWidth;

/* Where colours come from. */
typedef enum {
        LADDER_STYLE_PAGE,  /* from the page, which holds the rules of ladder_append_css() and the variables
                               they use:
                               --paper --ink --muted --rule2 --marker, and for each phase --setup --setup-band
                               … */
        LADDER_STYLE_LIGHT, /* a picture of its own, with a <style> element, on light ground */
        LADDER_STYLE_DARK,
} LadderStyle;

/* The name that stands over a lifeline, or NULL for the diagram's own choice: the chat name that the records
 * know for the endpoint, else its role. Borrowed; may hold any octets. */
typedef const char *(*LadderNameFunc)(const Endpoint *endpoint, Transport transport, gpointer user_data);

/* Zero-initialised it asks for a wide diagram of a page. Strings are UTF-8 and borrowed for the call. */
typedef struct {
        LadderWidth width;
        LadderStyle style;
        const char *title;       /* the diagram's accessible name; NULL: none */
        const char *id_prefix;   /* for the ids in it, which are unique with a prefix of the caller's; NULL: no
                                    ids */
        const char *link_prefix; /* frame numbers link to this and the number, "#f" to "#f31"; NULL: no links */
        guint full_rows;         /* up to so many rows all packets have one of their own; beyond, runs are summed up;
                                    0: LADDER_FULL_ROWS */
        guint max_rows;          /* beyond so many after that, those in the middle are left out, and this is said;
                                    0: LADDER_MAX_ROWS */
        const char *hint;        /* how to see what is left out: "chatsniff ladder … shows them"; NULL: not said */
        double max_height;       /* px; what is higher becomes several SVG elements, cut between bands where
                                    possible, each with the heads of its lifelines; 0: one element */
        gboolean partial;        /* packets of these conversations may be missing among the records (a filter) */
        LadderNameFunc name_of;  /* NULL: none */
        gpointer name_of_data;
} LadderOptions;
#define LADDER_FULL_ROWS 60
#define LADDER_MAX_ROWS 200

/* Writes the diagram of n records, in the order of the capture, as one <svg class="ladder …">. Records are
 * of one TCP conversation, or of any number of conversations over UDP.
 *
 * Each row is a <g class="row" data-frame="31" data-top="Y" data-bottom="Y">, so that a script can let the
 * diagram grow; the row of a frame that was summed up with others has the first one's number, and
 * data-last="40". Links in it are out of the tab order. */
void ladder_write(xmlTextWriterPtr xml, const Record *const *records, guint n_records, const LadderOptions *options);

/* Writes the strip of a whole session: a lane for each host, a column for each packet, all conversations in
 * it. Of the options those about rows do not matter. */
void session_strip_write(xmlTextWriterPtr xml,
                         const Record *const *records,
                         guint n_records,
                         const LadderOptions *options);

/* Writes the key: the five arrows and their meaning. */
void ladder_key_write(xmlTextWriterPtr xml, const LadderOptions *options);

/* The rules for the classes of all three. LADDER_STYLE_PAGE: with variables for the colours. */
void ladder_append_css(GString *css, LadderStyle style);

/* What belongs into one diagram: a TCP conversation, or all UDP conversations of a chat that share sockets.
 */
typedef struct {
        char *title;        /* "TCP chat", "UDP chat", "TCP conversation 3", … */
        char *filter;       /* of Wireshark: "tcp.stream == 0", "udp.stream in {1,2,3}" */
        char *conversation; /* of --conversation: "tcp:0", "udp:1,2,3" */
        GPtrArray *records; /* const Record, borrowed, in the order of the capture */
} LadderGroup;

/* Sorts records into groups, in the order of their first packets. Transfer: full (LadderGroup elements,
 * freed with the array); the records have to stay. */
GPtrArray *ladder_group_records(const Record *const *records, guint n_records);

G_END_DECLS
