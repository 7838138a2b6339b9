/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is kept in the user's cache: made once, remade when it is damaged or its source is another, safe when
 * several processes make it at once, and not needed.
 */
#include "model_fixture.h"

#include "face/cache.h"
#include "face/detector.h"
#include "face/packed.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[64], source[96];

static void write_source(uint64_t seed)
{
    struct mien_text bytes = made_up_model(2, seed);
    FILE *file = fopen(source, "wb");
    assert_non_null(file);
    fwrite(bytes.bytes, 1, bytes.length, file);
    fclose(file);
    free(bytes.bytes);
}

static void date_source(long seconds)
{
    struct timespec times[2] = {{seconds, 5}, {seconds, 5}};
    assert_int_equal(utimensat(AT_FDCWD, source, times, 0), 0);
}

static int setup(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/mien-cache.XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    snprintf(source, sizeof source, "%s/model.dat", folder);
    setenv("XDG_CACHE_HOME", folder, 1);
    write_source(3);
    date_source(1000);
    return 0;
}

static int teardown(void **state)
{
    char command[128];
    (void)state;
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command);
}

/* The only file in the cache whose name begins so. */
static const char *cache_file(const char *begin)
{
    static char path[512];
    char inside[96];
    size_t count = 0;
    snprintf(inside, sizeof inside, "%s/mien", folder);
    DIR *entries = opendir(inside);
    assert_non_null(entries);
    for (struct dirent *e = readdir(entries); e; e = readdir(entries))
        if (strncmp(e->d_name, begin, strlen(begin)) == 0) {
            snprintf(path, sizeof path, "%s/%s", inside, e->d_name);
            count++;
        }
    closedir(entries);
    assert_int_equal(count, 1);
    return path;
}

struct content {
    uint8_t *bytes;
    size_t size;
};

static struct content read_file(const char *path)
{
    struct stat status;
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    assert_int_equal(fstat(fileno(file), &status), 0);
    struct content content = {malloc((size_t)status.st_size + 1), (size_t)status.st_size};
    assert_non_null(content.bytes);
    assert_int_equal(fread(content.bytes, 1, content.size, file), content.size);
    fclose(file);
    return content;
}

static void write_file(const char *path, const void *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    fclose(file);
}

/* Loads the model, fits it to a drawn picture, and tells whether it came from the file. */
static bool fit(double *x)
{
    static uint8_t pixels[120 * 160];
    struct mien_luma luma = {pixels, 160, 120, 160};
    struct mien_place place = {80, 60, 70, 70, 0.1};
    struct mien_landmark_model *model = NULL;
    struct mien_error error;
    double y[MIEN_POINTS];
    draw_pattern(pixels, 160, 120, 160);
    if (mien_landmark_model_load(source, &model, &error) != MIEN_OK)
        fail_msg("%s", error.text);
    mien_model_fit(model, &luma, &place, 1, x, y);
    assert_non_null(model->packed);
    bool from_file = model->packed->kept.mapping != NULL;
    mien_landmark_model_free(model);
    return from_file;
}

/* ---- Fingerprint ---- */

static void every_changed_byte_changes_the_fingerprint(void **state)
{
    (void)state;
    uint8_t bytes[203];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(i * i + 3);
    uint64_t whole = mien_fingerprint(bytes, sizeof bytes);
    for (size_t i = 0; i < sizeof bytes; i++)
        for (int bit = 0; bit < 8; bit++) {
            bytes[i] ^= (uint8_t)(1 << bit);
            assert_true(mien_fingerprint(bytes, sizeof bytes) != whole);
            bytes[i] ^= (uint8_t)(1 << bit);
        }
    assert_true(mien_fingerprint(bytes, sizeof bytes) == whole);
    assert_true(mien_fingerprint(bytes, sizeof bytes - 1) != whole);
    memset(bytes, 0, sizeof bytes);
    assert_true(mien_fingerprint(bytes, 64) != mien_fingerprint(bytes, 128));
}

/* ---- The model ---- */

