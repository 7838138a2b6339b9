-- SPDX-License-Identifier: GPL-3.0-or-later
-- Clips: where the eyes lie, one recording and a cohort, what is told of failures, forgetting.

local t = require "harness"

local folder = t.folder()
local QUICK = {frames = 8, span = 1, per = 2, progress = false}

local function with(changes)
  local options = {}
  for key, value in pairs(QUICK) do options[key] = value end
  for key, value in pairs(changes) do options[key] = value end
  return options
end

local function size_of(path)
  local file = io.open(path, "rb")
  if not file then return nil end
  local size = file:seek("end")
  file:close()
  return size
end

local function mode_of(path)
  local pipe = assert(io.popen("stat -c %a '" .. path .. "'"))
  local mode = pipe:read("l")
  pipe:close()
  return mode
end

-- The middle of an eye's canthi (`first` is the outer or inner one on the left of the picture) in a picture:
-- the mean over fits from boxes a little apart, as one alone is good to half a pixel only.
local function eye_in(image, box, first)
  local x, y, fits = 0, 0, 0
  for right = -8, 8, 8 do
    for down = -8, 8, 8 do
      local p = face.landmarks(image, {left = box.left + right, top = box.top + down, width = box.width,
        height = box.height})
      x, y, fits = x + (p.x[first] + p.x[first + 3]) / 2, y + (p.y[first] + p.y[first + 3]) / 2, fits + 1
    end
  end
  return x / fits, y / fits
end

-- Farthest that landmarks found anew in the pictures put an eye from its place, in pixels of 64.
local function worst_eye(k)
  local unit, worst = k.size / 3, 0
  for clip = 1, #k do
    for picture = 1, k.frames do
      local image = k:image(clip, picture)
      local box = face.detect(image)[1] or {left = 20, top = 0, width = k.size - 40, height = k.size - 40}
      for eye, first in ipairs{37, 43} do
        local x, y = eye_in(image, box, first)
        local off_x = x - (k.size / 2 - 0.5 + (eye - 1.5) * unit)
        local off_y = y - (0.75 * unit - 0.5)
        worst = math.max(worst, math.sqrt(off_x ^ 2 + off_y ^ 2) * 64 / k.size)
      end
    end
  end
  return worst
end

