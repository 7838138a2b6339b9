-- SPDX-License-Identifier: GPL-3.0-or-later
-- stats.survival: groups are read here, curves and the test are made in C (src/stats/survival.c, logrank.c).

local kit = ...
local core, stats, text = kit.core, kit.stats, kit.text
local words = require "mien.words"
local df = require "mien.df"

local CALLER = "stats.survival"

-- ---- Reading ----

local function length_of(what, value)
  if type(value) ~= "table" and not df.is_column(value) then
    kit.wrong("%s: %s must be an array or a column, not a %s", CALLER, what, type(value))
  end
  return #value
end

-- Booleans as numbers: true where the event happened.
local function events_of(event)
  if df.is_column(event) then return event end
  local values = {}
  for i = 1, length_of("event", event) do
    local value = event[i]
    if type(value) == "boolean" then value = value and 1 or 0 end
    values[i] = value
  end
  return values
end

-- A number for each row's level, 0 where it is missing, and the levels in the order of their appearance.
local function codes_of(what, values, count)
  local codes, levels, at = {}, {}, {}
  if values == nil then
    for i = 1, count do codes[i] = 1 end
    return codes, {"all"}
  end
  if length_of(what, values) ~= count then
    kit.wrong("%s: time and %s must be as long as each other, but they have %d and %d values", CALLER, what,
      count, #values)
  end
  for i = 1, count do
    local value = values[i]
    -- A boolean false is a level here; in a column of text it stands for missing.
    if value == nil or value ~= value or (value == false and df.is_column(values)) then
      codes[i] = 0
    else
      if not at[value] then
        levels[#levels + 1] = value
        at[value] = #levels
      end
      codes[i] = at[value]
    end
  end
  return codes, levels
end

local function largest_time(time, event, codes, strata)
  local largest = 0.0
  for i = 1, #time do
    local used = codes[i] > 0 and strata[i] > 0 and event[i] == event[i] and time[i] == time[i]
    if used and time[i] > largest then largest = time[i] end
  end
  return largest
end

local function check_conf(conf)
  if conf == nil then return 0.95 end
  if math.type(conf) == nil or not (conf > 0 and conf < 1) then
    kit.wrong("%s: conf must be between 0 and 1, not %s", CALLER, tostring(conf))
  end
  return conf
end

-- The rows of a stratum without a level do not count; the curves leave them out, too.
local function without_stratum(codes, strata)
  for i, stratum in ipairs(strata) do
    if stratum == 0 then codes[i] = 0 end
  end
end

-- ---- The result ----

local CURVES = "\0curves"
local Survival = core.metatable("mien.survival")
Survival.__name = "mien.survival"
Survival.__index = {}

-- The curves, one row per group and different time.
function Survival.__index.df(s)
  local names = {"group", "time", "at_risk", "events", "censored", "survival", "se", "low", "high"}
  local columns = {}
  for c = 1, #names do columns[c] = {} end
  for g, curve in ipairs(rawget(s, CURVES)) do
    for c, name in ipairs(names) do
      local values, column = columns[c], c > 1 and curve:col(name)
      for i = 1, #curve do values[#values + 1] = column and column[i] or s.groups[g] end
    end
  end
  return df.from_columns(names, columns)
end

local function note_of(test, result)
  if #result.groups == 0 then return "no rows" end
  if #result.groups > 1 and test.note then
    return test.note == "too few values" and "no events to compare" or "the groups share no time at risk"
  end
end

-- stats.survival(time, event [, {group =, strata =, conf =, mean_until =}])
function stats.survival(time, event, options)
  options = words.check_options(options, CALLER, {"group", "strata", "conf", "mean_until"}, kit.wrong)
  local count = length_of("time", time)
  event = events_of(event)
  if #event ~= count then
    kit.wrong("%s: time and event must be as long as each other, but they have %d and %d values", CALLER,
      count, #event)
  end
  local codes, groups = codes_of("group", options.group, count)
  local strata = codes_of("strata", options.strata, count)
  without_stratum(codes, strata)
  local conf = check_conf(options.conf)
  local mean_until = options.mean_until or largest_time(time, event, codes, strata)
  if math.type(mean_until) == nil or mean_until < 0 then
    kit.wrong("%s: mean_until must be a time from 0, not %s", CALLER, tostring(options.mean_until))
  end
  local result = {groups = groups, n = {}, events = {}, median = {}, median_ci = {}, mean = {}, mean_se = {},
    mean_until = mean_until, conf = conf, [CURVES] = {}, method = "Kaplan-Meier"}
  local used = 0
  for g in ipairs(groups) do
    local curve, rest = core.survival_curve(time, event, codes, strata, g, conf, mean_until)
    result[CURVES][g] = curve
    for name, value in pairs(rest) do result[name][g] = value end
    used = used + rest.n
  end
  result.dropped = count - used
  local test = core.logrank(time, event, codes, strata, #groups)
  result.observed, result.expected = test.observed, test.expected
  result.chisq, result.statistic, result.p, result.degrees = test.chisq, test.chisq, test.p, test.df
  if #groups > 1 then result.method = "Kaplan-Meier, log-rank test" end
  result.note = note_of(test, result)
  return setmetatable(result, Survival)
end

-- ---- Printing ----

local function group_line(s, g, width)
  local name = text.pad(words.display(tostring(s.groups[g]), 24), width)
  return string.format("  %s  n = %d, %s, median %s [%s, %s], mean up to %s %s (SE %s)", name, s.n[g],
    words.counted(s.events[g], "event"), text.number(s.median[g]), text.number(s.median_ci[g][1]),
    text.number(s.median_ci[g][2]), text.number(s.mean_until), text.number(s.mean[g]),
    text.number(s.mean_se[g]))
end

function Survival.__tostring(s)
  local first, width = s.method, 3
  if #s.groups > 1 then
    first = string.format("%s   chi-squared = %s, df = %s, %s", s.method, text.number(s.chisq, 2),
      text.number(s.degrees, 0), text.p_clause(s.p))
  end
  for _, group in ipairs(s.groups) do
    width = math.max(width, math.min(24, text.cells(words.display(tostring(group), 24))))
  end
  local lines = {first}
  for g in ipairs(s.groups) do lines[#lines + 1] = group_line(s, g, width) end
  lines[#lines + 1] = text.flow({text.percent(s.conf) .. " CI", text.dropped(s.dropped, "row"), s.note}, "; ",
    "  ")
  return table.concat(lines, "\n")
end

local TheilSen = core.metatable("mien.theilsen")
TheilSen.__name = "mien.theilsen"

function TheilSen.__tostring(r)
  return string.format("Theil-Sen slope %s [%s, %s], intercept %s\n  ", text.number(r.slope),
    text.number(r.ci[1]), text.number(r.ci[2]), text.number(r.intercept))
    .. text.flow({words.counted(r.n, "pair"), text.percent(r.conf) .. " CI",
      text.dropped(r.dropped, "incomplete pair"), r.note}, "; ", "  ")
end
