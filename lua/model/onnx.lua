-- SPDX-License-Identifier: GPL-3.0-or-later
-- Networks from elsewhere, in the ONNX format: model.onnx. What computes is in C (src/onnx, src/lua/onnx.c),
-- loaded when a network is.

local kit = ...
local words = require "mien.words"
local format = string.format

local CALLER, RUN = "model.onnx", "ONNX:run"
local OPTIONS = {"layout", "columns", "shape", "channels", "mean", "sd", "batch", "activation", "levels",
  "output", "progress"}
-- Who a row is, taken over from a data frame of measures where it is there.
local WHOSE = {"participant", "task", "visit", "take", "recording", "start"}
local SHOWN = 5

local function wrong(text, ...) kit.wrong("%s: %s", RUN, format(text, ...)) end

-- What is behind each network: its C half, what its file says, its path.
local behind = setmetatable({}, {__mode = "k"})

-- ---- Shapes ----

local function shape_text(shape)
  if not shape then return "not said" end
  local sizes = {}
  for i, size in ipairs(shape) do
    sizes[i] = size > 0 and format("%d", size) or i == 1 and "n" or "any"
  end
  return "(" .. table.concat(sizes, ", ") .. ")"
end

-- Returns nothing where data of this shape (the first size is that of the rows) fit; else why not.
local function misfit(expected, given, note)
  local fits = not expected or #expected == #given
  for i = 2, fits and expected and #expected or 0 do
    fits = fits and (expected[i] < 0 or expected[i] == given[i])
  end
  if fits then return end
  given = table.move(given, 1, #given, 1, {})
  given[1] = -1
  return format("%s: the network expects %s, given is %s%s", RUN, shape_text(expected), shape_text(given),
    note)
end

-- ---- Options ----

local function list_of(value) return type(value) == "table" and value or {value} end

local function check_scale(options)
  local given = {}
  for _, name in ipairs {"mean", "sd"} do
    local value = options[name]
    if value ~= nil then
      for _, number in ipairs(list_of(value)) do
        if type(number) ~= "number" or number ~= number or math.abs(number) == math.huge
          or name == "sd" and number <= 0 then
          wrong("%s must be a number%s or a list of them", name, name == "sd" and " above 0" or "")
        end
      end
      given[name] = true
    end
  end
  if given.mean ~= given.sd then wrong("give mean and sd together: inputs become (value - mean) / sd") end
end

-- One number for each of `count` parts: one given alone counts for all.
local function scale_of(options, name, count, what)
  local value = options[name]
  if value == nil then return nil end
  local list = list_of(value)
  if #list ~= 1 and #list ~= count then
    wrong("%s must have one number, or %d, one for each %s, not %d", name, count, what, #list)
  end
  local all = {}
  for i = 1, count do all[i] = list[#list == 1 and 1 or i] + 0.0 end
  return all
end

-- The number of the output that is asked for.
local function output_of(options, about)
  if options.output == nil then return 1 end
  local names = {}
  for i, output in ipairs(about.outputs) do
    if output.name == options.output then return i end
    names[i] = output.name
  end
  local near = type(options.output) == "string" and words.nearest(options.output, names)
  wrong('the network has no output "%s"%s', tostring(options.output),
    near and '; did you mean "' .. near .. '"?' or "; there is " .. words.first(names, 8))
end

-- What the C half takes, whatever the data are.
local function core_options(options, about, most)
  local core = {
    output = output_of(options, about), activation = options.activation or "none",
    progress = options.progress ~= false, batch = options.batch or most,
  }
  local size = about.input.shape and about.input.shape[1] or -1
  if size > 0 then
    if options.batch ~= nil and options.batch ~= size then
      wrong("batch must be %d: the file fixes it", size)
    end
    core.batch, core.fixed = size, true
  end
  return core
end

local function check_levels(options)
  local levels = options.levels
  if levels == nil then return end
  local seen = {}
  if type(levels) ~= "table" or #levels == 0 then wrong("levels must be a list of names") end
  for _, level in ipairs(levels) do
    if type(level) ~= "string" or level == "" then wrong("levels must be a list of names") end
    if seen[level] then wrong('levels names "%s" twice', level) end
    seen[level] = true
  end
end

local function check_options(options)
  options = words.check_options(options, RUN, OPTIONS, kit.wrong)
  local batch = options.batch
  if batch ~= nil and not (math.type(batch) == "integer" and batch >= 1 and batch <= 65536) then
    wrong("batch must be a whole number from 1 to 65536, not %s", tostring(batch))
  end
  local activation = options.activation
  if activation ~= nil and activation ~= "none" and activation ~= "softmax" and activation ~= "sigmoid" then
    wrong('activation must be "none", "softmax" or "sigmoid", not %s', tostring(activation))
  end
  if options.progress ~= nil and type(options.progress) ~= "boolean" then
    wrong("progress must be true or false, not a %s", type(options.progress))
  end
  check_scale(options)
  check_levels(options)
  return options
end

local function refuse(options, names, what)
  for _, name in ipairs(names) do
    if options[name] ~= nil then wrong("%s is not for %s", name, what) end
  end
end

-- ---- Results ----

local function output_names(options, about, count, taken)
  local names, levels = {}, options.levels
  if levels and #levels ~= count then
    wrong("levels names %s, the network gives %s", words.counted(#levels, "level"),
      words.counted(count, "number") .. " for a row")
  end
  local name = about.outputs[output_of(options, about)].name
  if name == "" then name = "output" end
  for i = 1, count do names[i] = levels and levels[i] or count == 1 and name or name .. "_" .. i end
  for i, text in ipairs(names) do
    if taken[text] then
      if levels then wrong('the level "%s" has the name of another column', text) end
      names[i] = "output_" .. text
    end
  end
  return names
end

-- A data frame of who the rows are (columns {name, values}), then the outputs.
local function result_frame(options, about, whose, outputs)
  local columns, taken = {}, {}
  for i, column in ipairs(whose) do columns[i], taken[column[1]] = column, true end
  for i, name in ipairs(output_names(options, about, #outputs, taken)) do
    columns[#columns + 1] = {name, outputs[i]}
  end
  return require("mien.df").new(columns)
end

local function whose_of(d)
  local whose = {}
  for _, name in ipairs(WHOSE) do
    if d:has(name) then whose[#whose + 1] = {name, d:col(name)} end
  end
  return whose
end

-- ---- Clips ----

local function layout_of(options, shape)
  local layout = options.layout
  if layout == nil then
    if not shape then wrong('the file does not say its input\'s shape; give layout, such as "ncthw"') end
    return #shape == 4 and "nchw" or "ncthw"
  end
  local seen = {}
  local ok = type(layout) == "string" and layout:find("^n[cthw]+$")
  for letter in (ok and layout or ""):gmatch(".") do
    ok = ok and not seen[letter]
    seen[letter] = true
  end
  if not (ok and seen.h and seen.w) then
    wrong('layout must name every axis once, n first, such as "ncthw", "ntchw", "nchw" (picture by picture) '
      .. 'or "nthw" (pictures as channels), not %s', tostring(layout))
  end
  return layout
end

local function channels_of(options, layout, shape)
  local place = layout:find("c", 1, true)
  local said = place and shape and #shape == #layout and shape[place] or -1
  local channels = options.channels or (said >= 1 and said <= 3 and said or 1)
  if channels ~= 1 and channels ~= 2 and channels ~= 3 then
    wrong("channels must be 1 (luma), 2 (luma and motion) or 3 (luma three times), not %s",
      tostring(channels))
  end
  if channels ~= 1 and not place then wrong("channels must be 1: the layout has no c") end
  if channels == 2 and options.mean then
    wrong("mean and sd are not for 2 channels: motion is that of clips standardised by themselves")
  end
  return math.tointeger(channels)
end

local function run_clips(self, clips, options)
  refuse(options, {"columns", "shape"}, "Clips")
  local about = self.about
  local shape = about.input.shape
  local layout = layout_of(options, shape)
  local channels = channels_of(options, layout, shape)
  local frames, size = kit.core.clips_shape(clips)
  local sizes, given = {n = #clips, c = channels, t = frames, h = size, w = size}, {}
  for letter in layout:gmatch(".") do given[#given + 1] = sizes[letter] end
  local problem = misfit(shape, given, format(' (layout "%s")', layout))
  if problem then return nil, problem, "data" end
  if #clips == 0 then return nil, RUN .. ": there are no clips", "data" end
  local core = core_options(options, about, 16)
  core.channels = channels
  core.mean = scale_of(options, "mean", channels, "channel")
  core.sd = scale_of(options, "sd", channels, "channel")
  local outputs, message, code = self.core.run_clips(RUN, self.net, clips, layout, core)
  if not outputs then return nil, message, code end
  return result_frame(options, about, whose_of(clips:df()), outputs)
end

-- ---- Numbers ----

-- Runs rows of numbers that stand one after the other in `flat`.
local function run_flat(self, flat, shape, options)
  local problem = misfit(self.about.input.shape, shape, "")
  if problem then return nil, problem, "data" end
  local core = core_options(options, self.about, 256)
  local last = shape[#shape]
  core.mean = scale_of(options, "mean", last, "number along the last axis")
  core.sd = scale_of(options, "sd", last, "number along the last axis")
  return self.core.run_numbers(RUN, self.net, flat, shape, core)
end

local function check_columns(d, columns)
  if type(columns) ~= "table" or #columns == 0 then
    wrong("columns must be the list of the measures that the network takes, in its order")
  end
  local there = d:names()
  for _, name in ipairs(columns) do
    if type(name) ~= "string" then wrong("columns must be a list of names, not of a %s", type(name)) end
    if not d:has(name) then
      local near = words.nearest(name, there)
      wrong('there is no column "%s"%s', name, near and '; did you mean "' .. near .. '"?' or "")
    end
    for i = 1, #d do
      if type(d:col(name)[i]) == "string" then wrong('the column "%s" has text', name) end
    end
  end
end

-- The numbers of the complete rows, which rows these are, and which are not.
local function complete_rows(d, columns)
  local values, flat, kept, refused = {}, {}, {}, {}
  for k, name in ipairs(columns) do values[k] = d:col(name) end
  for i = 1, #d do
    local whole = true
    for k = 1, #columns do
      local value = values[k][i]
      whole = whole and type(value) == "number" and value == value and math.abs(value) ~= math.huge
    end
    local list = whole and kept or refused
    list[#list + 1] = i
    for k = 1, whole and #columns or 0 do flat[#flat + 1] = values[k][i] + 0.0 end
  end
  return flat, kept, refused
end

-- The outputs at the rows they belong to; NA elsewhere.
local function spread(outputs, kept, count)
  local all = {}
  for k, output in ipairs(outputs) do
    all[k] = {}
    for i = 1, count do all[k][i] = 0 / 0 end
    for place, row in ipairs(kept) do all[k][row] = output[place] end
  end
  return all
end

local function refused_text(refused)
  if #refused == 0 then return nil end
  return format("%s with missing values refused, NA in the result: %s", words.counted(#refused, "row"),
    words.first(refused, SHOWN))
end

local function run_measures(self, d, options)
  refuse(options, {"layout", "shape", "channels"}, "a data frame")
  check_columns(d, options.columns)
  local flat, kept, refused = complete_rows(d, options.columns)
  local problem = misfit(self.about.input.shape, {#d, #options.columns}, "")
  if problem then return nil, problem, "data" end
  if #kept == 0 then return nil, RUN .. ": every row has missing values in these columns", "data" end
  local outputs, message, code = run_flat(self, flat, {#kept, #options.columns}, options)
  if not outputs then return nil, message, code end
  if #refused > 0 then outputs = spread(outputs, kept, #d) end
  return result_frame(options, self.about, whose_of(d), outputs), refused_text(refused)
end

-- The sizes of a table of tables, taken from its first items.
local function nested_shape(data)
  local shape, item = {}, data
  while type(item) == "table" do
    shape[#shape + 1] = #item
    if #item == 0 or #shape > 8 then
      wrong("the table must hold 2 to 8 levels of rows and numbers, none empty")
    end
    item = item[1]
  end
  return shape
end

local function flatten(item, shape, depth, flat)
  if depth > #shape then
    if type(item) ~= "number" or item ~= item or math.abs(item) == math.huge then
      wrong("every item must be a number, not %s; missing values cannot be run", tostring(item))
    end
    flat[#flat + 1] = item + 0.0
    return
  end
  if type(item) ~= "table" or #item ~= shape[depth] then
    wrong("all parts of the table must be of one shape, %s", shape_text(shape))
  end
  for i = 1, #item do flatten(item[i], shape, depth + 1, flat) end
end

local function check_shape(shape, count)
  local total = 1
  if type(shape) ~= "table" or #shape < 2 or #shape > 8 then wrong("shape must be a list of 2 to 8 sizes") end
  for _, size in ipairs(shape) do
    if math.type(size) ~= "integer" or size < 1 or size > count then
      wrong("shape must hold whole numbers from 1, and as many numbers in all as are given (%d)", count)
    end
    total = total * size
    if total > count then break end
  end
  if total ~= count then
    wrong("shape %s does not hold %s", shape_text(shape), words.counted(count, "number"))
  end
  return shape
end

local function run_table(self, data, options)
  refuse(options, {"layout", "columns", "channels"}, "a table")
  local shape, flat = nil, {}
  if options.shape ~= nil then
    flatten(data, {#data}, 1, flat)
    shape = check_shape(options.shape, #flat)
  else
    shape = nested_shape(data)
    if #shape < 2 then wrong("a plain list of numbers needs shape, such as {1, %d}", #data) end
    flatten(data, shape, 1, flat)
  end
  local outputs, message, code = run_flat(self, flat, shape, options)
  if not outputs then return nil, message, code end
  return result_frame(options, self.about, {}, outputs)
end

-- ---- The network ----

local function is_frame(value)
  local meta = debug.getmetatable(value)
  return type(meta) == "table" and rawget(meta, "__name") == "mien.frame"
end

local methods = {}

function methods.run(net, data, options)
  local self = behind[net]
  if not self then wrong("call it as net:run(data, options)") end
  options = check_options(options)
  if kit.is_clips(data) then return run_clips(self, data, options) end
  if is_frame(data) then return run_measures(self, data, options) end
  if type(data) ~= "table" then
    wrong("the data must be Clips, a data frame or a table, not a %s", type(data))
  end
  return run_table(self, data, options)
end

local function show(net)
  local self = behind[net]
  local about = self.about
  local lines = {format("ONNX  %s: %s%s", self.path:match("[^/]*$"), words.counted(about.nodes, "node"),
    about.producer ~= "" and ", made by " .. about.producer or "")}
  lines[2] = format("  input   %s %s", about.input.name, shape_text(about.input.shape))
  for _, output in ipairs(about.outputs) do
    lines[#lines + 1] = format("  output  %s %s", output.name, shape_text(output.shape))
  end
  return table.concat(lines, "\n")
end

local network = {__name = "mien.onnx", __index = methods, __tostring = show}

function kit.model.onnx(file)
  if type(file) ~= "string" then
    kit.wrong("%s: the first argument must be the name of a file, not a %s", CALLER, type(file))
  end
  local ok, core = pcall(require, "mien.onnx")
  if not ok then return nil, CALLER .. ": " .. tostring(core), "tool" end
  local handle, about, code = core.open(CALLER, file)
  if not handle then return nil, about, code end
  local net = setmetatable({}, network)
  behind[net] = {net = handle, about = about, core = core, path = file}
  return net
end
