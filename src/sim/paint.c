/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/paint.h"

#include "sim/canvas.h"

#include <math.h>
#include <stddef.h>

/* Where a pixel of the picture lies on the canvas: x = a column - b row + left, y = b column + a row + top.
 */
struct view {
    double a, b, left, top;
};

static struct view view_of(const struct mien_sim_canvas *canvas, const struct mien_sim_movement *movement)
{
    double angle = -movement->roll * M_PI / 180;
    struct view view = {cos(angle), sin(angle), 0, 0};
    double x = canvas->width / 2.0 + movement->shift_x * canvas->scale;
    double y = canvas->height / 2.0 - movement->shift_y * canvas->scale;
    view.left = canvas->width / 2.0 - view.a * x + view.b * y;
    view.top = canvas->height / 2.0 - view.b * x - view.a * y;
    return view;
}

static void project(const struct mien_sim_canvas *canvas, const struct view *view,
                    const struct mien_sim_face *face, struct mien_sim_truth *truth)
{
    for (int i = 0; i < MIEN_SIM_POINTS; i++) {
        double dx = canvas->origin_x + face->x[i] * canvas->scale - view->left;
        double dy = canvas->origin_y - face->y[i] * canvas->scale - view->top;
        truth->x[i] = view->a * dx + view->b * dy;
        truth->y[i] = view->a * dy - view->b * dx;
    }
    for (int side = 0; side < MIEN_SIM_SIDES; side++) {
        truth->lid_opening[side] = (face->upper_lid[side] + face->lower_lid[side]) * canvas->scale;
        truth->iris_x[side] = truth->iris_y[side] = truth->iris_radius[side] = NAN;
    }
}

static uint8_t to_byte(float value)
{
    return value <= 0 ? 0 : value >= 255 ? 255 : (uint8_t)(value + 0.5f);
}

static void sample(const struct mien_sim_canvas *canvas, const struct view *view, uint8_t *rgb)
{
    size_t step = 3 * (size_t)canvas->width;
    float right = (float)canvas->width - 1.001f, bottom = (float)canvas->height - 1.001f;
    for (int i = 0; i < canvas->height; i++)
        for (int j = 0; j < canvas->width; j++, rgb += 3) {
            float x = (float)(view->a * j - view->b * i + view->left);
            float y = (float)(view->b * j + view->a * i + view->top);
            x = x < 0 ? 0 : x > right ? right : x;
            y = y < 0 ? 0 : y > bottom ? bottom : y;
            size_t column = (size_t)x, row = (size_t)y;
            float u = x - (float)column, v = y - (float)row;
            const float *p = canvas->colour + row * step + 3 * column;
            for (size_t c = 0; c < 3; c++) {
                float above = p[c] + u * (p[c + 3] - p[c]);
                float below = p[step + c] + u * (p[step + c + 3] - p[step + c]);
                rgb[c] = to_byte(above + v * (below - above));
            }
        }
}

void mien_sim_paint(struct mien_sim_canvas *canvas, const struct mien_sim_person *person,
                    const struct mien_sim_movement *movement, uint8_t *rgb, struct mien_sim_truth *truth)
{
    struct mien_sim_face face;
    mien_sim_express(person, movement, &face);
    mien_sim_shade(canvas, person, movement, &face);
    mien_sim_paint_features(canvas, person, &face);
    struct view view = view_of(canvas, movement);
    project(canvas, &view, &face, truth);
    sample(canvas, &view, rgb);
}
