/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The packed model with registers of 16 bytes, which every processor of the
 * build has: SSE2 on x86-64, NEON on 64-bit Arm.
 */
#define CASCADE mien_cascade_wide
#define LANES 4
#define REALS 2
#define STRIP 12
#define WIDEN(four) __builtin_convertvector(four, sums)
#include "face/predictor_vectors.h"
