/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Brows, eyes and mouth, painted through the points of the frame. Each is a comparison of the pixel's height
 * with smooth curves over its column, so edges are soft by construction and lids slide over an iris that
 * stays where it is.
 */
#include "sim/canvas.h"

#include <math.h>
#include <stddef.h>

/* ---- Curves through points ---- */

enum { MOST_POINTS = 7 };

struct curve {
    int count;
    double x[MOST_POINTS], y[MOST_POINTS], slope[MOST_POINTS];
};

/* A smooth curve (cubic Hermite, slopes from the neighbours) through points of the face, in the order of
 * rising x. */
static struct curve curve_through(const struct mien_sim_face *face, const int *points, int count)
{
    struct curve curve = {count, {0}, {0}, {0}};
    for (int i = 0; i < count; i++) {
        curve.x[i] = face->x[points[i]];
        curve.y[i] = face->y[points[i]];
        if (i > 0 && curve.x[i] <= curve.x[i - 1])
            curve.x[i] = curve.x[i - 1] + 1e-6;
    }
    for (int i = 0; i < count; i++) {
        int before = i > 0 ? i - 1 : i, after = i + 1 < count ? i + 1 : i;
        curve.slope[i] = (curve.y[after] - curve.y[before]) / (curve.x[after] - curve.x[before]);
    }
    return curve;
}

static double curve_at(const struct curve *curve, double x)
{
    int last = curve->count - 1;
    if (x <= curve->x[0])
        return curve->y[0];
    if (x >= curve->x[last])
        return curve->y[last];
    int i = 0;
    while (x > curve->x[i + 1])
        i++;
    double width = curve->x[i + 1] - curve->x[i], t = (x - curve->x[i]) / width, s = 1 - t;
    return s * s * (1 + 2 * t) * curve->y[i] + t * t * (3 - 2 * t) * curve->y[i + 1] +
           s * t * width * (s * curve->slope[i] - t * curve->slope[i + 1]);
}

/* ---- Pixels ---- */

struct area {
    int left, right, top, bottom; /* Pixels; right and bottom excluded. */
};

static struct area area_of(const struct mien_sim_canvas *canvas, double x0, double x1, double y0, double y1)
{
    struct area area = {(int)floor(canvas->origin_x + x0 * canvas->scale),
                        (int)ceil(canvas->origin_x + x1 * canvas->scale) + 1,
                        (int)floor(canvas->origin_y - y1 * canvas->scale),
                        (int)ceil(canvas->origin_y - y0 * canvas->scale) + 1};
    area.left = area.left < 0 ? 0 : area.left;
    area.top = area.top < 0 ? 0 : area.top;
    area.right = area.right > canvas->width ? canvas->width : area.right;
    area.bottom = area.bottom > canvas->height ? canvas->height : area.bottom;
    return area;
}

static double x_of(const struct mien_sim_canvas *canvas, int column)
{
    return ((double)column - canvas->origin_x) / canvas->scale;
}

static double y_of(const struct mien_sim_canvas *canvas, int row)
{
    return ((double)canvas->origin_y - row) / canvas->scale;
}

static float *pixel_at(const struct mien_sim_canvas *canvas, int column, int row)
{
    return canvas->colour + 3 * ((size_t)row * (size_t)canvas->width + (size_t)column);
}

/* How much of a pixel lies inside an edge that is `inside` millimetres away. */
static float edge(const struct mien_sim_canvas *canvas, double inside)
{
    return mien_sim_clamp((float)inside * canvas->scale / 1.5f + 0.5f);
}

static double bell(double distance, double width)
{
    double a = distance / width;
    return exp(-0.5 * a * a);
}

/* ---- Brows ---- */

static void paint_brow(struct mien_sim_canvas *canvas, const struct mien_sim_person *person,
                       const struct mien_sim_face *face, enum mien_sim_side side)
{
    static const int points[2][5] = {{17, 18, 19, 20, 21}, {22, 23, 24, 25, 26}};
    struct curve line = curve_through(face, points[side], 5);
    double inner = side == MIEN_SIM_LEFT ? line.x[0] : line.x[4],
           tail = side == MIEN_SIM_LEFT ? line.x[4] : line.x[0];
    struct area area = area_of(canvas, line.x[0] - 3, line.x[4] + 3, -10, 60);
    struct mien_sim_colour hair = person->hair;
    for (int j = area.left; j < area.right; j++) {
        double x = x_of(canvas, j), part = (x - inner) / (tail - inner), middle = curve_at(&line, x);
        double half =
            person->brow_thickness * (part < 0.45 ? 0.86 + 0.3 * part : 1 - 0.85 * (part - 0.45) / 0.55);
        double end = fmin(part * 60 + 1.5, (1 - part) * 40 + 2);
        for (int i = area.top; i < area.bottom; i++) {
            double y = y_of(canvas, i), inside = fmin(half - fabs(y - middle), end);
            if (inside < -3)
                continue;
            double direction = part < 0.3 ? x * 2.4 : x * 1.5 + (side == MIEN_SIM_LEFT ? 1 : -1) * y * 1.2;
            float streak = mien_sim_grain((int)floor(direction * 1.6 + 300), 31 + (int)side);
            float cover = 0.9f * mien_sim_clamp((float)(inside + 0.8 * (streak - 0.5)) * 0.75f + 0.42f);
            float tone = 0.75f + 0.4f * streak;
            mien_sim_blend(pixel_at(canvas, j, i), hair.r * tone, hair.g * tone, hair.b * tone, cover);
        }
    }
}

