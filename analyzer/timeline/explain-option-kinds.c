/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rarer options of a TCP header, and options of an impossible length. */
#include "analyzer/decode/tcp-options.h"
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

#define MULTIPATH_PRIVATE 15 /* subtype */

/* Fast Open before it had an option kind of its own: the experiment's identifier (ExID) in IANA's list, see RFC 6994.
 */
#define EXPERIMENT_FAST_OPEN 0xf989

static guint16 read16(const guint8 *octets)
{
        return (guint16) (octets[0] << 8 | octets[1]);
}

static guint32 read24(const guint8 *octets)
{
        return (guint32) octets[0] << 16 | (guint32) octets[1] << 8 | octets[2];
}

/* option->length does not count the two octets of kind and length; the sentence does. */
static void explain_impossible(const char *name, const TcpOption *option, Explanation *e)
{
        explanation_add(e, TOPIC_OPTION_LENGTH, "Its option “{name}” has an impossible length, {n} bytes.",
                        VALUES(TEXT("name", name), NUMBER("n", option->length + 2u)));
}

/* RFC 7413 section 4.1.1: the option is ignored. */
static void explain_impossible_cookie(const TcpOption *option, Explanation *e)
{
        explanation_add(e, TOPIC_FAST_OPEN, "Its Fast Open option has an impossible length, {n} bytes, and is ignored.",
                        VALUES(NUMBER("n", option->length + 2u)));
}

/* Whether a cookie may have this length (0: the option asks for one), RFC 7413 section 4.1.1. */
static gboolean is_cookie_length(guint length)
{
        return length == 0 || (length >= 4 && length <= 16 && length % 2 == 0);
}

/* The length of the cookie in a Fast Open option, standard or experimental; -1: this is another option. */
static int cookie_length(const TcpOption *option)
{
        if (option->kind == KIND_FAST_OPEN)
                return option->length;
        if ((option->kind == KIND_EXPERIMENT_1 || option->kind == KIND_EXPERIMENT_2) && option->length >= 2 &&
            read16(option->value) == EXPERIMENT_FAST_OPEN)
                return option->length - 2;
        return -1;
}

gboolean record_has_cookie(const Record *record)
{
        guint32 position = 0;
        TcpOption option;

        while (packet_next_tcp_option(record->packet, &position, &option))
                if (cookie_length(&option) > 0 && is_cookie_length((guint) cookie_length(&option)))
                        return TRUE;
        return FALSE;
}

static void explain_fast_open(const Record *record, guint cookie, Explanation *e)
{
        guint flags = record->packet->tcp.flags;
        const SentenceValue values[] = {
                TEXT("sender", record_source_role(record)),
                TEXT("receiver", record_destination_role(record)),
                NUMBER("n", cookie),
                {.kind = SENTENCE_END},
        };

        if (!(flags & TCP_SYN))
                explanation_add(e, TOPIC_FAST_OPEN,
                                "The Fast Open option belongs in a SYN or SYN-ACK; elsewhere it is ignored.", NULL);
        else if ((flags & TCP_ACK) && cookie > 0)
                explanation_add(e, TOPIC_FAST_OPEN,
                                "Fast Open: the {sender} hands out a cookie of {n} bytes for the {receiver}'s next "
                                "connections.",
                                values);
        else if (flags & TCP_ACK)
                explanation_add(e, TOPIC_FAST_OPEN, "Fast Open: the {sender} hands out no cookie.", values);
        else if (cookie == 0)
                explanation_add(e, TOPIC_FAST_OPEN, "Fast Open: the {sender} asks the {receiver} for a cookie.",
                                values);
        else
                explanation_add(e, TOPIC_FAST_OPEN,
                                "Fast Open: the {sender} presents a cookie of {n} bytes that this {receiver} gave "
                                "it earlier.",
                                values);
}

