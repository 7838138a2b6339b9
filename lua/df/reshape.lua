-- SPDX-License-Identifier: GPL-3.0-or-later
-- Two data frames joined by keys; columns stacked into rows and rows spread into columns.

local kit = ...
local core, verbs = kit.core, kit.verbs
local NAMES, COLUMNS = kit.NAMES, kit.COLUMNS

-- ---- Join ----

-- Names of the keys on both sides, of "id", {"id", "visit"} or {left_name = "right_name"}.
local function key_names(key)
  if type(key) == "string" then return {key}, {key} end
  if type(key) ~= "table" then
    kit.wrong('Frame:join: the key must be the name of a column or a list of names, not a %s', type(key))
  end
  if #key > 0 then return key, key end
  local left, right = {}, {}
  for name in pairs(key) do left[#left + 1] = name end
  table.sort(left)
  for i, name in ipairs(left) do right[i] = key[name] end
  if #left == 0 then kit.wrong("Frame:join: the list of keys is empty") end
  return left, right
end

local function key_columns(d, e, left, right)
  local a, b = {}, {}
  for i = 1, #left do
    a[i] = kit.column(d, left[i], "Frame:join: left")
    b[i] = kit.column(e, right[i], "Frame:join: right")
    if a[i]:type() ~= b[i]:type() then
      kit.wrong('Frame:join: "%s" is %s on the left and "%s" is %s on the right; read both alike with '
        .. 'df.read(file, {text = {"%s"}}) or change one with :text() or :number()', left[i], a[i]:type(),
        right[i], b[i]:type(), left[i])
    end
  end
  return a, b
end

-- The key of the left row, and of the right row where there is no left one.
local function merged_key(a, b, left_rows, right_rows)
  local both = core.append(a, b)
  local shifted = right_rows + #a
  local rows = left_rows:map(function(row, i) return row == row and row or shifted[i] end)
  return core.take(both, rows)
end

-- A name of the right side, with the suffix while the name is taken or is another column's of that side.
local function free_name(name, suffix, taken, e)
  local free = name
  while taken[free] or (free ~= name and kit.has(e, free)) do free = free .. suffix end
  return free
end

-- join(e, key, "inner" | "left" | "outer", {suffix = "_right"})
function verbs.join(d, e, key, how, options)
  kit.check_frame(d, "Frame:join")
  kit.check_frame(e, "Frame:join", "the other side")
  options = kit.check_options(options, "Frame:join", {"suffix"})
  how = how or "inner"
  if how ~= "inner" and how ~= "left" and how ~= "outer" then
    kit.wrong('Frame:join: the kind must be "inner", "left" or "outer", not %s', tostring(how))
  end
  local suffix = options.suffix or "_right"
  if type(suffix) ~= "string" or suffix == "" then
    kit.wrong("Frame:join: suffix must be text that is not empty, such as \"_followup\"")
  end
  local left, right = key_names(key)
  local a, b = key_columns(d, e, left, right)
  local left_rows, right_rows = core.match(a, b, how)
  local names, columns, is_right_key, left_key = {}, {}, {}, {}
  for i = 1, #left do is_right_key[right[i]], left_key[left[i]] = true, i end
  local taken = {}
  for i, name in ipairs(d[NAMES]) do
    local k = left_key[name]
    names[i], taken[name] = name, true
    columns[i] = k and how == "outer" and merged_key(a[k], b[k], left_rows, right_rows) or
      core.take(d[COLUMNS][i], left_rows)
  end
  for i, name in ipairs(e[NAMES]) do
    if not is_right_key[name] then
      local free = free_name(name, suffix, taken, e)
      names[#names + 1], taken[free] = free, true
      columns[#columns + 1] = core.take(e[COLUMNS][i], right_rows)
    end
  end
  return kit.df.from_columns(names, columns)
end

-- ---- Long ----

-- Every number column that is not kept.
local function stacked_by_default(d, keep)
  local kept, names = {}, {}
  for _, name in ipairs(keep or {}) do kept[name] = true end
  for i, name in ipairs(d[NAMES]) do
    if not kept[name] and (keep or d[COLUMNS][i]:type() == "number") then names[#names + 1] = name end
  end
  return names
end

local function complement(d, names)
  local out, list = {}, {}
  for _, name in ipairs(names) do out[name] = true end
  for _, name in ipairs(d[NAMES]) do
    if not out[name] then list[#list + 1] = name end
  end
  return list
end

-- long{columns = {...}, keep = {...}, name = "name", value = "value"}: one row for each row and stacked
-- column.
function verbs.long(d, options)
  kit.check_frame(d, "Frame:long")
  options = kit.check_options(options, "Frame:long", {"columns", "keep", "name", "value"})
  local keep = options.keep and kit.name_list(d, "Frame:long", options.keep)
  local stacked = options.columns and kit.name_list(d, "Frame:long", options.columns) or stacked_by_default(d,
    keep)
  keep = keep or complement(d, stacked)
  if #stacked == 0 then kit.wrong("Frame:long: no columns to stack; name them with columns = {...}") end
  local count, rows, source, labels = #stacked, {}, {}, {}
  local values = kit.column(d, stacked[1])
  for j = 2, count do
    local column = kit.column(d, stacked[j])
    if column:type() ~= values:type() then
      kit.wrong('Frame:long: "%s" is %s and "%s" is %s; stack columns of one kind', stacked[1], values:type(),
        stacked[j], column:type())
    end
    values = core.append(values, column)
  end
  for i = 1, #d do
    for j = 1, count do
      local at = #rows + 1
      rows[at], source[at], labels[at] = i, (j - 1) * #d + i, stacked[j]
    end
  end
  local index = core.column(rows, "Frame:long")
  local names, columns = table.move(keep, 1, #keep, 1, {}), {}
  for i, name in ipairs(keep) do columns[i] = core.take(kit.column(d, name), index) end
  names[#names + 1], columns[#columns + 1] = options.name or "name",
    #labels > 0 and core.column(labels, "Frame:long") or core.missing(0, true)
  names[#names + 1], columns[#columns + 1] = options.value or "value",
    core.take(values, core.column(source, "Frame:long"))
  return kit.df.from_columns(names, columns)
end

-- ---- Wide ----

local function as_list(value) return type(value) == "table" and value or {value} end

-- For each level the row of every group, missing where it has none.
local function rows_of_levels(d, group, groups, level, levels, label, name)
  local rows = {}
  for l = 1, levels do
    rows[l] = {}
    for g = 1, groups do rows[l][g] = kit.df.NA end
  end
  for i = 1, #d do
    local row, g = rows[level[i]], group[i]
    if row[g] == row[g] then
      kit.wrong('Frame:wide: rows %d and %d are both "%s" of %s; make them one first, with :by(...):agg()',
        row[g], i,
        tostring(label[i] or "NA"), name)
    end
    row[g] = i
  end
  return rows
end

-- wide{by = {...}, name = "task", value = "peak" or {"peak", "mean"}}: one row for each combination of `by`.
function verbs.wide(d, options)
  kit.check_frame(d, "Frame:wide")
  options = kit.check_options(options, "Frame:wide", {"by", "name", "value"})
  if type(options.name) ~= "string" or options.value == nil then
    kit.wrong('Frame:wide: needs name = and value =, as in d:wide{name = "task", value = "peak"}')
  end
  local values = kit.name_list(d, "Frame:wide", as_list(options.value))
  local label = kit.column(d, options.name, "Frame:wide"):text()
  local used = table.move(values, 1, #values, 2, {options.name})
  local by = options.by and kit.name_list(d, "Frame:wide", as_list(options.by)) or complement(d, used)
  if #by == 0 then kit.wrong("Frame:wide: no column tells the rows apart; name one with by = ") end
  local keys = {}
  for i, name in ipairs(by) do keys[i] = kit.column(d, name) end
  local group, first, groups = core.group(keys)
  local level, level_first, levels = core.group({label})
  local rows = rows_of_levels(d, group, groups, level, levels, label, table.concat(by, ", "))
  local names, columns = {}, {}
  for i, name in ipairs(by) do names[i], columns[i] = name, core.take(keys[i], first) end
  for l = 1, levels do
    local title = label[level_first[l]] or "NA"
    local index = core.column(rows[l], "Frame:wide", groups)
    for _, value in ipairs(values) do
      names[#names + 1] = #values > 1 and title .. "_" .. value or title
      columns[#columns + 1] = core.take(kit.column(d, value), index)
    end
  end
  return kit.df.from_columns(names, columns)
end
