// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/machine.h"

#include <dlib/matrix.h>
#include <dlib/optimization/optimization_solve_qp3_using_smo.h>

#include <algorithm>
#include <limits>

using column = dlib::matrix<double, 0, 1>;

// The bias by which rows between the bounds lie on their margin; where there are none, the middle of what is
// allowed.
static double find_bias(const column &sign, const column &multiplier, const column &gradient,
                        const double highest[2])
{
    double low = -std::numeric_limits<double>::infinity(), high = -low, sum = 0;
    long between = 0;
    for (long i = 0; i < sign.size(); i++) {
        const double bound = highest[sign(i) > 0], value = -sign(i) * gradient(i);
        const bool at_bottom = multiplier(i) <= 0, at_top = multiplier(i) >= bound;
        if (!at_bottom && !at_top) {
            sum += value;
            between++;
        } else if ((sign(i) > 0) == at_bottom) {
            low = std::max(low, value);
        } else {
            high = std::min(high, value);
        }
    }
    return between > 0 ? sum / static_cast<double>(between) : (low + high) / 2;
}

extern "C" enum mien_status mien_machine_solve(const double *kernel, size_t rows, const bool *positive,
                                               const double highest[2], double *multiplier, double *bias,
                                               struct mien_error *error)
{
    try {
        const long n = static_cast<long>(rows);
        column sign(n), found;
        for (long i = 0; i < n; i++)
            sign(i) = positive[i] ? 1 : -1;
        dlib::matrix<double> signed_kernel(n, n);
        for (long i = 0; i < n; i++)
            for (long j = 0; j < n; j++)
                signed_kernel(i, j) = sign(i) * sign(j) * kernel[i * n + j];
        // Gradients are sums of this size, and are not known more closely than their last digits.
        const double size =
            std::max(1.0, std::max(highest[0], highest[1]) * dlib::max(dlib::abs(dlib::diag(signed_kernel))));
        dlib::solve_qp3_using_smo<column> solver;
        solver(signed_kernel, dlib::uniform_matrix<double>(n, 1, -1), sign, 0.0, highest[1], highest[0],
               found, 1e-9 * size);
        for (long i = 0; i < n; i++)
            multiplier[i] = found(i) * sign(i);
        *bias = find_bias(sign, found, solver.get_gradient(), highest);
        return MIEN_OK;
    } catch (const std::bad_alloc &) {
        return mien_fail(error, MIEN_ERR_MEMORY, "out of memory");
    } catch (const std::exception &problem) {
        return mien_fail(error, MIEN_ERR_INTERNAL, "support vector machine: %s", problem.what());
    } catch (...) {
        return mien_fail(error, MIEN_ERR_INTERNAL, "support vector machine: unknown failure");
    }
}
