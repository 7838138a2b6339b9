-- SPDX-License-Identifier: GPL-3.0-or-later
-- Action-unit proxies and expressions against what was drawn, for `scripts/bench validity --part units`.
--   mien validity_units.lua OUT.csv FOLDER FIRST LAST STEP     draws, tracks, measures: rows of numbers
--   mien validity_units.lua report ROWS.csv ...                prints the tables

local numbers = dofile((arg[0]:gsub("[^/]*$", "numbers.lua")))
local quantile, fixed, verdict = numbers.quantile, numbers.fixed, numbers.verdict

-- As numbers.line, but r is 0 where y does not move at all.
local function line(x, y)
  local slope, r = numbers.line(x, y)
  return slope, r == r and r or 0
end

local FPS, SIZE = 25, 400
local REST, TURN = 0.48, 0.64 -- Seconds before the movements, and of one movement up and down again.
local WINDOW = {0, 0.4}       -- The neutral window.

-- Proxies and what is drawn for them. Targets: least median r, most median leakage to the other side.
local UNITS = {
  {"au1", 0.9, 0.1}, {"au2", 0.9, 0.1}, {"au4", 0.9, 0.1}, {"au5", 0.8, 0.1}, {"au7", nil, 0.1},
  {"au10", nil, 0.1}, {"au12", 0.9, 0.15}, {"au15", 0.9, 0.1}, {"au20", 0.8, 0.1}, {"au23", nil, 0.1},
  {"au45", 0.9, 0.1, drawn = "au43"}, {"au25", 0.9, midline = true}, {"au26", 0.9, midline = true},
}
local EXPRESSIONS = {"happiness", "sadness", "anger", "fear", "disgust", "surprise"}
local ROTATIONS = {{yaw = 10}, {yaw = -10}, {pitch = 10}, {pitch = -10}}
local MOST_CONTROL, MOST_CHANGE = 0.15, 10

-- What a full movement drawn by the simulator changes a measure by: iod, ratio or degrees.
local RANGES = {fissure = 0.12, ear = 0.25, brow = 0.13, commissure = 0.13, corner_height = 0.13,
  mouth_width = 0.2, mouth_open = 0.25, upper_lip = 0.06, lower_lip = 0.08, smile_angle = 25,
  asymmetry_eye = 1, asymmetry_brow = 0.4, asymmetry_mouth = 0.4, difference_eye = 0.12,
  difference_brow = 0.13, difference_mouth = 0.13}

-- ---- Numbers ----

