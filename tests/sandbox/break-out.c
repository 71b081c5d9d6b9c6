/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A parser that was taken over: enters the sandbox as the commands do, and then tries to get out.
 *
 *   break-out [--fonts] [--parent-tells] ATTEMPT PATH [SIGN]
 *
 * What the sandbox lets through prints "went through", or "refused: " and the reason. */
#include "analyzer/sandbox/deputy.h"
#include "analyzer/sandbox/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <locale.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/* What was opened before, and where attempts are made. */
typedef struct {
        const char *path;
        const char *sign; /* a file that the deputy makes when the program ends without asking it; NULL: none */
        int socket;
        Deputy *deputy;
} Place;

/* Each returns what its system call does: negative where it fails. */
static long try_open(const Place *place)
{
        return open(place->path, O_RDONLY);
}

static gpointer open_in_thread(gpointer data)
{
        return GINT_TO_POINTER(open(data, O_RDONLY));
}

static long try_open_in_thread(const Place *place)
{
        return GPOINTER_TO_INT(g_thread_join(g_thread_new("thread", open_in_thread, (gpointer) place->path)));
}

static long try_open_to_write(const Place *place)
{
        return open(place->path, O_WRONLY);
}

static long try_create(const Place *place)
{
        return open(place->path, O_RDONLY | O_CREAT, 0600);
}

static long try_rename(const Place *place)
{
        return rename(place->path, "/nowhere");
}

static long try_unlink(const Place *place)
{
        return unlink(place->path);
}

static long try_socket(const Place *place)
{
        return socket(AF_INET, SOCK_STREAM, 0);
}

static long try_connect(const Place *place)
{
        struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(9)};

        return connect(place->socket, (const struct sockaddr *) &address, sizeof address);
}

static long try_send(const Place *place)
{
        struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(9)};

        return sendto(place->socket, "x", 1, 0, (const struct sockaddr *) &address, sizeof address);
}

static long try_exec(const Place *place)
{
        return execl("/bin/sh", "sh", "-c", "echo went through", NULL);
}

static long try_fork(const Place *place)
{
        return fork();
}

static long try_trace(const Place *place)
{
        return ptrace(PTRACE_ATTACH, 0, NULL, NULL);
}

static long try_kill(const Place *place)
{
        return syscall(SYS_kill, 1, 0);
}

static long try_new_code(const Place *place)
{
        return mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ?
                       -1 :
                       0;
}

static long try_type(const Place *place)
{
        return ioctl(STDIN_FILENO, TIOCSTI, "x");
}

static long try_other_handler(const Place *place)
{
        struct sigaction action = {.sa_handler = SIG_IGN};

        return sigaction(SIGSYS, &action, NULL);
}

/* The kernel looks at the lower half of the number alone. */
static long try_other_handler_in_disguise(const Place *place)
{
        struct sigaction action = {.sa_handler = SIG_IGN};

        return syscall(SYS_rt_sigaction, (1UL << 32) | SIGSYS, &action, NULL, sizeof(guint64));
}

static long try_blocked_signal(const Place *place)
{
        sigset_t all;

        sigfillset(&all);
        sigprocmask(SIG_BLOCK, &all, NULL);
        return socket(AF_INET, SOCK_STREAM, 0);
}

/* A call of the other machine that this processor can be: its numbers are others. */
static long try_other_machine(const Place *place)
{
#ifdef __x86_64__
        long result;

        __asm__ volatile("int $0x80" : "=a"(result) : "a"(20L) : "memory"); /* getpid of i386 */
        return result;
#else
        return -1;
#endif
}

static gpointer other_machine_in_thread(gpointer place)
{
        return GINT_TO_POINTER(try_other_machine(place));
}

/* The thread that waits must not wait for ever. */
static long try_other_machine_in_thread(const Place *place)
{
        return GPOINTER_TO_INT(g_thread_join(g_thread_new("thread", other_machine_in_thread, (gpointer) place)));
}

static gpointer use_memory(gpointer data)
{
        for (guint i = 0; i < 1000; i++)
                g_free(g_malloc((gsize) i * 1000));
        return data;
}

