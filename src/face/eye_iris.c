/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "face/eye_fit.h"

#include "base/quantile.h"
#include "face/eyes.h"

#include <math.h>
#include <string.h>

enum {
    WIDTH = MIEN_EYE_WIDTH,
    HEIGHT = MIEN_EYE_HEIGHT,
    RADII = 3,
    STRIP = 5,    /* Columns beside the disc. */
    BELOW = 3,    /* Rows inside its lower end, under it, and under those. */
    MOVES = 8,    /* Ways to the next circle; the last two leave its lower end where it is. */
    FINE_ARC = 25 /* Places on either side of the circle. */
};

static const double usual_radius = 11.7; /* Half of 11.7 mm. */
static const double least_radius = 9.2, most_radius = 14.6;
static const double across_edge = 1.6;
static const double below_weight = 0.3; /* Of white under the disc against white beside it. */
static const double least_bright = 0.9; /* Share of the white of the eye. */
static const double most_turned = 0.6;  /* Sine of the angle of gaze beyond which nobody looks. */

double mien_eye_sample(const mien_eye_plane plane, double u, double v)
{
    u = fmin(fmax(u, 0), WIDTH - 1.001);
    v = fmin(fmax(v, 0), HEIGHT - 1.001);
    int column = (int)u, row = (int)v;
    float right = (float)u - (float)column, low = (float)v - (float)row;
    const float *above = &plane[row][column], *below = &plane[row + 1][column];
    float upper = above[0] + right * (above[1] - above[0]), under = below[0] + right * (below[1] - below[0]);
    return (double)(upper + low * (under - upper));
}

/* ---- The whole eye ---- */

static double weigh(double one, double other)
{
    return 0.7 * fmin(one, other) + 0.3 * fmax(one, other);
}

static double skin_at(const struct mien_eye_levels *levels, double v)
{
    double part = (v - levels->row_high) / (levels->row_low - levels->row_high);
    part = fmin(fmax(part, 0), 1);
    return levels->skin_high + part * (levels->skin_low - levels->skin_high);
}

/* Sums along rows over what is open: of the whole row up to a column. */
struct sums {
    float least[HEIGHT][WIDTH + 1];
    float red[HEIGHT][WIDTH + 1];
    int seen[HEIGHT][WIDTH + 1];
};

static void add_up(const struct mien_eye_work *work, struct sums *sums)
{
    for (int v = 0; v < HEIGHT; v++) {
        float least = 0, red = 0;
        int seen = 0;
        sums->least[v][0] = sums->red[v][0] = 0;
        sums->seen[v][0] = 0;
        for (int u = 0; u < WIDTH; u++) {
            float open = work->open[v][u];
            sums->least[v][u + 1] = least += open * work->white[v][u];
            sums->red[v][u + 1] = red += open * work->picture.red[v][u];
            sums->seen[v][u + 1] = seen += work->open[v][u];
        }
    }
}

static int column_within(int u)
{
    return u < 0 ? 0 : u > WIDTH ? WIDTH : u;
}

/* Every second row of a disc: its half width, and how far its surroundings reach. */
struct disc {
    double radius;
    int reach, half[HEIGHT];
};

static void make_disc(double radius, struct disc *disc)
{
    disc->radius = radius;
    disc->reach = (int)floor(0.8 * radius);
    for (int k = -disc->reach; k <= disc->reach; k++)
        disc->half[k + disc->reach] = (int)lrint(sqrt(radius * radius - k * k));
}

