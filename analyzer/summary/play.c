/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes and frees a Play: a session while it is being replayed. */
#include "analyzer/summary/sessions-private.h"

static void user_free(gpointer data)
{
        SummaryUser *user = data;

        g_free(user->name);
        g_free(user);
}

static void room_free(gpointer data)
{
        SummaryRoom *room = data;

        g_free(room->name);
        g_ptr_array_unref(room->members);
        frames_clear(&room->reports);
        g_free(room);
}

static void request_free(gpointer data)
{
        SummaryRequest *request = data;

        g_free(request->argument);
        g_free(request->client_name);
        frames_clear(&request->repeats);
        frames_clear(&request->replies);
        frames_clear(&request->errors);
        g_free(request);
}

void summary_session_free(gpointer data)
{
        SummarySession *session = data;

        g_ptr_array_unref(session->users);
        g_ptr_array_unref(session->rooms);
        g_ptr_array_unref(session->requests);
        g_array_unref(session->forms);
        g_free(session);
}

static void participant_free(gpointer data)
{
        Participant *participant = data;

        frames_clear(&participant->after_leaving);
        frames_clear(&participant->to_gone);
        frames_clear(&participant->to_unknown);
        frames_clear(&participant->as_other);
        g_ptr_array_unref(participant->active);
        g_free(participant->name);
        g_free(participant);
}

void play_free(gpointer data)
{
        Play *play = data;

        if (play->session)
                summary_session_free(play->session);
        g_hash_table_unref(play->participants);
        g_ptr_array_unref(play->in_order);
        g_tree_unref(play->by_name);
        g_hash_table_unref(play->requests);
        g_array_unref(play->refused);
        rooms_free(play->rooms);
        frames_clear(&play->forgotten);
        frames_clear(&play->unheard);
        frames_clear(&play->too_long);
        frames_clear(&play->unknown);
        frames_clear(&play->errors);
        g_free(play);
}

Play *play_new(const ChatProtocol *protocol, const Endpoint *server, MemoryBudget *memory)
{
        Play *play = g_new0(Play, 1);

        play->memory = memory;
        play->session = g_new0(SummarySession, 1);
        play->session->protocol = protocol;
        play->session->server = *server;
        play->session->users = g_ptr_array_new_with_free_func(user_free);
        play->session->rooms = g_ptr_array_new_with_free_func(room_free);
        play->session->requests = g_ptr_array_new_with_free_func(request_free);
        play->session->forms = g_array_new(FALSE, FALSE, sizeof(SummaryForm));
        play->participants = g_hash_table_new_full(endpoint_hash, endpoint_equal_keys, NULL, NULL);
        play->in_order = g_ptr_array_new_with_free_func(participant_free);
        play->by_name = g_tree_new_full(summary_compare_names, NULL, NULL, NULL);
        play->requests = g_hash_table_new(g_int64_hash, g_int64_equal);
        play->refused = g_array_new(FALSE, FALSE, sizeof(RefusedRequest));
        play->rooms = rooms_new(play->session->rooms, memory);
        frames_init(&play->forgotten, memory);
        frames_init(&play->unheard, memory);
        frames_init(&play->too_long, memory);
        frames_init(&play->unknown, memory);
        frames_init(&play->errors, memory);
        return play;
}
