-- SPDX-License-Identifier: GPL-3.0-or-later
-- ROC curves: labels, directions, methods and printing.

local t = require "harness"
local df = require "mien.df"
local nan = 0 / 0

local score = {0.42, 0.55, 0.31, 0.6, 0.71, 0.5, 0.38, 0.66}
local label = {"MG", "HC", "MG", "MG", "HC", "HC", "MG", "HC"}

t.test("labels may be text, numbers or booleans", function()
  local options = {positive = "MG", direction = "lower"}
  local r = stats.roc(score, label, options)
  local ones, yes = {}, {}
  for i, name in ipairs(label) do ones[i], yes[i] = name == "MG" and 1 or 0, name == "MG" end
  t.equal(r.auc, 0.875)
  for _, other in ipairs {ones, yes, df.column(ones), df.column(label)} do
    local text = df.is_column(other) and type(other[1]) == "string"
    local same = stats.roc(score, other, {direction = "lower", positive = text and "MG" or nil})
    t.equal(same.auc, r.auc)
    t.equal(same.se, r.se)
  end
  t.equal(r.positive, "MG")
  t.equal(r.negative, "HC")
  t.equal(r.n[1], 4)
  t.equal(stats.roc(df.column(score), df.column(label), options).auc, r.auc)
end)

t.test("direction and positive are never guessed", function()
  t.raises('stats%.roc: direction must be given: "higher"', stats.roc, score, label, {positive = "MG"})
  t.raises('stats%.roc: direction must be given', stats.roc, score, label)
  t.raises('stats%.roc: positive must be given; which of "MG", "HC"', stats.roc, score, label,
    {direction = "lower"})
  t.raises('stats%.roc: positive is "PD", but the labels are "MG", "HC"', stats.roc, score, label,
    {direction = "lower", positive = "PD"})
  t.raises('direction must be one of "higher", "lower", not "<"', stats.roc, score, label, {direction = "<"})
end)

t.test("wrong use names function and argument", function()
  local o = {direction = "lower", positive = "MG"}
  t.raises('label must have two different values, not "MG", "HC", "PD"', stats.roc, {1, 2, 3},
    {"MG", "HC", "PD"}, o)
  t.raises("score and label must be as long as each other, but they have 2 and 8", stats.roc, {1, 2}, label,
    o)
  t.raises("label must be text, numbers or booleans, but item 2 is a table", stats.roc, {1, 2}, {"MG", {}}, o)
  t.raises("label must be an array or column", stats.roc, {1, 2}, "MG", o)
  t.raises("score must be numbers", stats.roc, {"1", 2}, {"MG", "HC"}, o)
  t.raises('ci must be one of "delong", "logit", "hanley", "bootstrap"', stats.roc, score, label,
    {direction = "lower", positive = "MG", ci = "wald"})
  t.raises("conf must be between 0 and 1", stats.roc, score, label,
    {direction = "lower", positive = "MG", conf = 90})
  local r = stats.roc(score, label, o)
  t.raises("roc:at: give one of threshold, sensitivity and specificity", r.at, r, {})
  t.raises("roc:at: give one of", r.at, r, {threshold = 1, sensitivity = 0.5})
  t.raises("roc:at: sensitivity must be between", r.at, r, {sensitivity = 90})
  t.raises("roc:at: the first argument must be a result of stats%.roc", r.at, {}, {sensitivity = 0.9})
  t.raises("stats%.roc_test: b must be a result of stats%.roc, not a table", stats.roc_test, r, {auc = 0.5})
end)

t.test("missing scores and labels are dropped and counted", function()
  local r = stats.roc({0.4, nan, 0.7, 0.9, 0.1}, {0, 1, 1, nan, 0}, {direction = "higher"})
  t.equal(r.dropped, 2)
  t.equal(r.auc, 1.0)
  t.match(tostring(r), "2 rows dropped")
end)

t.test("one group alone is undefined, not an error", function()
  for _, r in ipairs {
    stats.roc({1, 2}, {"MG", "MG"}, {direction = "higher", positive = "MG"}),
    stats.roc({}, {}, {direction = "higher"}),
    stats.roc({1, 2, 3}, {0, 0, 0}, {direction = "higher"}), stats.roc({nan}, {1}, {direction = "lower"}),
  } do
    t.ok(r.auc ~= r.auc and r.se ~= r.se and r.threshold ~= r.threshold)
    t.match(tostring(r), "nothing to compare")
  end
end)

t.test("at answers for any threshold, also one that is a score", function()
  local r = stats.roc(score, label, {positive = "MG", direction = "lower"})
  for _, threshold in ipairs {0.3, 0.31, 0.42, 0.43, 0.5, 0.59, 0.6, 0.9} do
    local tp, fp = 0, 0
    for i, s in ipairs(score) do
      if s <= threshold then
        if label[i] == "MG" then tp = tp + 1 else fp = fp + 1 end
      end
    end
    local p = r:at {threshold = threshold}
    t.equal(p.tp, tp)
    t.equal(p.fp, fp)
    t.equal(p.threshold, threshold)
    t.equal(p.sensitivity, tp / 4)
  end
  t.ok(r:at({sensitivity = 1}).sensitivity == 1)
  t.ok(r:at({specificity = 1}).specificity == 1)
  local youden = r:at {threshold = r.threshold}
  t.equal(youden.accuracy, r.accuracy)
  t.equal(youden.npv_ci[1], r.npv_ci[1])
end)

