-- SPDX-License-Identifier: GPL-3.0-or-later
-- What recordings do to a tracker: tilted, leaving, covered and small faces, cuts, two people, unusual files.
-- Clips are drawn, then changed by the ffmpeg program; without it most tests are skipped.
local t = require "harness"

local function quoted(path) return "'" .. path:gsub("'", "'\\''") .. "'" end

-- A drawn recording, the same for all tests that do not ask for another.
local drawn_path, drawn_track
local function drawn()
  if not drawn_path then
    drawn_path = t.folder() .. "/drawn.mp4"
    assert(sim.video(drawn_path, {seconds = 1.2, fps = 25, size = {320, 240}, seed = 3, task = "neutral"}))
    drawn_track = assert(face.track(drawn_path))
  end
  return drawn_path, drawn_track
end

-- The recording after these ffmpeg options (filter and output); a skip where ffmpeg or the codec is missing.
local function changed(path, options, name)
  local out = t.folder() .. "/" .. (name or "changed.mkv")
  local made = os.execute("ffmpeg -nostdin -v error -y -i " .. quoted(path) .. " " .. options .. " " ..
    quoted(out) .. " >/dev/null 2>&1")
  if not made then t.skip("no ffmpeg program that can do: " .. options) end
  return out
end

local FINE = " -c:v mpeg4 -qscale:v 2"

