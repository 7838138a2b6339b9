/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What an extraction tells while it runs: files, frames, failures, and a share of the work that only grows.
 */
#include "cohort_fixture.h"

struct told {
    size_t calls;
    double share, frames; /* The last ones. */
    bool fell;            /* Whether a share was smaller than the one before. */
    char note[64];
};

static void listen(void *context, double done, double total, const char *unit, const char *note)
{
    struct told *told = context;
    double share = total > 0 ? done / total : 0;
    told->calls++;
    told->fell |= share < told->share - 1e-9;
    told->share = share;
    told->frames = done;
    assert_string_equal(unit, "frames");
    assert_true(done >= 0 && (total == 0 || (total >= done && isfinite(total))));
    snprintf(told->note, sizeof told->note, "%s", note);
}

static void files_frames_and_failures_are_told(void **state)
{
    struct folder *folder = *state;
    struct told told = {0};
    struct mien_error error;
    struct mien_extract_counts counts;
    struct mien_extract_options options = {.workers = 2};
    const struct mien_progress progress = {listen, &told};
    struct mien_store *store = open_store(folder);
    assert_int_equal(
        mien_extract(store, folder->recordings, RECORDINGS, &fake, &options, &progress, &counts, &error),
        MIEN_OK);
    assert_true(told.calls >= 7);
    assert_false(told.fell);
    assert_true(told.share > 0.3 && told.share <= 1);
    /* The last report comes before the last file is taken; the missing file is none of the seven, but its
     * recording has failed. */
    int finished = -1, files = -1, failed = -1;
    assert_int_equal(sscanf(told.note, "%d of %d files, %d failed", &finished, &files, &failed), 3);
    assert_in_range(finished, 5, 6);
    assert_int_equal(files, 7);
    assert_in_range(failed, 1, 5);
    assert_true(told.frames > 40 && told.frames <= 40 + 25 + 12 + 33 + 8 + 21);
    mien_store_close(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(files_frames_and_failures_are_told, make_folder, remove_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
