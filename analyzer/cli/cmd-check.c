/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/cli/check.h"
#include "analyzer/rubric/gradebook.h"
#include "reports/class-page.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define DEFAULT_TIME_LIMIT 60
#define MAX_TIME_LIMIT 86400
#define MAX_WORKERS 1024
#define DEFAULT_CHUNK 500
/* Octets for the conversations of one capture, unless --memory-limit is given. */
#define DEFAULT_MEMORY ((gsize) 512 * 1024 * 1024)

typedef enum {
        FORMAT_CSV,
        FORMAT_PAGE,
        FORMAT_JSON,
} Format;

typedef struct {
        char *roster, *state, *example, *slurm, *part_of, *merge_of;
        char **sbatch;
        int workers, time_limit, chunk;
        gboolean facts, reports, wait;
} CheckOptions;

static void check_options_clear(CheckOptions *self)
{
        g_free(self->roster);
        g_free(self->state);
        g_free(self->example);
        g_free(self->slurm);
        g_free(self->part_of);
        g_free(self->merge_of);
        g_strfreev(self->sbatch);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CheckOptions, check_options_clear)

static void check_clear(Check *self)
{
        g_clear_pointer(&self->filters, filters_free);
        g_free(self->reports);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Check, check_clear)

/* Prints each mistake on a line of its own. Returns the exit status. */
static int complain_about_lines(const GError *error)
{
        g_auto(GStrv) lines = g_strsplit(error->message, "\n", -1);

        for (guint i = 0; lines[i]; i++)
                complain("%s", lines[i]);
        return g_error_matches(error, RUBRIC_ERROR, RUBRIC_ERROR_SYNTAX) ? EXIT_USAGE : EXIT_NOTHING;
}

static gboolean format_from_path(const char *path, Format *ret_format)
{
        static const struct {
                const char *ending;
                Format format;
        } formats[] = {
                {".csv", FORMAT_CSV},   {".html", FORMAT_PAGE},   {".htm", FORMAT_PAGE},
                {".json", FORMAT_JSON}, {".ndjson", FORMAT_JSON}, {".jsonl", FORMAT_JSON},
        };

        for (guint i = 0; i < G_N_ELEMENTS(formats); i++)
                if (g_str_has_suffix(path, formats[i].ending)) {
                        *ret_format = formats[i].format;
                        return TRUE;
                }
        return FALSE;
}

/* The folder for reports: OUT-reports for OUT.csv. Transfer: full. */
static char *reports_folder(const char *output)
{
        const char *dot = strrchr(output, '.');

        return g_strdup_printf("%.*s-reports", (int) (dot - output), output);
}

static char *link_to_report(const ClassResults *results, const ClassCapture *capture, gpointer data)
{
        const Check *check = data;
        g_autofree char *folder = NULL, *name = NULL, *path = NULL;

        if (!check->reports)
                return NULL;
        folder = g_path_get_basename(check->reports);
        name = check_report_name(results, capture);
        path = g_build_filename(check->reports, name, NULL);
        return g_file_test(path, G_FILE_TEST_EXISTS) ? g_build_filename(folder, name, NULL) : NULL;
}

static gboolean write_results(const Check *check, const ClassResults *results, GError **error)
{
        const char *path = check->options->output;
        g_auto(OutputFile) output = {0};
        Format format = FORMAT_CSV;

        if (path)
                format_from_path(path, &format);
        if (!output_file_open(&output, path, error))
                return FALSE;
        /* output_file_commit() finds out whether writing failed. */
        if (format == FORMAT_CSV)
                gradebook_write(results, output.file);
        else if (format == FORMAT_JSON)
                results_json_write(results, output.file);
        else
                class_page_write(results, link_to_report, (gpointer) check, output.file);
        return output_file_commit(&output, error);
}

/* Writes the results, and says how many have a problem. Returns the exit status. */
static int tell(const Check *check, ClassResults *results)
{
        g_autoptr(GError) error = NULL;
        guint troubled, absent;

        class_finish(results);
        if (!write_results(check, results, &error))
                return complain_about(error);
        class_count(results, &troubled, &absent);
        if (!check->options->quiet && absent > 0)
                complain("%u of %u students handed in nothing", absent, results->students->len);
        if (troubled == 0)
                return EXIT_DONE;
        complain("%u of %u students have a capture that is damaged or could not be judged in full; the results say why",
                 troubled, results->students->len);
        return EXIT_DAMAGED;
}

