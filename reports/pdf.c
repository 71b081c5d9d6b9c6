/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reports/pdf.h"

#include <glib/gstdio.h>
#include <unistd.h>

/* The folder in which the page is handed over, and the PDF comes back. */
typedef struct {
        char *folder, *page, *pdf;
} Workplace;

static void workplace_clear(Workplace *self)
{
        if (self->page)
                g_unlink(self->page);
        if (self->pdf)
                g_unlink(self->pdf);
        if (self->folder)
                g_rmdir(self->folder);
        g_free(self->folder);
        g_free(self->page);
        g_free(self->pdf);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Workplace, workplace_clear)

static gboolean workplace_open(Workplace *self, const char *page, gsize length, GError **error)
{
        self->folder = g_dir_make_tmp("chatsniff-XXXXXX", error);
        if (!self->folder)
                return FALSE;
        self->page = g_build_filename(self->folder, "report.html", NULL);
        self->pdf = g_build_filename(self->folder, "report.pdf", NULL);
        return g_file_set_contents(self->page, page, (gssize) length, error);
}

static gboolean run(const char *const *command, GError **error)
{
        g_autoptr(GSubprocess) process = g_subprocess_newv(
                command, G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_PIPE, error);
        g_autofree char *complaints = NULL;

        if (!process || !g_subprocess_communicate_utf8(process, NULL, NULL, NULL, &complaints, error))
                return FALSE;
        if (g_subprocess_get_successful(process))
                return TRUE;
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s could not make the PDF: %s", command[0],
                    complaints ? g_strchomp(complaints) : "it gave no reason");
        return FALSE;
}

static gboolean run_weasyprint(const Workplace *place, const char *program, GError **error)
{
        const char *command[] = {program, "--quiet", "--media-type", "print", place->page, place->pdf, NULL};

        return run(command, error);
}

/* Root may not use Chromium's sandbox; the page is ours, and holds no script. */
static gboolean run_chromium(const Workplace *place, const char *program, GError **error)
{
        g_autofree char *url = g_filename_to_uri(place->page, NULL, error);
        g_autofree char *output = g_strconcat("--print-to-pdf=", place->pdf, NULL);
        const char *command[] = {program, "--headless", "--disable-gpu", "--no-pdf-header-footer",
                                 "--generate-pdf-document-outline", output, url, NULL, NULL};

        if (!url)
                return FALSE;
        if (getuid() == 0) {
                command[7] = "--no-sandbox";
        }
        return run(command, error);
}

static gboolean print(const Workplace *place, GError **error)
{
        static const struct {
                const char *name;
                gboolean (*run)(const Workplace *place, const char *program, GError **error);
        } printers[] = {
                {"weasyprint", run_weasyprint},
                {"chromium", run_chromium},
                {"chromium-browser", run_chromium},
                {"google-chrome", run_chromium},
        };

        for (guint i = 0; i < G_N_ELEMENTS(printers); i++) {
                g_autofree char *program = g_find_program_in_path(printers[i].name);

                if (program)
                        return printers[i].run(place, program, error);
        }
        g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                            "a PDF needs WeasyPrint or Chromium (Debian: apt install weasyprint), and neither is installed; "
                            "-o FILE.html needs nothing, and every browser prints it");
        return FALSE;
}

gboolean pdf_write(const char *page, gsize length, FILE *file, GError **error)
{
        g_auto(Workplace) place = {0};
        g_autofree char *pdf = NULL;
        gsize pdf_length;

        if (!workplace_open(&place, page, length, error) || !print(&place, error) ||
            !g_file_get_contents(place.pdf, &pdf, &pdf_length, error))
                return FALSE;
        fwrite(pdf, 1, pdf_length, file); /* a failure stays in file */
        return TRUE;
}
