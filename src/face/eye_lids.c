/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Each column of the picture is skin, then eye, then skin again. A map tells for every place how little it
 * looks like skin: darker, or less coloured, as the white of the eye is. The margin of a lid is the parabola
 * that parts skin from eye best over the columns around the iris and lies on an edge.
 */
#include "face/eye_fit.h"

#include "base/quantile.h"

#include <math.h>
#include <string.h>

enum {
    WIDTH = MIEN_EYE_WIDTH,
    HEIGHT = MIEN_EYE_HEIGHT,
    REACH = 14, /* Columns on either side of the iris' centre. */
    CHEEK = 50, /* Rows from here on show the cheek. */
    WINDOW = 3, /* Rows on either side of an edge. */
    SLOPES = 5,
    BOWS = 3,
    COLUMNS = 2 * REACH + 1
};

/* The rim of the lower lid is moist and bright: it parts from the iris, but hardly from the white of the eye.
 * Its margin lies so far below the edge that is seen. */
static const double rim_under_iris = 1.2, rim_under_white = 0.2;
/* The lower lid is told by the white beside the iris rather than by the iris, which may be as brown as skin:
 * columns around the iris by their share of its radius. */
static const double lower_spread = 1.2;
static const double least_tint = 0.12; /* Of skin in a picture with colour. */
static const double half_eye = 29;     /* Pixels between the middle of the eye and a canthus. */
static const float share_of_region = 0.10f;
static const float skin_within = 1.4f; /* Skin between the lids is worse than eye beyond them. */

/* ---- Skin ---- */

static double middle_of(double *values, size_t count, double quantile)
{
    mien_sort_numbers(values, count);
    return mien_quantile_sorted(values, count, quantile);
}

static double row_median(const mien_eye_plane plane, int v, int first, int last)
{
    double values[WIDTH];
    size_t count = 0;
    for (int u = first; u <= last; u += 2)
        values[count++] = (double)plane[v][u];
    return middle_of(values, count, 0.5);
}

static double tint_at(const struct mien_eye_picture *picture, int v, int u)
{
    float red = picture->red[v][u];
    return (double)((red - picture->least[v][u]) / fmaxf(red, 20));
}

/* Below the eye, in the columns from first to last. */
static void look_at_cheek(const struct mien_eye_picture *picture, int first, int last, double *red,
                          double *tint)
{
    double values[WIDTH * HEIGHT / 4];
    size_t count = 0;
    for (int v = CHEEK; v < HEIGHT - 2; v += 2)
        for (int u = first; u <= last; u += 2)
            values[count++] = (double)picture->red[v][u];
    *red = middle_of(values, count, 0.6);
    count = 0;
    for (int v = CHEEK; v < HEIGHT - 2; v += 2)
        for (int u = first; u <= last; u += 2)
            values[count++] = tint_at(picture, v, u);
    *tint = middle_of(values, count, 0.5);
}

/* The brightest row between the brow and the eye that is as coloured as skin. */
static void look_at_lid(const struct mien_eye_picture *picture, int first, int last,
                        struct mien_eye_levels *levels)
{
    for (int v = 6; v <= MIEN_EYE_LEVEL - 11; v += 2) {
        double skin = row_median(picture->red, v, first, last),
               least = row_median(picture->least, v, first, last);
        if (skin > levels->skin_high && (skin - least) / fmax(skin, 20) > 0.65 * levels->tint) {
            levels->skin_high = skin;
            levels->row_high = v;
        }
    }
}

