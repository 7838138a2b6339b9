/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What people do while they sit still: they sway a little, and they blink.
 */
#include "base/random.h"
#include "sim/performance.h"

#include <math.h>

void mien_sim_sway(uint64_t seed, double time, double motion, struct mien_sim_movement *movement)
{
    enum { WAYS = 5 };
    struct mien_random random;
    double sway[WAYS];
    mien_random_seed(&random, seed);
    for (int i = 0; i < WAYS; i++) {
        double slow = 0.15 + 0.15 * mien_random_uniform(&random);
        double fast = 0.4 + 0.3 * mien_random_uniform(&random);
        double first = 2 * M_PI * mien_random_uniform(&random);
        double second = 2 * M_PI * mien_random_uniform(&random);
        sway[i] = motion * (sin(2 * M_PI * slow * time + first) + 0.4 * sin(2 * M_PI * fast * time + second));
    }
    movement->shift_x += 2 * sway[0];
    movement->shift_y += 1.5 * sway[1];
    movement->roll += 1.6 * sway[2];
    movement->yaw += 1.2 * sway[3];
    movement->pitch += 1.0 * sway[4];
}

/* ---- Blinks ---- */

static const double closing = 0.08, closed = 0.04, opening = 0.16; /* Seconds. */

static double ease(double part)
{
    part = fmin(fmax(part, 0), 1);
    return part * part * (3 - 2 * part);
}

static double blink_level(double since)
{
    if (since < closing)
        return ease(since / closing);
    return 1 - ease((since - closing - closed) / opening);
}

/* Waiting times with an exponential part, as spontaneous blinks have; never shorter than 1.2 s. */
static double next_blink(struct mien_random *random, double after)
{
    return after + 1.2 - 2.8 * log(1 - mien_random_uniform(random));
}

void mien_sim_blinks(uint64_t seed, double quiet, double fps, size_t frames, double *level)
{
    struct mien_random random;
    double end = (double)frames / fps, length = closing + closed + opening;
    mien_random_seed(&random, seed ^ 0xB11);
    /* The first comes as if blinks had been going on before the recording began. */
    double start = quiet + 4 * mien_random_uniform(&random);
    for (size_t frame = 0; frame < frames; frame++) {
        double time = (double)frame / fps;
        while (time > start + length)
            start = next_blink(&random, start + length);
        bool fits = start + length + 0.1 <= end;
        level[frame] = fits && time >= start ? blink_level(time - start) : 0;
    }
}
