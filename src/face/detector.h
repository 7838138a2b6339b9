/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dlib's frontal face detector (five HOG filters) as the follower uses it: on whole pictures, on reduced ones
 * and on the surroundings of a known place. C++ includes this header within extern "C".
 */
#ifndef MIEN_FACE_DETECTOR_H
#define MIEN_FACE_DETECTOR_H

#include "base/error.h"
#include "face/face.h"
#include "face/model.h"

/* Working memory of one thread. */
struct mien_detector;

enum mien_status mien_detector_new(struct mien_detector **detector, struct mien_error *error);
void mien_detector_free(struct mien_detector *detector); /* NULL allowed. */

/* Part of a picture to search, and how. */
struct mien_search {
    int left, top, width, height; /* Inside the picture. */
    double scale;     /* The part is resampled by this factor; the detector finds faces from 80 pixels
                         (then) on. 1 leaves it as it is. */
    double threshold; /* Lowest score; the detector's own is 0. */
};

/* Faces in pixels of the whole picture, best score first; at most room are written. */
enum mien_status mien_detector_find(struct mien_detector *detector, const struct mien_luma *luma,
                                    const struct mien_search *search, struct mien_box *boxes, size_t room,
                                    size_t *count, struct mien_error *error);

/* The best score of a face about as large as this place and near its middle, in the surroundings of the
 * place, which are turned upright and scaled for the detector; -INFINITY where there is none above threshold.
 */
enum mien_status mien_detector_score(struct mien_detector *detector, const struct mien_luma *luma,
                                     const struct mien_place *place, double threshold, double *score,
                                     struct mien_error *error);

#endif
