-- SPDX-License-Identifier: GPL-3.0-or-later
-- model.fit: a classical learner over measures, validated; and what the three ways of learning share.

local kit = ...
local core, model = kit.core, kit.model
local words = require "mien.words"

-- What kit.data and kit.evaluate take.
local DATA = {"cohort", "label", "positive", "levels", "task", "measures", "covariates", "split",
  "participant", "missing"}
local VALIDATION = {"folds", "repeats", "nested", "inner", "leave_one_out", "heldout", "seed", "conf",
  "permutations", "covariates", "threads", "threshold", "checkpoint"}
kit.data_options, kit.validation_options = DATA, VALIDATION

-- All the lists in one.
function kit.joined(...)
  local all = {}
  for _, list in ipairs {...} do table.move(list, 1, #list, #all + 1, all) end
  return all
end

-- Those options of the list, and the caller.
function kit.picked(options, list, caller)
  local own = {caller = caller}
  for _, name in ipairs(list) do own[name] = options[name] end
  return own
end

-- The line that tells how far a validation is: a function for kit.evaluate's progress, and one that ends it.
function kit.progress_line(show, title)
  local bar = core.progress_new(show)
  local units = {fold = "folds", permutation = "retrainings"}
  return function(kind, done, total)
    if units[kind] then core.progress_report(bar, done, total, units[kind], title) end
  end, function() core.progress_end(bar) end
end

-- The data and learner of a result, which importance and coefficients need; they are not part of what the
-- result shows.
local sources = setmetatable({}, {__mode = "k"})

function kit.source_of(result, caller)
  local source = sources[result]
  if not source or source.data.source ~= "measures" then
    kit.wrong("%s: needs a result of model.fit over measures%s", caller,
      result.title and ", not of a " .. result.title or "")
  end
  return source
end

-- kit.evaluate with the line that tells how far it is.
function kit.validated(learner, data, options, caller)
  local own = kit.picked(options, VALIDATION, caller)
  local finish
  own.progress, finish = kit.progress_line(options.progress ~= false, learner.title)
  local outcome = table.pack(pcall(kit.evaluate, learner, data, own))
  finish()
  if not outcome[1] then error(outcome[2], 0) end
  if outcome[2] then sources[outcome[2]] = {learner = learner, data = data} end
  return table.unpack(outcome, 2, outcome.n)
end

-- One of a list of words, or wrong use.
function kit.check_kind(kind, known, caller, what)
  for _, name in ipairs(known) do
    if kind == name then return end
  end
  local near = type(kind) == "string" and words.nearest(kind, known)
  kit.wrong("%s: %s must be one of %s, not %s%s", caller, what, table.concat(known, ", "), tostring(kind),
    near and '; did you mean "' .. near .. '"?' or "")
end

function kit.check_flag(options, name, caller)
  local value = options[name]
  if value ~= nil and type(value) ~= "boolean" then
    kit.wrong("%s: %s must be true or false, not %s", caller, name, tostring(value))
  end
end

-- The data of a table of measures or of a cohort's own.
function kit.measure_data(options, caller)
  local own = kit.picked(options, DATA, caller)
  own.table, own.source = options.data, "measures"
  if (options.data == nil) == (options.cohort == nil) then
    kit.wrong("%s: give either data = a data frame with one row per participant, or cohort =", caller)
  end
  return kit.data(own)
end

function model.fit(options)
  local caller = "model.fit"
  options = words.check_options(options, caller,
    kit.joined({"kind", "data", "progress"}, DATA, VALIDATION, kit.classical.settings), kit.wrong)
  kit.check_flag(options, "progress", caller)
  kit.check_flag(options, "nested", caller)
  local kind = options.kind or "logistic"
  kit.check_kind(kind, kit.classical.kinds, caller, "kind")
  local settings = kit.picked(options, kit.joined({"nested"}, kit.classical.settings), caller)
  local learner = kit.learners[kind](settings)
  local data, message, code = kit.measure_data(options, caller)
  if not data then return nil, message, code end
  return kit.validated(learner, data, options, caller)
end
