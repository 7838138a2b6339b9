// SPDX-License-Identifier: GPL-3.0-or-later
//
// accuracy_loop VIDEO: the tracker's points against dlib's own detector and predictor on every frame. Prints
// frames, frames found by dlib, frames found by mien, and the distance of the two: median over the frames of
// both of the mean over the points, in % of the interocular distance, and its 90th percentile; last the
// median distance of dlib's points from its own when its box is moved by a twentieth, half the step of its
// detector. -1 where there is no such frame.
#include <dlib/image_processing.h>
#include <dlib/image_processing/frontal_face_detector.h>

extern "C" {
#include "face/face.h"
#include "video/video.h"
}

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

static int fail(const char *text)
{
    std::fprintf(stderr, "accuracy_loop: %s\n", text);
    return 1;
}

static const char *model_path()
{
    const char *named = std::getenv("MIEN_LANDMARKS");
    return named && *named ? named : "/usr/share/dlib/shape_predictor_68_face_landmarks.dat";
}

// Mean distance of the points, % of iod. With several faces in view the nearest one is meant.
static double distance(const dlib::full_object_detection &shape, const mien_track &track, size_t frame)
{
    const double *x = track.x + frame * MIEN_POINTS, *y = track.y + frame * MIEN_POINTS;
    double sum = 0;
    for (unsigned long i = 0; i < MIEN_POINTS; i++)
        sum += std::hypot(static_cast<double>(shape.part(i).x()) - x[i],
                          static_cast<double>(shape.part(i).y()) - y[i]);
    return 100 * sum / MIEN_POINTS / mien_track_interocular(&track, frame);
}

// How far dlib's points go when its box moves by half the detector's step: no tracker can be closer to them.
static double own_distance(const dlib::shape_predictor &predictor,
                           const dlib::array2d<unsigned char> &picture, const dlib::rectangle &box,
                           const mien_track &track, size_t frame)
{
    const long step = static_cast<long>(box.width()) / 20;
    const dlib::full_object_detection a = predictor(picture, box);
    const dlib::full_object_detection b = predictor(picture, dlib::translate_rect(box, step, step));
    double sum = 0;
    for (unsigned long i = 0; i < MIEN_POINTS; i++)
        sum += (a.part(i) - b.part(i)).length();
    return 100 * sum / MIEN_POINTS / mien_track_interocular(&track, frame);
}

static double quantile(std::vector<double> values, double part)
{
    if (values.empty())
        return -1;
    std::sort(values.begin(), values.end());
    return values[static_cast<size_t>(part * static_cast<double>(values.size() - 1) + 0.5)];
}

static int compare(const char *path, const mien_track &track)
{
    mien_error error;
    mien_video *video;
    mien_video_frame frame;
    dlib::frontal_face_detector detector = dlib::get_frontal_face_detector();
    dlib::shape_predictor predictor;
    dlib::deserialize(model_path()) >> predictor;
    dlib::array2d<unsigned char> picture;
    std::vector<double> distances, own;
    size_t frames = 0, plain = 0, found = 0;
    if (mien_video_open(path, &video, &error) != MIEN_OK)
        return fail(error.text);
    for (; mien_video_next(video, &frame, &error) == MIEN_OK; frames++) {
        picture.set_size(frame.height, frame.width);
        for (int y = 0; y < frame.height; y++)
            std::memcpy(&picture[y][0], frame.luma + y * frame.luma_stride, static_cast<size_t>(frame.width));
        const std::vector<dlib::rectangle> boxes = detector(picture);
        const bool tracked = frames < track.count && track.found[frames];
        plain += !boxes.empty();
        found += tracked;
        double nearest = INFINITY;
        for (const dlib::rectangle &box : boxes)
            if (tracked)
                nearest = std::min(nearest, distance(predictor(picture, box), track, frames));
        if (!std::isfinite(nearest))
            continue;
        distances.push_back(nearest);
        own.push_back(own_distance(predictor, picture, boxes[0], track, frames));
    }
    mien_video_close(video);
    std::printf("%zu %zu %zu %zu %.3f %.3f %.3f\n", frames, track.count, plain, found,
                quantile(distances, 0.5), quantile(distances, 0.9), quantile(own, 0.5));
    return 0;
}

int main(int count, char **arguments)
{
    mien_error error;
    mien_landmark_model *model;
    mien_track *track;
    if (count != 2)
        return fail("usage: accuracy_loop VIDEO");
    try {
        if (mien_landmark_model_load(model_path(), &model, &error) != MIEN_OK)
            return fail(error.text);
        if (mien_face_track(arguments[1], model, nullptr, nullptr, &track, &error) != MIEN_OK)
            return fail(error.text);
        const int status = compare(arguments[1], *track);
        mien_track_free(track);
        mien_landmark_model_free(model);
        return status;
    } catch (const std::exception &problem) {
        return fail(problem.what());
    }
}