static GBytes *read_file(const char *path, GError **error)
{
        g_autoptr(GError) reason = NULL;
        char *data;
        gsize size;

        if (g_file_get_contents(path, &data, &size, &reason))
                return g_bytes_new_take(data, size);
        g_set_error(error, RUBRIC_ERROR, RUBRIC_ERROR_READ, "%s: cannot be read: %s", path,
                    g_error_matches(reason, G_FILE_ERROR, G_FILE_ERROR_NOENT) ? "no such file" : reason->message);
        return NULL;
}

static void add_text(GChecksum *checksum, const char *text)
{
        g_checksum_update(checksum, (const guchar *) text, (gssize) strlen(text) + 1);
}

char *check_question(const Check *check, GError **error)
{
        g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
        const Options *options = check->options;
        g_autofree char *limits =
                g_strdup_printf("%u %" G_GSIZE_FORMAT " %d", check->time_limit, options->memory_limit, options->all);

        add_text(checksum, "chatsniff " CHATSNIFF_VERSION);
        add_text(checksum, check->rubric->text);
        add_text(checksum, limits);
        add_text(checksum, options->filter ? options->filter : "");
        for (guint i = 0; i < options->ports->len; i++) {
                g_autofree char *port = g_strdup_printf("%u", g_array_index(options->ports, guint16, i));

                add_text(checksum, port);
        }
        for (guint i = 0; options->protocol_files && options->protocol_files[i]; i++) {
                g_autoptr(GBytes) bytes = read_file(options->protocol_files[i], error);

                if (!bytes)
                        return NULL;
                g_checksum_update(checksum, g_bytes_get_data(bytes, NULL), (gssize) g_bytes_get_size(bytes));
        }
        return g_strdup(g_checksum_get_string(checksum));
}

static gboolean make_reports_folder(const Check *check, GError **error)
{
        if (!check->reports || g_mkdir_with_parents(check->reports, 0777) == 0)
                return TRUE;
        g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_WRITE, "%s: cannot be created: %s", check->reports,
                    g_strerror(errno));
        return FALSE;
}

static gboolean run_here(const Check *check, const CheckOptions *own, ClassResults *results, GError **error)
{
        g_autoptr(State) state = NULL;
        g_autofree char *question = NULL;

        if (own->state) {
                question = check_question(check, error);
                state = question ? state_open(own->state, question, error) : NULL;
                if (!state)
                        return FALSE;
        }
        return make_reports_folder(check, error) &&
               check_pool_run(check, results, 0, results->captures->len, state, error);
}

/* The command line without the options for Slurm, for the scripts of the tasks. Transfer: full. */
static char **plain_arguments(int argc, char **argv)
{
        GPtrArray *plain = g_ptr_array_new();

        for (int i = 0; i < argc; i++) {
                if (g_str_equal(argv[i], "--slurm") || g_str_equal(argv[i], "--sbatch") ||
                    g_str_equal(argv[i], "--chunk"))
                        i++;
                else if (!g_str_has_prefix(argv[i], "--slurm=") && !g_str_has_prefix(argv[i], "--sbatch=") &&
                         !g_str_has_prefix(argv[i], "--chunk=") && !g_str_equal(argv[i], "--wait"))
                        g_ptr_array_add(plain, g_strdup(argv[i]));
        }
        g_ptr_array_add(plain, NULL);
        return (char **) g_ptr_array_free(plain, FALSE);
}

/* Finds the submissions. The files that this command itself reads or writes are none, even within the folder. */
static GPtrArray *find_submissions(const CheckOptions *own, const Options *options, GError **error)
{
        const char *excluded[] = {options->arguments[0], NULL, NULL, NULL, NULL};
        guint n = 1;

        if (own->roster)
                excluded[n++] = own->roster;
        if (own->state)
                excluded[n++] = own->state;
        if (options->output)
                excluded[n++] = options->output;
        return submissions_find((const char *const *) options->arguments + 1, excluded, error);
}

