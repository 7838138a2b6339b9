// SPDX-License-Identifier: GPL-3.0-or-later
//
// Only the files detector*.cc see dlib. Every exception ends here, as a status.
#include "face/detector_filters.h"
#include "face/detector_scan.h"

extern "C" {
#include "face/detector.h"
}

#include <algorithm>
#include <cmath>
#include <limits>
#include <new>
#include <vector>

struct mien_detector {
    const mien_scan_filters &filters;
    mien_scan scan;
    dlib::array2d<unsigned char> picture, turned;
};

namespace
{

constexpr int check_side = 120; // Pixels of the picture in which a known place is checked,
constexpr double check_inner =
    84; // and of the place in it: between the detector's two smallest sizes, 73 and 88.
constexpr unsigned long check_levels = 2; // Sizes that are tried.

// Constant, made once per process.
const mien_scan_filters &all_filters()
{
    static const mien_scan_filters made(mien_frontal_detector());
    return made;
}

void copy_part(const mien_luma &luma, const mien_search &search, dlib::array2d<unsigned char> &out)
{
    out.set_size(search.height, search.width);
    for (int y = 0; y < search.height; y++) {
        const uint8_t *row = luma.pixels + (search.top + y) * luma.stride + search.left;
        std::copy(row, row + search.width, &out[y][0]);
    }
}

// The part of [low, high) that lies in each whole pixel, as weights in 1/256; used for averaging over areas.
struct Span {
    int first;
    std::vector<unsigned> weights;
};

std::vector<Span> spans_of(int from, int to)
{
    std::vector<Span> spans(static_cast<size_t>(to));
    const double step = static_cast<double>(from) / to;
    for (int i = 0; i < to; i++) {
        const double low = i * step, high = std::min((i + 1) * step, static_cast<double>(from));
        Span &span = spans[static_cast<size_t>(i)];
        span.first = static_cast<int>(low);
        for (int p = span.first; p < high; p++) {
            const double inside = std::min(high, p + 1.0) - std::max(low, static_cast<double>(p));
            span.weights.push_back(static_cast<unsigned>(std::lround(256 * inside)));
        }
    }
    return spans;
}

// Reduces by averaging areas, rows first, so that fine texture does not turn into false edges.
void reduce_part(const mien_luma &luma, const mien_search &search, int width, int height,
                 dlib::array2d<unsigned char> &out)
{
    const std::vector<Span> columns = spans_of(search.width, width), rows = spans_of(search.height, height);
    std::vector<unsigned> sums(static_cast<size_t>(search.width));
    out.set_size(height, width);
    for (int y = 0; y < height; y++) {
        const Span &rs = rows[static_cast<size_t>(y)];
        unsigned row_weight = 0;
        std::fill(sums.begin(), sums.end(), 0U);
        for (size_t r = 0; r < rs.weights.size(); r++) {
            const uint8_t *row =
                luma.pixels + (search.top + rs.first + static_cast<int>(r)) * luma.stride + search.left;
            row_weight += rs.weights[r];
            for (size_t x = 0; x < sums.size(); x++)
                sums[x] += rs.weights[r] * row[x];
        }
        for (int x = 0; x < width; x++) {
            const Span &cs = columns[static_cast<size_t>(x)];
            uint64_t sum = 0, weight = 0;
            for (size_t c = 0; c < cs.weights.size(); c++) {
                sum += static_cast<uint64_t>(cs.weights[c]) * sums[static_cast<size_t>(cs.first) + c];
                weight += static_cast<uint64_t>(cs.weights[c]) * row_weight;
            }
            out[y][x] = static_cast<unsigned char>((sum + weight / 2) / weight);
        }
    }
}

void enlarge_part(const mien_luma &luma, const mien_search &search, int width, int height,
                  dlib::array2d<unsigned char> &out)
{
    dlib::array2d<unsigned char> part;
    copy_part(luma, search, part);
    out.set_size(height, width);
    dlib::resize_image(part, out, dlib::interpolate_bilinear());
}

// Returns the factors from the searched picture back to the part.
void prepare(const mien_luma &luma, const mien_search &search, dlib::array2d<unsigned char> &out,
             double &across, double &down)
{
    const int width = std::max(1, static_cast<int>(std::lround(search.width * search.scale)));
    const int height = std::max(1, static_cast<int>(std::lround(search.height * search.scale)));
    across = static_cast<double>(search.width) / width;
    down = static_cast<double>(search.height) / height;
    if (width == search.width && height == search.height)
        copy_part(luma, search, out);
    else if (width < search.width)
        reduce_part(luma, search, width, height, out);
    else
        enlarge_part(luma, search, width, height, out);
}

double between(const mien_luma &luma, double x, double y)
{
    if (!(x >= 0 && y >= 0 && x <= luma.width - 1 && y <= luma.height - 1))
        return 0;
    const int left = std::min(static_cast<int>(x), std::max(0, luma.width - 2));
    const int top = std::min(static_cast<int>(y), std::max(0, luma.height - 2));
    const double right = x - left, down = y - top;
    const uint8_t *p = luma.pixels + top * luma.stride + left;
    const ptrdiff_t next = luma.width > 1 ? 1 : 0, below = luma.height > 1 ? luma.stride : 0;
    return (p[0] * (1 - right) + p[next] * right) * (1 - down) +
           (p[below] * (1 - right) + p[below + next] * right) * down;
}

mien_luma luma_of(const dlib::array2d<unsigned char> &picture)
{
    return {picture.size() > 0 ? &picture[0][0] : nullptr, static_cast<int>(picture.nc()),
            static_cast<int>(picture.nr()), picture.width_step()};
}

// The part of the picture that holds a turned region, as far as there is one.
mien_search part_about(const mien_luma &luma, const mien_region &region)
{
    const double c = std::fabs(std::cos(region.turn)), s = std::fabs(std::sin(region.turn));
    const double across = (c * region.width + s * region.height) / 2;
    const double down = (s * region.width + c * region.height) / 2;
    const auto within = [](double value, int most) {
        return static_cast<int>(std::clamp(value, 0.0, static_cast<double>(most)));
    };
    const int left = within(std::floor(region.x - across), luma.width);
    const int top = within(std::floor(region.y - down), luma.height);
    const int right = within(std::ceil(region.x + across), luma.width);
    const int bottom = within(std::ceil(region.y + down), luma.height);
    return {left, top, right - left, bottom - top, region.scale, region.threshold};
}

// How a turned region lies in the part of the picture that was scaled for the detector.
struct Turned {
    double x, y;               // The middle of the region in the scaled part.
    double cosine, sine;       // Of the region's turn.
    double middle_x, middle_y; // The middle of the turned picture.
};

Turned turn_part(const dlib::array2d<unsigned char> &part, const mien_region &region, double x, double y,
                 dlib::array2d<unsigned char> &out)
{
    const int width = std::max(1, static_cast<int>(std::lround(region.width * region.scale)));
    const int height = std::max(1, static_cast<int>(std::lround(region.height * region.scale)));
    const Turned turned = {
        x, y, std::cos(region.turn), std::sin(region.turn), (width - 1) / 2.0, (height - 1) / 2.0};
    const mien_luma luma = luma_of(part);
    out.set_size(height, width);
    for (int v = 0; v < height; v++)
        for (int u = 0; u < width; u++) {
            const double right = u - turned.middle_x, down = v - turned.middle_y;
            const double grey = between(luma, x + turned.cosine * right - turned.sine * down,
                                        y + turned.sine * right + turned.cosine * down);
            out[v][u] = static_cast<unsigned char>(std::lround(grey));
        }
    return turned;
}

// The mean of samples x samples whole pixels, whose places begin at x, y and differ by (cosine, sine).
double mean_about(const mien_luma &luma, double x, double y, double cosine, double sine, int samples)
{
    int sum = 0;
    for (int j = 0; j < samples; j++)
        for (int i = 0; i < samples; i++) {
            const double px = x + cosine * i - sine * j + 0.5, py = y + sine * i + cosine * j + 0.5;
            if (px >= 0 && py >= 0 && px < luma.width && py < luma.height)
                sum += luma.pixels[static_cast<ptrdiff_t>(py) * luma.stride + static_cast<ptrdiff_t>(px)];
        }
    return static_cast<double>(sum) / (samples * samples);
}

// The surroundings of a place, turned upright and scaled, zero outside the picture: interpolated where they
// are enlarged, averaged where they are reduced.
void take_upright(const mien_luma &luma, const mien_place &place, dlib::array2d<unsigned char> &out)
{
    const double step = place.across / check_inner;
    const int samples = std::clamp(static_cast<int>(std::lround(step)), 1, 8);
    const double cosine = std::cos(place.turn) * step / samples, sine = std::sin(place.turn) * step / samples;
    const double middle = (check_side * samples - 1) / 2.0;
    out.set_size(check_side, check_side);
    for (int v = 0; v < check_side; v++)
        for (int u = 0; u < check_side; u++) {
            const double right = u * samples - middle, down = v * samples - middle;
            const double x = place.x + cosine * right - sine * down,
                         y = place.y + sine * right + cosine * down;
            const double grey =
                samples > 1 ? mean_about(luma, x, y, cosine, sine, samples) : between(luma, x, y);
            out[v][u] = static_cast<unsigned char>(std::lround(grey));
        }
}

} // namespace