/* How much brighter the strips beside the disc are than the disc, row by row, each side for itself. */
static double disc_score(const struct sums *sums, const struct disc *disc, int u, int v, double contrast,
                         double *red)
{
    float sides[2] = {0}, rims[2] = {0}, disc_red = 0;
    int seen[2] = {0}, inside = 0;
    for (int k = -disc->reach; k <= disc->reach; k += 2) {
        int row = v + k, half = disc->half[k + disc->reach];
        if (row < 0 || row >= HEIGHT)
            continue;
        int left = column_within(u - half + 1), right = column_within(u + half);
        int count = sums->seen[row][right] - sums->seen[row][left];
        if (count < 4)
            continue;
        disc_red += sums->red[row][right] - sums->red[row][left];
        inside += count;
        for (int side = 0; side < 2; side++) {
            int from = column_within(side ? u + half + 1 : u - half - STRIP);
            int to = column_within(side ? u + half + 1 + STRIP : u - half);
            int near_from = column_within(side ? u + half - STRIP : u - half + 1);
            int near_to = column_within(side ? u + half : u - half + 1 + STRIP);
            int strip = sums->seen[row][to] - sums->seen[row][from];
            int near = sums->seen[row][near_to] - sums->seen[row][near_from];
            if (strip < STRIP - 1 || near < STRIP - 1)
                continue;
            float rim = (sums->least[row][near_to] - sums->least[row][near_from]) / (float)near;
            sides[side] += (sums->least[row][to] - sums->least[row][from]) / (float)strip - rim;
            rims[side] += rim;
            seen[side]++;
        }
    }
    if (inside < 12)
        return -2;
    *red = (double)disc_red / inside;
    double unlike = 0;
    if (seen[0] && seen[1])
        unlike = fabs((double)(rims[0] / (float)seen[0] - rims[1] / (float)seen[1]));
    for (int side = 0; side < 2; side++)
        sides[side] /= (float)seen[side] + 1.5f;
    double radius = (disc->radius - usual_radius) / usual_radius / 0.1;
    return (weigh((double)sides[0], (double)sides[1]) - 0.4 * unlike) / contrast - 0.03 * radius * radius;
}

/* In up-gaze the white of the eye shows below the iris too, and a lid that droops leaves little else of its
 * edge: how much brighter the rows under the disc are than its lowest ones. 0 where the lower lid hides them
 * or where they are no white: the lower part of an iris is often brighter than its middle. */
static double white_below(const struct sums *sums, const struct disc *disc, int u, int v, double white)
{
    float means[3];
    int bottom = v + (int)lrint(disc->radius), half = (int)lrint(0.45 * disc->radius);
    int left = column_within(u - half), right = column_within(u + half + 1);
    for (int zone = 0; zone < 3; zone++) {
        float sum = 0;
        int seen = 0;
        for (int k = 1; k <= BELOW; k++) {
            int row = zone == 0 ? bottom - k - 1 : bottom + (zone - 1) * BELOW + k;
            if (row < 0 || row >= HEIGHT)
                return 0;
            sum += sums->least[row][right] - sums->least[row][left];
            seen += sums->seen[row][right] - sums->seen[row][left];
        }
        if (seen < BELOW * (right - left) || seen == 0)
            return 0;
        means[zone] = sum / (float)seen;
    }
    return (double)fminf(means[1], means[2]) < least_bright * white ? 0
                                                                    : fmax((double)(means[1] - means[0]), 0);
}

/* Reflections are brighter than the white of the eye; none counts for more than that, which is returned. */
static double limit_white(struct mien_eye_work *work)
{
    double values[WIDTH * HEIGHT / 4 + 1];
    size_t count = 0;
    for (int v = 0; v < HEIGHT; v += 2)
        for (int u = v / 2 % 2; u < WIDTH; u += 2)
            if (work->open[v][u])
                values[count++] = (double)work->white[v][u];
    if (count == 0)
        return INFINITY;
    mien_sort_numbers(values, count);
    float limit = (float)mien_quantile_sorted(values, count, 0.8);
    for (int v = 0; v < HEIGHT; v++)
        for (int u = 0; u < WIDTH; u++)
            work->white[v][u] = fminf(work->white[v][u], limit);
    return (double)limit;
}

