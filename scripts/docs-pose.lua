-- SPDX-License-Identifier: GPL-3.0-or-later
-- Draws docs/pose.png, which shows the signs of yaw, pitch and roll on a simulated participant:
--   build/mien scripts/docs-pose.lua [docs/pose.png]
-- The program ffmpeg joins the panels.

local out = arg[1] or "docs/pose.png"
local PANELS = {
  {"yaw", 18, "to the own left"}, {"pitch", 15, "looking up"},
  {"roll", 15, "to the own left shoulder"},
  {"yaw", -18, "to the own right"}, {"pitch", -15, "looking down"},
  {"roll", -15, "to the own right shoulder"},
}

local folder = os.tmpname()
assert(os.remove(folder))
assert(os.execute("mkdir " .. folder))

local inputs, places = {}, {}
for i, panel in ipairs(PANELS) do
  local axis, degrees, words = table.unpack(panel)
  local clip = folder .. "/clip.mp4"
  assert(sim.video(clip, {participant = 14, task = "neutral", pose = {[axis] = degrees}, seconds = 0.5,
    fps = 8, size = 420, blinks = false, seed = 5}))
  local track = assert(face.track(clip, {progress = false}))
  local d, points = track:df{side = "plain"}, {x = {}, y = {}}
  for k = 1, 68 do points.x[k], points.y[k] = d:col("x" .. k)[2], d:col("y" .. k)[2] end
  print(string.format("%s %+d: measured yaw %+.1f, pitch %+.1f, roll %+.1f", axis, degrees, d.yaw[2],
    d.pitch[2], d.roll[2]))
  local title = string.format("%s %s 0: %s", axis, degrees > 0 and ">" or "<", words)
  assert(plot.face(video.open(clip):at(d.time[2]), points, {title = title,
    file = string.format("%s/%d.png", folder, i), size = {330, 350}}))
  inputs[i] = string.format("-i %s/%d.png", folder, i)
  places[i] = string.format("%s_%s", (i - 1) % 3 == 0 and "0" or (i - 1) % 3 == 1 and "w0" or "w0+w0",
    i <= 3 and "0" or "h0")
end
assert(os.execute(string.format("ffmpeg -nostdin -v error -y %s -filter_complex "
  .. "\"xstack=inputs=%d:layout=%s,split[a][b];[a]palettegen[p];[b][p]paletteuse\" %s",
  table.concat(inputs, " "), #PANELS, table.concat(places, "|"), out)))
assert(os.execute("rm -r " .. folder))
