/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "onnx/header.h"

#include "onnx/tensor.h"
#include "onnx/wire.h"

#include <string.h>

/* Numbers of fields in onnx.proto. */
enum { MODEL_PRODUCER = 2, MODEL_GRAPH = 7 };
enum { GRAPH_NODE = 1, GRAPH_INITIALIZER = 5, GRAPH_INPUT = 11, GRAPH_OUTPUT = 12, GRAPH_SPARSE = 15 };
enum { NODE_OUTPUT = 2, NODE_NAME = 3, NODE_OPERATOR = 4, NODE_ATTRIBUTE = 5 };
enum {
    ATTRIBUTE_NAME = 1,
    ATTRIBUTE_FLOAT = 2,
    ATTRIBUTE_INTEGER = 3,
    ATTRIBUTE_TENSOR = 5,
    ATTRIBUTE_GRAPH = 6,
    ATTRIBUTE_TENSORS = 10,
    ATTRIBUTE_GRAPHS = 11
};
enum { VALUE_NAME = 1, VALUE_TYPE = 2, TYPE_TENSOR = 1, TENSOR_ELEMENT = 1, TENSOR_SHAPE = 2 };
enum { SHAPE_DIMENSION = 1, DIMENSION_VALUE = 1 };
enum { ELEMENT_FLOAT = 1 };

/* Graphs within graphs (If, Loop); no real network is that deep. */
enum { MOST_DEPTH = 8, MOST_INPUTS = 4096 };

static enum mien_status damaged(struct mien_error *error, const char *what)
{
    return mien_fail(error, MIEN_ERR_FORMAT, "damaged, or not an ONNX file: %s", what);
}

static bool is_text(struct mien_wire bytes, const char *text)
{
    return bytes.left == strlen(text) && memcmp(bytes.bytes, text, bytes.left) == 0;
}

static bool same(struct mien_wire a, struct mien_wire b)
{
    return a.left == b.left && (a.left == 0 || memcmp(a.bytes, b.bytes, a.left) == 0);
}

/* Names are shown to people: what is no plain character becomes a question mark. */
static bool copy_name(char *to, struct mien_wire from)
{
    if (from.left >= MIEN_ONNX_NAME)
        return false;
    for (size_t i = 0; i < from.left; i++)
        to[i] = from.bytes[i] >= 0x20 && from.bytes[i] < 0x7f ? (char)from.bytes[i] : '?';
    to[from.left] = '\0';
    return true;
}

/* The bytes of the last field of this number; false where there is none. */
static bool find_field(struct mien_wire message, uint64_t number, struct mien_wire *bytes, bool *damaged)
{
    struct mien_wire_field field;
    bool found = false;
    while (mien_wire_next(&message, &field, damaged))
        if (field.number == number && field.kind == MIEN_WIRE_BYTES) {
            *bytes = field.bytes;
            found = true;
        }
    return found;
}

/* ---- Inputs and outputs ---- */

static long long dimension_of(struct mien_wire message, bool *damaged)
{
    struct mien_wire_field field;
    long long size = -1;
    while (mien_wire_next(&message, &field, damaged))
        if (field.number == DIMENSION_VALUE && field.kind == MIEN_WIRE_VARINT)
            size = field.value > 0 && field.value < (1u << 30) ? (long long)field.value : -1;
    return size;
}

static void read_shape(struct mien_wire shape, struct mien_onnx_value *value, bool *damaged)
{
    struct mien_wire_field field;
    value->rank = 0;
    while (mien_wire_next(&shape, &field, damaged)) {
        if (field.number != SHAPE_DIMENSION || field.kind != MIEN_WIRE_BYTES)
            continue;
        if (value->rank == MIEN_ONNX_RANK) {
            *damaged = true;
            return;
        }
        value->size[value->rank++] = dimension_of(field.bytes, damaged);
    }
}

/* Returns the type of its elements, 0 where the file does not say. */
static uint64_t read_value(struct mien_wire message, struct mien_onnx_value *value, bool *damaged)
{
    struct mien_wire name = {0}, type = {0}, tensor = {0};
    struct mien_wire_field field;
    uint64_t element = 0;
    value->rank = -1;
    if (!find_field(message, VALUE_NAME, &name, damaged) || !copy_name(value->name, name))
        *damaged = true;
    if (!find_field(message, VALUE_TYPE, &type, damaged) || !find_field(type, TYPE_TENSOR, &tensor, damaged))
        return 0;
    while (mien_wire_next(&tensor, &field, damaged)) {
        if (field.number == TENSOR_ELEMENT && field.kind == MIEN_WIRE_VARINT)
            element = field.value;
        if (field.number == TENSOR_SHAPE && field.kind == MIEN_WIRE_BYTES)
            read_shape(field.bytes, value, damaged);
    }
    return element;
}

