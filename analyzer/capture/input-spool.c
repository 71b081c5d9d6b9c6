/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/capture/input-spool.h"

#include "analyzer/capture/source.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define CHUNK (256 * 1024)

static gboolean copy_all(int from, int to)
{
        g_autofree guint8 *buffer = g_malloc(CHUNK);
        gssize n;

        while ((n = read(from, buffer, CHUNK)) != 0) {
                if (n < 0 && errno == EINTR)
                        continue;
                if (n < 0)
                        return FALSE;
                for (gssize done = 0, written; done < n; done += written)
                        if ((written = write(to, buffer + done, (gsize) (n - done))) < 0)
                                return FALSE;
        }
        return TRUE;
}

/* What comes through a pipe cannot be read twice: it is copied to a file without a name. */
static int spool(int from, const char *name, GError **error)
{
        g_autofree char *path = g_build_filename(g_get_tmp_dir(), "chatsniff-XXXXXX", NULL);
        int fd = g_mkstemp_full(path, O_RDWR | O_CLOEXEC, 0600);

        if (fd >= 0)
                unlink(path);
        if (fd < 0 || !copy_all(from, fd)) {
                g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_OPEN, "%s: cannot be kept in %s: %s", name, g_get_tmp_dir(),
                            g_strerror(errno));
                if (fd >= 0)
                        close(fd);
                return -1;
        }
        lseek(fd, 0, SEEK_SET);
        return fd;
}

/* A named pipe, or what a shell puts in the place of <(command): opened anew, now waiting for whoever writes to it. */
static int spool_pipe(const char *path, GError **error)
{
        int from = open(path, O_RDONLY | O_CLOEXEC), fd;

        if (from < 0) {
                g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_OPEN, "%s: %s", path, g_strerror(errno));
                return -1;
        }
        fd = spool(from, path, error);
        close(from);
        return fd;
}

int input_open_seekable(const char *path, const char *name, GError **error)
{
        int fd, spooled;
        struct stat status;

        if (g_str_equal(path, "-"))
                return spool(STDIN_FILENO, name, error);
        fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
        if (fd < 0 || fstat(fd, &status) != 0) {
                g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_OPEN, "%s: %s", path,
                            errno == ENOENT ? "no such file" : g_strerror(errno));
                if (fd >= 0)
                        close(fd);
                return -1;
        }
        if (S_ISREG(status.st_mode))
                return fd;
        if (S_ISFIFO(status.st_mode)) {
                spooled = spool_pipe(path, error);
        } else {
                spooled = -1;
                g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_OPEN,
                            "%s: %s, and neither a file nor a pipe with a capture in it", path,
                            S_ISDIR(status.st_mode) ? "a directory" : "a device");
        }
        close(fd);
        return spooled;
}
