-- SPDX-License-Identifier: GPL-3.0-or-later
-- measure.summary, which reduces recordings to one row each.

local kit = ...
local measure = kit.measure
local summarise, statistics = kit.core.summarise, kit.core.statistics
local NAN = kit.NAN

-- Columns of a track that count frames and measure nothing.
local BOOKKEEPING = {time = true, frame = true, found = true}

local function fail(text, ...) error("measure.summary: " .. string.format(text, ...), 0) end

-- Side before statistic, and a unit that is part of the name last: mrd1_l_mm gives mrd1_l_low_mm.
local function column_name(name, statistic)
  local stem, unit = name:match("^(.+)(_[mp][mx])$")
  if unit == "_mm" or unit == "_px" then return stem .. "_" .. statistic .. unit end
  return name .. "_" .. statistic
end

-- The values of a column as an array; a missing text becomes NaN, which df.new takes for missing.
local function values_of(d, name)
  local column, values = d:col(name), {}
  for i = 1, #d do
    local value = column[i]
    if value == nil then value = NAN end
    values[i] = value
  end
  return values
end

local function is_text(values)
  for _, value in ipairs(values) do
    if type(value) == "string" then return true end
  end
  return false
end

local function check_by(by, names)
  if type(by) == "string" then by = {by} end
  if type(by) ~= "table" then fail("by must be a column name or an array of them, not a %s", type(by)) end
  local known = {}
  for _, name in ipairs(names) do known[name] = true end
  for i, name in ipairs(by) do
    if not known[name] then fail("by names no column: %q", tostring(name)) end
    if name == "time" then fail("by must not name the column time") end
  end
  return by
end

-- The row numbers of each group, groups in the order of their first rows. Without `by` there is one group.
local function groups_of(rows, keys)
  local groups, seen = {}, {}
  for i = 1, rows do
    local parts = {}
    for k, key in ipairs(keys) do
      local value = key[i]
      parts[k] = type(value) .. ":" .. (value ~= value and "NA" or tostring(value))
    end
    local id = table.concat(parts, "\0")
    if not seen[id] then
      seen[id] = {}
      groups[#groups + 1] = seen[id]
    end
    table.insert(seen[id], i)
  end
  if #groups == 0 and #keys == 0 then groups[1] = {} end
  return groups
end

local function pick(values, rows)
  local picked = {}
  for i, row in ipairs(rows) do picked[i] = values[row] end
  return picked
end

local function check_time(time, rows)
  for i = 2, #rows do
    if time[rows[i]] < time[rows[i - 1]] then
      fail("time falls back from %.6g to %.6g s at row %d, so these are several recordings; "
        .. 'name the columns that tell them apart, such as by = {"participant", "task"}',
        time[rows[i - 1]], time[rows[i]], rows[i])
    end
  end
end

-- Rows in which anything was measured: a frame without the face has no value at all.
local function frames_used(columns, rows)
  local used = 0
  for _, row in ipairs(rows) do
    for _, values in ipairs(columns) do
      if values[row] == values[row] then
        used = used + 1
        break
      end
    end
  end
  return used
end

local function check(d, options)
  if not kit.is_frame(d) then
    fail("the first argument must be a data frame of measure.of, not a %s", type(d))
  end
  if options ~= nil and type(options) ~= "table" then fail("options must be a table such as {by = ...}") end
  for name in pairs(options or {}) do
    if name ~= "by" then fail("no option \"%s\"; the options are by", tostring(name)) end
  end
  local names, has_time = d:names(), false
  for _, name in ipairs(names) do has_time = has_time or name == "time" end
  if not has_time then fail("the data frame has no column time") end
  return names, check_by(options and options.by or {}, names)
end

-- measure.summary(d [, {by =}]) -> a data frame with one row per recording.
function measure.summary(d, options)
  local names, by = check(d, kit.without_note(options))
  local time, keys, is_key = values_of(d, "time"), {}, {}
  for k, name in ipairs(by) do
    keys[k] = values_of(d, name)
    is_key[name] = true
  end
  local measured, columns = {}, {}
  for _, name in ipairs(names) do
    local values = not BOOKKEEPING[name] and not is_key[name] and values_of(d, name)
    if values and not is_text(values) then
      measured[#measured + 1] = name
      columns[#columns + 1] = values
    end
  end

  local left, right = kit.eye_columns(d)
  if left then left, right = values_of(d, left), values_of(d, right) end

  local order, result = {}, {}
  local function put(name, row, value)
    if not result[name] then
      result[name] = {}
      order[#order + 1] = name
    end
    result[name][row] = value
  end
  for g, rows in ipairs(groups_of(#d, keys)) do
    check_time(time, rows)
    for k, name in ipairs(by) do put(name, g, keys[k][rows[1]]) end
    local times, uncertain = pick(time, rows), {}
    for m, name in ipairs(measured) do
      local summary = summarise(times, pick(columns[m], rows))
      if kit.core.is_uncertain(name, summary.range) then uncertain[#uncertain + 1] = name end
      for _, statistic in ipairs(statistics) do put(column_name(name, statistic), g, summary[statistic]) end
    end
    local used = frames_used(columns, rows)
    put("coverage", g, #rows > 0 and used / #rows or NAN)
    put("frames_used", g, used)
    if left then put("blink_rate", g, kit.blink_rate(times, pick(left, rows), pick(right, rows))) end
    put("uncertain", g, table.concat(uncertain, " "))
  end
  local df = require "mien.df"
  return df.new(result):select(order)
end
