/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/cli/cli.h"
#include "analyzer/summary/summary.h"
#include "analyzer/timeline/record-batch.h"
#include "reports/ladder-picture.h"
#include "reports/naming.h"

#include <string.h>

/* The number of conversations drawn at most, unless some are chosen. */
#define MAX_GROUPS 24
/* At most this many records are kept, and at most this many octets of them; one takes about 3 KB. Nobody looks at more.
 */
#define MAX_RECORDS 50000
#define MAX_OCTETS ((gsize) 256 * 1024 * 1024)

/* What the command line asks for. */
typedef struct {
        char **conversations_text;
        char *width, *theme, *limit_text;
        guint limit;           /* 0: the defaults */
        GArray *conversations; /* Choice; empty: all */
        gboolean strip;
        PictureFormat format;
} LadderArguments;

typedef struct {
        guint8 transport;
        guint32 stream;
        gboolean is_found;
} Choice;

typedef struct {
        const LadderArguments *arguments;
        RecordBatch *batch;
        gsize max_octets;
        SummaryBuilder *summary; /* it knows the names of hosts */
        guint64 n_left_out;      /* records beyond those that are kept */
} Collection;

static void arguments_clear(LadderArguments *self)
{
        g_strfreev(self->conversations_text);
        g_free(self->width);
        g_free(self->theme);
        g_free(self->limit_text);
        g_clear_pointer(&self->conversations, g_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(LadderArguments, arguments_clear)

static gboolean parse_streams(LadderArguments *self, guint8 transport, const char *list)
{
        g_auto(GStrv) numbers = g_strsplit(list, ",", -1);

        for (char **number = numbers; *number; number++) {
                guint64 stream;
                Choice choice = {.transport = transport};

                if (!g_ascii_string_to_unsigned(*number, 10, 0, G_MAXUINT32, &stream, NULL))
                        return FALSE;
                choice.stream = (guint32) stream;
                g_array_append_val(self->conversations, choice);
        }
        return numbers[0] != NULL;
}

static gboolean parse_conversations(LadderArguments *self)
{
        self->conversations = g_array_new(FALSE, FALSE, sizeof(Choice));
        for (char **text = self->conversations_text; text && *text; text++) {
                guint8 transport = g_str_has_prefix(*text, "tcp:") ? TRANSPORT_TCP :
                                   g_str_has_prefix(*text, "udp:") ? TRANSPORT_UDP :
                                                                     TRANSPORT_NONE;

                if (transport != TRANSPORT_NONE && parse_streams(self, transport, *text + strlen("tcp:")))
                        continue;
                usage_error("ladder",
                            "“%s” is not a conversation, such as tcp:0 or udp:1,2 (stream numbers as in "
                            "Wireshark)",
                            *text);
                return FALSE;
        }
        return TRUE;
}

static gboolean parse_limit(LadderArguments *self)
{
        guint64 limit;

        if (!self->limit_text)
                return TRUE;
        if (!g_ascii_string_to_unsigned(self->limit_text, 10, 0, G_MAXINT32, &limit, NULL)) {
                usage_error("ladder", "“%s” is not a number of rows; 0 stands for all of them", self->limit_text);
                return FALSE;
        }
        self->limit = limit > 0 ? (guint) limit : G_MAXUINT;
        return TRUE;
}

static gboolean parse_format(LadderArguments *self, const char *output)
{
        static const struct {
                const char *ending;
                PictureFormat format;
        } formats[] = {{".svg", PICTURE_SVG}, {".png", PICTURE_PNG}, {".pdf", PICTURE_PDF}};
        g_autofree char *lower = output ? g_ascii_strdown(output, -1) : NULL;

        if (!output) {
                usage_error("ladder", "where to? Give -o OUT.svg, OUT.png or OUT.pdf");
                return FALSE;
        }
        for (gsize i = 0; i < G_N_ELEMENTS(formats); i++)
                if (g_str_has_suffix(lower, formats[i].ending)) {
                        self->format = formats[i].format;
                        return TRUE;
                }
        usage_error("ladder", "“%s” should end with .svg, .png or .pdf, which says what to write", output);
        return FALSE;
}

static gboolean check_word(const char *option, const char *value, const char *one, const char *other)
{
        if (!value || g_str_equal(value, one) || g_str_equal(value, other))
                return TRUE;
        usage_error("ladder", "%s is %s or %s, not “%s”", option, one, other, value);
        return FALSE;
}

static gboolean check_arguments(LadderArguments *self, const Options *options)
{
        if (!check_word("--width", self->width, "wide", "narrow") ||
            !check_word("--theme", self->theme, "light", "dark") || !parse_conversations(self) || !parse_limit(self) ||
            !parse_format(self, options->output))
                return FALSE;
        if (!options->format->is_for_people) {
                usage_error("ladder", "leave --format out: the ending of OUT says what the diagram becomes");
                return FALSE;
        }
        if (options->interface) {
                usage_error("ladder", "a diagram is drawn from a file; “chatsniff capture -i %s -w FILE” makes one",
                            options->interface);
                return FALSE;
        }
        return run_check_arguments(options, "ladder");
}

/* Whether a record is to be drawn: all are, unless conversations were chosen. */
static gboolean is_chosen(const LadderArguments *self, const Record *record)
{
        const Conversation *conversation = record->flow->conversation;

        for (guint i = 0; i < self->conversations->len; i++) {
                Choice *choice = &g_array_index(self->conversations, Choice, i);

                if (choice->transport == conversation->transport && choice->stream == conversation->stream) {
                        choice->is_found = TRUE;
                        return TRUE;
                }
        }
        return self->conversations->len == 0;
}

static void collect_packet(const Packet *packet, gpointer data)
{
        summary_builder_packet(packet, ((Collection *) data)->summary);
}

static void collect_conversation(const ConversationRecord *record, gpointer data)
{
        summary_builder_conversation(record, ((Collection *) data)->summary);
}

static void collect_record(const Record *record, gpointer data)
{
        Collection *self = data;

        summary_builder_record(record, self->summary);
        if (!record->flow || !is_chosen(self->arguments, record))
                return;
        if (self->n_left_out == 0 && record_batch_get_length(self->batch) < MAX_RECORDS &&
            record_batch_get_octets(self->batch) < self->max_octets)
                record_batch_keep(self->batch, record);
        else
                self->n_left_out++;
}

static GPtrArray *get_records(const RecordBatch *batch)
{
        GPtrArray *records = g_ptr_array_new();

        for (guint i = 0; i < record_batch_get_length(batch); i++)
                g_ptr_array_add(records, (gpointer) record_batch_get(batch, i));
        return records;
}

static void say_missing(const LadderArguments *self)
{
        for (guint i = 0; i < self->conversations->len; i++) {
                const Choice *choice = &g_array_index(self->conversations, Choice, i);

                if (!choice->is_found)
                        complain("there is no conversation %s:%u in the capture",
                                 transport_to_string(choice->transport), choice->stream);
        }
}

static int say_nothing(const LadderArguments *self, const char *path)
{
        if (self->conversations->len == 0)
                complain("%s: no chat was found in it; --all draws every conversation, --conversation tcp:0 "
                         "the first of TCP",
                         path);
        return EXIT_NOTHING;
}

/* Draws the first ones if there are too many, and says what is left out. */
static void limit_groups(const LadderArguments *self, GPtrArray *groups)
{
        const LadderGroup *next;

        if (self->conversations->len > 0 || groups->len <= MAX_GROUPS)
                return;
        next = g_ptr_array_index(groups, MAX_GROUPS);
        complain("the first %u of %u conversations are drawn; --conversation %s draws the next", MAX_GROUPS,
                 groups->len, next->conversation);
        g_ptr_array_set_size(groups, MAX_GROUPS);
}

static gboolean write_picture(OutputFile *output, GBytes *picture, GError **error)
{
        gsize size;
        const void *octets = g_bytes_get_data(picture, &size);

        fwrite(octets, 1, size, output->file);
        return output_file_commit(output, error);
}

static const char *name_of(const Endpoint *endpoint, Transport transport, gpointer naming)
{
        return naming_get_endpoint(naming, endpoint, transport);
}

static gboolean draw(const LadderArguments *self,
                     const Options *options,
                     Naming *naming,
                     const GPtrArray *records,
                     const GPtrArray *groups,
                     OutputFile *output,
                     GError **error)
{
        gboolean is_pipe = g_str_equal(options->arguments[0], "-");
        g_autofree char *source =
                is_pipe ? g_strdup("standard input") : g_filename_display_basename(options->arguments[0]);
        g_autofree char *title = g_strdup_printf("Sequence diagram of %s", source);
        g_autoptr(GBytes) picture = NULL;
        PictureContent content = {.groups = groups, .session = self->strip ? records : NULL, .source = source};

        content.options = (LadderOptions){
                .width = self->width && g_str_equal(self->width, "narrow") ? LADDER_NARROW : LADDER_WIDE,
                .style = self->theme && g_str_equal(self->theme, "dark") ? LADDER_STYLE_DARK : LADDER_STYLE_LIGHT,
                .title = title,
                .hint = "--limit 0 shows them",
                .full_rows = self->limit,
                .max_rows = self->limit,
                .partial = options->filter != NULL,
                .name_of = name_of,
                .name_of_data = naming,
        };

        picture = ladder_picture_new(&content, self->format, error);
        return picture && write_picture(output, picture, error);
}

static int run(const LadderArguments *self, const Options *options)
{
        /* A PDF or PNG is drawn with fonts, which the sandbox has to let in; an SVG only names them. */
        const RunFuncs funcs = {collect_packet, collect_record, collect_conversation,
                                .needs = {.reads_fonts = self->format != PICTURE_SVG}};
        g_autoptr(RecordBatch) batch = record_batch_new();
        g_autoptr(SummaryBuilder) builder = summary_builder_new(options->telling_limit / 2);
        g_autoptr(Summary) summary = NULL;
        g_autoptr(Naming) naming = NULL;
        g_autoptr(GPtrArray) records = NULL, groups = NULL;
        g_autoptr(GError) damage = NULL, error = NULL;
        Collection collection = {
                .arguments = self,
                .batch = batch,
                .max_octets = options->telling_limit > 0 ? options->telling_limit / 2 : MAX_OCTETS,
                .summary = builder,
        };
        g_auto(OutputFile) output = {0};
        TimelineCounts counts;
        int status;

        if (!output_file_open(&output, options->output, &error))
                return complain_about(error);
        status = run_fold(options, options->arguments[0], &funcs, &collection, &counts, &damage);
        if (status == EXIT_NOTHING)
                return complain_about(damage);
        records = get_records(batch);
        say_missing(self);
        if (collection.n_left_out > 0)
                complain("the first %u packets are drawn, %" G_GUINT64_FORMAT
                         " are not; -f and --conversation choose others",
                         records->len, collection.n_left_out);
        if (records->len == 0)
                return damage ? complain_about(damage) : say_nothing(self, options->arguments[0]);
        groups = ladder_group_records((const Record *const *) records->pdata, records->len);
        limit_groups(self, groups);
        summary = summary_builder_finish(builder, &counts);
        naming = naming_new(summary);
        if (!draw(self, options, naming, records, groups, &output, &error))
                return complain_about(error);
        say_shortcomings(&summary->counts);
        return damage ? complain_about(damage) : status;
}

int cmd_ladder(int argc, char **argv)
{
        g_auto(Options) options = {0};
        g_auto(LadderArguments) arguments = {0};
        const GOptionEntry own[] = {
                {"conversation", 0, 0, G_OPTION_ARG_STRING_ARRAY, &arguments.conversations_text,
                 "Draw this conversation, chat or not (repeatable)", "tcp:N|udp:N"},
                {"limit", 0, 0, G_OPTION_ARG_STRING, &arguments.limit_text,
                 "Draw at most N rows of a conversation, 0: all (default: 60 in full, 200 summed up)", "N"},
                {"strip", 0, 0, G_OPTION_ARG_NONE, &arguments.strip,
                 "Draw the whole session on one strip, above the conversations", NULL},
                {"width", 0, 0, G_OPTION_ARG_STRING, &arguments.width, "wide (the default), or narrow, as for a phone",
                 "wide|narrow"},
                {"theme", 0, 0, G_OPTION_ARG_STRING, &arguments.theme, "light (the default) or dark", "light|dark"},
                {NULL},
        };

        if (!options_parse(&options, "FILE -o OUT.svg|OUT.png|OUT.pdf",
                           "Draws the sequence diagram of each chat in a capture: who sent what to whom, and why.",
                           "The chats of FILE are drawn one below the other, without ARP, DNS, SSH and whatever "
                           "else is in it.\n"
                           "The ending of OUT says what it becomes: a drawing for slides (svg), a picture (png), "
                           "or pages to\n"
                           "print (pdf).\n\n"
                           "Examples:\n"
                           "  chatsniff ladder session.pcapng -o session.svg\n"
                           "  chatsniff ladder session.pcapng --conversation tcp:0 --theme dark -o handshake.png\n"
                           "  chatsniff ladder session.pcapng --limit 0 -o everything.pdf\n\n"
                           "Exit status: 0 all done, 1 nothing to draw, 2 wrong usage, 3 the capture is damaged\n"
                           "(everything before the damage is drawn).",
                           own, &argc, &argv))
                return EXIT_USAGE;
        if (!check_arguments(&arguments, &options))
                return EXIT_USAGE;
        options.all |= arguments.conversations->len > 0;
        return run(&arguments, &options);
}
