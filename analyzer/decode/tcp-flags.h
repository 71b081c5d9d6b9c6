/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The flags of a TCP header: RFC 9293 section 3.1, and AE of RFC 9768. A new flag is a bit here and a row in
 * tcp-flags.c. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

enum {
        TCP_FIN = 0x001,
        TCP_SYN = 0x002,
        TCP_RST = 0x004,
        TCP_PSH = 0x008,
        TCP_ACK = 0x010,
        TCP_URG = 0x020,
        TCP_ECE = 0x040,
        TCP_CWR = 0x080,
        TCP_AE = 0x100,

        TCP_FLAG_COUNT = 9,
        TCP_FLAGS_ALL = 0x1ff,
};

typedef struct {
        guint16 bit;
        const char *name; /* "SYN" */
        char letter;      /* in "flags" of a JSON record; 0: it does not appear there */
} TcpFlag;

/* In the order in which flags are shown: those that say most about the purpose of a segment come first. */
extern const TcpFlag tcp_flags[TCP_FLAG_COUNT];

/* Appends the names of flags: "SYN, ACK". Appends nothing if none is set. */
void tcp_flags_append(GString *text, guint flags);

G_END_DECLS
