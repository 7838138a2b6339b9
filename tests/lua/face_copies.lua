-- SPDX-License-Identifier: GPL-3.0-or-later
-- Copies of one recording give the same frontal landmarks, a mirrored one the same with its sides swapped.

local t = require "harness"

-- The point on the other side of the face.
local OTHER = {}
local function pair(a, b) OTHER[a], OTHER[b] = b, a end
for i = 1, 8 do pair(i, 18 - i) end
for i = 18, 22 do pair(i, 45 - i) end
for i = 32, 33 do pair(i, 68 - i) end
for i = 49, 51 do pair(i, 104 - i) end
for i = 61, 62 do pair(i, 126 - i) end
local EYES_AND_LIPS = {
  {37, 46}, {38, 45}, {39, 44}, {40, 43}, {41, 48}, {42, 47}, {56, 60}, {57, 59}, {66, 68},
}
for _, two in ipairs(EYES_AND_LIPS) do
  pair(two[1], two[2])
end
for i = 1, 68 do OTHER[i] = OTHER[i] or i end

local function median(values)
  table.sort(values)
  t.ok(#values > 0, "nothing to compare")
  return values[#values // 2 + 1]
end

-- The row of the frame that was recorded at a time, if any: copies may have lost frames.
local function row_at(d, time)
  for i = 1, #d do
    if math.abs(d.time[i] - time) < 0.006 then return i end
  end
end

-- Median distance of the points over points and frames, in iod.
local function difference(copy, original, mirrored)
  local away, sign = {}, mirrored and -1 or 1
  for i = 1, #copy do
    local j = row_at(original, copy.time[i])
    if j and copy.found[i] == 1 and original.found[j] == 1 then
      for point = 1, 68 do
        local other = mirrored and OTHER[point] or point
        local dx = copy:col("x" .. point)[i] - sign * original:col("x" .. other)[j]
        local dy = copy:col("y" .. point)[i] - original:col("y" .. other)[j]
        away[#away + 1] = math.sqrt(dx * dx + dy * dy)
      end
    end
  end
  t.ok(#away >= 68 * #copy * 0.9, "too few frames have a partner in the original")
  return median(away)
end

local function tracked(path)
  local track = assert(face.track(path, {progress = false}))
  t.ok(track.found > 0.9, path .. ": the face was lost")
  return track
end

local function same(name, path, original, mirrored, most)
  most = most or 0.01
  for _, side in ipairs{"each", "plain"} do
    local away = difference(tracked(path):frontal{side = side}, original:frontal{side = side}, mirrored)
    t.ok(away < most,
      string.format("%s, side %s: frontal points differ by %.2f %% of iod", name, side, 100 * away))
  end
end

-- Yaw and roll change their signs, pitch does not: medians over the frames, degrees.
local function mirrored_pose(copy, original)
  local a, b = copy:df(), original:df()
  local yaw, pitch, roll = {}, {}, {}
  for i = 1, #a do
    if a.found[i] == 1 and b.found[i] == 1 then
      yaw[#yaw + 1] = math.abs(a.yaw[i] + b.yaw[i])
      pitch[#pitch + 1] = math.abs(a.pitch[i] - b.pitch[i])
      roll[#roll + 1] = math.abs(a.roll[i] + b.roll[i])
    end
  end
  t.ok(median(yaw) < 1, "yaw differs by " .. median(yaw))
  t.ok(median(pitch) < 1, "pitch differs by " .. median(pitch))
  -- A turn by this much moves an eye by 1 % of iod.
  t.ok(median(roll) < math.deg(0.01), "roll differs by " .. median(roll))
end

-- ---- Copies of a real recording ----

t.test("a mirrored recording: yaw, roll and sides are mirrored", function()
  local mirror, original = t.real_file "derived/mirrored.mp4", tracked(t.real_file "derived/ref.mp4")
  same("mirrored", mirror, original, true)
  mirrored_pose(tracked(mirror), original)
end)

for _, name in ipairs{
  "scaled_x2.mp4", "hevc_10bit.mp4", "mjpeg.avi", "grayscale_pixfmt.mkv", "vfr_dropped_frames.mp4",
  "vp9_vfr.webm",
  "stored_sideways_rotate_tag_displays_upright.mp4",
} do
  t.test("the same frontal points: " .. name, function()
    same(name, t.real_file("derived/" .. name), tracked(t.real_file "derived/ref.mp4"))
  end)
end

-- ---- Copies of a drawn recording ----

local folder = os.tmpname()
os.remove(folder)
assert(os.execute("mkdir " .. folder))

local function draw(file, options)
  for key, value in pairs{participant = 211, task = "smile", seconds = 1, fps = 20, size = 360, seed = 3} do
    options[key] = value
  end
  options.pose = {yaw = 5, pitch = -4, roll = 6}
  assert(sim.video(folder .. "/" .. file, options))
  return folder .. "/" .. file
end

local original

local function copy(name, arguments)
  if not os.execute("ffmpeg -version >" .. folder .. "/log 2>&1") then t.skip("no ffmpeg program") end
  original = original or draw("drawn.mp4", {})
  local path = folder .. "/" .. name
  local command = string.format("ffmpeg -nostdin -v error -y -i %s %s %s >%s/log 2>&1", original, arguments,
    path, folder)
  if not os.execute(command) then t.skip("this ffmpeg cannot write " .. name) end
  return path
end

t.test("a drawn recording that is mirrored", function()
  local path = copy("mirror.mp4", "-vf hflip -c:v libx264 -crf 16")
  -- The landmark model itself does not quite find the mirror image of what it finds in a drawing.
  same("mirrored", path, tracked(original), true, 0.015)
  mirrored_pose(tracked(path), tracked(original))
end)

for name, arguments in pairs{
  ["wrapped.mkv"] = "-c:v copy",
  ["scaled.mp4"] = "-vf scale=iw*3/2:-2 -c:v libx264 -crf 18",
  ["ten_bits.mkv"] = "-pix_fmt yuv420p10le -c:v libx264 -crf 18",
  ["recoded.avi"] = "-c:v mpeg4 -q:v 3",
} do
  t.test("a drawn recording, copied to " .. name, function()
    local path = copy(name, arguments)
    same(name, path, tracked(original))
  end)
end

t.test("a drawn recording that a tag turns upright", function()
  original = original or draw("drawn.mp4", {})
  same("turned", draw("turned.mp4", {rotation = 90}), tracked(original))
end)

t.test("a recording as it is differs from one of another pose", function()
  original = original or draw("drawn.mp4", {})
  local plain, frontal = tracked(original):df{side = "plain"}, tracked(original):frontal{side = "plain"}
  t.ok(math.abs((frontal.x46[1] + frontal.x37[1])) < 0.2, "the outer canthi lie about as far from the middle")
  t.near(frontal.x40[1] + frontal.x43[1] + frontal.x37[1] + frontal.x46[1], 0, 1e-9)
  t.near(frontal.y37[1] + frontal.y40[1], frontal.y43[1] + frontal.y46[1], 1e-9)
  t.ok(plain.roll[1] > 3, "it is drawn with a roll of 6 degrees")
end)

assert(os.execute("rm -r " .. folder))
