/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/capture/link-type.h"
#include "analyzer/capture/source-private.h"
#include "analyzer/sandbox/deputy.h"

#include <pcap.h>
#include <string.h>

/* A deputy compiles the expression for each link type. Compiling looks up names of hosts and services, which the
 * sandbox forbids; and it cannot be done before the sandbox closes, since only reading a capture shows its link types.
 */
struct Filter {
        char *expression;
        Deputy *compiler;
        GHashTable *programs; /* link type + 1 → struct bpf_program; its bf_insns is NULL if it cannot be compiled */
};

static void program_free(gpointer data)
{
        struct bpf_program *program = data;

        g_free(program->bf_insns);
        g_free(program);
}

/* In the deputy: the request is a link type, the answer the instructions of the program. */
static GBytes *compile(GBytes *request, gpointer data, GError **error)
{
        const Filter *self = data;
        struct bpf_program program;
        GBytes *instructions = NULL;
        guint16 link_type;
        pcap_t *dead;

        if (g_bytes_get_size(request) != sizeof link_type) {
                g_set_error_literal(error, CAPTURE_ERROR, CAPTURE_ERROR_FILTER, "this is not a link type");
                return NULL;
        }
        memcpy(&link_type, g_bytes_get_data(request, NULL), sizeof link_type);
        dead = pcap_open_dead(link_type_to_dlt(link_type), 262144);
        if (pcap_compile(dead, &program, self->expression, 1, PCAP_NETMASK_UNKNOWN) != 0) {
                g_set_error_literal(error, CAPTURE_ERROR, CAPTURE_ERROR_FILTER, pcap_geterr(dead));
        } else {
                instructions = g_bytes_new(program.bf_insns, program.bf_len * sizeof *program.bf_insns);
                pcap_freecode(&program);
        }
        pcap_close(dead);
        return instructions;
}

static struct bpf_program *compile_for(Filter *self, guint16 link_type, GError **error)
{
        g_autoptr(GError) reason = NULL;
        g_autoptr(GBytes) instructions = deputy_ask(self->compiler, &link_type, sizeof link_type, &reason);
        struct bpf_program *program = g_new0(struct bpf_program, 1);
        gsize size = 0;

        if (instructions) {
                program->bf_insns = g_bytes_unref_to_data(g_steal_pointer(&instructions), &size);
                program->bf_len = (guint) (size / sizeof *program->bf_insns);
        } else {
                filter_set_error(self->expression, reason->message, error);
        }
        g_hash_table_insert(self->programs, GUINT_TO_POINTER(link_type + 1u), program);
        return program;
}

/* The program for a link type, which is compiled when it is first needed. */
static struct bpf_program *program_for(Filter *self, guint16 link_type)
{
        struct bpf_program *program = g_hash_table_lookup(self->programs, GUINT_TO_POINTER(link_type + 1u));

        return program ? program : compile_for(self, link_type, NULL);
}

/* Finds a mistake before the capture is opened: the expression is wrong if it cannot be compiled for any link type.
 * error is then the reason for Ethernet. */
static gboolean is_right_somewhere(Filter *self, GError **error)
{
        if (compile_for(self, LINK_TYPE_ETHERNET, error)->bf_insns)
                return TRUE;
        for (guint number = 0; number < link_type_get_end(); number++)
                if (link_type_get((guint16) number) && program_for(self, (guint16) number)->bf_insns) {
                        g_clear_error(error);
                        return TRUE;
                }
        return FALSE;
}

Filter *filter_new(const char *expression, GError **error)
{
        static const DeputyTask task = {.perform = compile};
        g_autoptr(GError) reason = NULL;
        Filter *self = g_new0(Filter, 1);

        self->expression = g_strdup(expression);
        self->programs = g_hash_table_new_full(NULL, NULL, NULL, program_free);
        self->compiler = deputy_new(&task, self, &reason);
        if (!self->compiler)
                g_set_error_literal(error, CAPTURE_ERROR, CAPTURE_ERROR_OPEN, reason->message);
        if (!self->compiler || !is_right_somewhere(self, error))
                g_clear_pointer(&self, filter_free);
        return self;
}

void filter_free(Filter *self)
{
        if (!self)
                return;
        g_hash_table_unref(self->programs);
        deputy_free(self->compiler);
        g_free(self->expression);
        g_free(self);
}

gboolean filter_fits(Filter *self, guint16 link_type, GError **error)
{
        return program_for(self, link_type)->bf_insns || compile_for(self, link_type, error)->bf_insns;
}

gboolean filter_accepts(Filter *self, const CaptureFrame *frame)
{
        struct pcap_pkthdr header = {.caplen = frame->captured_length, .len = frame->original_length};
        const struct bpf_program *program;

        if (!frame->is_packet)
                return FALSE;
        program = program_for(self, frame->link_type);
        return program->bf_insns && pcap_offline_filter(program, &header, frame->data) != 0;
}
