-- SPDX-License-Identifier: GPL-3.0-or-later
-- plot.hist, plot.box, plot.violin and plot.bar: how numbers are spread, in one or several groups.

local plot, kit = ...
local core = kit.core

-- ---- Samples: {name =, group =, sorted =, count =} ----

local function sample(name, values, what, group)
  local list = kit.numbers(values, what)
  local sorted = core.sorted(list.values, what)
  return {name = name, group = group, sorted = sorted, count = list.finite,
    missing = list.count - list.finite}
end

local function samples_of_arrays(x, caller, argument)
  if not kit.is_named_arrays(x) then return {sample(nil, x, caller .. ": " .. argument)} end
  local list = {}
  for i, name in ipairs(kit.sorted_names(x, caller, argument)) do
    list[i] = sample(name, x[name], caller .. ": " .. argument .. " (" .. name .. ")")
  end
  return list
end

-- The samples of a frame's columns, each split by the groups of another column. With several columns and
-- groups a sample has the column's name and its group; otherwise only one of both.
local function samples_of_frame(frame, columns, by, caller, argument)
  local names = kit.column_names(columns, caller, argument)
  local groups, without = nil, 0
  if by then groups, without = kit.groups(kit.column(frame, by, caller, "by"), caller .. ": by") end
  local list = {}
  for _, name in ipairs(names) do
    local values = kit.column(frame, name, caller, argument)
    if groups then
      local all = core.list(kit.numbers(values, caller .. ": " .. name).values)
      for _, group in ipairs(groups) do
        list[#list + 1] = sample(name, kit.pick(all, group.rows), caller .. ": " .. name, group.name)
      end
    else
      list[#list + 1] = sample(name, values, caller .. ": " .. name)
    end
  end
  return list, without, names, groups
end

local function tally(samples)
  local drawn, missing = 0, 0
  for _, one in ipairs(samples) do drawn, missing = drawn + one.count, missing + one.missing end
  return drawn, missing
end

-- nil where the samples can be drawn, else the failure's three values are to be returned.
local function nothing_to_plot(samples, caller)
  local drawn, missing = tally(samples)
  if drawn > 0 then return false end
  if missing == 0 then return true, kit.refuse("%s: the data are empty, there is nothing to plot", caller) end
  return true, kit.refuse("%s: there is nothing to plot, %s missing", caller,
    missing == 1 and "the only value is" or "all " .. missing .. " values are")
end

local function describe(samples, without, word)
  local drawn, missing = tally(samples)
  local parts = {}
  if #samples > 1 then parts[1] = kit.counted(#samples, word, word == "box" and "boxes" or nil) end
  parts[#parts + 1] = kit.counted(drawn, "value")
  if missing > 0 then parts[#parts + 1] = missing .. " missing" end
  if without and without > 0 then
    parts[#parts + 1] = kit.counted(without, "row") .. " without a group left out"
  end
  return table.concat(parts, ", ")
end

local function with_n(name, count)
  return string.format(name == "" and "%sn = %d" or "%s (n = %d)", name, count)
end

-- ---- Histogram ----

-- All finite values together, so that every group gets the same bins.
local function pooled(samples, caller)
  if #samples == 1 then return samples[1].sorted end
  local all = {}
  for _, one in ipairs(samples) do table.move(core.list(one.sorted), 1, one.count, #all + 1, all) end
  return core.sorted(all, caller)
end

local function bars(one, start, width, count, look, alone)
  local counts = core.list(core.fill(one.sorted, start, width, count))
  local layer = {kind = "bars", x = {}, y = {}, x2 = {}, y2 = counts,
    colour = look.colour, symbol = look.symbol, opacity = alone and 0.7 or 0.45, width = 1}
  for i = 1, count do
    layer.x[i], layer.x2[i], layer.y[i] = start + (i - 1) * width, start + i * width, 0
  end
  return layer
end

function plot.hist(x, options, more)
  local caller = "plot.hist"
  local samples, without, label
  if kit.is_frame(x) then
    options = kit.options(options, caller, {"x", "by", "bins"})
    samples, without = samples_of_frame(x, options.x, options.by, caller, "x")
    label = type(options.x) == "string" and options.x or nil
  else
    options = kit.options(options, caller, {"x", "by", "bins"})
    kit.no_columns(options, caller, {"x", "by"})
    samples = samples_of_arrays(x, caller, "x")
  end
  if more ~= nil then
    kit.wrong("%s: takes one sample or one table of named samples, then options", caller)
  end
  local wanted = kit.whole_option(options, "bins", caller, 1, 500) or 0
  local nothing, _, message, code = nothing_to_plot(samples, caller)
  if nothing then return nil, message, code end
  local start, width, count = core.bins(pooled(samples, caller), wanted)
  local names, layers = {}, {}
  for i, one in ipairs(samples) do names[i] = one.group or one.name or "" end
  local looks = kit.looks(names)
  for i, one in ipairs(samples) do
    layers[i] = bars(one, start, width, count, looks[i], #samples == 1)
    if #samples > 1 then layers[i].title = with_n(names[i], one.count) end
  end
  return kit.finish {
    caller = caller, kind = "hist", options = options, layers = layers, x = {label = label},
    y = {label = "count", from_zero = true},
    about = describe(samples, without, "group") ..
      string.format(", %s of %.4g", kit.counted(count, "bin"), width),
  }
end

-- ---- Places of boxes and violins ----

-- Gives every sample its middle, half width, colour and, where the colours need a legend, title. Several
-- columns in several groups stand in clusters, one per column, coloured by group; otherwise each sample has
-- its own place.
local function place(samples, names, groups)
  local ticks, keys = {}, {}
  local clustered = groups and #names > 1
  local per = clustered and #groups or 1
  for i, one in ipairs(samples) do keys[i] = one.group or one.name or "" end
  local looks = kit.looks(clustered and {table.unpack(keys, 1, per)} or keys)
  for i, one in ipairs(samples) do
    local cluster, within = (i - 1) // per + 1, (i - 1) % per
    one.middle = cluster + (within - (per - 1) / 2) * 0.8 / per
    one.symbol = clustered and within + 1 or 1
    one.half = clustered and 0.32 / per or 0.25
    one.look = looks[clustered and within + 1 or i]
    if clustered then
      ticks[cluster] = {at = cluster, text = one.name}
      one.title = cluster == 1 and one.group or nil
    else
      ticks[i] = {at = i, text = with_n(keys[i], one.count)}
    end
  end
  return ticks
end

-- The samples of plot.box and plot.violin, checked and placed: options, samples, description so far.
local function placed_samples(d, options, caller)
  local samples, without, names, groups, label
  if kit.is_frame(d) then
    options = kit.options(options, caller, {"y", "by"})
    samples, without, names, groups = samples_of_frame(d, options.y, options.by, caller, "y")
    if #names == 1 then label = names[1] end
  else
    options = kit.options(options, caller, {"y", "by"})
    kit.no_columns(options, caller, {"y", "by"})
    samples = samples_of_arrays(d, caller, "y")
  end
  local nothing, _, message, code = nothing_to_plot(samples, caller)
  if nothing then return nil, message, code end
  local ticks = place(samples, names, groups)
  local x = {ticks = ticks, low = 0.4, high = #ticks + 0.6}
  if groups and #names == 1 then x.label = options.by end
  return options, samples, {x = x, y = {label = label}, about = describe(samples, without, "box")}
end

-- ---- Box plot ----

-- Above this many, points are a blot: only the values outside the whiskers are drawn.
local MOST_POINTS = 1000

local function add_points(layers, one, box)
  local y = one.sorted
  if one.count > MOST_POINTS then
    y = {}
    for _, value in ipairs(core.list(one.sorted)) do
      if value < box.low or value > box.high then y[#y + 1] = value end
    end
  end
  local offsets, x = core.list(core.jitter(#y)), {}
  for i, offset in ipairs(offsets) do x[i] = one.middle + offset * one.half * 0.7 end
  local crowd = one.count > 200
  layers[#layers + 1] = {kind = "points", x = x, y = y, colour = one.look.colour,
    size = crowd and 0.4 or 0.7, opacity = crowd and 0.4 or 0.7, symbol = 15}
end

local function add_box(layers, one, box, half)
  local left, right, middle = one.middle - half, one.middle + half, one.middle
  layers[#layers + 1] = {kind = "bars", x = {left}, x2 = {right}, y = {box.q1}, y2 = {box.q3},
    title = one.title, colour = one.look.colour, opacity = 0.2, width = 1.5, symbol = one.symbol}
  layers[#layers + 1] = {kind = "segments", x = {left}, x2 = {right}, y = {box.median}, y2 = {box.median},
    colour = one.look.colour, width = 3, symbol = one.symbol}
  local cap = half * 0.4
  layers[#layers + 1] = {kind = "segments", colour = one.look.colour, width = 1.5, symbol = 1,
    x = {middle, middle, middle - cap, middle - cap}, x2 = {middle, middle, middle + cap, middle + cap},
    y = {box.q3, box.q1, box.high, box.low}, y2 = {box.high, box.low, box.high, box.low}}
end

function plot.box(d, options)
  local caller = "plot.box"
  local checked, samples, description = placed_samples(d, options, caller)
  if not checked then return nil, samples, description end
  local layers = {}
  for _, one in ipairs(samples) do
    if one.count > 0 then
      local box = core.box(one.sorted)
      add_box(layers, one, box, one.half)
      add_points(layers, one, box)
    end
  end
  description.caller, description.kind, description.options = caller, "box", checked
  description.layers = layers
  return kit.finish(description)
end

-- ---- Violin ----

local OUTLINE = 80

-- All violins of a figure have the same greatest width; a sample without spread is a line.
local function add_violin(layers, one)
  local places, heights = core.density(one.sorted, OUTLINE)
  if not places then
    local at = one.sorted[1]
    layers[#layers + 1] = {kind = "segments", x = {one.middle - one.half}, x2 = {one.middle + one.half},
      y = {at}, y2 = {at}, colour = one.look.colour, width = 2, symbol = 1, title = one.title}
    return
  end
  places, heights = core.list(places), core.list(heights)
  local most = math.max(table.unpack(heights))
  local x, y = {}, {}
  for i = 1, OUTLINE do x[i], y[i] = one.middle + heights[i] / most * one.half * 1.4, places[i] end
  for i = OUTLINE, 1, -1 do
    x[#x + 1], y[#y + 1] = one.middle - heights[i] / most * one.half * 1.4, places[i]
  end
  x[#x + 1], y[#y + 1] = x[1], y[1]
  layers[#layers + 1] = {kind = "area", x = x, y = y, colour = one.look.colour, opacity = 0.3, width = 1.5,
    symbol = one.symbol, title = one.title}
end

function plot.violin(d, options)
  local caller = "plot.violin"
  local checked, samples, description = placed_samples(d, options, caller)
  if not checked then return nil, samples, description end
  local layers = {}
  for _, one in ipairs(samples) do
    if one.count > 0 then
      add_violin(layers, one)
      one.title = nil
      add_box(layers, one, core.box(one.sorted), one.half * 0.22)
    end
  end
  description.caller, description.kind, description.options = caller, "violin", checked
  description.about = description.about:gsub("boxes", "violins")
  description.layers = layers
  return kit.finish(description)
end

-- ---- Bars ----

local function bar_data(labels, heights, options, caller)
  if not kit.is_frame(labels) then
    options = kit.options(options, caller, {"x", "y", "low", "high"})
    kit.no_columns(options, caller, {"x", "y"})
    return options, labels, heights, options.low, options.high
  end
  local frame = labels
  options = kit.options(heights, caller, {"x", "y", "low", "high"})
  local function column(name) return options[name] and kit.column(frame, options[name], caller, name) end
  return options, kit.column(frame, options.x, caller, "x"), kit.column(frame, options.y, caller, "y"),
    column("low"),
    column("high")
end

local function error_bars(low, high, count, caller)
  local bottom, top = kit.numbers(low, caller .. ": low"), kit.numbers(high, caller .. ": high")
  if bottom.count ~= count or top.count ~= count then
    kit.wrong("%s: there are %d bars, but low has %d values and high has %d", caller, count, bottom.count,
      top.count)
  end
  local layer = {kind = "segments", colour = kit.dark, width = 1.5, symbol = 2, x = {}, x2 = {}, y = {},
    y2 = {}}
  local lows, highs = core.list(bottom.values), core.list(top.values)
  local function add(x, x2, y, y2)
    local i = #layer.x + 1
    layer.x[i], layer.x2[i], layer.y[i], layer.y2[i] = x, x2, y, y2
  end
  for i = 1, count do
    add(i, i, lows[i], highs[i])
    add(i - 0.08, i + 0.08, lows[i], lows[i])
    add(i - 0.08, i + 0.08, highs[i], highs[i])
  end
  return layer
end

function plot.bar(labels, heights, options)
  local caller = "plot.bar"
  local checked, names, values, low, high = bar_data(labels, heights, options, caller)
  if (low == nil) ~= (high == nil) then kit.wrong("%s: low and high come together", caller) end
  names = core.texts(names, caller .. ": labels")
  local list = kit.numbers(values, caller .. ": heights")
  if #names ~= list.count then
    kit.wrong("%s: there are %s and %d heights", caller, kit.counted(#names, "label"), list.count)
  end
  if list.finite == 0 then return kit.refuse("%s: no bar has a height, there is nothing to plot", caller) end
  local layer = {kind = "bars", x = {}, x2 = {}, y = {}, y2 = list.values, colour = kit.palette[1],
    opacity = 0.6, width = 1.5, symbol = 1}
  local ticks = {}
  for i = 1, list.count do
    layer.x[i], layer.x2[i], layer.y[i] = i - 0.35, i + 0.35, 0
    ticks[i] = {at = i, text = names[i] or "(no name)"}
  end
  return kit.finish {
    caller = caller, kind = "bar", options = checked, about = kit.counted(list.finite, "bar"),
    layers = {layer, low and error_bars(low, high, list.count, caller)},
    x = {ticks = ticks, low = 0.4, high = #ticks + 0.6}, y = {from_zero = true},
  }
end
