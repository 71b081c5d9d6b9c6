/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reports/characters.h"

const char *character_get_name(gunichar character)
{
        static const char *const c0[] = {"NUL", "SOH", "STX", "ETX", "EOT", "ENQ", "ACK", "BEL", "BS",  "TAB", "LF",
                                         "VT",  "FF",  "CR",  "SO",  "SI",  "DLE", "DC1", "DC2", "DC3", "DC4", "NAK",
                                         "SYN", "ETB", "CAN", "EM",  "SUB", "ESC", "FS",  "GS",  "RS",  "US"};
        static const struct {
                gunichar character;
                const char *name;
        } others[] = {
                {0x7f, "DEL"},   {0x85, "NEL"},   {0xad, "SHY"},   {0x61c, "ALM"}, {0x180e, "MVS"}, {0x200b, "ZWSP"},
                {0x200e, "LRM"}, {0x200f, "RLM"}, {0x2028, "LS"},  {0x2029, "PS"}, {0x202a, "LRE"}, {0x202b, "RLE"},
                {0x202c, "PDF"}, {0x202d, "LRO"}, {0x202e, "RLO"}, {0x2060, "WJ"}, {0x2066, "LRI"}, {0x2067, "RLI"},
                {0x2068, "FSI"}, {0x2069, "PDI"}, {0xfeff, "BOM"},
        };

        if (character < G_N_ELEMENTS(c0))
                return c0[character];
        for (guint i = 0; i < G_N_ELEMENTS(others); i++)
                if (others[i].character == character)
                        return others[i].name;
        return NULL;
}