enum mien_status mien_detector_new(mien_detector **detector, mien_error *error)
{
    try {
        *detector = new mien_detector{all_filters(), {}, {}, {}};
        return MIEN_OK;
    } catch (const std::bad_alloc &) {
        return mien_fail(error, MIEN_ERR_MEMORY, "out of memory for the face detector");
    } catch (const std::exception &problem) {
        return mien_fail(error, MIEN_ERR_INTERNAL, "the face detector does not start: %s", problem.what());
    }
}

void mien_detector_free(mien_detector *detector)
{
    delete detector;
}

// Faces of every size.
static std::vector<dlib::rect_detection> detect(mien_detector &detector,
                                                const dlib::array2d<unsigned char> &picture, double threshold)
{
    return detector.scan.find(detector.filters, picture, threshold,
                              detector.filters.scanner.get_max_pyramid_levels());
}

enum mien_status mien_detector_find_turned(mien_detector *detector, const mien_luma *luma,
                                           const mien_region *region, mien_candidate *faces, size_t room,
                                           size_t *count, mien_error *error)
{
    try {
        const mien_search part = part_about(*luma, *region);
        *count = 0;
        if (part.width <= 0 || part.height <= 0)
            return MIEN_OK;
        double across, down;
        prepare(*luma, part, detector->picture, across, down);
        Turned turned = {0, 0, 1, 0, 0, 0};
        if (region->turn != 0)
            turned = turn_part(detector->picture, *region, (region->x - part.left) / across,
                               (region->y - part.top) / down, detector->turned);
        const auto found =
            detect(*detector, region->turn != 0 ? detector->turned : detector->picture, region->threshold);
        *count = std::min(room, found.size());
        for (size_t i = 0; i < *count; i++) {
            const dlib::rectangle &r = found[i].rect;
            const double right = static_cast<double>(r.left() + r.right()) / 2 - turned.middle_x;
            const double below = static_cast<double>(r.top() + r.bottom()) / 2 - turned.middle_y;
            const double x = turned.x + turned.cosine * right - turned.sine * below;
            const double y = turned.y + turned.sine * right + turned.cosine * below;
            faces[i].place = {part.left + x * across, part.top + y * down,
                              static_cast<double>(r.width()) * across - 1,
                              static_cast<double>(r.height()) * down - 1, region->turn};
            faces[i].score = found[i].detection_confidence;
        }
        return MIEN_OK;
    } catch (const std::bad_alloc &) {
        return mien_fail(error, MIEN_ERR_MEMORY, "out of memory while looking for faces");
    } catch (const std::exception &problem) {
        return mien_fail(error, MIEN_ERR_INTERNAL, "looking for faces: %s", problem.what());
    }
}