void mien_eye_find_iris(struct mien_eye_work *work, const struct mien_eye_lid *lower,
                        struct mien_eye_circle *iris)
{
    struct sums sums;
    double best = -2, white = limit_white(work);
    add_up(work, &sums);
    *iris = (struct mien_eye_circle){MIEN_EYE_MIDDLE, MIEN_EYE_LEVEL - 5, usual_radius, {0}, 0};
    for (int r = 0; r < RADII; r++) {
        struct disc disc;
        make_disc(10.2 + 1.5 * r, &disc);
        for (int v = MIEN_EYE_LEVEL - 20; v < MIEN_EYE_LEVEL + 8; v += 3) {
            double skin = skin_at(&work->levels, v);
            for (int u = 14; u < WIDTH - 14; u += 3) {
                double aside = (u - MIEN_EYE_MIDDLE) / 22, red = 0;
                double below = (v + disc.radius - 1 - mien_eye_row(lower, u)) / 6;
                double score = disc_score(&sums, &disc, u, v, work->levels.contrast, &red);
                double darkness = fmin(1, (skin - red) / work->levels.contrast);
                score += below_weight * white_below(&sums, &disc, u, v, white) / work->levels.contrast;
                score += 0.3 * darkness - 0.1 * (aside * aside + below * below);
                if (score > best) {
                    best = score;
                    *iris = (struct mien_eye_circle){u, v, disc.radius, {0}, darkness};
                }
            }
        }
    }
}

/* ---- The visible arcs ---- */

/* The eyeball turns about a point 10.5 mm behind the iris, which lies 1.7 mm above the canthi when the eye
 * looks ahead (measure/eyes.c), and the points of the canthi follow it; turned up or down, the iris is an
 * ellipse that is so much less high than wide. */
static double flatness(const struct mien_eye_circle *iris)
{
    const double above = 1.7, behind = 10.5, left_behind = 1 - MIEN_EYE_CANTHI_FOLLOW;
    double mm = 2 * iris->radius / 11.7, up = (MIEN_EYE_LEVEL - iris->v) / mm - above;
    double turned = up / (behind * left_behind);
    turned = fmin(fabs(turned), most_turned);
    return sqrt(1 - turned * turned);
}

struct arcs {
    double cosine[FINE_ARC], sine[FINE_ARC];
};

/* How the edge is looked at: where it lies or how clear it is. Lids and lashes shade what lies below them,
 * and straight across a slanting edge that shade would count as part of it; along the rows it does not. */
enum direction { ALONG_ROWS, STRAIGHT_ACROSS };
/* Few places tell less, above all how clear an edge is: lashes of a closed eye are as dark as an iris. */
static const int few[] = {[ALONG_ROWS] = 1, [STRAIGHT_ACROSS] = 3};

/* Contrast on each side over the places between the lids; a side of which too little shows has 0. */
static double arc_score(const struct mien_eye_work *work, const struct arcs *arcs,
                        const struct mien_eye_lid *upper, const struct mien_eye_lid *lower,
                        enum direction direction, struct mien_eye_circle *circle)
{
    double height = circle->radius * flatness(circle);
    for (int side = 0; side < 2; side++) {
        double sum = 0, sign = side ? 1 : -1;
        int seen = 0;
        for (int k = 0; k < FINE_ARC; k++) {
            double c = sign * arcs->cosine[k], s = arcs->sine[k];
            double u = circle->u + c * circle->radius, v = circle->v + s * height;
            if (v < mien_eye_row(upper, u) + 2 || v > mien_eye_row(lower, u) - 1)
                continue;
            double aside = across_edge * (direction == ALONG_ROWS ? sign : c),
                   down = direction == ALONG_ROWS ? 0 : across_edge * s;
            sum += mien_eye_sample(work->white, u + aside, v + down) -
                   mien_eye_sample(work->white, u - aside, v - down);
            seen++;
        }
        circle->sides[side] = sum / (seen + few[direction]);
    }
    double below = (circle->v + height - 1 - mien_eye_row(lower, circle->u)) / 6;
    double radius = (circle->radius - usual_radius) / usual_radius / 0.1;
    return weigh(circle->sides[0], circle->sides[1]) -
           work->levels.contrast * (0.04 * radius * radius + (0.02) * below * below);
}

/* Where lids hide its ends, circles a little higher and lower fit nearly as well: those whose edge is as
 * clear but for so much of the contrast count alike, because what lies between them moves from frame to frame
 * less than the best of them. */
static const double alike = 0.02;

