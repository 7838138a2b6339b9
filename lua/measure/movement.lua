-- SPDX-License-Identifier: GPL-3.0-or-later
-- measure.movement: how far the skin of each region went from rest, seen in the pictures of a recording.

local kit = ...
local words = require "mien.words"

local CALLER = "measure.movement"

local function wrong(text, ...) error(CALLER .. ": " .. string.format(text, ...), 0) end

local function is_track(value)
  local metatable = getmetatable(value)
  return type(value) == "userdata" and type(metatable) == "table" and metatable.__name == "mien.track"
end

-- Puts the neutral into what the C half takes.
local function read_neutral(neutral, core)
  if is_track(neutral) then
    core.neutral = neutral
    return
  end
  if neutral == nil then
    wrong("neutral must be given, a window {t0, t1} in seconds or a Track: movement is measured from rest")
  end
  if type(neutral) ~= "table" then
    wrong("neutral must be a window {t0, t1} in seconds or a Track, not a %s", type(neutral))
  end
  core.t0, core.t1 = neutral[1], neutral[2]
  if type(core.t0) ~= "number" or type(core.t1) ~= "number" or not (core.t0 <= core.t1) then
    wrong("neutral must be {t0, t1}, two times in seconds, the earlier first")
  end
end

local function seconds(options, name, core)
  local value = options[name]
  if value == nil then return end
  if type(value) ~= "number" or value ~= value then
    wrong("%s must be a time in seconds, not %s", name, tostring(value))
  end
  core[name] = value
end

local function read_options(options)
  options = words.check_options(options, CALLER, {"neutral", "start", "stop", "side", "video", "progress"})
  local core = {progress = options.progress ~= false, video = options.video}
  read_neutral(options.neutral, core)
  seconds(options, "start", core)
  seconds(options, "stop", core)
  if core.start and core.stop and core.start > core.stop then wrong("start must not be after stop") end
  if options.side ~= nil and options.side ~= "each" and options.side ~= "plain" then
    wrong('side must be "each" or "plain", not %s', tostring(options.side))
  end
  core.plain = options.side == "plain"
  if core.video ~= nil and type(core.video) ~= "string" then
    wrong("video must be the name of a file, not a %s", type(core.video))
  end
  if options.progress ~= nil and type(options.progress) ~= "boolean" then
    wrong("progress must be true or false, not a %s", type(options.progress))
  end
  return core
end

-- The C half, or nil, message, code where this build has none.
local function load_core()
  local ok, core = pcall(require, "mien.movement")
  if ok then return core end
  return nil, CALLER .. ": " .. tostring(core), "tool"
end

local function note_of(about)
  if about.looked == 0 then return "no face in any of these frames, so everything is NA" end
  return string.format("%.1f %% of the skin could not be followed and is NA (column lost); %s at rest; "
    .. 'exploratory, see help "movement"', 100 * about.lost, words.counted(about.rest_frames, "frame"))
end

function kit.measure.movement(track, options)
  if not is_track(track) then
    wrong("track must be a Track from face.track, not a %s", type(track))
  end
  local given = read_options(options)
  local core, message, code = load_core()
  if not core then return nil, message, code end
  local d, about, problem = core.find(CALLER, track, given)
  if not d then return nil, about, problem end
  return d, note_of(about)
end
