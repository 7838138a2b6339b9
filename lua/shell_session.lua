-- SPDX-License-Identifier: GPL-3.0-or-later
-- What was typed: as a script that runs again, and as a list.

local mien, core, shell = ...

local session = {}

-- Inputs that ask or look, and add nothing to a script.
local function is_aside(text)
  return text:find("^%s*help%f[^%w_]") or text:find("^%s*mien%.session%f[^%w_]") or
    text:find("^%s*mien%.history%f[^%w_]") or text:find("^%s*os%.exit%f[^%w_]")
end

local function without_end(text) return (text:gsub("%s*%-%-[^\n]*$", ""):gsub("[%s;]*$", "")) end

-- True where the text reads the last value; `_` is also the name of a value that nobody wants.
local function uses_last(text)
  if text:find("%f[%w_]ans%f[^%w_]") then return true end
  return text:find("%f[%w_]_%f[^%w_]") and not text:find("%f[%w_]_%s*[,=]") and not text:find(",%s*_%f[^%w_]")
end

-- The statements of `r = f(x); r` and its last expression, parted where the prompt parts them.
local function parts_of(text)
  for at = #text, 1, -1 do
    if text:find("^[;\n]", at) then
      local first, rest = text:sub(1, at - 1), text:sub(at + 1)
      if rest:find("[^%s;]") and load("return " .. rest) and load(first) then return first .. "\n", rest end
    end
  end
  return "", text
end

-- The lines of a script for one input. An expression prints its value, as the prompt did.
local function script_lines(input)
  if input.kind == "assignment" or input.values == 0 then return input.text end
  if input.kind == "statement" then return input.text end
  local first, last = "", input.text
  if input.kind == "sequence" then first, last = parts_of(input.text) end
  local code = without_end(last)
  if input.kept then
    return first .. "ans = " .. code .. "\n_ = ans" .. (input.silent and "" or "\nmien.show(ans)")
  end
  if not input.silent then return first .. "mien.show(" .. code .. ")" end
  if first ~= "" then return input.text end
  -- A value that was not shown needs no line, unless a call made it.
  return code:find("^[%a_%(].*[%)%}\"']$") and code or nil
end

local function script_of(inputs)
  local lines, last = {}, nil
  for _, input in ipairs(inputs) do
    input.kept = false
    if last and uses_last(input.text) then last.kept = true end
    if (input.kind == "expression" or input.kind == "sequence") and input.values > 0
      and not is_aside(input.text) then
      last = input
    end
  end
  for _, input in ipairs(inputs) do
    if not is_aside(input.text) then lines[#lines + 1] = script_lines(input) end
  end
  return lines
end

function session.save(inputs, path, options)
  if type(path) ~= "string" then
    error("mien.session: give the name of the script, such as \"smile.lua\"", 2)
  end
  if options ~= nil and type(options) ~= "table" then error("mien.session: options must be a table", 2) end
  for name in pairs(options or {}) do
    if name ~= "overwrite" then
      error(string.format("mien.session: no option \"%s\"; the options are overwrite", tostring(name)), 2)
    end
  end
  if core.exists(path) and not (options and options.overwrite) then
    return nil, string.format("mien.session: %s: exists; choose another name or add {overwrite = true}",
      path), "access"
  end
  local lines = script_of(inputs)
  local file, problem = io.open(path, "w")
  if not file then return nil, "mien.session: " .. problem, "access" end
  file:write("-- Saved from the prompt of mien ", mien.version, ".\n", table.concat(lines, "\n"), "\n")
  local ok, trouble = file:close()
  if not ok then return nil, "mien.session: " .. trouble, "io" end
  shell.write(string.format("%d %s saved to %s\n", #lines, #lines == 1 and "line" or "lines", path))
end

-- ---- History ----

local History = {__name = "mien.history"}
function History.__tostring(list)
  local lines = {}
  for i, entry in ipairs(list) do lines[i] = entry end
  return #lines > 0 and table.concat(lines, "\n") or "no such input"
end

local function decode(line)
  return (line:gsub("\\(.)", function(c) return c == "n" and "\n" or c end))
end

local function read_file()
  local entries = {}
  local path = core.history_path()
  local file = path and io.open(path, "r")
  if not file then return entries end
  for line in file:lines() do entries[#entries + 1] = decode(line) end
  file:close()
  return entries
end

-- The last inputs (20, or the number given), or all that contain the text given.
function session.history(which)
  if which ~= nil and type(which) ~= "string" and not (math.type(which) == "integer" and which > 0) then
    error("mien.history: give a number of inputs or a text to look for", 2)
  end
  local found = {}
  local entries = read_file()
  local first = type(which) == "string" and 1 or math.max(1, #entries - (which or 20) + 1)
  for i = first, #entries do
    if type(which) ~= "string" or entries[i]:find(which, 1, true) then found[#found + 1] = entries[i] end
  end
  return setmetatable(found, History)
end

return session
