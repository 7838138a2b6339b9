-- SPDX-License-Identifier: GPL-3.0-or-later
-- plot.roc: curves of stats.roc, with their areas, intervals, Youden points and confidence bands.

local plot, kit = ...

local function is_result(value)
  return type(value) == "table" and math.type(value.auc) ~= nil and value.df ~= nil
end

-- The results by name, in a fixed order; a single result has the name nil.
local function results_of(value, caller)
  if is_result(value) then return {{result = value}} end
  if not kit.is_named_arrays(value) then
    kit.wrong("%s: needs a result of stats.roc, or several by name: {happiness = a, anger = b}", caller)
  end
  local list = {}
  for i, name in ipairs(kit.sorted_names(value, caller, "the results")) do
    if not is_result(value[name]) then kit.wrong("%s: %s is no result of stats.roc", caller, name) end
    list[i] = {name = name, result = value[name]}
  end
  return list
end

local function area_text(result)
  local ci = result.ci
  local text = string.format("AUC %.2f", result.auc)
  if type(ci) == "table" and ci[1] == ci[1] and ci[2] == ci[2] then
    text = text .. string.format(" [%.2f, %.2f]", ci[1], ci[2])
  end
  return text
end

local function curve(one, look, caller)
  local frame = one.result:df()
  local function column(name)
    return kit.core.list(kit.numbers(kit.column(frame, name, caller, name), caller).values)
  end
  local up, across = column("sensitivity"), column("specificity")
  for i, specificity in ipairs(across) do across[i] = 1 - specificity end
  return {kind = "line", x = across, y = up, colour = look.colour, dash = look.dash, symbol = look.symbol,
    width = 2.5, title = (one.name and one.name .. "   " or "") .. area_text(one.result)}
end

-- The point at the threshold that the result names, where it has one. A single curve has room to say its
-- numbers.
local function youden(one, look)
  local result = one.result
  local x, y = 1 - (result.specificity or 0 / 0), result.sensitivity or 0 / 0
  if x ~= x or y ~= y then return end
  local point = {kind = "points", x = {x}, y = {y}, colour = look.colour, size = 1.6, symbol = 15}
  if not one.name and math.type(result.threshold) then
    point.title = string.format("Youden at %.3g: sensitivity %.2f, specificity %.2f", result.threshold,
      result.sensitivity, result.specificity)
  end
  return point
end

-- The pointwise band of a curve, as one outline.
local function band(one, look, caller)
  if type(one.result.band) ~= "function" then kit.wrong("%s: this result has no band", caller) end
  local frame = one.result:band()
  local x, y = {}, {}
  local function add(row, name)
    local value = frame:col(name)[row]
    if value == value then x[#x + 1], y[#y + 1] = 1 - frame.specificity[row], value end
  end
  for row = 1, #frame do add(row, "high") end
  for row = #frame, 1, -1 do add(row, "low") end
  if #x > 0 then
    return {kind = "area", x = x, y = y, colour = look.colour, opacity = 0.15, width = 0, symbol = 7,
      graphic_only = true}
  end
end

function plot.roc(results, options)
  local caller = "plot.roc"
  options = kit.options(options, caller, {"band"})
  if options.band ~= nil and type(options.band) ~= "boolean" then
    kit.wrong("%s: band must be true or false, not a %s", caller, type(options.band))
  end
  local list = results_of(results, caller)
  local names = {}
  for i, one in ipairs(list) do names[i] = one.name or "" end
  local looks = kit.looks(names)
  local layers = {{kind = "line", x = {0, 1}, y = {0, 1}, colour = kit.grey, dash = 2, width = 1,
    guide = true, symbol = 7, graphic_only = true}}
  for i, one in ipairs(list) do
    if options.band then layers[#layers + 1] = band(one, looks[i], caller) end
  end
  for i, one in ipairs(list) do
    layers[#layers + 1] = curve(one, looks[i], caller)
    layers[#layers + 1] = youden(one, looks[i])
  end
  return kit.finish {
    caller = caller, kind = "roc", options = options, layers = layers, equal = true, size = {600, 600},
    about = #list == 1 and area_text(list[1].result) or kit.counted(#list, "curve"),
    x = {label = "1 - specificity", low = -0.02, high = 1.02},
    y = {label = "sensitivity", low = -0.02, high = 1.02},
  }
end
