/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reports/pdf.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* A temporary folder with the page for the browser and the PDF that it makes. */
typedef struct {
        char *folder, *page, *pdf;
} Workplace;

static void remove_tree(const char *path)
{
        g_autoptr(GDir) folder = g_file_test(path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open(path, 0, NULL);
        const char *name;

        while (folder && (name = g_dir_read_name(folder))) {
                g_autofree char *inner = g_build_filename(path, name, NULL);

                remove_tree(inner);
        }
        g_remove(path);
}

static void workplace_clear(Workplace *self)
{
        if (self->folder)
                remove_tree(self->folder);
        g_free(self->folder);
        g_free(self->page);
        g_free(self->pdf);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Workplace, workplace_clear)

static gboolean workplace_open(Workplace *self, GError **error)
{
        self->folder = g_dir_make_tmp("chatsniff-XXXXXX", error);
        if (!self->folder)
                return FALSE;
        self->page = g_build_filename(self->folder, "report.html", NULL);
        self->pdf = g_build_filename(self->folder, "report.pdf", NULL);
        return TRUE;
}

static gboolean run(const char *const *command, GError **error)
{
        g_autoptr(GSubprocess) process =
                g_subprocess_newv(command, G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_PIPE, error);
        g_autofree char *complaints = NULL;

        if (!process || !g_subprocess_communicate_utf8(process, NULL, NULL, NULL, &complaints, error))
                return FALSE;
        if (g_subprocess_get_successful(process))
                return TRUE;
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s could not make the PDF: %s", command[0],
                    complaints && *g_strchomp(complaints) ? complaints : "it gave no reason");
        return FALSE;
}

/* WeasyPrint would draw the halo of the texts in diagrams over the texts; browsers draw it under them. */
static gboolean run_weasyprint(const Workplace *place, const char *program, const char *page, GError **error)
{
        const char *command[] = {program, "--quiet", "--media-type", "print", place->page, place->pdf, NULL};
        g_autoptr(GString) adapted = g_string_new(page);

        g_string_replace(adapted, "stroke-width:5px", "stroke-width:0", 0);
        return g_file_set_contents(place->page, adapted->str, (gssize) adapted->len, error) && run(command, error);
}

/* Chromium's sandbox does not work for root. The page is our own, has no script, and its policy loads nothing. */
static gboolean run_chromium(const Workplace *place, const char *program, const char *page, GError **error)
{
        g_autofree char *url = g_filename_to_uri(place->page, NULL, error);
        g_autofree char *output = g_strconcat("--print-to-pdf=", place->pdf, NULL);
        g_autofree char *profile = g_strconcat("--user-data-dir=", place->folder, G_DIR_SEPARATOR_S "profile", NULL);
        const char *command[] = {program,
                                 "--headless",
                                 "--disable-gpu",
                                 "--no-pdf-header-footer",
                                 "--generate-pdf-document-outline",
                                 profile,
                                 output,
                                 url,
                                 getuid() == 0 ? "--no-sandbox" : NULL,
                                 NULL};

        return url && g_file_set_contents(place->page, page, -1, error) && run(command, error);
}

static gboolean print(const Workplace *place, const char *page, GError **error)
{
        static const struct {
                const char *name;
                gboolean (*run)(const Workplace *place, const char *program, const char *page, GError **error);
        } printers[] = {
                {"chromium", run_chromium},
                {"chromium-browser", run_chromium},
                {"google-chrome", run_chromium},
                {"weasyprint", run_weasyprint},
        };

        for (guint i = 0; i < G_N_ELEMENTS(printers); i++) {
                g_autofree char *program = g_find_program_in_path(printers[i].name);

                if (program)
                        return printers[i].run(place, program, page, error);
        }
        g_set_error_literal(
                error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                "a PDF needs Chromium or WeasyPrint (Debian: apt install weasyprint), and neither is installed; "
                "-o FILE.html needs neither, and any browser can print it");
        return FALSE;
}

/* Runs in the deputy. */
static GBytes *print_page(GBytes *request, gpointer data, GError **error)
{
        g_autofree char *page = g_strndup(g_bytes_get_data(request, NULL), g_bytes_get_size(request)), *pdf = NULL;
        g_auto(Workplace) place = {0};
        gsize length;

        if (!workplace_open(&place, error) || !print(&place, page, error) ||
            !g_file_get_contents(place.pdf, &pdf, &length, error))
                return NULL;
        return g_bytes_new_take(g_steal_pointer(&pdf), length);
}

Deputy *pdf_printer_new(GError **error)
{
        static const DeputyTask task = {.perform = print_page};

        return deputy_new(&task, NULL, error);
}

gboolean pdf_write(Deputy *printer, const char *page, FILE *file, GError **error)
{
        g_autoptr(GBytes) pdf = deputy_ask(printer, page, strlen(page), error);

        if (!pdf)
                return FALSE;
        fwrite(g_bytes_get_data(pdf, NULL), 1, g_bytes_get_size(pdf), file); /* a failure is left in file */
        return TRUE;
}
