-- SPDX-License-Identifier: GPL-3.0-or-later
-- The Lua half of cohort: cohort.open and the methods of a Cohort. Manifests are in lua/cohort/manifest.lua,
-- results in lua/cohort/results.lua; the store and the extraction are C (src/lua/cohort.c).

local cohort = ...
local kit = {core = require "mien.cohort.core"}
local words = require "mien.words"

local methods = {}
local Cohort = {__name = "mien.cohort", __index = methods}

-- What lies behind each Cohort: manifest and store.
local inside = setmetatable({}, {__mode = "k"})

local folder = debug.getinfo(1, "S").source:match("^@(.*)%.lua$")
for _, name in ipairs {"manifest", "results", "report", "patterns", "movement", "movement_map"} do
  local chunk, problem = loadfile(string.format("%s/%s.lua", folder, name))
  if not chunk then error(problem, 0) end
  chunk(kit)
end

local function wrong(caller, text, ...) error(caller .. ": " .. string.format(text, ...), 0) end

local function check(c, caller)
  local self = inside[c]
  if not self then wrong(caller, "needs a Cohort before the colon, not a %s", type(c)) end
  if not self.store:is_open() then wrong(caller, "the cohort is closed; open it again with cohort.open") end
  return self
end

-- A query's result as a data frame. SQL allows two columns of one name, a data frame does not: the later ones
-- are numbered.
function kit.query(self, caller, sql, parameters)
  local names, columns, code = self.store:query(caller, sql, parameters)
  if not names then return nil, columns, code end
  local seen = {}
  for i, name in ipairs(names) do
    local base, n = name ~= "" and name or "column", 1
    name = base
    while seen[name] do
      n = n + 1
      name = base .. "_" .. n
    end
    names[i], seen[name] = name, true
  end
  return require("mien.df").from_columns(names, columns)
end

-- ---- Opening ----

function cohort.open(manifest, options)
  if type(manifest) ~= "string" or manifest == "" then
    wrong("cohort.open", "manifest must be the name of a CSV file, not a %s", type(manifest))
  end
  options = words.check_options(options, "cohort.open", {"store"})
  local store_path = options.store
  if store_path ~= nil and (type(store_path) ~= "string" or store_path == "") then
    wrong("cohort.open", "store must be the name of a file, not a %s", type(store_path))
  end
  local self, message, code = kit.read_manifest(manifest)
  if not self then return nil, message, code end
  self.store_path = store_path or manifest .. ".sqlite"
  self.store, message, code = kit.core.open(self.store_path)
  if not self.store then return nil, message, code end
  local listed
  listed, message, code = self.store:list("cohort.open", self.rows, self.further)
  if not listed then return nil, message, code end
  local c = setmetatable({manifest = manifest, store = self.store_path}, Cohort)
  inside[c] = self
  return c
end

-- ---- Extraction ----

-- The text of the option neutral: {t0, t1}, "t0:t1" or a task.
local function neutral_option(neutral)
  local caller = "Cohort:extract"
  if neutral == nil then return "" end
  if type(neutral) == "table" then
    local t0, t1 = neutral[1], neutral[2]
    if type(t0) ~= "number" or type(t1) ~= "number" or not (t0 <= t1) then
      wrong(caller, "neutral must be {t0, t1}, two times in seconds, the earlier first")
    end
    return kit.text_of(t0) .. ":" .. kit.text_of(t1)
  end
  if type(neutral) ~= "string" or neutral == "" then
    wrong(caller, "neutral must be {t0, t1} in seconds or the name of a task, not a %s", type(neutral))
  end
  if neutral:find(":", 1, true) and not kit.window_of(neutral) then
    wrong(caller, 'neutral "%s" is no window; write two times in seconds, the earlier first, such as "0:0.5"',
      neutral)
  end
  return neutral
end

