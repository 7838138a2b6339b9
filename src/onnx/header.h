/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What an ONNX file (github.com/onnx/onnx, onnx.proto) says of its network: the input, the outputs, their
 * shapes. It is read without OpenCV, whose importer does not tell, and every size is checked against the
 * bytes that are there, which the importer takes on trust.
 */
#ifndef MIEN_ONNX_HEADER_H
#define MIEN_ONNX_HEADER_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MIEN_ONNX_RANK = 8, MIEN_ONNX_NAME = 128, MIEN_ONNX_OUTPUTS = 16 };

struct mien_onnx_value {
    char name[MIEN_ONNX_NAME];
    char node[MIEN_ONNX_NAME];      /* Of an output: the name of the node that computes it, "" without one. */
    int rank;                       /* -1 where the file does not say. */
    long long size[MIEN_ONNX_RANK]; /* -1 where any size fits or the file does not say. */
};

struct mien_onnx_header {
    struct mien_onnx_value input;
    struct mien_onnx_value outputs[MIEN_ONNX_OUTPUTS];
    size_t output_count;
    size_t node_count;
    bool pools_globally; /* GlobalAveragePool or GlobalMaxPool occurs, which OpenCV 4.6 has in 2D alone. */
    char producer[MIEN_ONNX_NAME];
};

/* Fills the header. MIEN_ERR_FORMAT: not ONNX, or damaged (sizes that do not agree, no graph). MIEN_ERR_DATA:
 * ONNX, but not for us: several inputs, an input that is not float32, weights in other files. MIEN_ERR_MODEL:
 * a Gemm that OpenCV computes wrongly. */
enum mien_status mien_onnx_header_read(const void *bytes, size_t size, struct mien_onnx_header *header,
                                       struct mien_error *error);

#endif
