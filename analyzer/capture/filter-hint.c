/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Wireshark has two languages for filters, and people know its display filters better. If somebody writes one where a
 * libpcap filter is expected, these functions tell them how libpcap says the same. */
#include "analyzer/capture/source-private.h"

#include <string.h>

/* The fields of display filters, and the words that libpcap has for them. */
static const struct {
        const char *field, *primitive;
} fields[] = {
        {"tcp.port", "tcp port"},
        {"tcp.srcport", "tcp src port"},
        {"tcp.dstport", "tcp dst port"},
        {"udp.port", "udp port"},
        {"udp.srcport", "udp src port"},
        {"udp.dstport", "udp dst port"},
        {"ip.addr", "host"},
        {"ip.host", "host"},
        {"ip.src", "src host"},
        {"ip.dst", "dst host"},
        {"ipv6.addr", "host"},
        {"ipv6.src", "src host"},
        {"ipv6.dst", "dst host"},
        {"eth.addr", "ether host"},
        {"eth.src", "ether src"},
        {"eth.dst", "ether dst"},
        {"ip.proto", "ip proto"},
        {"vlan.id", "vlan"},
        {"frame.len", "len ="},
        {"ip.ttl", "ip[8] ="},
        {"wlan.addr", "wlan host"},
        {"arp.src.proto_ipv4", "arp src"},
        {"arp.dst.proto_ipv4", "arp dst"},
};

static const char *find_primitive(const char *field)
{
        for (gsize i = 0; i < G_N_ELEMENTS(fields); i++)
                if (g_str_equal(fields[i].field, field))
                        return fields[i].primitive;
        return NULL;
}

/* Translates the first comparison whose field libpcap has a word for. Returns NULL if there is none. Transfer: full. */
static char *translate(const char *expression)
{
        g_autoptr(GRegex) comparison = g_regex_new("([a-z][a-z0-9_.]*)\\s*(==|!=|\\beq\\b|\\bne\\b)\\s*([^\\s()&|]+)",
                                                   G_REGEX_CASELESS, 0, NULL);
        g_autoptr(GMatchInfo) match = NULL;

        for (g_regex_match(comparison, expression, 0, &match); g_match_info_matches(match);
             g_match_info_next(match, NULL)) {
                g_autofree char *field = g_match_info_fetch(match, 1), *operator= g_match_info_fetch(match, 2);
                g_autofree char *value = g_match_info_fetch(match, 3);
                const char *primitive = find_primitive(field);
                gboolean is_negated = *operator== '!' || g_ascii_strcasecmp(operator, "ne") == 0;

                if (primitive)
                        return g_strdup_printf("%s%s %s", is_negated ? "not " : "", primitive, value);
        }
        return NULL;
}

/* Whether the expression has a field of a well-known protocol, or an operator that libpcap does not know. */
static gboolean is_display_filter(const char *expression)
{
        return g_regex_match_simple(
                "(^|[\\s(!&|])(arp|data|dns|eth|frame|http|icmp|icmpv6|igmp|ip|ipv6|sll|tcp|tcpchat|tls|"
                "udp|udpchat|vlan|wlan)\\.[a-z]|\\b(contains|matches|eq|ne)\\b",
                expression, G_REGEX_CASELESS, 0);
}

char *filter_hint(const char *expression)
{
        g_autofree char *said = NULL;

        if (!g_utf8_validate(expression, -1, NULL) || !is_display_filter(expression))
                return NULL;
        said = translate(expression);
        if (!said)
                return g_strdup("this looks like a display filter of Wireshark; -f takes libpcap's, such as “tcp port "
                                "8090” (man pcap-filter)");
        return g_strdup_printf(
                "this looks like a display filter of Wireshark; -f takes libpcap's, which says it as “%s” "
                "(man pcap-filter)",
                said);
}

void filter_set_error(const char *expression, const char *reason, GError **error)
{
        g_autofree char *hint = filter_hint(expression);

        g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_FILTER, "the filter “%s” is wrong: %s%s%s", expression, reason,
                    hint ? "; " : "", hint ? hint : "");
}
