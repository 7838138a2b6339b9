/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The canonical face, how frames are laid on it, and what is done with fields of movement.
 */
#include "unit.h"

#include "base/memory.h"
#include "face/head.h"
#include "movement/camera.h"
#include "movement/field.h"
#include "movement/peak.h"
#include "movement/warp.h"

#include <stdlib.h>
#include <string.h>

enum { PIXELS = MIEN_CANVAS_WIDTH * MIEN_CANVAS_HEIGHT };

static struct mien_mesh new_mesh(int scale)
{
    struct mien_mesh mesh;
    assert_int_equal(mien_mesh_new(&mesh, scale), 0);
    return mesh;
}

static void the_mesh_is_its_own_mirror_image(void **state)
{
    (void)state;
    struct mien_mesh mesh = new_mesh(1);
    int inside = 0;
    for (int row = 0; row < MIEN_CANVAS_HEIGHT; row++)
        for (int column = 0; column < MIEN_CANVAS_WIDTH / 2; column++) {
            int right = mesh.at[row * MIEN_CANVAS_WIDTH + column];
            int left = mesh.at[row * MIEN_CANVAS_WIDTH + MIEN_CANVAS_WIDTH - 1 - column];
            inside += left != MIEN_MESH_OUTSIDE;
            if (right == MIEN_MESH_OUTSIDE)
                assert_int_equal(left, MIEN_MESH_OUTSIDE);
            else
                assert_true(right == left + MIEN_MESH_HALF || right == left - MIEN_MESH_HALF ||
                            mesh.gap[right] == mesh.gap[left]);
        }
    /* The area of the triangles, 11427 square millimetres a half, without holes. */
    assert_true(fabs(inside * mien_canvas_millimetres * mien_canvas_millimetres - 11427) < 130);
    mien_mesh_clear(&mesh);
}

static void maps_put_corners_where_they_belong(void **state)
{
    (void)state;
    struct mien_mesh mesh = new_mesh(1);
    double x[MIEN_MESH_VERTICES], y[MIEN_MESH_VERTICES];
    struct mien_mesh_map maps[MIEN_MESH_TRIANGLES];
    for (int i = 0; i < MIEN_MESH_VERTICES; i++) {
        x[i] = 3 * mesh.vertex[i].x + i % 5;
        y[i] = 200 - 2 * mesh.vertex[i].y + i % 3;
    }
    mien_mesh_maps(&mesh, x, y, maps);
    for (int t = 0; t < MIEN_MESH_TRIANGLES; t++)
        for (int k = 0; k < 3; k++) {
            int i = mesh.triangle[t][k];
            const struct mien_mesh_vertex *v = &mesh.vertex[i];
            assert_close(maps[t].a[0] * v->x + maps[t].a[1] * v->y + maps[t].a[2], x[i], 1e-9);
            assert_close(maps[t].b[0] * v->x + maps[t].b[1] * v->y + maps[t].b[2], y[i], 1e-9);
        }
    mien_mesh_clear(&mesh);
}

/* A face drawn `zoom` times as large as the canvas, in a plane that brightens to the right and downwards. */
static void lays_faces_of_every_size(void **state)
{
    (void)state;
    struct mien_mesh mesh = new_mesh(1);
    const double zooms[] = {0.7, 1.6, 4.3};
    for (int k = 0; k < 3; k++) {
        int width = (int)(120 * zooms[k]), height = (int)(140 * zooms[k]);
        uint8_t *bytes = malloc((size_t)width * (size_t)height), canvas[PIXELS];
        double x[MIEN_MESH_VERTICES], y[MIEN_MESH_VERTICES];
        struct mien_warp warp = {0};
        for (int i = 0; i < width * height; i++)
            bytes[i] = (uint8_t)(100.0 * (i % width) / width + 100.0 * (i / width) / height);
        for (int i = 0; i < MIEN_MESH_VERTICES; i++) {
            x[i] = zooms[k] * (mesh.vertex[i].x + 8);
            y[i] = zooms[k] * (mesh.vertex[i].y + 6);
        }
        const struct mien_plane plane = {bytes, width, width, height};
        assert_int_equal(mien_warp_face(&warp, &mesh, &plane, x, y, canvas), 0);
        for (int at = 0; at < PIXELS; at++) {
            double column = zooms[k] * (at % MIEN_CANVAS_WIDTH + 8),
                   row = zooms[k] * (at / MIEN_CANVAS_WIDTH + 6);
            double want = mesh.at[at] == MIEN_MESH_OUTSIDE ? 0 : 100 * column / width + 100 * row / height;
            assert_true(fabs(canvas[at] - want) < 2.5);
        }
        mien_warp_clear(&warp);
        free(bytes);
    }
    mien_mesh_clear(&mesh);
}

