/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reading a landmark model from dlib's file format. A whole number is a control
 * byte (sign in the top bit, count of bytes in the low four) and that many
 * bytes, low ones first; a real number is two of them, mantissa and binary
 * exponent; a list is its length and its items. The reader trusts nothing in
 * the file: any file may be given as a model.
 */
#include "face/model.h"

#include "base/memory.h"
#include "face/packed.h"
#include "face/predictor.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum {
    BUFFER = 1 << 16,
    LARGE_PAGE = 1 << 21,
    MOST_CASCADES = 100,
    MOST_TREES = 10000,
    MOST_SPLITS = 1023,
    MOST_PIXELS = 10000,
    MOST_LEAVES = 1 << 20, /* Of all trees; dlib's model has 120,000. */
    LARGEST_EXPONENT = 200,
    FORMAT_VERSION = 1
};

struct reader {
    FILE *file;
    size_t position, filled;
    const char *problem;                    /* The first thing that went wrong; NULL while all is well. */
    double power[2 * LARGEST_EXPONENT + 1]; /* Of two, from -LARGEST_EXPONENT on: quicker than asking 16
                                               million times. */
    uint8_t bytes[BUFFER];
};

static void complain(struct reader *in, const char *problem)
{
    if (!in->problem)
        in->problem = problem;
}

static bool refill(struct reader *in)
{
    in->position = 0;
    in->filled = fread(in->bytes, 1, sizeof in->bytes, in->file);
    if (in->filled == 0)
        complain(in, "the file ends too early");
    return in->filled > 0;
}

static inline uint8_t read_byte(struct reader *in)
{
    if (in->position == in->filled && !refill(in))
        return 0;
    return in->bytes[in->position++];
}

static int64_t read_integer(struct reader *in)
{
    uint8_t control = read_byte(in);
    unsigned size = control & 0x0f;
    if (size == 0 || size > 8 || (control & 0x70)) {
        complain(in, "it is not in dlib's format");
        return 0;
    }
    uint64_t value = 0;
    for (unsigned i = 0; i < size; i++)
        value |= (uint64_t)read_byte(in) << (8 * i);
    if (value > INT64_MAX) {
        complain(in, "a number in it is out of range");
        return 0;
    }
    return control & 0x80 ? -(int64_t)value : (int64_t)value;
}

static float read_real(struct reader *in)
{
    int64_t mantissa = read_integer(in);
    int64_t exponent = read_integer(in);
    if (in->problem)
        return 0;
    float value = NAN;
    if (exponent >= -LARGEST_EXPONENT && exponent <= LARGEST_EXPONENT)
        value = (float)((double)mantissa * in->power[exponent + LARGEST_EXPONENT]);
    if (!isfinite(value)) {
        complain(in, "a number in it is out of range");
        return 0;
    }
    return value;
}

/* A count between 1 and most; where expected is not 0 it must be that. */
static size_t read_count(struct reader *in, size_t expected, size_t most)
{
    int64_t count = read_integer(in);
    if (count < 1 || (uint64_t)count > most || (expected && (uint64_t)count != expected))
        complain(in, "its parts do not fit together");
    return in->problem ? 0 : (size_t)count;
}

/* dlib writes the sizes of a matrix as negative numbers. */
static void read_shape(struct reader *in, float *shape)
{
    int64_t rows = read_integer(in), columns = read_integer(in);
    if (!in->problem && (llabs(rows) != MIEN_SHAPE || llabs(columns) != 1))
        complain(in, "it is not a model of 68 points");
    for (int i = 0; i < MIEN_SHAPE && !in->problem; i++)
        shape[i] = read_real(in);
}

static void read_split(struct reader *in, struct mien_split *split)
{
    int64_t first = read_integer(in), second = read_integer(in);
    float threshold = floorf(read_real(in));
    if (first < 0 || first >= MOST_PIXELS || second < 0 || second >= MOST_PIXELS) {
        complain(in, "its parts do not fit together");
        return;
    }
    /* Grey values differ by 255 at most, so farther thresholds all mean the same.
     */
    split->first = (uint16_t)first;
    split->second = (uint16_t)second;
    split->threshold = (int16_t)fmaxf(-256, fminf(256, threshold));
}

static bool reserve(struct reader *in, void *array, size_t count, size_t size)
{
    void **place = array;
    *place = mien_array_new(count, size);
    if (!*place)
        complain(in, "there is not enough memory for it");
    return *place;
}

/* Large pages, where the system has them, save a third of the time of a face:
 * each takes 7500 leaves from all over. */
static float *reserve_leaves(struct reader *in, size_t count)
{
    size_t bytes = (count * sizeof(float) + LARGE_PAGE - 1) / LARGE_PAGE * LARGE_PAGE;
    float *leaves = aligned_alloc(LARGE_PAGE, bytes);
    if (!leaves)
        complain(in, "there is not enough memory for it");
    else
        madvise(leaves, bytes, MADV_HUGEPAGE);
    return leaves;
}

/* The first tree tells how many splits every tree has; only then can memory be
 * taken. */
