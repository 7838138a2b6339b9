-- SPDX-License-Identifier: GPL-3.0-or-later
-- stats.compare: two groups of a data frame, one test per measure (and level of `by`), p adjusted over all.

local kit = ...
local core, stats, text = kit.core, kit.stats, kit.text
local wrong = kit.wrong
local df = require "mien.df"
local words = require "mien.words"

local CALLER = "stats.compare"
local OPTIONS = {"group", "measures", "by", "test", "adjust", "conf", "alternative", "repeated", "levels"}
local TESTS = {
  welch = {name = "Welch t-test", run = function(x, y, o) return stats.ttest(x, y, o) end},
  student = {name = "Student t-test", run = function(x, y, o)
    return stats.ttest(x, y, {conf = o.conf, alternative = o.alternative, equal_var = true})
  end},
  mannwhitney = {name = "Mann-Whitney test", run = function(x, y, o) return stats.mannwhitney(x, y, o) end},
}
local ADJUSTED = {holm = "p Holm", bh = "p BH", bonferroni = "p Bonf."}

-- ---- What is asked for ----

local function choice(options, name, absent, choices)
  local value = options[name]
  if value == nil then return absent end
  for _, allowed in ipairs(choices) do
    if value == allowed then return value end
  end
  wrong('%s: %s must be one of "%s", not "%s"', CALLER, name, table.concat(choices, '", "'), tostring(value))
end

local function check_options(options)
  if type(options) ~= "table" then
    wrong("%s: options must be a table such as {group = \"group\"}, not a %s", CALLER, type(options))
  end
  words.check_options(options, CALLER, OPTIONS, wrong)
  local conf = options.conf or 0.95
  if math.type(conf) == nil or not (conf > 0 and conf < 1) then
    wrong("%s: conf must be between 0 and 1, not %s", CALLER, tostring(conf))
  end
  return {
    conf = conf,
    test = choice(options, "test", "welch", {"welch", "student", "mannwhitney"}),
    adjust = choice(options, "adjust", "holm", {"holm", "bh", "bonferroni", "none"}),
    alternative = choice(options, "alternative", "two", {"two", "less", "greater"}),
    repeated = choice(options, "repeated", "stop", {"stop", "ignore"}),
  }
end

local function check_frame(d)
  if getmetatable(d) and df.is(d) then return d end
  if type(d) ~= "table" then
    wrong("%s: the first argument must be a data frame, not a %s", CALLER, type(d))
  end
  return df.new(d)
end

local function column(d, what, name)
  if type(name) ~= "string" then
    local given = name == nil and "missing" or "a " .. type(name)
    wrong("%s: %s must be the name of a column, not %s", CALLER, what, given)
  end
  local names = d:names()
  for _, known in ipairs(names) do
    if known == name then return d:col(name) end
  end
  local nearest = words.nearest(name, names)
  if nearest then wrong('%s: %s: no column "%s"; did you mean "%s"?', CALLER, what, name, nearest) end
  wrong('%s: %s: no column "%s"', CALLER, what, name)
end

local function name_list(value, what)
  if value == nil then return {} end
  if type(value) == "string" then return {value} end
  if type(value) ~= "table" then
    wrong("%s: %s must be the name of a column or an array of names, not a %s", CALLER, what, type(value))
  end
  return value
end

