/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/decode/datagram.h"

Datagram *datagram_copy(const Datagram *datagram)
{
        Datagram *copy = g_memdup2(datagram, sizeof *datagram);

        if (!copy)
                return NULL;
        copy->outer = datagram_copy(datagram->outer);
        copy->octets = g_memdup2(datagram->octets, datagram->length);
        copy->frames = g_memdup2(datagram->frames, datagram->n_frames * sizeof *datagram->frames);
        return copy;
}

void datagram_free(Datagram *datagram)
{
        if (!datagram)
                return;
        datagram_free((Datagram *) datagram->outer);
        g_free((gpointer) datagram->octets);
        g_free((gpointer) datagram->frames);
        g_free(datagram);
}

gsize datagram_get_cost(const Datagram *datagram)
{
        gsize cost = 0;

        for (; datagram; datagram = datagram->outer)
                cost += sizeof *datagram + datagram->length + datagram->n_frames * sizeof *datagram->frames;
        return cost;
}
