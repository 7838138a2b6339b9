-- SPDX-License-Identifier: GPL-3.0-or-later
-- Runs the Lua test files named as arguments, or all of them, inside mien: mien tests/lua/run.lua [name ...]

local here = (arg[0] or "tests/lua/run.lua"):match("^(.*)/[^/]*$") or "."
package.path = here .. "/?.lua;" .. package.path
local t = require "harness"

local function all_files()
  local names = {}
  for path in io.popen('ls "' .. here .. '"/*.lua'):lines() do
    local name = path:match("([^/]+)%.lua$")
    if name ~= "run" and name ~= "harness" then names[#names + 1] = name end
  end
  return names
end

local names = #arg > 0 and arg or all_files()
for _, name in ipairs(names) do
  local before = {t.passed, t.failed, t.skipped}
  local chunk, problem = loadfile(here .. "/" .. name .. ".lua")
  if chunk then
    local ok, trouble = xpcall(chunk, debug.traceback)
    if not ok then problem = trouble end
  end
  if problem then
    t.failed = t.failed + 1
    print("FAIL  " .. name .. "\n" .. problem)
  end
  print(string.format("%-20s %d passed, %d failed, %d skipped", name, t.passed - before[1],
    t.failed - before[2], t.skipped - before[3]))
end
for _, folder in ipairs(t.folders) do os.execute("rm -rf '" .. folder .. "'") end
print(string.format("lua: %d passed, %d failed, %d skipped", t.passed, t.failed, t.skipped))
os.exit(t.failed == 0, true)