/* ---- Eyes ---- */

struct eye {
    double inner_x, inner_y, outer_x, outer_y, centre_x, centre_y;
    double open; /* 0 closed .. 1 as at rest. */
};

static void paint_eyeball(const struct mien_sim_canvas *canvas, const struct mien_sim_person *person,
                          const struct eye *eye, double x, double y, double below_lid, float cover,
                          float *pixel)
{
    double dx = x - eye->centre_x, dy = y - eye->centre_y, r = hypot(dx, dy),
           half = 0.5 * (eye->outer_x - eye->inner_x);
    double light = 1 - 0.5 * bell(fmax(below_lid, 0), 1.7) - 0.22 * (dx / half) * (dx / half);
    float shade = (float)light;
    mien_sim_blend(pixel, 238 * shade, 231 * shade, 226 * shade, cover);
    double limbus = r / person->iris;
    float tone =
        (float)((limbus > 0.8 ? 0.55 : 0.85 + 0.3 * (limbus - 0.4)) * (0.75 + 0.35 * light - 0.03 * dy));
    struct mien_sim_colour iris = person->iris_colour;
    mien_sim_blend(pixel, iris.r * tone, iris.g * tone, iris.b * tone,
                   cover * edge(canvas, person->iris - r));
    mien_sim_blend(pixel, 12, 10, 10, cover * edge(canvas, 2.3 - r));
    double glint = hypot(dx + 1.8 - 1.2 * person->light, dy - 2.2);
    mien_sim_blend(pixel, 250, 250, 250, 0.9f * cover * edge(canvas, 0.9 - glint));
}

static void paint_eye(struct mien_sim_canvas *canvas, const struct mien_sim_person *person,
                      const struct mien_sim_face *face, enum mien_sim_side side)
{
    static const int outer[2] = {36, 45}, inner[2] = {39, 42};
    struct eye eye = {
        face->x[inner[side]], face->y[inner[side]], face->x[outer[side]], face->y[outer[side]], 0, 0, 0};
    eye.centre_x = (eye.inner_x + eye.outer_x) / 2;
    eye.centre_y = (eye.inner_y + eye.outer_y) / 2 + 1.6;
    double upper = face->upper_lid[side], lower = face->lower_lid[side];
    eye.open = fmin(fmax((upper + lower) / (person->upper_lid + person->lower_lid), 0), 1);
    double crease = fmax(person->upper_lid, upper) + 3.2 - 1.2 * eye.open;
    struct area area = area_of(canvas, fmin(eye.inner_x, eye.outer_x) - 4, fmax(eye.inner_x, eye.outer_x) + 4,
                               eye.centre_y - 14, eye.centre_y + 17);
    for (int j = area.left; j < area.right; j++) {
        double x = x_of(canvas, j), part = (x - eye.inner_x) / (eye.outer_x - eye.inner_x);
        double line = eye.inner_y + (eye.outer_y - eye.inner_y) * fmin(fmax(part, 0), 1);
        double top = line + upper * mien_sim_upper_arc(part),
               bottom = line - lower * mien_sim_lower_arc(part);
        double fold = line + crease * mien_sim_upper_arc(0.04 + 0.92 * part) + 0.4;
        double beyond = fmax(fmax(-part, part - 1), 0) * 29;
        double lash = (1 - 0.35 * bell(part, 0.15)) * bell(beyond, 1.4),
               lash_width = 0.85 + 1.8 * (1 - eye.open);
        for (int i = area.top; i < area.bottom; i++) {
            double y = y_of(canvas, i);
            float *pixel = pixel_at(canvas, j, i);
            float cover = part <= 0 || part >= 1 ? 0 : edge(canvas, fmin(top - y, y - bottom));
            double dark = 0.34 * eye.open * bell(y - fold, 0.9) * bell(beyond, 1);
            dark = fmax(dark, 0.22 * bell(y - bottom + 0.3, 0.8) * bell(beyond, 1));
            mien_sim_blend(pixel, 40, 24, 18, (float)dark);
            if (cover > 0)
                paint_eyeball(canvas, person, &eye, x, y, top - y, cover, pixel);
            mien_sim_blend(pixel, 26, 18, 16, (float)(0.92 * lash * bell(y - top - 0.2, lash_width)));
        }
    }
}

/* ---- Mouth ---- */

struct mouth {
    struct curve upper, lower, inner_upper, inner_lower; /* Outer edges of the lips; edges of the opening. */
    double left, right, middle;                          /* x of the corners and of the mid-line. */
};

