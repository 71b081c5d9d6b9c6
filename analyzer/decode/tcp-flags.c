/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/decode/tcp-flags.h"

/* Scripts read the letters in JSON, so they must not change. AE came later and has none. */
const TcpFlag tcp_flags[TCP_FLAG_COUNT] = {
        {TCP_SYN, "SYN", 'S'}, {TCP_FIN, "FIN", 'F'}, {TCP_RST, "RST", 'R'},
        {TCP_PSH, "PSH", 'P'}, {TCP_ACK, "ACK", 'A'}, {TCP_URG, "URG", 'U'},
        {TCP_ECE, "ECE", 'E'}, {TCP_CWR, "CWR", 'C'}, {TCP_AE, "AE", 0},
};

void tcp_flags_append(GString *text, guint flags)
{
        const char *separator = "";

        for (guint i = 0; i < TCP_FLAG_COUNT; i++) {
                if ((flags & tcp_flags[i].bit) == 0)
                        continue;
                g_string_append(text, separator);
                g_string_append(text, tcp_flags[i].name);
                separator = ", ";
        }
}
