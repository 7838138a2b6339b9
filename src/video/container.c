/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "video/container.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static uint64_t big_endian(const uint8_t *bytes, int count)
{
    uint64_t value = 0;
    for (int i = 0; i < count; i++)
        value = value << 8 | bytes[i];
    return value;
}

static bool read_at(FILE *file, uint64_t position, uint8_t *bytes, size_t count)
{
    return position <= INT64_MAX && fseeko(file, (off_t)position, SEEK_SET) == 0 &&
           fread(bytes, 1, count, file) == count;
}

static enum mien_container_state state_of_boxes(FILE *file, uint64_t size)
{
    bool index = false, cut = false;
    uint8_t head[16];
    for (uint64_t position = 0; position < size && !cut;) {
        if (!read_at(file, position, head, 8)) {
            cut = true;
            break;
        }
        uint64_t length = big_endian(head, 4);
        if (length == 1 && read_at(file, position, head, 16))
            length = big_endian(head + 8, 8);
        else if (length == 0)
            length = size - position;
        if (length < 8)
            break; /* Not a box: padding that some cameras append. */
        cut = length > size - position;
        if (memcmp(head + 4, "moov", 4) == 0)
            index = !cut;
        position += length;
    }
    return !index ? MIEN_CONTAINER_NO_INDEX : cut ? MIEN_CONTAINER_CUT : MIEN_CONTAINER_WHOLE;
}

/* The number of bytes of an EBML size and its value; all value bits set means unknown. */
static int ebml_size(const uint8_t *bytes, uint64_t *value, bool *unknown)
{
    int length = 1;
    while (length <= 8 && !(bytes[0] & 0x80 >> (length - 1)))
        length++;
    if (length > 8)
        return 0;
    uint64_t mask = (UINT64_C(1) << 7 * length) - 1;
    *value = big_endian(bytes, length) & mask;
    *unknown = *value == mask;
    return length;
}

static enum mien_container_state state_of_matroska(FILE *file, uint64_t size)
{
    uint8_t head[12];
    uint64_t position = 0;
    for (int element = 0; element < 8 && read_at(file, position, head, sizeof head); element++) {
        uint64_t length;
        bool unknown;
        int bytes = ebml_size(head + 4, &length, &unknown);
        bool segment = memcmp(head, "\x18\x53\x80\x67", 4) == 0;
        if (bytes == 0 || unknown || (!segment && memcmp(head, "\x1A\x45\xDF\xA3", 4) != 0))
            break;
        position += 4 + (uint64_t)bytes;
        if (position > size || length > size - position)
            return MIEN_CONTAINER_CUT;
        position += length;
    }
    return MIEN_CONTAINER_WHOLE;
}

static enum mien_container_state state_of_riff(FILE *file, uint64_t size)
{
    uint8_t head[8];
    for (uint64_t position = 0; position + 8 <= size && read_at(file, position, head, 8);) {
        if (memcmp(head, "RIFF", 4) != 0)
            break;
        uint64_t length =
            (uint64_t)head[4] | (uint64_t)head[5] << 8 | (uint64_t)head[6] << 16 | (uint64_t)head[7] << 24;
        if (length > size - position - 8)
            return MIEN_CONTAINER_CUT;
        position += 8 + length + (length & 1);
    }
    return MIEN_CONTAINER_WHOLE;
}

/* A transport stream is a row of packets of 188 bytes (192 with the time codes of some cameras). */
static enum mien_container_state state_of_transport(FILE *file, uint64_t size)
{
    for (uint64_t length = 188; length <= 192; length += 4) {
        uint8_t first, second;
        if (read_at(file, length - 188, &first, 1) && read_at(file, 2 * length - 188, &second, 1) &&
            first == 0x47 && second == 0x47)
            return size % length ? MIEN_CONTAINER_CUT : MIEN_CONTAINER_WHOLE;
    }
    return MIEN_CONTAINER_WHOLE;
}

enum mien_container_state mien_container_state(const char *path)
{
    enum mien_container_state state = MIEN_CONTAINER_WHOLE;
    uint8_t head[12];
    FILE *file = fopen(path, "rb");
    if (!file)
        return state;
    off_t end = fseeko(file, 0, SEEK_END) == 0 ? ftello(file) : 0;
    uint64_t size = end > 0 ? (uint64_t)end : 0;
    if (read_at(file, 0, head, sizeof head)) {
        static const char boxes[][5] = {"ftyp", "moov", "mdat", "wide", "free", "skip"};
        if (memcmp(head, "\x1A\x45\xDF\xA3", 4) == 0)
            state = state_of_matroska(file, size);
        else if (memcmp(head, "RIFF", 4) == 0 && memcmp(head + 8, "AVI ", 4) == 0)
            state = state_of_riff(file, size);
        else
            state = state_of_transport(file, size);
        for (size_t i = 0; i < sizeof boxes / sizeof *boxes; i++)
            if (memcmp(head + 4, boxes[i], 4) == 0)
                state = state_of_boxes(file, size);
    }
    fclose(file);
    return state;
}

const char *mien_container_list(const char *path)
{
    static const char *const lists[][2] = {{"#EXTM3U", "hls"},
                                           {"ffconcat version", "concat"},
                                           {"<MPD", "dash"},
                                           {"v=0\r\no=", "sdp"},
                                           {"v=0\no=", "sdp"}};
    char head[1024];
    FILE *file = fopen(path, "rb");
    size_t count = file ? fread(head, 1, sizeof head - 1, file) : 0;
    if (file)
        fclose(file);
    head[count] = '\0';
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        const char *found = strstr(head, lists[i][0]);
        /* What comes before may be a byte order mark, blank lines or the declaration of XML. */
        if (found && (found - head < 8 || lists[i][0][0] == '<'))
            return lists[i][1];
    }
    return NULL;
}
