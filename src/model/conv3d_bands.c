/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What forward adds to the plan of a convolution: which rows of the kernel each row of the target sees, and
 * planes.
 */
#include "model/conv3d.h"

#include "base/memory.h"

struct mien_conv3d_seen mien_conv3d_seen(unsigned target, unsigned stride, unsigned kernel, unsigned before,
                                         unsigned input)
{
    unsigned place = target * stride, end = before + input - place;
    return (struct mien_conv3d_seen){place < before ? before - place : 0, end < kernel ? end : kernel};
}

size_t mien_source_row(const struct mien_conv3d_plan *plan)
{
    return plan->planes.count ? plan->planes.count * plan->planes.width
                              : (size_t)plan->source.whole.columns * plan->source.channels;
}

static size_t planes_place(const struct mien_conv3d_plan *plan, size_t time, size_t row, size_t number)
{
    const struct mien_planes *planes = &plan->planes;
    size_t rows = time * plan->source.whole.rows + row;
    return (rows * planes->count + number % planes->count) * planes->width + number / planes->count;
}

size_t mien_planes_size(const struct mien_conv3d_plan *plan)
{
    return (size_t)plan->source.whole.times * plan->source.whole.rows * plan->planes.count *
           plan->planes.width;
}

size_t mien_planes_row(const struct mien_conv3d_plan *plan, unsigned time, unsigned row, unsigned channel,
                       unsigned part)
{
    struct mien_extent before = plan->source.before;
    size_t number = (size_t)(before.columns + part) * plan->shape.depth + channel;
    return planes_place(plan, time + before.times, row + before.rows, number);
}

/* Planes are worth their while when the channels of neither side fill a register; a stride of two columns is
 * the one that mien_planes_row knows. */
static void plan_planes(struct mien_conv3d_plan *plan)
{
    const struct mien_conv3d *s = &plan->shape;
    const size_t beside = MIEN_CONV3D_BESIDE;
    if (s->depth >= MIEN_CONV3D_LANES || s->filters >= beside || s->stride.columns != 2)
        return;
    size_t count = (size_t)s->stride.columns * s->depth;
    size_t whole = ((size_t)plan->source.whole.columns * s->depth + count - 1) / count;
    size_t read = (s->output.columns + beside - 1) / beside * beside + (plan->forward.length - 1) / count;
    plan->planes = (struct mien_planes){count, read > whole ? read : whole};
}

static struct mien_conv3d_seen seen_rows(const struct mien_conv3d_plan *plan, unsigned row)
{
    const struct mien_conv3d *s = &plan->shape;
    return mien_conv3d_seen(row, s->stride.rows, s->kernel.rows, plan->source.before.rows, s->input.rows);
}

/* Each number of a run is one by itself in planes. */
static size_t run_source(const struct mien_conv3d_plan *plan, unsigned time, unsigned row, size_t number)
{
    return plan->planes.count ? planes_place(plan, time, row, number)
                              : (time * (size_t)plan->source.whole.rows + row) * mien_source_row(plan);
}

static int plan_band(struct mien_conv3d_plan *plan, unsigned first, unsigned count)
{
    const struct mien_conv3d *s = &plan->shape;
    const size_t length = plan->forward.length, step = plan->band_length;
    struct mien_conv3d_seen seen = seen_rows(plan, first);
    struct mien_conv3d_band *band = &plan->band[plan->bands++];
    *band = (struct mien_conv3d_band){first, count, (seen.end - seen.begin) * (length / step), NULL};
    band->run = mien_array_new(s->kernel.times * band->runs, sizeof *band->run);
    if (!band->run)
        return -1;
    struct mien_run *run = band->run;
    for (unsigned t = 0; t < s->kernel.times; t++)
        for (unsigned r = seen.begin; r < seen.end; r++)
            for (size_t i = 0; i < length; i += step) {
                size_t weight = ((size_t)t * s->kernel.rows + r) * length + i;
                *run++ = (struct mien_run){run_source(plan, t, r, i), weight * s->filters};
            }
    return 0;
}

int mien_conv3d_plan_bands(struct mien_conv3d_plan *plan)
{
    const unsigned rows = plan->shape.output.rows;
    plan_planes(plan);
    plan->band_length = plan->planes.count ? 1 : plan->forward.length;
    plan->band = mien_array_new(rows, sizeof *plan->band);
    if (!plan->band)
        return -1;
    for (unsigned row = 0, next; row < rows; row = next) {
        struct mien_conv3d_seen seen = seen_rows(plan, row), other = seen;
        for (next = row + 1; next < rows; next++) {
            other = seen_rows(plan, next);
            if (other.begin != seen.begin || other.end != seen.end)
                break;
        }
        if (plan_band(plan, row, next - row) != 0)
            return -1;
    }
    return 0;
}
