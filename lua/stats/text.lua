-- SPDX-License-Identifier: GPL-3.0-or-later
-- Numbers as text for readers: rounded to what the data can bear, p-values in the style of journals.

local kit = ...
local text = {}
local words = require "mien.words"
kit.text = text

local format = string.format

-- How many decimals show two digits of a spread, or nil where only %g reads well.
function text.decimals(spread)
  if not (spread > 0) or spread == math.huge then return 2 end
  if spread < 1e-5 or spread >= 1e7 then return nil end
  return math.max(0, math.min(6, 1 - math.floor(math.log(spread, 10) + 1e-9)))
end

function text.number(x, decimals)
  if x ~= x then return "NA" end
  if x == math.huge then return "Inf" end
  if x == -math.huge then return "-Inf" end
  if not decimals or math.abs(x) >= 1e9 then return format("%.4g", x) end
  local shown = format("%." .. decimals .. "f", x)
  -- No minus before a number that is rounded to nothing.
  return shown:find("^%-[0.]+$") and shown:sub(2) or shown
end

function text.interval(ci, decimals)
  if ci[1] ~= ci[1] and ci[2] ~= ci[2] then return "[NA]" end
  return format("[%s, %s]", text.number(ci[1], decimals), text.number(ci[2], decimals))
end

-- A p-value without its name: .0075, .045, .32, < .001, > .99, NA.
function text.p(p)
  if p ~= p then return "NA" end
  if p < 0.001 then return "< .001" end
  if p > 0.99 then return "> .99" end
  return (format(p < 0.01 and "%.4f" or p < 0.1 and "%.3f" or "%.2f", p):gsub("^0", ""))
end

-- With its name: p = .0075, p < .001.
function text.p_clause(p)
  local shown = text.p(p)
  return shown:find("^[<>]") and "p " .. shown or "p = " .. shown
end

function text.percent(conf) return format("%.4g %%", 100 * conf) end

function text.dropped(count, one)
  if count == 0 then return "nothing dropped" end
  return words.counted(count, one or "missing value") .. " dropped"
end

local sides = {two = "two-sided", less = "one-sided (less)", greater = "one-sided (greater)"}
function text.side(alternative) return sides[alternative] end

-- Cells that a text takes in a terminal.
function text.cells(shown) return select(2, words.display(shown)) end

function text.pad(shown, width) return shown .. string.rep(" ", width - text.cells(shown)) end

-- Pieces joined by a separator, in lines of at most the terminal's width; further lines are indented.
function text.flow(pieces, separator, indent, first)
  local lines, line = {}, (first or indent) .. pieces[1]
  local width = math.min(words.width(), 110)
  for i = 2, #pieces do
    if text.cells(line) + #separator + text.cells(pieces[i]) > width - 1 then
      lines[#lines + 1] = line .. separator:gsub("%s+$", "")
      line = indent .. pieces[i]
    else
      line = line .. separator .. pieces[i]
    end
  end
  lines[#lines + 1] = line
  return table.concat(lines, "\n")
end
