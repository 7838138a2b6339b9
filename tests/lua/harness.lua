-- SPDX-License-Identifier: GPL-3.0-or-later
-- The test library of the Lua tests. A test file begins with `local t = require "harness"` and calls
-- t.test(name, function() ... end); tests/lua/run.lua runs the files and counts.

local t = {passed = 0, failed = 0, skipped = 0, real = os.getenv("MIEN_REAL")}

-- The program that runs the tests: options may stand between its name and the script's.
local first = -1
while arg[first - 1] do first = first - 1 end
t.program = arg[first] or "build/mien"
if not t.program:find("/") then t.program = "./" .. t.program end

local function show(value)
  if type(value) == "string" then return string.format("%q", value) end
  if math.type(value) == "float" then return string.format("%.17g", value) end
  return tostring(value)
end

local SKIP = {}

-- Leaves the running test, counted as skipped, with one line that says why.
function t.skip(reason) error(setmetatable({reason = reason}, SKIP), 0) end

-- The path of a file of the real material, or a skip where it is not there.
function t.real_file(name)
  if not t.real then t.skip("no real material (set MIEN_REAL)") end
  local path = t.real .. "/" .. name
  local file = io.open(path, "rb")
  if not file then t.skip(path .. " is not there") end
  file:close()
  return path
end

function t.test(name, body)
  collectgarbage()
  local ok, problem = xpcall(body, function(e)
    if getmetatable(e) == SKIP then return e end
    return debug.traceback(tostring(e), 2)
  end)
  collectgarbage()
  if ok then
    t.passed = t.passed + 1
  elseif getmetatable(problem) == SKIP then
    t.skipped = t.skipped + 1
    print(string.format("skip  %s: %s", name, problem.reason))
  else
    t.failed = t.failed + 1
    print(string.format("FAIL  %s\n%s", name, problem))
  end
end

function t.ok(value, message)
  if not value then error(message or "expected a true value, got " .. show(value), 2) end
  return value
end

function t.equal(got, want, message)
  if got ~= want and not (got ~= got and want ~= want) then
    error(string.format("%sgot %s, want %s", message and message .. ": " or "", show(got), show(want)), 2)
  end
end

-- Relative to the larger of the two numbers and 1e-300; NaN equals NaN.
function t.close(got, want, tolerance, message)
  if got ~= got and want ~= want then return end
  local scale = math.max(math.abs(want), 1e-300)
  if not (got == want or math.abs(got - want) <= (tolerance or 1e-9) * scale) then
    error(string.format("%sgot %s, want %s within %g relative", message and message .. ": " or "", show(got),
      show(want), tolerance or 1e-9), 2)
  end
end

function t.near(got, want, distance, message)
  if not (math.abs(got - want) <= distance) then
    error(string.format("%sgot %s, want %s within %g", message and message .. ": " or "", show(got),
      show(want), distance), 2)
  end
end

function t.match(text, pattern, message)
  if type(text) ~= "string" or not text:find(pattern) then
    error(string.format("%sgot %s, want a match of %s", message and message .. ": " or "", show(text),
      show(pattern)), 2)
  end
end

-- Wrong use: the call raises and the message matches the pattern.
function t.raises(pattern, f, ...)
  local ok, problem = pcall(f, ...)
  if ok then error("expected an error that matches " .. show(pattern), 2) end
  t.match(tostring(problem), pattern)
end

-- The outside world's failure: nil, message, code. Call as t.fails(pattern, code, f(...)).
function t.fails(pattern, code, value, message, got_code)
  if value ~= nil then error("expected nil and a message, got " .. show(value), 2) end
  t.match(message, pattern)
  if code then t.equal(got_code, code) end
end

-- An empty folder that is removed when the tests end.
function t.folder()
  local pipe = assert(io.popen("mktemp -d"))
  local path = pipe:read("l")
  pipe:close()
  t.folders[#t.folders + 1] = path
  return path
end
t.folders = {}

function t.write(path, text)
  local file = assert(io.open(path, "wb"))
  assert(file:write(text))
  assert(file:close())
  return path
end

function t.read(path)
  local file = assert(io.open(path, "rb"))
  local text = file:read("a")
  file:close()
  return text
end

return t
