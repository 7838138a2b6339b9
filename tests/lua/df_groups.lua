-- SPDX-License-Identifier: GPL-3.0-or-later
-- Groups, joins, long and wide.

local t = require "harness"

local function line(column)
  local words = {}
  for i = 1, #column do words[i] = df.missing(column[i]) and "NA" or string.format("%s", column[i]) end
  return table.concat(words, " ")
end

local function names(d) return table.concat(d:names(), " ") end

local function recordings()
  return df.new{
    {"participant", {"p02", "p01", "p02", "p01", "p03"}},
    {"task", {"smile", "smile", "frown", "frown", "smile"}},
    {"group", {"MG", "HC", "MG", "HC", "MG"}},
    {"peak", {0.4, 0.6, 0.1, 0.25, df.NA}},
    {"mean", {0.2, 0.3, 0.05, 0.15, 0.12}},
  }
end

t.test("agg makes a row of each group, in the order of first appearance", function()
  local d = recordings():by("participant"):agg{{"n", "rows"}, {"peak", "mean"}, {"top", {"peak", "max"}},
    {"spread", {"mean", function(column) return column:max() - column:min() end}},
    {"tasks", function(part) return table.concat(part.task:values(), "+") end}}
  t.equal(names(d), "participant n peak top spread tasks")
  t.equal(line(d.participant), "p02 p01 p03")
  t.equal(line(d.n), "2 2 1")
  t.close(d.peak[2], 0.425)
  t.equal(d.peak[3], df.NA)
  t.equal(line(d.top), "0.4 0.6 NA")
  t.close(d.spread[1], 0.15)
  t.equal(line(d.tasks), "smile+frown smile+frown smile")
end)

t.test("agg without arguments keeps constant text and takes means", function()
  local d = recordings():by("participant"):agg()
  t.equal(names(d), "participant group peak mean")
  t.equal(line(d.group), "MG HC MG")
  t.close(d.mean[2], 0.225)
  t.close(recordings():by("group"):agg("max").mean[1], 0.2)
end)

t.test("groups of several keys, a missing key being one of its own", function()
  local d = df.new{{"a", {"x", "x", false, false}}, {"b", {1, 2, 1, 1}}, {"v", {1, 2, 3, 4}}}
  local g = d:by("a", "b")
  t.equal(#g, 3)
  t.equal(line(g:agg{v = "sum"}.v), "1 2 7")
  local seen = {}
  for part, a, b in g:each() do seen[#seen + 1] = string.format("%s%s:%d", a, b, #part) end
  t.equal(table.concat(seen, " "), "x1:1 x2:1 false1:2")
  t.match(tostring(g), "^3 groups by a, b")
  t.equal(#d:where{a = "none"}:by("a"):agg{v = "mean"}, 0)
end)

t.test("agg names what it cannot do", function()
  local g = recordings():by("group")
  t.raises('no statistic "meen"; did you mean "mean"', g.agg, g, {peak = "meen"})
  t.raises('"mean" needs numbers, but column "task" is text', g.agg, g, {task = "mean"})
  t.raises('no column "peek"; did you mean "peak"', g.agg, g, {x = {"peek", "mean"}})
  t.raises('both named "group"', g.agg, g, {group = "first"})
  t.raises("needs the name of a column", function() recordings():by() end)
end)

t.test("join keeps the order of the left and multiplies repeated keys", function()
  local d = df.new{{"id", {"b", "a", "c"}}, {"x", {1, 2, 3}}}
  local e = df.new{{"id", {"a", "b", "a", "z"}}, {"x", {10, 20, 30, 40}}, {"y", {"p", "q", "r", "s"}}}
  local inner = d:join(e, "id")
  t.equal(names(inner), "id x x_right y")
  t.equal(line(inner.id), "b a a")
  t.equal(line(inner.x_right), "20 10 30")
  local left = d:join(e, "id", "left", {suffix = "_e"})
  t.equal(names(left), "id x x_e y")
  t.equal(line(left.id), "b a a c")
  t.equal(line(left.y), "q p r NA")
  local outer = d:join(e, "id", "outer")
  t.equal(line(outer.id), "b a a c z")
  t.equal(line(outer.x), "1 2 2 3 NA")
end)

t.test("join takes several keys, keys of two names, and never matches missing", function()
  local d = df.new{{"p", {"a", "a", false}}, {"visit", {1, 2, 1}}, {"x", {1, 2, 3}}}
  local e = df.new{{"p", {"a", false}}, {"visit", {2, 1}}, {"age", {50, 60}}}
  t.equal(line(d:join(e, {"p", "visit"}, "left").age), "NA 50 NA")
  local f = df.new{{"participant", {"a"}}, {"sex", {"f"}}}
  local j = d:join(f, {p = "participant"}, "left")
  t.equal(names(j), "p visit x sex")
  t.equal(line(j.sex), "f f NA")
  t.raises('"visit" is number on the left and "visit" is text on the right; read both alike', d.join, d,
    df.new{visit = {"1"}}, "visit")
  t.raises('no column "q"', d.join, d, e, "q")
  t.raises('must be "inner", "left" or "outer", not right', d.join, d, e, "p", "right")
  t.raises('no option "sufix"; did you mean "suffix"', d.join, d, e, "p", "left", {sufix = "x"})
end)

t.test("a suffix that is taken is added again", function()
  local d = df.new{{"id", {1}}, {"x", {1}}, {"x_right", {2}}}
  t.equal(names(d:join(df.new{{"id", {1}}, {"x", {3}}}, "id")), "id x x_right x_right_right")
  local e = df.new{{"id", {1}}, {"x", {3}}, {"x_right", {4}}}
  t.equal(names(df.new{{"id", {1}}, {"x", {1}}}:join(e, "id")), "id x x_right_right x_right")
end)

t.test("long stacks columns row by row and wide undoes it", function()
  local d = df.new{{"id", {"a", "b"}}, {"x", {1, 2}}, {"y", {3, df.NA}}}
  local l = d:long{name = "measure"}
  t.equal(names(l), "id measure value")
  t.equal(line(l.id), "a a b b")
  t.equal(line(l.measure), "x y x y")
  t.equal(line(l.value), "1 3 2 NA")
  local w = l:wide{name = "measure", value = "value"}
  t.equal(names(w), "id x y")
  t.equal(line(w.y), "3 NA")
  t.equal(line(d:long{columns = {"y"}, keep = {"id"}, value = "v"}.v), "3 NA")
  t.equal(#d:head(0):long{}, 0)
  t.raises("stack columns of one kind", d.long, d, {columns = {"id", "x"}})
  t.raises("no columns to stack", d.long, d, {columns = {}})
end)

t.test("wide spreads several values, fills gaps and refuses duplicates", function()
  local d = recordings():sort("participant")
  local w = d:wide{by = {"participant", "group"}, name = "task", value = {"peak", "mean"}}
  t.equal(names(w), "participant group smile_peak smile_mean frown_peak frown_mean")
  t.equal(line(w.participant), "p01 p02 p03")
  t.equal(line(w.frown_mean), "0.15 0.05 NA")
  local twice = df.new{{"group", {"MG", "HC", "MG"}}, {"task", {"smile", "smile", "smile"}}, {"v", {1, 2, 3}}}
  t.raises('rows 1 and 3 are both "smile" of group', d.wide, twice, {name = "task", value = "v"})
  t.raises("needs name = and value =", d.wide, d, {name = "task"})
  t.raises('no option "values"; did you mean "value"', d.wide, d, {name = "task", values = "peak"})
end)
