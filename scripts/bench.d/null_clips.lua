-- SPDX-License-Identifier: GPL-3.0-or-later
-- Null studies of clips: drawn people of one kind, each filmed once. Every study takes forty of the eighty by
-- lot and calls twenty of them patients, so there is nothing to find. Then the same with clips split instead
-- of participants. Last, cohorts whose patients smile less far. Learners: the three nearest clips, made
-- small, as the plainest one there is, and the 3D CNN as it is.

local folder, studies = arg[1], tonumber(arg[2]) or 20
local POOL, PEOPLE, FOLDS = 80, 40, 5
local CLIPS = {per = 3, frames = 16, size = 32, span = 1.8}
local TASK = "happiness"
-- Cohorts of one strength differ by chance: d of how far the smile goes is 0.3 to 1.2. These are those of the
-- seeds 501 to 506 and 513 to 517 with 0.65 to 0.95, chosen by what was drawn; no network had seen them.
local EFFECT_SEEDS, EFFECT_GROUP, EFFECT = {502, 504, 505, 506, 513, 514, 516, 517}, 30, 0.75

local _ = model.clips -- Loads the module.
local kit = require "mien.model.kit"
local core = kit.core

-- ---- The plainest learner of clips ----

local Nearest = {}
Nearest.__index = Nearest

