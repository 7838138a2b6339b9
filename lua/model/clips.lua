-- SPDX-License-Identifier: GPL-3.0-or-later
-- Clips: short pieces of recordings as small pictures of the aligned face. They are cut and kept in C
-- (src/model/clip_*.c, src/lua/model_clips.c); here is what users see of them. model.clips makes them of one
-- recording, Cohort:clips of a cohort.

local kit = ...
local words = require "mien.words"
local core, model = kit.core, kit.model
local format = string.format

local OPTIONS = {"frames", "size", "per", "span", "fps", "window", "side", "coverage", "confidence",
  "progress"}

local function wrong(caller, text, ...) kit.wrong("%s: %s", caller, format(text, ...)) end

-- ---- Options ----

local function check_flag(caller, options, name)
  local value = options[name]
  if value ~= nil and type(value) ~= "boolean" then
    wrong(caller, "%s must be true or false, not a %s", name, type(value))
  end
end

-- All options of the cutting, numbers filled in; window becomes t0 and t1.
local function cut_options(caller, options)
  check_flag(caller, options, "progress")
  if options.span ~= nil and options.fps ~= nil then
    wrong(caller, "give span or fps, not both: a clip lasts frames / fps seconds")
  end
  local given, window = {}, options.window
  for _, name in ipairs {"frames", "size", "per", "span", "fps", "side", "coverage", "confidence"} do
    given[name] = options[name]
  end
  if window ~= nil then
    local ok = type(window) == "table" and type(window[1]) == "number" and type(window[2]) == "number"
    if not ok or not (window[1] < window[2]) then
      wrong(caller, "window must be {t0, t1}, two times in seconds, the earlier first")
    end
    given.t0, given.t1 = window[1], window[2]
  end
  local ok, result = pcall(core.clip_options, caller, given)
  if not ok then kit.wrong("%s", result) end
  return result
end

-- Options as they were given, from all of them.
local function public_options(cut)
  local window = (cut.t0 or cut.t1) and {cut.t0 or -math.huge, cut.t1 or math.huge} or nil
  return {
    frames = cut.frames, size = cut.size, per = cut.per, span = cut.span, side = cut.side,
    coverage = cut.coverage, confidence = cut.confidence, window = window,
  }
end

-- ---- One recording ----

local function left_out_text(yield, cut)
  local clips = words.counted(math.tointeger(yield.kept + yield.left_out), "clip")
  return format("%d of %s left out: the face was found and trusted in at most %.0f %% of their pictures, "
    .. "%.0f %% are needed", yield.left_out, clips, 100 * yield.best, 100 * cut.coverage)
end

-- Why a recording gave fewer clips than were asked of it, or nil.
local function shortfall(yield, cut)
  if yield.reason then return yield.reason end
  return yield.left_out > 0 and left_out_text(yield, cut) or nil
end

local function is_track(value)
  local meta = type(value) == "userdata" and debug.getmetatable(value)
  return meta and meta.__name == "mien.track"
end

-- The track of what the user gave, and the video it belongs to; or nil, message, code.
local function track_of(caller, what, options)
  local face = require "mien.face"
  assert(face.track) -- The module gives a Track its type.
  if is_track(what) then return what, options.video end
  local path = what
  if type(what) == "userdata" then
    local ok, value = pcall(function() return what.path end)
    path = ok and value or what
  end
  if type(path) ~= "string" then
    wrong(caller, "the first argument must be a Track, a Video or the path of a video, not a %s", type(what))
  end
  local track, message, code = face.track(path, {progress = options.progress})
  if not track then return nil, caller .. ": " .. tostring(message):gsub("^face%.track: ", ""), code end
  return track, path
end

local function problems_frame(items)
  local columns = {{"file", {}}, {"clips", {}}, {"left_out", {}}, {"reason", {}}}
  for i, item in ipairs(items) do
    for _, column in ipairs(columns) do column[2][i] = item[column[1]] end
  end
  return require("mien.df").new(columns)
end

