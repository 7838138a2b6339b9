-- SPDX-License-Identifier: GPL-3.0-or-later
-- Action units and expressions of drawn faces and of real recordings, and expressions of one's own.

local t = require "harness"

local folder = t.folder()
local EXPRESSIONS = {"happiness", "sadness", "anger", "fear", "disgust", "surprise"}

local function largest(column, from, to)
  local most = -math.huge
  for i = from or 1, to or #column do
    if column[i] == column[i] then most = math.max(most, column[i]) end
  end
  return most
end

-- The value that 95 % of the frames do not exceed.
local function usual_most(column)
  local values = {}
  for i = 1, #column do
    if column[i] == column[i] then values[#values + 1] = column[i] end
  end
  table.sort(values)
  return values[math.ceil(0.95 * #values)]
end

local function drawn(name, options)
  local clip = folder .. "/" .. name .. ".mp4"
  options.fps, options.size = 25, 400
  assert(sim.video(clip, options))
  return assert(face.track(clip, {progress = false}))
end

-- A smile of the left side, then both brows up, both eyes shut, and the mouth open.
local acted = drawn("acted", {participant = 7, seconds = 2.2, task = {
  au12_l = {{0.4, 0}, {0.6, 1}, {0.8, 0}}, au1 = {{0.8, 0}, {1, 1}, {1.2, 0}},
  au2 = {{0.8, 0}, {1, 1}, {1.2, 0}}, au43 = {{1.2, 0}, {1.4, 1}, {1.6, 0}},
  au25 = {{1.7, 0}, {1.9, 1}, {2.1, 0}}, au26 = {{1.7, 0}, {1.9, 1}, {2.1, 0}}}})
local WINDOW = {neutral = {0, 0.36}}

t.test("each movement is seen where it is, and only there", function()
  local d = assert(measure.of(acted, WINDOW))
  local function at(name, seconds) return d:col(name)[math.floor(seconds * 25 + 0.5) + 1] end
  t.ok(at("au12_l", 0.6) > 0.6, "smile left " .. at("au12_l", 0.6))
  t.ok(at("au12_r", 0.6) < 0.2, "smile right " .. at("au12_r", 0.6))
  t.ok(at("au20_l", 0.6) < 0.4, "no stretch " .. at("au20_l", 0.6))
  for _, side in ipairs{"_l", "_r"} do
    t.ok(at("au1" .. side, 1) > 0.6 and at("au2" .. side, 1) > 0.6, "brows" .. side)
    t.ok(at("au4" .. side, 1) < 0.15, "no frown" .. side)
    t.ok(at("au45" .. side, 1.4) > 0.6, "eyes shut" .. side)
    t.ok(at("au7" .. side, 1.4) < 0.2, "not tight" .. side)
  end
  t.ok(at("au26", 1.9) > 0.7 and at("au25", 1.9) > 0.7, "mouth open")
  t.ok(at("au26", 0.6) < 0.1 and at("surprise", 1) > 0.4, "surprise")
  for _, name in ipairs(EXPRESSIONS) do t.ok(at(name, 0.2) < 0.1, name .. " before anything moves") end
  t.ok(at("neutral", 0.2) > 0.9 and math.abs(at("valence", 0.2)) < 0.1)
  local smile = (at("au12_l", 0.6) + at("au12_r", 0.6)) / 2
  t.near(at("happiness", 0.6), smile ^ 3 / (smile ^ 2 + 0.1 ^ 2), 1e-12)
end)

t.test("points from a file give the same table", function()
  local file = folder .. "/points.csv"
  assert(acted:save(file))
  local here, there = measure.of(acted, WINDOW), measure.of(assert(face.load(file)), WINDOW)
  t.equal(table.concat(there:names(), " "), table.concat(here:names(), " "))
  for _, name in ipairs{"au12_l", "au1_r", "au45_l", "au26", "happiness"} do
    for i = 1, #here do t.near(there:col(name)[i], here:col(name)[i], 0.03, name .. " frame " .. i) end
  end
end)

-- Rewrites a point file: change(cells, header) gets each row's cells by name.
local function rewritten(name, change, rows)
  local source, lines, header = assert(io.open(folder .. "/points.csv")), {}, nil
  for line in source:lines() do
    local cells, named = {}, {}
    for cell in line:gmatch("[^,]+") do cells[#cells + 1] = cell end
    if header then
      for k, column in ipairs(header) do named[column] = cells[k] end
      local changed = change(named)
      for k, column in ipairs(header) do cells[k] = changed[column] end
    else
      header = cells
    end
    lines[#lines + 1] = table.concat(cells, ",")
    if rows and #lines > rows then break end
  end
  source:close()
  return assert(face.load(t.write(folder .. "/" .. name .. ".csv", table.concat(lines, "\n") .. "\n")))
end

-- The point that each becomes in the mirror, from 0.
local function partners()
  local of = {}
  local function swap(a, b) of[a], of[b] = b, a end
  for i = 0, 7 do swap(i, 16 - i) end
  for i = 17, 21 do swap(i, 43 - i) end
  for _, pair in ipairs{{36, 45}, {37, 44}, {38, 43}, {39, 42}, {40, 47}, {41, 46}, {31, 35}, {32, 34},
    {48, 54}, {49, 53}, {50, 52}, {59, 55}, {58, 56}, {60, 64}, {61, 63}, {67, 65}} do
    swap(pair[1], pair[2])
  end
  return of
end

t.test("in the mirror the sides swap and nothing else changes", function()
  local of = partners()
  local plain = rewritten("same", function(row) return row end)
  local mirrored = rewritten("mirrored", function(row)
    local new = {}
    for key, value in pairs(row) do new[key] = value end
    for i = 0, 67 do
      local j = of[i] or i
      for _, kind in ipairs{"", "s"} do
        if row[kind .. "x_" .. j] then
          new[kind .. "x_" .. i] = string.format("%.9f", 400 - tonumber(row[kind .. "x_" .. j]))
          new[kind .. "y_" .. i] = row[kind .. "y_" .. j]
        end
      end
    end
    for _, angle in ipairs{"pose_Ry", "pose_Rz"} do
      new[angle] = string.format("%.9f", -tonumber(row[angle]))
    end
    return new
  end)
  local a, b = measure.of(plain, WINDOW), measure.of(mirrored, WINDOW)
  for _, name in ipairs{"au1", "au4", "au5", "au12", "au15", "au20", "au45"} do
    for i = 1, #a do t.near(a:col(name .. "_l")[i], b:col(name .. "_r")[i], 0.02, name .. " frame " .. i) end
  end
  for i = 1, #a do
    t.near(a.difference_mouth[i], -b.difference_mouth[i], 0.003)
    t.near(a.happiness[i], b.happiness[i], 0.02)
  end
end)

t.test("the first frames are measured as in the whole recording", function()
  local whole = measure.of(rewritten("whole", function(row) return row end), WINDOW)
  local part = measure.of(rewritten("part", function(row) return row end, 25), WINDOW)
  t.equal(#part, 25)
  for _, name in ipairs(part:names()) do
    for i = 1, #part do t.equal(part:col(name)[i], whole:col(name)[i], name .. " frame " .. i) end
  end
end)

t.test("nothing happens but sway and blinks: no expression", function()
  local d = assert(measure.of(drawn("control", {participant = 12, task = "neutral", seconds = 3}),
    {neutral = {0, 0.36}}))
  for _, name in ipairs(EXPRESSIONS) do
    t.ok(largest(d:col(name)) <= 0.15, name .. " " .. largest(d:col(name)))
  end
  for _, name in ipairs{"au1_l", "au2_l", "au12_l", "au12_r", "au15_r", "au26"} do
    t.ok(usual_most(d:col(name)) < 0.15, name .. " " .. usual_most(d:col(name)))
  end
end)

-- Without the cut-off surprise reaches 0.25 here.
t.test("sway twice as large in a person whose proxies mind it: no expression", function()
  local restless = drawn("restless", {participant = 13, task = "neutral", seconds = 4, motion = 2})
  local d = assert(measure.of(restless, {neutral = {0, 0.4}}))
  for _, name in ipairs(EXPRESSIONS) do
    t.ok(largest(d:col(name)) <= 0.15, name .. " " .. largest(d:col(name)))
  end
end)

-- Of the usual frame and the usual participant: a single face may look up in a way that lifts its lip.
t.test("a turned head is no expression", function()
  local found = {}
  for _, participant in ipairs{12, 5, 21} do
    local straight = drawn("straight", {participant = participant, task = {}, seconds = 0.32, blinks = false})
    for _, pose in ipairs{{yaw = 10}, {yaw = -10}, {pitch = 10}, {pitch = -10}} do
      local d = assert(measure.of(drawn("turned", {participant = participant, task = {}, seconds = 0.2,
        blinks = false, pose = pose}), {neutral = straight}))
      for _, name in ipairs(EXPRESSIONS) do
        local key = string.format("%s, yaw %d pitch %d", name, pose.yaw or 0, pose.pitch or 0)
        found[key] = found[key] or {}
        table.insert(found[key], stats.describe(d:col(name)).median)
      end
    end
  end
  for key, values in pairs(found) do
    table.sort(values)
    t.ok(values[2] <= 0.15, key .. ": " .. values[2])
  end
end)

t.test("a real recording in which nothing happens", function()
  local d = measure.of(assert(face.track(t.real_file "video/openwillis_baseline.mp4")), {neutral = {0, 0.5}})
  for _, name in ipairs(EXPRESSIONS) do
    t.ok(largest(d:col(name)) <= 0.15, name .. " " .. largest(d:col(name)))
  end
end)

t.test("a real smile is happiness and nothing else", function()
  local d = measure.of(assert(face.track(t.real_file "derived/ref.mp4")), {neutral = {0, 0.3}})
  t.ok(largest(d.happiness) > 0.6 and largest(d.valence) > 0.4)
  t.ok(largest(d.disgust) < 0.3 and largest(d.surprise) < 0.3 and largest(d.fear) < 0.3)
end)

-- ---- Without neutral; the list; expressions of one's own ----

t.test("without neutral there are no units and no expressions", function()
  local d, note = measure.of(acted)
  t.match(note, "action units and expressions are changes from neutral and stay NA")
  for _, name in ipairs{"au12_l", "au26", "happiness", "neutral", "valence"} do
    t.ok(d:col(name)[5] ~= d:col(name)[5], name)
  end
  t.ok(d.difference_eye[5] == d.difference_eye[5])
end)

t.test("limits name what points cannot see", function()
  local limits, list, seen = measure.limits(), {}, {}
  for _, name in ipairs(measure.list().name) do list[name] = true end
  for i = 1, #limits do
    seen[limits.action_unit[i]] = limits.seen[i]
    local proxy = limits.proxy[i]
    if limits.seen[i] == "no" then
      t.ok(limits.r[i] ~= limits.r[i])
    else
      t.ok(list[proxy] or list[proxy .. "_l"] and list[proxy .. "_r"], proxy)
      t.ok(limits.r[i] > 0.5 and limits.r[i] <= 1)
    end
  end
  for _, unit in ipairs{"au6", "au9", "au11", "au14", "au34"} do t.equal(seen[unit], "no", unit) end
  for _, unit in ipairs{"au10", "au23", "au20", "au5"} do t.equal(seen[unit], "weak", unit) end
end)

-- What lies under the cut of a proxy is no noise: au26 has 0.
t.test("the list tells noise", function()
  local list = measure.list()
  t.ok(list.noise[1] > 0.001 and list.noise[1] < 0.01, "fissure")
  for i = 1, #list do t.ok(list.noise[i] >= 0 and list.noise[i] < 1, list.name[i]) end
end)

t.test("an expression of one's own", function()
  local before = #measure.list()
  measure.expression("lopsided", function(au)
    return math.abs(au.au12_l - au.au12_r) + 0 * (au.au12 + au.au26)
  end)
  local d, list = measure.of(acted, WINDOW), measure.list()
  t.near(d.lopsided[16], math.abs(d.au12_l[16] - d.au12_r[16]), 1e-12)
  t.equal(#list, before + 1)
  t.equal(list.name[#list], "lopsided")
  t.equal(list.unit[#list], "your own")
  t.ok(measure.of(acted).lopsided[16] ~= measure.of(acted).lopsided[16], "NA without neutral")
  t.raises('"lopsided" is defined already', measure.expression, "lopsided", math.abs)
  measure.expression("lopsided", nil)
  t.equal(#measure.list(), before)
  t.raises('no expression "lopsided"', measure.expression, "lopsided", nil)
end)

t.test("wrong expressions are told by name and frame", function()
  t.raises('"au12_l" is a measure already', measure.expression, "au12_l", math.abs)
  t.raises('"time" is a measure already', measure.expression, "time", math.abs)
  t.raises("the name must be letters", measure.expression, "a b", math.abs)
  t.raises("the name must be letters", measure.expression, 5, math.abs)
  t.raises("must be a function of the action units, not a number", measure.expression, "mine", 5)
  measure.expression("broken", function(au) return au.au99_l + 1 end)
  t.raises('measure.of: expression "broken", frame 1 %(0.000 s%): .*au99_l', measure.of, acted, WINDOW)
  measure.expression("broken", nil)
  measure.expression("silent", function() end)
  t.raises('expression "silent", frame 1 .* gives a nil, not a number', measure.of, acted, WINDOW)
  measure.expression("silent", nil)
  t.ok(measure.of(acted, WINDOW))
end)
