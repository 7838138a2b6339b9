-- SPDX-License-Identifier: GPL-3.0-or-later
-- kit.evaluate: a learner validated on data. Cross-validation, what is told of it, the check for leakage, and
-- participants held out.

local kit = ...
local core = kit.core
local words = require "mien.words"
local df = require "mien.df"

local NAN = 0 / 0
local SCORE_LOTS = 2000
local OPTIONS = {"folds", "repeats", "nested", "inner", "leave_one_out", "heldout", "seed", "conf",
  "permutations", "covariates", "progress", "caller", "threads", "threshold", "checkpoint"}

-- ---- Options ----

local function whole(options, name, absent, low, caller)
  local value = options[name]
  if value == nil then return absent end
  if not math.tointeger(value) or value < low then
    kit.wrong("%s: %s must be a whole number, at least %d, not %s", caller, name, low, tostring(value))
  end
  return math.tointeger(value)
end

local function share(options, name, absent, caller)
  local value = options[name]
  if value == nil then return absent end
  if type(value) ~= "number" or not (value > 0 and value < 1) then
    kit.wrong("%s: %s must be a number between 0 and 1, not %s", caller, name, tostring(value))
  end
  return value
end

local function check_options(given, learner)
  local caller = given and given.caller or "model.evaluate"
  given = words.check_options(given, caller, OPTIONS, kit.wrong)
  if given.leave_one_out and given.repeats and given.repeats > 1 then
    kit.wrong("%s: leave_one_out gives the same folds every time, so repeats = %s makes no sense", caller,
      tostring(given.repeats))
  end
  local slow = kit.is_slow(learner) or given.leave_one_out
  return {
    caller = caller, folds = whole(given, "folds", 5, 2, caller),
    repeats = whole(given, "repeats", 1, 1, caller), inner = whole(given, "inner", 5, 2, caller),
    seed = whole(given, "seed", 1, 0, caller), threads = whole(given, "threads", nil, 1, caller),
    permutations = whole(given, "permutations", slow and 0 or 99, 0, caller),
    conf = share(given, "conf", 0.95, caller), threshold = share(given, "threshold", nil, caller),
    leave_one_out = given.leave_one_out or false, nested = given.nested, heldout = given.heldout,
    covariates = given.covariates, checkpoint = given.checkpoint, progress = given.progress,
  }
end

