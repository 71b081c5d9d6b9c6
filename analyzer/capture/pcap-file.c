/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pcap files, through libpcap, which reads from our input. */
#include "analyzer/capture/source-private.h"

#include <pcap.h>
#include <stdio.h>
#include <string.h>

#define FILE_HEADER 24

struct PcapFile {
        Input *input;
        FILE *stream;
        pcap_t *pcap;
        guint16 link_type;
        guint32 snapshot_length;
        guint32 record_header; /* octets */
        guint64 delivered;     /* octets, to libpcap, which reads ahead */
        guint64 position;      /* of the next record */
        guint64 frames;
};

static ssize_t read_cookie(void *cookie, char *buffer, size_t size)
{
        PcapFile *self = cookie;
        Input *input = self->input;
        gsize left;
        const guint8 *octets;

        input_peek(input, 1, &left);
        size = MIN(size, left);
        if (size == 0)
                return 0;
        octets = input_peek(input, size, &left);
        memcpy(buffer, octets, size);
        input_consume(input, size);
        /* libpcap cuts packets down to the length that the file's header promises, Wireshark believes the packets: what
         * libpcap sees promises nothing. */
        for (gsize i = 0; i < size && self->delivered + i < FILE_HEADER; i++)
                if (self->delivered + i >= 16 && self->delivered + i < 20)
                        buffer[i] = 0;
        self->delivered += size;
        return (ssize_t) size;
}

PcapFile *pcap_file_new(Input *input, InterfaceList *list, GError **error)
{
        char reason[PCAP_ERRBUF_SIZE] = "";
        PcapFile *self;
        const guint8 *header;
        guint32 magic;
        gsize left;

        header = input_peek(input, FILE_HEADER, &left);
        if (!header) {
                set_truncated(input, 0, error);
                return NULL;
        }
        self = g_new0(PcapFile, 1);
        self->input = input;
        memcpy(&magic, header, sizeof magic);
        memcpy(&self->snapshot_length, header + 16, sizeof self->snapshot_length);
        if ((magic & 0xffff0000) != 0xa1b20000) {
                magic = GUINT32_SWAP_LE_BE(magic);
                self->snapshot_length = GUINT32_SWAP_LE_BE(self->snapshot_length);
        }
        self->record_header = magic == 0xa1b2cd34 ? 24 : 16; /* Kuznetzov's patch to old Linux systems: 24 */
        self->position = FILE_HEADER;
        self->stream = fopencookie(self, "r", (cookie_io_functions_t){.read = read_cookie});
        setvbuf(self->stream, NULL, _IOFBF, 256 * 1024);
        self->pcap = pcap_fopen_offline_with_tstamp_precision(self->stream, PCAP_TSTAMP_PRECISION_NANO, reason);
        if (!self->pcap) {
                g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_FORMAT, "%s: not a capture file that can be read: %s",
                            input_get_name(input), reason);
                pcap_file_free(self);
                return NULL;
        }
        self->link_type = link_type_from_dlt(pcap_datalink(self->pcap));
        interface_list_add(list, self->link_type, self->snapshot_length, NULL, 0);
        return self;
}

void pcap_file_free(PcapFile *self)
{
        if (!self)
                return;
        if (self->pcap)
                pcap_close(self->pcap); /* closes the stream as well */
        else if (self->stream)
                fclose(self->stream);
        g_free(self);
}

CaptureNext pcap_file_next(PcapFile *self, CaptureFrame *ret_frame, GError **error)
{
        struct pcap_pkthdr *header;
        const guint8 *data;

        switch (pcap_next_ex(self->pcap, &header, &data)) {
        case 1:
                break;
        case PCAP_ERROR_BREAK:
                if (!input_get_error(self->input))
                        return CAPTURE_NEXT_END;
                return set_truncated(self->input, self->frames, error);
        default:
                /* libpcap tells a cut file from a corrupt one in words only. */
                if (strstr(pcap_geterr(self->pcap), "truncated") || input_get_error(self->input))
                        return set_truncated(self->input, self->frames, error);
                return set_damaged_at(self->input, self->position, self->frames, error, pcap_geterr(self->pcap));
        }
        self->position += self->record_header + header->caplen;
        *ret_frame = (CaptureFrame){
                .number = ++self->frames,
                /* Unsigned in the file, until 2106; libpcap extends the sign. */
                .time = (gint64) (guint32) header->ts.tv_sec * 1000000000 + header->ts.tv_usec,
                .has_time = TRUE,
                .is_packet = TRUE,
                .link_type = self->link_type,
                .captured_length = header->caplen,
                .original_length = MAX(header->len, header->caplen),
                .data = data,
        };
        return CAPTURE_NEXT_FRAME;
}
