-- SPDX-License-Identifier: GPL-3.0-or-later
-- What a cohort gives back: summary, wide, problems, notes, and how it prints.

local kit = ...
local words = require "mien.words"

local NAN = 0.0 / 0.0
local STATISTICS = {"peak", "low", "mean", "range", "velocity", "time_to_peak"}

-- The columns of the summary that come from measures, as this program has them.
function kit.measured_names()
  local names = {}
  local list = require("mien.measure").list().name
  for i = 1, #list do
    local stem, unit = list[i]:match("^(.+)(_[mp][mx])$")
    for _, statistic in ipairs(STATISTICS) do
      names[#names + 1] = stem and stem .. "_" .. statistic .. unit or list[i] .. "_" .. statistic
    end
  end
  return names
end

-- ---- The state of every recording ----

local STATE_QUERY = [[SELECT r.id, r.participant, r.task, r.visit, r.take, r.file, r.neutral, r.code,
  r.reason, r.remedy, m.recording AS measured, m.neutral_frames, t.coverage, t.second_face, t.truncated,
  t.damaged, t.times_repaired, t.frames, t.seconds
  FROM recordings r LEFT JOIN tracks t ON t.id = r.track LEFT JOIN measured m ON m.recording = r.id]]

-- A row whose file or neutral is no longer the one in the store is pending: the old results are not its own.
local function state_of(row, record)
  if not record or record.file ~= row.file then return "pending" end
  if row.own_neutral ~= "" and row.own_neutral ~= record.neutral then return "pending" end
  return record.code and "failed" or record.measured and "extracted" or "pending"
end

-- Every row of the manifest as {row =, state =, stored = what the store says}.
function kit.states(self, caller)
  local d, message, code = kit.query(self, caller, STATE_QUERY)
  if not d then return nil, message, code end
  local stored, columns = {}, {}
  for _, name in ipairs(d:names()) do columns[name] = d:col(name) end
  for i = 1, #d do
    local record = {}
    for name, column in pairs(columns) do
      local value = column[i]
      if value and value == value then record[name] = value end
    end
    record.participant, record.task = record.participant or "", record.task or ""
    record.visit, record.take, record.neutral = record.visit or "", record.take or "", record.neutral or ""
    stored[kit.key_of(record)] = record
  end
  local states = {}
  for i, row in ipairs(self.rows) do
    local record = stored[kit.key_of(row)]
    states[i] = {row = row, state = state_of(row, record), stored = record}
  end
  return states
end

-- ---- Tables ----

-- visit and take where the manifest has them.
local function key_columns(self)
  local names = {"participant", "group", "task"}
  for _, name in ipairs {"visit", "take"} do
    if self.frame:has(name) then names[#names + 1] = name end
  end
  return names
end

-- The manifest's own columns of some of its rows.
local function manifest_columns(self, names, rows)
  local pairs_of = {}
  for i, name in ipairs(names) do
    local column, values = self.frame:col(name), {}
    for k, row in ipairs(rows) do values[k] = column[row.row] end
    pairs_of[i] = {name, values}
  end
  return pairs_of
end

local BOOKKEEPING = {recording = true, scale = true, neutral_frames = true, coverage = true, truncated = true}

-- The summary and the rows of the manifest that it shows.
local function summary_and_rows(self, caller)
  local states, message, code = kit.states(self, caller)
  if not states then return nil, message, code end
  local rows, ids = {}, {}
  for _, item in ipairs(states) do
    if item.state == "extracted" then
      rows[#rows + 1] = item.row
      ids[#ids + 1] = string.format("%d", item.stored.id)
    end
  end
  local measured, trouble, trouble_code = kit.query(self, caller,
    [[SELECT m.*, t.truncated FROM json_each(?1) j JOIN measured m ON m.recording = j.value
      JOIN recordings r ON r.id = m.recording JOIN tracks t ON t.id = r.track ORDER BY j.key]],
    {"[" .. table.concat(ids, ",") .. "]"})
  if not measured then return nil, trouble, trouble_code end
  local names = key_columns(self)
  table.move(self.further, 1, #self.further, #names + 1, names)
  local columns = manifest_columns(self, names, rows)
  columns[#columns + 1] = {"coverage", measured:col("coverage")}
  columns[#columns + 1] = {"truncated", measured:col("truncated")}
  for _, name in ipairs(measured:names()) do
    if not BOOKKEEPING[name] then columns[#columns + 1] = {name, measured:col(name)} end
  end
  return require("mien.df").new(columns), rows
end

function kit.summary(self, caller)
  local d, rows_or_message, code = summary_and_rows(self, caller)
  if not d then return nil, rows_or_message, code end
  return d
end

-- What stands before the measures of a recording in the wide table: its task, and its visit and take where
-- some participant has a task more than once.
local function wide_prefixes(self, rows)
  local seen, repeated = {}, false
  for _, row in ipairs(self.rows) do
    local key = row.participant .. "\0" .. row.task
    repeated = repeated or seen[key]
    seen[key] = true
  end
  local prefixes = {}
  for i, row in ipairs(rows) do
    local prefix = row.task
    if repeated and row.visit ~= "" then prefix = prefix .. "_visit" .. row.visit end
    if repeated and row.take ~= "" then prefix = prefix .. "_take" .. row.take end
    prefixes[i] = prefix
  end
  return prefixes
end

-- A column of the manifest by participant: missing where it differs between the participant's rows.
local function constant_column(d, name, members)
  local column, values = d:col(name), {}
  for p, indices in ipairs(members) do
    local value = column[indices[1]]
    for _, i in ipairs(indices) do
      if kit.text_of(column[i]) ~= kit.text_of(value) then value = NAN end
    end
    values[p] = value or NAN
  end
  return {name, values}
end

-- Participants in the order of their first recording, each with the indices of all of them.
local function members_of(rows)
  local members, place = {}, {}
  for i, row in ipairs(rows) do
    if not place[row.participant] then
      members[#members + 1] = {}
      place[row.participant] = #members
    end
    table.insert(members[place[row.participant]], i)
  end
  return members
end

-- The columns of one task: those of the summary that are measured, by participant.
local function task_columns(d, names, prefix, prefixes, members, columns)
  local at = {}
  for p, indices in ipairs(members) do
    for _, i in ipairs(indices) do
      if prefixes[i] == prefix then at[p] = i end
    end
  end
  for _, name in ipairs(names) do
    local column, values = d:col(name), {}
    for p = 1, #members do values[p] = at[p] and column[at[p]] or NAN end
    columns[#columns + 1] = {prefix .. "_" .. name, values}
  end
end

function kit.wide(self, caller)
  local d, rows, code = summary_and_rows(self, caller)
  if not d then return nil, rows, code end
  local members, carried = members_of(rows), {task = true, visit = true, take = true}
  local columns = {}
  for _, name in ipairs {"participant", "group", table.unpack(self.further)} do
    columns[#columns + 1] = constant_column(d, name, members)
    carried[name] = true
  end
  local names = {}
  for _, name in ipairs(d:names()) do
    if not carried[name] then names[#names + 1] = name end
  end
  local prefixes, done = wide_prefixes(self, rows), {}
  for _, prefix in ipairs(prefixes) do
    if not done[prefix] then task_columns(d, names, prefix, prefixes, members, columns) end
    done[prefix] = true
  end
  return require("mien.df").new(columns)
end

-- A data frame of some rows: the row, the fields, and whose recordings they are.
local function listing(self, items, fields)
  local columns = {{"row", {}}}
  for _, field in ipairs(fields) do columns[#columns + 1] = {field, {}} end
  for _, name in ipairs(key_columns(self)) do
    if name ~= "group" then columns[#columns + 1] = {name, {}} end
  end
  for i, item in ipairs(items) do
    for _, column in ipairs(columns) do
      local name = column[1]
      if name == "row" then
        column[2][i] = item.row.row
      elseif item[name] then
        column[2][i] = item[name]
      else
        column[2][i] = self.frame:col(name)[item.row.row]
      end
    end
  end
  return require("mien.df").new(columns)
end
kit.listing = listing

-- A row of the problems: whose, why and what to do. Paths are long and say least: only the file's own name is
-- shown.
local function problem_lines(item, width)
  local name = item.row.file:match("[^/]*$")
  local reason = string.format("row %d %s: %s", item.row.row, name, item.stored.reason)
  return words.wrapped(reason, "    ", width or 79) .. "\n"
    .. words.wrapped(item.stored.remedy, "      ", width or 79)
end

local MOST_PRINTED = 20

local function problems_text(items, width)
  local lines = {words.counted(#items, "recording") .. " failed"}
  for i = 1, math.min(#items, MOST_PRINTED) do lines[i + 1] = problem_lines(items[i], width - 1) end
  if #items > MOST_PRINTED then
    lines[#lines + 1] = string.format("    and %d more; :write(\"problems.csv\") keeps them all",
      #items - MOST_PRINTED)
  end
  return table.concat(lines, "\n")
end

function kit.problems(self, caller)
  local states, message, code = kit.states(self, caller)
  if not states then return nil, message, code end
  local items, failed = {}, {}
  for _, item in ipairs(states) do
    if item.state == "failed" then
      failed[#failed + 1] = item
      local stored = item.stored
      items[#items + 1] = {
        row = item.row, file = item.row.file, reason = stored.reason, remedy = stored.remedy,
      }
    end
  end
  local d = listing(self, items, {"file", "reason", "remedy"})
  if #failed > 0 then
    rawset(d, "\0show", function(width) return problems_text(failed, width) end)
  end
  return d
end

-- What a person should know of a recording that was extracted nevertheless.
local function remarks(stored)
  local list = {}
  local function say(...) list[#list + 1] = string.format(...) end
  if stored.truncated == 1 then
    say("the file ends early: only its first %d frames (%.2f s) could be read", stored.frames, stored.seconds)
  end
  if (stored.damaged or 0) > 0 then say("%d of %d frames are damaged", stored.damaged, stored.frames) end
  if (stored.times_repaired or 0) > 0 then
    say("%d of %d frames had no usable time; it was interpolated", stored.times_repaired, stored.frames)
  end
  if stored.coverage < 0.9 then say("the face was found in %.0f %% of the frames", 100 * stored.coverage) end
  if (stored.second_face or 0) > 0.02 then
    say("another face is in view in %.0f %% of the frames", 100 * stored.second_face)
  end
  return list
end

function kit.notes(self, caller)
  local states, message, code = kit.states(self, caller)
  if not states then return nil, message, code end
  local items = {}
  for _, item in ipairs(states) do
    for _, note in ipairs(item.state == "extracted" and remarks(item.stored) or {}) do
      items[#items + 1] = {row = item.row, file = item.row.file, note = note}
    end
  end
  return listing(self, items, {"file", "note"})
end

-- ---- Printing ----

-- "happiness 24, rest 24", cut where it does not fit.
local function counts(names, number_of, room)
  local text = ""
  for i, name in ipairs(names) do
    local part = (i > 1 and ", " or "") .. string.format("%s %d", name, number_of[name])
    if #text + #part > room and i < #names then return text .. ", ..." end
    text = text .. part
  end
  return text
end

local function count(names, number_of, name)
  if not number_of[name] then
    names[#names + 1], number_of[name] = name, 0
  end
  number_of[name] = number_of[name] + 1
end

local function size_text(path)
  local bytes = 0
  for _, name in ipairs {path, path .. "-wal"} do
    local file = io.open(name, "rb")
    bytes = bytes + (file and file:seek("end") or 0)
    if file then file:close() end
  end
  if bytes < 1e6 then return string.format("%.0f kB", bytes / 1e3) end
  return string.format("%.1f MB", bytes / 1e6)
end

local SHOWN_PROBLEMS = 3

local function state_line(states)
  local number, without = {extracted = 0, failed = 0, pending = 0}, 0
  for _, item in ipairs(states) do
    number[item.state] = number[item.state] + 1
    if item.state == "extracted" and item.stored.neutral == "" then without = without + 1 end
  end
  local text = string.format("  %d extracted, %d failed%s, %d pending%s", number.extracted,
    number.failed, number.failed > 0 and " (see :problems())" or "",
    number.pending, number.pending > 0 and " (:extract())" or "")
  local shown = 0
  for _, item in ipairs(states) do
    if item.state == "failed" and shown < SHOWN_PROBLEMS then
      shown = shown + 1
      text = text .. "\n" .. problem_lines(item)
    end
  end
  if without > 0 then
    text = text .. string.format("\n  %d without a neutral: their changes from neutral are NA", without)
  end
  return text
end

function kit.show(self)
  local groups, per_group, tasks, per_task, known = {}, {}, {}, {}, {}
  local participants = 0
  for _, row in ipairs(self.rows) do
    if not known[row.participant] then
      known[row.participant] = true
      participants = participants + 1
      count(groups, per_group, row.group ~= "" and row.group or "no group")
    end
    count(tasks, per_task, row.task)
  end
  local file = self.path:match("[^/]*$")
  local title = string.format("Cohort %s   %s: ", file, words.counted(participants, "participant"))
  local recordings = string.format("  %s: ", words.counted(#self.rows, "recording"))
  local lines = {
    title .. counts(groups, per_group, 74 - #title), recordings .. counts(tasks, per_task, 74 - #recordings),
  }
  if not self.store:is_open() then
    lines[#lines + 1] = "  closed; open it again with cohort.open"
    return table.concat(lines, "\n")
  end
  local states, message = kit.states(self, "Cohort")
  lines[#lines + 1] = states and state_line(states) or "  " .. message
  local name = self.store_path:match("[^/]*$")
  lines[#lines + 1] = string.format("  store %s, %s", name, size_text(self.store_path))
  return table.concat(lines, "\n")
end