bool mien_eye_find_levels(struct mien_eye_work *work, double middle)
{
    const struct mien_eye_picture *picture = &work->picture;
    struct mien_eye_levels *levels = &work->levels;
    int first = (int)fmax(1, middle - 16), last = (int)fmin(WIDTH - 2, middle + 16);
    double values[WIDTH * HEIGHT / 4], inner, outer, unused;
    size_t count = 0;
    *levels = (struct mien_eye_levels){.row_low = 55, .row_high = 10};
    look_at_cheek(picture, first, last, &levels->skin_low, &levels->tint);
    look_at_cheek(picture, first, first + 10, &inner, &unused);
    look_at_cheek(picture, last - 10, last, &outer, &unused);
    levels->outwards = fmax(-0.012, fmin(0.012, (outer / fmax(inner, 10) - 1) / 22));
    look_at_lid(picture, first, last, levels);
    if (!(levels->skin_high > 0.4 * levels->skin_low))
        levels->skin_high = levels->skin_low;
    for (int v = MIEN_EYE_LEVEL - 16; v < MIEN_EYE_LEVEL + 10; v += 2)
        for (int u = first; u <= last; u += 2)
            values[count++] = (double)picture->red[v][u];
    levels->dark = middle_of(values, count, 0.05);
    levels->contrast = (levels->skin_high + levels->skin_low) / 2 - levels->dark;
    return levels->contrast > 20;
}

/* ---- The maps ---- */

/* Unlike fmaxf these leave the compiler free to do several at once. */
static inline float larger(float a, float b)
{
    return a > b ? a : b;
}

static inline float limited(float value)
{
    float least = value > 0 ? value : 0;
    return least < 1 ? least : 1;
}

/* -1 skin .. 1 eye. */
static void map_eye(const struct mien_eye_work *work, mien_eye_plane eye)
{
    const struct mien_eye_levels *levels = &work->levels;
    const struct mien_eye_picture *picture = &work->picture;
    float by_row = (float)((levels->skin_low - levels->skin_high) / (levels->row_low - levels->row_high));
    float per_contrast = 1 / (float)levels->contrast, tint = (float)levels->tint;
    bool coloured = levels->tint > least_tint;
    for (int v = 0; v < HEIGHT; v++) {
        float at = fminf(larger((float)v, (float)levels->row_high), (float)levels->row_low);
        float level = (float)levels->skin_high + by_row * (at - (float)levels->row_high);
        for (int u = 0; u < WIDTH; u++) {
            float skin = level * (1 + (float)levels->outwards * ((float)u - (float)MIEN_EYE_MIDDLE));
            float red = picture->red[v][u], least = picture->least[v][u];
            float dark = limited(((skin - red) * per_contrast - 0.22f) / 0.3f);
            float pale =
                coloured ? limited(((tint - (red - least) / larger(red, 20)) / tint - 0.2f) / 0.3f) : 0;
            eye[v][u] = 2 * larger(dark, pale) - 1;
        }
    }
}

/* Means over the rows above and below the line between a row and the one before it. */
static void map_edges(const mien_eye_plane plane, float gain, mien_eye_plane rise)
{
    memset(rise, 0, sizeof(mien_eye_plane));
    for (int v = WINDOW; v < HEIGHT - WINDOW; v++)
        for (int u = 0; u < WIDTH; u++)
            rise[v][u] = gain * (plane[v][u] + plane[v + 1][u] + plane[v + 2][u] - plane[v - 1][u] -
                                 plane[v - 2][u] - plane[v - 3][u]);
}

void mien_eye_prepare_lids(struct mien_eye_work *work)
{
    mien_eye_plane eye, red, least;
    float gain = 1 / (WINDOW * (float)work->levels.contrast);
    map_eye(work, eye);
    map_edges(work->picture.red, gain, red);
    map_edges(work->picture.least, gain, least);
    float sums[WIDTH] = {0};
    for (int v = 0; v < HEIGHT; v++)
        for (int u = 0; u < WIDTH; u++) {
            work->upper[v][u] = -red[v][u] - share_of_region * sums[u];
            work->lower[v][u] = larger(red[v][u] - 0.5f * larger(least[v][u], 0), -0.8f * least[v][u]) +
                                share_of_region * sums[u];
            sums[u] += eye[v][u] * (eye[v][u] < 0 ? skin_within : 1);
            work->white[v][u] = (work->picture.red[v][u] + work->picture.least[v][u]) / 2;
        }
}

