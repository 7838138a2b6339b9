/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reads protocol buffers (protobuf.dev/programming-guides/encoding) in memory, field by field, without ever
 * leaving the given bytes. Nothing is copied. Groups, which ONNX does not use, count as damage.
 */
#ifndef MIEN_ONNX_WIRE_H
#define MIEN_ONNX_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Part of a message that was not read yet. */
struct mien_wire {
    const uint8_t *bytes;
    size_t left;
};

enum mien_wire_kind { MIEN_WIRE_VARINT = 0, MIEN_WIRE_64 = 1, MIEN_WIRE_BYTES = 2, MIEN_WIRE_32 = 5 };

struct mien_wire_field {
    uint64_t number;
    enum mien_wire_kind kind;
    uint64_t value;         /* Of a varint. */
    struct mien_wire bytes; /* Of texts, messages and packed arrays. */
};

/* The next field. False at the end of the message, and where it is damaged; then *damaged becomes true. */
bool mien_wire_next(struct mien_wire *wire, struct mien_wire_field *field, bool *damaged);

/* How many varints a packed array holds. */
size_t mien_wire_varints(struct mien_wire packed);

#endif
