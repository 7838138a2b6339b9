-- SPDX-License-Identifier: GPL-3.0-or-later
-- The measuring half of `scripts/bench pose`.
--   mien pose.lua FOLDER FIRST LAST     identities FIRST to LAST; clips go to FOLDER

local numbers = dofile((arg[0]:gsub("[^/]*$", "numbers.lua")))
local mean = numbers.mean

local folder, first, last = arg[1], math.tointeger(arg[2]), math.tointeger(arg[3])

local AXES = {"yaw", "pitch", "roll"}
local TARGET = 3 -- Degrees.
local MOST_CHANGE = 10 -- Per cent of a measure's range.

-- Yaw, pitch and roll; sway of a degree or two comes on top.
local POSES = {
  {0, 0, 0}, {10, 0, 0}, {-10, 0, 0}, {18, 0, 0}, {-18, 0, 0}, {0, 10, 0}, {0, -10, 0}, {0, 18, 0},
  {0, -18, 0},
  {0, 0, 18}, {0, 0, -18}, {15, 12, -8}, {-14, -11, 12}, {-17, 14, 5}, {16, -15, -10},
}
-- For the measures only: 18 degrees of roll are among the poses already.
local MORE_POSES = {{0, 0, 10}, {0, 0, -10}}
local TURNED = {["10 0 0"] = "yaw", ["-10 0 0"] = "yaw", ["0 10 0"] = "pitch", ["0 -10 0"] = "pitch",
  ["0 0 10"] = "roll", ["0 0 -10"] = "roll"}

-- What a full movement drawn by the simulator changes a measure by: iod, ratio or degrees.
local RANGES = {
  {"fissure", 0.12}, {"ear", 0.25}, {"brow", 0.13}, {"commissure", 0.13}, {"corner_height", 0.13},
  {"mouth_width", 0.2}, {"mouth_open", 0.25}, {"upper_lip", 0.06}, {"lower_lip", 0.08}, {"smile_angle", 25},
}

local function slope(x, y)
  local mx, my, xy, xx = mean(x), mean(y), 0, 0
  for i = 1, #x do xy, xx = xy + (x[i] - mx) * (y[i] - my), xx + (x[i] - mx) ^ 2 end
  return xy / xx
end

local function record(identity, number, pose)
  local file = folder .. "/clip.mp4"
  local truth = assert(sim.video(file,
    {participant = identity, task = "neutral", seed = identity * 100 + number,
      pose = {yaw = pose[1], pitch = pose[2], roll = pose[3]}, seconds = 0.5, fps = 8, size = 400,
      blinks = false}))
  return truth, assert(face.track(file, {progress = false}))
end

local errors, drawn, got, persons, lost, frames = {}, {}, {}, {}, 0, 0
for _, axis in ipairs(AXES) do errors[axis], drawn[axis], got[axis], persons[axis] = {}, {}, {}, {} end

local function compare(truth, track, own)
  local d = track:df()
  for i = 1, #truth do
    frames = frames + 1
    if d.found[i] == 1 then
      for _, axis in ipairs(AXES) do
        local error_now = d:col(axis)[i] - truth:col(axis)[i]
        table.insert(errors[axis], error_now)
        table.insert(own[axis], error_now)
        table.insert(drawn[axis], truth:col(axis)[i])
        table.insert(got[axis], d:col(axis)[i])
      end
    else
      lost = lost + 1
    end
  end
end

-- changes[turn][frontal][measure]: sizes of the change from the same person's straight face.
local changes = {}

local function medians(track, rest, frontal)
  local d, values = measure.of(track, {neutral = rest, frontal = frontal}), {}
  for _, name in ipairs(d:names()) do values[name] = stats.describe(d:col(name)).median end
  return values
end

local function changed(turn, track, rest)
  changes[turn] = changes[turn] or {[true] = {}, [false] = {}}
  for frontal, sizes in pairs(changes[turn]) do
    local now, before = medians(track, rest, frontal), medians(rest, rest, frontal)
    for name in pairs(now) do
      local stem = name:gsub("_[lr]$", "")
      sizes[stem] = sizes[stem] or {}
      table.insert(sizes[stem], math.abs(now[name] - before[name]))
    end
  end
end

local function note_change(pose, track, rest)
  local turn = TURNED[table.concat(pose, " ")]
  if turn and track.found > 0 and rest.found > 0 then changed(turn, track, rest) end
end

for identity = first, last do
  local own, rest = {yaw = {}, pitch = {}, roll = {}}, nil
  for number, pose in ipairs(POSES) do
    local truth, track = record(identity, number, pose)
    compare(truth, track, own)
    if number == 1 then rest = track end
    note_change(pose, track, rest)
  end
  for number, pose in ipairs(MORE_POSES) do
    local _, track = record(identity, #POSES + number, pose)
    note_change(pose, track, rest)
  end
  for _, axis in ipairs(AXES) do table.insert(persons[axis], mean(own[axis])) end
end

print(string.format("Head pose, %d identities from seed %d, %d poses within 20 degrees, "
  .. "%d frames, %d without a face",
  last - first + 1, first, #POSES, frames, lost))
print("            bias   rms  slope  sd of persons' bias   target rms < 3")
for _, axis in ipairs(AXES) do
  local squares = {}
  for i, value in ipairs(errors[axis]) do squares[i] = value ^ 2 end
  local rms = math.sqrt(mean(squares))
  print(string.format("  %-6s  %6.2f %5.2f %6.2f %20.2f   %s", axis, mean(errors[axis]), rms,
    slope(drawn[axis], got[axis]), #persons[axis] > 1 and stats.describe(persons[axis]).sd or 0 / 0,
    rms < TARGET and "met" or "NOT MET"))
end

-- Median over identities, sides and both directions, in % of the range of a full movement.
local function part_of_range(turn, frontal, item)
  return 100 * stats.describe(changes[turn][frontal][item[1]]).median / item[2]
end

print("\nChange of each measure under pure head rotation of +-10 degrees, median in % of the range of a full "
  .. "movement")
print("                 turned to the front      as pictured          target")
print("                 yaw  pitch   roll     yaw  pitch   roll       < 10 %")
for _, item in ipairs(RANGES) do
  local cells, met = {}, true
  for _, frontal in ipairs{true, false} do
    for _, axis in ipairs(AXES) do
      local part = part_of_range(axis, frontal, item)
      cells[#cells + 1] = part
      met = met and (not frontal or part < MOST_CHANGE)
    end
  end
  print(string.format("  %-13s %5.1f  %5.1f  %5.1f   %5.1f  %5.1f  %5.1f       %s", item[1],
    cells[1], cells[2], cells[3], cells[4], cells[5], cells[6], met and "met" or "NOT MET"))
end
