/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Workers: one process for each capture, several at a time. The largest captures go first, so that no long one is left
 * for the end; the order of the results does not depend on it. */
#include "analyzer/cli/check.h"
#include "analyzer/cli/interruption.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* The longest message of a worker: the fingerprints of a capture, and some text. */
#define MAX_MESSAGE (8u * 1024 * 1024)

typedef struct {
        pid_t process; /* 0: none */
        CheckTask *task;
        int out, in; /* from it: messages; to it: answers, or -1 */
        GByteArray *received;
        gint64 deadline;    /* monotonic time */
        gboolean is_late;   /* it was killed because of its deadline */
        gboolean has_ended; /* it has said that it has done everything */
        gboolean is_asking; /* it runs the filter of task->first_item */
        guint allowed;      /* seconds of processor time for that filter */
        char *key;          /* of the capture in the state; NULL if there is none */
} Worker;

typedef struct {
        const Check *check;
        ClassResults *results;
        State *state;
        GPtrArray *tasks; /* CheckTask, in the order in which they are begun */
        guint next;       /* index of the task to begin next */
        guint done;
        Worker *workers; /* check->n_workers of them */
        guint *late;     /* by item: for how many captures its filter did not end */
        guint *decided;  /* by item: for how many captures its filter gave a verdict */
        gboolean shows_progress;
} Pool;

static void task_free(gpointer data)
{
        CheckTask *self = data;

        g_free(self->report);
        g_free(self->is_given_up);
        capture_result_free(self->result);
        g_free(self);
}

static int compare_sizes(gconstpointer a, gconstpointer b)
{
        const CheckTask *one = *(const CheckTask *const *) a, *other = *(const CheckTask *const *) b;

        if (one->size != other->size)
                return one->size > other->size ? -1 : 1;
        return one->capture < other->capture ? -1 : one->capture > other->capture;
}

char *check_report_name(const ClassResults *results, const ClassCapture *capture)
{
        const ClassStudent *student = g_ptr_array_index(results->students, capture->student);
        g_autofree char *name = g_strdup(student->identifier);
        guint position = 0;

        for (char *at = name; *at; at++)
                if (!g_ascii_isalnum(*at) && !strchr("._-", *at))
                        *at = '_';
        while (g_ptr_array_index(results->captures, g_array_index(student->captures, guint, position)) != capture)
                position++;
        /* Two identifiers may become the same file name; the student's number keeps them apart. */
        return g_strdup_printf("%u-%s-%u.html", capture->student + 1, name, position + 1);
}

static GPtrArray *plan(const Check *check, const ClassResults *results, guint first, guint end)
{
        GPtrArray *tasks = g_ptr_array_new_with_free_func(task_free);

        for (guint i = first; i < end; i++) {
                const ClassCapture *capture = g_ptr_array_index(results->captures, i);
                const ClassStudent *student = g_ptr_array_index(results->students, capture->student);
                CheckTask *task = g_new0(CheckTask, 1);
                struct stat status;

                task->capture = i;
                task->is_given_up = g_new0(guint8, check->rubric->items->len);
                task->path = capture->path;
                task->values = (const char *const *) student->values;
                task->lacking = student->lacking;
                task->size = stat(capture->path, &status) == 0 ? (guint64) status.st_size : 0;
                if (check->reports) {
                        g_autofree char *name = check_report_name(results, capture);

                        task->report = g_build_filename(check->reports, name, NULL);
                }
                g_ptr_array_add(tasks, task);
        }
        g_ptr_array_sort(tasks, compare_sizes);
        return tasks;
}

static void set_deadline(const Pool *self, Worker *worker, guint seconds)
{
        worker->deadline = g_get_monotonic_time() + (gint64) seconds * CHECK_WAITING_FACTOR * G_USEC_PER_SEC;
}

static void give_up(const Pool *self, CheckTask *task)
{
        for (guint i = 0; i < self->check->rubric->items->len; i++)
                task->is_given_up[i] = self->late[i] >= 2 * CHECK_FILTER_PATIENCE && self->decided[i] == 0;
}

