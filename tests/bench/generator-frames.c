/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Chance, and octets of frames. */
#include "tests/bench/generator.h"

#include <string.h>

/* Chance: splitmix64, so that a seed means the same everywhere. */

guint64 chance(Generator *self)
{
        guint64 value = self->random += G_GUINT64_CONSTANT(0x9e3779b97f4a7c15);

        value = (value ^ value >> 30) * G_GUINT64_CONSTANT(0xbf58476d1ce4e5b9);
        value = (value ^ value >> 27) * G_GUINT64_CONSTANT(0x94d049bb133111eb);
        return value ^ value >> 31;
}

guint32 between(Generator *self, guint32 low, guint32 high)
{
        return low + (guint32) (((chance(self) >> 32) * ((guint64) high - low + 1)) >> 32);
}

gboolean percent(Generator *self, guint32 n)
{
        return between(self, 0, 99) < n;
}

guint32 scatter(guint32 number)
{
        number = (number * 0x9e3779u) & 0xffffff;
        number ^= number >> 13;
        return (number * 0x85ebcbu) & 0xffffff;
}

/* Frames */

void put16(guint8 *at, guint32 value)
{
        at[0] = (guint8) (value >> 8);
        at[1] = (guint8) value;
}

void put32(guint8 *at, guint32 value)
{
        put16(at, value >> 16);
        put16(at + 2, value);
}

static guint32 sum16(const guint8 *octets, gsize length, guint32 sum)
{
        gsize i;

        for (i = 0; i + 1 < length; i += 2)
                sum += (guint32) octets[i] << 8 | octets[i + 1];
        if (i < length)
                sum += (guint32) octets[i] << 8;
        return sum;
}

static guint16 fold(guint32 sum)
{
        while (sum >> 16)
                sum = (sum & 0xffff) + (sum >> 16);
        return (guint16) ~sum;
}

static gsize put_tcp_options(const Script *script, const Planned *packet, guint8 *at)
{
        gsize n = 0;

        if (packet->flags & SYN) {
                memcpy(at, (guint8[]){2, 4, MSS >> 8, MSS & 255}, 4);
                n = 4;
                if (script->has_sack) {
                        memcpy(at + n, (guint8[]){1, 1, 4, 2}, 4);
                        n += 4;
                }
        }
        if (script->has_stamps) {
                memcpy(at + n, (guint8[]){1, 1, 8, 10}, 4);
                put32(at + n + 4, packet->stamp);
                put32(at + n + 8, packet->echo);
                n += 12;
        }
        if ((packet->flags & SYN) && script->has_scale) {
                memcpy(at + n, (guint8[]){1, 3, 3, script->scale}, 4);
                n += 4;
        }
        if (packet->sack_end != packet->sack_begin) {
                memcpy(at + n, (guint8[]){1, 1, 5, 10}, 4);
                put32(at + n + 4, packet->sack_begin);
                put32(at + n + 8, packet->sack_end);
                n += 12;
        }
        return n;
}

void write_packet(Generator *self, const Script *script, const Planned *packet)
{
        guint8 record[16 + 14 + 40 + 60 + 2048];
        guint8 *frame = record + 16, *ip = frame + 14, *segment;
        const Endpoint *source = &script->endpoints[packet->from], *destination = &script->endpoints[packet->to];
        gboolean six = source->is_ipv6;
        gsize address_length = six ? 16 : 4, header, length, frame_length;
        guint8 protocol = script->is_tcp ? 6 : 17, *check;
        guint32 sum, value;

        memcpy(frame,
               (guint8[]){2, 0, 0, 0, 0, destination->octets[address_length - 1], 2, 0, 0, 0, 0,
                          source->octets[address_length - 1]},
               12);
        put16(frame + 12, six ? 0x86dd : 0x0800);

        segment = ip + (six ? 40 : 20);
        put16(segment, source->port);
        put16(segment + 2, destination->port);
        if (script->is_tcp) {
                header = 20 + put_tcp_options(script, packet, segment + 20);
                put32(segment + 4, packet->sequence);
                put32(segment + 8, packet->acknowledgement);
                segment[12] = (guint8) (header / 4 << 4);
                segment[13] = packet->flags;
                put16(segment + 14, packet->window);
                check = segment + 16;
                put16(segment + 18, 0);
                self->truth.tcp_packets++;
        } else {
                header = 8;
                put16(segment + 4, 8 + packet->length);
                check = segment + 6;
                self->truth.udp_packets++;
        }
        if (packet->length > 0)
                memcpy(segment + header, script->payload->data + packet->offset, packet->length);
        length = header + packet->length;

        if (six) {
                put32(ip, 0x60000000);
                put16(ip + 4, (guint32) length);
                ip[6] = protocol;
                ip[7] = 64;
                memcpy(ip + 8, source->octets, 16);
                memcpy(ip + 24, destination->octets, 16);
                sum = sum16(ip + 8, 32, 0);
        } else {
                put16(ip, 0x4500);
                put16(ip + 2, (guint32) (20 + length));
                put16(ip + 4, self->ip_identification++);
                put16(ip + 6, 0x4000);
                ip[8] = packet->from == 0 ? 64 : 57;
                ip[9] = protocol;
                put16(ip + 10, 0);
                memcpy(ip + 12, source->octets, 4);
                memcpy(ip + 16, destination->octets, 4);
                put16(ip + 10, fold(sum16(ip, 20, 0)));
                sum = sum16(ip + 12, 8, 0);
        }
        put16(check, 0);
        sum += protocol + (guint32) length;
        value = fold(sum16(segment, length, sum));
        put16(check, value == 0 && !script->is_tcp ? 0xffff : value);

        frame_length = (gsize) (segment - frame) + length;
        memcpy(record,
               (guint32[]){(guint32) (packet->time / G_USEC_PER_SEC), (guint32) (packet->time % G_USEC_PER_SEC),
                           (guint32) frame_length, (guint32) frame_length},
               16);
        fwrite_unlocked(record, 1, 16 + frame_length, self->file);
        self->truth.packets++;
        self->truth.octets += frame_length;
}
