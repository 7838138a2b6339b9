/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * P-values adjusted for many tests, as R's p.adjust: missing values stay missing and do not count as tests.
 */
#ifndef MIEN_STATS_ADJUST_H
#define MIEN_STATS_ADJUST_H

#include "stats/stats.h"

enum mien_adjustment {
    MIEN_ADJUST_HOLM,       /* Holm 1979: chance of any false finding. */
    MIEN_ADJUST_BH,         /* Benjamini and Hochberg 1995: expected share of false findings. */
    MIEN_ADJUST_BONFERRONI, /* Chance of any false finding, never better than Holm. */
    MIEN_ADJUST_NONE
};

/* adjusted may be p itself. */
enum mien_status mien_adjust(const double *p, size_t count, enum mien_adjustment method, double *adjusted);

#endif