static gboolean start(Pool *self, Worker *worker, CheckTask *task, GError **error)
{
        int out[2], in[2] = {-1, -1};
        gboolean has_pipes = pipe2(out, O_CLOEXEC) == 0 && (!self->state || pipe2(in, O_CLOEXEC) == 0);
        pid_t process;

        give_up(self, task);
        process = has_pipes ? fork() : -1;
        if (process < 0) {
                g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "a worker cannot be started: %s", g_strerror(errno));
                return FALSE;
        }
        if (process == 0) {
                close(out[0]);
                /* A worker that continues for another one need not ask again whether the result is known. */
                check_worker_run(self->check, task, out[1], task->result ? -1 : in[0]);
        }
        close(out[1]);
        if (in[0] >= 0)
                close(in[0]);
        *worker = (Worker){.process = process, .task = task, .out = out[0], .in = in[1], .key = worker->key};
        worker->received = g_byte_array_new();
        set_deadline(self, worker, self->check->time_limit);
        return TRUE;
}

guint check_filter_seconds(const Check *check)
{
        return MIN(check->time_limit, CHECK_FILTER_TIME_LIMIT);
}

guint check_most_seconds(const Check *check)
{
        return check->time_limit + check->rubric->items->len * (check_filter_seconds(check) + 1) + 1;
}

/* Decides how long a filter may take. One that never ends must not take its full time for each capture of a class. What
 * is cut short this way depends on the order of the captures, so reap() keeps it out of the state. */
static void be_patient(const Pool *self, Worker *worker)
{
        guint item = worker->task->first_item;

        worker->allowed = check_filter_seconds(self->check);
        if (item >= self->check->rubric->items->len || self->late[item] < CHECK_FILTER_PATIENCE)
                return;
        worker->allowed = 1;
}

/* Gives a filter its own time, however long it took to read the capture. octets: the content of WORKER_SAYS_ITEM. */
static void allow_filter(const Pool *self, const Worker *worker, const guint8 *octets, gsize length)
{
        struct rlimit limit;
        guint32 seconds = 0;

        if (length != sizeof seconds || prlimit(worker->process, RLIMIT_CPU, NULL, &limit) != 0)
                return;
        memcpy(&seconds, octets, sizeof seconds);
        limit.rlim_cur = MIN((rlim_t) GUINT32_FROM_LE(seconds) + worker->allowed, limit.rlim_max);
        prlimit(worker->process, RLIMIT_CPU, &limit, NULL);
}

/* The key of a result in the state: made of the file's digest and the student's parameters. */
static char *make_key(const CheckTask *task, const char *digest, gsize length)
{
        g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);

        g_checksum_update(checksum, (const guchar *) digest, (gssize) length);
        if (task->lacking)
                g_checksum_update(checksum, (const guchar *) "lacking", -1);
        for (guint i = 0; task->values[i]; i++)
                g_checksum_update(checksum, (const guchar *) task->values[i], (gssize) strlen(task->values[i]) + 1);
        return g_strdup(g_checksum_get_string(checksum));
}

static void answer_digest(Pool *self, Worker *worker, const char *digest, gsize length)
{
        g_autoptr(GBytes) kept = NULL;
        CaptureResult *known = NULL;
        char answer;

        worker->key = make_key(worker->task, digest, length);
        kept = state_find(self->state, worker->key);
        if (kept && (!worker->task->report || g_file_test(worker->task->report, G_FILE_TEST_EXISTS)))
                known = capture_result_new_from_bytes(kept, self->check->rubric->items->len, NULL);
        answer = known ? WORKER_ANSWER_KNOWN : WORKER_ANSWER_GO;
        if (known) {
                worker->task->result = known;
                worker->has_ended = TRUE;
                g_clear_pointer(&worker->key, g_free); /* the state has it already */
        }
        if (write(worker->in, &answer, 1) != 1)
                return; /* the worker has gone; reap() finds out why */
}

static void take_message(Pool *self, Worker *worker, WorkerMessage message, const guint8 *octets, gsize length)
{
        CheckTask *task = worker->task;

        if (message == WORKER_SAYS_DIGEST && self->state) {
                answer_digest(self, worker, (const char *) octets, length);
        } else if (message == WORKER_SAYS_CAPTURE && !task->result) {
                g_autoptr(GBytes) bytes = g_bytes_new(octets, length);

                task->result = capture_result_new_from_bytes(bytes, 0, NULL);
        } else if (message == WORKER_SAYS_ITEM) {
                worker->is_asking = TRUE;
                be_patient(self, worker);
                allow_filter(self, worker, octets, length);
                set_deadline(self, worker, worker->allowed);
        } else if (message == WORKER_SAYS_VERDICT && task->result && length > 0 &&
                   task->first_item < self->check->rubric->items->len && octets[0] <= VERDICT_UNDECIDED) {
                g_autofree char *reason = g_utf8_make_valid((const char *) octets + 1, (gssize) length - 1);

                capture_result_add(task->result, (Verdict) octets[0], *reason ? reason : NULL);
                task->is_uncertain |= task->is_given_up[task->first_item];
                self->decided[task->first_item] += octets[0] != VERDICT_UNDECIDED;
                task->first_item++;
                worker->is_asking = FALSE;
        } else if (message == WORKER_SAYS_END) {
                worker->has_ended = TRUE;
        }
}

