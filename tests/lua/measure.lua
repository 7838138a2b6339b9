-- SPDX-License-Identifier: GPL-3.0-or-later
-- Measures from point files written here, from OpenFace's own file, and from real recordings.

local t = require "harness"

local folder = t.folder()

-- A face at rest in its own axes: x to the participant's left, y up, eye centres 100 apart; points 1..68.
local function resting_face()
  local x, y = {}, {}
  for i = 1, 68 do x[i], y[i] = 0, -20 end
  local function put(i, px, py) x[i], y[i] = px, py end
  local function eye(points, side, opening)
    local across = {18, 7, -7, -18, -7, 7}
    local up = {0, opening / 2, opening / 2, 0, -opening / 2, -opening / 2}
    for k, i in ipairs(points) do put(i, side * (50 + across[k]), up[k]) end
  end
  eye({37, 38, 39, 40, 41, 42}, -1, 14)
  eye({46, 45, 44, 43, 48, 47}, 1, 12)
  for i = 0, 4 do
    put(18 + i, -80 + 14 * i, 31)
    put(23 + i, 24 + 14 * i, 33)
  end
  put(49, -37, -92)
  put(55, 40, -90)
  put(58, 0, -105)
  put(63, 0, -91)
  put(67, 0, -94)
  put(9, 0, -150)
  return {x = x, y = y}
end

