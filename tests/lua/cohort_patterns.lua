-- SPDX-License-Identifier: GPL-3.0-or-later
-- cohort.patterns: the tests are those of stats.compare, adjusted together; what it prints; wrong use.

local t = require "harness"

local folder = t.folder()
local NA = 0 / 0
local TASKS = {"happiness", "surprise", "rest"}

-- Twelve patients and ten controls. Patients smile 2 less in happiness, in nothing else.
local function study()
  local columns = {participant = {}, group = {}, task = {}, smile_l_peak = {}, brow_peak = {}, au9_peak = {},
    coverage = {}, brow_time_to_peak = {}}
  local state = 7
  local function noise()
    state = state * 16807 % 2147483647
    return state / 2147483647 - 0.5
  end
  for i = 1, 22 do
    local group = i <= 12 and "MG" or "HC"
    for _, task in ipairs(TASKS) do
      local row = #columns.participant + 1
      columns.participant[row], columns.group[row], columns.task[row] = "p" .. i, group, task
      columns.smile_l_peak[row] = 3 + noise() - (group == "MG" and task == "happiness" and 2 or 0)
      columns.brow_peak[row] = i == 5 and NA or noise()
      columns.au9_peak[row], columns.coverage[row], columns.brow_time_to_peak[row] = NA, 1, noise()
    end
  end
  return df.new(columns)
end

t.test("each row is the test of stats.compare, adjusted over all rows", function()
  local d = study()
  local p = t.ok(cohort.patterns(d, {levels = {"MG", "HC"}}))
  t.equal(#p, 6)
  local c = stats.compare(d, {group = "group", levels = {"MG", "HC"}, by = "task",
    measures = {"brow_peak", "smile_l_peak"}})
  local expected = {}
  for i = 1, #c do expected[c:df().measure[i] .. c:df().task[i]] = i end
  for i = 1, #p do
    local k = t.ok(expected[p.measure[i] .. p.task[i]])
    for _, name in ipairs {"n_1", "mean_2", "diff", "ci_low", "g", "g_high", "p", "p_adjusted", "dropped"} do
      t.equal(p:col(name)[i], c:df():col(name)[k], name)
    end
    local smile = p.measure[i] == "smile_l_peak" and p.task[i] == "happiness"
    t.equal(p.significant[i], smile and 1 or 0, p.measure[i] .. " " .. p.task[i])
    if smile then t.ok(p.g[i] < -4) end
  end
end)

t.test("it prints measures by tasks, within the width of the terminal", function()
  local text = tostring(cohort.patterns(study(), {levels = {"MG", "HC"}}))
  t.match(text, "^Hedges g, MG less HC   6 tests, 10 to 12 a group\n +happiness +surprise +rest\n")
  t.match(text, "\n  smile_l_peak +%-%d%.%d%d%* +%-?0%.%d%d +%-?0%.%d%d\n")
  t.match(text, "after Holm over all tests %(1 of 6%)")
  t.match(text, "1 measure without any value%s+left out")
  for line in text:gmatch("[^\n]+") do t.ok(#line < 80, line) end
  local wide = study():with{task = function(row) return row.task .. "_recorded_at_home" end}
  for line in tostring(cohort.patterns(wide)):gmatch("[^\n]+") do t.ok(#line < 80, line) end
end)

t.test("the heat map of patterns needs no options", function()
  local p = cohort.patterns(study(), {levels = {"MG", "HC"}})
  local figure = t.ok(plot.heatmap(p, {file = folder .. "/p.svg"}))
  t.equal(figure.about, "2 rows, 3 columns")
  t.equal(figure.figure.scale.label, "Hedges g, MG less HC")
  t.match(t.read(folder .. "/p.svg"), ">%-%d%.%d%d%*<")
end)

t.test("tasks, measures, levels and visits can be chosen", function()
  local d = study():with{visit = function() return 1 end}
  local both = d:append(d:with{visit = function() return 2 end})
  t.raises('participant "p1" has several recordings of task "happiness"; choose one with visit',
    cohort.patterns, both)
  local p = cohort.patterns(both, {visit = 2, tasks = {"rest", "happiness"}, measures = "smile_l_peak",
    levels = {"HC", "MG"}, adjust = "none", test = "mannwhitney"})
  t.equal(#p, 2)
  t.ok(p.g[1] > 4)
  t.match(tostring(p), "Mann%-Whitney test, two%-sided; %* p < .05 not adjusted")
  local three = d:with{group = function(row) return row.participant == "p1" and "OTHER" or row.group end}
  t.raises("group must have two levels.*choose two with levels = ", cohort.patterns, three)
  t.equal(cohort.patterns(three, {levels = {"MG", "HC"}, measures = "smile_l_peak"}).n_1[1], 11)
end)

t.test("wrong use raises and names what is wrong", function()
  local d = study()
  t.raises("cohort.patterns: the first argument must be a data frame", cohort.patterns, 3)
  t.raises('cohort.patterns: no task "hapiness"; did you mean "happiness"', cohort.patterns, d,
    {tasks = "hapiness"})
  t.raises('measures: no column "smile_peak"; did you mean "smile_l_peak"', cohort.patterns, d,
    {measures = {"smile_peak"}})
  t.raises('group: no column "grop"; did you mean "group"', cohort.patterns, d, {group = "grop"})
  t.raises("no option \"measure\"; did you mean \"measures\"", cohort.patterns, d, {measure = {}})
  t.raises("no column that ends in _peak", cohort.patterns, d:drop("smile_l_peak", "brow_peak", "au9_peak"))
  t.fails("cohort.patterns: no recording is extracted", "data", cohort.patterns(d:head(0)))
  local path = t.write(folder .. "/study.csv", "participant,group,task,video\np1,a,smile,x.mp4\n")
  local c <close> = assert(cohort.open(path))
  t.fails("Cohort:patterns: no recording is extracted", "data", c:patterns())
  t.raises('Cohort:patterns: no option "taks"; did you mean "tasks"', c.patterns, c, {taks = "x"})
end)
