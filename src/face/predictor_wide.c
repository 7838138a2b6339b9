/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The packed model with registers of 16 bytes, which every processor of the
 * build has: SSE2 on x86-64, NEON on 64-bit Arm.
 */
#define CASCADE mien_cascade_wide
#define REALS 2
#define STRIP 6
#define WIDEN(eight) __builtin_convertvector(eight, sums)
#include "face/predictor_vectors.h"
