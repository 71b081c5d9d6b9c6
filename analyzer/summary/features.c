/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What all chat packets have in common, and how they differ: the last question of the lab sheet. */
#include "analyzer/summary/summary-private.h"

static SummaryFeatures *find_features(const Summary *summary, Transport transport)
{
        for (guint i = 0; i < summary->features->len; i++) {
                SummaryFeatures *features = &g_array_index(summary->features, SummaryFeatures, i);

                if (features->transport == transport)
                        return features;
        }
        return NULL;
}

const SummaryFeatures *summary_find_features(const Summary *summary, Transport transport)
{
        return find_features(summary, transport);
}

static SummaryFeatures *features_of(Summary *summary, Transport transport)
{
        SummaryFeatures features = {.transport = transport, .smallest = G_MAXUINT32};
        SummaryFeatures *known = find_features(summary, transport);

        if (known)
                return known;
        g_array_append_val(summary->features, features);
        return &g_array_index(summary->features, SummaryFeatures, summary->features->len - 1);
}

void features_add(Summary *summary, const Record *record)
{
        const Packet *packet = record->packet;
        SummaryFeatures *self = features_of(summary, packet->transport);
        guint64 bytes[N_LAYER_GROUPS];
        guint32 length = packet->frame->original_length;

        packet_measure_layers(packet, bytes);
        for (guint i = 0; i < N_LAYER_GROUPS; i++)
                self->layer_bytes[i] += bytes[i];
        self->packets++;
        self->bytes += length;
        self->maintenance += record->maintenance ? 1 : 0;
        if (packet->source.address.family != 0) {
                self->families[packet->source.address.family == 6]++;
                self->hop_limits[packet->hop_limit]++;
        }
        if (packet->n_layers > 0)
                self->link_layers |= G_GUINT64_CONSTANT(1) << packet->layers[0].kind;
        self->smallest = MIN(self->smallest, length);
        self->largest = MAX(self->largest, length);
        self->acknowledgements +=
                packet->transport == TRANSPORT_TCP &&
                (record->kind == KIND_ACK || record->kind == KIND_HANDSHAKE_ACK || record->kind == KIND_TEARDOWN_ACK);
}
