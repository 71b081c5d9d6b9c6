/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The key of the arrows. */
#include "reports/ladder-picture.h"

#include "reports/ladder-arrows.h"

/* px */
#define ARROW_LENGTH 42
#define TEXT_X 54
#define ROW_HEIGHT 24
#define KEY_SPACE 28

static double entry_width(ArrowForm form)
{
        return TEXT_X + text_kind_width(TEXT_KIND_NOTE, arrow_form_to_string(form)) + KEY_SPACE;
}

double ladder_key_draw(Drawing *drawing, double width, guint forms)
{
        double x = 0, y = ROW_HEIGHT / 2.0;

        for (guint i = 0; i < N_ARROW_FORMS; i++) {
                ArrowForm form = (ArrowForm) i;

                if ((forms & (1u << i)) == 0)
                        continue;
                if (x > 0 && x + entry_width(form) - KEY_SPACE > width) {
                        x = 0;
                        y += ROW_HEIGHT;
                }
                arrow_draw(drawing, form, PHASE_CONTROL, x, x + ARROW_LENGTH, y, NULL, 0, TRUE);
                drawing_text(drawing, TEXT_KIND_NOTE, x + TEXT_X, y + 4, ANCHOR_START, NULL,
                             arrow_form_to_string(form));
                x += entry_width(form);
        }
        return y + ROW_HEIGHT / 2.0;
}

void ladder_key_write(xmlTextWriterPtr xml, const LadderOptions *options)
{
        g_autoptr(Drawing) drawing = drawing_new();
        double width = options->width == LADDER_WIDE ? 880 : 358;
        double height = ladder_key_draw(drawing, width, (1u << N_ARROW_FORMS) - 1);

        drawing_write(drawing, xml, "key", width, height, options);
}
