-- SPDX-License-Identifier: GPL-3.0-or-later
-- Values that lie about themselves, and work that is broken off: no crash, and what comes next works.

local t = require "harness"

local function array(length, item)
  return setmetatable({}, {__len = function() return length end, __index = item})
end

t.test("a length that no array has raises", function()
  local one = function() return 1 end
  for _, length in ipairs {-1, math.mininteger, (1 << 61) + 1, math.maxinteger} do
    local lie = array(length, one)
    t.raises("x must be an array, but its length is", stats.describe, lie)
    t.raises("label must be an array, but its length is", stats.roc, {1, 2}, lie, {direction = "higher"})
    t.raises("must be an array, but its length is", df.column, lie)
  end
end)

t.test("an array that changes while it is read raises", function()
  local asked = 0
  local changing = array(2, function()
    asked = asked + 1
    return asked <= 2 and "text" or true
  end)
  t.raises("item 1 is a boolean among text", df.column, changing)
end)

t.test("metamethods of columns called by hand raise", function()
  local column = df.column{1.5, 2}
  local meta = getmetatable(column)
  for name, f in pairs(meta) do
    if type(f) == "function" and name ~= "__name" then
      pcall(f)
      pcall(f, 1, 2)
      pcall(f, "a", "b")
      pcall(f, {}, {})
    end
  end
  t.raises("column", meta.__concat, "a", "b")
  t.equal(column[1], 1.5)
  t.raises("p must be a number between 0 and 1, not nil", column.quantile, column)
end)

t.test("zero bytes in names of files and in joined text raise", function()
  t.raises("df.read: the file's name holds a zero byte", df.read, "a.csv\0b")
  t.raises("Frame:write: the file's name holds a zero byte", df.new{a = {1}}.write, df.new{a = {1}}, "a\0b")
  t.raises("the text holds a zero byte", function() return df.column{"a"} .. "b\0c" end)
end)

t.test("a module whose loading was broken off is loaded by the next use", function()
  local script = t.write(t.folder() .. "/broken_off.lua", [[
    for steps = 10, 3000, 97 do
      local module = ({df = df, stats = stats, plot = plot, measure = measure})[arg[1] ]
      debug.sethook(function() debug.sethook() error("broken off") end, "", steps)
      pcall(function() return module[arg[2] ] end)
      debug.sethook()
    end
    local module = _G[arg[1] ]
    assert(type(module[arg[2] ]) == "function", "half a module")
    io.write("whole")
  ]])
  for module, name in pairs {df = "new", stats = "compare", plot = "box", measure = "summary"} do
    local out = io.popen(string.format("%s --no-init '%s' %s %s 2>&1", t.program, script, module, name))
    t.equal(out:read("a"), "whole", module)
    out:close()
  end
end)
