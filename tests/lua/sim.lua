-- SPDX-License-Identifier: GPL-3.0-or-later
-- The simulator: options, truth, the same seed twice, a cohort, and whether the tracker finds what was drawn.

local t = require "harness"

local folder = t.folder()

local function peak(column)
  local most = 0
  for i = 1, #column do most = math.max(most, column[i]) end
  return most
end

t.test("the truth has a row per frame and the points of the first frame lie in the picture", function()
  local file = folder .. "/smile.mp4"
  local d = assert(sim.video(file, {participant = 4, weakness = {left = 0.5}, seconds = 1.2, size = 160}))
  t.equal(#d, 30)
  t.equal(d.au12_l[1], 0)
  local l, r = peak(d.au12_l), peak(d.au12_r)
  t.ok(r > 0.4 and r <= 1, "right side " .. r)
  t.ok(l < 0.62 * r and l > 0.38 * r, "left side " .. l)
  t.near(d.time[30], 29 / 25, 1e-12)
  t.ok(d.x37[1] < d.x46[1] and d.y9[1] > d.y58[1])
  t.ok(d.x1[1] > 0 and d.x17[1] < 160 and d.y9[1] < 160)
  t.ok(d.lid_opening_l[1] > 1)
  t.equal(d.strength_mid_l[1], 0.5)
  t.equal(d.strength_mid_r[30], 1)
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

t.test("what memory held before does not reach the file", function()
  local file = folder .. "/memory.mp4"
  local script = t.write(folder .. "/memory.lua", string.format([[
    assert(sim.video(%q, {participant = 3, task = "happiness", fps = 10, size = {240, 180}, seconds = 2.6})
    )]], file))
  local first
  for _, filling in ipairs {0, 85} do
    t.ok(os.execute(string.format("MALLOC_PERTURB_=%d '%s' --no-init '%s'", filling, t.program, script)))
    first = first or t.read(file)
    t.ok(t.read(file) == first, "files differ with memory filled with " .. filling)
  end
end)

t.test("action units over time", function()
  local d = assert(sim.video(folder .. "/units.mp4", {task = {au43_l = {{0, 0}, {0.2, 1}}, au26 = 0.5},
    fps = 20,
    seconds = 0.5, size = {96, 128}}))
  t.close(d.au43_l[3], 0.5)
  t.close(d.au43_l[10], 1)
  t.equal(d.au43_r[10], 0)
  t.equal(d.au26[1], 0)
  -- One side beside both: it wins, and nothing of the temperament is in it.
  d = assert(sim.video(folder .. "/units.mp4", {task = {au12 = {{0, 0.8}}, au12_l = {{0, 0.3}}},
    seconds = 0.08, size = 64,
    weakness = {mid = 0.25}}))
  t.close(d.au12_l[2], 0.225)
  t.close(d.au12_r[2], 0.6)
end)

t.test("every task starts neutral without a blink and ends neutral", function()
  local units = {}
  local tasks = {"neutral", "happiness", "sadness", "anger", "fear", "disgust", "surprise",
    "eyes_closed_tight", "smile",
    "brow_raise", "pucker", "cheek_puff", "upgaze_60s", "smile_x10", "speech", "eye_closure", "mouth_open"}
  local moved = {}
  for i, task in ipairs(tasks) do
    local seconds = i % 2 == 0 and 5 or 1.5
    local d = assert(sim.video(folder .. "/task.mp4", {participant = i, task = task, seconds = seconds,
      fps = 10, size = 64}))
    t.equal(#d, seconds * 10)
    local rest = math.max(0.4, 0.12 * seconds)
    for _, name in ipairs(d:names()) do
      if name:find("^au%d") or name:find("^gaze") then
        local column = d:col(name)
        for k = 1, #d do
          if d.time[k] <= rest or k == #d then t.equal(column[k], 0, task .. " " .. name .. " row " .. k) end
          if column[k] > 0.2 then moved[task] = true end
        end
      end
    end
  end
  for _, task in ipairs{"happiness", "sadness", "anger", "fear", "surprise", "eyes_closed_tight", "smile",
    "brow_raise",
    "upgaze_60s", "smile_x10", "speech", "mouth_open"} do
    t.ok(moved[task], "nothing moves in " .. task)
  end
end)

t.test("ten smiles are ten, and they tire", function()
  local d = assert(sim.video(folder .. "/ten.mp4", {task = "smile_x10", fps = 10, size = 64, blinks = false,
    weakness = {fatigue = 0.2, recovery = 0.02}}))
  local peaks, last = {}, 0
  for i = 2, #d - 1 do
    if d.au12_l[i] > d.au12_l[i - 1] and d.au12_l[i] >= d.au12_l[i + 1] and d.time[i] - last > 0.6 then
      peaks[#peaks + 1], last = d.au12_l[i], d.time[i]
    end
  end
  t.equal(#peaks, 10)
  t.ok(peaks[10] < 0.6 * peaks[1], "the tenth is as strong as the first")
  t.ok(d.strength_mid_r[#d] < 0.6 and d.strength_upper_r[#d] == 1)
end)

t.test("lids tire in up-gaze", function()
  local d = assert(sim.video(folder .. "/up.mp4", {task = "upgaze_60s", fps = 2, size = 64, blinks = false,
    weakness = {fatigue = 0.03, ptosis = {left = 0.3}}}))
  t.equal(#d, 120)
  t.ok(d.gaze_y[60] > 25)
  t.ok(d.lid_opening_l[1] < 0.9 * d.lid_opening_r[1], "the left lid does not hang")
  t.ok(d.strength_lid_r[100] < 0.75 and d.strength_lid_r[1] == 1)
end)

t.test("lost frames, low light, compression", function()
  local file = folder .. "/poor.mp4"
  local options = {task = "smile", seconds = 2, size = 96, drop = 0.3, light = 0.3, noise = 5,
    compression = 35}
  local d = assert(sim.video(file, options))
  t.ok(#d > 25 and #d < 45, #d .. " frames")
  local v = assert(video.open(file))
  local i = 0
  for image in v:frames() do
    i = i + 1
    t.near(image.time, d.time[i], 1e-3)
  end
  t.equal(i, #d)
  local size = #t.read(file)
  options.compression = 10
  assert(sim.video(file, options))
  t.ok(#t.read(file) > 2 * size)
end)

t.test("pose and motion", function()
  local d = assert(sim.video(folder .. "/pose.mp4", {task = "neutral", seconds = 0.2, size = 96, motion = 0,
    pose = {yaw = 12, roll = -8}}))
  t.equal(d.yaw[5], 12)
  t.equal(d.roll[1], -8)
  t.equal(d.pitch[3], 0)
  t.ok(d.y37[1] > d.y46[1], "the head is tilted to its right, so its right eye is lower")
end)

t.test("a participant is known by the seed", function()
  local a, b = sim.participant{seed = 3}, sim.participant{seed = 3}
  t.equal(a.expressiveness, b.expressiveness)
  t.ok(a.expressiveness ~= sim.participant{seed = 4}.expressiveness)
  t.equal(sim.participant{seed = 3, sex = "f"}.sex, "f")
  t.match(tostring(sim.participant{seed = 3, sex = "f", age = 61, glasses = true, hair = "bob"}),
    "^Participant 3: woman, 61 years, glasses, bob hair; expressiveness 0%.%d%d$")
  local women, glasses, bearded, expressive = 0, 0, 0, {}
  for seed = 1, 200 do
    local p = sim.participant{seed = seed}
    t.ok(p.age >= 20 and p.age < 80 and p.skin >= 0 and p.skin <= 1)
    women = women + (p.sex == "f" and 1 or 0)
    glasses = glasses + (p.glasses and 1 or 0)
    bearded = bearded + (p.beard ~= "none" and 1 or 0)
    t.ok(p.sex == "m" or p.beard == "none")
    expressive[seed] = p.expressiveness
  end
  t.ok(women > 70 and women < 130)
  t.ok(glasses > 25 and glasses < 80)
  t.ok(bearded > 15 and bearded < 80)
  local s = stats.describe(expressive)
  t.near(s.mean, 0.75, 0.05)
  t.near(s.sd, 0.14, 0.04)
end)

t.test("a weak participant is weak in every video", function()
  local p = sim.participant{seed = 5, weakness = 0.5}
  local d = assert(sim.video(folder .. "/weak.mp4", {participant = p, seconds = 0.08, size = 64}))
  t.equal(d.strength_upper_l[1], 0.5)
  d = assert(sim.video(folder .. "/weak.mp4", {participant = p, weakness = 0, seconds = 0.08, size = 64}))
  t.equal(d.strength_upper_l[1], 1)
end)

t.test("wrong use raises, a missing folder does not", function()
  local file = folder .. "/wrong.mp4"
  t.raises("sim.video: file must be a path", sim.video, nil)
  t.raises('sim.video: no option "speed"', sim.video, file, {speed = 1})
  t.raises('no option "taks"; did you mean "task"; the options are participant, ', sim.video, file,
    {taks = 1})
  t.raises('no task "smil"; did you mean "smile"; the tasks are anger, ', sim.video, file, {task = "smil"})
  t.raises('no action unit "au99"', sim.video, file, {task = {au99 = 1}})
  t.raises('no action unit "iris"', sim.video, file, {task = {iris = 1}})
  t.raises("au12 must be a level 0..1", sim.video, file, {task = {au12 = 1.5}})
  t.raises("with rising seconds", sim.video, file, {task = {au12 = {{1, 0}, {0.5, 1}}}})
  t.raises("weakness: left must be a number from 0 to 1, not 2", sim.video, file, {weakness = {left = 2}})
  t.raises("weakness: ptosis must be a number from 0 to 1, not 3", sim.video, file, {weakness = {ptosis = 3}})
  t.raises('weakness: no option "uper"; did you mean "upper"', sim.video, file, {weakness = {uper = 0.1}})
  t.raises("size must be pixels", sim.video, file, {size = 10})
  t.raises("fps must be a number from 1 to 240, not 0", sim.video, file, {fps = 0})
  t.raises("rotation must be 0, 90, 180 or 270", sim.video, file, {rotation = 45})
  t.raises("pose: yaw must be a number from %-35 to 35, not 60", sim.video, file, {pose = {yaw = 60}})
  t.raises("blinks must be true or false", sim.video, file, {blinks = 3})
  t.raises("participant must be", sim.video, file, {participant = "P01"})
  t.raises('sim.participant: sex must be "f", "m", not "x"', sim.participant, {sex = "x"})
  t.raises("sim.participant: age must be a whole number from 18 to 95, not 7", sim.participant, {age = 7})
  t.raises("sim.participant: weakness: mid must be", sim.participant, {weakness = {mid = -1}})
  t.raises("sim.cohort: dir must be a path", sim.cohort)
  t.raises('sim.cohort: no task "frown"', sim.cohort, folder .. "/c", {tasks = {"frown"}})
  t.raises('sim.cohort: tasks names "smile" twice', sim.cohort, folder .. "/c", {tasks = {"smile", "smile"}})
  t.fails("/no/such/folder", nil, sim.video("/no/such/folder/a.mp4", {seconds = 0.1, size = 64}))
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

t.test("a camera held on its side", function()
  local file = folder .. "/aside.mp4"
  local truth = assert(sim.video(file, {participant = 3, task = "neutral", seconds = 0.2, size = {340, 400},
    rotation = 270}))
  local v = assert(video.open(file))
  t.equal(v.rotation, 270)
  t.equal(v.width, 340)
  t.equal(v.height, 400)
  t.fails("only .mp4 and .mov can say", "format", sim.video(folder .. "/aside.mkv", {rotation = 90,
    seconds = 0.1}))
  local track, problem, code = face.track(file)
  if not track and code == "model" then t.skip(problem) end
  local d = assert(track, problem):df()
  t.near(d.x28[3], truth.x28[3], 8)
  t.near(d.y9[3], truth.y9[3], 16)
end)
