-- SPDX-License-Identifier: GPL-3.0-or-later
-- How data frames, rows and columns show themselves. The width is that of a terminal of 80 columns unless
-- set.

local t = require "harness"

-- The longest line of a text, in cells; the texts here have no wide characters.
local function widest(text)
  local most = 0
  for line in text:gmatch("[^\n]+") do most = math.max(most, utf8.len(line)) end
  return most
end

t.test("numbers are aligned at the decimal point with sensible digits", function()
  local d = df.new{{"id", {"a", "b", "c"}}, {"n", {1, 200, df.NA}}, {"p", {0.41234, 0.5, 12.3456}}}
  t.equal(tostring(d), [[
   id    n       p
1  a     1   0.412
2  b   200   0.500
3  c    NA  12.346
3 rows, 3 columns]])
end)

t.test("small numbers among large ones keep their digits, huge ones are short", function()
  local text = tostring(df.new{{"x", {1234.5678, 0.00123, -3}}, {"y", {1.5e12, 2.25e-3, 0}}})
  t.match(text, "1  1235       1%.500e%+12\n2     0%.0012")
  t.match(tostring(df.new{x = {math.huge, -math.huge, 2.5}}), "%-Inf")
  t.match(tostring(df.new{x = {-0.00001, 5000.5}}), "%-1e%-05")
end)

t.test("long frames show their beginning and end", function()
  local x = {}
  for i = 1, 139 do x[i] = i * 3 end
  local text = tostring(df.new{x = x})
  t.match(text, "\n 10  +30\n  …\n135  405\n")
  t.match(text, "\n139  417\n139 rows, 1 column$")
end)

t.test("wide frames fit the terminal and name what is left out", function()
  local columns = {}
  for i = 1, 143 do columns[i] = {string.format("x%d", i), {i + 0.125, i + 0.25}} end
  local text = tostring(df.new(columns))
  t.ok(widest(text) <= df.width(), text)
  t.match(text, "2 rows, 143 columns\nand %d+ more columns: x%d+, ")
  t.match(text, "%.%.%.$")
end)

t.test("text is cut, escaped and measured in cells", function()
  local d = df.new{{"name", {"笑顔", "a\tb\27[31m", ("x"):rep(200)}}, {"v", {1, 2, 3}}}
  local text = tostring(d)
  t.match(text, "a\\tb\\x1b%[31m")
  t.match(text, "\n1  笑顔" .. (" "):rep(36) .. "  1\n")
  t.match(text, "x…  3\n")
  t.ok(widest(text) <= 80)
end)

t.test("empty frames say so", function()
  t.equal(tostring(df.new()), "a data frame without columns")
  t.equal(tostring(df.new{{"a", {}}, {"b", {}}}), "   a  b\n0 rows, 2 columns")
end)

t.test("rows and columns print themselves", function()
  local d = df.new{{"participant", {"p01", false}}, {"age", {43, 51.25}}}
  t.equal(tostring(d[2]), "row 2 of 2\n  participant  NA\n  age          51.25")
  t.equal(tostring(d.participant), '2 texts, 1 missing\n  "p01"  NA')
  t.equal(tostring(d.age), "2 numbers\n  43.00  51.25")
  t.equal(tostring(df.column{}), "0 numbers")
  local long = {}
  for i = 1, 1000 do long[i] = i / 7 end
  local text = tostring(df.column(long))
  t.ok(widest(text) <= df.width())
  t.match(text, "\n  and %d+ more$")
end)
