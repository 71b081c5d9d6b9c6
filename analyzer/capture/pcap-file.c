/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pcap files, through libpcap, which reads from our input. */
#include "analyzer/capture/source-private.h"

#include <pcap.h>
#include <stdio.h>
#include <string.h>

struct PcapFile {
        Input *input;
        FILE *stream;
        pcap_t *pcap;
        guint16 link_type;
        guint64 frames;
};

static ssize_t read_cookie(void *cookie, char *buffer, size_t size)
{
        Input *input = cookie;
        gsize left;
        const guint8 *octets;

        input_peek(input, 1, &left);
        size = MIN(size, left);
        if (size == 0)
                return 0;
        octets = input_peek(input, size, &left);
        memcpy(buffer, octets, size);
        input_consume(input, size);
        return (ssize_t) size;
}

PcapFile *pcap_file_new(Input *input, InterfaceList *list, GError **error)
{
        char reason[PCAP_ERRBUF_SIZE] = "";
        PcapFile *self;
        gsize left;

        if (!input_peek(input, 24, &left)) {
                set_truncated(input, 0, error);
                return NULL;
        }
        self = g_new0(PcapFile, 1);
        self->input = input;
        self->stream = fopencookie(input, "r", (cookie_io_functions_t){.read = read_cookie});
        setvbuf(self->stream, NULL, _IOFBF, 256 * 1024);
        self->pcap = pcap_fopen_offline_with_tstamp_precision(self->stream, PCAP_TSTAMP_PRECISION_NANO, reason);
        if (!self->pcap) {
                g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_FORMAT, "%s: not a capture file that can be read: %s",
                            input_get_name(input), reason);
                pcap_file_free(self);
                return NULL;
        }
        self->link_type = link_type_from_dlt(pcap_datalink(self->pcap));
        interface_list_add(list, self->link_type, (guint32) pcap_snapshot(self->pcap), NULL, 0);
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
                return set_damaged(self->input, self->frames, error, pcap_geterr(self->pcap));
        }
        *ret_frame = (CaptureFrame){
                .number = ++self->frames,
                .time = (gint64) header->ts.tv_sec * 1000000000 + header->ts.tv_usec,
                .has_time = TRUE,
                .is_packet = TRUE,
                .link_type = self->link_type,
                .captured_length = header->caplen,
                .original_length = MAX(header->len, header->caplen),
                .data = data,
        };
        return CAPTURE_NEXT_FRAME;
}