-- Writes a point file in OpenFace's columns: 10 frames at 25 per second, frames 6 to 10 changed by
-- move(face), frame 3 lost.
local function point_file(name, move, size)
  local header, lines = {"frame, timestamp, confidence, success"}, {}
  for _, axis in ipairs{"x", "y"} do
    for i = 0, 67 do header[#header + 1] = string.format("%s_%d", axis, i) end
  end
  lines[1] = table.concat(header, ", ")
  for frame = 1, 10 do
    local face, cells = resting_face(), {}
    if frame > 5 then move(face) end
    cells[1] = string.format("%d, %.3f, 0.98, %d", frame, (frame - 1) / 25, frame == 3 and 0 or 1)
    for i = 1, 68 do cells[#cells + 1] = string.format("%.6f", 320 + size * face.x[i]) end
    for i = 1, 68 do cells[#cells + 1] = string.format("%.6f", 200 - size * face.y[i]) end
    lines[#lines + 1] = table.concat(cells, ", ")
  end
  return t.write(folder .. "/" .. name .. ".csv", table.concat(lines, "\n") .. "\n")
end

local function left_smile(face) face.x[55], face.y[55] = face.x[55] + 9, face.y[55] + 6 end

t.test("a left smile from a point file", function()
  local track = assert(face.load(point_file("smile", left_smile, 1.3)))
  local d, note = measure.of(track, {neutral = {0, 0.16}, frontal = false})
  t.equal(note, nil)
  t.equal(#d, 10)
  t.equal(d:names()[1], "time")
  t.near(d.commissure_l[9], (math.sqrt(49 ^ 2 + 21 ^ 2) - math.sqrt(40 ^ 2 + 15 ^ 2)) / 100, 1e-6)
  t.near(d.commissure_r[9], 0, 1e-6)
  t.near(d.corner_height_l[9], 0.06, 1e-6)
  t.near(d.fissure_r[9], 0.14, 1e-6)
  t.near(d.fissure_l[1], 0.12, 1e-6)
  t.near(d.mouth_open[1], 0.03, 1e-6)
  t.ok(d.fissure_l[3] ~= d.fissure_l[3], "a lost frame must be NA")
end)

t.test("every listed measure is a column", function()
  local track = assert(face.load(point_file("columns", left_smile, 1)))
  local d, list = measure.of(track, {neutral = {0, 0.1}}), measure.list()
  local names = d:names()
  t.equal(#names, #list + 1)
  for i = 1, #list do
    t.equal(names[i + 1], list.name[i])
    t.ok(#list.definition[i] > 10 and #list.source[i] > 3)
  end
end)

t.test("without neutral: changes are NA and a note says so", function()
  local track = assert(face.load(point_file("rest", left_smile, 2)))
  local d, note = measure.of(track, {frontal = false})
  t.match(note, "^no neutral given: .*neutral = {t0, t1}")
  t.ok(d.brow_l[1] ~= d.brow_l[1])
  t.near(d.fissure_l[1], 0.12, 1e-4)
end)

t.test("another recording as neutral", function()
  local rest = assert(face.load(point_file("other", function() end, 0.7)))
  local smile = assert(face.load(point_file("moved", left_smile, 1.9)))
  local d = measure.of(smile, {neutral = rest, frontal = false})
  t.near(d.corner_height_l[9], 0.06, 1e-5)
  t.near(d.corner_height_l[1], 0, 1e-5)
end)

t.test("wrong use raises, a window without a face does not", function()
  local track = assert(face.load(point_file("wrong", left_smile, 1)))
  t.raises("measure.of: track must be a Track .* not a string", measure.of, "clip.mp4")
  local _, problem = pcall(assert(load("measure.of(1)", "=mine")))
  t.match(problem, "^mine:1: measure.of: track must be")
  t.raises('no option "neutrl"; did you mean "neutral"', measure.of, track, {neutrl = {0, 1}})
  t.raises("neutral must be a window", measure.of, track, {neutral = 0.5})
  t.raises("frontal must be true or false, not a string", measure.of, track, {frontal = "no"})
  t.raises("neutral must be a window .* item 2", measure.of, track, {neutral = {0}})
  t.raises("must begin before it ends", measure.of, track, {neutral = {1, 0}})
  t.raises('side must be one of "each", "plain", not "split"', measure.of, track, {side = "split"})
  t.raises("measure.of: smooth must be", measure.of, track, {smooth = 3})
  t.fails("no frame with a face in the neutral window 7 to 8 s", "data",
    measure.of(track, {neutral = {7, 8}}))
end)

t.test("a summary of one recording", function()
  local d = df.new{time = {0, 0.1, 0.2, 0.3, 0.4, 0.5}, mrd1_l_mm = {0 / 0, 1, 3, 2.5, 4.5, 4}}
  local s = measure.summary(d)
  t.equal(#s, 1)
  t.equal(table.concat(s:names(), " "), "mrd1_l_peak_mm mrd1_l_low_mm mrd1_l_mean_mm mrd1_l_range_mm "
    .. "mrd1_l_velocity_mm mrd1_l_time_to_peak_mm coverage frames_used uncertain")
  t.close(s.mrd1_l_peak_mm[1], 4.4)
  t.close(s.mrd1_l_low_mm[1], 1.3)
  t.close(s.mrd1_l_mean_mm[1], 3)
  t.close(s.mrd1_l_velocity_mm[1], 7.5)
  t.close(s.mrd1_l_time_to_peak_mm[1], 0.3)
  t.close(s.coverage[1], 5 / 6)
  t.equal(s.frames_used[1], 5)
  t.equal(s.uncertain[1], "")
end)

t.test("a summary by columns", function()
  local d = df.new{participant = {"b", "b", "b", "a", "a"}, visit = {1, 1, 2, 1, 1},
    time = {0, 0.1, 0, 0.2, 0.3}, ear_l = {0.3, 0.4, 0.25, 0.1, 0 / 0}}
  local s = measure.summary(d, {by = {"participant", "visit"}})
  t.equal(#s, 3)
  t.equal(s.participant[1] .. s.participant[2] .. s.participant[3], "bba")
  t.equal(s.visit[2], 2)
  t.close(s.ear_l_mean[1], 0.35)
  t.close(s.ear_l_mean[3], 0.1)
  t.close(s.coverage[3], 0.5)
  t.equal(#measure.summary(d:where{participant = "a"}, {by = "participant"}), 1)
  t.raises("time falls back from 0.1 to 0 s at row 3, so these are several recordings", measure.summary, d)
  t.raises('by names no column: "particpant"', measure.summary, d, {by = "particpant"})
  t.raises("the data frame has no column time", measure.summary, df.new{a = {1, 2}})
  t.raises("must be a data frame", measure.summary, 5)
  t.raises('no option "group"; the options are by', measure.summary, d, {group = "participant"})
end)

-- ---- Real material ----

local function unpacked(name)
  local path = folder .. "/" .. name:match("([^/]+)%.gz$")
  os.execute(string.format("gzip -dc '%s' > '%s'", t.real_file(name), path))
  return path
end

local function mean(values)
  local sum, n = 0, 0
  for i = 1, #values do
    if values[i] == values[i] then sum, n = sum + values[i], n + 1 end
  end
  return sum / n
end

local function correlation(a, b)
  local n, sa, sb, saa, sbb, sab = 0, 0, 0, 0, 0, 0
  for i = 1, math.min(#a, #b) do
    local x, y = a[i], b[i]
    if x == x and y == y then
      n, sa, sb, saa, sbb, sab = n + 1, sa + x, sb + y, saa + x * x, sbb + y * y, sab + x * y
    end
  end
  return (n * sab - sa * sb) / math.sqrt((n * saa - sa * sa) * (n * sbb - sb * sb))
end

t.test("OpenFace's own file is measured without pictures", function()
  local track = assert(face.load(unpacked "tables/opendbm_subj01_timepoint01_openface.csv.gz"))
  local d = measure.of(track, {neutral = {0, 0.5}})
  t.equal(#d, #track)
  local width = mean(d.mouth_width)
  t.ok(width > 0.6 and width < 1.1, "mouth width " .. width)
  t.ok(mean(d.ear_l) > 0.15 and mean(d.ear_l) < 0.45)
end)

t.test("our points and OpenFace's agree on the same recording", function()
  local theirs = measure.of(assert(face.load(unpacked "tables/opendbm_subj01_timepoint01_openface.csv.gz")))
  -- Theirs are of the whole face at once, so ours are too.
  local track = assert(face.track(t.real_file "video/opendbm_subj01_timepoint01.mp4"))
  local ours = measure.of(track, {side = "plain"})
  for _, name in ipairs{"fissure_l", "fissure_r", "ear_l", "ear_r", "smile_angle_l"} do
    local r = correlation(ours[name], theirs[name])
    t.ok(r > 0.6, string.format("%s correlates only %.2f", name, r))
  end
  -- He keeps his mouth shut, and both say so.
  t.near(mean(ours.mouth_open), 0, 0.03)
  t.near(mean(theirs.mouth_open), 0, 0.03)
  t.near(mean(ours.mouth_width), mean(theirs.mouth_width), 0.12)
  t.near(mean(ours.fissure_l), mean(theirs.fissure_l), 0.06)
end)

t.test("a smile: positive on both sides, one blink", function()
  local d = measure.of(assert(face.track(t.real_file "derived/ref.mp4")), {neutral = {0, 0.3}})
  local s = measure.summary(d)
  t.ok(s.commissure_l_peak[1] > 0.1 and s.commissure_r_peak[1] > 0.1)
  t.ok(s.corner_height_l_peak[1] > 0 and s.corner_height_r_peak[1] > 0)
  t.ok(s.ear_l_low[1] < 0.8 * s.ear_l_peak[1])
end)

t.test("a mirrored recording swaps the sides, a larger one changes nothing", function()
  local options = {neutral = {0, 0.3}}
  local plain = measure.of(assert(face.track(t.real_file "derived/ref.mp4")), options)
  local mirror = measure.of(assert(face.track(t.real_file "derived/mirrored.mp4")), options)
  local large = measure.of(assert(face.track(t.real_file "derived/scaled_x2.mp4")), options)
  t.near(mean(plain.commissure_l), mean(mirror.commissure_r), 0.02)
  t.near(mean(plain.commissure_r), mean(mirror.commissure_l), 0.02)
  t.near(mean(plain.asymmetry_mouth), -mean(mirror.asymmetry_mouth), 0.05)
  t.near(mean(plain.commissure_l), mean(large.commissure_l), 0.01)
  t.near(mean(plain.mouth_width), mean(large.mouth_width), 0.01)
  t.ok(correlation(plain.commissure_l, large.commissure_l) > 0.98)
end)

t.test("a wide open mouth", function()
  local d = measure.of(assert(face.track(t.real_file "video/liveportrait_d18.mp4")))
  t.ok(measure.summary(d).mouth_open_range[1] > 0.4)
end)
