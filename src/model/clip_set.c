/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/clip_set.h"

#include "base/memory.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

size_t mien_clip_size(const struct mien_clip_shape *shape)
{
    return (size_t)shape->frames * shape->height * shape->width;
}

const uint8_t *mien_clip_luma(const struct mien_clip_set *set, size_t row)
{
    return set->luma + row * mien_clip_size(&set->shape);
}

struct mien_clip_set *mien_clip_set_new(const struct mien_clip_shape *shape, double rate)
{
    struct mien_clip_set *set = mien_array_new(1, sizeof *set);
    if (!set)
        return NULL;
    set->shape = *shape;
    set->rate = rate;
    return set;
}

static void clear_facts(struct mien_clip_facts *facts)
{
    free(facts->participant);
    free(facts->task);
    free(facts->visit);
    free(facts->take);
    free(facts->file);
}

void mien_clip_set_free(struct mien_clip_set *set)
{
    if (!set)
        return;
    for (size_t i = 0; i < set->count; i++)
        clear_facts(&set->facts[i]);
    free(set->facts);
    free(set->luma);
    free(set);
}

static char *copy_text(const char *text, bool *failed)
{
    char *copy = strdup(text ? text : "");
    *failed = *failed || !copy;
    return copy;
}

static bool copy_facts(struct mien_clip_facts *copy, const struct mien_clip_facts *facts)
{
    bool failed = false;
    *copy = *facts;
    copy->participant = copy_text(facts->participant, &failed);
    copy->task = copy_text(facts->task, &failed);
    copy->visit = copy_text(facts->visit, &failed);
    copy->take = copy_text(facts->take, &failed);
    copy->file = copy_text(facts->file, &failed);
    if (failed)
        clear_facts(copy);
    return !failed;
}

/* Sets grow by a half, so that a set of many patients' pictures takes little more than it holds. */
static int make_room(struct mien_clip_set *set, size_t count)
{
    size_t size = mien_clip_size(&set->shape);
    if (count <= set->room)
        return 0;
    size_t room = set->room + set->room / 2;
    if (room < count)
        room = count;
    if (size == 0 || room > SIZE_MAX / size || room > SIZE_MAX / sizeof *set->facts)
        return -1;
    uint8_t *luma = realloc(set->luma, room * size);
    if (!luma)
        return -1;
    set->luma = luma;
    struct mien_clip_facts *facts = realloc(set->facts, room * sizeof *facts);
    if (!facts)
        return -1;
    set->facts = facts;
    set->room = room;
    return 0;
}

static enum mien_status no_memory(size_t count, struct mien_error *error)
{
    return mien_fail(error, MIEN_ERR_MEMORY, "out of memory for %zu clips", count);
}

enum mien_status mien_clip_set_add(struct mien_clip_set *set, const struct mien_clip_facts *facts,
                                   const uint8_t *luma, struct mien_error *error)
{
    size_t size = mien_clip_size(&set->shape);
    if (make_room(set, set->count + 1) != 0 || !copy_facts(&set->facts[set->count], facts))
        return no_memory(set->count + 1, error);
    memcpy(set->luma + set->count * size, luma, size);
    set->count++;
    return MIEN_OK;
}

enum mien_status mien_clip_set_subset(const struct mien_clip_set *set, const size_t *rows, size_t count,
                                      struct mien_clip_set **subset, struct mien_error *error)
{
    struct mien_clip_set *made = mien_clip_set_new(&set->shape, set->rate);
    enum mien_status status = made && make_room(made, count) == 0 ? MIEN_OK : no_memory(count, error);
    for (size_t i = 0; i < count && status == MIEN_OK; i++)
        status = mien_clip_set_add(made, &set->facts[rows[i]], mien_clip_luma(set, rows[i]), error);
    if (status == MIEN_OK)
        *subset = made;
    else
        mien_clip_set_free(made);
    return status;
}

enum mien_status mien_clip_set_append(struct mien_clip_set *set, const struct mien_clip_set *other,
                                      struct mien_error *error)
{
    const struct mien_clip_shape *a = &set->shape, *b = &other->shape;
    if (a->frames != b->frames || a->height != b->height || a->width != b->width || set->rate != other->rate)
        return mien_fail(
            error, MIEN_ERR_DATA,
            "clips of %u pictures of %ux%u at %g a second do not go with clips of %u of %ux%u at "
            "%g a second",
            a->frames, a->width, a->height, set->rate, b->frames, b->width, b->height, other->rate);
    size_t before = set->count, more = other->count;
    enum mien_status status = make_room(set, before + more) == 0 ? MIEN_OK : no_memory(before + more, error);
    for (size_t i = 0; i < more && status == MIEN_OK; i++)
        status = mien_clip_set_add(set, &other->facts[i], mien_clip_luma(other, i), error);
    while (status != MIEN_OK && set->count > before)
        clear_facts(&set->facts[--set->count]);
    return status;
}
