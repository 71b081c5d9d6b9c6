/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by the files that write labels. */
#pragma once

#include "analyzer/timeline/build.h"

G_BEGIN_DECLS

void label_append_tcp(const Record *record, GString *label);
void label_append_data(const Record *record, GString *label); /* the data of a segment */
/* label-connection.c */
void label_append_syn(const Record *record, GString *label);
void label_append_syn_ack(const Record *record, GString *label);
void label_append_handshake_ack(const Record *record, GString *label);
void label_append_fin(const Record *record, GString *label);
void label_append_teardown_ack(const Record *record, GString *label);
void label_append_rst(const Record *record, GString *label);
void label_append_arp(const Record *record, GString *label);
void label_append_icmp(const Record *record, GString *label);

/* Text in quotation marks, cut if it is long. */
void label_append_quoted(GString *label, const char *text, gsize length);
/* The same for text that goes on in a later packet: an incomplete character at its end is left out. */
void label_append_beginning(GString *label, const char *text, gsize length);
/* A line as it was typed, and how much of it is missing. */
void label_append_line(GString *label, const SessionMessage *message);
/* The messages that the packet completes. There must be at least one. */
void label_append_messages(const Record *record, GString *label);

G_END_DECLS
