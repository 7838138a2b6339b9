/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What stands behind the head, and the shoulders.
 */
#include "sim/painter.h"
#include "sim/soft.h"

#include <math.h>

void mien_sim_back_paint(const struct mien_sim_person *person, const struct mien_sim_view *camera, int width,
                         int height, float (*wall)[3], float (*shirt)[4])
{
    float grey[3], cloth[3];
    mien_sim_linear(person->wall, grey);
    mien_sim_linear(person->clothes, cloth);
    /* Wall and clothes are chosen as they look in the picture. */
    float exposure = (float)mien_sim_exposure(person);
    for (int k = 0; k < 3; k++)
        grey[k] /= exposure, cloth[k] /= exposure;
    double neck = person->face_width * (person->woman ? 0.66 : 0.76) + 6;
    for (int i = 0; i < height; i++)
        for (int j = 0; j < width; j++) {
            size_t at = (size_t)i * (size_t)width + (size_t)j;
            double x = ((double)j - camera->origin_x) / camera->scale;
            double y = ((double)camera->origin_y - i) / camera->scale;
            double glow = 1.02 - 0.0014 * (y < 0 ? -y : y) + 0.0012 * person->light * x;
            glow -= 0.16 * mien_sim_hill(x + 30 * person->light, 110, y + 20, 130); /* Shadow of the head. */
            glow += 0.012 * mien_sim_noise(x / 40, y / 40);
            for (int k = 0; k < 3; k++)
                wall[at][k] = grey[k] * (float)glow;
            double side = fabs(x), slope = -127 - 0.34 * (side - neck) - 0.0006 * side * side;
            double collar = side < neck ? -127 - 24 * sqrt(fmax(1 - side * side / (neck * neck), 0)) : slope;
            double inside = collar - y, hem = mien_sim_bell(inside - 5, 0.8) * (side < neck + 4);
            double crumple =
                0.10 * mien_sim_noise(x / 16 + y / 30, y / 26) + 0.05 * mien_sim_noise(x / 5, y / 9);
            double light = 0.72 + crumple + 0.0022 * person->light * x - 0.25 * mien_sim_bell(inside, 3) -
                           0.25 * hem - 0.30 * mien_sim_hill(x, 60, y + 150, 16);
            for (int k = 0; k < 3; k++)
                shirt[at][k] = cloth[k] * (float)light;
            shirt[at][3] = mien_sim_clamp((float)inside * camera->scale * 0.6f + 0.5f);
        }
}
