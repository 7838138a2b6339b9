-- SPDX-License-Identifier: GPL-3.0-or-later
-- Movement of the skin against what was drawn, for `scripts/bench validity --part movement`.
--   mien validity_movement.lua OUT.csv FOLDER FIRST LAST STEP     draws, tracks, measures: rows of numbers
--   mien validity_movement.lua report ROWS.csv ...                prints the table

local numbers = dofile((arg[0]:gsub("[^/]*$", "numbers.lua")))
local quantile, line = numbers.quantile, numbers.line

local FPS, SIZE = 25, {640, 360}
local WINDOW = {0, 0.55} -- The neutral window.

-- What is drawn, of one side at a time, and the region that is looked at. Targets: least median r, most
-- median
-- leakage to the other side.
local UNITS = {
  {unit = "au6", region = "cheek", r = 0.95}, {unit = "au9", region = "nose", r = 0.95},
  {unit = "au12", region = "mouth"}, {unit = "au12", region = "cheek"}, {unit = "au1", region = "brow"},
}
local STEPS = {"decode", "warp", "even", "flow", "field"}
local POSES = {yaw = 10, pitch = 10}

-- ---- Measuring ----

local out, folder

local function row(identity, item, side, name, value)
  out:write(string.format("%d,%s,%s,%s,%s\n", identity, item, side, name,
    numbers.cell(value)))
end

local function record(identity, options)
  local file = folder .. "/clip.mp4"
  options.participant, options.fps, options.size, options.seconds = identity, FPS, SIZE, 2.6
  local truth = assert(sim.video(file, options))
  return truth, assert(face.track(file, {progress = false}))
end

-- How far the simulator carries the skin of every region at level 1.
local function carried(identity, unit, side)
  local person = sim.participant{seed = identity}
  local command = string.format("sh scripts/bench.d/movement_truth.sh %d %d %.17g %s %s", identity,
    person.sex == "f" and 1 or 0, person.age, unit, side)
  local pipe, values = assert(io.popen(command)), {}
  for text in pipe:lines() do
    local name, value = text:match("^(%S+) (%S+)$")
    values[name] = tonumber(value) or 0 / 0
  end
  assert(pipe:close(), command .. " failed")
  return values
end

local function measure_unit(identity, one, side, truth, d, moved)
  local other = side == "l" and "r" or "l"
  local level, item = truth:col(one.unit .. "_" .. side), one.unit .. " " .. one.region
  local skin, points = d:col(one.region .. "_" .. side), d:col(one.region .. "_points_" .. side)
  local slope, r = line(level, skin)
  local slope_points, r_points = line(level, points)
  local slope_other = line(level, d:col(one.region .. "_" .. other))
  row(identity, item, side, "r", r)
  row(identity, item, side, "slope", slope)
  row(identity, item, side, "drawn", moved[one.region .. "_" .. side])
  row(identity, item, side, "r_points", r_points)
  row(identity, item, side, "slope_points", slope_points)
  row(identity, item, side, "other", slope_other / slope)
  row(identity, item, side, "lost", quantile(d:col("lost"), 0.95))
end

local function measure_units(identity)
  local done = {}
  for _, one in ipairs(UNITS) do
    for _, side in ipairs {"l", "r"} do
      local key = one.unit .. "_" .. side
      if not done[key] then
        local truth, t = record(identity, {task = {[key] = {{0.6, 0}, {1.4, 1}, {2.2, 0}}}})
        done[key] = {truth, assert(measure.movement(t, {neutral = WINDOW, progress = false})),
          carried(identity, one.unit, side)}
      end
      measure_unit(identity, one, side, table.unpack(done[key]))
    end
  end
end

