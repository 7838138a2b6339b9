/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The average head. Widths and heights are near the means of women and men (Farkas 1994, Anthropometry of the
 * Head and Face, 2nd edition; North American norms also in Farkas et al. 2005, doi
 * 10.1097/01.scs.0000171847.58031.9e): biocular width 89.5, nose height 52.7, nose width 33, mouth width 52,
 * upper lip 21, lower face 68, face width 134; there the points lie where the landmark model puts them on
 * such a head, which is not always the spot that is named. Which spot of a face each of the 68 points marks
 * follows the figure of the iBUG 300-W scheme: 27 lies on the bridge at the height of the lids, a little
 * below the nasion, and the inner canthi are marked at the lids' ends, outside the caruncles.
 *
 * Depths are not among those norms. They are how much the points that the model finds move when simulated
 * heads (seeds 1 to 40 and, for points without a say, to 100) turn by a known angle, within what profiles of
 * faces allow (subnasale before the nasion, canthi behind it). The points of the jaw mark the contour that
 * the camera sees, not a spot of the skin; when the head turns the contour slides backwards on it, and a
 * lower lip is found a little too low on a lifted face, as if it lay nearer.
 *
 * Noise: how surely a point is found, apart from what face/variation.h tells. Lips, lids and chin move with
 * expressions and have no say in the pose.
 */
#include "face/head.h"

static const struct {
    int right, left;           /* The same number for a point of the mid-line. */
    struct mien_head_point at; /* Of the left one. */
} points[] = {
    /* Contour, from the temple to the chin. */
    {0, 16, {75, 2, 65.5, 2.3}},
    {1, 15, {74, 22, 62.5, 2.3}},
    {2, 14, {71.5, 42, 59.5, 2.3}},
    {3, 13, {70.5, 64, 42, 0}},
    {4, 12, {63.5, 83.5, 36, 0}},
    {5, 11, {52.5, 100, 27, 0}},
    {6, 10, {37.5, 113.5, 20, 0}},
    {7, 9, {20, 122, 18, 0}},
    {8, 8, {0, 124, 16.5, 0}},
    /* Brow, from its outer end. */
    {17, 26, {58.5, -15, 25.5, 1}},
    {18, 25, {48.5, -23, 17.5, 1}},
    {19, 24, {35, -25, 9, 1}},
    {20, 23, {22.5, -23, 3.5, 1}},
    {21, 22, {10.5, -17.5, 1.5, 1}},
    /* Nose. */
    {27, 27, {0, 0, 0, 0.7}},
    {28, 28, {0, 12.5, -4, 0.7}},
    {29, 29, {0, 25.5, -8.5, 0.7}},
    {30, 30, {0, 38, -13.5, 0.7}},
    {31, 35, {12.5, 49, -2, 0.7}},
    {32, 34, {6.5, 50, -4, 0.7}},
    {33, 33, {0, 51.5, -5, 0.7}},
    /* Eye. */
    {36, 45, {44.75, 0, 17.5, 1}},
    {37, 44, {38.5, -5.5, 12, 0}},
    {38, 43, {28.5, -4.5, 9.5, 0}},
    {39, 42, {19.5, 3, 11.5, 1}},
    {40, 47, {29.5, 6, 9, 0}},
    {41, 46, {39.5, 5.5, 12, 0}},
    /* Lips, outer and inner. */
    {48, 54, {27, 78, 2, 0}},
    {49, 53, {17, 71, -2, 0}},
    {50, 52, {7, 66.5, -3.5, 0}},
    {51, 51, {0, 68.5, -5, 0}},
    {59, 55, {17, 83.5, -7, 0}},
    {58, 56, {7.5, 85.5, -11.5, 0}},
    {57, 57, {0, 86, -12.5, 0}},
    {60, 64, {22.5, 78, -1, 0}},
    {61, 63, {7.5, 75, -5.5, 0}},
    {62, 62, {0, 75.5, -6, 0}},
    {67, 65, {7.5, 76, -7, 0}},
    {66, 66, {0, 76.5, -7.5, 0}},
};

void mien_head_points(struct mien_head_point head[MIEN_POINTS])
{
    for (size_t i = 0; i < sizeof points / sizeof *points; i++) {
        head[points[i].right] = points[i].at;
        head[points[i].right].x = -points[i].at.x;
        head[points[i].left] = points[i].at;
    }
}

int mien_head_other_side(int point)
{
    for (size_t i = 0; i < sizeof points / sizeof *points; i++) {
        if (points[i].right == point)
            return points[i].left;
        if (points[i].left == point)
            return points[i].right;
    }
    return point;
}
