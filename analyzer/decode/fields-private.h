/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "analyzer/decode/fields.h"
#include "analyzer/decode/reader.h"

/* Takes one layer apart. Each field_…() function tells the field that comes next; where the octets end before it does,
 * it tells nothing, and so does every one after it. */
typedef struct {
        Reader reader; /* all of the layer */
        guint32 at;    /* the next field */
        gboolean is_cut;
        PacketFieldFunc func;
        gpointer user_data;
} FieldWalk;

/* Whether a field of length octets comes next: for those whose value is put together before it is told. */
gboolean field_follows(FieldWalk *walk, guint32 length);
void field_tell(FieldWalk *walk, const char *name, guint32 length, const char *format, ...) G_GNUC_PRINTF(4, 5);
void field_u8(FieldWalk *walk, const char *name, const char *unit);
void field_u16(FieldWalk *walk, const char *name, const char *unit);
void field_u32(FieldWalk *walk, const char *name, const char *unit);
void field_hex16(FieldWalk *walk, const char *name);
void field_mac(FieldWalk *walk, const char *name);
void field_ip(FieldWalk *walk, const char *name, guint8 family);
void field_ether_type(FieldWalk *walk, const char *name);
void field_protocol(FieldWalk *walk, const char *name);

/* fields-ip.c, fields-transport.c */
void fields_of_ipv4(FieldWalk *walk);
void fields_of_ipv6(FieldWalk *walk);
void fields_of_icmp(FieldWalk *walk);
void fields_of_tcp(FieldWalk *walk);
void fields_of_udp(FieldWalk *walk);
