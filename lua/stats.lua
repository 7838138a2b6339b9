-- SPDX-License-Identifier: GPL-3.0-or-later
-- The Lua half of stats: how results print, and stats.compare. The numbers are made in C (src/stats,
-- src/lua/stats*.c); results are tables of plain fields.

local stats = ...
local core = stats.core
stats.core = nil

local folder = debug.getinfo(1, "S").source:match("^@(.*)%.lua$")
local kit = {core = core, stats = stats}
local words = require "mien.words"

-- Wrong use: raises at the line of the user's own code that called.
function kit.wrong(text, ...)
  words.raise(select("#", ...) > 0 and string.format(text, ...) or text, folder)
end

for _, part in ipairs {"text", "levels", "print", "compare", "survival", "agreement", "logistic", "table1"} do
  local chunk, problem = loadfile(folder .. "/" .. part .. ".lua")
  if not chunk then error(problem, 0) end
  chunk(kit)
end
