/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows the face through disturbed copies of a recording and writes one row per frame:
 *   confidence_loop LABEL VIDEO [FRAMES [TRUTH]]
 * The error is the mean distance of the points from those of the same frame undisturbed (moved along where
 * the picture was moved), in interocular distances. TRUTH, rows of x1 y1 x2 ..., takes their place where the
 * true points are known; what the model has wrong in the same way in every undisturbed frame is then added to
 * it, for nothing within a recording can tell that. How strong a disturbance is rises from nothing and falls
 * again, so that every strength occurs. With LEAN in the environment the lean mode is used.
 */
#include "base/random.h"
#include "face/follower.h"
#include "video/video.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_FRAMES = 180, PERIOD = 45 };

struct clip {
    int width, height;
    size_t count;
    uint8_t *pixels[MOST_FRAMES];
};

enum kind { NONE, FLAT, SKIN, NOISE_PATCH, SCENE, BLUR, NOISE, DARK, SHIFT, BLUR_NOISE, KINDS };

static const char *const kind_names[KINDS] = {"none",        "grey patch", "skin patch", "noise patch",
                                              "scene patch", "blur",       "noise",      "dark",
                                              "shift",       "blur, noise"};

/* The face of one undisturbed frame. */
struct face {
    const double *x, *y;
    double eyes, middle_x, middle_y;
};

static int fail(const char *text)
{
    fprintf(stderr, "confidence_loop: %s\n", text);
    return 1;
}

static int read_clip(const char *path, size_t most, struct clip *clip, struct mien_error *error)
{
    struct mien_video *video;
    struct mien_video_frame frame;
    if (mien_video_open(path, &video, error) != MIEN_OK)
        return -1;
    clip->count = 0;
    while (clip->count < most && mien_video_next(video, &frame, error) == MIEN_OK) {
        clip->width = frame.width;
        clip->height = frame.height;
        uint8_t *copy = malloc((size_t)frame.width * (size_t)frame.height);
        if (!copy)
            break;
        for (int y = 0; y < frame.height; y++)
            memcpy(copy + (size_t)y * (size_t)frame.width, frame.luma + y * frame.luma_stride,
                   (size_t)frame.width);
        clip->pixels[clip->count++] = copy;
    }
    mien_video_close(video);
    return 0;
}

static struct face face_of(const struct mien_track *track, size_t row)
{
    struct face face = {track->x + row * MIEN_POINTS, track->y + row * MIEN_POINTS,
                        mien_track_interocular(track, row), 0, 0};
    for (int i = 17; i < MIEN_POINTS; i++) {
        face.middle_x += face.x[i] / (MIEN_POINTS - 17);
        face.middle_y += face.y[i] / (MIEN_POINTS - 17);
    }
    return face;
}

/* ---- Disturbances; strength 0..1 ---- */

static uint8_t grey(double value)
{
    return (uint8_t)fmin(255, fmax(0, value + 0.5));
}

/* A round patch that enters the face from a side and leaves it on the other, as a hand does. */
static void put_patch(uint8_t *pixels, const struct clip *clip, const struct face *face, enum kind kind,
                      double strength, double way, struct mien_random *random)
{
    double radius = (0.3 + 0.7 * strength) * face->eyes;
    double angle = way * 6.2831853, off = (1.5 - 1.5 * strength) * face->eyes;
    double cx = face->middle_x + cos(angle) * off, cy = face->middle_y + sin(angle) * off;
    int cheek_x = (int)face->x[30], cheek_y = (int)face->y[30];
    double skin = 128;
    if (cheek_x >= 0 && cheek_x < clip->width && cheek_y >= 0 && cheek_y < clip->height)
        skin = pixels[(size_t)cheek_y * (size_t)clip->width + (size_t)cheek_x];
    for (int y = (int)fmax(0, cy - radius); y < fmin(clip->height, cy + radius); y++)
        for (int x = (int)fmax(0, cx - radius); x < fmin(clip->width, cx + radius); x++) {
            if (hypot(x - cx, y - cy) > radius)
                continue;
            uint8_t *pixel = pixels + (size_t)y * (size_t)clip->width + x;
            int other = (x + clip->width / 2) % clip->width;
            if (kind == FLAT)
                *pixel = 90;
            else if (kind == SKIN)
                *pixel = grey(skin + 12 * (x - cx) / radius + 3 * mien_random_normal(random));
            else if (kind == NOISE_PATCH)
                *pixel = (uint8_t)mien_random_below(random, 256);
            else
                *pixel = pixels[(size_t)y * (size_t)clip->width + (size_t)other];
        }
}

static void blur_rows(uint8_t *pixels, size_t lines, size_t length, size_t line_step, size_t step,
                      size_t half)
{
    uint8_t *line = malloc(length);
    if (!line)
        return;
    for (size_t l = 0; l < lines; l++) {
        uint8_t *first = pixels + l * line_step;
        unsigned sum = 0;
        for (size_t i = 0; i < length; i++)
            line[i] = first[i * step];
        for (size_t i = 0; i < 2 * half + 1; i++)
            sum += line[i < half ? 0 : (i - half < length ? i - half : length - 1)];
        for (size_t i = 0; i < length; i++) {
            first[i * step] = (uint8_t)(sum / (2 * half + 1));
            sum += line[i + half + 1 < length ? i + half + 1 : length - 1];
            sum -= line[i > half ? i - half : 0];
        }
    }
    free(line);
}

