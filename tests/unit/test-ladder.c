/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The texts of diagrams, the order of lifelines, and what a page gets of a diagram; the pictures are looked
 * at in tests/report. */
#include "analyzer/timeline/record-batch.h"
#include "analyzer/timeline/timeline.h"
#include "reports/ladder-order.h"
#include "reports/ladder-text.h"
#include "reports/ladder.h"

#include <string.h>

static void check_harmless(const char *text, gsize length, guint max_letters, const char *expected)
{
        /* An exact copy on the heap, so that a sanitizer sees one octet too many. */
        g_autofree char *exact = g_memdup2(text, length);
        g_autofree char *harmless = ladder_text_harmless(exact, length, max_letters);

        g_assert_cmpstr(harmless, ==, expected);
        g_assert_true(g_utf8_validate(harmless, -1, NULL));
}
#define CHECK_HARMLESS(text, expected) check_harmless(text, sizeof(text) - 1, 100, expected)

static void test_harmless(void)
{
        CHECK_HARMLESS("", "");
        CHECK_HARMLESS("grüße 你好 😀", "grüße 你好 😀");
        CHECK_HARMLESS("\033[2J\007", "⟨ESC⟩[2J⟨BEL⟩");
        CHECK_HARMLESS("a\nb\tc\0d", "a⟨LF⟩b⟨TAB⟩c⟨NUL⟩d");
        CHECK_HARMLESS("\xe2\x80\xae"
                       "evil\xe2\x81\xa6",
                       "⟨RLO⟩evil⟨LRI⟩");
        CHECK_HARMLESS("\xc2\x9b"
                       "31m",
                       "⟨U+009B⟩31m"); /* the C1 control that means ESC [ */
        CHECK_HARMLESS("\xff\xe4\xbd", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
        CHECK_HARMLESS("\xef\xbf\xbe", "⟨U+FFFE⟩"); /* which XML may not hold */
        CHECK_HARMLESS("a\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81"
                       "b",
                       "a\xcc\x81\xcc\x81\xcc\x81"
                       "b");
        CHECK_HARMLESS("\xcc\x81x", "x"); /* a mark over nothing */
        check_harmless("abcdef", 6, 3, "abc …");
        check_harmless("abc", 3, 3, "abc");
}

static void test_width(void)
{
        g_assert_cmpfloat_with_epsilon(ladder_text_width("MM", LADDER_FONT_SANS, 10), 17.4, 0.001);
        g_assert_cmpfloat_with_epsilon(ladder_text_width("MM", LADDER_FONT_BOLD, 10), 20, 0.001);
        g_assert_cmpfloat_with_epsilon(ladder_text_width("Mi", LADDER_FONT_MONO, 10), 12.2, 0.001);
        /* A mark takes no room of its own. */
        g_assert_cmpfloat_with_epsilon(ladder_text_width("e\xcc\x81", LADDER_FONT_SANS, 10),
                                       ladder_text_width("e", LADDER_FONT_SANS, 10), 0.001);
        g_assert_cmpfloat(ladder_text_width("漢", LADDER_FONT_SANS, 10), >=, 10);
}

static void check_wrap(const char *text, double width, guint max_lines, const char *expected)
{
        g_autoptr(GPtrArray) lines = ladder_text_wrap(text, LADDER_FONT_MONO, 10, width, max_lines);
        g_autoptr(GString) joined = g_string_new(NULL);

        for (guint i = 0; i < lines->len; i++) {
                g_assert_cmpfloat(ladder_text_width(lines->pdata[i], LADDER_FONT_MONO, 10), <=, width + 0.001);
                g_string_append_printf(joined, "%s%s", i > 0 ? "|" : "", (const char *) lines->pdata[i]);
        }
        g_assert_cmpuint(lines->len, <=, max_lines);
        g_assert_cmpstr(joined->str, ==, expected);
}

static void test_wrap(void)
{
        /* 10 letters of this size are 61 px wide. */
        check_wrap("", 61, 3, "");
        check_wrap("one line", 61, 3, "one line");
        check_wrap("exactly 10", 61, 3, "exactly 10");
        check_wrap("exactly ten and more", 61, 3, "exactly|ten and|more");
        check_wrap("aaa bbb ccc", 61, 3, "aaa bbb|ccc");
        check_wrap("aa bb cc dd ee ff gg hh", 122, 3, "aa bb cc dd|ee ff gg hh");    /* balanced: not "… gg|hh" */
        check_wrap("abcdefghijklmnopqrst", 61, 3, "abcdefghij|klmnopqrst");          /* broken anywhere */
        check_wrap("to: abcdefghijklmnopqrst", 61, 3, "to: abcd|efghijkl|mnopqrst"); /* "to:" is not left alone */
        check_wrap("one two three four five", 61, 2, "one two|three …");
        check_wrap("   spaces    around   ", 61, 3, "spaces|around");
}

static void test_shorten(void)
{
        g_autofree char *fits = ladder_text_shorten("alpine", LADDER_FONT_MONO, 10, 61, 22);
        g_autofree char *wide = ladder_text_shorten("abcdefghijklmnop", LADDER_FONT_MONO, 10, 61, 22);
        g_autofree char *letters = ladder_text_shorten("abcdefghijklmnop", LADDER_FONT_MONO, 10, 610, 9);

        g_assert_cmpstr(fits, ==, "alpine");
        g_assert_cmpfloat(ladder_text_width(wide, LADDER_FONT_MONO, 10), <=, 61);
        g_assert_true(g_str_has_prefix(wide, "abc") && strstr(wide, "…") && g_str_has_suffix(wide, "nop"));
        g_assert_cmpstr(letters, ==, "abcd…mnop");
}

static void test_order(void)
{
        guint place[LADDER_ORDER_MAX];
        LadderTraffic star = {{0}}, line = {{0}};

        /* Two clients and their server, which was met second: it is between them already. */
        ladder_order_count(star, 0, 1);
        ladder_order_count(star, 2, 1);
        ladder_order_find(star, 3, place);
        g_assert_cmpuint(place[0], ==, 0);
        g_assert_cmpuint(place[1], ==, 1);
        g_assert_cmpuint(place[2], ==, 2);

        /* 0–2, 2–1, 1–3: as neighbours they stand in this order. */
        ladder_order_count(line, 2, 0);
        ladder_order_count(line, 2, 1);
        ladder_order_count(line, 1, 3);
        ladder_order_find(line, 4, place);
        g_assert_cmpuint(place[0], ==, 0);
        g_assert_cmpuint(place[2], ==, 1);
        g_assert_cmpuint(place[1], ==, 2);
        g_assert_cmpuint(place[3], ==, 3);
}

/* A datagram of the UDP chat at 10.0.0.1, to the server or from it, as it comes over raw IPv4. */
static void take_datagram(
        Timeline *timeline, gboolean is_scan, guint64 number, guint8 client, gboolean from_client, const char *text)
{
        guint8 octets[128] = {0x45, 0, 0, 0, 0,  0, 0x40, 0, 64,   17,   0,    0,
                              10,   0, 0, 1, 10, 0, 0,    1, 0x1f, 0x9a, 0x1f, 0x9a};
        gsize length = strlen(text);
        CaptureFrame frame = {.number = number, .has_time = TRUE, .is_packet = TRUE, .link_type = LINK_TYPE_IPV4};
        Packet packet;

        g_assert_cmpuint(28 + length, <=, sizeof octets);
        octets[3] = (guint8) (28 + length);
        octets[from_client ? 15 : 19] = client;
        octets[from_client ? 20 : 22] = 0x9c; /* port 40090 */
        octets[25] = (guint8) (8 + length);
        memcpy(octets + 28, text, length);
        frame.time = (gint64) number * 1000000;
        frame.data = octets;
        frame.captured_length = frame.original_length = (guint32) (28 + length);
        g_assert_cmpint(packet_decode(&frame, &packet), ==, DECODE_COMPLETE);
        if (is_scan)
                timeline_scan(timeline, &packet, 1);
        else
                timeline_add(timeline, &packet, 1);
}

static void keep(const Record *record, gpointer data)
{
        record_batch_keep(data, record);
}

/* So many clients register, each with two packets. */
static RecordBatch *registrations(GPtrArray *protocols, guint n_clients)
{
        RecordBatch *batch = record_batch_new();
        TimelineOptions options = {.protocols = protocols};
        g_autoptr(Timeline) timeline = timeline_new(&options, keep, NULL, batch);

        for (guint pass = 0; pass < 2; pass++) {
                for (guint i = 0; i < n_clients; i++) {
                        g_autofree char *text = g_strdup_printf("hi user-%u", i);

                        take_datagram(timeline, pass == 0, 2 * i + 1, (guint8) (i + 2), TRUE, text);
                        take_datagram(timeline, pass == 0, 2 * i + 2, (guint8) (i + 2), FALSE, text);
                }
                if (pass == 0)
                        timeline_begin(timeline);
        }
        timeline_finish(timeline);
        g_assert_cmpuint(record_batch_get_length(batch), ==, 2 * n_clients);
        return batch;
}

typedef void (*WriteFunc)(xmlTextWriterPtr xml,
                          const Record *const *records,
                          guint n_records,
                          const LadderOptions *options);

static char *write_svg(WriteFunc write, const RecordBatch *batch, const LadderOptions *options)
{
        xmlBufferPtr buffer = xmlBufferCreate();
        xmlTextWriterPtr xml = xmlNewTextWriterMemory(buffer, 0);
        g_autoptr(GPtrArray) records = g_ptr_array_new();
        char *svg;

        for (guint i = 0; i < record_batch_get_length(batch); i++)
                g_ptr_array_add(records, (gpointer) record_batch_get(batch, i));
        write(xml, (const Record *const *) records->pdata, records->len, options);
        xmlFreeTextWriter(xml);
        svg = g_strdup((const char *) xmlBufferContent(buffer));
        xmlBufferFree(buffer);
        return svg;
}

static guint count(const char *text, const char *part)
{
        guint n = 0;

        for (const char *at = strstr(text, part); at; at = strstr(at + 1, part))
                n++;
        return n;
}

static const char *name_of(const Endpoint *endpoint, Transport transport, gpointer user_data)
{
        g_assert_cmpint(transport, ==, TRANSPORT_UDP);
        return endpoint->port == 8090 ? user_data : NULL;
}

/* On a page the colours and sizes are the page's, frames are links, and every id has the caller's prefix. */
static void test_page(gconstpointer protocols)
{
        g_autoptr(RecordBatch) batch = registrations((GPtrArray *) protocols, 2);
        LadderOptions options = {
                .title = "The <chat>",
                .id_prefix = "udp-",
                .link_prefix = "#f",
                .name_of = name_of,
                .name_of_data = (gpointer) "Lovelace & co",
        };
        g_autofree char *svg = write_svg(ladder_write, batch, &options), *strip = NULL, *key = NULL;

        g_assert_cmpuint(count(svg, "<svg "), ==, 1);
        g_assert_nonnull(strstr(svg, "viewBox=\"0 0 1056 "));
        g_assert_nonnull(strstr(svg, "width=\"66rem\""));
        g_assert_nonnull(strstr(svg, "aria-labelledby=\"udp-title\""));
        g_assert_nonnull(strstr(svg, "<title id=\"udp-title\">The &lt;chat&gt;</title>"));
        g_assert_nonnull(strstr(svg, ">Lovelace &amp; co</text>"));
        g_assert_cmpuint(count(svg, "<a href=\"#f"), ==, 4);
        g_assert_cmpuint(count(svg, "tabindex=\"-1\""), ==, 4);
        g_assert_cmpuint(count(svg, "class=\"l-row\""), ==, 4);
        g_assert_cmpuint(count(svg, " id="), ==, 1);
        g_assert_null(strstr(svg, "style"));

        strip = write_svg(session_strip_write, batch, &options);
        g_assert_cmpuint(count(strip, "<a href=\"#f"), ==, 4);
        g_assert_nonnull(strstr(strip, "Lovelace &amp; co"));

        options.link_prefix = NULL;
        options.width = LADDER_NARROW;
        g_free(svg);
        svg = write_svg(ladder_write, batch, &options);
        g_assert_nonnull(strstr(svg, "viewBox=\"0 0 358 "));
        g_assert_nonnull(strstr(svg, "role=\"img\""));
        g_assert_null(strstr(svg, "<a "));
}

/* What is higher than there is room for becomes several diagrams, each with heads, and all rows in one of
 * them. */
static void test_parts(gconstpointer protocols)
{
        g_autoptr(RecordBatch) batch = registrations((GPtrArray *) protocols, 3);
        LadderOptions options = {.max_height = 200, .title = "Parts", .id_prefix = "p-"};
        g_autofree char *svg = write_svg(ladder_write, batch, &options);
        const char *at = svg;

        g_assert_cmpuint(count(svg, "<svg "), ==, 3);
        g_assert_cmpuint(count(svg, "l-row"), ==, 6);
        g_assert_cmpuint(count(svg, ">server</text>"), ==, 3);
        g_assert_cmpuint(count(svg, "id=\"p-title\""), ==, 1);
        g_assert_cmpuint(count(svg, "id=\"p-part-2-title\""), ==, 1);
        while ((at = strstr(at, "viewBox=\"0 0 "))) {
                at = strchr(at + strlen("viewBox=\"0 0 "), ' ');
                g_assert_cmpfloat(g_ascii_strtod(at, NULL), <=, 200);
        }
}

static void test_nothing(void)
{
        g_autoptr(RecordBatch) batch = record_batch_new();
        LadderOptions options = {0};
        g_autofree char *svg = write_svg(ladder_write, batch, &options);
        g_autofree char *strip = write_svg(session_strip_write, batch, &options);

        g_assert_true(g_str_has_prefix(svg, "<svg ") && g_str_has_prefix(strip, "<svg "));
}

/* Conversations of one chat meet in the server's socket; the filter finds them all. */
static void test_groups(gconstpointer protocols)
{
        g_autoptr(RecordBatch) batch = registrations((GPtrArray *) protocols, 3);
        g_autoptr(GPtrArray) records = g_ptr_array_new(), groups = NULL;
        const LadderGroup *group;

        for (guint i = 0; i < record_batch_get_length(batch); i++)
                g_ptr_array_add(records, (gpointer) record_batch_get(batch, i));
        groups = ladder_group_records((const Record *const *) records->pdata, records->len);
        g_assert_cmpuint(groups->len, ==, 1);
        group = g_ptr_array_index(groups, 0);
        g_assert_cmpstr(group->title, ==, "UDP chat");
        g_assert_cmpstr(group->filter, ==, "udp.stream in {0,1,2}");
        g_assert_cmpstr(group->conversation, ==, "udp:0,1,2");
        g_assert_cmpuint(group->records->len, ==, 6);
}

/* Every class that is drawn has its rules, in every style; a page's have variables and no colours. */
static void test_css(void)
{
        static const char *const needed[] = {".l-label{",    ".l-terms{",           ".l-typed",
                                             ".l-resent",    ".l-missing",          ".l-recovery{",
                                             ".l-on-setup{", ".l-band.l-teardown{", ".l-open{"};

        for (guint style = LADDER_STYLE_PAGE; style <= LADDER_STYLE_DARK; style++) {
                g_autoptr(GString) css = g_string_new(NULL);

                ladder_append_css(css, (LadderStyle) style);
                for (guint i = 0; i < G_N_ELEMENTS(needed); i++)
                        g_assert_nonnull(strstr(css->str, needed[i]));
                g_assert_cmpuint(count(css->str, "{"), ==, count(css->str, "}"));
                g_assert_true((strstr(css->str, "var(--setup)") != NULL) == (style == LADDER_STYLE_PAGE));
                g_assert_true((strchr(css->str, '#') != NULL) == (style != LADDER_STYLE_PAGE));
        }
}

int main(int argc, char **argv)
{
        g_autoptr(GPtrArray) protocols = g_ptr_array_new_with_free_func((GDestroyNotify) chat_protocol_unref);

        g_ptr_array_add(protocols, chat_protocol_new_builtin("udpchat"));
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/ladder/harmless", test_harmless);
        g_test_add_func("/ladder/width", test_width);
        g_test_add_func("/ladder/wrap", test_wrap);
        g_test_add_func("/ladder/shorten", test_shorten);
        g_test_add_func("/ladder/order", test_order);
        g_test_add_func("/ladder/css", test_css);
        g_test_add_func("/ladder/nothing", test_nothing);
        g_test_add_data_func("/ladder/page", protocols, test_page);
        g_test_add_data_func("/ladder/parts", protocols, test_parts);
        g_test_add_data_func("/ladder/groups", protocols, test_groups);
        return g_test_run();
}
