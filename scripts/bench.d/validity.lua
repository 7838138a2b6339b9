-- SPDX-License-Identifier: GPL-3.0-or-later
-- The measuring half of `scripts/bench validity`: draws identities, tracks and measures them, and writes one
-- row per number: identity, table, item, side, name, value. validity_report.lua makes the tables of them.
--   mien validity.lua OUT.csv FOLDER FIRST LAST STEP [sides]
--                                        identities FIRST, FIRST + STEP, ... up to LAST
-- With sides: only the movements of one side that have a target, and a few more.

local numbers = dofile((arg[0]:gsub("[^/]*$", "numbers.lua")))
local mean, sd, line = numbers.mean, numbers.sd, numbers.line

local out_path, folder = arg[1], arg[2]
local first, last, step = math.tointeger(arg[3]), math.tointeger(arg[4]), math.tointeger(arg[5])

local only_sides = arg[6] == "sides"

local FPS, SIZE = 25, 400
local REST, RAMP = 0.48, 0.8 -- Seconds before the movement, and of one movement up and down again.
local WINDOW = {0, 0.4}      -- The neutral window.

local TASKS = {
  "neutral", "happiness", "sadness", "anger", "fear", "disgust", "surprise", "eyes_closed_tight", "smile",
  "brow_raise", "pucker", "cheek_puff", "upgaze_60s", "smile_x10", "speech",
}

-- Which measure should see which action units, and in which direction. Action units that no measure of 68
-- points sees by design (cheek puff) are left out.
local MOVEMENTS = {
  {units = {"au1", "au2"}, measure = "brow", sign = 1},
  {units = {"au1"}, measure = "brow", sign = 1},
  {units = {"au2"}, measure = "brow", sign = 1},
  {units = {"au4"}, measure = "brow", sign = -1},
  {units = {"au5"}, measure = "fissure", sign = 1},
  {units = {"au6"}, measure = "fissure", sign = -1},
  {units = {"au7"}, measure = "fissure", sign = -1},
  {units = {"au43"}, measure = "fissure", sign = -1},
  {units = {"au9"}, measure = "upper_lip", sign = 1},
  {units = {"au10"}, measure = "upper_lip", sign = 1},
  {units = {"au12"}, measure = "corner_height", sign = 1},
  {units = {"au12"}, measure = "commissure", sign = 1},
  {units = {"au15"}, measure = "corner_height", sign = -1},
  {units = {"au17"}, measure = "lower_lip", sign = 1},
  {units = {"au18"}, measure = "commissure", sign = -1},
  {units = {"au20"}, measure = "commissure", sign = 1},
  {units = {"au23"}, measure = "upper_lip", sign = -1},
  {units = {"au25", "au26"}, measure = "mouth_open", sign = 1},
  {units = {"au25"}, measure = "mouth_open", sign = 1},
  {units = {"au26"}, measure = "mouth_open", sign = 1},
}

-- What --sides draws.
local SIDED = {["au1+au2"] = true, au4 = true, au5 = true, au43 = true, au9 = true, au12 = true, au15 = true,
  au20 = true}

local REGIONS = {
  {"jaw", 1, 17}, {"brows", 18, 27}, {"nose", 28, 36}, {"eyes", 37, 48}, {"mouth", 49, 68},
  {"18..68", 18, 68},
}

local WEAKNESS = {0, 0.25, 0.5}
local WEAK_MEASURES = {
  {units = {"au12"}, measure = "corner_height", sign = 1},
  {units = {"au12"}, measure = "commissure", sign = 1},
  {units = {"au1", "au2"}, measure = "brow", sign = 1},
  {units = {"au43"}, measure = "fissure", sign = -1},
}

-- ---- Rows ----

local out = assert(io.open(out_path, "w"))
out:write("identity,table,item,side,name,value\n")

local function row(identity, section, item, side, name, value)
  local text = numbers.cell(value)
  out:write(string.format("%d,%s,%s,%s,%s,%s\n", identity, section, item, side, name, text))
end

-- ---- Numbers ----

