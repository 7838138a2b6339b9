/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/painter.h"

#include <math.h>

void mien_sim_linear(struct mien_sim_colour colour, float rgb[3])
{
    rgb[0] = (float)pow(colour.r / 255.0, 2.2);
    rgb[1] = (float)pow(colour.g / 255.0, 2.2);
    rgb[2] = (float)pow(colour.b / 255.0, 2.2);
}