static void read_tree(struct reader *in, struct mien_landmark_model *model, size_t tree)
{
    size_t splits = read_count(in, model->splits, MOST_SPLITS);
    if (!in->problem && model->splits == 0) {
        model->splits = splits;
        size_t all = model->cascades * model->trees;
        if (((splits + 1) & splits) != 0 || all > MOST_LEAVES / (splits + 1))
            complain(in, "its parts do not fit together");
        else if (reserve(in, &model->split, all * splits, sizeof *model->split))
            model->leaf = reserve_leaves(in, all * (splits + 1) * MIEN_SHAPE);
    }
    for (size_t i = 0; i < splits && !in->problem; i++)
        read_split(in, &model->split[tree * splits + i]);
    read_count(in, model->splits + 1, MOST_SPLITS + 1);
    for (size_t i = 0; i <= splits && !in->problem; i++)
        read_shape(in, &model->leaf[(tree * (splits + 1) + i) * MIEN_SHAPE]);
}

static void read_forests(struct reader *in, struct mien_landmark_model *model)
{
    model->cascades = read_count(in, 0, MOST_CASCADES);
    for (size_t c = 0; c < model->cascades && !in->problem; c++) {
        size_t trees = read_count(in, model->trees, MOST_TREES);
        model->trees = trees;
        for (size_t t = 0; t < trees && !in->problem; t++)
            read_tree(in, model, c * trees + t);
    }
}

static void read_pixels(struct reader *in, struct mien_landmark_model *model)
{
    read_count(in, model->cascades, MOST_CASCADES);
    for (size_t c = 0; c < model->cascades && !in->problem; c++) {
        size_t pixels = read_count(in, model->pixels, MOST_PIXELS);
        if (!in->problem && model->pixels == 0) {
            model->pixels = pixels;
            if (reserve(in, &model->anchor, model->cascades * pixels, sizeof *model->anchor))
                reserve(in, &model->offset, model->cascades * pixels * 2, sizeof *model->offset);
        }
        for (size_t i = 0; i < pixels && !in->problem; i++) {
            int64_t anchor = read_integer(in);
            if (anchor < 0 || anchor >= MIEN_POINTS)
                complain(in, "its parts do not fit together");
            else
                model->anchor[c * pixels + i] = (uint16_t)anchor;
        }
    }
    read_count(in, model->cascades, MOST_CASCADES);
    for (size_t c = 0; c < model->cascades && !in->problem; c++) {
        read_count(in, model->pixels, MOST_PIXELS);
        for (size_t i = 0; i < 2 * model->pixels && !in->problem; i++)
            model->offset[c * 2 * model->pixels + i] = read_real(in);
    }
}

/* Splits are read before it is known how many pixels there are. */
static void check_splits(struct reader *in, const struct mien_landmark_model *model)
{
    size_t count = model->cascades * model->trees * model->splits;
    for (size_t i = 0; i < count && !in->problem; i++)
        if (model->split[i].first >= model->pixels || model->split[i].second >= model->pixels)
            complain(in, "its parts do not fit together");
}

static void read_model(struct reader *in, struct mien_landmark_model *model)
{
    for (int i = -LARGEST_EXPONENT; i <= LARGEST_EXPONENT; i++)
        in->power[i + LARGEST_EXPONENT] = ldexp(1, i);
    if (read_integer(in) != FORMAT_VERSION)
        complain(in, "it is not in dlib's format");
    if (!in->problem)
        read_shape(in, model->mean_shape);
    if (!in->problem)
        read_forests(in, model);
    if (!in->problem)
        read_pixels(in, model);
    if (!in->problem)
        check_splits(in, model);
}

enum mien_status mien_model_read(const char *path, struct mien_landmark_model **model,
                                 struct mien_error *error)
{
    enum mien_status status = MIEN_OK;
    struct mien_landmark_model *made = mien_array_new(1, sizeof *made);
    struct reader *in = mien_array_new(1, sizeof *in);
    if (!made || !in) {
        status = mien_fail(error, MIEN_ERR_MEMORY, "out of memory for the landmark model");
        goto done;
    }
    in->file = fopen(path, "rb");
    if (!in->file) {
        status = mien_fail_errno(error, path);
        goto done;
    }
    read_model(in, made);
    if (in->problem) {
        status = mien_fail(error, MIEN_ERR_MODEL,
                           "%s: no usable landmark model: %s (expected: dlib's "
                           "shape_predictor_68_face_landmarks.dat; Debian: apt "
                           "install libdlib-data)",
                           path, in->problem);
        goto done;
    }
    made->run = mien_cascade_exact;
    *model = made;
    made = NULL;
done:
    if (in && in->file)
        fclose(in->file);
    free(in);
    mien_landmark_model_free(made);
    return status;
}

void mien_landmark_model_free(struct mien_landmark_model *model)
{
    if (!model)
        return;
    free(model->anchor);
    free(model->offset);
    free(model->split);
    free(model->leaf);
    mien_packed_free(model->packed);
    free(model);
}
