/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Clips to look at. What is made here shows persons; write it with mien_image_write_png, which lets only the
 * user read it.
 */
#ifndef MIEN_MODEL_CLIP_SHEET_H
#define MIEN_MODEL_CLIP_SHEET_H

#include "model/clip_set.h"
#include "video/image.h"

/* One picture of one clip, both counted from 0. */
enum mien_status mien_clip_image(const struct mien_clip_set *set, size_t row, size_t frame,
                                 struct mien_image **image, struct mien_error *error);

/* A row of pictures for each of these clips, with what is known of it above. */
enum mien_status mien_clip_sheet(const struct mien_clip_set *set, const size_t *rows, size_t count,
                                 const char *title, struct mien_image **image, struct mien_error *error);

#endif
