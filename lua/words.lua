-- SPDX-License-Identifier: GPL-3.0-or-later
-- What the Lua halves share to speak with the user: misspelt words, options, counted things, text in lines.
-- require "mien.words" gives it; it is no module for users.

local core = require "mien.words.core"

-- nearest(word, words): the one that was probably meant, or nil; distance(a, b): edits between two words;
-- display(text [, limit]): text fit to be shown, and its width in cells; width(): columns of the terminal.
local words = {nearest = core.nearest, distance = core.distance, display = core.display, width = core.width}

-- Raises on options that are no table or not among the allowed names, through `wrong`, which takes a format,
-- where it is given. Returns the options, an empty table where there are none.
function words.check_options(options, caller, allowed, wrong)
  local problem = core.option_problem(options, caller, allowed)
  if problem and wrong then wrong("%s", problem) end
  if problem then error(problem, 0) end
  return options or {}
end

-- Raises with the place of the user's own line, as a function in C would, not with a place in the files of
-- the Lua half in `folder` (lua/plot stands for lua/plot.lua as well).
local own_file = debug.getinfo(1, "S").source
function words.raise(message, folder)
  local level = 2
  local info = debug.getinfo(level, "Sl")
  while info and (info.what == "C" or info.source == own_file or info.source:sub(2, #folder + 1) == folder) do
    level = level + 1
    info = debug.getinfo(level, "Sl")
  end
  local place = info and info.currentline > 0 and string.format("%s:%d: ", info.short_src, info.currentline)
  error((place or "") .. message, 0)
end

-- "1 value", "2 values"
function words.counted(count, one, many)
  return string.format("%d %s", count, count == 1 and one or many or one .. "s")
end

-- The first few of a list, as "a, b, c, ..."
function words.first(list, most)
  return table.concat(list, ", ", 1, math.min(#list, most)) .. (#list > most and ", ..." or "")
end

-- Text broken between words into lines of at most `width` cells, each after `indent`, the first after
-- `first`.
function words.wrapped(text, indent, width, first)
  local lines, line, cells = {}, nil, 0
  for word in text:gmatch("%S+") do
    local wide = utf8.len(word) or #word
    if line and cells + 1 + wide > width then
      lines[#lines + 1] = line
      line = nil
    end
    if line then
      line, cells = line .. " " .. word, cells + 1 + wide
    else
      local lead = #lines == 0 and first or indent
      line, cells = lead .. word, (utf8.len(lead) or #lead) + wide
    end
  end
  lines[#lines + 1] = line
  return table.concat(lines, "\n")
end

return words