/* ---- The search ---- */

/* The columns that a lid is looked for in, and how much each of them counts. */
struct columns {
    int middle, spacing, u[COLUMNS];
    float weights[COLUMNS];
};

static struct columns columns_around(double middle, int spacing, double spread)
{
    struct columns columns = {(int)lrint(middle), spacing, {0}, {0}};
    float sum = 0;
    for (int k = 0; k < COLUMNS; k++) {
        float d = (float)(spacing * (k - REACH)) / (float)spread;
        int u = columns.middle + spacing * (k - REACH);
        columns.u[k] = u < 0 ? 0 : u >= WIDTH ? WIDTH - 1 : u;
        columns.weights[k] = u < 0 || u >= WIDTH ? 0 : expf(-0.5f * d * d);
        sum += columns.weights[k];
    }
    for (int k = 0; k < COLUMNS; k++)
        columns.weights[k] /= sum;
    return columns;
}

static double score_at(const mien_eye_plane map, const struct columns *columns, double slope, double bow,
                       int height)
{
    /* Rows along the parabola by their first and second differences, in parts of 1 / 65536. */
    const double one = 65536;
    double step = columns->spacing, d = -REACH * step;
    int row = (int)lrint(one * (height + 0.5 + d * (slope + d * bow)));
    int by = (int)lrint(one * step * (slope + bow * (2 * d + step))),
        more = (int)lrint(one * 2 * bow * step * step);
    float sum = 0;
    for (int k = 0; k < COLUMNS; k++) {
        int v = row >> 16;
        v = v < WINDOW ? WINDOW : v > HEIGHT - WINDOW - 1 ? HEIGHT - WINDOW - 1 : v;
        sum += columns->weights[k] * map[v][columns->u[k]];
        row += by;
        by += more;
    }
    return (double)sum;
}

/* Where a lid is expected: rows from and to, the likeliest one and how far from it is unlikely. */
struct range {
    int from, to;
    double usual, spread;
    double highest; /* The upper lid is seldom above this row: there are brows, and frames of glasses. */
};

/* upper: 1 for the upper lid, -1 for the lower. */
static void search(const mien_eye_plane map, const struct columns *columns, int upper,
                   const struct range *range, struct mien_eye_lid *lid)
{
    static const double bows[BOWS] = {0.5, 1, 1.5};
    lid->score = -INFINITY;
    for (int height = range->from; height <= range->to; height++) {
        double arc = fmax(upper * (MIEN_EYE_LEVEL - height), -2),
               away = (height - range->usual) / range->spread;
        double over = upper > 0 ? fmax(range->highest - height, 0) : 0;
        for (int s = 0; s < SLOPES; s++)
            for (int b = 0; b < BOWS; b++) {
                double slope = 0.09 * (s - 2), bow = upper * bows[b] * arc / (half_eye * half_eye);
                double score = score_at(map, columns, slope, bow, height) - away * away - 0.06 * over * over -
                               0.01 * (s - 2) * (s - 2) - 0.02 * (b - 1) * (b - 1);
                if (score > lid->score)
                    *lid = (struct mien_eye_lid){columns->middle, height, slope, bow, score};
            }
    }
}

void mien_eye_find_opening(struct mien_eye_work *work, struct mien_eye_lid *upper, struct mien_eye_lid *lower)
{
    const int level = MIEN_EYE_LEVEL;
    struct columns columns = columns_around(MIEN_EYE_MIDDLE, 2, 18);
    struct range above = {level - 28, level + 8, level - 12, 40, work->picture.upper_points - 4};
    struct range below = {level - 6, level + 16, level + 6, 30, 0};
    search(work->upper, &columns, 1, &above, upper);
    search(work->lower, &columns, -1, &below, lower);
    for (int u = 0; u < WIDTH; u++) {
        double top = mien_eye_row(upper, u) + 2, bottom = mien_eye_row(lower, u) - 0.5;
        for (int v = 0; v < HEIGHT; v++)
            work->open[v][u] = v >= top && v <= bottom;
    }
}

