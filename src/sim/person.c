/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/person.h"

#include "base/random.h"

#include <math.h>

/* Normal, but never further than two standard deviations from the mean: no face should be a caricature. */
static double around(struct mien_random *random, double mean, double sd)
{
    return mean + sd * fmin(fmax(mien_random_normal(random), -2), 2);
}

static double between(struct mien_random *random, double low, double high)
{
    return low + (high - low) * mien_random_uniform(random);
}

static struct mien_sim_colour mix(struct mien_sim_colour a, struct mien_sim_colour b, double part)
{
    float p = (float)part;
    return (struct mien_sim_colour){a.r + p * (b.r - a.r), a.g + p * (b.g - a.g), a.b + p * (b.b - a.b)};
}

static void choose_colours(struct mien_sim_person *person, struct mien_random *random)
{
    static const struct mien_sim_colour irises[] = {{92, 60, 34}, {70, 45, 28}, {84, 96, 62}, {76, 104, 128}};
    const struct mien_sim_colour pale = {236, 196, 172}, brown = {168, 116, 86};
    const struct mien_sim_colour black = {24, 20, 18}, chestnut = {74, 48, 30}, red = {166, 78, 74};
    person->skin = mix(pale, brown, between(random, 0, 1));
    person->hair = mix(black, chestnut, between(random, 0, 1));
    person->iris_colour = irises[mien_random_below(random, 4)];
    person->lips = mix(red, person->skin, between(random, 0.1, 0.3));
    person->clothes = (struct mien_sim_colour){
        (float)between(random, 40, 130), (float)between(random, 50, 130), (float)between(random, 60, 150)};
    float wall = (float)between(random, 140, 205);
    person->wall = (struct mien_sim_colour){wall, wall + 3, wall + (float)between(random, 0, 14)};
}

void mien_sim_person(struct mien_sim_person *person, uint64_t seed, bool woman)
{
    struct mien_random random;
    mien_random_seed(&random, seed);
    double size = woman ? 0.95 : 1;
    person->inner_canthus = around(&random, 16.4, 0.8) * size;
    person->outer_canthus = around(&random, 45.4, 1.2) * size;
    person->canthal_tilt = around(&random, 1.6, 0.6);
    person->upper_lid = around(&random, woman ? 7.6 : 7.2, 0.4);
    person->lower_lid = around(&random, 3.6, 0.3);
    person->iris = around(&random, 5.85, 0.15);
    person->brow_height = around(&random, woman ? 17.5 : 17, 0.7);
    person->brow_arch = around(&random, woman ? 4.8 : 4.2, 0.7);
    person->brow_thickness = around(&random, woman ? 3.7 : 4.1, 0.25);
    person->nose_length = around(&random, 44.5, 1.8) * size;
    person->nose_width = around(&random, 17.4, 1) * size;
    person->nose_height = around(&random, 19, 1.5) * size;
    person->mouth_height = around(&random, -66.5, 1.8) * size;
    person->mouth_width = around(&random, 26, 1.3) * size;
    person->upper_lip = around(&random, 7.8, 0.7);
    person->lower_lip = around(&random, 9.6, 0.7);
    person->face_width = around(&random, 69, 2) * size;
    person->chin = around(&random, -112, 3) * size;
    person->jaw = around(&random, woman ? 2.45 : 2.7, 0.15);
    person->hairline = around(&random, 68, 3);
    person->long_hair = woman && mien_random_uniform(&random) < 0.7;
    choose_colours(person, &random);
    person->light = between(&random, -1, 1);
    for (int i = 0; i < 4; i++)
        person->texture[i] = between(&random, 0, 6.28);
    person->seed = mien_random_bits(&random);
}
