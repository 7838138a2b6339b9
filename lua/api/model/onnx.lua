-- SPDX-License-Identifier: GPL-3.0-or-later
-- Networks from elsewhere: a part of lua/api/model.lua.

-- An ONNX file of one node, y = -x, with x of shape (n, 2), written byte by byte.
local MADE = [[file = os.tmpname()
function part(number, text) return string.char(number * 8 + 2, #text) .. text end
size = part(1, part(2, "n")) .. part(1, "\8\2")
x = part(2, part(1, "\8\1" .. part(2, size)))
graph = part(1, part(1, "x") .. part(2, "y") .. part(4, "Neg")) .. part(2, "g")
  .. part(11, part(1, "x") .. x) .. part(12, part(1, "y") .. x)
io.open(file, "wb"):write("\8\7", part(7, graph), part(8, "\16\12")):close()
net = assert(model.onnx(file))
]]

return {
  functions = {
    {
      name = "model.onnx", usage = "model.onnx(file)",
      summary = "a network from elsewhere, from an ONNX file",
      arguments = {{"file", "path", "one file, with its weights in it, up to 1 GB"}},
      options = {},
      returns = {{"net", "ONNX", "prints its input and outputs with their shapes; net:run computes"}},
      failures = [[Raises on a wrong argument. Returns nil, message, code when there is no such file
("missing"), it is damaged or not ONNX ("format"), has several inputs or weights in other files ("data"), has
an operator that OpenCV cannot compute ("model"), and where mien was built without OpenCV's dnn ("tool").]],
      example = MADE .. [[print(net.run ~= nil)
os.remove(file)]], output = "true",
      source = "OpenCV's dnn",
      see = {"ONNX:run", "onnx"},
    },
    {
      name = "ONNX:run", usage = "net:run(data [, options])",
      summary = "what the network gives for clips, measures or numbers",
      arguments = {{"data", "Clips, data frame or table", "a data frame needs columns; a table holds rows, "
        .. "each a table (of tables) of numbers, or all numbers in one list with shape"}},
      options = {
        {"columns", "list of names", "none", "the measures that the network takes, in its order"},
        {"layout", "text", "\"ncthw\", or \"nchw\" for 4 sizes", "the order of the axes of clips: n "
          .. "clips, c channels, t pictures, h lines, w pixels. Without t every picture is run by itself and "
          .. "the outputs are averaged; \"nthw\" gives the pictures as channels"},
        {"channels", "1, 2 or 3", "as the file says, else 1", "luma; luma and motion; luma three times"},
        {"shape", "list of sizes", "that of the table", "for numbers in one list, the rows first"},
        {"mean", "number or list", "none", "with sd: inputs become (value - mean) / sd, for each channel "
          .. "(grey levels 0..255) or each number along the last axis. Without them clips are standardised "
          .. "each by itself, numbers stay as they are"},
        {"sd", "number or list", "none", "see mean"},
        {"batch", "1..65536", "16 clips, 256 rows", "rows at once; what the file fixes goes first"},
        {"activation", "\"none\", \"softmax\" or \"sigmoid\"", "\"none\"", "applied to the outputs of each "
          .. "row, before any averaging"},
        {"levels", "list of names", "the output's name, numbered", "names of the columns"},
        {"output", "name", "the first", "which of several outputs"},
        {"progress", "boolean", "true", "show a progress line where there is a terminal"},
      },
      returns = {
        {"d", "data frame", "one row per clip or row: participant, task, visit, take, recording and start "
          .. "where the data have them, then one column per output, at most 1000"},
        {"note", "text or nothing", "rows refused because of missing values; they are NA"},
      },
      failures = [[Raises on a wrong option and when stopped by Ctrl-C. Returns nil, message, code when the
data have not the shape that the network expects, both said, or every row has missing values ("data"), and
when OpenCV fails ("model").]],
      example = MADE .. [[print(net:run({{1, 2}, {3, 4}}, {levels = {"HC", "MG"}}).MG[2])
os.remove(file)]], output = "-4",
      source = "OpenCV's dnn",
      see = {"model.onnx", "model.clips", "onnx"},
    },
  },
  topics = {
    {
      name = "onnx", summary = "networks trained elsewhere",
      text = [[
model.onnx(file) runs a network that was trained elsewhere (PyTorch, TensorFlow) and saved
in the ONNX format, on clips (2D or 3D convolutions) or on measures. OpenCV's dnn (Debian:
libopencv-dnn-dev) computes, in 32-bit numbers and one thread, so the same data give the
same numbers. It is loaded when the first network is.

Clips are small grey pictures, see help "clips". Say how the network takes them with
layout, and mean and sd if it was trained on other numbers than clips standardised each
by itself. A network for colour pictures gets luma in all three channels.

Not every operator runs. OpenCV 4.6 pools globally in 2D alone: write a mean over the axes
instead (PyTorch: x.mean((2, 3, 4))). Gemm must be as PyTorch's Linear writes it; another
form is refused, because OpenCV 4.6 computes it wrongly. Before you trust a network here,
compare its outputs for some rows with those where it was trained.

The file must be one file. Its sizes are checked, and OpenCV reads it in a process of its
own, so that a damaged file is an error and no crash. That is no protection against a file
made to do harm: run networks only from those you trust.]],
    },
  },
}
