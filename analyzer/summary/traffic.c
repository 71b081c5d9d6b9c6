/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Counts the packets that belong to no chat, by the protocol that their headers name or that usually uses their port.
 * No payload is read, so a name is only the most likely one. */
#include "analyzer/summary/summary-private.h"

struct Traffic {
        GHashTable *counts; /* SummaryTraffic.name → SummaryTraffic */
};

typedef struct {
        guint number;
        const char *tcp, *udp; /* NULL: not usual over it */
} PortName;

/* IANA's registry of service names and port numbers. */
static const PortName port_names[] = {
        {7, "echo", "echo"},
        {13, "daytime", "daytime"},
        {20, "FTP", NULL},
        {21, "FTP", NULL},
        {22, "SSH", NULL},
        {23, "Telnet", NULL},
        {25, "SMTP", NULL},
        {53, "DNS", "DNS"},
        {67, NULL, "DHCP"},
        {68, NULL, "DHCP"},
        {69, NULL, "TFTP"},
        {80, "HTTP", NULL},
        {88, "Kerberos", "Kerberos"},
        {110, "POP3", NULL},
        {123, NULL, "NTP"},
        {137, NULL, "NetBIOS name service"},
        {138, NULL, "NetBIOS datagrams"},
        {139, "NetBIOS session", NULL},
        {143, "IMAP", NULL},
        {161, NULL, "SNMP"},
        {162, NULL, "SNMP"},
        {179, "BGP", NULL},
        {389, "LDAP", "LDAP"},
        {443, "HTTPS", "QUIC"},
        {445, "SMB", NULL},
        {514, "syslog", "syslog"},
        {546, NULL, "DHCPv6"},
        {547, NULL, "DHCPv6"},
        {587, "SMTP", NULL},
        {631, "IPP", "IPP"},
        {853, "DNS over TLS", NULL},
        {993, "IMAP", NULL},
        {995, "POP3", NULL},
        {1900, NULL, "SSDP"},
        {3306, "MySQL", NULL},
        {3389, "RDP", "RDP"},
        {3702, NULL, "WS-Discovery"},
        {5353, NULL, "mDNS"},
        {5355, NULL, "LLMNR"},
        {5432, "PostgreSQL", NULL},
        {6379, "Redis", NULL},
        {8080, "HTTP", NULL},
        {17500, NULL, "Dropbox LAN sync discovery"},
};

typedef struct {
        guint number;
        const char *name;
} NumberName;

static const NumberName ethertype_names[] = {
        {0x0806, "ARP"},         {0x8035, "RARP"},
        {0x86dd, "other IPv6"},  {0x8863, "PPPoE discovery"},
        {0x8864, "PPPoE"},       {0x888e, "EAPOL"},
        {0x88cc, "LLDP"},        {0x88f7, "PTP"},
        {0x0842, "Wake-on-LAN"}, {0x9000, "Ethernet loopback test"},
        {0x0800, "other IPv4"},
};

static const NumberName ip_protocol_names[] = {
        {46, "RSVP"}, {47, "GRE"}, {50, "ESP"}, {51, "AH"}, {89, "OSPF"}, {103, "PIM"}, {112, "VRRP"}, {132, "SCTP"},
};

static const char *find_name(const NumberName *names, gsize n, guint number)
{
        for (gsize i = 0; i < n; i++)
                if (names[i].number == number)
                        return names[i].name;
        return NULL;
}

static const char *name_of_port(guint16 port, gboolean is_tcp)
{
        for (gsize i = 0; i < G_N_ELEMENTS(port_names); i++)
                if (port_names[i].number == port)
                        return is_tcp ? port_names[i].tcp : port_names[i].udp;
        return NULL;
}

/* The service usually has the lower port. */
static const char *name_of_ports(const Packet *packet)
{
        gboolean is_tcp = packet->transport == TRANSPORT_TCP;
        const char *name = name_of_port(MIN(packet->source.port, packet->destination.port), is_tcp);

        if (!name)
                name = name_of_port(MAX(packet->source.port, packet->destination.port), is_tcp);
        if (name)
                return name;
        return is_tcp ? "other TCP" : "other UDP";
}

