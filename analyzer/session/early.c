/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/session/early.h"

#include "analyzer/decode/datagram.h"

typedef struct {
        CaptureFrame frame; /* its data is a copy */
        Datagram *datagram; /* a copy of the datagram that the frame completed; NULL: none */
        FlowSide side;
} EarlyDatagram;

static gsize cost_of(const EarlyDatagram *datagram)
{
        return sizeof *datagram + datagram->frame.captured_length + datagram_get_cost(datagram->datagram);
}

gboolean early_datagrams_add(GArray **early, MemoryBudget *memory, const Packet *packet, FlowSide side)
{
        EarlyDatagram datagram = {*packet->frame, (Datagram *) packet->datagram, side};

        if ((*early && (*early)->len == EARLY_MAX_DATAGRAMS) || !memory_budget_take(memory, cost_of(&datagram)))
                return FALSE;
        if (!*early)
                *early = g_array_new(FALSE, FALSE, sizeof(EarlyDatagram));
        datagram.frame.data = g_memdup2(packet->frame->data, packet->frame->captured_length);
        datagram.datagram = datagram_copy(packet->datagram);
        g_array_append_val(*early, datagram);
        return TRUE;
}

void early_datagrams_foreach(const GArray *early,
                             void (*func)(const Packet *packet, FlowSide side, gpointer data),
                             gpointer data)
{
        for (guint i = 0; i < early->len; i++) {
                const EarlyDatagram *datagram = &g_array_index(early, EarlyDatagram, i);
                Packet packet;

                packet_decode_again(&datagram->frame, datagram->datagram, &packet);
                func(&packet, datagram->side, data);
        }
}

void early_datagrams_free(GArray *early, MemoryBudget *memory)
{
        for (guint i = 0; early && i < early->len; i++) {
                EarlyDatagram *datagram = &g_array_index(early, EarlyDatagram, i);

                memory->held -= cost_of(datagram);
                g_free((gpointer) datagram->frame.data);
                datagram_free(datagram->datagram);
        }
        g_clear_pointer(&early, g_array_unref);
}
