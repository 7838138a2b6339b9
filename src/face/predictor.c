/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Evaluating the landmark model: what is the same for every kind of model and
 * processor.
 */
#include "face/predictor.h"

#include <assert.h>
#include <math.h>
#include <string.h>

/* Turn and size that take one point set onto another in the sense of least
 * squares (Umeyama 1991, doi 10.1109/34.88573, in the plane, where it needs no
 * decomposition); x' = a x - b y + shift_x, y' = b x + a y + shift_y. */
struct similarity {
    double a, b, shift_x, shift_y;
};

static struct similarity similarity_between(const float *from, const float *to)
{
    double mean[4] = {0};
    for (int i = 0; i < MIEN_POINTS; i++) {
        mean[0] += (double)from[2 * i];
        mean[1] += (double)from[2 * i + 1];
        mean[2] += (double)to[2 * i];
        mean[3] += (double)to[2 * i + 1];
    }
    for (int i = 0; i < 4; i++)
        mean[i] /= MIEN_POINTS;
    double along = 0, across = 0, spread = 0;
    for (int i = 0; i < MIEN_POINTS; i++) {
        double fx = (double)from[2 * i] - mean[0], fy = (double)from[2 * i + 1] - mean[1];
        double tx = (double)to[2 * i] - mean[2], ty = (double)to[2 * i + 1] - mean[3];
        along += fx * tx + fy * ty;
        across += fx * ty - fy * tx;
        spread += fx * fx + fy * fy;
    }
    struct similarity s = {along / spread, across / spread, 0, 0};
    s.shift_x = mean[2] - s.a * mean[0] + s.b * mean[1];
    s.shift_y = mean[3] - s.b * mean[0] - s.a * mean[1];
    return s;
}

static struct mien_mapping mapping_of(const struct mien_place *place)
{
    double c = cos(place->turn), s = sin(place->turn);
    struct mien_mapping m = {0, 0, c * place->across, s * place->across, -s * place->down, c * place->down};
    m.x = place->x - (m.ux + m.vx) / 2;
    m.y = place->y - (m.uy + m.vy) / 2;
    return m;
}

void mien_model_fit(const struct mien_landmark_model *model, const struct mien_luma *luma,
                    const struct mien_place *places, size_t count, double *x, double *y)
{
    float shapes[MIEN_PLACES][MIEN_SHAPE];
    struct mien_view views[MIEN_PLACES];
    assert(count <= MIEN_PLACES);
    for (size_t p = 0; p < count; p++) {
        views[p] = (struct mien_view){.luma = luma, .map = mapping_of(&places[p])};
        memcpy(shapes[p], model->mean_shape, sizeof shapes[p]);
    }
    for (size_t c = 0; c < model->cascades; c++)
        for (size_t p = 0; p < count; p++) {
            struct similarity turn = similarity_between(model->mean_shape, shapes[p]);
            views[p].a = (float)turn.a;
            views[p].b = (float)turn.b;
            model->run(model, c, &views[p], shapes[p]);
        }
    for (size_t p = 0; p < count; p++)
        for (size_t i = 0; i < MIEN_POINTS; i++) {
            const struct mien_mapping *map = &views[p].map;
            double u = (double)shapes[p][2 * i], v = (double)shapes[p][2 * i + 1];
            x[p * MIEN_POINTS + i] = map->x + map->ux * u + map->vx * v;
            y[p * MIEN_POINTS + i] = map->y + map->uy * u + map->vy * v;
        }
}

struct mien_place mien_model_place(const struct mien_landmark_model *model, const double *x, const double *y)
{
    float points[MIEN_SHAPE];
    for (int i = 0; i < MIEN_POINTS; i++) {
        points[2 * i] = (float)x[i];
        points[2 * i + 1] = (float)y[i];
    }
    struct similarity s = similarity_between(model->mean_shape, points);
    double side = hypot(s.a, s.b);
    return (struct mien_place){(s.a - s.b) / 2 + s.shift_x, (s.a + s.b) / 2 + s.shift_y, side, side,
                               atan2(s.b, s.a)};
}

struct mien_place mien_place_of_box(const struct mien_box *box)
{
    double across = box->width - 1, down = box->height - 1;
    return (struct mien_place){box->left + across / 2, box->top + down / 2, across, down, 0};
}

struct mien_box mien_box_of_place(const struct mien_place *place)
{
    return (struct mien_box){place->x - place->across / 2, place->y - place->down / 2, place->across + 1,
                             place->down + 1, 0};
}
