/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/train_checkpoint.h"

#include "base/paths.h"
#include "model/file.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Raise it when the same data and settings would be trained differently. */
enum { TRAINING_VERSION = 2 };

static const char KIND[] = "checkpoint";

/* ---- What the training depends on ---- */

/* FNV-1a, 64 bits: it tells a checkpoint of other data by mistake, not by malice. */
static uint64_t add_bytes(uint64_t digest, const void *bytes, size_t size)
{
    const unsigned char *byte = bytes;
    for (size_t i = 0; i < size; i++)
        digest = (digest ^ byte[i]) * 0x100000001B3u;
    return digest;
}

static uint64_t add_number(uint64_t digest, double number)
{
    return add_bytes(digest, &number, sizeof number);
}

static uint64_t add_count(uint64_t digest, uint64_t count)
{
    return add_bytes(digest, &count, sizeof count);
}

static uint64_t add_part(uint64_t digest, const struct mien_training *training,
                         const struct mien_training_part *part)
{
    size_t clip = mien_clip_size(&training->clips->shape);
    digest = add_count(digest, part->count);
    for (size_t i = 0; i < part->count; i++)
        digest = add_bytes(digest, mien_clip_luma(training->clips, part->rows[i]), clip);
    digest = add_bytes(digest, part->target, part->count * training->design.outputs * sizeof *part->target);
    return add_bytes(digest, part->weight, part->count * sizeof *part->weight);
}

static uint64_t add_augmentation(uint64_t digest, const struct mien_augmentation *augmentation)
{
    digest = add_count(digest, augmentation != NULL);
    if (!augmentation)
        return digest;
    digest = add_count(digest, augmentation->mirror);
    digest = add_count(digest, augmentation->shift);
    digest = add_number(digest, augmentation->gain);
    return add_number(digest, augmentation->speed);
}

uint64_t mien_training_digest(const struct mien_training *training)
{
    const struct mien_clip_shape *shape = &training->clips->shape;
    const uint64_t counts[] = {
        TRAINING_VERSION,
        shape->frames,
        shape->height,
        shape->width,
        (uint64_t)training->design.architecture,
        training->design.size,
        training->design.outputs,
        training->design.seed,
        training->motion,
        (uint64_t)training->moving,
        training->design.separate,
        training->trunk_size,
        training->epochs,
        training->batch,
        training->patience,
        training->seed,
    };
    uint64_t digest = add_bytes(0xCBF29CE484222325u, counts, sizeof counts);
    digest = add_bytes(digest, training->trunk, training->trunk_size);
    digest = add_number(digest, training->learning_rate);
    digest = add_number(digest, training->weight_decay);
    digest = add_augmentation(digest, training->augmentation);
    digest = add_part(digest, training, &training->train);
    return add_part(digest, training, &training->validation);
}

static void digest_text(const struct mien_training *training, char text[17])
{
    snprintf(text, 17, "%016" PRIx64, mien_training_digest(training));
}

/* ---- The file ---- */

enum mien_status mien_checkpoint_write(const struct mien_training *training,
                                       const struct mien_checkpoint *checkpoint, struct mien_error *error)
{
    char digest[17];
    digest_text(training, digest);
    const struct mien_model_section sections[] = {
        {"kind", KIND, strlen(KIND)},
        {"digest", digest, strlen(digest)},
        {"curve", checkpoint->curve, checkpoint->epochs * sizeof *checkpoint->curve},
        {"network", checkpoint->network.bytes, checkpoint->network.length},
        {"best", checkpoint->best.bytes, checkpoint->best.length},
    };
    return mien_model_file_write(training->checkpoint, sections, sizeof sections / sizeof *sections, error);
}

static enum mien_status copy_section(const struct mien_model_file *file, const char *name,
                                     struct mien_text *text, struct mien_error *error)
{
    const struct mien_model_section *section = mien_model_file_section(file, name);
    if (!section)
        return mien_fail(error, MIEN_ERR_FORMAT, "the checkpoint has no section %s", name);
    if (mien_text_add(text, section->bytes, section->size) != 0)
        return mien_fail(error, MIEN_ERR_MEMORY, "out of memory for a checkpoint");
    return MIEN_OK;
}

static bool section_is(const struct mien_model_file *file, const char *name, const char *text)
{
    const struct mien_model_section *section = mien_model_file_section(file, name);
    return section && section->size == strlen(text) && memcmp(section->bytes, text, section->size) == 0;
}

static enum mien_status read_curve(const struct mien_model_file *file, const struct mien_training *training,
                                   struct mien_checkpoint *checkpoint, struct mien_error *error)
{
    const struct mien_model_section *section = mien_model_file_section(file, "curve");
    size_t one = sizeof *checkpoint->curve;
    if (!section || section->size == 0 || section->size % one != 0 || section->size / one > training->epochs)
        return mien_fail(error, MIEN_ERR_FORMAT, "%s: no curve of at most %zu epochs in the checkpoint",
                         training->checkpoint, training->epochs);
    memcpy(checkpoint->curve, section->bytes, section->size);
    checkpoint->epochs = section->size / one;
    return MIEN_OK;
}

static enum mien_status read_sections(const struct mien_model_file *file,
                                      const struct mien_training *training,
                                      struct mien_checkpoint *checkpoint, struct mien_error *error)
{
    char digest[17];
    digest_text(training, digest);
    if (!section_is(file, "kind", KIND))
        return mien_fail(error, MIEN_ERR_DATA, "%s: not a checkpoint of a training; choose another file",
                         training->checkpoint);
    if (!section_is(file, "digest", digest))
        return mien_fail(
            error, MIEN_ERR_DATA,
            "%s: the checkpoint is of other data or settings; go on with those, or remove the file",
            training->checkpoint);
    enum mien_status status = read_curve(file, training, checkpoint, error);
    if (status == MIEN_OK)
        status = copy_section(file, "network", &checkpoint->network, error);
    if (status == MIEN_OK)
        status = copy_section(file, "best", &checkpoint->best, error);
    return status;
}

enum mien_status mien_checkpoint_read(const struct mien_training *training,
                                      struct mien_checkpoint *checkpoint, struct mien_error *error)
{
    struct mien_model_file file;
    if (!mien_path_exists(training->checkpoint))
        return mien_fail(error, MIEN_ERR_MISSING, "%s: no such file", training->checkpoint);
    enum mien_status status = mien_model_file_read(training->checkpoint, &file, error);
    if (status != MIEN_OK)
        return status == MIEN_ERR_MISSING ? MIEN_ERR_ACCESS : status;
    status = read_sections(&file, training, checkpoint, error);
    mien_model_file_free(&file);
    return status;
}