local function part(column, from, to, sign)
  local values = {}
  for i = from, to do values[#values + 1] = (sign or 1) * column[i] end
  return values
end

-- ---- Drawing, tracking, measuring ----

local without_blinks = {blinks = false}

-- Draws one clip; nil where this build has no such task or action unit.
local function draw(options)
  options.fps, options.size = FPS, SIZE
  local file = folder .. "/clip.mp4"
  for key, value in pairs(without_blinks) do
    if options.task ~= "neutral" and type(options.task) == "table" then options[key] = value end
  end
  local ok, truth, problem = pcall(sim.video, file, options)
  if not ok and truth:find('no option "blinks"', 1, true) then
    without_blinks, options.blinks = {}, nil
    ok, truth, problem = pcall(sim.video, file, options)
  end
  if not ok then
    if truth:find("no task", 1, true) or truth:find("no action unit", 1, true) then return nil end
    error(truth, 0)
  end
  assert(truth, problem)
  local track = assert(face.track(file, {progress = false}))
  assert(#track == #truth, "the clip has not as many frames as its truth")
  return truth, track
end

-- The true points as a Track, so that the measures can be taken of them too.
local function track_of(truth)
  local columns = {timestamp = truth:col("time"), success = {}}
  for i = 1, #truth do columns.success[i] = 1 end
  for i = 1, 68 do
    columns["x_" .. i - 1], columns["y_" .. i - 1] = truth:col("x" .. i), truth:col("y" .. i)
  end
  local file = folder .. "/truth.csv"
  assert(df.new(columns):write(file))
  return assert(face.load(file))
end

local function measured(track, side) return assert(measure.of(track, {neutral = WINDOW, side = side})) end

local function has(d, name)
  for _, known in ipairs(d:names()) do
    if known == name then return true end
  end
  return false
end

-- ---- Table (a) and (b): faces found, points against the truth ----

local function interocular(truth, i)
  local function centre(axis, from)
    local sum = 0
    for point = from, from + 5 do sum = sum + truth:col(axis .. point)[i] end
    return sum / 6
  end
  return math.sqrt((centre("x", 43) - centre("x", 37)) ^ 2 + (centre("y", 43) - centre("y", 37)) ^ 2)
end

-- Frames in which no action unit moves and the face was found.
local function resting_frames(truth, d)
  local units, frames = {}, {}
  for _, name in ipairs(truth:names()) do
    if name:find("^au%d") then units[#units + 1] = truth:col(name) end
  end
  for i = 1, #truth do
    local resting = d.found[i] == 1
    for _, unit in ipairs(units) do resting = resting and math.abs(unit[i]) < 0.02 end
    if resting then frames[#frames + 1] = i end
  end
  return frames
end

-- Per point: mean distance to the truth, and how much one coordinate jitters about its own mean distance.
local function points_against_truth(identity, truth, track)
  local d = track:df()
  local frames, errors, jitter = resting_frames(truth, d), {}, {}
  local scale = {}
  for _, i in ipairs(frames) do scale[i] = interocular(truth, i) end
  for point = 1, 68 do
    local away, off = {}, {x = {}, y = {}}
    for k, i in ipairs(frames) do
      for _, axis in ipairs{"x", "y"} do
        off[axis][k] = (d:col(axis .. point)[i] - truth:col(axis .. point)[i]) / scale[i]
      end
      away[k] = math.sqrt(off.x[k] ^ 2 + off.y[k] ^ 2)
    end
    errors[point] = mean(away)
    jitter[#jitter + 1] = math.sqrt((sd(off.x) ^ 2 + sd(off.y) ^ 2) / 2)
  end
  for _, region in ipairs(REGIONS) do
    row(identity, "points", region[1], "", "error", mean({table.unpack(errors, region[2], region[3])}))
  end
  row(identity, "noise", "coordinate", "", "sd", mean(jitter))
  return frames
end

local function noise_of_measures(identity, track, frames)
  local d = measured(track)
  for _, name in ipairs{"corner_height_l", "commissure_l", "brow_l", "fissure_l", "mouth_open"} do
    local values = {}
    for k, i in ipairs(frames) do values[k] = d:col(name)[i] end
    row(identity, "noise", name, "", "sd", sd(values))
  end
end

local function tasks(identity)
  for _, task in ipairs(TASKS) do
    local truth, track = draw{participant = identity, task = task, seconds = 2}
    if truth then
      row(identity, "found", task, "", "frames", #track)
      row(identity, "found", task, "", "found", math.floor(track.found * #track + 0.5))
      if task == "neutral" then
        noise_of_measures(identity, track, points_against_truth(identity, truth, track))
      end
    else
      row(identity, "found", task, "", "absent", 1)
    end
  end
end

-- ---- Table (c): every action unit, both sides and one side active ----

-- Both sides move first, then the left alone, then the right alone; a midline unit moves once.
local function ramp(...)
  local points = {{0, 0}}
  for _, turn in ipairs{...} do
    local start = REST + (turn - 1) * RAMP
    points[#points + 1] = {start + (turn > 1 and 1e-6 or 0), 0}
    points[#points + 1] = {start + RAMP / 2, 1}
    points[#points + 1] = {start + RAMP, 0}
  end
  return points
end

-- The first and the last row of a turn.
local function phase(turn)
  return math.floor((REST + (turn - 1) * RAMP) * FPS + 0.5) + 1, math.floor((REST + turn * RAMP) * FPS + 0.5)
end

-- r against the true activation; slope against the same measure of the true points.
local function against(movement, activation, d, true_d, column, turn)
  local from, to = phase(turn)
  local got = part(d:col(column), from, to, movement.sign)
  local slope = line(part(true_d:col(column), from, to, movement.sign), got)
  local _, r = line(part(activation, from, to), got)
  return r, slope, got
end

local function one_side(identity, section, item, movement, truth, d, true_d, side, turn)
  local own, other = movement.measure .. side, movement.measure .. (side == "_l" and "_r" or "_l")
  local activation = truth:col(movement.units[1] .. side)
  local r, slope = against(movement, activation, d, true_d, own, turn)
  local from, to = phase(turn)
  local level = part(activation, from, to)
  local active = line(level, part(d:col(own), from, to))
  local passive = line(level, part(d:col(other), from, to))
  local drawn = line(level, part(true_d:col(other), from, to)) / line(level, part(true_d:col(own), from, to))
  row(identity, section, item, side, "r", r)
  row(identity, section, item, side, "slope", slope)
  row(identity, section, item, side, "crosstalk", passive / active)
  row(identity, section, item, side, "drawn", drawn == drawn and drawn or 0)
end

local function both_sides(identity, item, movement, truth, d, true_d, sides, sided)
  for _, side in ipairs(sides) do
    local unit = movement.units[#movement.units]
    local activation = truth:col(sided and unit .. side or unit)
    local r, slope, got = against(movement, activation, d, true_d, movement.measure .. side, 1)
    table.sort(got)
    row(identity, "both", item, side, "r", r)
    row(identity, "both", item, side, "slope", slope)
    row(identity, "both", item, side, "range", got[#got] - got[1])
  end
end

local function draw_movement(identity, units)
  local task = {}
  for _, unit in ipairs(units) do task[unit .. "_l"], task[unit .. "_r"] = ramp(1, 2), ramp(1, 3) end
  local truth, track = draw{participant = identity, task = task, seconds = REST + 3 * RAMP}
  if truth then return truth, track, true end
  task = {}
  for _, unit in ipairs(units) do task[unit] = ramp(1) end
  truth, track = draw{participant = identity, task = task, seconds = REST + RAMP}
  return truth, track, false
end

local function movements(identity)
  local drawn = {}
  for _, movement in ipairs(MOVEMENTS) do
    local name = table.concat(movement.units, "+")
    if not drawn[name] and not (only_sides and not SIDED[name]) then
      local truth, track, sided = draw_movement(identity, movement.units)
      drawn[name] = {}
      if truth then
        drawn[name] = {truth = truth, d = measured(track), plain = measured(track, "plain"),
          true_d = measured(track_of(truth)), sided = sided}
      end
    end
    local clip, item = drawn[name], name .. " " .. movement.measure
    if not clip then
      -- Left out.
    elseif not clip.truth then
      row(identity, "both", item, "", "absent", 1)
    else
      local sides = has(clip.d, movement.measure) and {""} or {"_l", "_r"}
      both_sides(identity, item, movement, clip.truth, clip.d, clip.true_d, sides, clip.sided)
      if clip.sided and #sides == 2 then
        for section, d in pairs{one = clip.d, plain = clip.plain} do
          one_side(identity, section, item, movement, clip.truth, d, clip.true_d, "_l", 2)
          one_side(identity, section, item, movement, clip.truth, d, clip.true_d, "_r", 3)
        end
      end
    end
  end
end

-- ---- Table (d): weakness ----

-- The mean of the three highest values: one frame's noise shall not make the peak.
local function peak(values)
  table.sort(values, function(a, b) return a > b end)
  return mean({table.unpack(values, 1, 3)})
end

-- A smile, raised brows and closed eyes follow one another in one clip.
local function weakness(identity)
  for _, level in ipairs(WEAKNESS) do
    local truth, track = draw{participant = identity, weakness = level, seconds = REST + 3 * RAMP,
      task = {au12 = ramp(1), au1 = ramp(2), au2 = ramp(2), au43 = ramp(3)}}
    local d, true_d = measured(track), measured(track_of(truth))
    for _, movement in ipairs(WEAK_MEASURES) do
      local from, to = phase(({au12 = 1, au1 = 2, au43 = 3})[movement.units[1]])
      for _, side in ipairs{"_l", "_r"} do
        local column, name = movement.measure .. side, string.format("%g", level)
        -- An absolute measure starts from what it was at rest.
        local rest = mean(part(d:col(column), 1, 10, movement.sign))
        local true_rest = mean(part(true_d:col(column), 1, 10, movement.sign))
        row(identity, "weak", movement.measure, side, name,
          peak(part(d:col(column), from, to, movement.sign)) - rest)
        row(identity, "weak_truth", movement.measure, side, name,
          peak(part(true_d:col(column), from, to, movement.sign)) - true_rest)
      end
    end
  end
end

for identity = first, last, step do
  local from = os.clock()
  if not only_sides then tasks(identity) end
  movements(identity)
  if not only_sides then weakness(identity) end
  out:flush()
  print(string.format("  identity %d measured, %.0f s of processor time", identity, os.clock() - from))
end
assert(out:close())
