-- SPDX-License-Identifier: GPL-3.0-or-later
-- Simulated participants and simple learners, for the tests of the model module.

local _ = model.clips -- Loads the module, whose inside is tested.
local kit = require "mien.model.kit"
local simulated = {kit = kit}

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

function simulated.fit_mean(data, rows)
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

function simulated.mean_learner(change)
  local learner = {kind = "mean", title = "Nearest mean", source = "measures", grid = {{}},
    fit = simulated.fit_mean,
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
function simulated.given_learner()
  return {kind = "given", title = "Given", source = "measures", grid = {{}},
    fit = function() return setmetatable({}, Given) end}
end

local core_draw = kit.core.draw
-- Sums of 12 uniform draws: nearly normal, the same on every machine.
function simulated.normals(count, seed)
  local draws, list = core_draw(12 * count, 1000001, seed), {}
  for i = 1, count do
    local sum = 0
    for j = 12 * i - 11, 12 * i do sum = sum + (draws[j] - 1) / 1000000 end
    list[i] = sum - 6
  end
  return list
end

-- n + n participants with `width` measures, the patients' higher by d.
function simulated.people(n, d, seed, width)
  local columns = {participant = {}, group = {}, age = {}, sex = {}, split = {}}
  local age = simulated.normals(2 * n, kit.core.seed_of(seed, 99))
  for i = 1, 2 * n do
    columns.participant[i], columns.group[i] = string.format("p%03d", i), i <= n and "MG" or "HC"
    columns.age[i], columns.sex[i] = 50 + 10 * age[i], age[i] * 7 % 1 < 0.5 and "f" or "m"
    columns.split[i] = i % 5 == 0 and "test" or "train"
  end
  for c = 1, width do
    local values = simulated.normals(2 * n, kit.core.seed_of(seed, c))
    for i = 1, n do values[i] = values[i] + d end
    columns["m" .. c] = values
  end
  return df.new(columns)
end

function simulated.data(frame, change)
  local options = {table = frame, positive = "MG", covariates = {"age", "sex"}, caller = "model.fit"}
  for name, value in pairs(change or {}) do options[name] = value end
  return assert(kit.data(options))
end

simulated.QUICK = {permutations = 0}
function simulated.with(options, more)
  local all = {}
  for name, value in pairs(options) do all[name] = value end
  for name, value in pairs(more) do all[name] = value end
  return all
end

-- What a result prints, in one line.
function simulated.printed(r) return (tostring(r):gsub("%s+", " ")) end

return simulated
