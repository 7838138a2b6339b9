/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shell/program.h"

#include "base/paths.h"
#include "shell/line.h"

#include <dlfcn.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The version in the file name of a loaded library, such as 19.24.0 of libdlib.so.19.24.0: dlib has no
 * function for it. */
struct wanted {
    const char *library;
    char version[32];
};

static int find_library(struct dl_phdr_info *info, size_t size, void *context)
{
    (void)size;
    struct wanted *wanted = context;
    char *path =
        info->dlpi_name && strstr(info->dlpi_name, wanted->library) ? realpath(info->dlpi_name, NULL) : NULL;
    if (!path)
        return 0;
    const char *version = strstr(path, ".so.");
    if (version)
        snprintf(wanted->version, sizeof wanted->version, "%s", version + 4);
    free(path);
    return wanted->version[0] != '\0';
}

/* Loads one of our shared objects, which brings its libraries with it; NULL when it is not built. */
static void *open_plugin(const char *name)
{
    char file[64], path[MIEN_PATH_SIZE];
    snprintf(file, sizeof file, "libmien-%s.so", name);
    return mien_path_plugin(path, file) == 0 ? dlopen(path, RTLD_LAZY | RTLD_LOCAL) : NULL;
}

static void print_function(const char *plugin, const char *library, const char *symbol)
{
    void *object = open_plugin(plugin);
    void *address = object ? dlsym(object, symbol) : NULL;
    const char *(*version)(void);
    memcpy(&version, &address, sizeof version);
    if (version)
        printf("  %-9s %s\n", library, version());
    else
        printf("  %-9s not found\n", library);
}

void mien_program_version(void)
{
    printf("mien %s\n%s\n", MIEN_VERSION, "for research and teaching, not a medical device");
    printf("  %-9s %s\n  %-9s %s\n", "Lua", LUA_VERSION_MAJOR "." LUA_VERSION_MINOR "." LUA_VERSION_RELEASE,
           "Readline", mien_line_version());
    print_function("video", "FFmpeg", "av_version_info");
    struct wanted dlib = {"libdlib.so", ""};
    open_plugin("face");
    dl_iterate_phdr(find_library, &dlib);
    printf("  %-9s %s\n", "dlib", dlib.version[0] ? dlib.version : "not found");
    void *object = open_plugin("stats");
    const char *const *gsl = object ? dlsym(object, "gsl_version") : NULL;
    printf("  %-9s %s\n", "GSL", gsl ? *gsl : "not found");
    print_function("cohort", "SQLite", "sqlite3_libversion");
}
