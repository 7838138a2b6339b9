-- SPDX-License-Identifier: GPL-3.0-or-later
-- Movement of the skin in a cohort: Cohort:movement finds the peak of every recording and keeps it in the
-- store;
-- Cohort:average_face makes a picture of a group. The maps are in movement_map.lua.

local kit = ...
local words = require "mien.words"

local NAN = 0 / 0
local VERSION = "movement 1" -- Raise it when peaks come out differently.

-- More people than this hide each other in an average face.
local FEW = 5

local function wrong(caller, text, ...) error(caller .. ": " .. string.format(text, ...), 0) end

-- What the files about movement share.
local shared = {FEW = FEW, REGIONS = {"forehead", "brow", "eye", "cheek", "nose", "mouth", "chin"}}
kit.movement_shared = shared

-- The C half, or nil, message, code where this build has none.
function shared.core(caller)
  local ok, core = pcall(require, "mien.movement")
  if ok then return core end
  return nil, caller .. ": " .. tostring(core), "tool"
end

function shared.check_text(caller, options, name)
  local value = options[name]
  if value ~= nil and type(value) ~= "string" and type(value) ~= "number" then
    wrong(caller, "%s must be text as in the manifest, not a %s", name, type(value))
  end
end

function shared.check_flag(caller, options, name)
  if options[name] ~= nil and type(options[name]) ~= "boolean" then
    wrong(caller, "%s must be true or false, not a %s", name, type(options[name]))
  end
end

-- ---- Which recordings ----

