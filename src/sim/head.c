/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The shape of the resting head, neck and ears: cross-sections from crown to chin with a relief of smooth
 * hills and furrows on the face. Depths follow Farkas 1994 (tragion to nasion, subnasale and gnathion; length
 * and breadth of the head; length, width and protrusion of the ear).
 */
#include "sim/painter.h"
#include "sim/soft.h"

#include <math.h>
#include <stdlib.h>

static const double front_power = 2.35, back_power = 2.2;

/* ---- Cross-sections ---- */

static double profile(const struct mien_sim_person *person, double y)
{
    /* Depth of the mid-line without nose, lips and chin. */
    static const double height[] = {-1.05, -0.85, -0.6, -0.4, -0.1, 0.15, 0.4, 0.62, 1.2};
    static const double depth[] = {80, 88, 90.5, 91, 91, 95, 95, 91, 88};
    double part = y < 0 ? -y / person->chin : y / person->crown;
    int i = 0;
    while (i < 7 && part > height[i + 1])
        i++;
    double t = mien_sim_ramp(part, height[i], height[i + 1]);
    return depth[i] + t * (depth[i + 1] - depth[i]);
}

void mien_sim_head_section(const struct mien_sim_person *person, double y, double *width, double *middle,
                           double *front, double *back)
{
    double up = fmin(fmax((y - 22) / (person->crown - 22), 0), 1), chin = person->chin;
    double dome = pow(1 - pow(up, 2.3), 1 / 2.3);
    double down = fmin(fmax((-30 - y) / (-30 - chin), 0), 1);
    double tip = fmin(fmax((chin + 15 - y) / 15, 0), 1), round = sqrt(1 - tip * tip);
    *width = mien_sim_face_half_width(person, y) * dome;
    *middle = 70 * pow(down, 1.5);
    *front = (profile(person, y) - *middle) * dome * round;
    *back = (96 - 74 * pow(down, 0.8)) * dome * round;
}

/* ---- Relief of the face ---- */

static double nose_relief(const struct mien_sim_person *person, double x, double y)
{
    double length = person->nose_length, tip = -length + 8, wing = person->nose_width - 4.6;
    double along = (8 - y) / (8 - tip), bridge = person->nose_bridge;
    double ridge = along < 0 ? bridge * exp(-along * along * 5)
                             : bridge + (person->nose_height - 5.5 - bridge) * pow(fmin(along, 1), 1.25);
    ridge *= 1 - mien_sim_ramp(-y, -tip - 1, length + 0.5);
    double width = 5.6 + 3.6 * fmin(fmax(along, 0), 1);
    double across = fabs(x) / width, shape = exp(-0.5 * across * across * (0.6 + 0.4 * across));
    double relief = ridge * shape;
    relief += 6 * mien_sim_hill(x, 6.8, y - tip, 5.4);
    relief += 7.5 * mien_sim_hill(fabs(x) - wing, 4.2, y + length - 6.5, 4.6) *
              (1 - 0.8 * mien_sim_ramp(-y, length - 4, length + 2));
    relief -= 1.6 * mien_sim_hill(fabs(x) - wing + 6, 2, y + length - 9, 4);
    return relief;
}

static double face_relief(const struct mien_sim_person *person, double x, double y)
{
    double eye = (person->inner_canthus + person->outer_canthus) / 2, side = fabs(x);
    double mouth = y - person->mouth_height;
    double relief = nose_relief(person, x, y);
    relief -= 6.5 * mien_sim_hill(side - eye + 5, 14, y - 4, 9);
    relief += 4.6 * mien_sim_hill(side - eye + 1, 10, y - 0.5, 7.5);
    relief += 2.6 * mien_sim_hill(side - 27, 18, y - person->brow_height - 1, 5.5);
    relief += (1.5 + person->cheeks) * mien_sim_hill(side - 43, 16, y + 26, 14);
    relief += 0.7 * person->cheeks * mien_sim_hill(side - 36, 14, y + 52, 14);
    relief += 5.5 * mien_sim_hill(x, 21, mouth, 14);
    relief += 1.6 * mien_sim_hill(x, 15, mouth - 4, 3.4) + 2.0 * mien_sim_hill(x, 14, mouth + 5, 4);
    relief -= 1.1 * mien_sim_hill(x, 2.4, mouth - 14, 5);
    relief -= 3.0 * mien_sim_hill(x, 15, mouth + 17, 5);
    relief += 5.5 * mien_sim_hill(x, 13, y - person->chin - 14, 9);
    relief -= 2.2 * mien_sim_hill(side - 58, 9, y - 22, 16); /* Temples. */
    relief -= 1.0 * person->wrinkles * mien_sim_hill(side - 48, 9, y + 52, 16);
    return relief;
}

double mien_sim_head_front(const struct mien_sim_person *person, double x, double y)
{
    double width, middle, front, back;
    mien_sim_head_section(person, y, &width, &middle, &front, &back);
    double across = fmin(fabs(x) / fmax(width, 1e-3), 1);
    double depth = pow(1 - pow(across, front_power), 1 / front_power);
    double facing = 1 - mien_sim_ramp(across, 0.86, 1);
    return middle + front * depth + facing * face_relief(person, x, y);
}

