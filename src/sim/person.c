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

/* ---- Colours ---- */

/* The full range of human skin, from the lightest to the darkest. */
static struct mien_sim_colour skin_of(double tone)
{
    static const struct mien_sim_colour tones[] = {{244, 208, 188}, {230, 186, 160}, {205, 156, 124},
                                                   {170, 120, 90},  {134, 92, 68},   {102, 69, 53}};
    const int last = sizeof tones / sizeof *tones - 1;
    double place = fmin(fmax(tone, 0), 1) * last;
    int i = place >= last ? last - 1 : (int)place;
    return mix(tones[i], tones[i + 1], place - i);
}

static struct mien_sim_colour hair_of(struct mien_random *random, double tone, double age)
{
    static const struct mien_sim_colour colours[] = {{30, 24, 21},  {54, 38, 28},   {88, 60, 38},
                                                     {122, 88, 54}, {168, 130, 84}, {128, 62, 34}};
    const struct mien_sim_colour grey = {168, 166, 162};
    int choices = tone > 0.55 ? 1 : tone > 0.35 ? 3 : 6;
    struct mien_sim_colour colour = colours[mien_random_below(random, (size_t)choices)];
    double greying = fmin(fmax((age - between(random, 38, 62)) / 25, 0), 0.9);
    return mix(colour, grey, greying);
}

static void choose_colours(struct mien_sim_person *person, struct mien_random *random)
{
    static const struct mien_sim_colour irises[] = {{58, 36, 22},  {92, 60, 34},   {70, 45, 28},
                                                    {100, 92, 54}, {84, 112, 134}, {104, 120, 112}};
    const struct mien_sim_colour rose = {176, 74, 72}, wine = {94, 42, 44}, black = {26, 21, 19};
    person->skin = skin_of(person->tone);
    person->hair = hair_of(random, person->tone, person->age);
    person->brows = mix(person->hair, black, 0.6 + 0.38 * person->tone);
    person->iris_colour = irises[mien_random_below(random, person->tone > 0.5 ? 2 : 6)];
    struct mien_sim_colour lip = mix(rose, wine, person->tone);
    double pale = between(random, 0.1, 0.3) - (person->woman ? 0.1 : -0.08);
    person->lips = mix(lip, person->skin, pale * (1 - 0.6 * person->tone));
    person->clothes = (struct mien_sim_colour){
        (float)between(random, 35, 150), (float)between(random, 45, 140), (float)between(random, 55, 165)};
    float wall = (float)between(random, 140, 215);
    person->wall = (struct mien_sim_colour){wall, wall + 2, wall + (float)between(random, -8, 10)};
    const struct mien_sim_colour metal = {120, 112, 100}, horn = {58, 38, 26};
    person->frames = mien_random_uniform(random) < 0.4 ? metal : mix(black, horn, between(random, 0, 1));
}

/* Brightness that the eye sees, 0..255. */
static double luma(struct mien_sim_colour colour)
{
    return 0.299 * colour.r + 0.587 * colour.g + 0.114 * colour.b;
}

/* Faces are brought nearer to a middle grey, as a camera does that measures the light on them, but dark skin
 * stays darker than light skin. */
double mien_sim_exposure(const struct mien_sim_person *person)
{
    double has = luma(person->skin), wanted = fmax(has, 118 + 0.5 * (has - 76));
    return pow(wanted / has, 2.2);
}

/* ---- Measures ---- */

static void choose_eyes(struct mien_sim_person *person, struct mien_random *random, double size)
{
    bool woman = person->woman;
    person->inner_canthus = around(random, 16.4, 0.9) * size;
    person->outer_canthus = around(random, 45.4, 1.4) * size;
    person->canthal_tilt = around(random, 1.6, 0.8);
    person->upper_lid = around(random, woman ? 7.3 : 6.9, 0.5);
    person->lower_lid = around(random, 3.5, 0.3);
    person->crease = around(random, 3.4, 0.9) - (person->age > 55 ? 0.8 : 0);
    person->iris = around(random, 5.85, 0.15);
    person->brow_height = around(random, woman ? 17.6 : 16.6, 0.9);
    person->brow_arch = around(random, woman ? 4.8 : 4.0, 0.8);
    person->brow_thickness = around(random, woman ? 3.5 : 4.2, 0.3);
}

