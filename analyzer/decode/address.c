/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/decode/decode-private.h"
#include "analyzer/decode/seeded-hash.h"

#include <arpa/inet.h>
#include <string.h>

void ip_address_read(const Reader *reader, guint32 offset, guint8 family, IpAddress *ret_address)
{
        *ret_address = (IpAddress){.family = family};
        memcpy(ret_address->octets, reader->data + offset, family == 4 ? 4 : 16);
}

/* Writes four hexadecimal digits without leading zeros, and may overwrite up to three more characters. inet_ntop() goes
 * through printf(), which is too slow for something that is written for every packet. */
static char *write_group(guint group, char *out)
{
        static const char digits[] = "0123456789abcdef";
        guint n = (35u - (guint) __builtin_clz(group | 1)) / 4;

        group <<= 16 - 4 * n;
        for (guint i = 0; i < 4; i++)
                out[i] = digits[group >> (12 - 4 * i) & 0xf];
        return out + n;
}

/* Where the first longest run of at least two zero groups begins, with its length; 8: there is none. */
static guint find_zeros(const guint groups[8], guint *ret_length)
{
        guint run = 0, longest = 1, begin = 8;

        for (guint i = 0; i < 8; i++) {
                run = groups[i] == 0 ? run + 1 : 0;
                if (run > longest) {
                        longest = run;
                        begin = i + 1 - run;
                }
        }
        *ret_length = longest;
        return begin;
}

/* RFC 5952: lower case, no leading zeros, the first longest run of at least two zero groups is "::". */
static char *write_ipv6(const guint8 octets[16], char *out)
{
        guint groups[8], longest, begin;

        for (guint i = 0; i < 8; i++)
                groups[i] = (guint) octets[2 * i] << 8 | octets[2 * i + 1];
        begin = find_zeros(groups, &longest);
        for (guint i = 0; i < 8;) {
                if (i == begin) {
                        *out++ = ':';
                        if (i == 0)
                                *out++ = ':';
                        i += longest;
                        continue;
                }
                out = write_group(groups[i], out);
                if (++i < 8)
                        *out++ = ':';
        }
        return out;
}

static char *write_ipv4(const guint8 octets[4], char *out)
{
        for (guint i = 0; i < 4; i++) {
                guint octet = octets[i], hundreds = octet / 100, tens = octet / 10;

                *out = (char) ('0' + hundreds);
                out += octet >= 100;
                *out = (char) ('0' + tens % 10);
                out += octet >= 10;
                *out++ = (char) ('0' + octet % 10);
                *out++ = '.';
        }
        return out - 1;
}

/* Some addresses that begin with ten zero octets are written with dots, such as "::ffff:10.0.0.1". They are rare, so
 * inet_ntop() writes them. */
static gboolean is_mapped(const guint8 octets[16])
{
        static const guint8 zeros[10];

        return memcmp(octets, zeros, sizeof zeros) == 0;
}

gsize ip_address_write(const IpAddress *address, char buffer[IP_ADDRESS_STRING_SIZE])
{
        char *end = buffer;

        if (address->family == 4)
                end = write_ipv4(address->octets, buffer);
        else if (address->family == 6 && !is_mapped(address->octets))
                end = write_ipv6(address->octets, buffer);
        else if (address->family == 6 && inet_ntop(AF_INET6, address->octets, buffer, IP_ADDRESS_STRING_SIZE))
                end = buffer + strlen(buffer);
        *end = '\0';
        return (gsize) (end - buffer);
}

const char *ip_address_to_string(const IpAddress *address, char buffer[IP_ADDRESS_STRING_SIZE])
{
        ip_address_write(address, buffer);
        return buffer;
}

gboolean ip_address_from_string(const char *text, gsize length, IpAddress *ret_address)
{
        char copy[IP_ADDRESS_STRING_SIZE];
        IpAddress address = {0};

        if (length == 0 || length >= sizeof copy || memchr(text, '\0', length))
                return FALSE;
        memcpy(copy, text, length);
        copy[length] = '\0';
        if (inet_pton(AF_INET, copy, address.octets) == 1)
                address.family = 4;
        else if (inet_pton(AF_INET6, copy, address.octets) == 1)
                address.family = 6;
        else
                return FALSE;
        *ret_address = address;
        return TRUE;
}

const guint64 *hash_get_seeds(void)
{
        static guint64 seeds[HASH_SEEDS];
        static gsize drawn;

        if (g_once_init_enter(&drawn)) {
                for (gsize i = 0; i < HASH_SEEDS; i++)
                        seeds[i] = (guint64) g_random_int() << 32 | g_random_int() | 1;
                g_once_init_leave(&drawn, 1);
        }
        return seeds;
}

guint32 endpoints_hash(const Endpoint *a, const Endpoint *b)
{
        const guint64 *seeds = hash_get_seeds();

        return (guint32) (hash_fold(hash_address(seeds, &a->address, a->port) +
                                            hash_address(seeds, &b->address, b->port),
                                    seeds[3]) >>
                          16);
}

gboolean ip_address_is_multicast(const IpAddress *address)
{
        static const guint8 broadcast[4] = {255, 255, 255, 255};

        if (address->family == 4)
                return address->octets[0] >> 4 == 0xe || memcmp(address->octets, broadcast, sizeof broadcast) == 0;
        return address->family == 6 && address->octets[0] == 0xff;
}

guint endpoint_hash(gconstpointer endpoint)
{
        return endpoints_hash(endpoint, endpoint);
}

gboolean endpoint_equal_keys(gconstpointer a, gconstpointer b)
{
        return endpoint_equal(a, b);
}
