/* SPDX-License-Identifier: GPL-2.0-or-later */
/* chatsniff protocol list | check | show: the descriptions, without a capture. */
#include "analyzer/cli/cli.h"
#include "analyzer/output/protocol-forms.h"
#include "reports/protocol-table.h"

#include <errno.h>

typedef enum {
        FORMAT_TEXT,
        FORMAT_JSON,
        FORMAT_MARKDOWN,
} Format;

typedef struct {
        char *format_text, *output;
        char **files;     /* of --protocol; NULL for none */
        char **arguments; /* the verb, and what follows it */
        Format format;
} ProtocolOptions;

static void protocol_options_clear(ProtocolOptions *self)
{
        g_free(self->format_text);
        g_free(self->output);
        g_strfreev(self->files);
        g_strfreev(self->arguments);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ProtocolOptions, protocol_options_clear)

static int write_error(const char *path)
{
        complain("%s: cannot be written: %s", path ? path : "standard output", g_strerror(errno));
        return EXIT_NOTHING;
}

static int print(const GString *text)
{
        if (fwrite(text->str, 1, text->len, stdout) == text->len && fflush(stdout) == 0)
                return EXIT_DONE;
        return write_error(NULL);
}

static void append_line(GString *text, Format format, const ChatProtocol *protocol, const char *source)
{
        if (format == FORMAT_JSON)
                protocol_append_json_line(text, protocol, source);
        else
                protocol_append_line(text, protocol, source);
}

static int list(const ProtocolOptions *self)
{
        g_autoptr(GString) text = g_string_new(NULL);

        for (char **file = self->files; file && *file; file++) {
                g_autoptr(ChatProtocol) protocol = load_protocol(*file);

                if (!protocol)
                        return EXIT_USAGE; /* as for every command */
                append_line(text, self->format, protocol, *file);
        }
        for (const char *const *name = chat_protocol_builtin_names(); *name; name++) {
                g_autoptr(ChatProtocol) protocol = chat_protocol_new_builtin(*name);

                append_line(text, self->format, protocol, "built in");
        }
        return print(text);
}

/* Appends what is to be printed about a description: its mistakes, one on each line, which begins with the place as in
 * a compiler's message, so that editors find it. Returns FALSE if something is wrong. */
static gboolean check_file(const ProtocolOptions *self, const char *path, GString *text)
{
        g_autoptr(GError) error = NULL;
        g_autoptr(GPtrArray) mistakes = NULL;
        g_autoptr(ChatProtocol) protocol = chat_protocol_new_from_file(path, &mistakes, &error);

        if (!protocol && !mistakes)
                complain("%s", error->message);
        else if (protocol && self->format == FORMAT_TEXT)
                protocol_append_line(text, protocol, path);
        for (guint i = 0; mistakes && i < mistakes->len; i++) {
                const ChatMistake *mistake = g_ptr_array_index(mistakes, i);
                g_autofree char *told = chat_mistake_to_string(mistake, path);

                if (self->format == FORMAT_JSON)
                        mistake_append_json(text, mistake, path);
                else
                        g_string_append_printf(text, "%s\n", told);
        }
        return protocol != NULL;
}

static int check(const ProtocolOptions *self)
{
        g_autoptr(GString) text = g_string_new(NULL);
        guint n = 0, n_wrong = 0;
        int status;

        if (!self->arguments[1])
                return usage_error("protocol", "which description? Name its file: chatsniff protocol check FILE.ini");
        for (char **path = self->arguments + 1; *path; path++, n++)
                n_wrong += !check_file(self, *path, text);
        status = print(text);
        if (n > 1 && n_wrong > 0)
                complain("%u of %u descriptions cannot be used", n_wrong, n);
        return n_wrong > 0 ? EXIT_NOTHING : status;
}

/* Finds a description by its name, else by its file. NULL if it cannot be used, which was said; ret_is_usable is then
 * FALSE if the fault is in a file of --protocol. */
static ChatProtocol *find(const ProtocolOptions *self, const char *which, gboolean *ret_is_usable)
{
        ChatProtocol *builtin;

        for (char **file = self->files; file && *file; file++) {
                ChatProtocol *protocol = load_protocol(*file);

                if (!protocol)
                        *ret_is_usable = FALSE;
                if (!protocol || g_str_equal(chat_protocol_get_name(protocol), which))
                        return protocol;
                chat_protocol_unref(protocol);
        }
        builtin = chat_protocol_new_builtin(which);
        return builtin ? builtin : load_protocol(which);
}

static gboolean write_form(const ProtocolOptions *self, const ChatProtocol *protocol, FILE *file)
{
        g_autoptr(GString) text = g_string_new(NULL);

        if (self->format == FORMAT_MARKDOWN)
                return protocol_table_write(protocol, file);
        if (self->format == FORMAT_JSON)
                protocol_append_json(text, protocol);
        else
                protocol_append_text(text, protocol);
        return fwrite(text->str, 1, text->len, file) == text->len;
}

