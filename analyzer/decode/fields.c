/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/decode/arp.h"
#include "analyzer/decode/fields-private.h"

#include <stdio.h>

#define VALUE_SIZE 256

gboolean field_follows(FieldWalk *self, guint32 length)
{
        if (!reader_has(&self->reader, self->at, length))
                self->is_cut = TRUE;
        return !self->is_cut && length > 0;
}

void field_tell(FieldWalk *self, const char *name, guint32 length, const char *format, ...)
{
        char value[VALUE_SIZE];
        va_list arguments;
        PacketField field;

        if (!field_follows(self, length))
                return;
        va_start(arguments, format);
        g_vsnprintf(value, sizeof value, format, arguments);
        va_end(arguments);
        field = (PacketField){.name = name, .offset = self->at, .length = length, .value = value};
        self->func(&field, self->user_data);
        self->at += length;
}

void field_u8(FieldWalk *self, const char *name)
{
        if (field_follows(self, 1))
                field_tell(self, name, 1, "%u", reader_u8(&self->reader, self->at));
}

void field_u16(FieldWalk *self, const char *name)
{
        if (field_follows(self, 2))
                field_tell(self, name, 2, "%u", reader_u16(&self->reader, self->at));
}

void field_u32(FieldWalk *self, const char *name)
{
        if (field_follows(self, 4))
                field_tell(self, name, 4, "%u", reader_u32(&self->reader, self->at));
}

void field_hex16(FieldWalk *self, const char *name)
{
        if (field_follows(self, 2))
                field_tell(self, name, 2, "0x%04x", reader_u16(&self->reader, self->at));
}

static void field_mac(FieldWalk *self, const char *name)
{
        char text[MAC_STRING_SIZE];

        if (field_follows(self, 6))
                field_tell(self, name, 6, "%s", mac_to_string(self->reader.data + self->at, text));
}

void field_ip(FieldWalk *self, const char *name, guint8 family)
{
        guint32 length = family == 4 ? 4 : 16;
        char text[IP_ADDRESS_STRING_SIZE];
        IpAddress address = {.family = family};

        if (!field_follows(self, length))
                return;
        memcpy(address.octets, self->reader.data + self->at, length);
        field_tell(self, name, length, "%s", ip_address_to_string(&address, text));
}

/* IEEE 802 Numbers, as IANA lists them. */
static void field_ether_type(FieldWalk *self, const char *name)
{
        static const struct {
                guint16 number;
                const char *name;
        } types[] = {
                {0x0800, "IPv4"},
                {0x0806, "ARP"},
                {0x86dd, "IPv6"},
                {0x8100, "802.1Q tag"},
                {0x88a8, "802.1ad tag"},
                {0x8847, "MPLS"},
                {0x8863, "PPPoE discovery"},
                {0x8864, "PPPoE session"},
        };
        guint16 number;

        if (!field_follows(self, 2))
                return;
        number = reader_u16(&self->reader, self->at);
        for (guint i = 0; i < G_N_ELEMENTS(types); i++)
                if (types[i].number == number) {
                        field_tell(self, name, 2, "%s (0x%04x)", types[i].name, number);
                        return;
                }
        field_tell(self, name, 2, number <= 1500 ? "%u bytes follow" : "0x%04x", number);
}

void field_protocol(FieldWalk *self, const char *name)
{
        static const struct {
                guint8 number;
                const char *name;
        } protocols[] = {
                {0, "hop-by-hop options"},
                {1, "ICMP"},
                {2, "IGMP"},
                {4, "IPv4"},
                {6, "TCP"},
                {17, "UDP"},
                {41, "IPv6"},
                {43, "routing"},
                {44, "fragment"},
                {47, "GRE"},
                {51, "AH"},
                {58, "ICMPv6"},
                {59, "nothing"},
                {60, "destination options"},
        };
        guint8 number;

        if (!field_follows(self, 1))
                return;
        number = reader_u8(&self->reader, self->at);
        for (guint i = 0; i < G_N_ELEMENTS(protocols); i++)
                if (protocols[i].number == number) {
                        field_tell(self, name, 1, "%s (%u)", protocols[i].name, number);
                        return;
                }
        field_tell(self, name, 1, "%u", number);
}

