-- SPDX-License-Identifier: GPL-3.0-or-later
-- measure.import: the output of other tools as tables like those of measure.of. What is known of the tools is
-- in import_formats.lua.

local kit = ...
local measure = kit.measure
local words = require "mien.words"

local CALLER = "measure.import"
local NAN = 0 / 0

local function wrong(text, ...) error(CALLER .. ": " .. string.format(text, ...), 0) end

-- ---- Options ----

local function format_of(key)
  if key == nil then return nil end
  local known = {}
  for i, format in ipairs(kit.formats) do
    if format.key == key then return format end
    known[i] = '"' .. format.key .. '"'
  end
  wrong("format must be one of %s, not %s", table.concat(known, ", "), tostring(key))
end

local function check(file, options)
  if type(file) ~= "string" or file == "" then
    wrong("the file must be a name, not %s", file == nil and "missing" or "a " .. type(file))
  end
  options = words.check_options(options, CALLER, {"format", "fps", "face", "time_unit"})
  local fps = options.fps
  if fps ~= nil and (math.type(fps) == nil or not (fps > 0 and fps < math.huge)) then
    wrong("fps must be a number above 0, not %s", tostring(fps))
  end
  if options.time_unit ~= nil and options.time_unit ~= "s" and options.time_unit ~= "ms" then
    wrong('time_unit must be "s" or "ms", not %s', tostring(options.time_unit))
  end
  return options, format_of(options.format)
end

-- ---- Reading the file ----

local HEAD = 1 << 18
local SEPARATORS = {"\t", ";", ","}

local function count_of(text, sign) return select(2, text:gsub(sign, "")) end

