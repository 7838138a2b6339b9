/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Work in a process of its own. OpenCV's importer of ONNX trusts its file: a damaged one can make it read
 * where nothing is, or ask for all memory there is. Apart, that ends the other process and becomes an error
 * here. The other process has a copy of all our memory, so that only results travel, by a pipe.
 *
 * Threads: the calling thread alone goes on in the other process, so no lock that another thread may hold can
 * be taken there.
 */
#ifndef MIEN_ONNX_APART_H
#define MIEN_ONNX_APART_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct mien_apart {
    int pipe;
    pid_t process;
};

/* What runs there; it writes with mien_apart_write, and the process ends when it returns. */
typedef void mien_apart_work(void *context, int pipe);

enum mien_status mien_apart_start(struct mien_apart *apart, mien_apart_work *work, void *context,
                                  struct mien_error *error);
/* There: false when nobody reads any more. */
bool mien_apart_write(int pipe, const void *bytes, size_t size);
/* Here: exactly size bytes. MIEN_ERR_MODEL, saying how it ended, when the process ended before;
 * MIEN_ERR_CANCELLED after Ctrl-C. */
enum mien_status mien_apart_read(struct mien_apart *apart, void *bytes, size_t size,
                                 struct mien_error *error);
/* Ends the process, whatever it is doing. */
void mien_apart_end(struct mien_apart *apart);

#ifdef __cplusplus
}
#endif

#endif
