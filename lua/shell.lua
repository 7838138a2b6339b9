-- SPDX-License-Identifier: GPL-3.0-or-later
-- The Lua half of the shell, read when the first prompt, `help` or a function of `mien` needs it. Called with
-- the module table `mien` and the functions of the system that src/shell/program.c gives; returns what the C
-- half calls.

local mien, core = ...

-- Kept here, because what the user redefines at the prompt must not break the prompt.
local concat, format, getmetatable, ipairs, pairs = table.concat, string.format, getmetatable, ipairs, pairs
local select, type, tostring, loadfile, error = select, type, tostring, loadfile, error
local next, loaded = next, package.loaded
local open, stdout, stderr, getenv = io.open, io.stdout, io.stderr, os.getenv

-- All that the shell prints on standard output goes through shell.write, so that the check of the
-- documentation can read it.
local shell = {core = core, write = function(...) stdout:write(...) end}
local files = {}

-- The value of a shipped Lua file of the shell, which is called with mien, core and shell.
local function part(name)
  if files[name] == nil then
    local path = core.share("lua/" .. name .. ".lua")
    if not path then
      error(name .. ".lua is missing beside the program; run make, or install mien again", 0)
    end
    files[name] = assert(loadfile(path))(mien, core, shell)
  end
  return files[name]
end
shell.part = part

-- The name by which a module is known ("stats"), nil for any other value.
function shell.module_of(value)
  if type(value) ~= "table" then return nil end
  for name, module in next, loaded do
    if module == value and type(name) == "string" and name:find("^mien") then
      return (name:gsub("^mien%.", ""))
    end
  end
end

-- ---- Settings ----

local settings = {digits = 6, width = nil, colour = nil, items = 40}
local allowed = {
  digits = {"a whole number from 1 to 17",
    function(v) return math.type(v) == "integer" and v >= 1 and v <= 17 end},
  width = {"a whole number from 20 to 1000",
    function(v) return math.type(v) == "integer" and v >= 20 and v <= 1000 end},
  colour = {"true or false", function(v) return type(v) == "boolean" end},
  items = {"a whole number from 3 to 100000",
    function(v) return math.type(v) == "integer" and v >= 3 and v <= 1e5 end},
}

local function width()
  local given = math.tointeger(tonumber(getenv("COLUMNS") or ""))
  return settings.width or given and given >= 20 and given or core.width() or 80
end

local function colour()
  if settings.colour ~= nil then return settings.colour end
  local terminal = getenv("TERM")
  return core.is_terminal(1) and not getenv("NO_COLOR") and terminal ~= nil and terminal ~= "dumb"
end
shell.width, shell.settings = width, settings

local Options = {__name = "mien.options"}
function Options.__tostring(o)
  return format("digits = %d, width = %d, colour = %s, items = %d", o.digits, o.width, tostring(o.colour),
    o.items)
end

function mien.options(changes)
  if changes ~= nil and type(changes) ~= "table" then
    error("mien.options: give a table such as {digits = 4}, not a " .. type(changes), 2)
  end
  for name, value in pairs(changes or {}) do
    local rule = allowed[name]
    if not rule then
      error(format("mien.options: no option \"%s\"; the options are colour, digits, items, width",
        tostring(name)), 2)
    end
    if not rule[2](value) then error(format("mien.options: %s must be %s", name, rule[1]), 2) end
  end
  for name, value in pairs(changes or {}) do settings[name] = value end
  if changes and changes.width then core.set_width(changes.width) end
  if changes == nil then
    local now = {digits = settings.digits, width = width(), colour = colour(), items = settings.items}
    return setmetatable(now, Options)
  end
end

-- ---- Values ----

function mien.show(...)
  local lines = {}
  for i = 1, select("#", ...) do lines[i] = part("shell_show").text((select(i, ...))) end
  if #lines > 0 then shell.write(concat(lines, "\n"), "\n") end
end

-- One line in red, where there is a terminal, as errors are printed.
local function complain(message)
  stdout:flush()
  local terminal = getenv("TERM")
  if core.is_terminal(2) and not getenv("NO_COLOR") and terminal and terminal ~= "dumb" then
    message = "\27[31m" .. message:gsub("^[^\n]*", "%0\27[0m", 1)
  end
  stderr:write(message, "\n")
end

-- ---- What was typed ----

local inputs = {}

-- True for the three values that a function returns when the outside world fails: nil, message and a code
-- word; the functions of io and os give a number instead of the word.
local function is_failure(count, value, message, code)
  return count == 3 and value == nil and type(message) == "string" and
    (type(code) == "string" or math.type(code) == "integer")
end

local function ends_with_semicolon(text)
  return text:gsub("%-%-[^\n]*$", ""):find(";%s*$") ~= nil
end

local told_about_local = false
local function tell_about_local(text)
  if told_about_local or not text:find("^%s*local%s") or text:find("\n") then return end
  told_about_local = true
  stderr:write("note: a local lives only in its own input at the prompt; leave out \"local\" "
    .. "to keep the value\n")
end

-- Called after an input that ran without an error: its text, its kind and the values it gave.
function shell.after(text, kind, ...)
  local count = select("#", ...)
  if is_failure(count, ...) then return complain((select(2, ...))) end
  local silent = ends_with_semicolon(text)
  inputs[#inputs + 1] = {text = text, kind = kind, values = count, silent = silent}
  if kind == "assignment" then return end
  if kind == "statement" then tell_about_local(text) end
  if count == 0 then return end
  if (...) ~= nil then
    rawset(_G, "ans", (...))
    rawset(_G, "_", (...))
  end
  if not silent then mien.show(...) end
end

function mien.session(path, options)
  return part("shell_session").save(inputs, path, options)
end

function mien.history(which)
  return part("shell_session").history(which)
end

-- ---- Prompt commands, help, the command line ----

function shell.question(topic)
  topic = topic:match("^%s*(.-)[%s%?]*$"):gsub("%(.*$", "")
  if topic == "" then return part("help").show() end
  part("help").show(topic)
end

function shell.command(command)
  if not command:find("%S") then return complain("!command runs a command of the system, such as !ls") end
  stdout:flush()
  local _, how, code = os.execute(command)
  if how == "exit" and code == 127 then return end
  if how == "signal" then return stderr:write("\n") end
  if how == "exit" and code ~= 0 then complain(format("the command ended with status %d", code)) end
end

function shell.help(...)
  if select("#", ...) == 0 then return part("help").show() end
  local topic = ...
  part("help").show(topic)
end

function shell.usage() shell.write(part("help").usage(), "\n") end

function shell.complete(before) return part("shell_complete").complete(before) end

-- The path of the shipped script `name`, or a table with the text that says which there are.
function shell.shipped(name)
  local reserved = {help = true}
  for _, module in ipairs(core.modules) do reserved[module] = true end
  local scripts, known = {}, {}
  for _, file in ipairs(core.list_folder(core.share("lua") or "lua")) do
    local script = file:match("^([%w_-]+)%.lua$") or file:match("^([%w_-]+)/$")
    local first = script and script:match("^[^_]*")
    if script and not reserved[first] and first ~= "shell" and script ~= "api" then
      local path = core.share("lua/" .. script .. ".lua") or core.share("lua/" .. script .. "/init.lua")
      if path and not known[script] then
        known[script] = path
        scripts[#scripts + 1] = script
      end
    end
  end
  table.sort(scripts)
  if known[name] then return known[name] end
  local list = #scripts > 0 and "there are " .. concat(scripts, ", ") or "there are none"
  return {format("mien: -m %s: no such shipped script; %s", name, list)}
end

return shell
