/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How skin gives back light: a large soft light from one side and above, the light of the room, the red glow
 * where light has travelled under the skin, and two kinds of shine. Here rather than in a file of its own
 * machine code, because every pixel of skin needs it.
 */
#ifndef MIEN_SIM_SHADE_H
#define MIEN_SIM_SHADE_H

#include "sim/painter.h"

/* Light that leaves a surface: rgb is the colour that it has in full light. */
static inline void mien_sim_shade(const struct mien_sim_light *light, const float normal[3],
                                  const float texel[MIEN_SIM_TEXELS], float rgb[3])
{
    /* Light wraps round the form, red furthest. */
    static const float wrap[3] = {0.42f, 0.26f, 0.20f}, warm[3] = {1.0f, 0.965f, 0.92f},
                       room[3] = {0.96f, 1.0f, 1.06f};
    float facing = normal[0] * light->key[0] + normal[1] * light->key[1] + normal[2] * light->key[2];
    float shine = normal[0] * light->half[0] + normal[1] * light->half[1] + normal[2] * light->half[2];
    shine = shine < 0 ? 0 : shine;
    float fill = 0.54f + 0.3f * normal[2] + 0.12f * normal[1] - 0.18f * normal[0] * light->key[0];
    float ambient = 0.36f * fill * texel[MIEN_SIM_OCCLUSION];
    float sun = texel[MIEN_SIM_SUN];
    float two = shine * shine, four = two * two, eight = four * four, sixteen = eight * eight;
    float rim = 1 - normal[2];
    rim = rim < 0 ? 0 : rim;
    float gloss = texel[MIEN_SIM_GLOSS] * sun *
                  (0.05f * eight + 0.11f * sixteen * eight + 0.03f * rim * rim * texel[MIEN_SIM_OCCLUSION]);
    for (int k = 0; k < 3; k++) {
        float diffuse = (facing + wrap[k]) / (1 + wrap[k]);
        diffuse = diffuse < 0 ? 0 : diffuse;
        diffuse *= diffuse * 0.35f + 0.65f;
        rgb[k] = texel[k] * (ambient * room[k] + 0.86f * warm[k] * diffuse * sun) + gloss * warm[k];
    }
}

#endif
