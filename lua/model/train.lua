-- SPDX-License-Identifier: GPL-3.0-or-later
-- model.train: a network trained on clips and validated; and the learning curves of a result.

local kit = ...
local core, model = kit.core, kit.model
local words = require "mien.words"
local df = require "mien.df"

local DATA = {"cohort", "clips", "label", "positive", "levels", "task", "covariates", "split", "participant"}
local SETTINGS = {"architecture", "size", "pretrained", "motion", "moving", "augment", "epochs", "batch",
  "patience", "learning_rate", "weight_decay"}
local RANGES = {epochs = {1, 10000}, batch = {1, 1024}, patience = {1, 10000}, learning_rate = {1e-8, 1},
  weight_decay = {0, 1}}
local WHOLE = {epochs = true, batch = true, patience = true}

local function check_settings(options, caller)
  kit.check_kind(options.architecture or "conv3d", kit.networks.kinds, caller, "architecture")
  kit.check_kind(options.size or "small", kit.networks.sizes, caller, "size")
  for _, name in ipairs {"pretrained", "motion", "moving", "augment"} do
    kit.check_flag(options, name, caller)
  end
  for name, range in pairs(RANGES) do
    local value = options[name]
    if value ~= nil and not (type(value) == "number" and value >= range[1] and value <= range[2]
        and (not WHOLE[name] or math.tointeger(value))) then
      kit.wrong("%s: %s must be a %s from %g to %g, not %s", caller, name,
        WHOLE[name] and "whole number" or "number", range[1], range[2], tostring(value))
    end
  end
end

-- The line on the terminal: folds as the whole, and in the note how far this one is.
local function progress_line(show, title)
  local bar = core.progress_new(show)
  local finished, all = 0, 1
  local function report(kind, done, total, note)
    if kind == "fold" then finished, all = done, total end
    if kind == "part" then
      local text = string.format("%s, fold %d of %d, %s", title, math.min(finished + 1, all), all, note or "")
      core.progress_report(bar, finished + done / total, all, "folds", text)
    end
  end
  return report, function() core.progress_end(bar) end
end

-- How many folds there will be: the bar shows it from the start.
local function fold_count(options, data)
  if options.leave_one_out then return #data.participants end
  return (options.folds or 5) * (options.repeats or 1)
end

local function evaluated(learner, data, options, caller)
  local own = kit.picked(options, kit.validation_options, caller)
  local report, finish = progress_line(options.progress ~= false, learner.title)
  report("fold", 0, fold_count(options, data))
  local listen = type(options.progress) == "function" and options.progress
  own.progress = function(...)
    report(...)
    if listen then listen(...) end
  end
  local outcome = table.pack(pcall(kit.evaluate, learner, data, own))
  finish()
  if not outcome[1] then error(outcome[2], 0) end
  return table.unpack(outcome, 2, outcome.n)
end

function model.train(options)
  local caller = "model.train"
  options = words.check_options(options, caller,
    kit.joined({"data", "progress", "note"}, DATA, SETTINGS, kit.validation_options), kit.wrong)
  if options.progress ~= nil and type(options.progress) ~= "function" then
    kit.check_flag(options, "progress", caller)
  end
  check_settings(options, caller)
  local learner = kit.learners[options.architecture or "conv3d"](kit.picked(options, SETTINGS, caller))
  local asked = kit.picked(options, DATA, caller)
  asked.table, asked.source = options.data, "clips"
  local data, message, code = kit.data(asked)
  if not data then return nil, message, code end
  if options.note ~= nil and type(options.note) ~= "string" then
    kit.wrong("%s: note must be text for the model's card, not a %s", caller, type(options.note))
  end
  data.note = options.note
  local result, problem, word = evaluated(learner, data, options, caller)
  if not result then return nil, problem, word end
  result.stopped = learner.stopped
  return result
end

-- ---- Learning curves ----

local methods = kit.result_metatable.__index

-- One row per member and epoch; kept is 1 where its weights come from.
function methods.curve(result)
  local columns = {{"member", {}}, {"epoch", {}}, {"training_loss", {}}, {"validation_loss", {}}, {"kept",
    {}}}
  for m, member in ipairs(result.members or {}) do
    if not member.curve then
      kit.wrong("Result:curve: a %s has no epochs, so there is no learning curve", result.title)
    end
    for epoch, loss in ipairs(member.curve.training_loss) do
      local at = #columns[1][2] + 1
      columns[1][2][at], columns[2][2][at], columns[3][2][at] = m, epoch, loss
      columns[4][2][at] = member.curve.validation_loss[epoch]
      columns[5][2][at] = epoch == member.curve.best and 1 or 0
    end
  end
  return df.new(columns)
end

-- Mean losses over the members that still trained in each epoch.
function methods.plot_curve(result, options)
  local d, sums, most = methods.curve(result), {}, 0
  for i = 1, #d do
    local epoch = d.epoch[i]
    local one = sums[epoch] or {0, 0, 0}
    sums[epoch], most = one, math.max(most, epoch)
    one[1], one[2], one[3] = one[1] + 1, one[2] + d.training_loss[i], one[3] + d.validation_loss[i]
  end
  local epochs, training, watched = {}, {}, {}
  for epoch = 1, most do
    local one = sums[epoch]
    epochs[epoch], training[epoch], watched[epoch] = epoch, one[2] / one[1], one[3] / one[1]
  end
  local all = {xlabel = "epoch", ylabel = "loss (mean over folds)"}
  for name, value in pairs(options or {}) do all[name] = value end
  return require("mien.plot").line(epochs, {training = training, validation = watched}, all)
end
