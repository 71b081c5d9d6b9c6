/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads one capture in a process of its own and reports what it finds. If a hostile capture does harm, it harms this
 * process only. */
#include "analyzer/capture/write-fully.h"
#include "analyzer/cli/check.h"
#include "analyzer/output/capture-facts.h"
#include "reports/report.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Memory besides that of the conversations: for the facts, as text and as jq's values, for threads and libraries. */
#define OTHER_MEMORY ((gsize) 1024 * 1024 * 1024)

/* One reading of a capture feeds all of these. */
typedef struct {
        SummaryBuilder *summary;
        FactsBuilder *facts;
        Fingerprints *fingerprints;
        Story *story; /* NULL: no report is wanted */
} Reading;

static void take_packet(const Packet *packet, gpointer data)
{
        Reading *self = data;

        summary_builder_packet(packet, self->summary);
        if (self->fingerprints)
                fingerprints_add(self->fingerprints, packet->frame);
        if (self->story)
                story_add_packet(self->story, packet);
}

static void take_record(const Record *record, gpointer data)
{
        Reading *self = data;

        summary_builder_record(record, self->summary);
        facts_builder_record(self->facts, record);
        if (self->story)
                story_add_record(self->story, record);
}

static void take_conversation(const ConversationRecord *record, gpointer data)
{
        Reading *self = data;

        summary_builder_conversation(record, self->summary);
        facts_builder_conversation(self->facts, record);
        if (self->story)
                story_add_conversation(self->story, record);
}

static const RunFuncs funcs = {
        .packet = take_packet,
        .record = take_record,
        .conversation = take_conversation,
        .needs = {.parent_tells = TRUE},
};

typedef struct {
        const Check *check;
        const CheckTask *task;
        int out, in;
} Worker;

/* Ends the process if the reader of the pipe has gone: then nobody waits for the result. */
static void write_all(int out, const void *octets, gsize length)
{
        if (write_fully(out, octets, length) < length)
                _exit(EXIT_NOTHING);
}

static void say(const Worker *self, WorkerMessage message, const void *octets, gsize length)
{
        guint8 head[5] = {(guint8) message};
        guint32 size = GUINT32_TO_LE((guint32) length);

        memcpy(head + 1, &size, sizeof size);
        write_all(self->out, head, sizeof head);
        write_all(self->out, octets, length);
}

static void out_of_memory(void *data)
{
        _exit(WORKER_EXIT_MEMORY);
}

/* GLib logs an error before it aborts, which it does when memory runs out. */
static void take_log(const char *domain, GLogLevelFlags level, const char *message, gpointer data)
{
        if (level & G_LOG_LEVEL_ERROR)
                out_of_memory(NULL);
}

static void limit(int resource, rlim_t soft, rlim_t hard)
{
        struct rlimit value = {soft, hard};

        setrlimit(resource, &value);
}