-- Nothing happens: the head hardly moves, sways strongly, or is turned against the rest of another recording.
local function measure_rest(identity)
  local core = require "mien.movement"
  local _, t = record(identity, {task = "neutral", blinks = false})
  local d, about = core.find("bench", t, {t0 = WINDOW[1], t1 = WINDOW[2]})
  assert(d, about)
  for _, step in ipairs(STEPS) do row(identity, "milliseconds", "", step, about.milliseconds[step]) end
  local _, swaying = record(identity, {task = "neutral", blinks = false, motion = 5})
  local still = {["head still"] = d, ["head swaying"] =
    assert(measure.movement(swaying, {neutral = WINDOW, progress = false}))}
  for _, turn in ipairs {"yaw", "pitch"} do
    local rest_file = folder .. "/rest.mp4"
    assert(sim.video(rest_file, {participant = identity, fps = FPS, size = SIZE, task = "neutral",
      blinks = false, seconds = 0.6}))
    local rest = assert(face.track(rest_file, {progress = false}))
    local _, turned = record(identity, {task = "neutral", blinks = false, pose = {[turn] = POSES[turn]}})
    still["head turned " .. turn .. " 10"] =
      assert(measure.movement(turned, {neutral = rest, stop = 0.5, progress = false}))
  end
  for item, frame in pairs(still) do
    for _, region in ipairs {"forehead", "brow", "eye", "cheek", "nose", "mouth", "chin"} do
      for _, side in ipairs {"l", "r"} do
        row(identity, item, side, region, quantile(frame:col(region .. "_" .. side), 0.5))
      end
    end
  end
end

local function measure_all(path, first, last, step)
  out = assert(io.open(path, "w"))
  for identity = first, last, step do
    measure_units(identity)
    measure_rest(identity)
    out:flush()
  end
  out:close()
end

-- ---- Reporting ----

local function report(paths)
  local rows, identities = numbers.rows(paths, {"item", "side", "name", "value"})
  local function of(item, name, part)
    local list = {}
    for _, one in ipairs(rows) do
      if one.item == item and one.name == name then list[#list + 1] = one.value end
    end
    return quantile(list, part or 0.5)
  end
  print(string.format("Movement of the skin, %d identities at 640x360, one side active at a time; "
    .. "medians", identities))
  print("                r (10th pct)  by points   drawn  found  share  by points  other side  lost")
  for _, one in ipairs(UNITS) do
    local item = one.unit .. " " .. one.region
    local r, slope, drawn = of(item, "r"), of(item, "slope"), of(item, "drawn")
    local met = one.r and r >= one.r and "met" or "not met"
    local verdict = one.r and string.format("  r at least %.2f: %s", one.r, met) or ""
    print(string.format("  %-12s  %.3f (%.2f)     %6.3f   %5.2f  %5.2f  %5.2f  %9.2f  %9.2f  %4.2f%s", item,
      r, of(item, "r", 0.1), of(item, "r_points"), drawn, slope, slope / drawn, of(item, "slope_points"),
      of(item, "other"), of(item, "lost"), verdict))
  end
  print("\nA face that does nothing, % of the interocular distance, median of medians (90th percentile "
    .. "of identities)")
  local regions = {"forehead", "brow", "eye", "cheek", "nose", "mouth", "chin"}
  local heads = {}
  for i, region in ipairs(regions) do heads[i] = string.format("%-10s", region) end
  print(string.format("  %-21s %s", "", table.concat(heads, " ")))
  for _, item in ipairs {"head still", "head swaying", "head turned yaw 10", "head turned pitch 10"} do
    local parts = {}
    for i, region in ipairs(regions) do
      parts[i] = string.format("%.2f (%.1f)", of(item, region), of(item, region, 0.9))
    end
    print(string.format("  %-21s %s", item, table.concat(parts, " ")))
  end
  local parts, total = {}, 0
  for i, step in ipairs(STEPS) do
    local value = of("milliseconds", step)
    parts[i], total = string.format("%s %.2f", step, value), total + value
  end
  print(string.format("\nMilliseconds of processor a frame: %s; %.2f in all, %.2f without "
    .. "decoding", table.concat(parts, ", "),
    total, total - of("milliseconds", "decode")))
end

if arg[1] == "report" then
  report(table.move(arg, 2, #arg, 1, {}))
else
  folder = arg[2]
  measure_all(arg[1], math.tointeger(arg[3]), math.tointeger(arg[4]), math.tointeger(arg[5]))
end
