-- SPDX-License-Identifier: GPL-3.0-or-later
-- Track:report: a recording's quality in numbers, a verdict, and what to do about it.

local face, kit = ...
local words = require "mien.words"
local format = string.format

-- ---- What the limits are applied to ----

local function largest(range) return math.max(math.abs(range[1]), math.abs(range[2])) end

-- The value that each limit judges, where that is not the field of its name.
local VALUES = {
  dark = function(r) return r.light end,
  bright = function(r) return r.light end,
  yaw = function(r) return largest(r.yaw) end,
  pitch = function(r) return largest(r.pitch) end,
  roll = function(r) return largest(r.roll) end,
  dropped = function(r) return r.dropped / (r.frames + r.dropped) end,
  times_repaired = function(r) return r.times_repaired / r.frames end,
  damaged = function(r) return r.damaged / r.frames end,
  truncated = function(r) return r.truncated and 1 or 0 end,
}

local function value_of(report, limit)
  local value = VALUES[limit.name]
  if value then return value(report) end
  return report[limit.name]
end

-- ---- What is said about it ----

local function percent(fraction)
  if fraction > 0 and fraction < 0.001 then return "under 0.1 %" end
  if fraction < 1 and fraction > 0.999 then return "over 99.9 %" end
  local text = format("%.1f", 100 * fraction)
  return text:gsub("%.0$", "") .. " %"
end

-- The word for the side to which the larger end of a range of angles lies.
local function way(range, below, above)
  local larger = math.abs(range[2]) >= math.abs(range[1]) and range[2] or range[1]
  return larger > 0 and above or below
end

local SAYINGS = {
  coverage = function(r)
    return format("the face was found in only %s of the frames (longest gap %.2f s, from %.2f s on)",
      percent(r.coverage), r.longest_lost, r.longest_lost_at)
  end,
  frames = function(r)
    return r.frames == 1 and "there is only one frame" or format("there are only %.0f frames", r.frames)
  end,
  longest_lost = function(r)
    return format("the face was lost for %.2f s, from %.2f s on", r.longest_lost, r.longest_lost_at)
  end,
  face_px = function(r) return format("the face is %.0f pixels wide", r.face_px) end,
  sharpness = function(r) return format("the face is blurred (sharpness %.2f)", r.sharpness) end,
  sharpness_low = function(r)
    return format("in some frames the face is blurred (sharpness %.2f in the worst 5 %%)", r.sharpness_low)
  end,
  dark = function(r) return format("the face is dark (light %.2f)", r.light) end,
  bright = function(r) return format("the face is overexposed (light %.2f)", r.light) end,
  cut_off = function(r)
    return format("the edge of the picture cuts off part of the face in %s of the frames", percent(r.cut_off))
  end,
  yaw = function(r)
    return format("the head is turned to its own %s by as much as %.0f degrees", way(r.yaw, "right", "left"),
      largest(r.yaw))
  end,
  pitch = function(r)
    return format("the head is turned %s by as much as %.0f degrees", way(r.pitch, "down", "up"),
      largest(r.pitch))
  end,
  roll = function(r)
    return format("the head is tilted to its own %s shoulder by as much as %.0f degrees",
      way(r.roll, "right", "left"), largest(r.roll))
  end,
  second_face = function(r)
    return format("another face is in view in %s of the frames", percent(r.second_face))
  end,
  fps = function(r) return format("there are only %.1f frames per second", r.fps) end,
  dropped = function(r)
    return format("%s to be missing (longest step %.2f s)",
      r.dropped == 1 and "1 frame seems" or format("%.0f frames seem", r.dropped), r.longest_step)
  end,
  times_repaired = function(r)
    return format("%s no usable time stamp", words.counted(r.times_repaired, "frame has", "frames have"))
  end,
  damaged = function(r) return words.counted(r.damaged, "frame is", "frames are") .. " damaged" end,
  truncated = function() return "the file breaks off: its end is missing" end,
  jumps = function(r)
    return format("%s by more than half the eye distance within one frame",
      r.jumps == 1 and "once the face jumps" or format("%.0f times the face jumps", r.jumps))
  end,
  confidence = function(r) return format("the points are unsure (confidence %.2f)", r.confidence) end,
  unsure = function(r) return format("the points are unsure in %s of the frames", percent(r.unsure)) end,
}