/* The processor time that this process has used, in seconds, rounded up. */
static guint32 processor_seconds(void)
{
        struct rusage usage;

        getrusage(RUSAGE_SELF, &usage);
        return (guint32) (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + 1;
}

/* Limits what reading a capture and running filters may take. The pool later raises the limit for each filter, because
 * the sandbox does not let this process change its limits. */
static void limit_resources(const Check *check)
{
        limit(RLIMIT_CORE, 0, 0);
        limit(RLIMIT_CPU, check->time_limit, check_most_seconds(check));
#ifndef __SANITIZE_ADDRESS__ /* which maps terabytes that it does not use */
        limit(RLIMIT_AS, check->options->memory_limit + OTHER_MEMORY, check->options->memory_limit + OTHER_MEMORY);
#endif
}

/* Closes everything that the parent has open, so that a capture that takes over the worker cannot reach it: the state,
 * the output, and the pipes to other workers. */
static void close_others(int out, int in)
{
        int last = MAX(out, in);

        for (int fd = STDERR_FILENO + 1; fd < last; fd++)
                if (fd != out && fd != in)
                        close(fd);
        closefrom(last + 1);
}

/* A worker has no terminal, and ends with the process that started it. */
static void detach(const Check *check)
{
        int null = open("/dev/null", O_RDWR | O_CLOEXEC);

        setpgid(0, 0);
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        signal(SIGPIPE, SIG_IGN);
        if (null >= 0)
                for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
                        dup2(null, fd);
        clearenv();
        g_setenv("TZ", "UTC0", TRUE); /* for jq's dates: no file is read for it */
        tzset();
        g_log_set_default_handler(take_log, NULL);
        filters_set_out_of_memory(check->filters, out_of_memory);
        limit_resources(check);
}

/* Sends the file's digest and waits for the answer. Returns FALSE if the result is known already. */
static gboolean ask_whether_known(const Worker *self, int fd)
{
        g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
        g_autofree guint8 *octets = g_malloc(65536);
        const char *digest;
        gssize length;
        char answer = WORKER_ANSWER_GO;

        while ((length = read(fd, octets, 65536)) > 0)
                g_checksum_update(checksum, octets, length);
        if (length < 0)
                return TRUE; /* reading it as a capture fails, too, and says why */
        digest = g_checksum_get_string(checksum);
        say(self, WORKER_SAYS_DIGEST, digest, strlen(digest));
        if (read(self->in, &answer, 1) != 1)
                _exit(EXIT_NOTHING);
        return answer != WORKER_ANSWER_KNOWN;
}

/* The message of an error without the file's name at its beginning: the table shows the name beside it. */
static char *remark_of(const GError *error, const char *path)
{
        g_autofree char *prefix = g_strconcat(path, ": ", NULL);
        const char *message = error->message;

        return g_utf8_make_valid(g_str_has_prefix(message, prefix) ? message + strlen(prefix) : message, -1);
}

/* If the report cannot be written, it is missing; the result counts all the same. */
static void write_report(Story *story, OutputFile *output, const TimelineCounts *counts)
{
        g_autoptr(GError) error = NULL;

        story_finish(story, counts);
        if (report_write(story, REPORT_HTML, NULL, output->file, &error))
                output_file_commit(output, &error);
}

/* How the reading ended. A file that is not a capture is the student's fault; anything else that kept it from being
 * read is not. */
static Outcome outcome_of(int status, const GError *error, const TimelineCounts *counts)
{
        if (status == EXIT_DONE)
                return OUTCOME_WHOLE;
        if (status == EXIT_DAMAGED || g_error_matches(error, CAPTURE_ERROR, CAPTURE_ERROR_DAMAGED))
                return counts->frames > 0 ? OUTCOME_DAMAGED : OUTCOME_NOTHING;
        return g_error_matches(error, CAPTURE_ERROR, CAPTURE_ERROR_OPEN) ||
                               g_error_matches(error, CAPTURE_ERROR, CAPTURE_ERROR_FORMAT) ?
                       OUTCOME_NOTHING :
                       OUTCOME_STOPPED;
}

/* Fills result, and returns the facts as JSON; NULL if nothing can be judged. */
static GString *read_capture(const Worker *self, CaptureResult *result)
{
        const char *path = self->task->path;
        g_autofree char *name = g_filename_display_basename(path);
        Options options = *self->check->options;
        StoryOptions shown = {.limit = STORY_DEFAULT_LIMIT, .memory_limit = options.memory_limit / 4};
        g_autoptr(SummaryBuilder) builder = summary_builder_new(options.memory_limit / 4);
        g_autoptr(FactsBuilder) facts = facts_builder_new();
        g_autoptr(Story) story = NULL;
        g_autoptr(Summary) summary = NULL;
        g_autoptr(GError) error = NULL;
        g_auto(OutputFile) report = {0};
        Reading reading = {builder, facts, &result->fingerprints, NULL};
        TimelineCounts counts = {0};
        GString *json;
        int status;

        options.quiet = TRUE;
        /* The report is opened before run_fold() closes the sandbox. */
        if (self->task->report && output_file_open(&report, self->task->report, NULL))
                reading.story = story = story_new(name, &shown);
        options.explain = story != NULL;
        status = run_fold(&options, path, &funcs, &reading, &counts, &error);
        result->outcome = outcome_of(status, error, &counts);
        if (error)
                result->remark = remark_of(error, path);
        if (result->outcome == OUTCOME_NOTHING || result->outcome == OUTCOME_STOPPED)
                return NULL;
        summary = summary_builder_finish(builder, &counts);
        result->packets = summary->packets;
        result->chat_packets = summary->chat_packets;
        json = facts_builder_finish(facts, summary, name);
        if (!json)
                out_of_memory(NULL);
        if (story)
                write_report(story, &report, &counts);
        return json;
}

static void ask_items(const Worker *self, const GString *json)
{
        const Check *check = self->check;
        g_autoptr(GError) error = NULL;
        g_autoptr(Facts) facts = facts_parse(check->filters, json->str, json->len, self->task->values, &error);

        for (guint i = self->task->first_item; i < check->rubric->items->len; i++) {
                g_autofree char *reason = NULL;
                g_autoptr(GString) message = g_string_new(NULL);
                guint32 seconds = GUINT32_TO_LE(processor_seconds());
                Verdict verdict = VERDICT_UNDECIDED;

                say(self, WORKER_SAYS_ITEM, &seconds, sizeof seconds);
                if (self->task->is_given_up[i])
                        reason = g_strdup("the filter did not end for any capture before, and was not asked again");
                else if (self->task->lacking)
                        reason = g_strdup_printf("no value is known for “%s” of this student", self->task->lacking);
                else if (facts)
                        verdict = filters_ask(check->filters, i, facts, &reason);
                else
                        reason = g_strdup(error->message);
                g_string_append_c(message, (char) verdict);
                if (reason)
                        g_string_append(message, reason);
                say(self, WORKER_SAYS_VERDICT, message->str, message->len);
        }
}

void check_worker_run(const Check *check, const CheckTask *task, int out, int in)
{
        const Worker worker = {check, task, out, in};
        CaptureResult *result;
        GBytes *bytes;
        GString *json = NULL;
        struct stat status;
        int fd;

        detach(check);
        close_others(out, in);
        result = capture_result_new();
        fd = open(task->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC); /* a FIFO would wait for its writer */
        if (fd < 0) {
                /* Not the student's fault, so nobody is graded for it. */
                result->outcome = OUTCOME_STOPPED;
                result->remark = g_strdup_printf("it cannot be read: %s", g_strerror(errno));
        } else if (fstat(fd, &status) == 0 && !S_ISREG(status.st_mode)) {
                result->outcome = OUTCOME_NOTHING;
                result->remark = g_strdup("this is not a file");
        } else {
                if (in >= 0 && !ask_whether_known(&worker, fd))
                        _exit(EXIT_DONE);
                json = read_capture(&worker, result);
        }
        fingerprints_finish(&result->fingerprints);
        bytes = capture_result_to_bytes(result);
        say(&worker, WORKER_SAYS_CAPTURE, g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
        if (json)
                ask_items(&worker, json);
        say(&worker, WORKER_SAYS_END, NULL, 0);
        _exit(EXIT_DONE);
}

int check_print_facts(const Options *options, const char *path, FILE *file)
{
        g_autofree char *name = g_filename_display_basename(path);
        g_autoptr(SummaryBuilder) builder = summary_builder_new(options->memory_limit / 4);
        g_autoptr(FactsBuilder) facts = facts_builder_new();
        g_autoptr(Summary) summary = NULL;
        g_autoptr(GError) error = NULL;
        Reading reading = {.summary = builder, .facts = facts};
        TimelineCounts counts = {0};
        const RunFuncs alone = {funcs.packet, funcs.record, funcs.conversation};
        int status = run_fold(options, path, &alone, &reading, &counts, &error);
        GString *json;

        if (status == EXIT_NOTHING && counts.frames == 0)
                return complain_about(error);
        summary = summary_builder_finish(builder, &counts);
        json = facts_builder_finish(facts, summary, name);
        if (json) {
                fwrite(json->str, 1, json->len, file);
                g_string_free(json, TRUE);
        }
        return error ? complain_about(error) : status;
}
