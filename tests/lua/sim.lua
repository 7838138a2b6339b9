-- SPDX-License-Identifier: GPL-3.0-or-later
-- The simulator: options, truth, the same seed twice, a cohort, and whether the tracker finds what was drawn.

local t = require "harness"

local folder = t.folder()

local function column_count(d) return #d:names() end

t.test("the truth has a row per frame and the points of the first frame lie in the picture", function()
  local file = folder .. "/smile.mp4"
  local d = assert(sim.video(file, {participant = 4, weakness = {left = 0.5}, seconds = 1.2, size = 160}))
  t.equal(#d, 30)
  t.equal(column_count(d), 5 + 18 + 136)
  t.equal(d.au12_l[1], 0)
  t.ok(d.au12_r[30] > 0.7)
  t.ok(d.au12_l[30] < 0.62 * d.au12_r[30])
  t.near(d.time[30], 29 / 25, 1e-12)
  t.ok(d.x37[1] < d.x46[1] and d.y9[1] > d.y58[1])
  t.ok(d.x1[1] > 0 and d.x17[1] < 160 and d.y9[1] < 160)
  local v = assert(video.open(file))
  t.equal(v.width, 160)
  t.equal(v.height, 160)
end)

t.test("the same seed gives the same bytes, another seed another face", function()
  local options = {participant = 9, task = "brow_raise", seconds = 0.2, size = 96}
  local a = assert(sim.video(folder .. "/a.mp4", options))
  assert(sim.video(folder .. "/b.mp4", options))
  t.ok(t.read(folder .. "/a.mp4") == t.read(folder .. "/b.mp4"), "two files of one seed differ")
  options.participant = 10
  local c = assert(sim.video(folder .. "/c.mp4", options))
  t.ok(a.x49[1] ~= c.x49[1])
end)

t.test("action units over time", function()
  local d = assert(sim.video(folder .. "/units.mp4", {task = {au43_l = {{0, 0}, {0.2, 1}}, au26 = 0.5}, fps = 20,
    seconds = 0.5, size = {96, 128}}))
  t.close(d.au43_l[3], 0.5)
  t.close(d.au43_l[10], 1)
  t.equal(d.au43_r[10], 0)
  t.equal(d.au26[1], 0)
end)

t.test("a participant is known by the seed", function()
  local a, b = sim.participant{seed = 3}, sim.participant{seed = 3}
  t.equal(a.expressiveness, b.expressiveness)
  t.ok(a.expressiveness ~= sim.participant{seed = 4}.expressiveness)
  t.equal(sim.participant{seed = 3, sex = "f"}.sex, "f")
  t.ok(a.age >= 25 and a.age < 75)
end)

t.test("wrong use raises, a missing folder does not", function()
  local file = folder .. "/wrong.mp4"
  t.raises("sim.video: file must be a path", sim.video, nil)
  t.raises('sim.video: no option "speed"', sim.video, file, {speed = 1})
  t.raises('no task "smil"; the tasks are anger, ', sim.video, file, {task = "smil"})
  t.raises('no action unit "au6"', sim.video, file, {task = {au6 = 1}})
  t.raises("au12 must be a level 0..1", sim.video, file, {task = {au12 = 1.5}})
  t.raises("with rising seconds", sim.video, file, {task = {au12 = {{1, 0}, {0.5, 1}}}})
  t.raises("weakness: left must be a number from 0 to 1, not 2", sim.video, file, {weakness = {left = 2}})
  t.raises("size must be pixels", sim.video, file, {size = 10})
  t.raises("fps must be a number from 1 to 240, not 0", sim.video, file, {fps = 0})
  t.raises("participant must be", sim.video, file, {participant = "P01"})
  t.raises('sim.participant: sex must be', sim.participant, {sex = "x"})
  t.raises("sim.cohort: dir must be a path", sim.cohort)
  t.raises('sim.cohort: no task "frown"', sim.cohort, folder .. "/c", {tasks = {"frown"}})
  t.fails("/no/such/folder", nil, sim.video("/no/such/folder/a.mp4", {seconds = 0.1, size = 64}))
end)

t.test("a cohort and its manifest", function()
  local dir = folder .. "/deep/cohort"
  local manifest = assert(sim.cohort(dir, {patients = 2, controls = 1, tasks = {"smile", "eye_closure"}, seed = 5,
    seconds = 0.2, size = 96}))
  t.equal(manifest, dir .. "/manifest.csv")
  local d = assert(df.read(manifest))
  t.equal(#d, 6)
  t.equal(table.concat(d:names(), ","),
    "participant,group,task,video,neutral,age,sex,weakness_left,weakness_right")
  t.equal(d.participant[1], "P01")
  t.equal(d.group[6], "HC")
  t.equal(d.video[2], "P01_eye_closure.mp4")
  t.equal(d.neutral[1], "0:0.4")
  t.ok(d.weakness_left[1] > 0 and d.weakness_left[6] == 0)
  for i = 1, #d do t.ok(#t.read(dir .. "/" .. d.video[i]) > 500) end
  t.equal(#assert(df.read(dir .. "/truth/C01_smile.csv")), 5)
  t.fails("sim.cohort: ", nil, sim.cohort(manifest .. "/below", {patients = 1, seconds = 0.1}))
end)

-- ---- Whether the tracker sees what was drawn ----

local function correlation(a, b)
  local n, sa, sb, saa, sbb, sab = 0, 0, 0, 0, 0, 0
  for i = 1, #a do
    local x, y = a[i], b[i]
    if x == x and y == y then
      n, sa, sb, saa, sbb, sab = n + 1, sa + x, sb + y, saa + x * x, sbb + y * y, sab + x * y
    end
  end
  return (n * sab - sa * sb) / math.sqrt((n * saa - sa * sa) * (n * sbb - sb * sb))
end

-- Tracks and measures one drawn recording; skips where the landmark model is missing.
local function tracked(participant, task)
  local file = string.format("%s/p%d_%s.mp4", folder, participant, task)
  local truth = assert(sim.video(file, {participant = participant, task = task, size = 400}))
  local track, problem, code = face.track(file)
  if not track and code == "model" then t.skip(problem) end
  return truth, assert(track, problem), measure.of(track, {neutral = {0, 0.4}})
end

t.test("the tracker finds a drawn smile", function()
  for _, participant in ipairs{1, 6} do
    local truth, track, d = tracked(participant, "smile")
    t.ok(track.found >= 0.99, "found " .. track.found)
    t.ok(correlation(truth.au12_l, d.mouth_width) > 0.9)
    t.ok(correlation(truth.au12_l, d.commissure_l) > 0.85)
    t.ok(correlation(truth.au12_r, d.commissure_r) > 0.85)
  end
end)

t.test("the tracker finds raised brows and closed eyes", function()
  local truth, track, d = tracked(2, "brow_raise")
  t.ok(track.found >= 0.99)
  t.ok(correlation(truth.au1_l, d.brow_l) > 0.85)
  truth, track, d = tracked(2, "eye_closure")
  t.ok(track.found >= 0.99)
  t.ok(correlation(truth.au43_r, d.fissure_r) < -0.8)
end)
