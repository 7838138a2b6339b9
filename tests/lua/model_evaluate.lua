-- SPDX-License-Identifier: GPL-3.0-or-later
-- kit.data and kit.evaluate: who is in, how folds are drawn, the numbers against R and against stats, held-out
-- participants, and the check for leakage. Learners of this file are simple on purpose.

local t = require "harness"

local _ = model.clips -- Loads the module, whose inside is tested here.
local kit = require "mien.model.kit"
local nan = 0 / 0

-- ---- Learners and cohorts of the tests ----

-- Towards which group's mean the measures lie, on the scale of the logit; for each threshold.
local Mean = {}
Mean.__index = Mean

local function group_mean(data, rows, values, width, k, above)
  local mean, n = {}, 0
  for c = 1, width do mean[c] = 0 end
  for r, row in ipairs(rows) do
    if (data.level[row] >= k) == above then
      n = n + 1
      for c = 1, width do mean[c] = mean[c] + values[(r - 1) * width + c] end
    end
  end
  for c = 1, width do mean[c] = mean[c] / n end
  return mean
end

local function fit_mean(data, rows)
  local width = #data.measures
  local values = kit.measure_values(data, rows)
  local fitted = setmetatable({width = width, seen = rows}, Mean)
  for k = 1, #data.levels - 1 do
    local low = group_mean(data, rows, values, width, k, false)
    local high = group_mean(data, rows, values, width, k, true)
    local line = {bias = 0}
    for c = 1, width do
      line[c] = high[c] - low[c]
      line.bias = line.bias - (high[c] ^ 2 - low[c] ^ 2) / 2
    end
    fitted[k] = line
  end
  return fitted
end

function Mean:scores(data, rows)
  local values, scores = kit.measure_values(data, rows), {}
  for r = 1, #rows do
    scores[r] = {}
    for k, line in ipairs(self) do
      local sum = line.bias
      for c = 1, self.width do sum = sum + line[c] * values[(r - 1) * self.width + c] end
      scores[r][k] = 1 / (1 + math.exp(-sum))
    end
  end
  return scores
end

