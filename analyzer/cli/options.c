/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/cli/messages.h"
#include "analyzer/cli/options.h"

#include "analyzer/capture/source.h"

#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static gboolean parse_ports(Options *self, const char *command)
{
        self->ports = g_array_new(FALSE, FALSE, sizeof(guint16));
        for (guint i = 0; self->ports_text && self->ports_text[i]; i++) {
                guint64 value;
                guint16 port;

                if (!g_ascii_string_to_unsigned(self->ports_text[i], 10, 1, 65535, &value, NULL)) {
                        usage_error(command, "“%s” is not a port number (1 to 65535)", self->ports_text[i]);
                        return FALSE;
                }
                port = (guint16) value;
                g_array_append_val(self->ports, port);
        }
        return TRUE;
}

#define SMALLEST_MEMORY ((guint64) 32 * 1024 * 1024)
/* Octets for the program itself, its buffers, and what it remembers of who is who. */
#define OTHER_MEMORY ((guint64) 16 * 1024 * 1024)

static gboolean parse_memory(Options *self, const char *command)
{
        static const char units[] = "KMGT";
        g_autofree char *digits = g_strdup(self->memory_text);
        gsize length = digits ? strlen(digits) : 0;
        guint shift = 0;
        guint64 value;

        if (!self->memory_text)
                return TRUE;
        for (guint i = 0; length > 1 && units[i]; i++)
                if (g_ascii_toupper(digits[length - 1]) == units[i]) {
                        shift = 10 * (i + 1);
                        digits[length - 1] = '\0';
                        break;
                }
        if (!g_ascii_string_to_unsigned(digits, 10, 0, G_MAXUINT64 >> shift, &value, NULL)) {
                usage_error(command, "“%s” is not an amount of memory, such as 64M or 2G", self->memory_text);
                return FALSE;
        }
        value <<= shift;
        if (value < SMALLEST_MEMORY) {
                usage_error(command, "--memory-limit %s is too small: 32M is the least", self->memory_text);
                return FALSE;
        }
        capture_set_memory_limit((gsize) MIN(value, (guint64) G_MAXSIZE));
        value = MIN(value - OTHER_MEMORY, (guint64) G_MAXSIZE / 2);
        self->telling_limit = (gsize) value / 4;
        self->memory_limit = (gsize) value - self->telling_limit;
        return TRUE;
}

ChatProtocol *load_protocol(const char *path)
{
        g_autoptr(GError) error = NULL;
        g_autoptr(GPtrArray) mistakes = NULL;
        ChatProtocol *protocol = chat_protocol_new_from_file(path, &mistakes, &error);

        if (!protocol && !mistakes)
                complain("%s", error->message);
        for (guint i = 0; mistakes && i < mistakes->len; i++) {
                g_autofree char *told = chat_mistake_to_string(g_ptr_array_index(mistakes, i), path);

                complain("%s", told);
        }
        return protocol;
}

static gboolean check_buffer(const Options *self, const char *command)
{
        if (self->buffer_size >= 1 && self->buffer_size <= CAPTURE_MAX_BUFFER)
                return TRUE;
        usage_error(command, "-B is a number of KiB, 1 to %d", CAPTURE_MAX_BUFFER);
        return FALSE;
}

static gboolean load_protocols(Options *self)
{
        const char *const *names = chat_protocol_builtin_names();

        self->protocols = g_ptr_array_new_with_free_func((GDestroyNotify) chat_protocol_unref);
        for (guint i = 0; self->protocol_files && self->protocol_files[i]; i++) {
                ChatProtocol *protocol = load_protocol(self->protocol_files[i]);

                if (!protocol)
                        return FALSE;
                g_ptr_array_add(self->protocols, protocol);
        }
        for (guint i = 0; names[i]; i++)
                g_ptr_array_add(self->protocols, chat_protocol_new_builtin(names[i]));
        return TRUE;
}