static void fields_of_ethernet(FieldWalk *self)
{
        field_mac(self, "destination");
        field_mac(self, "source");
        field_ether_type(self, "type");
}

/* IEEE 802.1Q, clause 9.6: priority, drop eligibility and VLAN identifier, then the type of what follows. */
static void fields_of_vlan(FieldWalk *self)
{
        if (field_follows(self, 2)) {
                guint16 control = reader_u16(&self->reader, self->at);

                field_tell(self, "priority, VLAN", 2, "%u, VLAN %u", control >> 13, control & 0xfff);
        }
        field_ether_type(self, "type");
}

/* "sent by this host", …: the packet type of both versions of the cooked header. */
static const char *cooked_type_name(guint16 type)
{
        static const char *const names[] = {"to this host", "broadcast", "multicast", "to another host",
                                            "sent by this host"};

        return type < G_N_ELEMENTS(names) ? names[type] : "other";
}

/* LINKTYPE_LINUX_SLL: eight octets for an address, of which most addresses need six. */
static void cooked_address(FieldWalk *self, guint16 length)
{
        if (length == 6 && field_follows(self, 8)) {
                field_mac(self, "sender's address");
                field_tell(self, "unused", 2, "-");
        } else {
                field_tell(self, "sender's address", 8, "%u bytes", length);
        }
}

static void fields_of_sll(FieldWalk *self)
{
        guint16 type = 0, length = 0;

        if (field_follows(self, 2))
                type = reader_u16(&self->reader, self->at);
        field_tell(self, "packet type", 2, "%s (%u)", cooked_type_name(type), type);
        field_u16(self, "device type");
        if (field_follows(self, 2))
                length = reader_u16(&self->reader, self->at);
        field_u16(self, "address length");
        cooked_address(self, length);
        field_ether_type(self, "protocol");
}

static void fields_of_sll2(FieldWalk *self)
{
        guint8 type = 0, length = 0;

        field_ether_type(self, "protocol");
        field_u16(self, "reserved");
        field_u32(self, "interface");
        field_u16(self, "device type");
        if (field_follows(self, 2)) {
                type = reader_u8(&self->reader, self->at);
                length = reader_u8(&self->reader, self->at + 1);
        }
        field_tell(self, "packet type", 1, "%s (%u)", cooked_type_name(type), type);
        field_u8(self, "address length");
        cooked_address(self, length);
}

void packet_foreach_field(const Packet *packet, const Layer *layer, PacketFieldFunc func, gpointer user_data)
{
        FieldWalk walk = {
                .reader = {packet_get_layer_octets(packet, layer), layer->length, layer->length},
                .func = func,
                .user_data = user_data,
        };

        switch (layer->kind) {
        case LAYER_ETHERNET:
                fields_of_ethernet(&walk);
                break;
        case LAYER_VLAN:
                fields_of_vlan(&walk);
                break;
        case LAYER_LINUX_SLL:
                fields_of_sll(&walk);
                break;
        case LAYER_LINUX_SLL2:
                fields_of_sll2(&walk);
                break;
        case LAYER_IPV4:
                fields_of_ipv4(&walk);
                break;
        case LAYER_IPV6:
                fields_of_ipv6(&walk);
                break;
        case LAYER_TCP:
                fields_of_tcp(&walk);
                break;
        case LAYER_UDP:
                fields_of_udp(&walk);
                break;
        case LAYER_ICMP:
        case LAYER_ICMPV6:
        case LAYER_IGMP:
                fields_of_icmp(&walk);
                break;
        case LAYER_PAYLOAD:
                return;
        default:
                break;
        }
        walk.is_cut = FALSE;
        if (walk.at < layer->length)
                field_tell(&walk, "other bytes", layer->length - walk.at, "%u", layer->length - walk.at);
}
