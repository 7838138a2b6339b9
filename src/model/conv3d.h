/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Convolution over time, rows and columns, done directly: every value of the target is summed in registers
 * over the places that it sees, several pixels and all channels of a vector side by side.
 *
 * Inside a network pictures are (times, rows, columns, channels), channels last, so that what a pixel sees in
 * one row of its source is one run of numbers without a gap. Sources have a margin of zeros, so that no pixel
 * is a special case. The same loops serve forward, where the source is the picture below, and backward, where
 * it is the gradient above: there the pixels fall into classes by their place modulo the stride, and each
 * class is a convolution of its own with a part of the weights, turned round.
 */
#ifndef MIEN_MODEL_CONV3D_H
#define MIEN_MODEL_CONV3D_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    MIEN_CONV3D_LANES = 8,  /* The channels of a target are a multiple. */
    MIEN_CONV3D_BESIDE = 16 /* Pixels of a plane that are read at once, at most. */
};

struct mien_extent {
    unsigned times, rows, columns;
};

/* Cross-correlation with zeros outside, as everywhere in deep learning. Its weights are (kernel times, rows,
 * columns, depth, filters). */
struct mien_conv3d {
    unsigned depth;   /* Channels of the source. */
    unsigned filters; /* Channels of the target. */
    struct mien_extent kernel, stride, padding;
    struct mien_extent input, output; /* Without margins. */
};

/* Numbers of the source that follow each other, as do their weights. */
struct mien_run {
    size_t source;  /* Where it begins, from the source of the first place. */
    size_t weights; /* Where its weights begin. */
};

/* A picture with its margin of zeros. */
struct mien_margin {
    struct mien_extent whole;  /* With the margin. */
    struct mien_extent before; /* How much of it lies before the picture. */
    unsigned channels;
};

/* One class of target places, first + step * i, which are computed from the source in the same way. */
struct mien_conv3d_pass {
    struct mien_extent first, step, count;
    struct mien_extent source_step; /* From the source of one place to that of the next. */
    size_t runs;
    struct mien_run *run; /* (runs); weights from those of the class. */
    size_t length;        /* Numbers in a run. */
    size_t weights;       /* Where the weights of this class begin: (runs, length, target's channels). */
};

/* Rows of the target that see the same rows of the kernel; the others lie in the margin, where they would add
 * zeros only. */
struct mien_conv3d_band {
    unsigned first, count;
    size_t runs;          /* In one time of the kernel. */
    struct mien_run *run; /* (kernel times, runs) */
};

/* The source once more, for few channels: the numbers that one part of the kernel meets from target to target
 * follow each other. Each row is parted into planes: its number i stands in plane i % count at i / count. */
struct mien_planes {
    size_t count; /* Numbers from the source of one target to that of the next; 0: there are no planes. */
    size_t width; /* Of a plane's row. */
};

struct mien_conv3d_plan {
    struct mien_conv3d shape;
    struct mien_margin source;       /* Of the picture below. */
    struct mien_margin gradient;     /* Of the gradient above; only with a gradient of the data. */
    struct mien_conv3d_pass forward; /* weights is 0. */
    struct mien_planes planes;       /* Of the source, where forward is faster with them. */
    struct mien_conv3d_band *band;   /* Forward, without what lies in the margin; with planes, of these. */
    size_t bands, band_length;       /* How many; numbers in one of their runs. */
    struct mien_conv3d_pass *backward;
    size_t classes;
    uint32_t *turned; /* Which weight of the forward order stands at each place of the backward order. */
};

/* The extent of the output is computed, the rest given. MIEN_ERR_DATA when nothing would be left. */
enum mien_status mien_conv3d_plan(const struct mien_conv3d *shape, bool data_gradient,
                                  struct mien_conv3d_plan *plan, struct mien_error *error);
/* The part of it that is forward's own, planes and bands, once the rest is planned; -1 when memory runs out.
 */
