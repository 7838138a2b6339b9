-- SPDX-License-Identifier: GPL-3.0-or-later
-- Lids, iris and gaze fitted on the picture: drawn eyes whose truth is known, and real recordings.
local t = require "harness"

local function drawn(options)
  local file = t.folder() .. "/eyes.mp4"
  options.blinks, options.fps = false, options.fps or 10
  local truth = assert(sim.video(file, options))
  return file, truth, assert(face.track(file, {progress = false}))
end

local function median(values)
  local sorted = {}
  for _, value in ipairs(values) do if value == value then sorted[#sorted + 1] = value end end
  table.sort(sorted)
  return sorted[math.max(1, math.ceil(#sorted / 2))] or 0 / 0
end

t.test("a cohort fits the eyes unless told not to", function()
  local file = t.folder() .. "/open.mp4"
  assert(sim.video(file, {participant = 6, size = 340, seconds = 0.4, fps = 10, task = "neutral"}))
  local c <close> = assert(cohort.open(t.write(t.folder() .. "/open.csv",
    "participant,group,task,video\np1,HC,rest," .. file .. "\n")))
  for _, eyes in ipairs{false, true} do
    local mean = assert(c:extract{eyes = eyes, progress = false}):summary().mrd1_l_mean_mm[1]
    t.equal(mean == mean, eyes, "lids measured with eyes = " .. tostring(eyes))
  end
end)

t.test("one eye closes: its fissure follows the truth, the other stays", function()
  local _, truth, track = drawn{participant = 6, size = 340, seconds = 2,
    task = {au43_l = {{0, 0}, {0.5, 0}, {1.6, 1}, {2, 1}}}}
  local d, m = track:df(), measure.of(track, {neutral = {0, 0.4}})
  local wrong, other, radius = {}, {}, {}
  for i = 1, #d do
    local mm = 11.7 / (2 * truth.iris_radius_l[i])
    local open = truth.lid_opening_l[i] * mm
    if d.eye_reason_l[i] == "ok" then wrong[#wrong + 1] = math.abs(m.fissure_l_mm[i] - open) end
    if open < 1 then
      t.ok(d.eye_reason_l[i] ~= "ok", "a closed eye was measured")
      t.ok(m.mrd1_l_mm[i] ~= m.mrd1_l_mm[i] and m.fissure_l_mm[i] ~= 0)
    end
    other[#other + 1] = m.fissure_r_mm[i]
    radius[#radius + 1] = math.abs(d.iris_radius_r[i] / truth.iris_radius_r[i] - 1)
  end
  t.ok(#wrong >= 10, "too few frames were measured")
  t.ok(median(wrong) < 0.6, "fissure error " .. median(wrong))
  t.ok(median(radius) < 0.05, "iris error " .. median(radius))
  t.ok(#other == #d, "the open eye was lost")
  for _, value in ipairs(other) do t.ok(math.abs(value - median(other)) < 0.8, "the other eye moved") end
end)

t.test("a lid below the iris' centre has a negative mrd1", function()
  local _, _, track = drawn{participant = 4, size = 400, seconds = 0.6, task = "neutral",
    weakness = {ptosis = {left = 0.75}}}
  local m = measure.of(track)
  t.ok(median(m:col("mrd1_r_mm")) > 2, "the healthy eye")
  local left = median(m:col("mrd1_l_mm"))
  t.ok(left ~= left or left < 1, "the drooping lid: " .. left)
end)

t.test("gaze follows the drawn eyes in sign and size", function()
  local _, truth, track = drawn{participant = 2, size = 400, seconds = 2.4, task = {
    gaze_x = {{0, 0}, {0.3, 15}, {0.6, 15}, {0.9, -15}, {1.2, -15}, {1.4, 0}},
    gaze_y = {{0, 0}, {1.4, 0}, {1.7, 15}, {1.9, 15}, {2.2, -12}}}}
  local m = measure.of(track)
  t.ok(stats.cor(m.gaze_x, truth.gaze_x).r > 0.8)
  t.ok(stats.cor(m.gaze_y, truth.gaze_y).r > 0.7)
end)

t.test("small irises are refused with their reason", function()
  local _, _, track = drawn{participant = 2, size = 140, seconds = 0.4, task = "neutral"}
  local m, d = measure.of(track), track:df()
  for i = 1, #d do
    t.equal(d.eye_reason_l[i], "small")
    t.ok(m.mrd1_l_mm[i] ~= m.mrd1_l_mm[i])
  end
end)

t.test("reasons and their counts; without pictures, and switched off", function()
  local file, _, track = drawn{participant = 6, size = 240, seconds = 0.5, task = "neutral"}
  local rows, counts = measure.reasons(track)
  t.equal(#rows, #track)
  t.equal(table.concat(rows:names(), " "), "time reason_l reason_r")
  local sum = 0
  for i = 1, #counts do sum = sum + counts.left[i] end
  t.equal(sum, #track)
  local off = assert(face.track(file, {progress = false, eyes = false}))
  t.equal(measure.reasons(off).reason_l[1], "not fitted")
  t.ok(measure.of(off).mrd1_l[1] ~= measure.of(off).mrd1_l[1])
  t.ok(measure.of(off).fissure_l[1] == measure.of(off).fissure_l[1], "landmark measures need no picture")
  t.raises("measure.reasons: the argument must be a Track", measure.reasons, 3)
end)

t.test("the millimetres' interval", function()
  local low, high = measure.mm_interval(4)
  t.near(low, 4 * (1 - 1.96 * 0.5 / 11.7), 1e-12)
  t.near(high, 4 * (1 + 1.96 * 0.5 / 11.7), 1e-12)
  t.near(measure.mm_interval(df.new{x = {4, 8}}.x)[2], 2 * low, 1e-12)
  t.raises("measure.mm_interval: x must be", measure.mm_interval, "4")
end)

t.test("saved, loaded, measured: the same", function()
  local _, _, track = drawn{participant = 6, size = 240, seconds = 0.4, task = "neutral"}
  local path = t.folder() .. "/track.csv"
  assert(track:save(path))
  local a, b = measure.of(track), measure.of(assert(face.load(path)))
  for i = 1, #a do
    if a.mrd1_l_mm[i] == a.mrd1_l_mm[i] then t.near(a.mrd1_l_mm[i], b.mrd1_l_mm[i], 0.02) end
  end
  local text = t.read(path):gsub(",ok,", ",odd,", 1)
  t.fails('there is no reason "odd"', "format", face.load(t.write(path, text)))
end)

-- ---- Real recordings ----

local real = os.getenv("MIEN_REAL")

local function clip(path)
  if not real then t.skip("needs real recordings") end
  return assert(face.track(real .. "/" .. path, {progress = false}))
end

-- How often both eyes are shut for two frames or more.
local function closures(track)
  local d, count, length = track:df(), 0, 0
  for i = 1, #d do
    local shut = d.found[i] == 1 and d.eye_reason_l[i] ~= "ok" and d.eye_reason_r[i] ~= "ok"
    length = shut and length + 1 or 0
    if length == 2 then count = count + 1 end
  end
  return count
end

t.test("eye closures behind glasses", function()
  local track = clip("video/liveportrait_d9.mp4")
  local count = closures(track)
  t.ok(count >= 14 and count <= 22, "closures " .. count)
end)

t.test("steady eyes are measured steadily", function()
  local m = measure.of(clip("video/openwillis_baseline.mp4"))
  for _, name in ipairs{"mrd1_l_mm", "mrd1_r_mm", "fissure_l_mm", "fissure_r_mm"} do
    local steps, x = {}, m:col(name)
    for i = 2, #m do steps[#steps + 1] = math.abs(x[i] - x[i - 1]) end
    t.ok(median(steps) < 0.25, name .. " changes by " .. median(steps) .. " mm a frame")
  end
end)

t.test("a mirrored recording swaps the sides", function()
  local a, b = measure.of(clip("derived/ref.mp4")), measure.of(clip("derived/mirrored.mp4"))
  for _, name in ipairs{"mrd1", "fissure"} do
    local one, other = median(a:col(name .. "_l_mm")), median(b:col(name .. "_r_mm"))
    t.ok(math.abs(one - other) < 0.3, name .. " " .. one .. " and " .. other)
    one, other = median(a:col(name .. "_r_mm")), median(b:col(name .. "_l_mm"))
    t.ok(math.abs(one - other) < 0.3, name .. " " .. one .. " and " .. other)
  end
  t.ok(math.abs(median(a.gaze_x) + median(b.gaze_x)) < 4, "gaze to the side turns about")
end)
