/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/rubric/submissions.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#define MAX_DEPTH 4 /* of folders in a student's folder */

void submission_free(gpointer data)
{
        Submission *self = data;

        g_free(self->name);
        g_free(self->full_name);
        g_free(self->participant);
        g_ptr_array_unref(self->paths);
        g_free(self->remark);
        g_free(self);
}

static Submission *submission_new(const char *name)
{
        Submission *self = g_new0(Submission, 1);

        self->name = g_strdup(name);
        self->paths = g_ptr_array_new_with_free_func(g_free);
        return self;
}

/* Whether a name ends like that of a capture, which may be compressed. ret_stem is set to the length without these
 * endings. */
static gboolean is_capture_name(const char *name, gsize *ret_stem)
{
        static const char *const compressions[] = {".gz", ".xz", ".zst", ".lz4"};
        static const char *const captures[] = {".pcapng", ".pcap", ".cap", ".dmp", ".ntar"};
        g_autofree char *plain = g_ascii_strdown(name, -1);

        for (guint i = 0; i < G_N_ELEMENTS(compressions); i++)
                if (g_str_has_suffix(plain, compressions[i])) {
                        plain[strlen(plain) - strlen(compressions[i])] = '\0';
                        break;
                }
        for (guint i = 0; i < G_N_ELEMENTS(captures); i++)
                if (g_str_has_suffix(plain, captures[i]) && strlen(plain) > strlen(captures[i])) {
                        *ret_stem = strlen(plain) - strlen(captures[i]);
                        return TRUE;
                }
        return FALSE;
}

static char *stem(const char *name)
{
        gsize length;
        const char *dot;

        if (is_capture_name(name, &length))
                return g_strndup(name, length);
        dot = strrchr(name, '.');
        return dot && dot > name ? g_strndup(name, (gsize) (dot - name)) : g_strdup(name);
}

/* Reads a name that Moodle gave: "Ada Lovelace_123_assignsubmission_file_", after which the file's own name may follow.
 * FALSE: Moodle did not give it. */
static gboolean read_moodle_name(const char *name, char **ret_full_name, char **ret_number)
{
        const char *mark = strstr(name, "_assignsubmission_file"), *number;

        if (!mark)
                return FALSE;
        for (number = mark; number > name && g_ascii_isdigit(number[-1]);)
                number--;
        if (number == mark || number < name + 2 || number[-1] != '_')
                return FALSE;
        *ret_full_name = g_strndup(name, (gsize) (number - 1 - name));
        *ret_number = g_strndup(number, (gsize) (mark - number));
        return TRUE;
}

typedef struct {
        GPtrArray *all;
        GHashTable *by_key; /* the same; files and folders with the same key belong to one submission */
        const char *const *excluded;
} Finder;

static gboolean is_excluded(const Finder *self, const struct stat *status)
{
        struct stat other;

        for (guint i = 0; self->excluded && self->excluded[i]; i++)
                if (stat(self->excluded[i], &other) == 0 && other.st_dev == status->st_dev &&
                    other.st_ino == status->st_ino)
                        return TRUE;
        return FALSE;
}

/* The submission that a file or folder of that name belongs to, new or known. */
static Submission *find_submission(Finder *self, const char *name, gboolean is_folder)
{
        g_autofree char *full_name = NULL, *number = NULL, *key = NULL;
        gboolean is_moodle = read_moodle_name(name, &full_name, &number);
        Submission *submission;

        key = is_moodle ? g_strdup_printf("/%s", number) : is_folder ? g_strdup(name) : stem(name);
        submission = g_hash_table_lookup(self->by_key, key);
        if (submission)
                return submission;
        submission = submission_new(is_moodle ? full_name : key);
        if (is_moodle) {
                submission->full_name = g_steal_pointer(&full_name);
                submission->participant = g_strdup_printf("Participant %s", number);
        }
        g_ptr_array_add(self->all, submission);
        g_hash_table_insert(self->by_key, g_steal_pointer(&key), submission);
        return submission;
}

static int compare_names(gconstpointer a, gconstpointer b)
{
        return strcmp(*(const char *const *) a, *(const char *const *) b);
}

/* The names in a folder, sorted, without hidden files. NULL, with error set: it cannot be read. */
static GPtrArray *list(const char *folder, GError **error)
{
        g_autoptr(GDir) dir = g_dir_open(folder, 0, error);
        GPtrArray *names;
        const char *name;

        if (!dir)
                return NULL;
        names = g_ptr_array_new_with_free_func(g_free);
        while ((name = g_dir_read_name(dir)))
                if (*name != '.' && !g_str_equal(name, "__MACOSX"))
                        g_ptr_array_add(names, g_strdup(name));
        g_ptr_array_sort(names, compare_names);
        return names;
}

