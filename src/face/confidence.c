/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "face/confidence.h"

#include <math.h>

/* ---- Grey values at places of the face ---- */

/* Each place is the middle of two points; one and its counterpart on the other side stand next to each other.
 * Places follow the head when it turns, which a rectangle about the face would not. */
enum { PAIRS = 20, PLACES = 2 * PAIRS, CELL = 3 };

static const uint8_t places[PLACES][2] = {
    /* Brows and eyes. */
    {17, 17},
    {26, 26},
    {18, 18},
    {25, 25},
    {19, 19},
    {24, 24},
    {20, 20},
    {23, 23},
    {21, 21},
    {22, 22},
    {36, 36},
    {45, 45},
    {37, 40},
    {43, 46},
    {38, 41},
    {44, 47},
    {39, 39},
    {42, 42},
    /* Cheeks and jaw. */
    {1, 36},
    {15, 45},
    {1, 31},
    {15, 35},
    {2, 31},
    {14, 35},
    {3, 31},
    {13, 35},
    {40, 31},
    {47, 35},
    {41, 2},
    {46, 14},
    {4, 48},
    {12, 54},
    {5, 59},
    {11, 55},
    /* Nose, lips and chin. */
    {31, 31},
    {35, 35},
    {48, 48},
    {54, 54},
    {7, 58},
    {9, 56}};

enum { DARK = 18, BRIGHT = 34 }; /* Eyes and brows end here; the cheeks there. */

/* The whole number of the range 0..most nearest below; this is done 500 times a frame. */
static int within(double value, int most)
{
    if (!(value > 0))
        return 0;
    return value < most ? (int)value : most;
}

static double grey_at(const struct mien_luma *luma, double x, double y)
{
    int column = within(x, luma->width - 1), row = within(y, luma->height - 1);
    return luma->pixels[row * luma->stride + column] * (1 / 255.0);
}

/* Mean over a small square, so that single pixels' noise counts little. */
static double grey_near(const struct mien_luma *luma, double x, double y, double step)
{
    double sum = 0;
    for (int i = -1; i <= 1; i++)
        for (int j = -1; j <= 1; j++)
            sum += grey_at(luma, x + j * step + 0.5, y + i * step + 0.5);
    return sum / (CELL * CELL);
}

struct greys {
    double value[PLACES], mean, deviation;
    double roughness; /* Mean difference of neighbouring pixels. */
};

static void read_greys(const struct mien_luma *luma, const double *x, const double *y, double eyes,
                       struct greys *greys)
{
    double sum = 0, squares = 0, rough = 0;
    for (int i = 0; i < PLACES; i++) {
        int a = places[i][0], b = places[i][1];
        double u = (x[a] + x[b]) / 2, v = (y[a] + y[b]) / 2;
        double value = grey_near(luma, u, v, 0.03 * eyes), centre = grey_at(luma, u, v);
        greys->value[i] = value;
        rough += fabs(grey_at(luma, u + 1, v) - centre) + fabs(grey_at(luma, u, v + 1) - centre);
        sum += value;
        squares += value * value;
    }
    greys->mean = sum / PLACES;
    greys->deviation = sqrt(fmax(0, squares / PLACES - greys->mean * greys->mean));
    greys->roughness = rough / (2 * PLACES);
}

static double symmetry_of(const struct greys *greys)
{
    double together = 0, alone = 0;
    for (int i = 0; i < PLACES; i += 2) {
        double right = greys->value[i] - greys->mean, left = greys->value[i + 1] - greys->mean;
        together += 2 * right * left;
        alone += right * right + left * left;
    }
    return alone > 1e-8 ? together / alone : NAN;
}

static double darkness_of(const struct greys *greys)
{
    double dark = 0, bright = 0;
    for (int i = 0; i < DARK; i++)
        dark += greys->value[i] / DARK;
    for (int i = DARK; i < BRIGHT; i++)
        bright += greys->value[i] / (BRIGHT - DARK);
    return greys->deviation > 1e-4 ? (bright - dark) / greys->deviation : NAN;
}

/* ---- The shape ---- */

