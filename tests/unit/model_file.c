/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Saved models and networks as bytes: the round trip, and damage of every kind. Damage is also put under a
 * right hash, so that what the hash would catch meets the readers behind it.
 */
#include "unit.h"

#include "base/random.h"
#include "model/bytes.h"
#include "model/file.h"
#include "model/network.h"
#include "video/hash.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HASHED = 76, TABLE = 88, DAMAGES = 10000, CLIP = 4 * 16 * 16 };

static const struct mien_network_design design = {MIEN_CONV3D, 0, 1, 4, 16, 16, 2, 21, 16, false};

static struct mien_text network_bytes(bool with_solver)
{
    struct mien_network *network = NULL;
    struct mien_text bytes = {0};
    struct mien_random random;
    float clips[3 * CLIP], target[6] = {1, 0, 1, 1, 0, 0};
    mien_random_seed(&random, 1);
    for (size_t i = 0; i < 3 * CLIP; i++)
        clips[i] = (float)mien_random_normal(&random);
    assert_int_equal(mien_network_new(&design, 1, &network, NULL), MIEN_OK);
    for (int i = 0; i < 3; i++)
        assert_int_equal(mien_network_step(network, clips, target, NULL, 3, 1e-2, 0.01, NULL, NULL), MIEN_OK);
    assert_int_equal(mien_network_write(network, with_solver, &bytes, NULL), MIEN_OK);
    mien_network_free(network);
    return bytes;
}

/* Another three steps on the same clips, and the logits after them. */
static void go_on(const struct mien_text *bytes, unsigned threads, int steps, float logit[6])
{
    struct mien_network *network = NULL;
    struct mien_random random;
    float clips[3 * CLIP], target[6] = {1, 0, 1, 1, 0, 0};
    mien_random_seed(&random, 2);
    for (size_t i = 0; i < 3 * CLIP; i++)
        clips[i] = (float)mien_random_normal(&random);
    assert_int_equal(mien_network_read(bytes->bytes, bytes->length, threads, &network, NULL), MIEN_OK);
    for (int i = 0; i < steps; i++)
        assert_int_equal(mien_network_step(network, clips, target, NULL, 3, 1e-2, 0.01, NULL, NULL), MIEN_OK);
    assert_int_equal(mien_network_predict(network, clips, 3, logit, NULL), MIEN_OK);
    mien_network_free(network);
}

static void test_network_round_trip(void **state)
{
    (void)state;
    for (int with_solver = 0; with_solver < 2; with_solver++) {
        struct mien_text bytes = network_bytes(with_solver), again = {0};
        struct mien_network *network = NULL;
        float one[6], three[6];
        assert_int_equal(mien_network_read(bytes.bytes, bytes.length, 2, &network, NULL), MIEN_OK);
        assert_int_equal(mien_network_steps(network), 3);
        assert_int_equal(mien_network_write(network, with_solver, &again, NULL), MIEN_OK);
        assert_int_equal(bytes.length, again.length);
        assert_memory_equal(bytes.bytes, again.bytes, bytes.length);
        mien_network_free(network);
        for (int steps = 0; steps <= 3; steps += 3) {
            go_on(&bytes, 1, steps, one);
            go_on(&bytes, 3, steps, three);
            assert_memory_equal(one, three, sizeof one);
        }
        free(bytes.bytes);
        free(again.bytes);
    }
}

/* Training that stops, is written and goes on gives the same bytes as training that does not stop. */
static void test_checkpoint(void **state)
{
    (void)state;
    struct mien_text start = network_bytes(true), middle = {0};
    struct mien_network *network = NULL;
    struct mien_random random;
    float clips[3 * CLIP], target[6] = {1, 0, 1, 1, 0, 0}, whole[6], parted[6];
    go_on(&start, 1, 5, whole);
    mien_random_seed(&random, 2);
    for (size_t i = 0; i < 3 * CLIP; i++)
        clips[i] = (float)mien_random_normal(&random);
    assert_int_equal(mien_network_read(start.bytes, start.length, 1, &network, NULL), MIEN_OK);
    for (int i = 0; i < 2; i++)
        assert_int_equal(mien_network_step(network, clips, target, NULL, 3, 1e-2, 0.01, NULL, NULL), MIEN_OK);
    assert_int_equal(mien_network_write(network, true, &middle, NULL), MIEN_OK);
    go_on(&middle, 2, 3, parted);
    assert_memory_equal(whole, parted, sizeof whole);
    mien_network_free(network);
    free(start.bytes);
    free(middle.bytes);
}

