/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parts of the sandbox; each has a file of its own. */
#pragma once

#include "analyzer/sandbox/sandbox.h"

#include <gio/gio.h>

/* When a sanitizer looks for leaks or reports an error, it reads files and inspects the other threads. In such a build
 * the sandbox allows that. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define IS_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define IS_SANITIZED 1
#endif
#endif
#ifndef IS_SANITIZED
#define IS_SANITIZED 0
#endif

/* system-calls.c: seccomp. */
gboolean system_calls_are_limited_by_kernel(void);
gboolean system_calls_limit(const SandboxNeeds *needs, GError **error);

/* landlock.c. The version of Landlock in the running kernel; 0 if it has none. */
int landlock_get_version(void);
gboolean landlock_close_files(const SandboxNeeds *needs, GError **error);

/* sandbox.c. Sets error from errno; what: the part that failed. Always returns FALSE. */
gboolean sandbox_fail(GError **error, const char *what);
