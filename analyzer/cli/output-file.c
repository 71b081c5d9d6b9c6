/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/cli/output-file.h"

#include "analyzer/capture/write-fully.h"
#include "analyzer/cli/standard-streams.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_LINKS 40 /* in a chain, as in Linux */

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

/* Where a chain of symbolic links ends, whether or not there is a file; NULL if it does not end. */
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

/* In the deputy: the file is complete. */
static GBytes *put_in_place(GBytes *request, gpointer data, GError **error)
{
        const OutputFile *self = data;

        if (rename(self->temporary, self->path) == 0)
                return g_bytes_new(NULL, 0);
        g_set_error_literal(error, CAPTURE_ERROR, CAPTURE_ERROR_WRITE, g_strerror(errno));
        unlink(self->temporary);
        return NULL;
}

static void remove_temporary(gpointer data)
{
        unlink(((const OutputFile *) data)->temporary);
}

/* How many octets a regular file holds; -1 if it is not one. */
static gint64 get_size(int fd)
{
        struct stat status;

        return fstat(fd, &status) == 0 && S_ISREG(status.st_mode) ? (gint64) status.st_size : -1;
}

/* stdio says that a write has failed, but keeps no errno, and later calls change it. This stream keeps it. */
static ssize_t write_octets(void *cookie, const char *octets, size_t length)
{
        OutputFile *self = cookie;
        gsize done = write_fully(self->fd, octets, length);

        if (done < length && self->code == 0)
                self->code = errno;
        return (ssize_t) done;
}

static int seek(void *cookie, off64_t *offset, int whence)
{
        const OutputFile *self = cookie;

        if (!self->is_seekable) {
                errno = ESPIPE;
                return -1;
        }
        *offset = lseek(self->fd, *offset, whence);
        return *offset < 0 ? -1 : 0;
}

static int close_descriptor(void *cookie)
{
        const OutputFile *self = cookie;

        return self->fd == STDOUT_FILENO ? 0 : close(self->fd);
}

/* Makes the stream for fd. A terminal has a plain one, which others recognise as a terminal. */
static FILE *open_stream(OutputFile *self, int fd)
{
        static const cookie_io_functions_t functions = {NULL, write_octets, seek, close_descriptor};

        self->fd = fd;
        /* Octets that are appended always go to the end of the file. */
        self->is_seekable = get_size(fd) >= 0 && !(fcntl(fd, F_GETFL) & O_APPEND);
        if (isatty(fd))
                return fd == STDOUT_FILENO ? stdout : fdopen(fd, "w");
        return fopencookie(self, "w", functions);
}

/* existing: the file that will be replaced, or NULL. */
static gboolean open_temporary(OutputFile *self, const struct stat *existing, GError **error)
{
        static const DeputyTask task = {put_in_place, remove_temporary, .outlives_signals = TRUE};
        g_autoptr(GError) reason = NULL;
        int fd, code;

        self->temporary = g_strdup_printf("%s.XXXXXX", self->path);
        fd = g_mkstemp_full(self->temporary, O_RDWR | O_CLOEXEC, 0666);
        code = errno;
        if (fd < 0) {
                g_clear_pointer(&self->temporary, g_free);
                return output_error(self->path, code, error);
        }
        self->file = open_stream(self, fd);
        self->deputy = deputy_new(&task, self, &reason);
        if (!self->deputy) {
                remove_temporary(self);
                g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_WRITE, "%s: %s", self->path, reason->message);
                return FALSE;
        }
        if (existing && fchmod(fd, existing->st_mode & 07777) != 0)
                return output_error(self->path, errno, error);
        return TRUE;
}

