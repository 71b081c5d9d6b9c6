/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/cli/pager.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct Pager {
        FILE *file;
        GPid process;
};

/* What the shell is to run, or NULL. */
static const char *find_command(void)
{
        const char *command = g_getenv("PAGER");
        g_autofree char *program = NULL;

        if (command)
                return *command && !g_str_equal(command, "cat") ? command : NULL;
        program = g_find_program_in_path("less");
        return program ? "less" : NULL;
}

/* Options for pagers, unless the user has chosen others: less ends by itself if the text fits on the screen (F), shows
 * colours (R) and leaves the text there (X); it takes the text for UTF-8, whatever the locale. lv shows colours (-c).
 */
static char **make_environment(void)
{
        char **environment = g_environ_setenv(g_get_environ(), "LESS", "FRX", FALSE);

        environment = g_environ_setenv(environment, "LESSCHARSET", "utf-8", FALSE);
        return g_environ_setenv(environment, "LV", "-c", FALSE);
}

/* The signals that are the pager's: it decides what Ctrl-C means, and may be left before the end. */
static const int signals[] = {SIGINT, SIGPIPE};

typedef struct {
        struct sigaction before[G_N_ELEMENTS(signals)];
} SignalActions;

static void ignore_signals(SignalActions *ret_actions)
{
        struct sigaction action = {.sa_handler = SIG_IGN};

        sigemptyset(&action.sa_mask);
        for (guint i = 0; i < G_N_ELEMENTS(signals); i++)
                sigaction(signals[i], &action, &ret_actions->before[i]);
}

/* Also runs in the child, before it becomes the pager: a program inherits what is ignored. */
static void restore_signals(gpointer actions)
{
        const SignalActions *self = actions;

        for (guint i = 0; i < G_N_ELEMENTS(signals); i++)
                sigaction(signals[i], &self->before[i], NULL);
}

/* Whether there is a screen on which a pager can move about. */
static gboolean has_screen(void)
{
        const char *terminal = g_getenv("TERM");

        return isatty(STDOUT_FILENO) && terminal && !g_str_equal(terminal, "dumb");
}

Pager *pager_start(void)
{
        const char *command = has_screen() ? find_command() : NULL;
        const char *const arguments[] = {"/bin/sh", "-c", command, NULL};
        g_auto(GStrv) environment = NULL;
        SignalActions actions;
        Pager *self;
        int fd;

        if (!command)
                return NULL;
        environment = make_environment();
        self = g_new0(Pager, 1);
        /* Before there is a pager at which somebody could press Ctrl-C. */
        ignore_signals(&actions);
        if (!g_spawn_async_with_pipes(NULL, (char **) arguments, environment, G_SPAWN_DO_NOT_REAP_CHILD,
                                      restore_signals, &actions, &self->process, &fd, NULL, NULL, NULL)) {
                restore_signals(&actions);
                g_free(self);
                return NULL;
        }
        self->file = fdopen(fd, "w");
        return self;
}

FILE *pager_get_file(Pager *self)
{
        return self->file;
}

/* What a shell returns if it does not find the command. */
#define EXIT_NO_COMMAND 127

gboolean pager_close(Pager *self)
{
        gboolean was_there;
        int status = 0;

        fclose(g_steal_pointer(&self->file));
        while (waitpid(self->process, &status, 0) < 0 && errno == EINTR)
                ;
        was_there = !WIFEXITED(status) || WEXITSTATUS(status) != EXIT_NO_COMMAND;
        g_spawn_close_pid(self->process);
        return was_there;
}

void pager_free(Pager *self)
{
        if (!self)
                return;
        if (self->file)
                pager_close(self);
        g_free(self);
}
