-- SPDX-License-Identifier: GPL-3.0-or-later
-- Manifests: reading one, checking it before any work begins, and finding the neutral of each recording.

local kit = ...
local core = kit.core

local REQUIRED = {"participant", "group", "task", "video"}
local OPTIONAL = {"visit", "take", "neutral"}

local is_own = {}
for _, name in ipairs(REQUIRED) do is_own[name] = true end
for _, name in ipairs(OPTIONAL) do is_own[name] = true end

-- ---- Values as texts ----

-- The shortest digits that give the number back.
local function digits_of(number)
  if number == math.floor(number) and math.abs(number) < 1e15 then return string.format("%d", number) end
  for precision = 15, 17 do
    local digits = string.format("%." .. precision .. "g", number)
    if tonumber(digits) == number then return digits end
  end
end

-- What a cell says; "" where it is missing.
function kit.text_of(value)
  if value == nil or value == false or value ~= value then return "" end
  return type(value) == "number" and digits_of(value) or tostring(value)
end
local text_of = kit.text_of

local escapes = {['"'] = '\\"', ["\\"] = "\\\\"}

local function json_escape(c) return escapes[c] or string.format("\\u%04x", c:byte()) end

local function json_text(text) return '"' .. text:gsub('[%c"\\]', json_escape) .. '"' end

local function json_value(value)
  if value == nil or value == false or value ~= value then return "null" end
  if type(value) ~= "number" then return json_text(tostring(value)) end
  return math.abs(value) < math.huge and digits_of(value) or "null"
end

-- ---- Neutral ----

-- t0, t1 of a window such as "0:0.5"; nil for a text that is none.
function kit.window_of(text)
  local first, last = text:match("^%s*([^:]+):([^:]+)%s*$")
  local t0, t1 = tonumber(first), tonumber(last)
  -- Comparisons are false for NaN, which tonumber cannot give, and true for 1e999, which is no time.
  if t0 and t1 and t0 <= t1 and t0 > -math.huge and t1 < math.huge then return t0, t1 end
end

