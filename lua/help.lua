-- SPDX-License-Identifier: GPL-3.0-or-later
-- help(): the documentation in lua/api, found, laid out for the terminal and searched. The manual page is
-- made from the same data by scripts/make-man.lua.

local mien, core, shell = ...

local concat, format, rep, sort = table.concat, string.format, string.rep, table.sort
local help = {shell = shell}
local words = require "mien.words"

-- ---- The data ----

local order = {"mien"}
for _, name in ipairs(core.modules) do order[#order + 1] = name end

local loaded, entries, topics

local function load_file(path)
  local chunk, problem = loadfile(path)
  local ok, data = pcall(chunk or function() error(problem, 0) end)
  if ok and type(data) == "table" then return data end
  io.stderr:write("help: ", path, " cannot be read: ", tostring(data), "\n")
end

local function add_entries(module)
  for _, entry in ipairs(module.functions or {}) do
    entry.module = module.module
    entries[entry.name] = entry
  end
  for _, topic in ipairs(module.topics or {}) do
    topic.module = module.module
    topics[topic.name] = topic
  end
end

-- What stands in files of the folder that has the module's name, after what is in its own file.
local function add_parts(data, folder)
  local files = core.list_folder(folder) or {}
  sort(files)
  for _, file in ipairs(files) do
    local part = file:find("%.lua$") and load_file(folder .. "/" .. file) or {}
    for _, kind in ipairs {"functions", "topics"} do
      data[kind] = data[kind] or {}
      table.move(part[kind] or {}, 1, #(part[kind] or {}), #data[kind] + 1, data[kind])
    end
  end
end

-- The modules in their usual order, then any other that is documented.
local function load_all()
  if loaded then return end
  loaded, entries, topics = {}, {}, {}
  local files, folder = {}, core.share("lua/api")
  for _, file in ipairs(folder and core.list_folder(folder) or {}) do
    local name = file:match("^([%w_]+)%.lua$")
    if name then files[name] = folder .. "/" .. file end
  end
  local function add(name)
    local data = files[name] and load_file(files[name])
    files[name] = nil
    if data then
      add_parts(data, folder .. "/" .. name)
      loaded[#loaded + 1] = data
      add_entries(data)
    end
  end
  for _, name in ipairs(order) do add(name) end
  local rest = {}
  for name in pairs(files) do rest[#rest + 1] = name end
  sort(rest)
  for _, name in ipairs(rest) do add(name) end
end

function help.modules() load_all() return loaded end
function help.entries() load_all() return entries end
function help.topics() load_all() return topics end

function help.module(name)
  load_all()
  for _, module in ipairs(loaded) do
    if module.module == name then return module end
  end
end

-- ---- Laying out ----

local function cells(text) return utf8.len(text) or #text end
local function padded(text, width) return text .. rep(" ", width - cells(text)) end

-- A line that keeps its shape; what does not fit goes on below its last column.
local function add_fixed(lines, source, width)
  local lead = source:match("^%s*%S.-%s%s+%f[%S]") or source:match("^%s*")
  local margin = rep(" ", cells(lead))
  if cells(source) <= width or #margin > width // 2 then
    lines[#lines + 1] = source
    return
  end
  local line = lead
  for word in source:sub(#lead + 1):gmatch("%S+") do
    if cells(line) + 1 + cells(word) > width and line ~= lead and line ~= margin then
      lines[#lines + 1] = line
      line = margin
    end
    line = line .. ((line == lead or line == margin) and "" or " ") .. word
  end
  lines[#lines + 1] = line
end

-- Text in lines of at most `width` cells, each after `indent`; blank lines part paragraphs, indented lines
-- stay as they are.
local function wrap(text, indent, width, first)
  local lines, paragraph = {}, {}
  local function flush()
    if #paragraph == 0 then return end
    lines[#lines + 1] = words.wrapped(concat(paragraph, " "), indent, width, #lines == 0 and first)
    paragraph = {}
  end
  for source in (text:gsub("%s+$", "") .. "\n"):gmatch("(.-)\n") do
    if not source:find("%S") then
      flush()
      lines[#lines + 1] = ""
    elseif source:find("^%s%s") then
      flush()
      add_fixed(lines, indent .. source, width)
    else
      paragraph[#paragraph + 1] = source
    end
  end
  flush()
  return concat(lines, "\n")
end
help.wrap = wrap

-- Rows of texts as aligned columns; the last column is wrapped.
local function columns(rows, indent, width)
  local widths, lines = {}, {}
  for _, row in ipairs(rows) do
    for i = 1, #row - 1 do widths[i] = math.max(widths[i] or 0, math.min(cells(row[i]), 26)) end
  end
  for _, row in ipairs(rows) do
    local left = indent
    for i = 1, #row - 1 do
      if cells(row[i]) > widths[i] then
        lines[#lines + 1] = left .. row[i]
        left = rep(" ", cells(left) + widths[i] + 2)
      else
        left = left .. padded(row[i], widths[i]) .. "  "
      end
    end
    local margin = rep(" ", math.min(cells(left), width - 20))
    lines[#lines + 1] = (wrap(row[#row], margin, width, left):gsub("%s+$", ""))
  end
  return concat(lines, "\n")
end
help.columns = columns

local function width() return math.max(40, math.min(shell.width(), 110)) - 1 end

-- ---- Texts ----

local function section(lines, title, rows)
  if not rows or #rows == 0 then return end
  lines[#lines + 1] = ""
  lines[#lines + 1] = title
  lines[#lines + 1] = columns(rows, "  ", width())
end

-- Name, then meaning with the type and the default behind it.
local function rows_of(list, has_default)
  local rows = {}
  for i, item in ipairs(list or {}) do
    local kind = tostring(item[2] or "")
    local meaning = tostring(item[has_default and 4 or 3] or "")
    local default = has_default and tostring(item[3] or "") or ""
    if default ~= "" then kind = kind .. (kind ~= "" and "; " or "") .. "default " .. default end
    if meaning ~= "" and kind ~= "" then meaning = meaning .. " (" .. kind .. ")" end
    rows[i] = {tostring(item[1]), meaning ~= "" and meaning or kind}
  end
  return rows
end

-- Breaks a long line of code after a comma or semicolon outside its strings, where Lua allows it.
local function break_code(code, room, lines)
  local quote, last
  for i = 1, #code do
    local c = code:sub(i, i)
    if quote then
      if c == quote and code:sub(i - 1, i - 1) ~= "\\" then quote = nil end
    elseif c == '"' or c == "'" then
      quote = c
    elseif c == " " and code:sub(i - 1, i - 1):find("[,;%.]") then
      last = i
    end
    if i >= room and last then
      lines[#lines + 1] = code:sub(1, last - 1)
      return break_code("  " .. code:sub(last + 1), room, lines)
    end
  end
  lines[#lines + 1] = code
  return lines
end

local function example_lines(entry)
  local lines = {}
  local prompt = "  > "
  for line in (entry.example .. "\n"):gmatch("(.-)\n") do
    for _, part in ipairs(break_code(line, width() - 4, {})) do
      lines[#lines + 1] = prompt .. part
      prompt = "  .. "
    end
  end
  if entry.output then
    for line in (entry.output:gsub("\n$", "") .. "\n"):gmatch("(.-)\n") do
      lines[#lines + 1] = "  " .. line
    end
  end
  return concat(lines, "\n")
end

local function paragraph(lines, title, text)
  if not text or text == "" then return end
  lines[#lines + 1] = ""
  lines[#lines + 1] = wrap(text, rep(" ", 10), width(), padded(title, 10))
end

local function entry_text(entry)
  local lines = {wrap(entry.usage or entry.name, "    ", width(), ""),
    wrap(entry.summary or "", "  ", width(), "  ")}
  if entry.about then
    lines[#lines + 1] = ""
    lines[#lines + 1] = wrap(entry.about, "  ", width(), "  ")
  end
  section(lines, "arguments", rows_of(entry.arguments))
  section(lines, "options", rows_of(entry.options, true))
  section(lines, "returns", rows_of(entry.returns))
  if entry.example then
    lines[#lines + 1] = ""
    lines[#lines + 1] = "example"
    lines[#lines + 1] = example_lines(entry)
  end
  paragraph(lines, "failures", entry.failures)
  paragraph(lines, "source", entry.source)
  paragraph(lines, "see", entry.see and concat(entry.see, ", "))
  return concat(lines, "\n")
end

local function module_text(module)
  local lines = {module.module .. "   " .. (module.summary or "")}
  if module.about then
    lines[#lines + 1] = ""
    lines[#lines + 1] = wrap(module.about, "  ", width(), "  ")
  end
  local rows, fields, objects = {}, {}, {}
  for _, entry in ipairs(module.functions or {}) do
    local object, field = entry.name:match("^(%u%w*)%.([%w_]+)$")
    if not object then
      rows[#rows + 1] = {entry.name, entry.summary or ""}
    else
      if not fields[object] then objects[#objects + 1] = object end
      fields[object] = fields[object] and fields[object] .. ", " .. field or field
    end
  end
  if #rows > 0 then
    lines[#lines + 1] = ""
    lines[#lines + 1] = columns(rows, "  ", width())
  end
  for _, object in ipairs(objects) do paragraph(lines, object, "has the fields " .. fields[object]) end
  local names = {}
  for _, topic in ipairs(module.topics or {}) do names[#names + 1] = '"' .. topic.name .. '"' end
  paragraph(lines, "topics", concat(names, ", "))
  return concat(lines, "\n")
end

local function topic_text(topic)
  return topic.name .. "\n" .. wrap(topic.text, "  ", width(), "  ")
end

-- The help on all methods and fields of a type: help "Track".
local function type_text(name)
  local rows = {}
  for _, module in ipairs(help.modules()) do
    for _, entry in ipairs(module.functions or {}) do
      if entry.name:match("^(%u%w*)[:%.]") == name then
        rows[#rows + 1] = {entry.name, entry.summary or ""}
      end
    end
  end
  if #rows == 0 then return nil end
  return name .. "   what a " .. name .. " has\n\n" .. columns(rows, "  ", width())
end

local function map_text()
  local rows, names = {}, {}
  for _, module in ipairs(help.modules()) do
    if module.module ~= "mien" then rows[#rows + 1] = {module.module, module.summary or ""} end
  end
  local own = help.module("mien")
  rows[#rows + 1] = own and {"mien", own.summary or ""}
  for name in pairs(help.topics()) do names[#names + 1] = name end
  sort(names)
  local lines = {"mien " .. mien.version .. "   how faces move, from videos to group comparisons", ""}
  lines[#lines + 1] = columns(rows, "  ", width())
  paragraph(lines, "topics", concat(names, ", "))
  paragraph(lines, "more", 'help "stats" lists a module, help "stats.ttest" or ?stats.ttest explains '
    .. 'a function, ' ..
    "Tab completes names, columns and files.")
  paragraph(lines, "purpose", "for research and teaching, not a medical device")
  return concat(lines, "\n")
end

-- ---- Finding ----

local function lower_index()
  local index = {}
  local function add(name) index[name:lower()] = index[name:lower()] or name end
  for _, module in ipairs(help.modules()) do add(module.module) end
  for name in pairs(help.topics()) do add(name) end
  for name in pairs(help.entries()) do add(name) end
  return index
end

local function is_known(name) return help.module(name) or help.topics()[name] or help.entries()[name] end

-- Entries whose last part is the name: "ttest" finds stats.ttest.
local function by_last_part(name)
  local found = {}
  for full in pairs(help.entries()) do
    if full:match("[%.:]([%w_]+)$") == name then found[#found + 1] = full end
  end
  sort(found)
  return found
end

-- Up to three names that are spelt alike, nearest first.
local function nearest(name)
  local found = {}
  local function try(candidate, full)
    local d = words.distance(name:lower(), candidate:lower())
    if d <= math.max(1, #name // 3) then found[#found + 1] = {full, d} end
  end
  for _, full in pairs(lower_index()) do
    try(full, full)
    local last = full:match("[%.:]([%w_]+)$")
    if last then try(last, full) end
  end
  sort(found, function(a, b) return a[2] < b[2] or a[2] == b[2] and a[1] < b[1] end)
  local names, seen = {}, {}
  for _, item in ipairs(found) do
    if not seen[item[1]] and #names < 3 then names[#names + 1] = item[1] end
    seen[item[1]] = true
  end
  return names
end

-- Entries whose summary or text has the word.
local function mentions(word)
  local found = {}
  for _, module in ipairs(help.modules()) do
    for _, entry in ipairs(module.functions or {}) do
      if (entry.name .. " " .. (entry.summary or "")):lower():find(word:lower(), 1, true) then
        found[#found + 1] = {entry.name, entry.summary or ""}
      end
    end
    for _, topic in ipairs(module.topics or {}) do
      if (topic.name .. " " .. topic.text):lower():find(word:lower(), 1, true) then
        found[#found + 1] = {topic.name, "topic"}
      end
    end
  end
  return found
end

local function known_text(name)
  if help.entries()[name] then return entry_text(help.entries()[name]) end
  if help.module(name) then
    local topic = help.topics()[name]
    return module_text(help.module(name)) .. (topic and "\n\n" .. topic_text(topic) or "")
  end
  return topic_text(help.topics()[name])
end

local function unknown_text(name)
  local near = nearest(name)
  if #near > 0 then
    return nil, format("help: nothing under \"%s\"; did you mean \"%s\"?", name, concat(near, "\", \""))
  end
  local found = mentions(name)
  if #found > 0 then return format("\"%s\" is mentioned in\n\n", name) .. columns(found, "  ", width()) end
  return nil, format("help: nothing under \"%s\"; help() shows the map", name)
end

-- The help on a name; nil and a message where there is none.
function help.text(name)
  name = name:match("^%s*(.-)%s*$"):gsub("^mien%.(%w+)$", function(rest)
    return help.module(rest) and rest or "mien." .. rest
  end)
  if is_known(name) then return known_text(name) end
  local same = lower_index()[name:lower()]
  if type_text(name) then return type_text(name) end
  if same then return known_text(same) end
  local found = by_last_part(name)
  if #found == 1 then return known_text(found[1]) end
  if #found > 1 then
    local rows = {}
    for i, full in ipairs(found) do rows[i] = {full, help.entries()[full].summary or ""} end
    return format("\"%s\" is one of these\n\n", name) .. columns(rows, "  ", width())
  end
  return unknown_text(name)
end

-- ---- Values ----

-- The documented name of a function, looked up in the modules that are in use; nil for others.
function help.name_of(f)
  for _, name in ipairs(order) do
    local module = package.loaded[name == "mien" and "mien" or "mien." .. name]
    for key, value in next, type(module) == "table" and module or {} do
      if value == f and type(key) == "string" then return name .. "." .. key end
    end
  end
  if f == _G.help then return "help" end
  for full in pairs(help.entries()) do
    local class, method = full:match("^(%w+):([%w_]+)$")
    local meta = class and core.class("mien." .. class:lower())
    local methods = meta and rawget(meta, "__index")
    if f ~= nil and ((meta and rawget(meta, method) == f) or
      (type(methods) == "table" and rawget(methods, method) == f)) then return full end
  end
end

-- "Track" for an object whose metatable is named mien.track.
function help.class_of(value)
  local meta = debug.getmetatable(value)
  local name = type(meta) == "table" and rawget(meta, "__name")
  if type(name) ~= "string" then return nil end
  name = name:gsub("^mien%.", "")
  for full in pairs(help.entries()) do
    local class = full:match("^(%u%w*)[:%.]")
    if class and class:lower() == name:lower() then return class end
  end
end

local function name_of_value(value)
  if type(value) == "function" then return help.name_of(value) end
  return shell.module_of(value) or help.class_of(value)
end

-- Prints the help on a name, a function, a module or an object; without an argument the map.
function help.show(topic)
  local text, problem
  if topic == nil then
    text = map_text()
  elseif type(topic) == "string" then
    text, problem = help.text(topic)
  else
    local name = name_of_value(topic)
    if name then
      text = help.text(name)
    else
      problem = "help: nothing is known about this " .. type(topic) .. "; help() shows the map"
    end
  end
  if not text then error(problem, 0) end
  shell.write(text, "\n")
end

-- All names that help knows, sorted, for completion.
function help.names()
  local names = {}
  for _, name in pairs(lower_index()) do names[#names + 1] = name end
  sort(names)
  return names
end

-- The text of mien -h.
function help.usage()
  local program = help.module("mien").program
  local lines = {}
  for i, usage in ipairs(program.usage) do lines[i] = (i == 1 and "usage: " or "       ") .. usage end
  section(lines, "options", program.options)
  paragraph(lines, "exit", program.exit_summary)
  lines[#lines + 1] = "\nmien " .. mien.version
    .. ", for research and teaching, not a medical device; man mien tells more"
  return concat(lines, "\n")
end

return help
