-- SPDX-License-Identifier: GPL-3.0-or-later
-- Tracks of drawn participants, whose points are known, and of the real material where it is there.
local t = require "harness"

local function drawn(options)
  local path = t.folder() .. "/drawn.mp4"
  local truth = assert(sim.video(path, options))
  return path, truth
end

local function quoted(path) return "'" .. path:gsub("'", "'\\''") .. "'" end

local function run(command)
  return os.execute(command .. " >/dev/null 2>&1")
end

-- Mean distance of the inner points of two data frames in one frame, in interocular distances of the first.
local function distance(a, b, i, j)
  local function eye(d, row, first)
    local x, y = 0, 0
    for k = first, first + 5 do
      x, y = x + d["x" .. k][row] / 6, y + d["y" .. k][row] / 6
    end
    return x, y
  end
  local rx, ry = eye(a, i, 37)
  local lx, ly = eye(a, i, 43)
  local sum = 0
  for k = 18, 68 do
    local dx, dy = a["x" .. k][i] - b["x" .. k][j or i], a["y" .. k][i] - b["y" .. k][j or i]
    sum = sum + math.sqrt(dx * dx + dy * dy)
  end
  return sum / 51 / math.sqrt((rx - lx) ^ 2 + (ry - ly) ^ 2)
end

