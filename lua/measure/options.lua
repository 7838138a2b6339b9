-- SPDX-License-Identifier: GPL-3.0-or-later
-- What the functions of the measure module share: options read and checked, columns of a data frame.

local kit = ...
local words = require "mien.words"

kit.NAN = 0 / 0
-- Seconds masked before and after a blink: its start and end are where a fifth of its depth is passed.
kit.MARGIN = 0.1

function kit.fail(caller, text, ...)
  error(caller .. ": " .. (select("#", ...) > 0 and string.format(text, ...) or text), 0)
end

function kit.is_frame(value)
  local metatable = getmetatable(value)
  return type(value) == "table" and type(metatable) == "table" and metatable.__name == "mien.frame"
end

function kit.has(d, name)
  for _, known in ipairs(d:names()) do
    if known == name then return true end
  end
  return false
end

-- The number of an option; low and high are the least and the largest allowed, nil for no limit.
function kit.number(caller, options, name, absent, low, high)
  local value = options[name]
  if value == nil then return absent end
  if math.type(value) == nil or value ~= value or (low and value < low) or (high and value > high) then
    local range = low and high and string.format(" from %g to %g", low, high)
      or low and string.format(" from %g", low) or ""
    kit.fail(caller, "%s must be a number%s, not %s", name, range, tostring(value))
  end
  return value
end

-- A window {t0, t1} in seconds.
function kit.window(caller, options, name, required)
  local value = options[name]
  if value == nil and not required then return nil end
  if type(value) ~= "table" or math.type(value[1]) == nil or math.type(value[2]) == nil then
    kit.fail(caller, "%s must be a window {t0, t1} in seconds%s", name,
      value == nil and "; it is never guessed" or "")
  end
  if not (value[1] <= value[2]) then
    kit.fail(caller, "%s must begin before it ends, but {%g, %g} does not", name, value[1], value[2])
  end
  return value
end

-- measure.of gives a note behind its data frame; in measure.summary(measure.of(track)) it stands where
-- options do.
function kit.without_note(options)
  if type(options) == "string" then return nil end
  return options
end

function kit.check_options(caller, options, allowed) return words.check_options(options, caller, allowed) end

-- Whether the value can be a series: an array or a column of numbers.
function kit.check_series(caller, what, value)
  if type(value) == "userdata" or (type(value) == "table" and not kit.is_frame(value)) then return value end
  kit.fail(caller, "%s must be an array or a column of numbers, not %s", what,
    kit.is_frame(value) and "a data frame" or value == nil and "missing" or "a " .. type(value))
end

-- Items of a series as an array of numbers.
function kit.numbers_of(series)
  local values = {}
  for i = 1, #series do values[i] = series[i] end
  return values
end

-- A number as printed: NA where there is none.
function kit.text(value, format)
  return value == value and string.format(format or "%.3g", value) or "NA"
end
