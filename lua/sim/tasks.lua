-- SPDX-License-Identifier: GPL-3.0-or-later
-- What participants are asked to do, as knots of levels over time. Expressions are the combinations of
-- action units of EMFACS (Friesen and Ekman 1983). A unit that the painter does not know is left out.

local kit = ...

-- Levels at the height of the expression.
local EXPRESSIONS = {
  neutral = {},
  happiness = {au6 = 0.8, au12 = 1, au25 = 0.5},
  sadness = {au1 = 0.9, au4 = 0.5, au15 = 1, au17 = 0.5},
  anger = {au4 = 1, au5 = 0.5, au7 = 0.7, au23 = 0.8},
  fear = {au1 = 0.9, au2 = 0.6, au4 = 0.5, au5 = 0.9, au7 = 0.3, au20 = 0.9, au25 = 0.6, au26 = 0.2},
  disgust = {au9 = 1, au10 = 0.7, au17 = 0.4, au4 = 0.3, au15 = 0.3},
  surprise = {au1 = 1, au2 = 1, au5 = 0.8, au25 = 0.6, au26 = 0.7},
  eyes_closed_tight = {au43 = 1, au6 = 0.7, au7 = 0.9, au4 = 0.4},
  smile = {au12 = 1, au25 = 0.5},
  brow_raise = {au1 = 1, au2 = 1},
  pucker = {au18 = 1, au23 = 0.3},
  cheek_puff = {au34 = 1},
  eye_closure = {au43 = 1},
  mouth_open = {au25 = 1, au26 = 1},
}

local LASTS = {upgaze_60s = 60, smile_x10 = 20, speech = 6} -- Seconds; the others:
local EXPRESSION_LASTS = 2.5
local UPGAZE = 28 -- Degrees.

-- Every task begins neutral for this long.
function kit.rest_of(seconds) return math.max(0.4, 0.12 * seconds) end

function kit.seconds_of(task) return type(task) == "string" and LASTS[task] or EXPRESSION_LASTS end

-- First and last moment of movement, or nothing where the recording is too short for any.
local function moving(seconds)
  local first, last = kit.rest_of(seconds), seconds - math.max(0.12, 0.05 * seconds)
  if last - first > 0.05 then return first, last end
end

-- 0 at rest, up to 1, held, and back to 0.
local function envelope(seconds)
  local first, last = moving(seconds)
  if not first then return {0}, {0} end
  local onset = math.min(0.5, 0.3 * (last - first))
  return {first, first + onset, last - onset, last}, {0, 1, 1, 0}
end

local function scaled(values, factor)
  local result = {}
  for i, value in ipairs(values) do result[i] = factor * value end
  return result
end

local function repeated(seconds, count)
  local first, last = moving(seconds)
  if not first then return {0}, {0} end
  local times, values, length = {first}, {0}, (last - first) / count
  for i = 0, count - 1 do
    for k, part in ipairs{0.25, 0.5, 0.75, 1} do
      times[#times + 1] = first + (i + part) * length
      values[#values + 1] = k <= 2 and 1 or 0
    end
  end
  return times, values
end

-- ---- Tasks that are no single expression; each returns knots per unit ----

local SPECIAL = {}

function SPECIAL.smile_x10(seconds)
  local times, values = repeated(seconds, 10)
  return {au12 = {times, values}, au25 = {times, scaled(values, 0.5)}}
end

function SPECIAL.upgaze_60s(seconds)
  local times, values = envelope(seconds)
  return {
    gaze_y = {times, scaled(values, UPGAZE)}, au1 = {times, scaled(values, 0.25)},
    au2 = {times, scaled(values, 0.25)},
  }
end

-- The mouth opens, rounds and spreads about five times a second; what is said comes from the seed.
function SPECIAL.speech(seconds, seed)
  local first, last = moving(seconds)
  if not first then return {} end
  local heights = {au25 = 0.9, au26 = 0.45, au18 = 0.5, au20 = 0.35, au12 = 0.2}
  local count = math.max(1, math.floor((last - first) * 5))
  local random, at, knots = kit.core.draws(seed, 5 * count), 0, {}
  for _, unit in ipairs{"au25", "au26", "au18", "au20", "au12"} do
    local times, values = {first}, {0}
    for i = 1, count do
      local open = i % 2 == 1 and 1 or 0.25
      times[#times + 1] = first + (i - 0.5) * (last - first) / count
      values[#values + 1] = heights[unit] * open * random[at + i]
    end
    times[#times + 1], values[#values + 1] = last, 0
    knots[unit], at = {times, values}, at + count
  end
  return knots
end

-- ---- From a task to curves ----

function kit.task_names()
  local names = {}
  for name in pairs(EXPRESSIONS) do names[#names + 1] = name end
  for name in pairs(SPECIAL) do names[#names + 1] = name end
  table.sort(names)
  return names
end

function kit.is_task(name) return EXPRESSIONS[name] ~= nil or SPECIAL[name] ~= nil end

local function add(curves, unit, times, values, smooth)
  local function one(channel)
    curves[#curves + 1] = {channel = channel, times = times, values = values, smooth = smooth}
  end
  if kit.sided[unit] then
    one(unit .. "_l")
    one(unit .. "_r")
  elseif kit.is_channel[unit] then
    one(unit)
  end
end

local function named_curves(name, seconds, seed)
  local curves, knots = {}, {}
  if SPECIAL[name] then
    knots = SPECIAL[name](seconds, seed)
  else
    local times, values = envelope(seconds)
    for unit, level in pairs(EXPRESSIONS[name]) do knots[unit] = {times, scaled(values, level)} end
  end
  for unit, knot in pairs(knots) do add(curves, unit, knot[1], knot[2], true) end
  return curves
end

-- Units as the user gives them: a level has the course of an expression, {{seconds, level}, ...} is followed.
local function own_curves(task, seconds)
  local curves, has = {}, {}
  for unit, level in pairs(task) do
    local times, values, smooth = {}, {}, type(level) == "number"
    if smooth then
      times, values = envelope(seconds)
      values = scaled(values, level)
    else
      for i, point in ipairs(level) do times[i], values[i] = point[1], point[2] end
    end
    has[#has + 1] = {unit, times, values, smooth}
  end
  -- A unit of both sides first, so that one side given beside it wins.
  table.sort(has, function(a, b)
    local x, y = kit.sided[a[1]] and 0 or 1, kit.sided[b[1]] and 0 or 1
    if x ~= y then return x < y end
    return a[1] < b[1]
  end)
  for _, one in ipairs(has) do add(curves, table.unpack(one)) end
  return curves
end

function kit.curves_of(task, seconds, seed)
  local curves = type(task) == "string" and named_curves(task, seconds, seed) or own_curves(task, seconds)
  if type(task) == "string" then table.sort(curves, function(a, b) return a.channel < b.channel end) end
  return curves
end
