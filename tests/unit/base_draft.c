/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "own_file.h"
#include "unit.h"

#include "base/draft.h"
#include "base/paths.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static mode_t mode_of(const char *file)
{
    struct stat info;
    assert_int_equal(stat(file, &info), 0);
    return info.st_mode & 0777;
}

static void a_published_draft_takes_the_name(void **state)
{
    (void)state;
    struct mien_error error;
    struct mien_draft draft;
    int descriptor;
    assert_int_equal(mien_draft_create(path, &draft, &descriptor, &error), MIEN_OK);
    assert_int_equal(strlen(draft.temporary), strlen(path) + 7);
    assert_int_equal(write(descriptor, "one\n", 4), 4);
    assert_int_equal(close(descriptor), 0);
    assert_false(mien_path_exists(path));
    assert_int_equal(mode_of(draft.temporary), 0600);
    assert_int_equal(mien_draft_publish(&draft, &error), MIEN_OK);
    assert_null(draft.temporary);
    assert_int_equal(mode_of(path), 0600);
}

static void a_discarded_draft_leaves_the_old_file(void **state)
{
    (void)state;
    struct mien_error error;
    struct mien_draft draft;
    int descriptor;
    assert_int_equal(mien_draft_create(path, &draft, &descriptor, &error), MIEN_OK);
    assert_int_equal(close(descriptor), 0);
    mien_draft_discard(&draft);
    mien_draft_discard(&draft);
    assert_true(mien_path_exists(path));
}

static void a_shared_draft_follows_the_umask(void **state)
{
    (void)state;
    struct mien_error error;
    struct mien_draft draft;
    int descriptor;
    mode_t before = umask(027);
    enum mien_status status = mien_draft_create_shared(path, &draft, &descriptor, &error);
    umask(before);
    assert_int_equal(status, MIEN_OK);
    assert_int_equal(close(descriptor), 0);
    assert_int_equal(mode_of(draft.temporary), 0640);
    mien_draft_discard(&draft);
}

static void what_is_no_place_for_a_file_is_told(void **state)
{
    (void)state;
    struct mien_error error;
    struct mien_draft draft;
    int descriptor;
    assert_int_equal(mien_draft_create("/nowhere/a.csv", &draft, &descriptor, &error), MIEN_ERR_MISSING);
    assert_string_equal(error.text, "/nowhere/a.csv: there is no folder /nowhere/; make it first");
    assert_int_equal(mien_draft_create(folder, &draft, &descriptor, &error), MIEN_ERR_FORMAT);
    assert_int_equal(mien_draft_create("", &draft, &descriptor, &error), MIEN_ERR_FORMAT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_published_draft_takes_the_name),
        cmocka_unit_test(a_discarded_draft_leaves_the_old_file),
        cmocka_unit_test(a_shared_draft_follows_the_umask),
        cmocka_unit_test(what_is_no_place_for_a_file_is_told),
    };
    return cmocka_run_group_tests_name("base_draft", tests, make_folder, remove_folder);
}