/* RFC 8684 section 3. least: the shortest length that a subtype can have, with the octets of kind and length. */
static void explain_multipath(const Record *record, const TcpOption *option, Explanation *e)
{
        static const struct {
                guint8 least;
                const char *sentence;
        } subtypes[] = {
                {4, "MP_CAPABLE: the {sender} can spread the connection over several paths (RFC 8684, "
                    "section 3.1)."},
                {12, "MP_JOIN: this is a further path of a connection that exists already (RFC 8684, "
                     "section 3.2)."},
                {4, "DSS: it says where these bytes belong in the whole connection, whichever path they "
                    "take, or what of that has arrived (RFC 8684, section 3.3)."},
                {8, "ADD_ADDR: the {sender} names another address at which it can be reached (RFC 8684, "
                    "section 3.4.1)."},
                {4, "REMOVE_ADDR: an address that the {sender} named before is no longer of use (RFC 8684, "
                    "section 3.4.2)."},
                {3, "MP_PRIO: it says whether this path is only a backup (RFC 8684, section 3.3.8)."},
                {12, "MP_FAIL: something changed the data on its way; the connection falls back to plain "
                     "TCP, or this path ends (RFC 8684, section 3.7)."},
                {12, "MP_FASTCLOSE: the whole connection ends at once, on all paths (RFC 8684, section "
                     "3.5)."},
                {4, "MP_TCPRST: it says why this path is reset (RFC 8684, section 3.6)."},
        };
        guint subtype = option->length > 0 ? option->value[0] >> 4 : G_MAXUINT;
        const SentenceValue values[] = {
                TEXT("sender", record_source_role(record)), NUMBER("subtype", subtype), {.kind = SENTENCE_END}};

        if (subtype == G_MAXUINT || (subtype < G_N_ELEMENTS(subtypes) && option->length + 2 < subtypes[subtype].least))
                explain_impossible("Multipath TCP", option, e);
        else if (subtype < G_N_ELEMENTS(subtypes))
                explanation_add(e, TOPIC_MULTIPATH, subtypes[subtype].sentence, values);
        else if (subtype == MULTIPATH_PRIVATE)
                explanation_add(e, TOPIC_MULTIPATH, "Its subtype 15 is reserved for private experiments.", NULL);
        else
                explanation_add(e, TOPIC_MULTIPATH, "Its subtype {subtype} is not assigned.", values);
}

/* Up to three counters of three octets each, RFC 9768 section 3.2.3. The kind tells their order; later ones may be left
 * out. */
static void explain_accurate_ecn(const TcpOption *option, Explanation *e)
{
        static const char *const sentences[2][4] = {
                {"Accurate ECN option without counters.",
                 "Accurate ECN option: bytes received with codepoint ECT(0): {a}.",
                 "Accurate ECN option: bytes received with codepoint ECT(0): {a}, CE: {b}.",
                 "Accurate ECN option: bytes received with codepoint ECT(0): {a}, CE: {b}, ECT(1): "
                 "{c}."},
                {"Accurate ECN option without counters.",
                 "Accurate ECN option: bytes received with codepoint ECT(1): {a}.",
                 "Accurate ECN option: bytes received with codepoint ECT(1): {a}, CE: {b}.",
                 "Accurate ECN option: bytes received with codepoint ECT(1): {a}, CE: {b}, ECT(0): "
                 "{c}."},
        };
        guint n = option->length / 3;
        guint32 counters[3] = {0};

        if (option->length % 3 != 0 || n > 3) {
                explain_impossible("Accurate ECN", option, e);
                return;
        }
        for (guint i = 0; i < n; i++)
                counters[i] = read24(option->value + (gsize) 3 * i);
        explanation_add(e, TOPIC_ACCURATE_ECN_OPTION, sentences[option->kind == KIND_ACCURATE_ECN_1][n],
                        VALUES(NUMBER("a", counters[0]), NUMBER("b", counters[1]), NUMBER("c", counters[2])));
}

