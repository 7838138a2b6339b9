/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The cache of clips: one SQLite file beside a cohort's store. It holds PICTURES OF PATIENTS: it is made only
 * when somebody asks for clips, can be read by the user alone from its first byte on, and forgetting a
 * participant overwrites their pictures.
 *
 *   about   key, value: who made it
 *   cuts    one row per file content, tracker and options: frame rate, or why there are no clips
 *   clips   the clips of a cut: times, coverage, and luma (frames * height * width bytes); without luma where
 *           the clip was left out
 *   owners  whose recordings had which content
 *
 * What was once put there survives a kill; several programs may use it at once. Threads: a store belongs to
 * one thread at a time.
 */
#ifndef MIEN_MODEL_CLIP_STORE_H
#define MIEN_MODEL_CLIP_STORE_H

#include "model/clip_cut.h"

struct mien_clip_store;

/* Opens the file, or makes it where `make` says so; else a file that is not there is MIEN_ERR_MISSING. Fails
 * on a file that is something else, damaged, or of another format. */
enum mien_status mien_clip_store_open(const char *path, bool make, struct mien_clip_store **store,
                                      struct mien_error *error);
void mien_clip_store_close(struct mien_clip_store *store); /* NULL allowed. */

/* What a cut was made from; borrowed texts. */
struct mien_clip_key {
    const char *hash;    /* SHA-256 of the video, as the cohort's store has it. */
    const char *tracker; /* Name of the tracker that made the track. */
    const char *options; /* mien_clip_options_describe. */
};

/* Whether there is a result, which may be a failure. Where there is, the participant becomes an owner. */
enum mien_status mien_clip_store_find(struct mien_clip_store *store, const struct mien_clip_key *key,
                                      const char *participant, bool *found, struct mien_error *error);

/* Keeps a result for these owners: a cut, or where failure is not NULL the reason that there is none. One
 * transaction; a result that is already there stays. */
enum mien_status mien_clip_store_put(struct mien_clip_store *store, const struct mien_clip_key *key,
                                     const char *const *participants, size_t count,
                                     const struct mien_clip_cut *cut, const struct mien_error *failure,
                                     struct mien_error *error);

/* What one recording gave. */
struct mien_clip_yield {
    size_t kept, left_out;
    double best;               /* Highest coverage among those left out; NaN where none was. */
    struct mien_error failure; /* Why there are none at all; code MIEN_OK: there is a cut. */
};
/* Appends the clips to the set, whose shape is that of the options, with these facts; times, rate, coverage,
 * outside and interocular are filled in. MIEN_ERR_MISSING where there is no result. */
enum mien_status mien_clip_store_read(struct mien_clip_store *store, const struct mien_clip_key *key,
                                      const struct mien_clip_facts *facts, struct mien_clip_set *set,
                                      struct mien_clip_yield *yield, struct mien_error *error);

/* Removes all pictures of contents that belonged to this participant and to nobody else: overwrites them,
 * then makes the file smaller, or removes it when nothing is left. *removed is the number of cuts; 0 where
 * there is no such file. */
enum mien_status mien_clip_store_forget(const char *path, const char *participant, size_t *removed,
                                        struct mien_error *error);

#endif
