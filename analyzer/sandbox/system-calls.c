/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The system calls that are still allowed, and what happens to a process that tries another one.
 *
 * A forbidden call traps: instead of executing it, the kernel sends SIGSYS. The handler says which call it was and ends
 * the process with status 1. The handler cannot be replaced, nor prevented from running: installing another one for
 * SIGSYS kills the process, and so does a forbidden call while SIGSYS is blocked. */
#include "analyzer/sandbox/sandbox-private.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <linux/sockios.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Allowed with any arguments. */
static const int always[] = {
        /* files that are open */
        SCMP_SYS(read), SCMP_SYS(write), SCMP_SYS(readv), SCMP_SYS(writev), SCMP_SYS(pread64), SCMP_SYS(pwrite64),
        SCMP_SYS(lseek), SCMP_SYS(close), SCMP_SYS(fstat), SCMP_SYS(poll), SCMP_SYS(ppoll), SCMP_SYS(fadvise64),
        SCMP_SYS(ftruncate),
        /* memory */
        SCMP_SYS(brk), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise),
        /* threads */
        SCMP_SYS(futex), SCMP_SYS(set_robust_list), SCMP_SYS(rseq), SCMP_SYS(sched_yield), SCMP_SYS(sched_getaffinity),
        SCMP_SYS(gettid), SCMP_SYS(getpid), SCMP_SYS(exit), SCMP_SYS(exit_group),
        /* signals */
        SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn), SCMP_SYS(sigaltstack), SCMP_SYS(restart_syscall),
        /* time, random numbers, the size of the machine */
        SCMP_SYS(clock_gettime), SCMP_SYS(clock_getres), SCMP_SYS(clock_nanosleep), SCMP_SYS(nanosleep),
        SCMP_SYS(gettimeofday), SCMP_SYS(time), SCMP_SYS(getrandom), SCMP_SYS(sysinfo), SCMP_SYS(getrusage),
        /* waiting for the pager and the deputies to end */
        SCMP_SYS(wait4),
        /* the kernel's counters of a live capture, its interface (libpcap asks for it if the interface disappears), and
         * the answers of deputies */
        SCMP_SYS(getsockopt), SCMP_SYS(getsockname), SCMP_SYS(recvfrom)};

/* Allowed as well if fonts are needed: their folders are listed, their files are mapped. */
static const int for_fonts[] = {SCMP_SYS(access),   SCMP_SYS(faccessat),  SCMP_SYS(faccessat2), SCMP_SYS(stat),
                                SCMP_SYS(lstat),    SCMP_SYS(newfstatat), SCMP_SYS(statx),      SCMP_SYS(getdents64),
                                SCMP_SYS(readlink), SCMP_SYS(readlinkat), SCMP_SYS(fstatfs),    SCMP_SYS(statfs),
                                SCMP_SYS(getuid),   SCMP_SYS(geteuid),    SCMP_SYS(getgid),     SCMP_SYS(getegid)};

/* LeakSanitizer starts a process that stops all threads and looks at their registers and memory. */
static const int for_sanitizers[] = {SCMP_SYS(clone),       SCMP_SYS(ptrace),       SCMP_SYS(prctl),
                                     SCMP_SYS(readlink),    SCMP_SYS(readlinkat),   SCMP_SYS(stat),
                                     SCMP_SYS(newfstatat),  SCMP_SYS(getdents),     SCMP_SYS(getdents64),
                                     SCMP_SYS(getrlimit),   SCMP_SYS(prlimit64),    SCMP_SYS(getppid),
                                     SCMP_SYS(tgkill),      SCMP_SYS(rt_sigaction), SCMP_SYS(mprotect),
                                     SCMP_SYS(mmap),        SCMP_SYS(setrlimit),    SCMP_SYS(process_vm_readv),
                                     SCMP_SYS(personality), SCMP_SYS(dup),          SCMP_SYS(pipe),
                                     SCMP_SYS(pipe2),       SCMP_SYS(getuid),       SCMP_SYS(uname),
                                     SCMP_SYS(access),      SCMP_SYS(kill)};

/* The names of calls that tell most about an attack. Others are reported by number only. */
static const struct {
        int number;
        const char *name;
} telling[] = {
        {SYS_open, "open"},           {SYS_openat, "openat"},     {SYS_openat2, "openat2"}, {SYS_creat, "creat"},
        {SYS_unlink, "unlink"},       {SYS_unlinkat, "unlinkat"}, {SYS_rename, "rename"},   {SYS_renameat, "renameat"},
        {SYS_renameat2, "renameat2"}, {SYS_socket, "socket"},     {SYS_connect, "connect"}, {SYS_bind, "bind"},
        {SYS_sendto, "sendto"},       {SYS_sendmsg, "sendmsg"},   {SYS_execve, "execve"},   {SYS_execveat, "execveat"},
        {SYS_fork, "fork"},           {SYS_vfork, "vfork"},       {SYS_clone, "clone"},     {SYS_ptrace, "ptrace"},
        {SYS_kill, "kill"},           {SYS_tgkill, "tgkill"},     {SYS_mmap, "mmap"},       {SYS_mprotect, "mprotect"},
        {SYS_ioctl, "ioctl"},         {SYS_prctl, "prctl"}};

