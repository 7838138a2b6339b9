-- SPDX-License-Identifier: GPL-3.0-or-later
-- plot.confusion: the counts of stats.confusion, true levels downwards, predicted ones across; the colour is
-- the share of the row.

local plot, kit = ...
local words = require "mien.words"

local function is_result(value)
  return type(value) == "table" and type(value.counts) == "table" and type(value.levels) == "table"
    and type(value.classes) == "table"
end

local function ticks(levels)
  local list = {}
  for i, level in ipairs(levels) do list[i] = {at = i, text = (words.display(tostring(level), 24))} end
  return list
end

-- The share of a row that each cell has; NaN where nobody has the level.
local function shares(counts)
  local all, rows = {}, {}
  for i, row in ipairs(counts) do
    local sum = 0
    for _, count in ipairs(row) do sum = sum + count end
    rows[i] = {}
    for j, count in ipairs(row) do
      rows[i][j] = sum > 0 and count / sum or 0 / 0
      all[#all + 1] = rows[i][j]
    end
  end
  return rows, all
end

function plot.confusion(result, options)
  local caller = "plot.confusion"
  options = kit.options(options, caller)
  if not is_result(result) then kit.wrong("%s: needs a result of stats.confusion", caller) end
  if result.n == 0 then return kit.refuse("%s: there is nothing to plot, all pairs are missing", caller) end
  local rows, all = shares(result.counts)
  local scale = kit.scale_of(all, {0, 1}, "share of the true level")
  local count = #result.levels
  local layer = {kind = "bars", x = {}, y = {}, x2 = {}, y2 = {}, colours = {}, colour = 0xFFFFFF, width = 1,
    symbol = 7}
  local notes = {}
  for i, row in ipairs(rows) do
    for j, share in ipairs(row) do
      local k = #layer.x + 1
      layer.x[k], layer.x2[k], layer.y[k], layer.y2[k] = j - 0.5, j + 0.5, i - 0.5, i + 0.5
      layer.colours[k] = scale.colour_of(share)
      notes[k] = {x = j, y = i, alignment = 1, size = count > 4 and 9 or 12,
        colour = kit.ink_on(layer.colours[k]),
        text = share == share and string.format("%d (%.0f %%)", result.counts[i][j], 100 * share) or "0"}
    end
  end
  local side = math.min(900, 160 + 110 * count)
  return kit.finish {
    caller = caller, kind = "confusion", options = options, size = {side + 90, side}, layers = {layer},
      notes = notes,
    scale = scale, about = string.format("%s, n = %d, accuracy %.2f", kit.counted(count, "level"), result.n,
      result.accuracy),
    x = {label = "predicted", ticks = ticks(result.levels), low = 0.5, high = count + 0.5},
    y = {label = "true", ticks = ticks(result.levels), low = 0.5, high = count + 0.5, reversed = true},
    in_text = function() return tostring(result) .. "\n" end,
  }
end