/* Reads damaged bytes; a network that is accepted all the same must be one that can be used. */
static void read_network(const char *bytes, size_t size)
{
    struct mien_network *network = NULL;
    struct mien_network_design found;
    struct mien_error error = {0};
    float *clips, logit[MIEN_NETWORK_OUTPUTS];
    char *exact = malloc(size ? size : 1);
    memcpy(exact, bytes, size);
    if (mien_network_read(exact, size, 1, &network, &error) != MIEN_OK) {
        assert_int_equal(error.code, MIEN_ERR_FORMAT);
        assert_null(network);
        assert_true(*error.text && !strchr(error.text, '\n'));
    } else {
        mien_network_describe(network, &found);
        clips = calloc((size_t)found.channels * found.frames * found.height * found.width, sizeof *clips);
        assert_int_equal(mien_network_predict(network, clips, 1, logit, NULL), MIEN_OK);
        free(clips);
        mien_network_free(network);
    }
    free(exact);
}

static void test_network_damage(void **state)
{
    (void)state;
    struct mien_text bytes = network_bytes(false);
    struct mien_random random;
    char *copy = malloc(bytes.length);
    mien_random_seed(&random, 3);
    memcpy(copy, bytes.bytes, bytes.length);
    for (size_t i = 0; i < 80; i++)
        for (int bit = 0; bit < 8; bit++) {
            copy[i] = (char)(copy[i] ^ (1 << bit));
            read_network(copy, bytes.length);
            copy[i] = bytes.bytes[i];
        }
    for (int i = 0; i < 2000; i++) {
        size_t at = mien_random_below(&random, bytes.length);
        copy[at] = (char)mien_random_bits(&random);
        read_network(copy, bytes.length);
        copy[at] = bytes.bytes[at];
        read_network(bytes.bytes, mien_random_below(&random, bytes.length));
    }
    free(copy);
    free(bytes.bytes);
}

static char *read_whole(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    fseek(file, 0, SEEK_END);
    *size = (size_t)ftell(file);
    rewind(file);
    char *bytes = malloc(*size);
    assert_int_equal(fread(bytes, 1, *size, file), *size);
    fclose(file);
    return bytes;
}

static void write_whole(const char *path, const char *bytes, size_t size)
{
    /* A new file: some file systems flush one that is overwritten. */
    unlink(path);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    fclose(file);
}

/* Writes the bytes and reads them as a model; the message must hold what is given, when it is. */
static bool read_model(const char *path, const char *bytes, size_t size, const char *expected)
{
    struct mien_model_file file = {0};
    struct mien_error error = {0};
    write_whole(path, bytes, size);
    if (mien_model_file_read(path, &file, &error) != MIEN_OK) {
        assert_int_equal(error.code, MIEN_ERR_MODEL);
        assert_null(file.content);
        assert_true(strncmp(error.text, path, strlen(path)) == 0 && !strchr(error.text, '\n'));
        if (expected && !strstr(error.text, expected))
            fail_msg("want \"%s\", got \"%s\"", expected, error.text);
        return false;
    }
    for (size_t i = 0; i < file.count; i++) {
        size_t sum = 0;
        for (size_t k = 0; k < file.section[i].size; k++)
            sum += ((const unsigned char *)file.section[i].bytes)[k];
        assert_true(sum <= 255 * file.section[i].size);
    }
    mien_model_file_free(&file);
    return true;
}

static void seal(char *bytes, size_t size)
{
    char hash[MIEN_HASH_SIZE];
    assert_int_equal(mien_hash_bytes(bytes + HASHED, size - HASHED, hash, NULL), MIEN_OK);
    memcpy(bytes + HASHED - 64, hash, 64);
}

struct saved {
    char path[64];
    char *bytes;
    size_t size;
};

static void save_model(struct saved *saved)
{
    const char *card = "task: smile\nseed: 7\n";
    unsigned char members[300];
    for (size_t i = 0; i < sizeof members; i++)
        members[i] = (unsigned char)(i * 37);
    const struct mien_model_section sections[] = {
        {"card", card, strlen(card)}, {"members", members, sizeof members}, {"empty", NULL, 0}};
    snprintf(saved->path, sizeof saved->path, "/tmp/mien-model-%d.model", (int)getpid());
    assert_int_equal(mien_model_file_write(saved->path, sections, 3, NULL), MIEN_OK);
    saved->bytes = read_whole(saved->path, &saved->size);
}