/* ---- Meshes ---- */

enum {
    HEAD_COLUMNS = 117,
    HEAD_ROWS = 98,
    NECK_COLUMNS = 40,
    NECK_ROWS = 14,
    EAR_COLUMNS = 25,
    EAR_ROWS = 11
};

/* Rows lie closer where the surface turns away, at the crown and under the chin. */
static double row_height(const struct mien_sim_person *person, int row)
{
    const int top = 24, low = 86;
    double edge = 50, base = person->chin + 15;
    if (row < top)
        return edge + (person->crown - edge) * sin(M_PI / 2 * (top - row) / top);
    if (row < low)
        return edge + (base - edge) * (row - top) / (low - top);
    return base - 15 * sin(M_PI / 2 * (row - low) / (HEAD_ROWS - 1 - low));
}

static struct mien_sim_point head_point(const struct mien_sim_person *person, double angle, double y)
{
    double width, middle, front, back;
    mien_sim_head_section(person, y, &width, &middle, &front, &back);
    double across = sin(angle), side = fmin(fabs(across), 1);
    double z = fabs(angle) <= M_PI / 2 ? mien_sim_head_front(person, width * across, y)
                                       : middle - back * pow(1 - pow(side, back_power), 1 / back_power);
    return (struct mien_sim_point){(float)(width * across), (float)y, (float)z};
}

int mien_sim_head_mesh(struct mien_sim_mesh *mesh, const struct mien_sim_person *person)
{
    if (mien_sim_mesh_new(mesh, HEAD_COLUMNS, HEAD_ROWS) != 0)
        return -1;
    for (int i = 0; i < HEAD_ROWS; i++) {
        double y = row_height(person, i);
        for (int j = 0; j < HEAD_COLUMNS; j++) {
            double angle = 2.3 * (2.0 * j / (HEAD_COLUMNS - 1) - 1);
            mesh->rest[i * HEAD_COLUMNS + j] = head_point(person, angle, y);
        }
    }
    return 0;
}

int mien_sim_neck_mesh(struct mien_sim_mesh *mesh, const struct mien_sim_person *person)
{
    static const float follow[NECK_ROWS] = {1, 0.95f, 0.85f, 0.72f, 0.58f, 0.44f, 0.3f, 0.18f, 0.08f, 0};
    if (mien_sim_mesh_new(mesh, NECK_COLUMNS, NECK_ROWS) != 0)
        return -1;
    mesh->follow = follow;
    double half = person->face_width * (person->woman ? 0.66 : 0.76);
    for (int i = 0; i < NECK_ROWS; i++) {
        double y = -52 - 11.0 * i, wide = half + 0.0035 * fmax(-130 - y, 0) * fmax(-130 - y, 0);
        for (int j = 0; j < NECK_COLUMNS; j++) {
            double angle = 1.9 * (2.0 * j / (NECK_COLUMNS - 1) - 1), x = wide * sin(angle);
            double throat = 2.5 * mien_sim_hill(x, 7, y + 135, 9) * (person->woman ? 0.3 : 1);
            double z = -6 + (half * 0.98) * cos(angle) + throat;
            z += 3 * mien_sim_hill(fabs(x) - 22 + 0.25 * (y + 160), 6, y + 165, 26);
            mesh->rest[i * NECK_COLUMNS + j] = (struct mien_sim_point){(float)x, (float)y, (float)z};
        }
    }
    return 0;
}

int mien_sim_ear_mesh(struct mien_sim_mesh *mesh, const struct mien_sim_person *person,
                      enum mien_sim_side side)
{
    if (mien_sim_mesh_new(mesh, EAR_COLUMNS, EAR_ROWS) != 0)
        return -1;
    double sign = side == MIEN_SIM_LEFT ? 1 : -1, attach = person->face_width - 3.5, lean = 0.46;
    for (int i = 0; i < EAR_ROWS; i++)
        for (int j = 0; j < EAR_COLUMNS; j++) {
            double radius = (double)i / (EAR_ROWS - 1), turn = -2 * M_PI * j / (EAR_COLUMNS - 1);
            double up = radius * cos(turn), back = radius * sin(turn) * (0.82 + 0.2 * up);
            double rim =
                3.4 * mien_sim_bell(radius - 0.84, 0.11) * mien_sim_ramp(up + 0.4 * back, -0.8, -0.1);
            double bowl = -5 * mien_sim_hill(up + 0.12, 0.28, back + 0.1, 0.3);
            double fold = 1.8 * mien_sim_bell(radius - 0.52, 0.12) * mien_sim_ramp(back, -0.2, 0.4);
            double out = rim + bowl + fold - 2 * (radius > 0.99);
            double along = (back + 0.75) * 17;
            double x = attach + along * sin(lean) + out * cos(lean);
            double z = 4 - along * cos(lean) + out * sin(lean) - 2.5 * up;
            mesh->rest[i * EAR_COLUMNS + j] =
                (struct mien_sim_point){(float)(sign * x), (float)(-13 + 31 * up), (float)z};
        }
    return 0;
}
