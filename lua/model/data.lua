-- SPDX-License-Identifier: GPL-3.0-or-later
-- The data that learners see: one row per participant with its level, and either its measures or its clips.
-- From a Cohort, from Clips, or from a data frame; who is left out is counted by reason.

local kit = ...
local core = kit.core
local words = require "mien.words"
local df = require "mien.df"
local text_of = kit.text_of

local NAN = 0 / 0
local OPTIONS = {"cohort", "clips", "table", "label", "positive", "levels", "task", "measures", "covariates",
  "split", "participant", "source", "clips_options", "unit", "missing", "caller"}
-- Of the wide table: how a recording was made says nothing of the face, but may well tell groups apart.
local NO_MEASURES = {"coverage", "truncated", "frames_used", "uncertain"}

local function column(d, what, name, caller)
  if type(name) ~= "string" then
    kit.wrong("%s: %s must be the name of a column, not a %s", caller, what, type(name))
  end
  if d:has(name) then return d:col(name) end
  local near = words.nearest(name, d:names())
  kit.wrong('%s: %s: no column "%s"%s', caller, what, name,
    near and '; did you mean "' .. near .. '"?' or "; there is " .. words.first(d:names(), 8))
end

local function as_list(value, what, caller)
  if value == nil then return nil end
  if type(value) == "string" then return {value} end
  if type(value) ~= "table" then
    kit.wrong("%s: %s must be a name or a list of names, not a %s", caller, what, type(value))
  end
  return value
end

-- ---- One row per participant ----