static void light_goes_and_pattern_stays(void **state)
{
    (void)state;
    struct mien_mesh mesh = new_mesh(1);
    uint8_t plain[PIXELS], lit[PIXELS], even[PIXELS], even_lit[PIXELS];
    for (int at = 0; at < PIXELS; at++) {
        int column = at % MIEN_CANVAS_WIDTH, row = at / MIEN_CANVAS_WIDTH;
        double pattern = sin(0.9 * column) * cos(0.7 * row);
        plain[at] = (uint8_t)(120 + 20 * pattern);
        lit[at] = (uint8_t)(60 + 0.6 * column + 40 * pattern);
    }
    mien_warp_even(&mesh, plain, even);
    mien_warp_even(&mesh, lit, even_lit);
    /* The light differs by up to 60 grey levels and the contrast twofold; a tenth of one standard deviation
     * of 42 may be left of that. */
    double sum = 0, count = 0;
    for (int at = 0; at < PIXELS; at++)
        if (mesh.at[at] != MIEN_MESH_OUTSIDE)
            sum += abs(even[at] - even_lit[at]), count++;
    print_message("%.2f grey levels left\n", sum / count);
    assert_true(sum / count < 4.2);
    mien_mesh_clear(&mesh);
}

static void regions_are_where_they_should_be(void **state)
{
    (void)state;
    struct mien_mesh mesh = new_mesh(1);
    struct mien_cells cells;
    int count[MIEN_REGIONS + 1][2] = {{0}};
    mien_cells_find(&mesh, &cells);
    for (int cell = 0; cell < MIEN_CELLS; cell++) {
        count[cells.region[cell]][mien_cell_is_left(cell)]++;
        assert_int_equal(cells.region[cell], cells.region[mien_cell_mirror(cell)]);
        assert_int_not_equal(mien_cell_is_left(cell), mien_cell_is_left(mien_cell_mirror(cell)));
    }
    for (int region = 0; region < MIEN_REGIONS; region++) {
        assert_true(count[region][0] >= 10);
        assert_int_equal(count[region][0], count[region][1]);
    }
    /* The pupil of the left eye belongs to no region, the skin below it to the eye or the cheek. */
    int left_eye = (int)(mesh.vertex[43].x + mesh.vertex[46].x) / 2 / MIEN_CELL;
    int row = (int)(mesh.vertex[43].y + mesh.vertex[46].y) / 2 / MIEN_CELL;
    assert_int_equal(cells.region[row * MIEN_CELL_COLUMNS + left_eye], MIEN_NO_REGION);
    assert_true(mien_cell_is_left(row * MIEN_CELL_COLUMNS + left_eye));
    mien_mesh_clear(&mesh);
}

/* A field that a moving camera makes, with a cheek that moves on its own. */
static void the_camera_goes_and_the_cheek_stays(void **state)
{
    (void)state;
    struct mien_mesh mesh = new_mesh(1);
    struct mien_cells cells;
    struct mien_field field;
    double size[MIEN_CELLS], means[MIEN_REGIONS][2];
    mien_cells_find(&mesh, &cells);
    for (int cell = 0; cell < MIEN_CELLS; cell++) {
        double x = cell % MIEN_CELL_COLUMNS - 12.5, y = cell / MIEN_CELL_COLUMNS - 15.5;
        bool moves = cells.region[cell] == MIEN_CHEEK && mien_cell_is_left(cell);
        field.x[cell] = 2 + 0.1 * x + 0.02 * y + 0.05 * cells.depth[cell];
        field.y[cell] = -1 - 0.03 * x + 0.12 * y - 0.04 * cells.depth[cell] - (moves ? 6 : 0);
    }
    mien_field_steady(&cells, &field);
    mien_field_size(&field, size);
    mien_region_means(&cells, size, means);
    for (int region = 0; region < MIEN_REGIONS; region++) {
        assert_true(means[region][0] < 0.25);
        if (region != MIEN_CHEEK)
            assert_true(means[region][1] < 0.25);
    }
    assert_true(fabs(means[MIEN_CHEEK][1] - 6) < 0.3);
    mien_mesh_clear(&mesh);
}

static void strain_is_that_of_a_stretch(void **state)
{
    (void)state;
    struct mien_field field;
    double strain[MIEN_CELLS];
    double cell = 100 * MIEN_CELL / mien_canvas_interocular(); /* Per cent of the interocular distance. */
    for (int i = 0; i < MIEN_CELLS; i++) {
        field.x[i] = 0.04 * cell * (i % MIEN_CELL_COLUMNS);
        field.y[i] = 7;
    }
    field.x[5 * MIEN_CELL_COLUMNS + 5] = NAN;
    mien_field_strain(&field, strain);
    assert_close(strain[8 * MIEN_CELL_COLUMNS + 8], 4, 1e-9);
    assert_true(isnan(strain[5 * MIEN_CELL_COLUMNS + 4]));
    assert_true(isnan(strain[0]));
}

static void missing_cells_are_not_smoothed_over(void **state)
{
    (void)state;
    struct mien_field field;
    for (int i = 0; i < MIEN_CELLS; i++)
        field.x[i] = field.y[i] = 3;
    field.x[100] = field.y[100] = NAN;
    mien_field_smooth(&field);
    assert_true(isnan(field.x[100]));
    assert_close(field.x[101], 3, 1e-12);
    assert_close(field.y[0], 3, 1e-12);
}

