-- SPDX-License-Identifier: GPL-3.0-or-later
-- The user's own expressions: functions of the action-unit proxies, added as columns to what measure.of
-- gives.

local kit = ...
local measure = kit.measure

local words = require "mien.words"
local NAN = 0 / 0

local builtin_of, builtin_list = measure.of, measure.list
local own = {} -- In the order in which they were defined: {name =, f =}.

local here = debug.getinfo(1, "S").source:match("^@(.*)/expression%.lua$")
local function wrong(text, ...) words.raise("measure.expression: " .. string.format(text, ...), here) end

-- Names that a data frame of measures has already.
local function taken()
  local names, list = {time = true, frame = true, found = true, coverage = true}, builtin_list()
  for _, name in ipairs(list.name) do names[name] = true end
  return names
end

-- measure.expression(name, f): a column `name` in every later measure.of of this session.
function measure.expression(name, f)
  if type(name) ~= "string" or not name:find("^%a[%w_]*$") then
    wrong("the name must be letters, digits and _, beginning with a letter, not %s",
      type(name) == "string" and string.format("%q", name) or "a " .. type(name))
  end
  if f ~= nil and type(f) ~= "function" then
    wrong("the second argument must be a function of the action units, not a %s", type(f))
  end
  if taken()[name] then wrong('"%s" is a measure already; choose another name', name) end
  for i, one in ipairs(own) do
    if one.name == name and f then wrong('"%s" is defined already; measure.expression("%s", nil) '
      .. "takes it away", name, name) end
    if one.name == name then return table.remove(own, i) and nil end
  end
  if not f then wrong('there is no expression "%s" to take away', name) end
  own[#own + 1] = {name = name, f = f}
end

-- ---- Values ----

-- The action units of a frame as fields: au12_l, au12_r, and au12 the mean of both.
local function readers(d)
  local plain, pairs_of = {}, {}
  for _, name in ipairs(kit.core.units) do
    plain[#plain + 1] = {name, d:col(name)}
    local stem = name:match("^(au%d+)_l$")
    if stem then pairs_of[#pairs_of + 1] = {stem, d:col(name), d:col(stem .. "_r")} end
  end
  return function(au, i)
    for _, one in ipairs(plain) do au[one[1]] = one[2][i] end
    for _, one in ipairs(pairs_of) do au[one[1]] = (one[2][i] + one[3][i]) / 2 end
    return au
  end
end

local function value_at(one, au, i, time)
  local ok, value = pcall(one.f, au)
  if ok and type(value) == "number" then return value end
  if ok then value = string.format("it gives a %s, not a number", type(value)) end
  words.raise(string.format('measure.of: expression "%s", frame %d (%.3f s): %s', one.name, i, time,
    tostring(value)), here)
end

-- A frame without action units (no face, or no neutral) has no expression: the function is not asked.
local function values_of(one, read, d)
  local values, time, known = {}, d:col("time"), d:col(kit.core.units[1])
  for i = 1, #d do
    values[i] = known[i] == known[i] and value_at(one, read({}, i), i, time[i]) or NAN
  end
  return values
end

local function with_own(d, ...)
  if d then
    local read, columns, order = readers(d), {}, d:names()
    for _, one in ipairs(own) do
      columns[one.name] = values_of(one, read, d)
      order[#order + 1] = one.name
    end
    d = d:with(columns):select(order)
  end
  return d, ...
end

-- Wrong use is reported at the user's own line, not here.
local function add_to(ok, ...)
  if ok and #own == 0 then return ... end
  if ok then return with_own(...) end
  local problem = ...
  if type(problem) == "string" then words.raise(problem, here) end
  error(problem, 0)
end

function measure.of(...) return add_to(pcall(builtin_of, ...)) end

function measure.list()
  local d = builtin_list()
  if #own == 0 then return d end
  local columns, order = {}, d:names()
  for _, name in ipairs(order) do
    columns[name] = {}
    for i = 1, #d do columns[name][i] = d:col(name)[i] end
  end
  for i, one in ipairs(own) do
    local row = {name = one.name, unit = "your own", side = "both", noise = NAN,
      definition = "Your own expression, in this session.", source = "measure.expression"}
    for _, name in ipairs(order) do columns[name][#d + i] = row[name] end
  end
  return require("mien.df").new(columns):select(order)
end
