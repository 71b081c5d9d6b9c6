/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Addresses as text, beside the C library's; and that nobody can foresee what endpoints hash to. */
#include "analyzer/decode/packet.h"

#include <arpa/inet.h>
#include <string.h>

static void check_text(const IpAddress *address)
{
        char text[IP_ADDRESS_STRING_SIZE], wanted[INET6_ADDRSTRLEN];
        IpAddress read;

        g_assert_nonnull(inet_ntop(address->family == 4 ? AF_INET : AF_INET6, address->octets, wanted, sizeof wanted));
        g_assert_cmpuint(ip_address_write(address, text), ==, strlen(wanted));
        g_assert_cmpstr(text, ==, wanted);
        g_assert_true(ip_address_from_string(text, strlen(text), &read));
        g_assert_true(ip_address_equal(&read, address));
}

static void test_ipv4(void)
{
        for (guint i = 0; i < 256; i++)
                check_text(&(IpAddress){.family = 4, .octets = {(guint8) i, (guint8) (255 - i), 0, (guint8) (i * 7)}});
}

/* RFC 5952: the longest run of zero groups, of two equal ones the first, never a single group; no leading zeros. */
static void test_ipv6(void)
{
        static const guint16 groups[] = {0x1, 0x20, 0x300, 0x4000, 0xffff};

        for (guint zeros = 0; zeros < 256; zeros++)
                for (guint first = 0; first < G_N_ELEMENTS(groups); first++) {
                        IpAddress address = {.family = 6};

                        for (guint i = 0; i < 8; i++) {
                                guint16 group = zeros >> i & 1 ? 0 : groups[(first + i) % G_N_ELEMENTS(groups)];

                                address.octets[2 * i] = (guint8) (group >> 8);
                                address.octets[2 * i + 1] = (guint8) group;
                        }
                        check_text(&address);
                }
}

static guint32 hash_of_two(void)
{
        const Endpoint one = {.address = {.family = 4, .octets = {10, 0, 0, 1}}, .port = 8090};
        const Endpoint other = {.address = {.family = 4, .octets = {10, 0, 0, 2}}, .port = 40001};

        g_assert_cmpuint(endpoints_hash(&one, &other), ==, endpoints_hash(&other, &one));
        return endpoints_hash(&one, &other);
}

/* Each run says the hash of the same two endpoints, as a child of this test. */
static char *hash_of_another_run(const char *program)
{
        const char *const arguments[] = {program, "--hash", NULL};
        g_autofree char *output = NULL;
        g_autoptr(GError) error = NULL;
        int status;

        g_spawn_sync(NULL, (char **) arguments, NULL, G_SPAWN_DEFAULT, NULL, NULL, &output, NULL, &status, &error);
        g_assert_no_error(error);
        g_assert_cmpint(status, ==, 0);
        return g_steal_pointer(&output);
}

/* Two seeds give the same 32 bits once in four thousand million. */
static void test_seed(gconstpointer program)
{
        g_autofree char *one = hash_of_another_run(program), *other = hash_of_another_run(program);

        g_assert_cmpuint(strlen(one), >, 1);
        g_assert_cmpstr(one, !=, other);
}

int main(int argc, char **argv)
{
        if (argc == 2 && g_str_equal(argv[1], "--hash")) {
                g_print("%u\n", hash_of_two());
                return 0;
        }
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/addresses/ipv4", test_ipv4);
        g_test_add_func("/addresses/ipv6", test_ipv6);
        g_test_add_data_func("/addresses/seed", argv[0], test_seed);
        return g_test_run();
}