static struct range range_around(double row, double spread, double highest)
{
    int middle = (int)lrint(row), from = middle - 7, to = middle + 7;
    return (struct range){from < WINDOW ? WINDOW : from, to > HEIGHT - 5 ? HEIGHT - 5 : to, row, spread,
                          highest};
}

void mien_eye_find_lids(struct mien_eye_work *work, const struct mien_eye_circle *iris,
                        struct mien_eye_lid *upper, struct mien_eye_lid *lower)
{
    struct columns columns = columns_around(fmin(fmax(iris->u, 8), WIDTH - 8), 1, 0.75 * iris->radius);
    struct range above = range_around(mien_eye_row(upper, iris->u), 8, work->picture.upper_points - 4);
    struct range below = range_around(mien_eye_row(lower, iris->u), 5, 0);
    search(work->upper, &columns, 1, &above, upper);
    columns = columns_around(fmin(fmax(iris->u, 8), WIDTH - 8), 2, lower_spread * iris->radius);
    search(work->lower, &columns, -1, &below, lower);
}

/* ---- Finer than a pixel ---- */

enum { STEPS = 33, STEP_ZERO = 16 }; /* Half pixels across the margin. */

static float at_row(const mien_eye_plane plane, int u, double v)
{
    v = fmin(fmax(v, 0), HEIGHT - 1.001);
    int row = (int)v;
    float part = (float)v - (float)row;
    return plane[row][u] + part * (plane[row + 1][u] - plane[row][u]);
}

/* The mean grey value along lines that run beside the lid, from 8 pixels above it to 8 below. Returns the
 * weight of the columns. */
static float profile(const mien_eye_plane plane, const struct mien_eye_lid *lid, int from, int to,
                     double middle, double spread, float means[STEPS])
{
    float total = 0;
    memset(means, 0, STEPS * sizeof *means);
    for (int u = from < 0 ? 0 : from; u <= to && u < WIDTH; u++) {
        float d = (float)((u - middle) / spread), weight = expf(-0.5f * d * d);
        double row = mien_eye_row(lid, u);
        for (int k = 0; k < STEPS; k++)
            means[k] += weight * at_row(plane, u, row + 0.5 * (k - STEP_ZERO));
        total += weight;
    }
    for (int k = 0; k < STEPS && total > 0; k++)
        means[k] /= total;
    return total;
}

static int extreme(const float *values, int from, int to, float sign)
{
    int best = from;
    for (int k = from; k <= to; k++)
        if (sign * values[k] > sign * values[best])
            best = k;
    return best;
}

/* Where the profile crosses a level on its way from one place to another. */
static double crossing(const float *values, int from, int to, float level)
{
    int by = to > from ? 1 : -1;
    for (int k = from; k != to; k += by) {
        float here = values[k] - level, next = values[k + by] - level;
        if (here * next <= 0 && here != next)
            return k + by * (double)(here / (here - next));
    }
    return to;
}

static double lowest(const float *values, int k)
{
    if (k <= 0 || k >= STEPS - 1)
        return k;
    float left = values[k - 1] - values[k], right = values[k + 1] - values[k];
    return left + right > 0 ? k + 0.5 * (double)((left - right) / (left + right)) : k;
}

/* How far below the edge of the skin the darkest line lies in the columns from first to last; NaN where they
 * show no such line. */
