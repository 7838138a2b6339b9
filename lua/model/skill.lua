-- SPDX-License-Identifier: GPL-3.0-or-later
-- What is told of predictions, one per participant: sensitivity, specificity, accuracy, confusion,
-- calibration, and agreement of ordered levels.

local kit = ...
local core = kit.core
local df = require "mien.df"

local NAN = 0 / 0
local CLIP = 1e-6
local MOST_BINS = 10

local function interval(part, whole, conf)
  local low, high = core.wilson(part, whole, conf)
  return {low, high}
end

-- counts[true level + 1][predicted level + 1]
local function count_pairs(people, levels)
  local counts = {}
  for a = 1, levels do
    counts[a] = {}
    for b = 1, levels do counts[a][b] = 0 end
  end
  for _, one in ipairs(people) do
    if one.predicted then
      local row = counts[one.level + 1]
      row[one.predicted + 1] = row[one.predicted + 1] + 1
    end
  end
  return counts
end

-- Sensitivity and specificity of "level k or above" by its own threshold.
local function proportions(people, k, conf)
  local tp, fp, tn, fn = 0, 0, 0, 0
  for _, one in ipairs(people) do
    if one.margin[k] == one.margin[k] then
      local called, is = one.margin[k] >= 0, one.level >= k
      if called and is then
        tp = tp + 1
      elseif called then
        fp = fp + 1
      elseif is then
        fn = fn + 1
      else
        tn = tn + 1
      end
    end
  end
  local function share(part, whole) return whole > 0 and part / whole or NAN end
  return {
    sensitivity = share(tp, tp + fn), sensitivity_ci = interval(tp, tp + fn, conf),
    specificity = share(tn, tn + fp), specificity_ci = interval(tn, tn + fp, conf),
    tp = tp, fp = fp, tn = tn, fn = fn,
  }
end

-- ---- Calibration ----

local function logit(p)
  p = math.max(CLIP, math.min(1 - CLIP, p))
  return math.log(p / (1 - p))
end
kit.logit = logit

-- Newton's steps for y ~ intercept + slope * x by maximum likelihood; with slope given, for the intercept
-- alone. NaN where the groups are separated, so that there is no maximum.
local function logistic_line(x, y, slope)
  local a, b = 0, slope or 1
  for _ = 1, 50 do
    local ga, gb, haa, hab, hbb = 0, 0, 0, 0, 0
    for i = 1, #x do
      local p = 1 / (1 + math.exp(-a - b * x[i]))
      local w = p * (1 - p)
      ga, gb = ga + y[i] - p, gb + (y[i] - p) * x[i]
      haa, hab, hbb = haa + w, hab + w * x[i], hbb + w * x[i] * x[i]
    end
    local da, db
    if slope then
      da, db = ga / haa, 0
    else
      local det = haa * hbb - hab * hab
      if not (det > 1e-12 * haa * hbb) then return NAN, NAN end
      da, db = (hbb * ga - hab * gb) / det, (haa * gb - hab * ga) / det
    end
    a, b = a + da, b + db
    if not (math.abs(a) < 1e3 and math.abs(b) < 1e3) then return NAN, NAN end
    if math.abs(da) + math.abs(db) < 1e-12 then return a, b end
  end
  return NAN, NAN
end