/* RFC 4861: Neighbour Discovery; RFC 2710, RFC 3810: MLD. */
static const char *name_of_icmp(const Packet *packet)
{
        guint8 type = packet->icmp.type;

        if (packet->source.address.family != 6)
                return "ICMP";
        if (type >= 133 && type <= 137)
                return "Neighbour Discovery (ICMPv6)";
        return (type >= 130 && type <= 132) || type == 143 ? "MLD (ICMPv6)" : "ICMPv6";
}

static const char *name_without_transport(const Packet *packet)
{
        const char *name = NULL;

        if (!packet->frame->is_packet)
                return "records that hold no packet";
        if (packet->is_fragment)
                return "IP fragments";
        if (packet->source.address.family != 0)
                name = find_name(ip_protocol_names, G_N_ELEMENTS(ip_protocol_names), packet->ip_protocol);
        if (!name && packet->ethertype != 0)
                name = find_name(ethertype_names, G_N_ELEMENTS(ethertype_names), packet->ethertype);
        if (name)
                return name;
        if (packet->source.address.family != 0)
                return packet->source.address.family == 4 ? "other IPv4" : "other IPv6";
        for (guint i = 0; i < packet->n_layers; i++) {
                if (packet->layers[i].kind == LAYER_LLC)
                        return "IEEE 802.2 (spanning tree and the like)";
                if (packet->layers[i].kind == LAYER_IEEE802_11)
                        return "IEEE 802.11";
        }
        if (packet->status == DECODE_TRUNCATED || packet->status == DECODE_MALFORMED)
                return "damaged or cut off";
        return packet->n_layers > 0 ? "other protocols" : "link types that cannot be read";
}

static const char *traffic_name(const Packet *packet)
{
        switch (packet->transport) {
        case TRANSPORT_TCP:
        case TRANSPORT_UDP:
                return name_of_ports(packet);
        case TRANSPORT_ICMP:
                return name_of_icmp(packet);
        case TRANSPORT_IGMP:
                return "IGMP";
        case TRANSPORT_NONE:
                break;
        }
        return name_without_transport(packet);
}

Traffic *traffic_new(void)
{
        Traffic *self = g_new0(Traffic, 1);

        self->counts = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
        return self;
}

void traffic_free(Traffic *self)
{
        if (!self)
                return;
        g_hash_table_unref(self->counts);
        g_free(self);
}

static SummaryTraffic *traffic_of(Traffic *self, const Packet *packet)
{
        const char *name = traffic_name(packet);
        SummaryTraffic *traffic = g_hash_table_lookup(self->counts, name);

        if (!traffic) {
                traffic = g_new0(SummaryTraffic, 1);
                traffic->name = name;
                g_hash_table_insert(self->counts, (gpointer) name, traffic);
        }
        return traffic;
}

void traffic_add(Traffic *self, const Packet *packet)
{
        SummaryTraffic *traffic = traffic_of(self, packet);

        traffic->packets++;
        traffic->bytes += packet->frame->original_length;
}

void traffic_take_out(Traffic *self, const Packet *packet)
{
        SummaryTraffic *traffic = traffic_of(self, packet);

        traffic->packets--;
        traffic->bytes -= packet->frame->original_length;
}

static int compare_traffic(gconstpointer a, gconstpointer b)
{
        const SummaryTraffic *one = a, *other = b;

        if (one->packets != other->packets)
                return one->packets < other->packets ? 1 : -1;
        return g_strcmp0(one->name, other->name);
}

void traffic_finish(Traffic *self, Summary *summary)
{
        GHashTableIter iter;
        gpointer value;

        summary->traffic = g_array_new(FALSE, FALSE, sizeof(SummaryTraffic));
        g_hash_table_iter_init(&iter, self->counts);
        while (g_hash_table_iter_next(&iter, NULL, &value))
                if (((const SummaryTraffic *) value)->packets > 0)
                        g_array_append_vals(summary->traffic, value, 1);
        g_array_sort(summary->traffic, compare_traffic);
}
