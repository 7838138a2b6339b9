/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The cache of clips, and the work that fills it.
 */
#include "clip_fixture.h"

#include "base/interrupt.h"
#include "model/clip_work.h"
#include "video/hash.h"

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FILES = 5, SOURCES = 7 };

static const double seconds = 2.2, fps = 15;

struct folder {
    char path[64], cache[96], files[FILES][96], hashes[FILES][MIEN_HASH_SIZE];
    struct mien_clip_source sources[SOURCES];
    struct mien_clip_work work;
    int loaded;     /* Tracks that were asked for; */
    int stop_after; /* at this one Ctrl-C is pressed, 0: never; */
    int kill_after; /* at this one the program is killed. */
};

static enum mien_status load_track(void *context, size_t source, struct mien_track **track,
                                   struct mien_error *error)
{
    struct folder *folder = context;
    int file = (int)(folder->sources[source].recording - 1) % FILES;
    if (++folder->loaded == folder->stop_after)
        mien_interrupt_request();
    if (folder->loaded == folder->kill_after) {
        usleep(300000); /* The workers finish something first. */
        raise(SIGKILL);
    }
    if (file == 4)
        return mien_fail(error, MIEN_ERR_MISSING, "the store has no such track");
    *track = track_of(folder->files[file], file, file == 3 ? 1.0 : seconds, fps, 0.3);
    return MIEN_OK;
}

static int make_folder(void **state)
{
    static const char *const people[SOURCES] = {"ada", "Bohdan", "ada", "Çelik", "dora", "Bohdan", "ada"};
    /* The sixth has the first one's content; the last one's file is not what it was. */
    static const int files[SOURCES] = {0, 1, 2, 3, 4, 0, 1};
    struct folder *folder = calloc(1, sizeof *folder);
    char path[] = "/tmp/mien-clips-XXXXXX";
    if (!folder || !mkdtemp(path))
        return -1;
    strcpy(folder->path, path);
    snprintf(folder->cache, sizeof folder->cache, "%s/cohort.sqlite.clips", path);
    for (int i = 0; i < FILES; i++) {
        snprintf(folder->files[i], sizeof folder->files[i], "%s/v%d.mp4", path, i);
        draw_recording(folder->files[i], i, i == 3 ? 1.0 : seconds, fps);
        if (mien_hash_file(folder->files[i], folder->hashes[i], NULL) != MIEN_OK)
            return -1;
    }
    for (size_t i = 0; i < SOURCES; i++) {
        int file = files[i];
        folder->sources[i] = (struct mien_clip_source){people[i],
                                                       "smile",
                                                       "",
                                                       "",
                                                       strrchr(folder->files[file], '/') + 1,
                                                       folder->files[file],
                                                       i == 6 ? "0123456789abcdef" : folder->hashes[file],
                                                       "tracker 1",
                                                       (size_t)file + 1,
                                                       seconds * fps};
    }
    static struct mien_clip_options options;
    options = mien_clip_options_default();
    options.span = 1.5;
    folder->work = (struct mien_clip_work){.sources = folder->sources,
                                           .count = SOURCES,
                                           .options = &options,
                                           .workers = 2,
                                           .track = load_track,
                                           .context = folder};
    mien_interrupt_clear();
    *state = folder;
    return 0;
}

static int remove_folder(void **state)
{
    struct folder *folder = *state;
    char command[96];
    snprintf(command, sizeof command, "rm -rf '%s'", folder->path);
    int result = system(command);
    free(folder);
    return result;
}

static struct mien_clip_set *make_clips(struct folder *folder, struct mien_clip_yield yields[SOURCES])
{
    struct mien_error error = {0};
    struct mien_clip_store *store = NULL;
    const struct mien_clip_options *options = folder->work.options;
    struct mien_clip_set *set = mien_clip_set_new(&options->shape, options->shape.frames / options->span);
    folder->loaded = 0;
    if (mien_clip_store_open(folder->cache, true, &store, &error) != MIEN_OK ||
        mien_clip_work(store, &folder->work, NULL, set, yields, &error) != MIEN_OK)
        fail_msg("%s", error.text);
    mien_clip_store_close(store);
    return set;
}

static void assert_same_sets(const struct mien_clip_set *a, const struct mien_clip_set *b)
{
    assert_int_equal(a->count, b->count);
    assert_memory_equal(a->luma, b->luma, a->count * mien_clip_size(&a->shape));
    for (size_t i = 0; i < a->count; i++) {
        assert_string_equal(a->facts[i].participant, b->facts[i].participant);
        assert_true(a->facts[i].start == b->facts[i].start && a->facts[i].coverage == b->facts[i].coverage);
        assert_true(a->facts[i].interocular == b->facts[i].interocular);
    }
}

/* Whether these bytes are anywhere in a file, or in one of its companions. */
static bool is_in_file(const char *path, const void *bytes, size_t size)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return false;
    fseek(file, 0, SEEK_END);
    size_t length = (size_t)ftell(file);
    rewind(file);
    char *all = malloc(length + 1);
    assert_int_equal(fread(all, 1, length, file), length);
    fclose(file);
    bool found = memmem(all, length, bytes, size) != NULL;
    free(all);
    return found;
}

