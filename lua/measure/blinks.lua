-- SPDX-License-Identifier: GPL-3.0-or-later
-- measure.blinks: a data frame with one row per blink.

local kit = ...
local measure, core = kit.measure, kit.core

local CALLER = "measure.blinks"
local OPTIONS = {"least", "complete", "shortest", "longest", "series"}
local EYES = {[0] = "both", "left", "right"}
-- Which columns show how far the eyes are open, the best first.
local SERIES = {"fissure", "ear"}
local DEFAULTS = core.blink_defaults()

local function numbers(caller, options)
  return {
    least = kit.number(caller, options, "least", DEFAULTS.least, 0.01, 1),
    complete = kit.number(caller, options, "complete", DEFAULTS.complete, 0, 1),
    shortest = kit.number(caller, options, "shortest", DEFAULTS.shortest, 0),
    longest = kit.number(caller, options, "longest", DEFAULTS.longest, 0.01),
  }
end

local function note_of(count, rate, seconds)
  return string.format("%s blinks a minute in %.1f s (%d of both eyes)", kit.text(rate, "%.1f"), seconds,
    count)
end

-- The data frame with its rate, as C returns them; the eyes by name.
local function finish(d, rate, seconds, with_eyes)
  local df = require "mien.df"
  local names, columns, eyes, both = d:names(), {}, {}, 0
  for i = 1, #d do
    eyes[i] = EYES[math.tointeger(d.eyes[i])]
    if eyes[i] == "both" then both = both + 1 end
  end
  local shown = {}
  for _, name in ipairs(names) do
    if with_eyes or (name ~= "eyes" and name ~= "left" and name ~= "right") then
      shown[#shown + 1] = (name == "left" or name == "right") and "completeness_" .. name:sub(1, 1) or name
      columns[#columns + 1] = name == "eyes" and df.column(eyes) or d:col(name)
    end
  end
  local result = df.from_columns(shown, columns)
  rawset(result, "\0note", note_of(both, rate, seconds))
  rawset(result, "rate", rate)
  rawset(result, "seconds", seconds)
  return result
end

-- The names of the two columns that show the opening of the eyes, or nil.
function kit.eye_columns(d)
  for _, stem in ipairs(SERIES) do
    if kit.has(d, stem .. "_l") and kit.has(d, stem .. "_r") then return stem .. "_l", stem .. "_r" end
  end
end

local function of_frame(d, options)
  kit.check_options(CALLER, options, OPTIONS)
  options = options or {}
  local left, right = kit.eye_columns(d)
  if options.series ~= nil then
    left, right = tostring(options.series) .. "_l", tostring(options.series) .. "_r"
    if not (kit.has(d, left) and kit.has(d, right)) then
      kit.fail(CALLER, "series: the data frame has no columns %s and %s", left, right)
    end
  end
  if not left then kit.fail(CALLER, "the data frame has neither fissure_l and fissure_r nor ear_l and "
    .. "ear_r") end
  if not kit.has(d, "time") then kit.fail(CALLER, "the data frame has no column time") end
  local given = numbers(CALLER, options)
  given.other = d:col(right)
  local found, rate, seconds = core.blinks(d:col("time"), d:col(left), CALLER, given)
  return finish(found, rate, seconds, true)
end

-- measure.blinks(d [, options]) or measure.blinks(time, opening [, options])
function measure.blinks(time, opening, options)
  if kit.is_frame(time) then return of_frame(time, kit.without_note(opening)) end
  kit.check_series(CALLER, "the first argument", time)
  kit.check_series(CALLER, "the opening of the eyes", opening)
  options = kit.check_options(CALLER, options, OPTIONS)
  if options.series ~= nil then kit.fail(CALLER, "series is for a data frame of measures") end
  local found, rate, seconds = core.blinks(time, opening, CALLER, numbers(CALLER, options))
  return finish(found, rate, seconds, false)
end

-- Blinks of both eyes per minute. Frames of the same time are one.
function kit.blink_rate(time, left, right)
  local rising, l, r = {}, {}, {}
  for i = 1, #time do
    if time[i] == time[i] and (#rising == 0 or time[i] > rising[#rising]) then
      rising[#rising + 1], l[#l + 1], r[#r + 1] = time[i], left[i], right[i]
    end
  end
  local given = numbers(CALLER, {})
  given.other = r
  local _, rate = core.blinks(rising, l, CALLER, given)
  return rate
end

-- For the other functions of the module: starts and ends, as columns.
function kit.blinks_in(time, opening, caller)
  local found = core.blinks(time, opening, caller, numbers(caller, {}))
  return found:col("start"), found:col("end")
end