char *options_list_formats(const char *separator, gboolean described)
{
        GString *list = g_string_new(NULL);

        for (const WriterFormat *const *format = writer_get_formats(); *format; format++) {
                g_string_append_printf(list, "%s%s", list->len > 0 ? separator : "", (*format)->name);
                if (described)
                        g_string_append_printf(list, " (%s)", (*format)->description);
        }
        return g_string_free(list, FALSE);
}

gboolean options_find_format(const char *command, const char *name, const WriterFormat **ret_format)
{
        const WriterFormat *format = name ? writer_format_find(name) : *writer_get_formats();
        g_autofree char *names = NULL;

        if (format) {
                *ret_format = format;
                return TRUE;
        }
        names = options_list_formats(" or ", FALSE);
        usage_error(command, "“%s” is not a format: %s", name, names);
        return FALSE;
}

static gboolean one_of(const char *value, const char *const *allowed)
{
        return g_strv_contains(allowed, value);
}

/* GOption would take the argument after a plain --explain for its optional value: so --explain=full becomes an option
 * of its own. */
static void accept_explain_full(int argc, char **argv)
{
        static char fully[] = "--explain-fully";

        for (int i = 1; i < argc && !g_str_equal(argv[i], "--"); i++)
                if (g_str_equal(argv[i], "--explain=full"))
                        argv[i] = fully;
}

gboolean options_parse(Options *self,
                       const char *parameters,
                       const char *summary,
                       const char *description,
                       const GOptionEntry *own,
                       int *argc,
                       char ***argv)
{
        static const char *const colours[] = {"auto", "always", "never", NULL};
        g_autofree char *command = g_strdup((*argv)[0]);
        g_autofree char *formats = options_list_formats(" or ", TRUE), *format_names = options_list_formats("|", FALSE);
        const GOptionEntry shared[] = {
                {"interface", 'i', 0, G_OPTION_ARG_STRING, &self->interface, "Capture live on this interface", "IFACE"},
                {"filter", 'f', 0, G_OPTION_ARG_STRING, &self->filter,
                 "Only packets that this libpcap filter lets through; in a file, the others still count but are not "
                 "shown",
                 "FILTER"},
                {"format", 0, 0, G_OPTION_ARG_STRING, &self->format_name, formats, format_names},
                {"explain", 0, 0, G_OPTION_ARG_NONE, &self->explain,
                 "Explain each packet or conversation; --explain=full repeats general explanations every time", NULL},
                {"explain-fully", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_NONE, &self->explain_fully, NULL, NULL},
                {"all", 0, 0, G_OPTION_ARG_NONE, &self->all,
                 "Every TCP and UDP conversation, not only chats; in text, ARP too", NULL},
                {"explain-selection", 0, 0, G_OPTION_ARG_NONE, &self->explain_selection,
                 "Say on standard error why each conversation was taken for a chat or left out", NULL},
                {"port", 0, 0, G_OPTION_ARG_STRING_ARRAY, &self->ports_text,
                 "Treat what runs over this port as a chat, whatever its content (repeatable)", "N"},
                {"protocol", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &self->protocol_files,
                 "Also recognise the protocol described in FILE", "FILE"},
                {"output", 'o', 0, G_OPTION_ARG_FILENAME, &self->output, "Write to FILE instead of standard output",
                 "FILE"},
                {"color", 0, 0, G_OPTION_ARG_STRING, &self->colour, "Colours: auto, always or never", "WHEN"},
                {"memory-limit", 0, 0, G_OPTION_ARG_STRING, &self->memory_text,
                 "About how much memory to use: 64M, 2G (default: 1G)", "SIZE"},
                {"oneline", 0, 0, G_OPTION_ARG_NONE, &self->one_line,
                 "Text: one line for each packet, nothing cut (the default unless the text goes to a terminal)", NULL},
                {"no-pager", 0, 0, G_OPTION_ARG_NONE, &self->no_pager,
                 "On a terminal, do not show the text of a file through $PAGER", NULL},
                {"buffer-size", 'B', 0, G_OPTION_ARG_INT, &self->buffer_size,
                 "Size of the kernel's buffer for a live capture, in KiB (default: 16384)", "KiB"},
                {"no-sandbox", 0, 0, G_OPTION_ARG_NONE, &self->no_sandbox,
                 "Keep all rights while reading the capture; for debugging", NULL},
                {"quiet", 0, 0, G_OPTION_ARG_NONE, &self->quiet, "No progress and no closing counts", NULL},
                {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &self->arguments, NULL, NULL},
                {NULL},
        };
        g_autoptr(GOptionContext) context = g_option_context_new(parameters);
        g_autofree char *program = g_strdup_printf("chatsniff %s", command);
        g_autoptr(GError) error = NULL;

        g_option_context_add_main_entries(context, shared, NULL);
        if (own)
                g_option_context_add_main_entries(context, own, NULL);
        g_option_context_set_summary(context, summary);
        g_option_context_set_description(context, description);
        g_set_prgname(program);
        self->buffer_size = CAPTURE_DEFAULT_BUFFER;
        accept_explain_full(*argc, *argv);
        if (!g_option_context_parse(context, argc, argv, &error)) {
                usage_error(command, "%s", error->message);
                return FALSE;
        }
        if (!self->colour)
                self->colour = g_strdup("auto");
        if (!one_of(self->colour, colours)) {
                usage_error(command, "--color is auto, always or never, not “%s”", self->colour);
                return FALSE;
        }
        self->explain |= self->explain_fully;
        return options_find_format(command, self->format_name, &self->format) && parse_ports(self, command) &&
               parse_memory(self, command) && check_buffer(self, command) && load_protocols(self);
}

