/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From tracks to measures and into the store, in the calling thread. Everything is made from what the store
 * holds, so a result is the same whether its track was made a moment or a year ago.
 */
#include "base/interrupt.h"
#include "table/extract_internal.h"
#include "table/extract_problem.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- One recording ---- */

/* Everything the result depends on; "" where that is not known because a file cannot be read. */
static void describe_sources(const struct mien_extraction *run, const struct mien_errand *errand, char *out,
                             size_t size)
{
    const struct mien_recording *recording = errand->recording;
    const char *neutral_hash = errand->neutral ? errand->neutral->hash : "";
    *out = '\0';
    if (errand->job->hash[0])
        snprintf(out, size, "%s %s measures=%s side=%s neutral=%d:%s:%s", errand->job->hash,
                 run->tracker->name, run->layout, run->options->side == MIEN_SIDE_PLAIN ? "plain" : "each",
                 recording->neutral, recording->neutral_text, neutral_hash);
}

/* The result for a file's content: its row in tracks, and the failure in it, or the failure to read the file.
 */
static enum mien_status find_content(struct mien_extraction *run, const struct mien_job *job,
                                     sqlite3_int64 *track, struct mien_error *failure,
                                     struct mien_error *error)
{
    bool failed = false;
    enum mien_status status = MIEN_OK;
    *track = 0;
    *failure = job->failure;
    if (failure->code == MIEN_OK)
        status = mien_store_find_track(run->store, job->hash, run->tracker->name, track, &failed, error);
    if (status == MIEN_OK && failed)
        status = mien_store_load_failure(run->store, *track, failure, error);
    mien_problem_without_path(failure, job->path);
    return status;
}

static enum mien_status load_content(struct mien_extraction *run, const struct mien_job *job,
                                     sqlite3_int64 id, struct mien_track **loaded,
                                     const struct mien_track **track, struct mien_error *error)
{
    enum mien_status status = MIEN_OK;
    if (!job->track)
        status = mien_store_load_track(run->store, id, job->path, loaded, error);
    if (status == MIEN_OK)
        *track = job->track ? job->track : *loaded;
    return status;
}

/* A neutral that cannot be used makes the recording fail: without it the changes would be missing, silently.
 */
static enum mien_status find_neutral(struct mien_extraction *run, const struct mien_errand *errand,
                                     struct mien_track **loaded, struct mien_neutral *neutral,
                                     struct mien_error *failure, struct mien_error *error)
{
    const struct mien_recording *recording = errand->recording;
    struct mien_error cause;
    sqlite3_int64 id;
    *neutral =
        (struct mien_neutral){.given = recording->neutral != MIEN_NEUTRAL_NONE,
                              .t0 = recording->neutral == MIEN_NEUTRAL_WINDOW ? recording->t0 : -INFINITY,
                              .t1 = recording->neutral == MIEN_NEUTRAL_WINDOW ? recording->t1 : INFINITY};
    if (recording->neutral == MIEN_NEUTRAL_ABSENT)
        mien_fail(failure, MIEN_ERR_DATA,
                  "no neutral: participant \"%s\" has no recording of the task \"%s\"",
                  recording->participant, recording->neutral_text);
    if (!errand->neutral)
        return MIEN_OK;
    enum mien_status status = find_content(run, errand->neutral, &id, &cause, error);
    if (status != MIEN_OK)
        return status;
    if (cause.code != MIEN_OK) {
        cause.text[strcspn(cause.text, ";")] = '\0'; /* What to do about that is told with that recording. */
        mien_fail(failure, MIEN_ERR_DATA, "its neutral recording, task \"%s\", failed: %.800s",
                  recording->neutral_text, cause.text);
        return MIEN_OK;
    }
    return load_content(run, errand->neutral, id, loaded, &neutral->track, error);
}

