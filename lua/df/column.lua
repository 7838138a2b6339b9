-- SPDX-License-Identifier: GPL-3.0-or-later
-- The methods of columns that are glue; arithmetic and statistics are in src/lua/column.c.

local kit = ...
local core = kit.core
local methods = core.column_metatable.__methods

local function check(column, caller)
  if not kit.is_column(column) then kit.wrong("%s: call it with a colon on a column, as in d.age%s", caller,
    caller) end
end

-- A column of f(item, i); f gets NaN for a missing number and false for missing text.
function methods.map(column, f)
  check(column, "Column:map")
  if type(f) ~= "function" then kit.wrong("Column:map: needs a function, not a %s", type(f)) end
  local values = {}
  for i = 1, #column do values[i] = f(column[i], i) end
  return core.column(values, "Column:map: the function's results", #column)
end

-- Each different value once, in the order of their first appearance, without missing.
function methods.unique(column)
  check(column, "Column:unique")
  local _, first = core.group({column})
  local found = core.take(column, first)
  return core.take(found, core.rows_of(found:is_missing():eq(0)))
end

-- A data frame of the values and how often each appears, the most frequent first; missing is counted, too.
function methods.table(column)
  check(column, "Column:table")
  local group, first, groups = core.group({column})
  local counts = {}
  for i = 1, groups do counts[i] = 0 end
  for i = 1, #group do counts[group[i]] = counts[group[i]] + 1 end
  local d = kit.make({"value", "n"}, {core.take(column, first), core.column(counts, "Column:table", groups)})
  return d:sort("n", "desc", "value")
end

-- The values in order; missing last.
function methods.sort(column, direction)
  check(column, "Column:sort")
  if direction ~= nil and direction ~= "desc" and direction ~= "asc" then
    kit.wrong('Column:sort: the direction must be "asc" or "desc", not %s', tostring(direction))
  end
  return core.take(column, core.order({column}, {direction == "desc"}))
end

function methods.head(column, n) return core.slice(column, 1, n or 10) end
function methods.tail(column, n) return core.slice(column, #column - (n or 10) + 1, #column) end

-- To `digits` decimals, halves away from zero.
function methods.round(column, digits)
  check(column, "Column:round")
  if digits ~= nil and not math.tointeger(digits) then
    kit.wrong("Column:round: digits must be a whole number, not %s", tostring(digits))
  end
  local scale = 10.0 ^ (digits or 0)
  return column:map(function(x)
    local size = math.floor(math.abs(x) * scale + 0.5) / scale
    return x < 0 and -size or size
  end)
end

-- The items, with value where one is missing.
function methods.fill(column, value)
  check(column, "Column:fill")
  local number = column:type() == "number"
  if type(value) ~= (number and "number" or "string") then
    kit.wrong("Column:fill: the column is %s, the value a %s", number and "numbers" or "text", type(value))
  end
  return column:map(function(x) return (x == false or x ~= x) and value or x end)
end

-- This column, then the other one.
function methods.append(column, other)
  check(column, "Column:append")
  other = core.column(other, "Column:append: the other column")
  if other:type() ~= column:type() then
    kit.wrong("Column:append: one column is %s, the other %s", column:type(), other:type())
  end
  return core.append(column, other)
end
