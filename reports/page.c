/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reports/page.h"

#include "reports/ladder.h"

#include <errno.h>
#include <gio/gio.h>

/* Declared here because the build generates its source, from the files in template/. */
GResource *reports_get_resource(void);
#define RESOURCES "/chatsniff/reports/"

/* The files of template/ are compiled in, so a missing one is a mistake in the build. */
static GBytes *load(const char *name)
{
        g_autofree char *path = g_strconcat(RESOURCES, name, NULL);
        g_autoptr(GError) error = NULL;
        GBytes *bytes = g_resource_lookup_data(reports_get_resource(), path, G_RESOURCE_LOOKUP_FLAGS_NONE, &error);

        if (!bytes)
                g_error("%s", error->message);
        return bytes;
}

static GString *load_all(const char *const *names)
{
        GString *text = g_string_new(NULL);

        for (guint i = 0; names[i]; i++) {
                g_autoptr(GBytes) bytes = load(names[i]);

                g_string_append_len(text, g_bytes_get_data(bytes, NULL), (gssize) g_bytes_get_size(bytes));
        }
        return text;
}

static char *load_style(const char *const *names)
{
        GString *text = load_all(names);

        ladder_append_css(text, LADDER_STYLE_PAGE);
        return g_string_free(text, FALSE);
}

/* The hash by which a Content-Security-Policy allows a style or script (CSP Level 2, section 4.2.5). */
static char *hash_source(const char *text)
{
        g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
        guint8 digest[32];
        gsize length = sizeof digest;
        g_autofree char *encoded = NULL;

        g_checksum_update(checksum, (const guchar *) text, -1);
        g_checksum_get_digest(checksum, digest, &length);
        encoded = g_base64_encode(digest, length);
        return g_strdup_printf("'sha256-%s'", encoded);
}

static void write_meta(xmlTextWriterPtr xml, const char *attribute, const char *name, const char *content)
{
        markup_open(xml, "meta", NULL);
        markup_attribute(xml, attribute, name);
        markup_attribute(xml, "content", content);
        markup_close_void(xml);
}

/* Our own style and script contain nothing that would have to be escaped, or that could end the element. */
static void write_raw(xmlTextWriterPtr xml, const char *element, const char *text)
{
        markup_open(xml, element, NULL);
        xmlTextWriterWriteRaw(xml, (const xmlChar *) text);
        markup_close(xml);
}

static void write_head(xmlTextWriterPtr xml, const char *title, const char *style, const char *script)
{
        g_autofree char *style_hash = hash_source(style),
                        *script_hash = script ? hash_source(script) : g_strdup("'none'");
        g_autofree char *policy = g_strdup_printf("default-src 'none'; style-src %s; script-src %s; img-src data:; "
                                                  "base-uri 'none'; form-action 'none'",
                                                  style_hash, script_hash);

        markup_open(xml, "head", NULL);
        markup_open(xml, "meta", NULL);
        markup_attribute(xml, "charset", "utf-8");
        markup_close_void(xml);
        write_meta(xml, "http-equiv", "Content-Security-Policy", policy);
        write_meta(xml, "name", "viewport", "width=device-width, initial-scale=1");
        write_meta(xml, "name", "color-scheme", "light dark");
        write_meta(xml, "name", "referrer", "no-referrer");
        write_meta(xml, "name", "generator", "chatsniff " CHATSNIFF_VERSION);
        markup_open(xml, "link", NULL);
        markup_attribute(xml, "rel", "icon"); /* so that no browser asks a server for one */
        markup_attribute(xml, "href", "data:,");
        markup_close_void(xml);
        markup_element(xml, "title", NULL, title);
        write_raw(xml, "style", style);
        markup_close(xml);
}

static void write_button(xmlTextWriterPtr xml, const char *id, const char *text)
{
        markup_open(xml, "button", NULL);
        markup_attribute(xml, "type", "button");
        markup_attribute(xml, "id", id);
        markup_attribute(xml, "hidden", "hidden"); /* until its script shows it */
        markup_text(xml, text);
        markup_close(xml);
}

static void write_bar(xmlTextWriterPtr xml, const Page *page)
{
        const GPtrArray *bar = page->bar;

        markup_open(xml, "header", "bar");
        markup_open(xml, "nav", NULL);
        markup_attribute(xml, "aria-label", "Sections");
        for (guint i = 0; i + 1 < bar->len; i += 2) {
                markup_open(xml, "a", NULL);
                markup_attributef(xml, "href", "#%s", (const char *) g_ptr_array_index(bar, i));
                markup_text(xml, g_ptr_array_index(bar, i + 1));
                markup_close(xml);
        }
        markup_close(xml);
        markup_open(xml, "div", "tools");
        for (guint i = 0; page->buttons[i].id; i++)
                write_button(xml, page->buttons[i].id, page->buttons[i].text);
        markup_close(xml);
        markup_close(xml);
}

gboolean page_write(FILE *file, const Page *page, const char *body, gsize length)
{
        g_autofree char *style = load_style(page->styles);
        g_autofree char *script = page->for_print ? NULL : g_string_free(load_all(page->scripts), FALSE);
        xmlBufferPtr buffer = xmlBufferCreate();
        xmlTextWriterPtr xml = xmlNewTextWriterMemory(buffer, 0);
        gboolean written;

        xmlTextWriterWriteRaw(xml, (const xmlChar *) "<!DOCTYPE html>\n");
        markup_open(xml, "html", page->for_print ? "paper" : NULL);
        markup_attribute(xml, "lang", "en");
        write_head(xml, page->title, style, script);
        markup_open(xml, "body", NULL);
        if (!page->for_print)
                write_bar(xml, page);
        markup_open(xml, "main", NULL);
        xmlTextWriterWriteRawLen(xml, (const xmlChar *) body, (int) length);
        markup_close(xml);
        if (script)
                write_raw(xml, "script", script);
        markup_close(xml);
        markup_close(xml);
        markup_text(xml, "\n");
        xmlTextWriterFlush(xml);
        written = fwrite(xmlBufferContent(buffer), 1, (gsize) xmlBufferLength(buffer), file) ==
                  (gsize) xmlBufferLength(buffer);
        xmlFreeTextWriter(xml);
        xmlBufferFree(buffer);
        return written;
}

void page_write_phase(xmlTextWriterPtr xml, Phase phase)
{
        g_autofree char *class = g_strdup_printf("phase %s", phase_to_string(phase));

        markup_element(xml, "span", class, phase_to_string(phase));
}
