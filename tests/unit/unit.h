/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What every unit test includes: cmocka with the headers it asks for, and comparisons of doubles.
 */
#ifndef MIEN_TESTS_UNIT_H
#define MIEN_TESTS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

/* Equal within tolerance relative to want; NaN equals NaN, infinities equal themselves. */
#define assert_close(got, want, tolerance)                                                                   \
    do {                                                                                                     \
        double got_ = (got), want_ = (want);                                                                 \
        if (!((isnan(got_) && isnan(want_)) || got_ == want_ ||                                              \
              fabs(got_ - want_) <= (tolerance)*fabs(want_)))                                                \
            fail_msg("%s is %.17g, want %.17g within %g relative", #got, got_, want_, (double)(tolerance));  \
    } while (0)

#endif
