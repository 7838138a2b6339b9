-- SPDX-License-Identifier: GPL-3.0-or-later
-- The Lua half of stats: how results print, and stats.compare. The numbers are made in C (src/stats,
-- src/lua/stats*.c); results are tables of plain fields.

local stats = ...
local core = stats.core
stats.core = nil

local folder = debug.getinfo(1, "S").source:match("^@(.*)%.lua$")
local kit = {core = core, stats = stats}

-- Wrong use: raises at the line of the user's own code that called.
function kit.wrong(text, ...)
  local message = select("#", ...) > 0 and string.format(text, ...) or text
  local level = 2
  local info = debug.getinfo(level, "S")
  while info and (info.what == "C" or info.source:find(folder, 2, true) == 2) do
    level = level + 1
    info = debug.getinfo(level, "S")
  end
  error(message, info and level or 0)
end

for _, part in ipairs {"text", "print", "compare"} do
  local chunk, problem = loadfile(folder .. "/" .. part .. ".lua")
  if not chunk then error(problem, 0) end
  chunk(kit)
end