static void paint_opening(const struct mien_sim_canvas *canvas, const struct mien_sim_person *person,
                          const struct mouth *mouth, double x, double y, double top, double bottom,
                          float *pixel)
{
    float cover = edge(canvas, fmin(top - y, y - bottom));
    if (cover <= 0)
        return;
    double across = (x - mouth->middle) / (0.5 * (mouth->right - mouth->left));
    mien_sim_blend(pixel, 46, 18, 18, cover);
    /* The tongue and the lower teeth go with the jaw, that is, with the lower lip. */
    double depth = y - bottom, narrow = 1 - fmin(across * across, 1);
    mien_sim_blend(pixel, 150, 70, 68, cover * (float)(0.9 * narrow * bell(fmax(depth - 4, 0), 2.5)));
    /* The upper teeth belong to the skull, so the lips slide over them. */
    double teeth_top = person->mouth_height + 7, teeth_bottom = person->mouth_height - 3.2 + 0.004 * x * x;
    double light = (0.25 + 0.75 * narrow) * (1 - 0.4 * bell(top - y, 1.2));
    light *= 1 - 0.10 * bell(fmod(fabs(x) + 100, 8) - 4, 0.5);
    float shade = (float)light;
    float teeth = edge(canvas, fmin(teeth_top - y, y - teeth_bottom)) * edge(canvas, 27 - fabs(x));
    mien_sim_blend(pixel, 232 * shade, 226 * shade, 214 * shade, cover * teeth);
}

static void paint_lips(const struct mien_sim_canvas *canvas, const struct mien_sim_person *person,
                       const struct mouth *mouth, int j)
{
    double x = x_of(canvas, j);
    double upper = curve_at(&mouth->upper, x), lower = curve_at(&mouth->lower, x);
    double top = curve_at(&mouth->inner_upper, x), bottom = curve_at(&mouth->inner_lower, x);
    double middle = (top + bottom) / 2, to_end = fmin(x - mouth->left, mouth->right - x);
    struct area rows = area_of(canvas, 0, 0, lower - 6, upper + 4);
    for (int i = rows.top; i < rows.bottom; i++) {
        double y = y_of(canvas, i);
        float *pixel = pixel_at(canvas, j, i), cover = edge(canvas, fmin(fmin(upper - y, y - lower), to_end));
        if (cover > 0) {
            double part =
                y > middle ? (y - top) / fmax(upper - top, 0.5) : (bottom - y) / fmax(bottom - lower, 0.5);
            double light =
                y > middle ? 0.78 + 0.14 * part : 0.86 + 0.24 * bell(part - 0.45, 0.3) - 0.12 * part;
            light *= 1 - 0.06 * mien_sim_grain((int)floor(x * 1.3 + 200), 5);
            float shade = (float)light;
            mien_sim_blend(pixel, person->lips.r * shade, person->lips.g * shade, person->lips.b * shade,
                           0.94f * cover);
        }
        if (to_end > 0)
            paint_opening(canvas, person, mouth, x, y, top, bottom, pixel);
        double slit = 0.85 * bell(y - middle, 0.75) * bell(fmax(top - bottom - 1.2, 0), 0.8);
        slit = to_end > -1.5 ? slit * fmin(1, (to_end + 1.5) / 2) : 0;
        mien_sim_blend(pixel, 38, 14, 14, (float)slit);
    }
}

static void paint_mouth(struct mien_sim_canvas *canvas, const struct mien_sim_person *person,
                        const struct mien_sim_face *face)
{
    static const int upper[] = {48, 49, 50, 51, 52, 53, 54}, lower[] = {48, 59, 58, 57, 56, 55, 54};
    static const int inner_upper[] = {60, 61, 62, 63, 64}, inner_lower[] = {60, 67, 66, 65, 64};
    struct mouth mouth = {curve_through(face, upper, 7),
                          curve_through(face, lower, 7),
                          curve_through(face, inner_upper, 5),
                          curve_through(face, inner_lower, 5),
                          face->x[48],
                          face->x[54],
                          face->x[51]};
    struct area area = area_of(canvas, mouth.left - 5, mouth.right + 5, fmin(face->y[57], face->y[48]) - 8,
                               fmax(fmax(face->y[50], face->y[48]), face->y[54]) + 6);
    for (int j = area.left; j < area.right; j++)
        paint_lips(canvas, person, &mouth, j);
    for (int i = area.top; i < area.bottom; i++)
        for (int j = area.left; j < area.right; j++) {
            double x = x_of(canvas, j), y = y_of(canvas, i);
            double right = hypot(x - face->x[48], y - face->y[48]),
                   left = hypot(x - face->x[54], y - face->y[54]);
            mien_sim_blend(pixel_at(canvas, j, i), 44, 20, 18, (float)(0.6 * bell(fmin(left, right), 1.5)));
        }
}

void mien_sim_paint_features(struct mien_sim_canvas *canvas, const struct mien_sim_person *person,
                             const struct mien_sim_face *face)
{
    for (int side = 0; side < MIEN_SIM_SIDES; side++) {
        paint_eye(canvas, person, face, (enum mien_sim_side)side);
        paint_brow(canvas, person, face, (enum mien_sim_side)side);
    }
    paint_mouth(canvas, person, face);
}