static void files_that_fail_stop_nothing(void **state)
{
    struct folder *folder = *state;
    struct mien_clip_yield yields[SOURCES];
    struct mien_clip_set *set = make_clips(folder, yields);
    assert_int_equal(folder->loaded, 6); /* The same content once. */
    assert_int_equal(yields[0].kept, 2);
    assert_int_equal(yields[1].kept, 2);
    assert_int_equal(yields[5].kept, 2);
    assert_int_equal(yields[3].failure.code, MIEN_ERR_DATA);
    assert_string_equal(yields[3].failure.text, "the recording lasts 1.00 s, a clip takes 1.5 s");
    assert_string_equal(yields[4].failure.text, "the store has no such track");
    assert_string_equal(yields[6].failure.text,
                        "the file is no longer the one that was tracked; call c:extract() again");
    assert_int_equal(set->count, 8);
    assert_string_equal(set->facts[2].participant, "Bohdan");
    assert_string_equal(set->facts[7].participant, "Bohdan");
    assert_memory_equal(mien_clip_luma(set, 0), mien_clip_luma(set, 6), 2 * mien_clip_size(&set->shape));
    /* What lies in the content is not tried again, the rest is. */
    struct mien_clip_set *again = make_clips(folder, yields);
    assert_int_equal(folder->loaded, 2);
    assert_same_sets(set, again);
    assert_int_equal(yields[3].failure.code, MIEN_ERR_DATA);
    /* Once cut, the videos are not needed. */
    for (int i = 0; i < FILES; i++)
        unlink(folder->files[i]);
    mien_clip_set_free(again);
    again = make_clips(folder, yields);
    assert_same_sets(set, again);
    mien_clip_set_free(set);
    mien_clip_set_free(again);
}

static void workers_change_nothing(void **state)
{
    struct folder *folder = *state;
    struct mien_clip_yield yields[SOURCES];
    struct mien_clip_set *sets[3];
    for (int i = 0; i < 3; i++) {
        folder->work.workers = i == 0 ? 1 : 2 * i;
        folder->cache[strlen(folder->cache) - 1] = (char)('a' + i);
        sets[i] = make_clips(folder, yields);
    }
    assert_same_sets(sets[0], sets[1]);
    assert_same_sets(sets[0], sets[2]);
    for (int i = 0; i < 3; i++)
        mien_clip_set_free(sets[i]);
}

