/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From single frames to movement of the skin: one participant's resting face and everything that a frame is
 * compared with. Internal to src/movement; movement.h is the way in.
 *
 * A frame's mesh already tells where the landmarks went. The frame is laid on the canonical face by that
 * mesh, and the dense flow from the picture at rest to this one tells what the landmarks missed; the movement
 * of a place of the skin is the sum of the two, in the participant's own resting face.
 */
#ifndef MIEN_MOVEMENT_MOVER_H
#define MIEN_MOVEMENT_MOVER_H

#include "movement/camera.h"
#include "movement/field.h"
#include "movement/flow.h"
#include "movement/warp.h"

enum {
    MIEN_CANVAS_PIXELS = MIEN_CANVAS_WIDTH * MIEN_CANVAS_HEIGHT,
    MIEN_POSE_TERMS = 7, /* 1, yaw, pitch, roll, yaw^2, pitch^2, yaw pitch. */
    MIEN_REST_MOST = 60  /* Frames of the rest that are looked at; of more, as many evenly spaced ones. */
};

/* Where the time goes; seconds. */
enum mien_movement_step {
    MIEN_STEP_DECODE,
    MIEN_STEP_WARP,
    MIEN_STEP_EVEN,
    MIEN_STEP_FLOW,
    MIEN_STEP_FIELD,
    MIEN_STEPS
};

/* One frame as it was laid on the canonical face. */
struct mien_glimpse {
    double yaw, pitch, roll;                                       /* Degrees, of the track. */
    double x[MIEN_MESH_VERTICES], y[MIEN_MESH_VERTICES];           /* In the frame, pixels. */
    double face_x[MIEN_MESH_VERTICES], face_y[MIEN_MESH_VERTICES]; /* On the resting face's scale. */
    uint8_t even[MIEN_CANVAS_PIXELS];
};

/* How a cell's movement at rest goes with the pose of the head. */
struct mien_pose_habit {
    bool known;
    double low[3], high[3], middle[3]; /* Yaw, pitch, roll over the rest; beyond that nothing is known. */
    double x[MIEN_POSE_TERMS][MIEN_CELLS], y[MIEN_POSE_TERMS][MIEN_CELLS];
};

struct mien_mover {
    struct mien_mesh mesh;
    struct mien_cells cells;
    struct mien_warp warp;
    struct mien_flow *flow;
    enum mien_side side;
    struct mien_resting_shape shape;
    struct mien_mesh_map resting[MIEN_MESH_TRIANGLES]; /* From the canvas to the shape. */
    uint8_t picture[MIEN_CANVAS_PIXELS];               /* Mean even picture at rest. */
    double agreement[MIEN_CELLS]; /* Mean correlation of rest frames with that picture, around each cell. */
    struct mien_pose_habit skin, points;
    double seconds[MIEN_STEPS];
};

enum mien_status mien_mover_new(enum mien_side side, struct mien_mover **mover, struct mien_error *error);
void mien_mover_free(struct mien_mover *mover); /* NULL allowed. */

/* The points of the row, a mean over it and its neighbours (Gaussian, standard deviation one frame), with the
 * mesh completed by the resting shape. False where the face was not found there or its points are flat. */
bool mien_glimpse_place(const struct mien_resting_shape *shape, const struct mien_track *track,
                        enum mien_side side, size_t row, struct mien_glimpse *glimpse);

/* Lays a frame of the track on the canonical face, with the mover's shape; *seen is what mien_glimpse_place
 * returned. Fails for lack of memory only. */
enum mien_status mien_mover_look(struct mien_mover *mover, const struct mien_track *track, size_t row,
                                 const struct mien_plane *plane, struct mien_glimpse *glimpse, bool *seen,
                                 struct mien_error *error);

struct mien_moved {
    struct mien_field skin;       /* Mesh and flow; NaN in cells that cannot be trusted. */
    struct mien_field points;     /* What the landmarks alone say. */
    double agreement[MIEN_CELLS]; /* Correlation with the picture at rest, around each cell. */
};
/* The movement against rest: steadied, but the pose's habits are still in it and no cell is missing yet. */
enum mien_status mien_mover_compare(struct mien_mover *mover, const struct mien_glimpse *glimpse,
                                    struct mien_moved *moved, struct mien_error *error);
/* Takes out the habits and what cannot be trusted; returns the share of used cells that were lost, 0..1. */
double mien_mover_trust(const struct mien_mover *mover, const struct mien_glimpse *glimpse,
                        struct mien_moved *moved);

/* Learns picture, agreement and habits from frames at rest. */
enum mien_status mien_mover_rest(struct mien_mover *mover, const struct mien_glimpse *glimpses, size_t count,
                                 struct mien_error *error);

double mien_movement_clock(void); /* Seconds of the processor that this thread has used. */

#endif