/* Takes what a worker has written. Returns FALSE when it will write nothing more. */
static gboolean receive(Pool *self, Worker *worker)
{
        guint8 octets[65536];
        gssize length = read(worker->out, octets, sizeof octets);
        gsize at = 0;

        if (length < 0 && (errno == EINTR || errno == EAGAIN))
                return TRUE;
        if (length <= 0)
                return FALSE;
        g_byte_array_append(worker->received, octets, (guint) length);
        for (;;) {
                gsize rest = worker->received->len - at;
                const guint8 *head = worker->received->data + at;
                guint32 size;

                if (rest < 5)
                        break;
                memcpy(&size, head + 1, sizeof size);
                size = GUINT32_FROM_LE(size);
                if (size > MAX_MESSAGE)
                        return FALSE;
                if (rest - 5 < size)
                        break;
                take_message(self, worker, (WorkerMessage) head[0], head + 5, size);
                at += 5 + size;
        }
        if (at > 0)
                g_byte_array_remove_range(worker->received, 0, (guint) at);
        return TRUE;
}

/* Says why a worker ended too early, in a clause with what as its subject. Transfer: full. */
static char *describe_end(const Pool *self, const Worker *worker, int status, const char *what)
{
        guint seconds = worker->is_asking ? worker->allowed : self->check->time_limit;

        if (worker->is_late)
                return g_strdup_printf("%s did not end within %u seconds", what, seconds * CHECK_WAITING_FACTOR);
        if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU && seconds == 1)
                return g_strdup_printf("%s took more than one second of processor time", what);
        if (WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS)
                return g_strdup_printf("%s tried a system call that it does not need, and the sandbox stopped it",
                                       what);
        if (WIFSIGNALED(status) && (WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGKILL))
                return g_strdup_printf("%s took more than %u seconds of processor time", what, seconds);
        if (WIFEXITED(status) && WEXITSTATUS(status) == WORKER_EXIT_MEMORY)
                return g_strdup_printf("%s took more memory than it may; --memory-limit allows more", what);
        if (WIFSIGNALED(status))
                return g_strdup_printf("%s crashed (%s); please report it", what, g_strsignal(WTERMSIG(status)));
        return g_strdup_printf("%s ended with status %d; please report it", what, WEXITSTATUS(status));
}

/* Whether a second try would end the same way. What went wrong for a reason outside the capture may go right then. */
static gboolean is_certain(const Worker *worker, int status)
{
        return worker->has_ended || (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU) ||
               (WIFEXITED(status) && WEXITSTATUS(status) == WORKER_EXIT_MEMORY);
}

static void clear_worker(Worker *worker)
{
        close(worker->out);
        if (worker->in >= 0)
                close(worker->in);
        g_byte_array_unref(worker->received);
        *worker = (Worker){0};
}

static void show_progress(const Pool *self)
{
        if (self->shows_progress)
                fprintf(stderr, "\rchecked: %u of %u ", self->done, self->tasks->len);
}

/* A capture is done: keeps its result, and frees the worker. */
static gboolean finish(Pool *self, Worker *worker, GError **error)
{
        CheckTask *task = worker->task;
        ClassCapture *capture = g_ptr_array_index(self->results->captures, task->capture);
        g_autofree char *key = g_steal_pointer(&worker->key);

        capture->result = g_steal_pointer(&task->result);
        clear_worker(worker);
        self->done++;
        show_progress(self);
        if (self->state && key && !task->is_uncertain) {
                g_autoptr(GBytes) bytes = capture_result_to_bytes(capture->result);

                return state_keep(self->state, key, bytes, error);
        }
        return TRUE;
}

/* A worker has ended. If a filter did not end, only its item is lost: a new worker asks the filters after it. */
static gboolean reap(Pool *self, Worker *worker, GError **error)
{
        CheckTask *task = worker->task;
        guint n_items = self->check->rubric->items->len;
        int status = 0;

        while (waitpid(worker->process, &status, 0) < 0 && errno == EINTR)
                continue;
        task->is_uncertain |= !is_certain(worker, status);
        if (worker->has_ended)
                return finish(self, worker, error);
        if (task->result && worker->is_asking && task->first_item < n_items) {
                g_autofree char *reason = describe_end(self, worker, status, "the filter");

                capture_result_add(task->result, VERDICT_UNDECIDED, reason);
                task->is_uncertain |= worker->allowed < check_filter_seconds(self->check);
                self->late[task->first_item] += worker->is_late || (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU);
                task->first_item++;
                if (task->first_item < n_items) {
                        char *key = worker->key;

                        clear_worker(worker);
                        worker->key = key;
                        return start(self, worker, task, error);
                }
                return finish(self, worker, error);
        }
        capture_result_free(task->result);
        task->result = capture_result_new();
        task->result->outcome = OUTCOME_STOPPED;
        task->result->remark = describe_end(self, worker, status, "reading it");
        return finish(self, worker, error);
}

