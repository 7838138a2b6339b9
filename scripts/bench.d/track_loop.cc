// SPDX-License-Identifier: GPL-3.0-or-later
//
// One timed pass over a video: track_loop decode|plain|mien VIDEO. Prints frames, frames with the face,
// seconds, and the peak of resident memory in megabytes. `plain` is the loop that everybody writes first with
// dlib: its detector and its predictor on every frame. All three read the frames through the same decoder,
// one thread, the luma plane.
#include <dlib/image_processing.h>
#include <dlib/image_processing/frontal_face_detector.h>

extern "C" {
#include "face/face.h"
#include "video/video.h"
}

#include <cstdio>
#include <cstring>
#include <string>
#include <sys/resource.h>
#include <time.h>

static double now()
{
    timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

static int fail(const char *text)
{
    std::fprintf(stderr, "track_loop: %s\n", text);
    return 1;
}

static const char *model_path()
{
    const char *named = std::getenv("MIEN_LANDMARKS");
    return named && *named ? named : "/usr/share/dlib/shape_predictor_68_face_landmarks.dat";
}

static void report(size_t frames, size_t found, double seconds)
{
    rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    std::printf("%zu %zu %.6f %.1f\n", frames, found, seconds, static_cast<double>(usage.ru_maxrss) / 1024);
}

static int run_mien(const char *path)
{
    mien_error error;
    mien_landmark_model *model;
    mien_track *track;
    if (mien_landmark_model_load(model_path(), &model, &error) != MIEN_OK)
        return fail(error.text);
    // The detector's filters are decoded once per process; the plain loop's are made before its clock starts
    // as well.
    mien_box *boxes;
    size_t count;
    const uint8_t black[100 * 100] = {0};
    if (mien_face_detect(black, 100, 100, 100, &boxes, &count, &error) != MIEN_OK)
        return fail(error.text);
    std::free(boxes);
    const double start = now();
    if (mien_face_track(path, model, nullptr, nullptr, &track, &error) != MIEN_OK)
        return fail(error.text);
    const double seconds = now() - start;
    size_t found = 0;
    for (size_t i = 0; i < track->count; i++)
        found += track->found[i];
    report(track->count, found, seconds);
    mien_track_free(track);
    mien_landmark_model_free(model);
    return 0;
}

static int run_loop(const char *path, bool faces)
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
    const double start = now();
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
    report(frames, found, now() - start);
    return check < 0;
}

int main(int count, char **arguments)
{
    const std::string mode = count == 3 ? arguments[1] : "";
    try {
        if (mode == "mien")
            return run_mien(arguments[2]);
        if (mode == "plain" || mode == "decode")
            return run_loop(arguments[2], mode == "plain");
    } catch (const std::exception &problem) {
        return fail(problem.what());
    }
    return fail("usage: track_loop decode|plain|mien VIDEO");
}
