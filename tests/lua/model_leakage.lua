-- SPDX-License-Identifier: GPL-3.0-or-later
-- Participants held out, the check for leakage, and a cohort of videos.

local t = require "harness"
local simulated = require "model.simulated"
local kit = simulated.kit
local mean_learner = simulated.mean_learner
local data_of = simulated.data
local fit_mean = simulated.fit_mean
local normals = simulated.normals
local printed = simulated.printed
local people = simulated.people

-- ---- Held out ----

local function fresh_state(name)
  -- Tests run with a state folder of their own (scripts/run-tests); the cohort's numbers keep sets apart.
  return people(15, 1, 1000 + #name * 7919 + os.time() % 100000, 3)
end

t.test("held out: never trained on, told apart, and every look counted", function()
  local frame = fresh_state "looks"
  local data = data_of(frame)
  local seen = {}
  local learner = mean_learner()
  learner.fit = function(d, rows)
    for _, row in ipairs(rows) do seen[row] = true end
    return fit_mean(d, rows)
  end
  local r = assert(kit.evaluate(learner, data, {heldout = "test", permutations = 2}))
  for i = 1, 30 do t.equal(seen[i] or false, frame.split[i] ~= "test") end
  t.equal(#r.predictions, 24)
  t.equal(#r.heldout.predictions, 6)
  t.equal(r.heldout.looks, 1)
  t.match(printed(r), "looked at for the first time")
  -- The mean over the folds' models.
  local sum = 0
  for _, member in ipairs(r.members) do sum = sum + member:scores(data, {5})[1][1] / 5 end
  t.close(r.heldout.predictions.probability[1], sum, 1e-12)
  -- The same people under another way of naming them, and some of them, are looks as well.
  local list = {}
  for i = 5, 30, 5 do list[#list + 1] = data.participants[i] end
  r = assert(kit.evaluate(mean_learner(), data, {heldout = list, permutations = 2}))
  t.equal(r.heldout.looks, 2)
  r = assert(kit.evaluate(mean_learner(), data, {heldout = {list[1], list[6], "p001"}, permutations = 2}))
  t.equal(r.heldout.looks, 3)
  t.match(printed(r), "looked at 3 times; the interval no longer means what it says")
  -- No names are kept.
  local file = assert(io.open(r.heldout.looks_file))
  t.ok(not file:read("a"):find("p001"))
  file:close()
end)

t.test("held out: wrong sets are named", function()
  local data = data_of(people(6, 0, 1, 2))
  local function bad(pattern, heldout)
    t.raises(pattern, kit.evaluate, mean_learner(), data, {heldout = heldout, caller = "model.fit"})
  end
  bad('no participant has split = "tset"; there is "train", "test"', "tset")
  bad('participant "p01" is not in the data; did you mean "p001"', {"p01"})
  local whole = {}
  for i, p in ipairs(data.participants) do whole[i] = p end
  bad("leaves nobody to train on", whole)
  local plain = data_of(people(6, 0, 1, 2):drop("split"))
  t.raises('needs a column "split"', kit.evaluate, mean_learner(), plain, {heldout = "test"})
end)

-- ---- Leakage ----

-- n + n participants without any difference between groups, each with `rows` rows about a centre of its own:
-- clips, as it were.
local function clip_rows(n, rows, seed, own)
  local columns = {participant = {}, group = {}}
  local width = 4
  for c = 1, width do columns["m" .. c] = {} end
  for c = 1, width do
    local centre = normals(2 * n, kit.core.seed_of(seed, c))
    local noise = normals(2 * n * rows, kit.core.seed_of(seed, c, 1))
    for i = 1, 2 * n do
      for r = 1, rows do
        local at = (i - 1) * rows + r
        columns.participant[at], columns.group[at] = "p" .. i, i <= n and "MG" or "HC"
        columns["m" .. c][at] = own * centre[i] + noise[at]
      end
    end
  end
  return df.new(columns)
end

-- The three nearest training rows' labels.
local Nearest = {}
Nearest.__index = Nearest
function Nearest:scores(data, rows)
  local scores, width = {}, #data.measures
  for r, row in ipairs(rows) do
    local all = {row}
    table.move(self.rows, 1, #self.rows, 2, all)
    local folds = {1}
    for i = 2, #all do folds[i] = 2 end
    local near = kit.core.neighbours(kit.measure_values(data, all), width, folds, 3)[1]
    local sum = 0
    for _, place in ipairs(near) do sum = sum + self.level[all[place]] / 3 end
    scores[r] = {0.02 + 0.96 * sum}
  end
  return scores
end
local function nearest_learner()
  return {kind = "nearest", title = "Nearest", source = "measures", grid = {{}}, fit = function(data, rows)
    return setmetatable({rows = rows, level = data.level}, Nearest)
  end}
end

t.test("leakage: clips split instead of participants are heard and shouted about", function()
  local data = assert(kit.data {table = clip_rows(12, 5, 3, 5), positive = "MG", unit = "clip"})
  t.equal(#data.participants, 120)
  local r = assert(kit.evaluate(nearest_learner(), data, {permutations = 0, threshold = 0.5}))
  t.equal(#r.predictions, 24)
  t.ok(r.auc > 0.75, "without any difference between groups, from leakage alone")
  t.ok(r.leakage.found)
  t.ok(r.leakage.p < 1e-6)
  t.ok(r.leakage.neighbours.auc > 0.75)
  t.match(printed(r), "LEAKAGE: the same participants are on both sides of the split")
  t.match(printed(r), "SPLIT BY CLIP, NOT BY PARTICIPANT")
end)

t.test("leakage: silent where participants are split, whatever the difference between groups", function()
  local spoke = 0
  for seed = 1, 40 do
    local data = data_of(people(20, seed % 2 == 0 and 1.5 or 0, 200 + seed, 4))
    local r = kit.leakage(data, kit.plan(data, (function()
      local rows = {}
      for i = 1, 40 do rows[i] = i end
      return rows
    end)(), {folds = 5, repeats = 1, seed = seed})[1], nil, seed)
    t.equal(#r.certain, 0)
    t.near(r.neighbours.auc, 0.5, 0.05)
    if r.p < 0.01 then spoke = spoke + 1 end
  end
  t.ok(spoke <= 2, "p < .01 in " .. spoke .. " of 40")
end)

t.test("leakage: a learner that peeks at the tested labels is found by retraining", function()
  local learner = mean_learner()
  learner.fit = function(data, rows)
    local all = {}
    for i = 1, #data.participants do all[i] = i end
    return fit_mean(data, all, rows)
  end
  local data = data_of(people(12, 0, 16, 20))
  local r = assert(kit.evaluate(learner, data, {permutations = 19, threshold = 0.5}))
  t.ok(r.auc > 0.75)
  t.ok(r.permutation.p > 0.05, "the permutation test alone does not see it")
  t.ok(r.leakage.retrained.p < 1e-4)
  t.ok(r.leakage.found)
end)

t.test("leakage: one person under two names", function()
  local frame = people(10, 0, 17, 4)
  local columns = {}
  for _, name in ipairs {"m1", "m2", "m3", "m4"} do
    columns[name] = frame:col(name):map(function(x, i) return i == 2 and frame:col(name)[1] or x end)
  end
  local data = data_of(frame:with(columns))
  local found = kit.leakage(data, {{1, 3, 5}, {2, 4, 6}}, nil, 1)
  t.match(found.certain[1], 'the same measures under two participants: "p001" and "p002"')
  t.equal(#kit.leakage(data, {{1, 2, 5}, {3, 4, 6}}, nil, 1).certain, 0)
end)

-- ---- A cohort of videos ----

-- Two patients and two controls, a fifth who is the first patient's video under another name, and one whose
-- video is lost.
local function filmed()
  local folder = t.folder()
  local path = assert(sim.cohort(folder .. "/films", {patients = 2, controls = 2, tasks = {"happiness"},
    seconds = 2.6, fps = 10, size = {240, 180}, seed = 3}))
  local manifest = assert(df.read(path))
  local again = manifest:head(1):with {participant = {"P09"}}
  local lost = manifest:head(1):with {participant = {"P10"}, video = {"lost.mp4"}}
  manifest:append(again):append(lost):write(path)
  local c = assert(cohort.open(path))
  assert(c:extract {progress = false})
  return c, path
end

t.test("a cohort: measures, clips, contents, and looks beside the store", function()
  local c, path = filmed()
  local data = assert(kit.data {cohort = c, positive = "MG", covariates = {"age"}, task = "happiness"})
  t.equal(table.concat(data.participants, " "), "P01 P02 C01 C02 P09")
  t.equal(table.concat(data.level, " "), "1 1 0 0 1")
  t.equal(kit.left_out_text(data), "1 left out: 1 without an extracted recording")
  for _, name in ipairs(data.measures) do
    t.match(name, "^happiness_")
    t.ok(not name:find("coverage") and not name:find("truncated"))
  end
  t.equal(data.covariates.age[1], assert(df.read(path)).age[1])
  local one = assert(kit.data {cohort = c, positive = "MG", measures = {"commissure_l_peak"}})
  t.equal(table.concat(one.measures, " "), "happiness_commissure_l_peak")

  local found = kit.leakage(data, {{1, 3}, {2, 4, 5}}, nil, 1)
  t.match(found.certain[1], 'the same video under two participants: "P01" and "P09"')
  t.ok(found.found)
  t.equal(#kit.leakage(data, {{1, 3, 5}, {2, 4}}, nil, 1).certain, 0)

  local looks, file = kit.count_look(data, {2, 3}, "logistic", "model.fit")
  t.equal(looks, 1)
  t.equal(file, path .. ".sqlite.looks")
  t.equal(kit.count_look(data, {3}, "forest", "model.fit"), 2)
  local listed = io.popen("stat -c %a '" .. file .. "'")
  t.equal(listed:read("l"), "600")
  listed:close()
  t.ok(not t.read(file):find("P02"))

  local clips = assert(c:clips {per = 3, frames = 8, size = 32, span = 0.8, progress = false})
  local seen = assert(kit.data {cohort = c, clips = clips, positive = "MG"})
  t.equal(seen.source, "clips")
  t.equal(#seen.participants, 5)
  t.equal(kit.left_out_text(seen), "1 left out: 1 no clips")
  t.equal(table.concat(seen.clip_rows[2], " "), "4 5 6")
  local named = df.new {participant = {"C02", "P02"}, group = {"HC", "MG"}}
  seen = assert(kit.data {clips = clips, table = named, positive = "MG"})
  t.equal(table.concat(seen.participants, " "), "C02 P02")
  t.equal(table.concat(seen.clip_rows[1], " "), "10 11 12")
  local twins = assert(kit.data {clips = clips, positive = "MG", table = df.new {
    participant = {"P01", "P02", "C01", "P09"}, group = {"MG", "HC", "MG", "HC"}}})
  t.match(kit.leakage(twins, {{1, 2}, {3, 4}}, nil, 1).certain[1], '"P01" and "P09"')
  t.equal(#kit.leakage(twins, {{1, 4}, {2, 3}}, nil, 1).certain, 0)
  -- Clips split instead of participants.
  local split = assert(kit.data {clips = clips, positive = "MG", unit = "clip", table = df.new {
    participant = {"P01", "P02", "C01", "C02"}, group = {"MG", "MG", "HC", "HC"}}})
  t.equal(#split.participants, 12)
  local rows = {}
  for i = 1, 12 do rows[i] = i end
  local spoken = kit.leakage(split, kit.stratified_folds(split.level, rows, 3, 1), nil, 1)
  t.ok(spoken.neighbours.auc > 0.8)
  t.ok(spoken.p < 1e-6)

  t.equal(c:forget("C01"), 1)
  t.equal(kit.count_look(data, {2}, "logistic", "model.fit"), 2)
  t.equal(kit.count_look(data, {3}, "logistic", "model.fit"), 1)
  c:close()
end)

t.test("a place that cannot be counted in is not looked at", function()
  local data = data_of(people(6, 0, 1, 2))
  data.store = t.folder() .. "/missing/cohort.csv.sqlite"
  t.fails("model%.fit: .*missing", nil, kit.evaluate(mean_learner(), data,
    {heldout = "test", permutations = 2, folds = 2, caller = "model.fit"}))
end)
