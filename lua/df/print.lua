-- SPDX-License-Identifier: GPL-3.0-or-later
-- How data frames, rows and columns print themselves: aligned, fitted to the terminal, safe for any text in
-- them.

local kit = ...
local core, verbs = kit.core, kit.verbs
local NAMES, COLUMNS, NOTE = kit.NAMES, kit.COLUMNS, kit.NOTE
local words = require "mien.words"
local format, rep, concat = string.format, string.rep, table.concat

local WIDEST_CELL = 40   -- Text in a table is cut here.
local LONGEST = 20       -- Up to so many rows are shown as they are; of more, the first 10 and the last 5.
local HEAD, TAIL = 10, 5
local DIGITS = 4         -- Significant digits of the largest number of a column.
local SCIENTIFIC = "%." .. DIGITS - 1 .. "e"

-- ---- Numbers of a column, aligned at the decimal point ----

local function is_finite(x) return x == x and x ~= math.huge and x ~= -math.huge end

-- The power of ten of x when written with DIGITS significant digits, and the decimals that takes without
-- zeros at the end.
local function size_of(x)
  local mantissa, exponent = format(SCIENTIFIC, x):match("^-?([%d.]+)e([+-]%d+)$")
  exponent = tonumber(exponent)
  local digits = #mantissa:gsub("%.", ""):gsub("0+$", "")
  return exponent, math.max(0, digits - 1 - exponent)
end

-- Decimals for numbers of which at least one is not whole: as many as the one that needs most, but the
-- largest number has not more than one digit beyond its four.
local function common_decimals(values)
  local largest, decimals = -400, 0
  for _, x in ipairs(values) do
    if is_finite(x) and x ~= 0 then
      local exponent, needed = size_of(x)
      largest, decimals = math.max(largest, exponent), math.max(decimals, needed)
    end
  end
  local extra = largest >= 0 and largest < DIGITS - 1 and 1 or 0
  return math.max(0, math.min(decimals, DIGITS - 1 - largest + extra)), largest
end

local function all_whole(values)
  for _, x in ipairs(values) do
    if is_finite(x) and (x ~= math.floor(x) or math.abs(x) >= 1e15) then return false end
  end
  return true
end

local function show_number(x, decimals)
  if x ~= x then return "NA" end
  if x == math.huge then return "Inf" end
  if x == -math.huge then return "-Inf" end
  if decimals < 0 then return format(SCIENTIFIC, x) end
  local text = format("%." .. decimals .. "f", x)
  -- A small number among large ones would lose its digits.
  if x ~= 0 and math.abs(x) * 10.0 ^ decimals < 9.5 and x ~= math.floor(x) then
    local short = format("%.2g", x)
    if #short > #text or tonumber(text) ~= tonumber(short) then text = short end
  end
  if tonumber(text) == 0 then text = text:gsub("^-", "") end
  return text
end

