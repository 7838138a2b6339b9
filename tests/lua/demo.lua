-- SPDX-License-Identifier: GPL-3.0-or-later
-- The demonstration on videos of one's own: two arbitrary groups, no neutral window, one file that is no
-- video.

local t = require "harness"

local function quote(text) return "'" .. text:gsub("'", "'\\''") .. "'" end

t.test("videos of one's own go all the way to the figures", function()
  local folder = t.folder()
  assert(os.execute("mkdir " .. quote(folder .. "/clips")))
  for i = 1, 5 do
    assert(sim.video(string.format("%s/clips/%d.mp4", folder, i),
      {participant = 10 + i, task = "smile", seconds = 0.4, size = 320}))
  end
  t.write(folder .. "/clips/notes.mp4", "no video")
  local _, _, status = os.execute(string.format(
    "MIEN_CLIPS=%s %s lua/demo.lua --work %s --out %s </dev/null >%s 2>%s", quote(folder .. "/clips"),
    quote(t.program), quote(folder .. "/work"), quote(folder .. "/out"), quote(folder .. "/printed"),
    quote(folder .. "/err")))
  local printed, err = t.read(folder .. "/printed"), t.read(folder .. "/err")
  if err:find("landmark model") or printed:find("landmark model") then t.skip("no landmark model") end
  t.equal(err, "")
  t.equal(status, 0)
  t.match(printed, "groups A and B are ARBITRARY")
  t.match(printed, "notes%.mp4: is not a video")
  t.match(printed, "clip_mouth_width_peak\n")
  t.ok(not printed:find("commissure", 1, true), "a change from neutral without a neutral")
  for _, name in ipairs{"groups", "roc", "recording", "face"} do
    t.match(t.read(folder .. "/out/" .. name .. ".png"), "^\137PNG")
  end
end)