static double depth_of_lashes(const struct mien_eye_work *work, const struct mien_eye_lid *upper, int first,
                              int last)
{
    float means[STEPS];
    if (profile(work->picture.red, upper, first, last, first, 100, means) < 2.5f)
        return NAN;
    int bright = extreme(means, STEP_ZERO - 10, STEP_ZERO + 1, 1),
        dark = extreme(means, STEP_ZERO, STEP_ZERO + 10, -1);
    if ((double)(means[bright] - means[dark]) < 0.15 * work->levels.contrast)
        return NAN;
    double edge = crossing(means, bright, dark, (means[bright] + means[dark]) / 2);
    return (lowest(means, dark) - edge) / 2;
}

/* The skin of the upper lid ends where its lashes begin; its margin lies within their dark line. Beside the
 * iris the white of the eye shows how deep that line is. */
static double lash_band(const struct mien_eye_work *work, const struct mien_eye_circle *iris,
                        const struct mien_eye_lid *upper)
{
    const double usual = 2.5, above_darkest = 0.7, most = 4;
    int inner = (int)ceil(work->picture.inner[0] + 3), outer = (int)floor(work->picture.outer[0] - 2);
    int left = (int)floor(iris->u - iris->radius), right = (int)ceil(iris->u + iris->radius);
    int from = left - 8 > inner ? left - 8 : inner, to = right + 8 < outer ? right + 8 : outer;
    double one = depth_of_lashes(work, upper, from, left - 1),
           other = depth_of_lashes(work, upper, right + 1, to);
    double depth = isnan(one) ? other : isnan(other) ? one : (one + other) / 2;
    return fmin(fmax((isnan(depth) ? usual : depth) - above_darkest, 0), most);
}

void mien_eye_settle_upper(const struct mien_eye_work *work, const struct mien_eye_circle *iris,
                           struct mien_eye_lid *upper)
{
    float means[STEPS];
    int u = (int)lrint(iris->u), r = (int)lrint(iris->radius);
    profile(work->picture.red, upper, u - r, u + r, iris->u, 0.75 * iris->radius, means);
    int bright = extreme(means, STEP_ZERO - 10, STEP_ZERO + 1, 1),
        dark = extreme(means, STEP_ZERO, STEP_ZERO + 10, -1);
    double edge = crossing(means, bright, dark, (means[bright] + means[dark]) / 2);
    upper->height += (edge - STEP_ZERO) / 2 + lash_band(work, iris, upper);
}

/* How much lighter the rows below a place are than those above it. */
static float step_at(const mien_eye_plane plane, int u, double row)
{
    float sum = 0;
    for (int k = 0; k < WINDOW; k++)
        sum += at_row(plane, u, row + k + 0.5) - at_row(plane, u, row - k - 0.5);
    return sum / WINDOW;
}

/* How clearly the edge of the lower lid lies so far from where it was found, without the region that helped
 * to find it: skin is more coloured than the white of the eye and redder than the iris. */
static double edge_of_lower(const struct mien_eye_work *work, const struct mien_eye_circle *iris,
                            const struct mien_eye_lid *lower, double away, double *rim)
{
    double spread = lower_spread * iris->radius, sum = 0, total = 0, dark = 0;
    int first = (int)fmax(ceil(iris->u - 1.4 * spread), 0),
        last = (int)fmin(floor(iris->u + 1.4 * spread), WIDTH - 1);
    for (int u = first; u <= last; u++) {
        double d = (u - iris->u) / spread, row = mien_eye_row(lower, u) + away, weight = exp(-0.5 * d * d);
        float red = step_at(work->picture.red, u, row), least = step_at(work->picture.least, u, row);
        float under_iris = red - 0.5f * larger(least, 0), under_white = -0.8f * least;
        sum += weight * (double)larger(under_iris, under_white);
        dark += under_iris > under_white ? weight : 0;
        total += weight;
    }
    *rim = rim_under_white + dark / total * (rim_under_iris - rim_under_white);
    return sum / total;
}

/* Edges that are as clear but for so much of the contrast count alike: what lies between them moves from
 * frame to frame less than the clearest of them. */
