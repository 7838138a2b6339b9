-- SPDX-License-Identifier: GPL-3.0-or-later
-- Model:predict: probabilities of clips, recordings and participants; recordings that are unlike those of the
-- training are refused, with the reason.

local kit = ...
local core = kit.core
local words = require "mien.words"
local df = require "mien.df"

local NAN = 0 / 0
local Prediction = {__name = "mien.prediction"}
Prediction.__index = Prediction

-- ---- What is refused ----

-- Frames a second and size of faces may lie this far outside of what was trained on.
local FPS_FACTOR, FACE_FACTOR, COVERAGE_LESS = 1.5, 1.5, 0.1

local function task_reason(seen, task)
  if not task or #seen.tasks == 0 then return nil end
  for _, name in ipairs(seen.tasks) do
    if name == task then return nil end
  end
  return string.format("task %s, trained on %s", task, words.first(seen.tasks, 8))
end

-- Why a clip is unlike the training, or nil. A recording whose facts are unknown is not refused for them.
local function reason_of(seen, clip)
  local reason = task_reason(seen, clip.task)
  if reason then return reason end
  if seen.fps_low and (clip.fps < seen.fps_low / FPS_FACTOR or clip.fps > seen.fps_high * FPS_FACTOR) then
    return string.format("%.4g frames a second, trained on %.4g to %.4g", clip.fps, seen.fps_low,
      seen.fps_high)
  end
  if seen.face_low
      and (clip.interocular < seen.face_low / FACE_FACTOR
        or clip.interocular > seen.face_high * FACE_FACTOR) then
    return string.format("eyes %.0f pixels apart, trained on %.0f to %.0f", clip.interocular, seen.face_low,
      seen.face_high)
  end
  if seen.coverage and clip.coverage < seen.coverage - COVERAGE_LESS then
    return string.format("coverage %.2f, trained on at least %.2f", clip.coverage, seen.coverage)
  end
end

local function check_shape(m, clips, caller)
  local frames, size, rate = core.clips_shape(clips)
  local seen = m.seen
  if frames == seen.frames and size == seen.size and math.abs(rate - seen.rate) < 1e-6 * seen.rate then
    return true
  end
  return nil, string.format("%s: the model sees %d pictures of %dx%d at %.4g a second, these clips have "
    .. "%d of %dx%d at %.4g", caller, seen.frames, seen.size, seen.size, seen.rate, frames, size, size, rate),
      "data"
end

-- ---- Clips of what was given ----

local function is_cohort(value)
  return type(value) == "table" and not df.is(value) and type(value.manifest) == "string"
end

