/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/capture/source-private.h"

#include <pcap.h>

struct Filter {
        char *expression;
        GHashTable *programs; /* link type + 1 → struct bpf_program; its bf_insns NULL where it cannot be compiled */
};

static void program_free(gpointer data)
{
        struct bpf_program *program = data;

        if (program->bf_insns)
                pcap_freecode(program);
        g_free(program);
}

static struct bpf_program *compile(Filter *self, guint16 link_type, GError **error)
{
        pcap_t *dead = pcap_open_dead(link_type_to_dlt(link_type), 262144);
        struct bpf_program *program = g_new0(struct bpf_program, 1);

        if (pcap_compile(dead, program, self->expression, 1, PCAP_NETMASK_UNKNOWN) != 0) {
                program->bf_insns = NULL;
                g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_FILTER, "the filter “%s” is wrong: %s",
                            self->expression, pcap_geterr(dead));
        }
        pcap_close(dead);
        g_hash_table_insert(self->programs, GUINT_TO_POINTER(link_type + 1u), program);
        return program;
}

Filter *filter_new(const char *expression, GError **error)
{
        Filter *self = g_new0(Filter, 1);

        self->expression = g_strdup(expression);
        self->programs = g_hash_table_new_full(NULL, NULL, NULL, program_free);
        /* A mistake shows on Ethernet already; other link types may know less, and then let nothing through. */
        if (!compile(self, LINK_TYPE_ETHERNET, error)->bf_insns)
                g_clear_pointer(&self, filter_free);
        return self;
}

void filter_free(Filter *self)
{
        if (!self)
                return;
        g_hash_table_unref(self->programs);
        g_free(self->expression);
        g_free(self);
}

gboolean filter_accepts(Filter *self, const CaptureFrame *frame)
{
        struct pcap_pkthdr header = {.caplen = frame->captured_length, .len = frame->original_length};
        struct bpf_program *program = g_hash_table_lookup(self->programs, GUINT_TO_POINTER(frame->link_type + 1u));

        if (!frame->is_packet)
                return FALSE;
        if (!program)
                program = compile(self, frame->link_type, NULL);
        return program->bf_insns && pcap_offline_filter(program, &header, frame->data) != 0;
}
