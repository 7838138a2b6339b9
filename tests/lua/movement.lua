-- SPDX-License-Identifier: GPL-3.0-or-later
-- Movement between the landmarks, from drawn videos: measure.movement, and a cohort's peaks, maps and
-- pictures.

local t = require "harness"

local folder = t.folder()

local function without_opencv()
  if not pcall(require, "mien.movement") then t.skip("built without OpenCV") end
end

local function ramp(level) return {{0.4, 0}, {0.8, level}, {1.2, level}} end

local function draw(name, participant, left, right)
  local file = folder .. "/" .. name
  assert(sim.video(file, {participant = participant, seconds = 1.2, size = 240, blinks = false,
    task = {au12_l = ramp(left), au12_r = ramp(right)}}))
  return file
end

local smile = draw("smile.mp4", 3, 1, 0)
local track = assert(face.track(smile, {progress = false}))

local function last(column) return column[#column] end

t.test("measure.movement: a smile of one side shows on that side", function()
  without_opencv()
  local d, note = assert(measure.movement(track, {neutral = {0, 0.38}, progress = false}))
  t.equal(#d, #track)
  t.ok(last(d.mouth_l) > 5 and last(d.cheek_l) > 2, "mouth " .. last(d.mouth_l) .. " cheek "
    .. "" .. last(d.cheek_l))
  t.ok(last(d.mouth_r) < 0.35 * last(d.mouth_l) and last(d.cheek_r) < 0.35 * last(d.cheek_l))
  t.ok(last(d.forehead_l) < 1 and d.mouth_l[3] < 0.6)
  t.ok(last(d.mouth_points_l) > 3 and last(d.mouth_strain_l) > 3)
  t.ok(last(d.lost) >= 0 and last(d.lost) <= 1)
  t.ok(note:find("frames at rest; exploratory", 1, true), note)
end)

t.test("measure.movement: the same again, and in parts", function()
  without_opencv()
  local whole = assert(measure.movement(track, {neutral = {0, 0.38}, progress = false}))
  local part = assert(measure.movement(track, {neutral = {0, 0.38}, start = 1, progress = false}))
  t.equal(last(part.cheek_l), last(whole.cheek_l))
  t.ok(part.cheek_l[5] ~= part.cheek_l[5])
  -- The rest may be another recording: here the same one, by its own window.
  local other = assert(measure.movement(track, {neutral = track, start = 1, progress = false}))
  t.ok(last(other.mouth_l) > 0)
end)

t.test("measure.movement: what cannot be is said", function()
  without_opencv()
  local _, message, code = measure.movement(track, {neutral = {30, 31}})
  t.ok(message:find("no frame with a face in the neutral window 30 to 31 s", 1, true), message)
  t.equal(code, "data")
  _, message, code = measure.movement(track, {neutral = {0, 0.3}, video = folder .. "/gone.mp4"})
  t.ok(message:find("gone.mp4: no such file", 1, true), message)
  t.equal(code, "missing")
  local csv = folder .. "/points.csv"
  assert(track:save(csv))
  _, message, code = measure.movement(face.load(csv), {neutral = {0, 0.3}})
  t.ok(message:find("loaded without a video", 1, true), message)
  t.equal(code, "data")
  local other = draw("other.mp4", 8, 0, 0)
  _, message, code = measure.movement(track, {neutral = {0, 0.3}, video = other})
  t.ok(message:find("is not the video that was tracked", 1, true), message)
  t.equal(code, "data")
  for expected, options in pairs {
    ["neutral must be given"] = {}, ["the earlier first"] = {neutral = {2, 1}},
    ["start must not be after stop"] = {neutral = {0, 1}, start = 2, stop = 1},
    ['side must be "each" or "plain"'] = {neutral = {0, 1}, side = "left"},
    ['no option "neutrl"'] = {neutrl = {0, 1}},
  } do
    local ok, problem = pcall(measure.movement, track, options)
    t.ok(not ok and problem:find(expected, 1, true), problem)
  end
  t.ok(not pcall(measure.movement, 3, {neutral = {0, 1}}))
end)

-- Three against three, the left side of the first group weak.
local function make_cohort()
  local rows = {{"participant", {}}, {"group", {}}, {"task", {}}, {"video", {}}, {"neutral", {}}}
  for i = 1, 6 do
    local patient, full = i <= 3, 0.7 + 0.04 * i
    draw("p" .. i .. ".mp4", 20 + i, patient and 0.3 * full or full, full)
    for k, value in ipairs {"p" .. i, patient and "MG" or "HC", "smile", "p" .. i .. ".mp4", "0:0.38"} do
      rows[k][2][i] = value
    end
  end
  local manifest = folder .. "/manifest.csv"
  assert(df.new(rows):write(manifest))
  return assert(cohort.open(manifest)):extract {progress = false}
end

local function png_size(path)
  local file = assert(io.open(path, "rb"))
  local head = file:read(24)
  file:close()
  return string.unpack(">I4I4", head, 17)
end

local function mode_of(path)
  local pipe = io.popen("stat -c %a " .. path)
  local mode = pipe:read("l")
  pipe:close()
  return mode
end

t.test("Cohort:movement keeps peaks, and a map shows the weak side", function()
  without_opencv()
  local c = make_cohort()
  local d, note = assert(c:movement {task = "smile", progress = false})
  t.equal(#d, 6)
  t.equal(d.group[1], "MG")
  for i = 1, 6 do
    local ratio = d.mouth_l[i] / d.mouth_r[i]
    t.ok(i <= 3 and ratio < 0.7 or i > 3 and ratio > 0.7, i .. ": " .. ratio)
  end
  t.ok(note:find("exploratory", 1, true))
  t.equal(c:sql("SELECT count(*) AS n FROM movements").n[1], 6)
  -- From the store, although the videos are gone.
  assert(os.rename(folder .. "/p6.mp4", folder .. "/away.mp4"))
  local again = assert(c:movement {task = "smile", progress = false})
  t.equal(again.cheek_l[6], d.cheek_l[6])
  assert(os.rename(folder .. "/away.mp4", folder .. "/p6.mp4"))

  local file = folder .. "/map.png"
  local m = assert(c:movement_map {task = "smile", permutations = 99, progress = false, file = file})
  t.equal(select(1, png_size(file)), 570)
  t.equal(mode_of(file), "600")
  local regions = m:where {part = "region"}
  t.equal(#regions, 14)
  t.equal(regions.n_1[1], 3)
  local mouth = regions:where {region = "mouth", side = "left"}
  t.ok(mouth.diff[1] < -2 and mouth.g[1] < -1.5 and mouth.p[1] <= 0.2)
  t.ok(tostring(m):find("MG (n = 3) less HC (n = 3)", 1, true), tostring(m))
  local asymmetry = assert(c:movement_map {task = "smile", measure = "asymmetry", permutations = 99,
    levels = {"HC", "MG"}, progress = false})
  t.equal(#asymmetry:where {part = "region"}, 7)
  t.ok(asymmetry:where {part = "region", region = "mouth"}.diff[1] > 2)
  t.equal(#asymmetry:where {part = "cell"} * 2, #m:where {part = "cell"})
  local seeded = assert(c:movement_map {task = "smile", permutations = 99, progress = false})
  t.equal(seeded.p_adjusted[3], m.p_adjusted[3])

  local _, message, code = c:movement_map {task = "smile", levels = {"MG", "HC"}, permutations = 99,
    progress = false, file = folder .. "/no/such/folder.png"}
  t.ok(message and code, "a folder that is not there")
  assert(c:forget "p1")
  t.equal(c:sql("SELECT count(*) AS n FROM movements").n[1], 5)
  _, message = c:movement_map {task = "smile", permutations = 99, progress = false}
  t.ok(message:find("2 and 3 people; each needs at least 3", 1, true), message)
end)

t.test("Cohort:average_face is made when a file is named", function()
  without_opencv()
  local c = assert(cohort.open(folder .. "/manifest.csv")):extract {progress = false}
  local file = folder .. "/face.png"
  local people, note = assert(c:average_face {group = "HC", task = "smile", file = file})
  t.equal(people, 3)
  t.ok(note:find("an average of 3 people shows who they are", 1, true), note)
  t.equal(mode_of(file), "600")
  t.equal(select(2, png_size(file)), 512)
  for expected, options in pairs {
    ["file must be the name of a PNG"] = {},
    ['no group "HCC"; did you mean "HC"?'] = {group = "HCC", file = file},
    ['at must be "peak" or "neutral"'] = {at = "rest", file = file},
  } do
    local ok, problem = pcall(c.average_face, c, options)
    t.ok(not ok and problem:find(expected, 1, true), problem)
  end
  local ok, problem = pcall(c.movement_map, c, {task = "smile", group = "grup"})
  t.ok(not ok and problem:find('did you mean "group"?', 1, true), problem)
  ok, problem = pcall(c.movement_map, c, {task = "smile", measure = "size"})
  t.ok(not ok and problem:find('measure must be "magnitude" or "asymmetry"', 1, true), problem)
end)
