// SPDX-License-Identifier: GPL-3.0-or-later
//
// dlib's frontal face detector, ready to be copied. For C++ alone.
#ifndef MIEN_FACE_DETECTOR_FILTERS_H
#define MIEN_FACE_DETECTOR_FILTERS_H

// dlib splits its filters by a singular value decomposition. By LAPACK that
// costs 20 ms, most of it threads that wait for each other, and its last digits
// depend on the processor; dlib's own has neither fault.
#include <dlib/algs.h>
#include <dlib/assert.h>
#include <dlib/test_for_odr_violations.h>
#undef DLIB_USE_BLAS
#undef DLIB_USE_LAPACK

#include <dlib/image_processing/frontal_face_detector.h>

// The detector, made on first use and constant afterwards. Every thread copies
// it because dlib's detector keeps its working memory inside itself. Throws
// what dlib throws.
const dlib::frontal_face_detector &mien_frontal_detector();

#endif
