/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the painters of a frame share: meshes of the parts, the layers they are drawn into, the camera, light.
 *
 * A frame is drawn in this order: the meshes are moved and projected, drawn into layers that keep the nearest
 * surface of every pixel (raster.c), and every pixel is then coloured once: skin (shade.h), eyes (eyes.c),
 * mouth (mouth.c), hair (hair.c), glasses (glasses.c). Colours are linear light, 0..1, until the last step.
 */
#ifndef MIEN_SIM_PAINTER_H
#define MIEN_SIM_PAINTER_H

#include "sim/canvas.h"
#include "sim/paint.h"

#include <stddef.h>

/* The same bytes on every processor: no fused multiplication and addition, whichever version runs. */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__)
#define MIEN_SIM_FAST __attribute__((target_clones("avx2", "default"), optimize("O3", "fp-contract=off")))
#else
#define MIEN_SIM_FAST
#endif

/* Eight numbers of a vertex, a pixel or a texel at once. */
typedef float mien_sim_eight __attribute__((vector_size(32), aligned(4), may_alias));

/* ---- Camera and light ---- */

struct mien_sim_view {
    float turn[3][3];       /* Head to camera. */
    float shift_x, shift_y; /* Millimetres. */
    float scale, origin_x, origin_y;
    float eye[3]; /* Direction from the head to the camera, in axes of the head. */
};

struct mien_sim_point {
    float x, y, z;
};

/* From axes of the head to axes of the camera, and to pixels. */
struct mien_sim_point mien_sim_turned(const struct mien_sim_view *camera, float x, float y, float z);
void mien_sim_project(const struct mien_sim_view *camera, struct mien_sim_point turned, float *px, float *py);

struct mien_sim_light {
    float key[3], half[3]; /* Directions in axes of the camera; half is between the light and the camera. */
};

/* ---- Meshes ---- */

/* Of a vertex, and of a pixel. */
enum mien_sim_attribute {
    MIEN_SIM_NX,
    MIEN_SIM_NY,
    MIEN_SIM_NZ, /* Normal in axes of the camera. */
    MIEN_SIM_HX,
    MIEN_SIM_HY,
    MIEN_SIM_HZ, /* Place in axes of the head, after the movement. */
    MIEN_SIM_U,
    MIEN_SIM_V, /* Column and row of the mesh. */
    MIEN_SIM_ATTRIBUTES
};

struct mien_sim_corner {
    float x, y, depth; /* Pixels; millimetres towards the camera. */
    float attribute[MIEN_SIM_ATTRIBUTES];
};

/* A grid of columns x rows vertices. */
struct mien_sim_mesh {
    int columns, rows;
    struct mien_sim_point *rest, *moved;
    struct mien_sim_corner *corner;
    uint8_t *shown; /* One per vertex: 0 where cells need not be drawn; NULL: all. */
    float *inside;  /* One per vertex: distance inside its soft edge, drawn in place of HX; NULL: none. */
    const float *follow; /* One per row: how far it turns with the head; NULL: wholly. */
};

int mien_sim_mesh_new(struct mien_sim_mesh *mesh, int columns, int rows); /* -1 without memory. */
void mien_sim_mesh_free(struct mien_sim_mesh *mesh);
/* Fills the corners from `moved`. */
void mien_sim_mesh_project(struct mien_sim_mesh *mesh, const struct mien_sim_view *camera);

enum mien_sim_part {
    MIEN_SIM_NOTHING,
    MIEN_SIM_HEAD,
    MIEN_SIM_NECK,
    MIEN_SIM_EAR,
    MIEN_SIM_STRANDS,
    MIEN_SIM_FRAMES /* Of glasses before the wall. */
};

struct mien_sim_layer {
    int width, height;
    uint8_t *part;
    float *depth;
    float (*attribute)[MIEN_SIM_ATTRIBUTES];
};

/* Keeps the nearest surface. From the row inner_from on, surfaces seen from behind are drawn too, with the
 * normal as it is. */