static int check(const Options *options, const CheckOptions *own, const char *const *argv)
{
        const char *slurm_folder = own->part_of ? own->part_of : own->merge_of;
        g_autoptr(Rubric) rubric = NULL;
        g_autoptr(Roster) roster = NULL;
        g_autoptr(GPtrArray) submissions = NULL;
        g_autoptr(ClassResults) results = NULL;
        g_autoptr(GError) error = NULL;
        g_auto(Check) self = {
                .options = options,
                .n_workers = (guint) own->workers,
                .time_limit = (guint) own->time_limit,
                .reports = own->reports ? reports_folder(options->output) : NULL,
        };

        self.rubric = rubric = rubric_new_from_name(options->arguments[0], &error);
        self.filters = rubric ? filters_new(rubric, &error) : NULL;
        if (self.filters && own->roster) {
                g_autoptr(GBytes) bytes = read_file(own->roster, &error);

                roster = bytes ? roster_new_from_bytes(bytes, own->roster, rubric, &error) : NULL;
        }
        if (self.filters && !own->roster && roster_find_needed(rubric)) {
                complain("%s: the rubric asks for the “%s” of each student: give --roster FILE, a table with a column "
                         "of that name, or a value in [parameters]",
                         rubric->filename, roster_find_needed(rubric));
                return EXIT_USAGE;
        }
        if (!error)
                submissions = slurm_folder ? check_slurm_load_submissions(slurm_folder, &error) :
                                             find_submissions(own, options, &error);
        if (error)
                return complain_about_lines(error);
        if (own->slurm) {
                const SlurmOptions slurm = {own->slurm, own->sbatch, own->chunk, own->wait};

                return make_reports_folder(&self, &error) ? check_slurm_submit(&slurm, &self, submissions, argv) :
                                                            complain_about(error);
        }
        results = class_new(rubric, roster, submissions);
        if (own->part_of)
                return check_slurm_run_part(own->part_of, (guint) own->chunk, &self, results, &error) ?
                               EXIT_DONE :
                               complain_about_lines(error);
        if (own->merge_of ? !check_slurm_merge(own->merge_of, (guint) own->chunk, &self, results, &error) :
                            !run_here(&self, own, results, &error))
                return complain_about_lines(error);
        return tell(&self, results);
}

static int print_example(const char *name)
{
        g_autoptr(GBytes) text = rubric_example_text(name);
        g_autofree char *all = g_strjoinv(", ", (char **) rubric_example_names());

        if (!text)
                return usage_error("check", "there is no example “%s”; there are %s", name, all);
        fwrite(g_bytes_get_data(text, NULL), 1, g_bytes_get_size(text), stdout);
        return fflush(stdout) == 0 ? EXIT_DONE : EXIT_NOTHING;
}

static gboolean check_arguments(const Options *options, const CheckOptions *own)
{
        guint n = options->arguments ? g_strv_length(options->arguments) : 0;
        Format format;

        if (options->interface)
                usage_error("check", "captures are files here: -i cannot be used");
        else if (own->facts && n != 1)
                usage_error("check", "--facts takes one capture");
        else if (own->facts)
                return TRUE;
        else if (n < 2)
                usage_error("check", "give a rubric and the captures: chatsniff check RUBRIC CAPTURE|FOLDER…");
        else if (options->output && !format_from_path(options->output, &format))
                usage_error("check", "“%s” does not say what to write: it should end in .csv, .html or .json",
                            options->output);
        else if (own->workers < 1 || own->workers > MAX_WORKERS)
                usage_error("check", "-j is a number of processes, from 1 to %d", MAX_WORKERS);
        else if (own->time_limit < 1 || own->time_limit > MAX_TIME_LIMIT)
                usage_error("check", "--time-limit is a number of seconds, from 1 to %d", MAX_TIME_LIMIT);
        else if (own->chunk < 1)
                usage_error("check", "--chunk is a number of captures");
        else if (own->reports && !options->output)
                usage_error("check", "--reports are written beside the file that -o names");
        else if (own->slurm && !options->output)
                usage_error("check", "--slurm needs -o FILE, on a file system that the nodes share");
        else if (own->slurm && own->state)
                usage_error("check", "--state is for one host; --slurm keeps its results in its own folder");
        else if (!own->slurm && (own->sbatch || own->wait))
                usage_error("check", "--sbatch and --wait are for --slurm");
        else
                return TRUE;
        return FALSE;
}

