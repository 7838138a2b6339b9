/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/paths.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool mien_path_exists(const char *path)
{
    return access(path, F_OK) == 0;
}

bool mien_path_is_folder(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

const char *mien_path_base(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static int join(char *out, const char *folder, const char *middle, const char *name)
{
    int length = snprintf(out, MIEN_PATH_SIZE, "%s%s%s", folder, middle, name);
    return length > 0 && length < MIEN_PATH_SIZE ? 0 : -1;
}

/* The folder the running program lies in, links resolved. */
static int program_folder(char *out)
{
    ssize_t length = readlink("/proc/self/exe", out, MIEN_PATH_SIZE - 1);
    if (length <= 0)
        return -1;
    out[length] = '\0';
    char *slash = strrchr(out, '/');
    if (!slash)
        return -1;
    *slash = '\0';
    return 0;
}

/* Tries the build folder's layout, then the installed one. */
static int beside_program(char *out, const char *folder, const char *name)
{
    char program[MIEN_PATH_SIZE];
    char middle[64];
    if (program_folder(program) != 0)
        return -1;
    snprintf(middle, sizeof middle, "/%s/mien/", folder);
    if (join(out, program, middle, name) == 0 && mien_path_exists(out))
        return 0;
    snprintf(middle, sizeof middle, "/../%s/mien/", folder);
    if (join(out, program, middle, name) == 0 && mien_path_exists(out))
        return 0;
    return -1;
}

int mien_path_share(char *out, const char *name)
{
    return beside_program(out, "share", name);
}

int mien_path_plugin(char *out, const char *name)
{
    return beside_program(out, "lib", name);
}

/* Creates every missing folder of path's directory part, readable by the user alone. */
static int make_folders(const char *path)
{
    char folder[MIEN_PATH_SIZE];
    if (snprintf(folder, sizeof folder, "%s", path) >= (int)sizeof folder)
        return -1;
    for (char *slash = strchr(folder + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(folder, 0700) != 0 && errno != EEXIST)
            return -1;
        *slash = '/';
    }
    return 0;
}

static int user_path(char *out, const char *variable, const char *fallback, const char *name,
                     bool make_folder)
{
    const char *base = getenv(variable);
    const char *home = getenv("HOME");
    int status;
    /* The XDG rules ignore a relative path. */
    if (base && base[0] == '/')
        status = join(out, base, "/mien/", name);
    else if (home && home[0]) {
        char middle[64];
        snprintf(middle, sizeof middle, "/%s/mien/", fallback);
        status = join(out, home, middle, name);
    } else
        return -1;
    if (status == 0 && make_folder)
        status = make_folders(out);
    return status;
}

int mien_path_state(char *out, const char *name, bool make_folder)
{
    return user_path(out, "XDG_STATE_HOME", ".local/state", name, make_folder);
}

int mien_path_cache(char *out, const char *name, bool make_folder)
{
    return user_path(out, "XDG_CACHE_HOME", ".cache", name, make_folder);
}

int mien_path_config(char *out, const char *name)
{
    return user_path(out, "XDG_CONFIG_HOME", ".config", name, false);
}
