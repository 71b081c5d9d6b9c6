/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/session/foreign.h"

#include "chat/protocol/ascii.h"

#include <string.h>

/* Whether eight octets are all printable ASCII, which is the usual case. */
static gboolean is_plain(const guint8 *octets)
{
        guint64 word;

        memcpy(&word, octets, sizeof word);
        return ascii_mark_unprintable(word) == 0;
}

/* The length of a sequence that an arrow key or a function key sends (ECMA-48 section 5.4): ESC [ … letter, or ESC O
 * letter. octets begins with ESC. */
static gsize key_sequence_length(const guint8 *octets, const guint8 *stop)
{
        const guint8 *p = octets + 1;

        if (p < stop && (*p == '[' || *p == 'O'))
                p++;
        while (p < stop && *p >= 0x20 && *p < 0x40)
                p++;
        return (gsize) (p < stop && *p >= 0x40 && *p < 0x7f ? p + 1 - octets : p - octets);
}

/* Tab, line endings, and what the backspace and delete keys send. */
static gboolean is_harmless(guint8 octet)
{
        return octet == '\t' || octet == '\n' || octet == '\r' || octet == 0x08 || octet == 0x7f;
}

gboolean foreign_is_text(const guint8 *octets, gsize length, gboolean whole)
{
        const guint8 *stop = octets + length, *p = octets;
        gsize odd = 0;

        while (p < stop) {
                gunichar character;

                if (stop - p >= 8 && is_plain(p)) {
                        p += 8;
                } else if (*p == 0) {
                        return FALSE;
                } else if (*p == 0x1b) {
                        p += key_sequence_length(p, stop);
                } else if (*p < 0x80) {
                        odd += (*p < 0x20 || *p == 0x7f) && !is_harmless(*p);
                        p++;
                } else {
                        character = g_utf8_get_char_validated((const char *) p, stop - p);
                        odd += character >= 0x80000000;
                        p += character >= 0x80000000 ? 1 : g_utf8_skip[*p];
                }
        }
        return odd <= (whole ? 1 : 8) + length / 4;
}

static gboolean begins_with(const guint8 *line, gsize length, const char *beginning)
{
        gsize n = strlen(beginning);

        return length >= n && memcmp(line, beginning, n) == 0;
}

static gboolean begins_with_any(const guint8 *line, gsize length, const char *const *beginnings)
{
        for (; *beginnings; beginnings++)
                if (length > 0 && line[0] == (guint8) * *beginnings && begins_with(line, length, *beginnings))
                        return TRUE;
        return FALSE;
}

/* The length of a line without its line ending. */
static gsize content_length(const guint8 *line, gsize length)
{
        while (length > 0 && (line[length - 1] == '\n' || line[length - 1] == '\r'))
                length--;
        return length;
}

gboolean foreign_is_protocol(const guint8 *line, gsize length, gboolean has_port)
{
        /* Nobody types these into a chat. */
        static const char *const unmistakable[] = {
                "SSH-1.",        "SSH-2.",       "GET /",          "POST /",      "HEAD /",
                "PUT /",         "DELETE /",     "HTTP/1.",        "<?xml",       "<stream:",
                "@RSYNCD:",      "RFB 00",       "RTSP/1.",        "SIP/2.0",     "INVITE sip:",
                "REGISTER sip:", "OPTIONS sip:", "{\"jsonrpc\"",   "M-SEARCH * ", "NOTIFY * ",
                "PRI * HTTP/",   "GET http",     "DESCRIBE rtsp:", "SETUP rtsp:", "( success ( ",
                "8=FIX.",        "MSH|^",        "-----BEGIN ",    NULL,
        };
        /* Somebody might type these: on a chat's own port they are a chat. */
        static const char *const likely[] = {
                "OPTIONS ", "CONNECT ", "EHLO ",           "HELO ",     "+OK",     "-ERR",  "* OK",  "CAP LS",
                "NICK ",    "{\"id\"",  "git-upload-pack", "CONNECT\n", "USER ",   "PASS ", "LHLO ", "MAIL FROM:",
                "RCPT TO:", "PING :",   "PRIVMSG ",        "JOIN #",    "NOTICE ", NULL,
        };

        if (begins_with_any(line, length, unmistakable))
                return TRUE;
        if (has_port)
                return FALSE;
        if (begins_with_any(line, length, likely))
                return TRUE;
        /* A three-digit reply code as in SMTP and FTP: "220 host ready". */
        return length > 8 && g_ascii_isdigit(line[0]) && g_ascii_isdigit(line[1]) && g_ascii_isdigit(line[2]) &&
               (line[3] == '-' || line[3] == ' ') && line[0] >= '1' && line[0] <= '5';
}

