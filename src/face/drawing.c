/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "face/drawing.h"

#include "face/letters.h"

#include <math.h>
#include <stdbool.h>

static void blend(struct mien_image *image, int x, int y, struct mien_colour colour, double opacity)
{
    uint8_t *pixel = image->rgb + 3 * ((size_t)y * (size_t)image->width + (size_t)x);
    const uint8_t parts[] = {colour.red, colour.green, colour.blue};
    for (int i = 0; i < 3; i++)
        pixel[i] = (uint8_t)lrint(pixel[i] + opacity * (parts[i] - pixel[i]));
}

/* A whole number within 0..most, also for what is far outside. */
static int within(double value, int most)
{
    return value > 0 ? value < most ? (int)value : most : 0;
}

void mien_draw_patch(struct mien_image *image, const struct mien_patch *patch, struct mien_colour colour)
{
    int right = within(round(patch->left + patch->width), image->width);
    int bottom = within(round(patch->top + patch->height), image->height);
    for (int y = within(round(patch->top), image->height); y < bottom; y++)
        for (int x = within(round(patch->left), image->width); x < right; x++)
            blend(image, x, y, colour, 1);
}

static double distance_to_stroke(double x, double y, const double from[2], const double to[2])
{
    double along_x = to[0] - from[0], along_y = to[1] - from[1];
    double square = along_x * along_x + along_y * along_y;
    double part = square > 0 ? ((x - from[0]) * along_x + (y - from[1]) * along_y) / square : 0;
    part = fmin(fmax(part, 0), 1);
    return hypot(x - from[0] - part * along_x, y - from[1] - part * along_y);
}

void mien_draw_stroke(struct mien_image *image, const double from[2], const double to[2], double width,
                      struct mien_colour colour, double opacity)
{
    double reach = width / 2 + 1;
    if (!isfinite(from[0] + from[1] + to[0] + to[1]))
        return;
    int right = within(ceil(fmax(from[0], to[0]) + reach), image->width);
    int bottom = within(ceil(fmax(from[1], to[1]) + reach), image->height);
    for (int y = within(floor(fmin(from[1], to[1]) - reach), image->height); y < bottom; y++)
        for (int x = within(floor(fmin(from[0], to[0]) - reach), image->width); x < right; x++) {
            double cover = width / 2 + 0.5 - distance_to_stroke(x, y, from, to);
            if (cover > 0)
                blend(image, x, y, colour, opacity * fmin(cover, 1));
        }
}

/* ---- Pictures ---- */

/* Adds the colour between four pixels; false outside of the picture. */
static bool add_sample(const struct mien_image *image, double x, double y, double sum[3])
{
    if (!(x > -0.5 && y > -0.5 && x < image->width - 0.5 && y < image->height - 0.5))
        return false;
    int left = within(floor(x), image->width - 1), top = within(floor(y), image->height - 1);
    int right = left + 1 < image->width ? left + 1 : left, bottom = top + 1 < image->height ? top + 1 : top;
    double across = fmax(0, x - left), down = fmax(0, y - top);
    size_t row = 3 * (size_t)image->width;
    const uint8_t *above = image->rgb + (size_t)top * row, *below = image->rgb + (size_t)bottom * row;
    for (int i = 0; i < 3; i++) {
        double high = above[3 * left + i] + across * (above[3 * right + i] - above[3 * left + i]);
        double low = below[3 * left + i] + across * (below[3 * right + i] - below[3 * left + i]);
        sum[i] += high + down * (low - high);
    }
    return true;
}

void mien_draw_picture(struct mien_image *image, const struct mien_patch *to, const struct mien_image *other,
                       const struct mien_patch *from)
{
    double across = from->width / to->width, down = from->height / to->height;
    /* Reduced pictures are averaged over the pixels that fall together, up to a limit. */
    int samples = 1 + within(fmax(across, down), 7);
    int right = within(round(to->left + to->width), image->width);
    int bottom = within(round(to->top + to->height), image->height);
    int first_x = within(round(to->left), image->width), first_y = within(round(to->top), image->height);
    for (int y = first_y; y < bottom; y++)
        for (int x = first_x; x < right; x++) {
            double sum[3] = {0};
            int count = 0;
            for (int i = 0; i < samples * samples; i++) {
                double part_x = (i % samples + 0.5) / samples, part_y = (i / samples + 0.5) / samples;
                count += add_sample(other, from->left + (x - first_x + part_x) * across - 0.5,
                                    from->top + (y - first_y + part_y) * down - 0.5, sum);
            }
            if (count > 0)
                blend(image, x, y,
                      (struct mien_colour){(uint8_t)lrint(sum[0] / count), (uint8_t)lrint(sum[1] / count),
                                           (uint8_t)lrint(sum[2] / count)},
                      1);
        }
}

/* ---- Text ---- */

static bool has_dot(const unsigned char *letter, int column, int row)
{
    return column >= 0 && column < LETTER_ACROSS && row >= 0 && row < LETTER_DOWN &&
           (letter[row] >> (LETTER_ACROSS - 1 - column) & 1);
}

/* The dots of a letter are joined by strokes: with the neighbours below and beside, and across corners that
 * nothing else joins. That makes it round and smooth in every size. */
static void draw_letter(struct mien_image *image, double x, double y, double dot, struct mien_colour colour,
                        const unsigned char *letter)
{
    static const int ways[][2] = {{1, 0}, {0, 1}, {1, 1}, {-1, 1}};
    double width = 1.1 * dot;
    for (int row = 0; row < LETTER_DOWN; row++)
        for (int column = 0; column < LETTER_ACROSS; column++) {
            if (!has_dot(letter, column, row))
                continue;
            const double from[] = {x + (column + 0.5) * dot, y + (row + 0.5) * dot};
            bool joined = false;
            for (int i = 0; i < 4; i++) {
                int right = ways[i][0], down = ways[i][1];
                bool across_corner = right != 0 && down != 0;
                if (!has_dot(letter, column + right, row + down) ||
                    (across_corner &&
                     (has_dot(letter, column + right, row) || has_dot(letter, column, row + down))))
                    continue;
                const double to[] = {from[0] + right * dot, from[1] + down * dot};
                mien_draw_stroke(image, from, to, width, colour, 1);
                joined = true;
            }
            if (!joined)
                mien_draw_stroke(image, from, from, width, colour, 1);
        }
}

void mien_draw_text(struct mien_image *image, double x, double y, double dot, double room,
                    struct mien_colour colour, const char *text)
{
    double end = x + room;
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if ((c & 0xC0) == 0x80)
            continue;
        if (x + LETTER_ACROSS * dot > end)
            return;
        if (c != ' ')
            draw_letter(image, x, y, dot, colour,
                        letters[(c >= LETTER_FIRST && c <= LETTER_LAST ? c : '?') - LETTER_FIRST]);
        x += (LETTER_ACROSS + 1) * dot;
    }
}
