/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/conv3d.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

size_t mien_extent_places(struct mien_extent extent)
{
    return (size_t)extent.times * extent.rows * extent.columns;
}

size_t mien_conv3d_weights(const struct mien_conv3d *shape)
{
    return mien_extent_places(shape->kernel) * shape->depth * shape->filters;
}

size_t mien_margin_size(const struct mien_margin *margin)
{
    return mien_extent_places(margin->whole) * margin->channels;
}

static size_t margin_place(const struct mien_margin *margin, size_t time, size_t row, size_t column)
{
    return ((time * margin->whole.rows + row) * margin->whole.columns + column) * margin->channels;
}

size_t mien_margin_row(const struct mien_margin *margin, unsigned time, unsigned row)
{
    return margin_place(margin, time + margin->before.times, row + margin->before.rows,
                        margin->before.columns);
}

/* One axis: how many targets fit; 0 for none. */
static unsigned fitting(unsigned input, unsigned padding, unsigned kernel, unsigned stride)
{
    return input + 2 * padding < kernel ? 0 : (input + 2 * padding - kernel) / stride + 1;
}

/* One axis of the margin around the source: all that the targets see, and all of the picture. */
static void source_axis(unsigned input, unsigned padding, unsigned kernel, unsigned stride, unsigned output,
                        unsigned *whole, unsigned *before)
{
    unsigned seen = (output - 1) * stride + kernel;
    *before = padding;
    *whole = seen > input + padding ? seen : input + padding;
}

/* One axis of the margin around the gradient. The place i of the picture below is seen by the targets
 * (i + padding - k) / stride; before the first target come at most (kernel - 1 - padding) / stride of them.
 */
static void gradient_axis(unsigned input, unsigned padding, unsigned kernel, unsigned stride, unsigned output,
                          unsigned *whole, unsigned *before)
{
    *before = kernel > padding + 1 ? (kernel - 1 - padding + stride - 1) / stride : 0;
    unsigned last = (input - 1 + padding) / stride + 1;
    *whole = *before + (last > output ? last : output);
}

static void plan_margins(struct mien_conv3d_plan *plan)
{
    const struct mien_conv3d *s = &plan->shape;
    struct mien_margin *a = &plan->source, *b = &plan->gradient;
    a->channels = s->depth;
    b->channels = s->filters;
#define AXIS(axis)                                                                                           \
    source_axis(s->input.axis, s->padding.axis, s->kernel.axis, s->stride.axis, s->output.axis,              \
                &a->whole.axis, &a->before.axis);                                                            \
    gradient_axis(s->input.axis, s->padding.axis, s->kernel.axis, s->stride.axis, s->output.axis,            \
                  &b->whole.axis, &b->before.axis)
    AXIS(times);
    AXIS(rows);
    AXIS(columns);
#undef AXIS
}

static void add_run(struct mien_conv3d_pass *pass, size_t source, unsigned channels)
{
    pass->run[pass->runs] = (struct mien_run){source, pass->runs * pass->length * channels};
    pass->runs++;
}

static int plan_forward(struct mien_conv3d_plan *plan)
{
    const struct mien_conv3d *s = &plan->shape;
    struct mien_conv3d_pass *pass = &plan->forward;
    pass->step = (struct mien_extent){1, 1, 1};
    pass->count = s->output;
    pass->source_step = s->stride;
    pass->length = (size_t)s->kernel.columns * s->depth;
    pass->run = mien_array_new((size_t)s->kernel.times * s->kernel.rows, sizeof *pass->run);
    if (!pass->run)
        return -1;
    for (unsigned t = 0; t < s->kernel.times; t++)
        for (unsigned r = 0; r < s->kernel.rows; r++)
            add_run(pass, margin_place(&plan->source, t, r, 0), s->filters);
    return 0;
}

/* One axis of one class: which parts of the kernel see its places, last first, so that the targets rise. */
struct seen {
    unsigned count;  /* Parts of the kernel. */
    unsigned part;   /* The last of them; the others lie each a stride before. */
    unsigned target; /* Of the first place, in the gradient with its margin. */
};

static struct seen seen_axis(unsigned first, unsigned padding, unsigned kernel, unsigned stride,
                             unsigned before)
{
    struct seen seen = {0};
    for (unsigned k = (first + padding) % stride; k < kernel; k += stride) {
        seen.count++;
        seen.part = k;
    }
    /* The difference is a multiple of the stride; the margin keeps the sum from falling below zero. */
    if (seen.count)
        seen.target = (before * stride + first + padding - seen.part) / stride;
    return seen;
}

