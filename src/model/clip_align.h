/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Where the face lies in every frame of a track, steady enough to cut pictures that do not tremble, and the
 * cutting of one picture. Internal to clip_cut.
 */
#ifndef MIEN_MODEL_CLIP_ALIGN_H
#define MIEN_MODEL_CLIP_ALIGN_H

#include "face/track.h"
#include "model/clip_set.h"

#include <stdbool.h>

/* The midpoint of the eye centres in pixels of the video, and the vector from the right one to the left. */
struct mien_clip_place {
    double x, y, across, down;
};

/* Which frames have the face found and trusted: one byte per frame. */
void mien_clip_trusted(const struct mien_track *track, double confidence, uint8_t *trusted);

/* Fills one place per frame of the track. Places that leave their neighbours for a moment are taken out, a
 * parabola is fitted to those within 0.15 s on either side, and gaps are filled along a straight line. At
 * least one frame must be trusted. */
enum mien_status mien_clip_places(const struct mien_track *track, enum mien_side side, const uint8_t *trusted,
                                  struct mien_clip_place *places, struct mien_error *error);

/* The picture of height rows of width bytes at this place. Each of its pixels is the mean of as many points
 * as the video has pixels there. What lies outside of the video's picture takes the nearest pixel of its
 * edge. Returns the share of such pixels. */
struct mien_clip_plane {
    int width, height;
    const uint8_t *luma;
    ptrdiff_t stride;
    bool full_range;
};
double mien_clip_picture(const struct mien_clip_plane *plane, const struct mien_clip_place *place,
                         const struct mien_clip_shape *shape, uint8_t *out);

#endif
