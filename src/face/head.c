/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The average head. Widths and heights are means of women and men, rounded (Farkas 1994, Anthropometry of the
 * Head and Face, 2nd edition; North American norms also in Farkas et al. 2005, doi
 * 10.1097/01.scs.0000171847.58031.9e): biocular width 89.5, intercanthal width 32.5, nose height 52.7, nose
 * width 33, mouth width 52, upper lip 21, lower face 68, face width 134. Which spot of a face each of the 68
 * points marks follows the figure of the iBUG 300-W scheme: 27 lies on the bridge at the height of the lids,
 * a little below the nasion, and the inner canthi are marked at the lids' ends, outside the caruncles.
 *
 * Depths are not among those norms. They were set within what profiles of faces allow (subnasale before the
 * nasion, canthi behind it) so that simulated heads of known pose come out right. The upper points of the jaw
 * mark the contour that the camera sees, not a spot of the skin; when the head turns the contour slides
 * backwards on it, which is why they move as if they lay nearer to the camera than the ears do.
 *
 * Weights: canthi and nose hardly move with expressions. The contour is far from them in depth and so says
 * much about turning, but is found less surely; brows move with expressions but fill the space above; the tip
 * of the nose differs most between people. Lips, lids and chin have no say.
 */
#include "face/head.h"

static const struct {
    int right, left;           /* The same number for a point of the mid-line. */
    struct mien_head_point at; /* Of the left one. */
} points[] = {
    /* Contour, from the temple to the chin. */
    {0, 16, {70, -0.4, 47, 0.07}},
    {1, 15, {69.5, 17.6, 45, 0.07}},
    {2, 14, {68, 36.6, 43, 0.07}},
    {3, 13, {65, 58, 41, 0}},
    {4, 12, {58.5, 75, 37, 0}},
    {5, 11, {49, 91, 32, 0}},
    {6, 10, {36, 104, 25, 0}},
    {7, 9, {20, 114, 18, 0}},
    {8, 8, {0, 118, 15, 0}},
    /* Brow, from its outer end. */
    {17, 26, {54, -15, 22, 0.2}},
    {18, 25, {45, -22, 14, 0.2}},
    {19, 24, {33, -24.5, 7, 0.2}},
    {20, 23, {21.5, -22.5, 2, 0.2}},
    {21, 22, {11, -18.5, 0.5, 0.2}},
    /* Nose. */
    {27, 27, {0, 0, 0, 1.5}},
    {28, 28, {0, 12.5, -5, 1}},
    {29, 29, {0, 25, -10.5, 1}},
    {30, 30, {0, 38, -16, 0.3}},
    {31, 35, {12.5, 48, -2, 1}},
    {32, 34, {6.5, 50, -2.5, 1}},
    {33, 33, {0, 51, -4, 1}},
    /* Eye. */
    {36, 45, {44.75, 2.2, 16.5, 1}},
    {37, 44, {36, -2.5, 12.5, 0}},
    {38, 43, {26, -2.5, 10.5, 0}},
    {39, 42, {17.25, 3.7, 10.5, 1}},
    {40, 47, {26.5, 7.5, 10.5, 0}},
    {41, 46, {36.5, 7, 12.5, 0}},
    /* Lips, outer and inner. */
    {48, 54, {26, 74, 5, 0}},
    {49, 53, {16, 69, -2.5, 0}},
    {50, 52, {6.5, 65.5, -6.5, 0}},
    {51, 51, {0, 67, -7, 0}},
    {59, 55, {16, 79.5, -2.5, 0}},
    {58, 56, {7, 82.5, -6.5, 0}},
    {57, 57, {0, 83, -7, 0}},
    {60, 64, {22, 74, 3.5, 0}},
    {61, 63, {7.5, 73, -5, 0}},
    {62, 62, {0, 73, -6, 0}},
    {67, 65, {7.5, 73, -5, 0}},
    {66, 66, {0, 73, -6, 0}},
};

void mien_head_points(struct mien_head_point head[MIEN_POINTS])
{
    for (size_t i = 0; i < sizeof points / sizeof *points; i++) {
        head[points[i].right] = points[i].at;
        head[points[i].right].x = -points[i].at.x;
        head[points[i].left] = points[i].at;
    }
}
