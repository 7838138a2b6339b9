-- SPDX-License-Identifier: GPL-3.0-or-later
-- The program from outside: options, exit codes, errors, what is printed where; and mien.* from inside.

local t = require "harness"
local program = t.program

local function quote(text) return "'" .. text:gsub("'", "'\\''") .. "'" end

-- Runs the program; returns standard output, standard error and the exit status.
local function run(command, input)
  local folder = t.folder()
  local script = string.format("cd %s && printf %%s %s | XDG_CONFIG_HOME=%s XDG_STATE_HOME=%s/state %s "
    .. "> out 2> err",
    folder, quote(input or ""), folder, folder, command)
  local _, _, status = os.execute("sh -c " .. quote(script))
  return t.read(folder .. "/out"), t.read(folder .. "/err"), status
end

local here = io.popen("pwd"):read("l")
local mien_path = program:sub(1, 1) == "/" and program or here .. "/" .. program
local function mien_run(arguments, input) return run(mien_path .. " " .. arguments, input) end

local function expect(arguments, input, out, err, status)
  local got_out, got_err, got_status = mien_run(arguments, input)
  t.equal(got_out, out, "standard output")
  t.equal(got_err, err, "standard error")
  t.equal(got_status, status, "exit status")
end

t.test("-e runs code, several in order, before a script", function()
  expect([[-e 'x = 5' -e 'print(x + 2)']], "", "7\n", "", 0)
  local script = t.write(t.folder() .. "/a.lua", "print(x, arg[0]:match('[^/]+$'), arg[1], #arg, ...)")
  expect("-e 'x = 31' " .. script .. " one 'two 2'", "", "31\ta.lua\tone\t2\tone\ttwo 2\n", "", 0)
  expect("-e 'print(arg[0] ~= nil, arg[1])'", "", "true\t-e\n", "", 0)
end)

t.test("a script on standard input, with and without -", function()
  expect("-", "print('in', ...)", "in\n", "", 0)
  expect("- 3 4", "print(arg[1], ...)", "3\t3\t4\n", "", 0)
  expect("", "print(17)", "17\n", "", 0)
end)

t.test("wrong usage is told on standard error and ends with 2", function()
  expect("--colour", "", "", "mien: --colour: no such option; mien -h lists the options\n", 2)
  expect("-e", "", "", "mien: -e: needs the code to run; mien -h lists the options\n", 2)
  local out, err, status = mien_run("-m nothing_like_it")
  t.equal(out, "")
  t.match(err, "^mien: %-m nothing_like_it: no such shipped script; there are .*demo")
  t.equal(status, 2)
  out, err, status = mien_run("-m stats")
  t.equal(status, 2)
end)

t.test("after -- comes the script", function()
  local folder = t.folder()
  t.write(folder .. "/-odd.lua", "print('odd')")
  local out = run("sh -c " .. quote("cd " .. folder .. " && " .. mien_path .. " -- -odd.lua"))
  t.equal(out, "odd\n")
end)

t.test("-V and -h tell on standard output", function()
  local out, err, status = mien_run("-V")
  t.match(out, "^mien %d+%.%d+")
  t.match(out, "not a medical device")
  t.match(out, "Lua +5%.4")
  t.equal(status, 0)
  out, err, status = mien_run("-h")
  t.match(out, "usage: mien")
  for _, option in ipairs {"-e", "-i", "-m", "--no-init", "-V", "-h"} do
    t.ok(out:find(option, 1, true), option)
  end
  for text in out:gmatch("[^\n]+") do t.ok(utf8.len(text) <= 80, text) end
  t.equal(status, 0)
end)

t.test("the outside world's failure is one line, without a traceback", function()
  expect([[-e 'assert(nil, "face.track: x.mp4: no such file", "missing")']], "", "",
    "face.track: x.mp4: no such file\n", 1)
  local script = t.write(t.folder() .. "/a.lua", "local f = assert(nil, 'video.open: y: cannot be read')\n")
  expect(script, "", "", "video.open: y: cannot be read\n", 1)
  expect("none.lua", "", "", "none.lua: no such file\n", 1)
  expect(".", "", "", ".: is a folder, not a script\n", 1)
end)

t.test("an error in a script names its place and shows the way there", function()
  local folder = t.folder()
  t.write(folder .. "/a.lua", "local function inner(v)\n  return v.k.z\nend\nlocal w = inner({})\n")
  local _, err, status = mien_run(folder .. "/a.lua")
  t.equal(status, 1)
  t.match(err, "a%.lua:2: attempt to index a nil value %(field 'k'%)\nstack traceback:\n")
  t.match(err, "a%.lua:2: in function 'inner'\n")
  t.match(err, "a%.lua:4: in the script itself\n$")
  t.ok(not err:find("[C]", 1, true), err)
end)

