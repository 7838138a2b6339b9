-- SPDX-License-Identifier: GPL-3.0-or-later
-- plot.line and plot.scatter: one number against another.

local plot, kit = ...

local COLUMNS = {"x", "y", "by"}

-- x and y as given, as a list of series {name =, x =, y =}; name is nil for a single one.
local function series_of_arrays(x, y, caller)
  local across = kit.numbers(x, caller .. ": x")
  local list = {}
  local function add(name, values)
    local up = kit.numbers(values, caller .. ": y" .. (name and " (" .. name .. ")" or ""))
    if up.count ~= across.count then
      kit.wrong("%s: x has %s, y%s has %d", caller, kit.counted(across.count, "value"),
        name and " (" .. name .. ")" or "", up.count)
    end
    list[#list + 1] = {name = name, x = across, y = up}
  end
  if kit.is_named_arrays(y) then
    for _, name in ipairs(kit.sorted_names(y, caller, "y")) do add(name, y[name]) end
  else
    add(nil, y)
  end
  return list
end

local function series_of_frame(frame, options, caller)
  local across = kit.numbers(kit.column(frame, options.x, caller, "x"), caller .. ": x")
  local names = kit.column_names(options.y, caller, "y")
  local list = {}
  for _, name in ipairs(names) do
    local values = kit.column(frame, name, caller, "y")
    list[#list + 1] = {name = name, x = across, y = kit.numbers(values, caller .. ": " .. name)}
  end
  return list, options.x, #names == 1 and names[1] or nil
end

-- Splits the only series of a data frame by a column of groups.
local function split(list, labels, caller)
  local groups, without = kit.groups(labels, caller .. ": by")
  local x, y = kit.core.list(list[1].x.values), kit.core.list(list[1].y.values)
  local parts = {}
  for i, group in ipairs(groups) do
    parts[i] = {
      name = group.name,
      x = kit.numbers(kit.pick(x, group.rows), caller .. ": x"),
      y = kit.numbers(kit.pick(y, group.rows), caller .. ": y"),
    }
  end
  return parts, without
end

-- How many values all series hold, and how many points can be drawn.
local function tally(list)
  local count, drawn = 0, 0
  for _, series in ipairs(list) do
    count = count + series.y.count
    local x, y = kit.core.list(series.x.values), kit.core.list(series.y.values)
    for i = 1, #y do
      if x[i] - x[i] == 0 and y[i] - y[i] == 0 then drawn = drawn + 1 end
    end
  end
  return count, drawn
end

local function describe(list, count, drawn, without, word)
  local parts = {}
  if #list > 1 then parts[1] = kit.counted(#list, word, word == "series" and "series" or nil) end
  parts[#parts + 1] = kit.counted(drawn, "point")
  if drawn < count then parts[#parts + 1] = string.format("%d missing", count - drawn) end
  if without > 0 then parts[#parts + 1] = kit.counted(without, "row") .. " without a group left out" end
  return table.concat(parts, ", ")
end

-- The shared path of both functions: read, check, describe, draw.
local function series_plot(caller, kind, style, x, y, options)
  local list, xlabel, ylabel
  local without = 0
  if kit.is_frame(x) then
    options = kit.options(y, caller, COLUMNS)
    list, xlabel, ylabel = series_of_frame(x, options, caller)
    if options.by then
      if #list > 1 then kit.wrong("%s: with by, y must be one column", caller) end
      list, without = split(list, kit.column(x, options.by, caller, "by"), caller)
    end
  else
    options = kit.options(options, caller, COLUMNS)
    kit.no_columns(options, caller, COLUMNS)
    list = series_of_arrays(x, y, caller)
  end
  local count, drawn = tally(list)
  if count == 0 then return kit.refuse("%s: the data are empty, there is nothing to plot", caller) end
  if drawn == 0 then
    return kit.refuse("%s: there is nothing to plot, %s missing", caller,
      count == 1 and "the only value is" or "all " .. count .. " values are")
  end
  local names = {}
  for i, series in ipairs(list) do names[i] = series.name or "" end
  local layers, looks = {}, kit.looks(names)
  for i, series in ipairs(list) do
    local layer = style(looks[i], series.y.count)
    layer.x, layer.y, layer.title = series.x.values, series.y.values, #list > 1 and series.name or nil
    layers[i] = layer
  end
  return kit.finish {
    caller = caller, kind = kind, options = options, layers = layers,
    about = describe(list, count, drawn, without, options.by and "group" or "series"),
    x = {label = xlabel}, y = {label = ylabel},
  }
end

local function line_style(look)
  return {kind = "line", colour = look.colour, dash = look.dash, symbol = look.symbol, width = 2}
end

-- Many points are drawn smaller and paler.
local function point_style(look, count)
  local crowd = count > 2000 and 3 or count > 200 and 2 or 1
  return {kind = "points", colour = look.colour, symbol = look.symbol, size = ({0.9, 0.6, 0.4})[crowd],
    opacity = ({0.8, 0.6, 0.4})[crowd]}
end

function plot.line(x, y, options)
  return series_plot("plot.line", "line", line_style, x, y, options)
end

function plot.scatter(x, y, options)
  return series_plot("plot.scatter", "scatter", point_style, x, y, options)
end
