/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "chat/peers/multicast.h"

#include <arpa/inet.h>
#include <errno.h>
#include <gio/gio.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <string.h>
#include <unistd.h>

static gboolean fail(GError **error, const char *what)
{
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s: %s", what, g_strerror(errno));
        return FALSE;
}

/* Finds our address on the way to the neighbour. Connecting a datagram socket only looks up the route; it sends
 * nothing. */
static gboolean find_source(const Address *neighbour, Address *ret_source)
{
        int fd = socket(address_get_family(neighbour), SOCK_DGRAM | SOCK_CLOEXEC, 0);
        gboolean found;

        memset(ret_source, 0, sizeof *ret_source);
        ret_source->length = sizeof ret_source->storage;
        found = fd >= 0 && connect(fd, (const struct sockaddr *) &neighbour->storage, neighbour->length) == 0 &&
                getsockname(fd, (struct sockaddr *) &ret_source->storage, &ret_source->length) == 0;
        if (fd >= 0)
                close(fd);
        return found;
}

/* The number of the interface that has the address; 0 if none has. */
static guint find_interface(const Address *source)
{
        struct ifaddrs *all;
        guint number = 0;

        if (getifaddrs(&all) != 0)
                return 0;
        for (const struct ifaddrs *one = all; one && number == 0; one = one->ifa_next) {
                Address address = {.length = source->length};

                if (!one->ifa_addr || one->ifa_addr->sa_family != address_get_family(source))
                        continue;
                memcpy(&address.storage, one->ifa_addr, source->length);
                if (address_is_same_host(&address, source))
                        number = if_nametoindex(one->ifa_name);
        }
        freeifaddrs(all);
        return number;
}

static guint interface_towards(const Address *neighbour)
{
        Address source;

        return find_source(neighbour, &source) ? find_interface(&source) : 0;
}

static gboolean join(int fd, const Address *group, guint interface)
{
        struct ip_mreqn four = {.imr_ifindex = (int) interface};
        struct ipv6_mreq six = {.ipv6mr_interface = interface};

        if (address_get_family(group) == AF_INET) {
                four.imr_multiaddr = ((const struct sockaddr_in *) &group->storage)->sin_addr;
                return setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &four, sizeof four) == 0;
        }
        six.ipv6mr_multiaddr = ((const struct sockaddr_in6 *) &group->storage)->sin6_addr;
        return setsockopt(fd, IPPROTO_IPV6, IPV6_JOIN_GROUP, &six, sizeof six) == 0;
}

int multicast_listen(const Address *group, const Address *neighbour, GError **error)
{
        guint interface = interface_towards(neighbour);
        int yes = 1, no = 0, fd = socket(address_get_family(group), SOCK_DGRAM | SOCK_CLOEXEC, 0);

        if (fd < 0) {
                fail(error, "cannot create a socket");
                return -1;
        }
        /* Several clients on this host may be in the same room. */
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
        /* Do not receive what is sent to groups that only others on this host have joined (ip(7)). */
        if (address_get_family(group) == AF_INET)
                setsockopt(fd, IPPROTO_IP, IP_MULTICAST_ALL, &no, sizeof no);
        if (bind(fd, (const struct sockaddr *) &group->storage, group->length) == 0 && join(fd, group, interface))
                return fd;
        fail(error, "cannot join the group");
        close(fd);
        return -1;
}

gboolean multicast_prepare_sender(int fd, int family, const Address *group, const Address *neighbour, GError **error)
{
        guint interface = interface_towards(neighbour);
        struct ip_mreqn four = {.imr_ifindex = (int) interface};
        int status;

        if (address_get_family(group) == AF_INET)
                status = setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &four, sizeof four);
        else
                status = setsockopt(fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, &interface, sizeof interface);
        return status == 0 || fail(error, "cannot send to the group");
}

void multicast_get_group(int family, guint number, guint16 port, Address *ret_group)
{
        struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = htons(port)};
        struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons(port)};

        memset(ret_group, 0, sizeof *ret_group);
        number &= 0xffff;
        if (family == AF_INET) {
                four.sin_addr.s_addr = htonl(0xefff0000 | number);
                memcpy(&ret_group->storage, &four, sizeof four);
                ret_group->length = sizeof four;
                return;
        }
        six.sin6_addr.s6_addr[0] = 0xff;
        six.sin6_addr.s6_addr[1] = 0x15;
        six.sin6_addr.s6_addr[14] = (guint8) (number >> 8);
        six.sin6_addr.s6_addr[15] = (guint8) number;
        memcpy(&ret_group->storage, &six, sizeof six);
        ret_group->length = sizeof six;
}