t.test("wrong use of a function in a script is placed in the script", function()
  local folder = t.folder()
  t.write(folder .. "/a.lua", "local x = 1\nmien.options{digit = 3}\n")
  local _, err, status = mien_run(folder .. "/a.lua")
  t.equal(status, 1)
  t.match(err, "a%.lua:2: mien%.options: no option \"digit\"")
  t.ok(not err:find("shell.lua", 1, true), err)
  t.write(folder .. "/b.lua", "local d = df.new{a = {1, 2}}\nprint(d:col('b'))\n")
  _, err = mien_run(folder .. "/b.lua")
  t.match(err, "b%.lua:2: .*\"b\"")
  t.ok(not err:find("share/mien", 1, true), err)
end)

t.test("an error in -e is one line", function()
  expect("-e 'local a = nil; a.b = 1'", "", "", "attempt to index a nil value (local 'a')\n", 1)
  expect("-e 'error(\"plain\")'", "", "", "plain\n", 1)
  expect("-e 'x = = 1'", "", "", "unexpected symbol near '='\n", 1)
  expect("-e 'error(setmetatable({}, {__tostring = function() return \"an object\" end}))'", "", "",
    "an object\n", 1)
  local _, err, status = mien_run("-e 'error({})'")
  t.match(err, "^an error without a message")
  t.equal(status, 1)
  _, err = mien_run("-e 'error(nil)'")
  t.match(err, "^an error without a message")
  _, err = mien_run("-e 'error(setmetatable({}, {__tostring = function() error(1) end}))'")
  t.ok(#err > 0)
  local _, err2 = mien_run("-e 'stast.ttest()'")
  t.match(err2, "did you mean 'stats'%?")
end)

t.test("a syntax error in a script names file and line", function()
  local script = t.write(t.folder() .. "/a.lua", "x = 1\nif x then\n")
  local out, err, status = mien_run(script)
  t.equal(out, "")
  t.match(err, "a%.lua:%d+: 'end' expected")
  t.equal(status, 1)
end)

t.test("require finds files beside the script, and the modules", function()
  local folder = t.folder()
  t.write(folder .. "/beside.lua", "return {answer = 42}")
  t.write(folder .. "/a.lua", "print(require('beside').answer, require('mien.stats') == stats, "
    .. "require('mien') == mien)")
  expect(folder .. "/a.lua", "", "42\ttrue\ttrue\n", "", 0)
end)

t.test("a closed pipe ends the program quietly", function()
  local out, err = run("sh -c " .. quote(mien_path .. " -e 'while true do print(7) end' | head -n 1"))
  t.equal(out, "7\n")
  t.equal(err, "")
  out, err = run("sh -c " .. quote(mien_path .. " -e 'print(1)' > /dev/full"))
  t.equal(err, "mien: the output could not be written\n")
end)

t.test("SIGINT ends a script with one line and 130", function()
  local out, err, status = run("sh -c " .. quote(string.format([[
    %s -e 'io.write("on\n"); io.stdout:flush(); while true do end' > begun & p=$!
    while ! [ -s begun ]; do sleep 0.01; done; kill -INT $p; wait $p]], mien_path)))
  -- A shell starts background jobs with SIGINT ignored, which mien does not inherit.
  t.equal(err, "stopped\n")
  t.equal(status, 130)
end)

t.test("-i without a terminal runs inputs without prompts", function()
  expect("--no-init -i", "x = 2\nx * 21\nif x then\nprint('in')\nend\n1, 'b', nil\n",
    "42\nin\n1\n\"b\"\nnil\n", "", 0)
  expect("--no-init -i", "nil, 'what failed', 'missing'\nans\n", "nil\n", "what failed\n", 0)
  expect("--no-init -i", "y = io.open('/none/such')\ny\n", "nil\n", "/none/such: No such file or directory\n",
    0)
  expect("--no-init -i", "1 +\n", "", "the input ends in the middle of a statement\n", 0)
  expect("--no-init -i", "7; -- quiet\nans\n_ * 2\n", "7\n14\n", "", 0)
  expect("--no-init -i", "1 + )\n", "", "unexpected symbol near ')'\n", 0)
  expect("--no-init -i", "r = 6 * 7; r\nr = 5; r + 1;\nans\nlocal q = 3; q * 5\n", "42\n6\n15\n", "", 0)
  expect("--no-init -i", "for i = 1, 2 do r = i; print(r) end\n", "1\n2\n", "", 0)
  expect("--no-init -i", "r = 'a;b'; #r\n", "3\n", "", 0)
  expect("--no-init -i", "> a = 5\n> a + 1\n", "6\n", "", 0)
end)

local function shown(value) -- As mien.show prints it.
  return require "mien.help".shell.part("shell_show").text(value)
end

t.test("numbers show sensible digits", function()
  t.equal(shown(1 / 3), "0.333333")
  t.equal(shown(2.0), "2")
  t.equal(shown(-0.0), "0")
  t.equal(shown(1234567.89), "1234568")
  t.equal(shown(1e300), "1e+300")
  t.equal(shown(-1.5e-7), "-1.5e-07")
  t.equal(shown(0 / 0), "nan")
  t.equal(shown(-1 / 0), "-inf")
  t.equal(shown(math.mininteger), tostring(math.mininteger))
  mien.options{digits = 3}
  t.equal(shown(2 / 3), "0.667")
  mien.options{digits = 6}
end)

t.test("text and tables show readably", function()
  t.equal(shown('a "b"\n\t\1\\é'), [["a \"b\"\n\t\x01\\é"]])
  t.equal(shown("\xff"), [["\xff"]])
  t.equal(shown({1, 2, b = "x", a = {true}, ["c d"] = 1.5, ["end"] = 2}),
    '{1, 2, a = {true}, b = "x", ["c d"] = 1.5, ["end"] = 2}')
  t.equal(shown({}), "{}")
  t.equal(shown({1, nil, 3}), "{1, nil, 3}")
  t.equal(shown({{{{{1}}}}}), "{{{{{...}}}}}")
  local own = {}
  own.me = own
  t.equal(shown(own), "{me = (itself)}")
  local many = {}
  for i = 1, 500 do many[i] = i end
  t.match(shown(many), "%.%.%. 460 more")
  t.equal(shown(setmetatable({}, {__tostring = function() return "an object" end})), "an object")
  t.match(shown(setmetatable({}, {__tostring = function() error("no") end})), "__tostring fails")
  t.equal(shown(print), "function print")
  t.equal(shown(string.format), "function string.format")
  t.equal(shown(mien.show), "function mien.show")
  for line in shown(many):gmatch("[^\n]+") do t.ok(#line <= 80, line) end
end)

t.test("mien.options checks what it is given", function()
  t.raises("no option \"digit\"", mien.options, {digit = 3})
  t.raises("digits must be a whole number from 1 to 17", mien.options, {digits = 18})
  t.raises("width must be", mien.options, {width = "wide"})
  t.raises("give a table", mien.options, 5)
  mien.options{width = 61}
  t.equal(mien.options().width, 61)
  -- A refused call changes nothing.
  t.raises("digits", mien.options, {width = 70, digits = 0})
  t.equal(mien.options().width, 61)
  mien.options{width = 80}
end)

t.test("mien.session saves what worked as a script that runs", function()
  local folder = t.folder()
  local input = string.format([[
x = 6
x * 7
nope()
io.open("/none/such")
ans + 1
"quiet";
for i = 1, 2 do
  print(i)
end
help "keys"
y = 8; y + 1
mien.session("%s/saved.lua")
mien.session("%s/saved.lua")
]], folder, folder)
  local out, err = mien_run("--no-init -i", input)
  t.match(out, "5 lines saved to .*saved%.lua\n$")
  t.match(err, "saved%.lua: exists; choose another name or add {overwrite = true}")
  expect(folder .. "/saved.lua", "", "42\n43\n1\n2\n9\n", "", 0)
  t.raises("mien.session: give the name", mien.session)
  t.raises("no option \"force\"", mien.session, folder .. "/x.lua", {force = true})
  t.fails("mien.session: /none/such/x.lua: No such file", "access", mien.session("/none/such/x.lua"))
end)

t.test("the init file is for the prompt alone", function()
  local folder = t.folder()
  os.execute("mkdir -p " .. folder .. "/mien")
  t.write(folder .. "/mien/init.lua", "print('init')")
  local function with(arguments)
    return (run("env XDG_CONFIG_HOME=" .. folder .. " " .. mien_path .. " " .. arguments))
  end
  t.equal(with("-i"), "init\n")
  t.equal(with("--no-init -i"), "")
  t.equal(with("-e 'print(1)'"), "1\n")
end)

t.test("batch mode writes no history and no prompt", function()
  local folder = t.folder()
  local out = run("env XDG_STATE_HOME=" .. folder .. " " .. mien_path .. " -i", "5\n")
  t.equal(out, "5\n")
  t.equal(io.open(folder .. "/mien/history"), nil)
end)
