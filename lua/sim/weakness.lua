-- SPDX-License-Identifier: GPL-3.0-or-later
-- Weakness as users write it, checked and made complete; the model is in src/sim/performance.h.

local kit = ...

local FIELDS = {"upper", "mid", "lower", "left", "right", "fatigue", "recovery", "ptosis"}
local RECOVERY = 0.03 -- Per second: half of what is lost is back after 23 s.

local function both_sides(name, value)
  if type(value) ~= "table" then
    value = kit.number(name, {ptosis = value}, "ptosis", 0, 0, 1)
    return value, value
  end
  kit.check_options(name .. ": ptosis", value, {"left", "right"})
  name = name .. ": ptosis"
  return kit.number(name, value, "left", 0, 0, 1), kit.number(name, value, "right", 0, 0, 1)
end

-- nil, a fraction 0..1 of all force, or a table of FIELDS -> all fields, with ptosis as ptosis_l and
-- ptosis_r.
function kit.weakness_of(caller, value)
  local name = caller .. ": weakness"
  if value == nil then value = {} end
  if type(value) == "number" then
    local loss = kit.number(caller, {weakness = value}, "weakness", 0, 0, 1)
    value = {upper = loss, mid = loss, lower = loss}
  end
  if type(value) ~= "table" then
    kit.wrong(caller, "weakness must be a number 0..1 or a table of %s", table.concat(FIELDS, ", "))
  end
  kit.check_options(name, value, FIELDS)
  local made = {}
  for _, field in ipairs{"upper", "mid", "lower", "left", "right"} do
    made[field] = kit.number(name, value, field, 0, 0, 1)
  end
  made.fatigue = kit.number(name, value, "fatigue", 0, 0, 10)
  made.recovery = kit.number(name, value, "recovery", RECOVERY, 0, 10)
  made.ptosis_l, made.ptosis_r = both_sides(name, value.ptosis)
  return made
end