-- The lines at the file's beginning, the last of them perhaps cut; nil where it cannot be read.
local function first_lines(file)
  local handle = io.open(file, "rb")
  local text = handle and handle:read(HEAD)
  if handle then handle:close() end
  if not text then return nil end
  local lines = {}
  for line in (text:gsub("^\xef\xbb\xbf", ""):gsub("\r\n?", "\n") .. "\n"):gmatch("(.-)\n") do
    lines[#lines + 1] = line
    if #lines == 200 then break end
  end
  return lines
end

local function most_frequent_separator(line)
  local best, most = ",", 0
  for _, sign in ipairs(SEPARATORS) do
    local count = count_of(line, sign)
    if count > most then best, most = sign, count end
  end
  return best
end

-- FaceReader writes some lines about the analysis before the table.
local function header_at(lines)
  for i, line in ipairs(lines) do
    for _, sign in ipairs(SEPARATORS) do
      local cells = sign .. line:gsub('"', "") .. sign
      if cells:find(sign .. "Video Time" .. sign, 1, true) then return i end
    end
  end
  for i, line in ipairs(lines) do
    if line:find("%S") then return i end
  end
  return 1
end

-- How to read the table: {skip =, separator =, decimal =}, and the lines before it.
local function layout_of(lines)
  local header = header_at(lines)
  local layout = {skip = header - 1, separator = most_frequent_separator(lines[header] or "")}
  if layout.separator ~= "," then
    for i = header + 1, math.min(#lines, header + 30) do
      if lines[i]:find("%d,%d") then layout.decimal = "," end
    end
  end
  return layout
end

-- The first words of the table, for messages about columns.
local function found_text(names)
  local list = {}
  for i = 1, math.min(#names, 8) do list[i] = words.display(names[i], 24) end
  return table.concat(list, ", ") .. (#names > 8 and string.format(" and %d more", #names - 8) or "")
end

local function has_all(format, has)
  for _, name in ipairs(format.needs) do
    if not has[name] then return false end
  end
  return true
end

local function recognise(format, has, names, file)
  if format and not has_all(format, has) then
    return nil, string.format("%s: %s: is no %s output: expected the columns %s; found %s", CALLER, file,
      format.title, table.concat(format.needs, ", "), found_text(names)), "format"
  end
  if format then return format end
  for _, one in ipairs(kit.formats) do
    if has_all(one, has) then return one end
  end
  if has.timestamp and has.x_0 and has.y_67 then
    return nil, string.format("%s: %s: has points but no action units; face.load reads it", CALLER, file),
      "format"
  end
  local expected = {}
  for i, one in ipairs(kit.formats) do
    expected[i] = string.format("%s for %s", table.concat(one.needs, ", "), one.title)
  end
  return nil, string.format("%s: %s: not recognised: expected the columns %s; found %s", CALLER, file,
    table.concat(expected, "; "), found_text(names)), "format"
end

local function read(file, format)
  local df = require "mien.df"
  local lines = first_lines(file)
  local options = lines and layout_of(lines) or {}
  local about = table.concat(lines or {}, "\n", 1, options.skip or 0)
  local is_log = (format and format.key == "facereader") or (options.skip or 0) > 0
  if is_log then options.na = format_of("facereader").na end
  local d, message, code = df.read(file, options)
  if not d then return nil, (message:gsub("^df%.read: ", CALLER .. ": ")), code end
  return d, about
end

-- ---- The table in work ----

-- names, at[name] = array of values, has[name]; a missing text is false.
local function open_table(d)
  local work = {names = d:names(), at = {}, has = {}, text = {}, rows = #d}
  for _, name in ipairs(work.names) do
    work.has[name] = true
    work.text[name] = d:col(name):type() == "text"
  end
  setmetatable(work.at, {__index = function(at, name)
    if not work.has[name] then return nil end
    local column, values = d:col(name), {}
    for i = 1, #d do values[i] = column[i] end
    rawset(at, name, values)
    return values
  end})
  return work
end

-- The row and the text of the first cell that is no number, for the message about it.
local function not_number(work, name)
  for row, value in ipairs(work.at[name]) do
    if value and not tonumber(value) then
      return string.format('row %d: %s is "%s", no number', row, name, words.display(value, 30))
    end
  end
  return name .. " holds no numbers"
end

-- Only the rows of one face.
local function keep_face(work, format, face)
  local name = format.face
  if not name or not work.has[name] then
    return nil, string.format("has no column %s to choose a face by", name or "of faces")
  end
  local column, rows, seen, list = work.at[name], {}, {}, {}
  for i, value in ipairs(column) do
    local text = type(value) == "number" and string.format("%g", value) or tostring(value)
    if text == tostring(face) or value == face then rows[#rows + 1] = i end
    if not seen[text] then list[#list + 1] = text end
    seen[text] = true
  end
  if #rows == 0 then
    return nil, string.format("no face %s; %s has %s", tostring(face), name, words.first(list, 8))
  end
  for _, known in ipairs(work.names) do
    local values, kept = work.at[known], {}
    for i, row in ipairs(rows) do kept[i] = values[row] end
    rawset(work.at, known, kept)
  end
  work.rows = #rows
  return true
end

-- ---- Time ----

-- "00:01:02.040" or "00:01:02,040" -> seconds
local function seconds_of_clock(text)
  local hours, minutes, seconds = text:gsub(",", "."):match("^%s*(%d+):(%d+):(%d+%.?%d*)%s*$")
  if not hours then return nil end
  return tonumber(hours) * 3600 + tonumber(minutes) * 60 + tonumber(seconds)
end

local function time_by_clock(work, name)
  local time = {}
  for row, value in ipairs(work.at[name]) do
    time[row] = type(value) == "number" and value or value and seconds_of_clock(value)
    if not time[row] then
      return nil, string.format('row %d: %s is "%s", no time such as 00:00:01.040', row, name,
        words.display(tostring(value or "NA"), 30))
    end
  end
  return time
end

-- The tool's column of times, if the file has one: name and seconds per unit.
local function time_column(work, format)
  for _, name in ipairs(work.names) do
    if format.time[name] then return name, format.time[name] end
  end
end

local function time_by_frames(work, format, fps)
  local time, frame = {}, format.frame and work.has[format.frame] and work.at[format.frame]
  if frame and work.text[format.frame] then return nil, not_number(work, format.frame) end
  for row = 1, work.rows do
    time[row] = frame and (frame[row] - (format.first_frame or frame[1])) / fps or (row - 1) / fps
  end
  return time, string.format("times from %s at %g frames/s", frame and "frame numbers" or "row numbers", fps)
end

local function median_step(time)
  local steps = {}
  for i = 2, #time do steps[i - 1] = time[i] - time[i - 1] end
  table.sort(steps)
  return steps[#steps // 2 + 1] or 0
end

local function time_of(work, format, options)
  local name, unit = time_column(work, format)
  if options.fps then return time_by_frames(work, format, options.fps) end
  if not name then
    return nil, format.title .. " wrote no times; give the frames per second of the video: fps = 25"
  end
  if format.clock then return time_by_clock(work, name) end
  if work.text[name] then return nil, not_number(work, name) end
  if options.time_unit then unit = options.time_unit == "ms" and 1e-3 or 1 end
  local time = {}
  for row, value in ipairs(work.at[name]) do time[row] = value * unit end
  if not options.time_unit and unit == 1 and median_step(time) >= 1 then
    return nil, string.format('%s grows by %g a row; if these are milliseconds, give time_unit = "ms"', name,
      median_step(time))
  end
  local step = median_step(time)
  if step > 0 and step < 0.003 then
    return time, string.format("%.3g frames/s by its times, which fps = would replace", 1 / step)
  end
  return time
end

local function check_times(time, work, format)
  for row, seconds in ipairs(time) do
    if seconds ~= seconds then return string.format("row %d has no time", row) end
    if row > 1 and seconds <= time[row - 1] then
      local way = format.face and work.has[format.face]
        and string.format("choose one with face = (column %s)", format.face) or "keep the rows of one"
      if seconds == time[row - 1] then
        return string.format("rows %d and %d are both at %.6g s: several faces in one file? %s", row - 1, row,
          seconds, way)
      end
      return string.format("row %d: time falls back from %.6g to %.6g s: several faces or recordings in one "
        .. "file? %s", row, time[row - 1], seconds, way)
    end
  end
end

-- ---- Columns ----

local function converted(work, spec)
  if work.text[spec.tool] then return nil, not_number(work, spec.tool) end
  local values = {}
  for row, value in ipairs(work.at[spec.tool]) do
    value = value * (spec.factor or 1)
    if spec.top and (value > spec.top * 1.01 or value < -0.01) then
      local factor = spec.factor or 1
      return nil, string.format("row %d: %s is %g, expected 0 to %g", row, spec.tool, value / factor,
        spec.top / factor)
    end
    values[row] = value
  end
  return values
end

-- FaceReader can write action units as letters, NotActive and A to E, which are no numbers.
local function is_category(work, spec)
  if not work.text[spec.tool] then return false end
  for _, value in ipairs(work.at[spec.tool]) do
    if value and value ~= "NotActive" and value ~= "Trace" and not value:find("^[A-E]$") then return false end
  end
  return true
end

local function is_left_out(name, format)
  for _, pattern in ipairs(format.left_out) do
    if name:find(pattern) then return true end
  end
  return false
end

-- Adds the columns that mean the same as measures here and marks the tool's names as used. Returns how many
-- action units are letters and the names of what tells a face from none, or nil and what is wrong.
local function known_columns(work, format, result, used)
  local specs, categories, measured = format.columns, 0, {}
  if type(specs) == "function" then specs = specs(work.names) end
  for _, spec in ipairs(specs) do
    if work.has[spec.tool] and not used[spec.tool] and not result.has[spec.name] then
      if is_category(work, spec) then
        categories = categories + 1
      else
        local values, problem = converted(work, spec)
        if not values then return nil, problem end
        result:add(spec.name, values)
        used[spec.tool] = true
        if spec.top then measured[#measured + 1] = spec.name end
      end
    end
  end
  return categories, measured
end

-- What the tool has beyond that, under its own names.
local function further_columns(work, format, result, used)
  local left_out = 0
  for _, name in ipairs(work.names) do
    if is_left_out(name, format) then
      left_out = left_out + 1
    elseif not used[name] then
      local free = name
      while result.has[free] do free = free .. "_" .. format.key end
      result:add(free, work.at[name])
    end
  end
  return left_out
end

-- A row in which the tool measured nothing has no value at all.
local function blank_missing(work, format, result, measured)
  local missing = 0
  for row = 1, work.rows do
    local gone = format.is_missing and format.is_missing(row, work.at)
    if not gone and #measured > 0 then
      gone = true
      for _, name in ipairs(measured) do
        local value = result.values[name][row]
        if value == value then
          gone = false
          break
        end
      end
    end
    result.found[row] = gone and 0 or 1
    missing = missing + (gone and 1 or 0)
    for _, name in ipairs(gone and result.names or {}) do
      local values = result.values[name]
      if type(values[row]) == "number" and name ~= "time" and name ~= "frame" then values[row] = NAN end
    end
  end
  return missing
end

local function new_result()
  local result = {names = {}, values = {}, has = {time = true, frame = true, found = true}, found = {}}
  function result:add(name, values)
    self.names[#self.names + 1], self.values[name], self.has[name] = name, values, true
  end
  return result
end

local function as_frame(result, time, frame)
  local columns = {{"time", time}, {"found", result.found}}
  if frame then table.insert(columns, 2, {"frame", frame}) end
  for _, name in ipairs(result.names) do columns[#columns + 1] = {name, result.values[name]} end
  return require("mien.df").new(columns)
end

-- ---- What was done ----

local function note_of(format, about, counts, said)
  local model = about:match("Face Model:%s*([^\n;\t]+)")
  local list = {string.format("%s%s: %s, %d without a face", format.title,
    model and " (face model " .. words.display(model:gsub("%s+$", ""), 30) .. ")" or "",
    words.counted(counts.rows, "row"), counts.missing), format.scaled}
  if said then list[#list + 1] = said end
  if counts.categories > 0 then
    list[#list + 1] = words.counted(counts.categories, "action unit") .. " in letters, kept as text"
  end
  if counts.left_out > 0 then
    list[#list + 1] = words.counted(counts.left_out, "column") .. " of points and parameters left out"
  end
  return table.concat(list, "; ")
end

-- ---- The function ----

function measure.import(file, options)
  local wanted
  options, wanted = check(file, options)
  local d, about, code = read(file, wanted)
  if not d then return nil, about, code end
  local work = open_table(d)
  local format, message, kind = recognise(wanted, work.has, work.names, file)
  if not format then return nil, message, kind end
  local function fail(problem) return nil, string.format("%s: %s: %s", CALLER, file, problem), "format" end
  if work.rows == 0 then return fail("has no rows, only a header") end
  if options.face ~= nil then
    local ok, problem = keep_face(work, format, options.face)
    if not ok then return fail(problem) end
  end
  for name in pairs(format.consumed or {}) do
    if work.text[name] then return fail(not_number(work, name)) end
  end
  local time, said = time_of(work, format, options)
  if not time then return fail(said) end
  local problem = check_times(time, work, format)
  if problem then return fail(problem) end
  local used = {frame = true}
  for name in pairs(format.time) do used[name] = true end
  for name in pairs(format.consumed or {}) do used[name] = true end
  local result = new_result()
  local categories, measured = known_columns(work, format, result, used)
  if not categories then return fail(measured) end
  if format.adjust then format.adjust(result.values, work) end
  local counts = {rows = work.rows, categories = categories}
  counts.left_out = further_columns(work, format, result, used)
  counts.missing = blank_missing(work, format, result, measured)
  local frame = work.has.frame and not work.text.frame and work.at.frame
  return as_frame(result, time, frame), note_of(format, about, counts, said)
end