enum mien_status mien_detector_find(mien_detector *detector, const mien_luma *luma, const mien_search *search,
                                    mien_box *boxes, size_t room, size_t *count, mien_error *error)
{
    try {
        double across, down;
        prepare(*luma, *search, detector->picture, across, down);
        const auto found = detect(*detector, detector->picture, search->threshold);
        *count = std::min(room, found.size());
        for (size_t i = 0; i < *count; i++) {
            const dlib::rectangle &r = found[i].rect;
            boxes[i] = {search->left + static_cast<double>(r.left()) * across,
                        search->top + static_cast<double>(r.top()) * down,
                        static_cast<double>(r.width()) * across, static_cast<double>(r.height()) * down,
                        found[i].detection_confidence};
        }
        return MIEN_OK;
    } catch (const std::bad_alloc &) {
        return mien_fail(error, MIEN_ERR_MEMORY, "out of memory while looking for faces");
    } catch (const std::exception &problem) {
        return mien_fail(error, MIEN_ERR_INTERNAL, "looking for faces: %s", problem.what());
    }
}

enum mien_status mien_detector_score(mien_detector *detector, const mien_luma *luma, const mien_place *place,
                                     double threshold, mien_verdict *verdict, mien_error *error)
{
    try {
        take_upright(*luma, *place, detector->picture);
        *verdict = {-std::numeric_limits<double>::infinity(), 0, 0, 0};
        for (const dlib::rect_detection &face :
             detector->scan.find(detector->filters, detector->picture, threshold, check_levels)) {
            const double x = (static_cast<double>(face.rect.left() + face.rect.right()) - check_side) / 2;
            const double y = (static_cast<double>(face.rect.top() + face.rect.bottom()) - check_side) / 2;
            if (std::hypot(x, y) >= 0.4 * check_inner)
                continue;
            *verdict = {face.detection_confidence, x / check_inner, y / check_inner,
                        static_cast<double>(face.rect.width() - 1) / check_inner};
            break; // The best comes first.
        }
        return MIEN_OK;
    } catch (const std::bad_alloc &) {
        return mien_fail(error, MIEN_ERR_MEMORY, "out of memory while looking for faces");
    } catch (const std::exception &problem) {
        return mien_fail(error, MIEN_ERR_INTERNAL, "looking for faces: %s", problem.what());
    }
}