/* One bit tells the unit, minutes or seconds, and fifteen bits the number of units, RFC 5482 section 3. */
static void explain_user_timeout(const Record *record, const TcpOption *option, Explanation *e)
{
        guint value = option->length == 2 ? read16(option->value) : 0, n = value & 0x7fff;
        const SentenceValue values[] = {
                TEXT("sender", record_source_role(record)), NUMBER("n", n), {.kind = SENTENCE_END}};

        if (option->length != 2)
                explain_impossible("User Timeout", option, e);
        else if (n == 0)
                explanation_add(e, TOPIC_USER_TIMEOUT, "User Timeout 0: this value is reserved, and ignored.", NULL);
        else if (value & 0x8000)
                explanation_add(e, TOPIC_USER_TIMEOUT,
                                sentence_for(n,
                                             "User Timeout: the {sender} gives up after 1 minute without an "
                                             "acknowledgement.",
                                             "User Timeout: the {sender} gives up after {n} minutes without an "
                                             "acknowledgement."),
                                values);
        else
                explanation_add(e, TOPIC_USER_TIMEOUT,
                                sentence_for(n,
                                             "User Timeout: the {sender} gives up after 1 second without an "
                                             "acknowledgement.",
                                             "User Timeout: the {sender} gives up after {n} seconds without an "
                                             "acknowledgement."),
                                values);
}

static void explain_authentication(const TcpOption *option, Explanation *e)
{
        if (option->length < 2)
                explain_impossible("TCP-AO", option, e);
        else
                explanation_add(e, TOPIC_AUTHENTICATION,
                                "TCP-AO: the segment is authenticated with the key that both sides know as number "
                                "{number}.",
                                VALUES(NUMBER("number", option->value[0])));
}

static void explain_experiment(const Record *record, const TcpOption *option, Explanation *e)
{
        int cookie = cookie_length(option);

        if (cookie >= 0 && !is_cookie_length((guint) cookie))
                explain_impossible_cookie(option, e);
        else if (cookie >= 0)
                explain_fast_open(record, (guint) cookie, e);
        else if (option->length >= 2)
                explanation_add(e, TOPIC_EXPERIMENTAL_OPTION,
                                "An experimental option (kind {kind}), ExID {experiment}.",
                                VALUES(NUMBER("kind", option->kind), HEXADECIMAL("experiment", read16(option->value))));
        else
                explanation_add(e, TOPIC_EXPERIMENTAL_OPTION, "An experimental option (kind {kind}) without ExID.",
                                VALUES(NUMBER("kind", option->kind)));
}

/* Whether an option that TcpHeader has, too, is of the right length; then explain-options.c explains it. */
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

static void explain_option(const Record *record, const TcpOption *option, Explanation *e)
{
        switch (option->kind) {
        case KIND_MSS:
        case KIND_WINDOW_SCALE:
        case KIND_SACK_PERMITTED:
        case KIND_SACK:
        case KIND_TIMESTAMPS:
                if (!is_possible(option))
                        explain_impossible(option_name(option->kind), option, e);
                break;
        case KIND_MD5:
                if (option->length != 16)
                        explain_impossible("MD5 signature", option, e);
                else
                        explanation_add(e, TOPIC_MD5_SIGNATURE, "The segment carries an MD5 signature.", NULL);
                break;
        case KIND_USER_TIMEOUT:
                explain_user_timeout(record, option, e);
                break;
        case KIND_AUTHENTICATION:
                explain_authentication(option, e);
                break;
        case KIND_MULTIPATH:
                explain_multipath(record, option, e);
                break;
        case KIND_FAST_OPEN:
                if (!is_cookie_length(option->length))
                        explain_impossible_cookie(option, e);
                else
                        explain_fast_open(record, option->length, e);
                break;
        case KIND_ACCURATE_ECN_0:
        case KIND_ACCURATE_ECN_1:
                explain_accurate_ecn(option, e);
                break;
        case KIND_EXPERIMENT_1:
        case KIND_EXPERIMENT_2:
                explain_experiment(record, option, e);
                break;
        default:
                explanation_add(e, TOPIC_UNKNOWN_OPTION,
                                "It has an option of kind {kind}, which is not explained here.",
                                VALUES(NUMBER("kind", option->kind)));
                break;
        }
}

void explain_option_kinds(const Record *record, Explanation *e)
{
        guint32 position = 0;
        TcpOption option;

        while (packet_next_tcp_option(record->packet, &position, &option))
                explain_option(record, &option, e);
}