/* Whether the line begins with a shape: # is a digit, @ a letter, + after a character means once or more. */
static gboolean matches(const guint8 *line, gsize length, const char *shape)
{
        gsize at = 0;

        for (; *shape; shape++) {
                gboolean several = shape[1] == '+';
                gsize n = 0;

                while (at < length && (*shape == '#' ? g_ascii_isdigit(line[at]) :
                                       *shape == '@' ? g_ascii_isalpha(line[at]) :
                                                       line[at] == (guint8) *shape)) {
                        at++;
                        n++;
                        if (!several)
                                break;
                }
                if (n == 0)
                        return FALSE;
                shape += several;
        }
        return TRUE;
}

static gboolean matches_any(const guint8 *line, gsize length, const char *const *shapes)
{
        for (; *shapes; shapes++)
                if (matches(line, length, *shapes))
                        return TRUE;
        return FALSE;
}

/* An object, or a list that holds more than words. */
static gboolean is_json(const guint8 *line, gsize length)
{
        if (length < 2)
                return FALSE;
        if (line[0] == '{')
                return line[length - 1] == '}' && (length == 2 || memchr(line, '"', length));
        return line[0] == '[' && line[length - 1] == ']' && (memchr(line, '"', length) || memchr(line, '{', length));
}

static gboolean is_number(const guint8 *word, gsize length)
{
        gsize digits = 0;

        for (gsize i = 0; i < length; i++) {
                if (g_ascii_isdigit(word[i]))
                        digits++;
                else if (word[i] != '.' && !(i == 0 && (word[i] == '-' || word[i] == '+')) &&
                         g_ascii_tolower(word[i]) != 'e')
                        return FALSE;
        }
        return digits > 0;
}

/* Returns the length of the first word, and moves line and length past it and the blank after it. */
static gsize next_word(const guint8 **line, gsize *length)
{
        const guint8 *end = memchr(*line, ' ', *length);
        gsize word = end ? (gsize) (end - *line) : *length;

        *line += MIN(word + 1, *length);
        *length -= MIN(word + 1, *length);
        return word;
}

/* "path.of.it 1.5 1700000000" (Graphite), "name:1|c" (StatsD), "name,tag=x field=1 1700000000" (InfluxDB). */
static gboolean is_metric(const guint8 *line, gsize length)
{
        const guint8 *name = line, *value, *time, *colon, *bar;
        gsize name_length, value_length, time_length;

        colon = memchr(line, ':', length);
        bar = memchr(line, '|', length);
        if (colon && bar && colon < bar && !memchr(line, ' ', length) &&
            is_number(colon + 1, (gsize) (bar - colon - 1)))
                return TRUE;
        name_length = next_word(&line, &length);
        value = line;
        value_length = next_word(&line, &length);
        time = line;
        time_length = next_word(&line, &length);
        if (name_length == 0 || value_length == 0 || length > 0 || !g_ascii_isalpha(name[0]))
                return FALSE;
        if (is_number(value, value_length))
                return time_length >= 9 && is_number(time, time_length);
        return memchr(value, '=', value_length) &&
               (memchr(name, ',', name_length) || (time_length >= 9 && is_number(time, time_length)));
}

/* A program that introduces itself: "name 1.2", "OK name 1.2". */
static gboolean is_version(const guint8 *line, gsize length)
{
        gsize name = 0, digits = 0, dots = 0;

        if (begins_with(line, length, "OK ")) {
                line += 3;
                length -= 3;
        }
        while (name < length && (g_ascii_isalnum(line[name]) || line[name] == '-' || line[name] == '_'))
                name++;
        if (name == 0 || name == length || !g_ascii_isalpha(line[0]) || (line[name] != ' ' && line[name] != '/'))
                return FALSE;
        line += name + 1;
        length -= name + 1;
        if (length > 0 && *line == 'v') {
                line++;
                length--;
        }
        for (gsize i = 0; i < length; i++) {
                if (g_ascii_isdigit(line[i]))
                        digits++;
                else if (line[i] == '.')
                        dots++;
                else
                        return FALSE;
        }
        return digits > 1 && dots > 0;
}