static void drop_model(struct saved *saved)
{
    unlink(saved->path);
    free(saved->bytes);
}

static void test_file_round_trip(void **state)
{
    (void)state;
    struct saved saved;
    struct mien_model_file file = {0};
    struct stat info;
    save_model(&saved);
    assert_int_equal(stat(saved.path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    assert_int_equal(mien_model_file_read(saved.path, &file, NULL), MIEN_OK);
    assert_int_equal(file.count, 3);
    assert_int_equal(mien_model_file_section(&file, "card")->size, 20);
    assert_memory_equal(mien_model_file_section(&file, "card")->bytes, "task: smile\nseed: 7\n", 20);
    assert_int_equal(((const unsigned char *)mien_model_file_section(&file, "members")->bytes)[299],
                     (299 * 37) & 255);
    assert_int_equal(mien_model_file_section(&file, "empty")->size, 0);
    assert_null(mien_model_file_section(&file, "other"));
    mien_model_file_free(&file);
    const struct mien_model_section twice[] = {{"card", "a", 1}, {"card", "b", 1}};
    assert_int_equal(mien_model_file_write(saved.path, twice, 2, NULL), MIEN_ERR_DATA);
    assert_int_equal(mien_model_file_read("/nowhere/a.model", &file, NULL), MIEN_ERR_MISSING);
    drop_model(&saved);
}

static void test_messages(void **state)
{
    (void)state;
    struct saved saved;
    save_model(&saved);
    assert_false(read_model(saved.path, "", 0, "is not a model saved by mien"));
    assert_false(read_model(saved.path, "a,b\n1,2\n", 8, "is not a model saved by mien"));
    assert_false(read_model(saved.path, saved.bytes, 40, "is cut off after 40 bytes"));
    assert_false(read_model(saved.path, saved.bytes, saved.size - 1, "is cut off"));
    saved.bytes[saved.size - 1] ^= 1;
    assert_false(read_model(saved.path, saved.bytes, saved.size, "is damaged"));
    saved.bytes[8] = 2;
    assert_false(
        read_model(saved.path, saved.bytes, saved.size, "is a model of format 2; this mien reads format 1"));
    saved.bytes[8] = 1;
    /* A hole costs no disk. */
    write_whole(saved.path, saved.bytes, saved.size);
    assert_int_equal(truncate(saved.path, ((off_t)1 << 30) + 1), 0);
    struct mien_model_file file = {0};
    struct mien_error error;
    assert_int_equal(mien_model_file_read(saved.path, &file, &error), MIEN_ERR_MODEL);
    assert_non_null(strstr(error.text, "too large"));
    assert_int_equal(mien_model_file_read("/dev/zero", &file, &error), MIEN_ERR_MODEL);
    drop_model(&saved);
}

static void test_file_damage(void **state)
{
    (void)state;
    struct saved saved;
    struct mien_random random;
    save_model(&saved);
    char *copy = malloc(saved.size);
    memcpy(copy, saved.bytes, saved.size);
    mien_random_seed(&random, 5);
    for (size_t i = 0; i < TABLE + 3 * 40; i++) {
        copy[i] = (char)~copy[i];
        assert_false(read_model(saved.path, copy, saved.size, NULL));
        if (i >= HASHED) {
            seal(copy, saved.size);
            /* The bytes of a name may be others. */
            read_model(saved.path, copy, saved.size, NULL);
            memcpy(copy, saved.bytes, HASHED);
        }
        copy[i] = saved.bytes[i];
    }
    for (int i = 0; i < DAMAGES; i++) {
        size_t size = i % 3 ? saved.size : mien_random_below(&random, saved.size);
        for (size_t flips = i % 3 ? 1 + mien_random_below(&random, 3) : 0; flips > 0; flips--)
            copy[mien_random_below(&random, size)] ^= (char)(1 + mien_random_below(&random, 255));
        if (memcmp(copy, saved.bytes, size) != 0 || size < saved.size)
            assert_false(read_model(saved.path, copy, size, NULL));
        if (size > TABLE && i % 2) {
            seal(copy, size);
            read_model(saved.path, copy, size, NULL);
        }
        memcpy(copy, saved.bytes, saved.size);
    }
    free(copy);
    drop_model(&saved);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_network_round_trip), cmocka_unit_test(test_checkpoint),
        cmocka_unit_test(test_network_damage),     cmocka_unit_test(test_file_round_trip),
        cmocka_unit_test(test_messages),           cmocka_unit_test(test_file_damage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