int cmd_check(int argc, char **argv)
{
        g_auto(Options) options = {0};
        g_auto(CheckOptions) own = {
                .workers = (int) g_get_num_processors(),
                .time_limit = DEFAULT_TIME_LIMIT,
                .chunk = DEFAULT_CHUNK,
        };
        g_auto(GStrv) plain = plain_arguments(argc, argv);
        const GOptionEntry entries[] = {
                {"jobs", 'j', 0, G_OPTION_ARG_INT, &own.workers,
                 "Read N captures at a time, each in a process of its own (default: the number of processors)", "N"},
                {"roster", 0, 0, G_OPTION_ARG_FILENAME, &own.roster,
                 "Who is in the class: a table with a column “identifier”, and one for each parameter of the rubric",
                 "FILE"},
                {"state", 0, 0, G_OPTION_ARG_FILENAME, &own.state,
                 "Keep the results in FILE; what was checked before is not checked again", "FILE"},
                {"reports", 0, 0, G_OPTION_ARG_NONE, &own.reports,
                 "Write a report of each capture, too, in a folder beside the file that -o names", NULL},
                {"time-limit", 0, 0, G_OPTION_ARG_INT, &own.time_limit,
                 "Seconds of processor time that a capture may take (default: 60)", "SECONDS"},
                {"facts", 0, 0, G_OPTION_ARG_NONE, &own.facts,
                 "Print the facts about CAPTURE that the filters of a rubric see, to try filters with jq", NULL},
                {"example", 0, 0, G_OPTION_ARG_STRING, &own.example, "Print a rubric to begin with: tcp-task, udp-task",
                 "NAME"},
                {"slurm", 0, 0, G_OPTION_ARG_FILENAME, &own.slurm,
                 "Let Slurm do it: as a job array that works in FOLDER, which all nodes share", "FOLDER"},
                {"chunk", 0, 0, G_OPTION_ARG_INT, &own.chunk,
                 "Slurm: captures in each task of the array (default: 500)", "N"},
                {"sbatch", 0, 0, G_OPTION_ARG_STRING_ARRAY, &own.sbatch,
                 "Slurm: an option for sbatch, such as --partition=lab (repeatable)", "OPTION"},
                {"wait", 0, 0, G_OPTION_ARG_NONE, &own.wait, "Slurm: wait until the results are there", NULL},
                {"slurm-part", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_FILENAME, &own.part_of, NULL, NULL},
                {"slurm-merge", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_FILENAME, &own.merge_of, NULL, NULL},
                {NULL},
        };

        if (!options_parse(
                    &options, "RUBRIC CAPTURE|FOLDER…",
                    "Checks many captures against a rubric: says what each is worth and what is missing in it, and\n"
                    "which frames two students handed in alike.",
                    "RUBRIC is a file, or an example's name: tcp-task, udp-task. A FOLDER holds a capture, or a "
                    "folder\n"
                    "with captures, for each student; Moodle's downloads are understood. What -o names decides what "
                    "is\n"
                    "written: .csv (the gradebook, for Moodle's import), .html (a page for the teacher) or .json (one\n"
                    "object a line). Each capture is read by a process with limits of its own; one that is damaged or\n"
                    "hostile costs its own row.\n\n"
                    "Examples:\n"
                    "  chatsniff check --example tcp-task > rubric.ini\n"
                    "  chatsniff check rubric.ini submissions/ --roster roster.csv -o grades.csv\n"
                    "  chatsniff check rubric.ini submissions/ --reports --state checked.state -o class.html\n"
                    "  chatsniff check --facts session.pcapng | jq '.messages[].text'\n\n"
                    "Exit status: 0 all captures were whole and judged in full, 1 nothing was written, 2 wrong usage "
                    "or\n"
                    "a wrong rubric, 3 some captures are damaged or could not be judged in full; the results say "
                    "which.",
                    entries, &argc, &argv))
                return EXIT_USAGE;
        if (own.example)
                return print_example(own.example);
        if (!check_arguments(&options, &own))
                return EXIT_USAGE;
        if (own.facts)
                return check_print_facts(&options, options.arguments[0], stdout);
        if (options.memory_limit == 0)
                options.memory_limit = DEFAULT_MEMORY;
        return check(&options, &own, (const char *const *) plain);
}
