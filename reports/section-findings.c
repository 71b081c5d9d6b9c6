/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The findings of the summary: what a reader should notice. */
#include "reports/prose.h"
#include "reports/sections.h"

#define MAX_FINDINGS 60

static char *headline(const SummaryFinding *finding)
{
        g_autofree char *words = summary_finding_title(finding);
        g_autoptr(GString) text = g_string_new(words);

        prose_capitalise(text);
        return g_strdup(text->str);
}

static void write_finding(Document *document, const SummaryFinding *finding)
{
        g_autofree char *title = headline(finding);

        document_begin_row(document, ROW_PLAIN);
        document_text_cell(document, title);
        document_text_cell(document, severity_to_string(finding->severity));
        document_begin_cell(document, 1);
        document_wire(document, finding->text, strlen(finding->text), 0);
        document_end_cell(document);
        document_begin_cell(document, 1);
        document_summary_frames(document, &finding->frames);
        document_end_cell(document);
        document_end_row(document);
}

/* The filter for the frames of all findings. */
static void write_filter(Document *document, const GPtrArray *findings)
{
        g_autoptr(GString) filter = g_string_new(NULL);
        FrameSet set = {0};

        for (guint i = 0; i < findings->len; i++)
                frame_set_unite(&set, &((const SummaryFinding *) g_ptr_array_index(findings, i))->frames);
        if (frame_set_append_filter(&set, filter))
                document_filter(document, NULL, filter->str, set.packets);
        frame_set_clear(&set);
}

void section_findings(Document *document, const Story *story)
{
        static const Column columns[] = {
                {"finding", COLUMN_TITLE, NULL},
                {"severity", COLUMN_TEXT, NULL},
                {"what it is", COLUMN_TEXT, NULL},
                {"frames", COLUMN_FRAMES, NULL},
        };
        const GPtrArray *findings = story->summary->findings;

        if (findings->len == 0)
                return;
        document_begin_section(document, "findings", "Findings", "Findings");
        document_begin_table(document, "findings", columns, G_N_ELEMENTS(columns));
        for (guint i = 0; i < MIN(findings->len, MAX_FINDINGS); i++)
                write_finding(document, g_ptr_array_index(findings, i));
        document_end_table(document);
        write_filter(document, findings);
        if (findings->len > MAX_FINDINGS) {
                document_begin_paragraph(document, PARAGRAPH_NOTE);
                document_printf(document, TEXT_PLAIN,
                                findings->len - MAX_FINDINGS == 1 ? "%u more finding; " : "%u more findings; ",
                                findings->len - MAX_FINDINGS);
                document_text(document, TEXT_CODE, "chatsniff summary");
                document_text(document, TEXT_PLAIN, " lists them all.");
                document_end_paragraph(document);
        }
        document_end_section(document);
}