local function rows_of(column, from, to)
  local values = {}
  for i = from, math.min(to, #column) do values[#values + 1] = column[i] end
  return values
end

-- ---- Measuring ----

local out

local function row(identity, section, item, side, value)
  out:write(string.format("%d,%s,%s,%s,%s\n", identity, section, item, side,
    numbers.cell(value)))
end

local folder

local function record(identity, options)
  local file = folder .. "/clip.mp4"
  options.participant, options.fps, options.size = identity, FPS, SIZE
  local truth = assert(sim.video(file, options))
  return truth, assert(face.track(file, {progress = false}))
end

local function stem_of(name) return (name:gsub("_[lr]$", "")) end

local function median_of(column) return quantile(column, 0.5) end

-- One movement after another: left alone, right alone; a unit of the mid-line once, and both of those
-- together.
local function turns_of()
  local turns = {}
  for _, unit in ipairs(UNITS) do
    local drawn = unit.drawn or unit[1]
    for _, side in ipairs(unit.midline and {""} or {"_l", "_r"}) do
      turns[#turns + 1] = {proxy = unit[1], side = side, drawn = {drawn .. side}}
    end
  end
  turns[#turns + 1] = {proxy = "au25", item = "au25 of au25+au26", side = "", drawn = {"au25", "au26"}}
  turns[#turns + 1] = {proxy = "au26", item = "au26 of au25+au26", side = "", drawn = {"au25", "au26"}}
  return turns
end

local function task_of(turns)
  local task = {}
  for k, turn in ipairs(turns) do
    local start = REST + (k - 1) * TURN
    for _, name in ipairs(turn.drawn) do
      local points = task[name] or {{0, 0}}
      points[#points + 1] = {start + 1e-6, 0}
      points[#points + 1] = {start + TURN / 2, 1}
      points[#points + 1] = {start + TURN - 1e-6, 0}
      task[name] = points
    end
  end
  return task
end

-- The head is held between -15 and 15 degrees.
local function pose_of(identity)
  return {yaw = identity * 7 % 31 - 15, pitch = identity * 11 % 31 - 15, roll = identity * 5 % 31 - 15}
end

local OTHER = {_l = "_r", _r = "_l"}

-- What other tools give: the points of the whole face, and nothing of the picture.
local function points_alone(track)
  local file, keep = folder .. "/points.csv", {"timestamp", "success", "confidence"}
  assert(track:save(file))
  local all = df.read(file)
  for _, name in ipairs(all:names()) do
    if name:match("^[xy]_%d+$") then keep[#keep + 1] = name end
  end
  assert(all:select(keep):write(file))
  return assert(face.load(file))
end

-- Sections of points alone are named "points ...".
local function follow_turns(identity, input, turns, truth, d)
  for k, turn in ipairs(turns) do
    local from = math.floor((REST + (k - 1) * TURN) * FPS + 0.5) + 1
    local to = math.floor((REST + k * TURN) * FPS + 0.5)
    local level = rows_of(truth:col(turn.drawn[1]), from, to)
    local slope, r = line(level, rows_of(d:col(turn.proxy .. turn.side), from, to))
    local item = turn.item or turn.proxy
    row(identity, input .. "r", item, turn.side, r)
    row(identity, input .. "slope", item, turn.side, slope)
    if OTHER[turn.side] then
      local leaked = line(level, rows_of(d:col(turn.proxy .. OTHER[turn.side]), from, to))
      row(identity, input .. "leakage", item, turn.side, leaked / slope)
    end
  end
end

-- Measures that no frame has, and why.
local function missing(identity, points, d)
  local _, counts = measure.reasons(points)
  for i = 1, #counts do
    if counts.left[i] > 0 then row(identity, "points reason", counts.reason[i], "", counts.left[i]) end
  end
  for _, name in ipairs(measure.list().name) do
    if median_of(d:col(name)) ~= median_of(d:col(name)) then
      row(identity, "points missing", (name:gsub("_[lr]%f[_\0]", "")), "", 1)
    end
  end
end

local function units(identity)
  local turns = turns_of()
  local truth, track = record(identity, {task = task_of(turns), seconds = REST + #turns * TURN,
    blinks = false, pose = pose_of(identity)})
  follow_turns(identity, "", turns, truth, assert(measure.of(track, {neutral = WINDOW})))
  local points = points_alone(track)
  local d = assert(measure.of(points, {neutral = WINDOW}))
  follow_turns(identity, "points ", turns, truth, d)
  missing(identity, points, d)
end

-- ---- Nothing happens: rest, sway, blinks, turned heads ----

local function rotations(identity)
  local options = {task = {}, seconds = 0.48, blinks = false}
  local _, straight = record(identity, options)
  local list, before = measure.list(), measure.of(straight, {neutral = straight})
  for _, pose in ipairs(ROTATIONS) do
    options.pose = pose
    local _, track = record(identity, options)
    local after = measure.of(track, {neutral = straight})
    local axis = pose.yaw and "yaw" or "pitch"
    for i = 1, #list do
      local name = list.name[i]
      local range = RANGES[stem_of(name)] or (list.unit[i] == "0..1" or list.unit[i] == "-1..1") and 1
      if range then
        local change = math.abs(median_of(after:col(name)) - median_of(before:col(name)))
        row(identity, "turned " .. axis, stem_of(name), "", 100 * change / range)
      end
    end
  end
end

local function control(identity)
  local _, track = record(identity, {task = "neutral", seconds = 4, motion = 2})
  for input, from in pairs{[""] = track, ["points "] = points_alone(track)} do
    local d = measure.of(from, {neutral = {0, 0.4}})
    for _, name in ipairs(EXPRESSIONS) do
      row(identity, input .. "control", name, "", quantile(d:col(name), 1))
    end
    for _, unit in ipairs(UNITS) do
      for _, side in ipairs(unit.midline and {""} or {"_l", "_r"}) do
        row(identity, input .. "control", unit[1], side, quantile(d:col(unit[1] .. side), 0.95))
      end
    end
  end
end

-- Each expression drawn: which of the six is strongest at its height.
local function expressions(identity)
  for _, task in ipairs(EXPRESSIONS) do
    local _, track = record(identity, {task = task, seconds = 1.2, blinks = false})
    local d = measure.of(track, {neutral = {0, 0.36}})
    local best, most = "none", 0
    for _, name in ipairs(EXPRESSIONS) do
      local height = quantile(d:col(name), 0.9)
      if height > most then best, most = name, height end
    end
    row(identity, "drawn " .. task, best, "", quantile(d:col(task), 0.9))
  end
end

local function measure_all(out_path, to_folder, first, last, step)
  folder = to_folder
  out = assert(io.open(out_path, "w"))
  for identity = first, last, step do
    local from = os.clock()
    units(identity)
    rotations(identity)
    control(identity)
    expressions(identity)
    out:flush()
    print(string.format("  identity %d measured, %.0f s of processor time", identity, os.clock() - from))
  end
  assert(out:close())
end

-- ---- The report ----

local rows = {}

local function values(section, item)
  local list = {}
  for _, one in ipairs(rows) do
    if one.section == section and (not item or one.item == item) and one.value == one.value then
      list[#list + 1] = one.value
    end
  end
  return list
end


local function tell_units()
  print("\n(u1) One side active, head held within 15 degrees: r with the drawn activation, slope, and the")
  print("     other side's slope over the active one's; medians over identities and sides, 10 or 90 %")
  print("     proxy               r                 target            slope   leakage             target")
  local items = {}
  for _, unit in ipairs(UNITS) do items[#items + 1] = unit end
  items[#items + 1], items[#items + 2] = {"au25 of au25+au26"}, {"au26 of au25+au26"}
  for _, unit in ipairs(items) do
    local r, leak = values("r", unit[1]), values("leakage", unit[1])
    local goal = unit[2] and string.format("%.1f %s", unit[2], verdict(quantile(r, 0.5) >= unit[2])) or "-"
    local line_of = string.format("     %-18s %s (%s)   %-12s %8s", unit[1], fixed(quantile(r, 0.5)),
      fixed(quantile(r, 0.1)), goal, fixed(quantile(values("slope", unit[1]), 0.5), 2))
    if #leak > 0 then
      line_of = line_of .. string.format("   %s (%s)   %.2f %s", fixed(quantile(leak, 0.5)),
        fixed(quantile(leak, 0.9)), unit[3], verdict(quantile(leak, 0.5) < unit[3]))
    end
    print(line_of)
  end
end

local function tell_rotations()
  print("\n(u2) The head turned by 10 degrees and nothing else, against the same head straight: change in %")
  print("     of the measure's range (a full movement; proxies and expressions: 1), median over identities")
  print("     and directions, 90 % in brackets; target: medians below 10 %")
  print("     measure                yaw               pitch")
  local seen = {}
  for _, one in ipairs(rows) do
    if one.section == "turned yaw" and not seen[one.item] then
      seen[one.item] = true
      local cells = {}
      for _, axis in ipairs{"yaw", "pitch"} do
        local list = values("turned " .. axis, one.item)
        local middle = quantile(list, 0.5)
        cells[#cells + 1] = string.format("%5s (%5s) %-8s", fixed(middle, 1), fixed(quantile(list, 0.9), 1),
          verdict(middle < MOST_CHANGE))
      end
      print(string.format("     %-18s %s   %s", one.item, cells[1], cells[2]))
    end
  end
end

local function tell_control()
  print("\n(u3) Nothing happens for 4 s but sway (twice the natural) and natural blinks: expressions,")
  print("     largest of all frames; proxies, 95 % of the frames; median and largest over identities")
  for _, name in ipairs(EXPRESSIONS) do
    local list = values("control", name)
    print(string.format("     %-12s %s   %s   target %.2f in every identity: %s", name,
      fixed(quantile(list, 0.5)), fixed(quantile(list, 1)), MOST_CONTROL,
      verdict(quantile(list, 1) <= MOST_CONTROL)))
  end
  for _, unit in ipairs(UNITS) do
    local list = values("control", unit[1])
    print(string.format("     %-12s %s   %s", unit[1], fixed(quantile(list, 0.5)), fixed(quantile(list, 1))))
  end
end

local function tell_expressions()
  print("\n(u4) Expressions drawn: value at the height, median; how often it is the strongest of the six")
  for _, task in ipairs(EXPRESSIONS) do
    local all, right = values("drawn " .. task), values("drawn " .. task, task)
    print(string.format("     %-12s %s   %3.0f %%", task, fixed(quantile(all, 0.5), 2), 100 * #right / #all))
  end
end

local function names_of(section)
  local names, seen = {}, {}
  for _, one in ipairs(rows) do
    if one.section == section and not seen[one.item] then
      seen[one.item], names[#names + 1] = true, one.item
    end
  end
  return table.concat(names, ", ")
end

local function tell_points()
  print("\n(u5) The same recordings by the points of the whole face alone (face.load): medians, 10 or 90 %;")
  print("     at rest, of the frames where nothing happens: largest of proxies' 95 %, of expressions in all")
  print("     proxy               r              slope   leakage         at rest")
  for _, unit in ipairs(UNITS) do
    local r, leak = values("points r", unit[1]), values("points leakage", unit[1])
    local slope, rest = values("points slope", unit[1]), values("points control", unit[1])
    print(string.format("     %-18s %s (%s) %8s   %s (%s)   %s", unit[1], fixed(quantile(r, 0.5)),
      fixed(quantile(r, 0.1)), fixed(quantile(slope, 0.5), 2), fixed(quantile(leak, 0.5)),
      fixed(quantile(leak, 0.9)), fixed(quantile(rest, 1))))
  end
  for _, name in ipairs(EXPRESSIONS) do
    local list = values("points control", name)
    print(string.format("     %-57s %s", name, fixed(quantile(list, 1))))
  end
  print("     need the picture, so NaN in every frame: " .. names_of("points missing"))
  print("     the reason in every frame: " .. names_of("points reason"))
end

local function report(paths)
  local identities
  rows, identities = numbers.rows(paths, {"section", "item", "side", "value"})
  print(string.format("action units and expressions: %d identities, drawn, tracked and measured", identities))
  tell_units()
  tell_rotations()
  tell_control()
  tell_expressions()
  tell_points()
  numbers.print_verdicts()
end

if arg[1] == "report" then
  report({table.unpack(arg, 2)})
else
  measure_all(arg[1], arg[2], math.tointeger(arg[3]), math.tointeger(arg[4]), math.tointeger(arg[5]))
end
