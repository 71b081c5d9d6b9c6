/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/decode/decode-private.h"

#include <arpa/inet.h>
#include <string.h>

void ip_address_read(const Reader *reader, guint32 offset, guint8 family, IpAddress *ret_address)
{
        *ret_address = (IpAddress){.family = family};
        memcpy(ret_address->octets, reader->data + offset, family == 4 ? 4 : 16);
}

/* As inet_ntop() would, which goes through printf: addresses are written for every packet. */
static void write_ipv4(const guint8 octets[4], char *out)
{
        for (guint i = 0; i < 4; i++) {
                if (octets[i] >= 100)
                        *out++ = (char) ('0' + octets[i] / 100);
                if (octets[i] >= 10)
                        *out++ = (char) ('0' + octets[i] / 10 % 10);
                *out++ = (char) ('0' + octets[i] % 10);
                *out++ = i < 3 ? '.' : '\0';
        }
}

const char *ip_address_to_string(const IpAddress *address, char buffer[IP_ADDRESS_STRING_SIZE])
{
        if (address->family == 4)
                write_ipv4(address->octets, buffer);
        else if (address->family == 0 || !inet_ntop(AF_INET6, address->octets, buffer, IP_ADDRESS_STRING_SIZE))
                buffer[0] = '\0';
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

gboolean ip_address_is_multicast(const IpAddress *address)
{
        static const guint8 broadcast[4] = {255, 255, 255, 255};

        if (address->family == 4)
                return address->octets[0] >> 4 == 0xe || memcmp(address->octets, broadcast, sizeof broadcast) == 0;
        return address->family == 6 && address->octets[0] == 0xff;
}
