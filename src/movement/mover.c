/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "movement/mover.h"

#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

double mien_movement_clock(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

enum mien_status mien_mover_new(enum mien_side side, struct mien_mover **mover, struct mien_error *error)
{
    struct mien_mover *made = mien_array_new(1, sizeof *made);
    if (!made)
        return mien_fail(error, MIEN_ERR_MEMORY, "out of memory for the movement");
    made->side = side;
    if (mien_mesh_new(&made->mesh, 1) != 0) {
        mien_mover_free(made);
        return mien_fail(error, MIEN_ERR_MEMORY, "out of memory for the movement");
    }
    mien_cells_find(&made->mesh, &made->cells);
    enum mien_status status = mien_flow_new(MIEN_CANVAS_WIDTH, MIEN_CANVAS_HEIGHT, &made->flow, error);
    if (status != MIEN_OK) {
        mien_mover_free(made);
        return status;
    }
    *mover = made;
    return MIEN_OK;
}

void mien_mover_free(struct mien_mover *mover)
{
    if (!mover)
        return;
    mien_flow_free(mover->flow);
    mien_warp_clear(&mover->warp);
    mien_mesh_clear(&mover->mesh);
    free(mover);
}

/* ---- Looking ---- */

enum { NEIGHBOURS = 2 };

/* Adds what a neighbour says. */
static void add_row(const struct mien_track *track, enum mien_side side, size_t row, double weight,
                    struct mien_glimpse *sum)
{
    const double *x, *y;
    mien_track_row(track, side, row, &x, &y);
    for (int i = 0; i < MIEN_POINTS; i++) {
        sum->x[i] += weight * x[i];
        sum->y[i] += weight * y[i];
    }
    sum->yaw += weight * track->yaw[row];
    sum->pitch += weight * track->pitch[row];
    sum->roll += weight * track->roll[row];
}

static void average_points(const struct mien_track *track, enum mien_side side, size_t row,
                           struct mien_glimpse *glimpse)
{
    double total = 0;
    glimpse->yaw = glimpse->pitch = glimpse->roll = 0;
    for (int i = 0; i < MIEN_POINTS; i++)
        glimpse->x[i] = glimpse->y[i] = 0;
    for (int k = -NEIGHBOURS; k <= NEIGHBOURS; k++) {
        if ((k < 0 && row < (size_t)-k) || row + (size_t)k >= track->count)
            continue;
        size_t other = row + (size_t)k;
        if (!track->found[other])
            continue;
        double weight = exp(-0.5 * k * k);
        total += weight;
        add_row(track, side, other, weight, glimpse);
    }
    for (int i = 0; i < MIEN_POINTS; i++) {
        glimpse->x[i] /= total;
        glimpse->y[i] /= total;
    }
    glimpse->yaw /= total;
    glimpse->pitch /= total;
    glimpse->roll /= total;
}

/* The upper part of the jaw line: what is found there is the face's outline, which no spot of the skin stays
 * on. It is put where the resting head has it, and the flow sees what the cheek does. */
static bool is_contour(int vertex)
{
    return vertex <= 4 || (vertex >= 12 && vertex <= 16);
}

/* Completes the mesh in the frame and brings it onto the resting face's scale. */
static bool place_mesh(const struct mien_resting_shape *shape, struct mien_glimpse *glimpse)
{
    struct mien_affine_camera camera;
    if (!mien_camera_fit(shape, glimpse->x, glimpse->y, &camera))
        return false;
    for (int i = 0; i < MIEN_MESH_VERTICES; i++) {
        if (i >= MIEN_POINTS || is_contour(i))
            mien_camera_see(&camera, shape, i, &glimpse->x[i], &glimpse->y[i]);
        mien_camera_undo(&camera, shape, i, glimpse->x[i], glimpse->y[i], &glimpse->face_x[i],
                         &glimpse->face_y[i]);
    }
    return true;
}

bool mien_glimpse_place(const struct mien_resting_shape *shape, const struct mien_track *track,
                        enum mien_side side, size_t row, struct mien_glimpse *glimpse)
{
    if (!track->found[row])
        return false;
    average_points(track, side, row, glimpse);
    return place_mesh(shape, glimpse);
}

enum mien_status mien_mover_look(struct mien_mover *mover, const struct mien_track *track, size_t row,
                                 const struct mien_plane *plane, struct mien_glimpse *glimpse, bool *seen,
                                 struct mien_error *error)
{
    uint8_t canvas[MIEN_CANVAS_PIXELS];
    double start = mien_movement_clock();
    *seen = mien_glimpse_place(&mover->shape, track, mover->side, row, glimpse);
    if (!*seen)
        return MIEN_OK;
    if (mien_warp_face(&mover->warp, &mover->mesh, plane, glimpse->x, glimpse->y, canvas) != 0)
        return mien_fail(error, MIEN_ERR_MEMORY, "out of memory for a frame");
    double warped = mien_movement_clock();
    mien_warp_even(&mover->mesh, canvas, glimpse->even);
    mover->seconds[MIEN_STEP_WARP] += warped - start;
    mover->seconds[MIEN_STEP_EVEN] += mien_movement_clock() - warped;
    return MIEN_OK;
}

/* ---- Comparing ---- */

/* Means over the counted pixels of every cell of how far the place went: by mesh and flow, and by mesh. */
static void displace(const struct mien_mover *mover, const struct mien_glimpse *glimpse, const float *flow,
                     struct mien_moved *moved)
{
    struct mien_mesh_map maps[MIEN_MESH_TRIANGLES];
    mien_mesh_maps(&mover->mesh, glimpse->face_x, glimpse->face_y, maps);
    for (int cell = 0; cell < MIEN_CELLS; cell++) {
        int left = cell % MIEN_CELL_COLUMNS * MIEN_CELL, top = cell / MIEN_CELL_COLUMNS * MIEN_CELL,
            count = 0;
        double skin[2] = {0}, points[2] = {0};
        for (int i = 0; i < MIEN_CELL * MIEN_CELL && mover->cells.region[cell] != MIEN_NO_REGION; i++) {
            int column = left + i % MIEN_CELL, row = top + i / MIEN_CELL,
                at = row * MIEN_CANVAS_WIDTH + column;
            if (!mien_pixel_counts(&mover->mesh, at))
                continue;
            const struct mien_mesh_map *map = &maps[mover->mesh.at[at]];
            const struct mien_mesh_map *rest = &mover->resting[mover->mesh.at[at]];
            double u = (double)flow[2 * at], v = (double)flow[2 * at + 1];
            double x =
                (map->a[0] - rest->a[0]) * column + (map->a[1] - rest->a[1]) * row + map->a[2] - rest->a[2];
            double y =
                (map->b[0] - rest->b[0]) * column + (map->b[1] - rest->b[1]) * row + map->b[2] - rest->b[2];
            points[0] += x;
            points[1] += y;
            skin[0] += x + map->a[0] * u + map->a[1] * v;
            skin[1] += y + map->b[0] * u + map->b[1] * v;
            count++;
        }
        moved->skin.x[cell] = count ? skin[0] / count : NAN;
        moved->skin.y[cell] = count ? skin[1] / count : NAN;
        moved->points.x[cell] = count ? points[0] / count : NAN;
        moved->points.y[cell] = count ? points[1] / count : NAN;
    }
}

/* Sums over a cell for the correlation of two pictures. */
struct sums {
    float count, a, b, aa, bb, ab;
};

static float sample(const uint8_t *picture, float x, float y)
{
    const float right = MIEN_CANVAS_WIDTH - 1.001f, bottom = MIEN_CANVAS_HEIGHT - 1.001f;
    x = x < 0 ? 0 : x > right ? right : x;
    y = y < 0 ? 0 : y > bottom ? bottom : y;
    int column = (int)x, row = (int)y;
    float fx = x - (float)column, fy = y - (float)row;
    const uint8_t *p = picture + row * MIEN_CANVAS_WIDTH + column, *q = p + MIEN_CANVAS_WIDTH;
    float upper = (float)p[0] + fx * (float)(p[1] - p[0]), lower = (float)q[0] + fx * (float)(q[1] - q[0]);
    return upper + fy * (lower - upper);
}

static void sum_cells(const struct mien_mover *mover, const uint8_t *even, const float *flow,
                      struct sums sums[MIEN_CELLS])
{
    memset(sums, 0, MIEN_CELLS * sizeof *sums);
    for (int at = 0; at < MIEN_CANVAS_PIXELS; at++) {
        if (mover->mesh.at[at] == MIEN_MESH_OUTSIDE)
            continue;
        int column = at % MIEN_CANVAS_WIDTH, row = at / MIEN_CANVAS_WIDTH;
        struct sums *sum = &sums[row / MIEN_CELL * MIEN_CELL_COLUMNS + column / MIEN_CELL];
        float a = (float)mover->picture[at] - 128;
        float b = sample(even, (float)column + flow[2 * at], (float)row + flow[2 * at + 1]) - 128;
        sum->count += 1;
        sum->a += a, sum->b += b;
        sum->aa += a * a, sum->bb += b * b, sum->ab += a * b;
    }
}

/* Over the cell and its eight neighbours. */
static double correlation_around(const struct sums sums[MIEN_CELLS], int cell)
{
    struct sums t = {0};
    int column = cell % MIEN_CELL_COLUMNS, row = cell / MIEN_CELL_COLUMNS;
    for (int dy = -1; dy <= 1; dy++)
        for (int dx = -1; dx <= 1; dx++) {
            int x = column + dx, y = row + dy;
            if (x < 0 || x >= MIEN_CELL_COLUMNS || y < 0 || y >= MIEN_CELL_ROWS)
                continue;
            const struct sums *s = &sums[y * MIEN_CELL_COLUMNS + x];
            t.count += s->count, t.a += s->a, t.b += s->b;
            t.aa += s->aa, t.bb += s->bb, t.ab += s->ab;
        }
    double a = (double)(t.aa - t.a * t.a / t.count), b = (double)(t.bb - t.b * t.b / t.count);
    double ab = (double)(t.ab - t.a * t.b / t.count);
    return a > 0 && b > 0 ? ab / sqrt(a * b) : 0;
}

enum mien_status mien_mover_compare(struct mien_mover *mover, const struct mien_glimpse *glimpse,
                                    struct mien_moved *moved, struct mien_error *error)
{
    const float *flow;
    struct sums sums[MIEN_CELLS];
    double start = mien_movement_clock();
    enum mien_status status = mien_flow_between(mover->flow, mover->picture, glimpse->even, &flow, error);
    if (status != MIEN_OK)
        return status;
    double flowed = mien_movement_clock();
    displace(mover, glimpse, flow, moved);
    sum_cells(mover, glimpse->even, flow, sums);
    for (int cell = 0; cell < MIEN_CELLS; cell++)
        moved->agreement[cell] =
            mover->cells.region[cell] == MIEN_NO_REGION ? NAN : correlation_around(sums, cell);
    mien_field_steady(&mover->cells, &moved->skin);
    mien_field_steady(&mover->cells, &moved->points);
    mover->seconds[MIEN_STEP_FLOW] += flowed - start;
    mover->seconds[MIEN_STEP_FIELD] += mien_movement_clock() - flowed;
    return MIEN_OK;
}

/* ---- The pose's habits ---- */

static void pose_terms(const struct mien_pose_habit *habit, const struct mien_glimpse *glimpse,
                       double term[MIEN_POSE_TERMS])
{
    double pose[3] = {glimpse->yaw, glimpse->pitch, glimpse->roll};
    for (int k = 0; k < 3; k++) {
        pose[k] = isfinite(pose[k]) ? fmin(fmax(pose[k], habit->low[k]), habit->high[k]) : habit->middle[k];
        pose[k] -= habit->middle[k];
    }
    const double terms[] = {
        1, pose[0], pose[1], pose[2], pose[0] * pose[0], pose[1] * pose[1], pose[0] * pose[1]};
    memcpy(term, terms, sizeof terms);
}

static void take_out(const struct mien_pose_habit *habit, const struct mien_glimpse *glimpse,
                     struct mien_field *field)
{
    double term[MIEN_POSE_TERMS];
    if (!habit->known)
        return;
    pose_terms(habit, glimpse, term);
    for (int k = 0; k < MIEN_POSE_TERMS; k++)
        for (int cell = 0; cell < MIEN_CELLS; cell++) {
            field->x[cell] -= term[k] * habit->x[k][cell];
            field->y[cell] -= term[k] * habit->y[k][cell];
        }
}

/* Inverts the symmetric matrix in place by Gauss and Jordan; it has a positive diagonal added. */
static void invert(double matrix[MIEN_POSE_TERMS][MIEN_POSE_TERMS])
{
    for (int k = 0; k < MIEN_POSE_TERMS; k++) {
        double pivot = matrix[k][k];
        matrix[k][k] = 1;
        for (int c = 0; c < MIEN_POSE_TERMS; c++)
            matrix[k][c] /= pivot;
        for (int row = 0; row < MIEN_POSE_TERMS; row++) {
            double factor = matrix[row][k];
            if (row == k)
                continue;
            matrix[row][k] = 0;
            for (int c = 0; c < MIEN_POSE_TERMS; c++)
                matrix[row][c] -= factor * matrix[k][c];
        }
    }
}

static void pose_range(const struct mien_glimpse *glimpses, size_t count, struct mien_pose_habit *habit)
{
    for (int k = 0; k < 3; k++) {
        size_t known = 0;
        habit->low[k] = INFINITY, habit->high[k] = -INFINITY, habit->middle[k] = 0;
        for (size_t i = 0; i < count; i++) {
            double value = k == 0 ? glimpses[i].yaw : k == 1 ? glimpses[i].pitch : glimpses[i].roll;
            if (!isfinite(value))
                continue;
            habit->low[k] = fmin(habit->low[k], value);
            habit->high[k] = fmax(habit->high[k], value);
            habit->middle[k] += value;
            known++;
        }
        if (known == 0)
            habit->low[k] = habit->high[k] = 0;
        else
            habit->middle[k] /= (double)known;
    }
}

/* Ridge regression of every cell on the pose. The penalty is that of one degree of noise in every angle, so
 * that a head that hardly moved at rest gives no slopes. fields are count fields. */
static void learn_habit(const struct mien_glimpse *glimpses, const struct mien_field *fields, size_t count,
                        struct mien_pose_habit *habit)
{
    static const double noise[MIEN_POSE_TERMS] = {0.05, 1, 1, 1, 3, 3, 3};
    double matrix[MIEN_POSE_TERMS][MIEN_POSE_TERMS] = {{0}};
    memset(habit->x, 0, sizeof habit->x);
    memset(habit->y, 0, sizeof habit->y);
    pose_range(glimpses, count, habit);
    for (size_t i = 0; i < count; i++) {
        double term[MIEN_POSE_TERMS];
        pose_terms(habit, &glimpses[i], term);
        for (int row = 0; row < MIEN_POSE_TERMS; row++)
            for (int c = 0; c < MIEN_POSE_TERMS; c++)
                matrix[row][c] += term[row] * term[c];
    }
    for (int k = 0; k < MIEN_POSE_TERMS; k++)
        matrix[k][k] += (double)count * noise[k] * noise[k];
    invert(matrix);
    for (size_t i = 0; i < count; i++) {
        double term[MIEN_POSE_TERMS];
        pose_terms(habit, &glimpses[i], term);
        for (int k = 0; k < MIEN_POSE_TERMS; k++) {
            double weight = 0;
            for (int c = 0; c < MIEN_POSE_TERMS; c++)
                weight += matrix[k][c] * term[c];
            for (int cell = 0; cell < MIEN_CELLS; cell++) {
                habit->x[k][cell] += weight * fields[i].x[cell];
                habit->y[k][cell] += weight * fields[i].y[cell];
            }
        }
    }
    habit->known = true;
}

/* ---- Rest ---- */

static void mean_picture(struct mien_mover *mover, const struct mien_glimpse *glimpses, size_t count)
{
    for (int at = 0; at < MIEN_CANVAS_PIXELS; at++) {
        unsigned sum = 0;
        for (size_t i = 0; i < count; i++)
            sum += glimpses[i].even[at];
        mover->picture[at] = (uint8_t)((sum + count / 2) / count);
    }
}

static enum mien_status compare_rest(struct mien_mover *mover, const struct mien_glimpse *glimpses,
                                     size_t count, struct mien_field *skin, struct mien_field *points,
                                     struct mien_error *error)
{
    for (size_t i = 0; i < count; i++) {
        struct mien_moved moved;
        enum mien_status status = mien_mover_compare(mover, &glimpses[i], &moved, error);
        if (status != MIEN_OK)
            return status;
        skin[i] = moved.skin;
        points[i] = moved.points;
        for (int cell = 0; cell < MIEN_CELLS; cell++)
            mover->agreement[cell] += moved.agreement[cell] / (double)count;
    }
    learn_habit(glimpses, skin, count, &mover->skin);
    learn_habit(glimpses, points, count, &mover->points);
    return MIEN_OK;
}

enum mien_status mien_mover_rest(struct mien_mover *mover, const struct mien_glimpse *glimpses, size_t count,
                                 struct mien_error *error)
{
    struct mien_field *fields = mien_array_new(2 * count, sizeof *fields);
    if (!fields)
        return mien_fail(error, MIEN_ERR_MEMORY, "out of memory for the frames at rest");
    mien_mesh_maps(&mover->mesh, mover->shape.x, mover->shape.y, mover->resting);
    mean_picture(mover, glimpses, count);
    memset(mover->agreement, 0, sizeof mover->agreement);
    enum mien_status status = compare_rest(mover, glimpses, count, fields, fields + count, error);
    free(fields);
    return status;
}

/* ---- Trust ---- */

/* Below this part of a cell's agreement at rest the flow has lost the skin; and below this correlation at
 * rest there is nothing to follow. */
static const double least_part = 0.6, least_at_rest = 0.3;
/* A triangle seen this much smaller than the others, against rest, is turned away. */
static const double least_area = 0.3;

/* Whether each triangle still shows enough of itself in the frame. */
static void find_turned_away(const struct mien_mover *mover, const struct mien_glimpse *glimpse,
                             bool away[MIEN_MESH_TRIANGLES])
{
    struct mien_mesh_map maps[MIEN_MESH_TRIANGLES];
    double area[MIEN_MESH_TRIANGLES], sum = 0;
    mien_mesh_maps(&mover->mesh, glimpse->x, glimpse->y, maps);
    for (int t = 0; t < MIEN_MESH_TRIANGLES; t++) {
        const struct mien_mesh_map *rest = &mover->resting[t];
        area[t] = (maps[t].a[0] * maps[t].b[1] - maps[t].a[1] * maps[t].b[0]) /
                  fabs(rest->a[0] * rest->b[1] - rest->a[1] * rest->b[0]);
        sum += mover->mesh.gap[t] ? 0 : area[t] / MIEN_MESH_TRIANGLES;
    }
    for (int t = 0; t < MIEN_MESH_TRIANGLES; t++)
        away[t] = !(area[t] > least_area * sum);
}

double mien_mover_trust(const struct mien_mover *mover, const struct mien_glimpse *glimpse,
                        struct mien_moved *moved)
{
    bool away[MIEN_MESH_TRIANGLES];
    int lost = 0;
    find_turned_away(mover, glimpse, away);
    take_out(&mover->skin, glimpse, &moved->skin);
    take_out(&mover->points, glimpse, &moved->points);
    for (int cell = 0; cell < MIEN_CELLS; cell++) {
        if (mover->cells.region[cell] == MIEN_NO_REGION)
            continue;
        int column = cell % MIEN_CELL_COLUMNS * MIEN_CELL + 2, row = cell / MIEN_CELL_COLUMNS * MIEN_CELL + 2;
        int triangle = mover->mesh.at[row * MIEN_CANVAS_WIDTH + column];
        bool hidden = triangle != MIEN_MESH_OUTSIDE && away[triangle];
        bool trusted = !hidden && mover->agreement[cell] >= least_at_rest &&
                       moved->agreement[cell] >= least_part * mover->agreement[cell];
        if (trusted)
            continue;
        moved->skin.x[cell] = moved->skin.y[cell] = NAN;
        lost++;
    }
    return mover->cells.used ? (double)lost / mover->cells.used : NAN;
}
