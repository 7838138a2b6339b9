/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "onnx/onnx.h"

#include "onnx/apart.h"
#include "onnx/importer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MOST_BYTES ((off_t)1 << 30)
/* Numbers that a network may give for one row: a map of a clip is 65536. */
#define MOST_WIDTH ((size_t)1 << 24)

struct mien_onnx {
    char *bytes;
    size_t size;
    struct mien_onnx_header header;
};

/* What the other process sends after importing, and after every batch. */
struct message {
    struct mien_error error;
    size_t width;
};

/* ---- Opening ---- */

static enum mien_status read_all(int file, const char *path, struct mien_onnx *net, struct mien_error *error)
{
    size_t done = 0;
    while (done < net->size) {
        ssize_t got = read(file, net->bytes + done, net->size - done);
        if (got < 0 && errno != EINTR)
            return mien_fail_errno(error, path);
        if (got == 0)
            return mien_fail(error, MIEN_ERR_IO, "%s became shorter while it was read", path);
        done += got > 0 ? (size_t)got : 0;
    }
    return MIEN_OK;
}

static enum mien_status read_file(const char *path, struct mien_onnx *net, struct mien_error *error)
{
    struct stat about;
    enum mien_status status = MIEN_OK;
    /* Opening a pipe would wait for its writer. */
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0)
        return mien_fail_errno(error, path);
    if (fstat(file, &about) != 0)
        status = mien_fail_errno(error, path);
    else if (!S_ISREG(about.st_mode))
        status = mien_fail(error, MIEN_ERR_FORMAT, "%s is no file", path);
    else if (about.st_size == 0)
        status = mien_fail(error, MIEN_ERR_FORMAT, "%s is empty", path);
    else if (about.st_size > MOST_BYTES)
        status = mien_fail(error, MIEN_ERR_DATA, "%s is larger than 1 GB", path);
    if (status != MIEN_OK)
        goto done;
    net->size = (size_t)about.st_size;
    net->bytes = malloc(net->size);
    status = net->bytes ? read_all(file, path, net, error)
                        : mien_fail(error, MIEN_ERR_MEMORY, "out of memory for %s", path);
done:
    close(file);
    return status;
}

static void import_there(void *context, int pipe)
{
    const struct mien_onnx *net = context;
    struct message message = {0};
    struct mien_importer *importer = NULL;
    message.error.code = mien_importer_new(net->bytes, net->size, &importer, &message.error);
    mien_apart_write(pipe, &message, sizeof message);
    mien_importer_free(importer);
}

/* What the other process reports, with the remedy for what is asked most often. */
static enum mien_status reported(const struct mien_onnx *net, const struct message *message,
                                 struct mien_error *error)
{
    const struct mien_error *there = &message->error;
    bool pools = net->header.pools_globally && net->header.input.rank != 4;
    if (there->code == MIEN_OK)
        return MIEN_OK;
    return mien_fail(error, there->code, "%.*s%s", 700, there->text,
                     pools
                         ? "; OpenCV pools globally in 2D alone: write it as a mean over the axes (PyTorch: "
                           "x.mean((2, 3, 4)))"
                         : "");
}

static enum mien_status try_import(struct mien_onnx *net, struct mien_error *error)
{
    struct mien_apart apart;
    struct message message;
    enum mien_status status = mien_apart_start(&apart, import_there, net, error);
    if (status != MIEN_OK)
        return status;
    status = mien_apart_read(&apart, &message, sizeof message, error);
    mien_apart_end(&apart);
    return status == MIEN_OK ? reported(net, &message, error) : status;
}

/* Puts the name of the file before what is wrong with it. */
static enum mien_status about_file(const char *path, enum mien_status status,
                                   const struct mien_error *problem, struct mien_error *error)
{
    if (status == MIEN_ERR_CANCELLED)
        return mien_fail(error, status, "%s", problem->text);
    return mien_fail(error, status, "%.250s: %.760s", path, problem->text);
}

enum mien_status mien_onnx_open(const char *path, struct mien_onnx **net, struct mien_error *error)
{
    struct mien_error problem;
    struct mien_onnx *made = calloc(1, sizeof *made);
    if (!made)
        return mien_fail(error, MIEN_ERR_MEMORY, "out of memory for %s", path);
    enum mien_status status = read_file(path, made, error);
    if (status != MIEN_OK)
        goto fail;
    status = mien_onnx_header_read(made->bytes, made->size, &made->header, &problem);
    if (status == MIEN_OK)
        status = try_import(made, &problem);
    if (status != MIEN_OK) {
        about_file(path, status, &problem, error);
        goto fail;
    }
    *net = made;
    return MIEN_OK;
fail:
    mien_onnx_free(made);
    return status;
}

void mien_onnx_free(struct mien_onnx *net)
{
    if (!net)
        return;
    free(net->bytes);
    free(net);
}

