/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "onnx/tensor.h"

enum {
    FIELD_SIZE = 1,
    FIELD_TYPE = 2,
    FIELD_FLOAT = 4,
    FIELD_INT32 = 5,
    FIELD_INT64 = 7,
    FIELD_RAW = 9,
    FIELD_DOUBLE = 10,
    FIELD_UINT64 = 11,
    FIELD_EXTERNAL = 13,
    FIELD_LOCATION = 14
};

struct tensor {
    uint64_t elements; /* As the shape says. */
    uint64_t type;
    uint64_t raw;    /* Bytes. */
    uint64_t listed; /* Elements in a field of their type. */
    bool elsewhere, too_large;
};

/* Bytes of an element, by its number in onnx.proto; 0: a type that is no number of a fixed size. */
static uint64_t element_size(uint64_t type)
{
    static const uint8_t sizes[] = {0, 4, 1, 1, 2, 2, 4, 8, 0, 1, 2, 8, 4, 8, 8, 16, 2};
    return type < sizeof sizes ? sizes[type] : 0;
}

static void multiply(struct tensor *tensor, uint64_t size)
{
    if (size > UINT32_MAX || (size > 0 && tensor->elements > UINT32_MAX / size))
        tensor->too_large = true;
    else
        tensor->elements *= size;
}

/* A packed shape, each size a varint; the reader of fields does the same with every number after a tag. */
static void multiply_packed(struct tensor *tensor, struct mien_wire packed, bool *damaged)
{
    while (packed.left > 0) {
        uint64_t value = 0;
        unsigned shift = 0;
        bool more = true;
        while (more && packed.left > 0 && shift < 64) {
            value |= (uint64_t)(*packed.bytes & 0x7f) << shift;
            more = *packed.bytes & 0x80;
            packed.bytes++;
            packed.left--;
            shift += 7;
        }
        if (more)
            *damaged = true;
        multiply(tensor, value);
    }
}

static void take_number(struct tensor *tensor, const struct mien_wire_field *field)
{
    switch (field->number) {
    case FIELD_SIZE:
        multiply(tensor, field->value);
        break;
    case FIELD_TYPE:
        tensor->type = field->value;
        break;
    case FIELD_LOCATION:
        tensor->elsewhere |= field->value != 0;
        break;
    case FIELD_INT32:
    case FIELD_INT64:
    case FIELD_UINT64:
        tensor->listed++;
        break;
    default:
        break;
    }
}

static void take_bytes(struct tensor *tensor, const struct mien_wire_field *field, bool *damaged)
{
    switch (field->number) {
    case FIELD_SIZE:
        multiply_packed(tensor, field->bytes, damaged);
        break;
    case FIELD_RAW:
        tensor->raw = field->bytes.left;
        break;
    case FIELD_FLOAT:
        tensor->listed += field->bytes.left / 4;
        break;
    case FIELD_DOUBLE:
        tensor->listed += field->bytes.left / 8;
        break;
    case FIELD_INT32:
    case FIELD_INT64:
    case FIELD_UINT64:
        tensor->listed += mien_wire_varints(field->bytes);
        break;
    case FIELD_EXTERNAL:
        tensor->elsewhere = true;
        break;
    default:
        break;
    }
}

enum mien_status mien_tensor_check(struct mien_wire wire, struct mien_error *error)
{
    struct tensor tensor = {.elements = 1};
    struct mien_wire_field field;
    bool damaged = false;
    while (mien_wire_next(&wire, &field, &damaged)) {
        if (field.kind == MIEN_WIRE_VARINT)
            take_number(&tensor, &field);
        else
            take_bytes(&tensor, &field, &damaged);
    }
    if (tensor.elsewhere)
        return mien_fail(error, MIEN_ERR_DATA,
                         "its weights are in another file; save it as one file (PyTorch "
                         "does below 2 GB; in Python: onnx.save of the loaded model)");
    if (damaged)
        return mien_fail(error, MIEN_ERR_FORMAT, "damaged: some of its weights cannot be read");
    uint64_t size = element_size(tensor.type);
    if (size == 0)
        return mien_fail(error, MIEN_ERR_FORMAT, "damaged, or weights that are no plain numbers");
    if (tensor.too_large ||
        (tensor.raw > 0 ? tensor.raw != tensor.elements * size : tensor.listed != tensor.elements))
        return mien_fail(error, MIEN_ERR_FORMAT, "damaged: some of its weights do not fill their shape");
    return MIEN_OK;
}
