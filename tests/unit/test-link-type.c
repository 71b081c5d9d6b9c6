/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of link types, held against libpcap's. */
#include "analyzer/capture/link-type.h"
#include "analyzer/capture/source-private.h"

#include <pcap.h>
#include <stdio.h>

/* What libpcap makes of a file with this link type. */
static int ask_libpcap(guint32 number)
{
        guint32 header[] = {0xa1b2c3d4, 2 | 4 << 16, 0, 0, 65535, number};
        char reason[PCAP_ERRBUF_SIZE];
        pcap_t *pcap = pcap_fopen_offline(fmemopen(header, sizeof header, "r"), reason);
        int dlt;

        if (!pcap)
                g_error("link type %u: %s", number, reason);
        dlt = pcap_datalink(pcap);
        pcap_close(pcap); /* and with it the file */
        return dlt;
}

static void test_names(void)
{
        guint known = 0;

        for (guint number = 0; number < link_type_get_end(); number++) {
                const LinkType *type = link_type_get((guint16) number);
                int dlt;

                if (!type)
                        continue;
                known++;
                dlt = link_type_to_dlt((guint16) number);
                g_test_message("%u: %s", number, type->name);
                g_assert_cmpint(dlt, ==, ask_libpcap(number));
                g_assert_cmpuint(link_type_from_dlt(dlt), ==, number);
        }
        g_assert_cmpuint(known, >=, 23);
        g_assert_cmpint(link_type_to_dlt(LINK_TYPE_RAW), ==, DLT_RAW);
        g_assert_cmpint(link_type_to_dlt(108), ==, DLT_LOOP);
}

static void test_unknown(void)
{
        g_assert_null(link_type_get(2));
        g_assert_null(link_type_get((guint16) link_type_get_end()));
        g_assert_null(link_type_get(G_MAXUINT16));
        g_assert_cmpint(link_type_to_dlt(G_MAXUINT16), ==, G_MAXUINT16);
        g_assert_cmpuint(link_type_from_dlt(2), ==, 2);
}

static void test_files(void)
{
        g_assert_cmpuint(link_type_from_file(12), ==, LINK_TYPE_RAW);
        g_assert_cmpuint(link_type_from_file(14), ==, LINK_TYPE_RAW);
        g_assert_cmpuint(link_type_from_file(LINK_TYPE_ETHERNET), ==, LINK_TYPE_ETHERNET);
}

static void test_largest(void)
{
        g_assert_cmpuint(link_type_get_largest(LINK_TYPE_ETHERNET), ==, 256 * 1024);
        g_assert_cmpuint(link_type_get_largest(2), ==, 256 * 1024);
        g_assert_cmpuint(link_type_get_largest(249), ==, 128 * 1024 * 1024); /* USBPcap */
        g_assert_cmpuint(link_type_get_largest(279), ==, 32 * 1024 * 1024);  /* EBHSCR */
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/link-type/names", test_names);
        g_test_add_func("/link-type/unknown", test_unknown);
        g_test_add_func("/link-type/files", test_files);
        g_test_add_func("/link-type/largest", test_largest);
        return g_test_run();
}