void options_clear(Options *self)
{
        g_free(self->interface);
        g_free(self->filter);
        g_free(self->format_name);
        g_free(self->output);
        g_free(self->colour);
        g_free(self->memory_text);
        g_strfreev(self->ports_text);
        g_strfreev(self->protocol_files);
        g_strfreev(self->arguments);
        g_clear_pointer(&self->ports, g_array_unref);
        g_clear_pointer(&self->protocols, g_ptr_array_unref);
}

gboolean options_enter_sandbox(const Options *self, const SandboxNeeds *needs)
{
        g_autoptr(GError) error = NULL;

        if (self->no_sandbox || sandbox_enter(needs, &error))
                return TRUE;
        complain_about(error);
        return FALSE;
}

#define USUAL_COLUMNS 80 /* of a terminal that does not tell its width */

/* How wide to lay the text out; 0: not at all, since it does not go to a terminal. COLUMNS counts even for a file:
 * whoever sets it wants that width. */
static guint count_columns(int terminal)
{
        const char *columns = g_getenv("COLUMNS");
        struct winsize size;
        guint64 value;

        if (columns && g_ascii_string_to_unsigned(columns, 10, 1, 10000, &value, NULL))
                return (guint) value;
        if (terminal < 0)
                return 0;
        return ioctl(terminal, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : USUAL_COLUMNS;
}

static gboolean wants_colour(const Options *self, gboolean is_terminal)
{
        const char *no_colour = g_getenv("NO_COLOR");

        if (!g_str_equal(self->colour, "auto"))
                return g_str_equal(self->colour, "always");
        return is_terminal && !(no_colour && *no_colour) && g_strcmp0(g_getenv("TERM"), "dumb") != 0;
}

Pager *options_start_pager(const Options *self)
{
        return !self->format->is_for_people || self->output || self->no_pager ? NULL : pager_start();
}

Writer *options_new_writer(const Options *self, FILE *file, Pager *pager)
{
        int terminal = pager ? STDOUT_FILENO : isatty(fileno(file)) ? fileno(file) : -1;

        return self->format->new_writer(pager ? pager_get_file(pager) : file,
                                        &(TextStyle){
                                                .colour = wants_colour(self, terminal >= 0),
                                                .columns = self->one_line ? 0 : count_columns(terminal),
                                                .quiet = self->quiet,
                                                .explain_fully = self->explain_fully,
                                        });
}
