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

/* A face that a search found. */
struct mien_candidate {
    struct mien_place place; /* Turned as the region was. */
    double score;
};

/* A rectangle about a middle, turned, that may reach outside the picture; scale and threshold as above. */
struct mien_region {
    double x, y;          /* Its middle, pixels. */
    double width, height; /* Along its own sides. */
    double scale;
    double turn; /* Radians, clockwise in the picture: how a head tilts that is upright in the region. */
    double threshold;
};

/* As mien_detector_find, in a turned region. */
enum mien_status mien_detector_find_turned(struct mien_detector *detector, const struct mien_luma *luma,
                                           const struct mien_region *region, struct mien_candidate *faces,
                                           size_t room, size_t *count, struct mien_error *error);

/* What the detector says to the surroundings of a place, turned upright by `turn` and scaled. */
struct mien_verdict {
    double score;       /* -INFINITY where there is no face above the threshold near the middle. */
    double right, down; /* From the place's middle to that of the detector's box, in widths of the place. */
    double larger;      /* Width of the box in widths of the place. */
};

/* About a face as large as this place and near its middle. */
enum mien_status mien_detector_score(struct mien_detector *detector, const struct mien_luma *luma,
                                     const struct mien_place *place, double threshold,
                                     struct mien_verdict *verdict, struct mien_error *error);

#endif
