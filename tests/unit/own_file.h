/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A folder of the test program's own with the name of one file in it, for tests that write and read files.
 */
#ifndef MIEN_TESTS_OWN_FILE_H
#define MIEN_TESTS_OWN_FILE_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char folder[] = "/tmp/mien-test-XXXXXX";
static char path[64];

static int make_folder(void **state)
{
    (void)state;
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/file.csv", folder);
    return 0;
}

/* Fails where anything but the file was left behind. */
static int remove_folder(void **state)
{
    (void)state;
    unlink(path);
    return rmdir(folder);
}

#endif