t.test("the curve is a data frame from all to nothing", function()
  local d = stats.roc(score, label, {positive = "MG", direction = "lower"}):df()
  t.equal(#d, 9)
  t.equal(table.concat(d:names(), " "), "threshold sensitivity specificity accuracy ppv npv")
  t.equal(d.sensitivity[1], 1)
  t.equal(d.specificity[9], 1)
  t.equal(d.threshold[1], math.huge)
  t.ok(d.npv[1] ~= d.npv[1])
  local area = 0
  for i = 2, #d do
    area = area + (d.sensitivity[i] + d.sensitivity[i - 1]) / 2 * (d.specificity[i] - d.specificity[i - 1])
  end
  t.close(area, 0.875, 1e-12)
end)

t.test("equal Youden points: the higher specificity", function()
  -- Thresholds 1.5 and 3.5 have the same sum.
  local r = stats.roc({1, 2, 3, 4}, {0, 1, 0, 1}, {direction = "higher"})
  t.equal(r.threshold, 3.5)
  t.equal(r.specificity, 1)
end)

t.test("the bootstrap is repeatable by its seed", function()
  local function run(seed)
    return stats.roc(score, label, {positive = "MG", direction = "lower", ci = "bootstrap", seed = seed,
      replicates = 400})
  end
  local a, b, c = run(5), run(5), run(6)
  t.equal(a.ci[1], b.ci[1])
  t.equal(a.se, b.se)
  t.ok(a.se ~= c.se)
  t.equal(a.seed, 5)
  t.match(tostring(a), "bootstrap, 400 replicates, seed 5")
end)

-- Intervals by resampling are checked by coverage: of 200 simulated studies with a true AUC of 0.76 about
-- 95 % must hold it.
t.test("the bootstrap interval covers as it should", function()
  local state = 12345
  local function uniform()
    state = (state * 1103515245 + 12345) % 2147483648
    return (state + 0.5) / 2147483648
  end
  local function normal() return math.sqrt(-2 * math.log(uniform())) * math.cos(2 * math.pi * uniform()) end
  local hits = 0
  for study = 1, 200 do
    local s, l = {}, {}
    for i = 1, 80 do
      l[i] = i % 2
      s[i] = normal() + l[i]
    end
    local r = stats.roc(s, l, {direction = "higher", ci = "bootstrap", seed = study, replicates = 300})
    if r.ci[1] <= 0.76025 and r.ci[2] >= 0.76025 then hits = hits + 1 end
  end
  t.ok(hits >= 180 and hits <= 199, "held in " .. hits .. " of 200")
end)

t.test("notes on what to be careful with", function()
  t.match(tostring(stats.roc({1, 2, 3, 4}, {0, 0, 1, 1}, {direction = "higher"})), "perfect separation")
  t.match(tostring(stats.roc({1, 2, 3, 4}, {0, 0, 1, 1}, {direction = "lower"})), "check direction")
  t.match(tostring(stats.roc(score, label, {positive = "MG", direction = "higher"})),
    "AUC below 0%.5: check direction")
  t.match(tostring(stats.roc(score, label, {positive = "MG", direction = "lower"})),
    "under 30 per group, read with care")
  local s, l = {}, {}
  for i = 1, 80 do s[i], l[i] = (i * 37) % 101 + 20 * (i % 2), i % 2 end
  t.ok(not tostring(stats.roc(s, l, {direction = "higher"})):find("care"))
end)

t.test("perfect separation has no logit interval", function()
  local r = stats.roc({1, 2, 3, 4}, {0, 0, 1, 1}, {direction = "higher", ci = "logit"})
  t.ok(r.ci[1] ~= r.ci[1])
  t.equal(r.se, 0)
end)

t.test("it prints as two or three lines of at most 80 columns", function()
  for _, o in ipairs {{"lower", "delong"}, {"higher", "bootstrap"}, {"lower", "logit"}} do
    local r = stats.roc(score, label, {positive = "MG", direction = o[1], ci = o[2]})
    t.match(tostring(r), "^ROC   AUC 0%.%d%d %[")
    t.match(tostring(r), "4 MG, 4 HC")
    t.match(tostring(r), "%(Youden%): sensitivity %d%.%d%d %[")
    if (os.getenv("COLUMNS") or "80") == "80" then
      for line in (tostring(r) .. "\n" .. tostring(r:at {sensitivity = 0.5}) .. "\n"):gmatch("(.-)\n") do
        t.ok(utf8.len(line) <= 80, line)
      end
    end
  end
  -- Text from data cannot disturb the terminal.
  local odd = stats.roc({1, 2}, {"a\27[31m", "b"}, {direction = "higher", positive = "b"})
  t.ok(not tostring(odd):find("\27"))
end)

t.test("roc_test pairs curves of the same rows", function()
  local other = {0.5, 0.52, 0.33, 0.4, 0.6, 0.7, 0.71, 0.45}
  local a = stats.roc(score, label, {positive = "MG", direction = "lower"})
  local b = stats.roc(other, label, {positive = "MG", direction = "lower"})
  local r = stats.roc_test(a, b)
  t.equal(r.paired, true)
  t.close(r.diff, a.auc - b.auc, 1e-12)
  t.ok(r.z and not r.t)
  t.close(stats.roc_test(b, a).p, r.p, 1e-12)
  t.ok(stats.roc_test(a, b, {paired = false}).t)
  local few = stats.roc({1, 2, 3}, {0, 1, 1}, {direction = "higher"})
  t.equal(stats.roc_test(a, few).paired, false)
  t.raises("paired curves need the same labels", stats.roc_test, a, few, {paired = true})
  t.equal(stats.roc_test(a, a).p, 1)
  t.match(tostring(r), "DeLong's test of two scores of the same participants   z = ")
end)
