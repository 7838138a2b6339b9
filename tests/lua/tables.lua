-- SPDX-License-Identifier: GPL-3.0-or-later
-- stats.kappa, confusion, logistic and table1 beyond R's numbers: laws, degenerate data, wrong use, printing.

local t = require "harness"

local a = {"x", "y", "x", "y", "y", "x", "x", "y"}
local b = {"x", "y", "y", "y", "x", "x", "x", "y"}

t.test("kappa is symmetric, 1 where all agree, and says where it is undefined", function()
  t.close(stats.kappa(a, b).kappa, stats.kappa(b, a).kappa, 1e-14)
  local same = stats.kappa(a, a)
  t.equal(same.kappa, 1.0)
  t.equal(same.se, 0.0)
  local one = stats.kappa({1, 1, 1}, {1, 1, 1})
  t.ok(one.kappa ~= one.kappa)
  t.match(one.note, "one level")
  t.match(stats.kappa({}, {}).note, "too few")
  t.equal(stats.kappa({1, 2, df.NA}, {1, 2, 2}).dropped, 1)
  -- With two levels all weights are the same.
  t.close(stats.kappa(a, b, {weights = "quadratic"}).kappa, stats.kappa(a, b).kappa, 1e-14)
end)

t.test("kappa refuses to guess the order of levels", function()
  local c = {"mild", "severe", "moderate"}
  t.raises("stats.kappa: levels must be given", stats.kappa, c, c, {weights = "linear"})
  t.raises("not among the levels", stats.kappa, c, c, {levels = {"mild", "severe"}})
  t.raises("twice", stats.kappa, c, c, {levels = {"mild", "severe", "mild"}})
  t.raises("as long as each other", stats.kappa, {1, 2}, {1})
  t.raises("weights must be", stats.kappa, {1, 2}, {1, 2}, {weights = "cubic"})
  t.raises("did you mean", stats.kappa, {1, 2}, {1, 2}, {weight = "linear"})
end)

t.test("confusion agrees with roc at its threshold", function()
  local score, label = {0.1, 0.4, 0.35, 0.8, 0.7, 0.2}, {0, 0, 1, 1, 1, 0}
  local r = stats.roc(score, label, {direction = "higher"})
  local called = {}
  for i, s in ipairs(score) do called[i] = s >= r.threshold and 1 or 0 end
  local c = stats.confusion(label, called)
  for _, name in ipairs {"tp", "fp", "tn", "fn", "sensitivity", "specificity", "accuracy", "ppv", "npv"} do
    t.equal(c[name], r[name], name)
  end
  t.equal(c.specificity_ci[2], r.specificity_ci[2])
end)

t.test("confusion of one level only, of booleans, and of many", function()
  local c = stats.confusion({1, 1}, {1, 1})
  t.equal(c.sensitivity, 1.0)
  t.ok(c.specificity ~= c.specificity)
  t.equal(stats.confusion({true, false}, {true, true}).fp, 1)
  local many = stats.confusion({1, 2, 3}, {1, 3, 3})
  t.equal(many.sensitivity, nil)
  t.equal(many.classes[3].fp, 1)
  t.match(tostring(many), "mean sensitivity 0.67")
  t.raises("positive must be given", stats.confusion, {"a", "b"}, {"a", "a"})
  t.raises("positive belongs to two levels", stats.confusion, {1, 2, 3}, {1, 2, 3}, {positive = 1})
end)

local d = df.new{y = {0, 0, 1, 0, 1, 1, 0, 1}, x = {1, 2, 2, 3, 4, 5, 4, 3},
  sex = {"F", "M", "F", "M", "F", "M", "M", "M"}, apart = {0, 0, 1, 0, 1, 1, 0, 1}}

t.test("logistic regression names what separates the outcomes", function()
  local fit = stats.logistic(d, {y = "y", x = {"x", "apart"}})
  t.equal(fit.separated, true)
  t.match(fit.note, "separation: .*apart")
  t.equal(fit.odds_ratio[3], math.huge)
  t.ok(fit.low[3] ~= fit.low[3])
  t.near(fit.deviance, 0, 1e-4)
  -- Nobody with "a" is sick (quasi-complete separation): the rest of the model stays.
  local quasi = df.new{y = {0, 0, 0, 1, 0, 1, 1, 0, 1, 0}, x = {1, 3, 2, 2, 3, 4, 5, 4, 3, 5},
    site = {"a", "a", "a", "b", "b", "b", "b", "b", "b", "b"}}
  fit = stats.logistic(quasi, {y = "y", x = {"x", "site"}})
  t.equal(fit.states[3], "separated")
  t.equal(fit.states[2], "estimated")
  local alone = stats.logistic(quasi:where(function(row) return row.site == "b" end), {y = "y", x = "x"})
  t.close(fit.estimate[2], alone.estimate[2], 1e-3)
end)

