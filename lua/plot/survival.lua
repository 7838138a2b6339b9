-- SPDX-License-Identifier: GPL-3.0-or-later
-- plot.survival: Kaplan-Meier curves of stats.survival, with dots where somebody was censored.

local plot, kit = ...

local function is_result(value)
  return type(value) == "table" and type(value.groups) == "table" and value.mean_until ~= nil
end

-- The steps of a group's curve from time 0 and survival 1 on, and the places of the marks.
local function steps_of(d, group)
  local x, y, marks = {0.0}, {1.0}, {x = {}, y = {}}
  for i = 1, #d do
    if d.group[i] == group then
      local time, survival = d.time[i], d.survival[i]
      x[#x + 1], y[#y + 1] = time, y[#y]
      if survival ~= y[#y] then x[#x + 1], y[#y + 1] = time, survival end
      if d.censored[i] > 0 then marks.x[#marks.x + 1], marks.y[#marks.y + 1] = time, survival end
    end
  end
  return x, y, marks
end

function plot.survival(result, options)
  local caller = "plot.survival"
  options = kit.options(options, caller)
  if not is_result(result) then kit.wrong("%s: needs a result of stats.survival", caller) end
  local d, names, layers = result:df(), {}, {}
  for g, group in ipairs(result.groups) do names[g] = tostring(group) end
  local looks = kit.looks(names)
  for g, group in ipairs(result.groups) do
    local look = looks[g]
    local x, y, marks = steps_of(d, group)
    layers[#layers + 1] = {kind = "line", x = x, y = y, colour = look.colour, dash = look.dash,
      symbol = look.symbol, width = 2.5,
      title = #names > 1 and string.format("%s   n = %d, %s", names[g], result.n[g],
        kit.counted(result.events[g], "event")) or nil}
    if #marks.x > 0 then
      layers[#layers + 1] = {kind = "points", x = marks.x, y = marks.y, colour = look.colour, size = 1.2,
        symbol = 7}
    end
  end
  local about = kit.counted(#names, "curve")
  if result.p == result.p then about = about .. string.format(", log-rank p = %.3g", result.p) end
  return kit.finish {
    caller = caller, kind = "survival", options = options, layers = layers, about = about,
    x = {label = "time", low = 0}, y = {label = "without the event", low = 0, high = 1.02},
  }
end
