-- SPDX-License-Identifier: GPL-3.0-or-later
-- Makes models/conv3d.trunk and its card: build/mien --no-init scripts/make-trunk.lua [FOLDER [FIRST LAST]]
-- The trunk of the small 3D CNN learns from 900 drawn people how strongly the face moves on each side and how
-- high the lids hang: what model.train begins with. FOLDER keeps the recordings; with FIRST and LAST only those
-- are drawn, so that several processes can share the work.

local folder, first, last = arg[1] or "build/trunk", tonumber(arg[2]), tonumber(arg[3])
local PEOPLE, FPS, WATCHED = 900, 10, 10
local CLIPS = {frames = 16, size = 32, per = 2, span = 2}
-- No cohort of sim.cohort has these people.
local function seed_of(i) return 1500000000 + 7919 * i end

local _ = model.clips -- Loads the module.
local kit = require "mien.model.kit"
local core = kit.core

-- ---- Who does what ----

local TASKS = {
  {au6 = 0.8, au12 = 1, au25 = 0.5},
  {au1 = 0.9, au4 = 0.5, au15 = 1, au17 = 0.5},
  {au4 = 1, au5 = 0.5, au7 = 0.7, au23 = 0.8},
  {au1 = 0.9, au2 = 0.6, au4 = 0.5, au5 = 0.9, au7 = 0.3, au20 = 0.9, au25 = 0.6, au26 = 0.2},
  {au9 = 1, au10 = 0.7, au17 = 0.4, au4 = 0.3, au15 = 0.3},
  {au1 = 1, au2 = 1, au5 = 0.8, au25 = 0.6, au26 = 0.7},
  {au43 = 1, au6 = 0.7, au7 = 0.9, au4 = 0.4},
  {au12 = 1, au25 = 0.5},
  {au1 = 1, au2 = 1},
  {},
}
local MIDLINE = {au25 = true, au26 = true}

-- Numbers between two limits, one after the other, that follow from a seed.
local function numbers_of(seed)
  local all, at = core.shuffle(4096, seed), 0
  return function(low, high)
    at = at + 1
    return low + (high - low) * (all[at] - 0.5) / 4096
  end
end

-- Action units as they are tried: weaker as a whole, mostly weaker on one side, each a little different.
local function task_of(draw)
  local units, task, names = TASKS[1 + math.floor(draw(0, #TASKS))], {}, {}
  local gain, sides = math.min(1, draw(0.15, 1.15)), {l = 1, r = 1}
  if draw(0, 1) < 0.7 then sides[draw(0, 1) < 0.5 and "l" or "r"] = draw(0.4, 1) end
  for name in pairs(units) do names[#names + 1] = name end
  table.sort(names)
  for _, name in ipairs(names) do
    local level = math.min(1, units[name] * gain * draw(0.8, 1.2))
    if MIDLINE[name] then
      task[name] = level
    else
      for side, share in pairs(sides) do task[name .. "_" .. side] = level * share end
    end
  end
  return task
end

local function ptosis_of(draw)
  local one, other = draw(0, 0.5), draw(0, 0.25)
  if draw(0, 1) < 0.3 then one = other end
  if draw(0, 1) < 0.5 then one, other = other, one end
  return {left = one, right = other}
end

local function name_of(i) return string.format("T%04d", i) end
local function truth_of(name) return folder .. "/truth/" .. name .. ".csv" end

local function draw_person(i)
  local done = io.open(truth_of(name_of(i)))
  if done then return done:close() end
  local draw, seed = numbers_of(i), seed_of(i)
  local task, ptosis = task_of(draw), ptosis_of(draw)
  local large = draw(0, 1) < 0.3
  local truth = assert(sim.video(folder .. "/" .. name_of(i) .. ".mp4", {
    participant = sim.participant{seed = seed}, seed = seed, task = task, weakness = {ptosis = ptosis},
    seconds = math.floor(draw(2.1, 3.2) * FPS) / FPS, fps = FPS, size = large and {320, 240} or {240, 180},
    blinks = true, light = draw(0.6, 1.2), noise = draw(1, 4)}))
  assert(truth:write(truth_of(name_of(i))))
end

os.execute(string.format("mkdir -p '%s/truth'", folder))
for i = first or 1, last or PEOPLE do draw_person(i) end
if last then return end
