-- SPDX-License-Identifier: GPL-3.0-or-later
-- The demonstrations of one recording and of a cohort's maps, from outside, on small drawings.

local t = require "harness"

local function quote(text) return "'" .. text:gsub("'", "'\\''") .. "'" end

-- Runs lua/demo/NAME.lua; skips where there is no landmark model.
local function run(name, arguments, folder)
  local _, _, status = os.execute(string.format("%s lua/demo/%s.lua %s </dev/null >%s/printed 2>%s/err",
    quote(t.program), name, arguments, quote(folder), quote(folder)))
  local printed, err = t.read(folder .. "/printed"), t.read(folder .. "/err")
  if status ~= 0 and err:find("landmark model") then t.skip("no landmark model") end
  return printed, err, status
end

local function check(name, figures)
  local folder = t.folder()
  local arguments = string.format("--tiny --work %s --out %s", quote(folder .. "/work"),
    quote(folder .. "/out"))
  local printed, err, status = run(name, arguments, folder)
  t.equal(err, "")
  t.equal(status, 0)
  for line in printed:gmatch("[^\n]+") do t.ok(utf8.len(line) <= 80, "too long: " .. line) end
  for _, figure in ipairs(figures) do
    t.match(t.read(folder .. "/out/" .. figure), "^\137PNG", figure)
  end
  return printed
end

t.test("a cohort, from recordings to maps", function()
  local printed = check("cohort", {"patterns.png", "pattern_happiness.png"})
  if not printed:find("built without OpenCV", 1, true) then
    t.match(printed, "Movement map, happiness: MG %(n = 3%) less HC %(n = 3%)")
    t.match(printed, "movement_happiness.png,%s+average_MG.png,%s+average_HC.png")
  end
  t.match(printed, "12 extracted, 0 failed, 0 pending")
  t.match(printed, "Hedges g, MG less HC   18 tests, 3 a group")
  t.match(printed, "\n  au12_l_peak +%-?%d")
  t.match(printed, "\n  mouth +%-?%d")
end)

t.test("a recording, from video to fatigue", function()
  local printed = check("recording", {"recording_sheet.png", "recording_lids.png"})
  t.match(printed, "participant in 225 of 225 frames")
  t.match(printed, "\n1  both +%d")
  t.match(printed, "up%-gaze, fissure_mm +time to ptosis")
  if not printed:find("built without OpenCV", 1, true) then
    local right, left = printed:match("\n  mouth +([%d.]+) +([%d.]+)\n")
    t.ok(tonumber(left) < tonumber(right), "the skin of the weak side moves more")
  end
  -- The weak left side smiles less, and the lid's decrement is seen beside the drawing's own.
  local left, right = printed:match("rose%s+by%s+([%d.]+)%s+%(left%)%s+and%s+([%d.]+)%s+%(right%)")
  t.ok(tonumber(left) < tonumber(right), "the weak side smiles more")
  local lost = printed:match("left%s+eye%s+lost%s+(%d+)%s+%%")
  t.ok(tonumber(lost) > 10, "the drawn lid does not tire")
  t.ok(tonumber(printed:match("\n  left +[%d.]+ to [%d.]+, decrement ([%d.]+)")) > 0.05)
end)

t.test("a wrong argument is told", function()
  local folder = t.folder()
  local printed, err, status = run("cohort", "--fast", folder)
  t.equal(printed, "")
  t.match(err, "cohort: unknown argument %-%-fast; usage: mien lua/demo/cohort.lua")
  t.equal(status, 1)
end)
