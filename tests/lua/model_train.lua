-- SPDX-License-Identifier: GPL-3.0-or-later
-- Training of networks, saved models and predictions, on drawn clips in which one group's spot
-- moves.

local t = require "harness"
local kit = (function()
  assert(model.train)
  return require "mien.model.kit"
end)()
local core = kit.core

local FRAMES, SIDE = 8, 16

-- A clip of noise with a bright spot at the lower right, which moves up and down where it is alive.
local function drawn(seed, alive)
  local parts = {}
  local order = core.shuffle(FRAMES * SIDE * SIDE, seed)
  for t_ = 0, FRAMES - 1 do
    local row = 10 + (alive and math.floor(2.5 * math.sin(2 * math.pi * t_ / FRAMES) + 0.5) or 0)
    for y = 0, SIDE - 1 do
      for x = 0, SIDE - 1 do
        local level = 90 + order[t_ * SIDE * SIDE + y * SIDE + x + 1] % 30
        if x >= 9 and x <= 12 and y >= row and y < row + 3 then level = 230 end
        parts[#parts + 1] = string.char(level)
      end
    end
  end
  return table.concat(parts)
end

-- One clip in two recordings of every participant; facts may be changed.
local function drawn_clips(people, change)
  local list = {}
  for p = 1, people do
    for r = 1, 2 do
      local one = {participant = string.format("P%02d", p), task = r == 1 and "smile" or "close",
        recording = 2 * p + r,
        fps = 25, coverage = 1, interocular = 60, luma = drawn(100 * p + r, p % 2 == 0)}
      for name, value in pairs(change or {}) do one[name] = value end
      list[#list + 1] = one
    end
  end
  return core.clips_of_bytes(FRAMES, SIDE, 8, list)
end

local function groups(people)
  local participant, group = {}, {}
  for p = 1, people do participant[p], group[p] = string.format("P%02d", p), p % 2 == 0 and "MG" or "HC" end
  return df.new{{"participant", participant}, {"group", group}}
end

local clips, table_ = drawn_clips(20), groups(20)

local function trained(options)
  local all = {clips = clips, data = table_, positive = not (options or {}).levels and "MG" or nil,
    folds = 2, epochs = 12, seed = 3, pretrained = false, progress = false}
  for name, value in pairs(options or {}) do all[name] = value end
  return assert(model.train(all))
end

local result = trained {}

local function numbers_of(d, name)
  local list = {}
  for i = 1, #d do list[i] = string.format("%a", d:col(name)[i]) end
  return table.concat(list, " ")
end

t.test("a network finds what moves, and the seed decides every byte on any number of threads", function()
  t.ok(result.auc > 0.85, "AUC " .. result.auc)
  local again, other = trained {threads = 1}, trained {threads = 3}
  t.equal(numbers_of(again.predictions, "probability"), numbers_of(result.predictions, "probability"))
  t.equal(again.members[1]:bytes(), other.members[1]:bytes())
  t.ok(trained({seed = 4}).members[1]:bytes() ~= again.members[1]:bytes())
end)

t.test("a pretrained network learns its head alone, and keeps every promise", function()
  local one, other = trained {pretrained = true, threads = 1}, trained {pretrained = true, threads = 3}
  t.equal(one.members[1]:bytes(), other.members[1]:bytes())
  t.ok(one.auc > 0.8, "AUC " .. one.auc)
  t.equal(one.folds.threshold_from[1], "inner out-of-fold scores")
  local d = one:curve()
  for i = 1, #d do t.equal(d.kept[i], d.epoch[i] == 12 and 1 or 0) end
  local path = t.folder() .. "/a.model"
  assert(one.model:save(path))
  local again = assert(model.load(path))
  t.equal(numbers_of(assert(again:predict(clips)).clips, "probability"),
    numbers_of(assert(one.model:predict(clips)).clips, "probability"))
  local prefix = t.folder() .. "/run"
  t.ok(not pcall(trained, {pretrained = true, checkpoint = prefix, progress = function(kind, done)
    if kind == "part" and done > 4 then error("killed", 0) end
  end}))
  t.equal(trained({pretrained = true, checkpoint = prefix}).members[2]:bytes(), one.members[2]:bytes())
  t.raises("pretrained is for the small conv3d", trained, {pretrained = true, size = "medium"})
  t.raises("pretrained is for the small conv3d", trained, {pretrained = true, moving = true})
end)

t.test("learning curves", function()
  local d = result:curve()
  t.equal(d:names()[1], "member")
  local kept = 0
  for i = 1, #d do kept = kept + d.kept[i] end
  t.equal(kept, 2)
  t.ok(result:plot_curve{file = t.folder() .. "/curve.png"})
end)

t.test("a saved model is the same bytes again and predicts the same bytes, here and in a fresh process",
  function()
  local folder = t.folder()
  local m = result.model
  assert(m:save(folder .. "/a.model"))
  local again = assert(model.load(folder .. "/a.model", {threads = 1}))
  assert(again:save(folder .. "/b.model"))
  t.equal(t.read(folder .. "/a.model"), t.read(folder .. "/b.model"))
  t.equal(tostring(again), tostring(m))
  local p, q = assert(m:predict(clips)), assert(again:predict(clips))
  t.equal(numbers_of(p.clips, "probability"), numbers_of(q.clips, "probability"))
  t.equal(#p.clips, 40)
  t.equal(#p.recordings, 40)
  t.equal(#p.participants, 20)
  t.write(folder .. "/luma", drawn(1, true))
  local script = t.write(folder .. "/fresh.lua", string.format([[
local m = assert(model.load(%q))
local file = assert(io.open(%q, "rb"))
local clips = require("mien.model.kit").core.clips_of_bytes(8, 16, 8, {{luma = file:read("a"), fps = 25,
  coverage = 1, interocular = 60}})
print(string.format("%%a", m:predict(clips).clips.probability[1]))]], folder .. "/a.model", folder ..
"/luma"))
  local pipe = assert(io.popen(string.format("'%s' --no-init '%s'", t.program, script)))
  local fresh = pipe:read("l")
  pipe:close()
  local one = core.clips_of_bytes(FRAMES, SIDE, 8, {{luma = drawn(1, true), fps = 25, coverage = 1,
    interocular = 60}})
  t.equal(fresh, string.format("%a", assert(m:predict(one)).clips.probability[1]))
  t.equal(again:card().participants, "HC 10, MG 10")
  t.match(tostring(again:card()), "intended use: ")
end)

t.test("files that are no model, damaged or a checkpoint say so", function()
  local folder = t.folder()
  t.fails("none.model", "missing", model.load(folder .. "/none.model"))
  t.write(folder .. "/text.model", "hello")
  t.fails("text.model", "model", model.load(folder .. "/text.model"))
  assert(result.model:save(folder .. "/a.model"))
  local bytes = t.read(folder .. "/a.model")
  t.write(folder .. "/cut.model", bytes:sub(1, #bytes // 2))
  t.fails("cut.model", "model", model.load(folder .. "/cut.model"))
  local wrong = {{"kind", "conv3d"}, {"card", "x"}, {"about", "format\t1\n"}, {"members", ""}}
  assert(core.model_write("test", folder .. "/wrong.model", wrong))
  t.fails("wrong.model", "model", model.load(folder .. "/wrong.model"))
end)

t.test("recordings unlike the training are refused with the reason", function()
  local m = result.model
  local function refusal(change)
    local p = assert(m:predict(drawn_clips(1, change)))
    t.ok(p.recordings.probability[1] ~= p.recordings.probability[1])
    return p.recordings.refused[1]
  end
  t.match(refusal {fps = 10}, "10 frames a second, trained on 25")
  t.match(refusal {interocular = 20}, "eyes 20 pixels apart")
  t.match(refusal {coverage = 0.5}, "coverage 0.50")
  t.match(refusal {task = "count"}, "task count, trained on close, smile")
  local p = assert(m:predict(drawn_clips(1, {fps = 10}), {accept = true}))
  t.ok(p.recordings.probability[1] == p.recordings.probability[1])
  local other = core.clips_of_bytes(4, SIDE, 8, {{luma = string.rep("x", 4 * SIDE * SIDE)}})
  t.fails("sees 8 pictures of 16x16", "data", m:predict(other))
end)

t.test("what was done in a single file is what the caller says, or not known", function()
  local file, m = t.folder() .. "/one.mp4", assert(model.load("demo"))
  assert(sim.video(file, {task = "brow_raise", seconds = 2.2, size = 240}))
  local track = assert(face.track(file, {progress = false}))
  local p = assert(m:predict(track, {per = 1, progress = false}))
  t.equal(p.task_known, false)
  t.match(tostring(p), "not known, so not checked")
  p = assert(m:predict(track, {per = 1, task = "brow_raise", progress = false}))
  t.equal(p.task_known, true)
  t.fails("task smile, trained on brow_raise", "data", m:predict(track, {per = 1, task = "smile"}))
  t.raises("task must be the name", m.predict, m, track, {task = {"smile"}})
end)

t.test("a classical learner is saved and predicts alike", function()
  local x, y, group = {}, {}, {}
  for i = 1, 24 do
    x[i], y[i], group[i] = i % 7 + (i % 2) * 3, i % 5, i % 2 == 0 and "HC" or "MG"
  end
  local names = {}
  for i = 1, 24 do names[i] = "Q" .. i end
  local d = df.new{{"participant", names}, {"group", group}, {"x", x}, {"y", y}}
  local r = assert(model.fit{data = d, positive = "MG", kind = "logistic", folds = 3, permutations = 0,
    progress = false})
  local path = t.folder() .. "/m.model"
  assert(r.model:save(path))
  local p, q = assert(r.model:predict(d)), assert(assert(model.load(path)):predict(d))
  t.equal(numbers_of(p.participants, "probability"), numbers_of(q.participants, "probability"))
end)

t.test("three levels are ordinal", function()
  local severity = {}
  for p = 1, 20 do severity[p] = ({"mild", "moderate", "severe"})[p % 3 + 1] end
  local r = trained {data = table_:with{severity = severity}, label = "severity",
    levels = {"mild", "moderate", "severe"}, epochs = 2}
  local p = assert(r.model:predict(clips)).participants
  for i = 1, #p do t.ok(p.at_least_moderate[i] >= p.at_least_severe[i]) end
end)

t.test("wrong use says what is wrong", function()
  t.raises("architecture must be one of", model.train, {clips = clips, data = table_,
    architecture = "conv4d"})
  t.raises("epochs must be a whole number", model.train, {clips = clips, data = table_, epochs = 0})
  t.raises("did you mean", model.train, {clips = clips, epoch = 3})
  t.raises("give a video file", result.model.predict, result.model)
end)

t.test("the demo model comes with mien, and saves as the file it was read from", function()
  local m = assert(model.load("demo"))
  t.match(m:card().note, "must not be used")
  local path = t.folder() .. "/again.model"
  assert(m:save(path))
  t.equal(t.read(path), t.read("models/demo.model"))
  t.ok(#t.read(path) < 300000)
end)

t.test("an evaluation that was killed goes on from its checkpoints to the same bytes", function()
  local prefix = t.folder() .. "/run"
  local killed = pcall(trained, {checkpoint = prefix, progress = function(kind, done)
    if kind == "part" and done > 4 then error("killed", 0) end
  end})
  t.ok(not killed)
  local file = io.open(prefix .. ".r1f1.part")
  t.ok(file, "no checkpoint")
  file:close()
  local resumed = trained {checkpoint = prefix}
  t.equal(resumed.members[1]:bytes(), result.members[1]:bytes())
  t.equal(resumed.members[2]:bytes(), result.members[2]:bytes())
  t.ok(not io.open(prefix .. ".r1f1.part"))
  t.ok(not io.open(prefix .. ".r1f1"))
end)

-- Another build gives the same bytes on the same processor; others differ in the last digits.
t.test("the demo model says of a drawn clip what it said when it was made", function()
  local bytes = {}
  for i = 0, 16 * 32 * 32 - 1 do
    local picture, place = i // 1024, i % 1024
    bytes[i + 1] = string.char((place % 32 * 7 + place // 32 * 3 + picture * (place // 32)) % 200)
  end
  local one = core.clips_of_bytes(16, 32, 8, {{luma = table.concat(bytes), fps = 25, coverage = 1,
    interocular = 50}})
  local p = assert(model.load("demo")):predict(one).clips.probability[1]
  t.near(math.log(p / (1 - p)), -4.469686, 1e-3)
end)
