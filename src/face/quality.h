/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How well the face can be seen in one picture: sharpness and light. Both are taken on a grid that moves,
 * turns and grows with the face (spacing: a 20th of the interocular distance; from the brows to the lower
 * lip, from outer canthus to outer canthus and a little beyond), so that neither the size of the face nor
 * what is behind it counts.
 *
 * Sharpness is one minus the blur of Crete et al. 2007 (doi 10.1117/12.702790): the grid is blurred along the
 * rows, and the share of the differences between neighbours that this takes away is what the picture had to
 * lose; the same along the columns; the smaller share counts, so that blur by movement in one direction
 * shows. It is 0..1 and does not depend on contrast or brightness. Noise raises it.
 *
 * Light is the mean grey value of the grid, 0 black, 1 white.
 */
#ifndef MIEN_FACE_QUALITY_H
#define MIEN_FACE_QUALITY_H

#include "face/model.h"
#include "face/track.h"

/* x and y: the 68 points in the picture. NaN where less than half of the face lies in the picture, or where
 * it is a single grey (sharpness). Takes about 40 microseconds; nothing can fail and nothing is allocated. */
void mien_face_quality(const struct mien_luma *luma, const double *x, const double *y, double *sharpness,
                       double *light);

/* The light of a track whose video codes black as 16 and white as 235, as most do, put on 0..1. */
void mien_track_stretch_light(struct mien_track *track);

#endif
