/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/capture/input-pipe.h"

#include <errno.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct InputPipe {
        int fd, stop_event;
        gint64 stop_at; /* monotonic time at which to stop at the latest; 0: nobody has asked to stop */
        gboolean stopped;
};

InputPipe *input_pipe_new(int fd)
{
        InputPipe *self = g_new0(InputPipe, 1);

        self->fd = fd;
        self->stop_event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        return self;
}

void input_pipe_free(InputPipe *self)
{
        if (!self)
                return;
        close(self->fd);
        if (self->stop_event >= 0)
                close(self->stop_event);
        g_free(self);
}

static gint64 get_rest(const InputPipe *self)
{
        return MAX(self->stop_at - g_get_monotonic_time(), 0);
}

/* Waits until there is something to read, or the end of the pipe. Returns FALSE when it is time to stop. */
static gboolean wait_for_more(InputPipe *self)
{
        for (;;) {
                struct pollfd waiting[2] = {
                        {.fd = self->fd, .events = POLLIN},
                        {.fd = self->stop_at == 0 ? self->stop_event : -1, .events = POLLIN},
                };
                int ready =
                        poll(waiting, G_N_ELEMENTS(waiting), self->stop_at == 0 ? -1 : (int) (get_rest(self) / 1000));

                if (waiting[1].revents != 0 && self->stop_at == 0)
                        self->stop_at = g_get_monotonic_time() + G_USEC_PER_SEC;
                if (self->stop_at > 0 && get_rest(self) == 0)
                        return FALSE;
                if (ready > 0 && waiting[0].revents != 0)
                        return TRUE;
        }
}

gssize input_pipe_read(InputPipe *self, guint8 *octets, gsize size)
{
        gssize n = -1;

        do {
                if (self->stopped || !wait_for_more(self)) {
                        self->stopped = TRUE;
                        return 0;
                }
                n = read(self->fd, octets, size);
        } while (n < 0 && (errno == EINTR || errno == EAGAIN));
        return n;
}

gboolean input_pipe_is_empty(const InputPipe *self)
{
        struct pollfd waiting = {.fd = self->fd, .events = POLLIN};

        return poll(&waiting, 1, 0) <= 0;
}

void input_pipe_stop(InputPipe *self)
{
        int code = errno; /* must not change for the code that the signal interrupted */

        eventfd_write(self->stop_event, 1);
        errno = code;
}

gboolean input_pipe_was_stopped(const InputPipe *self)
{
        return self->stopped;
}

int input_pipe_get_fd(const InputPipe *self)
{
        return self->fd;
}
