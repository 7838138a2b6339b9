-- SPDX-License-Identifier: GPL-3.0-or-later
-- plot: the Lua half. Here are the Plot object and what all plots share: options, colours, reading of data.
-- The kinds of plot are in the folder lua/plot; each describes its figure as a table that the C half turns
-- into a picture.

local plot = ...
local core = plot.core
plot.core = nil

local kit = {core = core}
local words = require "mien.words"

-- ---- Failures ----

local here = debug.getinfo(1, "S").source:match("^@(.*)%.lua$")

-- Wrong use: the message begins with the function's name and names the argument.
function kit.wrong(format, ...) words.raise(string.format(format, ...), here) end

-- A function of the core that checks arguments, with its errors raised in the same way.
local function at_users_line(f)
  return function(...)
    local results = table.pack(pcall(f, ...))
    if results[1] then return table.unpack(results, 2, results.n) end
    words.raise((tostring(results[2]):gsub("^[^\n]-:%d+: ", "", 1)), here)
  end
end
for _, name in ipairs {"numbers", "texts"} do core[name] = at_users_line(core[name]) end

-- The data do not allow the plot, as when a face was never found: nil, message, code, like a missing file.
function kit.refuse(format, ...) return nil, string.format(format, ...), "data" end

-- ---- Colours ----

-- From the palette of Okabe and Ito, which colour-blind readers can tell apart. The participant's left is
-- always blue and the right always vermillion, so nothing else is.
kit.left, kit.right = 0x0072B2, 0xD55E00
kit.grey, kit.dark = 0x888888, 0x333333
kit.palette = {0x009E73, 0xCC79A7, 0xE69F00, 0x56B4E9, 0x000000, 0x8C6D31, 0x7F7F7F}

-- The participant's side a name speaks of: commissure_l, "left", fissure_r_low.
local function side_of(name)
  local word = "_" .. name:lower():gsub("[^%w]", "_") .. "_"
  local left = word:find("_left_", 1, true) or word:find("_l_", 1, true)
  local right = word:find("_right_", 1, true) or word:find("_r_", 1, true)
  if left and not right then return kit.left end
  if right and not left then return kit.right end
end

