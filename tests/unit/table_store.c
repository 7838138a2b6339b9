/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The store and the extraction, with a tracker that reads its "video" from a text file: "frames seed
 * milliseconds". A text that does not begin so is a damaged video; 0 frames found is a video without a face.
 */
#include "base/interrupt.h"
#include "table/extract.h"
#include "table/store_internal.h"
#include "unit.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
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

static enum mien_status fake_track(void *context, const char *path, const struct mien_progress *progress,
                                   struct mien_track **track, struct mien_error *error)
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
        }
    }
    if (status == MIEN_OK)
        (*track)->source = strdup(path);
    return status;
}

static const struct mien_tracker fake = {.name = "fake 1", .track = fake_track};

/* ---- A cohort ---- */

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

static struct mien_recording recording(const struct folder *folder, int row, const char *participant,
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

static int make_folder(void **state)
{
    static const char *const contents[FILES] = {"f 40 3 1", "f 25 7 2", "no video", "n 12 1 0",
                                                "f 33 5 1", "f 8 2 1",  "f 21 4 1"};
    struct folder *folder = calloc(1, sizeof *folder);
    strcpy(folder->path, "/tmp/mien-store-XXXXXX");
    if (!mkdtemp(folder->path))
        return -1;
    snprintf(folder->store, sizeof folder->store, "%s/cohort.sqlite", folder->path);
    for (int i = 0; i < FILES; i++) {
        snprintf(folder->files[i], sizeof folder->files[i], "%s/v%d.mp4", folder->path, i);
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

static int remove_folder(void **state)
{
    struct folder *folder = *state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", folder->path);
    int result = system(command);
    free(folder);
    return result;
}

static struct mien_store *open_store(const struct folder *folder)
{
    struct mien_store *store = NULL;
    struct mien_error error = {0};
    if (mien_store_open(folder->store, &store, &error) != MIEN_OK)
        fail_msg("%s", error.text);
    return store;
}

static enum mien_status extract(struct mien_store *store, const struct folder *folder, int workers,
                                bool retry, struct mien_extract_counts *counts, struct mien_error *error)
{
    const struct mien_extract_options options = {workers, retry};
    atomic_store(&tracked, 0);
    return mien_extract(store, folder->recordings, RECORDINGS, &fake, &options, NULL, counts, error);
}

static void extract_all(struct mien_store *store, const struct folder *folder, int workers,
                        struct mien_extract_counts *counts)
{
    struct mien_error error = {0};
    if (extract(store, folder, workers, false, counts, &error) != MIEN_OK)
        fail_msg("%s", error.text);
}

/* The whole result of a query as text; free it. */
static char *ask(struct mien_store *store, const char *query)
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

static void assert_answer(struct mien_store *store, const char *query, const char *want)
{
    char *got = ask(store, query);
    assert_string_equal(got, want);
    free(got);
}

/* Everything a person sees, but for the ids. */
static char *everything(struct mien_store *store)
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
static void assert_same_results(struct mien_store *a, struct mien_store *b)
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

/* ---- Opening ---- */

static void new_store_is_private(void **state)
{
    const struct folder *folder = *state;
    struct stat status;
    struct mien_store *store = open_store(folder);
    char beside[160];
    assert_int_equal(stat(folder->store, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    snprintf(beside, sizeof beside, "%s-wal", folder->store);
    assert_int_equal(stat(beside, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_false(mien_store_read_only(store));
    mien_store_close(store);
    assert_int_not_equal(stat(beside, &status), 0);
}

static void refuse(const char *path, enum mien_status code, const char *part)
{
    struct mien_store *store = NULL;
    struct mien_error error = {0};
    assert_int_equal(mien_store_open(path, &store, &error), code);
    assert_null(store);
    if (!strstr(error.text, part) || !strstr(error.text, path) || strchr(error.text, '\n'))
        fail_msg("%s", error.text);
}

static void other_files_are_refused(void **state)
{
    const struct folder *folder = *state;
    char path[128];
    refuse(folder->files[2], MIEN_ERR_FORMAT, "not a SQLite file");
    refuse(folder->path, MIEN_ERR_FORMAT, "is a folder");
    snprintf(path, sizeof path, "%s/none/x.sqlite", folder->path);
    refuse(path, MIEN_ERR_MISSING, "no folder");
    sqlite3 *other;
    snprintf(path, sizeof path, "%s/other.sqlite", folder->path);
    sqlite3_open(path, &other);
    assert_int_equal(sqlite3_exec(other, "CREATE TABLE t (a)", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(other);
    refuse(path, MIEN_ERR_FORMAT, "not a store of mien");
}

static void other_formats_are_refused(void **state)
{
    const struct folder *folder = *state;
    struct mien_store *store = open_store(folder);
    assert_int_equal(sqlite3_exec(store->database, "PRAGMA user_version = 7", NULL, NULL, NULL), SQLITE_OK);
    mien_store_close(store);
    refuse(folder->store, MIEN_ERR_FORMAT, "format 7");
}

/* ---- Queries ---- */

static void queries_only_read(void **state)
{
    static const struct {
        const char *query;
        enum mien_status code;
        const char *part;
    } cases[] = {
        {"DELETE FROM recordings", MIEN_ERR_ACCESS, "only queries that read"},
        {"CREATE TABLE x (a)", MIEN_ERR_ACCESS, "only queries that read"},
        {"PRAGMA user_version = 3", MIEN_ERR_ACCESS, "only queries that read"},
        {"ATTACH '/tmp/other.sqlite' AS o", MIEN_ERR_ACCESS, "only queries that read"},
        {"VACUUM INTO '/tmp/mien-copy.sqlite'", MIEN_ERR_ACCESS, "only queries that read"},
        {"BEGIN", MIEN_ERR_ACCESS, "only queries that read"},
        {"SELECT load_extension('x')", MIEN_ERR_DATA, "not authorized"},
        {"SELECT 1; DELETE FROM recordings", MIEN_ERR_DATA, "one query at a time"},
        {"SELEC 1", MIEN_ERR_DATA, "syntax error"},
        {"SELECT peak FROM summary", MIEN_ERR_DATA, "no such column: peak"},
        {" ", MIEN_ERR_DATA, "empty"},
    };
    struct mien_store *store = open_store(*state);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mien_table *table = NULL;
        struct mien_error error = {0};
        assert_int_equal(mien_store_query(store, cases[i].query, NULL, 0, &table, &error), cases[i].code);
        if (!strstr(error.text, cases[i].part) || strchr(error.text, '\n'))
            fail_msg("%s: %s", cases[i].query, error.text);
    }
    assert_int_not_equal(access("/tmp/mien-copy.sqlite", F_OK), 0);
    mien_store_close(store);
}

static void query_types(void **state)
{
    struct mien_store *store = open_store(*state);
    assert_answer(store, "SELECT 3, 2.5, 'a', NULL, x'0102' ; -- the end", "3|2.5|a|nan|(2 bytes)\n");
    assert_answer(store, "SELECT value FROM json_each('[7,\"b\",null]')", "7\nb\n-\n");
    assert_answer(store, "SELECT count(*) FROM recordings", "0\n");
    assert_answer(store, "SELECT participant FROM recordings", "");
    mien_store_close(store);
}

/* ---- Extraction ---- */

static void extraction_of_all(void **state)
{
    const struct folder *folder = *state;
    struct mien_extract_counts counts;
    struct mien_store *store = open_store(folder);
    extract_all(store, folder, 2, &counts);
    assert_int_equal(counts.extracted, 4);
    assert_int_equal(counts.failed, 5);
    assert_int_equal(atomic_load(&tracked), FILES);
    assert_answer(
        store, "SELECT row, code, reason FROM recordings WHERE code IS NOT NULL ORDER BY row",
        "3|format|not a video\n"
        "4|face|no face was found in any of the 12 frames\n"
        "5|data|its neutral recording, task \"rest\", failed: no face was found in any of the 12 frames\n"
        "7|data|no neutral: participant \"Çelik\" has no recording of the task \"rest\"\n"
        "9|missing|no such file\n");
    assert_answer(store, "SELECT participant, \"group\", task, frames, coverage FROM summary",
                  "ada|MG|rest|40|0.80000000000000004\n"
                  "ada|HC|smile|25|0.80000000000000004\n"
                  "Çelik|HC|smile|8|0.875\n"
                  "dora|HC|smile|40|0.80000000000000004\n");
    assert_answer(store, "SELECT count(*) FROM tracks", "7\n");
    /* The neutral is the one that was named: without it changes are missing. */
    assert_answer(store, "SELECT brow_l_mean IS NULL, fissure_l_mean IS NULL FROM summary",
                  "0|0\n0|0\n1|0\n1|0\n");
    assert_answer(store, "SELECT count(*), sum(found) FROM frames", "113|91\n");
    extract_all(store, folder, 2, &counts);
    assert_int_equal(counts.extracted, 0);
    assert_int_equal(counts.failed, 1); /* The missing file is looked for each time. */
    assert_int_equal(counts.kept, 8);
    assert_int_equal(atomic_load(&tracked), 0);
    mien_store_close(store);
}

static void workers_change_nothing(void **state)
{
    struct folder *folder = *state;
    struct mien_extract_counts counts;
    struct mien_store *one = open_store(folder);
    extract_all(one, folder, 1, &counts);
    strcat(folder->store, "2");
    struct mien_store *many = open_store(folder);
    extract_all(many, folder, 5, &counts);
    assert_same_results(one, many);
    mien_store_close(one);
    mien_store_close(many);
}

static void content_counts_not_the_name(void **state)
{
    struct folder *folder = *state;
    struct mien_extract_counts counts;
    struct mien_store *store = open_store(folder);
    extract_all(store, folder, 2, &counts);
    char *before = everything(store), moved[96];
    snprintf(moved, sizeof moved, "%s/renamed.mp4", folder->path);
    assert_int_equal(rename(folder->files[5], moved), 0);
    folder->recordings[5].path = moved;
    folder->recordings[5].file = "renamed.mp4";
    extract_all(store, folder, 2, &counts);
    assert_int_equal(atomic_load(&tracked), 0);
    assert_int_equal(counts.extracted, 0);
    char *after = everything(store);
    assert_string_equal(before, after);
    assert_answer(store, "SELECT file FROM recordings WHERE row = 6", "renamed.mp4\n");
    /* The file goes away: what was measured stays. */
    assert_int_equal(unlink(moved), 0);
    extract_all(store, folder, 2, &counts);
    assert_int_equal(counts.kept, 8);
    /* The content changes, also that of a file that failed. */
    write_file(folder->files[2], "f 9 3 0");
    write_file(folder->files[1], "f 26 7 0");
    extract_all(store, folder, 2, &counts);
    assert_int_equal(atomic_load(&tracked), 2);
    assert_int_equal(counts.extracted, 2);
    assert_answer(store, "SELECT frames FROM summary WHERE participant = 'ada'", "40\n26\n9\n");
    assert_answer(store, "SELECT count(*) FROM tracks", "7\n"); /* The old contents are gone. */
    free(before);
    free(after);
    mien_store_close(store);
}

static void retry_only_when_asked(void **state)
{
    struct folder *folder = *state;
    struct mien_extract_counts counts;
    struct mien_error error;
    struct mien_store *store = open_store(folder);
    extract_all(store, folder, 2, &counts);
    char *before = everything(store);
    assert_int_equal(extract(store, folder, 2, true, &counts, &error), MIEN_OK);
    assert_int_equal(atomic_load(&tracked), 2); /* The text and the video without a face. */
    assert_int_equal(counts.failed, 5);
    assert_int_equal(counts.kept, 4);
    char *after = everything(store);
    assert_string_equal(before, after);
    free(before);
    free(after);
    mien_store_close(store);
}

static void options_count(void **state)
{
    struct folder *folder = *state;
    struct mien_extract_counts counts;
    struct mien_store *store = open_store(folder);
    extract_all(store, folder, 2, &counts);
    folder->recordings[5].neutral = MIEN_NEUTRAL_WINDOW;
    folder->recordings[5].neutral_text = "0:0.1";
    folder->recordings[5].t1 = 0.1;
    extract_all(store, folder, 2, &counts);
    assert_int_equal(atomic_load(&tracked), 0); /* Measuring needs the stored track only. */
    assert_int_equal(counts.extracted, 1);
    assert_answer(store, "SELECT brow_l_mean IS NULL FROM summary WHERE participant = 'Çelik'", "0\n");
    folder->recordings[5].neutral_text = "7:9";
    folder->recordings[5].t0 = 7;
    folder->recordings[5].t1 = 9;
    extract_all(store, folder, 2, &counts);
    assert_answer(store, "SELECT reason FROM recordings WHERE row = 6",
                  "no frame with a face in the neutral window 7 to 9 s\n");
    assert_answer(store, "SELECT count(*) FROM summary", "3\n");
    mien_store_close(store);
}

static void new_measures_need_no_videos(void **state)
{
    struct folder *folder = *state;
    struct mien_extract_counts counts;
    struct mien_store *store = open_store(folder);
    extract_all(store, folder, 2, &counts);
    char *before = ask(store, "SELECT fissure_l_peak, brow_r_mean FROM summary");
    assert_int_equal(sqlite3_exec(store->database,
                                  "DROP VIEW summary; DROP TABLE frames; DROP TABLE measured;"
                                  "CREATE TABLE frames (old); CREATE TABLE measured (recording, old);"
                                  "UPDATE about SET value = 'other' WHERE key = 'measures';"
                                  "UPDATE recordings SET made_from = 'other'",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    for (int i = 0; i < FILES; i++)
        unlink(folder->files[i]);
    extract_all(store, folder, 2, &counts);
    assert_int_equal(atomic_load(&tracked), 0);
    char *after = ask(store, "SELECT fissure_l_peak, brow_r_mean FROM summary");
    assert_string_equal(before, after);
    free(before);
    free(after);
    mien_store_close(store);
}

/* ---- Stops ---- */

static void ctrl_c_keeps_what_is_finished(void **state)
{
    struct folder *folder = *state;
    struct mien_extract_counts counts = {99, 99, 99};
    struct mien_error error = {0};
    struct mien_store *store = open_store(folder);
    atomic_store(&stop_after, 3);
    assert_int_equal(extract(store, folder, 1, false, &counts, &error), MIEN_ERR_CANCELLED);
    assert_string_equal(error.text, "stopped");
    assert_int_equal(counts.extracted, 99);
    assert_answer(store, "SELECT count(*), sum(code IS NULL) FROM tracks", "3|2\n");
    mien_interrupt_clear();
    extract_all(store, folder, 1, &counts);
    assert_int_equal(atomic_load(&tracked), FILES - 3);
    strcat(folder->store, "2");
    struct mien_store *whole = open_store(folder);
    extract_all(whole, folder, 1, &counts);
    assert_same_results(store, whole);
    mien_store_close(store);
    mien_store_close(whole);
}

static void kill_loses_nothing(void **state)
{
    struct folder *folder = *state;
    struct mien_extract_counts counts;
    char name[96];
    strcpy(name, folder->store);
    strcat(folder->store, "-whole");
    struct mien_store *whole = open_store(folder);
    extract_all(whole, folder, 2, &counts);
    for (int milliseconds = 4; milliseconds < 90; milliseconds += 17) {
        snprintf(folder->store, sizeof folder->store, "%s%d", name, milliseconds);
        pid_t child = fork();
        if (child == 0) {
            struct mien_store *store = open_store(folder);
            extract_all(store, folder, 2, &counts);
            _exit(0);
        }
        usleep((useconds_t)milliseconds * 1000);
        kill(child, SIGKILL);
        assert_int_equal(waitpid(child, NULL, 0), child);
        struct mien_store *store = open_store(folder);
        extract_all(store, folder, 2, &counts);
        assert_same_results(whole, store);
        mien_store_close(store);
    }
    mien_store_close(whole);
}

static void full_disk_keeps_what_is_finished(void **state)
{
    struct folder *folder = *state;
    struct mien_extract_counts counts;
    struct mien_error error = {0};
    struct mien_store *store = open_store(folder);
    char limit[64], *pages = ask(store, "SELECT count(*) FROM sqlite_schema WHERE rootpage > 0");
    snprintf(limit, sizeof limit, "PRAGMA max_page_count = %d", atoi(pages) + 6);
    free(pages);
    assert_int_equal(sqlite3_exec(store->database, limit, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(extract(store, folder, 2, false, &counts, &error), MIEN_ERR_IO);
    assert_non_null(strstr(error.text, "the disk is full"));
    assert_false(mien_interrupted());
    assert_int_equal(sqlite3_exec(store->database, "PRAGMA max_page_count = 100000", NULL, NULL, NULL),
                     SQLITE_OK);
    extract_all(store, folder, 2, &counts);
    assert_true(atomic_load(&tracked) < FILES);
    assert_int_equal(counts.extracted + counts.failed + counts.kept, RECORDINGS);
    mien_store_close(store);
}

static void one_extraction_at_a_time(void **state)
{
    struct folder *folder = *state;
    struct mien_extract_counts counts;
    struct mien_error error = {0};
    char mine[32];
    struct mien_store *store = open_store(folder), *second = open_store(folder);
    assert_int_equal(mien_store_lock(store, &error), MIEN_OK);
    assert_int_equal(extract(second, folder, 1, false, &counts, &error), MIEN_ERR_ACCESS);
    snprintf(mine, sizeof mine, "process %ld", (long)getpid());
    if (!strstr(error.text, mine))
        fail_msg("%s", error.text);
    mien_store_unlock(store);
    extract_all(second, folder, 1, &counts);
    mien_store_close(store);
    mien_store_close(second);
}

/* ---- Forgetting ---- */

static bool holds(const char *path, const char *text)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return false;
    fseek(file, 0, SEEK_END);
    size_t size = (size_t)ftell(file);
    rewind(file);
    char *bytes = malloc(size + 1);
    size = fread(bytes, 1, size, file);
    fclose(file);
    bool found = memmem(bytes, size, text, strlen(text)) != NULL;
    free(bytes);
    return found;
}

static void forgotten_bytes_are_gone(void **state)
{
    struct folder *folder = *state;
    struct mien_extract_counts counts;
    struct mien_error error = {0};
    char log[160];
    size_t removed = 0;
    struct mien_store *store = open_store(folder);
    extract_all(store, folder, 2, &counts);
    char *others = ask(store, "SELECT * FROM summary WHERE participant <> 'ada'");
    char *hash = ask(store, "SELECT hash FROM recordings WHERE row = 2");
    hash[64] = '\0';
    assert_int_equal(mien_store_forget(store, "ada", &removed, &error), MIEN_OK);
    assert_int_equal(removed, 3);
    snprintf(log, sizeof log, "%s-wal", folder->store);
    const char *const traces[] = {"ada", hash, folder->files[1]};
    for (size_t i = 0; i < sizeof traces / sizeof *traces; i++) {
        assert_false(holds(folder->store, traces[i]));
        assert_false(holds(log, traces[i]));
    }
    assert_true(holds(folder->store, "Bohdan"));
    char *left = ask(store, "SELECT * FROM summary");
    assert_string_equal(left, others);
    /* The track that dora's recording shares stays; the other two are gone. */
    assert_answer(store, "SELECT count(*) FROM tracks", "5\n");
    assert_int_equal(mien_store_forget(store, "ada", &removed, &error), MIEN_OK);
    assert_int_equal(removed, 0);
    free(others);
    free(hash);
    free(left);
    mien_store_close(store);
}

static void tracks_come_back_exactly(void **state)
{
    struct folder *folder = *state;
    struct mien_extract_counts counts;
    struct mien_error error = {0};
    struct mien_track *kept = NULL, *made = NULL;
    struct mien_store *store = open_store(folder);
    extract_all(store, folder, 2, &counts);
    char *id = ask(store, "SELECT id FROM recordings WHERE row = 2");
    assert_int_equal(mien_store_track(store, atoll(id), &kept, &error), MIEN_OK);
    assert_int_equal(fake_track(NULL, folder->files[1], NULL, &made, &error), MIEN_OK);
    assert_int_equal(kept->count, 25);
    assert_string_equal(kept->source, folder->files[1]);
    assert_memory_equal(kept->found, made->found, 25);
    assert_memory_equal(kept->time, made->time, 25 * sizeof(double));
    assert_memory_equal(kept->x, made->x, 25 * MIEN_POINTS * sizeof(double));
    assert_memory_equal(kept->y, made->y, 25 * MIEN_POINTS * sizeof(double));
    assert_int_equal(mien_store_track(store, 4711, &made, &error), MIEN_ERR_MISSING);
    mien_track_free(kept);
    mien_track_free(made);
    free(id);
    mien_store_close(store);
}

static void the_manifest_may_change(void **state)
{
    struct folder *folder = *state;
    struct mien_extract_counts counts;
    struct mien_error error = {0};
    const char *const further[] = {"age", "it's \"odd\""};
    struct mien_store *store = open_store(folder);
    extract_all(store, folder, 2, &counts);
    folder->recordings[0].group = "corrected";
    folder->recordings[0].further = "{\"age\":52.5,\"it's \\\"odd\\\"\":\"x\"}";
    assert_int_equal(mien_store_list(store, folder->recordings, 2, further, 2, &error), MIEN_OK);
    assert_answer(store, "SELECT participant, \"group\", task, age, \"it's \"\"odd\"\"\" FROM summary",
                  "ada|corrected|rest|52.5|x\nada|HC|smile|51|-\n");
    assert_answer(store, "SELECT count(*) FROM measured", "4\n");
    mien_store_close(store);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, make_folder, remove_folder)
    const struct CMUnitTest tests[] = {
        TEST(new_store_is_private),
        TEST(other_files_are_refused),
        TEST(other_formats_are_refused),
        TEST(queries_only_read),
        TEST(query_types),
        TEST(extraction_of_all),
        TEST(workers_change_nothing),
        TEST(content_counts_not_the_name),
        TEST(retry_only_when_asked),
        TEST(options_count),
        TEST(new_measures_need_no_videos),
        TEST(ctrl_c_keeps_what_is_finished),
        TEST(kill_loses_nothing),
        TEST(full_disk_keeps_what_is_finished),
        TEST(one_extraction_at_a_time),
        TEST(forgotten_bytes_are_gone),
        TEST(tracks_come_back_exactly),
        TEST(the_manifest_may_change),
    };
    return cmocka_run_group_tests_name("table_store", tests, NULL, NULL);
}