-- The clips of a file, Track, Video, cohort or Clips, cut as those of the training; or nil, message, code.
-- The second result is true where one recording was given.
function kit.clips_for(m, what, options, caller)
  if kit.is_clips(what) then
    local ok, message, code = check_shape(m, what, caller)
    if not ok then return nil, message, code end
    return what
  end
  local cut = {frames = m.seen.frames, size = m.seen.size, span = m.seen.frames / m.seen.rate,
    per = options.per,
    progress = options.progress}
  if is_cohort(what) then
    cut.task = options.task or (#m.seen.tasks > 0 and not options.accept and m.seen.tasks or nil)
    return what:clips(cut)
  end
  local clips, message, code = kit.clips_of(caller, what, cut)
  if not clips then return nil, message, code end
  return clips, true
end

-- ---- Tables ----

function kit.score_names(levels)
  if #levels == 2 then return {"probability"} end
  local names = {}
  for k = 2, #levels do names[k - 1] = "at_least_" .. levels[k] end
  return names
end

-- Rows {who = {name = value, ...}, scores =} as a data frame; predicted is the level by the thresholds.
local function frame_of(m, rows, facts)
  local columns, place = {}, {}
  local function put(name, i, value)
    if not place[name] then
      columns[#columns + 1] = {name, {}}
      place[name] = #columns
    end
    columns[place[name]][2][i] = value
  end
  for i, row in ipairs(rows) do
    for _, name in ipairs(facts) do put(name, i, row.who[name] == nil and df.NA or row.who[name]) end
    local margin, complete = {}, true
    for k, name in ipairs(kit.score_names(m.levels)) do
      local score = row.scores and row.scores[k] or NAN
      put(name, i, score)
      complete, margin[k] = complete and score == score, score - m.thresholds[k]
    end
    put("predicted", i, complete and m.levels[kit.predicted_level(margin) + 1] or df.NA)
    if row.refused ~= nil then put("refused", i, row.refused or df.NA) end
  end
  return df.new(columns)
end

-- Mean over the members of P(level >= k) of every clip.
function kit.ensemble_clip_scores(m, clips, numbers)
  local sums, width = {}, #m.levels - 1
  for _, member in ipairs(m.members) do
    for i, list in ipairs(member:clip_scores(clips, numbers)) do
      sums[i] = sums[i] or {}
      for k = 1, width do sums[i][k] = (sums[i][k] or 0) + list[k] / #m.members end
    end
  end
  return sums
end

-- Every clip as {who = facts, refused = reason or false}.
local function rows_of(m, clips, options)
  local d, rows, names = clips:df(), {}, {}
  for _, name in ipairs {"participant", "task", "visit", "take", "recording", "start", "stop", "fps",
    "coverage",
    "interocular"} do
    if d:has(name) then names[#names + 1] = name end
  end
  for i = 1, #clips do
    local who = {}
    for _, name in ipairs(names) do who[name] = d:col(name)[i] end
    rows[i] = {who = who, refused = not options.accept and reason_of(m.seen, who) or false}
  end
  return rows, names
end

local function without_clip_facts(names)
  local own = {}
  for _, name in ipairs(names) do
    if name ~= "start" and name ~= "stop" and name ~= "fps" and name ~= "coverage"
      and name ~= "interocular" then
      own[#own + 1] = name
    end
  end
  return own
end

-- Recordings out of clips, participants out of recordings.
local function gathered(rows, key_of, width)
  local order, of = {}, {}
  for i, row in ipairs(rows) do
    local key = key_of(row, i)
    if not of[key] then
      of[key] = {who = row.who, lists = {}, refused = row.refused}
      order[#order + 1] = of[key]
    end
    local one = of[key]
    if row.scores and row.scores[1] == row.scores[1] then
      table.insert(one.lists, row.scores)
      one.refused = false
    end
  end
  for _, one in ipairs(order) do one.scores = kit.mean_of(one.lists, width) end
  return order
end

local function predict_clips(m, clips, options)
  local rows, names = rows_of(m, clips, options)
  local numbers = {}
  for i, row in ipairs(rows) do
    if not row.refused then numbers[#numbers + 1] = i end
  end
  for j, scores in ipairs(kit.ensemble_clip_scores(m, clips, numbers)) do rows[numbers[j]].scores = scores end
  local keys, width = kit.recording_keys(clips), #m.levels - 1
  local recordings = gathered(rows, function(_, i) return keys[i] end, width)
  local people = gathered(recordings, function(row) return tostring(row.who.participant) end, width)
  local facts = without_clip_facts(names)
  local p = {levels = m.levels, label = m.label, clips = frame_of(m, rows, names),
    recordings = frame_of(m, recordings, facts)}
  for _, one in ipairs(people) do one.refused = nil end
  if clips:df():has("participant") then p.participants = frame_of(m, people, {"participant"}) end
  return p, recordings
end

-- ---- Models of measures ----

local function predict_measures(m, what, options, caller)
  local d = what
  if is_cohort(what) then
    local message, code
    d, message, code = what:wide()
    if not d then return nil, message, code end
  elseif type(what) ~= "table" then
    kit.wrong("%s: a %s needs a cohort, or a data frame with one row per participant, not a %s", caller,
      m.title,
      type(what))
  end
  d = df.is(d) and d or df.new(d)
  local rows, people, sums = {}, {}, {}
  for i = 1, #d do rows[i] = i end
  local data = {table = d, caller = caller, levels = m.levels, participants = rows}
  for _, member in ipairs(m.members) do
    for i, list in ipairs(member:scores(data, rows)) do
      sums[i] = sums[i] or {}
      for k = 1, #m.levels - 1 do sums[i][k] = (sums[i][k] or 0) + (list[k] or NAN) / #m.members end
    end
  end
  for i = 1, #d do
    people[i] = {who = {participant = d:has("participant") and d:col("participant")[i] or i},
      scores = sums[i]}
  end
  return {levels = m.levels, label = m.label, participants = frame_of(m, people, {"participant"})}
end

-- ---- The method ----

function kit.model_methods.predict(m, what, options)
  local caller = "Model:predict"
  kit.check_model(m, caller)
  options = words.check_options(options, caller, {"accept", "per", "task", "progress"}, kit.wrong)
  kit.check_flag(options, "accept", caller)
  if what == nil then kit.wrong("%s: give a video file, a Track, a cohort or Clips", caller) end
  if options.task ~= nil and type(options.task) ~= "string" and not is_cohort(what) then
    kit.wrong("%s: task must be the name of what was done in the recording", caller)
  end
  local p, message, code
  if m.source == "measures" then
    p, message, code = predict_measures(m, what, options, caller)
    if not p then return nil, message, code end
    return setmetatable(p, Prediction)
  end
  local clips, single, word = kit.clips_for(m, what, options, caller)
  if not clips then return nil, single, word end
  local other = single == true and not options.accept and task_reason(m.seen, options.task)
  if other then
    return nil, string.format("%s: unlike the recordings of the training: %s", caller, other), "data"
  end
  local recordings
  p, recordings = predict_clips(m, clips, options)
  if single == true then
    if recordings[1].refused then
      return nil, string.format("%s: unlike the recordings of the training: %s", caller,
        recordings[1].refused),
        "data"
    end
    p.probability = recordings[1].scores[1]
    -- A file does not say what was done in it.
    p.task_known = options.task ~= nil or #m.seen.tasks == 0
  end
  return setmetatable(p, Prediction)
end

function Prediction.__tostring(p)
  local text = tostring(p.participants or p.recordings)
  return p.task_known == false
      and text .. "\nwhat was done in it is not known, so not checked; task = says it" or text
end
