-- SPDX-License-Identifier: GPL-3.0-or-later
-- Compares the documentation (lua/api) with the program, in both directions, and runs its examples:
--
--     mien --no-init scripts/check-docs.lua
--
-- Checked: every documented function, method and option exists; every existing one is documented; examples
-- run and print what they say; summaries fit; references lead somewhere; man/mien.1 is up to date. Examples
-- that need a recording use the file named by MIEN_CLIP.

local help = require "mien.help"
local shell = help.shell
local core = shell.core
local passed, failed, without_clip, notes = 0, 0, 0, {}

local function check(ok, ...)
  if ok then
    passed = passed + 1
  else
    failed = failed + 1
    print("FAIL  " .. string.format(...))
  end
  return ok
end

local function note(...) notes[#notes + 1] = string.format(...) end

-- ---- Modules and types as they are ----

local modules = {}
for _, name in ipairs(core.modules) do
  local module = package.loaded["mien." .. name]
  local ok, problem = pcall(function() return module._ end)
  if check(ok, "module %s does not load: %s", name, problem) and next(module) ~= nil then
    modules[name] = module
  end
end
modules.mien = mien
local _ = mien.options

-- Every metatable with a name that can be reached from the modules, by that name in lower case without
-- "mien.".
local classes = {}
local function search(roots, seen)
  local queue, first = roots, 1
  local function add(value)
    local kind = type(value)
    if (kind == "table" or kind == "function" or kind == "userdata") and not seen[value] then
      seen[value] = true
      queue[#queue + 1] = value
    end
  end
  while queue[first] do
    local value = queue[first]
    first = first + 1
    add(debug.getmetatable(value))
    if type(value) == "table" then
      local name = rawget(value, "__name")
      if type(name) == "string" then classes[name:lower():gsub("^mien%.", "")] = value end
      for _, item in next, value do add(item) end
    elseif type(value) == "function" then
      for i = 1, 60 do
        local name, item = debug.getupvalue(value, i)
        if not name then break end
        add(item)
      end
    end
  end
end
local roots = {}
for _, module in next, modules do roots[#roots + 1] = module end
search(roots, {[_G] = true, [package.loaded] = true, [help] = true, [shell] = true})
for _, name in ipairs {"track", "video", "image", "column", "frame"} do
  classes[name] = classes[name] or core.class("mien." .. name)
end

-- The table that holds the methods of a class: __index, a table of functions behind __index, or the metatable
-- itself.
local function methods_of(meta)
  local index = rawget(meta, "__index")
  local found = {}
  local function add(container)
    for key, item in next, container do
      if type(key) == "string" and type(item) == "function" and not key:find("^_") then
        found[key] = container
      end
    end
  end
  if type(index) == "table" then add(index) end
  for i = 1, type(index) == "function" and 20 or 0 do
    local name, item = debug.getupvalue(index, i)
    if not name then break end
    local only_functions = type(item) == "table" and item ~= _G and next(item) ~= nil
    for key, method in next, only_functions and item or {} do
      only_functions = only_functions and type(key) == "string" and type(method) == "function"
    end
    if only_functions then add(item) end
  end
  add(meta)
  return found
end

-- Where the function of an entry is kept: table and key; nil where it is not found.
local function place_of(name)
  if name == "help" then return _G, "help" end
  local class, method = name:match("^(%w+):([%w_]+)$")
  if class then
    local meta = classes[class:lower()]
    local container = meta and methods_of(meta)[method]
    return container, method
  end
  local module, key = name:match("^(%w+)%.([%w_]+)$")
  if not module and modules.mien[name] then return modules.mien, name end
  if modules[module] and rawget(modules[module], key) ~= nil then return modules[module], key end
end

-- True for a method that a function __index makes up: only the example can show that it is there.
local function is_hidden(name)
  local class = name:match("^(%w+):")
  local meta = class and classes[class:lower()]
  return meta and type(rawget(meta, "__index")) == "function"
end

-- ---- Names ----

local documented = help.entries()

local function check_entry(module, entry)
  local problems = {}
  local function need(ok, ...) if not ok then problems[#problems + 1] = string.format(...) end end
  need(type(entry.summary) == "string" and entry.summary ~= "", "no summary")
  need((utf8.len(entry.summary or "") or 99) <= 60, "summary longer than 60 characters")
  need(not (entry.summary or ""):find("[^%.]%.$"), "summary ends with a full stop")
  need(type(entry.usage) == "string", "no usage")
  -- Fields of objects (Video.width) exist only in an object; their examples show them.
  local field = entry.name:find("^%u%w*%.")
  need(entry.example or field, "no example")
  need(field or place_of(entry.name) or is_hidden(entry.name), "no such function in the program")
  for _, name in ipairs(entry.see or {}) do
    need(documented[name] or help.topics()[name] or help.module(name), "see \"%s\" leads nowhere", name)
  end
  local class = entry.name:match("^(%w+):")
  local own = class or field or entry.name == "help" or entry.name:match("^(%w+)%.") == module.module
  need(own, "documented under the wrong module, %s", module.module)
  check(#problems == 0, "%s: %s", entry.name, table.concat(problems, "; "))
end

local function check_undocumented()
  for name, module in next, modules do
    check(help.module(name), "module %s has no lua/api/%s.lua", name, name)
    for key, item in next, help.module(name) and module or {} do
      if type(key) == "string" and type(item) == "function" and not key:find("^_") then
        check(documented[name .. "." .. key], "%s.%s is not documented", name, key)
      end
    end
  end
  local types = {}
  for name in next, documented do
    local class = name:match("^(%w+):")
    if class then types[class:lower()] = class end
  end
  for lower, class in next, types do
    local meta = classes[lower]
    for method in next, meta and methods_of(meta) or {} do
      check(documented[class .. ":" .. method], "%s:%s is not documented", class, method)
    end
  end
end

-- ---- Examples and options ----

local function run_quietly(entry)
  local printed = {}
  local write, say, put = shell.write, print, io.write
  local function collect(...)
    for i = 1, select("#", ...) do printed[#printed + 1] = tostring((select(i, ...))) end
  end
  shell.write, io.write = collect, collect
  print = function(...)
    local words = table.pack(...)
    for i = 1, words.n do words[i] = tostring(words[i]) end
    collect(table.concat(words, "\t"), "\n")
  end
  local code = entry.example
  local chunk, problem = load("return " .. code, "=example")
  if not chunk then chunk, problem = load(code, "=example") end
  local results = chunk and table.pack(pcall(chunk)) or {false, problem, n = 2}
  shell.write, print, io.write = write, say, put
  return results, table.concat(printed)
end

local function trimmed(text) return (text:gsub("[ \t]+\n", "\n"):gsub("%s+$", "")) end

local function compare_output(entry, results, printed)
  if not entry.output then return true end
  local shown, bare = {}, {}
  for i = 2, results.n do
    shown[#shown + 1] = shell.part("shell_show").text(results[i])
    bare[#bare + 1] = tostring(results[i])
  end
  local want = trimmed(entry.output)
  local got = trimmed(printed .. table.concat(shown, "\n"))
  local same = got == want or trimmed(printed .. table.concat(bare, "\n")) == want
  return same, string.format("the example gives\n%s\ninstead of\n%s", got, want)
end

-- The options a function accepts, read from its complaint about one that cannot exist.
local UNKNOWN = "zzqzzqzzqzzq"
local function accepted_options(f, arguments)
  local given = table.pack(table.unpack(arguments, 1, arguments.n))
  local last = given[given.n]
  local options = {[UNKNOWN] = 1}
  if type(last) == "table" and debug.getmetatable(last) == nil and type(next(last)) == "string" then
    for key, value in next, last do options[key] = value end
    given[given.n] = options
  else
    given.n = given.n + 1
    given[given.n] = options
  end
  local ok, problem = pcall(f, table.unpack(given, 1, given.n))
  if ok then return nil, "takes an unknown option without a word" end
  if not tostring(problem):find(UNKNOWN, 1, true) then return nil, "says " .. tostring(problem) end
  local list = tostring(problem):match("options are ([%w_, ]+)")
  if not list then return nil, "does not list its options" end
  local names = {}
  for name in list:gmatch("[%w_]+") do names[name] = true end
  return names
end

local function check_options(entry, f, arguments)
  local names, problem = accepted_options(f, arguments)
  if problem == "takes an unknown option without a word" then
    return check(false, "%s: %s", entry.name, problem)
  end
  if not names then return note("%s: options not compared: it %s", entry.name, problem) end
  local known, problems = {}, {}
  for _, option in ipairs(entry.options) do
    known[option[1]] = true
    if not names[option[1]] then problems[#problems + 1] = option[1] .. " is documented but not accepted" end
  end
  for name in next, names do
    if not known[name] then problems[#problems + 1] = name .. " is accepted but not documented" end
  end
  table.sort(problems)
  check(#problems == 0, "%s: option %s", entry.name, table.concat(problems, "; option "))
end

-- Runs the example while listening to the calls of the function it explains.
local function check_example(entry)
  if not entry.example then return end
  if entry.example_needs == "video" and not clip then
    without_clip = without_clip + 1
    return
  end
  local container, key = place_of(entry.name)
  local f = container and rawget(container, key)
  local heard
  if type(f) == "function" and entry.options and #entry.options > 0 then
    rawset(container, key, function(...)
      heard = heard or table.pack(...)
      return f(...)
    end)
  end
  local results, printed = run_quietly(entry)
  if type(f) == "function" then rawset(container, key, f) end
  if not check(results[1], "%s: the example fails: %s", entry.name, results[2]) then return end
  local failure = results.n >= 3 and results[2] == nil and type(results[3]) == "string" and not entry.output
  check(not failure, "%s: the example fails: %s", entry.name, tostring(results[3]))
  local same, difference = compare_output(entry, results, printed)
  check(same, "%s: %s", entry.name, difference or "")
  if heard then check_options(entry, f, heard) end
end

-- ---- All of it ----

clip = os.getenv("MIEN_CLIP")
if clip == "" then clip = nil end

for _, module in ipairs(help.modules()) do
  check((utf8.len(module.summary or "") or 99) <= 60, "module %s: summary longer than 60 characters",
    module.module)
  for _, entry in ipairs(module.functions or {}) do check_entry(module, entry) end
  for _, topic in ipairs(module.topics or {}) do
    check(type(topic.text) == "string" and topic.text:find("%S"), "topic %s is empty", tostring(topic.name))
  end
end
check_undocumented()
for _, module in ipairs(help.modules()) do
  for _, entry in ipairs(module.functions or {}) do check_example(entry) end
end

local maker = assert(loadfile("scripts/make-man.lua"))
maker(function(text)
  local file = io.open("man/mien.1", "r")
  check(file and file:read("a") == text, "man/mien.1 is not up to date: run make man")
  if file then file:close() end
end)

if without_clip > 0 then note("%d examples need a recording with a face: set MIEN_CLIP", without_clip) end
for _, text in ipairs(notes) do print("note  " .. text) end
print(string.format("docs: %d passed, %d failed", passed, failed))
os.exit(failed == 0 and 0 or 1, true)