/* --- after a forbidden call ------------------------------------------------------------------------ */

static void append(char *text, gsize size, gsize *length, const char *more)
{
        while (*more && *length < size)
                text[(*length)++] = *more++;
}

/* Runs in a signal handler: allocates nothing, takes no lock, and uses nothing on the heap, which the parser may have
 * overwritten. */
static void on_forbidden_call(int signal_number, siginfo_t *info, gpointer context)
{
        char text[320], digits[12];
        gsize length = 0, n = sizeof digits - 1;
        guint number = (guint) info->si_syscall;

        digits[n] = '\0';
        do
                digits[--n] = (char) ('0' + number % 10);
        while ((number /= 10) > 0 && n > 0);
        append(text, sizeof text, &length,
               "chatsniff: stopped by the sandbox: it tried a system call that reading a "
               "capture does not need (number ");
        append(text, sizeof text, &length, &digits[n]);
        for (gsize i = 0; i < G_N_ELEMENTS(telling); i++)
                if (telling[i].number == info->si_syscall) {
                        append(text, sizeof text, &length, ", ");
                        append(text, sizeof text, &length, telling[i].name);
                }
        append(text, sizeof text, &length,
               "). The capture may contain an attack, or chatsniff has a bug: please "
               "report it\n");
        syscall(SYS_write, STDERR_FILENO, text, length);
        syscall(SYS_exit_group, 1);
}

/* --- the rules --------------------------------------------------------------------------------------- */

typedef struct {
        scmp_filter_ctx context;
        int code; /* the first failure */
} Rules;

static void rule(Rules *self, guint32 action, int number, guint n, const struct scmp_arg_cmp *conditions)
{
        int code = seccomp_rule_add_array(self->context, action, number, n, conditions);

        /* EDOM: this architecture does not have the call, or it has one call for several purposes, whose arguments
         * cannot be compared. */
        if (code != 0 && code != -EDOM && self->code == 0)
                self->code = code;
}

static void allow_all(Rules *self, const int *numbers, gsize n)
{
        for (gsize i = 0; i < n; i++)
                rule(self, SCMP_ACT_ALLOW, numbers[i], 0, NULL);
}

static void allow_if(Rules *self, int number, struct scmp_arg_cmp condition)
{
        rule(self, SCMP_ACT_ALLOW, number, 1, &condition);
}

static void allow_memory_and_threads(Rules *self)
{
        /* No memory may become executable. */
        allow_if(self, SCMP_SYS(mmap), SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
        allow_if(self, SCMP_SYS(mprotect), SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
        /* A thread may be started, but no process. The flags of clone3() are in memory, where the filter cannot see
         * them; if it is missing, glibc uses clone(). */
        allow_if(self, SCMP_SYS(clone), SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD));
        rule(self, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0, NULL);
        allow_if(self, SCMP_SYS(prctl), SCMP_A0(SCMP_CMP_EQ, PR_SET_NAME));
        /* abort() */
        allow_if(self, SCMP_SYS(tgkill), SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t) getpid()));
        /* Handlers for all signals but SIGSYS (31): 1 to 30, 32 to 63, and 64. The kernel looks only at the lower half
         * of the number, so a rule “not 31” would let 2^32 + 31 through. */
        allow_if(self, SCMP_SYS(rt_sigaction), SCMP_A0(SCMP_CMP_LT, SIGSYS));
        allow_if(self, SCMP_SYS(rt_sigaction), SCMP_A0(SCMP_CMP_MASKED_EQ, ~(scmp_datum_t) 31, 32));
        allow_if(self, SCMP_SYS(rt_sigaction), SCMP_A0(SCMP_CMP_EQ, 64));
}

static void allow_uses_of_descriptors(Rules *self)
{
        static const guint64 controls[] = {F_GETFL, F_SETFL, F_GETFD, F_SETFD};
        static const guint64 requests[] = {TCGETS, TIOCGWINSZ, FIONREAD, SIOCGIFINDEX, SIOCGIFFLAGS, SIOCGIFNAME};

        for (gsize i = 0; i < G_N_ELEMENTS(controls); i++)
                allow_if(self, SCMP_SYS(fcntl), SCMP_A1(SCMP_CMP_EQ, controls[i]));
        for (gsize i = 0; i < G_N_ELEMENTS(requests); i++)
                allow_if(self, SCMP_SYS(ioctl), SCMP_A1(SCMP_CMP_EQ, requests[i]));
        /* newer C libraries implement fstat() by this call */
        allow_if(self, SCMP_SYS(newfstatat), SCMP_A3(SCMP_CMP_MASKED_EQ, AT_EMPTY_PATH, AT_EMPTY_PATH));
        /* libpcap frees the ring buffer of a live capture */
        rule(self, SCMP_ACT_ALLOW, SCMP_SYS(setsockopt), 2,
             (struct scmp_arg_cmp[]){SCMP_A1(SCMP_CMP_EQ, SOL_PACKET), SCMP_A2(SCMP_CMP_EQ, PACKET_RX_RING)});
        /* requests to deputies: sent without an address */
        allow_if(self, SCMP_SYS(sendto), SCMP_A4(SCMP_CMP_EQ, 0));
}

