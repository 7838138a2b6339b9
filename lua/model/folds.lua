-- SPDX-License-Identifier: GPL-3.0-or-later
-- Cross-validation itself: every fold is fitted on its training part alone. Settings are chosen and
-- thresholds are set there, too, by inner folds, by the part that a network watches to stop, or, where
-- neither can be had, by the training scores.

local kit = ...
local core = kit.core

local NAN = 0 / 0
local VALIDATION_SHARE = 0.2

-- Where thresholds came from, in words.
local SOURCES = {
  inner = "inner out-of-fold scores",
  validation = "the validation part of its training part",
  training = "its training scores",
  fixed = "fixed beforehand",
}
kit.threshold_sources = SOURCES

-- Whether a learner watches a part of its training part to stop: learners of clips do unless they say that
-- they do not (validates = false).
function kit.watches(learner)
  if learner.validates ~= nil then return learner.validates end
  return learner.source == "clips"
end

-- Whether training again for every lot of a permutation test would take too long.
function kit.is_slow(learner) return kit.watches(learner) or learner.source == "clips" end

-- Whether each row is at or above level k.
local function at_least(data, rows, k)
  local positive = {}
  for i, row in ipairs(rows) do positive[i] = data.level[row] >= k end
  return positive
end
kit.at_least = at_least

local function column_of(scores, k)
  local list = {}
  for i, row in ipairs(scores) do list[i] = row[k] or NAN end
  return list
end

local function thresholds_of(data, rows, scores)
  local thresholds = {}
  for k = 1, #data.levels - 1 do
    thresholds[k] = kit.youden(column_of(scores, k), at_least(data, rows, k))
  end
  return thresholds
end

-- Mean over the thresholds of the area; thresholds that one group lacks are not counted.
local function skill_of(data, rows, scores)
  local sum, count = 0, 0
  for k = 1, #data.levels - 1 do
    local area = kit.area(column_of(scores, k), at_least(data, rows, k))
    if area == area then sum, count = sum + area, count + 1 end
  end
  return count > 0 and sum / count or NAN
end

-- Fits on these rows; a learner that watches a part of them to stop gets it from them. Gives the fitted and
-- the part watched, or nil, message, code.
local function fit_on(learner, data, rows, settings, context)
  local watched
  if kit.watches(learner) then
    rows, watched = kit.validation_part(data.level, rows, VALIDATION_SHARE, context.seed)
    context.validation = watched
  end
  local fitted, message, code = learner.fit(data, rows, settings, context)
  if not fitted then return nil, message, code end
  return fitted, watched
end

-- Settings sent through the inner folds: out-of-fold scores of the training part, in the order of rows.
local function inner_scores(learner, data, inner, settings, context)
  local by_row, skill, counted = {}, 0, 0
  local rows = {}
  for _, part in ipairs(inner) do table.move(part, 1, #part, #rows + 1, rows) end
  for f, part in ipairs(inner) do
    local fitted, message, code = fit_on(learner, data, kit.rest_of(rows, part), settings,
      {seed = core.seed_of(context.seed, f), caller = context.caller, threads = context.threads,
        round = context.round, fold = context.fold})
    if not fitted then return nil, message, code end
    local scores = fitted:scores(data, part)
    for i, row in ipairs(part) do by_row[row] = scores[i] end
    local area = skill_of(data, part, scores)
    if area == area then skill, counted = skill + area, counted + 1 end
  end
  local list = {}
  for i, row in ipairs(rows) do list[i] = by_row[row] end
  return {rows = rows, scores = list, skill = counted > 0 and skill / counted or NAN}
end

-- The best settings of the grid by the inner folds; of equal ones the first. Without a choice to make and
-- without need of inner scores nothing is fitted.
local function choose(learner, data, rows, options, context)
  local grid = options.nested == false and {learner.grid[1]} or learner.grid
  local wants_scores = not kit.watches(learner) and not options.threshold
  if #grid == 1 and not wants_scores then return 1 end
  local inner = kit.inner_folds(data.level, rows, options.inner, context.seed)
  if not inner then return 1 end
  local best, chosen
  for s, settings in ipairs(grid) do
    local found, message, code = inner_scores(learner, data, inner, settings, context)
    if not found then return nil, message, code end
    if not best or found.skill > best.skill + 1e-12 then best, chosen = found, s end
  end
  return chosen, best
end

-- One training part fitted: {fitted =, thresholds =, settings = index in the grid, source =}.
local function fit_part(learner, data, rows, options, context)
  local chosen, inner, code = choose(learner, data, rows, options, context)
  if not chosen then return nil, inner, code end
  local fitted, watched, problem = fit_on(learner, data, rows, learner.grid[chosen], context)
  if not fitted then return nil, watched, problem end
  local part = {fitted = fitted, settings = chosen}
  if options.threshold then
    part.source, part.thresholds = "fixed", {}
    for k = 1, #data.levels - 1 do part.thresholds[k] = options.threshold end
  elseif inner then
    part.source, part.thresholds = "inner", thresholds_of(data, inner.rows, inner.scores)
  elseif watched and #watched > 0 then
    part.source, part.thresholds = "validation", thresholds_of(data, watched, fitted:scores(data, watched))
  else
    part.source, part.thresholds = "training", thresholds_of(data, rows, fitted:scores(data, rows))
  end
  return part
end

-- The plan of a validation: folds of rows for every repeat.
function kit.plan(data, rows, options)
  local plan = {rows = rows}
  if options.leave_one_out then
    plan[1] = kit.single_folds(rows)
    return plan
  end
  for r = 1, options.repeats do
    plan[r] = kit.stratified_folds(data.level, rows, options.folds, core.seed_of(options.seed, r))
  end
  return plan
end

-- All folds of a plan: an array of {round =, fold =, rows = tested, scores =, thresholds =, ...}, or nil,
-- message, code. hooks (may be nil): done(index, total, part), kept(round, fold, rows) -> a part finished
-- earlier, keep(part), and the context that learners see.
function kit.cross_validate(learner, data, plan, options, hooks)
  hooks = hooks or {}
  local parts, total = {}, 0
  for _, folds in ipairs(plan) do total = total + #folds end
  for r, folds in ipairs(plan) do
    for f, tested in ipairs(folds) do
      local part = hooks.kept and hooks.kept(r, f, tested)
      if not part then
        local context = hooks.context and hooks.context(r, f, total) or {}
        context.seed, context.caller = core.seed_of(options.seed, r, f, 7), options.caller
        context.threads = options.threads
        local message, code
        part, message, code = fit_part(learner, data, kit.rest_of(plan.rows, tested), options, context)
        if not part then return nil, message, code end
        part.scores = part.fitted:scores(data, tested)
        part.round, part.fold, part.rows = r, f, tested
        if hooks.keep then hooks.keep(part) end
      end
      parts[#parts + 1] = part
      if hooks.done then hooks.done(#parts, total, part) end
    end
  end
  return parts
end