static void the_file_is_the_users_alone(void **state)
{
    struct folder *folder = *state;
    struct mien_clip_yield yields[SOURCES];
    struct stat about;
    mode_t before = umask(0);
    mien_clip_set_free(make_clips(folder, yields));
    umask(before);
    assert_int_equal(stat(folder->cache, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);
    assert_true(about.st_size > 6 * 65536);
}

static void options_and_tracker_count(void **state)
{
    struct folder *folder = *state;
    struct mien_clip_yield yields[SOURCES];
    struct mien_clip_options other = *folder->work.options;
    mien_clip_set_free(make_clips(folder, yields));
    const struct mien_clip_options *usual = folder->work.options;
    folder->work.options = &other;
    other.per = 1;
    struct mien_clip_set *set = make_clips(folder, yields);
    assert_int_equal(folder->loaded, 6);
    assert_int_equal(set->count, 4);
    mien_clip_set_free(set);
    folder->work.options = usual; /* Both are kept. */
    mien_clip_set_free(make_clips(folder, yields));
    assert_int_equal(folder->loaded, 2);
    folder->sources[0].tracker = "tracker 2";
    mien_clip_set_free(make_clips(folder, yields));
    assert_int_equal(folder->loaded, 3);
}

static void stopped_and_resumed(void **state)
{
    struct folder *folder = *state;
    struct mien_clip_yield yields[SOURCES];
    struct mien_clip_store *store = NULL;
    struct mien_error error = {0};
    const struct mien_clip_options *options = folder->work.options;
    struct mien_clip_set *none = mien_clip_set_new(&options->shape, 8);
    folder->stop_after = 3;
    assert_int_equal(mien_clip_store_open(folder->cache, true, &store, &error), MIEN_OK);
    assert_int_equal(mien_clip_work(store, &folder->work, NULL, none, yields, &error), MIEN_ERR_CANCELLED);
    mien_clip_store_close(store);
    mien_interrupt_clear();
    folder->stop_after = 0;
    struct mien_clip_set *resumed = make_clips(folder, yields);
    strcat(folder->cache, "2");
    struct mien_clip_set *whole = make_clips(folder, yields);
    assert_same_sets(resumed, whole);
    mien_clip_set_free(none);
    mien_clip_set_free(resumed);
    mien_clip_set_free(whole);
}

static void killed_and_resumed(void **state)
{
    struct folder *folder = *state;
    struct mien_clip_yield yields[SOURCES];
    pid_t child = fork();
    if (child == 0) {
        folder->work.workers = 1;
        folder->kill_after = 4;
        make_clips(folder, yields);
        _exit(0);
    }
    int ended;
    waitpid(child, &ended, 0);
    assert_true(WIFSIGNALED(ended));
    struct mien_clip_set *resumed = make_clips(folder, yields);
    assert_in_range(folder->loaded, 3, 5); /* Something was kept. */
    strcat(folder->cache, "2");
    struct mien_clip_set *whole = make_clips(folder, yields);
    assert_same_sets(resumed, whole);
    mien_clip_set_free(resumed);
    mien_clip_set_free(whole);
}

static void forgetting_leaves_no_byte(void **state)
{
    struct folder *folder = *state;
    struct mien_clip_yield yields[SOURCES];
    struct mien_error error = {0};
    struct stat before, after;
    size_t removed = 9;
    char journal[128];
    snprintf(journal, sizeof journal, "%s-journal", folder->cache);
    assert_int_equal(mien_clip_store_forget(folder->cache, "ada", &removed, &error), MIEN_OK);
    assert_int_equal(removed, 0); /* There is no such file yet. */
    struct mien_clip_set *set = make_clips(folder, yields);
    assert_int_equal(stat(folder->cache, &before), 0);
    /* A row of pixels from every picture of a clip. */
    size_t size = mien_clip_size(&set->shape), picture = 64 * 64;
    assert_string_equal(set->facts[4].participant, "ada");
    for (size_t at = 32 * 64; at < size; at += picture)
        assert_true(is_in_file(folder->cache, mien_clip_luma(set, 4) + at, 64));
    assert_true(is_in_file(folder->cache, "ada", 3));
    assert_int_equal(mien_clip_store_forget(folder->cache, "ada", &removed, &error), MIEN_OK);
    assert_int_equal(removed, 1); /* The other one's content is Bohdan's as well. */
    /* Some rows of plain background look the same in the clips that stay. */
    size_t own = 0;
    for (size_t row = 4; row < 6; row++)
        for (size_t at = 0; at < size; at += 64) {
            const uint8_t *piece = mien_clip_luma(set, row) + at;
            if (memmem(mien_clip_luma(set, 0), 4 * size, piece, 64))
                continue;
            own++;
            assert_false(is_in_file(folder->cache, piece, 64));
        }
    assert_true(own > 1000);
    assert_false(is_in_file(folder->cache, "ada", 3));
    assert_int_equal(access(journal, F_OK), -1);
    assert_int_equal(stat(folder->cache, &after), 0);
    assert_true(after.st_size <= before.st_size - 2 * 65536);
    assert_true(is_in_file(folder->cache, mien_clip_luma(set, 0) + 32 * 64, 64));
    assert_int_equal(mien_clip_store_forget(folder->cache, "nobody", &removed, &error), MIEN_OK);
    assert_int_equal(removed, 0);
    assert_int_equal(mien_clip_store_forget(folder->cache, "Bohdan", &removed, &error), MIEN_OK);
    assert_int_equal(removed, 2);
    assert_int_equal(mien_clip_store_forget(folder->cache, "Çelik", &removed, &error), MIEN_OK);
    assert_int_equal(access(folder->cache, F_OK), -1); /* Nothing was left in it. */
    mien_clip_set_free(set);
}

static void other_files_are_refused(void **state)
{
    struct folder *folder = *state;
    struct mien_clip_store *store = NULL;
    struct mien_clip_yield yields[SOURCES];
    struct mien_error error = {0};
    assert_int_equal(mien_clip_store_open(folder->cache, false, &store, &error), MIEN_ERR_MISSING);
    FILE *file = fopen(folder->cache, "w");
    for (int i = 0; i < 4096; i++)
        fputs("no database ", file);
    fclose(file);
    assert_int_equal(mien_clip_store_open(folder->cache, true, &store, &error), MIEN_ERR_FORMAT);
    assert_non_null(strstr(error.text, "not a SQLite file"));
    unlink(folder->cache);
    mien_clip_set_free(make_clips(folder, yields));
    /* The pages of the tables, but for the header. */
    file = fopen(folder->cache, "r+b");
    fseek(file, 16384, SEEK_SET);
    for (int i = 0; i < 16384; i++)
        fputc(0xa5, file);
    fclose(file);
    size_t removed;
    assert_int_equal(mien_clip_store_forget(folder->cache, "ada", &removed, &error), MIEN_ERR_FORMAT);
    assert_non_null(strstr(error.text, "damaged"));
    unlink(folder->cache);
    file = fopen(folder->cache, "w"); /* As after a kill before the first table. */
    fclose(file);
    mien_clip_set_free(make_clips(folder, yields));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(files_that_fail_stop_nothing, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(workers_change_nothing, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(the_file_is_the_users_alone, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(options_and_tracker_count, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(stopped_and_resumed, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(killed_and_resumed, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(forgetting_leaves_no_byte, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(other_files_are_refused, make_folder, remove_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
