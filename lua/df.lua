-- SPDX-License-Identifier: GPL-3.0-or-later
-- Data frames: what makes them and what they are. The verbs are in lua/df/*.lua; files, ordering, grouping
-- and matching are C (src/lua/df.c).
--
-- A frame is a table with the metatable mien.frame and hidden fields whose keys begin with a zero byte,
-- which no column name can: "\0names" and "\0columns" (arrays in the order of the columns), "\0at" (name ->
-- position), "\0rows", "\0note".
-- Frames and columns never change, so that frames can share columns.

local df = ...
local core = require "mien.df.core"
local words = require "mien.words"

local NAMES, COLUMNS, AT, ROWS, NOTE = "\0names", "\0columns", "\0at", "\0rows", "\0note"
local Frame = core.frame_metatable
local Column = core.column_metatable
local verbs = {}

local kit = {core = core, df = df, verbs = verbs, NAMES = NAMES, COLUMNS = COLUMNS, ROWS = ROWS, NOTE = NOTE}

-- Missing: NaN, also where an array of text misses a value.
df.NA = 0.0 / 0.0
if df.NA == df.NA then df.NA = -(0.0 / 0.0) end

-- ---- Complaints ----

function kit.wrong(text, ...) error(select("#", ...) > 0 and string.format(text, ...) or text, 0) end

local function verb_names()
  local list = {}
  for name in pairs(verbs) do list[#list + 1] = name end
  table.sort(list)
  return list
end

-- Raises for a name that is no column. caller may be nil; then verbs are proposed, too.
function kit.no_column(frame, name, caller)
  local prefix = caller and caller .. ": " or ""
  if type(name) ~= "string" then
    kit.wrong("%sthe name of a column is text, not a %s", prefix, type(name))
  end
  local names = frame[NAMES]
  local nearest = words.nearest(name, names)
  if nearest then kit.wrong('%sno column "%s"; did you mean "%s"?', prefix, name, nearest) end
  local verb = not caller and #name > 2 and words.nearest(name, verb_names())
  if verb then kit.wrong('no column "%s"; did you mean the verb :%s?', name, verb) end
  if #names == 0 then kit.wrong('%sno column "%s"; the data frame has none', prefix, name) end
  kit.wrong('%sno column "%s"; there are %s', prefix, name, words.first(names, 8))
end

kit.check_options = words.check_options
df.width = words.width

-- ---- Frames ----

function kit.is_frame(value) return type(value) == "table" and getmetatable(value) == Frame end
function kit.is_column(value) return type(value) == "userdata" and debug.getmetatable(value) == Column end

function kit.check_frame(value, caller, what)
  if kit.is_frame(value) then return value end
  kit.wrong("%s: %s must be a data frame, not a %s; call the verb with a colon, as in d:head()", caller,
    what or "the first argument", type(value))
end

-- A frame of names and columns that are known to be right.
function kit.make(names, columns, note)
  local at = {}
  for i, name in ipairs(names) do at[name] = i end
  return setmetatable({
    [NAMES] = names, [COLUMNS] = columns, [AT] = at, [ROWS] = columns[1] and #columns[1] or 0, [NOTE] = note,
  }, Frame)
end

-- The position of a column.
function kit.position(frame, name, caller) return frame[AT][name] or kit.no_column(frame, name, caller) end
function kit.column(frame, name, caller) return frame[COLUMNS][kit.position(frame, name, caller)] end
function kit.has(frame, name) return frame[AT][name] ~= nil end

-- These rows of a frame, given as a column of row numbers.
function kit.take(frame, rows)
  local columns = {}
  for i, column in ipairs(frame[COLUMNS]) do columns[i] = core.take(column, rows) end
  return kit.make(frame[NAMES], columns)
end

-- "a", "b" or {"a", "b"} as a new list of names of existing columns.
function kit.name_list(frame, caller, first, ...)
  local list = type(first) == "table" and table.move(first, 1, #first, 1, {}) or {first, ...}
  for _, name in ipairs(list) do kit.position(frame, name, caller) end
  return list
end

local function check_names(names, caller)
  local seen = {}
  for i, name in ipairs(names) do
    if type(name) ~= "string" or name == "" or name:find("\0", 1, true) then
      kit.wrong("%s: the name of column %d must be text without zero bytes", caller, i)
    end
    if seen[name] then kit.wrong('%s: columns %d and %d are both named "%s"', caller, seen[name], i, name) end
    seen[name] = i
  end
end

local function check_lengths(names, columns, caller)
  for i = 2, #columns do
    if #columns[i] ~= #columns[1] then
      kit.wrong('%s: columns differ in length: "%s" has %d, "%s" has %d; write df.NA where one is missing',
        caller, names[1], #columns[1], names[i], #columns[i])
    end
  end
end

-- Data frame of two arrays: names, and columns (userdata) in the same order.
function df.from_columns(names, columns)
  if #names ~= #columns then
    kit.wrong("df.from_columns: %d names for %d columns", #names, #columns)
  end
  check_names(names, "df.from_columns")
  local list = {}
  for i, name in ipairs(names) do
    list[i] = core.column(columns[i], string.format('df.from_columns: column "%s"', name))
  end
  check_lengths(names, list, "df.from_columns")
  return kit.make(table.move(names, 1, #names, 1, {}), list)
end

-- A column of values: a column, an array, or a single number or text that is repeated count times.
function kit.to_column(values, what, count)
  local kind = type(values)
  if kind == "table" or kind == "userdata" then
    if kit.is_frame(values) then kit.wrong("%s must be a column or an array, not a data frame", what) end
    return core.column(values, what)
  end
  if kind ~= "number" and kind ~= "string" and kind ~= "boolean" then
    kit.wrong("%s must be a column, an array, or a single number or text, not a %s", what, kind)
  end
  local list = {}
  for i = 1, count do list[i] = values end
  return core.column(list, what, count)
end

-- Names and values of {name = values, ...}, sorted by name, or of {{"name", values}, ...}, in that order.
function kit.named_values(t, caller)
  local names, values = {}, {}
  if type(t) ~= "table" then kit.wrong("%s: needs a table such as {name = {1, 2, 3}}, not a %s", caller,
    type(t)) end
  if #t > 0 then
    for i, pair in ipairs(t) do
      if type(pair) ~= "table" or #pair ~= 2 or type(pair[1]) ~= "string" then
        kit.wrong('%s: item %d must be a pair such as {"name", {1, 2, 3}}', caller, i)
      end
      names[i], values[i] = pair[1], pair[2]
    end
    for key in pairs(t) do
      if type(key) == "string" then kit.wrong("%s: give all columns with names or all as pairs, not both",
        caller) end
    end
    check_names(names, caller)
    return names, values
  end
  for name in pairs(t) do
    if type(name) ~= "string" then kit.wrong("%s: the name of a column must be text, not a %s", caller,
      type(name)) end
    names[#names + 1] = name
  end
  table.sort(names)
  for i, name in ipairs(names) do values[i] = t[name] end
  check_names(names, caller)
  return names, values
end

-- Columns of {{name = value, ...}, ...}, one table per row.
local function from_records(records)
  local names, values = {}, {}
  for i, record in ipairs(records) do
    for name in pairs(record) do
      if type(name) ~= "string" then kit.wrong("df.new: row %d has an item without a name", i) end
      if not values[name] then names[#names + 1], values[name] = name, {} end
    end
  end
  table.sort(names)
  local columns = {}
  for j, name in ipairs(names) do
    local list = values[name]
    for i, record in ipairs(records) do list[i] = record[name] end
    columns[j] = core.column(list, string.format('df.new: column "%s"', name), #records)
  end
  return kit.make(names, columns)
end

function df.new(t)
  if t == nil then return kit.make({}, {}) end
  if kit.is_frame(t) then return t end
  if type(t) == "table" and type(t[1]) == "table" and #t[1] == 0 and
    next(t[1]) ~= nil then return from_records(t) end
  local names, values = kit.named_values(t, "df.new")
  local count
  for _, value in ipairs(values) do
    local long = type(value) == "table" or type(value) == "userdata"
    if long and not count then count = #value end
  end
  local columns = {}
  for i, name in ipairs(names) do
    columns[i] = kit.to_column(values[i], string.format('df.new: column "%s"', name), count or 1)
  end
  check_lengths(names, columns, "df.new")
  return kit.make(names, columns)
end

function df.read(path, options)
  local names, columns, note = core.read(path, options)
  if not names then return nil, columns, note end
  return kit.make(names, columns, note)
end

-- A column of an array.
function df.column(values) return core.column(values, "df.column: values") end

function df.is(value) return kit.is_frame(value) end
function df.is_column(value) return kit.is_column(value) end

-- True for what stands for missing: NaN, and false or nil where text is expected.
function df.missing(value) return value == nil or value == false or value ~= value end

-- ---- Indexing ----

local Row = {__name = "mien.row"}

function Row.__index(row, name)
  local frame = rawget(row, "\0frame")
  local i = frame[AT][name]
  if not i then kit.no_column(frame, name) end
  return frame[COLUMNS][i][rawget(row, "\0row")]
end

function Row.__pairs(row)
  local frame, i = rawget(row, "\0frame"), 0
  return function()
    i = i + 1
    local name = frame[NAMES][i]
    if name ~= nil then return name, row[name] end
  end
end

function kit.row(frame, i) return setmetatable({["\0frame"] = frame, ["\0row"] = i}, Row) end

function Frame.__index(frame, key)
  if math.type(key) == "integer" then
    if key >= 1 and key <= rawget(frame, ROWS) then return kit.row(frame, key) end
    return nil
  end
  local verb = verbs[key]
  if verb then return verb end
  if key == NOTE then return nil end
  local i = rawget(frame, AT)[key]
  return i and rawget(frame, COLUMNS)[i] or kit.no_column(frame, key)
end

function Frame.__newindex(_, key)
  kit.wrong("a data frame does not change; d = d:with{%s = ...} makes one with another column", tostring(key))
end

function Frame.__len(frame) return rawget(frame, ROWS) end

function Frame.__pairs(frame)
  local i = 0
  return function()
    i = i + 1
    return frame[NAMES][i], frame[COLUMNS][i]
  end
end

kit.Row = Row

local folder = debug.getinfo(1, "S").source:match("^@(.*)%.lua$")
for _, name in ipairs {"print", "column", "verbs", "groups", "reshape"} do
  local file = string.format("%s/%s.lua", folder, name)
  local chunk, problem = loadfile(file)
  if not chunk then error(problem, 0) end
  chunk(kit)
end