-- Participants in order of their probability, cut into groups of about equal size.
local function calibration_curve(probability, y, conf)
  local order = {}
  for i = 1, #y do order[i] = i end
  table.sort(order, function(i, k)
    if probability[i] ~= probability[k] then return probability[i] < probability[k] end
    return i < k
  end)
  local bins = math.max(1, math.min(MOST_BINS, #y // 10))
  local columns = {n = {}, predicted = {}, observed = {}, low = {}, high = {}}
  for b = 1, bins do
    local first, last = (b - 1) * #y // bins + 1, b * #y // bins
    local sum, positive, n = 0, 0, last - first + 1
    for i = first, last do sum, positive = sum + probability[order[i]], positive + y[order[i]] end
    columns.n[b], columns.predicted[b], columns.observed[b] = n, sum / n, positive / n
    columns.low[b], columns.high[b] = core.wilson(positive, n, conf)
  end
  return df.new {{"n", columns.n}, {"predicted", columns.predicted}, {"observed", columns.observed},
    {"low", columns.low}, {"high", columns.high}}
end

-- Calibration of the probability of level k or above: intercept (in the large: slope held at 1), slope,
-- Brier score and the curve. Probabilities are held within 1e-6 of 0 and 1 for their logits.
local function calibration(people, k, conf)
  local x, y, p, brier = {}, {}, {}, 0
  for _, one in ipairs(people) do
    local score = one.scores[k]
    if score == score then
      local n = #y + 1
      y[n], p[n], x[n] = one.level >= k and 1 or 0, score, logit(score)
      brier = brier + (score - y[n]) ^ 2
    end
  end
  if #y == 0 then return {intercept = NAN, slope = NAN, brier = NAN, n = 0} end
  local intercept = logistic_line(x, y, 1)
  local _, slope = logistic_line(x, y)
  return {intercept = intercept, slope = slope, brier = brier / #y, n = #y,
    curve = calibration_curve(p, y, conf)}
end

-- ---- Ordered levels ----

-- The level expected of the probabilities: 0 + P(level >= 1) + ...
local function expected_level(one)
  local sum = 0
  for _, p in ipairs(one.scores) do sum = sum + p end
  return sum
end

-- Agreement of true and predicted levels, with its interval.
local function kappas(people, levels, conf)
  local truth, called, order = {}, {}, {}
  for k = 1, levels do order[k] = k - 1 end
  for _, one in ipairs(people) do
    if one.predicted then truth[#truth + 1], called[#called + 1] = one.level, one.predicted end
  end
  local result = {linear = NAN, linear_ci = {NAN, NAN}, quadratic = NAN, quadratic_ci = {NAN, NAN}}
  if #truth == 0 then return result end
  for _, weights in ipairs {"linear", "quadratic"} do
    local k = kit.stats.kappa(truth, called, {weights = weights, levels = order, conf = conf})
    result[weights], result[weights .. "_ci"] = k.kappa, k.ci
  end
  return result
end

local function spearman(people)
  local x, y = {}, {}
  for i, one in ipairs(people) do x[i], y[i] = expected_level(one), one.level end
  return kit.stats.cor(x, y, {method = "spearman"})
end

-- ---- All of it ----

local function confusion_frame(counts, names, label)
  local columns = {{label, names}}
  for b, name in ipairs(names) do
    local values = {}
    for a = 1, #names do values[a] = counts[a][b] end
    columns[#columns + 1] = {"called " .. name, values}
  end
  return df.new(columns)
end

-- people: {name =, level =, scores = {P(level >= k)}, margin = {score less threshold}, predicted = level or
-- nil}. Fills the fields of result.
function kit.fill_skill(result, people, data, conf)
  local levels = #data.levels
  local counts = count_pairs(people, levels)
  local right, total = 0, 0
  for a = 1, levels do
    right = right + counts[a][a]
    for b = 1, levels do total = total + counts[a][b] end
  end
  result.accuracy = total > 0 and right / total or NAN
  result.accuracy_ci = interval(right, total, conf)
  result.counts, result.confusion = counts, confusion_frame(counts, data.levels, data.label)
  result.at = {}
  for k = 1, levels - 1 do
    result.at[k] = proportions(people, k, conf)
    result.at[k].calibration = calibration(people, k, conf)
    result.at[k].level = data.levels[k + 1]
  end
  if levels == 2 then
    for name, value in pairs(result.at[1]) do
      if name ~= "level" then result[name] = value end
    end
    return
  end
  result.kappa = kappas(people, levels, conf)
  result.spearman = spearman(people)
end

-- The level that margins amount to: how many thresholds are reached. nil where a score is missing.
function kit.predicted_level(margin)
  local level = 0
  for _, over in ipairs(margin) do
    if over ~= over then return nil end
    if over >= 0 then level = level + 1 end
  end
  return level
end

kit.expected_level = expected_level
