-- SPDX-License-Identifier: GPL-3.0-or-later
-- Rows put into groups, and one row made of each group: d:by("group", "task"):agg{...}.

local kit = ...
local core, verbs = kit.core, kit.verbs
local NAMES, COLUMNS = kit.NAMES, kit.COLUMNS
local words = require "mien.words"

local Groups = {__name = "mien.groups"}
Groups.__index = Groups

-- What may be named in agg; `text` tells that a column of text has it, too.
local STATISTICS = {
  mean = {}, sd = {}, sum = {}, min = {}, max = {}, median = {},
  count = {text = true}, missing = {text = true},
  first = {text = true, get = function(column) return column[1] end},
  last = {text = true, get = function(column) return column[#column] end},
  rows = {text = true, get = function(column) return #column end},
}
local STATISTIC_NAMES = {}
for name in pairs(STATISTICS) do STATISTIC_NAMES[#STATISTIC_NAMES + 1] = name end
table.sort(STATISTIC_NAMES)

-- Groups in the order of their first row; the rows of one group keep their order.
function verbs.by(d, ...)
  kit.check_frame(d, "Frame:by")
  local names = kit.name_list(d, "Frame:by", ...)
  if #names == 0 then kit.wrong('Frame:by: needs the name of a column, as in d:by("group")') end
  local keys = {}
  for i, name in ipairs(names) do keys[i] = kit.column(d, name) end
  local group, first, count = core.group(keys)
  local starts, sizes = {}, {}
  for g = 1, count do sizes[g] = 0 end
  for i = 1, #group do sizes[group[i]] = sizes[group[i]] + 1 end
  local at = 1
  for g = 1, count do starts[g], at = at, at + sizes[g] end
  return setmetatable({frame = d, names = names, first = first, count = count, starts = starts, sizes = sizes,
    rows = core.order({group}, {false})}, Groups)
end

local function rows_of(groups, g)
  return core.slice(groups.rows, groups.starts[g], groups.starts[g] + groups.sizes[g] - 1)
end

function Groups.__len(groups) return groups.count end

function Groups.__tostring(groups)
  return string.format("%s by %s; :agg{...} makes one row of each, :each() gives them one by one",
    words.counted(groups.count, "group"), table.concat(groups.names, ", "))
end

-- for part, key1, key2 in d:by("a", "b"):each() do ... end
function Groups.each(groups)
  local g = 0
  return function()
    g = g + 1
    if g > groups.count then return nil end
    local part = kit.take(groups.frame, rows_of(groups, g))
    local keys = {}
    for i, name in ipairs(groups.names) do keys[i] = kit.column(part, name)[1] end
    return part, table.unpack(keys)
  end
end

-- ---- One row of each group ----

local function check_statistic(frame, name, statistic)
  if type(statistic) == "function" then return end
  local known = STATISTICS[statistic]
  if not known then
    local nearest = type(statistic) == "string" and words.nearest(statistic, STATISTIC_NAMES)
    if nearest then kit.wrong('Groups:agg: no statistic "%s"; did you mean "%s"?', statistic, nearest) end
    kit.wrong("Groups:agg: a statistic is a function of a column or one of %s, not %s",
      table.concat(STATISTIC_NAMES, ", "), tostring(statistic))
  end
  if not known.text and kit.column(frame, name, "Groups:agg"):type() == "text" then
    kit.wrong('Groups:agg: "%s" needs numbers, but column "%s" is text', statistic, name)
  end
end

local function statistic_of(column, statistic)
  if type(statistic) == "function" then return statistic(column) end
  local get = STATISTICS[statistic].get
  if get then return get(column) end
  return column[statistic](column)
end

local function each_statistic(groups, name, statistic)
  local column, values = kit.column(groups.frame, name, "Groups:agg"), {}
  check_statistic(groups.frame, name, statistic)
  for g = 1, groups.count do
    local value = statistic_of(core.take(column, rows_of(groups, g)), statistic)
    values[g] = value ~= nil and value or kit.df.NA
  end
  return values
end

-- The values of one new column from what agg was given for it: "mean", {"column", "mean"} or a function of
-- the part.
local function values_of(groups, name, wanted)
  if wanted == "rows" then return groups.sizes end
  if type(wanted) == "string" then return each_statistic(groups, name, wanted) end
  if type(wanted) == "table" then
    if #wanted ~= 2 then kit.wrong('Groups:agg: "%s" must be a pair such as {"age", "mean"}', name) end
    return each_statistic(groups, wanted[1], wanted[2])
  end
  if type(wanted) ~= "function" then
    kit.wrong('Groups:agg: "%s" must be a statistic, a pair such as {"age", "mean"} or a function, not a %s',
      name,
      type(wanted))
  end
  local values, g = {}, 0
  for part in groups:each() do
    g = g + 1
    local value = wanted(part)
    values[g] = value ~= nil and value or kit.df.NA
  end
  return values
end

-- A text column with one value per group; nil if some group has several.
local function constant_text(groups, column)
  for g = 1, groups.count do
    local part = core.take(column, rows_of(groups, g))
    local different = #part:unique()
    if different > 1 or (different == 1 and part:missing() > 0) then return nil end
  end
  return core.take(column, groups.first)
end

-- Means of all number columns, and the text columns that do not vary within groups.
local function usual(groups, statistic)
  local names, columns = {}, {}
  local is_key = {}
  for _, name in ipairs(groups.names) do is_key[name] = true end
  for i, name in ipairs(groups.frame[NAMES]) do
    local column = groups.frame[COLUMNS][i]
    local new
    if is_key[name] then new = core.take(column, groups.first)
    elseif column:type() == "text" then new = constant_text(groups, column)
    else new = core.column(each_statistic(groups, name, statistic), "Groups:agg: " .. name, groups.count) end
    if new then names[#names + 1], columns[#columns + 1] = name, new end
  end
  return kit.make(names, columns)
end

-- agg{new = {"column", "mean"}, column = "mean", new = function(part) ... end}; agg() or agg("median") for
-- every column.
function Groups.agg(groups, wanted)
  if wanted == nil or type(wanted) == "string" or type(wanted) == "function" then
    return usual(groups, wanted or "mean")
  end
  local new_names, specs = kit.named_values(wanted, "Groups:agg")
  local names, columns = {}, {}
  for i, name in ipairs(groups.names) do
    names[i], columns[i] = name, core.take(kit.column(groups.frame, name), groups.first)
  end
  for i, name in ipairs(new_names) do
    names[#names + 1] = name
    columns[#columns + 1] = core.column(values_of(groups, name, specs[i]), "Groups:agg: " .. name,
      groups.count)
  end
  return kit.df.from_columns(names, columns)
end

-- How many rows each combination of values has.
function verbs.count(d, ...)
  kit.check_frame(d, "Frame:count")
  return d:by(...):agg{n = "rows"}
end