local function check_known(self, caller, options, name)
  if options[name] == nil then return end
  local text, there, seen = kit.text_of(options[name]), {}, {}
  for _, row in ipairs(self.rows) do
    if row[name] == text then return end
    if not seen[row[name]] then there[#there + 1] = row[name] end
    seen[row[name]] = true
  end
  local near = words.nearest(text, there)
  wrong(caller, 'no %s "%s"%s', name, text,
    near and '; did you mean "' .. near .. '"?' or "; there is " .. words.first(there, 8))
end

-- The extracted recordings that the options name, each {row =, stored =}; or nil, message, code.
function shared.recordings(self, caller, options)
  for _, name in ipairs {"task", "visit", "take", "group"} do
    shared.check_text(caller, options, name)
    check_known(self, caller, options, name)
  end
  local states, message, code = kit.states(self, caller)
  if not states then return nil, message, code end
  local list = {}
  for _, item in ipairs(states) do
    local wanted = item.state == "extracted"
    for _, name in ipairs {"task", "visit", "take", "group"} do
      wanted = wanted and (options[name] == nil or item.row[name] == kit.text_of(options[name]))
    end
    if wanted then list[#list + 1] = item end
  end
  if #list > 0 then return list end
  return nil, caller .. ": no recording is extracted that fits; call c:extract() first", "data"
end

-- Where the rest of a recording is: {track =, t0 =, t1 =} (no track: in itself), or nil, why.
local function rest_of(self, caller, item)
  local row = {}
  for key, value in pairs(item.row) do row[key] = value end
  kit.resolve_neutral(self.rows, row, item.stored.neutral)
  if row.neutral == "window" then return {t0 = row.t0, t1 = row.t1} end
  if row.neutral ~= "recording" then return nil, "it has no neutral" end
  local other = self.rows[row.neutral_recording]
  if other == item.row then return {} end
  local states, message = kit.states(self, caller)
  if not states then return nil, message end
  for _, candidate in ipairs(states) do
    if candidate.row == other and candidate.state == "extracted" then
      local track, problem = self.store:track(caller, math.tointeger(candidate.stored.id))
      if not track then return nil, problem end
      return {track = track, path = other.path}
    end
  end
  return nil, "its neutral recording is not extracted"
end

-- ---- Peaks ----

local function made_from(self, caller, id)
  local d, message, code = kit.query(self, caller, "SELECT made_from FROM recordings WHERE id = ?1",
    {string.format("%d", id)})
  if not d then return nil, message, code end
  return VERSION .. "; " .. kit.text_of(d:col("made_from")[1])
end

local function without_caller(caller, message)
  message = tostring(message)
  local start = caller .. ": "
  return message:sub(1, #start) == start and message:sub(#start + 1) or message
end

-- The peak of one recording from the store, or made now; or nil and why.
local function peak_of(self, caller, core, item, options)
  local id = math.tointeger(item.stored.id)
  local origin, message = made_from(self, caller, id)
  if not origin then return nil, message end
  local peak = self.store:movement(caller, id)
  if peak and peak.made_from == origin then return peak end
  local rest, why = rest_of(self, caller, item)
  if not rest then return nil, why end
  assert(require("mien.face").track) -- The module gives a Track its type.
  local track, problem = self.store:track(caller, id)
  if not track then return nil, problem end
  local d, about = core.find(caller, track, {neutral = rest.track, t0 = rest.t0, t1 = rest.t1, peak = true,
    video = item.row.path, progress = options.progress ~= false})
  if not d then return nil, without_caller(caller, about) end
  about.made_from = origin
  local kept, trouble = self.store:put_movement(caller, id, about)
  if not kept then return nil, without_caller(caller, trouble) end
  return about
end

-- The peaks of the recordings that the options name: an array of {item =, peak =, size = size of every cell},
-- and an array of what failed; or nil, message, code.
function shared.peaks(self, caller, options)
  local core, message, code = shared.core(caller)
  if not core then return nil, message, code end
  local items, text, word = shared.recordings(self, caller, options)
  if not items then return nil, text, word end
  local list, failures = {}, {}
  for _, item in ipairs(items) do
    local peak, why = peak_of(self, caller, core, item, options)
    if peak then
      list[#list + 1] = {item = item, peak = peak, size = core.sizes(peak.x, peak.y)}
    else
      failures[#failures + 1] = string.format("row %d: %s", item.row.row, why)
    end
  end
  if #list > 0 then return list, failures end
  return nil, caller .. ": no recording could be used; " .. failures[1], "data"
end

function shared.failures_text(failures, total)
  if #failures == 0 then return nil end
  return string.format("%d of %s could not be used: %s", #failures, words.counted(total, "recording"),
    words.first(failures, 3))
end

local function join_notes(first, second) return first and second and first .. "; "
  .. "" .. second or first or second end
shared.join_notes = join_notes

function kit.movement(self, options, caller)
  options = words.check_options(options, caller, {"task", "visit", "take", "group", "progress"})
  shared.check_flag(caller, options, "progress")
  local peaks, failures, code = shared.peaks(self, caller, options)
  if not peaks then return nil, failures, code end
  local core = shared.core(caller)
  local items, fields, lost = {}, {"lost", "peak_time"}, 0
  for _, region in ipairs(shared.REGIONS) do
    fields[#fields + 1] = region .. "_l"
    fields[#fields + 1] = region .. "_r"
  end
  for i, one in ipairs(peaks) do
    local item = core.regions(one.size)
    item.row, item.lost, item.peak_time = one.item.row, one.peak.lost, one.peak.peak_time
    lost = lost + item.lost / #peaks
    items[i] = item
  end
  local listed = kit.listing(self, items, fields)
  local order = {"row", "participant", "task"}
  for _, name in ipairs {"visit", "take"} do
    if listed:has(name) then order[#order + 1] = name end
  end
  local groups = {}
  for i, one in ipairs(peaks) do groups[i] = one.item.row.group ~= "" and one.item.row.group or NAN end
  table.insert(order, 3, "group")
  for _, name in ipairs(fields) do order[#order + 1] = name end
  local d = listed:with {group = groups}:select(order)
  local note = string.format("%.1f %% of the skin could not be followed and is NA; exploratory, see help "
    .. '"movement"', 100 * lost)
  return d, join_notes(note, shared.failures_text(failures, #peaks + #failures))
end

-- ---- Average faces ----

-- The window of one recording whose frames are averaged: its rest, or a fifth of a second about its peak.
local function window_of(self, caller, core, item, at, options)
  if at == "peak" then
    local peak, why = peak_of(self, caller, core, item, options)
    if not peak then return nil, why end
    if peak.peak_time ~= peak.peak_time then return nil, "no movement was found in it" end
    return {t0 = peak.peak_time - 0.1, t1 = peak.peak_time + 0.1}
  end
  return rest_of(self, caller, item)
end

-- Adds one person to a portrait; returns true, or nil and why.
local function add_person(self, caller, core, portrait, item, at, options)
  local window, why = window_of(self, caller, core, item, at, options)
  if not window then return nil, why end
  assert(require("mien.face").track)
  local track, path = window.track, window.path
  if not track then
    local problem
    track, problem = self.store:track(caller, math.tointeger(item.stored.id))
    if not track then return nil, problem end
    path = item.row.path
  end
  local added, message = core.add_portrait(caller, portrait, track, path, window.t0 or -math.huge,
    window.t1 or math.huge, false)
  if not added then return nil, without_caller(caller, message) end
  return true
end

-- The average of these recordings, one for each participant: portrait, people, failures.
function shared.portrait(self, caller, items, at, options)
  local core = shared.core(caller)
  local portrait, people, seen, failures = core.new_portrait(), 0, {}, {}
  for _, item in ipairs(items) do
    if not seen[item.row.participant] then
      local added, why = add_person(self, caller, core, portrait, item, at, options)
      if added then
        people = people + 1
        seen[item.row.participant] = true
      else
        failures[#failures + 1] = string.format("row %d: %s", item.row.row, why)
      end
    end
  end
  return portrait, people, failures
end

function kit.average_face(self, options, caller)
  options = words.check_options(options, caller, {"group", "task", "visit", "take", "at", "file", "progress"})
  shared.check_flag(caller, options, "progress")
  local at = options.at or (options.task ~= nil and "peak" or "neutral")
  if at ~= "peak" and at ~= "neutral" then
    wrong(caller, 'at must be "peak" or "neutral", not %s', tostring(options.at))
  end
  if type(options.file) ~= "string" or not options.file:lower():match("%.png$") then
    wrong(caller, "file must be the name of a PNG to write; average faces are pictures of the "
      .. "participants and "
      .. "are only made into a file that you name")
  end
  local core, message, code = shared.core(caller)
  if not core then return nil, message, code end
  local items, text, word = shared.recordings(self, caller, options)
  if not items then return nil, text, word end
  local portrait, people, failures = shared.portrait(self, caller, items, at, options)
  if people == 0 then return nil, caller .. ": no recording could be used; " .. failures[1], "data" end
  local drawn, problem, status = core.draw_portrait(caller, portrait, options.file)
  if not drawn then return nil, problem, status end
  local note = people < FEW and string.format("an average of %s shows who they are; keep %s as you keep "
    .. "their "
    .. "videos", words.counted(people, "person", "people"), options.file) or nil
  return people, join_notes(note, shared.failures_text(failures, #items))
end
