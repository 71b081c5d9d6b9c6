/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/capture/source-private.h"

#include <errno.h>
#include <linux/if_packet.h>
#include <pcap.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#define SNAPSHOT_LENGTH 262144
#define KERNEL_BUFFER (16 * 1024 * 1024)
#define IDLE_TIME 100 /* milliseconds */

struct Live {
        char *interface;
        pcap_t *pcap;
        int stop_event;
        gint64 stop_time; /* nanoseconds, of the clock that stamps the packets */
        gint64 stop_at;   /* of the monotonic clock: at the latest */
        gboolean stopping, is_loopback, nanoseconds;
        guint16 link_type;
        guint64 frames;
        guint64 received, dropped; /* counted by the kernel */
};

static char *list_interfaces(void)
{
        g_autoptr(GString) names = g_string_new(NULL);
        char reason[PCAP_ERRBUF_SIZE];
        pcap_if_t *all = NULL;

        if (pcap_findalldevs(&all, reason) != 0)
                return NULL;
        for (const pcap_if_t *device = all; device; device = device->next)
                if (device->flags & PCAP_IF_UP)
                        g_string_append_printf(names, "%s%s", names->len > 0 ? ", " : "", device->name);
        pcap_freealldevs(all);
        return names->len > 0 ? g_string_free(g_steal_pointer(&names), FALSE) : NULL;
}

static void explain_failure(const Live *self, int status, GError **error)
{
        g_autofree char *names = NULL, *program = NULL;

        switch (status) {
        case PCAP_ERROR_PERM_DENIED:
        case PCAP_ERROR_PROMISC_PERM_DENIED:
                program = g_file_read_link("/proc/self/exe", NULL);
                g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_PERMISSION,
                            "%s: no permission to capture: the capability CAP_NET_RAW is missing (CAP_NET_ADMIN for "
                            "promiscuous mode). Run it with sudo, or give it the capabilities once:\n"
                            "  sudo setcap cap_net_raw,cap_net_admin=ep %s",
                            self->interface, program ? program : "chatsniff");
                break;
        case PCAP_ERROR_NO_SUCH_DEVICE:
                names = list_interfaces();
                g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_OPEN, "%s: no such interface%s%s", self->interface,
                            names ? "; there are: " : "", names ? names : "");
                break;
        case PCAP_ERROR_IFACE_NOT_UP:
                g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_OPEN,
                            "%s: the interface is down; “ip link set %s up” brings it up", self->interface,
                            self->interface);
                break;
        default:
                g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_OPEN, "%s: cannot capture: %s", self->interface,
                            *pcap_geterr(self->pcap) ? pcap_geterr(self->pcap) : pcap_statustostr(status));
                break;
        }
}

static gboolean live_activate(Live *self, const char *filter, GError **error)
{
        struct bpf_program program;
        char reason[PCAP_ERRBUF_SIZE];
        int status;

        pcap_set_snaplen(self->pcap, SNAPSHOT_LENGTH);
        pcap_set_promisc(self->pcap, 1);
        pcap_set_timeout(self->pcap, IDLE_TIME);
        pcap_set_immediate_mode(self->pcap, 1);
        pcap_set_buffer_size(self->pcap, KERNEL_BUFFER);
        self->nanoseconds = pcap_set_tstamp_precision(self->pcap, PCAP_TSTAMP_PRECISION_NANO) == 0;
        status = pcap_activate(self->pcap);
        if (status < 0) {
                explain_failure(self, status, error);
                return FALSE;
        }
        self->link_type = link_type_from_dlt(pcap_datalink(self->pcap));
        if (filter) {
                if (pcap_compile(self->pcap, &program, filter, 1, PCAP_NETMASK_UNKNOWN) != 0) {
                        filter_set_error(filter, pcap_geterr(self->pcap), error);
                        return FALSE;
                }
                status = pcap_setfilter(self->pcap, &program);
                pcap_freecode(&program);
        }
        if (status < 0 || pcap_setnonblock(self->pcap, 1, reason) != 0) {
                g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_DEVICE, "%s: cannot capture: %s", self->interface,
                            pcap_geterr(self->pcap));
                return FALSE;
        }
        return TRUE;
}