static void settle_height(const struct mien_eye_work *work, const struct arcs *arcs,
                          const struct mien_eye_lid *upper, const struct mien_eye_lid *lower,
                          struct mien_eye_circle *iris)
{
    enum { AROUND = 4, PLACES = 2 * AROUND + 1 }; /* Half pixels. */
    double scores[PLACES], best = -INFINITY, sum = 0, total = 0;
    for (int k = 0; k < PLACES; k++) {
        struct mien_eye_circle moved = *iris;
        moved.v += 0.5 * (k - AROUND);
        scores[k] = arc_score(work, arcs, upper, lower, ALONG_ROWS, &moved);
        best = fmax(best, scores[k]);
    }
    for (int k = 0; k < PLACES; k++) {
        double weight = exp((scores[k] - best) / (alike * work->levels.contrast));
        sum += weight * 0.5 * (k - AROUND);
        total += weight;
    }
    iris->v += sum / total;
}

void mien_eye_refine_iris(const struct mien_eye_work *work, const struct mien_eye_lid *upper,
                          const struct mien_eye_lid *lower, struct mien_eye_circle *iris)
{
    static const double moves[MOVES][3] = {{1, 0, 0}, {-1, 0, 0}, {0, 1, 0},  {0, -1, 0},
                                           {0, 0, 1}, {0, 0, -1}, {0, 1, -1}, {0, -1, 1}};
    struct arcs arcs;
    for (int k = 0; k < FINE_ARC; k++) {
        double angle = -0.9 + 2.2 * k / (FINE_ARC - 1);
        arcs.cosine[k] = cos(angle);
        arcs.sine[k] = sin(angle);
    }
    double best = arc_score(work, &arcs, upper, lower, ALONG_ROWS, iris);
    for (double step = 1.5; step > 0.1; step /= 2)
        for (int round = 0; round < 4; round++) {
            bool moved = false;
            for (int k = 0; k < MOVES; k++) {
                struct mien_eye_circle next = *iris;
                next.u += step * moves[k][0];
                next.v += step * moves[k][1];
                next.radius = fmin(fmax(next.radius + step * moves[k][2], least_radius), most_radius);
                double score = arc_score(work, &arcs, upper, lower, ALONG_ROWS, &next);
                if (score > best + 1e-9) {
                    best = score;
                    *iris = next;
                    moved = true;
                }
            }
            if (!moved)
                break;
        }
    settle_height(work, &arcs, upper, lower, iris);
    arc_score(work, &arcs, upper, lower, STRAIGHT_ACROSS, iris);
}

/* ---- Reflections ---- */

double mien_eye_clean_iris(struct mien_eye_work *work, const struct mien_eye_circle *iris)
{
    double values[WIDTH * 8], reach = 0.8 * iris->radius;
    size_t count = 0;
    int first_v = (int)fmax(1, ceil(iris->v - reach)), last_v = (int)fmin(HEIGHT - 2, floor(iris->v + reach));
    int first_u = (int)fmax(1, ceil(iris->u - reach)), last_u = (int)fmin(WIDTH - 2, floor(iris->u + reach));
    bool bright[HEIGHT][WIDTH];
    memset(bright, 0, sizeof bright);
    for (int v = first_v; v <= last_v; v++)
        for (int u = first_u; u <= last_u; u++)
            if (work->open[v][u] && hypot(u - iris->u, v - iris->v) < reach &&
                count < sizeof values / sizeof *values)
                values[count++] = (double)work->picture.least[v][u];
    if (count < 20)
        return 0;
    mien_sort_numbers(values, count);
    double usual = mien_quantile_sorted(values, count, 0.4), limit = usual + 0.2 * work->levels.contrast + 6;
    size_t covered = 0;
    for (int v = first_v; v <= last_v; v++)
        for (int u = first_u; u <= last_u; u++)
            if (work->open[v][u] && hypot(u - iris->u, v - iris->v) < reach &&
                (double)work->picture.least[v][u] > limit) {
                covered++;
                for (int dv = -1; dv <= 1; dv++)
                    for (int du = -1; du <= 1; du++)
                        bright[v + dv][u + du] = true;
            }
    double red = fmin(usual + 10, skin_at(&work->levels, iris->v));
    for (int v = first_v - 1; v <= last_v + 1 && covered; v++)
        for (int u = first_u - 1; u <= last_u + 1; u++)
            if (bright[v][u] && work->open[v][u]) {
                work->picture.least[v][u] = fminf(work->picture.least[v][u], (float)usual);
                work->picture.red[v][u] = fminf(work->picture.red[v][u], (float)red);
            }
    return (double)covered / (double)count;
}
