/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who was in which room of a server, and when. Two things show it: the server's answers to requests to join and to
 * leave, and the lists of peers that it sends to members. */
#include "analyzer/summary/summary-private.h"

#include <string.h>

#define MAX_LIST 128 /* endpoints that are kept of a member's list */

/* Where an endpoint is, and the newest list of peers that the server sent to it. */
typedef struct {
        Endpoint endpoint;
        char *name;            /* NULL: not known */
        SummaryRoom *room;     /* NULL: in none */
        SummaryMember *member; /* its stay in that room */
        GArray *list;          /* Endpoint, each once; NULL: it never got a list */
        gboolean is_cut;       /* not all of the list is kept */
        guint64 list_frame;    /* in which the list began */
        gint64 list_offset;
} Place;

struct Rooms {
        MemoryBudget *memory;
        GPtrArray *rooms;
        GTree *by_name;       /* SummaryRoom.name → SummaryRoom */
        GHashTable *places;   /* Endpoint → Place */
        GPtrArray *in_order;  /* Place, in the order in which they first appear */
        SummaryRoom *unnamed; /* for members whose room's name was not captured; NULL: not needed so far */
};

static void member_free(gpointer data)
{
        SummaryMember *member = data;

        g_free(member->name);
        g_free(member);
}

static void place_free(gpointer data)
{
        Place *place = data;

        g_free(place->name);
        if (place->list)
                g_array_unref(place->list);
        g_free(place);
}

Rooms *rooms_new(GPtrArray *rooms, MemoryBudget *memory)
{
        Rooms *self = g_new0(Rooms, 1);

        self->memory = memory;
        self->rooms = rooms;
        self->by_name = g_tree_new_full(summary_compare_names, NULL, NULL, NULL);
        self->places = g_hash_table_new(endpoint_hash, endpoint_equal_keys);
        self->in_order = g_ptr_array_new_with_free_func(place_free);
        return self;
}

void rooms_free(Rooms *self)
{
        if (!self)
                return;
        g_tree_unref(self->by_name);
        g_hash_table_unref(self->places);
        g_ptr_array_unref(self->in_order);
        g_free(self);
}

static SummaryRoom *room_new(Rooms *self, const char *name)
{
        SummaryRoom *room;

        if (self->rooms->len >= SUMMARY_MAX_ROOMS ||
            !memory_budget_take(self->memory, sizeof *room + summary_text_cost(name) + 2 * ENTRY_COST))
                return NULL;
        room = g_new0(SummaryRoom, 1);
        room->name = g_strdup(name);
        room->members = g_ptr_array_new_with_free_func(member_free);
        frames_init(&room->reports, self->memory);
        g_ptr_array_add(self->rooms, room);
        if (name)
                g_tree_insert(self->by_name, room->name, room);
        return room;
}

static SummaryRoom *find_room(Rooms *self, const char *name)
{
        SummaryRoom *room;

        if (!name) {
                if (!self->unnamed)
                        self->unnamed = room_new(self, NULL);
                return self->unnamed;
        }
        room = g_tree_lookup(self->by_name, name);
        return room ? room : room_new(self, name);
}

void rooms_created(Rooms *self, const char *name, guint64 frame)
{
        SummaryRoom *room = find_room(self, name);

        if (room && room->created == 0)
                room->created = frame;
}

void rooms_set_group(Rooms *self, const char *name, const Endpoint *group)
{
        SummaryRoom *room = find_room(self, name);

        if (room)
                room->group = *group;
}

void rooms_add_report(Rooms *self, const IpAddress *group, guint64 frame)
{
        for (guint i = 0; i < self->rooms->len; i++) {
                SummaryRoom *room = g_ptr_array_index(self->rooms, i);

                if (room->group.address.family != 0 && ip_address_equal(&room->group.address, group))
                        frames_add(&room->reports, frame);
        }
}

static Place *find_place(Rooms *self, const Endpoint *endpoint)
{
        Place *place = g_hash_table_lookup(self->places, endpoint);

        if (place || g_hash_table_size(self->places) >= SUMMARY_MAX_USERS ||
            !memory_budget_take(self->memory, sizeof *place + ENTRY_COST))
                return place;
        place = g_new0(Place, 1);
        place->endpoint = *endpoint;
        g_hash_table_insert(self->places, &place->endpoint, place);
        g_ptr_array_add(self->in_order, place);
        return place;
}

void rooms_set_name(Rooms *self, const Endpoint *endpoint, const char *name)
{
        Place *place = g_hash_table_lookup(self->places, endpoint);

        if (!place || !name || g_strcmp0(place->name, name) == 0 ||
            !memory_budget_take(self->memory, summary_text_cost(name)))
                return;
        self->memory->held -= summary_text_cost(place->name);
        g_free(place->name);
        place->name = g_strdup(name);
        if (place->member && !place->member->name)
                place->member->name = summary_copy_name(name);
}

