/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The same frames in the captures of two students. */
#pragma once

#include "analyzer/rubric/class.h"

G_BEGIN_DECLS

/* Fills copies of every capture that has a result. Takes time in proportion to all fingerprints together, whoever
 * shares what with whom. */
void copies_find(ClassResults *results);

G_END_DECLS
