/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds frames that captures of different students share. */
#pragma once

#include "analyzer/rubric/class.h"

G_BEGIN_DECLS

/* Fills ClassCapture.copies of all captures. Apart from sorting, the time it takes is proportional to the number of all
 * fingerprints, no matter how many captures share them. */
void copies_find(ClassResults *results);

G_END_DECLS
