-- SPDX-License-Identifier: GPL-3.0-or-later
-- What Tab offers. Looks at the line up to the cursor; reads tables raw, so that no code of the user's runs,
-- and names of modules from their documentation, so that nothing heavy is loaded.

local _, core, shell = ...

local rawget, type, next, ipairs = rawget, type, next, ipairs
local getmetatable = debug.getmetatable
local words = shell.part("shell_words")

local STEPS = 20 -- Up a chain of metatables.
local complete = {}

-- ---- Where the cursor is ----

-- Walks over the line: in which string it ends (start of its content, its quote), whether in a comment, and
-- the brackets that are open (position and character).
local function scan(line)
  local open, quote, start, i = {}, nil, nil, 1
  while i <= #line do
    local c = line:sub(i, i)
    if quote then
      if c == "\\" then i = i + 1 elseif c == quote then quote = nil end
    elseif c == '"' or c == "'" then
      quote, start = c, i + 1
    elseif line:sub(i, i + 1) == "--" then
      return {comment = true, open = open}
    elseif c:find("[%(%{%[]") then
      open[#open + 1] = {at = i, char = c}
    elseif c:find("[%)%}%]]") then
      open[#open] = nil
    end
    i = i + 1
  end
  return {start = quote and start, quote = quote, open = open}
end

-- ---- Values behind a chain of names ----

local function lookup(value, key)
  for _ = 1, STEPS do
    if type(value) == "table" then
      local found = rawget(value, key)
      if found ~= nil then return found end
    end
    local meta = getmetatable(value)
    local index = type(meta) == "table" and rawget(meta, "__index")
    if type(index) ~= "table" then return nil end
    value = index
  end
end

-- The names of a data frame's columns, or nil.
local function columns_of(value)
  local meta = getmetatable(value)
  if type(value) ~= "table" or meta == nil or meta ~= core.class("mien.frame") then return nil end
  local names = rawget(value, "\0names")
  return type(names) == "table" and names or nil
end

-- The value of "a.b[1].c", read without running anything; nil where that is not possible.
local function value_of(chain)
  local name, rest = chain:match("^([%a_][%w_]*)(.*)$")
  if not name then return nil end
  local value = rawget(_G, name)
  while rest ~= "" and value ~= nil do
    local key, after = rest:match("^%.([%a_][%w_]*)(.*)$")
    if not key then
      key, after = rest:match("^%[(%d+)%](.*)$")
      key = math.tointeger(tonumber(key))
    end
    if not key then
      local _
      _, key, after = rest:match("^%[([\"'])([^\"']*)%1%](.*)$")
    end
    if not key then return nil end
    value, rest = lookup(value, key), after
  end
  return value
end

-- The chain that ends at the end of the text, such as "a.b[1]" of "print(a.b[1]".
local function last_chain(text)
  local stop = #text
  local start = stop + 1
  while true do
    local before = text:sub(1, start - 1)
    local bracket = before:match("%[[%w_\"']*%]$")
    local name = before:match("[%a_][%w_]*$")
    local dotted = before:match("%.$")
    if bracket then start = start - #bracket
    elseif name then start = start - #name
    elseif dotted and start <= stop then start = start - 1
    else break end
  end
  return text:sub(start)
end

-- ---- Candidates ----

local function collector(prefix)
  local list, seen = {}, {}
  local function add(name, text)
    if type(name) ~= "string" or seen[name] or name:sub(1, #prefix) ~= prefix then return end
    if prefix == "" and name:sub(1, 1) == "_" then return end
    seen[name] = true
    list[#list + 1] = text or name
  end
  return list, add
end

local function is_name(key) return type(key) == "string" and key:find("^[%a_][%w_]*$") and not words[key] end

-- Keys of a value and of the tables it inherits from; wanted(value) chooses.
local function add_keys(value, add, wanted)
  for _ = 1, STEPS do
    if type(value) == "table" then
      for key, item in next, value do
        if is_name(key) and wanted(item) then add(key) end
      end
    end
    local meta = getmetatable(value)
    local index = type(meta) == "table" and rawget(meta, "__index")
    if type(index) ~= "table" then return end
    value = index
  end
end

-- Methods that a function __index keeps in a table of functions of its own.
local function add_hidden_methods(value, add)
  local meta = getmetatable(value)
  local index = type(meta) == "table" and rawget(meta, "__index")
  if type(index) ~= "function" then return end
  for i = 1, STEPS do
    local name, item = debug.getupvalue(index, i)
    if not name then return end
    local all = type(item) == "table" and item ~= _G and item ~= meta
    for key, method in next, all and item or {} do
      all = all and type(key) == "string" and type(method) == "function"
    end
    for key in next, all and item or {} do
      if is_name(key) then add(key) end
    end
  end
end

local function add_documented(pattern, add)
  for name in next, shell.part("help").entries() do add(name:match(pattern)) end
end

local function add_members(value, separator, add)
  local is_call = separator == ":"
  local help = shell.part("help")
  local module = shell.module_of(value)
  add_keys(value, add, function(item) return not is_call or type(item) == "function" end)
  if module and not is_call then add_documented("^" .. module .. "%.([%w_]+)$", add) end
  local class = help.class_of(value)
  if is_call then add_hidden_methods(value, add) end
  if class and is_call then add_documented("^" .. class .. ":([%w_]+)$", add) end
  if class and not is_call then add_documented("^" .. class .. "%.([%w_]+)$", add) end
  for _, name in ipairs(not is_call and columns_of(value) or {}) do
    if is_name(name) then add(name) end
  end
end

-- The documented function whose call is open where the cursor is, and whether the cursor is in its table of
-- options.
local function open_call(line, open)
  for i = #open, math.max(1, #open - 2), -1 do
    local before = line:sub(1, open[i].at - 1):gsub("%s+$", "")
    local object, method = before:match("([%a_][%w_%.]*):([%a_][%w_]*)$")
    local name = before:match("([%a_][%w_]*%.[%a_][%w_]*)$")
    local help = shell.part("help")
    if object then
      local class = help.class_of(value_of(object))
      local entry = class and help.entries()[class .. ":" .. method]
      if entry then return entry, open[#open].char == "{" end
    elseif name and help.entries()[name] then
      return help.entries()[name], open[#open].char == "{"
    end
  end
end

local function complete_name(line, at)
  local prefix = line:match("[%a_][%w_]*$") or ""
  local start = #line - #prefix
  local list, add = collector(prefix)
  local separator = line:sub(start, start)
  local before = line:sub(1, start - 1)
  if (separator == "." or separator == ":") and not before:find("%.$") then
    local value = value_of(last_chain(before))
    if value == nil and before:find("[\"']%)?$") then value = "" end
    if value ~= nil then add_members(value, separator, add) end
    return start, list
  end
  local entry, in_options = open_call(line, at.open)
  if entry and in_options then
    for _, option in ipairs(entry.options or {}) do add(tostring(option[1]), tostring(option[1]) .. " = ") end
  end
  if prefix ~= "" or not (entry and in_options) then
    for key in next, _G do if is_name(key) then add(key) end end
    for word in next, words do add(word) end
  end
  return start, list
end

-- ---- Inside strings ----

local function complete_file(text, start, quote)
  local folder, prefix = text:match("^(.*/)([^/]*)$")
  prefix = prefix or text
  local list, add = collector(prefix)
  local path = folder or "."
  if path:sub(1, 2) == "~/" then path = (os.getenv("HOME") or "") .. path:sub(2) end
  for _, name in ipairs(core.list_folder(path)) do
    if prefix ~= "" or name:sub(1, 1) ~= "." then add(name) end
  end
  local is_folder = #list == 1 and list[1]:sub(-1) == "/"
  return start + #text - #prefix, list, is_folder and "" or quote
end

-- The data frames that the open call is about: its object and its first arguments.
local function frames_in_call(line, at)
  local first = at.open[math.max(1, #at.open - 1)]
  local from = first and first.at or 1
  local frames = {}
  local object = line:sub(1, from - 1):match("([%a_][%w_%.]*):[%a_][%w_]*%s*$")
  local texts = {line:sub(from, at.start - 2)}
  if object then texts[2] = object end
  local method = line:sub(1, at.start - 2):match("([%a_][%w_%.]*):[%a_][%w_]*%s*$")
  if method then texts[#texts + 1] = method end
  local index = line:sub(1, at.start - 2):match("([%a_][%w_%.]*)%[%s*$")
  if index then texts[#texts + 1] = index end
  for _, text in ipairs(texts) do
    for chain in text:gmatch("[%a_][%w_%.]*") do
      local names = columns_of(value_of((chain:gsub("%.$", ""))))
      if names then frames[#frames + 1] = names end
    end
  end
  return frames
end

local function complete_string(line, at)
  local text = line:sub(at.start)
  local before = line:sub(1, at.start - 2)
  if before:find("%f[%w_]help%s*%(?%s*$") then
    local list, add = collector(text)
    for _, name in ipairs(shell.part("help").names()) do add(name) end
    return at.start - 1, list, at.quote
  end
  if not text:find("[/~%.]") then
    local list, add = collector(text)
    for _, names in ipairs(frames_in_call(line, at)) do
      for _, name in ipairs(names) do add(name) end
    end
    if #list > 0 then return at.start - 1, list, at.quote end
  end
  return complete_file(text, at.start - 1, at.quote)
end

-- ---- Interface ----

-- For the line up to the cursor: the number of bytes before the word, the words that could stand there, and
-- the character to add when there is only one.
function complete.complete(before)
  -- Only the last line of a text with several.
  local offset = #before - #before:match("[^\n]*$")
  local line = before:sub(offset + 1)
  local question = line:match("^%s*%?()")
  if question then
    local topic = line:sub(question)
    local list, add = collector(topic)
    for _, name in ipairs(shell.part("help").names()) do add(name) end
    return offset + question - 1, list, ""
  end
  if line:find("^%s*!") then
    local word = line:match("[^%s!]*$")
    local start, list, append = complete_file(word, #line - #word, " ")
    return offset + start, list, append
  end
  local at = scan(line)
  if at.comment then return offset + #line, {}, "" end
  local start, list, append = (at.quote and complete_string or complete_name)(line, at)
  return offset + start, list, append or ""
end

return complete
