-- SPDX-License-Identifier: GPL-3.0-or-later
-- A cohort, from recordings to maps: in which emotion which movement is smaller.
--
--     mien lua/demo/cohort.lua [--work DIR] [--out DIR] [--tiny]
--
-- It draws a small cohort, extracts it, and writes its figures to out/; --tiny takes fewer and shorter
-- recordings.

local aloud = dofile((arg[0]:match("^(.*)/") or ".") .. "/aloud.lua")
local say, title = aloud.say, aloud.title
local options = aloud.options("cohort", arg)

local EMOTIONS = {"happiness", "sadness", "anger", "surprise"}
local drawn = {patients = 10, controls = 10, tasks = EMOTIONS, seed = 2023, effect = 1.5, seconds = 1.6,
  size = 320}
if options.tiny then
  drawn = {patients = 3, controls = 3, tasks = {"happiness", "surprise"}, seed = 2023, effect = 1.5,
    seconds = 0.9, fps = 15, size = 240}
end

-- ---- The cohort ----

title("a cohort")
say([[%d participants are drawn, half of them with weak muscles (MG), each showing %d emotions. Their
weakness is 1.5 times that of the model's typical patients, so that a cohort as small as this shows
something. They are drawings: good for trying things out, no evidence about patients.]],
  drawn.patients + drawn.controls, #drawn.tasks)
local manifest = assert(sim.cohort(options.work .. (options.tiny and "/maps_tiny" or "/maps"), drawn))
local c = assert(assert(cohort.open(manifest)):extract())
print()
print(c)

-- ---- Patterns ----

title("in which emotion is which movement smaller")
say([[One test for each measure and emotion, their p adjusted together. Hedges g says by how many standard
deviations the groups differ, and a star that the difference is no play of chance at 5 %% over all tests. The
measures are action units: the brow raised (1) and lowered (4), the mouth corner raised (12) and lowered (15),
the lips parted (25).]])
local MEASURES = {"au1_l_peak", "au1_r_peak", "au4_l_peak", "au4_r_peak", "au12_l_peak", "au12_r_peak",
  "au15_l_peak", "au15_r_peak", "au25_peak"}
local p = assert(c:patterns{levels = {"MG", "HC"}, measures = MEASURES})
print()
print(p)
assert(plot.heatmap(p, {title = "Movement by emotion, patients less controls",
  file = options.out .. "/patterns.png"}))

-- ---- One emotion on the face ----

-- Where on the face a measure belongs.
local REGIONS = {brow_l = "au1_l_peak", brow_r = "au1_r_peak", mouth_l = "au12_l_peak",
  mouth_r = "au12_r_peak", chin_l = "au15_l_peak", chin_r = "au15_r_peak"}

title("one emotion on the face")
local one = p:where{task = "happiness"}
local map, marks = {}, {}
for region, measure in pairs(REGIONS) do
  local row = one:where{measure = measure}
  map[region], marks[region] = row.g[1], row.significant[1] == 1
end
say("The column happiness of the same table, where it belongs on the face:")
print()
assert(plot.face(map, {title = "Happiness, patients less controls", label = "Hedges g", marks = marks,
  file = options.out .. "/pattern_happiness.png"}):show())

-- ---- Movement beyond landmarks ----

-- Built without OpenCV, mien cannot follow the skin between the landmarks.
local figures = {"patterns.png", "pattern_happiness.png"}
title("where the skin moves differently")
say([[Landmarks do not see the cheek or the forehead. Here the skin itself is followed between them, and the
groups are compared in every cell of the face by dealing the people into groups at random; what is left counts
for the whole map. It is exploratory: read help "movement".]])
local map_file = options.out .. "/movement_happiness.png"
local moved, problem, code = c:movement_map{task = "happiness", levels = {"MG", "HC"}, permutations = 999,
  file = map_file}
print()
if moved then
  print(moved)
  figures[#figures + 1] = "movement_happiness.png"
  for _, group in ipairs{"MG", "HC"} do
    local file = "average_" .. group .. ".png"
    assert(c:average_face{group = group, task = "happiness", file = options.out .. "/" .. file})
    figures[#figures + 1] = file
  end
elseif code == "tool" then
  say(problem)
else
  error(problem, 0)
end

print()
say("Figures: %s in %s/", table.concat(figures, ", "), options.out)