local function known_task(self, text)
  local tasks = {}
  for _, row in ipairs(self.rows) do
    if row.task == text then return end
    tasks[#tasks + 1] = row.task
  end
  local near = words.nearest(text, tasks)
  wrong("Cohort:extract", 'neutral "%s" is no task of the manifest%s', text,
    near and '; did you mean "' .. near .. '"?' or " and no window such as {0, 0.5}")
end

local function whole_number(caller, name, value, low, high)
  if value == nil then return 0 end
  if math.type(value) ~= "integer" and not (type(value) == "number" and value == math.floor(value)) then
    wrong(caller, "%s must be a whole number, not %s", name, tostring(value))
  end
  if value < low or value > high then
    wrong(caller, "%s must be between %d and %d, not %d", name, low, high, value)
  end
  return math.tointeger(value)
end

local function yes_or_no(caller, options, name, absent)
  local value = options[name]
  if value == nil then return absent end
  if type(value) ~= "boolean" then wrong(caller, "%s must be true or false, not a %s", name, type(value)) end
  return value
end

function methods.extract(c, options)
  local caller = "Cohort:extract"
  local self = check(c, caller)
  options = words.check_options(options, caller, {"workers", "neutral", "progress", "retry", "side", "who",
    "lean", "eyes"})
  local workers = whole_number(caller, "workers", options.workers, 1, 1024)
  local retry = yes_or_no(caller, options, "retry", false)
  local progress = yes_or_no(caller, options, "progress", true)
  local neutral = neutral_option(options.neutral)
  if neutral ~= "" and not kit.window_of(neutral) then known_task(self, neutral) end
  for _, row in ipairs(self.rows) do
    kit.resolve_neutral(self.rows, row, row.own_neutral ~= "" and row.own_neutral or neutral)
  end
  local extracted, message, code = self.store:extract(caller, self.rows, workers, retry, progress,
    {side = options.side, who = options.who, lean = options.lean, eyes = options.eyes})
  if not extracted then return nil, message, code end
  local listed
  listed, message, code = self.store:list(caller, self.rows, self.further)
  if not listed then return nil, message, code end
  return c
end

-- ---- One recording ----

local function distinct(rows, name)
  local list, seen = {}, {}
  for _, row in ipairs(rows) do
    if not seen[row[name]] then
      seen[row[name]] = true
      list[#list + 1] = row[name]
    end
  end
  return list
end

-- The rows in which a field has this value; raises with a proposal where there are none.
local function narrow(caller, rows, name, value)
  local text = kit.text_of(value)
  local found = {}
  for _, row in ipairs(rows) do
    if row[name] == text then found[#found + 1] = row end
  end
  if #found > 0 then return found end
  local there = distinct(rows, name)
  local near = words.nearest(text, there)
  if near then wrong(caller, 'no %s "%s"; did you mean "%s"?', name, text, near) end
  wrong(caller, 'no %s "%s"; there is %s', name, text, words.first(there, 8))
end

-- The recording's row in the store, or nil, message, code where it has not been extracted.
local function find(c, caller, participant, task, options)
  local self = check(c, caller)
  for name, value in pairs {participant = participant or false, task = task or false} do
    if type(value) ~= "string" and type(value) ~= "number" then
      wrong(caller, "%s must be text as in the manifest, not a %s", name, type(value))
    end
  end
  options = words.check_options(options, caller, {"visit", "take"})
  local rows = narrow(caller, narrow(caller, self.rows, "participant", participant), "task", task)
  for _, name in ipairs {"visit", "take"} do
    if options[name] ~= nil then rows = narrow(caller, rows, name, options[name]) end
  end
  if #rows > 1 then
    local name = #distinct(rows, "visit") > 1 and "visit" or "take"
    wrong(caller, "%d recordings are %s; say which with {%s = ...}: %s", #rows,
      kit.name_of({participant = rows[1].participant, task = rows[1].task, visit = "", take = ""}), name,
      table.concat(distinct(rows, name), ", "))
  end
  local states, message, code = kit.states(self, caller)
  if not states then return nil, message, code end
  for _, item in ipairs(states) do
    local stored = item.stored
    if item.row == rows[1] and item.state == "extracted" then return self, stored.id end
    if item.row == rows[1] and item.state == "failed" then
      return nil, string.format("%s: %s: %s; %s", caller, item.row.file, stored.reason, stored.remedy), "data"
    end
  end
  return nil, caller .. ": " .. rows[1].file .. ": not extracted yet; call c:extract() first", "missing"
end

function methods.frames(c, participant, task, options)
  local caller, query = "Cohort:frames", "SELECT * FROM frames WHERE recording = ?1 ORDER BY frame"
  local self, id, code = find(c, caller, participant, task, options)
  if not self then return nil, id, code end
  local d, message, problem = kit.query(self, caller, query, {string.format("%d", id)})
  if not d then return nil, message, problem end
  return d:drop("recording", "frame", "found")
end

function methods.track(c, participant, task, options)
  local self, id, code = find(c, "Cohort:track", participant, task, options)
  if not self then return nil, id, code end
  assert(require("mien.face").track) -- The module gives a Track its methods.
  return self.store:track("Cohort:track", math.tointeger(id))
end

-- ---- All recordings ----

function methods.summary(c) return kit.summary(check(c, "Cohort:summary"), "Cohort:summary") end
function methods.wide(c) return kit.wide(check(c, "Cohort:wide"), "Cohort:wide") end
function methods.problems(c) return kit.problems(check(c, "Cohort:problems"), "Cohort:problems") end
function methods.report(c) return kit.report(check(c, "Cohort:report"), "Cohort:report") end
function methods.notes(c) return kit.notes(check(c, "Cohort:notes"), "Cohort:notes") end

-- ---- Patterns ----

function cohort.patterns(d, options)
  local df = require "mien.df"
  if type(d) ~= "table" then
    wrong("cohort.patterns", "the first argument must be a data frame, not a %s", type(d))
  end
  return kit.patterns(df.is(d) and d or df.new(d), options, "cohort.patterns")
end

function methods.patterns(c, options)
  local caller = "Cohort:patterns"
  local d, message, code = kit.summary(check(c, caller), caller)
  if not d then return nil, message, code end
  return kit.patterns(d, options, caller)
end

-- ---- Queries ----

function methods.movement(c, options)
  return kit.movement(check(c, "Cohort:movement"), options, "Cohort:movement")
end
function methods.average_face(c, options)
  return kit.average_face(check(c, "Cohort:average_face"), options, "Cohort:average_face")
end
function methods.movement_map(c, options)
  return kit.movement_map(check(c, "Cohort:movement_map"), options, "Cohort:movement_map")
end

function methods.sql(c, query)
  local self = check(c, "Cohort:sql")
  if type(query) ~= "string" then wrong("Cohort:sql", "query must be text, not a %s", type(query)) end
  return kit.query(self, "Cohort:sql", query)
end

-- ---- Clips ----

-- Pictures are the model module's; loading it takes longer than all the rest, so it waits until it is needed.
local function clips_of_cohorts()
  assert(require("mien.model").clips)
  return require "mien.model.clips"
end

local function clips_path(self) return self.store_path .. ".clips" end

function methods.clips(c, options)
  local self = check(c, "Cohort:clips")
  return clips_of_cohorts().of_cohort(self, kit, options, clips_path(self))
end

local function forget_clips(self, caller, participant)
  local file = io.open(clips_path(self), "rb")
  if not file then return 0 end
  file:close()
  return clips_of_cohorts().forget(caller, clips_path(self), participant)
end

-- The counts of looks at held-out participants, which the model module keeps beside the store.
local function forget_looks(self, caller, participant)
  local file = io.open(self.store_path .. ".looks", "rb")
  if not file then return true end
  file:close()
  assert(require("mien.model").clips)
  return require("mien.model.kit").forget_looks(self.store_path, participant, caller)
end

-- ---- Forgetting and closing ----

local function known_participant(self, participant)
  for _, row in ipairs(self.rows) do
    if row.participant == participant then return true, true end
  end
  local query = "SELECT 1 FROM recordings WHERE participant = ?1 LIMIT 1"
  local d = kit.query(self, "Cohort:forget", query, {participant})
  return d and #d > 0, false
end

function methods.forget(c, participant)
  local caller = "Cohort:forget"
  local self = check(c, caller)
  if type(participant) ~= "string" and type(participant) ~= "number" then
    wrong(caller, "participant must be text as in the manifest, not a %s", type(participant))
  end
  participant = kit.text_of(participant)
  local known, listed = known_participant(self, participant)
  if not known then narrow(caller, self.rows, "participant", participant) end
  -- Pictures first: whatever ends the program in between leaves the participant known, to be asked again.
  local pictures, trouble, word = forget_clips(self, caller, participant)
  if not pictures then return nil, trouble, word end
  local looks, problem, kind = forget_looks(self, caller, participant)
  if not looks then return nil, problem, kind end
  local removed, message, code = self.store:forget(caller, participant)
  if not removed then return nil, message, code end
  local rows = {}
  for _, row in ipairs(self.rows) do
    if row.participant ~= participant then rows[#rows + 1] = row end
  end
  self.rows = rows
  if not listed then return removed end
  return removed, self.path .. " still lists them: take their rows out, or they come back"
end

function methods.close(c)
  local self = inside[c]
  if not self then wrong("Cohort:close", "needs a Cohort before the colon, not a %s", type(c)) end
  self.store:close()
end

function Cohort.__tostring(c) return kit.show(inside[c]) end
Cohort.__close = methods.close