static int show(const ProtocolOptions *self)
{
        gboolean is_usable = TRUE;
        g_autoptr(ChatProtocol) protocol = NULL;
        g_autoptr(GError) error = NULL;
        g_auto(OutputFile) output = {0};

        if (!self->arguments[1])
                return usage_error("protocol",
                                   "which one? Name it, or the file of its description: “chatsniff protocol "
                                   "list” lists those that are built in");
        if (self->arguments[2])
                return usage_error("protocol", "one at a time: “%s” is one too many", self->arguments[2]);
        if (self->output && is_same_file(self->output, self->arguments[1]))
                return usage_error("protocol", "“%s” is the description itself: give -o another name", self->output);
        protocol = find(self, self->arguments[1], &is_usable);
        if (!protocol)
                return is_usable ? EXIT_NOTHING : EXIT_USAGE;
        if (!output_file_open(&output, self->output, &error))
                return complain_about(error);
        if (!write_form(self, protocol, output.file))
                return write_error(self->output);
        return output_file_commit(&output, &error) ? EXIT_DONE : complain_about(error);
}

static gboolean read_format(ProtocolOptions *self)
{
        static const char *const names[] = {
                [FORMAT_TEXT] = "text", [FORMAT_JSON] = "json", [FORMAT_MARKDOWN] = "markdown"};
        static const char *const endings[] = {
                [FORMAT_TEXT] = ".txt", [FORMAT_JSON] = ".json", [FORMAT_MARKDOWN] = ".md"};

        for (guint i = 0; i < G_N_ELEMENTS(names); i++)
                if (self->format_text ? g_str_equal(self->format_text, names[i]) :
                                        self->output && g_str_has_suffix(self->output, endings[i])) {
                        self->format = (Format) i;
                        return TRUE;
                }
        return !self->format_text;
}

static const char description[] =
        "A description is a file that says what the messages of a protocol look like and mean; every command reads "
        "one\n"
        "with --protocol FILE, and Wireshark's plugin those beside it. docs/own-protocol.md walks through writing "
        "one.\n\n"
        "  list               those that are built in, and those of --protocol\n"
        "  check FILE…        what is wrong with a description: FILE:LINE: GROUP:KEY: what, and what to do about it\n"
        "  show NAME|FILE     its forms, as a table\n\n"
        "Examples:\n"
        "  chatsniff protocol show udpchat\n"
        "  chatsniff protocol check mine.ini\n"
        "  chatsniff protocol show mine.ini -o mine.md\n\n"
        "Exit status: 0 all done, 1 a description cannot be used, or something cannot be written, 2 wrong usage.";

int cmd_protocol(int argc, char **argv)
{
        g_auto(ProtocolOptions) self = {0};
        const GOptionEntry entries[] = {
                {"format", 0, 0, G_OPTION_ARG_STRING, &self.format_text,
                 "text (for people) or json (one object a line); for show also markdown", "FORMAT"},
                {"output", 'o', 0, G_OPTION_ARG_FILENAME, &self.output,
                 "For show: write to FILE, as Markdown if it ends in .md, as JSON if it ends in .json", "FILE"},
                {"protocol", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &self.files,
                 "Also use the description in FILE (repeatable)", "FILE"},
                {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &self.arguments, NULL, NULL},
                {NULL},
        };
        static const struct {
                const char *name;
                int (*run)(const ProtocolOptions *self);
        } verbs[] = {{"list", list}, {"check", check}, {"show", show}};
        g_autoptr(GOptionContext) context = g_option_context_new("list | check FILE… | show NAME|FILE");
        g_autoptr(GError) error = NULL;

        g_option_context_set_summary(context, "The descriptions of protocols: which there are, what is wrong with one, "
                                              "and the table of its forms.");
        g_option_context_set_description(context, description);
        g_option_context_add_main_entries(context, entries, NULL);
        g_set_prgname("chatsniff protocol");
        if (!g_option_context_parse(context, &argc, &argv, &error))
                return usage_error("protocol", "%s", error->message);
        if (!self.arguments)
                return usage_error("protocol", "list, check or show?");
        if (!read_format(&self))
                return usage_error("protocol", "“%s” is not a format: text, json or markdown", self.format_text);
        if (self.format == FORMAT_MARKDOWN && !g_str_equal(self.arguments[0], "show"))
                return usage_error("protocol", "only show writes Markdown");
        if (self.output && !g_str_equal(self.arguments[0], "show"))
                return usage_error("protocol", "-o belongs to show");
        for (guint i = 0; i < G_N_ELEMENTS(verbs); i++)
                if (g_str_equal(self.arguments[0], verbs[i].name))
                        return verbs[i].run(&self);
        return usage_error("protocol", "“%s” is none of list, check and show", self.arguments[0]);
}
