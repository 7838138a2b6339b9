-- SPDX-License-Identifier: GPL-3.0-or-later
-- What the Lua halves share to speak with the user.

local t = require "harness"
local words = require "mien.words"

t.test("the nearest word is proposed, none where all are far", function()
  t.equal(words.nearest("gruop", {"participant", "group", "task"}), "group")
  t.equal(words.nearest("xyz", {"participant", "group"}), nil)
  t.equal(words.nearest("ab", {}), nil)
  t.equal(words.nearest("7", {8, 70}), "70")
end)

t.test("distances count edits, and letters in the wrong order once", function()
  t.equal(words.distance("", "abc"), 3)
  t.equal(words.distance("abc", ""), 3)
  t.equal(words.distance("kitten", "sitting"), 3)
  t.equal(words.distance("stast", "stats"), 1)
  t.equal(words.distance("abcdef", "badcfe"), 3)
  t.equal(words.distance(("x"):rep(100), ("x"):rep(64)), 0)
end)

t.test("options: tables with known names only", function()
  local allowed = {"store", "workers"}
  local options = {store = "a"}
  t.equal(words.check_options(options, "f", allowed), options)
  t.equal(next(words.check_options(nil, "f", allowed)), nil)
  t.raises('^f: no option "stroe"; did you mean "store"%?$', words.check_options, {stroe = 1}, "f", allowed)
  t.raises('^f: no option "quiet"; the options are store, workers$', words.check_options, {quiet = 1}, "f",
    allowed)
  t.raises('^f: options must be a table such as {store = ...}, not a number$', words.check_options, 7, "f",
    allowed)
  t.raises('^f: options must have names, such as {store = ...}; an item without a name was given$',
    words.check_options, {"a"}, "f", allowed)
  local function wrong(format, ...) error("here: " .. string.format(format, ...), 0) end
  t.raises('^here: f: no option "100%%" *; the options are store$', words.check_options, {["100%"] = 1}, "f",
    {"store"}, wrong)
end)

t.test("counted things and first words of a list", function()
  t.equal(words.counted(1, "row"), "1 row")
  t.equal(words.counted(0, "row"), "0 rows")
  t.equal(words.counted(2, "box", "boxes"), "2 boxes")
  t.equal(words.first({"a", "b", "c"}, 3), "a, b, c")
  t.equal(words.first({"a", "b", "c"}, 2), "a, b, ...")
  t.equal(words.first({}, 2), "")
end)

t.test("text is broken between words, by cells, each line after its indent", function()
  t.equal(words.wrapped("one two three four", "  ", 9), "  one two\n  three\n  four")
  t.equal(words.wrapped("one two three", "    ", 9, "> "), "> one two\n    three")
  t.equal(words.wrapped("é é é é é", "", 5), "é é é\né é")
  t.equal(words.wrapped("longer than that", "", 3), "longer\nthan\nthat")
  t.equal(words.wrapped("", "  ", 9), "")
end)

t.test("text is shown in one line, cut to a width", function()
  local text, width = words.display("a\tbcdef", 4)
  t.equal(text, "a\\t…")
  t.equal(width, 4)
  t.equal(select(2, words.display("日本")), 4)
end)

t.test("an error has the place of the user's line, not of the Lua half", function()
  local half = load('local raise = ... return function() raise("no", "/half") end',
    "@/half/plot.lua")(words.raise)
  local ok, message = pcall(load("local f = ... f()", "@script.lua"), half)
  t.ok(not ok)
  t.equal(message, "script.lua:1: no")
end)
