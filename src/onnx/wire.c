/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "onnx/wire.h"

static bool take_varint(struct mien_wire *wire, uint64_t *value)
{
    *value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        if (wire->left == 0)
            return false;
        uint8_t byte = *wire->bytes++;
        wire->left--;
        *value |= (uint64_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80))
            return true;
    }
    return false;
}

static bool take_bytes(struct mien_wire *wire, uint64_t size, struct mien_wire *bytes)
{
    if (size > wire->left)
        return false;
    *bytes = (struct mien_wire){wire->bytes, (size_t)size};
    wire->bytes += size;
    wire->left -= (size_t)size;
    return true;
}

static bool take_value(struct mien_wire *wire, struct mien_wire_field *field)
{
    uint64_t size;
    switch (field->kind) {
    case MIEN_WIRE_VARINT:
        return take_varint(wire, &field->value);
    case MIEN_WIRE_64:
        return take_bytes(wire, 8, &field->bytes);
    case MIEN_WIRE_32:
        return take_bytes(wire, 4, &field->bytes);
    case MIEN_WIRE_BYTES:
        return take_varint(wire, &size) && take_bytes(wire, size, &field->bytes);
    }
    return false;
}

bool mien_wire_next(struct mien_wire *wire, struct mien_wire_field *field, bool *damaged)
{
    uint64_t tag;
    if (wire->left == 0)
        return false;
    *field = (struct mien_wire_field){0};
    if (!take_varint(wire, &tag) || tag >> 3 == 0) {
        *damaged = true;
        return false;
    }
    field->number = tag >> 3;
    field->kind = (enum mien_wire_kind)(tag & 7);
    if (take_value(wire, field))
        return true;
    *damaged = true;
    return false;
}

size_t mien_wire_varints(struct mien_wire packed)
{
    size_t count = 0;
    for (size_t i = 0; i < packed.left; i++)
        count += !(packed.bytes[i] & 0x80);
    return count;
}