local function check_covariates(data, names, caller)
  if names == nil then return data.covariate_names end
  if type(names) == "string" then names = {names} end
  for _, name in ipairs(names) do
    if not data.covariates:has(name) then
      kit.wrong("%s: covariates: %s is not among the data's covariates (%s)", caller, kit.quoted {name},
        #data.covariate_names > 0 and kit.quoted(data.covariate_names) or "none")
    end
  end
  return names
end

-- ---- From parts to participants ----

-- Scores and margins of every participant of these parts, units averaged, then repeats: {name =, level =,
-- row =, scores =, margin =, predicted =, rounds =, fold =}, in the order of data.participants.
local function people_of(parts, data)
  local sums, order, thresholds = {}, {}, #data.levels - 1
  for _, part in ipairs(parts) do
    for i, row in ipairs(part.rows) do
      local p = data.participants[row]
      local one = sums[p]
      if not one then
        one = {name = p, level = data.level[row], row = row, n = 0, sum = {}, over = {}, rounds = {}}
        for k = 1, thresholds do one.sum[k], one.over[k] = 0, 0 end
        sums[p] = one
        order[#order + 1] = one
      end
      one.row = math.min(one.row, row)
      one.rounds[part.round], one.fold = true, part.fold
      local complete = true
      for k = 1, thresholds do
        local score = part.scores[i][k]
        complete = complete and score ~= nil and score == score
      end
      if complete then
        one.n = one.n + 1
        for k = 1, thresholds do
          one.sum[k] = one.sum[k] + part.scores[i][k]
          one.over[k] = one.over[k] + part.scores[i][k] - part.thresholds[k]
        end
      end
    end
  end
  table.sort(order, function(a, b) return a.row < b.row end)
  for _, one in ipairs(order) do
    one.scores, one.margin = {}, {}
    for k = 1, thresholds do
      one.scores[k] = one.n > 0 and one.sum[k] / one.n or NAN
      one.margin[k] = one.n > 0 and one.over[k] / one.n or NAN
    end
    one.predicted = kit.predicted_level(one.margin)
  end
  return order
end

-- Items of the area, a list per part and threshold; owners are names, so that repeats meet again.
local function fold_lists(parts, data)
  local lists = {}
  for _, part in ipairs(parts) do
    local people = people_of({part}, data)
    for k = 1, #data.levels - 1 do
      local items = {k = k}
      for i, one in ipairs(people) do
        items[i] = {score = one.scores[k], positive = one.level >= k, owner = one.name}
      end
      lists[#lists + 1] = items
    end
  end
  return lists
end

local function pooled_lists(people, data)
  local lists = {}
  for k = 1, #data.levels - 1 do
    local items = {k = k}
    for i, one in ipairs(people) do
      items[i] = {score = one.scores[k], positive = one.level >= k, owner = one.name}
    end
    lists[k] = items
  end
  return lists
end

-- Lists of one threshold.
local function of_threshold(lists, k)
  local list = {}
  for _, items in ipairs(lists) do
    if items.k == k then list[#list + 1] = items end
  end
  return list
end

local function predictions_frame(people, data)
  local names, columns = {"participant", data.label}, {{}, {}}
  local binary = #data.levels == 2
  for k = 1, #data.levels - 1 do
    names[#names + 1] = binary and "probability" or "at_least_" .. data.levels[k + 1]
    columns[#columns + 1] = {}
  end
  names[#names + 1], columns[#columns + 1] = "predicted", {}
  names[#names + 1], columns[#columns + 1] = "margin", {}
  names[#names + 1], columns[#columns + 1] = "models", {}
  for i, one in ipairs(people) do
    columns[1][i], columns[2][i] = one.name, data.levels[one.level + 1]
    for k = 1, #data.levels - 1 do columns[2 + k][i] = one.scores[k] end
    local at = 2 + #data.levels
    columns[at][i] = one.predicted and data.levels[one.predicted + 1] or df.NA
    columns[at + 1][i], columns[at + 2][i] = one.margin[1], one.n
  end
  local pairs_of = {}
  for i, name in ipairs(names) do
    if binary or name ~= "margin" then pairs_of[#pairs_of + 1] = {name, columns[i]} end
  end
  return df.new(pairs_of)
end

-- stats.roc of one threshold; nil without both groups.
local function roc_of(people, data, k, conf)
  local scores, labels, there = {}, {}, {}
  local above = #data.levels == 2 and data.levels[2] or "at least " .. data.levels[k + 1]
  local below = #data.levels == 2 and data.levels[1] or "below " .. data.levels[k + 1]
  for _, one in ipairs(people) do
    scores[#scores + 1], labels[#labels + 1] = one.scores[k], one.level >= k and above or below
    there[labels[#labels]] = true
  end
  if not (there[above] and there[below]) then return nil end
  return kit.stats.roc(scores, labels, {positive = above, direction = "higher", conf = conf})
end

-- Areas, counts and the rest of these people into result. lists are those of the folds, nil for people held
-- out.
local function fill_areas(result, people, lists, data, options)
  local pooled = pooled_lists(people, data)
  local together = kit.mean_area(pooled, options.conf)
  result.auc_pooled, result.auc_pooled_ci = together.auc, together.ci
  local within = lists and kit.mean_area(lists, options.conf)
  result.auc_within, result.auc_within_ci = within and within.auc or NAN, within and within.ci or {NAN, NAN}
  local headline = within and within.used > 0 and within or together
  result.auc, result.ci, result.se = headline.auc, headline.ci, headline.se
  result.auc_kind = headline == within and "within folds, averaged" or "pooled"
  kit.fill_skill(result, people, data, options.conf)
  for k, at in ipairs(result.at) do
    local own = kit.mean_area(of_threshold(pooled, k), options.conf)
    at.auc_pooled, at.auc_pooled_ci = own.auc, own.ci
    if headline == within then own = kit.mean_area(of_threshold(lists, k), options.conf) end
    at.auc, at.ci = own.auc, own.ci
    at.roc = roc_of(people, data, k, options.conf)
  end
  result.roc = #result.at == 1 and result.at[1].roc or nil
  result.people, result.predictions = people, predictions_frame(people, data)
end

-- ---- Tests ----

local function permutation_of(learner, data, rows, parts, lists, people, options, tick)
  local within = not options.leave_one_out
  if options.permutations > 0 and not kit.is_slow(learner) then
    local first = {}
    for _, part in ipairs(parts) do
      if part.round == 1 then first[#first + 1] = part end
    end
    local function area_of(some, under)
      local list = within and fold_lists(some, under) or pooled_lists(people_of(some, under), under)
      return kit.mean_area(list, options.conf).auc
    end
    return kit.permute_training(learner, data, rows, options, area_of(first, data), area_of, tick)
  end
  local owners, level = {}, {}
  for i, one in ipairs(people) do owners[i], level[one.name] = one.name, one.level end
  return kit.permute_scores(within and lists or pooled_lists(people, data), owners, level,
    options.permutations > 0 and options.permutations or SCORE_LOTS, core.seed_of(options.seed, 17))
end

local function adjusted_of(people, data, options)
  local names = check_covariates(data, options.covariates, options.caller)
  if #names == 0 then return nil end
  local rows = {}
  for i, one in ipairs(people) do rows[i] = one.row end
  if #data.levels == 2 then return kit.adjusted(people, rows, data, names, options, 1) end
  local list = {covariates = names}
  for k = 1, #data.levels - 1 do list[k] = kit.adjusted(people, rows, data, names, options, k) end
  return list
end

-- ---- Held out ----

-- Each unit's mean over the models of all folds, called by the mean of their thresholds.
local function ensemble_part(parts, data, rows)
  local joint = {round = 1, fold = 1, rows = rows, scores = {}, thresholds = {}}
  for i = 1, #rows do joint.scores[i] = {} end
  for k = 1, #data.levels - 1 do
    local sum = 0
    for _, part in ipairs(parts) do sum = sum + part.thresholds[k] end
    joint.thresholds[k] = sum / #parts
    for i = 1, #rows do joint.scores[i][k] = 0 end
  end
  for _, part in ipairs(parts) do
    local scores = part.fitted:scores(data, rows)
    for i = 1, #rows do
      for k = 1, #data.levels - 1 do
        joint.scores[i][k] = joint.scores[i][k] + (scores[i][k] or NAN) / #parts
      end
    end
  end
  return joint
end

local function heldout_result(learner, data, parts, rows, kept, options)
  local looks, path, code = kit.count_look(data, rows, learner.kind, options.caller)
  if not looks then return nil, path, code end
  local part = ensemble_part(parts, data, rows)
  local held = {looks = looks, looks_file = path, n = {}, thresholds = part.thresholds}
  local people = people_of({part}, data)
  fill_areas(held, people, nil, data, options)
  held.adjusted = adjusted_of(people, data, options)
  held.n = kit.people_counts(people, data)
  held.leakage = kit.leakage(data, {kept, rows}, nil, options.seed)
  return kit.as_heldout(held)
end

function kit.people_counts(people, data)
  local n = {}
  for k = 1, #data.levels do n[k] = 0 end
  for _, one in ipairs(people) do n[one.level + 1] = n[one.level + 1] + 1 end
  return n
end

-- ---- The whole ----

local function check_learner(learner, data, caller)
  if learner.source and learner.source ~= data.source then
    kit.wrong("%s: %s learns from %s, but the data are %s", caller, learner.title or learner.kind,
      learner.source, data.source)
  end
end

local function hooks_of(learner, data, plan, options, progress)
  local kept = options.checkpoint and kit.checkpoint_hooks(options.checkpoint, learner, data, plan, options)
  local hooks = kept or {}
  hooks.context = function(r, f, total)
    return {
      checkpoint = kept and kept.path_of(r, f) .. ".part" or nil,
      progress = progress and function(part, whole_part, note) progress("part", part, whole_part, note) end,
      round = r, fold = f, total = total,
    }
  end
  hooks.done = progress and function(done, total) progress("fold", done, total) end
  return hooks
end

-- For every member the set of names of participants it learned from, those it watched among them.
function kit.trained_on(parts, data, rows)
  local sets = {}
  for m, part in ipairs(parts) do
    local tested, set = {}, {}
    for _, row in ipairs(part.rows) do tested[row] = true end
    for _, row in ipairs(rows) do
      if not tested[row] then set[tostring(data.participants[row])] = true end
    end
    sets[m] = set
  end
  return sets
end

local function folds_frame(parts, data)
  local round, fold, n, settings, source, auc = {}, {}, {}, {}, {}, {}
  local thresholds = {}
  for k = 1, #data.levels - 1 do thresholds[k] = {} end
  for i, part in ipairs(parts) do
    round[i], fold[i], n[i] = part.round, part.fold, #part.rows
    settings[i], source[i] = part.settings, kit.threshold_sources[part.source]
    auc[i] = kit.mean_area(fold_lists({part}, data), 0.95).auc
    for k = 1, #data.levels - 1 do thresholds[k][i] = part.thresholds[k] end
  end
  local columns = {{"repeat", round}, {"fold", fold}, {"tested", n}, {"auc", auc}, {"settings", settings},
    {"threshold_from", source}}
  for k, values in ipairs(thresholds) do
    columns[#columns + 1] = {#thresholds == 1 and "threshold" or "threshold_" .. data.levels[k + 1], values}
  end
  return df.new(columns)
end

-- What the learner is worth on the data: a Result, or nil, message, code.
--   folds (5), repeats (1), leave_one_out, seed (1), conf (0.95)
--   nested: false takes the first settings of the grid everywhere; inner (5) folds choose among several
--   threshold: a probability fixed beforehand, instead of Youden's on the training part
--   permutations: lots of the permutation test; classical learners retrain (99), networks keep their scores
--   covariates: of the adjusted area; those of the data unless named
--   heldout: a value of the split column, or a list of participants
--   checkpoint: prefix of files that keep finished folds; they go when all is done
--   progress(kind, done, total, note): kind is "fold", "part" or "permutation"
function kit.evaluate(learner, data, given)
  local options = check_options(given, learner)
  local caller = options.caller
  check_learner(learner, data, caller)
  check_covariates(data, options.covariates, caller)
  local rows, held = {}, nil
  if options.heldout ~= nil then
    rows, held = kit.heldout_rows(data, options.heldout, caller)
  else
    for i = 1, #data.participants do rows[i] = i end
  end
  if options.leave_one_out then
    kit.check_single(data, rows, caller)
  else
    kit.check_folds(data, rows, options.folds, caller)
  end
  local plan = kit.plan(data, rows, options)
  local hooks = hooks_of(learner, data, plan, options, options.progress)
  local parts, message, code = kit.cross_validate(learner, data, plan, options, hooks)
  if not parts then return nil, message, code end
  local people, lists = people_of(parts, data), fold_lists(parts, data)
  local result = {kind = learner.kind, title = learner.title or learner.kind, levels = data.levels,
    label = data.label, options = options, conf = options.conf, n = kit.people_counts(people, data),
    rule = data.rule, left_out = data.left_out, left_out_text = kit.left_out_text(data), unit = data.unit,
    tasks = data.tasks, source = data.source, measures = data.measures, missing = data.missing,
    constant = data.constant, grid = learner.grid}
  fill_areas(result, people, not options.leave_one_out and lists or nil, data, options)
  result.folds = folds_frame(parts, data)
  result.threshold_from = parts[1].source
  result.adjusted = adjusted_of(people, data, options)
  local progress = options.progress
  result.permutation, message, code = permutation_of(learner, data, rows, parts, lists, people, options,
    function(done) if progress then progress("permutation", done, options.permutations) end end)
  if not result.permutation then return nil, message, code end
  result.leakage = kit.leakage(data, plan[1], result.permutation.areas, options.seed)
  if held then
    result.heldout, message, code = heldout_result(learner, data, parts, held, rows, options)
    if not result.heldout then return nil, message, code end
  end
  result.members = {}
  for i, part in ipairs(parts) do result.members[i] = part.fitted end
  local trained = kit.trained_on(parts, data, rows)
  result.thresholds = ensemble_part(parts, data, {}).thresholds
  kit.as_result(result)
  if kit.new_model then
    result.model = kit.new_model {kind = learner.kind, members = result.members, data = data,
      options = options, result = result, trained = trained}
  end
  if hooks.clear then hooks.clear() end
  return result
end
