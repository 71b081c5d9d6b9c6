/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Options of a TCP header that are seen seldom, and those whose length cannot be. */
#include "analyzer/decode/options.h"
#include "analyzer/timeline/build.h"

enum {
        KIND_MSS = 2,
        KIND_WINDOW_SCALE = 3,
        KIND_SACK_PERMITTED = 4,
        KIND_SACK = 5,
        KIND_TIMESTAMPS = 8,
        KIND_MD5 = 19,
        KIND_USER_TIMEOUT = 28,
        KIND_AUTHENTICATION = 29,
        KIND_MULTIPATH = 30,
        KIND_FAST_OPEN = 34,
        KIND_ACCURATE_ECN_0 = 172,
        KIND_ACCURATE_ECN_1 = 174,
        KIND_EXPERIMENT_1 = 253,
        KIND_EXPERIMENT_2 = 254,
};

/* Fast Open before it had a number of its own, RFC 7413 section 4.1.1, RFC 6994. */
#define EXPERIMENT_FAST_OPEN 0xf989

static guint16 read16(const guint8 *octets)
{
        return (guint16) (octets[0] << 8 | octets[1]);
}

static guint32 read24(const guint8 *octets)
{
        return (guint32) octets[0] << 16 | (guint32) octets[1] << 8 | octets[2];
}

/* Kind and length have said nothing yet. */
static void append_impossible(const char *name, const TcpOption *option, GString *text)
{
        append_literal(text, " Its option ");
        append_text(text, name);
        append_literal(text, " is ");
        append_bytes(text, option->length + 2u);
        append_literal(text, " long, which such an option never is: the receiver ignores it, or resets the connection (RFC 9293, "
                             "section 3.1).");
}

static void append_fast_open(const Record *record, guint cookie, GString *text)
{
        guint flags = record->packet->tcp.flags;

        if (!(flags & TCP_SYN)) {
                append_literal(text, " The option Fast Open belongs into a SYN; elsewhere it is ignored (RFC 7413, section 4.1.1).");
        } else if (flags & TCP_ACK) {
                if (cookie == 0)
                        return;
                append_literal(text, " Fast Open: the server hands out a cookie of ");
                append_bytes(text, cookie);
                append_literal(text, ", with which this client's next connections can bring data in their SYN (RFC 7413, section "
                                     "4.1.2).");
        } else if (cookie == 0) {
                append_literal(text, " Fast Open: it asks the server for a cookie, with which later connections can bring data in "
                                     "their SYN (RFC 7413, section 4.2.1).");
        } else {
                append_literal(text, " Fast Open: it shows a cookie of ");
                append_bytes(text, cookie);
                append_literal(text, " that this server gave it in an earlier connection, as a proof that its address is not forged "
                                     "(RFC 7413, section 4.2.2).");
        }
}

/* RFC 8684 section 3; the least length of each, the two octets before it included. */
static void append_multipath(const TcpOption *option, GString *text)
{
        static const struct {
                const char *name;
                guint8 least;
                const char *sentence;
        } subtypes[] = {
                {"MP_CAPABLE", 4, "it can use several paths for one connection"},
                {"MP_JOIN", 12, "this is a further path of a connection that is already there"},
                {"DSS", 4, "it says where these bytes belong in the whole connection, whichever path they take, or what of "
                           "it has arrived"},
                {"ADD_ADDR", 8, "it names another address at which this side can be reached"},
                {"REMOVE_ADDR", 4, "an address that was named before is no longer of use"},
                {"MP_PRIO", 3, "it says whether this path is only for when others fail"},
                {"MP_FAIL", 12, "something on the way changed the data: back to plain TCP, or an end to this path"},
                {"MP_FASTCLOSE", 12, "the whole connection is ended at once, on all paths"},
                {"MP_TCPRST", 4, "it says why this path is reset"},
        };
        guint subtype = option->length > 0 ? option->value[0] >> 4 : G_MAXUINT;

        if (subtype == G_MAXUINT || (subtype < G_N_ELEMENTS(subtypes) && option->length + 2 < subtypes[subtype].least)) {
                append_impossible("Multipath TCP", option, text);
                return;
        }
        append_literal(text, " Multipath TCP");
        if (subtype < G_N_ELEMENTS(subtypes)) {
                append_literal(text, ", ");
                append_text(text, subtypes[subtype].name);
                append_literal(text, ": ");
                append_text(text, subtypes[subtype].sentence);
        } else {
                append_literal(text, ", subtype ");
                append_unsigned(text, subtype);
                append_literal(text, ", which has no meaning that all agree on");
        }
        append_literal(text, " (RFC 8684, section 3).");
}