-- The index of the recording of that task of the same participant and visit. Where there are several takes it
-- is the one of the same take. Without one: nil and the indices of the candidates.
local function find_neutral(rows, row, task)
  local candidates = {}
  for i, other in ipairs(rows) do
    if other.participant == row.participant and other.visit == row.visit and other.task == task then
      if other.take == row.take then return i end
      candidates[#candidates + 1] = i
    end
  end
  if #candidates == 1 then return candidates[1] end
  return nil, candidates
end

-- Sets the neutral of a row from its text: kind, and window or recording. Returns nothing, or what is wrong.
function kit.resolve_neutral(rows, row, text)
  row.neutral_text, row.neutral, row.t0, row.t1, row.neutral_recording = text, "none", nil, nil, nil
  if text == "" then return end
  local t0, t1 = kit.window_of(text)
  if t0 then
    row.neutral, row.t0, row.t1 = "window", t0, t1
    return
  end
  local index, candidates = find_neutral(rows, row, text)
  if index then
    row.neutral, row.neutral_recording = "recording", index
    return
  end
  row.neutral = "absent"
  if #candidates > 1 then
    return string.format('neutral "%s" could be row %d or row %d; give the one that is meant the same take',
      text, rows[candidates[1]].row, rows[candidates[2]].row)
  end
  if text:find(":", 1, true) then
    return 'neutral "' .. text
      .. '" is no window; write two times in seconds, the earlier first, such as 0:0.5'
  end
  local visit = row.visit ~= "" and ' at visit "' .. row.visit .. '"' or ""
  return string.format('neutral "%s" is no task of participant "%s"%s; '
    .. "write a window such as 0:0.5 or one of their tasks", text, row.participant, visit)
end

-- ---- Checks ----

local function quoted_list(names)
  local list = {}
  for i, name in ipairs(names) do list[i] = '"' .. name .. '"' end
  return table.concat(list, ", ")
end

local function missing_columns(d)
  local missing = {}
  for _, name in ipairs(REQUIRED) do
    if not d:has(name) then missing[#missing + 1] = name end
  end
  if #missing > 0 then
    return string.format("no column %s; expected %s; found %s", quoted_list(missing),
      table.concat(REQUIRED, ", "), table.concat(d:names(), ", "))
  end
end

-- A further column must not take the name of one that the summary has itself.
local function clashing_column(further)
  local taken = {coverage = true, truncated = true, frames = true, row = true, file = true, recording = true,
    frames_used = true, blink_rate = true, uncertain = true}
  for _, name in ipairs(kit.measured_names()) do taken[name] = true end
  for _, name in ipairs(further) do
    if taken[name] then
      return string.format('the column "%s" would clash with one of the summary\'s own; rename it', name)
    end
  end
end

local function empty_cell(rows)
  for _, row in ipairs(rows) do
    for _, pair in ipairs {{"participant", "participant"}, {"task", "task"}, {"file", "video"}} do
      if row[pair[1]] == "" then
        return string.format("row %d has no %s; fill it in or take the row out", row.row, pair[2])
      end
    end
  end
end

function kit.key_of(row) return table.concat({row.participant, row.task, row.visit, row.take}, "\0") end

-- 'participant "p1", task "rest", visit "2"'
function kit.name_of(row)
  local parts = {string.format('participant "%s", task "%s"', row.participant, row.task)}
  for _, name in ipairs {"visit", "take"} do
    if row[name] ~= "" then parts[#parts + 1] = string.format('%s "%s"', name, row[name]) end
  end
  return table.concat(parts, ", ")
end

local function duplicate(rows)
  local seen = {}
  for _, row in ipairs(rows) do
    local key = kit.key_of(row)
    if seen[key] then
      return string.format("rows %d and %d are both %s; tell them apart by a column visit or take",
        seen[key], row.row, kit.name_of(row))
    end
    seen[key] = row.row
  end
end

local function bad_neutral(rows)
  for _, row in ipairs(rows) do
    local problem = kit.resolve_neutral(rows, row, row.own_neutral)
    if problem then return string.format("row %d: %s", row.row, problem) end
  end
end

-- ---- Reading ----

local function further_of(d)
  local further = {}
  for _, name in ipairs(d:names()) do
    if not is_own[name] then further[#further + 1] = name end
  end
  return further
end

local function rows_of(d, folder, further)
  local rows, columns = {}, {}
  for _, name in ipairs(d:names()) do columns[name] = d:col(name) end
  local function cell(name, i) return columns[name] and text_of(columns[name][i]) or "" end
  for i = 1, #d do
    local values = {}
    for k, name in ipairs(further) do values[k] = json_text(name) .. ":" .. json_value(columns[name][i]) end
    local file = cell("video", i)
    rows[i] = {
      row = i, participant = cell("participant", i), group = cell("group", i), task = cell("task", i),
      visit = cell("visit", i), take = cell("take", i), own_neutral = cell("neutral", i), file = file,
      path = file:sub(1, 1) == "/" and file or folder .. file,
      further = "{" .. table.concat(values, ",") .. "}",
    }
  end
  return rows
end

-- The manifest as {frame =, rows =, further =, path =}, or nil, message, code.
function kit.read_manifest(path)
  local function fail(problem) return nil, string.format("cohort.open: %s: %s", path, problem), "data" end
  local d, message, code = require("mien.df").read(path)
  if not d then
    message = message:gsub("^df%.read: ", "cohort.open: ")
    if code == "missing" or message:find("is empty", 1, true) then
      message = message
        .. "; a manifest is a CSV with the columns participant,group,task,video and a row per recording"
    end
    return nil, message, code
  end
  local problem = missing_columns(d)
  if problem then return fail(problem) end
  if #d == 0 then return fail("no recordings, only a header; give every recording a row") end
  local further = further_of(d)
  problem = clashing_column(further)
  if problem then return fail(problem) end
  local folder = core.absolute(path):match("^(.*/)") or ""
  local rows = rows_of(d, folder, further)
  problem = empty_cell(rows) or duplicate(rows) or bad_neutral(rows)
  if problem then return fail(problem) end
  return {frame = d, rows = rows, further = further, path = path}
end
