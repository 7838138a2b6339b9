/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Paints frames of one simulated participant after another and prints, per participant, the milliseconds that
 * a frame takes on this processor: once painted, and once with what the camera adds. Nothing is encoded.
 *   render_loop WIDTH HEIGHT FRAMES SEED ...
 */
#include "sim/canvas.h"
#include "sim/recording.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return 1e3 * (double)time.tv_sec + 1e-6 * (double)time.tv_nsec;
}

/* A smile that comes and goes while the head turns a little: no frame is like the one before. */
static void move(struct mien_sim_movement *movement, int frame)
{
    double part = frame % 20 / 20.0;
    memset(movement, 0, sizeof *movement);
    for (int side = 0; side < MIEN_SIM_SIDES; side++) {
        movement->level[MIEN_SIM_AU12][side] = part;
        movement->level[MIEN_SIM_AU6][side] = 0.5 * part;
        movement->level[MIEN_SIM_AU25][side] = 0.6 * part;
        movement->level[MIEN_SIM_AU43][side] = part > 0.8 ? 1 : 0;
    }
    movement->yaw = 4 * part - 2;
    movement->pitch = 1 - 2 * part;
}

static int measure(uint64_t seed, int width, int height, int frames)
{
    struct mien_sim_plan plan = {.seed = seed};
    plan.camera =
        (struct mien_sim_camera){.width = width, .height = height, .fps = 25, .light = 1, .noise = 2.6};
    mien_sim_person(&plan.person, seed, seed % 2 == 0);
    double start = now(), painted = 0, exposed = 0;
    struct mien_sim_canvas *canvas = mien_sim_canvas_new(&plan.person, width, height);
    uint8_t *rgb = malloc(3 * (size_t)width * (size_t)height);
    double prepared = now() - start;
    for (int frame = 0; frame < frames && canvas && rgb; frame++) {
        struct mien_sim_movement movement;
        struct mien_sim_truth truth;
        move(&movement, frame);
        double from = now();
        mien_sim_paint(canvas, &plan.person, &movement, rgb, &truth);
        double middle = now();
        mien_sim_expose(&plan, (size_t)frame, rgb);
        painted += middle - from;
        exposed += now() - middle;
    }
    int failed = !canvas || !rgb;
    if (!failed)
        printf("%llu %.4f %.4f %.1f\n", (unsigned long long)seed, painted / frames, exposed / frames,
               prepared);
    mien_sim_canvas_free(canvas);
    free(rgb);
    return failed;
}

int main(int count, char **arguments)
{
    if (count < 5) {
        fprintf(stderr, "usage: render_loop WIDTH HEIGHT FRAMES SEED ...\n");
        return 2;
    }
    int width = atoi(arguments[1]), height = atoi(arguments[2]), frames = atoi(arguments[3]);
    for (int i = 4; i < count; i++)
        if (measure(strtoull(arguments[i], NULL, 10), width, height, frames) != 0)
            return 1;
    return 0;
}
