/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Failures of the outside world: a missing file, an undecodable video, a full disk, a cancelled job.
 *
 * A core function that can fail returns an enum mien_status: MIEN_OK (0) or the reason. It also fills the
 * caller's struct mien_error, where NULL is allowed. The text names what failed (file, row, frame), what was
 * expected and, where it helps, the remedy; it neither names the Lua function nor ends with a full stop.
 * Out-parameters are written on success only.
 */
#ifndef MIEN_BASE_ERROR_H
#define MIEN_BASE_ERROR_H

#ifdef __cplusplus
extern "C" {
#endif

enum mien_status {
    MIEN_OK = 0,
    MIEN_END,           /* No more frames or rows; not a failure. */
    MIEN_ERR_MISSING,   /* No such file or folder. */
    MIEN_ERR_ACCESS,    /* Exists, but may not be read or written. */
    MIEN_ERR_FORMAT,    /* Not the kind of file that was expected, or damaged. */
    MIEN_ERR_DECODE,    /* A video stream that cannot be decoded. */
    MIEN_ERR_FACE,      /* No face where one is needed. */
    MIEN_ERR_MODEL,     /* A model file is missing or unusable. */
    MIEN_ERR_DATA,      /* Data that do not allow what was asked, such as a repeated participant. */
    MIEN_ERR_MEMORY,    /* Out of memory. */
    MIEN_ERR_IO,        /* Reading or writing failed: disk full, broken pipe. */
    MIEN_ERR_TOOL,      /* An outside program such as gnuplot is missing or failed. */
    MIEN_ERR_CANCELLED, /* Stopped by the user. */
    MIEN_ERR_INTERNAL   /* A fault of mien's own. */
};

struct mien_error {
    enum mien_status code;
    char text[1024];
};

/* Fills error (NULL allowed) and returns code, so that `return mien_fail(error, ...)` reads well. */
enum mien_status mien_fail(struct mien_error *error, enum mien_status code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* As mien_fail, with the code and the text taken from errno for a failed operation on path. */
enum mien_status mien_fail_errno(struct mien_error *error, const char *path);

/* The short word for programs that Lua hands out as the third result, such as "missing". Never NULL. */
const char *mien_status_word(enum mien_status code);

#ifdef __cplusplus
}
#endif

#endif
