/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Leaves the scheduling to Slurm: a job array, each task of which writes a file of its own, and a job that waits for
 * all tasks and merges their files. No two processes write the same file, because neither locks nor SQLite can be
 * relied on if hosts share a file system. */
#include "analyzer/cli/check.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define MAX_ARRAY 4000000 /* the most that Slurm can be told to take; a cluster may allow less (MaxArraySize) */

/* Name, full name, participant, paths, remark: file names may hold any bytes. */
#define SUBMISSIONS_FORMAT "a(aymsmsaayms)"
/* The digest of what the results depend on, see part_question(), and the results. */
#define PART_FORMAT "(saay)"

static gboolean slurm_error(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);
static gboolean slurm_error(GError **error, const char *format, ...)
{
        g_autofree char *message = NULL;
        va_list arguments;

        va_start(arguments, format);
        message = g_strdup_vprintf(format, arguments);
        va_end(arguments);
        g_set_error_literal(error, RUBRIC_ERROR, RUBRIC_ERROR_STATE, message);
        return FALSE;
}

/* The paths of captures are made absolute, so that they do not depend on where a task runs. */
static GVariant *submissions_to_variant(const GPtrArray *submissions)
{
        GVariantBuilder builder;

        g_variant_builder_init(&builder, G_VARIANT_TYPE(SUBMISSIONS_FORMAT));
        for (guint i = 0; i < submissions->len; i++) {
                const Submission *submission = g_ptr_array_index(submissions, i);
                GVariantBuilder paths;

                g_variant_builder_init(&paths, G_VARIANT_TYPE("aay"));
                for (guint j = 0; j < submission->paths->len; j++) {
                        g_autofree char *full = g_canonicalize_filename(g_ptr_array_index(submission->paths, j), NULL);

                        g_variant_builder_add(&paths, "^ay", full);
                }
                g_variant_builder_add(&builder, "(^aymsmsaayms)", submission->name, submission->full_name,
                                      submission->participant, &paths, submission->remark);
        }
        return g_variant_ref_sink(g_variant_builder_end(&builder));
}

/* Writes a file that appears under its name only when it is complete. */
static gboolean save(const char *folder, const char *name, gconstpointer data, gsize size, int mode, GError **error)
{
        g_autofree char *path = g_build_filename(folder, name, NULL);

        return g_file_set_contents_full(path, data, (gssize) size, G_FILE_SET_CONTENTS_CONSISTENT, mode, error);
}

static GVariant *load(const char *folder, const char *name, const char *type, GError **error)
{
        g_autofree char *path = g_build_filename(folder, name, NULL);
        g_autoptr(GVariant) variant = NULL;
        g_autoptr(GBytes) bytes = NULL;
        char *data;
        gsize size;

        if (!g_file_get_contents(path, &data, &size, error))
                return NULL;
        bytes = g_bytes_new_take(data, size);
        variant = g_variant_ref_sink(g_variant_new_from_bytes(G_VARIANT_TYPE(type), bytes, FALSE));
        if (g_variant_is_normal_form(variant))
                return g_steal_pointer(&variant);
        slurm_error(error, "%s: this was not written by this version", path);
        return NULL;
}

GPtrArray *check_slurm_load_submissions(const char *folder, GError **error)
{
        g_autoptr(GVariant) variant = load(folder, "submissions", SUBMISSIONS_FORMAT, error);
        GPtrArray *submissions;
        GVariantIter iterator;
        Submission read;
        GVariant *paths;

        if (!variant)
                return NULL;
        submissions = g_ptr_array_new_with_free_func(submission_free);
        g_variant_iter_init(&iterator, variant);
        while (g_variant_iter_next(&iterator, "(^aymsms@aayms)", &read.name, &read.full_name, &read.participant, &paths,
                                   &read.remark)) {
                GVariantIter each;
                char *path;

                read.paths = g_ptr_array_new_with_free_func(g_free);
                g_variant_iter_init(&each, paths);
                while (g_variant_iter_next(&each, "^ay", &path))
                        g_ptr_array_add(read.paths, path);
                g_variant_unref(paths);
                g_ptr_array_add(submissions, g_memdup2(&read, sizeof read));
        }
        return submissions;
}

static char *part_name(guint part)
{
        return g_strdup_printf("part-%u", part);
}

static guint chunk_of(const Check *check, guint n_captures, guint chunk, guint part, guint *ret_end)
{
        guint first = MIN(part * chunk, n_captures);

        *ret_end = MIN(first + chunk, n_captures);
        return first;
}

static char *describe_file(const char *path)
{
        GStatBuf status;

        if (g_stat(path, &status) != 0)
                return g_strdup(path);
        return g_strdup_printf("%s %" G_GINT64_FORMAT " %" G_GINT64_FORMAT ".%09ld", path, (gint64) status.st_size,
                               (gint64) status.st_mtim.tv_sec, status.st_mtim.tv_nsec);
}

/* A digest of everything that the results of a part depend on. It tells a replaced capture by its size and time: to
 * read all captures again would take the merge as long as the tasks. */
