/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options that commands share, and what follows from them: colours, columns, pager. */
#pragma once

#include "analyzer/capture/source.h"
#include "analyzer/cli/pager.h"
#include "analyzer/output/writer.h"
#include "analyzer/sandbox/sandbox.h"

G_BEGIN_DECLS

/* The values of the shared options. Zero-initialise, then options_parse(), at last options_clear(). */
typedef struct {
        char *interface;
        char *filter;
        char *format_name; /* as it was given; NULL: the default */
        char *output;
        char *colour;
        char *memory_text;
        char **ports_text;
        char **protocol_files;
        char **arguments; /* what is not an option */
        gboolean all, explain, explain_selection, quiet, one_line, no_pager, no_sandbox;
        gboolean explain_fully; /* --explain=full */
        GArray *ports;
        GPtrArray *protocols;
        const WriterFormat *format;
        int buffer_size;     /* of the kernel, in KiB */
        gsize memory_limit;  /* octets for conversations; 0: the default */
        gsize telling_limit; /* octets for what is held back or collected, to be shown later; 0: the default */
} Options;

/* Parses the shared options and the command's own (may be NULL). parameters, summary and description are for --help.
 * Returns FALSE if usage was wrong, which was said on standard error. */
gboolean options_parse(Options *options,
                       const char *parameters,
                       const char *summary,
                       const char *description,
                       const GOptionEntry *own,
                       int *argc,
                       char ***argv);
void options_clear(Options *options);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, options_clear)

/* Closes the sandbox, unless --no-sandbox was given. Call it when everything is open. needs may be NULL. Returns FALSE
 * if the sandbox cannot be closed, which was said. */
gboolean options_enter_sandbox(const Options *options, const SandboxNeeds *needs);

/* Lists all formats that --format knows, by name, with descriptions if described. Transfer: full. */
char *options_list_formats(const char *separator, gboolean described);
/* Finds a format; name NULL: the default. Returns FALSE if there is no such format, which was said. */
gboolean options_find_format(const char *command, const char *name, const WriterFormat **ret_format);

/* Loads a description from a file. Returns NULL if it cannot be used; all that is wrong with it was said. */
ChatProtocol *load_protocol(const char *path);

/* Starts a pager for the text of a file; NULL if there is to be none, see pager_start(). */
Pager *options_start_pager(const Options *options);
/* A writer in the chosen format, to the pager if there is one (may be NULL), else to file. */
Writer *options_new_writer(const Options *options, FILE *file, Pager *pager);

G_END_DECLS