/* Files of the first versions name every weight among the inputs too. */
static bool is_weight(struct mien_wire graph, struct mien_wire input)
{
    struct mien_wire_field field;
    struct mien_wire name = {0};
    bool damaged = false;
    while (mien_wire_next(&graph, &field, &damaged))
        if (field.number == GRAPH_INITIALIZER && field.kind == MIEN_WIRE_BYTES &&
            find_field(field.bytes, MIEN_TENSOR_NAME, &name, &damaged) && same(name, input))
            return true;
    return false;
}

static enum mien_status read_input(struct mien_wire graph, struct mien_onnx_header *header,
                                   struct mien_error *error)
{
    struct mien_wire all = graph, name = {0};
    struct mien_wire_field field;
    bool broken = false;
    size_t seen = 0, found = 0;
    uint64_t element = 0;
    char first[MIEN_ONNX_NAME] = "";
    while (mien_wire_next(&graph, &field, &broken)) {
        if (field.number != GRAPH_INPUT || field.kind != MIEN_WIRE_BYTES)
            continue;
        if (++seen > MOST_INPUTS)
            return damaged(error, "it has too many inputs");
        if (!find_field(field.bytes, VALUE_NAME, &name, &broken) || is_weight(all, name))
            continue;
        if (found++ == 1)
            memcpy(first, header->input.name, sizeof first);
        element = read_value(field.bytes, &header->input, &broken);
    }
    if (broken)
        return damaged(error, "its inputs cannot be read");
    if (found == 0)
        return damaged(error, "it has no input");
    if (found > 1)
        return mien_fail(error, MIEN_ERR_DATA,
                         "it has %zu inputs (%s, ..., %s); only networks with one can be run", found, first,
                         header->input.name);
    if (element != 0 && element != ELEMENT_FLOAT)
        return mien_fail(error, MIEN_ERR_DATA, "its input %s is not of 32-bit floating-point numbers",
                         header->input.name);
    return MIEN_OK;
}

/* ---- Nodes and weights ---- */

static enum mien_status check_graph(struct mien_wire graph, int depth, struct mien_onnx_header *header,
                                    struct mien_error *error);

static enum mien_status check_attribute(struct mien_wire attribute, int depth,
                                        struct mien_onnx_header *header, struct mien_error *error)
{
    struct mien_wire_field field;
    enum mien_status status = MIEN_OK;
    bool broken = false;
    while (status == MIEN_OK && mien_wire_next(&attribute, &field, &broken)) {
        if (field.kind != MIEN_WIRE_BYTES)
            continue;
        if (field.number == ATTRIBUTE_TENSOR || field.number == ATTRIBUTE_TENSORS)
            status = mien_tensor_check(field.bytes, error);
        if (field.number == ATTRIBUTE_GRAPH || field.number == ATTRIBUTE_GRAPHS)
            status = check_graph(field.bytes, depth + 1, header, error);
    }
    return broken ? damaged(error, "an attribute of a node cannot be read") : status;
}

/* An output learns which node it comes from. */
static void note_output(struct mien_onnx_header *header, struct mien_wire output, struct mien_wire node)
{
    char name[MIEN_ONNX_NAME];
    if (!copy_name(name, output))
        return;
    for (size_t i = 0; i < header->output_count; i++)
        if (strcmp(header->outputs[i].name, name) == 0)
            copy_name(header->outputs[i].node, node);
}

/* OpenCV 4.6 takes a Gemm without transB for one with it, which is wrong without a word where the weights are
 * square, and looks neither at transA nor at alpha and beta. Later versions are held to the same. */
static enum mien_status check_gemm(struct mien_wire node, struct mien_error *error)
{
    struct mien_wire_field field, part;
    bool broken = false, transposed = false, plain = true;
    while (mien_wire_next(&node, &field, &broken)) {
        struct mien_wire name = {0}, attribute = field.bytes;
        if (field.number != NODE_ATTRIBUTE || field.kind != MIEN_WIRE_BYTES)
            continue;
        find_field(attribute, ATTRIBUTE_NAME, &name, &broken);
        while (mien_wire_next(&attribute, &part, &broken)) {
            if (part.number == ATTRIBUTE_INTEGER && part.kind == MIEN_WIRE_VARINT && is_text(name, "transB"))
                transposed = part.value == 1;
            if (part.number == ATTRIBUTE_INTEGER && part.kind == MIEN_WIRE_VARINT && is_text(name, "transA"))
                plain = plain && part.value == 0;
            if (part.number == ATTRIBUTE_FLOAT && part.kind == MIEN_WIRE_32) {
                float factor;
                memcpy(&factor, part.bytes.bytes, sizeof factor);
                plain = plain && factor == 1;
            }
        }
    }
    if (broken || (transposed && plain))
        return MIEN_OK;
    return mien_fail(
        error, MIEN_ERR_MODEL,
        "OpenCV computes Gemm right only with transB = 1, transA = 0, alpha = beta = 1 (as PyTorch's "
        "Linear is written); write it so, or as MatMul and Add");
}