-- Median over points and frames of the distance of two data frames, in interocular distances. place maps a
-- point of a to where it should be in b; rows maps its row.
local function difference(a, b, place, rows)
  local distances = {}
  for i = 1, #a do
    local row = rows and rows(i) or i
    if row and a.found[i] == 1 and b.found[row] == 1 then
      local eyes = math.sqrt((a.x37[i] - a.x46[i]) ^ 2 + (a.y37[i] - a.y46[i]) ^ 2) / 1.4
      for k = 18, 68 do
        local x, y = a["x" .. k][i], a["y" .. k][i]
        if place then x, y = place(x, y) end
        distances[#distances + 1] =
          math.sqrt((x - b["x" .. k][row]) ^ 2 + (y - b["y" .. k][row]) ^ 2) / eyes
      end
    end
  end
  t.ok(#distances > 0, "no frame in common")
  return stats.describe(distances).median
end

-- ---- Pictures ----

t.test("a head that is tilted from the beginning is found", function()
  local path, upright = drawn()
  for _, degrees in ipairs{-40, 30, 55} do
    local angle = math.rad(degrees)
    local tilted = assert(face.track(changed(path,
      string.format("-vf rotate=%.4f:fillcolor=gray", angle) .. FINE)))
    t.ok(tilted.found > 0.99, degrees .. " degrees: found " .. tilted.found)
    local middle_x, middle_y = 159.5, 119.5
    local apart = difference(upright:df(), tilted:df(), function(x, y)
      local dx, dy = x - middle_x, y - middle_y
      return middle_x + dx * math.cos(angle) - dy * math.sin(angle),
        middle_y + dx * math.sin(angle) + dy * math.cos(angle)
    end)
    t.ok(apart < 0.06, degrees .. " degrees: points differ by " .. apart)
  end
end)

t.test("a face on its head is no face", function()
  local path = drawn()
  t.equal(assert(face.track(changed(path, "-vf hflip,vflip" .. FINE))).found, 0)
  t.equal(assert(face.track(changed(path, "-vf transpose=1" .. FINE))).found, 0)
end)

t.test("a face that is cut away is lost at once and found again", function()
  local path = drawn()
  local cut = changed(path, "-f lavfi -i testsrc2=size=320x240:rate=25:duration=0.6 -filter_complex " ..
    "'[0:v]format=yuv420p,setsar=1,split[a][c];[1:v]format=yuv420p,setsar=1[b];[a][b][c]concat=n=3'" .. FINE)
  for _, lean in ipairs{false, true} do
    local track = assert(face.track(cut, {lean = lean}))
    local d = track:df()
    t.equal(#d, 75)
    for i = 1, 75 do t.equal(d.found[i], (i <= 30 or i > 45) and 1 or 0, "frame " .. i) end
  end
end)

t.test("a single frame without the face is empty, lean or not", function()
  local path = drawn()
  for _, filter in ipairs{"boxblur=20", "drawbox=c=gray:t=fill"} do
    local gap = changed(path, "-vf \"" .. filter .. ":enable='between(n,13,13)+between(n,23,24)'\"" .. FINE)
    for _, lean in ipairs{false, true} do
      local d = assert(face.track(gap, {lean = lean})):df()
      for i = 1, #d do
        local there = not (i == 14 or i == 24 or i == 25)
        if there then t.equal(d.found[i], 1, "frame " .. i) end
        t.ok(there or not (d.confidence[i] > 0.5), filter .. ": frame " .. i .. ", lean " .. tostring(lean))
      end
    end
  end
end)

t.test("a face half hidden for a while does not lead the points away", function()
  local path, open = drawn()
  local d = open:df()
  local x, y = math.floor(d.x1[1]), math.floor(d.y31[1])
  local hidden = assert(face.track(changed(path, string.format(
    "-vf \"drawbox=x=%d:y=%d:w=60:h=140:color=0xb08060:t=fill:enable='between(n,8,14)'\"",
      x, y) .. FINE))):df()
  for i = 1, #d do
    if i < 8 or i > 17 then t.equal(hidden.found[i], 1, "frame " .. i) end
  end
  local after = difference(d, hidden, nil, function(i) return i > 17 and i end)
  t.ok(after < 0.03, "points differ by " .. after .. " afterwards")
end)

t.test("points that settled beside the face are noticed", function()
  -- The picture jumps by a fifth of the face: brows are then taken for eyes, and all placings agree on that.
  local path = t.folder() .. "/jump.mp4"
  assert(sim.video(path, {participant = 1, seconds = 1.2, fps = 25, size = {320, 240}, task = "neutral"}))
  local still = assert(face.track(path)):df()
  local wide, wrong = still.x17[1] - still.x1[1], 0
  for _, share in ipairs{0.15, 0.2, 0.25, 0.3} do
    local jump = math.floor(share * wide + 0.5)
    local filter = string.format("-vf \"pad=320:340:0:50,crop=320:240:0:'if(lt(n,12),%d,%d)'\"", 50,
      50 - jump)
    for _, lean in ipairs{false, true} do
      local d = assert(face.track(changed(path, filter .. FINE), {lean = lean})):df()
      for i = 24, #d do
        t.equal(d.found[i], 1)
        t.near(d.y31[i], still.y31[i] + jump, 0.06 * wide, "nose after a jump of " .. jump .. ", frame " .. i)
      end
      for i = 13, 23 do
        if not (math.abs(d.y31[i] - still.y31[i] - jump) < 0.06 * wide) then wrong = wrong + 1 end
      end
    end
  end
  t.ok(wrong <= 8, wrong .. " of 88 frames before the next confirmation are wrong")
end)

t.test("a face 60 pixels wide in a large picture", function()
  local path = drawn()
  local small = changed(path, "-vf scale=160:120,pad=1920:1080:1200:500:gray -frames:v 8" .. FINE)
  local d = assert(face.track(small)):df()
  local wide = d.x17[1] - d.x1[1]
  t.ok(wide > 35 and wide < 70, "the face is " .. wide .. " pixels wide")
  for i = 1, #d do t.equal(d.found[i], 1, "frame " .. i) end
end)

-- ---- People ----

t.test("who is followed where two people are in view", function()
  local folder = t.folder()
  local left, right = folder .. "/l.mp4", folder .. "/r.mp4"
  assert(sim.video(left, {seconds = 0.6, fps = 20, size = {240, 240}, seed = 8, task = "neutral"}))
  assert(sim.video(right, {seconds = 0.6, fps = 20, size = {280, 280}, seed = 3, task = "neutral"}))
  local both = changed(left, "-i " .. quoted(right) ..
    " -filter_complex '[0:v]pad=240:280:0:20:gray[a];[a][1:v]hstack'" .. FINE)
  for _, case in ipairs{{nil, 240}, {"largest", 240}, {"left", 0}, {"right", 240}, {{x = 0.2, y = 0.5}, 0},
    {{x = 0.8, y = 0.4}, 240}} do
    local track = assert(face.track(both, {who = case[1]}))
    t.equal(track.second_face, 1)
    local d = track:df()
    for i = 1, #d do
      t.ok(d.x31[i] > case[2] and d.x31[i] < case[2] + 240, "the other one in frame " .. i)
    end
  end
  t.raises('face.track: who must be one of "largest", "left", "right", not "lefft"', face.track, both,
    {who = "lefft"})
  t.raises("face.track: who must have a number y from 0 to 1", face.track, both, {who = {x = 0.1, y = 20}})
  t.raises("face.track: who must have a number x", face.track, both, {who = {0.1, 0.2}})

  local manifest = t.write(folder .. "/both.csv", "participant,group,task,video\np1,HC,rest," .. both .. "\n")
  local c <close> = assert(cohort.open(manifest))
  for _, case in ipairs{{"left", 0}, {"right", 240}, {{x = 0.1, y = 0.5}, 0}} do
    assert(c:extract{who = case[1], lean = case[1] == "right", progress = false})
    local d = c:track("p1", "rest"):df()
    t.ok(d.x31[1] > case[2] and d.x31[1] < case[2] + 240, "the cohort has the other one")
  end
  t.raises('Cohort:extract: who must be one of "largest", "left", "right", not "me"', c.extract, c,
    {who = "me"})
end)

-- ---- Files ----

-- Copies whose points should lie in the same places.
local copies = {
  {"10 bit", "-pix_fmt yuv420p10le -c:v ffv1"},
  {"interlaced", "-vf tinterlace=interleave_top -flags +ilme+ildct -qscale:v 2 -c:v mpeg2video", "half.mpg",
    half = true},
  {"another container and codec", "-c:v mjpeg -qscale:v 2", "copy.avi"},
  {"squeezed, with wide pixels", "-vf scale=160:240,setsar=2/1" .. FINE},
  {"120 frames per second", "-vf setpts=N/120/TB -r 120" .. FINE},
}
for _, copy in ipairs(copies) do
  t.test("points of a copy: " .. copy[1], function()
    local path, track = drawn()
    local other = assert(face.track(changed(path, copy[2], copy[3])))
    t.equal(other.width, 320)
    t.equal(other.found, 1)
    local rows = copy.half and function(i) return i % 2 == 1 and (i + 1) // 2 end
    local apart = difference(track:df(), other:df(), nil, rows)
    t.ok(apart < (copy.half and 0.03 or 0.02), "points differ by " .. apart)
  end)
end

t.test("points of a copy: twice the size", function()
  local path, track = drawn()
  local other = assert(face.track(changed(path, "-vf scale=640:480:flags=bicubic" .. FINE)))
  local apart = difference(track:df(), other:df(), function(x, y) return 2 * x + 0.5, 2 * y + 0.5 end)
  t.ok(apart < 0.03, "points differ by " .. apart / 2)
end)

t.test("points of a copy: stored on its side, with a tag that says so", function()
  local path, track = drawn()
  local side = changed(path, "-vf transpose=2" .. FINE, "side.mp4")
  local tagged = changed(side, "-c copy -metadata:s:v rotate=270", "tagged.mp4")
  if assert(video.open(tagged)).rotation == 0 then t.skip("this ffmpeg writes no rotation") end
  local other = assert(face.track(tagged))
  if other.width ~= 320 or other.found == 0 then
    other = assert(face.track(changed(side, "-c copy -metadata:s:v rotate=90", "tagged.mp4")))
  end
  t.equal(other.width, 320)
  local apart = difference(track:df(), other:df())
  t.ok(apart < 0.02, "points differ by " .. apart)
end)

-- ---- The same numbers, however they are made ----

local function bytes_of(track)
  local file = t.folder() .. "/track.csv"
  track:df():write(file)
  return t.read(file)
end

t.test("threads do not change a byte, and lean changes little", function()
  local path, track = drawn()
  local bytes = bytes_of(track)
  t.ok(bytes == bytes_of(assert(face.track(path, {threads = 1}))), "one thread differs from two")
  t.ok(bytes == bytes_of(assert(face.track(path, {threads = 2}))), "two runs differ")
  local lean = assert(face.track(path, {lean = true, threads = 1}))
  t.ok(bytes_of(lean) == bytes_of(assert(face.track(path, {lean = true}))),
    "lean: one thread differs from two")
  t.equal(lean.found, 1)
  local apart = difference(assert(face.track(path, {side = "plain"})):df(), lean:df())
  t.ok(apart > 0 and apart < 0.02, "lean points differ by " .. apart)
  t.raises("face.track: threads must be", face.track, path, {threads = 3})
end)

-- ---- The real material ----

t.test("nobody is reported with confidence after the face left", function()
  local path = t.real_file("video/pyfeat_face_noface.mov")
  for _, lean in ipairs{false, true} do
    local d = assert(face.track(path, {start = 1.5, stop = 4, lean = lean})):df()
    local seen = 0
    for i = 1, #d do
      if d.frame[i] <= 72 then
        seen = seen + d.found[i]
      else
        t.ok(not (d.confidence[i] > 0.5), "confidence " .. d.confidence[i] .. " in frame " .. d.frame[i])
      end
    end
    t.ok(seen > 20, "found only " .. seen)
  end
end)

t.test("frames before the first find are filled in", function()
  local track = assert(face.track(t.real_file("video/opendbm_subj01_timepoint01.mp4"),
    {stop = 0.6, lean = true}))
  t.equal(track.found, 1)
end)

t.test("a real picture on its head is refused", function()
  local path = t.real_file("derived/ref.mp4")
  local head = assert(face.track(changed(path, "-t 0.5 -vf hflip,vflip" .. FINE)))
  t.equal(head.found, 0)
end)
