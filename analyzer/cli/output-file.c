/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/cli/output-file.h"

#include "analyzer/capture/source.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_LINKS 40 /* in a row, as in Linux */

static gboolean output_error(const char *path, int code, GError **error)
{
        g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_WRITE, "%s: cannot be written: %s", path, g_strerror(code));
        return FALSE;
}

gboolean is_same_file(const char *a, const char *b)
{
        struct stat one, other;

        if (g_str_equal(a, b))
                return !g_str_equal(a, "-");
        return stat(a, &one) == 0 && stat(b, &other) == 0 && S_ISREG(one.st_mode) && one.st_dev == other.st_dev &&
               one.st_ino == other.st_ino;
}

/* Where a row of symbolic links ends, whether or not there is a file; NULL if it does not end. */
static char *follow_links(const char *path)
{
        g_autofree char *end = g_strdup(path);

        for (guint i = 0; i <= MAX_LINKS; i++) {
                g_autofree char *target = g_file_read_link(end, NULL), *folder = g_path_get_dirname(end);

                if (!target)
                        return g_steal_pointer(&end);
                g_free(end);
                end = g_path_is_absolute(target) ? g_steal_pointer(&target) : g_build_filename(folder, target, NULL);
        }
        return NULL;
}

/* existing: the file that will be replaced, or NULL. */
static gboolean open_temporary(OutputFile *self, const struct stat *existing, GError **error)
{
        int fd, code;

        self->temporary = g_strdup_printf("%s.XXXXXX", self->path);
        fd = g_mkstemp_full(self->temporary, O_RDWR | O_CLOEXEC, 0666);
        code = errno;
        if (fd < 0) {
                g_clear_pointer(&self->temporary, g_free);
                return output_error(self->path, code, error);
        }
        self->file = fdopen(fd, "w");
        if (existing && fchmod(fd, existing->st_mode & 07777) != 0)
                return output_error(self->path, errno, error);
        return TRUE;
}

gboolean output_file_open(OutputFile *self, const char *path, GError **error)
{
        struct stat existing;
        gboolean exists;

        if (!path || g_str_equal(path, "-")) {
                self->file = stdout;
                return TRUE;
        }
        exists = stat(path, &existing) == 0;
        if (exists && S_ISDIR(existing.st_mode))
                return output_error(path, EISDIR, error);
        /* A device or a pipe is written as it is; it has no name to be renamed to. */
        if (exists && !S_ISREG(existing.st_mode)) {
                self->path = g_strdup(path);
                self->file = fopen(path, "we");
                return self->file ? TRUE : output_error(path, errno, error);
        }
        /* To replace a file takes no permission to write it: whoever took that away meant it. */
        if (exists && access(path, W_OK) != 0)
                return output_error(path, errno, error);
        self->path = follow_links(path);
        if (!self->path)
                return output_error(path, ELOOP, error);
        return open_temporary(self, exists ? &existing : NULL, error);
}

gboolean output_file_commit(OutputFile *self, GError **error)
{
        const char *name = self->path ? self->path : "standard output";
        int result;

        if (ferror(self->file) || fflush(self->file) != 0)
                return output_error(name, errno, error);
        if (!self->path)
                return TRUE;
        result = fclose(g_steal_pointer(&self->file));
        if (result != 0 || (self->temporary && rename(self->temporary, self->path) != 0))
                return output_error(name, errno, error);
        g_clear_pointer(&self->temporary, g_free);
        return TRUE;
}

void output_file_clear(OutputFile *self)
{
        if (self->file && self->file != stdout)
                fclose(self->file);
        if (self->temporary)
                unlink(self->temporary);
        g_free(self->temporary);
        g_free(self->path);
}