static double shape_of(const struct mien_landmark_model *model, const double *x, const double *y, double eyes)
{
    struct mien_place place = mien_model_place(model, x, y);
    double c = cos(place.turn), s = sin(place.turn), squares = 0;
    for (int i = 0; i < MIEN_POINTS; i++) {
        double u = ((double)model->mean_shape[2 * i] - 0.5) * place.across;
        double v = ((double)model->mean_shape[2 * i + 1] - 0.5) * place.down;
        double dx = x[i] - (place.x + c * u - s * v), dy = y[i] - (place.y + s * u + c * v);
        squares += dx * dx + dy * dy;
    }
    return sqrt(squares / MIEN_POINTS) / eyes;
}

static double outside_of(const struct mien_luma *luma, const double *x, const double *y)
{
    int outside = 0;
    for (int i = 0; i < MIEN_POINTS; i++)
        outside += !(x[i] >= 0 && x[i] <= luma->width - 1 && y[i] >= 0 && y[i] <= luma->height - 1);
    return (double)outside / MIEN_POINTS;
}

void mien_confidence_look(const struct mien_landmark_model *model, const struct mien_luma *luma,
                          const double *x, const double *y, struct mien_confidence_evidence *evidence)
{
    struct greys greys;
    double eyes = mien_points_interocular(x, y);
    read_greys(luma, x, y, eyes, &greys);
    evidence->shape = shape_of(model, x, y, eyes);
    evidence->eyes = eyes;
    evidence->outside = outside_of(luma, x, y);
    evidence->light = greys.mean;
    evidence->contrast = greys.deviation;
    evidence->sharpness = greys.deviation > 1e-4 ? greys.roughness / greys.deviation : NAN;
    evidence->symmetry = symmetry_of(&greys);
    evidence->darkness = darkness_of(&greys);
}

/* ---- The probability ---- */

enum {
    DISAGREEMENT,
    JUMP,
    SHAPE,
    CONTRAST,
    SHARPNESS,
    SHARPNESS_SQUARED,
    SYMMETRY,
    DARKNESS,
    OUTSIDE,
    TERMS
};

/* A logistic model of whether the mean error of the points is under 5 % of the interocular distance. Fitted
 * by scripts/confidence.R to the frames of `scripts/bench confidence --fit`: nine real recordings of seven or
 * more people, each disturbed in nine ways; what comes out is judged on others. Where only one fit was made
 * the disagreement is not known, and the second row is used. */
struct coefficients {
    double constant, weight[TERMS];
};
static const struct coefficients
    with_disagreement = {-11.795, {-3.621, 0.000, -0.073, 0.040, -0.059, -0.176, 0.093, 0.808, -48.963}},
    without = {0.321, {0.000, -0.598, -0.410, 3.002, -3.309, -0.821, 1.997, 1.779, -26.851}};

/* What a frame has where nothing else is known: the medians of the same recordings. */
static const double typical[TERMS] = {-4.0, -3.9, -2.3, -2.5, -1.8, 3.1, 0.5, 1.15, 0};

static double log_within(double value, double low, double high)
{
    return isnan(value) ? NAN : log(fmin(fmax(value, low), high));
}

static void terms_of(const struct mien_confidence_evidence *evidence, double *terms)
{
    terms[DISAGREEMENT] = log(evidence->disagreement + 0.002);
    terms[JUMP] = log(evidence->jump + 0.005);
    terms[SHAPE] = log_within(evidence->shape, 0.03, 0.3);
    terms[CONTRAST] = log_within(evidence->contrast, 0.01, 0.3);
    terms[SHARPNESS] = log_within(evidence->sharpness, 0.03, 2);
    terms[SHARPNESS_SQUARED] = terms[SHARPNESS] * terms[SHARPNESS];
    terms[SYMMETRY] = evidence->symmetry;
    terms[DARKNESS] = evidence->darkness;
    terms[OUTSIDE] = evidence->outside;
    for (int i = 0; i < TERMS; i++)
        if (isnan(terms[i]))
            terms[i] = typical[i];
}

static double probability(const struct coefficients *coefficients, const double *terms)
{
    double sum = coefficients->constant;
    for (int i = 0; i < TERMS; i++)
        sum += coefficients->weight[i] * terms[i];
    return 1 / (1 + exp(-sum));
}

/* A disagreement of an earlier frame may be better or worse than this one's would be: the frame must then
 * look good without it as well. */
double mien_confidence(const struct mien_confidence_evidence *evidence)
{
    double terms[TERMS];
    terms_of(evidence, terms);
    if (isnan(evidence->disagreement))
        return probability(&without, terms);
    double confidence = probability(&with_disagreement, terms);
    return evidence->stale ? fmin(confidence, probability(&without, terms)) : confidence;
}
