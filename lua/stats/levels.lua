-- SPDX-License-Identifier: GPL-3.0-or-later
-- Levels of labels (text, numbers or booleans in an array or a column) for agreement, regression and tables.

local kit = ...
local df = require "mien.df"
local words = require "mien.words"
local levels = {}
kit.levels = levels

-- Items of an array or column and how many; what names the argument.
function levels.values(value, what, caller)
  if df.is_column(value) then return value, #value end
  if type(value) ~= "table" or df.is(value) then
    kit.wrong("%s: %s must be an array or a column, not a %s", caller, what,
      df.is(value) and "data frame" or type(value))
  end
  local count = 0
  for key in pairs(value) do
    if math.type(key) == "integer" and key > count then count = key end
  end
  return value, count
end

-- In a column of text false stands for missing; in an array of booleans it is a level.
function levels.missing(values, item)
  return item == nil or item ~= item or (item == false and df.is_column(values))
end

local RANK = {boolean = 1, number = 2, string = 3}

local function before(a, b)
  if type(a) ~= type(b) then return RANK[type(a)] < RANK[type(b)] end
  if type(a) == "boolean" then return not a and b end
  return a < b
end

-- The different values, sorted: numbers by size, text by its bytes, false before true.
function levels.found(values, count, what, caller)
  local list, known = {}, {}
  for i = 1, count do
    local item = values[i]
    if not levels.missing(values, item) and not known[item] then
      if not RANK[type(item)] then
        kit.wrong("%s: %s must be text, numbers or booleans, but item %d is a %s", caller, what, i,
          type(item))
      end
      known[item] = true
      list[#list + 1] = item
    end
  end
  table.sort(list, before)
  return list
end

-- Which place each value has in a list of levels: {value = place}.
function levels.places(list)
  local place = {}
  for i, level in ipairs(list) do place[level] = i end
  return place
end

function levels.names(list, most)
  local names = {}
  for i, level in ipairs(list) do names[i] = words.display(tostring(level), 30) end
  return words.first(names, most or 8)
end

-- The levels the caller named, checked: every value that occurs must be among them.
function levels.check_given(given, found, caller)
  if type(given) ~= "table" or #given < 2 then
    kit.wrong('%s: levels must be an array of the levels in order, such as {"mild", "severe"}', caller)
  end
  local place = levels.places(given)
  for i, level in ipairs(given) do
    if place[level] ~= i then kit.wrong("%s: levels names %s twice", caller, tostring(level)) end
  end
  for _, level in ipairs(found) do
    if not place[level] then
      kit.wrong('%s: "%s" is not among the levels %s', caller, words.display(tostring(level), 30),
        levels.names(given))
    end
  end
  return given
end

-- The level that is the condition: as given, else 1 among 0 and 1, or true among booleans.
function levels.positive(given, found, what, caller)
  local place = levels.places(found)
  if given ~= nil then
    if #found > 0 and not place[given] then
      kit.wrong('%s: positive is "%s", but %s has %s', caller, tostring(given), what, levels.names(found))
    end
    return given
  end
  for _, level in ipairs(found) do
    if level ~= 0 and level ~= 1 and type(level) ~= "boolean" then
      kit.wrong("%s: positive must be given; which of %s is the condition?", caller, levels.names(found))
    end
  end
  if place[true] or place[false] then return true end
  return 1
end

-- A level of confidence.
function levels.conf(options, caller)
  local conf = options.conf or 0.95
  if math.type(conf) == nil or not (conf > 0 and conf < 1) then
    kit.wrong("%s: conf must be between 0 and 1, not %s", caller, tostring(conf))
  end
  return conf
end

-- A column of a data frame by name, with a proposal where there is none.
function levels.column(d, name, what, caller)
  if type(name) ~= "string" then
    kit.wrong("%s: %s must be the name of a column, not %s", caller, what,
      name == nil and "missing" or "a " .. type(name))
  end
  if d:has(name) then return d:col(name) end
  local nearest = words.nearest(name, d:names())
  if nearest then kit.wrong('%s: %s: no column "%s"; did you mean "%s"?', caller, what, name, nearest) end
  kit.wrong('%s: %s: no column "%s"', caller, what, name)
end

function levels.frame(d, caller)
  if df.is(d) then return d end
  if type(d) ~= "table" then
    kit.wrong("%s: the first argument must be a data frame, not a %s", caller, type(d))
  end
  return df.new(d)
end
