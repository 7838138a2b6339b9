-- SPDX-License-Identifier: GPL-3.0-or-later
-- Null studies of clips: forty drawn people of one kind, filmed once; every study calls twenty of them
-- patients by lot, so there is nothing to find. Then the same with clips split instead of participants.
-- Learners: the three nearest clips, made small, as the plainest one there is, and the network where this
-- build has it. With an effect, the drawn patients' faces move less (d of most measures 0.5 to 0.9).

local folder, studies = arg[1], tonumber(arg[2]) or 20
local PEOPLE, FOLDS = 40, 5

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

local learners = {{"nearest", nearest}}
if kit.learners.conv3d then
  learners[2] = {"conv3d", function() return kit.learners.conv3d {size = "small", epochs = 15, seed = 1} end}
end

-- ---- Films ----

local function films(name, patients, controls)
  local path = assert(sim.cohort(folder .. "/" .. name, {patients = patients, controls = controls,
    tasks = {"happiness"}, seconds = 2.6, fps = 10, size = {240, 180}, seed = 5}))
  local c = assert(cohort.open(path))
  assert(c:extract())
  return assert(c:clips {per = 3, frames = 16, size = 32, span = 1.2}), assert(df.read(path))
end

-- Groups by lot.
local function lots(manifest, seed)
  local group = {}
  for place, i in ipairs(core.shuffle(#manifest, seed)) do
    group[i] = place <= #manifest / 2 and "MG" or "HC"
  end
  return df.new {{"participant", manifest.participant}, {"group", group}}
end

local function series(title, make, unit, people_of)
  local areas, spoke = {}, 0
  for seed = 1, studies do
    local clips, people = people_of(seed)
    local data = assert(kit.data {clips = clips, table = people, positive = "MG", unit = unit})
    local r = assert(kit.evaluate(make(), data, {folds = FOLDS, seed = seed, threshold = 0.5}))
    areas[seed] = r.auc
    if r.leakage.p < 0.01 then spoke = spoke + 1 end
  end
  local about = stats.describe(areas)
  print(string.format("  %-12s AUC %.3f (SD %.3f, %.2f to %.2f)   leakage spoke %d", title, about.mean,
    about.sd, about.min, about.max, spoke))
end

local null_clips, null_people = films("null", 0, PEOPLE)
print(string.format("%d null studies of %d + %d, %d clips", studies, PEOPLE // 2, PEOPLE // 2, #null_clips))
for _, unit in ipairs {"participant", "clip"} do
  print(" split by " .. unit)
  for _, learner in ipairs(learners) do
    series(learner[1], learner[2], unit, function(seed) return null_clips, lots(null_people, seed) end)
  end
end

-- The plainest learner knows people, not how they move: what an effect does is asked of the network alone.
if learners[2] then
  local clips, people = films("effect", PEOPLE // 2, PEOPLE // 2)
  studies = math.min(studies, 5)
  print(string.format("%d studies of 20 + 20 with an effect, split by participant", studies))
  series(learners[2][1], learners[2][2], "participant", function() return clips, people end)
end
