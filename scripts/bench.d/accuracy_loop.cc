// SPDX-License-Identifier: GPL-3.0-or-later
//
// accuracy_loop VIDEO CACHE [lean|default] [ABSENT_FROM]: the tracker's points against dlib's own detector
// and predictor on every frame. Prints, on one line:
//
//   frames, rows of the track, frames found by dlib, frames found by mien,
//   the distance of the two: median over the frames of both of the mean over the points, in % of the
//   interocular distance, and its 90th percentile (-1 where there is no such frame),
//   the median distance of dlib's points from its own when its box is moved by a twentieth, half the step of
//   its detector,
//   the longest run of frames that dlib finds and mien does not, and the frame after it,
//   the largest confidence from frame ABSENT_FROM on (-1 where nothing is found there).
//
// dlib needs minutes for what mien does in seconds, so what it found is kept in the file CACHE.
#include <dlib/image_processing.h>
#include <dlib/image_processing/frontal_face_detector.h>

extern "C" {
#include "face/face.h"
#include "video/video.h"
}

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <string>
#include <vector>

namespace
{

// One face of one frame as dlib sees it, in its whole pixels; `moved` from a box moved by half a step.
struct Face {
    std::array<int, MIEN_POINTS> x, y, moved_x, moved_y;
};
using Frames = std::vector<std::vector<Face>>;

int fail(const char *text)
{
    std::fprintf(stderr, "accuracy_loop: %s\n", text);
    return 1;
}

const char *model_path()
{
    const char *named = std::getenv("MIEN_LANDMARKS");
    return named && *named ? named : "/usr/share/dlib/shape_predictor_68_face_landmarks.dat";
}

void copy_points(const dlib::full_object_detection &shape, std::array<int, MIEN_POINTS> &x,
                 std::array<int, MIEN_POINTS> &y)
{
    for (unsigned long i = 0; i < MIEN_POINTS; i++) {
        x[i] = static_cast<int>(shape.part(i).x());
        y[i] = static_cast<int>(shape.part(i).y());
    }
}

Face face_in(const dlib::shape_predictor &predictor, const dlib::array2d<unsigned char> &picture,
             const dlib::rectangle &box)
{
    Face face;
    const long step = static_cast<long>(box.width()) / 20;
    copy_points(predictor(picture, box), face.x, face.y);
    copy_points(predictor(picture, dlib::translate_rect(box, step, step)), face.moved_x, face.moved_y);
    return face;
}

Frames detect(const char *path)
{
    mien_error error;
    mien_video *video;
    mien_video_frame frame;
    dlib::frontal_face_detector detector = dlib::get_frontal_face_detector();
    dlib::shape_predictor predictor;
    dlib::deserialize(model_path()) >> predictor;
    dlib::array2d<unsigned char> picture;
    Frames frames;
    if (mien_video_open(path, &video, &error) != MIEN_OK)
        throw std::runtime_error(error.text);
    while (mien_video_next(video, &frame, &error) == MIEN_OK) {
        picture.set_size(frame.height, frame.width);
        for (int y = 0; y < frame.height; y++)
            std::memcpy(&picture[y][0], frame.luma + y * frame.luma_stride, static_cast<size_t>(frame.width));
        frames.emplace_back();
        for (const dlib::rectangle &box : detector(picture))
            frames.back().push_back(face_in(predictor, picture, box));
    }
    mien_video_close(video);
    return frames;
}

bool read_cache(const char *path, Frames &frames)
{
    std::ifstream file(path, std::ios::binary);
    size_t count = 0;
    if (!file.read(reinterpret_cast<char *>(&count), sizeof count) || count > 10'000'000)
        return false;
    frames.resize(count);
    for (std::vector<Face> &faces : frames) {
        size_t in_frame = 0;
        if (!file.read(reinterpret_cast<char *>(&in_frame), sizeof in_frame) || in_frame > 1000)
            return false;
        faces.resize(in_frame);
        file.read(reinterpret_cast<char *>(faces.data()),
                  static_cast<std::streamsize>(in_frame * sizeof(Face)));
    }
    return static_cast<bool>(file);
}

void write_cache(const char *path, const Frames &frames)
{
    std::ofstream file(path, std::ios::binary);
    const size_t count = frames.size();
    file.write(reinterpret_cast<const char *>(&count), sizeof count);
    for (const std::vector<Face> &faces : frames) {
        const size_t in_frame = faces.size();
        file.write(reinterpret_cast<const char *>(&in_frame), sizeof in_frame);
        file.write(reinterpret_cast<const char *>(faces.data()),
                   static_cast<std::streamsize>(in_frame * sizeof(Face)));
    }
}

// Mean distance of the points, % of iod.
double distance(const Face &face, const mien_track &track, size_t frame)
{
    const double *x = track.x + frame * MIEN_POINTS, *y = track.y + frame * MIEN_POINTS;
    double sum = 0;
    for (size_t i = 0; i < MIEN_POINTS; i++)
        sum += std::hypot(face.x[i] - x[i], face.y[i] - y[i]);
    return 100 * sum / MIEN_POINTS / mien_track_interocular(&track, frame);
}

// How far dlib's points go when its box moves by half the detector's step: no tracker can be closer to them.
double own_distance(const Face &face, const mien_track &track, size_t frame)
{
    double sum = 0;
    for (size_t i = 0; i < MIEN_POINTS; i++)
        sum += std::hypot(face.x[i] - face.moved_x[i], face.y[i] - face.moved_y[i]);
    return 100 * sum / MIEN_POINTS / mien_track_interocular(&track, frame);
}

double quantile(std::vector<double> values, double part)
{
    if (values.empty())
        return -1;
    std::sort(values.begin(), values.end());
    return values[static_cast<size_t>(part * static_cast<double>(values.size() - 1) + 0.5)];
}

void compare(const Frames &frames, const mien_track &track, size_t absent_from)
{
    std::vector<double> distances, own;
    size_t plain = 0, found = 0, lost = 0, longest = 0, after = 0;
    double surest = -1;
    for (size_t i = 0; i < frames.size(); i++) {
        const bool tracked = i < track.count && track.found[i];
        plain += !frames[i].empty();
        found += tracked;
        lost = !frames[i].empty() && !tracked ? lost + 1 : 0;
        if (lost > longest) {
            longest = lost;
            after = i + 1;
        }
        if (tracked && i >= absent_from)
            surest = std::max(surest, track.confidence[i]);
        double nearest = INFINITY; // With several faces in view the nearest one is meant.
        for (const Face &face : frames[i])
            if (tracked)
                nearest = std::min(nearest, distance(face, track, i));
        if (!std::isfinite(nearest))
            continue;
        distances.push_back(nearest);
        own.push_back(own_distance(frames[i][0], track, i));
    }
    std::printf("%zu %zu %zu %zu %.3f %.3f %.3f %zu %zu %.3f\n", frames.size(), track.count, plain, found,
                quantile(distances, 0.5), quantile(distances, 0.9), quantile(own, 0.5), longest, after,
                surest);
}

} // namespace

int main(int count, char **arguments)
{
    mien_error error;
    mien_landmark_model *model;
    mien_track *track;
    mien_track_options options = {};
    options.start = options.stop = NAN;
    if (count < 3)
        return fail("usage: accuracy_loop VIDEO CACHE [lean|default] [ABSENT_FROM]");
    options.lean = count > 3 && std::string(arguments[3]) == "lean";
    const size_t absent_from = count > 4 ? std::stoul(arguments[4]) : SIZE_MAX;
    try {
        Frames frames;
        if (!read_cache(arguments[2], frames)) {
            frames = detect(arguments[1]);
            write_cache(arguments[2], frames);
        }
        if (mien_landmark_model_load(nullptr, &model, &error) != MIEN_OK)
            return fail(error.text);
        if (mien_face_track(arguments[1], model, &options, nullptr, &track, &error) != MIEN_OK)
            return fail(error.text);
        compare(frames, *track, absent_from);
        mien_track_free(track);
        mien_landmark_model_free(model);
        return 0;
    } catch (const std::exception &problem) {
        return fail(problem.what());
    }
}
