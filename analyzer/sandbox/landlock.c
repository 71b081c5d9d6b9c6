/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Landlock: from now on the process can neither open files, nor use TCP, nor send signals to other processes, as far as
 * the kernel's version of Landlock supports it; see landlock(7). Debian's headers can be older than the kernel, so this
 * file defines the constants that they lack. */
#include "analyzer/sandbox/sandbox-private.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Version 1: everything from executing a file to making a symbolic link. */
#define ACCESS_FILES_1 ((LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1)
#define ACCESS_REFER (1ULL << 13)        /* version 2: link or rename into another folder */
#define ACCESS_TRUNCATE (1ULL << 14)     /* version 3 */
#define ACCESS_IOCTL_DEVICE (1ULL << 15) /* version 5 */
#define ACCESS_BIND_TCP (1ULL << 0)      /* version 4 */
#define ACCESS_CONNECT_TCP (1ULL << 1)
#define SCOPE_ABSTRACT_SOCKET (1ULL << 0) /* version 6 */
#define SCOPE_SIGNAL (1ULL << 1)

/* struct landlock_ruleset_attr, as of version 6. */
typedef struct {
        guint64 files, network, scope;
} Ruleset;

int landlock_get_version(void)
{
        long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);

        return version > 0 ? (int) version : 0;
}

static Ruleset everything(int version, gsize *ret_size)
{
        Ruleset ruleset = {.files = ACCESS_FILES_1};

        if (version >= 2)
                ruleset.files |= ACCESS_REFER;
        if (version >= 3)
                ruleset.files |= ACCESS_TRUNCATE;
        if (version >= 5)
                ruleset.files |= ACCESS_IOCTL_DEVICE;
        if (version >= 4)
                ruleset.network = ACCESS_BIND_TCP | ACCESS_CONNECT_TCP;
        if (version >= 6)
                ruleset.scope = SCOPE_ABSTRACT_SOCKET | SCOPE_SIGNAL;
        /* A kernel refuses a structure that is longer than the one it knows. */
        *ret_size = version >= 6 ? sizeof ruleset :
                    version >= 4 ? G_STRUCT_OFFSET(Ruleset, scope) :
                                   G_STRUCT_OFFSET(Ruleset, network);
        return ruleset;
}

/* Allows reading path and everything below it. A path that does not exist is no error. */
static gboolean allow_reading(int ruleset, const char *path)
{
        struct landlock_path_beneath_attr below = {
                .allowed_access = LANDLOCK_ACCESS_FS_READ_FILE,
                .parent_fd = open(path, O_PATH | O_CLOEXEC),
        };
        gboolean is_allowed;
        struct stat status;

        if (below.parent_fd < 0)
                return TRUE;
        /* The kernel accepts the right to list only for folders. */
        if (fstat(below.parent_fd, &status) == 0 && S_ISDIR(status.st_mode))
                below.allowed_access |= LANDLOCK_ACCESS_FS_READ_DIR;
        is_allowed = syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &below, 0) == 0;
        close(below.parent_fd);
        return is_allowed;
}

/* Allows reading the places where Debian's fontconfig looks for fonts, for their configuration and for its cache. */
static gboolean allow_fonts(int ruleset)
{
        static const char *const everybody[] = {"/etc/fonts", "/usr/share/fontconfig", "/usr/share/fonts",
                                                "/usr/local/share/fonts", "/var/cache/fontconfig"};
        const struct {
                const char *folder, *name;
        } own[] = {
                {g_get_home_dir(), ".fonts"},           {g_get_home_dir(), ".fonts.conf"},
                {g_get_user_data_dir(), "fonts"},       {g_get_user_config_dir(), "fontconfig"},
                {g_get_user_cache_dir(), "fontconfig"},
        };

        for (gsize i = 0; i < G_N_ELEMENTS(everybody); i++)
                if (!allow_reading(ruleset, everybody[i]))
                        return FALSE;
        for (gsize i = 0; i < G_N_ELEMENTS(own); i++) {
                g_autofree char *path = g_build_filename(own[i].folder, own[i].name, NULL);

                if (!allow_reading(ruleset, path))
                        return FALSE;
        }
        return TRUE;
}

gboolean landlock_close_files(const SandboxNeeds *needs, GError **error)
{
        int version = landlock_get_version(), ruleset;
        gboolean is_done;
        Ruleset rules;
        gsize size;

        if (version == 0)
                return TRUE;
        rules = everything(version, &size);
        ruleset = (int) syscall(SYS_landlock_create_ruleset, &rules, size, 0);
        if (ruleset < 0)
                return sandbox_fail(error, "Landlock");
        is_done = (!needs->reads_fonts || allow_fonts(ruleset)) && (!IS_SANITIZED || allow_reading(ruleset, "/")) &&
                  syscall(SYS_landlock_restrict_self, ruleset, 0) == 0;
        if (!is_done)
                sandbox_fail(error, "Landlock");
        close(ruleset);
        return is_done;
}
