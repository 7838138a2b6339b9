-- SPDX-License-Identifier: GPL-3.0-or-later
-- Data frames: making them, columns, and the verbs of one frame.

local t = require "harness"

local function sample()
  return df.new{
    {"participant", {"p03", "p01", "p02", "p04", "p05"}},
    {"group", {"MG", "HC", "MG", false, "HC"}},
    {"age", {43, 51.5, df.NA, 38, 51.5}},
    {"peak", {0.41, 0.58, 0.2, 0.7, 0.33}},
  }
end

-- The values of a column in one line, for comparison.
local function line(column)
  local words = {}
  for i = 1, #column do
    local value = column[i]
    words[i] = (value == false or value ~= value) and "NA" or string.format("%s", value)
  end
  return table.concat(words, " ")
end

t.test("df.new sorts the names of a table and keeps the order of pairs", function()
  t.equal(table.concat(df.new{b = {1}, a = {2}, c = {"x"}}:names(), " "), "a b c")
  t.equal(table.concat(sample():names(), " "), "participant group age peak")
  t.equal(#sample(), 5)
end)

t.test("df.new repeats a single value and takes rows, columns and other frames' columns", function()
  local d = df.new{x = {1.5, 2, 3}, group = "MG", n = 7}
  t.equal(line(d.group), "MG MG MG")
  t.equal(line(d.n), "7 7 7")
  local rows = df.new{{a = 1, b = "x"}, {a = 2}, {b = "z", c = 0.5}}
  t.equal(table.concat(rows:names(), " "), "a b c")
  t.equal(line(rows.a), "1 2 NA")
  t.equal(line(rows.b), "x NA z")
  t.equal(line(df.new{y = d.x}.y), "1.5 2 3")
  t.equal(#df.new(), 0)
  t.equal(#df.new{a = {}}, 0)
end)

t.test("df.new says what is wrong with a column", function()
  t.raises('^df.new: columns differ in length: "x" has 3, "y" has 2; write df.NA', df.new, {x = {1, 2, 3},
    y = {1, 2}})
  t.raises('^df.new: column "x" mixes text %(item 2%) and numbers %(item 1%)', df.new, {x = {1, "a"}})
  t.raises('^df.new: column "x": item 2 is a table', df.new, {x = {1, {}}})
  t.raises('columns 1 and 2 are both named "a"', df.new, {{"a", {1}}, {"a", {2}}})
  t.raises("item 1 must be a pair", df.new, {{1, 2, 3}})
  t.raises("not a string", df.new, "x.csv")
  t.raises("zero byte", df.new, {x = {"a\0b"}})
end)

t.test("df.from_columns checks what C hands over", function()
  local d = df.from_columns({"a", "b"}, {df.column{1, 2}, df.column{"x", "y"}})
  t.equal(line(d.b), "x y")
  t.raises("differ in length", df.from_columns, {"a", "b"}, {df.column{1, 2}, df.column{"x"}})
  t.raises("2 names for 1 columns", df.from_columns, {"a", "b"}, {df.column{1, 2}})
  t.ok(df.is(d))
  t.ok(not df.is{})
  t.ok(df.is_column(d.a))
end)

t.test("columns are reached by name, verbs win, a misspelt name gets a proposal", function()
  local d = df.new{{"happiness_peak", {0.41}}, {"names", {9}}}
  t.equal(d.happiness_peak[1], 0.41)
  t.equal(d:col("names")[1], 9)
  t.equal(type(d.names), "function")
  t.raises('^no column "happines_peak"; did you mean "happiness_peak"%?$',
    function() return d.happines_peak end)
  t.raises("did you mean the verb :where", function() return d.wheer end)
  t.raises('^Frame:col: no column "q"; there are happiness_peak, names', d.col, d, "q")
  t.raises('^no column "y"; there are happiness_peak, names$', function() return d.y end)
  t.raises("d:with{x = ...}", function() d.x = {1} end)
  t.raises("call the verb with a colon", function() d.head(3) end)
  t.ok(d:has("names") and not d:has("x"))
end)

t.test("rows give values by name and know unknown names", function()
  local d = sample()
  local row = d[3]
  t.equal(row.participant, "p02")
  t.equal(row.age, df.NA)
  t.equal(d[4].group, false)
  t.equal(d[6], nil)
  t.equal(d[0], nil)
  t.raises('no column "grup"; did you mean "group"', function() return row.grup end)
  local names = {}
  for name in pairs(row) do names[#names + 1] = name end
  t.equal(table.concat(names, " "), "participant group age peak")
  local seen = 0
  for r, i in d:rows() do seen = seen + i * r.peak end
  t.close(seen, 0.41 + 2 * 0.58 + 3 * 0.2 + 4 * 0.7 + 5 * 0.33)
end)

t.test("pairs of a frame gives its columns in order", function()
  local names = {}
  for name, column in pairs(sample()) do names[#names + 1] = name .. #column end
  t.equal(table.concat(names, " "), "participant5 group5 age5 peak5")
end)

t.test("select, drop, rename and with give new frames", function()
  local d = sample()
  t.equal(table.concat(d:select{"peak", "age"}:names(), " "), "peak age")
  t.equal(table.concat(d:select("age"):names(), " "), "age")
  t.equal(table.concat(d:select(function(name) return name:find("^p") end):names(), " "), "participant peak")
  t.equal(table.concat(d:drop("age", "group"):names(), " "), "participant peak")
  t.equal(table.concat(d:rename{age = "years"}:names(), " "), "participant group years peak")
  local e = d:with{peak = d.peak * 100, old = function(row, i) return row.age > 50 and i or 0 end,
    study = "pilot"}
  t.equal(table.concat(e:names(), " "), "participant group age peak old study")
  t.close(e.peak[2], 58)
  t.equal(line(e.old), "0 2 0 0 5")
  t.equal(e.study[5], "pilot")
  t.equal(d.peak[2], 0.58)
  t.raises('"age" is named twice', d.select, d, {"age", "age"})
  t.raises('no column "agee"; did you mean "age"', d.drop, d, "agee")
  t.raises('there would be two columns "peak"', d.rename, d, {age = "peak"})
  t.raises('column "x" has 2 values, but the data frame has 5 rows', d.with, d, {x = {1, 2}})
end)

t.test("where takes a function, values, lists, conditions and masks", function()
  local d = sample()
  t.equal(line(d:where(function(row) return row.peak > 0.4 end).participant), "p03 p01 p04")
  t.equal(line(d:where{group = "MG"}.participant), "p03 p02")
  t.equal(line(d:where{group = {"MG", "HC"}, age = 51.5}.participant), "p01 p05")
  t.equal(line(d:where{age = function(x) return x < 50 end}.participant), "p03 p04")
  t.equal(line(d:where{age = df.NA}.participant), "p02")
  t.equal(line(d:where(d.age:ge(50)).participant), "p01 p05")
  t.equal(line(d:where{true, false, false, false, true}.participant), "p03 p05")
  t.equal(#d:where{group = "none"}, 0)
  t.equal(d:where{group = "none"}.group:type(), "text")
  t.equal(#d:where{}, 5)
  t.raises('column "group" is text, so it cannot be 3', d.where, d, {group = 3})
  t.raises('text chooses no rows; name its column, as in d:where{group = "MG"}', d.where, d, {"MG", "HC"})
  t.raises("2 values choose among 5 rows", d.where, d, {true, false})
  t.raises('no column "grp"', d.where, d, {grp = "MG"})
end)

t.test("sort is stable, takes directions, and puts missing last", function()
  local d = sample()
  t.equal(line(d:sort("age").participant), "p04 p03 p01 p05 p02")
  t.equal(line(d:sort("age", "desc").participant), "p01 p05 p03 p04 p02")
  t.equal(line(d:sort("group", "age", "desc").participant), "p01 p05 p03 p02 p04")
  t.raises('no column "agee"', d.sort, d, "agee")
  t.raises("needs the name of a column", d.sort, d)
end)

t.test("head, tail, unique, append, count", function()
  local d = sample()
  t.equal(line(d:head(2).participant), "p03 p01")
  t.equal(line(d:tail(2).participant), "p04 p05")
  t.equal(#d:head(), 5)
  t.equal(#d:head(0), 0)
  t.equal(line(d:unique("group").participant), "p03 p01 p04")
  t.equal(#d:append(d):unique(), 5)
  local e = d:append(df.new{participant = {"p06"}, sex = {"f"}})
  t.equal(line(e.participant), "p03 p01 p02 p04 p05 p06")
  t.equal(line(e.sex), "NA NA NA NA NA f")
  t.equal(line(e.age), "43 51.5 NA 38 51.5 NA")
  t.raises('column "age" is number in one data frame and text in the other', d.append, d, df.new{age = {"x"}})
  t.equal(line(d:count("group").n), "2 2 1")
end)

t.test("summary has one row per column", function()
  local s = sample():summary()
  t.equal(table.concat(s:names(), " "), "column type n missing mean sd min median max")
  t.equal(line(s.type), "text text number number")
  t.equal(line(s.missing), "0 1 1 0")
  t.close(s.mean[3], 46)
  t.equal(s.max[1], df.NA)
end)

t.test("columns calculate item by item", function()
  local c = df.column{3, -2, df.NA, 7.5}
  t.equal(line(c + 1), "4 -1 NA 8.5")
  t.equal(line(10 - c), "7 12 NA 2.5")
  t.equal(line(c * c), "9 4 NA 56.25")
  t.equal(line(c / {2, 2, 2, 2}), "1.5 -1 NA 3.75")
  t.equal(line(-c % 5), "2 2 NA 2.5")
  t.equal(line(c // 2), "1 -1 NA 3")
  t.equal(line(c ^ 2), "9 4 NA 56.25")
  t.equal(line(c:abs():sqrt():round(2)), "1.73 1.41 NA 2.74")
  t.equal(line(c:gt(0)), "1 0 NA 1")
  t.equal(line(c:le(3)), "1 1 NA 0")
  t.equal(line(c:fill(0)), "3 -2 0 7.5")
  t.equal(line(c:append{1}), "3 -2 NA 7.5 1")
  t.raises("columns of different length: 4 and 3", function() return c + df.column{1, 2, 3} end)
  t.raises("the column is text", function() return c + df.column{"a", "b", "c", "d"} end)
  t.raises("compare item by item", function() return c < c end)
  t.raises("columns do not change", function() c[1] = 3 end)
end)

t.test("columns know their statistics and drop missing", function()
  local c = df.column{3.1, df.NA, -2, 8.25, 4, 4, 19.5}
  t.close(c:mean(), 6.141666666666667)
  t.close(c:sd(), 7.315764940637901)
  t.close(c:sum(), 36.85)
  t.equal(c:min(), -2)
  t.equal(c:max(), 19.5)
  t.equal(c:median(), 4)
  t.close(c:quantile(0.05), -0.725, 1e-12)
  t.equal(c:count(), 6)
  t.equal(c:missing(), 1)
  t.equal(df.column{}:mean(), df.NA)
  t.raises("p must be a number between 0 and 1, not 95", c.quantile, c, 95)
  t.raises("Column:mean: the column is text", function() return df.column{"a"}:mean() end)
  t.raises('no method "meen"; did you mean "mean"', function() return c:meen() end)
end)

t.test("text columns join, compare, sort, count and convert", function()
  local c = df.column{"b", "a", false, "b"}
  t.equal(line(c .. "_" .. df.column{1, 2.5, 3, 4}), "b_1 a_2.5 NA b_4")
  t.equal(line(c:eq("b")), "1 0 NA 1")
  t.equal(line(c:lt("b")), "0 1 NA 0")
  t.equal(line(c:sort()), "a b b NA")
  t.equal(line(c:sort("desc")), "b b a NA")
  t.equal(line(c:unique()), "b a")
  t.equal(line(c:table().n), "2 1 1")
  t.equal(line(c:is_missing()), "0 0 1 0")
  t.equal(line(df.column{"1.5", "x", false}:number()), "1.5 NA NA")
  t.equal(df.column{0.1, 2}:text()[1], "0.1")
  t.equal(line(c:map(function(x) return x and x:upper() end)), "B A NA B")
  t.raises("compared with text, not with a number", c.eq, c, 1)
end)

t.test("items are read by number, with ipairs and as an array", function()
  local c = df.column{"b", false, "d"}
  local seen = 0
  for _ in ipairs(c) do seen = seen + 1 end
  t.equal(seen, 3)
  t.equal(c[4], nil)
  t.equal(#c:values(), 3)
  t.equal(math.type(df.column{3}[1]), "integer")
  t.equal(math.type(df.column{3.5}[1]), "float")
  t.equal(df.column(c:values()):missing(), 1)
  t.ok(df.missing(c[2]) and df.missing(df.NA) and not df.missing(0))
end)

t.test("frames and columns survive the garbage collector", function()
  local c
  for _ = 1, 50 do c = (df.column{1, 2, 3} * 2 + 1):append{4} .. "x" end
  collectgarbage()
  collectgarbage()
  t.equal(c[4], "4x")
end)
