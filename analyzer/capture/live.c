/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/capture/frame-queue.h"
#include "analyzer/capture/source-private.h"
#include "analyzer/capture/thread-order.h"

#include <errno.h>
#include <linux/if_packet.h>
#include <pcap.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#define SNAPSHOT_LENGTH 262144
/* The kernel hands packets over in blocks, when a block is full or this many milliseconds old. (In immediate mode each
 * packet would take the room of the longest possible one.) */
#define BLOCK_AGE 20
#define IDLE_TIME 100                   /* milliseconds */
#define QUEUE_OCTETS (32 * 1024 * 1024) /* of frames between the two threads */

#ifndef PACKET_IGNORE_OUTGOING
#define PACKET_IGNORE_OUTGOING 23 /* since Linux 4.20 */
#endif

/* Between live_begin() and live_free() only the taking thread uses this, except for the parts marked as shared. */
struct Live {
        char *interface;
        pcap_t *pcap;
        int stop_event;
        gint64 stop_time; /* when it was told to stop: nanoseconds of the clock that stamps the packets */
        gint64 stop_at;   /* when it stops at the latest: microseconds of the monotonic clock */
        gboolean stopping, counts_twice, nanoseconds;
        guint16 link_type;
        guint64 frames;
        guint64 lost;      /* packets that were lost before the current frame */
        guint64 just_lost; /* more lost packets, counted at lost_time: lost before a frame that comes after that time */
        gint64 lost_time;  /* nanoseconds of the clock that stamps the packets */
        GThread *thread;   /* the taking thread: takes packets from the kernel, and does nothing else */
        FrameQueue *queue; /* shared: frames wait here to be analysed */
        GMutex lock;       /* shared: for the kernel's counters, which follow */
        guint64 received, dropped;
        gboolean has_statistics;
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

/* On lo the kernel reports each packet twice, as it leaves and as it arrives, and libpcap hands out one of the two.
 * Keeps the other one out of the kernel's buffer. */
static void take_arriving_alone(Live *self)
{
        int yes = 1;

        self->counts_twice =
                setsockopt(pcap_fileno(self->pcap), SOL_PACKET, PACKET_IGNORE_OUTGOING, &yes, sizeof yes) != 0;
}

static gboolean live_activate(Live *self, const char *filter, int buffer_octets, GError **error)
{
        struct bpf_program program;
        char reason[PCAP_ERRBUF_SIZE];
        int status;

        pcap_set_snaplen(self->pcap, SNAPSHOT_LENGTH);
        pcap_set_promisc(self->pcap, 1);
        pcap_set_timeout(self->pcap, BLOCK_AGE);
        pcap_set_buffer_size(self->pcap, buffer_octets);
        self->nanoseconds = pcap_set_tstamp_precision(self->pcap, PCAP_TSTAMP_PRECISION_NANO) == 0;
        status = pcap_activate(self->pcap);
        if (status < 0) {
                explain_failure(self, status, error);
                return FALSE;
        }
        self->link_type = link_type_from_dlt(pcap_datalink(self->pcap));
        if (g_str_equal(self->interface, "lo"))
                take_arriving_alone(self);
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

Live *live_new(const char *interface, const char *filter, int buffer_octets, InterfaceList *list, GError **error)
{
        char reason[PCAP_ERRBUF_SIZE] = "";
        Live *self = g_new0(Live, 1);

        self->interface = g_strdup(interface);
        g_mutex_init(&self->lock);
        self->stop_event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        self->pcap = pcap_create(interface, reason);
        if (!self->pcap)
                g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_OPEN, "%s: cannot capture: %s", interface, reason);
        if (!self->pcap || !live_activate(self, filter, buffer_octets, error)) {
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
        if (self->thread) {
                frame_queue_close(self->queue);
                eventfd_write(self->stop_event, 1);
                g_thread_join(self->thread);
        }
        frame_queue_free(self->queue);
        if (self->pcap)
                pcap_close(self->pcap);
        if (self->stop_event >= 0)
                close(self->stop_event);
        g_mutex_clear(&self->lock);
        g_free(self->interface);
        g_free(self);
}

void live_stop(Live *self)
{
        int code = errno; /* must not change for the code that the signal interrupted */

        eventfd_write(self->stop_event, 1);
        errno = code;
}

/* --- the taking thread ------------------------------------------------------------------------------- */

/* Notices a stop. Only packets that arrived before it are still wanted: on a busy device there is always a next one. */
static void see_stop(Live *self)
{
        eventfd_t value;

        if (self->stopping || eventfd_read(self->stop_event, &value) != 0)
                return;
        self->stopping = TRUE;
        self->stop_time = g_get_real_time() * 1000;
        self->stop_at = g_get_monotonic_time() + G_USEC_PER_SEC;
}

/* Asks the kernel for its counters, which it then sets to 0. (pcap_stats() would also read files, which the sandbox
 * forbids.) What was lost until now was lost before the packets that are still to come. */
static void ask_kernel(Live *self)
{
        struct tpacket_stats_v3 counted = {0};
        socklen_t size = sizeof counted;
        guint half = self->counts_twice ? 2 : 1;

        if (getsockopt(pcap_fileno(self->pcap), SOL_PACKET, PACKET_STATISTICS, &counted, &size) != 0)
                return;
        lock_mutex(&self->lock);
        self->received += counted.tp_packets / half;
        self->dropped += counted.tp_drops / half;
        self->has_statistics = TRUE;
        unlock_mutex(&self->lock);
        if (counted.tp_drops / half == 0)
                return;
        self->just_lost += counted.tp_drops / half;
        self->lost_time = g_get_real_time() * 1000;
}

/* Waits until the kernel has packets, a stop comes, or the time is up. Returns FALSE if nothing more came after a stop.
 */
static gboolean wait_for_packets(Live *self)
{
        struct pollfd waiting[2] = {
                {.fd = pcap_get_selectable_fd(self->pcap), .events = POLLIN},
                {.fd = self->stopping ? -1 : self->stop_event, .events = POLLIN},
        };
        /* After a stop, waits for the last block, which is not full, to become old enough. */
        int ready = poll(waiting, G_N_ELEMENTS(waiting), self->stopping ? 3 * BLOCK_AGE : IDLE_TIME);

        return ready != 0 || !self->stopping;
}

static CaptureFrame make_frame(Live *self, const struct pcap_pkthdr *header, const guint8 *data)
{
        CaptureFrame frame = {
                .number = self->frames + 1,
                .time = (gint64) header->ts.tv_sec * 1000000000 + header->ts.tv_usec * (self->nanoseconds ? 1 : 1000),
                .has_time = TRUE,
                .is_packet = TRUE,
                .link_type = self->link_type,
                .captured_length = header->caplen,
                .original_length = MAX(header->len, header->caplen),
                .data = data,
        };

        if (self->just_lost > 0 && frame.time > self->lost_time) {
                self->lost += self->just_lost;
                self->just_lost = 0;
        }
        frame.lost = self->lost;
        return frame;
}

/* How many packets are taken before the kernel is asked whether it has lost some. */
#define PACKETS_BETWEEN_QUESTIONS 1024

/* Takes the packets that the kernel has. Returns FALSE if no more are wanted, or with error set. */
static gboolean take_packets(Live *self, GError **error)
{
        struct pcap_pkthdr *header;
        const guint8 *data;
        int result = 0;

        for (guint n = 0; n < PACKETS_BETWEEN_QUESTIONS && (result = pcap_next_ex(self->pcap, &header, &data)) > 0;
             n++) {
                CaptureFrame frame = make_frame(self, header, data);

                if (self->stopping && (frame.time > self->stop_time || g_get_monotonic_time() > self->stop_at))
                        return FALSE;
                if (!frame_queue_add(self->queue, &frame))
                        return FALSE;
                self->frames++;
        }
        if (result < 0)
                g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_DEVICE, "%s: the capture broke off: %s",
                            self->interface, pcap_geterr(self->pcap));
        if (result == 0)
                return frame_queue_flush(self->queue) && wait_for_packets(self);
        return result > 0;
}

static gpointer take(gpointer data)
{
        GError *error = NULL;
        Live *self = data;

        do {
                see_stop(self);
                ask_kernel(self);
        } while (take_packets(self, &error));
        ask_kernel(self);
        frame_queue_end(self->queue, error);
        return NULL;
}

/* --- the other threads ------------------------------------------------------------------------------- */

void live_begin(Live *self)
{
        self->queue = frame_queue_new(QUEUE_OCTETS);
        self->thread = g_thread_new("taker", take, self);
}

CaptureNext live_next(Live *self, CaptureFrame *ret_frame, GError **error)
{
        return frame_queue_next(self->queue, IDLE_TIME * 1000, ret_frame, error);
}

gboolean live_has_more(Live *self)
{
        return frame_queue_has_more(self->queue);
}

gboolean live_get_statistics(Live *self, guint64 *ret_received, guint64 *ret_dropped)
{
        gboolean has_statistics;

        lock_mutex(&self->lock);
        has_statistics = self->has_statistics;
        if (has_statistics) {
                *ret_received = self->received;
                *ret_dropped = self->dropped;
        }
        unlock_mutex(&self->lock);
        return has_statistics;
}
