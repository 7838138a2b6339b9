// SPDX-License-Identifier: GPL-3.0-or-later
//
// dlib's frontal face detector, ready to be copied. For C++ alone.
#ifndef MIEN_FACE_DETECTOR_FILTERS_H
#define MIEN_FACE_DETECTOR_FILTERS_H

#include <dlib/image_processing/frontal_face_detector.h>

// The detector, made on first use and constant afterwards. Every thread copies
// it because dlib's detector keeps its working memory inside itself. Throws
// what dlib throws.
const dlib::frontal_face_detector &mien_frontal_detector();

#endif
