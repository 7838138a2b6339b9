/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One Euro filter: Casiez, Roussel and Vogel 2012, doi 10.1145/2207676.2208639; here run forwards and
 * backwards, the mean of both, because a recording is no live stream and a filter of one direction comes
 * late. Savitzky-Golay: a polynomial through the frames around each one, fitted at their actual times
 * (Savitzky and Golay 1964, doi 10.1021/ac60214a047, for even ones).
 */
#include "face/smooth.h"

#include "base/memory.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What is smoothed of each frame are points of a plane, BLOCK of them at a time, so that long recordings need
 * little memory: first these four of the head, then the landmarks. */
enum {
    POSITION,      /* In interocular distances of the run's first frame. */
    SIZE_AND_TURN, /* Logarithm and radians. */
    YAW_AND_PITCH, /* Radians. */
    ROLL,
    BLOCK,
    NUMBERS = 2 * BLOCK,
    FIRM = 11, /* Points that expressions hardly move. */
    MOST_ORDER = 5
};
_Static_assert(MIEN_POINTS % BLOCK == 0, "the landmarks are smoothed in whole blocks");

static const uint8_t firm[FIRM] = {27, 28, 29, 30, 31, 33, 35, 36, 39, 42, 45};
static const double degrees = 57.29577951308232;

/* Chosen with scripts/bench jitter. Either takes about half of the trembling of a still face. A blink of 100
 * ms keeps 96 % of its depth with One Euro and 82 % with Savitzky-Golay, of 150 ms 97 % and 95 %. The window
 * takes in two frames on either side at 24 to 30 frames a second, and no usual rate puts a frame on its edge,
 * where the rounding of a time stamp would decide about it. */
struct mien_smoothing mien_smoothing_default(enum mien_smoothing_method method)
{
    return (struct mien_smoothing){
        .method = method, .min_cutoff = 1, .beta = 60, .speed_cutoff = 4, .window = 0.18, .order = 2};
}

void mien_smoothing_describe(const struct mien_smoothing *smoothing, char *text, size_t size)
{
    if (smoothing->method == MIEN_SMOOTH_ONE_EURO)
        snprintf(text, size, "One Euro, both ways (%g Hz, beta %g, speed %g Hz)", smoothing->min_cutoff,
                 smoothing->beta, smoothing->speed_cutoff);
    else if (smoothing->method == MIEN_SMOOTH_SAVITZKY_GOLAY)
        snprintf(text, size, "Savitzky-Golay (window %g s, order %d)", smoothing->window, smoothing->order);
    else
        snprintf(text, size, "none");
}

/* ---- Series: rows of NUMBERS, one a frame ---- */

static double share_of_new(double cutoff, double step)
{
    double r = 2 * 3.141592653589793 * cutoff * step;
    return r / (r + 1);
}

/* One channel, from row `from` on in steps of +1 or -1. Adds half of the result to out. */
static void one_euro(const struct mien_smoothing *smoothing, const double *time, size_t count, bool forwards,
                     const double *in, double *out)
{
    double x = 0, y = 0, speed_x = 0, speed_y = 0, before = 0;
    for (size_t k = 0; k < count; k++) {
        size_t row = forwards ? k : count - 1 - k;
        const double *value = in + row * NUMBERS;
        double step = fmax(fabs(time[row] - before), 1e-6);
        if (k == 0) {
            x = value[0];
            y = value[1];
        } else {
            double fresh = share_of_new(smoothing->speed_cutoff, step);
            speed_x += fresh * ((value[0] - x) / step - speed_x);
            speed_y += fresh * ((value[1] - y) / step - speed_y);
            double cutoff = smoothing->min_cutoff + smoothing->beta * hypot(speed_x, speed_y);
            double share = share_of_new(cutoff, step);
            x += share * (value[0] - x);
            y += share * (value[1] - y);
        }
        before = time[row];
        out[row * NUMBERS] += x / 2;
        out[row * NUMBERS + 1] += y / 2;
    }
}

/* Solves the symmetric equations whose matrix has moments[i + j] at i, j and whose right side is 1, 0, 0 ...
 * (Cholesky). */
