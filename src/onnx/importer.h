/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * OpenCV's dnn behind a C header; besides src/movement the only code that sees OpenCV. It is meant for a
 * process of its own: a damaged file can crash it.
 */
#ifndef MIEN_ONNX_IMPORTER_H
#define MIEN_ONNX_IMPORTER_H

#include "base/error.h"
#include "onnx/header.h"

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct mien_importer;

/* The bytes must stay where they are. MIEN_ERR_MODEL with OpenCV's own words on one line. */
enum mien_status mien_importer_new(const char *bytes, size_t size, struct mien_importer **importer,
                                   struct mien_error *error);
void mien_importer_free(struct mien_importer *importer); /* NULL allowed. */

/* Runs size[0] rows. output NULL: the only one. *values (borrowed until the next run) has size[0] * *width
 * numbers. */
enum mien_status mien_importer_run(struct mien_importer *importer, float *input, int rank, const int *size,
                                   const struct mien_onnx_value *output, const float **values, size_t *width,
                                   struct mien_error *error);

#ifdef __cplusplus
}
#endif

#endif
