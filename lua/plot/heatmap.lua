-- SPDX-License-Identifier: GPL-3.0-or-later
-- plot.heatmap: a table of numbers as coloured cells, such as measures by emotions.

local plot, kit = ...
local words = require "mien.words"

local OWN = {"x", "y", "value", "mark", "rows", "columns", "marks", "limits", "label", "numbers", "under"}
local MOST_CELLS = 250000

-- ---- The grid: {rows =, columns =, values[i][j], marks[i][j], label =} ----

-- Labels in order of first appearance, and each row's place among them.
local function places_of(labels)
  local names, at, places = {}, {}, {}
  for i, text in ipairs(labels) do
    text = text or "NA"
    if not at[text] then
      names[#names + 1] = text
      at[text] = #names
    end
    places[i] = at[text]
  end
  return names, places
end

local function empty_grid(rows, columns, caller)
  if #rows * #columns > MOST_CELLS then
    kit.wrong("%s: %d rows by %d columns are more than %d cells", caller, #rows, #columns, MOST_CELLS)
  end
  local grid = {rows = rows, columns = columns, values = {}, marks = {}}
  for i = 1, #rows do
    grid.values[i], grid.marks[i] = {}, {}
    for j = 1, #columns do grid.values[i][j], grid.marks[i][j] = 0 / 0, "" end
  end
  return grid
end

local function grid_of_frame(frame, options, caller)
  for _, name in ipairs {"rows", "columns", "marks"} do
    if options[name] ~= nil then
      kit.wrong("%s: %s belongs to a table of numbers; with a data frame name its columns: x, y, value, mark",
        caller, name)
    end
  end
  local across = kit.core.texts(kit.column(frame, options.x, caller, "x"), caller .. ": x")
  local down = kit.core.texts(kit.column(frame, options.y, caller, "y"), caller .. ": y")
  local values = kit.core.list(kit.numbers(kit.column(frame, options.value, caller, "value"),
    caller .. ": value").values)
  local marks = options.mark and kit.marks_of(kit.column(frame, options.mark, caller, "mark"), caller)
  local columns, column_of = places_of(across)
  local rows, row_of = places_of(down)
  local grid, taken = empty_grid(rows, columns, caller), {}
  for k, value in ipairs(values) do
    local i, j = row_of[k], column_of[k]
    local cell = (i - 1) * #columns + j
    if taken[cell] then
      kit.wrong('%s: rows %d and %d are both %s "%s", %s "%s"; a cell shows one number: choose with d:where '
        .. "or d:by():agg first", caller, taken[cell], k, options.x, words.display(columns[j], 30), options.y,
        words.display(rows[i], 30))
    end
    taken[cell] = k
    grid.values[i][j], grid.marks[i][j] = value, marks and marks[k] or ""
  end
  grid.label = options.value
  return grid
end

local function labels_of(value, count, what, caller)
  if value == nil then
    local labels = {}
    for i = 1, count do labels[i] = tostring(i) end
    return labels
  end
  local labels = kit.core.texts(value, caller .. ": " .. what)
  if #labels ~= count then
    kit.wrong("%s: there are %s of numbers, but %d names in %s", caller,
      kit.counted(count, what:sub(1, -2)), #labels, what)
  end
  for i, text in ipairs(labels) do labels[i] = text or "NA" end
  return labels
end

local function lists_of(matrix, read, what, caller)
  if type(matrix) ~= "table" or kit.is_frame(matrix) or #matrix == 0 then
    kit.wrong("%s: %s must be an array of rows, such as {{1, 2}, {3, 4}}", caller, what)
  end
  local lists = {}
  for i, row in ipairs(matrix) do
    lists[i] = read(row, i)
    if #lists[i] ~= #lists[1] then
      kit.wrong("%s: row %d of %s has %s, row 1 has %d", caller, i, what, kit.counted(#lists[i], "value"),
        #lists[1])
    end
  end
  return lists
end

local function grid_of_table(given, options, caller)
  for _, name in ipairs {"x", "y", "value", "mark"} do
    if options[name] ~= nil then
      kit.wrong("%s: %s names a column of a data frame, but the data are a table of numbers", caller, name)
    end
  end
  local values = lists_of(given.values, function(row, i)
    return kit.core.list(kit.numbers(row, string.format("%s: row %d", caller, i)).values)
  end, "values", caller)
  local rows = labels_of(given.rows, #values, "rows", caller)
  local columns = labels_of(given.columns, #values[1], "columns", caller)
  local grid = empty_grid(rows, columns, caller)
  grid.values = values
  if given.marks ~= nil then
    grid.marks = lists_of(given.marks, function(row) return kit.marks_of_list(row, caller) end, "marks",
      caller)
    if #grid.marks ~= #rows or #grid.marks[1] ~= #columns then
      kit.wrong("%s: marks must have as many rows and columns as values", caller)
    end
  end
  return grid
end

-- The three ways to give data, as one grid.
local function read_grid(data, options, caller)
  if kit.is_frame(data) then return grid_of_frame(data, options, caller) end
  if type(data) ~= "table" then
    kit.wrong("%s: needs a data frame, or a table of numbers, not a %s", caller, type(data))
  end
  if data.values == nil then
    return grid_of_table({values = data, rows = options.rows, columns = options.columns,
      marks = options.marks}, options, caller)
  end
  words.check_options(data, caller, {"values", "rows", "columns", "marks"}, kit.wrong)
  for _, name in ipairs {"rows", "columns", "marks"} do
    if options[name] ~= nil then
      kit.wrong("%s: %s stands beside values, not in the options", caller, name)
    end
  end
  return grid_of_table(data, options, caller)
end

-- ---- What is in the cells ----

local function flat(grid)
  local all, finite = {}, 0
  for _, row in ipairs(grid.values) do
    for _, value in ipairs(row) do
      all[#all + 1] = value
      if value - value == 0 then finite = finite + 1 end
    end
  end
  return all, finite
end

local function cell_text(grid, i, j, decimals)
  return kit.short_number(grid.values[i][j], decimals) .. grid.marks[i][j]
end

local function width_of(text)
  local _, cells = words.display(text, 1000)
  return cells
end

local function widest(list)
  local most = 0
  for _, text in ipairs(list) do most = math.max(most, width_of(text)) end
  return most
end

-- ---- The picture ----

local LETTER, LINE = 7.5, 20 -- Pixels a character and a line of text take.

local function default_size(grid, titled, numbers_wide, label)
  local wide = math.max(numbers_wide * LETTER + 14, #grid.columns > 30 and 12 or 40,
    #grid.columns <= 12 and math.min(widest(grid.columns), 14) * LETTER + 12 or 0)
  local longest = math.min(widest(grid.rows), 40)
  local below = widest(grid.columns) * LETTER > wide and math.min(widest(grid.columns), 40) * 3.2 + 20 or 0
  local width = #grid.columns * wide + longest * LETTER + 150
  -- The label of the colour bar runs beside it and must not be longer than it.
  local cells_high = math.max(#grid.rows * (#grid.rows > 40 and 16 or 26), width_of(label or "") * 8)
  local height = cells_high + below + 70 + (titled and 30 or 0)
  return {math.floor(math.max(420, math.min(1600, width))), math.floor(math.max(240, math.min(1600, height)))}
end

-- A colour over a grey, the more of it the farther the value is from zero.
local function over_grey(colour, share, grey)
  local mixed = 0
  for shift = 16, 0, -8 do
    mixed = mixed << 8 | math.floor((colour >> shift & 255) * share + grey * (1 - share) + 0.5)
  end
  return mixed
end

local OVER = 0.06 -- Cells of a picture reach under the next ones, so that no seams show.

local function cells_layer(grid, scale, under)
  -- The outline is in the layer's colour: white lines part the cells.
  local layer = {kind = "bars", x = {}, y = {}, x2 = {}, y2 = {}, colours = {}, colour = 0xFFFFFF,
    width = #grid.columns <= 60 and #grid.rows <= 60 and 1 or 0, symbol = 7}
  for i, row in ipairs(grid.values) do
    for j, value in ipairs(row) do
      local k = #layer.x + 1
      layer.x[k], layer.x2[k], layer.y[k], layer.y2[k] = j - 0.5, j + 0.5, i - 0.5, i + 0.5
      layer.colours[k] = scale.colour_of(value)
      if under then
        local share = math.min(1, math.abs(value) / math.max(math.abs(scale.low), math.abs(scale.high)))
        layer.colours[k] = over_grey(math.tointeger(layer.colours[k]), 0.75 * (value == value and share or 0),
          math.max(0, math.min(255, under[i][j])))
      end
    end
  end
  if under then
    layer.width = 0
    for k = 1, #layer.x do
      if layer.x2[k] < #grid.columns then layer.x2[k] = layer.x2[k] + OVER end
      if layer.y2[k] < #grid.rows then layer.y2[k] = layer.y2[k] + OVER end
    end
  end
  return layer
end

-- Numbers where every one has room, else the marks alone where they have room.
local function cell_notes(grid, scale, decimals, size, wanted)
  local room = (size[1] - math.min(widest(grid.rows), 40) * LETTER - 150) / #grid.columns
  local high = (size[2] - 90) / #grid.rows
  local notes, longest = {}, 0
  for i = 1, #grid.rows do
    for j = 1, #grid.columns do longest = math.max(longest, width_of(cell_text(grid, i, j, decimals))) end
  end
  local numbers = wanted
  if numbers == nil then numbers = longest * 6.5 <= room and high >= 14 end
  if not numbers and (room < 7 or high < 10) then return notes end
  for i, row in ipairs(grid.values) do
    for j, value in ipairs(row) do
      local text = numbers and cell_text(grid, i, j, decimals) or grid.marks[i][j]
      if text ~= "" then
        notes[#notes + 1] = {x = j, y = i, text = text, alignment = 1,
          size = numbers and high < 18 and 8 or 9, colour = kit.ink_on(scale.colour_of(value))}
      end
    end
  end
  return notes
end

-- Where no row or column has a name, none is written and the axis counts them.
local function ticks_of(labels, most)
  local ticks, named = {}, false
  for _, text in ipairs(labels) do named = named or text:find("%S") ~= nil end
  if not named then return ticks end
  local step = math.max(1, math.ceil(#labels / most))
  for i = 1, #labels, step do ticks[#ticks + 1] = {at = i, text = (labels[i]:gsub("%z", ""))} end
  return ticks
end

-- ---- Text ----

local MOST_BLOCKS = 4
local SHADES = "123456789"

local function padded(text, width, right)
  local shown, cells = words.display(text, width)
  local blank = string.rep(" ", math.max(0, width - cells))
  return right and blank .. shown or shown .. blank
end

-- The columns first..last as an aligned table of numbers.
local function block(grid, decimals, names_wide, widths, first, last)
  local lines = {}
  local function line(name, cell)
    local list = {"  " .. padded(name, names_wide)}
    for j = first, last do list[#list + 1] = padded(cell(j), widths[j], true) end
    lines[#lines + 1] = (table.concat(list, "  "):gsub("%s+$", ""))
  end
  -- Marks stand beside their numbers, so that the digits stay below each other.
  local mark_wide = {}
  for j = first, last do
    mark_wide[j] = 0
    for i = 1, #grid.rows do mark_wide[j] = math.max(mark_wide[j], width_of(grid.marks[i][j])) end
  end
  line("", function(j) return grid.columns[j] .. string.rep(" ", mark_wide[j]) end)
  for i = 1, #grid.rows do
    line(grid.rows[i], function(j)
      return kit.short_number(grid.values[i][j], decimals) .. padded(grid.marks[i][j], mark_wide[j])
    end)
  end
  return table.concat(lines, "\n")
end

local function column_widths(grid, decimals)
  local widths = {}
  for j, name in ipairs(grid.columns) do
    local number, mark = 2, 0
    for i = 1, #grid.rows do
      number = math.max(number, width_of(kit.short_number(grid.values[i][j], decimals)))
      mark = math.max(mark, width_of(grid.marks[i][j]))
    end
    widths[j] = math.max(number, math.min(width_of(name), 20)) + mark
  end
  return widths
end

-- {first, last} of every block of columns that fits beside the names.
local function blocks_of(widths, room)
  local blocks, first, used = {}, 1, 0
  for j, width in ipairs(widths) do
    if j > first and used + width + 2 > room then
      blocks[#blocks + 1] = {first, j - 1}
      first, used = j, 0
    end
    used = used + width + 2
  end
  blocks[#blocks + 1] = {first, #widths}
  return blocks
end

-- One character for each cell, where numbers have no room: 1 to 9 above zero, a to i below, as shares of the
-- greatest.
local function character_map(grid, scale, names_wide, columns)
  local most = math.max(math.abs(scale.low), math.abs(scale.high))
  local room = math.max(10, columns - names_wide - 4)
  local lines = {}
  for first = 1, #grid.columns, room do
    local last = math.min(#grid.columns, first + room - 1)
    lines[#lines + 1] = string.format("  %s  columns %s to %s", string.rep(" ", names_wide),
      words.display(grid.columns[first], 20), words.display(grid.columns[last], 20))
    for i, row in ipairs(grid.values) do
      local cells = {}
      for j = first, last do
        local value = row[j]
        local step = math.min(9, math.ceil(math.abs(value) / most * 9 - 0.5))
        if value ~= value then
          cells[#cells + 1] = "?"
        elseif step < 1 then
          cells[#cells + 1] = "."
        else
          cells[#cells + 1] = value > 0 and SHADES:sub(step, step) or string.char(96 + step)
        end
      end
      lines[#lines + 1] = "  " .. padded(grid.rows[i], names_wide) .. "  " .. table.concat(cells)
    end
  end
  lines[#lines + 1] = string.format("  1 to 9: above 0, a to i: below 0, in ninths of %.3g; ? missing", most)
  return table.concat(lines, "\n")
end

-- A function that gives the grid as text; maps of faces use it as well.
function kit.grid_in_text(grid, scale, decimals, title)
  return function(columns)
    local names_wide = math.min(widest(grid.rows), math.max(12, columns // 3))
    local widths = column_widths(grid, decimals)
    local blocks = blocks_of(widths, columns - names_wide - 2)
    local parts = {title and "  " .. words.display(title, columns - 2) or nil}
    if #blocks > MOST_BLOCKS then
      parts[#parts + 1] = character_map(grid, scale, names_wide, columns)
    else
      for _, one in ipairs(blocks) do
        parts[#parts + 1] = block(grid, decimals, names_wide, widths, one[1], one[2])
      end
    end
    if scale.label then parts[#parts + 1] = "  cells: " .. words.display(scale.label, columns - 9) end
    return table.concat(parts, "\n") .. "\n"
  end
end

-- ---- The function ----

local function check_own(options, caller)
  if options.numbers ~= nil and type(options.numbers) ~= "boolean" then
    kit.wrong("%s: numbers must be true or false, not a %s", caller, type(options.numbers))
  end
  if options.label ~= nil and type(options.label) ~= "string" then
    kit.wrong("%s: label must be text, not a %s", caller, type(options.label))
  end
  return kit.colour_limits(options, caller)
end

-- The grey levels below the cells, of the same shape; nil where there are none.
local function check_under(under, grid, caller)
  if under == nil then return nil end
  local lists = lists_of(under, function(row, i)
    return kit.core.list(kit.numbers(row, string.format("%s: row %d of under", caller, i)).values)
  end, "under", caller)
  if #lists ~= #grid.rows or #lists[1] ~= #grid.columns then
    kit.wrong("%s: under must have as many rows and columns as values", caller)
  end
  return lists
end

local function describe(grid, finite)
  local about = string.format("%s, %s", kit.counted(#grid.rows, "row"), kit.counted(#grid.columns, "column"))
  local missing = #grid.rows * #grid.columns - finite
  return missing > 0 and about .. string.format(", %d missing", missing) or about
end

-- A data frame that was made to be a heat map, such as Cohort:patterns gives, says which columns are which.
local function with_presets(data, options)
  local presets = kit.is_frame(data) and rawget(data, "\0heatmap")
  if not presets or (options ~= nil and type(options) ~= "table") then return options end
  local all = {}
  for name, value in pairs(presets) do all[name] = value end
  for name, value in pairs(options or {}) do all[name] = value end
  return all
end

function plot.heatmap(data, options)
  local caller = "plot.heatmap"
  options = with_presets(data, options)
  options = kit.options(options, caller, OWN)
  local limits = check_own(options, caller)
  local grid = read_grid(data, options, caller)
  local under = check_under(options.under, grid, caller)
  local all, finite = flat(grid)
  if #all == 0 then return kit.refuse("%s: the data are empty, there is nothing to plot", caller) end
  if finite == 0 then
    return kit.refuse("%s: there is nothing to plot, all %d values are missing", caller, #all)
  end
  local scale = kit.scale_of(all, limits, options.label or grid.label)
  local decimals = kit.decimals_of(all)
  local longest = 0
  for i = 1, #grid.rows do
    for j = 1, #grid.columns do longest = math.max(longest, width_of(cell_text(grid, i, j, decimals))) end
  end
  local size = options.size or default_size(grid, options.title, #grid.columns > 24 and 0 or longest,
    scale.label)
  return kit.finish {
    caller = caller, kind = "heatmap", options = options, about = describe(grid, finite), size = size,
    layers = {cells_layer(grid, scale, under)}, scale = scale, person = under ~= nil,
    notes = cell_notes(grid, scale, decimals, size, options.numbers),
    x = {ticks = ticks_of(grid.columns, 60), low = 0.5, high = #grid.columns + 0.5},
    y = {ticks = ticks_of(grid.rows, 80), low = 0.5, high = #grid.rows + 0.5, reversed = true},
    in_text = kit.grid_in_text(grid, scale, decimals, options.title),
  }
end
