/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The checked reader: what is there is read, and one octet more is a mistake of the program's, which a build that
 * checks does not survive. */
#include "analyzer/decode/reader.h"

static const guint8 octets[] = {0x12, 0x34, 0x56, 0x78};

static void test_reads(void)
{
        Reader reader = {octets, sizeof octets, 6};

        g_assert_true(reader_has(&reader, 0, 4));
        g_assert_false(reader_has(&reader, 0, 5));
        g_assert_false(reader_has(&reader, 5, 0));
        g_assert_false(reader_has(&reader, G_MAXUINT32, 2));
        g_assert_false(reader_has(&reader, 2, G_MAXUINT32));
        g_assert_cmphex(reader_u8(&reader, 3), ==, 0x78);
        g_assert_cmphex(reader_u16(&reader, 2), ==, 0x5678);
        g_assert_cmphex(reader_u32(&reader, 0), ==, 0x12345678);
        g_assert_cmphex(reader_u16_le(&reader, 2), ==, 0x7856);
        g_assert_cmphex(reader_u32_le(&reader, 0), ==, 0x78563412);
        reader_skip(&reader, 4);
        g_assert_cmpuint(reader.captured, ==, 0);
        g_assert_cmpuint(reader.length, ==, 2);
}

static void test_limits(void)
{
        Reader reader = {octets, sizeof octets, 6};

        reader_limit(&reader, 5);
        g_assert_cmpuint(reader.captured, ==, 4);
        g_assert_cmpuint(reader.length, ==, 5);
        reader_limit(&reader, 3);
        g_assert_cmpuint(reader.captured, ==, 3);
        g_assert_cmpuint(reader.length, ==, 3);
}

/* One octet too far, of each way to read. */
static void too_far(gconstpointer data)
{
        Reader reader = {octets, sizeof octets, 6};

#ifndef CHECKED_READER
        g_test_skip("this build does not check: configure with -Dbuildtype=debug or -Db_sanitize");
        return;
#endif
        if (!g_test_subprocess()) {
                g_test_trap_subprocess(NULL, 0, 0);
                g_test_trap_assert_failed();
                g_test_trap_assert_stderr("*assertion failed*reader*");
                return;
        }
        switch (GPOINTER_TO_UINT(data)) {
        case 0:
                reader_u8(&reader, 4);
                break;
        case 1:
                reader_u16(&reader, 3);
                break;
        case 2:
                reader_u32(&reader, 1);
                break;
        case 3:
                reader_u16_le(&reader, 3);
                break;
        case 4:
                reader_u32_le(&reader, 1);
                break;
        default:
                reader_skip(&reader, 5);
        }
}

int main(int argc, char **argv)
{
        static const char *const ways[] = {"u8", "u16", "u32", "u16-le", "u32-le", "skip"};

        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/reader/reads", test_reads);
        g_test_add_func("/reader/limits", test_limits);
        for (guint i = 0; i < G_N_ELEMENTS(ways); i++) {
                g_autofree char *path = g_strdup_printf("/reader/too-far/%s", ways[i]);

                g_test_add_data_func(path, GUINT_TO_POINTER(i), too_far);
        }
        return g_test_run();
}