local function clips_of(data, rows)
  local clips, owner = {}, {}
  for _, row in ipairs(rows) do
    for _, clip in ipairs(data.clip_rows[row]) do clips[#clips + 1], owner[#owner + 1] = clip, row end
  end
  return clips, owner
end

function Nearest:scores(data, rows)
  local clips, owner = clips_of(data, rows)
  local asked = #clips
  table.move(self.clips, 1, #self.clips, asked + 1, clips)
  local side = {}
  for i = 1, #clips do side[i] = i <= asked and 1 or 2 end
  local values, width = core.clip_thumbnails(data.clips, clips)
  local near = core.neighbours(values, width, side, 3)
  local sums, counts, scores = {}, {}, {}
  for i = 1, asked do
    local row = owner[i]
    for _, other in ipairs(near[i]) do
      sums[row] = (sums[row] or 0) + self.level[other - asked]
      counts[row] = (counts[row] or 0) + 1
    end
  end
  for i, row in ipairs(rows) do scores[i] = {0.02 + 0.96 * sums[row] / counts[row]} end
  return scores
end

local function nearest()
  return {kind = "nearest", title = "three nearest clips", source = "clips", grid = {{}}, validates = true,
    fit = function(data, rows)
      local clips, owner = clips_of(data, rows)
      local level = {}
      for i, row in ipairs(owner) do level[i] = data.level[row] end
      return setmetatable({clips = clips, level = level}, Nearest)
    end}
end

local function conv3d() return kit.learners.conv3d {} end

-- ---- Films ----

local function films(name, patients, controls, seed, effect)
  local path = assert(sim.cohort(folder .. "/" .. name, {patients = patients, controls = controls,
    tasks = {TASK}, seconds = 2.6, fps = 10, size = {240, 180}, seed = seed, effect = effect}))
  local c = assert(cohort.open(path))
  assert(c:extract())
  return assert(c:clips(CLIPS)), assert(df.read(path))
end

-- Some of the people, and their groups, by lot.
local function lots(manifest, seed)
  local participant, group = {}, {}
  for place, i in ipairs(core.shuffle(#manifest, seed)) do
    if place <= PEOPLE then
      participant[place] = manifest.participant[i]
      group[place] = place <= PEOPLE // 2 and "MG" or "HC"
    end
  end
  return df.new {{"participant", participant}, {"group", group}}
end

-- How far the corners of the mouth were drawn to go, per participant: the highest level of action unit 12,
-- mean of both sides.
local function reaches(name, manifest)
  local reach = {}
  for i = 1, #manifest do
    local truth = assert(df.read(string.format("%s/%s/truth/%s_%s.csv", folder, name,
      manifest.participant[i], TASK)))
    local left, right, most = truth.au12_l, truth.au12_r, 0
    for k = 1, #truth do most = math.max(most, (left[k] + right[k]) / 2) end
    reach[i] = most
  end
  return reach
end

-- Cohen's d of the reach, controls less patients, and the area of the reach itself: no network that sees only
-- smiles can be expected to tell more.
local function known_effect(reach, manifest)
  local of, group = {MG = {}, HC = {}}, {}
  for i, value in ipairs(reach) do
    group[i] = manifest.group[i]
    table.insert(of[group[i]], value)
  end
  local patients, controls = stats.describe(of.MG), stats.describe(of.HC)
  local d = (controls.mean - patients.mean) / math.sqrt((controls.sd ^ 2 + patients.sd ^ 2) / 2)
  return d, stats.roc(reach, group, {positive = "MG", direction = "lower"}).auc
end

-- ---- Studies ----

local function study(make, unit, clips, people, seed)
  local data = assert(kit.data {clips = clips, table = people, positive = "MG", unit = unit})
  return assert(kit.evaluate(make(), data, {folds = FOLDS, seed = seed, threshold = 0.5}))
end

local function verdict(kept) return kept and "as wanted" or "NOT AS WANTED" end

local function null_series(title, make, unit, clips, manifest)
  local areas, spoke, certain = {}, 0, 0
  for seed = 1, studies do
    local r = study(make, unit, clips, lots(manifest, seed), seed)
    areas[seed] = r.auc
    if r.leakage.p < 0.01 then spoke = spoke + 1 end
    if #r.leakage.certain > 0 then certain = certain + 1 end
  end
  local about = stats.describe(areas)
  print(string.format("  %-12s AUC %.3f (SD %.3f, %.2f to %.2f)   leakage at p < .01 in %d, certain in %d "
    .. "of %d", title, about.mean, about.sd, about.min, about.max, spoke, certain, studies))
  return about.mean, spoke
end

local function effect_series()
  local found, effects, ceilings = {}, {}, {}
  for n, seed in ipairs(EFFECT_SEEDS) do
    local name = "effect" .. seed
    local clips, manifest = films(name, EFFECT_GROUP, EFFECT_GROUP, seed, EFFECT)
    effects[n], ceilings[n] = known_effect(reaches(name, manifest), manifest)
    local r = study(conv3d, "participant", clips, manifest, n)
    found[n] = r.auc
    print(string.format("  cohort %d   d %.2f, AUC of the drawn reach %.3f   conv3d AUC %.3f (%.2f to %.2f), "
      .. "leakage p %.2f", n, effects[n], ceilings[n], r.auc, r.ci[1], r.ci[2], r.leakage.p))
  end
  local about = stats.describe(found)
  print(string.format("  mean       d %.2f, AUC of the drawn reach %.3f   conv3d AUC %.3f (SD %.3f)",
    stats.describe(effects).mean, stats.describe(ceilings).mean, about.mean, about.sd))
  return stats.ttest(found, {mu = 0.5, alternative = "greater"}).p
end

local clips, manifest = films("null", 0, POOL, 5)
print(string.format("%d null studies of %d + %d out of %d people, 3 clips each", studies, PEOPLE // 2,
  PEOPLE // 2, POOL))
print(" participants split")
null_series("nearest", nearest, "participant", clips, manifest)
local mean, spoke = null_series("conv3d", conv3d, "participant", clips, manifest)
print(" clips split instead of participants")
null_series("nearest", nearest, "clip", clips, manifest)
local _, warned = null_series("conv3d", conv3d, "clip", clips, manifest)
print(string.format("%d cohorts of %d + %d whose patients smile less far, participants split", #EFFECT_SEEDS,
  EFFECT_GROUP, EFFECT_GROUP))
local p = effect_series()
print(string.format("conv3d: mean null AUC in .43 to .57: %s; leakage speaks at most once: %s; with clips "
  .. "split it always speaks: %s; finds the effect (p %.4f): %s", verdict(mean >= 0.43 and mean <= 0.57),
  verdict(spoke <= 1), verdict(warned == studies), p, verdict(p < 0.01)))
