/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Head pose: the average head is turned and moved until its perspective picture lies best on the points
 * (generalised least squares, Levenberg's method). Faces differ, and where the landmark model puts a point on
 * them does too: several points together, so a nose that is low may be a long one and counts less than its
 * points one by one would (face/variation.h). What that leaves makes one person's angles all wrong by the
 * same few degrees, most of all in pitch; changes within a recording are surer.
 */
#include "face/face.h"
#include "face/head.h"
#include "face/variation.h"

#include <math.h>
#include <string.h>

enum { UNKNOWNS = 6, MOST_STEPS = 30 };

static const double biocular = 89.5;
/* A face is hardly filmed from nearer. Faces that fill their picture are mostly cut out of a larger one, and
 * a focal length guessed from the picture's size would put them right before the lens. */
static const double nearest = 700;
/* Misfit per point, from where on the points are no picture of a head: what faces vary in says nothing about
 * them and would turn the head any way that fits. Real recordings stay below 4. */
static const double most_misfit = 100;

/* The points that have a say, and where they were found. */
struct evidence {
    struct mien_variation variation;
    struct mien_head_point head[MIEN_POINTS];
    double x[MIEN_POINTS], y[MIEN_POINTS];
    /* From pixels of the picture to millimetres along the axes of the face, as the line of the canthi has
     * them: variation is described in these. */
    double along, across;
};

static void gather(const double *x, const double *y, struct evidence *evidence)
{
    struct mien_head_point head[MIEN_POINTS];
    mien_head_points(head);
    mien_variation_prepare(head, &evidence->variation);
    for (int i = 0; i < evidence->variation.count; i++) {
        int point = evidence->variation.points[i];
        evidence->head[i] = head[point];
        evidence->x[i] = x[point];
        evidence->y[i] = y[point];
    }
    double right = x[45] - x[36], down = y[45] - y[36], square = right * right + down * down;
    evidence->along = biocular * right / square;
    evidence->across = biocular * down / square;
}

/* A difference in the picture as one in the axes of the face, in units of the point's noise. */
static void weigh(const struct evidence *evidence, int point, const double *picture, double *errors)
{
    double scale = evidence->variation.scale[point];
    errors[2 * point] = scale * (evidence->along * picture[0] + evidence->across * picture[1]);
    errors[2 * point + 1] = scale * (evidence->along * picture[1] - evidence->across * picture[0]);
}

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

/* How one point's picture moves with the six unknowns: turn, then move. */
static void slopes(const double *turned, const double *placed, double scale, double slope[UNKNOWNS][2])
{
    const double *p = turned;
    double steps[UNKNOWNS][3] = {{0, -p[2], p[1]}, {p[2], 0, -p[0]}, {-p[1], p[0], 0},
                                 {1, 0, 0},        {0, 1, 0},        {0, 0, 1}};
    for (int u = 0; u < UNKNOWNS; u++)
        for (int k = 0; k < 2; k++)
            slope[u][k] = scale * (steps[u][k] - placed[k] / placed[2] * steps[u][2]);
}

/* What is left of the points, and where wanted how that moves with each unknown; false where a point would
 * lie behind the camera. */
static bool differences(const struct mien_head_pose *pose, const struct evidence *evidence, double *rest,
                        double (*moves)[2 * MIEN_POINTS])
{
    const struct mien_camera *camera = &pose->camera;
    for (int i = 0; i < evidence->variation.count; i++) {
        const struct mien_head_point *m = &evidence->head[i];
        double p[3], q[3], slope[UNKNOWNS][2];
        for (int k = 0; k < 3; k++) {
            p[k] = pose->turn[k][0] * m->x + pose->turn[k][1] * m->y + pose->turn[k][2] * m->z;
            q[k] = p[k] + pose->move[k];
        }
        if (!(q[2] >= 1))
            return false;
        double scale = camera->focal / q[2];
        double left[2] = {evidence->x[i] - camera->middle_x - scale * q[0],
                          evidence->y[i] - camera->middle_y - scale * q[1]};
        weigh(evidence, i, left, rest);
        if (!moves)
            continue;
        slopes(p, q, scale, slope);
        for (int u = 0; u < UNKNOWNS; u++)
            weigh(evidence, i, slope[u], moves[u]);
    }
    return true;
}

/* Product in the metric of the inverse covariance; see mien_variation_explain. */
static double product(const struct evidence *evidence, const double *a, const double *explained_a,
                      const double *b, const double *explained_b)
{
    double sum = 0;
    for (int i = 0; i < 2 * evidence->variation.count; i++)
        sum += a[i] * b[i];
    for (int i = 0; i < MIEN_VARIATIONS; i++)
        sum -= explained_a[i] * explained_b[i];
    return sum;
}

/* Sum of squares in that metric; where wanted, the normal equations of a step as well. */
static double misfit(const struct mien_head_pose *pose, const struct evidence *evidence,
                     double (*normal)[UNKNOWNS], double *right)
{
    double rest[2 * MIEN_POINTS] = {0}, moves[UNKNOWNS][2 * MIEN_POINTS];
    double of_rest[MIEN_VARIATIONS], of_moves[UNKNOWNS][MIEN_VARIATIONS];
    if (!differences(pose, evidence, rest, normal ? moves : NULL))
        return INFINITY;
    mien_variation_explain(&evidence->variation, rest, of_rest);
    for (int u = 0; normal && u < UNKNOWNS; u++) {
        mien_variation_explain(&evidence->variation, moves[u], of_moves[u]);
        right[u] = product(evidence, moves[u], of_moves[u], rest, of_rest);
        for (int v = 0; v <= u; v++)
            normal[u][v] = product(evidence, moves[u], of_moves[u], moves[v], of_moves[v]);
    }
    return product(evidence, rest, of_rest, rest, of_rest);
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

/* Returns the misfit reached; infinite where there is no pose. */
static double refine(struct mien_head_pose *pose, const struct evidence *evidence)
{
    double damping = 1e-3, best = misfit(pose, evidence, NULL, NULL);
    for (int i = 0; i < MOST_STEPS && isfinite(best); i++) {
        double normal[UNKNOWNS][UNKNOWNS] = {{0}}, right[UNKNOWNS] = {0}, step[UNKNOWNS];
        misfit(pose, evidence, normal, right);
        if (!solve(normal, right, damping, step))
            return INFINITY;
        struct mien_head_pose tried = *pose;
        turn_by(step, tried.turn);
        for (int k = 0; k < 3; k++)
            tried.move[k] += step[3 + k];
        double reached = misfit(&tried, evidence, NULL, NULL);
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
    return best;
}

/* A focal length of the picture's longer side is a view of 53 degrees along it. The camera looks straight at
 * the face: recordings are cut, turned and zoomed, so the middle of the picture need not be that of the lens,
 * and what counts for the points is from where the face itself is seen. */
static struct mien_camera guess_camera(const double *x, const double *y, int width, int height, double eyes)
{
    double least = nearest * eyes / biocular, longer = width > height ? width : height;
    return (struct mien_camera){fmax(longer, least), x[27], y[27]};
}

bool mien_head_pose(const double *x, const double *y, int width, int height, struct mien_head_pose *pose)
{
    double across = x[45] - x[36], down = y[45] - y[36], eyes = hypot(across, down);
    if (!(eyes > 1) || !isfinite(eyes))
        return false;
    struct mien_camera camera = guess_camera(x, y, width, height, eyes);
    double c = across / eyes, s = down / eyes, distance = camera.focal * biocular / eyes;
    *pose = (struct mien_head_pose){{{c, -s, 0}, {s, c, 0}, {0, 0, 1}}, {0, 0, distance}, camera};
    const struct mien_head_pose start = *pose;
    struct evidence evidence;
    gather(x, y, &evidence);
    double reached = refine(pose, &evidence);
    if (!(reached > most_misfit * evidence.variation.count) || isinf(reached))
        return isfinite(reached);
    *pose = start;
    mien_variation_forget(&evidence.variation);
    return isfinite(refine(pose, &evidence));
}

static const double degrees = 57.29577951308232;

/* The angles about x, y and z, in this order from the outside in, as OpenFace defines them. */
void mien_head_angles(const struct mien_head_pose *pose, double *yaw, double *pitch, double *roll)
{
    *pitch = -degrees * atan2(-pose->turn[1][2], pose->turn[2][2]);
    *yaw = -degrees * asin(fmax(-1, fmin(1, pose->turn[0][2])));
    *roll = degrees * atan2(-pose->turn[0][1], pose->turn[0][0]);
}

void mien_head_turn(double yaw, double pitch, double roll, double turn[3][3])
{
    double ca = cos(-pitch / degrees), sa = sin(-pitch / degrees);
    double cb = cos(-yaw / degrees), sb = sin(-yaw / degrees);
    double cc = cos(roll / degrees), sc = sin(roll / degrees);
    const double product[3][3] = {{cb * cc, -cb * sc, sb},
                                  {ca * sc + sa * sb * cc, ca * cc - sa * sb * sc, -sa * cb},
                                  {sa * sc - ca * sb * cc, sa * cc + ca * sb * sc, ca * cb}};
    memcpy(turn, product, sizeof product);
}

void mien_head_look_at(const double place[3], double turn[3][3])
{
    double distance = sqrt(place[0] * place[0] + place[1] * place[1] + place[2] * place[2]);
    if (!(place[2] > 0) || !isfinite(distance))
        return;
    /* The shortest turn that takes the direction of the place to straight ahead (Rodrigues). */
    double right = place[0] / distance, down = place[1] / distance, ahead = place[2] / distance;
    double share = 1 / (1 + ahead);
    const double camera[3][3] = {{1 - right * right * share, -right * down * share, -right},
                                 {-right * down * share, 1 - down * down * share, -down},
                                 {right, down, ahead}};
    double seen[3][3] = {{0}};
    for (int i = 0; i < 3; i++)
        for (int k = 0; k < 3; k++)
            for (int j = 0; j < 3; j++)
                seen[i][j] += camera[i][k] * turn[k][j];
    memcpy(turn, seen, sizeof seen);
}

void mien_face_pose(const double *x, const double *y, int width, int height, double *yaw, double *pitch,
                    double *roll)
{
    struct mien_head_pose pose;
    *yaw = *pitch = *roll = NAN;
    if (mien_head_pose(x, y, width, height, &pose))
        mien_head_angles(&pose, yaw, pitch, roll);
}
