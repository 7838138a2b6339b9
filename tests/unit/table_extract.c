/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The extraction: what is made, what is kept, and what a stop at any moment leaves.
 */
#include "cohort_fixture.h"

#include <signal.h>
#include <sys/wait.h>

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

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, make_folder, remove_folder)
    const struct CMUnitTest tests[] = {
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
    };
    return cmocka_run_group_tests_name("table_extract", tests, NULL, NULL);
}
