/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "analyzer/decode/fields.h"
#include "analyzer/decode/reader.h"

/* Walks through the fields of one layer. Each field_…() function reports the next field. If the octets end before the
 * field does, neither it nor any later field is reported. */
typedef struct {
        Reader reader; /* the whole layer */
        guint32 at;    /* offset of the next field */
        gboolean is_cut;
        PacketFieldFunc func;
        gpointer user_data;
} FieldWalk;

/* Whether the next field, of length octets, is there. For fields whose value is composed before it is reported. */
gboolean field_follows(FieldWalk *walk, guint32 length);
void field_tell(FieldWalk *walk, const char *name, guint32 length, const char *format, ...) G_GNUC_PRINTF(4, 5);
void field_u8(FieldWalk *walk, const char *name);
void field_u16(FieldWalk *walk, const char *name);
void field_u32(FieldWalk *walk, const char *name);
void field_hex16(FieldWalk *walk, const char *name);
void field_ip(FieldWalk *walk, const char *name, guint8 family);
void field_protocol(FieldWalk *walk, const char *name);

/* fields-ip.c, fields-transport.c */
void fields_of_ipv4(FieldWalk *walk);
void fields_of_ipv6(FieldWalk *walk);
void fields_of_icmp(FieldWalk *walk);
void fields_of_tcp(FieldWalk *walk);
void fields_of_udp(FieldWalk *walk);