static void made_once_then_read(void **state)
{
    (void)state;
    double first[MIEN_POINTS], second[MIEN_POINTS];
    struct stat status;
    assert_false(fit(first));
    assert_int_equal(stat(cache_file("landmarks-"), &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_true(fit(second));
    assert_memory_equal(first, second, sizeof first);
}

static void remade(const char *path, const struct content *good, const double *x)
{
    double again[MIEN_POINTS];
    assert_false(fit(again));
    assert_memory_equal(x, again, sizeof again);
    struct content now = read_file(path);
    assert_int_equal(now.size, good->size);
    assert_memory_equal(now.bytes, good->bytes, now.size);
    free(now.bytes);
}

static void a_damaged_one_is_remade(void **state)
{
    (void)state;
    double x[MIEN_POINTS];
    fit(x);
    char path[512];
    snprintf(path, sizeof path, "%s", cache_file("landmarks-"));
    struct content good = read_file(path);
    /* Magic, format, byte order, maker and source, sizes and fingerprints, then the content to its end. */
    const size_t places[] = {0,
                             7,
                             8,
                             12,
                             16,
                             20,
                             100,
                             104,
                             112,
                             120,
                             128,
                             129,
                             600,
                             1500,
                             3000,
                             9000,
                             99999,
                             good.size - 200,
                             good.size - 1,
                             good.size / 2};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        uint8_t kept = good.bytes[places[i]];
        good.bytes[places[i]] ^= 0x10;
        write_file(path, good.bytes, good.size);
        good.bytes[places[i]] = kept;
        remade(path, &good, x);
    }
    const size_t sizes[] = {0, 1, 127, 128, 129, 4096, good.size / 2, good.size - 1};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        write_file(path, good.bytes, sizes[i]);
        remade(path, &good, x);
    }
    good.bytes = realloc(good.bytes, good.size + 1);
    good.bytes[good.size] = 0;
    write_file(path, good.bytes, good.size + 1);
    remade(path, &good, x);
    free(good.bytes);
}

static void another_source_gives_another_model(void **state)
{
    (void)state;
    double first[MIEN_POINTS], second[MIEN_POINTS];
    fit(first);
    write_source(4);
    date_source(2000);
    assert_false(fit(second));
    assert_true(memcmp(first, second, sizeof first) != 0);
    assert_true(fit(second));
    write_source(3);
    date_source(1000);
    assert_false(fit(second));
    assert_memory_equal(first, second, sizeof first);
}

/* As after installing the same package again: only the date is new. */
static void a_new_date_alone_is_learnt(void **state)
{
    (void)state;
    double x[MIEN_POINTS];
    fit(x);
    struct content before = read_file(cache_file("landmarks-"));
    date_source(3000);
    assert_true(fit(x));
    struct content after = read_file(cache_file("landmarks-"));
    assert_int_equal(before.size, after.size);
    assert_true(memcmp(before.bytes, after.bytes, 128) != 0);
    assert_memory_equal(before.bytes + 128, after.bytes + 128, before.size - 128);
    free(before.bytes);
    free(after.bytes);
    date_source(1000);
    fit(x);
}

static void several_processes_at_once(void **state)
{
    (void)state;
    enum { PROCESSES = 4 };
    double x[MIEN_POINTS], theirs[MIEN_POINTS];
    int ends[2];
    fit(x);
    assert_int_equal(unlink(cache_file("landmarks-")), 0);
    assert_int_equal(pipe(ends), 0);
    for (int i = 0; i < PROCESSES; i++)
        if (fork() == 0) {
            fit(theirs);
            _exit(write(ends[1], theirs, sizeof theirs) == (ssize_t)sizeof theirs ? 0 : 1);
        }
    for (int i = 0; i < PROCESSES; i++) {
        int status;
        wait(&status);
        assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
        assert_int_equal(read(ends[0], theirs, sizeof theirs), sizeof theirs);
        assert_memory_equal(x, theirs, sizeof x);
    }
    close(ends[0]);
    close(ends[1]);
    cache_file("landmarks-"); /* One file, and no draft of it. */
    assert_true(fit(x));
}

static void without_a_cache_it_works_from_memory(void **state)
{
    (void)state;
    double x[MIEN_POINTS], again[MIEN_POINTS];
    char below_a_file[128];
    fit(x);
    snprintf(below_a_file, sizeof below_a_file, "%s/nothing", source);
    setenv("XDG_CACHE_HOME", below_a_file, 1);
    assert_false(fit(again));
    assert_memory_equal(x, again, sizeof x);
    setenv("XDG_CACHE_HOME", "/proc/self", 1); /* No folder can be made there, whoever asks. */
    assert_false(fit(again));
    assert_memory_equal(x, again, sizeof x);
    setenv("XDG_CACHE_HOME", folder, 1);
}

