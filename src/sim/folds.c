/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The lines that expression draws on the skin and age leaves there, as depths over the resting face.
 */
#include "sim/painter.h"
#include "sim/soft.h"

/* Distance from the line that runs from the wing of the nose round the mouth's corner; positive on the
 * cheek's side. */
static double cheek_fold(const struct mien_sim_person *person, double side, double y)
{
    double top = -person->nose_length + 7, bottom = person->mouth_height - 9;
    double along = fmin(fmax((top - y) / (top - bottom), -0.2), 1.3);
    double line = person->nose_width + 3 + 19 * pow(fmax(along, 0), 0.85);
    double distance = side - line;
    double part = mien_sim_ramp(y, bottom - 4, bottom + 12) * (1 - mien_sim_ramp(y, top - 6, top + 6));
    return part * (1.4 * mien_sim_bell(distance - 6.5, 5) - 1.3 * mien_sim_bell(distance, 2.9));
}

static double forehead_fold(double side, double y)
{
    double depth = 0;
    for (int k = 0; k < 4; k++) {
        double line =
            34.5 + 7.2 * k + 1.4 * mien_sim_noise(side / 14 + k * 9, k * 4 + 0.5) - 0.0012 * side * side;
        double strong = 0.75 + 0.45 * mien_sim_noise(side / 17 + 4 * k, 33.3 + k);
        depth += strong * (0.55 * mien_sim_bell(y - line - 2.6, 1.9) - 0.75 * mien_sim_bell(y - line, 1.0));
    }
    return depth * mien_sim_ramp(side, -4, 3) * (1 - mien_sim_ramp(side, 34, 58)) * mien_sim_ramp(y, 27, 33) *
           (1 - mien_sim_ramp(y, 58, 66));
}

static double corner_fold(const struct mien_sim_person *person, double side, double y)
{
    double dx = side - person->outer_canthus - 1, dy = y - 0.5, depth = 0;
    if (dx < 0)
        return 0;
    for (int k = -1; k <= 2; k++) {
        double line = k * 0.38 * dx - 0.012 * k * dx * dx + 1.6 * k;
        depth -= mien_sim_bell(dy - line, 0.75) - 0.5 * mien_sim_bell(dy - line - 1.6, 1);
    }
    return 0.8 * depth * mien_sim_ramp(dx, 1, 6) * (1 - mien_sim_ramp(dx, 10, 17));
}

double mien_sim_fold_depth(const struct mien_sim_person *person, enum mien_sim_fold fold, double side,
                           double y)
{
    if (side < 0)
        return 0; /* The other half of the face. */
    switch (fold) {
    case MIEN_SIM_FOLD_CHEEK:
        return cheek_fold(person, side, y);
    case MIEN_SIM_FOLD_FOREHEAD:
        return forehead_fold(side, y);
    case MIEN_SIM_FOLD_GLABELLA:
        return 0.9 * mien_sim_hill(side - 9.5, 4, y - 17, 6) -
               1.5 * mien_sim_hill(side - 5 + 0.12 * (y - 17), 1.3, y - 18, 7);
    case MIEN_SIM_FOLD_CORNER:
        return corner_fold(person, side, y);
    case MIEN_SIM_FOLD_NOSE:
        return mien_sim_bell(side - 4, 5) * (0.5 * cos(1.9 * y + 0.5 * side) * mien_sim_hill(0, 1, y + 4, 6) -
                                             0.4 * mien_sim_bell(y - 8, 1.2));
    case MIEN_SIM_FOLD_CHIN:
        return 0.5 * mien_sim_noise(side / 2.4, y / 2.4) *
               mien_sim_hill(side, 11, y - person->mouth_height + 33, 7);
    default:
        return 0;
    }
}