/* The weights that one run needs, in the order of the run: targets rise, parts of the kernel fall. */
static uint32_t *turn_run(const struct mien_conv3d *s, unsigned time, unsigned row, struct seen columns,
                          uint32_t *turned)
{
    for (unsigned i = 0; i < columns.count; i++) {
        size_t part = ((size_t)time * s->kernel.rows + row) * s->kernel.columns + columns.part -
                      (size_t)i * s->stride.columns;
        for (unsigned f = 0; f < s->filters; f++)
            for (unsigned d = 0; d < s->depth; d++)
                *turned++ = (uint32_t)((part * s->depth + d) * s->filters + f);
    }
    return turned;
}

static unsigned class_count(unsigned input, unsigned first, unsigned stride)
{
    return first < input ? (input - 1 - first) / stride + 1 : 0;
}

static int plan_class(struct mien_conv3d_plan *plan, struct mien_extent first, uint32_t **turned)
{
    const struct mien_conv3d *s = &plan->shape;
    const struct mien_margin *margin = &plan->gradient;
    struct mien_conv3d_pass *pass = &plan->backward[plan->classes++];
    struct seen t =
        seen_axis(first.times, s->padding.times, s->kernel.times, s->stride.times, margin->before.times);
    struct seen r =
        seen_axis(first.rows, s->padding.rows, s->kernel.rows, s->stride.rows, margin->before.rows);
    struct seen c = seen_axis(first.columns, s->padding.columns, s->kernel.columns, s->stride.columns,
                              margin->before.columns);
    pass->first = first;
    pass->step = s->stride;
    pass->count = (struct mien_extent){class_count(s->input.times, first.times, s->stride.times),
                                       class_count(s->input.rows, first.rows, s->stride.rows),
                                       class_count(s->input.columns, first.columns, s->stride.columns)};
    pass->source_step = (struct mien_extent){1, 1, 1};
    pass->length = (size_t)c.count * s->filters;
    pass->weights = (size_t)(*turned - plan->turned);
    pass->run = mien_array_new((size_t)t.count * r.count, sizeof *pass->run);
    if (!pass->run)
        return -1;
    for (unsigned i = 0; i < t.count; i++)
        for (unsigned j = 0; j < r.count; j++) {
            add_run(pass, margin_place(margin, t.target + i, r.target + j, c.target), s->depth);
            *turned = turn_run(s, t.part - i * s->stride.times, r.part - j * s->stride.rows, c, *turned);
        }
    return 0;
}

static int plan_backward(struct mien_conv3d_plan *plan)
{
    struct mien_extent stride = plan->shape.stride, first;
    plan->backward = mien_array_new(mien_extent_places(stride), sizeof *plan->backward);
    plan->turned = mien_array_new(mien_conv3d_weights(&plan->shape), sizeof *plan->turned);
    if (!plan->backward || !plan->turned)
        return -1;
    uint32_t *turned = plan->turned;
    for (first.times = 0; first.times < stride.times; first.times++)
        for (first.rows = 0; first.rows < stride.rows; first.rows++)
            for (first.columns = 0; first.columns < stride.columns; first.columns++)
                if (plan_class(plan, first, &turned) != 0)
                    return -1;
    return 0;
}

enum mien_status mien_conv3d_plan(const struct mien_conv3d *shape, bool data_gradient,
                                  struct mien_conv3d_plan *plan, struct mien_error *error)
{
    struct mien_conv3d_plan made = {.shape = *shape};
    struct mien_conv3d *s = &made.shape;
    s->output.times = fitting(s->input.times, s->padding.times, s->kernel.times, s->stride.times);
    s->output.rows = fitting(s->input.rows, s->padding.rows, s->kernel.rows, s->stride.rows);
    s->output.columns = fitting(s->input.columns, s->padding.columns, s->kernel.columns, s->stride.columns);
    if (mien_extent_places(s->output) == 0)
        return mien_fail(error, MIEN_ERR_DATA, "clips of %u frames of %u x %u are too small for the network",
                         s->input.times, s->input.columns, s->input.rows);
    plan_margins(&made);
    if (plan_forward(&made) != 0 || mien_conv3d_plan_bands(&made) != 0 ||
        (data_gradient && plan_backward(&made) != 0)) {
        mien_conv3d_forget(&made);
        return mien_fail(error, MIEN_ERR_MEMORY, "out of memory");
    }
    *plan = made;
    return MIEN_OK;
}

void mien_conv3d_forget(struct mien_conv3d_plan *plan)
{
    for (size_t i = 0; i < plan->bands; i++)
        free(plan->band[i].run);
    free(plan->band);
    free(plan->forward.run);
    for (size_t i = 0; i < plan->classes; i++)
        free(plan->backward[i].run);
    free(plan->backward);
    free(plan->turned);
    *plan = (struct mien_conv3d_plan){0};
}
