-- SPDX-License-Identifier: GPL-3.0-or-later
-- Every published field of the stats module against R, from the numbers kept in data/reference
-- (scripts/oracle/stats.R made them; scripts/oracle/check asks R again). R itself is not needed.

local t = require "harness"

local TOLERANCE = 1e-8
-- Fields that may be 0 but for rounding on either side: a difference this small, in units of the sample, is
-- none.
local ABSOLUTE = 1e-14

local here = debug.getinfo(1, "S").source:match("^@(.*)/[^/]*$")
local reference = here .. "/../../data/reference/"

local function number(word)
  if word == "NaN" then return 0 / 0 end
  if word == "Inf" then return math.huge end
  if word == "-Inf" then return -math.huge end
  return assert(tonumber(word), word)
end

local function rows_of(name)
  local rows, first = {}, true
  for line in io.lines(reference .. name) do
    if not first then
      local row = {}
      for cell in (line .. ","):gmatch("([^,]*),") do row[#row + 1] = cell end
      rows[#rows + 1] = row
    end
    first = false
  end
  return rows
end

local samples = {}
for _, row in ipairs(rows_of "stats_samples.csv") do
  local list = {}
  for word in row[2]:gmatch("%S+") do list[#list + 1] = number(word) end
  samples[row[1]] = list
end

local cases = {}
for i, row in ipairs(rows_of "stats_cases.csv") do
  local options = {}
  for name, value in row[5]:gmatch("([%w_]+)=([^;]+)") do
    if value == "true" or value == "false" then
      options[name] = value == "true"
    else
      options[name] = tonumber(value) or value
    end
  end
  cases[i] = {call = row[2], x = row[3], y = row[4], options = options, fields = {},
    text = table.concat(row, " ", 2)}
  assert(tonumber(row[1]) == i)
end
for _, row in ipairs(rows_of "stats_expected.csv") do
  local fields = cases[tonumber(row[1])].fields
  fields[#fields + 1] = {row[2], number(row[3])}
end

-- ---- Calls ----

local function roc_of(names, options)
  local score, label = names:match("(%S+) (%S+)")
  return stats.roc(samples[score], samples[label], options)
end

local calls = {}

function calls.roc(case) return stats.roc(samples[case.x], samples[case.y], case.options) end

function calls.roc_test(case)
  local direction = {direction = case.options.direction}
  local options = {}
  for name, value in pairs(case.options) do
    if name ~= "direction" then options[name] = value end
  end
  return stats.roc_test(roc_of(case.x, direction), roc_of(case.y, direction), options)
end

function calls.adjust(case) return {item = stats.adjust(samples[case.x], case.options.method)} end

-- x names the times and the events, y the groups and the strata.
function calls.survival(case)
  local time, event = case.x:match("(%S+) (%S+)")
  local group, strata = case.y:match("^(%S*) ?(%S*)$")
  local options = {conf = case.options.conf, mean_until = case.options.mean_until, group = samples[group],
    strata = samples[strata]}
  return stats.survival(samples[time], samples[event], options)
end

function calls.describe(case) return stats.describe(samples[case.x], case.options) end

local function run(case)
  if calls[case.call] then return calls[case.call](case) end
  local y = case.y ~= "" and samples[case.y] or nil
  if case.call == "wilcoxon" or case.call == "ttest" then
    -- An empty table in place of y would be an empty sample.
    if not y then return stats[case.call](samples[case.x], next(case.options) and case.options) end
  end
  return stats[case.call](samples[case.x], y, case.options)
end

-- The value that a path such as "ci.1", "curve.threshold.3" or "at.sensitivity.0.8.tp" names.
local function value_at(result, path, case)
  local name, place = path:match("^curve%.([%w_]+)%.(%d+)$")
  if name then
    case.curve = case.curve or result:df()
    return case.curve:col(name)[tonumber(place)]
  end
  local what, share, field = path:match("^at%.(%w+)%.([%d.]+)%.(%w+)$")
  if what then return result:at({[what] = tonumber(share)})[field] end
  local outer, place, inner = path:match("^([%a_]+)%.(%d+)%.(%d+)$")
  if outer then return result[outer][tonumber(place)][tonumber(inner)] end
  local base, item = path:match("^([%w_]+)%.(%d+)$")
  if base then return result[base][tonumber(item)] end
  return result[path]
end

local function agrees(got, want, path)
  if type(got) == "boolean" then got = got and 1 or 0 end
  if type(got) ~= "number" then return false end
  if got ~= got or want ~= want then return got ~= got and want ~= want end
  if got == want then return true end
  local limit = TOLERANCE * math.abs(want)
  -- Never for p: its far tails count.
  if path ~= "p" and not path:find("^item") and math.abs(want) < 1e-5 then
    limit = math.max(limit, ABSOLUTE)
  end
  return math.abs(got - want) <= limit
end

local compared, worst, where = 0, 0, nil

for _, case in ipairs(cases) do
  t.test("R agrees: " .. case.text, function()
    local result = run(case)
    local problems = {}
    for _, field in ipairs(case.fields) do
      local path, want = field[1], field[2]
      local got = value_at(result, path, case)
      compared = compared + 1
      if not agrees(got, want, path) then
        problems[#problems + 1] = string.format("%s: got %s, R says %.17g", path,
          type(got) == "number" and string.format("%.17g", got) or tostring(got), want)
      elseif type(got) == "number" and want == want and math.abs(want) > 1e-5
        and math.abs(want) < math.huge then
        local difference = math.abs(got - want) / math.abs(want)
        if difference > worst then worst, where = difference, case.text .. ": " .. path end
      end
    end
    if #problems > 0 then error(table.concat(problems, "\n"), 0) end
  end)
end

t.test("the reference is all there", function()
  t.equal(#cases > 400, true)
  t.equal(compared > 7000, true)
  t.ok(worst < TOLERANCE)
end)
if os.getenv("MIEN_VERBOSE") then
  print(string.format("%d fields compared, largest relative difference %.2g in %s", compared, worst, where))
end
