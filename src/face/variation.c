/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Standard deviations, millimetres: what persons differ in, what expressions move and the landmark model's
 * own errors of the same kind together. They were set by hand and compared on simulated heads (seeds 1 to
 * 40), the breadth of the contour on a real recording too; they are no published norms. The pose hardly
 * depends on the single numbers: with one of them 2.5 times larger or smaller the error of pitch changes by
 * at most a tenth.
 */
#include "face/variation.h"

#include <math.h>
#include <string.h>

/* Both sides alike; each side for itself, which is two variations; both towards the same side. */
enum manner { ALIKE, EACH, ASIDE };

enum { MOST_POINTS = 6 };

static const struct {
    enum manner manner;
    double sd;
    /* Points of the participant's left and the mid-line; none is point 0, which is a right one. */
    struct {
        int point;
        double x, y;
    } moves[MOST_POINTS];
} variations[] = {
    /* The inner and the outer end of the brow are raised and lowered: persons and expressions. */
    {EACH, 4.5, {{22, 0, 1}, {23, 0, 0.85}, {24, 0, 0.55}, {25, 0, 0.25}}},
    {EACH, 4.5, {{23, 0, 0.15}, {24, 0, 0.45}, {25, 0, 0.75}, {26, 0, 1}}},
    /* Place of the brow between mid-line and temple; frowning. */
    {EACH, 0.7, {{22, 1, 0}, {23, 1, 0}, {24, 1, 0}, {25, 1, 0}, {26, 1, 0}}},
    /* Height of the eyes against the bridge of the nose, and inclination of the palpebral fissure. */
    {ALIKE, 1.5, {{42, 0, 1}, {45, 0, 1}}},
    {ALIKE, 1, {{45, 0, 1}}},
    /* Nose: length, height of the tip, width, height of the wings, tip aside. */
    {ALIKE, 2.5, {{28, 0, 0.25}, {29, 0, 0.5}, {30, 0, 0.75}, {33, 0, 1}, {34, 0, 0.98}, {35, 0, 0.96}}},
    {ALIKE, 1.5, {{28, 0, 0.3}, {29, 0, 0.6}, {30, 0, 1}}},
    {ALIKE, 1.2, {{34, 0.5, 0}, {35, 1, 0}}},
    {EACH, 1, {{34, 0, 0.3}, {35, 0, 1}}},
    {ASIDE, 0.7, {{28, 0.4, 0}, {29, 0.7, 0}, {30, 1, 0}, {33, 0.5, 0}, {34, 0.5, 0}, {35, 0.5, 0}}},
    /* Contour before the ears: height, of both and of each; an open jaw draws it down; breadth. */
    {ALIKE, 5, {{14, 0, 1}, {15, 0, 1}, {16, 0, 1}}},
    {EACH, 2.5, {{14, 0, 1}, {15, 0, 1}, {16, 0, 1}}},
    {ALIKE, 4, {{14, 0, 1}, {15, 0, 0.65}, {16, 0, 0.3}}},
    {EACH, 1.5, {{14, 1, 0}, {15, 1, 0}, {16, 1, 0}}},
};

/* ---- Shapes ---- */

/* Where a point stands among those that have a say; -1 for the others. */
static int row_of(const struct mien_variation *variation, int point)
{
    for (int i = 0; i < variation->count; i++)
        if (variation->points[i] == point)
            return i;
    return -1;
}

static void add_move(struct mien_variation *variation, int column, int point, double x, double y)
{
    int row = row_of(variation, point);
    if (row < 0)
        return;
    const double moves[2] = {x * variation->scale[row], y * variation->scale[row]};
    for (int axis = 0; axis < 2; axis++) {
        int at = 2 * row + axis;
        if (moves[axis] == 0)
            continue;
        variation->shape[at][column] = moves[axis];
        if (variation->end[at] == 0 || column < variation->first[at])
            variation->first[at] = column;
        if (column >= variation->end[at])
            variation->end[at] = column + 1;
    }
}

static void add_variation(struct mien_variation *variation, size_t which, int *column)
{
    enum manner manner = variations[which].manner;
    double sd = variations[which].sd;
    int right = manner == EACH ? *column + 1 : *column;
    for (int i = 0; i < MOST_POINTS && variations[which].moves[i].point; i++) {
        int point = variations[which].moves[i].point, other = mien_head_other_side(point);
        double x = sd * variations[which].moves[i].x, y = sd * variations[which].moves[i].y;
        if (other != point)
            add_move(variation, right, other, manner == ASIDE ? x : -x, y);
        add_move(variation, *column, point, x, y);
    }
    *column = right + 1;
}

/* ---- Covariance ---- */

/* I + B'B; most of B is 0, because a variation moves few points. */
static void multiply(struct mien_variation *variation)
{
    memset(variation->lower, 0, sizeof variation->lower);
    for (int i = 0; i < MIEN_VARIATIONS; i++)
        variation->lower[i][i] = 1;
    for (int row = 0; row < 2 * variation->count; row++) {
        const double *shape = variation->shape[row];
        for (int i = 0; i < MIEN_VARIATIONS; i++)
            for (int j = 0; shape[i] != 0 && j <= i; j++)
                variation->lower[i][j] += shape[i] * shape[j];
    }
}

/* Cholesky's method, in place; I + B'B is positive definite whatever the shapes are. */
static void factor(struct mien_variation *variation)
{
    multiply(variation);
    for (int i = 0; i < MIEN_VARIATIONS; i++)
        for (int j = 0; j <= i; j++) {
            double sum = variation->lower[i][j];
            for (int k = 0; k < j; k++)
                sum -= variation->lower[i][k] * variation->lower[j][k];
            variation->lower[i][j] = i == j ? sqrt(sum) : sum / variation->lower[j][j];
        }
}

void mien_variation_prepare(const struct mien_head_point head[MIEN_POINTS], struct mien_variation *variation)
{
    memset(variation, 0, sizeof *variation);
    for (int i = 0; i < MIEN_POINTS; i++)
        if (head[i].noise > 0) {
            variation->points[variation->count] = i;
            variation->scale[variation->count++] = 1 / head[i].noise;
        }
    int column = 0;
    for (size_t i = 0; i < sizeof variations / sizeof *variations; i++)
        add_variation(variation, i, &column);
    factor(variation);
}

void mien_variation_forget(struct mien_variation *variation)
{
    memset(variation->shape, 0, sizeof variation->shape);
    factor(variation);
}

void mien_variation_explain(const struct mien_variation *variation, const double *errors,
                            double explained[MIEN_VARIATIONS])
{
    memset(explained, 0, MIEN_VARIATIONS * sizeof *explained);
    for (int row = 0; row < 2 * variation->count; row++) {
        const double *shape = variation->shape[row], error = errors[row];
        for (int i = variation->first[row]; i < variation->end[row]; i++)
            explained[i] += shape[i] * error;
    }
    for (int i = 0; i < MIEN_VARIATIONS; i++) {
        for (int k = 0; k < i; k++)
            explained[i] -= variation->lower[i][k] * explained[k];
        explained[i] /= variation->lower[i][i];
    }
}
