-- SPDX-License-Identifier: GPL-3.0-or-later
-- Makes models/conv3d.trunk and its card: build/mien --no-init scripts/make-trunk.lua [FOLDER [FIRST LAST]]
-- The trunk of the small 3D CNN learns from 900 drawn people how strongly the face moves on each side and how
-- high the lids hang: what model.train begins with. FOLDER keeps the recordings; with FIRST and LAST only
-- those are drawn, so that several processes can share the work.

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

-- ---- What is to be learned ----

-- Action units whose range over the clip is learned, mean of both sides; those with true also by how much the
-- sides differ.
local UNITS = {{"au1", true}, {"au4", true}, {"au6"}, {"au7", true}, {"au9"}, {"au12", true}, {"au15"},
  {"au20"}}
-- What is 1 of the lid's opening in radii of the iris, and of its difference.
local OPEN, OPEN_DIFFERENCE = 3, 1.5

local NAMES = {}
for _, unit in ipairs(UNITS) do
  NAMES[#NAMES + 1] = unit[1]
  if unit[2] then NAMES[#NAMES + 1] = unit[1] .. " difference" end
end
for _, name in ipairs {"au25", "au26", "lower lid opening", "lid difference"} do NAMES[#NAMES + 1] = name end

local function range_of(truth, name, first, last)
  local column, low, high = truth:col(name), math.huge, -math.huge
  for k = first, last do low, high = math.min(low, column[k]), math.max(high, column[k]) end
  return high - low
end

local function median_opening(truth, side, first, last)
  local openings, opening, radius = {}, truth:col("lid_opening_" .. side), truth:col("iris_radius_" .. side)
  for k = first, last do openings[#openings + 1] = opening[k] / radius[k] end
  table.sort(openings)
  return openings[#openings // 2 + 1]
end

-- Numbers 0..1, one per name, of what was drawn between two moments.
local function targets_of(truth, start, stop)
  local first, last, values = nil, nil, {}
  for k = 1, #truth do
    local time = truth.time[k]
    if time >= start - 0.5 / FPS and time <= stop + 0.5 / FPS then first, last = first or k, k end
  end
  for _, unit in ipairs(UNITS) do
    local left = range_of(truth, unit[1] .. "_l", first, last)
    local right = range_of(truth, unit[1] .. "_r", first, last)
    values[#values + 1] = (left + right) / 2
    if unit[2] then values[#values + 1] = math.abs(left - right) end
  end
  for _, name in ipairs {"au25", "au26"} do values[#values + 1] = range_of(truth, name, first, last) end
  local left, right = median_opening(truth, "l", first, last), median_opening(truth, "r", first, last)
  values[#values + 1] = math.min(left, right) / OPEN
  values[#values + 1] = math.abs(left - right) / OPEN_DIFFERENCE
  for k, value in ipairs(values) do values[k] = math.min(math.max(value, 0), 1) end
  return values
end

-- ---- Clips ----

local lines = {"participant,group,task,video,neutral"}
for i = 1, PEOPLE do
  local name = name_of(i)
  lines[#lines + 1] = string.format("%s,NA,drawn,%s.mp4,0:0.4", name, name)
end
local file = assert(io.open(folder .. "/manifest.csv", "w"))
file:write(table.concat(lines, "\n"), "\n")
file:close()
local people = assert(assert(cohort.open(folder .. "/manifest.csv")):extract())
local clips = assert(people:clips(CLIPS))
local about = clips:df()

local parts = {{clips = {}, targets = {}, weights = {}}, {clips = {}, targets = {}, weights = {}}}
for i = 1, #about do
  local name = about.participant[i]
  local part = parts[tonumber(name:sub(2)) % WATCHED == 0 and 2 or 1]
  part.clips[#part.clips + 1], part.weights[#part.weights + 1] = i, 1
  local truth = assert(df.read(truth_of(name)))
  for _, value in ipairs(targets_of(truth, about.start[i], about.stop[i])) do
    part.targets[#part.targets + 1] = value
  end
end

-- ---- Training ----

local learned, watched = parts[1], parts[2]
local bytes, curve, best = core.network_train(clips, learned.clips, learned.targets, learned.weights,
  watched.clips, watched.targets, watched.weights, {architecture = "conv3d", size = 0, outputs = #NAMES,
    separate = true, moving = "beside", epochs = 50, patience = 50, batch = 16, learning_rate = 3e-3,
    weight_decay = 1e-2, augment = true, speed = 0.4, seed = 1, threads = 0},
  function(_, epochs, epoch, training, validation, ended)
    if ended then
      print(string.format("epoch %d of %d: %.4f, watched %.4f", epoch, epochs, training, validation))
    end
  end)
assert(bytes, curve)

-- How well each is told of people who were not learned from.
local network = assert(core.network_read(bytes))
local logits = assert(core.network_logits(network, clips, watched.clips, "beside"))
local card = {string.format([[
trunk of the small 3D CNN (conv3d), what model.train begins with
learned from: %d clips of drawn faces, none of a person; %d more were watched, epoch %d of %d kept
clips: %d pictures of %dx%d in %g s, and beside them what moves
learned: the range of action units over the clip, the difference of the sides, and how high the lids hang
made by: build/mien --no-init scripts/make-trunk.lua
correlation with what was drawn, in the clips of people who were watched:]], #learned.clips, #watched.clips,
  best, #curve.training_loss, CLIPS.frames, CLIPS.size, CLIPS.size, CLIPS.span)}
for k, name in ipairs(NAMES) do
  local told, drawn = {}, {}
  for i, own in ipairs(logits) do
    told[i], drawn[i] = 1 / (1 + math.exp(-own[k])), watched.targets[(i - 1) * #NAMES + k]
  end
  card[#card + 1] = string.format("  %-20s %.2f", name, stats.cor(told, drawn).r)
end
card[#card + 1] = "limits: drawn faces are simpler than real ones; it is no measure of strength and no "
  .. "evidence of anything"
card = table.concat(card, "\n") .. "\n"
print(card)
assert(core.model_write("make-trunk", "models/conv3d.trunk", {{"kind", "trunk"}, {"card", card},
  {"network", bytes}}))
local text = assert(io.open("models/conv3d.txt", "w"))
text:write(card)
text:close()
