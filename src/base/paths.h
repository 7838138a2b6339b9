/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Where things are: the program's own files, and the user's folders by the XDG rules.
 */
#ifndef MIEN_BASE_PATHS_H
#define MIEN_BASE_PATHS_H

#include <stdbool.h>
#include <stddef.h>

enum { MIEN_PATH_SIZE = 4096 };

/* Each writes a path into out (MIEN_PATH_SIZE bytes) and returns 0, or -1 when there is none or it is too
 * long. */

/* name inside the shared data of the program, such as "lua/df.lua": share/mien beside the program (build
 * folder) or in its prefix (installed). The result exists. */
int mien_path_share(char *out, const char *name);
/* name inside the folder of our shared objects, such as "libmien-video.so". The result exists. */
int mien_path_plugin(char *out, const char *name);
/* name inside $XDG_STATE_HOME/mien, $XDG_CACHE_HOME/mien or $XDG_CONFIG_HOME/mien (or their defaults under
 * $HOME). make_folder creates the folder for the user alone. */
int mien_path_state(char *out, const char *name, bool make_folder);
int mien_path_cache(char *out, const char *name, bool make_folder);
int mien_path_config(char *out, const char *name);

bool mien_path_exists(const char *path);
bool mien_path_is_folder(const char *path);
/* The part after the last slash; points into path. */
const char *mien_path_base(const char *path);

#endif