void mien_sim_raster(struct mien_sim_layer *layer, const struct mien_sim_mesh *mesh, enum mien_sim_part part,
                     int inner_from);

/* ---- Skin ---- */

enum mien_sim_texel {
    MIEN_SIM_RED,
    MIEN_SIM_GREEN,
    MIEN_SIM_BLUE,
    MIEN_SIM_SLOPE_X,
    MIEN_SIM_SLOPE_Y,   /* Of the fine relief, along x and y of the head. */
    MIEN_SIM_OCCLUSION, /* 0 dark hollow .. 1 open to all light. */
    MIEN_SIM_SUN,       /* 0 shadow of the key light .. 1. */
    MIEN_SIM_GLOSS,
    MIEN_SIM_TEXELS
};

/* The pattern of a part: `fine` texels for every cell of its mesh. */
struct mien_sim_texture {
    int width, height, fine;
    float (*texel)[MIEN_SIM_TEXELS];
};

int mien_sim_texture_new(struct mien_sim_texture *texture, const struct mien_sim_mesh *mesh, int fine);
int mien_sim_skin_paint(struct mien_sim_texture *texture, const struct mien_sim_mesh *mesh,
                        const struct mien_sim_person *person, const struct mien_sim_light *light);
void mien_sim_neck_paint(struct mien_sim_texture *texture, const struct mien_sim_mesh *mesh,
                         const struct mien_sim_person *person);
void mien_sim_ear_paint(struct mien_sim_texture *texture, const struct mien_sim_mesh *mesh,
                        const struct mien_sim_person *person);

enum mien_sim_fold {
    MIEN_SIM_FOLD_CHEEK,    /* Nasolabial fold, with AU12 and AU10. */
    MIEN_SIM_FOLD_FOREHEAD, /* With AU1 and AU2. */
    MIEN_SIM_FOLD_GLABELLA, /* Between the brows, with AU4. */
    MIEN_SIM_FOLD_CORNER,   /* Crow's feet, with AU6. */
    MIEN_SIM_FOLD_NOSE,     /* Root of the nose, with AU9. */
    MIEN_SIM_FOLD_CHIN,     /* With AU17. */
    MIEN_SIM_FOLDS
};

/* A change of slope and occlusion with an action of one side, in a box of texels. */
struct mien_sim_crease {
    int left, top, width, height;
    float (*change)[3];
    bool active; /* In the frame drawn last. */
};

int mien_sim_crease_new(struct mien_sim_crease *crease, const struct mien_sim_texture *texture,
                        const struct mien_sim_mesh *mesh, const struct mien_sim_person *person,
                        enum mien_sim_fold fold, enum mien_sim_side side);
/* Depth of the lines of age and expression, millimetres. */
double mien_sim_fold_depth(const struct mien_sim_person *person, enum mien_sim_fold fold, double side,
                           double y);

/* ---- Shapes ---- */

/* The resting head seen from the front: z of its surface. */
double mien_sim_head_front(const struct mien_sim_person *person, double x, double y);
/* Half width and depth (from its middle) of the head at height y; middle is the z of its widest place. */
void mien_sim_head_section(const struct mien_sim_person *person, double y, double *width, double *middle,
                           double *front, double *back);
int mien_sim_head_mesh(struct mien_sim_mesh *mesh, const struct mien_sim_person *person);
int mien_sim_neck_mesh(struct mien_sim_mesh *mesh, const struct mien_sim_person *person);
int mien_sim_ear_mesh(struct mien_sim_mesh *mesh, const struct mien_sim_person *person,
                      enum mien_sim_side side);
int mien_sim_hair_mesh(struct mien_sim_mesh *mesh, const struct mien_sim_person *person);
/* Hair that hangs covers the ears. */
bool mien_sim_hair_hangs(const struct mien_sim_person *person);
/* Distance inside the hair that grows on the head, millimetres, at a place of the head. */
double mien_sim_inside_hair(const struct mien_sim_person *person, double x, double y, double z);

