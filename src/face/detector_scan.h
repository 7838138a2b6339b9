// SPDX-License-Identifier: GPL-3.0-or-later
//
// The sliding window of dlib's detector. dlib runs each of its five filters over a picture as some hundred
// separable ones; here all five are summed up together, over the gradients of a place that lie side by side
// in memory. That takes a quarter of the time and gives the same scores but for the rounding of single
// precision. Scores do not depend on the processor: sums always have the same order.
#ifndef MIEN_FACE_DETECTOR_SCAN_H
#define MIEN_FACE_DETECTOR_SCAN_H

#include "face/detector_filters.h"
#include "face/detector_hog.h"

#include <vector>

// The filters of a detector; constant, may be used by several threads.
class mien_scan_filters
{
  public:
    explicit mien_scan_filters(const dlib::frontal_face_detector &detector);

    dlib::frontal_face_detector::image_scanner_type scanner; // Sizes and settings alone.
    dlib::test_box_overlap overlaps;
    std::vector<double> thresholds; // One per filter.
    std::vector<float> weights;     // Rows of the window x filters x columns x planes, filled up.
    size_t columns, rows;           // Of the window, in cells.
};

// Working memory of one thread.
class mien_scan
{
  public:
    // What the detector finds, best first, as dlib's own operator() does; at most so many sizes are tried.
    std::vector<dlib::rect_detection> find(const mien_scan_filters &filters,
                                           const dlib::array2d<unsigned char> &picture, double threshold,
                                           unsigned long levels);

  private:
    void look(const mien_scan_filters &filters, const dlib::array2d<unsigned char> &picture,
              unsigned long level, double threshold, std::vector<dlib::rect_detection> &found);

    dlib::array2d<unsigned char> reduced[2]; // The size before, and this one.
    mien_hog hog;
    mien_hog_cells cells; // Of this size.
};

#endif
