-- SPDX-License-Identifier: GPL-3.0-or-later
-- Simulated cohorts: who is in them, their files, and that finished recordings are not drawn again.

local t = require "harness"

local folder = t.folder()
local SMALL = {patients = 2, controls = 1, tasks = {"smile", "eye_closure"}, seed = 5, seconds = 0.2,
  size = 64}

local function with(changes)
  local options = {}
  for key, value in pairs(SMALL) do options[key] = value end
  for key, value in pairs(changes) do options[key] = value end
  return options
end

t.test("a cohort and its manifest", function()
  local dir = folder .. "/deep/cohort"
  local manifest = assert(sim.cohort(dir, SMALL))
  t.equal(manifest, dir .. "/manifest.csv")
  local d = assert(df.read(manifest))
  t.equal(#d, 6)
  t.equal(table.concat(d:names(), ","), "participant,group,task,video,neutral,age,sex,severity,split")
  t.equal(d.participant[1], "P01")
  t.equal(d.group[6], "HC")
  t.equal(d.video[2], "P01_eye_closure.mp4")
  t.equal(d.neutral[1], "0:0.4")
  t.ok(d.severity[1] >= 0 and d.severity[1] <= 3)
  t.ok(d.severity[6] ~= d.severity[6], "a control has no severity")
  for i = 1, #d do t.ok(#t.read(dir .. "/" .. d.video[i]) > 500) end
  local truth = assert(df.read(dir .. "/truth/C01_smile.csv"))
  t.equal(#truth, 5)
  local who = assert(df.read(dir .. "/truth/participants.csv"))
  t.equal(#who, 3)
  t.ok(who.upper[1] > 0 and who.upper[3] == 0 and who.left[3] == 0)
  t.ok(cohort.open(manifest))
  t.fails("sim.cohort: ", nil, sim.cohort(manifest .. "/below", {patients = 1, seconds = 0.1}))
end)

t.test("a finished recording is not drawn again, another one is", function()
  local dir = folder .. "/again"
  assert(sim.cohort(dir, SMALL))
  local function mark(name) t.write(dir .. "/" .. name, "marked") end
  local function is_marked(name) return t.read(dir .. "/" .. name) == "marked" end
  local manifest = t.read(dir .. "/manifest.csv")
  mark("P01_smile.mp4")
  mark("C01_smile.mp4")
  -- As after a kill between video and truth:
  os.remove(dir .. "/truth/C01_smile.done")
  os.remove(dir .. "/truth/P02_smile.csv")
  assert(sim.cohort(dir, SMALL))
  t.ok(is_marked("P01_smile.mp4"), "a finished recording was drawn again")
  t.ok(not is_marked("C01_smile.mp4"), "an unfinished recording was kept")
  t.equal(#assert(df.read(dir .. "/truth/P02_smile.csv")), 5)
  t.equal(t.read(dir .. "/manifest.csv"), manifest)
  assert(sim.cohort(dir, with{noise = 5}))
  t.ok(not is_marked("P01_smile.mp4"), "other options draw again")
end)

t.test("one worker and two write the same", function()
  assert(sim.cohort(folder .. "/w1", with{workers = 1}))
  assert(sim.cohort(folder .. "/w2", with{workers = 2}))
  for _, name in ipairs{"manifest.csv", "P01_smile.mp4", "C01_eye_closure.mp4",
    "truth/P02_eye_closure.csv"} do
    t.ok(t.read(folder .. "/w1/" .. name) == t.read(folder .. "/w2/" .. name), name .. " differs")
  end
end)

t.test("severity, split and weakness of a larger cohort", function()
  -- Too short to be drawn: one frame each.
  local dir = folder .. "/large"
  local manifest = assert(sim.cohort(dir, {patients = 30, controls = 30, seconds = 0.04, size = 64,
    seed = 8}))
  local d, who = assert(df.read(manifest)), assert(df.read(dir .. "/truth/participants.csv"))
  local train, severity, loss = {MG = 0, HC = 0}, {[0] = 0, 0, 0, 0}, {[0] = 0, 0, 0, 0}
  for i = 1, #d do
    t.equal(d.participant[i], who.participant[i])
    train[d.group[i]] = train[d.group[i]] + (d.split[i] == "train" and 1 or 0)
    if d.group[i] == "MG" then
      local s = math.tointeger(d.severity[i])
      severity[s], loss[s] = severity[s] + 1, loss[s] + who.mid[i]
      t.ok((who.left[i] == 0) ~= (who.right[i] == 0) or who.left[i] + who.right[i] == 0, "one side is weaker")
    end
  end
  t.equal(train.MG, 20)
  t.equal(train.HC, 20)
  t.equal(table.concat(severity, ",", 0, 3), "3,12,12,3")
  t.ok(loss[0] / 3 < loss[1] / 12 and loss[1] / 12 < loss[2] / 12 and loss[2] / 12 < loss[3] / 3)
  -- effect = 0 draws a cohort without any difference.
  assert(sim.cohort(dir, {patients = 3, controls = 1, seconds = 0.04, size = 64, effect = 0}))
  who = assert(df.read(dir .. "/truth/participants.csv"))
  t.equal(who.upper[1] + who.mid[2] + who.ptosis_l[3], 0)
end)