-- Clips of one recording: a Track, a Video or a path. caller names the user's function, which errors are
-- about; options are those of model.clips.
function kit.clips_of(caller, what, options)
  local allowed = table.move(OPTIONS, 1, #OPTIONS, 1, {})
  allowed[#allowed + 1] = "video"
  options = words.check_options(options, caller, allowed, kit.wrong)
  if options.video ~= nil and type(options.video) ~= "string" then
    wrong(caller, "video must be the path of the recording, not a %s", type(options.video))
  end
  local cut = cut_options(caller, options)
  local track, path, code = track_of(caller, what, options)
  if not track then return nil, path, code end
  local place = path or track.path
  local clips, yield, word = core.clips_of_track(caller, track, path, cut, options.progress ~= false)
  if not clips then
    -- C names the file only where it had to open it.
    local text = yield:sub(#caller + 3)
    return nil, text:sub(1, #place) == place and yield or format("%s: %s: %s", caller, place, text), word
  end
  local about = core.clips_about(clips)
  local why = shortfall(yield, cut)
  about.options, about.recordings = public_options(cut), 1
  about.problems = function()
    local name = place:match("[^/]*$")
    return problems_frame(why and {{file = name, clips = yield.kept, left_out = yield.left_out, reason = why}}
      or {})
  end
  about.short = why and 1 or 0
  about.left_out = yield.left_out
  if #clips == 0 then return nil, format("%s: %s: %s", caller, place, why), "face" end
  return clips, why
end

function model.clips(recording, options) return kit.clips_of("model.clips", recording, options) end

-- ---- A cohort ----

-- The set of tasks that are asked for, or nil for all.
local function wanted_tasks(caller, self, ckit, task)
  if task == nil then return nil end
  local list, there, known, wanted = type(task) == "table" and task or {task}, {}, {}, {}
  for _, row in ipairs(self.rows) do
    if not known[row.task] then there[#there + 1] = row.task end
    known[row.task] = true
  end
  if #list == 0 then wrong(caller, "task must be a name or a list of names") end
  for _, value in ipairs(list) do
    if type(value) ~= "string" and type(value) ~= "number" then
      wrong(caller, "task must be a name or a list of names, not a %s", type(value))
    end
    local text = ckit.text_of(value)
    if not known[text] then
      local near = words.nearest(text, there)
      wrong(caller, 'no task "%s"%s', text,
        near and '; did you mean "' .. near .. '"?' or "; there is " .. words.first(there, 8))
    end
    wanted[text] = true
  end
  return wanted
end

local STORED = [[SELECT r.id, r.hash, t.tracker, t.frames FROM recordings r JOIN tracks t ON t.id = r.track]]

-- What the store has of every recording with a track, by its id.
local function stored_tracks(self, ckit, caller)
  local d, message, code = ckit.query(self, caller, STORED)
  if not d then return nil, message, code end
  local by_id = {}
  local id, hash, tracker, frames = d:col("id"), d:col("hash"), d:col("tracker"), d:col("frames")
  for i = 1, #d do by_id[id[i]] = {hash = hash[i], tracker = tracker[i], frames = frames[i]} end
  return by_id
end

-- The recordings that clips are asked of: what C takes, the rows that belong to it, and what cannot be cut.
local function sources_of(self, ckit, caller, options)
  local tasks = wanted_tasks(caller, self, ckit, options.task)
  local states, message, code = ckit.states(self, caller)
  if not states then return nil, message, code end
  local tracks, trouble, word = stored_tracks(self, ckit, caller)
  if not tracks then return nil, trouble, word end
  local sources, rows, problems = {}, {}, {}
  for _, item in ipairs(states) do
    local row, stored = item.row, item.stored
    if not tasks or tasks[row.task] then
      if item.state == "extracted" then
        local track = tracks[stored.id]
        rows[#rows + 1] = row
        sources[#rows] = {
          participant = row.participant, task = row.task, visit = row.visit, take = row.take, file = row.file,
          path = row.path, recording = row.row, id = stored.id, hash = track.hash, tracker = track.tracker,
          frames = track.frames,
        }
      else
        problems[#problems + 1] = {
          row = row, file = row.file, clips = 0, left_out = 0,
          reason = item.state == "failed" and stored.reason or "not extracted yet; call c:extract() first",
        }
      end
    end
  end
  return sources, rows, problems
end

local function check_workers(caller, workers)
  if workers == nil then return 0 end
  local whole = math.type(workers) and math.tointeger(workers)
  if not whole or whole < 1 or whole > 1024 then
    wrong(caller, "workers must be a whole number from 1 to 1024, not %s", tostring(workers))
  end
  return whole
end

local function by_row(a, b) return a.row.row < b.row.row end

local cohorts = {}

function cohorts.of_cohort(self, ckit, options, path)
  local caller = "Cohort:clips"
  local allowed = table.move(OPTIONS, 1, #OPTIONS, 3, {"task", "workers"})
  options = words.check_options(options, caller, allowed, kit.wrong)
  local cut, workers = cut_options(caller, options), check_workers(caller, options.workers)
  local sources, rows, problems = sources_of(self, ckit, caller, options)
  if not sources then return nil, rows, problems end
  if #sources == 0 then
    return nil, caller .. ": no recording is extracted that fits; call c:extract() first", "data"
  end
  local clips, yields, code = core.clips_of_cohort(caller, self.store, path, sources, cut, workers,
    options.progress ~= false)
  if not clips then return nil, yields, code end
  local about, left_out = core.clips_about(clips), 0
  for i, yield in ipairs(yields) do
    local why = shortfall(yield, cut)
    left_out = left_out + yield.left_out
    if why then
      problems[#problems + 1] = {
        row = rows[i], file = rows[i].file, clips = yield.kept, left_out = yield.left_out, reason = why,
      }
    end
  end
  table.sort(problems, by_row)
  about.options, about.path, about.recordings = public_options(cut), path, #sources
  about.short, about.left_out, about.task = #problems, left_out, options.task
  about.problems = function()
    return ckit.listing(self, problems, {"file", "clips", "left_out", "reason"})
  end
  if #clips == 0 then
    local first = problems[1]
    return nil, format("%s: no clip could be cut; row %d, %s: %s", caller, first.row.row, first.file,
      first.reason), "data"
  end
  if #problems == 0 then return clips end
  return clips, words.counted(#problems, "recording") .. " gave no clip or fewer; see clips:problems()"
end

function cohorts.forget(caller, path, participant) return core.forget_clips(caller, path, participant) end

-- lua/cohort.lua takes it from here once the module is loaded.
package.loaded["mien.model.clips"] = cohorts

-- ---- What Clips can do ----

local methods = {}

-- Columns that say nothing are not shown.
local MAYBE = {"participant", "task", "visit", "take", "recording"}

local function is_empty(column)
  for i = 1, #column do
    local value = column[i]
    if value and value == value then return false end
  end
  return true
end

function methods.df(clips)
  local d = core.clips_frame("Clips:df", clips)
  local empty = {}
  for _, name in ipairs(MAYBE) do
    if is_empty(d:col(name)) then empty[#empty + 1] = name end
  end
  return #empty > 0 and d:drop(table.unpack(empty)) or d
end

function methods.problems(clips)
  local listed = core.clips_about(clips).problems
  return listed and listed() or problems_frame {}
end

function methods.pick(clips, numbers)
  local some, message, code = core.clips_subset("Clips:pick", clips, numbers)
  if not some then return nil, message, code end
  core.clips_about(some).options = core.clips_about(clips).options
  return some
end

-- first .. second: the clips of both, which must have been cut alike.
local function join(first, second)
  local both, message = core.clips_join("Clips", first, second)
  if not both then kit.wrong("%s", message) end
  core.clips_about(both).options = core.clips_about(first).options
  return both
end

local function whole(caller, name, value, most)
  local number = math.type(value) and math.tointeger(value)
  if not number or number < 1 or number > most then
    wrong(caller, "%s must be a whole number from 1 to %d, not %s", name, most, tostring(value))
  end
  return number
end

function methods.image(clips, number, frame)
  local caller = "Clips:image"
  assert(require("mien.video").open) -- The module gives an Image its type.
  local frames = core.clips_shape(clips)
  return core.clips_image(caller, clips, whole(caller, "the number of the clip", number, #clips),
    whole(caller, "the number of the picture", frame == nil and 1 or frame, frames))
end

local MOST_SHOWN = 100

-- Clip numbers spread evenly over all.
local function spread(count, most)
  local list = {}
  for i = 1, math.min(count, most) do
    list[i] = count <= most and i or 1 + (i - 1) * (count - 1) // (most - 1)
  end
  return list
end

function methods.sheet(clips, png, options)
  local caller = "Clips:sheet"
  if type(png) ~= "string" or not png:lower():match("%.png$") then
    wrong(caller, "the first argument must be the name of a PNG to write; it will show the participants")
  end
  options = words.check_options(options, caller, {"clips"}, kit.wrong)
  local numbers = options.clips or spread(#clips, 12)
  if type(numbers) ~= "table" and type(numbers) ~= "userdata" then
    wrong(caller, "clips must be a list of clip numbers, not a %s", type(numbers))
  end
  if #numbers < 1 or #numbers > MOST_SHOWN then
    wrong(caller, "clips must be a list of 1 to %d clip numbers, not of %d", MOST_SHOWN, #numbers)
  end
  local frames, size, rate = core.clips_shape(clips)
  local title = format("%d of %s, %d pictures of %dx%d at %.4g a second.  Shows persons: keep it private.",
    #numbers, words.counted(#clips, "clip"), frames, size, size, rate)
  local done, message, code = core.clips_sheet(caller, clips, png, numbers, title)
  if not done then return nil, message, code end
  return clips
end

-- ---- Fields and printing ----

-- The field of this name, or nil.
local function field(clips, name)
  local frames, size, rate = core.clips_shape(clips)
  if name == "frames" then return frames end
  if name == "size" then return size end
  if name == "fps" then return rate end
  if name == "settings" then return core.clips_about(clips).options end
end

local NAMES = {"frames", "size", "fps", "settings", "df", "problems", "pick", "image", "sheet"}

local function no_field(name)
  local near = type(name) == "string" and words.nearest(name, NAMES)
  kit.wrong('Clips have no field "%s"%s', tostring(name), near and '; did you mean "' .. near .. '"?'
    or "; times and coverage are columns of clips:df()")
end

local function index(clips, name)
  if methods[name] then return methods[name] end
  local value = field(clips, name)
  if value == nil then no_field(name) end
  return value
end

local function distinct(column)
  local seen, list, number = {}, {}, {}
  for i = 1, #column do
    local value = tostring(column[i])
    if not seen[value] then list[#list + 1] = value end
    seen[value] = true
    number[value] = (number[value] or 0) + 1
  end
  return list, number
end

local function coverage_text(d)
  local coverage = {}
  for i = 1, #d do coverage[i] = d:col("coverage")[i] end
  table.sort(coverage)
  if #coverage == 0 then return "" end
  local least, most = coverage[1], coverage[#coverage]
  if format("%.2f", least) == format("%.2f", most) then return format("coverage %.2f", least) end
  return format("coverage %.2f to %.2f", least, most)
end

local function whose_text(d)
  local parts = {}
  if d:has("participant") then
    parts[1] = " of " .. words.counted(#distinct(d:col("participant")), "participant")
  end
  if d:has("task") then
    local tasks, number = distinct(d:col("task"))
    local each = {}
    for i, task in ipairs(tasks) do each[i] = format("%s %d", task, number[task]) end
    parts[#parts + 1] = ": " .. words.first(each, 4)
  end
  return table.concat(parts)
end

local function show(clips)
  local d, about = methods.df(clips), core.clips_about(clips)
  local frames, size, rate = core.clips_shape(clips)
  local lines = {
    "Clips   " .. words.counted(#clips, "clip") .. whose_text(d),
    format("  %d pictures of %dx%d at %.4g a second (%.4g s); %s", frames, size, size, rate, frames / rate,
      coverage_text(d)),
  }
  if (about.short or 0) > 0 then
    lines[#lines + 1] = format("  %s gave no clip or fewer (%s left out); see :problems()",
      words.counted(about.short, "recording"), words.counted(math.tointeger(about.left_out), "clip"))
  end
  if about.path then
    lines[#lines + 1] = "  pictures of the participants, kept in " .. about.path:match("[^/]*$")
      .. "; only you can read it"
  end
  return table.concat(lines, "\n")
end

core.clips_type.__index, core.clips_type.__tostring, core.clips_type.__concat = index, show, join

-- Whether a value is Clips.
function kit.is_clips(value)
  return type(value) == "userdata" and debug.getmetatable(value) == core.clips_type
end
