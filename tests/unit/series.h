/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Room for series over time, and comparison within a distance.
 */
#ifndef MIEN_TESTS_SERIES_H
#define MIEN_TESTS_SERIES_H

#include "unit.h"

static inline void check_near(double got, double want, double distance, const char *file, int line)
{
    if (fabs(got - want) <= distance)
        return;
    print_error("got %.17g, want %.17g\n", got, want);
    _fail(file, line);
}
#define assert_near(got, want, distance) check_near(got, want, distance, __FILE__, __LINE__)

enum { MOST = 8000 };
static double when[MOST], x[MOST], other[MOST];

static inline size_t fill_time(double seconds, double fps)
{
    size_t count = (size_t)(seconds * fps + 0.5) + 1;
    for (size_t i = 0; i < count; i++)
        when[i] = (double)i / fps;
    return count;
}

#endif