/* Measures into *measures, or why not into failure. */
static enum mien_status measure_recording(struct mien_extraction *run, const struct mien_errand *errand,
                                          const struct mien_track *track, struct mien_measures **measures,
                                          struct mien_error *failure, struct mien_error *error)
{
    struct mien_measure_options options = {.side = run->options->side};
    struct mien_neutral *neutral = &options.neutral;
    struct mien_track *loaded = NULL;
    enum mien_status status = find_neutral(run, errand, &loaded, neutral, failure, error);
    if (status == MIEN_OK && failure->code == MIEN_OK) {
        struct mien_error trouble = {0};
        if (mien_measure(track, &options, measures, &trouble) != MIEN_OK) {
            *failure = trouble;
            mien_problem_without_path(failure, neutral->track ? neutral->track->source : errand->job->path);
        }
    }
    mien_track_free(loaded);
    return status;
}

/* Measures and writes, or writes why not. */
static enum mien_status make_recording(struct mien_extraction *run, struct mien_errand *errand,
                                       const char *made_from, struct mien_error *error)
{
    struct mien_error failure = {0};
    char remedy[sizeof failure.text];
    struct mien_track *loaded = NULL;
    struct mien_measures *measures = NULL;
    struct mien_outcome outcome = {
        .state = &errand->job->state, .hash = errand->job->hash, .made_from = made_from};
    enum mien_status status = find_content(run, errand->job, &outcome.track, &failure, error);
    /* What could not even be read is looked at again next time: the cause lies outside of the file. */
    if (failure.code != MIEN_OK && !outcome.track)
        outcome.made_from = "";
    if (status == MIEN_OK && failure.code == MIEN_OK)
        status = load_content(run, errand->job, outcome.track, &loaded, &outcome.points, error);
    if (status == MIEN_OK && failure.code == MIEN_OK)
        status = measure_recording(run, errand, outcome.points, &measures, &failure, error);
    if (status != MIEN_OK)
        goto done;
    outcome.measures = measures;
    if (failure.code != MIEN_OK) {
        outcome.failure = &failure;
        mien_problem_split(&failure, remedy, sizeof remedy);
        outcome.remedy = remedy;
    }
    status = mien_store_put_recording(run->store, errand->recording, &outcome, error);
    run->counts.failed += failure.code != MIEN_OK;
    run->counts.extracted += failure.code == MIEN_OK;
done:
    mien_measures_free(measures);
    mien_track_free(loaded);
    return status;
}

static bool same_place(const struct mien_errand *errand, const struct mien_stored *stored)
{
    const struct mien_file_state *now = &errand->job->state, *then = &stored->state;
    return strcmp(stored->file, errand->recording->file) == 0 &&
           strcmp(stored->path, errand->recording->path) == 0 &&
           (!now->exists || (then->exists && now->size == then->size && now->modified == then->modified &&
                             now->changed == then->changed));
}

static enum mien_status settle_errand(struct mien_extraction *run, struct mien_errand *errand,
                                      struct mien_error *error)
{
    char made_from[1024];
    struct mien_stored stored;
    enum mien_status status = mien_store_find_recording(run->store, errand->recording, &stored, error);
    if (status != MIEN_OK)
        return status;
    describe_sources(run, errand, made_from, sizeof made_from);
    bool current = made_from[0] && strcmp(made_from, stored.made_from) == 0;
    if (current && (stored.measured || (stored.failed && !run->options->retry))) {
        run->counts.kept++;
        if (!same_place(errand, &stored))
            status = mien_store_touch_recording(run->store, errand->recording, &stored, &errand->job->state,
                                                error);
    } else
        status = make_recording(run, errand, made_from, error);
    errand->settled = status == MIEN_OK;
    return status;
}

static bool is_ready(const struct mien_errand *errand)
{
    return !errand->settled && errand->job->done && (!errand->neutral || errand->neutral->done);
}

/* ---- One file ---- */

/* A track without a face in it is of no use to anybody: it becomes the reason. */
static void judge_track(struct mien_job *job)
{
    if (!job->track || mien_track_found(job->track) > 0)
        return;
    if (job->track->count == 0)
        mien_fail(&job->failure, MIEN_ERR_DECODE, "no frame could be decoded");
    else
        mien_fail(&job->failure, MIEN_ERR_FACE, "no face was found in any of the %zu frames",
                  job->track->count);
    mien_track_free(job->track);
    job->track = NULL;
}