static void note(Submission *self, const char *remark)
{
        if (!self->remark)
                self->remark = g_strdup(remark);
}

/* Adds everything in a student's own folder. What cannot be read there becomes a remark on this student, not an error.
 */
static void add_folder(Submission *self, const char *folder, guint depth)
{
        g_autoptr(GPtrArray) names = list(folder, NULL);

        if (!names)
                note(self, "a folder cannot be read");
        for (guint i = 0; names && i < names->len; i++) {
                g_autofree char *path = g_build_filename(folder, g_ptr_array_index(names, i), NULL);
                struct stat status;

                if (lstat(path, &status) != 0)
                        note(self, "a file cannot be read");
                else if (S_ISREG(status.st_mode))
                        g_ptr_array_add(self->paths, g_steal_pointer(&path));
                else if (S_ISDIR(status.st_mode) && depth < MAX_DEPTH)
                        add_folder(self, path, depth + 1);
                else
                        note(self, S_ISLNK(status.st_mode) ? "a symbolic link was left out" :
                                                             "something that is not a file was left out");
        }
}

/* Adds the submissions in a class's folder, which the user named. */
static gboolean add_class_folder(Finder *self, const char *folder, GError **error)
{
        g_autoptr(GPtrArray) names = list(folder, error);

        for (guint i = 0; names && i < names->len; i++) {
                const char *name = g_ptr_array_index(names, i);
                g_autofree char *path = g_build_filename(folder, name, NULL);
                struct stat status;

                if (lstat(path, &status) != 0 || is_excluded(self, &status))
                        continue;
                if (S_ISDIR(status.st_mode))
                        add_folder(find_submission(self, name, TRUE), path, 0);
                else if (S_ISREG(status.st_mode))
                        g_ptr_array_add(find_submission(self, name, FALSE)->paths, g_steal_pointer(&path));
                else
                        note(find_submission(self, name, FALSE), S_ISLNK(status.st_mode) ?
                                                                         "a symbolic link was left out" :
                                                                         "something that is not a file was left out");
        }
        return names != NULL;
}

static gboolean ends_as_capture(const char *path)
{
        gsize length;

        return is_capture_name(path, &length);
}

/* Leaves out files that are not captures by their names, such as a report in PDF, if there is a capture beside them. */
static void leave_out_others(Submission *self)
{
        gboolean has_capture = FALSE;
        guint left_out = 0;

        for (guint i = 0; i < self->paths->len; i++)
                has_capture |= ends_as_capture(g_ptr_array_index(self->paths, i));
        for (guint i = self->paths->len; has_capture && i > 0; i--)
                if (!ends_as_capture(g_ptr_array_index(self->paths, i - 1))) {
                        g_ptr_array_remove_index(self->paths, i - 1);
                        left_out++;
                }
        if (left_out > 0 && !self->remark)
                self->remark = left_out == 1 ?
                                       g_strdup("a file whose name does not end like a capture's was left out") :
                                       g_strdup_printf("%u files whose names do not end like a capture's were left out",
                                                       left_out);
        g_ptr_array_sort(self->paths, compare_names);
}

static int compare_submissions(gconstpointer a, gconstpointer b)
{
        const Submission *one = *(const Submission *const *) a, *other = *(const Submission *const *) b;
        int order = strcmp(one->name, other->name);

        return order ? order : g_strcmp0(one->participant, other->participant);
}

GPtrArray *submissions_find(const char *const *paths, const char *const *excluded, GError **error)
{
        g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(submission_free);
        g_autoptr(GHashTable) by_key = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
        Finder finder = {all, by_key, excluded};

        for (guint i = 0; paths[i]; i++) {
                g_autofree char *name = g_path_get_basename(paths[i]);
                struct stat status;

                if (stat(paths[i], &status) != 0) {
                        int code = errno;

                        g_set_error(error, RUBRIC_ERROR, RUBRIC_ERROR_READ, "%s: cannot be read: %s", paths[i],
                                    g_strerror(code));
                        return NULL;
                }
                if (!S_ISDIR(status.st_mode))
                        g_ptr_array_add(find_submission(&finder, name, FALSE)->paths, g_strdup(paths[i]));
                else if (!add_class_folder(&finder, paths[i], error))
                        return NULL;
        }
        for (guint i = 0; i < all->len; i++)
                leave_out_others(g_ptr_array_index(all, i));
        g_ptr_array_sort(all, compare_submissions);
        return g_steal_pointer(&all);
}
