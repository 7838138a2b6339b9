-- SPDX-License-Identifier: GPL-3.0-or-later
-- Why an eye has no millimetres, and how far millimetres can be trusted.

local kit = ...
local measure = kit.measure

-- Of iris diameters between adults, millimetres: the mean, and the standard deviation.
local IRIS, SPREAD = 11.7, 0.5

local OTHER = {l = "r", r = "l"}

-- measure.reasons(track) -> one row per frame, and the number of frames of each reason.
function measure.reasons(track)
  local kind = getmetatable(track)
  if type(track) ~= "userdata" or type(kind) ~= "table" or kind.__name ~= "mien.track" then
    error("measure.reasons: the argument must be a Track, not a " .. type(track), 0)
  end
  local d = track:df()
  local rows, counts, order = {time = {}, reason_l = {}, reason_r = {}}, {}, {}
  for i = 1, #d do
    rows.time[i] = d.time[i]
    for _, side in ipairs{"l", "r"} do
      local reason, other = d["eye_reason_" .. side][i], d["eye_reason_" .. OTHER[side]][i]
      if reason == "glare" and other == "ok" then reason = "centre of the other eye" end
      if d.found[i] == 0 then reason = "no face" end
      rows["reason_" .. side][i] = reason
      if not counts[reason] then
        counts[reason] = {l = 0, r = 0}
        order[#order + 1] = reason
      end
      counts[reason][side] = counts[reason][side] + 1
    end
  end
  table.sort(order, function(a, b)
    local x, y = counts[a].l + counts[a].r, counts[b].l + counts[b].r
    if x ~= y then return x > y end
    return a < b
  end)
  local summary = {reason = order, left = {}, right = {}}
  for i, reason in ipairs(order) do
    summary.left[i], summary.right[i] = counts[reason].l, counts[reason].r
  end
  local df = require("mien.df")
  return df.new(rows):select{"time", "reason_l", "reason_r"},
    df.new(summary):select{"reason", "left", "right"}
end

-- measure.mm_interval(x) -> low, high: what the spread of iris diameters leaves open, 95 %.
function measure.mm_interval(x)
  local metatable = getmetatable(x)
  local can = type(x) ~= "string" and type(metatable) == "table" and metatable.__mul
  if type(x) ~= "number" and not can then
    error("measure.mm_interval: x must be a number or a column, not a " .. type(x), 0)
  end
  local part = 1.96 * SPREAD / IRIS
  return x * (1 - part), x * (1 + part)
end
