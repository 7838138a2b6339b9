/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plot/output.h"

#include "base/draft.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- Private folder ---- */

/* gnuplot is told this path, so it must be absolute and without characters that quotes cannot carry. */
static bool is_usable_folder(const char *path)
{
    if (!path || path[0] != '/' || strlen(path) > 1000)
        return false;
    for (const char *c = path; *c; c++)
        if ((unsigned char)*c < 0x20 || (unsigned char)*c >= 0x7F)
            return false;
    return true;
}

enum mien_status mien_private_folder(char path[MIEN_PATH_SIZE], struct mien_error *error)
{
    const char *parent = getenv("TMPDIR");
    if (!is_usable_folder(parent))
        parent = "/tmp";
    snprintf(path, MIEN_PATH_SIZE, "%s/mien-plot-XXXXXX", parent);
    if (mkdtemp(path))
        return MIEN_OK;
    path[0] = '\0';
    if (errno == ENOENT || errno == ENOTDIR)
        return mien_fail(error, MIEN_ERR_MISSING,
                         "the folder for temporary files, %s, does not exist; set TMPDIR", parent);
    return mien_fail_errno(error, parent);
}

void mien_private_folder_remove(const char *path)
{
    if (!path[0])
        return;
    DIR *folder = opendir(path);
    if (folder) {
        for (struct dirent *entry = readdir(folder); entry; entry = readdir(folder))
            if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
                unlinkat(dirfd(folder), entry->d_name, 0);
        closedir(folder);
    }
    rmdir(path);
}

/* ---- Pictures ---- */

bool mien_page_of_file(const char *path, enum mien_page_kind *kind)
{
    static const struct {
        const char *ending;
        enum mien_page_kind kind;
    } known[] = {{".png", MIEN_PAGE_PNG}, {".svg", MIEN_PAGE_SVG}, {".pdf", MIEN_PAGE_PDF}};
    const char *dot = strrchr(mien_path_base(path), '.');
    for (size_t i = 0; dot && i < sizeof known / sizeof *known; i++) {
        if (strcasecmp(dot, known[i].ending) == 0) {
            *kind = known[i].kind;
            return true;
        }
    }
    return false;
}

/* gnuplot does not always tell that the disk was full, but then the end of the file is missing. */
static bool is_whole(const struct mien_text *picture, enum mien_page_kind kind)
{
    const char *mark = kind == MIEN_PAGE_PNG   ? "IEND"
                       : kind == MIEN_PAGE_SVG ? "</svg>"
                       : kind == MIEN_PAGE_PDF ? "%%EOF"
                                               : "";
    size_t length = strlen(mark), tail = 32;
    if (picture->length < length + 1)
        return false;
    size_t from = picture->length > tail ? picture->length - tail : 0;
    return memmem(picture->bytes + from, picture->length - from, mark, length) != NULL;
}

/* A PDF carries the time of its making; the same figure shall give the same bytes. The zone after the time is
 * always Z, because gnuplot runs in it. cairo 1.18 and later compress the date, which then stays: no setting
 * of gnuplot's and no variable of the environment (not SOURCE_DATE_EPOCH either) reaches it. */
static void settle_pdf_date(struct mien_text *picture)
{
    static const char name[] = "/CreationDate (D:";
    static const char settled[] = "20000101000000";
    char *found = memmem(picture->bytes, picture->length, name, sizeof name - 1);
    if (found && (size_t)(picture->bytes + picture->length - found) > sizeof name + sizeof settled)
        memcpy(found + sizeof name - 1, settled, sizeof settled - 1);
}

static enum mien_status read_file(const char *path, struct mien_text *text, struct mien_error *error)
{
    char block[65536];
    FILE *file = fopen(path, "rb");
    if (!file)
        return mien_fail_errno(error, path);
    enum mien_status status = MIEN_OK;
    for (size_t got; (got = fread(block, 1, sizeof block, file)) > 0;) {
        if (mien_text_add(text, block, got) != 0) {
            status = mien_fail(error, MIEN_ERR_MEMORY, "out of memory for a picture");
            break;
        }
    }
    if (status == MIEN_OK && ferror(file))
        status = mien_fail_errno(error, path);
    fclose(file);
    return status;
}

enum mien_status mien_picture_read(const char *folder, enum mien_page_kind kind, struct mien_text *picture,
                                   struct mien_error *error)
{
    char path[MIEN_PATH_SIZE + 16];
    struct mien_text text = {0};
    snprintf(path, sizeof path, "%s/%s", folder, mien_page_file(kind));
    if (!mien_path_exists(path))
        return mien_fail(error, MIEN_ERR_TOOL, "gnuplot wrote no picture");
    enum mien_status status = read_file(path, &text, error);
    if (status == MIEN_OK && !is_whole(&text, kind))
        status = mien_fail(error, MIEN_ERR_IO,
                           "gnuplot wrote half a picture; is there room in the folder %s?", folder);
    if (status != MIEN_OK) {
        free(text.bytes);
        return status;
    }
    if (kind == MIEN_PAGE_PDF)
        settle_pdf_date(&text);
    *picture = text;
    return MIEN_OK;
}

/* ---- Delivery ---- */

static int write_all(int file, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t written = write(file, bytes, length);
        if (written < 0 && errno != EINTR)
            return -1;
        if (written > 0) {
            bytes += written;
            length -= (size_t)written;
        }
    }
    return 0;
}

enum mien_status mien_picture_write(const struct mien_text *picture, const char *path, bool user_alone,
                                    struct mien_error *error)
{
    struct mien_draft draft;
    int file;
    enum mien_status status = user_alone ? mien_draft_create(path, &draft, &file, error)
                                         : mien_draft_create_shared(path, &draft, &file, error);
    if (status != MIEN_OK)
        return status;
    if (write_all(file, picture->bytes, picture->length) != 0)
        status = mien_fail_errno(error, path);
    if (close(file) != 0 && status == MIEN_OK)
        status = mien_fail_errno(error, path);
    if (status == MIEN_OK)
        return mien_draft_publish(&draft, error);
    mien_draft_discard(&draft);
    return status;
}