-- Rows of the same participant made one: a value that differs between them is missing.
local function by_participant(d, names, key)
  local place, order = {}, {}
  local who = d:col(key)
  local columns = {}
  for i, name in ipairs(names) do columns[i] = {name, {}} end
  for i = 1, #d do
    local p = text_of(who[i])
    local first = place[p] == nil
    if first then
      order[#order + 1] = p
      place[p] = #order
    end
    for k, name in ipairs(names) do
      local values, value = columns[k][2], d:col(name)[i]
      if first then
        values[place[p]] = value
      elseif text_of(values[place[p]]) ~= text_of(value) then
        values[place[p]] = NAN
      end
    end
  end
  for _, pair in ipairs(columns) do
    for i = 1, #order do pair[2][i] = text_of(pair[2][i]) and pair[2][i] or NAN end
  end
  columns[#columns + 1] = {"participant", order}
  return df.new(columns)
end

local function without(names, name)
  local kept = {}
  for _, other in ipairs(names) do
    if other ~= name then kept[#kept + 1] = other end
  end
  return kept
end

local function manifest_of(c, caller)
  local d, message, code = df.read(c.manifest)
  if not d then return nil, (message:gsub("^df%.read", caller)), code end
  return d
end

-- Where participants with their columns come from: the frame, what the source is, and facts about it.
local function frame_of(options, caller)
  local c, clips, d = options.cohort, options.clips, options.table
  if clips ~= nil and not kit.is_clips(clips) then
    kit.wrong("%s: clips must be Clips, as c:clips gives them, not a %s", caller, type(clips))
  end
  if d ~= nil then
    if type(d) ~= "table" then kit.wrong("%s: table must be a data frame, not a %s", caller, type(d)) end
    if not (getmetatable(d) and df.is(d)) then d = df.new(d) end
    if clips == nil then return {frame = d, source = "measures"} end
    return {frame = d, source = "clips", clips = clips, each = clips:df()}
  end
  if clips == nil and c == nil then kit.wrong("%s: give cohort =, clips = or table =", caller) end
  local manifest, message, code
  if c ~= nil then
    if type(c) ~= "table" or type(c.manifest) ~= "string" then
      kit.wrong("%s: cohort must be a Cohort, as cohort.open gives it, not a %s", caller, type(c))
    end
    manifest, message, code = manifest_of(c, caller)
    if not manifest then return nil, message, code end
  end
  if clips == nil and options.source == "clips" then
    clips, message, code = c:clips(options.clips_options or {task = options.task})
    if not clips then return nil, message, code end
  end
  if clips then
    local each = clips:df()
    local d = manifest or each
    return {frame = by_participant(d, without(d:names(), "participant"), "participant"), source = "clips",
      clips = clips, each = each}
  end
  local wide
  wide, message, code = c:wide()
  if not wide then return nil, message, code end
  return {frame = wide, source = "measures", manifest = manifest, wide = true}
end

local function check_repeated(who, unit, caller)
  local first = {}
  for i, p in ipairs(who) do
    if not p then kit.wrong("%s: row %d has no participant", caller, i) end
    if first[p] and unit ~= "clip" then
      kit.wrong('%s: rows %d and %d are both participant "%s"; make them one row first, such as with '
        .. 'd:by("participant"):agg(...) or d:wide{...}', caller, first[p], i, p)
    end
    first[p] = first[p] or i
  end
end

-- ---- Measures ----

local function task_of(name, tasks)
  for _, task in ipairs(tasks) do
    if name:sub(1, #task + 1) == task .. "_" then return task end
  end
end

local function is_measure(name, d, found, tasks, taken)
  if taken[name] or d:col(name):type() ~= "number" then return false end
  if #tasks > 0 and not task_of(name, tasks) then return false end
  for _, ending in ipairs(found.wide and NO_MEASURES or {}) do
    if name:sub(-#ending - 1) == "_" .. ending then return false end
  end
  return true
end

-- The Lua pattern of names like this one, in which * stands for anything.
function kit.name_pattern(text)
  return "^" .. text:gsub("[%^%$%(%)%%%.%[%]%+%-%?]", "%%%0"):gsub("%*", ".*") .. "$"
end

-- The columns of numbers that a pattern such as "happiness_*_peak" means.
local function matching(pattern, d, taken, caller)
  local list = {}
  local own = kit.name_pattern(pattern)
  for _, name in ipairs(d:names()) do
    if name:find(own) and not taken[name] and d:col(name):type() == "number" then list[#list + 1] = name end
  end
  if #list == 0 then kit.wrong('%s: measures: no column of numbers is like "%s"', caller, pattern) end
  return list
end

-- The columns that a name means: itself, or that measure of every chosen task; or all that are like it.
local function columns_of(name, d, tasks, taken, caller)
  if type(name) == "string" and name:find("*", 1, true) then return matching(name, d, taken, caller) end
  if type(name) == "string" and d:has(name) then
    if d:col(name):type() ~= "number" then
      kit.wrong('%s: measures: column "%s" is text', caller, name)
    end
    return {name}
  end
  local list = {}
  for _, task in ipairs(tasks) do
    if d:has(task .. "_" .. tostring(name)) then list[#list + 1] = task .. "_" .. name end
  end
  if #list == 0 then column(d, "measures", name, caller) end
  return list
end

local function measure_names(d, found, options, taken, caller)
  local tasks = as_list(options.task, "task", caller)
  if not tasks and found.manifest then
    tasks = {}
    for i = 1, #found.manifest do tasks[i] = text_of(found.manifest:col("task")[i]) end
    tasks = kit.distinct(tasks)
  end
  tasks = tasks or {}
  local names = {}
  if options.measures ~= nil then
    for _, name in ipairs(as_list(options.measures, "measures", caller)) do
      for _, one in ipairs(columns_of(name, d, tasks, taken, caller)) do names[#names + 1] = one end
    end
    for _, name in ipairs(names) do
      if name == options.label then kit.wrong("%s: measures has the label %s", caller, kit.quoted {name}) end
    end
    return kit.distinct(names), tasks
  end
  for _, name in ipairs(d:names()) do
    if is_measure(name, d, found, tasks, taken) then names[#names + 1] = name end
  end
  if #names == 0 then
    kit.wrong("%s: no measures%s; a measure is a column of numbers that is no label, covariate or split",
      caller, #tasks > 0 and " of " .. kit.quoted(tasks) or "")
  end
  return names, tasks
end

-- Measures that say something in these rows, and how many there are that are always missing or always equal.
local function varying(d, names, rows)
  local kept, dropped = {}, 0
  for _, name in ipairs(names) do
    local values, first, varies = d:col(name), nil, false
    for _, i in ipairs(rows) do
      local x = values[i]
      if x == x then
        varies = varies or (first ~= nil and x ~= first)
        first = first or x
      end
    end
    if varies then kept[#kept + 1] = name else dropped = dropped + 1 end
  end
  return kept, dropped
end

local function missing_share(d, names, i)
  local missing = 0
  for _, name in ipairs(names) do
    local x = d:col(name)[i]
    if x ~= x then missing = missing + 1 end
  end
  return missing / math.max(1, #names), missing
end

-- ---- Who is in ----

local function leave_out(left_out, reason)
  if not left_out[reason] then
    left_out[reason] = 0
    left_out[#left_out + 1] = reason
  end
  left_out[reason] = left_out[reason] + 1
end

local function rows_with_level(values, levels, label, left_out)
  local rows = {}
  for i, value in ipairs(values) do
    if not value then
      leave_out(left_out, "no " .. label)
    elseif not levels.of[value] then
      leave_out(left_out, string.format("%s %s", label, value))
    else
      rows[#rows + 1] = i
    end
  end
  return rows
end

-- Clips of every participant: numbers of the clips by name.
local function clips_by_participant(found)
  local of, who = {}, found.each:col("participant")
  for k = 1, #found.each do
    local p = text_of(who[k])
    of[p] = of[p] or {}
    table.insert(of[p], k)
  end
  return of
end

-- Participants of the manifest of whom nothing was extracted: the wide table does not have them.
local function count_unextracted(found, who, left_out)
  local there, listed = {}, {}
  for _, p in ipairs(who) do there[p] = true end
  for i = 1, #found.manifest do listed[i] = text_of(found.manifest:col("participant")[i]) end
  for _, p in ipairs(kit.distinct(listed)) do
    if not there[p] then leave_out(left_out, "without an extracted recording") end
  end
end

local function rows_with_clips(rows, who, of, left_out)
  local kept = {}
  for _, i in ipairs(rows) do
    if of[who[i]] then kept[#kept + 1] = i else leave_out(left_out, "no clips") end
  end
  return kept
end

local function rows_with_measures(d, rows, names, most, left_out)
  local kept, missing = {}, 0
  for _, i in ipairs(rows) do
    local share, count = missing_share(d, names, i)
    if share > most or #names == 0 then
      leave_out(left_out, string.format("more than %.0f %% of the measures missing", 100 * most))
    else
      kept[#kept + 1] = i
      missing = missing + count
    end
  end
  return kept, missing
end

-- ---- Identity of what was used ----

-- Contents of the recordings of each participant, by which one video under two names is known.
local function contents_of(c)
  local of = {}
  local d = c and c:sql("SELECT participant, hash FROM recordings WHERE hash IS NOT NULL")
  for i = 1, d and #d or 0 do
    local p = text_of(d:col("participant")[i])
    of[p] = of[p] or {}
    table.insert(of[p], d:col("hash")[i])
  end
  return of
end

local function file_digest(path)
  local file = io.open(path, "rb")
  if not file then return "" end
  local bytes = file:read("a")
  file:close()
  return core.digest(bytes)
end

-- What a row holds, in bytes.
local function row_bytes(d, names, i)
  local bytes = {}
  for k, name in ipairs(names) do bytes[k] = string.pack("<d", d:col(name)[i]) end
  return table.concat(bytes)
end

local function table_digest(data)
  local parts = {table.concat(data.measures, ",")}
  for i, p in ipairs(data.participants) do
    parts[#parts + 1] = string.pack("<s4i4", p, data.level[i]) .. row_bytes(data.table, data.measures, i)
  end
  return core.digest(table.concat(parts))
end

-- ---- Putting it together ----

local function texts_of(values, count)
  local texts = {}
  for i = 1, count do texts[i] = text_of(values[i]) or false end
  return texts
end

local function pick(values, rows)
  local kept = {}
  for k, i in ipairs(rows) do kept[k] = values[i] end
  return kept
end

-- One unit per clip, which splits what belongs together: for showing what leakage does, never for results.
local function spread_clips(data)
  local participants, level, clip_rows, from = {}, {}, {}, {}
  for i, p in ipairs(data.participants) do
    for _, clip in ipairs(data.clip_rows[i]) do
      local k = #participants + 1
      participants[k], level[k], clip_rows[k], from[k] = p, data.level[i], {clip}, i
    end
  end
  data.participants, data.level, data.clip_rows = participants, level, clip_rows
  data.split = data.split and pick(data.split, from)
  return from
end

local function fill_measures(data, found, options, rows, taken)
  local names, tasks = measure_names(found.frame, found, options, taken, data.caller)
  data.tasks = tasks
  data.measures, data.constant = varying(found.frame, names, rows)
  rows, data.missing = rows_with_measures(found.frame, rows, data.measures, options.missing or 0.5,
    data.left_out)
  return rows
end

local function frame_rows(d, rows, names)
  local columns = {}
  for _, name in ipairs(names) do columns[#columns + 1] = {name, pick(d:col(name), rows)} end
  return df.new(columns)
end

local function check_options(options)
  local caller = options.caller or "model.data"
  words.check_options(options, caller, OPTIONS, kit.wrong)
  if options.unit ~= nil and options.unit ~= "participant" and options.unit ~= "clip" then
    kit.wrong('%s: unit must be "participant" or "clip", not %s', caller, tostring(options.unit))
  end
  local missing = options.missing
  if missing ~= nil and not (type(missing) == "number" and missing >= 0 and missing <= 1) then
    kit.wrong("%s: missing must be a number between 0 and 1, not %s", caller, tostring(missing))
  end
  return caller
end

-- The data of a learner, or nil, message, code. Options: cohort, clips or table; label ("group"), positive,
-- levels, task, measures, covariates, split (a column, "split"), participant (the column of a table that
-- names them), source ("clips" cuts clips of the cohort, with clips_options), missing (the share of measures
-- that may be missing, 0.5).
function kit.data(options)
  local caller = check_options(options)
  local label = options.label or "group"
  local covariates = as_list(options.covariates, "covariates", caller) or {}
  local found, message, code = frame_of(options, caller)
  if not found then return nil, message, code end
  local d, key = found.frame, options.participant or "participant"
  local who = texts_of(column(d, "participant", key, caller), #d)
  check_repeated(who, options.unit, caller)
  local values = texts_of(column(d, "label", label, caller), #d)
  local split = options.split or (d:has("split") and "split") or nil
  local taken = {[key] = true, [label] = true, [split or key] = true}
  for _, name in ipairs(covariates) do
    column(d, "covariates", name, caller)
    taken[name] = true
  end
  local levels = kit.levels(values, {label = label, levels = options.levels, positive = options.positive},
    caller)
  local data = {source = found.source, caller = caller, label = label, levels = levels.names,
    names = levels.names, rule = levels.rule, left_out = {}, covariate_names = covariates,
    unit = options.unit or "participant", considered = #kit.distinct(who), split_column = split,
    store = options.cohort and options.cohort.store}
  if found.wide then count_unextracted(found, who, data.left_out) end
  local rows = rows_with_level(values, levels, label, data.left_out)
  local clips_of
  if found.source == "clips" then
    clips_of = clips_by_participant(found)
    rows = rows_with_clips(rows, who, clips_of, data.left_out)
    data.tasks = as_list(options.task, "task", caller)
      or kit.distinct(texts_of(found.each:col("task"), #found.each))
  else
    rows = fill_measures(data, found, options, rows, taken)
  end
  if #rows == 0 then
    return nil, string.format("%s: no participant is left: %s", caller, kit.left_out_text(data)), "data"
  end
  data.participants = pick(who, rows)
  data.level = {}
  for k, i in ipairs(rows) do data.level[k] = levels.of[values[i]] end
  data.split = split and pick(texts_of(column(d, "split", split, caller), #d), rows)
  local from
  if found.source == "clips" then
    data.clips, data.clip_rows = found.clips, {}
    for k, p in ipairs(data.participants) do data.clip_rows[k] = clips_of[p] end
    from = data.unit == "clip" and spread_clips(data)
  else
    data.table = frame_rows(d, rows, data.measures):with {participant = data.participants}
  end
  data.covariates = frame_rows(d, from and pick(rows, from) or rows, covariates)
  data.contents = contents_of(options.cohort)
  data.manifest_hash = options.cohort and file_digest(options.cohort.manifest)
    or (data.table and table_digest(data)) or ""
  return data
end

-- "2 left out: 1 no severity, 1 severity none"
function kit.left_out_text(data)
  local parts, count = {}, 0
  for _, reason in ipairs(data.left_out) do
    parts[#parts + 1] = string.format("%d %s", data.left_out[reason], reason)
    count = count + data.left_out[reason]
  end
  if count == 0 then return "nobody left out" end
  return string.format("%d left out: %s", count, table.concat(parts, ", "))
end

-- The measures of some rows as one array, row after row; missing is NaN.
function kit.measure_values(data, rows)
  local values, width = {}, #data.measures
  for k, name in ipairs(data.measures) do
    local source = data.table:col(name)
    for r, i in ipairs(rows) do values[(r - 1) * width + k] = source[i] end
  end
  return values
end

kit.row_bytes = row_bytes