static void solve_moments(const double *moments, int terms, double *a)
{
    double lower[MOST_ORDER + 1][MOST_ORDER + 1] = {{0}};
    for (int i = 0; i < terms; i++)
        for (int j = 0; j <= i; j++) {
            double sum = moments[i + j];
            for (int k = 0; k < j; k++)
                sum -= lower[i][k] * lower[j][k];
            lower[i][j] = i == j ? sqrt(fmax(sum, 1e-300)) : sum / lower[j][j];
        }
    for (int i = 0; i < terms; i++) {
        a[i] = i == 0;
        for (int k = 0; k < i; k++)
            a[i] -= lower[i][k] * a[k];
        a[i] /= lower[i][i];
    }
    for (int i = terms - 1; i >= 0; i--) {
        for (int k = i + 1; k < terms; k++)
            a[i] -= lower[k][i] * a[k];
        a[i] /= lower[i][i];
    }
}

/* The weights by which the frames first..last give the value at `at` of the polynomial fitted to them; they
 * are more than its order. */
static void polynomial_weights(const double *time, size_t first, size_t last, double at, double half,
                               int order, double *weights)
{
    double a[MOST_ORDER + 1] = {0}, moments[2 * MOST_ORDER + 1] = {0};
    for (size_t i = first; i <= last; i++) {
        double u = (time[i] - at) / half, power = 1;
        for (int k = 0; k <= 2 * order; k++, power *= u)
            moments[k] += power;
    }
    solve_moments(moments, order + 1, a);
    for (size_t i = first; i <= last; i++) {
        double u = (time[i] - at) / half;
        weights[i - first] = 0;
        for (int k = order; k >= 0; k--)
            weights[i - first] = weights[i - first] * u + a[k];
    }
}

static void savitzky_golay(const struct mien_smoothing *smoothing, const double *time, size_t count,
                           const double *in, double *out, double *weights)
{
    double half = smoothing->window / 2, reach = half * (1 + 1e-9);
    size_t first = 0, last = 0;
    for (size_t row = 0; row < count; row++) {
        while (time[row] - time[first] > reach)
            first++;
        while (last + 1 < count && time[last + 1] - time[row] <= reach)
            last++;
        /* A polynomial goes through so few points exactly. */
        if (last - first <= (size_t)smoothing->order) {
            memcpy(out + row * NUMBERS, in + row * NUMBERS, NUMBERS * sizeof *out);
            continue;
        }
        polynomial_weights(time, first, last, time[row], half, smoothing->order, weights);
        for (size_t i = first; i <= last; i++)
            for (size_t k = 0; k < NUMBERS; k++)
                out[row * NUMBERS + k] += weights[i - first] * in[i * NUMBERS + k];
    }
}

/* ---- The frame of the face ---- */

/* A place in the picture is turn and scale (a, b) of the place in the face, then the shift (x, y). */
struct head {
    double a, b, x, y;
};

/* Lays the run's first frame, as the shape, on this one (least squares). */
static struct head head_of(const double *x, const double *y, const double *shape)
{
    struct head head = {0, 0, 0, 0};
    double size = 0;
    for (int i = 0; i < FIRM; i++) {
        head.x += x[firm[i]] / FIRM;
        head.y += y[firm[i]] / FIRM;
    }
    for (int i = 0; i < FIRM; i++) {
        double u = shape[2 * i], v = shape[2 * i + 1], dx = x[firm[i]] - head.x, dy = y[firm[i]] - head.y;
        head.a += u * dx + v * dy;
        head.b += u * dy - v * dx;
        size += u * u + v * v;
    }
    head.a /= size;
    head.b /= size;
    return head;
}

static void shape_of(const double *x, const double *y, double eyes, double *shape)
{
    double middle_x = 0, middle_y = 0;
    for (int i = 0; i < FIRM; i++) {
        middle_x += x[firm[i]] / FIRM;
        middle_y += y[firm[i]] / FIRM;
    }
    for (int i = 0; i < FIRM; i++) {
        shape[2 * i] = (x[firm[i]] - middle_x) / eyes;
        shape[2 * i + 1] = (y[firm[i]] - middle_y) / eyes;
    }
}

