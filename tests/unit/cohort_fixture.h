/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A small cohort for the tests of the store and of the extraction, with a tracker that reads its "video" from
 * a text file: "kind frames seed milliseconds", a pause per frame. A text that does not begin so is a damaged
 * video; kind n shows no face.
 */
#ifndef MIEN_TESTS_COHORT_FIXTURE_H
#define MIEN_TESTS_COHORT_FIXTURE_H

#include "base/interrupt.h"
#include "table/extract.h"
#include "table/store_internal.h"
#include "unit.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FILES 7
#define RECORDINGS 9

struct folder {
    char path[64], store[128];
    char files[FILES][96];
    struct mien_recording recordings[RECORDINGS];
};

static atomic_int tracked, stop_after; /* stop_after counts down to a pressed Ctrl-C; 0 never does. */

/* ---- A tracker ---- */

static inline enum mien_status fake_track(void *context, const char *path,
                                          const struct mien_progress *progress, struct mien_track **track,
                                          struct mien_error *error)
{
    int frames, seed, pause;
    char kind;
    FILE *file = fopen(path, "r");
    (void)context;
    atomic_fetch_add(&tracked, 1);
    if (atomic_load(&stop_after) > 0 && atomic_fetch_sub(&stop_after, 1) == 1)
        mien_interrupt_request();
    int read = file ? fscanf(file, "%c %d %d %d", &kind, &frames, &seed, &pause) : 0;
    if (file)
        fclose(file);
    if (read != 4)
        return mien_fail(error, MIEN_ERR_FORMAT, "%s: not a video", path);
    enum mien_status status = mien_track_new((size_t)frames, track, error);
    for (int i = 0; status == MIEN_OK && i < frames; i++) {
        struct mien_track *t = *track;
        usleep((useconds_t)pause * 1000);
        if (mien_interrupted()) {
            mien_track_free(t);
            return mien_fail(error, MIEN_ERR_CANCELLED, "stopped");
        }
        mien_progress_report(progress, i, frames, "frames", NULL);
        t->time[i] = i / 30.0;
        t->found[i] = kind == 'f' && i % 5 != 3;
        for (int p = 0; t->found[i] && p < MIEN_POINTS; p++) {
            t->x[i * MIEN_POINTS + p] = 300 + 90 * sin(p * 0.61) + 3 * sin(0.3 * i + seed + p);
            t->y[i * MIEN_POINTS + p] = 200 + 80 * cos(p * 0.37) + 2 * cos(0.2 * i * seed + p);
            if (seed != 7)
                continue;
            t->sided_x[i * MIEN_POINTS + p] = t->x[i * MIEN_POINTS + p] + 0.25;
            t->sided_y[i * MIEN_POINTS + p] = t->y[i * MIEN_POINTS + p] - 0.75;
            t->sharpness[i] = 0.0625 * (i % 11);
            t->light[i] = 0.375;
        }
    }
    if (status == MIEN_OK)
        (*track)->source = strdup(path);
    return status;
}

static const struct mien_tracker fake = {.name = "fake 1", .track = fake_track};

/* ---- A cohort ---- */

static inline void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

static inline struct mien_recording recording(const struct folder *folder, int row, const char *participant,
                                              const char *task, int file)
{
    return (struct mien_recording){.row = (size_t)row,
                                   .participant = participant,
                                   .group = row % 2 ? "MG" : "HC",
                                   .task = task,
                                   .visit = "",
                                   .take = "",
                                   .file = strrchr(folder->files[file], '/') + 1,
                                   .path = folder->files[file],
                                   .further = "{\"age\":51}",
                                   .neutral_text = ""};
}

static inline int make_folder(void **state)
{
    static const char *const contents[FILES] = {"f 40 3 1", "f 25 7 2", "no video", "n 12 1 0",
                                                "f 33 5 1", "f 8 2 1",  "f 21 4 1"};
    struct folder *folder = calloc(1, sizeof *folder);
    char path[] = "/tmp/mien-store-XXXXXX";
    if (!folder || !mkdtemp(path))
        return -1;
    strcpy(folder->path, path);
    snprintf(folder->store, sizeof folder->store, "%s/cohort.sqlite", path);
    for (int i = 0; i < FILES; i++) {
        snprintf(folder->files[i], sizeof folder->files[i], "%s/v%d.mp4", path, i);
        write_file(folder->files[i], contents[i]);
    }
    struct mien_recording *r = folder->recordings;
    for (int i = 0; i < FILES; i++)
        r[i] = recording(folder, i + 1,
                         i < 3   ? "ada"
                         : i < 5 ? "Bohdan"
                                 : "Çelik",
                         i % 3 == 0 ? "rest" : "smile", i);
    r[2].task = "frown";
    r[6].task = "frown";
    r[1].neutral = MIEN_NEUTRAL_RECORDING; /* ada's rest. */
    r[1].neutral_text = "rest";
    r[0].neutral = MIEN_NEUTRAL_WINDOW;
    r[0].neutral_text = "0:0.5";
    r[0].t1 = 0.5;
    r[4].neutral = MIEN_NEUTRAL_RECORDING; /* Bohdan's rest shows no face. */
    r[4].neutral_text = "rest";
    r[4].neutral_recording = 3;
    r[6].neutral = MIEN_NEUTRAL_ABSENT;
    r[6].neutral_text = "rest";
    r[7] = recording(folder, 8, "dora", "smile", 0); /* The same file as ada's rest. */
    r[8] = recording(folder, 9, "dora", "frown", 0);
    r[8].path = "/nowhere/at/all.mp4";
    atomic_store(&stop_after, 0);
    atomic_store(&tracked, 0);
    mien_interrupt_clear();
    *state = folder;
    return 0;
}

