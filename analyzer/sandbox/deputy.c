/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/sandbox/deputy.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

struct Deputy {
        int fd;
        GPid process;
};

/* Precedes every message, in both directions. */
typedef struct {
        guint64 length;
        gboolean is_error; /* only in answers: the octets that follow are an error message */
} Head;

static gboolean send_octets(int fd, gconstpointer octets, gsize length)
{
        const char *p = octets;

        while (length > 0) {
                gssize n = send(fd, p, length, MSG_NOSIGNAL);

                if (n < 0 && errno == EINTR)
                        continue;
                if (n <= 0)
                        return FALSE;
                p += n;
                length -= (gsize) n;
        }
        return TRUE;
}

static gboolean send_message(int fd, gboolean is_error, gconstpointer octets, gsize length)
{
        const Head head = {.length = length, .is_error = is_error};

        return send_octets(fd, &head, sizeof head) && send_octets(fd, octets, length);
}

static gboolean receive_octets(int fd, gpointer octets, gsize length)
{
        char *p = octets;

        while (length > 0) {
                gssize n = read(fd, p, length);

                if (n < 0 && errno == EINTR)
                        continue;
                if (n <= 0)
                        return FALSE;
                p += n;
                length -= (gsize) n;
        }
        return TRUE;
}

/* NULL: the other process is gone, or there is not enough memory for its message. */
static GBytes *receive_message(int fd, gboolean *ret_is_error)
{
        g_autofree char *octets = NULL;
        Head head;

        if (!receive_octets(fd, &head, sizeof head))
                return NULL;
        octets = g_try_malloc(MAX(head.length, 1));
        if (!octets || !receive_octets(fd, octets, head.length))
                return NULL;
        *ret_is_error = head.is_error;
        return g_bytes_new_take(g_steal_pointer(&octets), head.length);
}

/* --- the deputy -------------------------------------------------------------------------------------- */

/* Closes the program's files, so that nobody who waits for the end of one of its pipes waits for the deputy. Returns
 * the new number of fd. */
static int let_go_of_files(int fd)
{
        const int kept = STDERR_FILENO + 1;
        int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);

        if (nothing >= 0) {
                dup2(nothing, STDIN_FILENO);
                dup2(nothing, STDOUT_FILENO);
        }
        if (fd != kept && dup3(fd, kept, O_CLOEXEC) < 0)
                _exit(1);
        closefrom(kept + 1); /* works on kernels before 5.9, too: they have no close_range() */
        return kept;
}

static void set_signals(gboolean outlives)
{
        static const int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
        struct sigaction action = {.sa_handler = outlives ? SIG_IGN : SIG_DFL};

        sigemptyset(&action.sa_mask);
        for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++)
                sigaction(numbers[i], &action, NULL);
}

/* FALSE: the program has ended or no longer reads answers. */
static gboolean serve_once(int fd, const DeputyTask *task, gpointer data)
{
        g_autoptr(GBytes) request = NULL, answer = NULL;
        g_autoptr(GError) error = NULL;
        gboolean is_error;

        request = receive_message(fd, &is_error);
        if (!request)
                return FALSE;
        answer = task->perform(request, data, &error);
        return answer ? send_message(fd, FALSE, g_bytes_get_data(answer, NULL), g_bytes_get_size(answer)) :
                        send_message(fd, TRUE, error->message, strlen(error->message));
}

static G_NORETURN void serve(int fd, const DeputyTask *task, gpointer data)
{
        gboolean was_asked = FALSE;

        fd = let_go_of_files(fd);
        set_signals(task->outlives_signals);
        while (serve_once(fd, task, data))
                was_asked = TRUE;
        if (!was_asked && task->abandon)
                task->abandon(data);
        _exit(0);
}

/* --- the program ------------------------------------------------------------------------------------- */

Deputy *deputy_new(const DeputyTask *task, gpointer data, GError **error)
{
        Deputy *self;
        int ends[2];
        GPid process = -1;

        if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0) {
                process = fork();
                if (process == 0)
                        serve(ends[1], task, data);
                close(ends[1]);
                if (process < 0)
                        close(ends[0]);
        }
        if (process < 0) {
                g_set_error(error, G_IO_ERROR, g_io_error_from_errno(errno), "cannot start a helper process: %s",
                            g_strerror(errno));
                return NULL;
        }
        self = g_new0(Deputy, 1);
        self->fd = ends[0];
        self->process = process;
        return self;
}

GBytes *deputy_ask(Deputy *self, gconstpointer request, gsize length, GError **error)
{
        g_autoptr(GBytes) answer = NULL;
        gboolean is_error = FALSE;

        if (send_message(self->fd, FALSE, request, length))
                answer = receive_message(self->fd, &is_error);
        if (answer && !is_error)
                return g_steal_pointer(&answer);
        if (answer)
                g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "%.*s", (int) g_bytes_get_size(answer),
                            (const char *) g_bytes_get_data(answer, NULL));
        else
                g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_CLOSED, "the helper process has ended unexpectedly");
        return NULL;
}

void deputy_free(Deputy *self)
{
        if (!self)
                return;
        close(self->fd);
        while (waitpid(self->process, NULL, 0) < 0 && errno == EINTR)
                ;
        g_free(self);
}
