-- SPDX-License-Identifier: GPL-3.0-or-later
-- The covariate-adjusted area under the curve (Janes and Pepe 2009, Biometrika 96, 371-382): how well the
-- score tells a participant from controls of the same age and sex. The score's logit is described in
-- controls by a linear model of the covariates; of every participant the residual is taken, divided by the
-- controls' residual SD, and the area is that of the standardised residuals. The interval is a stratified
-- bootstrap of participants (percentiles), which fits the linear model anew each time.

local kit = ...
local core = kit.core

local NAN = 0 / 0
local REPLICATES = 1000

-- Columns of the linear model: a number as it is, text as one column for each value but the first.
local function design_columns(covariates, names, rows)
  local columns = {}
  for _, name in ipairs(names) do
    local column = covariates:col(name)
    if column:type() == "number" then
      local values = {}
      for i, row in ipairs(rows) do values[i] = column[row] end
      columns[#columns + 1] = values
    else
      local texts = {}
      for i, row in ipairs(rows) do texts[i] = kit.text_of(column[row]) end
      local levels = kit.distinct(texts)
      table.sort(levels)
      for k = 2, #levels do
        local values = {}
        for i = 1, #rows do values[i] = texts[i] == levels[k] and 1 or 0 end
        columns[#columns + 1] = values
      end
    end
  end
  return columns
end

-- Rows without a missing covariate.
local function complete_rows(covariates, names, count)
  local rows = {}
  for i = 1, count do
    local complete = true
    for _, name in ipairs(names) do complete = complete and kit.text_of(covariates:col(name)[i]) ~= nil end
    if complete then rows[#rows + 1] = i end
  end
  return rows
end

-- Solves the symmetric system a x = b in place by elimination with pivots; nil where it is singular.
local function solve(a, b)
  local n = #b
  for k = 1, n do
    local pivot = k
    for i = k + 1, n do
      if math.abs(a[i][k]) > math.abs(a[pivot][k]) then pivot = i end
    end
    if math.abs(a[pivot][k]) < 1e-10 then return nil end
    a[k], a[pivot], b[k], b[pivot] = a[pivot], a[k], b[pivot], b[k]
    for i = k + 1, n do
      local factor = a[i][k] / a[k][k]
      for c = k, n do a[i][c] = a[i][c] - factor * a[k][c] end
      b[i] = b[i] - factor * b[k]
    end
  end
  for k = n, 1, -1 do
    for c = k + 1, n do b[k] = b[k] - a[k][c] * b[c] end
    b[k] = b[k] / a[k][k]
  end
  return b
end

-- Least squares of y on rows x (each with a leading 1); nil where columns depend on each other.
local function least_squares(x, y)
  local width = #x[1]
  local a, b = {}, {}
  for i = 1, width do
    a[i], b[i] = {}, 0
    for k = 1, width do a[i][k] = 0 end
  end
  for r, row in ipairs(x) do
    for i = 1, width do
      b[i] = b[i] + row[i] * y[r]
      for k = 1, width do a[i][k] = a[i][k] + row[i] * row[k] end
    end
  end
  return solve(a, b)
end

-- Columns at mean 0 and SD 1, for the sake of the elimination's pivots; the fit is the same.
local function standardised(columns)
  local list = {}
  for _, values in ipairs(columns) do
    local mean, ss = 0, 0
    for _, x in ipairs(values) do mean = mean + x / #values end
    for _, x in ipairs(values) do ss = ss + (x - mean) ^ 2 end
    local sd = math.sqrt(ss / math.max(1, #values - 1))
    if sd > 0 then
      local scaled = {}
      for i, x in ipairs(values) do scaled[i] = (x - mean) / sd end
      list[#list + 1] = scaled
    end
  end
  return list
end

-- The adjusted area of people = {x = row of the design, y = score, positive =}. NaN where it is undefined.
local function adjusted_area(people)
  local x, y = {}, {}
  for _, one in ipairs(people) do
    if not one.positive then x[#x + 1], y[#y + 1] = one.x, one.y end
  end
  if #y <= #people[1].x then return NAN end
  local beta = least_squares(x, y)
  if not beta then return NAN end
  local residuals, positive = {}, {}
  for i, one in ipairs(people) do
    local fit = 0
    for k, value in ipairs(one.x) do fit = fit + beta[k] * value end
    -- The controls' SD divides all residuals alike, so it leaves the area as it is.
    residuals[i], positive[i] = one.y - fit, one.positive
  end
  return kit.area(residuals, positive)
end

local function percentile(sorted, p)
  local at = 1 + (#sorted - 1) * p
  local low = math.floor(at)
  local high = math.min(#sorted, low + 1)
  return sorted[low] + (at - low) * (sorted[high] - sorted[low])
end

local function bootstrap(people, seed, conf)
  local groups = {{}, {}}
  for _, one in ipairs(people) do table.insert(groups[one.positive and 1 or 2], one) end
  local areas = {}
  for r = 1, REPLICATES do
    local drawn = {}
    for g, group in ipairs(groups) do
      for _, i in ipairs(core.draw(#group, #group, core.seed_of(seed, r, g))) do
        drawn[#drawn + 1] = group[i]
      end
    end
    local area = adjusted_area(drawn)
    if area == area then areas[#areas + 1] = area end
  end
  if #areas < REPLICATES / 2 then return {NAN, NAN} end
  table.sort(areas)
  return {percentile(areas, (1 - conf) / 2), percentile(areas, (1 + conf) / 2)}
end

-- {auc =, ci =, unadjusted =, n =, dropped =, covariates =} of the probability of level k or above. people[i]
-- belongs to row rows[i] of data.covariates.
function kit.adjusted(people, rows, data, names, options, k)
  k = k or 1
  local complete, place = complete_rows(data.covariates, names, #data.participants), {}
  for i, row in ipairs(complete) do place[row] = i end
  local columns = standardised(design_columns(data.covariates, names, complete))
  local used, scores, positive = {}, {}, {}
  for i, one in ipairs(people) do
    local at = place[rows[i]]
    if at and one.scores[k] == one.scores[k] then
      local x = {1}
      for c, values in ipairs(columns) do x[c + 1] = values[at] end
      used[#used + 1] = {x = x, y = kit.logit(one.scores[k]), positive = one.level >= k}
      scores[#used], positive[#used] = one.scores[k], one.level >= k
    end
  end
  local result = {auc = NAN, ci = {NAN, NAN}, unadjusted = NAN, n = #used, dropped = #people - #used,
    covariates = names, replicates = REPLICATES}
  if #used == 0 then return result end
  result.auc, result.unadjusted = adjusted_area(used), kit.area(scores, positive)
  if result.auc == result.auc then
    result.ci = bootstrap(used, core.seed_of(options.seed, 11), options.conf)
  end
  return result
end