t.test("logistic regression without enough rows or outcomes is NaN with a reason", function()
  local few = stats.logistic(df.new{y = {0, 1}, x = {1, 2}}, {y = "y", x = "x"})
  t.ok(few.estimate[1] ~= few.estimate[1])
  t.match(few.note, "too few rows")
  local one = stats.logistic(df.new{y = {1, 1, 1}, x = {1, 2, 4}}, {y = "y", x = "x"})
  t.match(one.note, "one outcome only")
  t.raises("no column \"z\"", stats.logistic, d, {y = "y", x = "z"})
  t.raises("y must be the name", stats.logistic, d, {x = "x"})
  t.raises("positive must be given", stats.logistic, d, {y = "sex", x = "x"})
  local scaled = stats.logistic(d:with{x = d.x * 1e6}, {y = "y", x = "x"})
  t.close(scaled.estimate[2] * 1e6, stats.logistic(d, {y = "y", x = "x"}).estimate[2], 1e-9)
end)

t.test("fitted probabilities stand beside their rows", function()
  local gap = d:with{x = {1, 2, df.NA, 3, 4, 5, 4, 3}}
  local fit = stats.logistic(gap, {y = "y", x = "x"})
  t.equal(fit.dropped, 1)
  t.equal(#fit.fitted, 8)
  t.ok(fit.fitted[3] ~= fit.fitted[3])
  local sum = 0
  for i = 1, 8 do
    if i ~= 3 then sum = sum + fit.fitted[i] end
  end
  t.close(sum, 3, 1e-9, "the mean of fitted is the share of positives")
end)

t.test("table 1 counts what is missing and names the tests", function()
  local people = df.new{group = {"MG", "MG", "MG", "HC", "HC", "HC"}, age = {50, 61, df.NA, 44, 58, 49},
    sex = {"F", "F", "M", "M", "F", "F"}, stage = {1, 2, 2, 3, 3, 1}}
  local one = stats.table1(people, {group = "group", counts = "stage"})
  t.equal(one.n[1], 3)
  t.equal(one.rows[1].missing[1], 1)
  local frame = one:df()
  t.equal(frame:names()[2], "MG (n = 3)")
  t.match(tostring(one), "Fisher's exact test")
  t.match(tostring(one), "stage, n %(%%%)")
  t.equal(stats.table1(people, {group = "group", levels = {"HC", "MG"}}).groups[1], "HC")
  t.match(stats.table1(people, {columns = {"age"}}).rows[1].cells[1], "%(.*%)")
  t.raises("more than one row", stats.table1, df.new{participant = {"a", "a"}, age = {1, 2}}, {})
  t.raises("did you mean", stats.table1, people, {group = "grup"})
end)

t.test("the band holds the curve and is the same for a seed", function()
  local score, label = {}, {}
  for i = 1, 60 do score[i], label[i] = (i * 37 % 61) + (i % 2) * 12, i % 2 end
  local r = stats.roc(score, label, {direction = "higher"})
  local one, two = r:band(), r:band{conf = 0.8}
  for i = 1, #one do
    t.ok(one.low[i] <= two.low[i] and two.high[i] <= one.high[i], "a lower level is narrower")
    t.ok(one.low[i] <= one.sensitivity[i] and one.sensitivity[i] <= one.high[i])
  end
  t.equal(r:band().low[40], one.low[40])
  t.equal(one.sensitivity[1], 1.0)
  local layers = plot.roc({a = r, b = r}, {band = true}):script()
  t.equal(select(2, layers:gsub("fill", "")) > 0, true)
  t.raises("band must be", plot.roc, r, {band = "yes"})
  t.equal(plot.confusion(stats.confusion(label, label)).kind, "confusion")
  t.raises("stats.confusion", plot.confusion, {})
end)
