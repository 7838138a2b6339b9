-- SPDX-License-Identifier: GPL-3.0-or-later
-- Writes small ONNX files for the tests: protocol buffers by hand, with the numbers of onnx.proto.

local writer = {}

local function varint(value)
  local bytes = {}
  repeat
    local low = value & 0x7f
    value = value >> 7
    bytes[#bytes + 1] = string.char(value ~= 0 and low | 0x80 or low)
  until value == 0
  return table.concat(bytes)
end

local function number(field, value) return varint(field << 3) .. varint(value) end
local function bytes(field, text) return varint(field << 3 | 2) .. varint(#text) .. text end
writer.number, writer.bytes = number, bytes

local function each(field, list, write)
  local parts = {}
  for i, item in ipairs(list) do parts[i] = write(field, item) end
  return table.concat(parts)
end

-- A float32 tensor with these sizes; values as many as they hold.
function writer.tensor(name, sizes, values)
  local raw = {}
  for i, value in ipairs(values) do raw[i] = string.pack("<f", value) end
  return each(1, sizes, number) .. number(2, 1) .. bytes(8, name) .. bytes(9, table.concat(raw))
end

-- Attributes: a whole number, or a list of them.
local function attribute(name, value)
  if type(value) == "number" then return bytes(1, name) .. number(3, value) .. number(20, 2) end
  return bytes(1, name) .. each(8, value, number) .. number(20, 7)
end

-- {operator, inputs, output, attributes = {{name, value}, ...}}
local function node(given)
  local parts = {
    each(1, given[2], bytes), bytes(2, given[3]), bytes(3, "node_" .. given[3]), bytes(4, given[1]),
  }
  for _, item in ipairs(given.attributes or {}) do
    parts[#parts + 1] = bytes(5, attribute(item[1], item[2]))
  end
  return table.concat(parts)
end

-- Sizes: numbers, or names for those that are open; nil: the file does not say.
local function value(name, sizes)
  local shape = {}
  for i, size in ipairs(sizes or {}) do
    shape[i] = bytes(1, type(size) == "string" and bytes(2, size) or number(1, size))
  end
  local tensor = number(1, 1) .. (sizes and bytes(2, table.concat(shape)) or "")
  return bytes(1, name) .. bytes(2, bytes(1, tensor))
end

-- given = {inputs = {{name, sizes}, ...}, outputs = ..., nodes = {...}, weights = {tensor, ...}}
function writer.model(given)
  local graph = {}
  for i, item in ipairs(given.nodes) do graph[i] = bytes(1, node(item)) end
  graph[#graph + 1] = bytes(2, "net")
  for _, item in ipairs(given.weights or {}) do graph[#graph + 1] = bytes(5, item) end
  for _, item in ipairs(given.inputs) do graph[#graph + 1] = bytes(11, value(item[1], item[2])) end
  for _, item in ipairs(given.outputs) do graph[#graph + 1] = bytes(12, value(item[1], item[2])) end
  return number(1, 7) .. bytes(2, "mien tests") .. bytes(7, table.concat(graph)) .. bytes(8, number(2, 12))
end

return writer
