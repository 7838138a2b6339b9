-- SPDX-License-Identifier: GPL-3.0-or-later
-- measure.dynamics: the course of one movement. measure.repetitions: one row per repeated movement.

local kit = ...
local measure, core, text = kit.measure, kit.core, kit.text

local SMOOTH = 0.12 -- Seconds to either side of a frame.

-- ---- What both need ----

-- +1 for a movement that raises the series, -1 for one that lowers it.
local function sign_of(caller, options)
  local direction = options.direction or "up"
  if direction ~= "up" and direction ~= "down" then
    kit.fail(caller, 'direction must be "up" or "down", not %s', tostring(direction))
  end
  return direction == "up" and 1 or -1
end

-- The series with its sign and without the frames of blinks, which move points of the whole face.
local function prepared(caller, options, time, series, sign)
  local blinks = options.blinks
  if blinks == nil and sign > 0 then return series end
  if blinks ~= nil and not (kit.is_frame(blinks) and kit.has(blinks, "start") and kit.has(blinks, "end")) then
    kit.fail(caller, "blinks must be a data frame of measure.blinks")
  end
  local values = {}
  for i = 1, #series do values[i] = sign * series[i] end
  for b = 1, blinks and #blinks or 0 do
    local first, last = blinks:col("start")[b] - kit.MARGIN, blinks:col("end")[b] + kit.MARGIN
    for i = 1, #values do
      if time[i] >= first and time[i] <= last then values[i] = kit.NAN end
    end
  end
  return values
end

-- The median of the frames of a window that are not missing.
local function median_in(time, series, window)
  local values = {}
  for i = 1, #time do
    if time[i] >= window[1] - 1e-9 and time[i] <= window[2] + 1e-9 and series[i] == series[i] then
      values[#values + 1] = series[i]
    end
  end
  table.sort(values)
  local n = #values
  if n == 0 then return nil end
  return n % 2 == 1 and values[(n + 1) / 2] or (values[n / 2] + values[n / 2 + 1]) / 2
end

-- The level at rest: the number `baseline`, or the median of the window `neutral` (baseline may be one, too).
local function baseline_of(caller, options, time, series)
  local name = options.neutral ~= nil and "neutral" or "baseline"
  if options.neutral ~= nil and options.baseline ~= nil then
    kit.fail(caller, "give neutral or baseline, not both")
  end
  local value = options[name]
  if value == nil then return nil end
  if math.type(value) then return kit.number(caller, options, name) end
  local window = kit.window(caller, options, name, true)
  local level = median_in(time, series, window)
  if not level then
    kit.fail(caller, "no value in the %s window %g to %g s; name another", name, window[1], window[2])
  end
  return level
end

local function check(caller, time, x)
  kit.check_series(caller, "time", time)
  kit.check_series(caller, "the series", x)
  if #time ~= #x then kit.fail(caller, "time has %d values, the series %d", #time, #x) end
end

-- ---- One movement ----

local Dynamics = {__name = "mien.dynamics"}

function Dynamics.__tostring(m)
  local lines = {
    string.format("amplitude %s above %s   onset %s s, apex %s s, offset %s s", text(m.amplitude),
      text(m.baseline), text(m.onset, "%.2f"), text(m.apex, "%.2f"), text(m.offset, "%.2f")),
    string.format("  onset phase %s s, held %s s, offset phase %s s", text(m.onset_duration, "%.2f"),
      text(m.hold, "%.2f"), text(m.offset_duration, "%.2f")),
    string.format("  velocity up %s, down %s per s (up: %s of the amplitude per s)", text(m.velocity_rise),
      text(m.velocity_fall), text(m.velocity_ratio)),
    string.format("  smoothness %s, irregularity %s", text(m.smoothness, "%.2f"),
      text(m.irregularity, "%.2f")),
  }
  return table.concat(lines, "\n")
end

-- measure.dynamics(time, x, {neutral = {t0, t1} | baseline = level})
function measure.dynamics(time, x, options)
  local caller = "measure.dynamics"
  check(caller, time, x)
  options = kit.check_options(caller, options, {"neutral", "baseline", "direction", "smooth", "blinks"})
  local sign = sign_of(caller, options)
  local baseline = baseline_of(caller, options, time, x)
  if not baseline then
    kit.fail(caller, "needs neutral = {t0, t1}, seconds at rest, or baseline = the level at rest; "
      .. "it is never guessed")
  end
  local result = core.dynamics(time, prepared(caller, options, time, x, sign), caller,
    {baseline = sign * baseline, half_width = kit.number(caller, options, "smooth", SMOOTH, 0)})
  result.baseline = baseline
  return setmetatable(result, Dynamics)
end

-- ---- Repetitions ----

-- measure.repetitions(time, x [, options]) -> a data frame; .decrement, .slope and .slope_ci beside it.
function measure.repetitions(time, x, options)
  local caller = "measure.repetitions"
  check(caller, time, x)
  options = kit.check_options(caller, options,
    {"neutral", "baseline", "direction", "smooth", "least", "blinks"})
  local sign = sign_of(caller, options)
  local baseline = baseline_of(caller, options, time, x)
  local found, over = core.repetitions(time, prepared(caller, options, time, x, sign), caller, {
    baseline = baseline and sign * baseline, half_width = kit.number(caller, options, "smooth", SMOOTH, 0),
    least = kit.number(caller, options, "least", 0.25, 0.01, 1),
  })
  if sign < 0 then found = found:with{baseline = -1 * found:col("baseline")} end
  for name, value in pairs(over) do rawset(found, name, value) end
  rawset(found, "\0note", string.format("decrement %s from the first to the last, %s along the line; "
    .. "slope %s [%s, %s] per repetition", text(over.decrement, "%.2f"), text(over.decrement_line, "%.2f"),
    text(over.slope), text(over.slope_ci[1]), text(over.slope_ci[2])))
  return found
end
