/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lab sheet's grouping: by transport, by phase, by the layer that consumes the packet, maintenance or not. */
#include "analyzer/summary/summary-private.h"

#define N_TRANSPORTS (TRANSPORT_IGMP + 1)
#define N_PHASES (PHASE_TRANSFER + 1)
#define N_CONSUMERS (CONSUMER_APPLICATION + 1)

struct Phases {
        MemoryBudget *memory;
        SummaryPhase *groups[N_TRANSPORTS][N_PHASES][N_CONSUMERS][2];
};

Phases *phases_new(MemoryBudget *memory)
{
        Phases *self = g_new0(Phases, 1);

        self->memory = memory;
        return self;
}

static void step_clear(gpointer data)
{
        frames_clear(&((SummaryStep *) data)->frames);
}

static void phase_free(gpointer data)
{
        SummaryPhase *self = data;

        frames_clear(&self->frames);
        g_array_unref(self->steps);
        g_free(self);
}

void phases_free(Phases *self)
{
        SummaryPhase **groups;

        if (!self)
                return;
        groups = &self->groups[0][0][0][0];
        for (gsize i = 0; i < sizeof self->groups / sizeof *groups; i++)
                g_clear_pointer(&groups[i], phase_free);
        g_free(self);
}

static SummaryPhase *phase_new(const Record *record, MemoryBudget *memory)
{
        SummaryPhase *self = g_new0(SummaryPhase, 1);

        self->transport = record->packet->transport;
        self->phase = record->phase;
        self->layer = record->layer;
        self->maintenance = record->maintenance;
        self->steps = g_array_new(FALSE, FALSE, sizeof(SummaryStep));
        g_array_set_clear_func(self->steps, step_clear);
        frames_init(&self->frames, memory);
        return self;
}

static SummaryStep *find_step(SummaryPhase *self, const Record *record)
{
        SummaryStep step = {
                .step = record_get_step(record),
                .kind = record->kind,
                .form = record->packet->transport == TRANSPORT_UDP ? record->told->form : NULL,
        };

        for (guint i = 0; i < self->steps->len; i++) {
                SummaryStep *known = &g_array_index(self->steps, SummaryStep, i);

                if (known->step == step.step && known->kind == step.kind && known->form == step.form)
                        return known;
        }
        frames_init(&step.frames, self->frames.memory);
        g_array_append_val(self->steps, step);
        return &g_array_index(self->steps, SummaryStep, self->steps->len - 1);
}

void phases_add(Phases *self, const Record *record)
{
        const CaptureFrame *frame = record->packet->frame;
        SummaryPhase **group =
                &self->groups[record->packet->transport][record->phase][record->layer][record->maintenance ? 1 : 0];

        if (!*group)
                *group = phase_new(record, self->memory);
        (*group)->packets++;
        (*group)->bytes += frame->original_length;
        frames_add(&(*group)->frames, frame->number);
        frames_add(&find_step(*group, record)->frames, frame->number);
}

void phases_finish(Phases *self, Summary *summary)
{
        /* In the order of a session; in each phase, maintenance comes before what users typed. */
        static const Phase order[N_PHASES] = {PHASE_SETUP, PHASE_CONTROL, PHASE_TRANSFER, PHASE_RECOVERY,
                                              PHASE_TEARDOWN};

        summary->phases = g_ptr_array_new_with_free_func(phase_free);
        for (guint transport = 0; transport < N_TRANSPORTS; transport++)
                for (guint i = 0; i < N_PHASES; i++)
                        for (guint layer = 0; layer < N_CONSUMERS; layer++)
                                for (guint j = 0; j < 2; j++) {
                                        SummaryPhase **group = &self->groups[transport][order[i]][layer][1 - j];

                                        if (*group)
                                                g_ptr_array_add(summary->phases, g_steal_pointer(group));
                                }
}
