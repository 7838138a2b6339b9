/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum mien_status mien_fail(struct mien_error *error, enum mien_status code, const char *format, ...)
{
    if (error) {
        va_list arguments;
        va_start(arguments, format);
        error->code = code;
        vsnprintf(error->text, sizeof error->text, format, arguments);
        va_end(arguments);
    }
    return code;
}

enum mien_status mien_fail_errno(struct mien_error *error, const char *path)
{
    switch (errno) {
    case ENOENT:
    case ENOTDIR:
        return mien_fail(error, MIEN_ERR_MISSING, "%s: no such file", path);
    case EACCES:
    case EPERM:
        return mien_fail(error, MIEN_ERR_ACCESS, "%s: no permission", path);
    case EISDIR:
        return mien_fail(error, MIEN_ERR_FORMAT, "%s: is a folder, a file was expected", path);
    case ENOSPC:
        return mien_fail(error, MIEN_ERR_IO, "%s: the disk is full", path);
    case ENOMEM:
        return mien_fail(error, MIEN_ERR_MEMORY, "%s: out of memory", path);
    default:
        return mien_fail(error, MIEN_ERR_IO, "%s: %s", path, strerror(errno));
    }
}

const char *mien_status_word(enum mien_status code)
{
    static const char *const words[] = {
        [MIEN_OK] = "ok",
        [MIEN_END] = "end",
        [MIEN_ERR_MISSING] = "missing",
        [MIEN_ERR_ACCESS] = "access",
        [MIEN_ERR_FORMAT] = "format",
        [MIEN_ERR_DECODE] = "decode",
        [MIEN_ERR_FACE] = "face",
        [MIEN_ERR_MODEL] = "model",
        [MIEN_ERR_DATA] = "data",
        [MIEN_ERR_MEMORY] = "memory",
        [MIEN_ERR_IO] = "io",
        [MIEN_ERR_TOOL] = "tool",
        [MIEN_ERR_CANCELLED] = "cancelled",
        [MIEN_ERR_INTERNAL] = "internal",
    };
    return words[code];
}