/* A git packet begins with its own length in four hexadecimal digits. */
static gboolean is_git_packet(const guint8 *line, gsize length)
{
        guint value = 0;

        for (gsize i = 0; i < 4; i++) {
                if (length < 5 || !g_ascii_isxdigit(line[i]))
                        return FALSE;
                value = value * 16 + (guint) g_ascii_xdigit_value((char) line[i]);
        }
        return value == length;
}

gboolean foreign_is_machine_made(const guint8 *line, gsize length)
{
        static const char *const shapes[] = {
                /* see matches() */
                "<#+>",             /* the priority of syslog, RFC 5424 section 6.2.1 */
                "####-##-##T##:##", /* logs, RFC 3339 */
                "####-##-## ##:##:##",
                "####/##/## ##:##:##",
                "[####-##-##",
                "@@@ ## ##:##:##",
                "@@@  # ##:##:##", /* RFC 3164 section 4.1.2 */
                "@@@ @@@ ## ##:##:##",
                "@@@ @@@  # ##:##:##", /* daytime, and asctime() */
                "## @@@ #### ##:##:##",
                "@@@, ## @@@ ####",
                "@+, @+ ##, ####",
                "## @@@ ## ##:##:##",
                "##### ##-##-## ##:##:##",
                "[##/@@@/####:",
                "time=",
                "ts=",
                "level=",
                "PUTVAL ",
                "PUTNOTIF ",
                "ZBXD",
                "PJLINK ",
                "INFO {",
                "$GP@@@,",
                "$GN@@@,",
                "$GL@@@,",
                "!AIVD@,", /* NMEA 0183 */
                NULL,
        };
        static const char *const banners[] = {
                "# HELP ",
                "# TYPE ",
                "[INFO]",
                "[DEBUG]",
                "[WARN",
                "[ERROR]",
                "[error]",
                "[notice]",
                "login:",
                "Login:",
                "Username:",
                "username:",
                "Password:",
                "password:",
                "User:",
                "Welcome to ",
                "OK Welcome",
                "Connected to ",
                "Escape character is ",
                "Trying ",
                NULL,
        };
        gsize content = content_length(line, length);

        return matches_any(line, content, shapes) || begins_with_any(line, content, banners) ||
               is_json(line, content) || is_metric(line, content) || is_version(line, content) ||
               is_git_packet(line, length) ||
               (content > 2 && line[0] == '<' && line[content - 1] == '>' &&
                (g_ascii_isalpha(line[1]) || line[1] == '!' || line[1] == '/'));
}

gboolean foreign_is_prompt(const guint8 *octets, gsize length)
{
        static const char ends[] = ":>$#?%";
        gsize end = length;

        if (length == 0 || octets[length - 1] == '\n')
                return FALSE;
        while (end > 0 && octets[end - 1] == ' ')
                end--;
        return end > 0 && strchr(ends, octets[end - 1]) != NULL;
}

gboolean foreign_has_service(guint16 port)
{
        /* Above the system ports: those of common services that talk in lines, or in datagrams of text. */
        static const guint16 registered[] = {
                1080, 1194, 1433, 1434, 1521, 1645, 1646, 1701,  1723,  1812,  1813,  1883, 1900,
                2049, 2181, 3260, 3306, 3389, 3478, 3690, 4369,  4500,  4789,  5060,  5061, 5222,
                5269, 5351, 5353, 5355, 5432, 5672, 5683, 5900,  5938,  6000,  6379,  6514, 6665,
                6666, 6667, 6668, 6669, 6697, 9100, 9418, 10050, 10051, 11211, 27017,
        };

        /* System ports, RFC 6335 section 6: nearly all of them are assigned to a service. */
        if (port > 0 && port < 1024)
                return TRUE;
        for (gsize i = 0; i < G_N_ELEMENTS(registered); i++)
                if (registered[i] == port)
                        return TRUE;
        return FALSE;
}
