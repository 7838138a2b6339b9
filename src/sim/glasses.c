/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Glasses: rims before the eyes, a bridge and two temples, drawn as thick lines through places of the head,
 * and the faint veil of the lenses.
 */
#include "sim/painter.h"
#include "sim/soft.h"

#include <math.h>

struct pen {
    const struct mien_sim_scene *scene;
    struct mien_sim_layer *layer;
    float (*picture)[3];
    float half; /* Half the width of the line, pixels. */
};

struct dot {
    float x, y, depth;
};

static struct dot dot_at(const struct mien_sim_scene *scene, double x, double y, double z)
{
    struct dot dot;
    struct mien_sim_point turned = mien_sim_turned(&scene->camera, (float)x, (float)y, (float)z);
    mien_sim_project(&scene->camera, turned, &dot.x, &dot.y);
    dot.depth = turned.z;
    return dot;
}

static int within(float value, int size)
{
    return value < 0 ? 0 : value > (float)size ? size : (int)value;
}

/* A line is drawn where the head is not before it. */
static void draw_line(const struct pen *pen, struct dot a, struct dot b)
{
    int width = pen->layer->width, height = pen->layer->height;
    float margin = pen->half + 2, dx = b.x - a.x, dy = b.y - a.y, squared = dx * dx + dy * dy + 1e-6f;
    const float *colour = pen->scene->frames;
    for (int i = within(fminf(a.y, b.y) - margin, height); i < within(fmaxf(a.y, b.y) + margin, height); i++)
        for (int j = within(fminf(a.x, b.x) - margin, width); j < within(fmaxf(a.x, b.x) + margin, width);
             j++) {
            float t = mien_sim_clamp((((float)j - a.x) * dx + ((float)i - a.y) * dy) / squared);
            float distance = hypotf((float)j - a.x - t * dx, (float)i - a.y - t * dy);
            float part = mien_sim_clamp(pen->half - distance + 0.5f);
            size_t at = (size_t)i * (size_t)width + (size_t)j;
            if (part <= 0 || pen->layer->depth[at] > a.depth + t * (b.depth - a.depth) + 1.5f)
                continue;
            float tone = 0.6f + 0.5f * mien_sim_clamp(0.5f - ((float)i - a.y - t * dy) / (2 * pen->half));
            if (pen->layer->part[at] == MIEN_SIM_NOTHING)
                pen->layer->part[at] = MIEN_SIM_FRAMES;
            mien_sim_blend(pen->picture[at], colour[0] * tone, colour[1] * tone, colour[2] * tone, part);
        }
}

enum { RIM = 44 };

static void rim_place(const struct mien_sim_person *person, double sign, double turn, double *x, double *y)
{
    double c = cos(turn), s = sin(turn), power = 2 / person->glasses_round;
    double eye = (person->inner_canthus + person->outer_canthus) / 2 + 1.5;
    *x = sign * (eye + copysign(pow(fabs(c), power), c) * person->glasses_width);
    *y = -5 + copysign(pow(fabs(s), power), s) * person->glasses_height;
}

static double rim_depth(const struct mien_sim_person *person, double x)
{
    return mien_sim_head_front(person, 0, -2) + 3.5 - 0.0042 * x * x;
}

void mien_sim_glasses_paint(const struct mien_sim_scene *scene, struct mien_sim_layer *layer,
                            float (*picture)[3])
{
    const struct mien_sim_person *person = scene->person;
    struct pen pen = {scene, layer, picture, 0.95f * scene->camera.scale};
    double eye = (person->inner_canthus + person->outer_canthus) / 2 + 1.5;
    for (int side = 0; side < MIEN_SIM_SIDES; side++) {
        double sign = side == MIEN_SIM_LEFT ? 1 : -1, x, y, outer = sign * (eye + person->glasses_width);
        struct dot before = {0, 0, 0};
        for (int i = 0; i <= RIM; i++) {
            rim_place(person, sign, 2 * M_PI * i / RIM, &x, &y);
            struct dot here = dot_at(scene, x, y, rim_depth(person, x));
            if (i > 0)
                draw_line(&pen, before, here);
            before = here;
        }
        struct dot hinge = dot_at(scene, outer, 5, rim_depth(person, outer));
        struct dot ear = dot_at(scene, sign * (person->face_width + 4), 8, 6);
        draw_line(&pen, hinge, ear);
    }
    double inner = eye - person->glasses_width;
    struct dot before = {0, 0, 0};
    for (int i = 0; i <= 8; i++) {
        double x = inner * (i / 4.0 - 1), part = x / inner;
        struct dot here = dot_at(scene, x, 1 + 2.5 * (1 - part * part), rim_depth(person, x) + 1);
        if (i > 0)
            draw_line(&pen, before, here);
        before = here;
    }
}