function Mean:bytes()
  local parts = {string.pack("<i4i4", self.width, #self)}
  for _, line in ipairs(self) do
    parts[#parts + 1] = string.pack("<d", line.bias)
    for c = 1, self.width do parts[#parts + 1] = string.pack("<d", line[c]) end
  end
  return table.concat(parts)
end

local function restore_mean(bytes)
  local width, count, at = string.unpack("<i4i4", bytes)
  local fitted = setmetatable({width = width}, Mean)
  for k = 1, count do
    fitted[k] = {}
    fitted[k].bias, at = string.unpack("<d", bytes, at)
    for c = 1, width do fitted[k][c], at = string.unpack("<d", bytes, at) end
  end
  return fitted
end

local function mean_learner(change)
  local learner = {kind = "mean", title = "Nearest mean", source = "measures", grid = {{}}, fit = fit_mean,
    restore = restore_mean}
  for name, value in pairs(change or {}) do learner[name] = value end
  return learner
end

-- Probabilities that stand in the measures p1, p2, ... already.
local Given = {}
Given.__index = Given
function Given:scores(data, rows)
  local scores = {}
  for r, row in ipairs(rows) do
    scores[r] = {}
    for k, name in ipairs(data.measures) do scores[r][k] = data.table:col(name)[row] end
  end
  return scores
end
function Given:bytes() return "" end
local function given_learner()
  return {kind = "given", title = "Given", source = "measures", grid = {{}},
    fit = function() return setmetatable({}, Given) end}
end

local core_draw = kit.core.draw
-- Sums of 12 uniform draws: nearly normal, the same on every machine.
local function normals(count, seed)
  local draws, list = core_draw(12 * count, 1000001, seed), {}
  for i = 1, count do
    local sum = 0
    for j = 12 * i - 11, 12 * i do sum = sum + (draws[j] - 1) / 1000000 end
    list[i] = sum - 6
  end
  return list
end

-- n + n participants with `width` measures, the patients' higher by d.
local function simulated(n, d, seed, width)
  local columns = {participant = {}, group = {}, age = {}, sex = {}, split = {}}
  local age = normals(2 * n, kit.core.seed_of(seed, 99))
  for i = 1, 2 * n do
    columns.participant[i], columns.group[i] = string.format("p%03d", i), i <= n and "MG" or "HC"
    columns.age[i], columns.sex[i] = 50 + 10 * age[i], age[i] * 7 % 1 < 0.5 and "f" or "m"
    columns.split[i] = i % 5 == 0 and "test" or "train"
  end
  for c = 1, width do
    local values = normals(2 * n, kit.core.seed_of(seed, c))
    for i = 1, n do values[i] = values[i] + d end
    columns["m" .. c] = values
  end
  return df.new(columns)
end

local function data_of(frame, change)
  local options = {table = frame, positive = "MG", covariates = {"age", "sex"}, caller = "model.fit"}
  for name, value in pairs(change or {}) do options[name] = value end
  return assert(kit.data(options))
end

local QUICK = {permutations = 0}
local function with(options, more)
  local all = {}
  for name, value in pairs(options) do all[name] = value end
  for name, value in pairs(more) do all[name] = value end
  return all
end

-- What a result prints, in one line.
local function printed(r) return (tostring(r):gsub("%s+", " ")) end

-- ---- Data ----

t.test("data: participants, levels, measures, covariates of a data frame", function()
  local data = data_of(simulated(6, 1, 1, 3))
  t.equal(#data.participants, 12)
  t.equal(table.concat(data.levels, " "), "HC MG")
  t.equal(data.level[1], 1)
  t.equal(data.level[12], 0)
  t.equal(table.concat(data.measures, " "), "m1 m2 m3")
  t.equal(data.covariates.sex[1], simulated(6, 1, 1, 3).sex[1])
  t.equal(data.rule, "group: HC against MG")
  t.equal(kit.left_out_text(data), "nobody left out")
  t.equal(#data.manifest_hash, 64)
end)

t.test("data: several values share a level, others are left out and counted", function()
  local frame = df.new {participant = {1, 2, 3, 4, 5, 6, 7}, m = {1, 2, 3, 4, 5, 6, 7},
    severity = {"mild", "moderate", "severe", "none", df.NA, "mild", "none"}}
  local data = assert(kit.data {table = frame, label = "severity",
    levels = {"mild", {"moderate", "severe"}}})
  t.equal(table.concat(data.participants, " "), "1 2 3 6")
  t.equal(table.concat(data.level, " "), "0 1 1 0")
  t.equal(table.concat(data.levels, " "), "mild moderate+severe")
  t.equal(kit.left_out_text(data), "3 left out: 2 severity none, 1 no severity")
  t.equal(data.rule, "severity: mild against moderate or severe")
  data = assert(kit.data {table = frame, label = "severity", levels = {"mild", "moderate", "severe"}})
  t.equal(table.concat(data.level, " "), "0 1 2 0")
  t.equal(data.rule, "severity: mild < moderate < severe")
end)

t.test("data: missing and constant measures", function()
  local frame = df.new {participant = {"a", "b", "c", "d"}, group = {1, 0, 1, 0}, x = {1, 2, nan, 4},
    y = {1, nan, nan, 3}, z = {2, 3, nan, 1}, same = {5, 5, 5, 5}, empty = {nan, nan, nan, nan}}
  local data = assert(kit.data {table = frame})
  t.equal(table.concat(data.measures, " "), "x y z")
  t.equal(data.constant, 2)
  t.equal(table.concat(data.participants, " "), "a b d")
  t.equal(data.left_out["more than 50 % of the measures missing"], 1)
  t.equal(data.missing, 1)
  t.equal(#assert(kit.data {table = frame, missing = 1}).participants, 4)
  t.equal(#assert(kit.data {table = frame, missing = 0}).participants, 2)
end)

t.test("data: wrong use says what is there", function()
  local frame = simulated(3, 0, 1, 2)
  local function bad(pattern, change)
    local options = {table = frame, positive = "MG", caller = "model.fit"}
    for name, value in pairs(change) do options[name] = value or nil end
    t.raises(pattern, kit.data, options)
  end
  t.raises('model%.fit: positive must be given; which of "MG", "HC" in "group"', kit.data,
    {table = frame, caller = "model.fit"})
  bad('no participant has group = "PD"; there is "MG", "HC"', {positive = "PD"})
  bad('label: no column "grup"; did you mean "group"', {label = "grup"})
  bad('measures: no column "m9"', {measures = {"m9"}})
  bad('measures: column "sex" is text', {measures = {"sex"}})
  bad('covariates: no column "aeg"', {covariates = "aeg"})
  bad('levels has "MG" twice', {levels = {"MG", {"HC", "MG"}}})
  bad('no participant has group = "PD" or "AD"', {levels = {"HC", {"PD", "AD"}}})
  bad("do not go together", {levels = {"MG", "HC"}})
  bad('no option "unitt"; did you mean "unit"', {unitt = "clip"})
  local twice = frame:append(frame:head(1))
  t.raises('rows 1 and 7 are both participant "p001"', kit.data, {table = twice, positive = "MG"})
  local three = df.new {participant = {1, 2, 3}, group = {"MG", "HC", "PD"}, m = {1, 2, 3}}
  t.raises('besides "MG", "group" has "HC", "PD"; say levels', kit.data, {table = three, positive = "MG"})
end)

-- ---- Splits ----

t.test("folds: every participant once, levels spread evenly, by the seed alone", function()
  local level, rows = {}, {}
  for i = 1, 47 do level[i], rows[i] = i % 3 == 0 and 1 or 0, i end
  local folds, seen = kit.stratified_folds(level, rows, 5, 3), {}
  for _, part in ipairs(folds) do
    local positive = 0
    for _, row in ipairs(part) do
      t.ok(not seen[row])
      seen[row] = true
      positive = positive + level[row]
    end
    t.ok(positive == 3, "15 positives in 5 folds")
    t.ok(#part == 9 or #part == 10)
  end
  t.equal(#seen, 47)
  local function text(list)
    local parts = {}
    for i, part in ipairs(list) do parts[i] = table.concat(part, " ") end
    return table.concat(parts, "|")
  end
  t.equal(text(kit.stratified_folds(level, rows, 5, 3)), text(folds))
  t.ok(text(kit.stratified_folds(level, rows, 5, 4)) ~= text(folds))
end)

t.test("folds: a class too small is named", function()
  local data = data_of(simulated(4, 0, 1, 2))
  t.raises('group "HC" has 4 participants, too few for 5 folds; say folds = 4 or leave_one_out', kit.evaluate,
    mean_learner(), data, {caller = "model.fit"})
end)

t.test("training parts never hold the tested, nor does anything within them", function()
  local data = data_of(simulated(12, 0.5, 5, 2))
  local asked = {}
  local learner = mean_learner {validates = true}
  learner.fit = function(d, rows, settings, context)
    asked[#asked + 1] = {rows = rows, validation = context.validation}
    return fit_mean(d, rows, settings)
  end
  local r = assert(kit.evaluate(learner, data, with(QUICK, {folds = 4})))
  t.equal(#asked, 4)
  local plan = kit.plan(data, asked[1] and (function()
    local rows = {}
    for i = 1, 24 do rows[i] = i end
    return rows
  end)(), r.options)
  for f, one in ipairs(asked) do
    local inside = {}
    for _, row in ipairs(one.rows) do inside[row] = "fit" end
    for _, row in ipairs(one.validation) do
      t.ok(not inside[row])
      inside[row] = "watch"
    end
    for _, row in ipairs(plan[1][f]) do t.ok(not inside[row]) end
    t.equal(#one.rows + #one.validation, 18)
    t.equal(#one.validation, 4)
  end
  t.equal(r.threshold_from, "validation")
end)

-- ---- Numbers ----

local here = debug.getinfo(1, "S").source:match("^@(.*)/[^/]*$")
local reference = here .. "/../../data/reference/"
local expected = {}
for line in io.lines(reference .. "evaluation_expected.csv") do
  local field, value = line:match("([^,]+),(.+)")
  expected[field] = tonumber(value)
end

t.test("binary numbers agree with R", function()
  local frame = assert(df.read(reference .. "evaluation_scores.csv"))
  local data = assert(kit.data {table = frame, label = "level", levels = {0, {1, 2}}, measures = {"p1"},
    covariates = {"age", "sex"}})
  local r = assert(kit.evaluate(given_learner(), data, with(QUICK, {threshold = 0.5})))
  t.close(r.auc_pooled, expected.auc, 1e-12)
  t.close(r.auc_pooled_ci[1], expected.auc_low, 1e-9)
  t.close(r.auc_pooled_ci[2], expected.auc_high, 1e-9)
  t.close(r.calibration.brier, expected.brier, 1e-12)
  t.close(r.calibration.intercept, expected.intercept, 1e-8)
  t.close(r.calibration.slope, expected.slope, 1e-8)
  t.close(r.adjusted.auc, expected.adjusted, 1e-12)
  t.close(r.adjusted.unadjusted, expected.auc, 1e-12)
  t.ok(r.adjusted.ci[1] < r.adjusted.auc and r.adjusted.auc < r.adjusted.ci[2])
  t.close(r.accuracy, expected.accuracy_binary, 1e-12)
  local c = stats.roc(frame.p1, frame.level:map(function(x) return x >= 1 and 1 or 0 end),
    {direction = "higher"}):at {threshold = 0.5}
  t.close(r.sensitivity, c.sensitivity, 1e-12)
  t.close(r.specificity_ci[1], c.specificity_ci[1], 1e-12)
  t.equal(r.roc.auc, r.auc_pooled)
end)

t.test("ordered levels agree with R", function()
  local frame = assert(df.read(reference .. "evaluation_scores.csv"))
  local data = assert(kit.data {table = frame, label = "level", levels = {0, 1, 2}, measures = {"p1", "p2"}})
  local r = assert(kit.evaluate(given_learner(), data, with(QUICK, {threshold = 0.5})))
  t.close(r.kappa.linear, expected.kappa_linear, 1e-12)
  t.close(r.kappa.quadratic, expected.kappa_quadratic, 1e-12)
  t.close(r.spearman.r, expected.spearman, 1e-12)
  t.close(r.accuracy, expected.accuracy, 1e-12)
  t.close(r.at[1].auc_pooled, expected.auc, 1e-12)
  t.close(r.at[2].auc_pooled, expected.auc_2, 1e-12)
  t.close(r.at[2].auc_pooled_ci[1], expected.auc_2_low, 1e-9)
  t.near(r.auc_within, (r.at[1].auc + r.at[2].auc) / 2, 1e-12)
  t.equal(table.concat(r.predictions:names(), " "),
    "participant level at_least_1 at_least_2 predicted models")
  t.match(printed(r), "weighted kappa 0%.45 %[[%d., ]+%] linear, 0%.52 %[[%d., ]+%] quadratic")
  t.match(tostring(r), "level: 0 < 1 < 2")
end)

t.test("within folds: the mean of the folds' areas, with DeLong's variance of that mean", function()
  local data = data_of(simulated(25, 0.7, 8, 3))
  local r = assert(kit.evaluate(mean_learner(), data, with(QUICK, {folds = 5})))
  local mean, variance = 0, 0
  local rows = {}
  for i = 1, 50 do rows[i] = i end
  for f, part in ipairs(kit.plan(data, rows, r.options)[1]) do
    local score, label = {}, {}
    for i, row in ipairs(part) do
      score[i], label[i] = r.predictions.probability[row], data.level[row]
    end
    local fold = stats.roc(score, label, {direction = "higher"})
    mean, variance = mean + fold.auc / 5, variance + fold.se ^ 2 / 25
    t.close(r.folds.auc[f], fold.auc, 1e-12)
  end
  t.close(r.auc_within, mean, 1e-12)
  t.close(r.se, math.sqrt(variance), 1e-9)
  t.equal(r.auc, r.auc_within)
  t.equal(r.auc_kind, "within folds, averaged")
end)

t.test("repeats are averaged before anything is told, and are no further participants", function()
  local data = data_of(simulated(15, 0.7, 9, 3))
  local one = assert(kit.evaluate(mean_learner(), data, with(QUICK, {repeats = 1})))
  local ten = assert(kit.evaluate(mean_learner(), data, with(QUICK, {repeats = 10})))
  t.equal(#ten.predictions, 30)
  t.equal(ten.predictions.models[1], 10)
  t.equal(ten.tp + ten.fn, 15)
  t.equal(#ten.folds, 50)
  -- The interval of ten repeats is that of 30 participants, not of 300.
  t.ok(ten.se > 0.7 * one.se)
end)

t.test("leave one out: pooled only, and it says so", function()
  local data = data_of(simulated(8, 1.2, 10, 2))
  local r = assert(kit.evaluate(mean_learner(), data, {leave_one_out = true}))
  t.equal(#r.folds, 16)
  t.ok(r.auc_within ~= r.auc_within)
  t.equal(r.auc, r.auc_pooled)
  t.match(tostring(r), "AUC [%d.]+ %[[%d., ]+%] pooled\n")
  t.match(tostring(r), "each participant left out once")
  t.ok(not r.permutation.retrained)
end)

t.test("the same seed gives the same numbers, another one others", function()
  local data = data_of(simulated(15, 0.5, 11, 3))
  local a = assert(kit.evaluate(mean_learner(), data, {seed = 4, permutations = 5}))
  local b = assert(kit.evaluate(mean_learner(), data, {seed = 4, permutations = 5}))
  local c = assert(kit.evaluate(mean_learner(), data, {seed = 5, permutations = 5}))
  t.equal(tostring(a), tostring(b))
  t.ok(a.auc ~= c.auc)
end)

t.test("settings are chosen within the training part; of equal ones the first", function()
  local data = data_of(simulated(20, 1, 12, 2))
  local learner = mean_learner {grid = {{flip = true}, {}, {again = true}}}
  learner.fit = function(d, rows, settings)
    local fitted = fit_mean(d, rows)
    if settings.flip then
      for _, line in ipairs(fitted) do
        line.bias = -line.bias
        for c = 1, fitted.width do line[c] = -line[c] end
      end
    end
    return fitted
  end
  local r = assert(kit.evaluate(learner, data, QUICK))
  for f = 1, 5 do t.equal(r.folds.settings[f], 2) end
  t.ok(r.auc > 0.6)
  r = assert(kit.evaluate(learner, data, with(QUICK, {nested = false})))
  for f = 1, 5 do t.equal(r.folds.settings[f], 1) end
  t.ok(r.auc < 0.4)
end)

t.test("a failing learner is passed on", function()
  local learner = mean_learner {fit = function() return nil, "model.fit: no light", "data" end}
  local r, message, code = kit.evaluate(learner, data_of(simulated(6, 0, 1, 2)), QUICK)
  t.equal(r, nil)
  t.equal(message, "model.fit: no light")
  t.equal(code, "data")
end)

t.test("wrong use of evaluate", function()
  local data = data_of(simulated(6, 0, 1, 2))
  t.raises("folds must be a whole number, at least 2, not 1", kit.evaluate, mean_learner(), data, {folds = 1})
  t.raises("conf must be a number between 0 and 1", kit.evaluate, mean_learner(), data, {conf = 95})
  t.raises("leave_one_out gives the same folds", kit.evaluate, mean_learner(), data,
    {leave_one_out = true, repeats = 3})
  t.raises("learns from clips, but the data are measures", kit.evaluate, mean_learner {source = "clips"}, data)
  t.raises('covariates: "height" is not among', kit.evaluate, mean_learner(), data, {covariates = "height"})
  t.raises('did you mean "folds"', kit.evaluate, mean_learner(), data, {fold = 3})
end)

t.test("scores that are missing are not guessed", function()
  local frame = simulated(10, 1, 13, 1)
  local values = frame.m1:map(function(x, i) return i == 3 and nan or 1 / (1 + math.exp(-x)) end)
  local data = data_of(frame:with {m1 = values}, {missing = 1})
  local r = assert(kit.evaluate(given_learner(), data, with(QUICK, {threshold = 0.5})))
  t.equal(r.tp + r.fn, 9)
  t.equal(r.calibration.n, 19)
  t.equal(r.predictions.models[3], 0)
  t.ok(df.missing(r.predictions.predicted[3]))
end)

-- ---- Chance ----

t.test("the permutation test of fixed scores is that of the areas, counted out", function()
  -- 3 + 3 perfectly told: of the 20 ways to choose three, one does as well.
  local lists = {{k = 1}}
  local level, owners = {}, {}
  for i = 1, 6 do
    lists[1][i] = {score = i, positive = i > 3, owner = "p" .. i}
    owners[i], level["p" .. i] = "p" .. i, i > 3 and 1 or 0
  end
  local test = kit.permute_scores(lists, owners, level, 4000, 7)
  t.equal(test.auc, 1)
  t.near(test.p, 1 / 20, 0.012)
end)

t.test("retraining: p is small where there is something, and spread where there is nothing", function()
  local some = assert(kit.evaluate(mean_learner(), data_of(simulated(20, 1, 14, 3)), {permutations = 39}))
  t.ok(some.permutation.retrained)
  t.equal(some.permutation.p, 1 / 40)
  local sum = 0
  for seed = 1, 10 do
    local r = assert(kit.evaluate(mean_learner(), data_of(simulated(10, 0, 20 + seed, 3)),
      {permutations = 19, threshold = 0.5}))
    sum = sum + r.permutation.p / 10
  end
  t.near(sum, 0.5, 0.28)
end)

-- ---- Held out ----

local function fresh_state(name)
  -- Tests run with a state folder of their own (scripts/run-tests); the cohort's numbers keep sets apart.
  return simulated(15, 1, 1000 + #name * 7919 + os.time() % 100000, 3)
end

t.test("held out: never trained on, told apart, and every look counted", function()
  local frame = fresh_state "looks"
  local data = data_of(frame)
  local seen = {}
  local learner = mean_learner()
  learner.fit = function(d, rows)
    for _, row in ipairs(rows) do seen[row] = true end
    return fit_mean(d, rows)
  end
  local r = assert(kit.evaluate(learner, data, {heldout = "test", permutations = 2}))
  for i = 1, 30 do t.equal(seen[i] or false, frame.split[i] ~= "test") end
  t.equal(#r.predictions, 24)
  t.equal(#r.heldout.predictions, 6)
  t.equal(r.heldout.looks, 1)
  t.match(printed(r), "looked at for the first time")
  -- The mean over the folds' models.
  local sum = 0
  for _, member in ipairs(r.members) do sum = sum + member:scores(data, {5})[1][1] / 5 end
  t.close(r.heldout.predictions.probability[1], sum, 1e-12)
  -- The same people under another way of naming them, and some of them, are looks as well.
  local list = {}
  for i = 5, 30, 5 do list[#list + 1] = data.participants[i] end
  r = assert(kit.evaluate(mean_learner(), data, {heldout = list, permutations = 2}))
  t.equal(r.heldout.looks, 2)
  r = assert(kit.evaluate(mean_learner(), data, {heldout = {list[1], list[6], "p001"}, permutations = 2}))
  t.equal(r.heldout.looks, 3)
  t.match(printed(r), "looked at 3 times; the interval no longer means what it says")
  -- No names are kept.
  local file = assert(io.open(r.heldout.looks_file))
  t.ok(not file:read("a"):find("p001"))
  file:close()
end)

t.test("held out: wrong sets are named", function()
  local data = data_of(simulated(6, 0, 1, 2))
  local function bad(pattern, heldout)
    t.raises(pattern, kit.evaluate, mean_learner(), data, {heldout = heldout, caller = "model.fit"})
  end
  bad('no participant has split = "tset"; there is "train", "test"', "tset")
  bad('participant "p01" is not in the data; did you mean "p001"', {"p01"})
  local whole = {}
  for i, p in ipairs(data.participants) do whole[i] = p end
  bad("leaves nobody to train on", whole)
  local plain = data_of(simulated(6, 0, 1, 2):drop("split"))
  t.raises('needs a column "split"', kit.evaluate, mean_learner(), plain, {heldout = "test"})
end)

-- ---- Resuming ----

t.test("finished folds are kept, used again, and go at the end", function()
  local data = data_of(simulated(10, 0.8, 15, 3))
  local prefix = os.tmpname()
  os.remove(prefix)
  local fits, stop_at = 0, 4
  local learner = mean_learner()
  learner.fit = function(d, rows)
    fits = fits + 1
    if fits == stop_at then return nil, "stopped", "cancelled" end
    return fit_mean(d, rows)
  end
  local options = {permutations = 0, threshold = 0.5, checkpoint = prefix}
  t.equal(kit.evaluate(learner, data, options), nil)
  t.equal(fits, 4)
  local kept = assert(io.open(prefix .. ".r1f3", "rb"))
  local bytes = kept:read("a")
  kept:close()
  -- A damaged file is not used.
  local damaged = assert(io.open(prefix .. ".r1f3", "wb"))
  damaged:write(bytes:sub(1, 60), string.char(bytes:byte(61) ~ 255), bytes:sub(62))
  damaged:close()
  fits, stop_at = 0, 0
  local r = assert(kit.evaluate(learner, data, options))
  t.equal(fits, 3)
  t.equal(io.open(prefix .. ".r1f1", "rb"), nil)
  local whole = assert(kit.evaluate(mean_learner(), data, {permutations = 0, threshold = 0.5}))
  t.equal(tostring(r), tostring(whole))
end)

-- ---- Leakage ----

-- n + n participants without any difference between groups, each with `rows` rows about a centre of its own:
-- clips, as it were.
local function clip_rows(n, rows, seed, own)
  local columns = {participant = {}, group = {}}
  local width = 4
  for c = 1, width do columns["m" .. c] = {} end
  for c = 1, width do
    local centre = normals(2 * n, kit.core.seed_of(seed, c))
    local noise = normals(2 * n * rows, kit.core.seed_of(seed, c, 1))
    for i = 1, 2 * n do
      for r = 1, rows do
        local at = (i - 1) * rows + r
        columns.participant[at], columns.group[at] = "p" .. i, i <= n and "MG" or "HC"
        columns["m" .. c][at] = own * centre[i] + noise[at]
      end
    end
  end
  return df.new(columns)
end

-- The three nearest training rows' labels.
local Nearest = {}
Nearest.__index = Nearest
function Nearest:scores(data, rows)
  local scores, width = {}, #data.measures
  for r, row in ipairs(rows) do
    local all = {row}
    table.move(self.rows, 1, #self.rows, 2, all)
    local folds = {1}
    for i = 2, #all do folds[i] = 2 end
    local near = kit.core.neighbours(kit.measure_values(data, all), width, folds, 3)[1]
    local sum = 0
    for _, place in ipairs(near) do sum = sum + self.level[all[place]] / 3 end
    scores[r] = {0.02 + 0.96 * sum}
  end
  return scores
end
local function nearest_learner()
  return {kind = "nearest", title = "Nearest", source = "measures", grid = {{}}, fit = function(data, rows)
    return setmetatable({rows = rows, level = data.level}, Nearest)
  end}
end

t.test("leakage: clips split instead of participants are heard and shouted about", function()
  local data = assert(kit.data {table = clip_rows(12, 5, 3, 5), positive = "MG", unit = "clip"})
  t.equal(#data.participants, 120)
  local r = assert(kit.evaluate(nearest_learner(), data, {permutations = 0, threshold = 0.5}))
  t.equal(#r.predictions, 24)
  t.ok(r.auc > 0.75, "without any difference between groups, from leakage alone")
  t.ok(r.leakage.found)
  t.ok(r.leakage.p < 1e-6)
  t.ok(r.leakage.neighbours.auc > 0.75)
  t.match(printed(r), "LEAKAGE: the same participants are on both sides of the split")
  t.match(printed(r), "SPLIT BY CLIP, NOT BY PARTICIPANT")
end)

t.test("leakage: silent where participants are split, whatever the difference between groups", function()
  local spoke = 0
  for seed = 1, 40 do
    local data = data_of(simulated(20, seed % 2 == 0 and 1.5 or 0, 200 + seed, 4))
    local r = kit.leakage(data, kit.plan(data, (function()
      local rows = {}
      for i = 1, 40 do rows[i] = i end
      return rows
    end)(), {folds = 5, repeats = 1, seed = seed})[1], nil, seed)
    t.equal(#r.certain, 0)
    t.near(r.neighbours.auc, 0.5, 0.05)
    if r.p < 0.01 then spoke = spoke + 1 end
  end
  t.ok(spoke <= 2, "p < .01 in " .. spoke .. " of 40")
end)

t.test("leakage: a learner that peeks at the tested labels is found by retraining", function()
  local learner = mean_learner()
  learner.fit = function(data, rows)
    local all = {}
    for i = 1, #data.participants do all[i] = i end
    return fit_mean(data, all, rows)
  end
  local data = data_of(simulated(12, 0, 16, 20))
  local r = assert(kit.evaluate(learner, data, {permutations = 19, threshold = 0.5}))
  t.ok(r.auc > 0.75)
  t.ok(r.permutation.p > 0.05, "the permutation test alone does not see it")
  t.ok(r.leakage.retrained.p < 1e-4)
  t.ok(r.leakage.found)
end)

t.test("leakage: one person under two names", function()
  local frame = simulated(10, 0, 17, 4)
  local columns = {}
  for _, name in ipairs {"m1", "m2", "m3", "m4"} do
    columns[name] = frame:col(name):map(function(x, i) return i == 2 and frame:col(name)[1] or x end)
  end
  local data = data_of(frame:with(columns))
  local found = kit.leakage(data, {{1, 3, 5}, {2, 4, 6}}, nil, 1)
  t.match(found.certain[1], 'the same measures under two participants: "p001" and "p002"')
  t.equal(#kit.leakage(data, {{1, 2, 5}, {3, 4, 6}}, nil, 1).certain, 0)
end)

t.test("a result fits 80 columns and is a data frame when asked", function()
  local r = assert(kit.evaluate(mean_learner(), data_of(simulated(15, 0.8, 18, 3)), {permutations = 9}))
  for line in (tostring(r) .. "\n"):gmatch("(.-)\n") do t.ok(utf8.len(line) <= 80, line) end
  local d = r:df()
  t.equal(#d, 1)
  t.equal(d.model[1], "Nearest mean")
  t.equal(d.auc_low[1], r.ci[1])
end)

-- ---- A cohort of videos ----

-- Two patients and two controls, and a fifth who is the first patient's video under another name.
local function filmed()
  local folder = t.folder()
  local path = assert(sim.cohort(folder .. "/films", {patients = 2, controls = 2, tasks = {"happiness"},
    seconds = 2.6, fps = 10, size = {240, 180}, seed = 3}))
  local manifest = assert(df.read(path))
  local again = manifest:head(1):with {participant = {"P09"}}
  manifest:append(again):write(path)
  local c = assert(cohort.open(path))
  assert(c:extract {progress = false})
  return c, path
end

t.test("a cohort: measures, clips, contents, and looks beside the store", function()
  local c, path = filmed()
  local data = assert(kit.data {cohort = c, positive = "MG", covariates = {"age"}, task = "happiness"})
  t.equal(table.concat(data.participants, " "), "P01 P02 C01 C02 P09")
  t.equal(table.concat(data.level, " "), "1 1 0 0 1")
  for _, name in ipairs(data.measures) do
    t.match(name, "^happiness_")
    t.ok(not name:find("coverage") and not name:find("truncated"))
  end
  t.equal(data.covariates.age[1], assert(df.read(path)).age[1])
  local one = assert(kit.data {cohort = c, positive = "MG", measures = {"commissure_l_peak"}})
  t.equal(table.concat(one.measures, " "), "happiness_commissure_l_peak")

  local found = kit.leakage(data, {{1, 3}, {2, 4, 5}}, nil, 1)
  t.match(found.certain[1], 'the same video under two participants: "P01" and "P09"')
  t.ok(found.found)
  t.equal(#kit.leakage(data, {{1, 3, 5}, {2, 4}}, nil, 1).certain, 0)

  local looks, file = kit.count_look(data, {2, 3}, "logistic", "model.fit")
  t.equal(looks, 1)
  t.equal(file, path .. ".sqlite.looks")
  t.equal(kit.count_look(data, {3}, "forest", "model.fit"), 2)
  local listed = io.popen("stat -c %a '" .. file .. "'")
  t.equal(listed:read("l"), "600")
  listed:close()
  t.ok(not t.read(file):find("P02"))

  local clips = assert(c:clips {per = 3, frames = 8, size = 32, span = 0.8, progress = false})
  local seen = assert(kit.data {cohort = c, clips = clips, positive = "MG"})
  t.equal(seen.source, "clips")
  t.equal(#seen.participants, 5)
  t.equal(table.concat(seen.clip_rows[2], " "), "4 5 6")
  local people = df.new {participant = {"C02", "P02"}, group = {"HC", "MG"}}
  seen = assert(kit.data {clips = clips, table = people, positive = "MG"})
  t.equal(table.concat(seen.participants, " "), "C02 P02")
  t.equal(table.concat(seen.clip_rows[1], " "), "10 11 12")
  -- Clips split instead of participants.
  local split = assert(kit.data {clips = clips, positive = "MG", unit = "clip", table = df.new {
    participant = {"P01", "P02", "C01", "C02"}, group = {"MG", "MG", "HC", "HC"}}})
  t.equal(#split.participants, 12)
  local rows = {}
  for i = 1, 12 do rows[i] = i end
  local spoken = kit.leakage(split, kit.stratified_folds(split.level, rows, 3, 1), nil, 1)
  t.ok(spoken.neighbours.auc > 0.8)
  t.ok(spoken.p < 1e-6)

  t.equal(c:forget("C01"), 1)
  t.equal(kit.count_look(data, {2}, "logistic", "model.fit"), 2)
  t.equal(kit.count_look(data, {3}, "logistic", "model.fit"), 1)
  c:close()
end)

t.test("a place that cannot be counted in is not looked at", function()
  local data = data_of(simulated(6, 0, 1, 2))
  data.store = t.folder() .. "/missing/cohort.csv.sqlite"
  t.fails("model%.fit: .*missing", nil, kit.evaluate(mean_learner(), data,
    {heldout = "test", permutations = 2, folds = 2, caller = "model.fit"}))
end)
