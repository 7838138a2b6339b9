-- SPDX-License-Identifier: GPL-3.0-or-later
-- The Lua half of the measure module. The numbers are made in C (src/measure, src/lua/measure*.c); here are
-- options, data frames and how results print.

local measure = ...

local folder = debug.getinfo(1, "S").source:match("^@(.*)%.lua$")
local kit = {measure = measure, core = {}}

-- What the C half lends to these files is no part of the module.
for _, name in ipairs {"summarise", "is_uncertain", "statistics", "units", "core_blinks",
  "core_blink_defaults", "core_dynamics", "core_repetitions", "core_fatigue"} do
  kit.core[name:gsub("^core_", "")] = measure[name]
  measure[name] = nil
end

for _, part in ipairs {"options", "summary", "expression", "limits", "blinks", "dynamics", "fatigue",
  "upgaze", "lids", "movement", "import_formats", "import"} do
  local chunk, problem = loadfile(folder .. "/" .. part .. ".lua")
  if not chunk then error(problem, 0) end
  chunk(kit)
end
