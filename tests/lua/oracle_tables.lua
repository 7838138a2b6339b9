-- SPDX-License-Identifier: GPL-3.0-or-later
-- stats.kappa, confusion, logistic, table1 and the band's curve against R, from the numbers kept in
-- data/reference (scripts/oracle/tables.R made them).

local t = require "harness"

local TOLERANCE = 1e-8
local here = debug.getinfo(1, "S").source:match("^@(.*)/[^/]*$")
local people = assert(df.read(here .. "/../../data/reference/tables_people.csv"))
local SEVERITY = {"mild", "moderate", "severe"}

local calls = {}

function calls.kappa(o)
  return stats.kappa(people.severity, people.second, {weights = o.weights, levels = SEVERITY, conf = o.conf})
end

function calls.confusion(o)
  return stats.confusion(people.severity, people.second, {levels = SEVERITY, conf = o.conf})
end

function calls.confusion2(o)
  local called = {}
  for i = 1, #people do
    local smile = people.smile[i]
    if smile == smile then called[i] = smile < 0.5 and "MG" or "HC" else called[i] = df.NA end
  end
  return stats.confusion(people.group, called, {positive = "MG", conf = o.conf})
end

function calls.logistic(o)
  local x = {}
  for name in o.x:gmatch("%S+") do x[#x + 1] = name end
  return stats.logistic(people, {y = "group", positive = "MG", x = x, conf = o.conf})
end

function calls.table1(o)
  local options = {group = o.group, columns = o.columns, median = o.median}
  if o.group == "group" then options.levels = {"MG", "HC"} end
  return stats.table1(people, options).rows[1]
end

function calls.band(o)
  local direction = o.x == "age" and "higher" or "lower"
  return stats.roc(people:col(o.x), people.group, {positive = "MG", direction = direction})
    :band{places = 21, replicates = 2}
end

local function value_at(result, path)
  for name in path:gmatch("[^.]+") do result = result[math.tointeger(tonumber(name)) or name] end
  return result
end

local function close(got, want)
  if want ~= want then return got ~= got end
  return got == want or math.abs(got - want) <= TOLERANCE * math.abs(want)
    -- A statistic that is 0 but for rounding.
    or math.abs(want) < 1e-12 and math.abs(got) < 1e-12
end

local expected = assert(df.read(here .. "/../../data/reference/tables_expected.csv", {text = {"value"}}))
local results, compared = {}, {}

t.test("R agrees on kappa, confusion, logistic regression, table 1 and the curve", function()
  local problems = {}
  for i = 1, #expected do
    local call, given, field = expected.call[i], expected.options[i], expected.field[i]
    local key = call .. " " .. given
    if not results[key] then
      local options = {}
      for name, value in given:gmatch("([%w_]+)=([^;]+)") do options[name] = tonumber(value) or value end
      results[key] = calls[call](options)
    end
    local word = expected:col("value")[i]
    local want = word and tonumber(word) or 0 / 0
    local got = value_at(results[key], field)
    compared[call] = (compared[call] or 0) + 1
    if type(got) ~= "number" or not close(got, want) then
      problems[#problems + 1] = string.format("%s, %s: got %s, R says %s", key, field, tostring(got),
        tostring(word))
    end
  end
  if #problems > 0 then error(table.concat(problems, "\n"), 0) end
end)

t.test("the reference of tables is all there", function()
  for call, least in pairs {kappa = 60, confusion = 90, confusion2 = 30, logistic = 180, table1 = 35,
    band = 40} do
    t.ok((compared[call] or 0) >= least, call)
  end
end)
