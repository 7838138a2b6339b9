// SPDX-License-Identifier: GPL-3.0-or-later
//
// Histograms of oriented gradients (Felzenszwalb et al. 2010, doi:10.1109/TPAMI.2009.167), as dlib's detector
// reads them: the same bits as dlib::extract_fhog_features of a grey picture in cells of 8 pixels, in a
// quarter of the time. dlib's own has to serve every kind of picture and every processor.
#ifndef MIEN_FACE_DETECTOR_HOG_H
#define MIEN_FACE_DETECTOR_HOG_H

#include <cstddef>
#include <vector>

// Cells side by side; around them a border of zeros, wide enough that a window's middle may be any cell.
struct mien_hog_cells {
    // 18 orientations, 9 without their sign, 4 sums about the texture, and a zero.
    static constexpr size_t planes = 32;

    size_t rows = 0, columns = 0; // Both 0 for pictures too small for a single cell.
    std::vector<float> values;    // rows x columns x planes.
};

// Working memory of one thread.
class mien_hog
{
  public:
    void describe(const unsigned char *pixels, ptrdiff_t stride, size_t width, size_t height,
                  size_t window_rows, size_t window_columns, mien_hog_cells &out);

  private:
    void collect(const unsigned char *pixels, ptrdiff_t stride, size_t width, size_t height);
    void finish_row(size_t row, size_t size);
    void weigh();

    size_t rows, columns;          // Of cells in the picture.
    std::vector<float> gradients;  // Of a row of pixels: to the right, down, and their length.
    std::vector<float> votes;      // Per orientation and cell of a row: here and in the row below.
    std::vector<float> histograms; // Per cell.
    std::vector<float> energies;   // Per cell, over all orientations without their sign.
    std::vector<float> limits;     // Per block of 2 x 2 cells, by its first.
};

#endif
