-- SPDX-License-Identifier: GPL-3.0-or-later
-- Participants held out: never trained on, and every look at them is counted. The counts of a cohort lie
-- beside its store (<store>.looks), those of data frames in the user's state folder (model.looks). A line is
-- a date, the kind of learner, and a digest of each participant: no names. Before anything is predicted the
-- look is written down, so that a look cannot be had without being counted.

local kit = ...
local core = kit.core
local words = require "mien.words"

local DIGITS = 16

-- The rows held out and the others, from the option heldout: a value of the split column, or a list of
-- participants.
function kit.heldout_rows(data, heldout, caller)
  local out = {}
  if type(heldout) == "table" then
    local place = {}
    for _, p in ipairs(data.participants) do place[p] = true end
    for _, p in ipairs(heldout) do
      local text = kit.text_of(p) or ""
      if not place[text] then
        local near = words.nearest(text, data.participants)
        kit.wrong('%s: heldout: participant %s is not in the data%s', caller, kit.quoted {text},
          near and "; did you mean " .. kit.quoted {near} .. "?" or "; perhaps left out for a missing value")
      end
      out[text] = true
    end
  else
    local value = kit.text_of(heldout)
    if not value then kit.wrong("%s: heldout must be a value of the split column or a list", caller) end
    if not data.split then
      kit.wrong('%s: heldout = %s needs a column "split", or split = the name of another, or a list of '
        .. "participants", caller, kit.quoted {value})
    end
    for i, p in ipairs(data.participants) do
      if data.split[i] == value then out[p] = true end
    end
    if not next(out) then
      kit.wrong("%s: heldout: no participant has %s = %s; there is %s", caller, data.split_column,
        kit.quoted {value}, kit.quoted(kit.distinct(data.split)))
    end
  end
  local kept, held = {}, {}
  for i, p in ipairs(data.participants) do table.insert(out[p] and held or kept, i) end
  if #kept == 0 then kit.wrong("%s: heldout leaves nobody to train on", caller) end
  return kept, held
end

-- A participant of a cohort is its name there; one of a data frame is its name and its values, for the same
-- name means another person in another frame.
local function mark_of(data, row)
  local bytes = data.participants[row]
  if not data.store and data.table then
    bytes = bytes .. "\0" .. kit.row_bytes(data.table, data.measures, row)
  end
  return core.digest(bytes):sub(1, DIGITS)
end

local function looks_path(data)
  if data.store then return data.store .. ".looks" end
  return core.state_path("model.looks")
end

-- Earlier looks at each of the marks.
local function earlier_looks(path, marks)
  local wanted, counts, file = {}, {}, io.open(path, "r")
  for _, mark in ipairs(marks) do wanted[mark], counts[mark] = true, 0 end
  for line in file and file:lines() or function() end do
    for mark in (line:match("[^\t]*$") or ""):gmatch("%x+") do
      if wanted[mark] then counts[mark] = counts[mark] + 1 end
    end
  end
  if file then file:close() end
  local most = 0
  for _, count in pairs(counts) do most = math.max(most, count) end
  return most
end

-- Writes the look down and gives which look this is at any of these participants, or nil, message, code.
function kit.count_look(data, rows, kind, caller)
  local path = looks_path(data)
  if not path then
    return nil, caller .. ": the held-out participants cannot be looked at, because the look cannot be "
      .. "counted: there is no state folder (set HOME or XDG_STATE_HOME)", "access"
  end
  local marks, seen = {}, {}
  for _, row in ipairs(rows) do
    local mark = mark_of(data, row)
    if not seen[mark] then marks[#marks + 1] = mark end
    seen[mark] = true
  end
  local looks = earlier_looks(path, marks) + 1
  local line = string.format("%s\t%s\t%s\n", os.date("!%Y-%m-%dT%H:%M:%SZ"), kind, table.concat(marks, " "))
  local done, message, code = core.append_line(path, line, caller)
  if not done then return nil, message, code end
  return looks, path
end

-- Takes a participant of a cohort out of the counts beside its store, as Cohort:forget does with everything.
-- true, or nil, message, code.
function kit.forget_looks(store, participant, caller)
  local path = store .. ".looks"
  local file = io.open(path, "rb")
  if not file then return true end
  local text = file:read("a")
  file:close()
  local mark = core.digest(participant):sub(1, DIGITS)
  local kept = text:gsub("([\t ])" .. mark .. " ?", "%1")
  if kept == text then return true end
  os.remove(path .. ".new")
  local done, message, code = core.append_line(path .. ".new", kept, caller)
  if not done then return nil, message, code end
  local renamed, problem = os.rename(path .. ".new", path)
  if not renamed then return nil, caller .. ": " .. problem, "access" end
  return true
end
