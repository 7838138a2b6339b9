-- SPDX-License-Identifier: GPL-3.0-or-later
-- kit.evaluate: the numbers against R and against stats, chance, and going on after a stop. Learners of these
-- tests are simple on purpose.

local t = require "harness"
local simulated = require "model.simulated"
local kit = simulated.kit
local mean_learner = simulated.mean_learner
local given_learner = simulated.given_learner
local data_of = simulated.data
local with = simulated.with
local QUICK = simulated.QUICK
local fit_mean = simulated.fit_mean
local printed = simulated.printed
local people = simulated.people
local nan = 0 / 0

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
  local data = data_of(people(25, 0.7, 8, 3))
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
  local data = data_of(people(15, 0.7, 9, 3))
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
  local data = data_of(people(8, 1.2, 10, 2))
  local r = assert(kit.evaluate(mean_learner(), data, {leave_one_out = true}))
  t.equal(#r.folds, 16)
  t.ok(r.auc_within ~= r.auc_within)
  t.equal(r.auc, r.auc_pooled)
  t.match(tostring(r), "AUC [%d.]+ %[[%d., ]+%] pooled\n")
  t.match(tostring(r), "each participant left out once")
  t.ok(not r.permutation.retrained)
end)

t.test("the same seed gives the same numbers, another one others", function()
  local data = data_of(people(15, 0.5, 11, 3))
  local a = assert(kit.evaluate(mean_learner(), data, {seed = 4, permutations = 5}))
  local b = assert(kit.evaluate(mean_learner(), data, {seed = 4, permutations = 5}))
  local c = assert(kit.evaluate(mean_learner(), data, {seed = 5, permutations = 5}))
  t.equal(tostring(a), tostring(b))
  t.ok(a.auc ~= c.auc)
end)

t.test("settings are chosen within the training part; of equal ones the first", function()
  local data = data_of(people(20, 1, 12, 2))
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
  local r, message, code = kit.evaluate(learner, data_of(people(6, 0, 1, 2)), QUICK)
  t.equal(r, nil)
  t.equal(message, "model.fit: no light")
  t.equal(code, "data")
end)

t.test("wrong use of evaluate", function()
  local data = data_of(people(6, 0, 1, 2))
  t.raises("folds must be a whole number, at least 2, not 1", kit.evaluate, mean_learner(), data, {folds = 1})
  t.raises("conf must be a number between 0 and 1", kit.evaluate, mean_learner(), data, {conf = 95})
  t.raises("leave_one_out gives the same folds", kit.evaluate, mean_learner(), data,
    {leave_one_out = true, repeats = 3})
  t.raises("learns from clips, but the data are measures", kit.evaluate, mean_learner {source = "clips"},
    data)
  t.raises('covariates: "height" is not among', kit.evaluate, mean_learner(), data, {covariates = "height"})
  t.raises('did you mean "folds"', kit.evaluate, mean_learner(), data, {fold = 3})
end)

t.test("scores that are missing are not guessed", function()
  local frame = people(10, 1, 13, 1)
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
  local some = assert(kit.evaluate(mean_learner(), data_of(people(20, 1, 14, 3)), {permutations = 39}))
  t.ok(some.permutation.retrained)
  t.equal(some.permutation.p, 1 / 40)
  local sum = 0
  for seed = 1, 10 do
    local r = assert(kit.evaluate(mean_learner(), data_of(people(10, 0, 20 + seed, 3)),
      {permutations = 19, threshold = 0.5}))
    sum = sum + r.permutation.p / 10
  end
  t.near(sum, 0.5, 0.28)
end)

-- ---- Resuming ----

t.test("finished folds are kept, used again, and go at the end", function()
  local data = data_of(people(10, 0.8, 15, 3))
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

t.test("a result fits 80 columns and is a data frame when asked", function()
  local r = assert(kit.evaluate(mean_learner(), data_of(people(15, 0.8, 18, 3)), {permutations = 9}))
  for line in (tostring(r) .. "\n"):gmatch("(.-)\n") do t.ok(utf8.len(line) <= 80, line) end
  local d = r:df()
  t.equal(#d, 1)
  t.equal(d.model[1], "Nearest mean")
  t.equal(d.auc_low[1], r.ci[1])
end)