/* ---- Frame ---- */

struct mien_sim_eyeball {
    float x, y, z; /* Centre. */
    float gaze[3]; /* Direction in axes of the head. */
};

struct mien_sim_strands;

/* What a painter of a feature needs of a frame. */
struct mien_sim_scene {
    const struct mien_sim_person *person;
    const struct mien_sim_face *face;
    struct mien_sim_view camera;
    struct mien_sim_light light;
    struct mien_sim_eyeball eyeball[MIEN_SIM_SIDES];
    float hair[3], brows[3], lips[3], skin[3], iris[3], frames[3]; /* Linear. */
    const struct mien_sim_strands *strands;
    float soft; /* Half the width of an edge in millimetres. */
    float dim;  /* What the exposure would make too bright of the white of eyes and teeth: 1 is none. */
};

/* Curves through the mouth's points, made once a frame. */
enum { MIEN_SIM_LINE_POINTS = 7 };
struct mien_sim_line {
    int count;
    float x[MIEN_SIM_LINE_POINTS], y[MIEN_SIM_LINE_POINTS], slope[MIEN_SIM_LINE_POINTS];
};
struct mien_sim_line mien_sim_line_through(const struct mien_sim_face *face, const int *points, int count);
float mien_sim_line_at(const struct mien_sim_line *curve, float x);

struct mien_sim_mouth {
    struct mien_sim_line upper, lower, inner_upper, inner_lower;
    float left, right, middle, top, bottom; /* Box of the mouth; x of its mid-line. */
};
void mien_sim_mouth_begin(struct mien_sim_mouth *mouth, const struct mien_sim_face *face);
/* Colour a pixel of the skin whose place in the head is `at`, when it belongs to a lip, the mouth or an eye;
 * rgb holds the colour of the skin and receives the result. */
void mien_sim_mouth_pixel(const struct mien_sim_scene *scene, const struct mien_sim_mouth *mouth,
                          const float at[MIEN_SIM_ATTRIBUTES], const float texel[MIEN_SIM_TEXELS],
                          float rgb[3]);
void mien_sim_eye_pixel(const struct mien_sim_scene *scene, enum mien_sim_side side,
                        const float at[MIEN_SIM_ATTRIBUTES], float rgb[3]);
/* The pattern of the hair over its mesh: of each place the lock and the single hair. */
struct mien_sim_strands {
    uint8_t (*tone)[2];
};
int mien_sim_strands_new(struct mien_sim_strands *strands, const struct mien_sim_person *person);
/* Returns the cover, 0..1; at 0 rgb is left as it was. open: nothing of the body is behind. */
float mien_sim_hair_pixel(const struct mien_sim_scene *scene, const float at[MIEN_SIM_ATTRIBUTES], bool open,
                          float rgb[3]);
/* Paints the glasses over a picture of linear colours. */
void mien_sim_glasses_paint(const struct mien_sim_scene *scene, struct mien_sim_layer *layer,
                            float (*picture)[3]);

/* Tells what is true of a frame; rest is the face without movement. */
void mien_sim_tell(const struct mien_sim_scene *scene, const struct mien_sim_face *rest,
                   const struct mien_sim_movement *movement, struct mien_sim_truth *truth);

/* Everything that stands behind the head: the wall, and the shoulders with their cover. */
void mien_sim_back_paint(const struct mien_sim_person *person, const struct mien_sim_view *camera, int width,
                         int height, float (*wall)[3], float (*shirt)[4]);

/* Linear light of a colour of the screen. */
void mien_sim_linear(struct mien_sim_colour colour, float rgb[3]);

static inline void mien_sim_blend(float *pixel, float r, float g, float b, float part)
{
    pixel[0] += part * (r - pixel[0]);
    pixel[1] += part * (g - pixel[1]);
    pixel[2] += part * (b - pixel[2]);
}

#endif