t.test("the eyes of a moving head stay in their places", function()
  local path = folder .. "/head.mp4"
  local task = {
    au12 = {{0, 0}, {1, 1}, {2, 0}}, roll = {{0, -12}, {2, 12}}, yaw = {{0, 10}, {2, -10}},
    pitch = {{0, -4}, {2, 4}},
  }
  assert(sim.video(path, {task = task, seconds = 2, size = 400, seed = 6, motion = 4}))
  local track = face.track(path, {progress = false})
  local d = track:df()
  t.ok(math.abs(d.roll[1] - d.roll[#d]) > 15, "the head hardly turned")
  local k = assert(model.clips(track, {size = 256, per = 1, frames = 12, progress = false}))
  t.equal(#k, 1)
  local worst = worst_eye(k)
  t.ok(worst < 0.5, "an eye is off by " .. worst .. " pixels")
end)

t.test("clips of one recording", function()
  local path = folder .. "/one.mp4"
  assert(sim.video(path, {task = "smile", seconds = 1.6, size = 128, seed = 7}))
  local k = assert(model.clips(path, QUICK))
  t.equal(#k, 2)
  t.equal(k.frames, 8)
  t.equal(k.size, 64)
  t.equal(k.fps, 8)
  t.match(tostring(k), "^Clips   2 clips\n  8 pictures of 64x64 at 8 a second %(1 s%); coverage 1.00$")
  local d = k:df()
  t.equal(table.concat(d:names(), " "), "start stop fps coverage outside interocular file")
  t.equal(d.start[1], 0)
  t.near(d.stop[2], 1.6, 1e-9)
  t.equal(d.fps[1], 25)
  t.equal(#k:problems(), 0)
  -- The options that it tells cut the same pictures again, from a Track or a Video.
  local again = assert(model.clips(face.track(path, {progress = false}), k.settings))
  local third = assert(model.clips(video.open(path), {frames = 8, fps = 8, per = 2, progress = false}))
  t.ok(k:image(2, 8):save(folder .. "/one.png"))
  for _, name in ipairs{"a", "b", "c"} do
    assert(({a = k, b = again, c = third})[name]:sheet(folder .. "/" .. name .. ".png"))
    t.ok(t.read(folder .. "/" .. name .. ".png") == t.read(folder .. "/a.png"), name .. " differs")
  end
  t.equal(mode_of(folder .. "/a.png"), "600")
  t.equal(k:image(1).index, 1)
  t.near(k:image(2, 1).time, 0.6 + 1 / 16, 1e-9)
end)

t.test("recordings that give no clips", function()
  local path = folder .. "/short.mp4"
  assert(sim.video(path, {task = "smile", seconds = 0.4, size = 128, seed = 8}))
  t.fails("^model.clips: .*/short.mp4: the recording lasts 0.40 s, a clip takes 1 s$", "data",
    model.clips(path, QUICK))
  t.fails("^model.clips: .*/none.mp4: no such file", "missing", model.clips(folder .. "/none.mp4", QUICK))
  local track = face.track(path, {progress = false})
  t.fails("what the window leaves lasts 0.10 s", "data",
    model.clips(track, with{span = 0.2, window = {0.1, 0.2}}))
  t.fails("none.mp4: no such file", "missing",
    model.clips(track, with{span = 0.3, video = folder .. "/none.mp4"}))
end)

t.test("wrong use", function()
  local track = face.track(folder .. "/short.mp4", {progress = false})
  t.raises('model.clips: no option "frame"; did you mean "frames"%?', model.clips, track, {frame = 3})
  t.raises("model.clips: frames must be between 2 and 256, not 1", model.clips, track, {frames = 1})
  t.raises("model.clips: give span or fps, not both", model.clips, track, {span = 1, fps = 3})
  t.raises("model.clips: window must be {t0, t1}", model.clips, track, {window = {2, 1}})
  t.raises("model.clips: progress must be true or false", model.clips, track, {progress = 1})
  t.raises("model.clips: the first argument must be a Track, a Video or the path", model.clips, 3)
  local k = assert(model.clips(track, with{span = 0.2, frames = 4}))
  t.raises('Clips have no field "frame"; did you mean "frames"%?', function() return k.frame end)
  t.raises("Clips:image: the number of the clip must be a whole number from 1 to 2, not 3", k.image, k, 3)
  t.raises("Clips:image: the number of the picture must be a whole number from 1 to 4", k.image, k, 1, 9)
  t.raises("Clips:sheet: the first argument must be the name of a PNG", k.sheet, k, "x.jpg")
  t.raises("Clips:sheet: there is no clip 7;", k.sheet, k, folder .. "/x.png", {clips = {7}})
end)

-- ---- A cohort ----

local manifest = folder .. "/cohort/manifest.csv"
local cache = manifest .. ".sqlite.clips"

local function make_cohort()
  assert(sim.cohort(folder .. "/cohort", {patients = 1, controls = 1, tasks = {"smile", "eye_closure"},
    seed = 5, seconds = 1.6, size = 128}))
  t.write(folder .. "/cohort/text.mp4", "no video")
  t.write(manifest, t.read(manifest):gsub("\n$", "") .. "\nC01,HC,frown,text.mp4,0:0.4,40,F,,train\n")
  return cohort.open(manifest)
end

t.test("clips of a cohort", function()
  local c = make_cohort()
  t.fails("no recording is extracted", "data", c:clips(QUICK))
  t.ok(not size_of(cache), "a file of clips was made without any")
  assert(c:extract{progress = false})
  local k, note = assert(c:clips(QUICK))
  t.equal(#k, 8)
  t.equal(note, "1 recording gave no clip or fewer; see clips:problems()")
  t.equal(mode_of(cache), "600")
  local d = k:df()
  t.equal(d.participant[1], "P01")
  t.equal(d.task[3], "eye_closure")
  t.equal(d.recording[8], 4)
  t.ok(not d:has("visit"))
  local problems = k:problems()
  t.equal(#problems, 1)
  t.equal(problems.file[1], "text.mp4")
  t.equal(problems.clips[1], 0)
  t.match(tostring(k), "8 clips of 2 participants: smile 4, eye_closure 4\n")
  t.match(tostring(k), "1 recording gave no clip or fewer %(0 clips left out%); see :problems%(%)\n")
  t.match(tostring(k), "kept in manifest.csv.sqlite.clips; only you can read it$")
  -- Parts and sums.
  local both = k:pick{8, 3} .. k:pick{1}
  t.equal(#both, 3)
  t.equal(both:df().task[2], "eye_closure")
  t.equal(both:df().start[3], 0)
  t.equal(both.settings.span, 1)
  t.equal(#both:problems(), 0)
  t.raises("Clips:pick: there is no clip 9;", k.pick, k, {9})
  t.raises("do not go with clips of 8 of 64x64 at 8 a second", function()
    return assert(c:clips(with{task = "smile", span = 1.2})) .. k
  end)
  -- Tasks, by name or several.
  t.equal(#assert(c:clips(with{task = "smile"})), 4)
  t.equal(#assert(c:clips(with{task = {"smile", "eye_closure"}})), 8)
  t.raises('Cohort:clips: no task "smlie"; did you mean "smile"%?', c.clips, c, {task = "smlie"})
  t.raises("Cohort:clips: task must be a name or a list of names", c.clips, c, {task = {}})
  t.raises("Cohort:clips: workers must be a whole number", c.clips, c, {workers = 0})
  t.raises('Cohort:clips: no option "pre"; did you mean "per"%?', c.clips, c, {pre = 1})
  t.fails("no recording is extracted that fits", "data", c:clips(with{task = "frown"}))
  t.fails("no clip could be cut; row 1, P01_smile.mp4: the recording lasts 1.60 s, a clip takes 9 s", "data",
    c:clips(with{span = 9}))
  c:close()
  t.raises("the cohort is closed", c.clips, c, QUICK)
end)

t.test("workers change nothing, and the videos are read once", function()
  local c = cohort.open(manifest)
  assert(assert(c:clips(with{workers = 2})):sheet(folder .. "/two.png"))
  os.remove(cache)
  local one = assert(c:clips(with{workers = 1}))
  assert(one:sheet(folder .. "/one.png"))
  t.ok(t.read(folder .. "/one.png") == t.read(folder .. "/two.png"), "other pictures with one worker")
  os.rename(folder .. "/cohort/P01_smile.mp4", folder .. "/cohort/away.mp4")
  t.equal(#assert(c:clips(QUICK)), 8)
  local k = assert(c:clips(with{per = 1}))
  t.equal(#k, 3)
  t.match(k:problems().reason[1], "no such file")
  os.rename(folder .. "/cohort/away.mp4", folder .. "/cohort/P01_smile.mp4")
  t.equal(#assert(c:clips(with{per = 1})), 4)
end)

t.test("forgetting a participant takes the pictures too", function()
  local c = cohort.open(manifest)
  local before = size_of(cache)
  t.ok(t.read(cache):find("P01", 1, true))
  t.equal((c:forget("P01")), 2)
  t.ok(size_of(cache) < 0.7 * before, "the file did not become smaller")
  t.ok(not t.read(cache):find("P01", 1, true))
  t.equal(#assert(c:clips(QUICK)), 4)
  t.equal((c:forget("C01")), 3)
  t.ok(not size_of(cache), "an empty file of clips was left")
end)

t.test("real recordings", function()
  local path = t.real_file("video/pyfeat_face_noface.mov")
  local k, note = assert(model.clips(path, {per = 2, progress = false}))
  t.equal(#k, 1)
  t.match(note, "^1 of 2 clips left out: the face was found and trusted in at most 0 %% of their pictures")
  t.equal(k:problems().left_out[1], 1)
  t.fails("pyfeat_no_face.mp4: no face was found in any of its 95 frames", "face",
    model.clips(t.real_file("video/pyfeat_no_face.mp4"), {progress = false}))
end)
