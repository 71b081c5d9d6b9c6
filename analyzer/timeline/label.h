/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files that write labels share. */
#pragma once

#include "analyzer/timeline/build.h"

G_BEGIN_DECLS

void label_append_tcp(const Record *record, GString *label);
void label_append_arp(const Record *record, GString *label);
void label_append_icmp(const Record *record, GString *label);

/* A text in quotation marks, cut where it is long. */
void label_append_quoted(GString *label, const char *text, gsize length);
/* The same of a text that goes on in a later packet: a character at its end of which only a part is there is left out. */
void label_append_beginning(GString *label, const char *text, gsize length);
/* A line as it was typed, and what of it is missing. */
void label_append_line(GString *label, const SessionMessage *message);
/* The messages that the packet completes; there is at least one. */
void label_append_messages(const Record *record, GString *label);

G_END_DECLS
