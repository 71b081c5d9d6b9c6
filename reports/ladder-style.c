/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The CSS rules for the classes of diagrams, with the colours of the page or of a picture. */
#include "reports/ladder-drawing.h"

typedef enum {
        COLOUR_PAPER,
        COLOUR_INK,
        COLOUR_MUTED,
        COLOUR_RULE2,
        COLOUR_SETUP,
        COLOUR_CONTROL,
        COLOUR_TRANSFER,
        COLOUR_RECOVERY,
        COLOUR_TEARDOWN,
        COLOUR_SETUP_BAND,
        COLOUR_CONTROL_BAND,
        COLOUR_TRANSFER_BAND,
        COLOUR_RECOVERY_BAND,
        COLOUR_TEARDOWN_BAND,
} Colour;

/* By LadderStyle. Each text colour has a contrast of at least 4.5 (WCAG 2) to each ground that it is used on. */
static const char *const colours[][3] = {
        [COLOUR_PAPER] = {"var(--paper)", "#fdfdfb", "#15171a"},
        [COLOUR_INK] = {"var(--ink)", "#1c2024", "#e9e8e4"},
        [COLOUR_MUTED] = {"var(--muted)", "#5b6066", "#a2a7ad"},
        [COLOUR_RULE2] = {"var(--rule2)", "#b9bab3", "#565b62"},
        [COLOUR_SETUP] = {"var(--setup)", "#2f4fc4", "#789aff"},
        [COLOUR_CONTROL] = {"var(--control)", "#666a72", "#92979d"},
        [COLOUR_TRANSFER] = {"var(--transfer)", "#00573d", "#97dab2"},
        [COLOUR_RECOVERY] = {"var(--recovery)", "#a65000", "#ff9130"},
        [COLOUR_TEARDOWN] = {"var(--teardown)", "#661a5d", "#f4a3d4"},
        [COLOUR_SETUP_BAND] = {"var(--setup-band)", "#f6f7fb", "#191e2a"},
        [COLOUR_CONTROL_BAND] = {"var(--control-band)", "#f6f7f7", "#1d1f22"},
        [COLOUR_TRANSFER_BAND] = {"var(--transfer-band)", "#f2f8f4", "#18201e"},
        [COLOUR_RECOVERY_BAND] = {"var(--recovery-band)", "#fcf6ef", "#241d14"},
        [COLOUR_TEARDOWN_BAND] = {"var(--teardown-band)", "#fbf4f8", "#241c23"},
};

/* The classes of each phase: for shapes and texts in its colour, for its tint, and for texts on that tint. */
static void append_phases(GString *css, LadderStyle style)
{
        static const struct {
                const char *name;
                Colour colour, band;
        } phases[] = {
                {"setup", COLOUR_SETUP, COLOUR_SETUP_BAND},
                {"control", COLOUR_CONTROL, COLOUR_CONTROL_BAND},
                {"transfer", COLOUR_TRANSFER, COLOUR_TRANSFER_BAND},
                {"recovery", COLOUR_RECOVERY, COLOUR_RECOVERY_BAND},
                {"teardown", COLOUR_TEARDOWN, COLOUR_TEARDOWN_BAND},
        };

        for (guint i = 0; i < G_N_ELEMENTS(phases); i++) {
                const char *colour = colours[phases[i].colour][style], *band = colours[phases[i].band][style];

                const char *name = phases[i].name;

                g_string_append_printf(css, ".ladder .l-%s{stroke:%s}\n", name, colour);
                g_string_append_printf(css, ".ladder .l-%s.l-solid,.ladder .l-bar.l-%s,.ladder text.l-%s{fill:%s}\n",
                                       name, name, name, colour);
                g_string_append_printf(css, ".ladder .l-band.l-%s{fill:%s;stroke:none}\n", name, band);
                g_string_append_printf(css, ".ladder .l-on-%s{stroke:%s}\n", name, band);
        }
}

static void append_texts(GString *css)
{
        for (guint i = 0; i < N_TEXT_KINDS; i++) {
                TextKind kind = (TextKind) i;
                char size[G_ASCII_DTOSTR_BUF_SIZE];

                g_string_append_printf(css, ".ladder .l-%s{font-size:%spx%s%s}\n", text_kind_class(kind),
                                       g_ascii_formatd(size, sizeof size, "%g", text_kind_size(kind)),
                                       text_kind_font(kind) == LADDER_FONT_BOLD ? ";font-weight:650" : "",
                                       text_kind_font(kind) == LADDER_FONT_MONO ? ";font-family:" : "");
                if (text_kind_font(kind) == LADDER_FONT_MONO) {
                        g_string_truncate(css, css->len - 2);
                        g_string_append(css, "ui-monospace,\"SF Mono\",\"Cascadia Mono\",Consolas,\"Liberation Mono\","
                                             "\"DejaVu Sans Mono\",monospace}\n");
                }
        }
}

void ladder_append_css(GString *css, LadderStyle style)
{
        g_string_append_printf(css,
                               ".ladder text{font-family:system-ui,-apple-system,\"Segoe UI\",Roboto,\"Noto Sans\","
                               "\"Liberation Sans\",Arial,sans-serif;font-variant-numeric:tabular-nums;fill:%s;"
                               "stroke:%s;stroke-width:5px;stroke-linejoin:round;paint-order:stroke;white-space:pre}\n",
                               colours[COLOUR_INK][style], colours[COLOUR_PAPER][style]);
        append_texts(css);
        g_string_append(css, ".ladder .l-m{text-anchor:middle}\n.ladder .l-e{text-anchor:end}\n");
        g_string_append_printf(css,
                               ".ladder .l-address,.ladder .l-seconds,.ladder .l-inferred,.ladder "
                               ".l-terms,.ladder .l-note{fill:%s}\n"
                               ".ladder .l-paper{fill:%s}\n"
                               ".ladder .l-idle,.ladder .l-life,.ladder .l-open,.ladder "
                               ".l-cut{stroke:%s;stroke-width:1.5px;fill:none}\n"
                               ".ladder .l-idle{stroke:%s}\n"
                               ".ladder .l-open{stroke-width:4px}\n",
                               colours[COLOUR_MUTED][style], colours[COLOUR_PAPER][style], colours[COLOUR_INK][style],
                               colours[COLOUR_RULE2][style]);
        append_phases(css, style);
        g_string_append_printf(css,
                               ".ladder text.l-phase,.ladder text.l-again,.ladder text.l-word{stroke:none}\n"
                               ".ladder .l-arrow,.ladder .l-typed,.ladder .l-resent,.ladder "
                               ".l-missing,.ladder .l-unseen,.ladder .l-head{"
                               "fill:none;stroke-width:1.5px}\n"
                               ".ladder .l-typed{stroke-width:3.5px}\n"
                               ".ladder .l-resent{stroke-width:2px;stroke-dasharray:7 4}\n"
                               ".ladder .l-missing,.ladder .l-unseen{stroke:%s}\n"
                               ".ladder .l-missing{stroke-dasharray:2 4}\n"
                               ".ladder .l-cross{stroke-width:2.5px;fill:none}\n"
                               ".ladder .l-solid{stroke:none}\n"
                               ".ladder .l-bar{stroke:none}\n",
                               colours[COLOUR_MUTED][style]);
}