static void a_region_needs_half_of_its_cells(void **state)
{
    (void)state;
    struct mien_mesh mesh = new_mesh(1);
    struct mien_cells cells;
    double values[MIEN_CELLS], means[MIEN_REGIONS][2];
    int left = 0;
    mien_cells_find(&mesh, &cells);
    for (int cell = 0; cell < MIEN_CELLS; cell++) {
        values[cell] = 2;
        if (cells.region[cell] == MIEN_CHIN && mien_cell_is_left(cell) && left++ % 3 != 0)
            values[cell] = NAN;
    }
    mien_region_means(&cells, values, means);
    assert_true(isnan(means[MIEN_CHIN][1]));
    assert_close(means[MIEN_CHIN][0], 2, 1e-12);
    mien_mesh_clear(&mesh);
}

/* The average head, turned a little and put before a camera. */
static void the_camera_is_found_and_undone(void **state)
{
    (void)state;
    struct mien_head_point head[MIEN_POINTS];
    struct mien_resting_shape shape;
    struct mien_affine_camera camera;
    double x[MIEN_POINTS], y[MIEN_POINTS], seen_x[MIEN_POINTS], seen_y[MIEN_POINTS];
    mien_head_points(head);
    for (int i = 0; i < MIEN_POINTS; i++)
        x[i] = head[i].x, y[i] = head[i].y - 1.5;
    double eyes = mien_points_interocular(x, y);
    for (int i = 0; i < MIEN_POINTS; i++)
        x[i] /= eyes, y[i] /= eyes;
    mien_resting_shape(x, y, &shape);
    for (int i = 0; i < MIEN_POINTS; i++) {
        seen_x[i] = 320 + 0.9 * shape.x[i] - 0.1 * shape.y[i] + 0.2 * shape.z[i];
        seen_y[i] = 200 + 0.1 * shape.x[i] + 0.95 * shape.y[i] - 0.1 * shape.z[i];
    }
    seen_y[54] += 9; /* The mouth has no say. */
    assert_true(mien_camera_fit(&shape, seen_x, seen_y, &camera));
    double face_x, face_y, again_x, again_y;
    mien_camera_undo(&camera, &shape, 45, seen_x[45], seen_y[45], &face_x, &face_y);
    assert_close(face_x, shape.x[45], 1e-8);
    assert_close(face_y, shape.y[45], 1e-8);
    mien_camera_undo(&camera, &shape, 54, seen_x[54], seen_y[54], &face_x, &face_y);
    assert_true(face_y - shape.y[54] > 8);
    mien_camera_see(&camera, &shape, 70, &again_x, &again_y);
    mien_camera_undo(&camera, &shape, 70, again_x, again_y, &face_x, &face_y);
    assert_close(face_x, shape.x[70], 1e-8);
    for (int i = 0; i < MIEN_POINTS; i++)
        seen_x[i] = 5;
    assert_false(mien_camera_fit(&shape, seen_x, seen_y, &camera));
}

static void the_peak_is_of_the_most_moving_tenth(void **state)
{
    (void)state;
    struct mien_peak peak;
    struct mien_field field;
    double time;
    size_t frames;
    assert_int_equal(mien_peak_new(&peak, 100), 0);
    for (int i = 0; i < 100; i++) {
        double amount = (i * 37) % 100; /* All from 0 to 99, in no order. */
        for (int cell = 0; cell < MIEN_CELLS; cell++)
            field.x[cell] = amount, field.y[cell] = 0;
        if (amount > 92)
            field.x[7] = field.y[7] = NAN;
        field.x[8] = amount == 99 ? NAN : amount;
        mien_peak_add(&peak, &field, amount / 10);
    }
    mien_peak_end(&peak, &field, &time, &frames);
    assert_int_equal(frames, 10);
    assert_close(time, 9.9, 1e-12);
    assert_close(field.x[0], 94.5, 1e-6);
    assert_close(field.x[8], 94, 1e-6);
    assert_true(isnan(field.x[7]));
    mien_peak_clear(&peak);
    assert_int_equal(mien_peak_new(&peak, 0), 0);
    mien_peak_end(&peak, &field, &time, &frames);
    assert_true(frames == 0 && isnan(time) && isnan(field.x[0]));
    mien_peak_clear(&peak);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_mesh_is_its_own_mirror_image),
        cmocka_unit_test(maps_put_corners_where_they_belong),
        cmocka_unit_test(lays_faces_of_every_size),
        cmocka_unit_test(light_goes_and_pattern_stays),
        cmocka_unit_test(regions_are_where_they_should_be),
        cmocka_unit_test(the_camera_goes_and_the_cheek_stays),
        cmocka_unit_test(strain_is_that_of_a_stretch),
        cmocka_unit_test(missing_cells_are_not_smoothed_over),
        cmocka_unit_test(a_region_needs_half_of_its_cells),
        cmocka_unit_test(the_camera_is_found_and_undone),
        cmocka_unit_test(the_peak_is_of_the_most_moving_tenth),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
