-- SPDX-License-Identifier: GPL-3.0-or-later
-- The Lua half of the model module: data, splits, evaluation, learners, saved models. What computes is in C
-- (src/model, src/lua/model*.c).

local model = ...

local folder = debug.getinfo(1, "S").source:match("^@(.*)%.lua$")
local words = require "mien.words"

-- learners: how each kind of learner is made, by its name; every part adds its own.
local kit = {model = model, core = model.core, learners = {}, stats = require "mien.stats"}
model.core = nil
-- For the tests, which bring learners of their own; no module for users.
package.loaded["mien.model.kit"] = kit

-- Wrong use: raises at the line of the user's own code that called.
function kit.wrong(text, ...)
  words.raise(select("#", ...) > 0 and string.format(text, ...) or text, folder)
end

local parts = {
  "levels",
  "data",
  "splits",
  "area",
  "folds",
  "checkpoint",
  "skill",
  "adjusted",
  "permutation",
  "leakage",
  "heldout",
  "result",
  "evaluate",
  "clips",
  "classical",
  "fit",
  "importance",
  "benchmark",
  "cnn",
  "train",
  "model",
  "card",
  "predict",
  "explain",
  "explanation",
  "onnx",
}

for _, part in ipairs(parts) do
  local chunk, problem = loadfile(folder .. "/" .. part .. ".lua")
  if not chunk then error(problem, 0) end
  chunk(kit)
end
