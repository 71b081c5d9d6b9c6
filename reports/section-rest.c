#include "reports/sections.h"
void section_diagrams(Document *document, const Story *story) {}
void section_compare(Document *document, const Story *story) {}
void section_omitted(Document *document, const Story *story) {}
