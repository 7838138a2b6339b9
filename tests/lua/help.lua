-- SPDX-License-Identifier: GPL-3.0-or-later
-- help(): finding, laying out, proposing; and what Tab offers.

local t = require "harness"
local help = require "mien.help"
local shell = help.shell

local function text_of(...)
  local written, write = {}, shell.write
  shell.write = function(...) written[#written + 1] = table.concat({...}) end
  local ok, problem = pcall(_G.help, ...)
  shell.write = write
  if not ok then error(problem, 0) end
  return table.concat(written)
end

local function fits(text, width)
  for line in text:gmatch("[^\n]+") do t.ok(utf8.len(line) <= width, "too wide: " .. line) end
end

t.test("the map names every documented module and the topics", function()
  local map = text_of()
  for _, module in ipairs(help.modules()) do t.match(map, "\n  " .. module.module .. " ") end
  t.match(map, "keys")
  t.match(map, "not a medical device")
  fits(map, 80)
end)

t.test("a function is found by name, last part, value and in any case", function()
  local text = text_of "mien.options"
  t.match(text, "^mien%.options%(%[options%]%)\n")
  t.match(text, "\noptions\n  digits +significant digits")
  t.match(text, "\nexample\n  > ")
  t.equal(text_of "options", text)
  t.equal(text_of "MIEN.Options", text)
  t.equal(text_of(mien.options), text)
end)

t.test("modules are found by name and value", function()
  t.equal(text_of(mien), text_of "mien")
  t.match(text_of "mien", "mien%.session +save what was typed")
  for _, module in ipairs(help.modules()) do fits(text_of(module.module), 80) end
end)

t.test("every entry and topic fits 80 columns", function()
  mien.options{width = 80}
  for name in pairs(help.entries()) do fits(text_of(name), 80) end
  for name in pairs(help.topics()) do fits(text_of(name), 80) end
end)

t.test("what is unknown proposes the nearest", function()
  t.raises('nothing under "mien.optoins"; did you mean "mien.options"', text_of, "mien.optoins")
  t.raises('did you mean .*"mien.show"', text_of, "shwo")
  t.raises("nothing under \"qqqqqqqq\"; help%(%) shows the map", text_of, "qqqqqqqq")
  t.raises("nothing is known about this boolean", text_of, true)
end)

t.test("a word that is no name is looked for in the text", function()
  t.match(text_of "earlier sessions", "is mentioned in\n\n.*mien%.history")
end)

-- ---- Completion ----

local function complete(line)
  local start, words, append = shell.complete(line)
  table.sort(words)
  return table.concat(words, " "), line:sub(start + 1), append
end

t.test("globals and keywords", function()
  sesame_seed = 1
  t.equal(complete("sesame_s"), "sesame_seed")
  t.equal((select(2, complete("print(sesame_s"))), "sesame_s")
  t.equal(complete("retu"), "return")
  sesame_seed = nil
end)

t.test("fields, chains, methods and strings", function()
  box = {lid = {hinge_left = 1, hinge_right = function() end}, items = {{weight = 3}}}
  t.equal(complete("box.lid.hinge_"), "hinge_left hinge_right")
  t.equal(complete("x = box.lid:hinge_"), "hinge_right")
  t.equal(complete("box.items[1].w"), "weight")
  t.equal(complete("box['lid'].hinge_l"), "hinge_left")
  t.equal(complete("('x'):upp"), "upper")
  name = "text"
  t.equal(complete("name:uppe"), "upper")
  t.equal(complete("box.nothing.x"), "")
  box, name = nil, nil
end)

t.test("modules complete from their documentation", function()
  t.equal(complete("mien.opt"), "options")
  t.equal(complete("mien.options{dig"), "digits = ")
end)

t.test("columns of a data frame, as fields and in strings", function()
  cohort_frame = df.new{severity_score = {1, 2}, task = {"a", "b"}}
  t.equal(complete("cohort_frame.sever"), "severity_score")
  local words, word, append = complete('cohort_frame:col("sev')
  t.equal(words, "severity_score")
  t.equal(word, "sev")
  t.equal(append, '"')
  t.equal(complete('plot.box(cohort_frame, {y = "seve'), "severity_score")
  t.match(complete("cohort_frame:"), "where")
  cohort_frame = nil
end)

t.test("file names in strings, with spaces", function()
  local folder = t.folder()
  os.execute("mkdir '" .. folder .. "/my clips'")
  t.write(folder .. "/my clips/one smile.mp4", "")
  t.write(folder .. "/.hidden", "")
  t.equal(complete('open("' .. folder .. "/m"), "my clips/")
  local words, word, append = complete('open("' .. folder .. "/my clips/one s")
  t.equal(words, "one smile.mp4")
  t.equal(word, "one s")
  t.equal(append, '"')
  t.equal(complete("open('" .. folder .. "/"), "my clips/")
  t.equal(complete("open('" .. folder .. "/.h"), ".hidden")
end)

t.test("topics after ? and in help", function()
  t.equal(complete("?mien.hist"), "mien.history")
  t.equal(complete('help "mien.hist'), "mien.history")
  t.equal(complete('help("mien.hist'), "mien.history")
end)

t.test("Tab runs none of the user's code", function()
  local ran = 0
  local function count() ran = ran + 1 end
  trap = setmetatable({}, {__index = count, __pairs = count, __len = count, __tostring = count,
    __call = count})
  deep = {}
  for _ = 1, 50 do deep = setmetatable({}, {__index = deep}) end
  local circle = {}
  circle.__index = circle
  loop = setmetatable(circle, circle)
  for _, line in ipairs {"trap.", "trap:", "trap.a.b", "trap[1].", "deep.", "loop.", 'trap:col("', "trap{a",
    "x = trap."} do
    shell.complete(line)
  end
  t.equal(ran, 0)
  trap, deep, loop = nil, nil, nil
end)
