/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Where the landmark model comes from: the user's own, the cache's, or the one
 * of Debian's package.
 */
#include "face/face.h"

#include "base/paths.h"
#include "face/model.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char model_name[] = "shape_predictor_68_face_landmarks.dat";
static const char model_of_debian[] = "/usr/share/dlib/shape_predictor_68_face_landmarks.dat";

static enum mien_status no_model(const char *cache, struct mien_error *error)
{
    return mien_fail(error, MIEN_ERR_MODEL,
                     "no landmark model: MIEN_LANDMARKS is not set, and neither %s nor %s is "
                     "there; get it with "
                     "`apt install libdlib-data` or set MIEN_LANDMARKS to a copy of dlib's %s "
                     "(licence: not for commercial use)",
                     cache, model_of_debian, model_name);
}

/* A file that was named, but is not there, is told with the way out. */
static enum mien_status check_named(const char *path, const char *named_by, struct mien_error *error)
{
    if (mien_path_exists(path))
        return MIEN_OK;
    return mien_fail(error, MIEN_ERR_MODEL,
                     "%s: no such landmark model (named by %s); leave it out to "
                     "use the installed one, which comes "
                     "with `apt install libdlib-data`",
                     path, named_by);
}

enum mien_status mien_landmark_model_find(char *path, struct mien_error *error)
{
    const char *variable = getenv("MIEN_LANDMARKS");
    if (variable && *variable) {
        enum mien_status status = check_named(variable, "MIEN_LANDMARKS", error);
        if (status == MIEN_OK && snprintf(path, MIEN_PATH_SIZE, "%s", variable) >= MIEN_PATH_SIZE)
            return mien_fail(error, MIEN_ERR_MODEL, "MIEN_LANDMARKS: the path is too long");
        return status;
    }
    if (mien_path_cache(path, model_name, false) != 0)
        strcpy(path, "~/.cache/mien");
    else if (mien_path_exists(path))
        return MIEN_OK;
    if (!mien_path_exists(model_of_debian))
        return no_model(path, error);
    strcpy(path, model_of_debian);
    return MIEN_OK;
}

enum mien_status mien_landmark_model_load(const char *path, struct mien_landmark_model **model,
                                          struct mien_error *error)
{
    char found[MIEN_PATH_SIZE];
    enum mien_status status =
        path ? check_named(path, "the option model", error) : mien_landmark_model_find(found, error);
    return status == MIEN_OK ? mien_model_load(path ? path : found, model, error) : status;
}
