-- SPDX-License-Identifier: GPL-3.0-or-later
-- Null cohorts, cohorts with an effect of d = 0.8, and null cohorts split by clip: the AUC within folds, and
-- how often the check for leakage speaks (p < .01).
--
-- A cohort has 20 + 20 participants with 24 measures, alike within a participant through two common factors
-- (a third of the variance each). With an effect, six of the measures are higher in patients by 0.8 SD.

local GROUP, MEASURES, TOLD, CLIPS = 20, 24, 6, 5
local cohorts = tonumber(arg[1]) or 20
local KINDS = {"logistic", "svm", "svm_rbf", "forest"}

local _ = model.fit -- Loads the module.
local core = require("mien.model.kit").core

-- Sums of twelve uniform draws less six: mean 0, SD 1, nearly normal.
local function normals(count, ...)
  local draws, list = core.draw(12 * count, 1000001, core.seed_of(...)), {}
  for i = 1, count do
    local sum = -6
    for j = 12 * i - 11, 12 * i do sum = sum + (draws[j] - 1) / 1000000 end
    list[i] = sum
  end
  return list
end

-- One row per participant and clip; between clips of a participant a third of the SD changes.
local function cohort(seed, d, clips)
  local columns, n = {participant = {}, group = {}}, 2 * GROUP
  local common = {normals(n, seed, 1), normals(n, seed, 2)}
  for m = 1, MEASURES do
    local own, within, values = normals(n, seed, 3, m), normals(n * clips, seed, 4, m), {}
    for i = 1, n do
      local centre = (common[1][i] + common[2][i] + own[i]) / math.sqrt(3)
        + (i <= GROUP and m <= TOLD and d or 0)
      for c = 1, clips do
        values[(i - 1) * clips + c] = clips == 1 and centre or centre + within[(i - 1) * clips + c] / 3
      end
    end
    columns[string.format("m%02d", m)] = values
  end
  for i = 1, n do
    for c = 1, clips do
      columns.participant[(i - 1) * clips + c] = string.format("p%02d", i)
      columns.group[(i - 1) * clips + c] = i <= GROUP and "MG" or "HC"
    end
  end
  return df.new(columns)
end

local function series(kind, d, clips)
  local areas, spoke, beat = {}, 0, 0
  for seed = 1, cohorts do
    local r = assert(model.fit {data = cohort(seed, d, clips), kind = kind, positive = "MG", nested = false,
      unit = clips > 1 and "clip" or "participant", permutations = clips > 1 and 0 or 19, seed = seed,
      threshold = 0.5, progress = false})
    areas[seed] = r.auc
    if r.leakage.p < 0.01 then spoke = spoke + 1 end
    if r.permutation.p <= 0.05 then beat = beat + 1 end
  end
  local about = stats.describe(areas)
  return string.format("  %-20s AUC %.3f (SD %.3f, %.2f to %.2f)   leakage spoke %2d   p <= .05 in %2d",
    kind, about.mean, about.sd, about.min, about.max, spoke, beat)
end

for _, case in ipairs {
  {string.format("%d null cohorts of 20 + 20, participants split", cohorts), 0, 1},
  {string.format("%d cohorts of 20 + 20, d = 0.8 in 6 of 24 measures", cohorts), 0.8, 1},
  {string.format("%d null cohorts, 5 clips each, clips split instead of participants", cohorts), 0, CLIPS},
} do
  print(case[1])
  for _, kind in ipairs(KINDS) do print(series(kind, case[2], case[3])) end
end
