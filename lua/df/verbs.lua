-- SPDX-License-Identifier: GPL-3.0-or-later
-- The verbs of one data frame: choose columns and rows, sort, add, summarise, write.

local kit = ...
local core, verbs = kit.core, kit.verbs
local NAMES, COLUMNS = kit.NAMES, kit.COLUMNS

-- ---- Columns ----

function verbs.names(d)
  kit.check_frame(d, "Frame:names")
  return table.move(d[NAMES], 1, #d[NAMES], 1, {})
end

function verbs.col(d, name)
  kit.check_frame(d, "Frame:col")
  return kit.column(d, name, "Frame:col")
end

function verbs.has(d, name)
  kit.check_frame(d, "Frame:has")
  return kit.has(d, name)
end

function verbs.select(d, first, ...)
  kit.check_frame(d, "Frame:select")
  local names, columns, seen = {}, {}, {}
  if type(first) == "function" then
    for i, name in ipairs(d[NAMES]) do
      if first(name, d[COLUMNS][i]) then names[#names + 1] = name end
    end
  else
    names = kit.name_list(d, "Frame:select", first, ...)
  end
  for i, name in ipairs(names) do
    if seen[name] then kit.wrong('Frame:select: "%s" is named twice', name) end
    seen[name] = true
    columns[i] = kit.column(d, name, "Frame:select")
  end
  return kit.make(names, columns)
end

function verbs.drop(d, first, ...)
  kit.check_frame(d, "Frame:drop")
  local gone = {}
  for _, name in ipairs(kit.name_list(d, "Frame:drop", first, ...)) do gone[name] = true end
  return d:select(function(name) return not gone[name] end)
end

-- rename{old = "new"}.
function verbs.rename(d, changes)
  kit.check_frame(d, "Frame:rename")
  if type(changes) ~= "table" then kit.wrong('Frame:rename: needs a table such as {old = "new"}, not a %s',
    type(changes)) end
  local names, at = d:names(), {}
  for old, new in pairs(changes) do
    local i = kit.position(d, old, "Frame:rename")
    if type(new) ~= "string" then kit.wrong('Frame:rename: the new name of "%s" must be text, not a %s', old,
      type(new)) end
    names[i] = new
  end
  for i, name in ipairs(names) do
    if at[name] then kit.wrong('Frame:rename: there would be two columns "%s"', name) end
    at[name] = i
  end
  return kit.df.from_columns(names, d[COLUMNS])
end

local function value_of_with(d, name, value)
  local what = string.format('Frame:with: column "%s"', name)
  if type(value) ~= "function" then return kit.to_column(value, what, #d) end
  local list = {}
  for i = 1, #d do list[i] = value(kit.row(d, i), i) end
  return core.column(list, what, #d)
end

-- with{name = column, array, single value or function(row, i)}: new columns come last, others are replaced in
-- place.
function verbs.with(d, t)
  kit.check_frame(d, "Frame:with")
  local new_names, values = kit.named_values(t, "Frame:with")
  local names, columns = d:names(), table.move(d[COLUMNS], 1, #d[COLUMNS], 1, {})
  for i, name in ipairs(new_names) do
    local column = value_of_with(d, name, values[i])
    if #names > 0 and #column ~= (#d[NAMES] > 0 and #d or #columns[1]) then
      kit.wrong('Frame:with: column "%s" has %d values, but the data frame has %d rows', name, #column, #d)
    end
    local at = kit.has(d, name) and kit.position(d, name) or #names + 1
    names[at], columns[at] = name, column
  end
  return kit.df.from_columns(names, columns)
end

-- ---- Rows ----

-- A column of 0 and 1 for {column = value, list of values or function}.
local function condition(d, name, wanted)
  local column = kit.column(d, name, "Frame:where")
  local kind = column:type() == "text" and "string" or "number"
  local function check(value)
    if type(value) ~= kind and value == value then
      kit.wrong('Frame:where: column "%s" is %s, so it cannot be %s', name, kind == "string" and "text" or
        "numbers",
        type(value) == "string" and string.format('"%s"', value) or tostring(value))
    end
    return value
  end
  if type(wanted) == "function" then
    return column:map(function(value) return wanted(value) and 1 or 0 end)
  elseif type(wanted) == "table" or type(wanted) == "userdata" then
    local set = {}
    for i = 1, #wanted do set[check(wanted[i])] = true end
    return column:map(function(value) return value == value and set[value] and 1 or 0 end)
  elseif wanted ~= wanted then
    return column:is_missing()
  end
  return column:eq(check(wanted))
end

local function mask_of_function(d, f)
  local mask = {}
  for i = 1, #d do mask[i] = f(kit.row(d, i), i) and 1 or 0 end
  return core.column(mask, "Frame:where", #d)
end

-- The rows for which f(row, i) is true, or whose columns have these values, or where a column of 0 and 1 is
-- not 0.
function verbs.where(d, wanted)
  kit.check_frame(d, "Frame:where")
  local mask
  if type(wanted) == "function" then
    mask = mask_of_function(d, wanted)
  elseif kit.is_column(wanted) or (type(wanted) == "table" and #wanted > 0) then
    mask = core.column(wanted, "Frame:where: the choice of rows")
    if mask:type() == "text" then
      kit.wrong('Frame:where: text chooses no rows; name its column, as in d:where{group = "%s"}',
        tostring(mask[1]))
    end
    if #mask ~= #d then kit.wrong("Frame:where: %d values choose among %d rows", #mask, #d) end
  elseif type(wanted) == "table" then
    for name, value in pairs(wanted) do
      local one = condition(d, name, value)
      mask = mask and mask * one or one
    end
    if not mask then return d end
  else
    kit.wrong('Frame:where: needs a function, a table such as {age = 43} or a column of 0 and 1, not a %s',
      type(wanted))
  end
  return kit.take(d, core.rows_of(mask))
end

-- sort("a", "desc", "b"): by a from high to low, then by b. Stable; missing last.
function verbs.sort(d, first, ...)
  kit.check_frame(d, "Frame:sort")
  local keys, descending, directed = {}, {}, true
  local words = type(first) == "table" and first or {first, ...}
  for _, word in ipairs(words) do
    if (word == "desc" or word == "asc") and not directed then
      descending[#keys], directed = word == "desc", true
    else
      keys[#keys + 1] = kit.column(d, word, "Frame:sort")
      descending[#keys], directed = false, false
    end
  end
  if #keys == 0 then kit.wrong('Frame:sort: needs the name of a column, as in d:sort("age", "desc")') end
  return kit.take(d, core.order(keys, descending))
end

local function check_count(n, caller)
  if n == nil then return 10 end
  if not math.tointeger(n) or n < 0 then kit.wrong("%s: the number of rows must be whole and not negative",
    caller) end
  return n
end

local function slice(d, first, last)
  local columns = {}
  for i, column in ipairs(d[COLUMNS]) do columns[i] = core.slice(column, first, last) end
  return kit.make(d[NAMES], columns)
end

function verbs.head(d, n)
  kit.check_frame(d, "Frame:head")
  return slice(d, 1, check_count(n, "Frame:head"))
end

function verbs.tail(d, n)
  kit.check_frame(d, "Frame:tail")
  return slice(d, #d - check_count(n, "Frame:tail") + 1, #d)
end

-- for row, i in d:rows() do ... end
function verbs.rows(d)
  kit.check_frame(d, "Frame:rows")
  local i = 0
  return function()
    i = i + 1
    if i <= #d then return kit.row(d, i), i end
  end
end

-- The first row of each combination of values in these columns, all columns when none is named.
function verbs.unique(d, ...)
  kit.check_frame(d, "Frame:unique")
  local keys = {}
  for i, name in ipairs(... == nil and d[NAMES] or kit.name_list(d, "Frame:unique", ...)) do
    keys[i] = kit.column(d, name, "Frame:unique")
  end
  if #keys == 0 then return d end
  local _, first = core.group(keys)
  return kit.take(d, first)
end

-- The rows of d, then those of e; a column that one of them lacks is missing there.
function verbs.append(d, e)
  kit.check_frame(d, "Frame:append")
  kit.check_frame(e, "Frame:append", "what is appended")
  if #d[NAMES] == 0 then return e end
  local names, columns = d:names(), {}
  for _, name in ipairs(e[NAMES]) do
    if not kit.has(d, name) then names[#names + 1] = name end
  end
  for i, name in ipairs(names) do
    local a = kit.has(d, name) and kit.column(d, name) or nil
    local b = kit.has(e, name) and kit.column(e, name) or nil
    local text = (a or b):type() == "text"
    if a and b and a:type() ~= b:type() then
      kit.wrong('Frame:append: column "%s" is %s in one data frame and %s in the other', name, a:type(),
        b:type())
    end
    columns[i] = core.append(a or core.missing(#d, text), b or core.missing(#e, text))
  end
  return kit.make(names, columns)
end

-- ---- Summaries and files ----

function verbs.summary(d)
  kit.check_frame(d, "Frame:summary")
  local statistics = {"mean", "sd", "min", "median", "max"}
  local lists = {column = {}, type = {}, n = {}, missing = {}}
  for _, name in ipairs(statistics) do lists[name] = {} end
  for i, name in ipairs(d[NAMES]) do
    local column = d[COLUMNS][i]
    lists.column[i], lists.type[i] = name, column:type()
    lists.n[i], lists.missing[i] = column:count(), column:missing()
    for _, statistic in ipairs(statistics) do
      lists[statistic][i] = column:type() == "number" and column[statistic](column) or kit.df.NA
    end
  end
  local order = {"column", "type", "n", "missing", "mean", "sd", "min", "median", "max"}
  local columns = {}
  for i, name in ipairs(order) do columns[i] = core.column(lists[name], "Frame:summary", #d[NAMES]) end
  return kit.make(order, columns)
end

function verbs.write(d, path, options)
  kit.check_frame(d, "Frame:write")
  if #d[NAMES] == 0 then kit.wrong("Frame:write: the data frame has no columns") end
  return core.write(path, d[NAMES], d[COLUMNS], options)
end
