/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/sandbox/sandbox-private.h"

#include <errno.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

gboolean sandbox_fail(GError **error, const char *what)
{
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED,
                    "cannot set up the sandbox (%s: %s); --no-sandbox runs without it", what, g_strerror(errno));
        return FALSE;
}

/* A thread that frees this much makes malloc() give memory back to the kernel. Each piece is smaller than those for
 * which malloc() makes a mapping of their own. */
#define PIECE ((gsize) 100 * 1024)
#define PIECES 4

static gpointer use_memory(gpointer data)
{
        volatile char *pieces[PIECES];

        for (guint i = 0; i < PIECES; i++) {
                pieces[i] = g_malloc(PIECE);
                pieces[i][0] = 0;
        }
        for (guint i = PIECES; i-- > 0;)
                g_free((gpointer) pieces[i]);
        return NULL;
}

/* Some libraries open a file when they first need it. Makes them do so now. */
static void prepare_libraries(void)
{
        const char *volatile message;
        const char **charsets;
        GThread *thread = g_thread_new("memory", use_memory, NULL); /* glibc opens /proc/sys/vm/overcommit_memory */

        g_thread_join(thread);
        tzset();
        g_random_int(); /* GLib opens /dev/urandom */
        /* Where the locale's encoding is not UTF-8, GLib converts each message of the system once and keeps it.
         * g_strerror() is declared to have no side effects: if its result were not used, the compiler would drop the
         * calls. */
        for (int code = 1; code <= EHWPOISON; code++)
                message = g_strerror(code);
        (void) message;
        g_get_charset(NULL);
        g_get_filename_charsets(&charsets);
        g_get_language_names();
        /* By default, GLib asks of standard error whether it is a socket that leads to the journal. */
        g_log_set_writer_func(g_log_writer_standard_streams, NULL, NULL);
}

static gboolean drop_capabilities(GError **error)
{
        struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
        struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {{0}};

        prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0); /* fails before Linux 4.3, which has none */
        return syscall(SYS_capset, &header, none) == 0 || sandbox_fail(error, "capabilities");
}

gboolean sandbox_enter(const SandboxNeeds *needs, GError **error)
{
        static const SandboxNeeds none = {0};

        if (!needs)
                needs = &none;
        prepare_libraries();
        if (!drop_capabilities(error))
                return FALSE;
        if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
                return sandbox_fail(error, "no new privileges");
        return landlock_close_files(needs, error) && system_calls_limit(needs, error);
}

char *sandbox_describe(void)
{
        g_autoptr(GString) text = g_string_new("gives up capabilities and new privileges");
        int landlock = landlock_get_version();

        if (system_calls_are_limited_by_kernel())
                g_string_append(text, ", seccomp");
        if (landlock > 0)
                g_string_append_printf(text, ", Landlock (ABI %d)", landlock);
        if (!system_calls_are_limited_by_kernel())
                g_string_append(text, "; this kernel has no seccomp");
        if (landlock <= 0)
                g_string_append(text, "; this kernel has no Landlock");
        if (IS_SANITIZED)
                g_string_append(text, "; files can be read, for the sanitizer");
        return g_strdup(text->str);
}