-- Texts of one width, aligned at the decimal point.
local function align(texts)
  local after = 0
  for _, text in ipairs(texts) do after = math.max(after, #(text:match("[.e].*$") or "")) end
  local width = 0
  for i, text in ipairs(texts) do
    local missing = text == "NA" or text:find("Inf", 1, true)
    texts[i] = missing and text or text .. rep(" ", after - #(text:match("[.e].*$") or ""))
    width = math.max(width, #texts[i])
  end
  for i, text in ipairs(texts) do texts[i] = rep(" ", width - #text) .. text end
  return texts, width
end

-- The numbers as aligned texts, and their width.
local function show_numbers(values)
  local decimals, largest = 0, 0
  if not all_whole(values) then
    decimals, largest = common_decimals(values)
    if largest > 9 or largest < -5 then decimals = -1 end
  end
  local texts = {}
  for i, x in ipairs(values) do texts[i] = show_number(x, decimals) end
  return align(texts)
end

-- One number by itself, for example in a row.
local function show_one(x)
  if x == math.floor(x) and math.abs(x) < 1e15 then return format("%d", x) end
  return is_finite(x) and format("%.6g", x) or show_number(x, 0)
end

-- ---- Tables ----

-- The row numbers that are shown; 0 stands for the gap.
local function shown_rows(count, limit)
  local rows = {}
  if count <= (limit or LONGEST) then
    for i = 1, count do rows[i] = i end
    return rows
  end
  local tail = limit and limit // 3 or TAIL
  local head = limit and limit - tail or HEAD
  for i = 1, head do rows[i] = i end
  rows[#rows + 1] = 0
  for i = count - tail + 1, count do rows[#rows + 1] = i end
  return rows
end

local function pad(text, width, cells, right)
  local space = rep(" ", cells - width)
  return right and space .. text or text .. space
end

-- The cells of a column: an array of texts of one width (the name first) and that width.
local function text_cells(name, column, rows, widest)
  local cells, widths, width = {}, {}, 0
  for i, row in ipairs(rows) do
    local value = row > 0 and column[row]
    if row == 0 then cells[i], widths[i] = "", 0
    elseif value then cells[i], widths[i] = words.display(value, widest)
    else cells[i], widths[i] = "NA", 2 end
    width = math.max(width, widths[i])
  end
  local title, title_width = words.display(name, widest)
  width = math.max(width, title_width)
  for i, cell in ipairs(cells) do cells[i] = pad(cell, widths[i], width) end
  return pad(title, title_width, width), cells, width
end

local function number_cells(name, column, rows, widest)
  local values = {}
  for _, row in ipairs(rows) do
    if row > 0 then values[#values + 1] = column[row] end
  end
  local texts, width = show_numbers(values)
  local title, title_width = words.display(name, widest)
  local cells, at = {}, 0
  local total = math.max(width, title_width)
  for i, row in ipairs(rows) do
    if row > 0 then at = at + 1 end
    cells[i] = row > 0 and pad(texts[at], width, total, true) or rep(" ", total)
  end
  return pad(title, title_width, total, true), cells, total
end

local function number_of_rows(rows)
  local cells, width = {}, 1
  for i, row in ipairs(rows) do
    cells[i] = row > 0 and format("%d", row) or "…"
    if row > 0 then width = math.max(width, #cells[i]) end
  end
  for i, row in ipairs(rows) do cells[i] = pad(cells[i], row > 0 and #cells[i] or 1, width, true) end
  return rep(" ", width), cells, width
end

-- "and 3 more columns: a, b, c" in at most three lines.
local function left_out(names, first, width)
  local lines, line = {}, format("and %s:", words.counted(#names - first + 1, "more column"))
  for i = first, #names do
    local name, cells = words.display(names[i], WIDEST_CELL)
    local piece = " " .. name .. (i < #names and "," or "")
    local used = select(2, words.display(line))
    if used + cells + 2 > width - (#lines == 2 and 4 or 0) then
      if #lines == 2 then
        line = line .. " ..."
        break
      end
      lines[#lines + 1], line = line, " "
    end
    line = line .. piece
  end
  lines[#lines + 1] = line
  return concat(lines, "\n")
end

local function trim_right(text) return (text:gsub(" +$", "")) end

-- Adds columns to the lines until the next one would not fit; returns the first column left out.
local function add_columns(frame, rows, lines, width)
  local title, cells, used = number_of_rows(rows)
  lines[1] = title
  for i, cell in ipairs(cells) do lines[i + 1] = cell end
  for j, name in ipairs(frame[NAMES]) do
    local column = frame[COLUMNS][j]
    local make = column:type() == "text" and text_cells or number_cells
    local widest = math.min(WIDEST_CELL, width - 2 - (j == 1 and used or 0))
    local cell_width
    title, cells, cell_width = make(name, column, rows, math.max(widest, 4))
    if used + 2 + cell_width > width and j > 1 then return j end
    used = used + 2 + cell_width
    lines[1] = lines[1] .. "  " .. title
    for i, cell in ipairs(cells) do lines[i + 1] = lines[i + 1] .. "  " .. cell end
  end
  return #frame[NAMES] + 1
end

-- The frame as text, width cells wide, with at most limit rows (the usual choice without).
local function frame_text(frame, width, limit)
  local names = frame[NAMES]
  if #names == 0 then return "a data frame without columns" end
  local lines = {}
  local next_column = add_columns(frame, shown_rows(#frame, limit), lines, width)
  for i, line in ipairs(lines) do lines[i] = trim_right(line) end
  lines[#lines + 1] = format("%s, %s", words.counted(#frame, "row"), words.counted(#names, "column"))
  if next_column <= #names then lines[#lines + 1] = left_out(names, next_column, width) end
  if frame[NOTE] then lines[#lines + 1] = "note: " .. frame[NOTE] end
  return concat(lines, "\n")
end

-- A frame whose rows are sentences carries its own way to print them; frames made from it do not inherit it.
function core.frame_metatable.__tostring(frame)
  local show = rawget(frame, "\0show")
  return show and show(words.width()) or frame_text(frame, words.width())
end

-- Prints with a number of rows of one's own choice.
function verbs.print(d, rows)
  kit.check_frame(d, "Frame:print")
  if rows ~= nil and not (math.tointeger(rows) and rows >= 1) then
    kit.wrong("Frame:print: the number of rows must be whole and at least 1, not %s", tostring(rows))
  end
  print(frame_text(d, words.width(), rows or math.max(#d, 1)))
end

-- ---- Rows and columns ----

function kit.Row.__tostring(row)
  local frame = rawget(row, "\0frame")
  local width, most = 0, 40
  local titles, widths = {}, {}
  for i = 1, math.min(#frame[NAMES], most) do
    titles[i], widths[i] = words.display(frame[NAMES][i], WIDEST_CELL)
    width = math.max(width, widths[i])
  end
  local lines = {format("row %d of %d", rawget(row, "\0row"), #frame)}
  for i, title in ipairs(titles) do
    local value = row[frame[NAMES][i]]
    local text = not value and "NA" or type(value) == "number" and show_one(value) or
      words.display(value, math.max(10, words.width() - width - 4))
    lines[#lines + 1] = "  " .. pad(title, widths[i], width) .. "  " .. text
  end
  if #frame[NAMES] > most then lines[#lines + 1] = left_out(frame[NAMES], most + 1, words.width()) end
  return concat(lines, "\n")
end

local function column_cells(column, count)
  local cells, widths, width = {}, {}, 0
  if column:type() == "number" then
    cells, width = show_numbers(core.slice(column, 1, count):values())
    for i = 1, #cells do widths[i] = width end
    return cells, widths, width
  end
  for i = 1, count do
    local value = column[i]
    if value then
      local text, cell_width = words.display(value, WIDEST_CELL)
      cells[i], widths[i] = '"' .. text .. '"', cell_width + 2
    else
      cells[i], widths[i] = "NA", 2
    end
    width = math.max(width, widths[i])
  end
  return cells, widths, width
end

-- A title and the first five lines of values.
function core.column_metatable.__tostring(column)
  local number = column:type() == "number"
  local title = number and words.counted(#column, "number") or words.counted(#column, "text")
  if column:missing() > 0 then title = format("%s, %d missing", title, column:missing()) end
  if #column == 0 then return title end
  local width = words.width()
  local cells, widths, cell_width = column_cells(column, math.min(#column, 5 * width // 3))
  local per_line = math.max(1, width // (cell_width + 2))
  local lines = {title}
  for first = 1, math.min(#cells, 5 * per_line), per_line do
    local line = {}
    for i = first, math.min(#cells, first + per_line - 1) do
      line[#line + 1] = pad(cells[i], widths[i], cell_width, number)
    end
    lines[#lines + 1] = trim_right("  " .. concat(line, "  "))
  end
  local shown = math.min(#cells, 5 * per_line)
  if shown < #column then lines[#lines + 1] = format("  and %d more", #column - shown) end
  return concat(lines, "\n")
end