static void leave(Place *place, guint64 frame, gint64 offset)
{
        if (place->member && place->member->left == 0) {
                place->member->left = frame;
                place->member->left_offset = offset;
        }
        place->room = NULL;
        place->member = NULL;
}

static void enter(Rooms *self, Place *place, SummaryRoom *room, const Record *record, gboolean is_inferred)
{
        SummaryMember *member;

        if (!room || room->members->len >= SUMMARY_MAX_MEMBERS ||
            !memory_budget_take(self->memory, sizeof *member + SUMMARY_MAX_NAME + ENTRY_COST))
                return;
        member = g_new0(SummaryMember, 1);
        *member = (SummaryMember){
                .name = summary_copy_name(place->name),
                .endpoint = place->endpoint,
                .joined = record->packet->frame->number,
                .joined_offset = record->offset,
                .is_inferred = is_inferred,
        };
        g_ptr_array_add(room->members, member);
        place->room = room;
        place->member = member;
}

void rooms_join(Rooms *self, const char *name, const Endpoint *endpoint, const char *user, const Record *record)
{
        SummaryRoom *room = find_room(self, name);
        Place *place = find_place(self, endpoint);

        if (!place)
                return;
        rooms_set_name(self, endpoint, user);
        if (place->room == room) {
                /* Other members were told of the join before this answer came. */
                if (place->member && place->member->is_inferred) {
                        place->member->is_inferred = FALSE;
                        place->member->joined = record->packet->frame->number;
                        place->member->joined_offset = record->offset;
                }
                return;
        }
        leave(place, record->packet->frame->number, record->offset);
        enter(self, place, room, record, FALSE);
}

void rooms_leave(Rooms *self, const Endpoint *endpoint, const Record *record)
{
        Place *place = g_hash_table_lookup(self->places, endpoint);

        if (place)
                leave(place, record->packet->frame->number, record->offset);
}

void rooms_clear_list(Rooms *self, const Endpoint *member, const Record *record)
{
        Place *place = find_place(self, member);

        if (!place)
                return;
        if (!place->list)
                place->list = g_array_new(FALSE, FALSE, sizeof(Endpoint));
        self->memory->held -= place->list->len * 2 * sizeof(Endpoint);
        g_array_set_size(place->list, 0);
        place->is_cut = FALSE;
        place->list_frame = record->packet->frame->number;
        place->list_offset = record->offset;
}

static gboolean lists(const Place *place, const Endpoint *endpoint)
{
        for (guint i = 0; place->list && i < place->list->len; i++)
                if (endpoint_equal(&g_array_index(place->list, Endpoint, i), endpoint))
                        return TRUE;
        return FALSE;
}

static void add_to_list(Rooms *self, Place *place, const Endpoint *other)
{
        if (!place->list || lists(place, other))
                return;
        if (place->list->len < MAX_LIST && memory_budget_take(self->memory, 2 * sizeof *other))
                g_array_append_vals(place->list, other, 1);
        else
                place->is_cut = TRUE;
}

void rooms_list(Rooms *self, const Endpoint *member, const Endpoint *other, const char *name, const Record *record)
{
        Place *place = find_place(self, member), *listed = find_place(self, other);

        if (!place || !listed)
                return;
        add_to_list(self, place, other);
        rooms_set_name(self, other, name);
        /* Only members get lists, so this one is in a room, even if its join was not captured. */
        if (!place->room)
                enter(self, place, find_room(self, NULL), record, TRUE);
        /* If the listed endpoint is in another room already, it stays there: this list may be older than its join. */
        if (place->room && !listed->room)
                enter(self, listed, place->room, record, TRUE);
}

/* After a change the server sends a list to one member after the other. Lists within this time (nanoseconds) may belong
 * to the same change. */
#define SAME_MOMENT G_GINT64_CONSTANT(2000000000)

/* Whether other got a list later, from a later change, and that list does not name place's endpoint. */
static gboolean is_denied_by(const Place *place, const Place *other)
{
        return other->list && !other->is_cut && other->member && other->list_frame > place->list_frame &&
               offset_between(place->list_offset, other->list_offset) > SAME_MOMENT && !lists(other, &place->endpoint);
}

void rooms_find_disagreements(const Rooms *self, RoomsDisagreement func, gpointer data)
{
        for (guint i = 0; i < self->in_order->len; i++) {
                const Place *place = g_ptr_array_index(self->in_order, i);

                for (guint j = 0; place->list && place->member && j < place->list->len; j++) {
                        const Place *other =
                                g_hash_table_lookup(self->places, &g_array_index(place->list, Endpoint, j));

                        if (other && is_denied_by(place, other))
                                func(place->member, other->member, other->list_frame, data);
                }
        }
}