Live *live_new(const char *interface, const char *filter, InterfaceList *list, GError **error)
{
        char reason[PCAP_ERRBUF_SIZE] = "";
        Live *self = g_new0(Live, 1);

        self->interface = g_strdup(interface);
        self->is_loopback = g_str_equal(interface, "lo");
        self->stop_event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        self->pcap = pcap_create(interface, reason);
        if (!self->pcap)
                g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_OPEN, "%s: cannot capture: %s", interface, reason);
        if (!self->pcap || !live_activate(self, filter, error)) {
                live_free(self);
                return NULL;
        }
        interface_list_add(list, self->link_type, SNAPSHOT_LENGTH, interface, strlen(interface));
        return self;
}

void live_free(Live *self)
{
        if (!self)
                return;
        if (self->pcap)
                pcap_close(self->pcap);
        if (self->stop_event >= 0)
                close(self->stop_event);
        g_free(self->interface);
        g_free(self);
}

void live_stop(Live *self)
{
        int code = errno; /* of whatever the signal interrupted */

        eventfd_write(self->stop_event, 1);
        errno = code;
}

/* After a stop, only packets that arrived before it are still wanted: on a busy device there is always a next one. */
static void see_stop(Live *self)
{
        eventfd_t value;

        if (self->stopping || eventfd_read(self->stop_event, &value) != 0)
                return;
        self->stopping = TRUE;
        self->stop_time = g_get_real_time() * 1000;
        self->stop_at = g_get_monotonic_time() + G_USEC_PER_SEC;
}

CaptureNext live_next(Live *self, CaptureFrame *ret_frame, GError **error)
{
        struct pollfd waiting[2] = {
                {.fd = pcap_get_selectable_fd(self->pcap), .events = POLLIN},
                {.fd = self->stop_event, .events = POLLIN},
        };
        struct pcap_pkthdr *header;
        const guint8 *data;
        int result;

        see_stop(self);
        result = pcap_next_ex(self->pcap, &header, &data);
        if (result == 0 && !self->stopping) {
                int ready = poll(waiting, G_N_ELEMENTS(waiting), IDLE_TIME);

                see_stop(self);
                if (ready <= 0 && !self->stopping)
                        return CAPTURE_NEXT_IDLE;
                result = pcap_next_ex(self->pcap, &header, &data);
        }
        if (result == 0)
                return self->stopping ? CAPTURE_NEXT_END : CAPTURE_NEXT_IDLE;
        if (result < 0) {
                g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_DEVICE, "%s: the capture broke off: %s",
                            self->interface, pcap_geterr(self->pcap));
                return CAPTURE_NEXT_ERROR;
        }
        *ret_frame = (CaptureFrame){
                .number = self->frames + 1,
                .time = (gint64) header->ts.tv_sec * 1000000000 + header->ts.tv_usec * (self->nanoseconds ? 1 : 1000),
                .has_time = TRUE,
                .is_packet = TRUE,
                .link_type = self->link_type,
                .captured_length = header->caplen,
                .original_length = MAX(header->len, header->caplen),
                .data = data,
        };
        if (self->stopping && (ret_frame->time > self->stop_time || g_get_monotonic_time() > self->stop_at))
                return CAPTURE_NEXT_END;
        self->frames++;
        return CAPTURE_NEXT_FRAME;
}

/* The kernel counts from one question to the next. pcap_stats() would read files as well, which a sandbox forbids. */
static gboolean ask_kernel(Live *self)
{
        struct tpacket_stats_v3 counted = {0};
        socklen_t size = sizeof counted;

        if (getsockopt(pcap_fileno(self->pcap), SOL_PACKET, PACKET_STATISTICS, &counted, &size) != 0)
                return FALSE;
        self->received += counted.tp_packets;
        self->dropped += counted.tp_drops;
        return TRUE;
}

gboolean live_get_statistics(Live *self, guint64 *ret_received, guint64 *ret_dropped)
{
        guint half = self->is_loopback ? 2 : 1; /* lo shows each packet leaving and arriving */

        if (!ask_kernel(self))
                return FALSE;
        *ret_received = self->received / half;
        *ret_dropped = self->dropped / half;
        return TRUE;
}