static void append_accurate_ecn(const TcpOption *option, GString *text)
{
        static const char *const orders[2][3] = {{"ECT(0)", "CE", "ECT(1)"}, {"ECT(1)", "CE", "ECT(0)"}};
        const char *const *names = orders[option->kind == KIND_ACCURATE_ECN_1];

        if (option->length % 3 != 0 || option->length > 9) {
                append_impossible("Accurate ECN", option, text);
                return;
        }
        append_literal(text, " Its option Accurate ECN counts the bytes of data that reached this side with each mark");
        for (guint i = 0; i < option->length / 3u; i++) {
                append_text(text, i == 0 ? ": " : ", ");
                append_text(text, names[i]);
                append_char(text, ' ');
                append_unsigned(text, read24(option->value + (gsize) 3 * i));
        }
        append_literal(text, " (RFC 9768, section 3.2.3; CE begins at 0, the others at 1).");
}

static void append_user_timeout(const TcpOption *option, GString *text)
{
        guint value;

        if (option->length != 2) {
                append_impossible("User Timeout", option, text);
                return;
        }
        value = read16(option->value);
        append_literal(text, " User Timeout: this side gives the connection up when what it sent stays unacknowledged for ");
        append_unsigned(text, value & 0x7fff);
        append_text(text, value & 0x8000 ? (value & 0x7fff) == 1 ? " minute" : " minutes" :
                          value == 1     ? " second" :
                                           " seconds");
        append_literal(text, ", and proposes that the other does likewise (RFC 5482, section 2).");
}

static void append_authentication(const TcpOption *option, GString *text)
{
        if (option->length < 2) {
                append_impossible("TCP-AO", option, text);
                return;
        }
        append_literal(text, " TCP-AO: the segment is signed with key number ");
        append_unsigned(text, option->value[0]);
        append_literal(text, ", which only the two sides know, so that nobody else can speak in this connection (RFC 5925, section "
                             "2.2).");
}

static void append_experiment(const Record *record, const TcpOption *option, GString *text)
{
        if (option->length >= 2 && read16(option->value) == EXPERIMENT_FAST_OPEN) {
                append_fast_open(record, option->length - 2u, text);
                return;
        }
        append_literal(text, " It has an option of kind ");
        append_unsigned(text, option->kind);
        append_literal(text, ", which is for experiments");
        if (option->length >= 2) {
                append_literal(text, ", here number ");
                append_unsigned(text, read16(option->value));
        }
        append_literal(text, " (RFC 6994, section 3).");
}

/* Those that TcpHeader has are told elsewhere, if their length is right. */
static gboolean is_possible(const TcpOption *option)
{
        switch (option->kind) {
        case KIND_MSS:
                return option->length == 2;
        case KIND_WINDOW_SCALE:
                return option->length == 1;
        case KIND_SACK_PERMITTED:
                return option->length == 0;
        case KIND_SACK:
                return option->length > 0 && option->length % 8 == 0;
        case KIND_TIMESTAMPS:
                return option->length == 8;
        default:
                return TRUE;
        }
}

static const char *option_name(guint8 kind)
{
        switch (kind) {
        case KIND_MSS:
                return "MSS";
        case KIND_WINDOW_SCALE:
                return "Window scale";
        case KIND_SACK_PERMITTED:
                return "SACK permitted";
        case KIND_SACK:
                return "SACK";
        default:
                return "Timestamps";
        }
}

static void append_option(const Record *record, const TcpOption *option, GString *text)
{
        switch (option->kind) {
        case KIND_MSS:
        case KIND_WINDOW_SCALE:
        case KIND_SACK_PERMITTED:
        case KIND_SACK:
        case KIND_TIMESTAMPS:
                if (!is_possible(option))
                        append_impossible(option_name(option->kind), option, text);
                break;
        case KIND_MD5:
                if (option->length != 16)
                        append_impossible("MD5 signature", option, text);
                else
                        append_literal(text, " MD5 signature: made with a password that only the two sides know, so that nobody else "
                                             "can speak in this connection; routers use it between each other (RFC 2385, section 2; its "
                                             "successor is TCP-AO, RFC 5925).");
                break;
        case KIND_USER_TIMEOUT:
                append_user_timeout(option, text);
                break;
        case KIND_AUTHENTICATION:
                append_authentication(option, text);
                break;
        case KIND_MULTIPATH:
                append_multipath(option, text);
                break;
        case KIND_FAST_OPEN:
                /* RFC 7413 section 4.1.1 */
                if (option->length != 0 && (option->length < 4 || option->length > 16 || option->length % 2 != 0))
                        append_impossible("Fast Open", option, text);
                else
                        append_fast_open(record, option->length, text);
                break;
        case KIND_ACCURATE_ECN_0:
        case KIND_ACCURATE_ECN_1:
                append_accurate_ecn(option, text);
                break;
        case KIND_EXPERIMENT_1:
        case KIND_EXPERIMENT_2:
                append_experiment(record, option, text);
                break;
        default:
                append_literal(text, " It has an option of kind ");
                append_unsigned(text, option->kind);
                append_literal(text, ", which is not explained here; a receiver that does not know it passes over it (RFC 9293, section "
                                     "3.1).");
                break;
        }
}

void record_append_option_kinds(const Record *record, GString *text)
{
        guint32 position = 0;
        TcpOption option;

        while (packet_next_tcp_option(record->packet, &position, &option))
                append_option(record, &option, text);
}