/* What the program does: it has to go through. */
static long try_work(const Place *place)
{
        g_autofree char *text = g_strdup_printf("%s %f", g_strerror(ENOENT), g_random_double());
        GThread *threads[4];

        for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
                threads[i] = g_thread_new("worker", use_memory, NULL);
        for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
                g_thread_join(threads[i]);
        g_usleep(1000);
        return isatty(STDOUT_FILENO) + (fflush(stdout) != 0);
}

static long try_abort(const Place *place)
{
        abort();
}

static long try_deputy(const Place *place)
{
        g_autoptr(GError) error = NULL;
        g_autoptr(GBytes) answer = deputy_ask(place->deputy, place->path, strlen(place->path), &error);

        if (answer)
                printf("%.*s\n", (int) g_bytes_get_size(answer), (const char *) g_bytes_get_data(answer, NULL));
        else
                printf("%s\n", error->message);
        return 0;
}

/* --- the deputy: reads a file that it is told, or says that nobody asked ------------------------------ */

static GBytes *read_file(GBytes *request, gpointer data, GError **error)
{
        g_autofree char *path = g_strndup(g_bytes_get_data(request, NULL), g_bytes_get_size(request));
        char *octets;
        gsize length;

        if (!g_file_get_contents(path, &octets, &length, error))
                return NULL;
        return g_bytes_new_take(octets, length);
}

/* Only ever a file that was made for it. */
static void leave_a_sign(gpointer data)
{
        const Place *place = data;

        if (place->sign)
                close(open(place->sign, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
}

static const struct {
        const char *name;
        long (*run)(const Place *place);
} attempts[] = {
        {"open", try_open},
        {"open-in-thread", try_open_in_thread},
        {"open-to-write", try_open_to_write},
        {"create", try_create},
        {"rename", try_rename},
        {"unlink", try_unlink},
        {"socket", try_socket},
        {"connect", try_connect},
        {"send", try_send},
        {"exec", try_exec},
        {"fork", try_fork},
        {"trace", try_trace},
        {"kill", try_kill},
        {"new-code", try_new_code},
        {"type", try_type},
        {"other-handler", try_other_handler},
        {"other-handler-in-disguise", try_other_handler_in_disguise},
        {"blocked-signal", try_blocked_signal},
        {"other-machine", try_other_machine},
        {"other-machine-in-thread", try_other_machine_in_thread},
        {"work", try_work},
        {"abort", try_abort},
        {"deputy", try_deputy},
};

static int attempt(const char *name, const Place *place)
{
        for (gsize i = 0; i < G_N_ELEMENTS(attempts); i++)
                if (g_str_equal(attempts[i].name, name)) {
                        long result = attempts[i].run(place);

                        printf(result < 0 ? "refused: %s\n" : "went through\n", g_strerror(errno));
                        return EXIT_SUCCESS;
                }
        fprintf(stderr, "there is no attempt “%s”\n", name);
        return 2;
}

int main(int argc, char **argv)
{
        static const DeputyTask task = {read_file, leave_a_sign, .outlives_signals = TRUE};
        g_autoptr(GError) error = NULL;
        SandboxNeeds needs = {0};
        Place place = {0};
        int i = 1, status;

        for (; i < argc && g_str_has_prefix(argv[i], "--"); i++) {
                needs.reads_fonts |= g_str_equal(argv[i], "--fonts");
                needs.parent_tells |= g_str_equal(argv[i], "--parent-tells");
        }
        setlocale(LC_ALL, "");
        setlocale(LC_MESSAGES, "C"); /* as chatsniff does */
        if (i + 1 >= argc)
                return 2;
        place.path = argv[i + 1];
        place.sign = i + 2 < argc ? argv[i + 2] : NULL;
        place.socket = socket(AF_INET, SOCK_DGRAM, 0);
        place.deputy = deputy_new(&task, &place, &error);
        if (!place.deputy || !sandbox_enter(&needs, &error)) {
                fprintf(stderr, "%s\n", error->message);
                return 3;
        }
        status = attempt(argv[i], &place);
        fflush(stdout);
        deputy_free(place.deputy);
        return status;
}
