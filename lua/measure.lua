-- SPDX-License-Identifier: GPL-3.0-or-later
-- The Lua half of the measure module. The numbers are made in C (src/measure, src/lua/measure*.c); here are
-- options, data frames and how results print.

local measure = ...

local folder = debug.getinfo(1, "S").source:match("^@(.*)%.lua$")
local kit = {measure = measure, core = {}, units = measure.units}

-- What the C half lends to these files is no part of the module.
for _, name in ipairs {"summarise", "is_uncertain", "statistics", "units", "core_blinks", "core_blink_defaults",
  "core_dynamics", "core_repetitions", "core_fatigue"} do
  kit.core[name:gsub("^core_", "")] = measure[name]
  measure[name] = nil
end

local function part(name, ...)
  local chunk, problem = loadfile(folder .. "/" .. name .. ".lua")
  if not chunk then error(problem, 0) end
  return chunk(...)
end

for _, name in ipairs {"options", "summary", "blinks", "dynamics", "fatigue", "upgaze", "import_formats",
  "import"} do
  part(name, kit)
end
part("expression", measure, kit)
part("lids", measure)

-- measure.limits() -> which action units 68 points see.
function measure.limits()
  local rows = part("limits")
  local names = {"action_unit", "name", "seen", "proxy", "r", "why"}
  local columns = {}
  for c, name in ipairs(names) do
    columns[name] = {}
    for i, row in ipairs(rows) do
      columns[name][i] = row[c] == nil and (name == "r" and 0 / 0 or "") or row[c]
    end
  end
  return require("mien.df").new(columns):select(names)
end