static const double alike = 0.04;

void mien_eye_settle_lower(const struct mien_eye_work *work, const struct mien_eye_circle *iris,
                           struct mien_eye_lid *lower)
{
    enum { AROUND = 4, PLACES = 2 * AROUND + 1 }; /* Half pixels. */
    double scores[PLACES], rims[PLACES], best = -INFINITY, sum = 0, total = 0;
    for (int k = 0; k < PLACES; k++) {
        scores[k] = edge_of_lower(work, iris, lower, 0.5 * (k - AROUND), &rims[k]);
        best = fmax(best, scores[k]);
    }
    for (int k = 0; k < PLACES; k++) {
        double weight = exp((scores[k] - best) / (alike * work->levels.contrast));
        sum += weight * (0.5 * (k - AROUND) + rims[k]);
        total += weight;
    }
    lower->height += sum / total;
}

/* ---- Glasses ---- */

/* How deep a dark line runs through a column near a row, grey values. */
static double depth_of_line(const mien_eye_plane plane, int u, int row)
{
    enum { NEAR = 4, AWAY = 4 };
    float most = 0;
    for (int v = row - NEAR; v <= row + NEAR; v++)
        if (v >= AWAY && v < HEIGHT - AWAY) {
            float above = plane[v - AWAY][u], below = plane[v + AWAY][u];
            most = larger(most, (above < below ? above : below) - plane[v][u]);
        }
    return (double)most;
}

/* The mean over the columns from first to last; NaN where the picture ends too soon. */
static double line_beyond(const struct mien_eye_work *work, int first, int last, int row)
{
    enum { LEAST = 4 };
    double sum = 0;
    int count = 0;
    for (int u = first < 0 ? 0 : first; u <= last && u < WIDTH; u++) {
        sum += depth_of_line(work->picture.red, u, row);
        count++;
    }
    return count >= LEAST ? sum / count / work->levels.contrast : NAN;
}

double mien_eye_line_beyond(const struct mien_eye_work *work, const struct mien_eye_circle *iris,
                            const struct mien_eye_lid *upper)
{
    enum { FROM = 3, TO = 14 }; /* Columns beyond a canthus. */
    int row = (int)lrint(mien_eye_row(upper, iris->u));
    int inner = (int)floor(work->picture.inner[0]), outer = (int)ceil(work->picture.outer[0]);
    double one = line_beyond(work, inner - TO, inner - FROM, row),
           other = line_beyond(work, outer + FROM, outer + TO, row);
    return isnan(one) ? other : isnan(other) ? one : fmin(one, other);
}

/* ---- The white of the eye ---- */

static bool is_white(const struct mien_eye_work *work, int v, int u)
{
    const struct mien_eye_levels *levels = &work->levels;
    bool bright = (double)work->picture.red[v][u] > levels->dark + 0.4 * levels->contrast;
    return bright && tint_at(&work->picture, v, u) < 0.75 * levels->tint;
}

double mien_eye_white_share(const struct mien_eye_work *work, const struct mien_eye_circle *iris,
                            const struct mien_eye_lid *upper, const struct mien_eye_lid *lower)
{
    const int across = 9;
    double best = 0;
    if (work->levels.tint < least_tint)
        return 1;
    for (int side = 0; side < 2; side++) {
        int from = (int)lrint(iris->u + (side ? iris->radius + 1 : -iris->radius - 1 - across)), seen = 0,
            white = 0;
        for (int u = from < 0 ? 0 : from; u <= from + across && u < WIDTH; u++) {
            int top = (int)ceil(mien_eye_row(upper, u)), bottom = (int)floor(mien_eye_row(lower, u));
            for (int v = top < 0 ? 0 : top; v <= bottom && v < HEIGHT; v++) {
                white += is_white(work, v, u);
                seen++;
            }
        }
        if (seen > 8)
            best = fmax(best, (double)white / seen);
    }
    return best;
}
