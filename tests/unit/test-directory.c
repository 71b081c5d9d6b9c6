/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The address book: who is who, and its bounds. */
#include "analyzer/session/session-private.h"

#include <string.h>

static ChatProtocol *udp_chat;

static Endpoint endpoint(const char *address, guint16 port)
{
        Endpoint self = {.port = port};

        g_assert_true(ip_address_from_string(address, strlen(address), &self.address));
        return self;
}

static void test_names(void)
{
        g_autoptr(Directory) directory = directory_new(G_MAXSIZE);
        Endpoint mine = endpoint("10.0.0.2", 4000), next_port = endpoint("10.0.0.2", 4001);
        /* The same octets, of the other family. */
        Endpoint six = endpoint("a00:2::", 4000);

        g_assert_null(directory_get_name(directory, &mine, 1));
        directory_set_name(directory, &mine, 10, "alpine and more", 6);
        directory_set_name(directory, &mine, 20, "debian", 6);
        directory_set_name(directory, &mine, 30, NULL, 0);
        directory_set_name(directory, &mine, 40, "alpine", 6);
        g_assert_null(directory_get_name(directory, &mine, 9));
        g_assert_cmpstr(directory_get_name(directory, &mine, 10), ==, "alpine");
        g_assert_cmpstr(directory_get_name(directory, &mine, 19), ==, "alpine");
        g_assert_cmpstr(directory_get_name(directory, &mine, 29), ==, "debian");
        g_assert_null(directory_get_name(directory, &mine, 39));
        g_assert_cmpstr(directory_get_name(directory, &mine, G_MAXUINT64), ==, "alpine");

        /* What was held is told late, and changes only what lies between. */
        directory_set_name(directory, &mine, 15, "late", 4);
        g_assert_cmpstr(directory_get_name(directory, &mine, 14), ==, "alpine");
        g_assert_cmpstr(directory_get_name(directory, &mine, 15), ==, "late");
        g_assert_cmpstr(directory_get_name(directory, &mine, 20), ==, "debian");

        g_assert_null(directory_get_name(directory, &next_port, 100));
        g_assert_null(directory_get_name(directory, &six, 100));
        directory_set_name(directory, &six, 50, "six", 3);
        g_assert_cmpstr(directory_get_name(directory, &mine, 100), ==, "alpine");
        g_assert_cmpstr(directory_get_name(directory, &six, 100), ==, "six");
}

/* A name that was said twice, and another one in between, of which is known late. */
static void test_late_between(void)
{
        const Endpoint mine = {.address = {.family = 4, .octets = {10, 0, 0, 9}}, .port = 4000};
        Directory *directory = directory_new(1024 * 1024);

        directory_set_name(directory, &mine, 10, "bert", 4);
        directory_set_name(directory, &mine, 40, "bert", 4);
        directory_set_name(directory, &mine, 30, "bert", 4);
        directory_set_name(directory, &mine, 20, "anna", 4);
        g_assert_cmpstr(directory_get_name(directory, &mine, 19), ==, "bert");
        g_assert_cmpstr(directory_get_name(directory, &mine, 20), ==, "anna");
        g_assert_cmpstr(directory_get_name(directory, &mine, 39), ==, "anna");
        g_assert_cmpstr(directory_get_name(directory, &mine, 40), ==, "bert");
        g_assert_cmpstr(directory_get_last_name(directory, &mine), ==, "bert");
        directory_set_name(directory, &mine, 15, NULL, 0);
        g_assert_null(directory_get_name(directory, &mine, 16));
        g_assert_cmpstr(directory_get_name(directory, &mine, 20), ==, "anna");
        g_assert_cmpstr(directory_get_name(directory, &mine, 50), ==, "bert");
        directory_free(directory);
}

static void test_names_bounded(void)
{
        g_autoptr(Directory) directory = directory_new(G_MAXSIZE);
        Endpoint mine = endpoint("fe80::1", 4000);
        char name[16];

        for (guint i = 1; i <= 10 * DIRECTORY_MAX_NAMES; i++) {
                g_snprintf(name, sizeof name, "name-%u", i);
                directory_set_name(directory, &mine, 10 * i, name, strlen(name));
                directory_set_name(directory, &mine, 10 * i + 1, name, strlen(name)); /* no change, not counted */
        }
        /* The newest are known, what was before them is forgotten. */
        g_assert_cmpstr(directory_get_name(directory, &mine, 10 * 10 * DIRECTORY_MAX_NAMES), ==, name);
        g_snprintf(name, sizeof name, "name-%u", 9 * DIRECTORY_MAX_NAMES + 1);
        g_assert_cmpstr(directory_get_name(directory, &mine, 10 * (9 * DIRECTORY_MAX_NAMES + 1)), ==, name);
        g_assert_null(directory_get_name(directory, &mine, 10 * 9 * DIRECTORY_MAX_NAMES));
}

static void test_roles(void)
{
        g_autoptr(Directory) directory = directory_new(G_MAXSIZE);
        Endpoint mine = endpoint("10.0.0.2", 4000);

        g_assert_null(directory_get_server(directory, &mine));
        g_assert_null(directory_get_peer(directory, &mine));
        directory_add_server(directory, &mine, udp_chat);
        g_assert_true(directory_get_server(directory, &mine) == udp_chat);
        g_assert_null(directory_get_peer(directory, &mine));
        directory_add_peer(directory, &mine, udp_chat);
        g_assert_true(directory_get_peer(directory, &mine) == udp_chat);
        g_assert_null(directory_get_name(directory, &mine, 1));
}

/* Where memory is short those go of whom nothing was learned for longest, and what they cost comes back. */
static void test_directory_bounds(void)
{
        g_autoptr(Directory) directory = directory_new(64 * 1024);
        Endpoint server = endpoint("10.0.0.1", 8091);
        guint64 forgotten = 0;

        directory_add_server(directory, &server, udp_chat);
        for (guint i = 0; i < 20000; i++) {
                Endpoint peer = endpoint("10.0.0.2", (guint16) i);
                char name[32];

                g_snprintf(name, sizeof name, "name%u", i);
                directory_add_peer(directory, &peer, udp_chat);
                for (guint n = 0; n < 20; n++)
                        directory_set_name(directory, &peer, n, name, strlen(name) - n % 2);
                g_assert_nonnull(directory_get_name(directory, &peer, G_MAXUINT64));
                directory_add_server(directory, &server, udp_chat);
                g_assert_cmpuint(directory_count_forgotten(directory), >=, forgotten);
                forgotten = directory_count_forgotten(directory);
        }
        g_assert_cmpuint(forgotten, >, 19900);
        g_assert_cmpuint(forgotten, <, 20000);
        g_assert_true(directory_get_server(directory, &server) == udp_chat);
}

int main(int argc, char **argv)
{
        int status;

        g_test_init(&argc, &argv, NULL);
        udp_chat = chat_protocol_new_builtin("udpchat");
        g_test_add_func("/session/names", test_names);
        g_test_add_func("/session/late-between", test_late_between);
        g_test_add_func("/session/names-bounded", test_names_bounded);
        g_test_add_func("/session/roles", test_roles);
        g_test_add_func("/session/short-of-memory/directory", test_directory_bounds);
        status = g_test_run();
        chat_protocol_unref(udp_chat);
        return status;
}