/* Two passes of a running mean. */
static void blur(uint8_t *pixels, const struct clip *clip, double half)
{
    size_t width = (size_t)clip->width, height = (size_t)clip->height, whole = (size_t)(half + 0.5);
    for (int pass = 0; whole > 0 && pass < 2; pass++) {
        blur_rows(pixels, height, width, width, 1, whole);
        blur_rows(pixels, width, height, 1, width, whole);
    }
}

static void add_noise(uint8_t *pixels, const struct clip *clip, double gain, double sd,
                      struct mien_random *random)
{
    size_t count = (size_t)clip->width * (size_t)clip->height;
    for (size_t i = 0; i < count; i++) {
        /* The sum of four bytes is normal enough and cheap. */
        uint64_t bits = mien_random_bits(random);
        int sum =
            (int)(bits & 255) + (int)(bits >> 8 & 255) + (int)(bits >> 16 & 255) + (int)(bits >> 24 & 255);
        pixels[i] = grey(16 + gain * (pixels[i] - 16.0) + sd * (sum - 510) / 147.8);
    }
}

static void shift(uint8_t *pixels, const struct clip *clip, int right, int down)
{
    size_t width = (size_t)clip->width, height = (size_t)clip->height;
    uint8_t *moved = calloc(height, width);
    for (int y = 0; moved && y < clip->height; y++)
        for (int x = 0; x < clip->width; x++) {
            int from_x = x - right, from_y = y - down;
            if (from_x >= 0 && from_x < clip->width && from_y >= 0 && from_y < clip->height)
                moved[(size_t)y * width + (size_t)x] = pixels[(size_t)from_y * width + (size_t)from_x];
        }
    if (moved)
        memcpy(pixels, moved, height * width);
    free(moved);
}

/* Disturbs a picture; *right and *down are how far its content was moved. */
static void disturb(uint8_t *pixels, const struct clip *clip, const struct face *face, enum kind kind,
                    double strength, double way, struct mien_random *random, int *right, int *down)
{
    *right = *down = 0;
    if (kind >= FLAT && kind <= SCENE)
        put_patch(pixels, clip, face, kind, strength, way, random);
    if (kind == BLUR || kind == BLUR_NOISE)
        blur(pixels, clip, (kind == BLUR ? 0.35 : 0.2) * strength * face->eyes);
    if (kind == NOISE || kind == BLUR_NOISE)
        add_noise(pixels, clip, 1, (kind == NOISE ? 90 : 30) * strength, random);
    if (kind == DARK)
        add_noise(pixels, clip, 1 - 0.97 * strength, 1.5, random);
    if (kind == SHIFT) {
        /* Until half of the face has left the picture. */
        *right = (int)(strength * (way < 0.5 ? -face->middle_x : clip->width - face->middle_x));
        *down = (int)(strength * (way < 0.25 || way > 0.75 ? 0.2 : -0.2) * face->eyes);
        shift(pixels, clip, *right, *down);
    }
}

/* ---- Following ---- */

struct result {
    struct mien_track *track;
    struct mien_confidence_evidence evidence[MOST_FRAMES];
    int right[MOST_FRAMES], down[MOST_FRAMES];
    double strength[MOST_FRAMES];
};

static int follow(const struct mien_landmark_model *model, const struct clip *clip,
                  const struct mien_track *true_track, enum kind kind, struct result *result)
{
    struct mien_error error;
    struct mien_follower *follower = NULL;
    struct mien_random random;
    size_t bytes = (size_t)clip->width * (size_t)clip->height;
    uint8_t *pixels = malloc(bytes);
    int status = -1;
    mien_random_seed(&random, 7 + (uint64_t)kind);
    if (!pixels || mien_track_new(clip->count, &result->track, &error) != MIEN_OK ||
        mien_follower_new(model, &follower, &error) != MIEN_OK)
        goto end;
    struct mien_track_options options = {.start = NAN, .stop = NAN, .plain = true};
    options.lean = getenv("LEAN") != NULL;
    mien_follower_set(follower, &options);
    double way = 0;
    for (size_t i = 0; i < clip->count; i++) {
        struct mien_luma luma = {pixels, clip->width, clip->height, clip->width};
        memcpy(pixels, clip->pixels[i], bytes);
        if (i % PERIOD == 0)
            way = mien_random_uniform(&random);
        double phase = (double)(i % PERIOD) / PERIOD;
        result->strength[i] = phase < 0.1 ? 0 : fmin(1, 1 - fabs((phase - 0.55) / 0.45));
        if (kind != NONE && true_track->found[i]) {
            struct face face = face_of(true_track, i);
            disturb(pixels, clip, &face, kind, result->strength[i], way, &random, &result->right[i],
                    &result->down[i]);
        }
        if (mien_follower_step(follower, &luma, result->track, i, &error) != MIEN_OK)
            goto end;
        result->evidence[i] = *mien_follower_evidence(follower);
        result->evidence[i].eyes *= result->track->found[i] ? 1 : NAN; /* Of an earlier row. */
    }
    status = mien_follower_finish(follower, result->track, &error) == MIEN_OK ? 0 : -1;
end:
    mien_follower_free(follower);
    free(pixels);
    return status;
}

