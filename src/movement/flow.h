/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Dense inverse search flow (Kroeger et al. 2016, doi 10.1007/978-3-319-46493-0_29) between two pictures of
 * the canonical face, by OpenCV. The only code that sees OpenCV. It runs in the calling thread alone and
 * gives the same numbers every time.
 */
#ifndef MIEN_MOVEMENT_FLOW_H
#define MIEN_MOVEMENT_FLOW_H

#include "base/error.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct mien_flow;

/* width and height of every picture that it is going to see. One flow belongs to one thread at a time. */
enum mien_status mien_flow_new(int width, int height, struct mien_flow **flow, struct mien_error *error);
void mien_flow_free(struct mien_flow *flow); /* NULL allowed. */

/* Where the pixels of `from` went in `to`: height rows of width pairs (x, y), in pixels; borrowed from the
 * flow until its next use. Both pictures are height rows of width bytes. */
enum mien_status mien_flow_between(struct mien_flow *flow, const uint8_t *from, const uint8_t *to,
                                   const float **field, struct mien_error *error);

#ifdef __cplusplus
}
#endif

#endif
