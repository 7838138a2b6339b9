/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Head pose from points that expressions hardly move: the canthi, the bridge and the tip of the nose, the
 * columella's base. An average rigid face is turned and moved until its perspective picture lies best on them
 * (least squares, Levenberg's method). Faces differ, and the focal length is guessed, so absolute angles are
 * uncertain by several degrees; changes within a recording are much surer.
 */
#include "face/face.h"

#include <math.h>
#include <stdbool.h>

enum { RIGID = 9, UNKNOWNS = 6, MOST_STEPS = 30 };

/* Millimetres; x towards the participant's left, y down, z away from the camera; point 27 at 0, 0, 0.
 * Widths and lengths: intercanthal 32.5, biocular 89.5, nose height 52.7, tip protrusion 19.6, means of women
 * and men (North American norms in Farkas et al. 2005, doi 10.1097/01.scs.0000171847.58031.9e). Point 27 lies
 * at the deepest point of the bridge, 2.7 below the nasion. Depths are not among these norms: the tip is set
 * 22 before point 27, the canthi behind it, the outer ones at the orbital rim, 16 behind the front of the eye
 * (exophthalmometer norms). */
static const struct {
    int point;
    double x, y, z;
} rigid[RIGID] = {
    {27, 0, 0, 0},         {28, 0, 12.5, -7.3}, {29, 0, 25, -14.7}, {30, 0, 37.5, -22},   {33, 0, 50, -6.9},
    {36, -44.75, 4.5, 22}, {39, -16.25, 6, 13}, {42, 16.25, 6, 13}, {45, 44.75, 4.5, 22},
};

struct camera {
    double focal, middle_x, middle_y; /* Pixels. */
};

struct pose {
    double turn[3][3], move[3];
};

/* A rotation by a vector whose length is the angle (Rodrigues), applied after what is there. */
static void turn_by(const double *w, double matrix[3][3])
{
    double angle = sqrt(w[0] * w[0] + w[1] * w[1] + w[2] * w[2]);
    double s = angle > 1e-9 ? sin(angle) / angle : 1,
           c = angle > 1e-9 ? (1 - cos(angle)) / (angle * angle) : 0.5;
    double cross[3][3] = {{0, -w[2], w[1]}, {w[2], 0, -w[0]}, {-w[1], w[0], 0}}, r[3][3], old[3][3];
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++) {
            double square = w[i] * w[j] - (i == j ? angle * angle : 0);
            r[i][j] = (i == j) + s * cross[i][j] + c * square;
            old[i][j] = matrix[i][j];
        }
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++)
            matrix[i][j] = r[i][0] * old[0][j] + r[i][1] * old[1][j] + r[i][2] * old[2][j];
}

/* Sum of squares; where wanted, the normal equations of a step (turn, then move) as well. */
static double misfit(const struct pose *pose, const struct camera *camera, const double *x, const double *y,
                     double normal[UNKNOWNS][UNKNOWNS], double *right)
{
    double sum = 0;
    for (int i = 0; i < RIGID; i++) {
        double m[3] = {rigid[i].x, rigid[i].y, rigid[i].z}, p[3], q[3];
        for (int k = 0; k < 3; k++) {
            p[k] = pose->turn[k][0] * m[0] + pose->turn[k][1] * m[1] + pose->turn[k][2] * m[2];
            q[k] = p[k] + pose->move[k];
        }
        if (q[2] < 1)
            return INFINITY;
        double scale = camera->focal / q[2];
        double rest[2] = {x[rigid[i].point] - camera->middle_x - scale * q[0],
                          y[rigid[i].point] - camera->middle_y - scale * q[1]};
        sum += rest[0] * rest[0] + rest[1] * rest[1];
        if (!normal)
            continue;
        double steps[UNKNOWNS][3] = {{0, -p[2], p[1]}, {p[2], 0, -p[0]}, {-p[1], p[0], 0},
                                     {1, 0, 0},        {0, 1, 0},        {0, 0, 1}};
        double slope[UNKNOWNS][2];
        for (int u = 0; u < UNKNOWNS; u++)
            for (int k = 0; k < 2; k++)
                slope[u][k] = scale * (steps[u][k] - q[k] / q[2] * steps[u][2]);
        for (int u = 0; u < UNKNOWNS; u++) {
            right[u] += slope[u][0] * rest[0] + slope[u][1] * rest[1];
            for (int v = 0; v < UNKNOWNS; v++)
                normal[u][v] += slope[u][0] * slope[v][0] + slope[u][1] * slope[v][1];
        }
    }
    return sum;
}