static double error_of(const struct mien_track *truth, const struct result *got, size_t row)
{
    double sum = 0;
    for (size_t i = row * MIEN_POINTS; i < (row + 1) * MIEN_POINTS; i++)
        sum += hypot(got->track->x[i] - truth->x[i] - got->right[row],
                     got->track->y[i] - truth->y[i] - got->down[row]);
    return sum / MIEN_POINTS / mien_track_interocular(truth, row);
}

/* Replaces the points of the undisturbed track by the true ones with the mean error of its own. */
static int take_truth(const char *path, struct mien_track *track)
{
    size_t numbers = track->count * 2 * MIEN_POINTS;
    double *truth = malloc(numbers * sizeof *truth), bias[2 * MIEN_POINTS] = {0};
    FILE *file = fopen(path, "r");
    size_t read = 0, found = 0;
    while (truth && file && read < numbers && fscanf(file, "%lf", &truth[read]) == 1)
        read++;
    if (file)
        fclose(file);
    if (read < numbers) {
        free(truth);
        return -1;
    }
    for (size_t i = 0; i < track->count; i++)
        found += track->found[i];
    for (size_t i = 0; i < track->count; i++)
        for (size_t k = 0; track->found[i] && k < MIEN_POINTS; k++) {
            double share = mien_track_interocular(track, i) * (double)found;
            bias[2 * k] += (track->x[i * MIEN_POINTS + k] - truth[(i * MIEN_POINTS + k) * 2]) / share;
            bias[2 * k + 1] += (track->y[i * MIEN_POINTS + k] - truth[(i * MIEN_POINTS + k) * 2 + 1]) / share;
        }
    for (size_t i = 0; i < track->count; i++) {
        double eyes = mien_track_interocular(track, i);
        for (size_t k = 0; track->found[i] && k < MIEN_POINTS; k++) {
            track->x[i * MIEN_POINTS + k] = truth[(i * MIEN_POINTS + k) * 2] + eyes * bias[2 * k];
            track->y[i * MIEN_POINTS + k] = truth[(i * MIEN_POINTS + k) * 2 + 1] + eyes * bias[2 * k + 1];
        }
    }
    free(truth);
    return 0;
}

static void write_number(double value)
{
    if (isnan(value))
        printf(",NA");
    else
        printf(",%.6g", value);
}

static void write_rows(const char *label, enum kind kind, const struct mien_track *truth,
                       const struct result *got)
{
    for (size_t i = 0; i < truth->count; i++) {
        if (!truth->found[i])
            continue;
        const struct mien_confidence_evidence *e = &got->evidence[i];
        bool found = got->track->found[i];
        printf("%s,\"%s\",%zu,%d", label, kind_names[kind], i + 1, found);
        write_number(got->strength[i]);
        write_number(found ? got->track->confidence[i] : NAN);
        write_number(found ? error_of(truth, got, i) : NAN);
        bool own = found && !isnan(e->eyes);
        const double numbers[] = {e->disagreement, e->jump,     e->shape,     e->eyes,     e->outside,
                                  e->light,        e->contrast, e->sharpness, e->symmetry, e->darkness};
        for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++)
            write_number(own ? numbers[k] : NAN);
        printf("\n");
    }
}

int main(int count, char **arguments)
{
    static struct clip clip;
    static struct result plain, got;
    struct mien_error error;
    struct mien_landmark_model *model;
    if (count < 3)
        return fail("usage: confidence_loop LABEL VIDEO [FRAMES [TRUTH]]");
    size_t most = count > 3 ? strtoul(arguments[3], NULL, 10) : MOST_FRAMES;
    if (mien_landmark_model_load(NULL, &model, &error) != MIEN_OK ||
        read_clip(arguments[2], most < MOST_FRAMES ? most : MOST_FRAMES, &clip, &error) != 0)
        return fail(error.text);
    if (follow(model, &clip, NULL, NONE, &plain) != 0)
        return fail("the recording could not be followed");
    if (count > 4 && take_truth(arguments[4], plain.track) != 0)
        return fail("the true points cannot be read");
    printf(
        "clip,disturbance,frame,found,strength,confidence,error,disagreement,jump,shape,eyes,outside,light,"
        "contrast,sharpness,symmetry,darkness\n");
    for (enum kind kind = FLAT; kind < KINDS; kind++) {
        got = (struct result){0};
        if (follow(model, &clip, plain.track, kind, &got) != 0)
            return fail("a disturbed copy could not be followed");
        write_rows(arguments[1], kind, plain.track, &got);
        mien_track_free(got.track);
    }
    mien_track_free(plain.track);
    mien_landmark_model_free(model);
    for (size_t i = 0; i < clip.count; i++)
        free(clip.pixels[i]);
    return 0;
}