/* ---- Runs ---- */

struct job {
    const struct mien_track *track;
    struct mien_track *made;
    const struct mien_smoothing *smoothing;
    struct head *raw, *steady; /* Of every row. */
    double *in, *out, *weights;
};

/* One kind of points, and where they go. */
struct layer {
    const double *x, *y;
    double *made_x, *made_y;
    bool plain;
};

static bool whole_row(const struct mien_track *track, size_t row, const double *x, const double *y)
{
    const double *firm_x = track->x + row * MIEN_POINTS, *firm_y = track->y + row * MIEN_POINTS;
    if (!track->found[row] || !isfinite(track->time[row]) || !(mien_track_interocular(track, row) > 0) ||
        !(hypot(firm_x[45] - firm_x[36], firm_y[45] - firm_y[36]) > 0))
        return false;
    for (size_t i = row * MIEN_POINTS; i < (row + 1) * MIEN_POINTS; i++)
        if (!isfinite(x[i]) || !isfinite(y[i]))
            return false;
    return true;
}

static void find_heads(const struct job *job, size_t first, size_t count)
{
    const struct mien_track *track = job->track;
    double shape[2 * FIRM], eyes = mien_track_interocular(track, first), turn = 0;
    shape_of(track->x + first * MIEN_POINTS, track->y + first * MIEN_POINTS, eyes, shape);
    for (size_t i = 0; i < count; i++) {
        size_t row = first + i;
        double *in = job->in + i * NUMBERS;
        struct head head = head_of(track->x + row * MIEN_POINTS, track->y + row * MIEN_POINTS, shape);
        job->raw[row] = head;
        double angle = atan2(head.b, head.a);
        turn = angle + 6.283185307179586 * round((turn - angle) / 6.283185307179586);
        in[2 * POSITION] = head.x / eyes;
        in[2 * POSITION + 1] = head.y / eyes;
        in[2 * SIZE_AND_TURN] = log(hypot(head.a, head.b));
        in[2 * SIZE_AND_TURN + 1] = turn;
        in[2 * YAW_AND_PITCH] = track->yaw[row] / degrees;
        in[2 * YAW_AND_PITCH + 1] = track->pitch[row] / degrees;
        in[2 * ROLL] = track->roll[row] / degrees;
        in[2 * ROLL + 1] = 0;
    }
}

static void steady_heads(const struct job *job, size_t first, size_t count)
{
    double eyes = mien_track_interocular(job->track, first);
    bool pose = true;
    for (size_t row = first; row < first + count; row++)
        pose = pose && isfinite(job->track->yaw[row] + job->track->pitch[row] + job->track->roll[row]);
    for (size_t i = 0; i < count; i++) {
        size_t row = first + i;
        const double *out = job->out + i * NUMBERS;
        double scale = exp(out[2 * SIZE_AND_TURN]), turn = out[2 * SIZE_AND_TURN + 1];
        job->steady[row] = (struct head){scale * cos(turn), scale * sin(turn), out[2 * POSITION] * eyes,
                                         out[2 * POSITION + 1] * eyes};
        if (!pose)
            continue;
        job->made->yaw[row] = out[2 * YAW_AND_PITCH] * degrees;
        job->made->pitch[row] = out[2 * YAW_AND_PITCH + 1] * degrees;
        job->made->roll[row] = out[2 * ROLL] * degrees;
    }
}

static void filter(const struct job *job, size_t first, size_t count)
{
    const double *time = job->track->time + first;
    memset(job->out, 0, count * NUMBERS * sizeof *job->out);
    if (job->smoothing->method == MIEN_SMOOTH_SAVITZKY_GOLAY) {
        savitzky_golay(job->smoothing, time, count, job->in, job->out, job->weights);
        return;
    }
    for (size_t k = 0; k < BLOCK; k++) {
        one_euro(job->smoothing, time, count, true, job->in + 2 * k, job->out + 2 * k);
        one_euro(job->smoothing, time, count, false, job->in + 2 * k, job->out + 2 * k);
    }
}

