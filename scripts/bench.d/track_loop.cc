// SPDX-License-Identifier: GPL-3.0-or-later
//
// One timed pass over a video: track_loop MODE VIDEO. Prints frames, frames with the face, seconds of
// processor time, seconds of the clock, and the peak of resident memory in megabytes. All modes read the luma
// plane of the frames through the same decoder.
//
//   decode   decodes, one thread
//   plain    the loop that everybody writes first with dlib: its detector and its predictor on every frame
//   lean     face.track with one fit a frame, one thread
//   mean     face.track without the fit of each half of the face and of lids and iris, one thread
//   blind    face.track without lids and iris, one thread
//   default  face.track, one thread
//   ahead    lean with a thread that decodes ahead
//   whole    default with a thread that decodes ahead
//   all      default, then movement of the skin over the whole video, one thread
//   two      default on two copies of the file at once, each in one thread; frames are those of both
#include <dlib/image_processing.h>
#include <dlib/image_processing/frontal_face_detector.h>

extern "C" {
#include "face/face.h"
#include "video/video.h"
#ifdef WITH_MOVEMENT
#include "movement/movement.h"
#endif
}

#include <cmath>
#include <cstdio>
#include <cstring>
#include <string>
#include <sys/resource.h>
#include <thread>
#include <time.h>

namespace
{

double now(clockid_t clock)
{
    timespec time;
    clock_gettime(clock, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

// Both clocks since it was made.
struct Watch {
    double processor = now(CLOCK_PROCESS_CPUTIME_ID), clock = now(CLOCK_MONOTONIC);
};

int fail(const char *text)
{
    std::fprintf(stderr, "track_loop: %s\n", text);
    return 1;
}

const char *model_path()
{
    const char *named = std::getenv("MIEN_LANDMARKS");
    return named && *named ? named : "/usr/share/dlib/shape_predictor_68_face_landmarks.dat";
}

void report(size_t frames, size_t found, const Watch &watch)
{
    const double processor = now(CLOCK_PROCESS_CPUTIME_ID) - watch.processor;
    const double clock = now(CLOCK_MONOTONIC) - watch.clock;
    rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    std::printf("%zu %zu %.6f %.6f %.1f\n", frames, found, processor, clock,
                static_cast<double>(usage.ru_maxrss) / 1024);
}

struct Result {
    size_t frames = 0, found = 0;
    mien_error error = {};
    mien_status status = MIEN_OK;
};

// Movement beyond landmarks of a video that was just tracked, its first half second at rest.
#ifdef WITH_MOVEMENT
mien_status move_one(const mien_track *track, mien_error *error)
{
    mien_movement_options options = {};
    mien_movement *movement;
    options.t1 = 0.5;
    options.start = -INFINITY;
    options.stop = INFINITY;
    mien_status status = mien_movement_find(track, &options, nullptr, &movement, error);
    if (status == MIEN_OK)
        mien_movement_free(movement);
    return status;
}
#else
mien_status move_one(const mien_track *, mien_error *error)
{
    return mien_fail(error, MIEN_ERR_TOOL, "built without OpenCV");
}
#endif

void track_one(const char *path, const mien_landmark_model *model, const mien_track_options *options,
               bool all, Result *result)
{
    mien_track *track;
    result->status = mien_face_track(path, model, options, nullptr, &track, &result->error);
    if (result->status != MIEN_OK)
        return;
    result->frames = track->count;
    for (size_t i = 0; i < track->count; i++)
        result->found += track->found[i];
    if (all)
        result->status = move_one(track, &result->error);
    mien_track_free(track);
}

int run_mien(const char *path, const std::string &mode)
{
    mien_error error;
    mien_landmark_model *model;
    mien_track_options options = {};
    Result results[2];
    options.start = options.stop = NAN;
    options.lean = mode == "lean" || mode == "ahead";
    options.plain = mode == "mean";
    options.blind = mode == "mean" || mode == "blind";
    options.ahead = mode == "ahead" || mode == "whole";
    if (mien_landmark_model_load(nullptr, &model, &error) != MIEN_OK)
        return fail(error.text);
    // The detector's filters are decoded once per process; the plain loop's are made before its clock starts
    // as well.
    mien_box *boxes;
    size_t count;
    const uint8_t black[100 * 100] = {0};
    if (mien_face_detect(black, 100, 100, 100, &boxes, &count, &error) != MIEN_OK)
        return fail(error.text);
    std::free(boxes);
    const Watch watch;
    std::thread second;
    if (mode == "two")
        second = std::thread(track_one, path, model, &options, false, &results[1]);
    track_one(path, model, &options, mode == "all", &results[0]);
    if (second.joinable())
        second.join();
    report(results[0].frames + results[1].frames, results[0].found + results[1].found, watch);
    mien_landmark_model_free(model);
    for (const Result &result : results)
        if (result.status != MIEN_OK)
            return fail(result.error.text);
    return 0;
}

int run_loop(const char *path, bool faces)
{
    mien_error error;
    mien_video *video;
    mien_video_frame frame;
    dlib::frontal_face_detector detector;
    dlib::shape_predictor predictor;
    dlib::array2d<unsigned char> picture;
    size_t frames = 0, found = 0;
    long check = 0;
    if (faces) {
        detector = dlib::get_frontal_face_detector();
        dlib::deserialize(model_path()) >> predictor;
    }
    const Watch watch;
    if (mien_video_open(path, &video, &error) != MIEN_OK)
        return fail(error.text);
    for (; mien_video_next(video, &frame, &error) == MIEN_OK; frames++) {
        if (!faces)
            continue;
        picture.set_size(frame.height, frame.width);
        for (int y = 0; y < frame.height; y++)
            std::memcpy(&picture[y][0], frame.luma + y * frame.luma_stride, static_cast<size_t>(frame.width));
        const std::vector<dlib::rectangle> boxes = detector(picture);
        found += !boxes.empty();
        if (!boxes.empty())
            check += predictor(picture, boxes[0]).part(30).x();
    }
    mien_video_close(video);
    report(frames, found, watch);
    return check < 0;
}

} // namespace

int main(int count, char **arguments)
{
    const std::string mode = count == 3 ? arguments[1] : "";
    try {
        for (const char *known : {"lean", "mean", "blind", "default", "ahead", "whole", "all", "two"})
            if (mode == known)
                return run_mien(arguments[2], mode);
        if (mode == "plain" || mode == "decode")
            return run_loop(arguments[2], mode == "plain");
    } catch (const std::exception &problem) {
        return fail(problem.what());
    }
    return fail("usage: track_loop decode|plain|lean|mean|blind|default|ahead|whole|two VIDEO");
}