/* A disk without room: files may not grow over 5000 bytes. */
static void a_full_disk_leaves_no_half_file(void **state)
{
    (void)state;
    double x[MIEN_POINTS], again[MIEN_POINTS];
    fit(x);
    assert_int_equal(unlink(cache_file("landmarks-")), 0);
    pid_t child = fork();
    if (child == 0) {
        char command[256];
        snprintf(command, sizeof command, "[ -z \"$(ls '%s/mien' | grep landmarks)\" ]", folder);
        struct mien_cached made;
        struct mien_cache_origin origin = {.maker = "test"};
        assert_int_equal(mien_cached_new(100000, &made, NULL), MIEN_OK);
        memset(made.bytes, 1, made.size);
        signal(SIGXFSZ, SIG_IGN);
        setrlimit(RLIMIT_FSIZE, &(struct rlimit){5000, 5000});
        enum mien_status status = mien_cache_save("landmarks-test", &origin, made.bytes, made.size, NULL);
        fit(again);
        _exit(status != MIEN_OK && memcmp(x, again, sizeof x) == 0 ? system(command) : 2);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void an_unknown_processor_is_told(void **state)
{
    (void)state;
    struct mien_landmark_model *model = NULL;
    struct mien_error error;
    double x[MIEN_POINTS], again[MIEN_POINTS];
    fit(x);
    setenv("MIEN_CPU", "abacus", 1);
    assert_int_equal(mien_landmark_model_load(source, &model, &error), MIEN_ERR_DATA);
    assert_non_null(strstr(error.text, "abacus"));
    assert_non_null(strstr(error.text, "plain"));
    setenv("MIEN_CPU", "plain", 1);
    fit(again);
    assert_memory_equal(x, again, sizeof x);
    unsetenv("MIEN_CPU");
}

/* ---- The detector ---- */

/* In a process of its own, as the detector is made once per process. */
static void start_detector(void)
{
    int status;
    pid_t child = fork();
    if (child == 0) {
        struct mien_detector *detector = NULL;
        enum mien_status made = mien_detector_new(&detector, NULL);
        mien_detector_free(detector);
        _exit(made == MIEN_OK ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void the_detector_is_kept_and_remade(void **state)
{
    (void)state;
    start_detector();
    char path[512];
    struct stat first, second;
    snprintf(path, sizeof path, "%s", cache_file("frontal-face.detector"));
    struct content good = read_file(path);
    assert_int_equal(stat(path, &first), 0);
    start_detector();
    assert_int_equal(stat(path, &second), 0);
    assert_int_equal(first.st_ino, second.st_ino); /* Read, not made again. */
    good.bytes[good.size / 2] ^= 1;
    write_file(path, good.bytes, good.size);
    good.bytes[good.size / 2] ^= 1;
    start_detector();
    struct content now = read_file(path);
    assert_int_equal(now.size, good.size);
    assert_memory_equal(now.bytes, good.bytes, good.size);
    free(now.bytes);
    /* Bytes that fit their fingerprint and are no detector all the same. */
    struct mien_cache_origin origin;
    struct mien_cached cached;
    memcpy(&origin, good.bytes + 16, sizeof origin);
    assert_int_equal(mien_cache_save("frontal-face.detector", &origin, "nonsense", 8, NULL), MIEN_OK);
    assert_int_equal(mien_cache_load("frontal-face.detector", origin.maker, &origin, &cached), MIEN_OK);
    mien_cached_free(&cached);
    start_detector();
    now = read_file(path);
    assert_int_equal(now.size, good.size);
    free(now.bytes);
    free(good.bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_changed_byte_changes_the_fingerprint),
        cmocka_unit_test(made_once_then_read),
        cmocka_unit_test(a_damaged_one_is_remade),
        cmocka_unit_test(another_source_gives_another_model),
        cmocka_unit_test(a_new_date_alone_is_learnt),
        cmocka_unit_test(several_processes_at_once),
        cmocka_unit_test(without_a_cache_it_works_from_memory),
        cmocka_unit_test(a_full_disk_leaves_no_half_file),
        cmocka_unit_test(an_unknown_processor_is_told),
        cmocka_unit_test(the_detector_is_kept_and_remade),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
