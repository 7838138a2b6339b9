-- SPDX-License-Identifier: GPL-3.0-or-later
-- From the values of a label column to the levels 0, 1, ... that are learnt, and the rule in words: which
-- values each level has, and whom the rule leaves out.

local kit = ...
local words = require "mien.words"

-- What a cell says, as manifests and data frames have it; nil where it is missing.
function kit.text_of(value)
  if value == nil or value == false or value ~= value then return nil end
  if type(value) == "number" then
    local whole = math.tointeger(value)
    return whole and string.format("%d", whole) or string.format("%.10g", value)
  end
  return value ~= "" and tostring(value) or nil
end
local text_of = kit.text_of

local function quoted(list, between)
  local shown = {}
  for i, value in ipairs(list) do shown[i] = '"' .. words.display(value, 24) .. '"' end
  return table.concat(shown, between or ", ")
end
kit.quoted = quoted

-- The different values of an array in the order of their first appearance.
local function distinct(values)
  local list, seen = {}, {}
  for _, value in ipairs(values) do
    if value and not seen[value] then
      seen[value] = true
      list[#list + 1] = value
    end
  end
  return list
end
kit.distinct = distinct

local function as_texts(value, caller)
  local list = {}
  for i, item in ipairs(type(value) == "table" and value or {value}) do
    list[i] = text_of(item) or kit.wrong("%s: levels must be values of the label, or lists of them", caller)
  end
  if #list == 0 then kit.wrong("%s: a level of levels has no value", caller) end
  return list
end

-- levels as given: an array of values, or of lists of values that share one level.
local function given_levels(levels, caller)
  if type(levels) ~= "table" or #levels < 2 then
    kit.wrong('%s: levels must list two levels or more, from the least to the greatest, such as '
      .. '{"mild", {"moderate", "severe"}}', caller)
  end
  local lists, seen = {}, {}
  for k, level in ipairs(levels) do
    lists[k] = as_texts(level, caller)
    for _, value in ipairs(lists[k]) do
      if seen[value] then kit.wrong("%s: levels has %s twice", caller, quoted {value}) end
      seen[value] = true
    end
  end
  return lists
end

-- Two levels from the values that are there and the positive one.
local function two_levels(found, label, positive, caller)
  if positive == nil then
    if #found == 2 and (found[1] == "0" or found[2] == "0") and (found[1] == "1" or found[2] == "1") then
      positive = "1"
    else
      kit.wrong('%s: positive must be given; which of %s in "%s" is the condition? Or say levels = {...}',
        caller, quoted(found), label)
    end
  end
  positive = text_of(positive) or kit.wrong("%s: positive must be a value of the label", caller)
  local others, there = {}, false
  for _, value in ipairs(found) do
    if value == positive then there = true else others[#others + 1] = value end
  end
  if not there then
    local near = words.nearest(positive, found)
    kit.wrong('%s: no participant has %s = %s; %s', caller, label, quoted {positive},
      near and "did you mean " .. quoted {near} .. "?" or "there is " .. quoted(found))
  end
  if #others ~= 1 then
    kit.wrong('%s: besides %s, "%s" has %s; say levels = {{...}, {%s}}, which leaves others out', caller,
      quoted {positive}, label, #others > 0 and quoted(others) or "no other value", quoted {positive})
  end
  return {others, {positive}}
end

local function check_present(lists, found, label, caller)
  local there = {}
  for _, value in ipairs(found) do there[value] = true end
  for _, list in ipairs(lists) do
    local any = false
    for _, value in ipairs(list) do any = any or there[value] end
    if not any then
      local near = words.nearest(list[1], found)
      kit.wrong('%s: no participant has %s = %s; %s', caller, label, quoted(list, " or "),
        near and "did you mean " .. quoted {near} .. "?" or "there is " .. quoted(found))
    end
  end
end

-- values: one text, or false, per row. Gives {names = one text per level, of = {value = level}, rule = the
-- rule in words}.
function kit.levels(values, options, caller)
  local found = distinct(values)
  local label = options.label
  if #found == 0 then kit.wrong('%s: the label "%s" has no value', caller, label) end
  local lists
  if options.levels ~= nil then
    lists = given_levels(options.levels, caller)
    check_present(lists, found, label, caller)
    local positive = options.positive ~= nil and text_of(options.positive)
    if positive and (#lists ~= 2 or lists[2][1] ~= positive) then
      kit.wrong("%s: positive = %s and levels do not go together; the last of two levels is the positive one",
        caller, quoted {positive})
    end
  else
    lists = two_levels(found, label, options.positive, caller)
  end
  local levels = {names = {}, of = {}, lists = lists}
  local parts = {}
  for k, list in ipairs(lists) do
    levels.names[k] = table.concat(list, "+")
    parts[k] = table.concat(list, " or ")
    for _, value in ipairs(list) do levels.of[value] = k - 1 end
  end
  levels.rule = label .. ": " .. table.concat(parts, #lists == 2 and " against " or " < ")
  return levels
end