-- ---- The verdict ----

local VERDICTS = {"good", "usable with care", "not usable"}

-- "care", "unusable" or nothing.
local function judge(value, limit)
  if not value or value ~= value then return end
  local function beyond(bound)
    if not bound then return false end
    if limit.worse == "below" then return value < bound end
    return value > bound
  end
  return beyond(limit.unusable) and "unusable" or beyond(limit.care) and "care" or nil
end

-- A reason that follows from another one is not told as well.
local IMPLIED = {longest_lost = "coverage", sharpness_low = "sharpness", unsure = "confidence"}

local function reasons_of(report)
  local reasons, told = {}, {}
  if report.frames == 0 or report.found == 0 then
    return {{
      limit = "coverage", level = "unusable", text = "no face in any frame",
      advice = "it must be upright, lit and 60 pixels wide or more",
    }}
  end
  for _, limit in ipairs(kit.limits) do
    local level = judge(value_of(report, limit), limit)
    if level and not told[IMPLIED[limit.name]] then
      told[limit.name] = true
      reasons[#reasons + 1] = {
        limit = limit.name, level = level, text = SAYINGS[limit.name](report), advice = limit.advice,
      }
    end
  end
  -- The gravest first, otherwise in the order of the limits.
  local sorted = {}
  for _, wanted in ipairs {"unusable", "care"} do
    for _, reason in ipairs(reasons) do
      if reason.level == wanted then sorted[#sorted + 1] = reason end
    end
  end
  return sorted
end

local function verdict_of(reasons)
  local worst = 1
  for _, reason in ipairs(reasons) do worst = math.max(worst, reason.level == "unusable" and 3 or 2) end
  return VERDICTS[worst]
end

-- ---- How it prints ----

local function known(...)
  for _, value in ipairs {...} do
    if value ~= value then return false end
  end
  return true
end

-- A number in few digits, without a minus before a zero.
local function short(value, decimals)
  local text = format("%." .. (decimals or 0) .. "f", value)
  return tonumber(text) == 0 and text:gsub("-", "") or text
end

local function angles_text(r)
  local parts = {}
  for i, name in ipairs {"yaw", "pitch", "roll"} do
    parts[i] = format("%s %s to %s", name, short(r[name][1]), short(r[name][2]))
  end
  return table.concat(parts, ", ") .. " degrees"
end

local function times_text(r)
  local parts = {}
  if known(r.fps) then parts[1] = format("%.1f frames/s", r.fps) end
  if r.irregular > 0 then parts[#parts + 1] = percent(r.irregular) .. " of the steps irregular" end
  for _, item in ipairs {{r.dropped, "missing"}, {r.times_repaired, "repaired"}, {r.damaged, "damaged"}} do
    if item[1] > 0 then parts[#parts + 1] = format("%.0f %s", item[1], item[2]) end
  end
  if r.truncated then parts[#parts + 1] = "breaks off" end
  if #parts == 1 and r.irregular == 0 then parts[2] = "regular" end
  return #parts > 0 and table.concat(parts, ", ") or "one frame"
end

local LINES = {
  {"face in view", {coverage = true, longest_lost = true}, function(r)
    local text = percent(r.coverage) .. " of the frames"
    if r.lost == 0 then return text end
    return format("%s; lost %s, longest %.2f s from %.2f s on", text,
      r.lost == 1 and "once" or format("%.0f times", r.lost), r.longest_lost, r.longest_lost_at)
  end},
  {"size", {face_px = true, cut_off = true}, function(r)
    if not known(r.face_px) then return end
    local text = format("%.0f pixels from ear to ear (smallest %.0f), eyes %.0f apart", r.face_px,
      r.face_px_low, r.iod_px)
    if r.cut_off == r.cut_off and r.cut_off > 0 then text = text .. "; cut off in " .. percent(r.cut_off) end
    return text
  end},
  {"sharpness", {sharpness = true, sharpness_low = true}, function(r)
    if not known(r.sharpness) then return end
    return format("%.2f, worst 5 %% of the frames %.2f   (0 blurred, 1 sharp)", r.sharpness, r.sharpness_low)
  end},
  {"light", {dark = true, bright = true}, function(r)
    if not known(r.light) then return end
    return format("%.2f   (0 black, 1 white)", r.light)
  end},
  {"head", {yaw = true, pitch = true, roll = true}, function(r)
    return known(r.yaw[1]) and angles_text(r) or nil
  end},
  {"others", {second_face = true}, function(r)
    if not r.has_picture or r.found == 0 then return end
    return r.second_face > 0 and format("another face in %s of the frames", percent(r.second_face))
      or "nobody else in view"
  end},
  {"time stamps", {
    frames = true, fps = true, dropped = true, times_repaired = true, damaged = true, truncated = true,
  }, times_text},
  {"movement", {jumps = true}, function(r)
    if not known(r.speed) then return end
    return format("up to %.1f eye distances/s, %s", r.speed,
      r.jumps == 0 and "no jumps" or words.counted(r.jumps, "jump"))
  end},
  {"confidence", {confidence = true, unsure = true}, function(r)
    if not known(r.confidence) then return end
    return format("%.2f, below 0.5 in %s of the frames", r.confidence, percent(r.unsure))
  end},
}

local function title_of(report)
  local name, about = report.path:match("[^/]*$"), words.counted(math.tointeger(report.frames), "frame")
  if known(report.duration) then about = about .. format(", %.2f s", report.duration) end
  local room = 79 - #"Report    : " - #about - #report.verdict
  if (utf8.len(name) or #name) > room then
    local from = utf8.len(name) and utf8.offset(name, -(room - 3)) or -(room - 3)
    name = "..." .. name:sub(from)
  end
  return format("Report %s   %s: %s", words.display(name), about, report.verdict)
end

local Report = {__name = "Report"}

function Report.__tostring(report)
  local flagged, lines, unknown = {}, {title_of(report)}, {}
  for _, reason in ipairs(report.reasons) do flagged[reason.limit] = true end
  for _, line in ipairs(LINES) do
    local name, limits, text_of = line[1], line[2], line[3]
    local mark = " "
    for limit in pairs(limits) do
      if flagged[limit] then mark = "!" end
    end
    local text = text_of(report)
    if text then
      lines[#lines + 1] = words.wrapped(text, (" "):rep(16), 79, format("%s %-14s", mark, name))
    else
      unknown[#unknown + 1] = name
    end
  end
  if #unknown > 0 and report.found > 0 then
    local text = table.concat(unknown, ", ")
    local why = report.has_picture and "" or "; this track was loaded from a file of points, without pictures"
    lines[#lines + 1] = words.wrapped("not known: " .. text .. why, (" "):rep(16), 79, "  ")
  end
  for i, reason in ipairs(report.reasons) do
    local following = report.reasons[i + 1]
    lines[#lines + 1] = words.wrapped(reason.text, "   ", 79, reason.level == "unusable" and "!! " or "!  ")
    if not following or following.advice ~= reason.advice then
      lines[#lines + 1] = words.wrapped(reason.advice, "   ", 79)
    end
  end
  return table.concat(lines, "\n")
end

-- A misspelt field is told, as in other objects.
function Report.__index(_, name)
  error(format('a Report has no field "%s"; see help "Track:report"', tostring(name)), 2)
end

function kit.methods.report(track)
  local report = kit.report_numbers(track, "Track:report")
  report.reasons = reasons_of(report)
  report.verdict = verdict_of(report.reasons)
  return setmetatable(report, Report)
end

-- face.limits() -> the limits as a data frame.
function face.limits()
  local names, columns = {"name", "worse", "care", "unusable", "unit", "meaning", "advice", "source"}, {}
  for i, name in ipairs(names) do
    local values = {}
    for k, limit in ipairs(kit.limits) do values[k] = limit[name] or 0 / 0 end
    columns[i] = {name, values}
  end
  return require("mien.df").new(columns)
end
