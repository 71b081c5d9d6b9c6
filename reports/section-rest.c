#include "reports/sections.h"
void section_diagrams(Document *document, const Story *story) {}
