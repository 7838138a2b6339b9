-- SPDX-License-Identifier: GPL-3.0-or-later
-- cohort.patterns and Cohort:patterns: in which measure and task two groups differ, one test for each pair of
-- them, all adjusted together.

local kit = ...
local words = require "mien.words"

local OPTIONS = {"group", "levels", "measures", "tasks", "test", "adjust", "conf", "visit", "take"}
local FIELDS = {"task", "measure", "n_1", "n_2", "mean_1", "mean_2", "sd_1", "sd_2", "diff", "ci_low",
  "ci_high", "g", "g_low", "g_high", "p", "p_adjusted", "dropped"}
local ALPHA = 0.05

local function raise(caller, text, ...) error(caller .. ": " .. string.format(text, ...), 0) end

-- ---- Which rows and measures ----

local function check_column(d, name, what, caller)
  if type(name) ~= "string" then
    raise(caller, "%s must be the name of a column, not a %s", what, type(name))
  end
  if d:has(name) then return end
  local near = words.nearest(name, d:names())
  raise(caller, '%s: no column "%s"%s', what, name, near and '; did you mean "' .. near .. '"?' or "")
end

local function list_of(value, what, caller)
  if type(value) == "string" or type(value) == "number" then value = {value} end
  if type(value) ~= "table" or #value == 0 then
    raise(caller, "%s must be a name or a list of names, not a %s", what, type(value))
  end
  local wanted = {}
  for i, name in ipairs(value) do wanted[i] = kit.text_of(name) end
  return wanted
end