/* Failures that say something about the content, so that the same content will fail again. */
static bool is_lasting(enum mien_status code)
{
    return code == MIEN_ERR_FORMAT || code == MIEN_ERR_DECODE || code == MIEN_ERR_FACE ||
           code == MIEN_ERR_DATA;
}

static enum mien_status save_content(struct mien_extraction *run, struct mien_job *job,
                                     struct mien_error *error)
{
    sqlite3_int64 id = 0;
    bool failed = false;
    judge_track(job);
    bool lasting = job->hash[0] && is_lasting(job->failure.code);
    if (!job->track && !lasting)
        return MIEN_OK;
    enum mien_status status =
        mien_store_find_track(run->store, job->hash, run->tracker->name, &id, &failed, error);
    /* A failure of an earlier time gives way to a track; recordings that point at it are made anew. */
    if (status == MIEN_OK && failed && job->track) {
        status =
            mien_store_executef(run->store, error,
                                "UPDATE recordings SET track = NULL, made_from = NULL WHERE track = %lld;"
                                "DELETE FROM tracks WHERE id = %lld",
                                (long long)id, (long long)id);
        id = 0;
    }
    if (id)
        job->failure.code = MIEN_OK; /* It is found in the store. */
    if (status != MIEN_OK || id)
        return status;
    if (job->track)
        return mien_store_save_track(run->store, job->hash, run->tracker->name, job->track, error);
    struct mien_error failure = job->failure;
    mien_problem_without_path(&failure, job->path);
    status = mien_store_save_failure(run->store, job->hash, run->tracker->name, &failure, error);
    job->failure.code = MIEN_OK; /* From now on it is found in the store. */
    return status;
}

enum mien_status mien_extraction_save(struct mien_extraction *run, struct mien_job *job,
                                      struct mien_error *error)
{
    enum mien_status status = mien_store_begin(run->store, error);
    if (status == MIEN_OK)
        status = save_content(run, job, error);
    if (status == MIEN_OK)
        status = mien_store_commit(run->store, error);
    if (status != MIEN_OK)
        mien_store_rollback(run->store);
    return status;
}

enum mien_status mien_extraction_write(struct mien_extraction *run, struct mien_job *job,
                                       struct mien_error *error)
{
    struct mien_extract_counts before = run->counts;
    enum mien_status status = mien_store_begin(run->store, error);
    if (status != MIEN_OK)
        return status;
    status = save_content(run, job, error);
    job->done = true;
    for (size_t i = 0; i < run->count && status == MIEN_OK; i++) {
        struct mien_errand *errand = &run->errands[i];
        if ((errand->job == job || errand->neutral == job) && is_ready(errand))
            status = settle_errand(run, errand, error);
    }
    if (status == MIEN_OK)
        status = mien_store_commit(run->store, error);
    if (status != MIEN_OK) {
        mien_store_rollback(run->store);
        run->counts = before;
    }
    if (status == MIEN_ERR_CANCELLED)
        mien_extraction_save(run, job, NULL);
    mien_track_free(job->track);
    job->track = NULL;
    return status;
}

enum mien_status mien_extraction_settle(struct mien_extraction *run, struct mien_error *error)
{
    enum mien_status status = MIEN_OK;
    for (size_t i = 0; i < run->count && status == MIEN_OK; i++) {
        if (!is_ready(&run->errands[i]))
            continue;
        status = mien_store_begin(run->store, error);
        if (status == MIEN_OK)
            status = settle_errand(run, &run->errands[i], error);
        if (status == MIEN_OK)
            status = mien_store_commit(run->store, error);
        if (status != MIEN_OK)
            mien_store_rollback(run->store);
        if (status == MIEN_OK && mien_interrupted())
            status = mien_fail(error, MIEN_ERR_CANCELLED, "stopped");
    }
    return status;
}
