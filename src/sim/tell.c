/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is true of a frame: points, lids and irises, brought to the picture by the camera that drew it.
 */
#include "sim/painter.h"

#include <math.h>

static struct mien_sim_point on_skin(const struct mien_sim_person *person,
                                     const struct mien_sim_movement *movement, double x, double y,
                                     double rest_x, double rest_y)
{
    double z = mien_sim_head_front(person, rest_x, rest_y);
    for (int action = 0; action < MIEN_SIM_ACTIONS; action++)
        for (int side = 0; side < (action < MIEN_SIM_FIRST_MIDLINE ? 2 : 1); side++)
            if (movement->level[action][side] != 0)
                z += movement->level[action][side] * mien_sim_carry(person, (enum mien_sim_action)action,
                                                                    (enum mien_sim_side)side, rest_x, rest_y)
                                                         .z;
    return (struct mien_sim_point){(float)x, (float)y, (float)z};
}

static void to_pixel(const struct mien_sim_view *camera, struct mien_sim_point point, double *x, double *y)
{
    float px, py;
    mien_sim_project(camera, mien_sim_turned(camera, point.x, point.y, point.z), &px, &py);
    *x = px, *y = py;
}

static void tell_eye(const struct mien_sim_scene *scene, const struct mien_sim_movement *movement, int side,
                     struct mien_sim_truth *truth)
{
    static const int outer[2] = {36, 45}, inner[2] = {39, 42};
    const struct mien_sim_eyeball *ball = scene->eyeball + side;
    const struct mien_sim_face *face = scene->face;
    double iris = scene->person->iris, depth = sqrt(12.2 * 12.2 - iris * iris), x[2], y[2];
    struct mien_sim_point centre = {ball->x + (float)depth * ball->gaze[0],
                                    ball->y + (float)depth * ball->gaze[1],
                                    ball->z + (float)depth * ball->gaze[2]};
    to_pixel(&scene->camera, centre, &truth->iris_x[side], &truth->iris_y[side]);
    struct mien_sim_point turned = mien_sim_turned(&scene->camera, centre.x, centre.y, centre.z);
    float px, py, qx, qy;
    mien_sim_project(&scene->camera, turned, &px, &py);
    turned.y += (float)iris;
    mien_sim_project(&scene->camera, turned, &qx, &qy);
    truth->iris_radius[side] = hypotf(qx - px, qy - py);
    double ix = face->x[inner[side]], ox = face->x[outer[side]], iy = face->y[inner[side]],
           oy = face->y[outer[side]], column = centre.x;
    for (int round = 0; round < 4; round++) {
        double part = (column - ix) / (ox - ix), line = iy + (oy - iy) * fmin(fmax(part, 0), 1);
        const double lid[2] = {line + face->upper_lid[side] * mien_sim_upper_arc(part),
                               line - face->lower_lid[side] * mien_sim_lower_arc(part)};
        for (int k = 0; k < 2; k++)
            to_pixel(&scene->camera, on_skin(scene->person, movement, column, lid[k], column, lid[k]), &x[k],
                     &y[k]);
        column += 0.8 * (truth->iris_x[side] - (x[0] + x[1]) / 2) / scene->camera.scale;
        column = fmin(fmax(column, fmin(ix, ox) + 1), fmax(ix, ox) - 1);
    }
    truth->lid_opening[side] = hypot(x[0] - x[1], y[0] - y[1]);
    truth->upper_x[side] = x[0], truth->upper_y[side] = y[0];
    truth->lower_x[side] = x[1], truth->lower_y[side] = y[1];
}

void mien_sim_tell(const struct mien_sim_scene *scene, const struct mien_sim_face *rest,
                   const struct mien_sim_movement *movement, struct mien_sim_truth *truth)
{
    for (int i = 0; i < MIEN_SIM_POINTS; i++) {
        const struct mien_sim_face *from = i >= 36 && i < 48 ? scene->face : rest;
        struct mien_sim_point point =
            on_skin(scene->person, movement, scene->face->x[i], scene->face->y[i], from->x[i], from->y[i]);
        to_pixel(&scene->camera, point, &truth->x[i], &truth->y[i]);
    }
    for (int side = 0; side < MIEN_SIM_SIDES; side++)
        tell_eye(scene, movement, side, truth);
}