int mien_conv3d_plan_bands(struct mien_conv3d_plan *plan);
/* A zeroed one is allowed. */
void mien_conv3d_forget(struct mien_conv3d_plan *plan);

/* The parts begin .. end-1 of a kernel, along one axis, through which a target sees the picture; the others
 * see its margin. before is the margin's, input the picture's length. */
struct mien_conv3d_seen {
    unsigned begin, end;
};

struct mien_conv3d_seen mien_conv3d_seen(unsigned target, unsigned stride, unsigned kernel, unsigned before,
                                         unsigned input);

size_t mien_extent_places(struct mien_extent extent);
size_t mien_conv3d_weights(const struct mien_conv3d *shape);
/* Numbers in a picture with its margin. */
size_t mien_margin_size(const struct mien_margin *margin);
/* From a row of the source to the next, in numbers; of planes when there are some. */
size_t mien_source_row(const struct mien_conv3d_plan *plan);
/* Numbers in a source that is laid out in planes; 0 without them. */
size_t mien_planes_size(const struct mien_conv3d_plan *plan);
/* Where a row of a channel of the picture begins in it: part 0 its pixels 0, 2, .., part 1 the others. */
size_t mien_planes_row(const struct mien_conv3d_plan *plan, unsigned time, unsigned row, unsigned channel,
                       unsigned part);
/* Where a row of the picture begins in the one with the margin. */
size_t mien_margin_row(const struct mien_margin *margin, unsigned time, unsigned row);

/* Rows of targets of one time: target[r][p][c] = start[c] + sum of source times weights. */
struct mien_convolve {
    const float *source;
    size_t source_row, source_pixel; /* Steps, in numbers. */
    const struct mien_run *run;
    size_t runs, length;
    const float *weights; /* (length, channels) of each run, where it says. */
    const float *start;   /* channels; NULL: zeros. */
    bool rectify;         /* Negative targets become 0. */
    float *target;
    size_t target_row, target_pixel;
    size_t channels;
    size_t rows, pixels;
};

/* gradient[run][i][c] += sum over rows and pixels of source[run + i] * delta[c]. */
struct mien_correlate {
    const float *source;
    size_t source_row, source_pixel;
    const struct mien_run *run;
    size_t runs, length;
    const float *delta; /* Pixels follow each other without a gap. */
    size_t delta_row;
    float *gradient; /* (runs, length, channels) */
    size_t channels;
    size_t rows, pixels;
};

/* The loops for one kind of processor. Rows have a multiple of MIEN_CONV3D_LANES numbers; what belongs to a
 * channel is repeated for each pixel of a row. Sources and targets do not overlap. */
struct mien_conv3d_kernels {
    const char *name;
    void (*convolve)(const struct mien_convolve *job);
    /* The same of planes: source_pixel and length are 1, and so many numbers more may be read of each row of
     * a plane as make its pixels a multiple of MIEN_CONV3D_BESIDE. */
    void (*convolve_planes)(const struct mien_convolve *job);
    void (*correlate)(const struct mien_correlate *job);
    /* y = max(0, z * scale + shift) */
    void (*activate)(const float *z, const float *scale, const float *shift, size_t n, float *y);
    /* sum += z - centre, squares += (z - centre)^2 */
    void (*moments)(const float *z, const float *centre, size_t n, float *sum, float *squares);
    /* With g = y > 0 ? dy : 0 and y as above: sum += g, product += g * (z - mean). */
    void (*gradient_moments)(const float *z, const float *dy, const float *scale, const float *shift,
                             const float *mean, size_t n, float *sum, float *product);
    /* dz = g * scale + (z - mean) * slope + level */
    void (*gradient)(const float *z, const float *dy, const float *scale, const float *shift,
                     const float *mean, const float *slope, const float *level, size_t n, float *dz);
};

extern const struct mien_conv3d_kernels mien_conv3d_plain, mien_conv3d_avx2, mien_conv3d_avx512;

/* The fastest that this processor can do. */
const struct mien_conv3d_kernels *mien_conv3d_fastest(void);

#endif
