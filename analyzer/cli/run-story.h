/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For commands that make something of a whole capture out of a Story: the report and the quiz. */
#pragma once

#include "analyzer/cli/run.h"

G_BEGIN_DECLS

/* For run_fold() and run_fold_live(): adds all that is found to a Story (reports/story.h), which is the data. */
extern const RunFuncs run_story_funcs;

G_END_DECLS
