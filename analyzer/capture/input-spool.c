/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/capture/input-spool.h"

#include "analyzer/capture/source.h"
#include "analyzer/capture/write-fully.h"

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
                if (n < 0 || write_fully(to, buffer, (gsize) n) < (gsize) n)
                        return FALSE;
        }
        return TRUE;
}

int input_spool(int from, const guint8 *head, gsize n_head, const char *name, GError **error)
{
        g_autofree char *path = g_build_filename(g_get_tmp_dir(), "chatsniff-XXXXXX", NULL);
        int fd = g_mkstemp_full(path, O_RDWR | O_CLOEXEC, 0600);

        if (fd >= 0)
                unlink(path);
        if (fd < 0 || write_fully(fd, head, n_head) < n_head || !copy_all(from, fd)) {
                g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_OPEN, "%s: cannot be kept in %s: %s", name,
                            g_get_tmp_dir(), g_strerror(errno));
                if (fd >= 0)
                        close(fd);
                return -1;
        }
        lseek(fd, 0, SEEK_SET);
        return fd;
}

static int set_error(int fd, const char *path, int code, GError **error)
{
        if (fd >= 0)
                close(fd);
        g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_OPEN, "%s: %s", path,
                    code == ENOENT ? "no such file" : g_strerror(code));
        return -1;
}

/* Standard input is read like a pipe, unless it is a regular file at its beginning. */
static int open_standard_input(gboolean *ret_is_pipe, GError **error)
{
        int fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
        struct stat status;

        if (fd < 0 || fstat(fd, &status) != 0)
                return set_error(fd, "standard input", errno, error);
        *ret_is_pipe = !S_ISREG(status.st_mode) || lseek(fd, 0, SEEK_CUR) != 0;
        return fd;
}

int input_open_fd(const char *path, gboolean *ret_is_pipe, GError **error)
{
        struct stat status;
        int fd;

        if (g_str_equal(path, "-"))
                return open_standard_input(ret_is_pipe, error);
        if (stat(path, &status) != 0)
                return set_error(-1, path, errno, error);
        if (!S_ISREG(status.st_mode) && !S_ISFIFO(status.st_mode)) {
                g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_OPEN,
                            "%s: %s, and neither a file nor a pipe with a capture in it", path,
                            S_ISDIR(status.st_mode) ? "a directory" : "a device");
                return -1;
        }
        /* A pipe is opened only once: if it were closed and opened again, whoever writes to it would fail meanwhile. */
        fd = open(path, O_RDONLY | O_CLOEXEC);
        if (fd < 0 || fstat(fd, &status) != 0)
                return set_error(fd, path, errno, error);
        *ret_is_pipe = S_ISFIFO(status.st_mode);
        return fd;
}