const struct mien_onnx_header *mien_onnx_header(const struct mien_onnx *net)
{
    return &net->header;
}

/* ---- Running ---- */

struct there {
    const struct mien_onnx *net;
    const struct mien_onnx_job *job;
    struct mien_importer *importer;
    float *input;
    size_t numbers; /* Of a row. */
};

static size_t batch_rows(const struct mien_onnx_job *job, size_t first)
{
    return job->rows - first < job->batch ? job->rows - first : job->batch;
}

static enum mien_status run_batch(struct there *there, size_t first, const float **values,
                                  struct message *message)
{
    const struct mien_onnx_job *job = there->job;
    const struct mien_onnx_value *output = &there->net->header.outputs[job->output];
    size_t n = batch_rows(job, first), given = job->fixed ? job->batch : n;
    int sizes[MIEN_ONNX_RANK];
    for (int i = 0; i < job->rank; i++)
        sizes[i] = (int)(i == 0 ? given : job->size[i]);
    memset(there->input + n * there->numbers, 0, (given - n) * there->numbers * sizeof *there->input);
    if (!job->fill(job->context, first, n, there->input))
        return mien_fail(&message->error, MIEN_ERR_MEMORY, "out of memory for the input");
    return mien_importer_run(there->importer, there->input, job->rank, sizes,
                             there->net->header.output_count > 1 ? output : NULL, values, &message->width,
                             &message->error);
}

static enum mien_status prepare(struct there *there, struct message *message)
{
    there->numbers = 1;
    for (int i = 1; i < there->job->rank; i++)
        there->numbers *= there->job->size[i];
    there->input = calloc(there->job->batch, there->numbers * sizeof *there->input);
    if (!there->input)
        return mien_fail(&message->error, MIEN_ERR_MEMORY, "out of memory for the input");
    return mien_importer_new(there->net->bytes, there->net->size, &there->importer, &message->error);
}

static void run_there(void *context, int pipe)
{
    struct there *there = context;
    struct message message = {0};
    const struct mien_onnx_job *job = there->job;
    const float *values = NULL;
    enum mien_status status = prepare(there, &message);
    for (size_t first = 0; first < job->rows; first += batch_rows(job, first)) {
        if (status == MIEN_OK)
            status = run_batch(there, first, &values, &message);
        message.error.code = status;
        if (!mien_apart_write(pipe, &message, sizeof message) || status != MIEN_OK)
            break;
        size_t size = batch_rows(job, first) * message.width * sizeof *values;
        if (!mien_apart_write(pipe, values, size))
            break;
    }
    mien_importer_free(there->importer);
    free(there->input);
}

static enum mien_status make_room(struct mien_onnx_result *made, size_t width, struct mien_error *error)
{
    if (width == 0 || width > MOST_WIDTH)
        return mien_fail(error, MIEN_ERR_DATA, "the network gives %zu numbers for a row", width);
    made->width = width;
    made->values = calloc(made->rows, width * sizeof *made->values);
    return made->values ? MIEN_OK : mien_fail(error, MIEN_ERR_MEMORY, "out of memory for the output");
}

static enum mien_status collect(struct mien_apart *apart, const struct mien_onnx *net,
                                const struct mien_onnx_job *job, const struct mien_progress *progress,
                                struct mien_onnx_result *made, struct mien_error *error)
{
    for (size_t first = 0; first < job->rows; first += batch_rows(job, first)) {
        struct message message;
        enum mien_status status = mien_apart_read(apart, &message, sizeof message, error);
        if (status == MIEN_OK)
            status = reported(net, &message, error);
        if (status == MIEN_OK && !made->values)
            status = make_room(made, message.width, error);
        if (status == MIEN_OK && message.width != made->width)
            status = mien_fail(error, MIEN_ERR_DATA, "the network gives %zu numbers for a row, then %zu",
                               made->width, message.width);
        if (status == MIEN_OK)
            status = mien_apart_read(apart, made->values + first * made->width,
                                     batch_rows(job, first) * made->width * sizeof *made->values, error);
        if (status != MIEN_OK)
            return status;
        mien_progress_report(progress, (double)(first + batch_rows(job, first)), (double)job->rows, "rows",
                             NULL);
    }
    return MIEN_OK;
}

enum mien_status mien_onnx_run(const struct mien_onnx *net, const struct mien_onnx_job *job,
                               const struct mien_progress *progress, struct mien_onnx_result *result,
                               struct mien_error *error)
{
    struct there there = {.net = net, .job = job};
    struct mien_onnx_result made = {.rows = job->rows};
    struct mien_apart apart;
    enum mien_status status = mien_apart_start(&apart, run_there, &there, error);
    if (status != MIEN_OK)
        return status;
    status = collect(&apart, net, job, progress, &made, error);
    mien_apart_end(&apart);
    if (status == MIEN_OK)
        *result = made;
    else
        free(made.values);
    return status;
}
