/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "table/extract_problem.h"

#include <stdio.h>
#include <string.h>

static const char *usual_remedy(enum mien_status code)
{
    switch (code) {
    case MIEN_ERR_MISSING:
        return "correct the path in the manifest or put the file there; paths count from the manifest's "
               "folder";
    case MIEN_ERR_ACCESS:
        return "give yourself the right to read the file (chmod u+r)";
    case MIEN_ERR_FORMAT:
        return "play the file; if that fails, copy or export it again from where it was recorded";
    case MIEN_ERR_DECODE:
        return "play the file; if that works, convert it (ffmpeg -i FILE -c:v libx264 NEW.mp4), else export "
               "it again";
    case MIEN_ERR_FACE:
        return "look at the recording: the face must be in view, upright and lit; if it shows none, take the "
               "row out";
    case MIEN_ERR_DATA:
        return "name a neutral in which the face is seen: a window such as 0:0.5, or a task of this "
               "participant";
    case MIEN_ERR_IO:
    case MIEN_ERR_MEMORY:
        return "call extract again when the cause is gone";
    default:
        return "try again with extract{retry = true}; if it stays, report it with the file's format";
    }
}

void mien_problem_split(struct mien_error *failure, char *remedy, size_t size)
{
    const char *usual = usual_remedy(failure->code);
    char *advice = strstr(failure->text, "; ");
    if (advice) {
        *advice = '\0';
        advice += 2;
    }
    if (!advice || failure->code == MIEN_ERR_DATA)
        snprintf(remedy, size, "%s", usual);
    else if (strncmp(advice, "mien ", 5) == 0)
        snprintf(remedy, size, "%s (%s)", usual, advice); /* What mien can do is no advice yet. */
    else
        snprintf(remedy, size, "%s", advice);
}

void mien_problem_without_path(struct mien_error *failure, const char *path)
{
    size_t length = strlen(path);
    if (strncmp(failure->text, path, length) == 0 && strncmp(failure->text + length, ": ", 2) == 0)
        memmove(failure->text, failure->text + length + 2, strlen(failure->text + length + 2) + 1);
}
