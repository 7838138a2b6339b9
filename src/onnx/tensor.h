/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Checks the weights of an ONNX file (message TensorProto): they must be in the file itself, and as many as
 * their shape says. OpenCV reads as many as the shape says whatever there is.
 */
#ifndef MIEN_ONNX_TENSOR_H
#define MIEN_ONNX_TENSOR_H

#include "base/error.h"
#include "onnx/wire.h"

/* The field of TensorProto that holds its name. */
enum { MIEN_TENSOR_NAME = 8 };

/* MIEN_ERR_FORMAT where data and shape disagree, MIEN_ERR_DATA where the data are in another file. */
enum mien_status mien_tensor_check(struct mien_wire tensor, struct mien_error *error);

#endif
