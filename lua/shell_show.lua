-- SPDX-License-Identifier: GPL-3.0-or-later
-- Values as the prompt prints them: numbers with a sensible number of digits, text in quotes, tables with
-- sorted keys, to a limited depth and length; objects print themselves through __tostring.

local _, core, shell = ...

local concat, format, rep, sort = table.concat, string.format, string.rep, table.sort
local floor, huge, mathtype = math.floor, math.huge, math.type
local rawget, rawlen, next, type, tostring, pcall = rawget, rawlen, next, type, tostring, pcall
local getmetatable = debug.getmetatable
local settings = shell.settings

local DEEPEST = 4
local LONGEST_TEXT = 4000

local show = {}

local function number(value)
  if mathtype(value) == "integer" then return format("%d", value) end
  if value ~= value then return "nan" end
  if value == huge or value == -huge then return value > 0 and "inf" or "-inf" end
  if math.abs(value) < 1e15 and (value == floor(value) or math.abs(value) >= 10 ^ settings.digits) then
    local text = format("%.0f", value)
    return text == "-0" and "0" or text
  end
  return format("%." .. settings.digits .. "g", value)
end

local escapes = {["\n"] = "\\n", ["\t"] = "\\t", ["\r"] = "\\r", ["\\"] = "\\\\", ['"'] = '\\"',
  ["\0"] = "\\0"}

local function quoted(text)
  local cut = ""
  if #text > LONGEST_TEXT then
    local stop = utf8.offset(text, 0, LONGEST_TEXT) or LONGEST_TEXT
    cut = format("... (%d bytes)", #text)
    text = text:sub(1, stop - 1)
  end
  text = text:gsub('[%c\\"]', function(c) return escapes[c] or format("\\x%02x", c:byte()) end)
  -- Bytes that are no UTF-8 would disturb the terminal.
  if not utf8.len(text) then
    text = text:gsub("[\128-\255]", function(c) return format("\\x%02x", c:byte()) end)
  end
  return '"' .. text .. '"' .. cut
end

-- The name of a function of Lua itself.
local function standard_name(f)
  for key, value in next, _G do
    if value == f and key ~= "_" and key ~= "ans" then return key end
  end
  for _, library in ipairs {"string", "table", "math", "io", "os", "coroutine", "utf8", "debug"} do
    for key, value in next, package.loaded[library] or {} do
      if value == f then return library .. "." .. key end
    end
  end
end

-- The documented name of a function, or where it was written.
local function function_name(f)
  local name = shell.part("help").name_of(f) or standard_name(f)
  if name then return "function " .. name end
  local info = debug.getinfo(f, "S")
  if info.what == "C" then return "function (built in)" end
  if info.source:sub(1, 1) == "@" then return format("function %s:%d", info.short_src, info.linedefined) end
  return "function"
end

local function class_name(meta)
  local name = meta and rawget(meta, "__name")
  return type(name) == "string" and name or nil
end

-- The text of an object that prints itself; nil for others.
local function own_text(value)
  local meta = getmetatable(value)
  if type(meta) ~= "table" or rawget(meta, "__tostring") == nil then return nil end
  local ok, text = pcall(tostring, value)
  return ok and text or format("(%s whose __tostring fails: %s)", class_name(meta) or type(value),
    tostring(text))
end

local function is_name(key)
  return type(key) == "string" and key:find("^[%a_][%w_]*$") and not shell.part("shell_words")[key]
end

local order = {number = 1, string = 2}
local function before(a, b)
  local ta, tb = order[type(a)] or 3, order[type(b)] or 3
  if ta ~= tb then return ta < tb end
  if ta < 3 then return a < b end
  return tostring(a) < tostring(b)
end

-- Keys that are no array index, sorted.
local function other_keys(value, length)
  local keys = {}
  for key in next, value do
    if not (mathtype(key) == "integer" and key >= 1 and key <= length) then keys[#keys + 1] = key end
  end
  sort(keys, before)
  return keys
end

local inner

-- Items of a table as texts; the rest is counted.
local function items_of(value, depth, seen)
  local items, length = {}, rawlen(value)
  local keys = other_keys(value, length)
  local most = settings.items
  for i = 1, math.min(length, most) do items[i] = inner(rawget(value, i), depth, seen) end
  if length > most then items[#items + 1] = format("... %d more", length - most) end
  for i = 1, math.min(#keys, most) do
    local key = keys[i]
    local name = is_name(key) and key or "[" .. inner(key, DEEPEST, seen) .. "]"
    items[#items + 1] = name .. " = " .. inner(rawget(value, key), depth, seen)
  end
  if #keys > most then items[#items + 1] = format("... %d more fields", #keys - most) end
  return items, length > 0
end

local function cells(text) return utf8.len(text) or #text end

-- One line where it fits, else wrapped lines for short items and a line each for long ones.
local function lay_out(items, indent, room)
  local line = "{" .. concat(items, ", ") .. "}"
  if cells(line) + indent <= room and not line:find("\n") then return line end
  local margin = rep(" ", indent + 2)
  local lines, current = {}, ""
  for i, item in ipairs(items) do
    item = item .. (i < #items and "," or "")
    local joined = current == "" and item or current .. " " .. item
    if current ~= "" and (cells(joined) + indent + 2 > room or item:find("\n")
      or item:find("^[%a_][%w_]* = ")) then
      lines[#lines + 1] = margin .. current
      current = item
    else
      current = joined
    end
  end
  lines[#lines + 1] = margin .. current
  return "{\n" .. concat(lines, "\n") .. "\n" .. rep(" ", indent) .. "}"
end

local function table_text(value, depth, seen)
  if seen[value] then return "(itself)" end
  if next(value) == nil then return "{}" end
  if depth >= DEEPEST then return "{...}" end
  seen[value] = true
  local items = items_of(value, depth + 1, seen)
  seen[value] = nil
  return lay_out(items, depth * 2, shell.width())
end

inner = function(value, depth, seen)
  local kind = type(value)
  if kind == "number" then return number(value) end
  if kind == "string" then return quoted(value) end
  if kind == "function" then return function_name(value) end
  if kind == "nil" or kind == "boolean" then return tostring(value) end
  local module = kind == "table" and shell.module_of(value)
  if module then return "module " .. module end
  local text = own_text(value)
  if text then
    -- Inside a table the first line of an object says which it is.
    if depth > 0 then text = text:match("^[^\n]*") end
    return text
  end
  if kind == "table" then return table_text(value, depth, seen) end
  if kind == "thread" then return "coroutine (" .. coroutine.status(value) .. ")" end
  return class_name(getmetatable(value)) or kind
end

-- The text that the prompt prints for a value.
function show.text(value)
  local module = type(value) == "table" and shell.module_of(value)
  if module then return shell.part("help").text(module) end
  return inner(value, 0, {})
end

show.number = number

return show
