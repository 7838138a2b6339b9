/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Files of a drawing. gnuplot reads and writes in a private folder, under names of ours, because it would
 * take a file name such as "|command" for a command; the finished picture is then put where the user wants
 * it.
 */
#ifndef MIEN_PLOT_OUTPUT_H
#define MIEN_PLOT_OUTPUT_H

#include "base/error.h"
#include "base/memory.h"
#include "base/paths.h"
#include "plot/script.h"

#include <stdbool.h>

/* Creates an empty folder that the user alone can enter, in $TMPDIR or /tmp. */
enum mien_status mien_private_folder(char path[MIEN_PATH_SIZE], struct mien_error *error);
/* Removes the folder and the files in it; does nothing for an empty path. */
void mien_private_folder_remove(const char *path);

/* Which page a file's ending asks for; false when it is none of png, svg, pdf (in any case). */
bool mien_page_of_file(const char *path, enum mien_page_kind *kind);

/* Reads what gnuplot left in folder and checks that it is whole. The caller frees bytes. */
enum mien_status mien_picture_read(const char *folder, enum mien_page_kind kind, struct mien_text *picture,
                                   struct mien_error *error);
/* Puts the picture at path, whole or not at all; readable by the user alone where it shows a person. */
enum mien_status mien_picture_write(const struct mien_text *picture, const char *path, bool user_alone,
                                    struct mien_error *error);

#endif
