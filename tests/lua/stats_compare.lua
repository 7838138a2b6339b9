-- SPDX-License-Identifier: GPL-3.0-or-later
-- stats.compare: two groups of a data frame.

local t = require "harness"
local df = require "mien.df"
local nan = 0 / 0

local d = df.new {
  {"participant", {"a", "b", "c", "d", "e", "f", "g", "h"}},
  {"group", {"MG", "MG", "HC", "HC", "MG", "HC", "MG", "HC"}},
  {"task", {"smile", "smile", "smile", "smile", "frown", "frown", "frown", "frown"}},
  {"happiness_peak", {0.1, 0.3, 0.5, 0.4, 0.6, 0.8, 0.2, 0.7}},
  {"commissure_l_peak", {0.11, 0.32, 0.15, 0.24, 0.36, 0.48, 0.52, nan}},
}
local mg = {0.1, 0.3, 0.6, 0.2}
local hc = {0.5, 0.4, 0.8, 0.7}

t.test("one row per measure, in the order of the columns", function()
  local c = stats.compare(d, {group = "group"})
  t.equal(#c, 2)
  t.equal(c.measure[1], "happiness_peak")
  t.equal(c.measure[2], "commissure_l_peak")
  t.equal(table.concat(c:names(), " "),
    "measure n_1 n_2 mean_1 mean_2 sd_1 sd_2 diff ci_low ci_high g g_low g_high "
    .. "statistic df p p_adjusted dropped")
  t.equal(c.dropped[2], 1)
  t.equal(c.groups[1], "MG")
end)

t.test("the numbers are those of the tests", function()
  local c, r = stats.compare(d, {group = "group", measures = "happiness_peak"}), stats.ttest(mg, hc)
  t.equal(c.p[1], r.p)
  t.equal(c.g[1], r.g)
  t.equal(c.g_low[1], r.g_ci[1])
  t.equal(c.ci_high[1], r.ci[2])
  t.equal(c.mean_2[1], r.mean[2])
  t.equal(c:col("df")[1], r.df)
  t.equal(c.p_adjusted[1], r.p)
  t.equal(stats.compare(d, {group = "group", measures = "happiness_peak", test = "student"}).p[1],
    stats.ttest(mg, hc, {equal_var = true}).p)
  local m = stats.compare(d, {group = "group", measures = "happiness_peak", test = "mannwhitney", conf = 0.9})
  local w = stats.mannwhitney(mg, hc, {conf = 0.9})
  t.equal(m.p[1], w.p)
  t.equal(m.diff[1], w.diff)
  t.equal(m.statistic[1], w.statistic)
end)

t.test("p is adjusted over all rows of the call", function()
  local c = stats.compare(d, {group = "group", by = "task", adjust = "bh"})
  t.equal(#c, 4)
  local p, adjusted = {}, {}
  for i = 1, #c do p[i], adjusted[i] = c.p[i], c.p_adjusted[i] end
  for i, want in ipairs(stats.adjust(p, "bh")) do t.equal(adjusted[i], want) end
  t.equal(c.task[1], "smile")
  t.equal(c.task[2], "frown")
  t.equal(c.measure[2], "happiness_peak")
end)

t.test("levels sets the order, so the sign", function()
  local a = stats.compare(d, {group = "group"})
  local b = stats.compare(d, {group = "group", levels = {"HC", "MG"}})
  t.close(a.diff[1], -b.diff[1], 1e-12)
  t.equal(b.groups[1], "HC")
  t.raises("levels names MG, PD, but the groups are MG, HC", stats.compare, d,
    {group = "group", levels = {"MG", "PD"}})
end)

local twice = d:with {participant = {"a", "b", "c", "d", "a", "b", "c", "h"}}

t.test("a repeated participant stops the test and the ways out are named", function()
  local function run() return stats.compare(twice, {group = "group", measures = "happiness_peak"}) end
  t.raises('stats%.compare: participant "a" has 2 rows in the test of happiness_peak, and so do 2 more', run)
  t.raises('by = "task"', run)
  t.raises("d:where", run)
  t.raises('d:by%("participant"%):agg', run)
  t.raises('repeated = "ignore"', run)
  local bare = df.new{participant = {"a", "a", "b", "c"}, group = {"M", "M", "H", "H"}, v = {1, 2, 4, 7}}
  local ok, problem = pcall(stats.compare, bare, {group = "group"})
  t.ok(not ok and not problem:find("task", 1, true), "a column is named that is not there: " .. problem)
  t.equal(stats.compare(bare:by("participant"):agg(), {group = "group"}).n_1[1], 1)
  t.equal(#stats.compare(twice, {group = "group", by = "task"}), 4)
  t.equal(#stats.compare(twice:where {task = "smile"}, {group = "group"}), 2)
end)

t.test("only rows that are used count as repeated", function()
  local e = twice:with {happiness_peak = {0.1, 0.3, 0.5, 0.4, nan, nan, nan, 0.7}}
  t.equal(stats.compare(e, {group = "group", measures = "happiness_peak"}).dropped[1], 3)
end)

t.test('repeated = "ignore" is printed with the result', function()
  local c = stats.compare(twice, {group = "group", measures = "happiness_peak", repeated = "ignore"})
  t.equal(c.p[1], stats.ttest(mg, hc).p)
  t.match(tostring(c):gsub("%s+", " "), 'repeated = "ignore": rows of one participant count as independent')
  t.raises('repeated must be one of "stop", "ignore", not "yes"', stats.compare, twice,
    {group = "group", repeated = "yes"})
end)

t.test("a group must have exactly two levels", function()
  t.raises('group must have two levels, but "participant" has 8 levels %(a, b, c', stats.compare, d,
    {group = "participant"})
  t.raises('group must have two levels, but "group" has 1 level %(MG%)', stats.compare,
    d:where {group = "MG"},
    {group = "group"})
end)

t.test("wrong use names function and argument", function()
  t.raises('stats%.compare: group: no column "grup"; did you mean "group"%?', stats.compare, d,
    {group = "grup"})
  t.raises("stats%.compare: group must be the name of a column, not missing", stats.compare, d, {})
  t.raises('measures: no column "happines_peak"; did you mean "happiness_peak"%?', stats.compare, d,
    {group = "group", measures = {"happines_peak"}})
  t.raises('measures: column "task" is text, not numbers', stats.compare, d,
    {group = "group", measures = "task"})
  t.raises('by: no column "tusk"', stats.compare, d, {group = "group", by = "tusk"})
  t.raises('no option "measure"; did you mean "measures"%?', stats.compare, d,
    {group = "group", measure = "p"})
  t.raises('test must be one of "welch", "student", "mannwhitney", not "anova"', stats.compare, d,
    {group = "group", test = "anova"})
  t.raises("conf must be between 0 and 1, not 95", stats.compare, d, {group = "group", conf = 95})
  t.raises("needs options", stats.compare, d)
  t.raises("the first argument must be a data frame, not a number", stats.compare, 5, {group = "group"})
  local ok, message = pcall(stats.compare, d, {group = "grup"})
  t.ok(not ok and not message:find("lua/stats/compare", 1, true), message)
end)

t.test("rows without group or level are left out and counted", function()
  local e = df.new {{"group", {"MG", "HC", "MG", "HC", df.NA}}, {"x", {1.5, 2.5, 1.25, 3, 9}}}
  local c = stats.compare(e, {group = "group"})
  t.equal(c.without_group, 1)
  t.equal(c.n_1[1] + c.n_2[1], 4)
  t.match(tostring(c), "1 row without group or level left out")
end)

t.test("a level with one group only is undefined, not an error", function()
  local e = df.new {{"group", {"MG", "HC", "MG", "HC", "MG"}}, {"task", {"a", "a", "a", "a", "b"}},
    {"x", {1.5, 2.5, 1.25, 3, 9}}}
  local c = stats.compare(e, {group = "group", by = "task"})
  t.ok(c.p[2] ~= c.p[2] and c.p_adjusted[2] ~= c.p_adjusted[2])
  t.equal(c.p_adjusted[1], c.p[1])
  t.equal(c.n_2[2], 0)
end)

t.test("numbers and booleans as groups", function()
  local e = df.new {{"arm", {1, 2, 1, 2, 1}}, {"x", {1.5, 2.5, 1.25, 3, 9}}}
  t.equal(stats.compare(e, {group = "arm"}).groups[2], "2")
  t.equal(#stats.compare({arm = {1, 2, 1, 2, 1}, x = {1.5, 2.5, 1.25, 3, 9}}, {group = "arm"}), 1)
end)

t.test("it works as a data frame", function()
  local c = stats.compare(d, {group = "group"})
  t.ok(df.is(c:df()))
  t.equal(c[1].measure, "happiness_peak")
  t.equal(#c:where {measure = "happiness_peak"}, 1)
  local path = t.folder() .. "/result.csv"
  c:write(path)
  t.equal(df.read(path).p[1], c.p[1])
end)

t.test("it prints as a table that fits", function()
  local c = stats.compare(d, {group = "group", measures = "happiness_peak"})
  t.match(tostring(c), "MG %(n = 4%) +HC %(n = 4%) +difference %[95 %% CI%]")
  t.match(tostring(c), "0%.30 %(0%.22%) +0%.60 %(0%.18%) +%-0%.30 %[%-0%.65, 0%.05%] +%-1%.30 +%.079 +%.079")
  t.match(tostring(c), "Welch t%-test, two%-sided; SD in brackets; nothing dropped")
  if (os.getenv("COLUMNS") or "80") == "80" then
    for _, o in ipairs {{group = "group"}, {group = "group", by = "task"},
      {group = "group", adjust = "none"}} do
      for line in (tostring(stats.compare(d, o)) .. "\n"):gmatch("(.-)\n") do
        t.ok(utf8.len(line) <= 80, line)
      end
    end
  end
end)
