/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How each action carries the skin: smooth fields over the resting face, in millimetres. Directions follow
 * the action units' description (Ekman, Friesen and Hager 2002, Facial Action Coding System); amounts are
 * those of a strong voluntary movement.
 */
#include "sim/expression.h"
#include "sim/soft.h"

struct place {
    double across; /* Distance from the mid-line on the side that acts; negative on the other. */
    double x, y;
    double own; /* 1 on the side that acts, 0 on the other, smooth between. */
};

static struct mien_sim_shift raise_brow(const struct mien_sim_person *person, struct place at, double inner,
                                        double outer)
{
    double above = at.y - person->brow_height - 2;
    double band = above > 0 ? mien_sim_bell(above, 19) : mien_sim_bell(above, 7.5);
    double tail = mien_sim_ramp(at.across, 0.28 * person->outer_canthus, 1.05 * person->outer_canthus);
    double far = 1 - mien_sim_ramp(at.across, 62, 80);
    double part = at.own * band * far * (inner * (1 - tail) + outer * tail);
    return (struct mien_sim_shift){0, 6.6 * part, 0.4 * part};
}

static struct mien_sim_shift lower_brow(const struct mien_sim_person *person, struct place at)
{
    double above = at.y - person->brow_height - 2;
    double band = above > 0 ? mien_sim_bell(above, 14) : mien_sim_bell(above, 7.5);
    double tail = mien_sim_ramp(at.across, 0.2 * person->outer_canthus, 1.15 * person->outer_canthus);
    double part = at.own * band * (1 - 0.65 * tail) * (1 - mien_sim_ramp(at.across, 60, 78));
    return (struct mien_sim_shift){-2.8 * part * mien_sim_ramp(at.across, 3, 12), -4.6 * part, 0.8 * part};
}

static struct mien_sim_shift raise_cheek(const struct mien_sim_person *person, struct place at, double part)
{
    double middle = (person->inner_canthus + person->outer_canthus) / 2;
    double hill = at.own * part * mien_sim_hill(at.across - middle - 10, 15, at.y + 27, 13);
    return (struct mien_sim_shift){0, 4.2 * hill, 3.4 * hill};
}

static double corner(const struct mien_sim_person *person, struct place at, double size)
{
    return at.own * mien_sim_hill(at.across - person->mouth_width, size, at.y - person->mouth_height, size);
}

static struct mien_sim_shift smile(const struct mien_sim_person *person, struct place at)
{
    double part = corner(person, at, 14), wide = corner(person, at, 22);
    double wing =
        at.own * mien_sim_hill(at.across - person->nose_width, 9, at.y + person->nose_length - 5, 7);
    struct mien_sim_shift shift = raise_cheek(person, at, 1);
    shift.x += 7 * part + 3 * wide + 1.4 * wing;
    shift.y += 5 * part + 2.5 * wide + 0.8 * wing;
    shift.z += -3 * part;
    return shift;
}

static struct mien_sim_shift wrinkle_nose(const struct mien_sim_person *person, struct place at)
{
    double wing =
        at.own * mien_sim_hill(at.across - person->nose_width + 3, 8, at.y + person->nose_length - 6, 9);
    double root = at.own * mien_sim_hill(at.across - 8, 10, at.y - person->brow_height + 1, 9);
    double lip = at.own * mien_sim_hill(at.across - 12, 12, at.y - person->mouth_height - 12, 9);
    return (struct mien_sim_shift){0.8 * wing - 0.8 * root, 3 * wing - 2.6 * root + 2 * lip, 0.8 * wing};
}

static double jaw_part(const struct mien_sim_person *person, struct place at)
{
    double side = fabs(at.x), lateral = mien_sim_ramp(side, 18, 44);
    double middle = mien_sim_ramp(person->mouth_height + 3 - at.y, 0, 16);
    double edge = fmin(fmax((at.y / person->chin - 0.42) / 0.5, 0), 1);
    return (1 - lateral) * middle + lateral * edge;
}

static struct mien_sim_shift carry(const struct mien_sim_person *person, enum mien_sim_action action,
                                   struct place at)
{
    double part;
    switch (action) {
    case MIEN_SIM_AU1:
        return raise_brow(person, at, 1, 0.05);
    case MIEN_SIM_AU2:
        return raise_brow(person, at, 0.05, 1);
    case MIEN_SIM_AU4:
        return lower_brow(person, at);
    case MIEN_SIM_AU6:
        return raise_cheek(person, at, 0.9);
    case MIEN_SIM_AU9:
        return wrinkle_nose(person, at);
    case MIEN_SIM_AU10:
        part = at.own * mien_sim_hill(at.across - 13, 13, at.y - person->mouth_height - 10, 9);
        return (struct mien_sim_shift){0, 3.2 * part, 0.8 * part};
    case MIEN_SIM_AU12:
        return smile(person, at);
    case MIEN_SIM_AU15:
        part = corner(person, at, 13);
        return (struct mien_sim_shift){1 * part, -6 * part, 0};
    case MIEN_SIM_AU17:
        part = at.own * mien_sim_hill(at.across - 4, 14, at.y - person->mouth_height + 24, 13);
        return (struct mien_sim_shift){0, 3 * part, 1.5 * part};
    case MIEN_SIM_AU18:
        part = at.own * mien_sim_hill(at.across, 17, at.y - person->mouth_height, 13);
        return (struct mien_sim_shift){-7 * corner(person, at, 15), 0, 5.5 * part};
    case MIEN_SIM_AU20:
        part = corner(person, at, 17);
        return (struct mien_sim_shift){6.5 * part, -1 * part, -1.5 * part};
    case MIEN_SIM_AU23:
        part = corner(person, at, 15);
        return (struct mien_sim_shift){-1.5 * part, 0, 0.5 * part};
    case MIEN_SIM_AU34:
        part = at.own * mien_sim_hill(at.across - 46, 15, at.y + 58, 18);
        return (struct mien_sim_shift){7 * part, 0, 9 * part};
    case MIEN_SIM_AU26:
        part = jaw_part(person, at);
        return (struct mien_sim_shift){-0.05 * at.x * part, -21 * part, -7 * part};
    default:
        return (struct mien_sim_shift){0, 0, 0};
    }
}

struct mien_sim_shift mien_sim_carry(const struct mien_sim_person *person, enum mien_sim_action action,
                                     enum mien_sim_side side, double x, double y)
{
    double sign = side == MIEN_SIM_LEFT ? 1 : -1;
    struct place at = {sign * x, x, y, mien_sim_ramp(sign * x, -5, 5)};
    struct mien_sim_shift shift = carry(person, action, at);
    if (action < MIEN_SIM_FIRST_MIDLINE)
        shift.x *= sign;
    return shift;
}
