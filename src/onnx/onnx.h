/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Runs networks of the ONNX format by OpenCV's dnn. OpenCV itself works in a process of its own
 * (onnx/apart.h) and in one thread, so the numbers are the same every time.
 */
#ifndef MIEN_ONNX_ONNX_H
#define MIEN_ONNX_ONNX_H

#include "base/error.h"
#include "base/progress.h"
#include "onnx/header.h"

#include <stdbool.h>
#include <stddef.h>

struct mien_onnx; /* The bytes of a file and what its header says. */

/* Reads the file, checks it and lets OpenCV import it once. Errors name the file: MIEN_ERR_MISSING and
 * MIEN_ERR_ACCESS, MIEN_ERR_FORMAT (damaged, not ONNX), MIEN_ERR_DATA (not for us, onnx/header.h, or over
 * 1 GB), MIEN_ERR_MODEL (OpenCV cannot import it, or not rightly; says which operator). */
enum mien_status mien_onnx_open(const char *path, struct mien_onnx **net, struct mien_error *error);
void mien_onnx_free(struct mien_onnx *net); /* NULL allowed. */
/* Borrowed from the network. */
const struct mien_onnx_header *mien_onnx_header(const struct mien_onnx *net);

struct mien_onnx_job {
    size_t rows;
    size_t batch; /* Rows given to the network at once; the last time fewer, unless fixed. */
    bool fixed;   /* The network takes exactly `batch` rows: the last batch is filled up with zeros. */
    int rank;     /* Of the input, rows included. */
    size_t size[MIEN_ONNX_RANK]; /* size[0] is not used. */
    size_t output;               /* Which of the header's outputs. */
    /* Writes rows first .. first + n - 1 into out, size[1] * ... numbers each. Called in the other process:
     * it may read our memory, and allocate, but what it changes is lost. False: out of memory. */
    bool (*fill)(void *context, size_t first, size_t n, float *out);
    void *context;
};

struct mien_onnx_result {
    size_t rows, width; /* Numbers of a row, its shape flattened in C's order. */
    float *values;      /* rows * width; the caller frees it. */
};

/* MIEN_ERR_DATA when what comes out has not one part for every row; MIEN_ERR_MODEL when OpenCV fails. */
enum mien_status mien_onnx_run(const struct mien_onnx *net, const struct mien_onnx_job *job,
                               const struct mien_progress *progress, struct mien_onnx_result *result,
                               struct mien_error *error);

#endif