t.test("a drawn participant is followed through every frame", function()
  local path, truth = drawn{seconds = 2, fps = 25, size = {320, 240}, seed = 3}
  local track = assert(face.track(path))
  t.equal(#track, #truth)
  t.equal(track.found, 1)
  t.equal(track.second_face, 0)
  t.equal(track.path, path)
  t.equal(track.width * 1000 + track.height, 320240)
  t.close(track.fps, 25, 1e-6)
  t.close(track.duration, 2, 1e-6)
  t.equal(track.truncated, false)
  local d = track:df()
  t.equal(#d:names(), 161)
  t.equal(table.concat(d:names(), " ", 1, 9), "frame time found confidence yaw pitch roll x1 y1")
  t.equal(d:names()[143], "y68")
  t.equal(d:names()[161], "eye_reason_r")
  t.equal(d.frame[1], 1)
  t.equal(d.frame[#d], #d)
  for i = 1, #d, 7 do
    t.ok(distance(truth, d, i) < 0.15, "points far from the truth in frame " .. i)
    t.near(d.time[i], truth.time[i], 1e-3)
    t.ok(d.confidence[i] > 0.5 and d.confidence[i] <= 1)
    t.ok(math.abs(d.roll[i]) < 8 and math.abs(d.yaw[i]) < 12)
  end
end)

t.test("the same recording gives the same bytes", function()
  local path = drawn{seconds = 0.6, size = {320, 240}, seed = 5}
  local folder = t.folder()
  assert(assert(face.track(path)):save(folder .. "/a.csv"))
  assert(assert(face.track(path)):save(folder .. "/b.csv"))
  t.ok(t.read(folder .. "/a.csv") == t.read(folder .. "/b.csv"), "two runs differ")
end)

t.test("start and stop, both included", function()
  local path = drawn{seconds = 1, fps = 25, size = {320, 240}}
  local all = assert(face.track(path)):df()
  local part = assert(face.track(path, {start = 0.4, stop = 0.6}))
  local d = part:df()
  t.equal(#part, 6)
  t.equal(d.frame[1], 11)
  t.near(d.time[1], 0.4, 1e-6)
  t.near(d.time[6], 0.6, 1e-6)
  t.ok(distance(all, d, 13, 3) < 0.02)
  t.fails("no frame between 5 and 6 s", "data", face.track(path, {start = 5, stop = 6}))
end)

t.test("a Video is as good as its path, and stays where it was", function()
  local path = drawn{seconds = 0.4, size = {320, 240}}
  local v = assert(video.open(path))
  t.equal(#assert(face.track(v)), #assert(face.track(path)))
  t.equal(v:at(0.2).index, 6)
  v:close()
  t.raises("face.track: the video is closed", face.track, v)
end)

t.test("saved, loaded, the same", function()
  local path = drawn{seconds = 0.4, size = {320, 240}}
  local file = t.folder() .. "/track.csv"
  local track = assert(face.track(path))
  t.equal(track:save(file), track)
  t.match(t.read(file), "^frame,face_id,timestamp,confidence,success,pose_Rx,pose_Ry,pose_Rz,x_0,x_1,")
  local again = assert(face.load(file))
  t.equal(#again, #track)
  t.equal(again.width, nil)
  local a, b = track:df(), again:df()
  for _, name in ipairs(a:names()) do
    for i = 1, #a, 3 do
      local was, is = a:col(name)[i], b:col(name)[i]
      if type(was) == "string" then t.equal(is, was) else t.close(is, was, 1e-7, name) end
    end
  end
  t.fails("there is no folder", "missing", track:save("/nowhere/at/all.csv"))
  t.fails("no such file", "missing", face.load("/nowhere/at/all.csv"))
  t.fails("lacks timestamp", "format", face.load(t.write(t.folder() .. "/x.csv", "a,b\n1,2\n")))
end)

-- Two drawn people beside each other, the left one larger; the smaller one leaves, or the larger one does.
local function two_people(filter)
  local folder = t.folder()
  local large, small, both = folder .. "/l.mp4", folder .. "/s.mp4", folder .. "/both.mp4"
  assert(sim.video(large, {seconds = 4, fps = 20, size = {320, 320}, seed = 3, task = "neutral"}))
  assert(sim.video(small, {seconds = 4, fps = 20, size = {240, 320}, seed = 8, task = "neutral"}))
  local made = run("ffmpeg -nostdin -v error -y -i " .. quoted(large) .. " -i " .. quoted(small) ..
    " -filter_complex '[0:v][1:v]hstack" .. filter .. "' -qscale:v 2 -c:v mpeg4 " .. quoted(both))
  if not made then t.skip("no ffmpeg program") end
  return both
end

t.test("a second face is noticed, and never taken for the participant", function()
  local track = assert(face.track(two_people("")))
  t.equal(track.found, 1)
  t.ok(track.second_face > 0.9, "second face in " .. track.second_face)
  local d = track:df()
  for i = 1, #d do t.ok(d.x31[i] < 320, "the other person's nose in frame " .. i) end
end)

t.test("a participant who leaves is not replaced by somebody else", function()
  local gone = "drawbox=x=0:y=0:w=320:h=320:color=gray:t=fill:enable=between(t\\,1.5\\,2.5)"
  local track = assert(face.track(two_people("," .. gone)))
  local d = track:df()
  for i = 1, #d do
    if d.time[i] > 1.55 and d.time[i] < 2.45 then
      t.equal(d.found[i], 0, "found at " .. d.time[i])
      t.ok(d.x1[i] ~= d.x1[i] and d.confidence[i] ~= d.confidence[i] and d.yaw[i] ~= d.yaw[i], "NA")
    elseif d.time[i] < 1.45 or d.time[i] > 2.75 then
      t.equal(d.found[i], 1, "lost at " .. d.time[i])
      t.ok(d.x31[i] < 320, "the other person at " .. d.time[i])
    end
  end
  t.match(tostring(track), "lost once at 1.5")
end)

t.test("a tilted head is followed, and its roll read", function()
  local folder = t.folder()
  local path, tilted = folder .. "/p.mp4", folder .. "/t.mp4"
  assert(sim.video(path, {seconds = 3, fps = 20, size = {320, 320}, seed = 3, task = "neutral"}))
  -- Upright for half a second, then clockwise by 20 degrees a second up to 40.
  local made = run("ffmpeg -nostdin -v error -y -i " .. quoted(path) ..
    " -vf \"rotate='0.698*min(1,max(0,(t-0.5)/2))':fillcolor=gray\" -qscale:v 2 -c:v mpeg4 "
      .. quoted(tilted))
  if not made then t.skip("no ffmpeg program") end
  local track = assert(face.track(tilted))
  t.equal(track.found, 1)
  local d = track:df()
  t.near(d.roll[#d] - d.roll[5], 40, 3)
end)

t.test("faces and points in a picture", function()
  local path, truth = drawn{seconds = 0.2, size = {320, 240}, seed = 3}
  local image = assert(video.open(path)):at(0)
  local faces = assert(face.detect(image))
  t.equal(#faces, 1)
  t.ok(faces[1].score > 0)
  t.match(tostring(faces[1]), "^face {left = %-?%d+, top = ")
  local points = assert(face.landmarks(image, faces[1]))
  t.equal(#points.x * 100 + #points.y, 6868)
  t.near(points.x[31], truth.x31[1], 12)
  t.near(points.y[9], truth.y9[1], 25)
  t.raises("face.detect: expected an Image", face.detect, path)
  t.raises("face.landmarks: box must have a number top", face.landmarks, image, {left = 1})
  t.raises("face.landmarks: box must be a table", face.landmarks, image, 7)
  t.raises("face.landmarks: the box is no usable rectangle", face.landmarks, image,
    {left = 0, top = 0, width = -3, height = 10})
end)

t.test("wrong use is told with the function's name", function()
  t.raises("face.track: expected the path of a video or a Video, not a number", face.track, 7)
  t.raises('face.track: no option "modell"; did you mean "model"', face.track, "x.mp4", {modell = 1})
  t.raises('face.track: side must be one of "each", "plain", not "chimeric"', face.track, "x.mp4",
    {side = "chimeric"})
  t.raises("face.track: smooth must be \"one_euro\"", face.track, "x.mp4", {smooth = true})
  t.raises("face.track: start must be 0", face.track, "x.mp4", {start = -1})
  t.raises("face.track: start must not be after stop", face.track, "x.mp4", {start = 2, stop = 1})
  t.raises("face.load: path must be text", face.load)
  local path = drawn{seconds = 0.2, size = {320, 240}}
  local track = assert(face.track(path))
  t.raises('no field "fond"; did you mean "found"', function() return track.fond end)
end)

t.test("the outside world's failures are one line", function()
  t.fails("^face.track: missing.mp4: no such file$", "missing", face.track("missing.mp4"))
  local folder = t.folder()
  local text = t.write(folder .. "/text.mp4", "not a video\n")
  t.fails("text.mp4", "format", face.track(text))
  local path = drawn{seconds = 0.2, size = {320, 240}}
  t.fails("no such landmark model.*libdlib%-data", "model", face.track(path, {model = folder .. "/none.dat"}))
  t.fails("text.mp4: no usable landmark model", "model", face.track(path, {model = text}))
end)

t.test("without a face nothing is found", function()
  local path = t.folder() .. "/grey.mp4"
  local made = run("ffmpeg -nostdin -v error -y -f lavfi -i testsrc2=size=320x240:rate=25:duration=1 "
    .. "-c:v mpeg4 "
    .. quoted(path))
  if not made then t.skip("no ffmpeg program") end
  local track = assert(face.track(path))
  t.equal(#track, 25)
  t.equal(track.found, 0)
  t.match(tostring(track), "no face in any frame")
end)

-- ---- The real material ----

t.test("points agree with those that dlib's own program wrote", function()
  local xml = t.read(t.real_file("images/dlib_training_with_face_landmarks.xml"))
  local pictures, faces = 0, 0
  for name, body in xml:gmatch("<image file='([^']+)'[^>]*>(.-)</image>") do
    local opened = video.open(t.real .. "/images/dlib_" .. name)
    if opened then
      pictures = pictures + 1
      local image = opened:at(0)
      for head, parts in body:gmatch("<box ([^>]*)>(.-)</box>") do
        local function side(key) return tonumber(head:match(key .. "='(%-?%d+)'")) end
        local box = {left = side "left", top = side "top", width = side "width", height = side "height"}
        local points, sum, count = assert(face.landmarks(image, box)), 0, 0
        for number, x, y in parts:gmatch("name='(%d+)' x='(%-?%d+)' y='(%-?%d+)'") do
          local i = tonumber(number) + 1
          sum = sum + math.sqrt((points.x[i] - x) ^ 2 + (points.y[i] - y) ^ 2)
          count = count + 1
        end
        if count == 68 then
          faces = faces + 1
          -- dlib rounds to whole pixels and takes another mean of the three colours.
          t.ok(sum / count < 0.03 * box.width, name .. ": " .. sum / count .. " pixels")
        end
      end
    end
  end
  t.ok(pictures >= 3 and faces >= 5, "only " .. faces .. " faces in " .. pictures .. " pictures")
end)

local function real_track(name) return assert(face.track(t.real_file(name))) end

t.test("real recordings: found at least as often as by detecting in every frame", function()
  -- Frames in which dlib's detector finds a face, and all frames; decoders may differ by a frame or two.
  for name, frames in pairs{
    ["video/pyfeat_single_face.mp4"] = {72, 72}, ["video/intel_asl_bird.mkv"] = {33, 63},
    ["video/intel_asl_walk.mkv"] = {62, 89}, ["video/liveportrait_d18.mp4"] = {216, 216},
    ["video/opendbm_subj01_timepoint01.mp4"] = {145, 158},
    ["video/intel_head-pose-face-detection-female-and-male.gif"] = {56, 56},
    ["derived/stored_sideways_rotate_tag_displays_upright.mp4"] = {72, 72},
  } do
    local track = real_track(name)
    t.equal(#track, frames[2], name)
    t.ok(track.found >= frames[1] / frames[2] - 0.01, name .. ": found " .. track.found)
  end
end)

t.test("real recordings without a face", function()
  t.equal(real_track("video/pyfeat_no_face.mp4").found, 0)
  local d = real_track("video/pyfeat_face_noface.mov"):df()
  for i = 1, #d do t.equal(d.found[i], i <= 72 and 1 or 0, "frame " .. i) end
end)

t.test("a mirrored recording has the mirrored points", function()
  local a = real_track("derived/ref.mp4"):df()
  local b = real_track("derived/mirrored.mp4"):df()
  t.equal(#a, #b)
  for i = 1, #a, 10 do
    t.near(a.x31[i] + b.x31[i], 639, 6)
    t.near(a.yaw[i] + b.yaw[i], 0, 4)
    t.near(a.roll[i] + b.roll[i], 0, 3)
    t.near(a.pitch[i], b.pitch[i], 4)
  end
end)

t.test("a file that breaks off gives what it has, and says so", function()
  local track = real_track("derived/truncated_plays_partly.mkv")
  t.equal(track.truncated, true)
  t.ok(#track > 20 and track.found == 1)
  t.match(tostring(track), "breaks off")
end)

t.test("OpenFace's own file agrees with our track in points and signs", function()
  local packed = t.real_file("tables/opendbm_subj01_timepoint01_openface.csv.gz")
  local file = t.folder() .. "/openface.csv"
  local pipe = io.popen("gzip -dc " .. quoted(packed))
  t.write(file, pipe:read("a"))
  pipe:close()
  local openface = assert(face.load(file))
  local ours = real_track("video/opendbm_subj01_timepoint01.mp4")
  t.equal(#openface, #ours)
  local a, b = openface:df(), ours:df()
  for i = 40, #a, 20 do
    t.ok(distance(a, b, i) < 0.08, "frame " .. i .. ": " .. distance(a, b, i))
    t.near(a.yaw[i], b.yaw[i], 6)
    t.near(a.roll[i], b.roll[i], 4)
    t.near(a.pitch[i], b.pitch[i], 20)
  end
end)