gboolean output_file_open(OutputFile *self, const char *path, GError **error)
{
        struct stat existing;
        gboolean exists;
        int fd;

        if (!path || g_str_equal(path, "-")) {
                self->file = open_stream(self, STDOUT_FILENO);
                return TRUE;
        }
        exists = stat(path, &existing) == 0;
        if (exists && S_ISDIR(existing.st_mode))
                return output_error(path, EISDIR, error);
        /* A device or a pipe is written directly: nothing could be renamed to it. */
        if (exists && !S_ISREG(existing.st_mode)) {
                self->path = g_strdup(path);
                fd = open(path, O_WRONLY | O_CLOEXEC);
                self->file = fd >= 0 ? open_stream(self, fd) : NULL;
                return self->file ? TRUE : output_error(path, errno, error);
        }
        /* Replacing a file needs no permission to write it; but whoever took that permission away wants it kept. */
        if (exists && access(path, W_OK) != 0)
                return output_error(path, errno, error);
        self->path = follow_links(path);
        if (!self->path)
                return output_error(path, ELOOP, error);
        return open_temporary(self, exists ? &existing : NULL, error);
}

/* Gives the temporary file its name. */
static gboolean ask_deputy(OutputFile *self, GError **error)
{
        g_autoptr(GError) reason = NULL;
        g_autoptr(GBytes) done = deputy_ask(self->deputy, NULL, 0, &reason);

        if (!done)
                g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_WRITE, "%s: cannot be written: %s", self->path,
                            reason->message);
        return done != NULL;
}

/* Not everything could be written. Sets error, and keeps the part that was, or leaves it to be removed. */
static gboolean fail(OutputFile *self, int code, GError **error)
{
        const char *name = self->path ? self->path : "standard output";
        gint64 size = get_size(self->fd);

        if (!self->path)
                standard_output_failed();
        if (size < 0 || (size == 0 && !self->keeps_parts))
                return output_error(name, code, error);
        if (self->temporary && !self->keeps_parts) {
                g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_WRITE,
                            "%s: cannot be written: %s; the %" G_GINT64_FORMAT " bytes written so far are removed",
                            name, g_strerror(code), size);
                return FALSE;
        }
        if (self->temporary && !ask_deputy(self, error))
                return FALSE;
        g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_WRITE,
                    "%s: cannot be written any further: %s; it holds %" G_GINT64_FORMAT " bytes", name,
                    g_strerror(code), size);
        return FALSE;
}

gboolean output_file_commit(OutputFile *self, GError **error)
{
        if (self->code == 0 && fflush(self->file) != 0 && self->code == 0)
                self->code = errno;
        if (self->code != 0 || ferror(self->file))
                return fail(self, self->code != 0 ? self->code : EIO, error);
        if (!self->path)
                return TRUE;
        if (fclose(g_steal_pointer(&self->file)) != 0)
                return output_error(self->path, errno, error);
        return !self->temporary || ask_deputy(self, error);
}

static gboolean get_status(const char *path, struct stat *ret_status)
{
        return (!path || g_str_equal(path, "-") ? fstat(STDOUT_FILENO, ret_status) : stat(path, ret_status)) == 0;
}

static void set_same(const char *path, const char *what, GError **error)
{
        g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_SAME_FILE, "%s is %s: give %s",
                    !path || g_str_equal(path, "-") ? "standard output" : path, what,
                    !path || g_str_equal(path, "-") ? "it another file, or -o another name" : "-o another name");
}

gboolean output_is_apart(const char *path, const CaptureSource *source, GError **error)
{
        struct stat status;

        if (!get_status(path, &status) || !capture_source_reads(source, &status))
                return TRUE;
        set_same(path, "the capture itself", error);
        return FALSE;
}

gboolean output_is_apart_from_capture(const char *path, const CaptureWriter *capture, GError **error)
{
        struct stat status;

        if (fstat(STDERR_FILENO, &status) == 0 && capture_writer_writes(capture, &status)) {
                g_set_error_literal(error, CAPTURE_ERROR, CAPTURE_ERROR_SAME_FILE,
                                    "standard error goes into the file that the capture is written to: give one of "
                                    "them another name");
                return FALSE;
        }
        if (!get_status(path, &status) || !capture_writer_writes(capture, &status))
                return TRUE;
        set_same(path, "the file that the capture is written to", error);
        return FALSE;
}

void output_file_clear(OutputFile *self)
{
        if (self->file && self->file != stdout)
                fclose(self->file);
        g_clear_pointer(&self->deputy, deputy_free); /* removes a file that was not committed */
        g_free(self->temporary);
        g_free(self->path);
}