static void smooth_heads(const struct job *job, size_t first, size_t count)
{
    find_heads(job, first, count);
    filter(job, first, count);
    steady_heads(job, first, count);
}

/* Points from, from + 1, ... of a run, into the frame of the face, smoothed there, and back again. */
static void smooth_block(const struct job *job, const struct layer *layer, size_t first, size_t count,
                         size_t from)
{
    for (size_t i = 0; i < count; i++) {
        struct head head = job->raw[first + i];
        double square = head.a * head.a + head.b * head.b, *in = job->in + i * NUMBERS;
        for (size_t k = 0; k < BLOCK; k++) {
            double dx = layer->x[(first + i) * MIEN_POINTS + from + k] - head.x;
            double dy = layer->y[(first + i) * MIEN_POINTS + from + k] - head.y;
            in[2 * k] = (head.a * dx + head.b * dy) / square;
            in[2 * k + 1] = (head.a * dy - head.b * dx) / square;
        }
    }
    filter(job, first, count);
    for (size_t i = 0; i < count; i++) {
        struct head head = job->steady[first + i];
        const double *out = job->out + i * NUMBERS;
        for (size_t k = 0; k < BLOCK; k++) {
            double u = out[2 * k], v = out[2 * k + 1];
            layer->made_x[(first + i) * MIEN_POINTS + from + k] = head.x + head.a * u - head.b * v;
            layer->made_y[(first + i) * MIEN_POINTS + from + k] = head.y + head.b * u + head.a * v;
        }
    }
}

static void smooth_layer(const struct job *job, const struct layer *layer)
{
    const struct mien_track *track = job->track;
    size_t row = 0;
    while (row < track->count) {
        size_t first = row;
        while (row < track->count && whole_row(track, row, layer->x, layer->y) &&
               (layer->plain || whole_row(track, row, track->x, track->y)))
            row++;
        if (row == first) {
            row++;
            continue;
        }
        if (layer->plain)
            smooth_heads(job, first, row - first);
        for (size_t k = 0; k < MIEN_POINTS; k += BLOCK)
            smooth_block(job, layer, first, row - first, k);
    }
}

static enum mien_status smooth_job(struct job *job, struct mien_error *error)
{
    size_t count = job->track->count;
    job->raw = mien_array_new(count, sizeof *job->raw);
    job->steady = mien_array_new(count, sizeof *job->steady);
    job->in = mien_array_new(count, NUMBERS * sizeof *job->in);
    job->out = mien_array_new(count, NUMBERS * sizeof *job->out);
    job->weights = mien_array_new(count, sizeof *job->weights);
    if (!job->raw || !job->steady || !job->in || !job->out || !job->weights)
        return mien_fail(error, MIEN_ERR_MEMORY, "out of memory for smoothing a track of %zu frames", count);
    const struct mien_track *track = job->track;
    struct mien_track *made = job->made;
    /* The plain points come first: the others borrow their heads. */
    struct layer plain = {track->x, track->y, made->x, made->y, true};
    struct layer sided = {track->sided_x, track->sided_y, made->sided_x, made->sided_y, false};
    smooth_layer(job, &plain);
    smooth_layer(job, &sided);
    return MIEN_OK;
}

enum mien_status mien_track_smooth(const struct mien_track *track, const struct mien_smoothing *smoothing,
                                   struct mien_track **smoothed, struct mien_error *error)
{
    struct job job = {.track = track, .smoothing = smoothing};
    enum mien_status status = mien_track_copy(track, &job.made, error);
    if (status != MIEN_OK)
        return status;
    job.made->smoothing = *smoothing;
    if (smoothing->method != MIEN_SMOOTH_NONE && track->count > 0)
        status = smooth_job(&job, error);
    free(job.raw);
    free(job.steady);
    free(job.in);
    free(job.out);
    free(job.weights);
    if (status == MIEN_OK)
        *smoothed = job.made;
    else
        mien_track_free(job.made);
    return status;
}