/* These fail with EROFS instead of ending the process: fontconfig tries to write a cache of fonts that are newer than
 * the cache it found, and manages without one if that fails. */
static const int refused_for_fonts[] = {SCMP_SYS(mkdir), SCMP_SYS(mkdirat),  SCMP_SYS(unlink),   SCMP_SYS(unlinkat),
                                        SCMP_SYS(link),  SCMP_SYS(linkat),   SCMP_SYS(symlink),  SCMP_SYS(rename),
                                        SCMP_SYS(chmod), SCMP_SYS(fchmodat), SCMP_SYS(symlinkat)};

#define WRITING (O_ACCMODE | O_CREAT | O_TRUNC)

static void allow_opening_for_reading(Rules *self)
{
        allow_if(self, SCMP_SYS(openat), SCMP_A2(SCMP_CMP_MASKED_EQ, WRITING, O_RDONLY));
        allow_if(self, SCMP_SYS(open), SCMP_A1(SCMP_CMP_MASKED_EQ, WRITING, O_RDONLY));
}

static void refuse_writing(Rules *self)
{
        static const struct {
                guint64 mask, flag;
        } writing[] = {{O_ACCMODE, O_WRONLY}, {O_ACCMODE, O_RDWR}, {O_CREAT, O_CREAT}, {O_TRUNC, O_TRUNC}};
        const guint32 refused = SCMP_ACT_ERRNO(EROFS);

        for (gsize i = 0; i < G_N_ELEMENTS(writing); i++) {
                rule(self, refused, SCMP_SYS(openat), 1,
                     &SCMP_A2(SCMP_CMP_MASKED_EQ, writing[i].mask, writing[i].flag));
                rule(self, refused, SCMP_SYS(open), 1, &SCMP_A1(SCMP_CMP_MASKED_EQ, writing[i].mask, writing[i].flag));
        }
        for (gsize i = 0; i < G_N_ELEMENTS(refused_for_fonts); i++)
                rule(self, refused, refused_for_fonts[i], 0, NULL);
}

static void add_rules(Rules *self, const SandboxNeeds *needs)
{
        allow_all(self, always, G_N_ELEMENTS(always));
        if (IS_SANITIZED) {
                allow_all(self, for_sanitizers, G_N_ELEMENTS(for_sanitizers));
                rule(self, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0, NULL);
        } else {
                allow_memory_and_threads(self);
        }
        allow_uses_of_descriptors(self);
        if (needs->reads_fonts || IS_SANITIZED)
                allow_opening_for_reading(self);
        if (needs->reads_fonts) {
                allow_all(self, for_fonts, G_N_ELEMENTS(for_fonts));
                refuse_writing(self);
        }
        if (!needs->parent_tells)
                rule(self, SCMP_ACT_KILL_PROCESS, SCMP_SYS(rt_sigaction), 1, &SCMP_A0(SCMP_CMP_EQ, SIGSYS));
}

gboolean system_calls_are_limited_by_kernel(void)
{
        guint32 action = SECCOMP_RET_TRAP;

        return syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}

gboolean system_calls_limit(const SandboxNeeds *needs, GError **error)
{
        struct sigaction telling_action = {.sa_sigaction = on_forbidden_call, .sa_flags = SA_SIGINFO};
        Rules rules = {0};

        if (!system_calls_are_limited_by_kernel())
                return TRUE;
        sigemptyset(&telling_action.sa_mask);
        if (!needs->parent_tells && sigaction(SIGSYS, &telling_action, NULL) != 0)
                return sandbox_fail(error, "SIGSYS");
        rules.context = seccomp_init(needs->parent_tells ? SCMP_ACT_KILL_PROCESS : SCMP_ACT_TRAP);
        if (rules.context) {
                /* Keeps libseccomp from switching on the mitigation of speculative store bypass, which makes the
                 * process slower: it is for processes that run foreign code. */
                seccomp_attr_set(rules.context, SCMP_FLTATR_CTL_SSB, 1);
                /* libseccomp's default ends the calling thread alone, and the others would wait for it. */
                rules.code = seccomp_attr_set(rules.context, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
                add_rules(&rules, needs);
                if (rules.code == 0)
                        rules.code = seccomp_load(rules.context);
                seccomp_release(rules.context);
        } else {
                rules.code = -ENOMEM;
        }
        errno = -rules.code;
        return rules.code == 0 || sandbox_fail(error, "seccomp");
}
