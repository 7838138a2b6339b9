// SPDX-License-Identifier: GPL-3.0-or-later
#include "face/detector_scan.h"

#include <algorithm>

#if defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__)
#define FAST __attribute__((target_clones("avx2", "default")))
#else
#define FAST
#endif

namespace
{

using Pyramid = dlib::pyramid_down<6>;

constexpr size_t lanes = 8, planes = mien_hog_cells::planes;
constexpr size_t filters_at_once = 5; // As many as dlib has.

typedef float floats __attribute__((vector_size(lanes * sizeof(float)), aligned(sizeof(float)), may_alias));

// Scores of all filters with the window's first cell here. `stride` is one row of cells in numbers.
FAST void score(const float *cells, size_t stride, const float *weights, size_t rows, size_t length,
                float *scores)
{
    floats sum[filters_at_once] = {};
    for (size_t row = 0; row < rows; row++, cells += stride, weights += filters_at_once * length)
        for (size_t i = 0; i < length; i += lanes) {
            const floats values = *reinterpret_cast<const floats *>(cells + i);
            for (size_t f = 0; f < filters_at_once; f++)
                sum[f] += values * *reinterpret_cast<const floats *>(weights + f * length + i);
        }
    for (size_t f = 0; f < filters_at_once; f++) {
        scores[f] = 0;
        for (size_t i = 0; i < lanes; i++)
            scores[f] += sum[f][i];
    }
}

} // namespace

mien_scan_filters::mien_scan_filters(const dlib::frontal_face_detector &detector)
    : overlaps(detector.get_overlap_tester())
{
    scanner.copy_configuration(detector.get_scanner());
    columns = scanner.get_fhog_window_width();
    rows = scanner.get_fhog_window_height();
    const size_t count = detector.num_detectors(), length = columns * planes;
    if (count > filters_at_once || scanner.get_feature_extractor().get_num_planes() > planes)
        throw std::runtime_error("dlib's detector is larger than expected");
    weights.assign(rows * filters_at_once * length, 0);
    for (size_t f = 0; f < count; f++) {
        const auto &processed = detector.get_processed_w(f);
        const auto &bank = processed.get_detect_argument();
        thresholds.push_back(processed.w(scanner.get_num_dimensions()));
        // dlib's separable filters are what it searches with; they leave out what hardly matters.
        for (size_t plane = 0; plane < bank.row_filters.size(); plane++)
            for (size_t i = 0; i < bank.row_filters[plane].size(); i++)
                for (size_t r = 0; r < rows; r++)
                    for (size_t c = 0; c < columns; c++)
                        weights[(r * filters_at_once + f) * length + c * planes + plane] +=
                            bank.col_filters[plane][i](static_cast<long>(r)) *
                            bank.row_filters[plane][i](static_cast<long>(c));
    }
}

void mien_scan::look(const mien_scan_filters &filters, const dlib::array2d<unsigned char> &picture,
                     unsigned long level, double threshold, std::vector<dlib::rect_detection> &found)
{
    const auto &scanner = filters.scanner;
    hog.describe(&picture[0][0], picture.width_step(), static_cast<size_t>(picture.nc()),
                 static_cast<size_t>(picture.nr()), filters.rows, filters.columns, cells);
    const long padding = 2 * static_cast<long>(scanner.get_padding());
    const long box_height = static_cast<long>(filters.rows) - padding;
    const long box_width = static_cast<long>(filters.columns) - padding;
    Pyramid pyramid;
    for (size_t r = 0; r + filters.rows <= cells.rows; r++)
        for (size_t c = 0; c + filters.columns <= cells.columns; c++) {
            float scores[filters_at_once];
            score(&cells.values[(r * cells.columns + c) * planes], cells.columns * planes,
                  filters.weights.data(), filters.rows, filters.columns * planes, scores);
            for (size_t f = 0; f < filters.thresholds.size(); f++) {
                if (!(static_cast<double>(scores[f]) >= filters.thresholds[f] + threshold))
                    continue;
                const dlib::point middle(static_cast<long>(c + filters.columns / 2),
                                         static_cast<long>(r + filters.rows / 2));
                const dlib::rectangle box = scanner.get_feature_extractor().feats_to_image(
                    dlib::centered_rect(middle, static_cast<unsigned long>(box_width),
                                        static_cast<unsigned long>(box_height)),
                    static_cast<int>(scanner.get_cell_size()), static_cast<int>(filters.rows),
                    static_cast<int>(filters.columns));
                dlib::rect_detection one;
                one.detection_confidence = static_cast<double>(scores[f]) - filters.thresholds[f];
                one.weight_index = f;
                one.rect = pyramid.rect_up(box, static_cast<unsigned int>(level));
                found.push_back(one);
            }
        }
}

std::vector<dlib::rect_detection> mien_scan::find(const mien_scan_filters &filters,
                                                  const dlib::array2d<unsigned char> &picture,
                                                  double threshold, unsigned long levels)
{
    const auto &scanner = filters.scanner;
    std::vector<dlib::rect_detection> all, kept;
    const dlib::array2d<unsigned char> *size = &picture;
    Pyramid smaller;
    dlib::rectangle next = dlib::get_rect(picture);
    for (unsigned long level = 0;; level++) {
        look(filters, *size, level, threshold, all);
        next = smaller.rect_down(next);
        if (level + 1 >= levels || next.width() < scanner.get_min_pyramid_layer_width() ||
            next.height() < scanner.get_min_pyramid_layer_height())
            break;
        dlib::array2d<unsigned char> &into = reduced[level % 2];
        smaller(*size, into);
        size = &into;
    }
    std::stable_sort(all.begin(), all.end(),
                     [](const dlib::rect_detection &a, const dlib::rect_detection &b) {
                         return b.detection_confidence < a.detection_confidence;
                     });
    for (const dlib::rect_detection &one : all) {
        const auto hides = [&](const dlib::rect_detection &better) {
            return filters.overlaps(better.rect, one.rect);
        };
        if (std::none_of(kept.begin(), kept.end(), hides))
            kept.push_back(one);
    }
    return kept;
}
