/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs a fuzz target on every file of a folder, each as one test: inputs that once led to a mistake, and those
 * that reach far into the code. Needs neither clang nor luck. */
#include <glib.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The target gets a block of exactly that size, so that a sanitizer sees the first octet read too far. */
static void replay(gconstpointer path)
{
        g_autoptr(GError) error = NULL;
        g_autofree char *contents = NULL;
        uint8_t *exact;
        gsize length;

        if (!g_file_get_contents(path, &contents, &length, &error))
                g_error("%s", error->message);
        exact = malloc(length);
        g_assert_true(exact || length == 0);
        if (length > 0)
                memcpy(exact, contents, length);
        g_assert_cmpint(LLVMFuzzerTestOneInput(exact, length), ==, 0);
        free(exact);
}

static void replay_nothing(void)
{
        uint8_t nothing = 0;

        g_assert_cmpint(LLVMFuzzerTestOneInput(&nothing, 0), ==, 0);
}

static gint compare_names(gconstpointer a, gconstpointer b)
{
        return strcmp(*(const char *const *) a, *(const char *const *) b);
}

int main(int argc, char **argv)
{
        g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
        g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);
        g_autoptr(GDir) folder = NULL;
        const char *name, *corpus;

        if (argc != 2) {
                g_printerr("Usage: %s FOLDER\n", argv[0]);
                return 2;
        }
        corpus = argv[1];
        argv[1] = (char *) "--tap"; /* and nothing else is left for GLib to read */
        g_test_init(&argc, &argv, NULL);
        folder = g_dir_open(corpus, 0, NULL);
        g_test_add_func("/no-octets", replay_nothing);
        while (folder && (name = g_dir_read_name(folder)))
                g_ptr_array_add(names, g_strdup(name));
        g_ptr_array_sort(names, compare_names);
        for (guint i = 0; i < names->len; i++) {
                char *path = g_build_filename(corpus, names->pdata[i], NULL);
                g_autofree char *test = g_strdup_printf("/%s", (const char *) names->pdata[i]);

                g_ptr_array_add(paths, path);
                g_test_add_data_func(test, path, replay);
        }
        return g_test_run();
}
