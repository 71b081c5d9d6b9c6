/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The endpoints that take part in a session, their names and their registrations. */
#include "analyzer/summary/sessions-private.h"

#include <string.h>

Participant *participant_find(Play *play, const Endpoint *endpoint)
{
        Participant *participant = g_hash_table_lookup(play->participants, endpoint);

        if (participant || play->in_order->len >= SUMMARY_MAX_USERS ||
            !memory_budget_take(play->memory, sizeof *participant + 4 * FRAMES_COST + 3 * ENTRY_COST))
                return participant;
        participant = g_new0(Participant, 1);
        participant->endpoint = *endpoint;
        participant->active = g_ptr_array_new();
        frames_init(&participant->after_leaving, play->memory);
        frames_init(&participant->to_gone, play->memory);
        frames_init(&participant->to_unknown, play->memory);
        frames_init(&participant->as_other, play->memory);
        g_hash_table_insert(play->participants, &participant->endpoint, participant);
        g_ptr_array_add(play->in_order, participant);
        return participant;
}

void participant_announce(Participant *participant, const Record *record)
{
        if (participant && participant->announced == 0)
                participant->announced = record->packet->frame->number;
}

static void set_name(Participant *participant, Play *play, const char *name)
{
        if (!name || g_strcmp0(participant->name, name) == 0 ||
            !memory_budget_take(play->memory, summary_text_cost(name)))
                return;
        play->memory->held -= summary_text_cost(participant->name);
        g_free(participant->name);
        participant->name = g_strdup(name);
        rooms_set_name(play->rooms, &participant->endpoint, name);
}

static SummaryUser *add_user(Play *play, Participant *participant, const char *name, const Record *record)
{
        SummaryUser *user;

        if (play->session->users->len >= SUMMARY_MAX_USERS ||
            !memory_budget_take(play->memory, sizeof *user + summary_text_cost(name) + 2 * ENTRY_COST))
                return NULL;
        user = g_new0(SummaryUser, 1);
        user->name = g_strdup(name);
        user->endpoint = participant->endpoint;
        user->seen = record->packet->frame->number;
        user->registered_offset = record->offset;
        participant->user = user;
        g_ptr_array_add(participant->active, user);
        g_ptr_array_add(play->session->users, user);
        return user;
}

void participant_infer_user(Play *play, Participant *participant, const char *name, const Record *record)
{
        participant_announce(participant, record);
        if (!participant || !name)
                return;
        set_name(participant, play, name);
        if (!participant->user || participant->left > 0) {
                SummaryUser *user = add_user(play, participant, name, record);

                if (user)
                        user->is_inferred = TRUE;
                participant->left = 0;
        }
}

/* The participant's registration under that name; NULL: there is none. One endpoint can register several names. */
static SummaryUser *find_registration(const Play *play, const Participant *participant, const char *name)
{
        SummaryUser *user = participant->user;

        if (user && user->left == 0 && g_strcmp0(user->name, name) == 0)
                return user;
        user = name ? g_tree_lookup(play->by_name, name) : NULL;
        return user && endpoint_equal(&user->endpoint, &participant->endpoint) ? user : NULL;
}

void participant_register(Play *play, Participant *participant, const char *name, const Record *record)
{
        SummaryUser *user = find_registration(play, participant, name);

        set_name(participant, play, name);
        participant_announce(participant, record);
        participant->left = 0;
        if (user && user->registered > 0) {
                if (!record->told->answered_again && record->told->n_asked <= 1 && record->told->unheard == 0) {
                        frames_add(&play->forgotten, record->packet->frame->number);
                        rooms_leave(play->rooms, &participant->endpoint, record);
                }
                return;
        }
        if (!user)
                user = add_user(play, participant, name, record);
        if (!user)
                return;
        user->registered = record->packet->frame->number;
        user->registered_offset = record->offset;
        user->is_inferred = FALSE;
        if (user->name)
                g_tree_replace(play->by_name, user->name, user);
}

void participant_unregister(Play *play, Participant *participant, const Record *record)
{
        participant->left = participant->left_last = record->packet->frame->number;
        participant->asked_out = 0;
        rooms_leave(play->rooms, &participant->endpoint, record);
        for (guint i = 0; i < participant->active->len; i++) {
                SummaryUser *user = g_ptr_array_index(participant->active, i);

                user->left = participant->left;
                user->left_offset = record->offset;
                if (user->name && g_tree_lookup(play->by_name, user->name) == user)
                        g_tree_remove(play->by_name, user->name);
        }
        g_ptr_array_set_size(participant->active, 0);
}