-- The rows whose column has one of the wanted texts; raises where a text occurs nowhere.
local function only(d, name, wanted, what, caller)
  local column, seen, known = d:col(name), {}, {}
  for i = 1, #d do
    local text = kit.text_of(column[i])
    if not seen[text] then known[#known + 1] = text end
    seen[text] = true
  end
  local keep = {}
  for _, text in ipairs(wanted) do
    if not seen[text] then
      local near = words.nearest(text, known)
      raise(caller, 'no %s "%s"%s', what, text, near and '; did you mean "' .. near .. '"?'
        or "; there is " .. words.first(known, 8))
    end
    keep[text] = true
  end
  return d:where(function(row) return keep[kit.text_of(row[name])] == true end)
end

-- Peaks of all measures, unless the user says which; those without a single value are left out and counted.
local function measures_of(d, wanted, caller)
  local names, empty = {}, 0
  if wanted then
    names = list_of(wanted, "measures", caller)
    for _, name in ipairs(names) do check_column(d, name, "measures", caller) end
    return names, 0
  end
  for _, name in ipairs(d:names()) do
    local is_peak = name:find("_peak$") or name:find("_peak_mm$")
    if is_peak and not name:find("_time_to_peak", 1, true) then
      local column, any = d:col(name), false
      for i = 1, #column do any = any or column[i] == column[i] end
      if any then names[#names + 1] = name else empty = empty + 1 end
    end
  end
  if #names == 0 then
    raise(caller, "the summary has no column that ends in _peak; say which to compare with measures = {...}")
  end
  return names, empty
end

-- A participant counts once in a test.
local function check_once(d, caller)
  local seen = {}
  if not d:has("participant") then return end
  for i = 1, #d do
    local participant, task = kit.text_of(d:col("participant")[i]), kit.text_of(d:col("task")[i])
    local key = participant .. "\0" .. task
    if seen[key] then
      raise(caller, 'participant "%s" has several recordings of task "%s"; choose one with visit = or take =',
        participant, task)
    end
    seen[key] = true
  end
end

local function chosen_rows(d, options, caller)
  check_column(d, "task", "tasks", caller)
  if options.tasks ~= nil then
    d = only(d, "task", list_of(options.tasks, "tasks", caller), "task", caller)
  end
  for _, name in ipairs {"visit", "take"} do
    if options[name] ~= nil then
      check_column(d, name, name, caller)
      d = only(d, name, list_of(options[name], name, caller), name, caller)
    end
  end
  if options.levels ~= nil then
    d = only(d, options.group, list_of(options.levels, "levels", caller), options.group, caller)
  end
  check_once(d, caller)
  return d
end

-- ---- Printing: measures down, tasks across ----

local function distinct(column)
  local list, at = {}, {}
  for i = 1, #column do
    local text = tostring(column[i])
    if not at[text] then
      list[#list + 1] = text
      at[text] = #list
    end
  end
  return list, at
end

-- Cell texts by measure and task.
local function cells_of(d)
  local measures, measure_at = distinct(d:col("measure"))
  local tasks, task_at = distinct(d:col("task"))
  local cells = {}
  for i = 1, #measures do
    cells[i] = {}
    for j = 1, #tasks do cells[i][j] = "" end
  end
  for k = 1, #d do
    local g, significant = d.g[k], d.significant[k] == 1
    cells[measure_at[d.measure[k]]][task_at[tostring(d.task[k])]] =
      g == g and string.format("%.2f%s", g, significant and "*" or " "):gsub("^%-(0%.00)", "%1") or "NA "
  end
  return measures, tasks, cells
end

local function padded(text, width, right)
  local shown, cells = words.display(text, width)
  local blank = string.rep(" ", math.max(0, width - cells))
  return right and blank .. shown or shown .. blank
end

local function table_lines(d, width)
  local measures, tasks, cells = cells_of(d)
  local name_wide, lines = 0, {}
  for _, name in ipairs(measures) do name_wide = math.max(name_wide, math.min(34, #name)) end
  local wide = {}
  for j, task in ipairs(tasks) do
    local _, name = words.display(task, 14)
    wide[j] = math.max(6, name + 1)
  end
  local first = 1
  repeat
    local last, used = first, 2 + name_wide + 1 + wide[first]
    while last < #tasks and used + 1 + wide[last + 1] < width do
      last = last + 1
      used = used + 1 + wide[last]
    end
    local function line(name, cell)
      local parts = {"  " .. padded(name, name_wide)}
      for j = first, last do parts[#parts + 1] = padded(cell(j), wide[j], true) end
      lines[#lines + 1] = (table.concat(parts, " "):gsub("%s+$", ""))
    end
    line("", function(j) return tasks[j] .. " " end)
    for i, name in ipairs(measures) do line(name, function(j) return cells[i][j] end) end
    first = last + 1
  until first > #tasks
  return lines
end

local METHODS = {holm = "Holm", bh = "Benjamini-Hochberg", bonferroni = "Bonferroni"}

local function lowest_and_highest(a, b)
  local low, high = math.huge, -math.huge
  for i = 1, #a do low, high = math.min(low, a[i], b[i]), math.max(high, a[i], b[i]) end
  return low, high
end

local function patterns_text(d, about, width)
  width = math.min(width, 110)
  local low, high = lowest_and_highest(d:col("n_1"), d:col("n_2"))
  local size = low == high and string.format("%d", low) or string.format("%d to %d", low, high)
  local lines = table_lines(d, width)
  table.insert(lines, 1, string.format("Hedges g, %s less %s   %s, %s a group", about.groups[1],
    about.groups[2], words.counted(#d, "test"), size))
  local missing, found = 0, 0
  for i = 1, #d do
    missing = missing + d.dropped[i]
    if d.significant[i] == 1 then found = found + 1 end
  end
  local notes = string.format("%s, two-sided; * p < .05 %s (%d of %d); negative: %s lower; %s dropped",
    about.method, about.adjust == "none" and "not adjusted"
      or "after " .. METHODS[about.adjust] .. " over all tests", found, #d, about.groups[1],
    words.counted(missing, "missing value"))
  if about.empty > 0 then
    notes = notes .. string.format("; %s without any value left out", words.counted(about.empty, "measure"))
  end
  lines[#lines + 1] = words.wrapped(notes .. "; intervals and p are columns", "  ", width - 1, "  ")
  return table.concat(lines, "\n")
end

-- ---- The functions ----

local function compared(d, options, measures, caller)
  local stats = require "mien.stats"
  local ok, result = pcall(stats.compare, d, {group = options.group, measures = measures, by = "task",
    levels = options.levels, test = options.test, adjust = options.adjust, conf = options.conf})
  if ok then return result end
  local message = tostring(result):gsub("^.-stats%.compare: ", ""):gsub("; choose two with d:where",
    "; choose two with levels = {...}")
  error(caller .. ": " .. message, 0)
end

function kit.patterns(d, given, caller)
  local options = {}
  for name, value in pairs(words.check_options(given, caller, OPTIONS)) do options[name] = value end
  options.group = options.group or "group"
  check_column(d, options.group, "group", caller)
  if #d == 0 then return nil, caller .. ": no recording is extracted, there is nothing to compare", "data" end
  d = chosen_rows(d, options, caller)
  local measures, empty = measures_of(d, options.measures, caller)
  local result = compared(d, options, measures, caller)
  local frame, columns = result:df(), {}
  for i, name in ipairs(FIELDS) do columns[i] = {name, frame:col(name)} end
  local significant = {}
  for i = 1, #frame do
    local p = frame.p_adjusted[i]
    significant[i] = p ~= p and 0 / 0 or p < ALPHA and 1 or 0
  end
  columns[#columns + 1] = {"significant", significant}
  local patterns = require("mien.df").new(columns)
  local about = {groups = result.groups, method = result.method, adjust = result.adjust, empty = empty}
  rawset(patterns, "\0show", function(width) return patterns_text(patterns, about, width) end)
  rawset(patterns, "\0heatmap", {x = "task", y = "measure", value = "g", mark = "significant",
    label = string.format("Hedges g, %s less %s", about.groups[1], about.groups[2])})
  return patterns
end