-- A colour and a dash for each name; names that would share a colour differ by the dash.
function kit.looks(names)
  local looks, used, turn = {}, {}, 0
  for i, name in ipairs(names) do
    local colour = side_of(name)
    if not colour then
      colour = kit.palette[turn % #kit.palette + 1]
      turn = turn + 1
    end
    used[colour] = (used[colour] or 0) + 1
    looks[i] = {colour = colour, dash = (used[colour] - 1) % 3 + 1, symbol = (i - 1) % 7 + 1}
  end
  return looks
end

-- ---- Options ----

local COMMON = {"title", "xlabel", "ylabel", "file", "size", "xlim", "ylim", "legend"}
local LEGENDS = {
  auto = 0, none = 1, above = 2, ["top left"] = 3, ["top right"] = 4, ["bottom left"] = 5,
    ["bottom right"] = 6,
  below = 7,
}

-- Text for gnuplot: whatever it is, it will be shown as it is.
local function text_option(options, name, caller)
  local value = options[name]
  if value == nil then return nil end
  if type(value) ~= "string" and type(value) ~= "number" then
    kit.wrong("%s: %s must be text, not a %s", caller, name, type(value))
  end
  return (tostring(value):gsub("%z", ""))
end

local function pair_option(options, name, caller, meaning)
  local value = options[name]
  if value == nil then return nil end
  if type(value) ~= "table" or math.type(value[1]) == nil or math.type(value[2]) == nil or #value ~= 2 then
    kit.wrong("%s: %s must be two numbers, %s", caller, name, meaning)
  end
  return value
end

local function check_size(options, caller)
  local size = pair_option(options, "size", caller, "{width, height} in pixels")
  if not size then return end
  for i = 1, 2 do
    if math.tointeger(size[i]) == nil or size[i] < 100 or size[i] > 10000 then
      kit.wrong("%s: size must be whole numbers of pixels between 100 and 10000, not %s", caller, size[i])
    end
  end
end

local function check_limits(options, name, caller)
  local limits = pair_option(options, name, caller, "{low, high}")
  if not limits then return end
  if not (limits[1] < limits[2]) or limits[1] == -math.huge or limits[2] == math.huge then
    kit.wrong("%s: %s must be {low, high} with low less than high, not {%g, %g}", caller, name, limits[1],
      limits[2])
  end
end

local function legend_option(options, caller)
  local value = options.legend
  if value == nil or value == true then return LEGENDS.auto end
  if value == false then return LEGENDS.none end
  local legend = LEGENDS[value]
  if not legend then
    kit.wrong('%s: legend must be true, false, "above", "below", "top left", "top right", "bottom left" or '
      .. '"bottom right"', caller)
  end
  return legend
end

local function file_option(options, caller)
  local file = options.file
  if file == nil then return end
  kit.check_file(file, caller)
end

-- A picture's file must end in a way that says which kind it is.
function kit.check_file(file, caller)
  if type(file) ~= "string" or file == "" then
    kit.wrong("%s: file must be the name of a file, such as \"figure.png\"", caller)
  end
  if file:find("%z") then kit.wrong("%s: file holds a zero byte", caller) end
  if not core.page_of(file) then
    kit.wrong("%s: file must end in .png, .svg or .pdf, not \"%s\"", caller, file:match("[^/]*$"))
  end
end

-- Checks everything that can be wrong in the options before any work. extra: the names this plot adds to the
-- common.
function kit.options(options, caller, extra)
  options = options or {}
  local allowed = {}
  for _, name in ipairs(extra or {}) do allowed[#allowed + 1] = name end
  for _, name in ipairs(COMMON) do allowed[#allowed + 1] = name end
  words.check_options(options, caller, allowed, kit.wrong)
  for _, name in ipairs {"title", "xlabel", "ylabel"} do text_option(options, name, caller) end
  check_size(options, caller)
  check_limits(options, "xlim", caller)
  check_limits(options, "ylim", caller)
  legend_option(options, caller)
  file_option(options, caller)
  return options
end

-- Options that name columns mean nothing where the data are arrays.
function kit.no_columns(options, caller, names)
  for _, name in ipairs(names) do
    if options[name] ~= nil then
      kit.wrong("%s: %s names a column of a data frame, but the data are arrays", caller, name)
    end
  end
end

function kit.whole_option(options, name, caller, low, high)
  local value = options[name]
  if value == nil then return nil end
  local whole = math.tointeger(value)
  if not whole or whole < low or whole > high then
    kit.wrong("%s: %s must be a whole number between %d and %d, not %s", caller, name, low, high,
      tostring(value))
  end
  return whole
end

-- ---- Data ----

function kit.is_frame(value)
  local meta = type(value) == "table" and getmetatable(value)
  return meta and meta.__name == "mien.frame"
end

-- Several arrays with names, as in {left = ..., right = ...}.
function kit.is_named_arrays(value)
  return type(value) == "table" and not kit.is_frame(value) and next(value) ~= nil and rawlen(value) == 0
end

-- The names in a fixed order, left before right as it happens.
function kit.sorted_names(arrays, caller, what)
  local names = {}
  for name in pairs(arrays) do
    if type(name) ~= "string" then
      kit.wrong("%s: %s must have names, such as {left = ..., right = ...}", caller, what)
    end
    names[#names + 1] = name
  end
  table.sort(names)
  return names
end

-- A column by name, with a proposal when there is none.
function kit.column(frame, name, caller, argument)
  if type(name) ~= "string" then
    kit.wrong("%s: %s must be the name of a column, not a %s", caller, argument, type(name))
  end
  local names = frame:names()
  for _, known in ipairs(names) do
    if known == name then return frame:col(name) end
  end
  local near = words.nearest(name, names)
  if near then kit.wrong("%s: no column \"%s\"; did you mean \"%s\"?", caller, name, near) end
  kit.wrong("%s: no column \"%s\"; d:names() lists the columns", caller, name)
end

-- A column name or a list of them.
function kit.column_names(value, caller, argument)
  if type(value) == "string" then return {value} end
  if type(value) == "table" and #value > 0 then return value end
  kit.wrong("%s: %s must be the name of a column or a list of names", caller, argument)
end

-- One array as {values = column, count =, finite =}.
function kit.numbers(value, what)
  if value == nil then kit.wrong("%s is missing; it must be numbers", what) end
  local values, count, finite = core.numbers(value, what)
  return {values = values, count = count, finite = finite}
end

-- The rows of each group in order of first appearance: {{name =, rows = {..}}, ...}, and how many rows have
-- no group.
function kit.groups(labels, what)
  local groups, known, without = {}, {}, 0
  for row, label in ipairs(core.texts(labels, what)) do
    if label then
      local group = known[label]
      if not group then
        group = {name = label, rows = {}}
        known[label] = group
        groups[#groups + 1] = group
      end
      group.rows[#group.rows + 1] = row
    else
      without = without + 1
    end
  end
  return groups, without
end

function kit.pick(list, rows)
  local picked = {}
  for i, row in ipairs(rows) do picked[i] = list[row] end
  return picked
end

kit.counted = words.counted

-- ---- Plot ----

local Plot = {__name = "mien.plot"}
Plot.__index = Plot

-- Draws for one page: bytes, or nil, message, code. A picture of a person is on the disk only while gnuplot
-- draws.
local function draw(self, page)
  local folder <close>, path, code = core.folder(self.caller)
  if not folder then return nil, path, code end
  local figure = page.kind == "text" and self.figure_in_text or self.figure
  if self.image and page.kind ~= "text" then
    local ok, message, kind = self.image:save(path .. "/picture.png")
    if not ok then return nil, message, kind end
  end
  return core.draw(figure, page, path, self.caller)
end

-- Writes the plot to a file whose ending says which kind: png, svg or pdf.
function Plot:save(file)
  kit.check_file(file, "Plot:save")
  local picture, message, code = draw(self, {kind = core.page_of(file)})
  if not picture then return nil, message, code end
  local ok, problem, kind = core.write(picture, file, self.image ~= nil or self.person, self.caller)
  if not ok then return nil, problem, kind end
  self.file = file
  return self
end

-- The picture itself: its bytes, of the kind "png", "svg" or "pdf". Plots of pictures of people hold a
-- person.
function Plot:bytes(kind)
  if kind ~= "png" and kind ~= "svg" and kind ~= "pdf" then
    kit.wrong('Plot:bytes: kind must be "png", "svg" or "pdf"')
  end
  return draw(self, {kind = kind})
end

-- The text gnuplot gets for a PNG, or for another kind of page.
function Plot:script(kind)
  kind = kind or "png"
  if kind ~= "png" and kind ~= "svg" and kind ~= "pdf" and kind ~= "text" then
    kit.wrong('Plot:script: kind must be "png", "svg", "pdf" or "text"')
  end
  local page = {kind = kind}
  if kind == "text" then page.columns, page.rows = 79, 24 end
  return core.script(self.figure, page)
end

local windows = 0
local sixel

local function show_window(self)
  local shown = draw(self, {kind = "window", window = windows})
  if shown then windows = windows + 1 end
  return shown
end

local function show_sixel(self, seen)
  if sixel == nil then sixel = core.sixel() end
  if not sixel then return false end
  local width, height = self.figure.width, self.figure.height
  local room = seen.width > 0 and seen.width or 800
  local scale = math.min(1, room / width)
  local page = {kind = "sixel", columns = math.floor(width * scale), rows = math.floor(height * scale)}
  local picture = draw(self, page)
  if picture then io.write(picture, "\n") end
  return picture ~= nil
end

-- gnuplot pads with blanks and begins with a form feed; both are of no use on a terminal.
local function tidy(text)
  text = text:gsub("\f", ""):gsub("[ \t]+\n", "\n"):gsub("^\n+", ""):gsub("%s+$", "")
  return text .. "\n"
end

local function show_text(self, seen)
  if self.in_text then
    io.write(self.in_text(seen.present and seen.columns - 1 or 79, seen))
    return self
  end
  local page = {kind = "text", columns = 79, rows = 24}
  if seen.present then
    page.columns = math.max(40, math.min(seen.columns - 1, 110))
    page.rows = math.max(12, math.min(seen.rows - 2, self.figure.equal and 60 or page.columns // 3 + 2))
  end
  local picture, message, code = draw(self, page)
  if not picture then return nil, message, code end
  io.write(tidy(picture))
  return self
end

-- Shows the plot: in a window where there is a display, as a picture in a terminal that can, as text
-- otherwise.
function Plot:show()
  local seen = core.look()
  if seen.present and seen.display and show_window(self) then return self end
  if seen.present and show_sixel(self, seen) then return self end
  return show_text(self, seen)
end

function Plot:__tostring()
  local text = string.format("Plot %s   %s", self.kind, self.about)
  if self.file then text = text .. "\n  saved to " .. self.file end
  return text
end

-- Makes the Plot of a described figure and saves or shows it. description: caller, kind, about, options, x,
-- y, layers, and optionally notes, scale (what colours mean), equal, bare, size (the default), image,
-- x_in_text and y_in_text, axes for text alone, and in_text(columns, terminal), which gives the text where
-- gnuplot's characters would show too little.
function kit.finish(description)
  local options = description.options
  local size = options.size or description.size or {800, 500}
  local figure = {
    caller = description.caller, title = text_option(options, "title", description.caller),
    width = size[1], height = size[2], legend = legend_option(options, description.caller),
    equal = description.equal, bare = description.bare, x = description.x or {}, y = description.y or {},
    layers = description.layers, notes = description.notes, scale = description.scale,
  }
  if figure.legend == LEGENDS.auto and description.legend then figure.legend = LEGENDS[description.legend] end
  figure.x.label = text_option(options, "xlabel", description.caller) or figure.x.label
  figure.y.label = text_option(options, "ylabel", description.caller) or figure.y.label
  if options.xlim then figure.x.low, figure.x.high = options.xlim[1], options.xlim[2] end
  if options.ylim then figure.y.low, figure.y.high = options.ylim[1], options.ylim[2] end
  local self = setmetatable({kind = description.kind, about = description.about, caller = description.caller,
    figure = figure, image = description.image, in_text = description.in_text,
    person = description.person == true}, Plot)
  if description.x_in_text then
    local other = {}
    for name, value in pairs(figure) do other[name] = value end
    other.x, other.y = description.x_in_text, description.y_in_text
    self.figure_in_text = other
  end
  if options.file then return self:save(options.file) end
  if core.look().present then return self:show() end
  return self
end

-- ---- The kinds of plot ----

for _, part in ipairs {"lines", "distributions", "roc", "survival", "colours", "heatmap", "confusion",
  "image",
  "face_map", "face"} do
  local chunk, problem = loadfile(here .. "/" .. part .. ".lua")
  if not chunk then error(problem, 0) end
  chunk(plot, kit)
end