static enum mien_status check_node(struct mien_wire node, int depth, struct mien_onnx_header *header,
                                   struct mien_error *error)
{
    struct mien_wire all = node, name = {0};
    struct mien_wire_field field;
    enum mien_status status = MIEN_OK;
    bool broken = false;
    find_field(node, NODE_NAME, &name, &broken);
    while (status == MIEN_OK && mien_wire_next(&all, &field, &broken)) {
        if (field.kind != MIEN_WIRE_BYTES)
            continue;
        if (field.number == NODE_ATTRIBUTE)
            status = check_attribute(field.bytes, depth, header, error);
        if (field.number == NODE_OUTPUT && depth == 0)
            note_output(header, field.bytes, name);
        if (field.number == NODE_OPERATOR)
            header->pools_globally |=
                is_text(field.bytes, "GlobalAveragePool") || is_text(field.bytes, "GlobalMaxPool");
        if (field.number == NODE_OPERATOR && is_text(field.bytes, "Gemm"))
            status = check_gemm(node, error);
    }
    return broken ? damaged(error, "a node cannot be read") : status;
}

static enum mien_status check_graph(struct mien_wire graph, int depth, struct mien_onnx_header *header,
                                    struct mien_error *error)
{
    struct mien_wire_field field;
    enum mien_status status = MIEN_OK;
    bool broken = false;
    if (depth > MOST_DEPTH)
        return damaged(error, "its graphs are nested too deeply");
    while (status == MIEN_OK && mien_wire_next(&graph, &field, &broken)) {
        if (field.kind != MIEN_WIRE_BYTES)
            continue;
        if (field.number == GRAPH_INITIALIZER)
            status = mien_tensor_check(field.bytes, error);
        if (field.number == GRAPH_SPARSE)
            return mien_fail(error, MIEN_ERR_DATA, "it has sparse weights, which OpenCV cannot read");
        if (field.number == GRAPH_NODE) {
            header->node_count++;
            status = check_node(field.bytes, depth, header, error);
        }
    }
    return broken ? damaged(error, "its graph cannot be read") : status;
}

static enum mien_status read_outputs(struct mien_wire graph, struct mien_onnx_header *header,
                                     struct mien_error *error)
{
    struct mien_wire_field field;
    bool broken = false;
    while (mien_wire_next(&graph, &field, &broken)) {
        if (field.number != GRAPH_OUTPUT || field.kind != MIEN_WIRE_BYTES)
            continue;
        if (header->output_count == MIEN_ONNX_OUTPUTS)
            return mien_fail(error, MIEN_ERR_DATA, "it has more than %d outputs", MIEN_ONNX_OUTPUTS);
        read_value(field.bytes, &header->outputs[header->output_count++], &broken);
    }
    if (broken)
        return damaged(error, "its outputs cannot be read");
    return header->output_count > 0 ? MIEN_OK : damaged(error, "it has no output");
}

enum mien_status mien_onnx_header_read(const void *bytes, size_t size, struct mien_onnx_header *header,
                                       struct mien_error *error)
{
    struct mien_onnx_header read = {0};
    struct mien_wire model = {bytes, size}, graph = {0}, producer = {0};
    bool broken = false;
    if (find_field(model, MODEL_PRODUCER, &producer, &broken))
        copy_name(read.producer, producer);
    bool found = find_field(model, MODEL_GRAPH, &graph, &broken);
    if (broken || !found)
        return damaged(error, broken ? "its bytes end or go wrong" : "it has no graph");
    enum mien_status status = read_outputs(graph, &read, error);
    if (status == MIEN_OK)
        status = read_input(graph, &read, error);
    if (status == MIEN_OK)
        status = check_graph(graph, 0, &read, error);
    if (status == MIEN_OK && read.node_count == 0)
        status = damaged(error, "it has no nodes");
    if (status == MIEN_OK)
        *header = read;
    return status;
}
