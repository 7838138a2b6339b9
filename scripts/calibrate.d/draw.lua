-- SPDX-License-Identifier: GPL-3.0-or-later
-- The drawing half of `scripts/calibrate`: identities who move one action unit after another, and who hold
-- the head turned and do nothing, drawn and tracked. Every third one moves with the head held turned
-- throughout, and every third sways more.
--   mien draw.lua FOLDER FIRST LAST STEP
-- Leaves FOLDER/<identity>_units.csv (points) and ..._units_truth.csv (activations), and one pair for each
-- turned head. What is there already is left alone, so that a run that was stopped goes on.

local folder = arg[1]
local first, last, step = math.tointeger(arg[2]), math.tointeger(arg[3]), math.tointeger(arg[4])

local FPS, SIZE = 25, 400
local REST, TURN = 0.48, 0.48 -- Seconds before the first movement, and of one movement up and down again.

-- Moved on both sides and on one.
local SIDED = {
  {au1 = 1}, {au2 = 1}, {au1 = 1, au2 = 1}, {au4 = 1}, {au5 = 1}, {au6 = 1}, {au7 = 1}, {au9 = 1}, {au10 = 1},
  {au12 = 1}, {au15 = 1}, {au17 = 1}, {au18 = 1}, {au20 = 1}, {au23 = 1}, {au43 = 1},
}
-- Together, as in expressions and in speech.
local TOGETHER = {
  {au25 = 1}, {au26 = 1}, {au25 = 1, au26 = 1}, {au25 = 0.5, au26 = 0.3},
  {au12 = 1, au25 = 0.6, au6 = 0.7}, {au12 = 0.5, au25 = 0.3}, {au1 = 0.9, au4 = 0.6, au15 = 0.9, au17 = 0.4},
  {au4 = 1, au5 = 0.5, au7 = 0.7, au23 = 0.8},
  {au1 = 0.9, au2 = 0.7, au4 = 0.5, au5 = 0.9, au20 = 0.9, au25 = 0.6},
  {au9 = 0.8, au10 = 0.8, au4 = 0.3, au15 = 0.4}, {au1 = 1, au2 = 1, au5 = 0.8, au25 = 0.6, au26 = 0.7},
  {au20 = 0.8, au26 = 0.5}, {au12 = 0.8, au15 = 0.6}, {au18 = 0.7, au25 = 0.5},
  {au43 = 1, au7 = 0.8, au4 = 0.4},
  {au34 = 1},
}

local POSES = {{yaw = 10}, {yaw = -10}, {pitch = 10}, {pitch = -10}, {yaw = 12, pitch = 6, roll = -8}}

local function add_turn(task, units, suffix, start)
  for unit, level in pairs(units) do
    local name = unit .. suffix
    local points = task[name] or {{0, 0}}
    points[#points + 1] = {start + 1e-6, 0}
    points[#points + 1] = {start + 0.5 * TURN, level}
    points[#points + 1] = {start + TURN - 1e-6, 0}
    task[name] = points
  end
end

-- Left alone is drawn for half of the identities, right alone for the other half.
local function movements(identity)
  local task, start = {}, REST
  local alone = identity % 2 == 0 and {"_l"} or {"_r"}
  for _, units in ipairs(SIDED) do
    for _, sides in ipairs{{"_l", "_r"}, alone} do
      for _, side in ipairs(sides) do add_turn(task, units, side, start) end
      start = start + TURN
    end
  end
  for _, units in ipairs(TOGETHER) do
    for unit, level in pairs(units) do
      for _, side in ipairs((unit == "au25" or unit == "au26") and {""} or {"_l", "_r"}) do
        add_turn(task, {[unit] = level}, side, start)
      end
    end
    start = start + TURN
  end
  return task, start
end

local function exists(path)
  local file = io.open(path)
  if file then file:close() end
  return file ~= nil
end

local function record(identity, name, options)
  local stem = string.format("%s/%d_%s", folder, identity, name)
  if exists(stem .. ".csv") then return end
  options.participant, options.fps, options.size, options.blinks = identity, FPS, SIZE, false
  local clip = stem .. ".mp4"
  local truth = assert(sim.video(clip, options))
  assert(truth:write(stem .. "_truth.csv"))
  local track = assert(face.track(clip, {progress = false}))
  assert(#track == #truth, "the clip has not as many frames as its truth")
  os.remove(clip)
  assert(track:save(stem .. ".part"))
  assert(os.rename(stem .. ".part", stem .. ".csv"))
end

-- Between -15 and 15 degrees.
local function held(identity)
  return {yaw = identity * 7 % 31 - 15, pitch = identity * 11 % 31 - 15, roll = identity * 5 % 21 - 10}
end

for identity = first, last, step do
  local task, seconds = movements(identity)
  local turned, sways = identity % 3 == 1, identity % 3 == 0
  record(identity, "units", {task = task, seconds = seconds, motion = sways and 2.5 or 1,
    pose = turned and held(identity) or nil})
  for number, pose in ipairs(not turned and POSES or {}) do
    record(identity, "turned" .. number, {task = {}, seconds = 0.32, pose = pose})
  end
  print(string.format("  identity %d drawn and tracked", identity))
end
