/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options that commands share, and what follows from them: colours, columns, pager. */
#pragma once

#include "analyzer/capture/source.h"
#include "analyzer/cli/pager.h"
#include "analyzer/output/writer.h"
#include "analyzer/sandbox/sandbox.h"

G_BEGIN_DECLS

/* The options that commands share. Zero-initialise, then options_parse(), at last options_clear(). */
typedef struct {
        char *interface;
        char *filter;
        char *format_name; /* as given; NULL: the default */
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
        int buffer_size;     /* of the kernel, KiB */
        gsize memory_limit;  /* octets for conversations; 0: the default */
        gsize telling_limit; /* for what is kept of them to be told later; 0: the default */
} Options;

/* Parses shared and own options (own may be NULL). FALSE: usage was wrong, said on standard error. */
gboolean options_parse(Options *options,
                       const char *parameters,
                       const char *summary,
                       const char *description,
                       const GOptionEntry *own,
                       int *argc,
                       char ***argv);
void options_clear(Options *options);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, options_clear)

/* Everything is open: closes the sandbox, unless --no-sandbox says otherwise. needs may be NULL. FALSE: it could not be
 * closed, which was said. */
gboolean options_enter_sandbox(const Options *options, const SandboxNeeds *needs);

/* Every format that --format knows, described or by its name alone. Free with g_free(). */
char *options_list_formats(const char *separator, gboolean described);
/* name NULL: the default. FALSE: there is no such format, said on standard error. */
gboolean options_find_format(const char *command, const char *name, const WriterFormat **ret_format);

/* A description of the user's own. NULL: all that is wrong with it was said. */
ChatProtocol *load_protocol(const char *path);

/* For the text of a file on a terminal; NULL where there is to be no pager. */
Pager *options_start_pager(const Options *options);
/* Of records, to the pager if there is one, else to file. */
Writer *options_new_writer(const Options *options, FILE *file, Pager *pager);

G_END_DECLS
