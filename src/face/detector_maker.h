/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Making the face detector is left to a shared object of its own: it alone needs dlib's library, which brings
 * BLAS and a dozen others with it, and once the detector is in the cache it is not needed any more.
 */
#ifndef MIEN_FACE_DETECTOR_MAKER_H
#define MIEN_FACE_DETECTOR_MAKER_H

#include <stddef.h>

#define MIEN_DETECTOR_MAKER "libmien-detector.so"

/* dlib's frontal face detector as dlib serialises it; *bytes is the caller's to free. 0, or -1 when memory
 * runs out. */
typedef int mien_detector_maker(char **bytes, size_t *size);
mien_detector_maker mien_detector_make;

#endif
