/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parts of the sandbox, one a file. */
#pragma once

#include "analyzer/sandbox/sandbox.h"

#include <gio/gio.h>

/* A sanitizer reads files, and follows the threads, when it looks for leaks and when it reports: the sandbox of such a
 * build leaves it that. */
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

/* landlock.c: the version of Landlock in the kernel, 0 where there is none. */
int landlock_get_version(void);
gboolean landlock_close_files(const SandboxNeeds *needs, GError **error);

/* For the parts: errno as an error. Returns FALSE. */
gboolean sandbox_fail(GError **error, const char *what);
