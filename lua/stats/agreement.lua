-- SPDX-License-Identifier: GPL-3.0-or-later
-- stats.kappa and stats.confusion: two labels of the same participants, counted against each other.

local kit = ...
local core, stats, text, levels = kit.core, kit.stats, kit.text, kit.levels
local df = require "mien.df"
local words = require "mien.words"

local function check_pairs(a, b, names, caller)
  local x, x_count = levels.values(a, names[1], caller)
  local y, y_count = levels.values(b, names[2], caller)
  if x_count ~= y_count then
    kit.wrong("%s: %s and %s must be as long as each other, but they have %d and %d values", caller, names[1],
      names[2], x_count, y_count)
  end
  return x, y, x_count
end

-- The levels of both, sorted.
local function levels_of_both(x, y, count, names, caller)
  local both, known = {}, {}
  for _, list in ipairs {levels.found(x, count, names[1], caller), levels.found(y, count, names[2],
    caller)} do
    for _, level in ipairs(list) do
      if not known[level] then
        known[level] = true
        both[#both + 1] = level
      end
    end
  end
  return levels.found(both, #both, names[1], caller)
end

-- counts[i][j]: pairs with level i of x and level j of y; n, and pairs left out because one is missing.
local function count_pairs(x, y, count, list)
  local place, counts, n = levels.places(list), {}, 0
  for i = 1, #list do
    counts[i] = {}
    for j = 1, #list do counts[i][j] = 0 end
  end
  for row = 1, count do
    if not levels.missing(x, x[row]) and not levels.missing(y, y[row]) then
      local i, j = place[x[row]], place[y[row]]
      counts[i][j] = counts[i][j] + 1
      n = n + 1
    end
  end
  return counts, n, count - n
end

local function flat(counts)
  local list = {}
  for _, row in ipairs(counts) do table.move(row, 1, #row, #list + 1, list) end
  return list
end

-- ---- Kappa ----

local WEIGHTS = {none = 0, linear = 1, quadratic = 2}
local NAMES = {none = "Cohen's kappa", linear = "Cohen's kappa, linear weights",
  quadratic = "Cohen's kappa, quadratic weights"}

-- The order of levels counts for weights; that of text nobody can guess.
local function check_order(list, caller)
  for _, level in ipairs(list) do
    if type(level) == "string" then
      kit.wrong("%s: levels must be given in their order for weights; they are %s", caller,
        levels.names(list))
    end
  end
end

-- stats.kappa(a, b [, {weights =, levels =, conf =}])
function stats.kappa(a, b, options)
  local caller, names = "stats.kappa", {"a", "b"}
  options = words.check_options(options, caller, {"weights", "levels", "conf"}, kit.wrong)
  local weights, conf = options.weights or "none", levels.conf(options, caller)
  if not WEIGHTS[weights] then
    kit.wrong('%s: weights must be one of "none", "linear", "quadratic", not "%s"', caller, tostring(weights))
  end
  local x, y, count = check_pairs(a, b, names, caller)
  local found = levels_of_both(x, y, count, names, caller)
  local list = options.levels and levels.check_given(options.levels, found, caller) or found
  if not options.levels and weights ~= "none" and #list > 2 then check_order(list, caller) end
  local counts, _, dropped = count_pairs(x, y, count, list)
  local result = core.kappa(flat(counts), #list, WEIGHTS[weights], conf)
  result.levels, result.counts, result.dropped = list, counts, dropped
  result.weights, result.method = weights, NAMES[weights]
  return result
end

local Kappa = core.metatable("mien.kappa")
Kappa.__name = "mien.kappa"

function Kappa.__tostring(k)
  return string.format("%s   kappa = %s %s, z = %s, %s\n", k.method, text.number(k.kappa, 2),
      text.interval(k.ci, 2), text.number(k.z, 2), text.p_clause(k.p))
    .. text.flow({string.format("agreement %s, by chance %s", text.number(k.observed, 2),
      text.number(k.expected, 2)), words.counted(k.n, "pair") .. " in " .. words.counted(#k.levels, "level"),
      text.percent(k.conf) .. " CI", text.dropped(k.dropped, "incomplete pair"), k.note}, "; ", "  ")
end

-- ---- Confusion ----

local Confusion = {__name = "mien.confusion"}
local methods = {}
Confusion.__index = methods

local MEASURES = {"sensitivity", "specificity", "ppv", "npv", "accuracy"}

local function set_proportion(point, name, part, whole, conf)
  point[name] = whole > 0 and part / whole or df.NA
  point[name .. "_ci"] = {core.wilson(part, whole, conf)}
end

-- One level against the rest.
local function point_of(counts, n, level, conf)
  local truth, called = 0, 0
  for i = 1, #counts do truth, called = truth + counts[level][i], called + counts[i][level] end
  local tp = counts[level][level]
  local point = {tp = tp, fn = truth - tp, fp = called - tp, tn = n - truth - called + tp}
  set_proportion(point, "sensitivity", tp, truth, conf)
  set_proportion(point, "specificity", point.tn, n - truth, conf)
  set_proportion(point, "ppv", tp, called, conf)
  set_proportion(point, "npv", point.tn, n - called, conf)
  set_proportion(point, "accuracy", tp + point.tn, n, conf)
  return point
end

-- The list with the positive level last, so that it is level 2 of 2.
local function in_order(found, options, caller)
  if options.levels ~= nil then
    if options.positive ~= nil then
      kit.wrong("%s: give positive or levels, not both; the last of two levels is the positive one", caller)
    end
    return levels.check_given(options.levels, found, caller)
  end
  if #found > 2 then
    if options.positive ~= nil then
      kit.wrong("%s: positive belongs to two levels, but there are %d: %s", caller, #found,
        levels.names(found))
    end
    return found
  end
  local positive = levels.positive(options.positive, found, "truth and predicted", caller)
  local list = {}
  for _, level in ipairs(found) do
    if level ~= positive then list[#list + 1] = level end
  end
  if #list == 0 and (positive == 1 or positive == true) then list[1] = positive == 1 and 0 end
  list[#list + 1] = positive
  return list
end

-- stats.confusion(truth, predicted [, {positive = | levels =, conf =}])
function stats.confusion(truth, predicted, options)
  local caller, names = "stats.confusion", {"truth", "predicted"}
  options = words.check_options(options, caller, {"positive", "levels", "conf"}, kit.wrong)
  local conf = levels.conf(options, caller)
  local x, y, count = check_pairs(truth, predicted, names, caller)
  local list = in_order(levels_of_both(x, y, count, names, caller), options, caller)
  local counts, n, dropped = count_pairs(x, y, count, list)
  local result = {levels = list, counts = counts, n = n, dropped = dropped, conf = conf, classes = {}}
  local right = 0
  for i = 1, #list do
    result.classes[i] = point_of(counts, n, i, conf)
    right = right + counts[i][i]
  end
  if #list == 2 then
    for name, value in pairs(result.classes[2]) do result[name] = value end
    result.positive, result.negative = list[2], list[1]
  end
  set_proportion(result, "accuracy", right, n, conf)
  local sum = 0
  for _, class in ipairs(result.classes) do sum = sum + class.sensitivity end
  result.balanced_accuracy = #list > 0 and sum / #list or df.NA
  return setmetatable(result, Confusion)
end

-- One row per level: its numbers against the rest.
function methods.df(c)
  local names, columns = {"level", "n", "tp", "fp", "tn", "fn"}, {}
  for _, name in ipairs(MEASURES) do
    table.move({name, name .. "_low", name .. "_high"}, 1, 3, #names + 1, names)
  end
  for i = 1, #names do columns[i] = {} end
  for i, class in ipairs(c.classes) do
    local row = {tostring(c.levels[i]), class.tp + class.fn, class.tp, class.fp, class.tn, class.fn}
    for _, name in ipairs(MEASURES) do
      local ci = class[name .. "_ci"]
      table.move({class[name], ci[1], ci[2]}, 1, 3, #row + 1, row)
    end
    for j, value in ipairs(row) do columns[j][i] = value end
  end
  return df.from_columns(names, columns)
end

local function proportion(point, name, label)
  return string.format("%s %s %s", label or name, text.number(point[name], 2),
    text.interval(point[name .. "_ci"], 2))
end

local function counts_table(c)
  local rows, widths = {{"truth \\ predicted"}}, {}
  for i, level in ipairs(c.levels) do
    rows[1][i + 1] = words.display(tostring(level), 20)
    rows[i + 1] = {words.display(tostring(level), 20)}
    for j = 1, #c.levels do rows[i + 1][j + 1] = tostring(c.counts[i][j]) end
  end
  for _, row in ipairs(rows) do
    for j, cell in ipairs(row) do widths[j] = math.max(widths[j] or 0, text.cells(cell)) end
  end
  local lines = {}
  for i, row in ipairs(rows) do
    local cells = {}
    for j, cell in ipairs(row) do
      local blank = string.rep(" ", widths[j] - text.cells(cell))
      cells[j] = j == 1 and cell .. blank or blank .. cell
    end
    lines[i] = "  " .. table.concat(cells, "   ")
  end
  return table.concat(lines, "\n")
end

function Confusion.__tostring(c)
  local lines = {counts_table(c)}
  if #c.levels == 2 then
    local list = {}
    for i, name in ipairs(MEASURES) do
      list[i] = proportion(c, name, (name == "ppv" or name == "npv") and name:upper() or nil)
    end
    lines[2] = text.flow(list, ", ", "  ")
  else
    lines[2] = "  " .. proportion(c, "accuracy") .. ", mean sensitivity " .. text.number(c.balanced_accuracy,
      2)
    for i, level in ipairs(c.levels) do
      lines[#lines + 1] = text.flow({proportion(c.classes[i], "sensitivity"),
        proportion(c.classes[i], "specificity")}, ", ", "    ", "  " .. words.display(tostring(level), 20)
          .. ": ")
    end
  end
  lines[#lines + 1] = text.flow({"n = " .. c.n, text.percent(c.conf) .. " CI (Wilson)",
    #c.levels == 2 and "positive is " .. words.display(tostring(c.positive), 20) or nil,
    }, "; ", "  ") .. "; " .. text.dropped(c.dropped, "incomplete pair")
  return table.concat(lines, "\n")
end