static void choose_shape(struct mien_sim_person *person, struct mien_random *random, double size)
{
    bool woman = person->woman;
    person->nose_length = around(random, 45, 2) * size;
    person->nose_width = (around(random, 16.4, 1.1) + 3 * person->tone) * size;
    person->nose_height = around(random, 19, 1.6) * size - 2.5 * person->tone;
    person->nose_bridge = around(random, 4.5, 0.8) - 1.2 * person->tone;
    person->mouth_height = around(random, -67, 2) * size;
    person->mouth_width = around(random, 26, 1.5) * size;
    double ageing = 1 - 0.006 * fmax(person->age - 40, 0);
    person->upper_lip = (around(random, 7.6, 0.8) + 1.6 * person->tone) * ageing;
    person->lower_lip = (around(random, 9.4, 0.9) + 1.4 * person->tone) * ageing;
    person->face_width = around(random, 69, 2.4) * size;
    person->chin = around(random, -113, 3.4) * size;
    person->jaw = around(random, woman ? 2.4 : 2.75, 0.2);
    person->cheeks = around(random, 3.2, 1.2);
    person->hairline = around(random, 70, 3) * size;
    person->crown = around(random, 114, 3) * size;
}

static enum mien_sim_hair hair_style_of(struct mien_random *random, bool woman, double age, double tone)
{
    static const enum mien_sim_hair of_women[] = {MIEN_SIM_HAIR_LONG, MIEN_SIM_HAIR_BOB, MIEN_SIM_HAIR_WAVY,
                                                  MIEN_SIM_HAIR_TIED, MIEN_SIM_HAIR_PARTED};
    static const enum mien_sim_hair of_men[] = {MIEN_SIM_HAIR_SHORT, MIEN_SIM_HAIR_PARTED,
                                                MIEN_SIM_HAIR_CROPPED, MIEN_SIM_HAIR_SHORT};
    double chance = mien_random_uniform(random);
    size_t choice = mien_random_below(random, 20);
    if (tone > 0.6 && chance < 0.4)
        return woman ? MIEN_SIM_HAIR_CURLY : MIEN_SIM_HAIR_CROPPED;
    if (!woman && age > 45 && chance > 0.6)
        return MIEN_SIM_HAIR_RECEDING;
    return woman ? of_women[choice % 5] : of_men[choice % 4];
}

static double or_drawn(double given, double drawn)
{
    return isnan(given) ? drawn : given;
}

void mien_sim_person_from(struct mien_sim_person *person, const struct mien_sim_identity *identity)
{
    struct mien_random random;
    mien_random_seed(&random, identity->seed);
    bool woman = person->woman = identity->woman;
    double size = (woman ? 0.95 : 1) * around(&random, 1, 0.012);
    person->age = or_drawn(identity->age, between(&random, 20, 78));
    person->tone = or_drawn(identity->skin, pow(mien_random_uniform(&random), 1.3));
    choose_eyes(person, &random, size);
    choose_shape(person, &random, size);
    choose_colours(person, &random);
    double beard = mien_random_uniform(&random);
    int drawn_beard = woman || beard < 0.6 ? 0 : beard < 0.8 ? 1 : 2;
    person->beard = identity->beard < 0 ? drawn_beard : identity->beard;
    person->glasses = identity->glasses;
    person->glasses_width = between(&random, 23, 27);
    person->glasses_height = between(&random, 13, 16.5);
    person->glasses_round = between(&random, 2, 4.5);
    enum mien_sim_hair style = hair_style_of(&random, woman, person->age, person->tone);
    bool given = identity->hair >= 0 && identity->hair < MIEN_SIM_HAIR_STYLES;
    person->hair_style = given ? (enum mien_sim_hair)identity->hair : style;
    person->part_side = mien_random_uniform(&random) < 0.5 ? -1 : 1;
    person->wrinkles = fmin(fmax((person->age - 28) / 50, 0), 1) * between(&random, 0.7, 1);
    person->freckles = person->tone < 0.35 ? pow(mien_random_uniform(&random), 3) : 0;
    person->redness = between(&random, 0.5, 1.2);
    person->teeth = between(&random, 0, 0.6) + 0.4 * fmin(fmax((person->age - 30) / 50, 0), 1);
    person->light = between(&random, -1, 1);
    for (int i = 0; i < 4; i++)
        person->texture[i] = between(&random, 0, 6.28);
    person->seed = mien_random_bits(&random);
}

void mien_sim_person(struct mien_sim_person *person, uint64_t seed, bool woman)
{
    struct mien_sim_identity identity = {seed, woman, NAN, NAN, -1, false, -1};
    struct mien_random random;
    mien_random_seed(&random, seed ^ 0x5ea5);
    identity.glasses = mien_random_uniform(&random) < 0.2;
    mien_sim_person_from(person, &identity);
}