/* Solves the damped equations by Cholesky's method; false where they have no solution. */
static bool solve(double normal[UNKNOWNS][UNKNOWNS], const double *right, double damping, double *step)
{
    double lower[UNKNOWNS][UNKNOWNS] = {{0}}, half[UNKNOWNS];
    for (int i = 0; i < UNKNOWNS; i++)
        for (int j = 0; j <= i; j++) {
            double sum = normal[i][j] * (i == j ? 1 + damping : 1);
            for (int k = 0; k < j; k++)
                sum -= lower[i][k] * lower[j][k];
            if (i == j && !(sum > 0))
                return false;
            lower[i][j] = i == j ? sqrt(sum) : sum / lower[j][j];
        }
    for (int i = 0; i < UNKNOWNS; i++) {
        half[i] = right[i];
        for (int k = 0; k < i; k++)
            half[i] -= lower[i][k] * half[k];
        half[i] /= lower[i][i];
    }
    for (int i = UNKNOWNS - 1; i >= 0; i--) {
        step[i] = half[i];
        for (int k = i + 1; k < UNKNOWNS; k++)
            step[i] -= lower[k][i] * step[k];
        step[i] /= lower[i][i];
    }
    return true;
}

static bool refine(struct pose *pose, const struct camera *camera, const double *x, const double *y)
{
    double damping = 1e-3, best = misfit(pose, camera, x, y, NULL, NULL);
    for (int i = 0; i < MOST_STEPS && isfinite(best); i++) {
        double normal[UNKNOWNS][UNKNOWNS] = {{0}}, right[UNKNOWNS] = {0}, step[UNKNOWNS];
        misfit(pose, camera, x, y, normal, right);
        if (!solve(normal, right, damping, step))
            return false;
        struct pose tried = *pose;
        turn_by(step, tried.turn);
        for (int k = 0; k < 3; k++)
            tried.move[k] += step[3 + k];
        double reached = misfit(&tried, camera, x, y, NULL, NULL);
        if (reached < best) {
            bool settled = best - reached < 1e-10 * best;
            *pose = tried;
            best = reached;
            damping /= 10;
            if (settled)
                break;
        } else {
            damping *= 10;
            if (damping > 1e8)
                break;
        }
    }
    return isfinite(best);
}

void mien_face_pose(const double *x, const double *y, int width, int height, double *yaw, double *pitch,
                    double *roll)
{
    const double degrees = 57.29577951308232;
    double across = x[45] - x[36], down = y[45] - y[36], eyes = hypot(across, down);
    *yaw = *pitch = *roll = NAN;
    if (!(eyes > 1) || !isfinite(eyes))
        return;
    /* A focal length of one picture width is a view of 53 degrees. Where the picture's size is not known, a
     * face seen from 70 cm, straight ahead. */
    struct camera camera = {width, (width - 1) / 2.0, (height - 1) / 2.0};
    if (width <= 0 || height <= 0)
        camera = (struct camera){eyes * 700 / 89.5, x[27], y[27]};
    double angle = atan2(down, across), c = cos(angle), s = sin(angle), distance = camera.focal * 89.5 / eyes;
    struct pose pose = {{{c, -s, 0}, {s, c, 0}, {0, 0, 1}},
                        {(x[27] - camera.middle_x) * distance / camera.focal,
                         (y[27] - camera.middle_y) * distance / camera.focal, distance}};
    if (!refine(&pose, &camera, x, y))
        return;
    /* The angles about x, y and z, in this order from the outside in, as OpenFace defines them. */
    *pitch = -degrees * atan2(-pose.turn[1][2], pose.turn[2][2]);
    *yaw = -degrees * asin(fmax(-1, fmin(1, pose.turn[0][2])));
    *roll = degrees * atan2(-pose.turn[0][1], pose.turn[0][0]);
}