static inline int remove_folder(void **state)
{
    struct folder *folder = *state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", folder->path);
    int result = system(command);
    free(folder);
    return result;
}

static inline struct mien_store *open_store(const struct folder *folder)
{
    struct mien_store *store = NULL;
    struct mien_error error = {0};
    if (mien_store_open(folder->store, &store, &error) != MIEN_OK)
        fail_msg("%s", error.text);
    return store;
}

static inline enum mien_status extract(struct mien_store *store, const struct folder *folder, int workers,
                                       bool retry, struct mien_extract_counts *counts,
                                       struct mien_error *error)
{
    const struct mien_extract_options options = {.workers = workers, .retry = retry};
    atomic_store(&tracked, 0);
    return mien_extract(store, folder->recordings, RECORDINGS, &fake, &options, NULL, counts, error);
}

static inline void extract_all(struct mien_store *store, const struct folder *folder, int workers,
                               struct mien_extract_counts *counts)
{
    struct mien_error error = {0};
    if (extract(store, folder, workers, false, counts, &error) != MIEN_OK)
        fail_msg("%s", error.text);
}

/* The whole result of a query as text; free it. */
static inline char *ask(struct mien_store *store, const char *query)
{
    struct mien_table *table = NULL;
    struct mien_error error = {0};
    char *text = NULL;
    size_t size;
    if (mien_store_query(store, query, NULL, 0, &table, &error) != MIEN_OK)
        fail_msg("%s", error.text);
    FILE *out = open_memstream(&text, &size);
    for (size_t row = 0; row < table->rows; row++)
        for (size_t i = 0; i < table->count; i++) {
            const struct mien_column *column = &table->columns[i];
            const char *end = i + 1 < table->count ? "|" : "\n";
            if (column->is_text)
                fprintf(out, "%s%s", column->texts[row] ? column->texts[row] : "-", end);
            else
                fprintf(out, "%.17g%s", column->numbers[row], end);
        }
    fclose(out);
    mien_table_free(table);
    return text;
}

static inline void assert_answer(struct mien_store *store, const char *query, const char *want)
{
    char *got = ask(store, query);
    assert_string_equal(got, want);
    free(got);
}

/* Everything a person sees, but for the ids. */
static inline char *everything(struct mien_store *store)
{
    static const char problems[] = "SELECT row, participant, task, code, reason, remedy FROM recordings "
                                   "WHERE code IS NOT NULL ORDER BY row";
    char *summary = ask(store, "SELECT * FROM summary"), *failed = ask(store, problems);
    char *frames = ask(store, "SELECT r.row, f.* FROM frames f JOIN recordings r ON r.id = f.recording "
                              "ORDER BY r.row, f.frame");
    char *all = malloc(strlen(summary) + strlen(failed) + strlen(frames) + 1);
    strcpy(all, summary);
    strcat(all, failed);
    strcat(all, frames);
    free(summary);
    free(failed);
    free(frames);
    return all;
}

/* The ids depend on the order in which files were finished; they are of no interest. */
static inline void assert_same_results(struct mien_store *a, struct mien_store *b)
{
    static const char *const queries[] = {
        "SELECT participant, \"group\", task, frames, coverage, fissure_l_peak, commissure_r_mean, "
        "brow_l_velocity,"
        " smile_angle_l_time_to_peak, ear_r_low, mouth_width_range FROM summary",
        "SELECT row, participant, task, code, reason, remedy, neutral, hash FROM recordings ORDER BY row",
        "SELECT r.row, f.frame, f.time, f.found, f.fissure_l, f.commissure_r, f.lower_lip_l FROM frames f"
        " JOIN recordings r ON r.id = f.recording ORDER BY r.row, f.frame",
        "SELECT hash, frames, coverage, code, reason, truncated FROM tracks ORDER BY hash",
    };
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
        char *first = ask(a, queries[i]), *second = ask(b, queries[i]);
        assert_string_equal(first, second);
        free(first);
        free(second);
    }
}

#endif