static char *part_question(const Check *check, const ClassResults *results, guint first, guint end, GError **error)
{
        g_autofree char *question = check_question(check, error);
        g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);

        if (!question)
                return NULL;
        g_checksum_update(checksum, (const guchar *) question, -1);
        for (guint i = first; i < end; i++) {
                const ClassCapture *capture = g_ptr_array_index(results->captures, i);
                const ClassStudent *student = g_ptr_array_index(results->students, capture->student);

                g_autofree char *file = describe_file(capture->path);

                g_checksum_update(checksum, (const guchar *) file, (gssize) strlen(file) + 1);
                for (guint j = 0; student->values[j]; j++)
                        g_checksum_update(checksum, (const guchar *) student->values[j],
                                          (gssize) strlen(student->values[j]) + 1);
        }
        return g_strdup(g_checksum_get_string(checksum));
}

/* Loads the results of a part. NULL if there are none, or if they depend on something else than the new ones would. */
static GVariant *load_part(const char *folder, guint part, const char *question)
{
        g_autofree char *name = part_name(part);
        g_autoptr(GVariant) kept = load(folder, name, PART_FORMAT, NULL);
        const char *asked;

        if (!kept)
                return NULL;
        g_variant_get_child(kept, 0, "&s", &asked);
        return g_str_equal(asked, question) ? g_variant_get_child_value(kept, 1) : NULL;
}

static gboolean is_part_done(const char *folder, guint part, const char *question)
{
        g_autoptr(GVariant) kept = load_part(folder, part, question);

        return kept != NULL;
}

gboolean
check_slurm_run_part(const char *folder, guint chunk, const Check *check, ClassResults *results, GError **error)
{
        const char *number = g_getenv("SLURM_ARRAY_TASK_ID");
        g_autoptr(GVariant) kept = NULL;
        g_autofree char *question = NULL, *name = NULL;
        GVariantBuilder builder;
        guint64 part;
        guint first, end;

        if (!number || !g_ascii_string_to_unsigned(number, 10, 0, MAX_ARRAY, &part, NULL))
                return slurm_error(error, "this is not run by Slurm: SLURM_ARRAY_TASK_ID is not set");
        first = chunk_of(check, results->captures->len, chunk, (guint) part, &end);
        question = part_question(check, results, first, end, error);
        if (!question)
                return FALSE;
        if (is_part_done(folder, (guint) part, question))
                return TRUE;
        if (!check_pool_run(check, results, first, end, NULL, error))
                return FALSE;
        g_variant_builder_init(&builder, G_VARIANT_TYPE("aay"));
        for (guint i = first; i < end; i++) {
                const ClassCapture *capture = g_ptr_array_index(results->captures, i);
                g_autoptr(GBytes) bytes = capture_result_to_bytes(capture->result);

                g_variant_builder_add_value(&builder, g_variant_new_from_bytes(G_VARIANT_TYPE_BYTESTRING, bytes, TRUE));
        }
        kept = g_variant_ref_sink(g_variant_new(PART_FORMAT, question, &builder));
        name = part_name((guint) part);
        return save(folder, name, g_variant_get_data(kept), g_variant_get_size(kept), 0666, error);
}

static CaptureResult *result_of_lost_task(void)
{
        CaptureResult *result = capture_result_new();

        result->outcome = OUTCOME_STOPPED;
        result->remark = g_strdup("the task that should have read it did not end well; run the command again");
        return result;
}

gboolean check_slurm_merge(const char *folder, guint chunk, const Check *check, ClassResults *results, GError **error)
{
        guint n = results->captures->len, end;

        for (guint part = 0, first; (first = chunk_of(check, n, chunk, part, &end)) < n; part++) {
                g_autofree char *question = part_question(check, results, first, end, error);
                g_autoptr(GVariant) kept = NULL;

                if (!question)
                        return FALSE;
                kept = load_part(folder, part, question);
                for (guint i = first; i < end; i++) {
                        ClassCapture *capture = g_ptr_array_index(results->captures, i);
                        g_autoptr(GVariant) octets = NULL;
                        g_autoptr(GBytes) bytes = NULL;

                        if (kept && i - first < g_variant_n_children(kept)) {
                                octets = g_variant_get_child_value(kept, i - first);
                                bytes = g_variant_get_data_as_bytes(octets);
                                capture->result = capture_result_new_from_bytes(bytes, check->rubric->items->len, NULL);
                        }
                        if (!capture->result)
                                capture->result = result_of_lost_task();
                }
        }
        return TRUE;
}

/* Writes the script of a job: the command as it was given, and the options that say which part of the work to do. */
static gboolean save_script(const char *folder,
                            const char *name,
                            const char *const *argv,
                            guint chunk,
                            const char *what,
                            const char *workers,
                            GError **error)
{
        g_autoptr(GString) script = g_string_new("#!/bin/sh\nexec");
        g_autofree char *program = g_file_read_link("/proc/self/exe", error),
                        *full = g_canonicalize_filename(folder, NULL);
        g_autofree char *quoted_program = NULL, *quoted_folder = g_shell_quote(full);

        if (!program)
                return FALSE;
        quoted_program = g_shell_quote(program);
        g_string_append_printf(script, " %s", quoted_program);
        for (guint i = 0; argv[i]; i++) {
                g_autofree char *quoted = g_shell_quote(argv[i]);

                g_string_append_printf(script, " %s", quoted);
        }
        g_string_append_printf(script, " --quiet --chunk %u%s %s %s\n", chunk, workers, what, quoted_folder);
        return save(folder, name, script->str, script->len, 0777, error);
}

