-- SPDX-License-Identifier: GPL-3.0-or-later
-- stats.table1: who took part, group by group, as the first table of a paper.

local kit = ...
local core, stats, text, levels = kit.core, kit.stats, kit.text, kit.levels
local df = require "mien.df"
local words = require "mien.words"

local CALLER = "stats.table1"

-- ---- What is asked for ----

local function name_list(d, value, what)
  if type(value) == "string" then value = {value} end
  if type(value) ~= "table" then
    kit.wrong("%s: %s must be the name of a column or an array of names, not a %s", CALLER, what, type(value))
  end
  for _, name in ipairs(value) do levels.column(d, name, what, CALLER) end
  return value
end

local function set_of(list)
  local set = {}
  for _, name in ipairs(list) do set[name] = true end
  return set
end

-- Everything that is not the group and does not name a participant or a file.
local function every_column(d, group)
  local names = {}
  local never = {participant = true, video = true, neutral = true}
  if group then never[group] = true end
  for _, name in ipairs(d:names()) do
    if not never[name] then names[#names + 1] = name end
  end
  return names
end

local function check_once(d)
  if not d:has("participant") then return end
  local seen, values = {}, d:col("participant")
  for row = 1, #d do
    local who = values[row]
    if not df.missing(who) and seen[who] then
      kit.wrong('%s: participant "%s" has more than one row; a table of participants needs one row each, as '
        .. 'd:by("participant"):agg() gives', CALLER, words.display(tostring(who), 30))
    end
    seen[who or false] = true
  end
end

-- Group of each row (0: none) and the names of the groups.
local function groups_of(d, options)
  local codes = {}
  if options.group == nil then
    for row = 1, #d do codes[row] = 1 end
    return codes, {"all"}, 0
  end
  local values = levels.column(d, options.group, "group", CALLER)
  local list, place, without = {}, {}, 0
  for row = 1, #d do
    local value = values[row]
    if levels.missing(values, value) then
      codes[row], without = 0, without + 1
    else
      if not place[value] then
        list[#list + 1] = value
        place[value] = #list
      end
      codes[row] = place[value]
    end
  end
  if options.levels ~= nil then
    local given = levels.check_given(options.levels, list, CALLER)
    local to = levels.places(given)
    for row, code in ipairs(codes) do codes[row] = code == 0 and 0 or to[list[code]] end
    list = given
  end
  if #list == 0 then kit.wrong('%s: group "%s" has no value', CALLER, options.group) end
  return codes, list, without
end

-- ---- Rows ----

local function finite_places(spread) return text.decimals(spread) end

-- The values of a column in each group, without the missing ones, which are counted.
local function samples(values, codes, groups)
  local lists, missing = {}, {}
  for g = 1, groups do lists[g], missing[g] = {}, 0 end
  for row, g in ipairs(codes) do
    if g > 0 then
      local value = values[row]
      if df.missing(value) then
        missing[g] = missing[g] + 1
      else
        lists[g][#lists[g] + 1] = value
      end
    end
  end
  return lists, missing
end

-- (m1 - m2) / sqrt((s1^2 + s2^2) / 2), without its sign.
local function mean_difference(a, b)
  return math.abs(a.mean - b.mean) / math.sqrt((a.sd ^ 2 + b.sd ^ 2) / 2)
end

local function number_test(lists, values, codes, by_rank)
  if #lists == 2 then
    local test = by_rank and stats.mannwhitney(lists[1], lists[2]) or stats.ttest(lists[1], lists[2])
    return test.p, by_rank and "Mann-Whitney test" or "Welch t-test", test.statistic
  end
  local test = core.over_groups(values, codes, #lists, by_rank)
  return test.p, by_rank and "Kruskal-Wallis test" or "Welch's analysis of variance", test.statistic
end

local function number_row(name, values, codes, groups, by_rank)
  local lists, missing = samples(values, codes, groups)
  local row = {name = name, missing = missing, cells = {}, groups = {}, kind = by_rank and "median" or "mean"}
  local spread = 0
  for g, list in ipairs(lists) do
    row.groups[g] = stats.describe(list)
    local each = by_rank and row.groups[g].iqr or row.groups[g].sd
    if each == each then spread = math.max(spread, each) end
  end
  local places = finite_places(spread)
  for g, d in ipairs(row.groups) do
    if by_rank then
      row.cells[g] = string.format("%s [%s, %s]", text.number(d.median, places), text.number(d.q1, places),
        text.number(d.q3, places))
    else
      row.cells[g] = string.format("%s (%s)", text.number(d.mean, places), text.number(d.sd, places))
    end
  end
  row.shown = name .. (by_rank and ", median [IQR]" or ", mean (SD)")
  if groups > 1 then row.p, row.test, row.statistic = number_test(lists, values, codes, by_rank) end
  if groups == 2 then row.smd = mean_difference(row.groups[1], row.groups[2]) end
  return row
end

-- Levels by groups, as one flat array.
local function count_levels(lists, list)
  local place, counts = levels.places(list), {}
  for i = 1, #list * #lists do counts[i] = 0 end
  for g, values in ipairs(lists) do
    for _, value in ipairs(values) do
      local at = (place[value] - 1) * #lists + g
      counts[at] = counts[at] + 1
    end
  end
  return counts
end

local function count_test(row, counts, rows, groups)
  local test, least = core.chi_squared(counts, rows, groups)
  if rows == 2 and groups == 2 and least < 5 then
    row.p, row.test = core.fisher(counts, 2), "Fisher's exact test"
    return
  end
  row.p, row.statistic, row.degrees = test.p, test.statistic, test.df
  if test.p == test.p then row.test = "chi-squared test" end
  row.sparse = least < 5
end

local function share(count, total)
  return total > 0 and string.format("%d (%.0f %%)", count, 100 * count / total) or "0"
end

local function count_rows(name, values, codes, groups)
  local lists, missing = samples(values, codes, groups)
  local list = levels.found(values, #codes, name, CALLER)
  local counts = count_levels(lists, list)
  local row = {name = name, missing = missing, cells = {}, kind = "n", levels = list, counts = counts}
  for g = 1, groups do row.cells[g] = "" end
  if groups > 1 and #list > 0 then count_test(row, counts, #list, groups) end
  if groups == 2 and #list > 0 then row.smd = core.share_difference(counts, #list) end
  local rows = {row}
  local function cells_of(i)
    local cells = {}
    for g = 1, groups do cells[g] = share(counts[(i - 1) * groups + g], #lists[g]) end
    return cells
  end
  -- Two levels say the same twice: one line is enough.
  if #list == 2 then
    row.shown, row.cells = string.format("%s = %s, n (%%)", name, tostring(list[2])), cells_of(2)
    return rows
  end
  row.shown = name .. ", n (%)"
  for i, level in ipairs(list) do
    rows[#rows + 1] = {name = name, level = tostring(level), shown = "  " .. tostring(level),
      cells = cells_of(i)}
  end
  return rows
end

-- ---- The function ----

local Table1 = {__name = "mien.table1"}
local methods = {}
Table1.__index = methods

-- stats.table1(d, {group =, columns =, median =, counts =, levels =})
function stats.table1(d, options)
  d = levels.frame(d, CALLER)
  options = words.check_options(options, CALLER, {"group", "columns", "median", "counts", "levels"},
    kit.wrong)
  check_once(d)
  local codes, groups, without = groups_of(d, options)
  local columns = name_list(d, options.columns or every_column(d, options.group), "columns")
  local every = options.median == true
  local by_rank = set_of(name_list(d, (options.median == nil or every) and {} or options.median, "median"))
  local as_counts = set_of(name_list(d, options.counts or {}, "counts"))
  local rows, n = {}, {}
  for g = 1, #groups do n[g] = 0 end
  for _, g in ipairs(codes) do
    if g > 0 then n[g] = n[g] + 1 end
  end
  for _, name in ipairs(columns) do
    local values = d:col(name)
    if core.is_text(values) or as_counts[name] then
      local more = count_rows(name, values, codes, #groups)
      table.move(more, 1, #more, #rows + 1, rows)
    else
      rows[#rows + 1] = number_row(name, values, codes, #groups, every or by_rank[name])
    end
  end
  return setmetatable({groups = groups, n = n, rows = rows, without_group = without}, Table1)
end

local function missing_text(row)
  if not row.missing then return "" end
  local any = false
  for _, count in ipairs(row.missing) do any = any or count > 0 end
  return any and table.concat(row.missing, ", ") or ""
end

-- The table as printed, all text: variable, one column per group, p, test, smd, missing.
function methods.df(t)
  local names, columns, several = {"variable"}, {}, #t.groups > 1
  for g, group in ipairs(t.groups) do names[g + 1] = string.format("%s (n = %d)", tostring(group), t.n[g]) end
  if several then names[#names + 1], names[#names + 2] = "p", "test" end
  if #t.groups == 2 then names[#names + 1] = "SMD" end
  names[#names + 1] = "missing"
  for i = 1, #names do columns[i] = {} end
  for i, row in ipairs(t.rows) do
    local cells = {row.shown, table.unpack(row.cells)}
    if several then
      table.move({row.p and text.p(row.p) or "", row.test or ""}, 1, 2, #cells + 1, cells)
    end
    if #t.groups == 2 then cells[#cells + 1] = row.smd and text.number(row.smd, 2) or "" end
    cells[#cells + 1] = missing_text(row)
    for j, cell in ipairs(cells) do columns[j][i] = cell end
  end
  return df.from_columns(names, columns)
end

-- What stands below the table.
local function notes_of(t)
  local tests, known, sparse = {}, {}, {}
  for _, row in ipairs(t.rows) do
    if row.test and not known[row.test] then
      known[row.test] = true
      tests[#tests + 1] = row.test
    end
    if row.sparse then sparse[#sparse + 1] = row.name end
  end
  local notes = {}
  if #tests > 0 then notes[1] = table.concat(tests, ", ") .. ", two-sided, not adjusted for their number" end
  if #t.groups == 2 then notes[#notes + 1] = "SMD is the standardised mean difference, without sign" end
  if #sparse > 0 then
    notes[#notes + 1] = "expected counts under 5, so p is approximate: " .. table.concat(sparse, ", ")
  end
  if t.without_group > 0 then
    notes[#notes + 1] = words.counted(t.without_group, "row") .. " without group left out"
  end
  local missing = 0
  for _, row in ipairs(t.rows) do
    for _, count in ipairs(row.missing or {}) do missing = missing + count end
  end
  notes[#notes + 1] = missing == 0 and "nothing missing" or "missing: per group, left out of their row"
  return notes
end

function methods.notes(t) return table.concat(notes_of(t), "; ") end

function Table1.__tostring(t)
  local frame, lines, widths, rows = t:df(), {}, {}, {}
  local names = frame:names()
  local shown = {}
  -- The tests are named below; a column without anything in it is left out.
  for j, name in ipairs(names) do
    local any = j <= #t.groups + 1
    for i = 1, #frame do any = any or frame:col(name)[i] ~= "" end
    if any and name ~= "test" then shown[#shown + 1] = name end
  end
  rows[1] = {}
  for j, name in ipairs(shown) do rows[1][j] = j == 1 and "" or words.display(name, 28) end
  for i = 1, #frame do
    rows[i + 1] = {}
    for j, name in ipairs(shown) do
      rows[i + 1][j] = words.display(frame:col(name)[i], j == 1 and 40 or 28)
    end
  end
  for _, row in ipairs(rows) do
    for j, cell in ipairs(row) do widths[j] = math.max(widths[j] or 0, text.cells(cell)) end
  end
  for i, row in ipairs(rows) do
    local cells = {}
    for j, cell in ipairs(row) do cells[j] = text.pad(cell, widths[j]) end
    lines[i] = ("  " .. table.concat(cells, "   ")):gsub("%s+$", "")
  end
  lines[#lines + 1] = text.flow(notes_of(t), "; ", "  ")
  return table.concat(lines, "\n")
end
