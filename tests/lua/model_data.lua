-- SPDX-License-Identifier: GPL-3.0-or-later
-- kit.data and the splits: who is in, with which level and measures, and how folds are drawn.

local t = require "harness"
local simulated = require "model.simulated"
local kit = simulated.kit
local mean_learner = simulated.mean_learner
local data_of = simulated.data
local with = simulated.with
local QUICK = simulated.QUICK
local fit_mean = simulated.fit_mean
local people = simulated.people
local nan = 0 / 0

-- ---- Data ----

t.test("data: participants, levels, measures, covariates of a data frame", function()
  local data = data_of(people(6, 1, 1, 3))
  t.equal(#data.participants, 12)
  t.equal(table.concat(data.levels, " "), "HC MG")
  t.equal(data.level[1], 1)
  t.equal(data.level[12], 0)
  t.equal(table.concat(data.measures, " "), "m1 m2 m3")
  t.equal(data.covariates.sex[1], people(6, 1, 1, 3).sex[1])
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
  local frame = people(3, 0, 1, 2)
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
  local data = data_of(people(4, 0, 1, 2))
  t.raises('group "HC" has 4 participants, too few for 5 folds; say folds = 4 or leave_one_out', kit.evaluate,
    mean_learner(), data, {caller = "model.fit"})
end)

t.test("leave one out needs two of every level", function()
  local data = assert(kit.data {table = people(4, 0, 1, 2), label = "participant",
    levels = {{"p001", "p002"}, "p003"}})
  t.raises('participant "p003" has 1 participant; two are needed', kit.evaluate, mean_learner(), data,
    {leave_one_out = true})
end)

t.test("training parts never hold the tested, nor does anything within them", function()
  local data = data_of(people(12, 0.5, 5, 2))
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