/* Kills workers that are late. Returns how many milliseconds to wait before looking again. */
static int check_deadlines(Pool *self)
{
        gint64 now = g_get_monotonic_time(), least = G_MAXINT64;

        for (guint i = 0; i < self->check->n_workers; i++) {
                Worker *worker = &self->workers[i];

                if (worker->process == 0)
                        continue;
                if (worker->deadline <= now && !worker->is_late) {
                        worker->is_late = TRUE;
                        kill(worker->process, SIGKILL);
                }
                if (!worker->is_late)
                        least = MIN(least, worker->deadline - now);
        }
        return least == G_MAXINT64 ? 1000 : (int) MIN(least / 1000 + 1, 1000);
}

/* Starts workers as there is room, waits, and handles what they write. Returns FALSE with error set if the check cannot
 * go on. */
static gboolean step(Pool *self, struct pollfd *polled, GError **error)
{
        guint n = self->check->n_workers;

        for (guint i = 0; i < n; i++) {
                Worker *worker = &self->workers[i];

                if (worker->process == 0 && self->next < self->tasks->len &&
                    !start(self, worker, g_ptr_array_index(self->tasks, self->next++), error))
                        return FALSE;
                polled[i] = (struct pollfd){.fd = worker->process ? worker->out : -1, .events = POLLIN};
        }
        if (poll(polled, n, check_deadlines(self)) < 0 && errno != EINTR)
                return TRUE;
        if (interruption_happened()) {
                g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_CANCELLED,
                                    self->state ? "interrupted; run it again with the same --state to go on" :
                                                  "interrupted; with --state FILE another run could go on from here");
                return FALSE;
        }
        for (guint i = 0; i < n; i++)
                if (polled[i].fd >= 0 && polled[i].revents != 0 && !receive(self, &self->workers[i]) &&
                    !reap(self, &self->workers[i], error))
                        return FALSE;
        return TRUE;
}

static void stop(Pool *self)
{
        for (guint i = 0; i < self->check->n_workers; i++) {
                Worker *worker = &self->workers[i];

                if (worker->process == 0)
                        continue;
                kill(worker->process, SIGKILL);
                waitpid(worker->process, NULL, 0);
                g_clear_pointer(&worker->key, g_free);
                clear_worker(worker);
        }
}

static void tell_endless(const Pool *self)
{
        for (guint i = 0; i < self->check->rubric->items->len; i++) {
                const RubricItem *item = g_ptr_array_index(self->check->rubric->items, i);

                if (self->late[i] >= CHECK_FILTER_PATIENCE)
                        complain("%s:%u: the filter of item “%s” did not end for %u captures, so that others had less "
                                 "time or were not asked; does it ever end?",
                                 self->check->rubric->filename, item->line, item->name, self->late[i]);
        }
}

gboolean check_pool_run(const Check *check, ClassResults *results, guint first, guint end, State *state, GError **error)
{
        g_autoptr(GPtrArray) tasks = plan(check, results, first, end);
        g_autofree Worker *workers = g_new0(Worker, check->n_workers);
        g_autofree struct pollfd *polled = g_new(struct pollfd, check->n_workers);
        g_autofree guint *late = g_new0(guint, check->rubric->items->len),
                         *decided = g_new0(guint, check->rubric->items->len);
        Pool pool = {
                .check = check,
                .results = results,
                .state = state,
                .tasks = tasks,
                .workers = workers,
                .late = late,
                .decided = decided,
                .shows_progress = !check->options->quiet && isatty(STDERR_FILENO) &&
                                  (check->options->output || !isatty(STDOUT_FILENO)),
        };
        gboolean is_good = TRUE;

        interruption_catch(NULL);
        while (is_good && pool.done < tasks->len)
                is_good = step(&pool, polled, error);
        stop(&pool);
        if (pool.shows_progress)
                fputs("\r\033[K", stderr);
        tell_endless(&pool);
        return is_good;
}