/* Runs sbatch and returns the number of the job. */
static char *submit(const SlurmOptions *slurm, const char *const *own, const char *script, GError **error)
{
        g_autoptr(GPtrArray) argv = g_ptr_array_new_with_free_func(g_free);
        g_autofree char *output = NULL, *complaint = NULL;
        int status;

        g_ptr_array_add(argv, g_strdup("sbatch"));
        g_ptr_array_add(argv, g_strdup("--parsable"));
        for (guint i = 0; own[i]; i++)
                g_ptr_array_add(argv, g_strdup(own[i]));
        for (guint i = 0; slurm->sbatch_options && slurm->sbatch_options[i]; i++)
                g_ptr_array_add(argv, g_strdup(slurm->sbatch_options[i]));
        g_ptr_array_add(argv, g_build_filename(slurm->folder, script, NULL));
        g_ptr_array_add(argv, NULL);
        if (!g_spawn_sync(NULL, (char **) argv->pdata, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &output, &complaint,
                          &status, error))
                return NULL;
        if (!g_spawn_check_wait_status(status, NULL) && !(own[0] && g_str_equal(own[0], "--wait"))) {
                slurm_error(error, "sbatch did not take the job: %s", g_strstrip(complaint));
                return NULL;
        }
        g_strdelimit(g_strstrip(output), ";\n", '\0'); /* the cluster's name may follow */
        if (*output)
                return g_steal_pointer(&output);
        slurm_error(error, "sbatch did not take the job: %s", g_strstrip(complaint));
        return NULL;
}

static gboolean
prepare(const SlurmOptions *slurm, const GPtrArray *submissions, const char *const *argv, GError **error)
{
        g_autoptr(GVariant) variant = submissions_to_variant(submissions);
        guint chunk = (guint) slurm->chunk;

        if (g_mkdir_with_parents(slurm->folder, 0777) != 0)
                return slurm_error(error, "%s: cannot be created: %s", slurm->folder, g_strerror(errno));
        return save(slurm->folder, "submissions", g_variant_get_data(variant), g_variant_get_size(variant), 0666,
                    error) &&
               save_script(slurm->folder, "task.sh", argv, chunk, "--slurm-part", " -j \"${SLURM_CPUS_PER_TASK:-1}\"",
                           error) &&
               save_script(slurm->folder, "merge.sh", argv, chunk, "--slurm-merge", "", error);
}

static guint count_captures(const GPtrArray *submissions)
{
        guint n = 0;

        for (guint i = 0; i < submissions->len; i++)
                n += ((const Submission *) g_ptr_array_index(submissions, i))->paths->len;
        return n;
}

int check_slurm_submit(const SlurmOptions *slurm,
                       const Check *check,
                       const GPtrArray *submissions,
                       const char *const *argv)
{
        guint n = count_captures(submissions), chunk = (guint) slurm->chunk, n_parts = (n + chunk - 1) / chunk;
        g_autoptr(GError) error = NULL;
        g_autofree char *array = g_strdup_printf("--array=0-%u", MAX(n_parts, 1) - 1);
        g_autofree char *task_log = g_strdup_printf("--output=%s/task-%%a.log", slurm->folder),
                        *merge_log = g_strdup_printf("--output=%s/merge.log", slurm->folder);
        const char *const array_options[] = {"--job-name=chatsniff", array, task_log, NULL};
        const char *merge_options[] = {slurm->wait ? "--wait" : "--job-name=chatsniff-merge",
                                       "--job-name=chatsniff-merge", NULL, merge_log, NULL};
        g_autofree char *job = NULL, *merge = NULL, *dependency = NULL;

        if (n_parts > MAX_ARRAY || !prepare(slurm, submissions, argv, &error))
                return error ? complain_about(error) :
                               usage_error("check", "--chunk is too small for so many captures");
        job = submit(slurm, array_options, "task.sh", &error);
        if (!job)
                return complain_about(error);
        /* afterany: the merge runs even if tasks have failed, and says which captures were not read. */
        merge_options[2] = dependency = g_strdup_printf("--dependency=afterany:%s", job);
        merge = submit(slurm, merge_options, "merge.sh", &error);
        if (!merge)
                return complain_about(error);
        if (!check->options->quiet)
                fprintf(stderr,
                        "%u captures in %u tasks: job %s; then job %s writes %s\n"
                        "squeue -j %s,%s shows how far they are; their messages are in %s\n",
                        n, n_parts, job, merge, check->options->output, job, merge, slurm->folder);
        return EXIT_DONE;
}
