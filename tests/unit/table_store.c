/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The store: opening, asking, forgetting.
 */
#include "cohort_fixture.h"

#include <sys/stat.h>

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
    assert_memory_equal(kept->sided_x, made->sided_x, 25 * MIEN_POINTS * sizeof(double));
    assert_memory_equal(kept->sided_y, made->sided_y, 25 * MIEN_POINTS * sizeof(double));
    assert_memory_equal(kept->sharpness, made->sharpness, 25 * sizeof(double));
    assert_memory_equal(kept->light, made->light, 25 * sizeof(double));
    assert_true(mien_track_has_sides(kept));
    assert_int_equal(mien_store_track(store, 4711, &made, &error), MIEN_ERR_MISSING);
    mien_track_free(kept);
    mien_track_free(made);
    free(id);
    mien_store_close(store);
}

static void tracks_without_sides_come_back_without(void **state)
{
    struct folder *folder = *state;
    struct mien_extract_counts counts;
    struct mien_error error = {0};
    struct mien_track *kept = NULL;
    struct mien_store *store = open_store(folder);
    extract_all(store, folder, 2, &counts);
    char *id = ask(store, "SELECT id FROM recordings WHERE row = 1");
    assert_int_equal(mien_store_track(store, atoll(id), &kept, &error), MIEN_OK);
    assert_int_equal(kept->count, 40);
    assert_false(mien_track_has_sides(kept));
    assert_true(isnan(kept->sided_y[39 * MIEN_POINTS + 67]));
    mien_track_free(kept);
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
        TEST(forgotten_bytes_are_gone),
        TEST(tracks_come_back_exactly),
        TEST(tracks_without_sides_come_back_without),
        TEST(the_manifest_may_change),
    };
    return cmocka_run_group_tests_name("table_store", tests, NULL, NULL);
}