-- All columns of numbers that do not tell rows apart.
local function every_measure(d, spoken_for)
  local names = {}
  for _, name in ipairs(d:names()) do
    if not spoken_for[name] and not core.is_text(d:col(name)) then names[#names + 1] = name end
  end
  if #names == 0 then wrong("%s: the data frame has no column of numbers to compare", CALLER) end
  return names
end

local function check_measures(d, options, by)
  local spoken_for = {[options.group] = true, participant = true, visit = true, take = true}
  for _, name in ipairs(by) do spoken_for[name] = true end
  local names = name_list(options.measures, "measures")
  if options.measures == nil then names = every_measure(d, spoken_for) end
  if #names == 0 then wrong("%s: measures is empty", CALLER) end
  for _, name in ipairs(names) do
    if core.is_text(column(d, "measures", name)) then
      wrong('%s: measures: column "%s" is text, not numbers', CALLER, name)
    end
  end
  return names
end

-- ---- Rows by group and level ----

local function levels_text(levels)
  local list = {}
  for i = 1, math.min(#levels, 8) do list[i] = words.display(tostring(levels[i]), 30) end
  if #levels > 8 then list[#list + 1] = "..." end
  return table.concat(list, ", ")
end

-- Different values of a column in order of appearance, each row's number among them (0 where missing), and
-- how many rows miss one.
local function levels_of(values, count)
  local levels, at, rows, missing = {}, {}, {}, 0
  for i = 1, count do
    local value = values[i]
    if df.missing(value) then
      rows[i], missing = 0, missing + 1
    else
      if not at[value] then
        levels[#levels + 1] = value
        at[value] = #levels
      end
      rows[i] = at[value]
    end
  end
  return levels, rows, missing
end

local function check_groups(d, options)
  local levels, rows, missing = levels_of(column(d, "group", options.group), #d)
  if #levels ~= 2 then
    local have = "no value"
    if #levels > 0 then have = words.counted(#levels, "level") .. " (" .. levels_text(levels) .. ")" end
    wrong("%s: group must have two levels, but \"%s\" has %s%s", CALLER, options.group, have,
      #levels > 2 and "; choose two with d:where" or "")
  end
  local wanted = options.levels
  if wanted == nil then return levels, rows, missing end
  if type(wanted) ~= "table" or #wanted ~= 2 then
    wrong("%s: levels must be the two groups in the order wanted, such as {\"MG\", \"HC\"}", CALLER)
  end
  if wanted[1] == levels[2] and wanted[2] == levels[1] then
    for i, level in ipairs(rows) do rows[i] = level == 0 and 0 or 3 - level end
    levels = {levels[2], levels[1]}
  elseif wanted[1] ~= levels[1] or wanted[2] ~= levels[2] then
    wrong("%s: levels names %s, but the groups are %s", CALLER, levels_text(wanted), levels_text(levels))
  end
  return levels, rows, missing
end

-- The tests to do: for each combination of levels of the columns in by, its values and its rows. Without by,
-- one of all rows.
local function strata_of(d, by)
  local columns, strata, at, missing = {}, {}, {}, 0
  for i, name in ipairs(by) do columns[i] = column(d, "by", name) end
  if #by == 0 then strata[1], at[""] = {values = {}, rows = {}}, 1 end
  for row = 1, #d do
    local values, key, whole = {}, {}, true
    for i, values_of in ipairs(columns) do
      values[i] = values_of[row]
      whole = whole and not df.missing(values[i])
      key[i] = tostring(values[i])
    end
    if whole then
      key = table.concat(key, "\0")
      if not at[key] then
        strata[#strata + 1] = {values = values, rows = {}}
        at[key] = #strata
      end
      local rows = strata[at[key]].rows
      rows[#rows + 1] = row
    else
      missing = missing + 1
    end
  end
  return strata, missing
end

-- The ways out that need a column which tells a participant's rows apart, where there is one not used
-- already.
local function ways_by_column(d, by)
  local used = {}
  for _, name in ipairs(by) do used[name] = true end
  for _, name in ipairs(d:names()) do
    if (name == "task" or name == "visit" or name == "take") and not used[name] then
      return string.format('by = "%s"; d:where{%s = ...} first; ', name, name)
    end
  end
  return ""
end

local function stop_repeated(d, counts, measure, stratum, by)
  local several, first = 0, nil
  for _, one in ipairs(counts.order) do
    if counts[one] > 1 then
      several = several + 1
      first = first or one
    end
  end
  local where = {}
  for i, value in ipairs(stratum.values) do where[i] = string.format("%s %s", by[i], tostring(value)) end
  local also = several > 1 and string.format(", and so do %d more", several - 1) or ""
  local place = #where > 0 and " in " .. table.concat(where, ", ") or ""
  wrong('%s: participant "%s" has %d rows in the test of %s%s%s; a test needs one row per participant. '
    .. 'Ways out: %sd:by("participant"):agg() first; or repeated = "ignore"', CALLER,
    words.display(tostring(first), 30), counts[first], measure, place, also, ways_by_column(d, by))
end

-- The values of one measure in one stratum, as two arrays; stops on a participant that is there twice.
local function samples_of(job, measure, values, stratum)
  local x = {{}, {}}
  local counts, twice = {order = {}}, false
  for _, row in ipairs(stratum.rows) do
    local group, value = job.group_rows[row], values[row]
    if group > 0 then
      table.insert(x[group], value)
      local who = job.participants and job.participants[row]
      if value == value and who and not df.missing(who) then
        who = tostring(who)
        if counts[who] then twice = true else counts.order[#counts.order + 1] = who end
        counts[who] = (counts[who] or 0) + 1
      end
    end
  end
  if twice and job.options.repeated == "stop" then
    stop_repeated(job.d, counts, measure, stratum, job.by)
  end
  return x, twice
end

-- ---- The result ----

local Comparison = {__name = "mien.comparison"}
local methods = {}
local FRAME = "\0frame"

function methods.df(c) return rawget(c, FRAME) end

function Comparison.__index(c, key)
  if methods[key] then return methods[key] end
  local frame = rawget(c, FRAME)
  local value = frame[key]
  if type(value) ~= "function" then return value end
  return function(self, ...)
    if self == c then return value(frame, ...) end
    return value(self, ...)
  end
end

function Comparison.__len(c) return #rawget(c, FRAME) end
function Comparison.__pairs(c) return pairs(rawget(c, FRAME)) end

local function result_row(job, measure, stratum)
  local x, twice = samples_of(job, measure, job.d:col(measure), stratum)
  local o = {conf = job.options.conf, alternative = job.options.alternative}
  local means = stats.ttest(x[1], x[2], o)
  local test = TESTS[job.options.test].run(x[1], x[2], o)
  local row = {
    measure = measure, diff = test.diff, ci_low = test.ci[1], ci_high = test.ci[2], g = means.g,
    g_low = means.g_ci[1], g_high = means.g_ci[2], statistic = test.statistic, df = test.df or df.NA,
    p = test.p, dropped = means.dropped,
  }
  row.short = test.conf < o.conf
  for i = 1, 2 do
    row["n_" .. i], row["mean_" .. i], row["sd_" .. i] = means.n[i], means.mean[i], means.sd[i]
  end
  for i, name in ipairs(job.by) do row[name] = stratum.values[i] end
  return row, twice
end

local FIELDS = {"n_1", "n_2", "mean_1", "mean_2", "sd_1", "sd_2", "diff", "ci_low", "ci_high", "g", "g_low",
  "g_high", "statistic", "df", "p", "p_adjusted", "dropped"}

local function frame_of(rows, by)
  local names = {"measure", table.unpack(by)}
  table.move(FIELDS, 1, #FIELDS, #names + 1, names)
  local columns = {}
  for i, name in ipairs(names) do
    columns[i] = {}
    for j, row in ipairs(rows) do columns[i][j] = row[name] end
  end
  return df.from_columns(names, columns)
end

-- One row per measure (and level of by): means, difference, effect size, p and adjusted p of two groups.
function stats.compare(d, options)
  if options == nil then kit.wrong('%s: needs options such as {group = "group"}', CALLER) end
  local checked = check_options(options)
  d = check_frame(d)
  local by = name_list(options.by, "by")
  local groups, group_rows, without_group = check_groups(d, options)
  local measures = check_measures(d, options, by)
  local strata, without_level = strata_of(d, by)
  local job = {d = d, options = checked, by = by, group_rows = group_rows}
  for _, name in ipairs(d:names()) do
    if name == "participant" then job.participants = d:col(name) end
  end
  local rows, p, repeated, short = {}, {}, false, false
  for _, measure in ipairs(measures) do
    for _, stratum in ipairs(strata) do
      local row, twice = result_row(job, measure, stratum)
      rows[#rows + 1], p[#p + 1] = row, row.p
      repeated, short = repeated or twice, short or row.short
    end
  end
  for i, adjusted in ipairs(stats.adjust(p, checked.adjust)) do rows[i].p_adjusted = adjusted end
  return setmetatable({
    groups = {tostring(groups[1]), tostring(groups[2])}, by = by, test = checked.test,
    adjust = checked.adjust, conf = checked.conf, alternative = checked.alternative,
      method = TESTS[checked.test].name,
    repeated = checked.repeated == "ignore" and (repeated and "ignored" or "none found") or "stop",
    note = short and "some groups are too small for intervals of that level" or nil,
    without_group = without_group + without_level, [FRAME] = frame_of(rows, by),
  }, Comparison)
end

-- ---- Printing ----

local function means_text(row, i, places)
  local mean, sd = row["mean_" .. i], row["sd_" .. i]
  return string.format("%s (%s)", text.number(mean, places), text.number(sd, places))
end

-- The cells of a row after its name.
local function cells_of(c, row, same_n)
  local spread = math.max(row.sd_1 == row.sd_1 and row.sd_1 or 0, row.sd_2 == row.sd_2 and row.sd_2 or 0)
  local places = text.decimals(spread)
  local cells = {
    means_text(row, 1, places), means_text(row, 2, places),
    text.number(row.diff, places) .. " " .. text.interval({row.ci_low, row.ci_high}, places),
    text.number(row.g, 2), text.p(row.p),
  }
  if c.adjust ~= "none" then cells[#cells + 1] = text.p(row.p_adjusted) end
  if not same_n then table.insert(cells, 1, string.format("%d, %d", row.n_1, row.n_2)) end
  return cells
end

local function all_same_n(frame)
  for i = 2, #frame do
    if frame.n_1[i] ~= frame.n_1[1] or frame.n_2[i] ~= frame.n_2[1] then return false end
  end
  return true
end

local function header_of(c, same_n)
  local frame = rawget(c, FRAME)
  local header = {}
  if not same_n then header[1] = "n" end
  for i = 1, 2 do
    local name = words.display(c.groups[i], 16)
    if same_n then name = string.format("%s (n = %d)", name, frame["n_" .. i][1]) end
    header[#header + 1] = name
  end
  header[#header + 1] = string.format("difference [%s CI]", text.percent(c.conf))
  header[#header + 1] = "Hedges g"
  header[#header + 1] = "p"
  if c.adjust ~= "none" then header[#header + 1] = ADJUSTED[c.adjust] end
  return header
end

local function widths_of(rows)
  local widths = {}
  for _, row in ipairs(rows) do
    for i, cell in ipairs(row) do widths[i] = math.max(widths[i] or 0, text.cells(cell)) end
  end
  return widths
end

local function join(row, widths, gap)
  local list = {}
  for i, cell in ipairs(row) do list[i] = text.pad(cell, widths[i]) end
  return (table.concat(list, gap):gsub("%s+$", ""))
end

local function total(widths, gap)
  local sum = gap * (#widths - 1)
  for _, width in ipairs(widths) do sum = sum + width end
  return sum
end

-- Names in front where the terminal is wide enough, else on lines of their own.
local function lay_out(names, header, rows)
  local width = words.width()
  local with_names = {{"", table.unpack(header)}}
  for i, row in ipairs(rows) do with_names[i + 1] = {names[i], table.unpack(row)} end
  local widths = widths_of(with_names)
  local lines = {}
  for _, gap in ipairs {4, 3, 2} do
    if total(widths, gap) + 2 < width then
      for i, row in ipairs(with_names) do lines[i] = "  " .. join(row, widths, string.rep(" ", gap)) end
      return lines
    end
  end
  for i, title in ipairs(header) do
    if title == "Hedges g" then header[i] = "g" end
  end
  widths = widths_of {header, table.unpack(rows)}
  local gap = total(widths, 3) + 4 < width and "   " or "  "
  lines[1] = "    " .. join(header, widths, gap)
  for i, row in ipairs(rows) do
    lines[#lines + 1] = "  " .. names[i]
    lines[#lines + 1] = "    " .. join(row, widths, gap)
  end
  return lines
end

local function footnotes(c)
  local frame, dropped = rawget(c, FRAME), 0
  for i = 1, #frame do dropped = dropped + frame.dropped[i] end
  local pieces = {c.method .. ", " .. text.side(c.alternative), "SD in brackets", text.dropped(dropped)}
  if c.test == "mannwhitney" then table.insert(pieces, 2, "difference is the shift in location") end
  if c.without_group > 0 then
    pieces[#pieces + 1] = words.counted(c.without_group, "row") .. " without group or level left out"
  end
  if c.repeated ~= "stop" then
    pieces[#pieces + 1] = 'repeated = "ignore": rows of one participant count as independent'
  end
  pieces[#pieces + 1] = rawget(c, "note")
  return text.flow(pieces, "; ", "  ")
end

function Comparison.__tostring(c)
  local frame = rawget(c, FRAME)
  local same_n, names, rows = all_same_n(frame), {}, {}
  for i = 1, #frame do
    local name = {frame:col("measure")[i]}
    for j, column_name in ipairs(c.by) do name[j + 1] = tostring(frame:col(column_name)[i]) end
    names[i] = words.display(table.concat(name, ", "), 40)
    rows[i] = cells_of(c, frame[i], same_n)
  end
  local lines = lay_out(names, header_of(c, same_n), rows)
  lines[#lines + 1] = footnotes(c)
  return table.concat(lines, "\n")
end
