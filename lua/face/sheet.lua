-- SPDX-License-Identifier: GPL-3.0-or-later
-- Track:sheet: which frames of a recording a person should see to judge its track, and what is written below
-- them.

local _, kit = ...
local words = require "mien.words"
local format = string.format

local MOST = 48

-- ---- Choosing frames ----

local function is_known(value) return value == value end

-- The rows in which `value` is known, the largest value first, or the smallest; of equal ones the earlier.
local function ranked(rows, value, smallest)
  local list, of = {}, {}
  for _, row in ipairs(rows) do
    local number = value(row)
    if is_known(number) then
      list[#list + 1] = row
      of[row] = smallest and number or -number
    end
  end
  table.sort(list, function(a, b)
    if of[a] ~= of[b] then return of[a] < of[b] end
    return a < b
  end)
  return list
end

local function median_of(rows, value)
  local list = ranked(rows, value, true)
  return #list > 0 and value(list[(#list + 1) // 2]) or 0 / 0
end

-- Frames that tell the same are not shown twice: they must lie apart by this share of the recording.
local APART = 0.03

local Choice = {}
Choice.__index = Choice

local function new_choice(time, most)
  local span = #time > 1 and time[#time] - time[1] or 0
  return setmetatable({time = time, most = most, apart = APART * span, picks = {}}, Choice)
end

-- Takes up to `count` of the rows, in their order.
function Choice:take(rows, count, reason)
  for _, row in ipairs(rows) do
    if count <= 0 or #self.picks >= self.most then return end
    local free = true
    for _, pick in ipairs(self.picks) do
      if math.abs(self.time[row] - self.time[pick.row]) <= self.apart or row == pick.row then free = false end
    end
    if free then
      self.picks[#self.picks + 1] = {row = row, reason = type(reason) == "string" and reason or reason(row)}
      count = count - 1
    end
  end
end

-- Stretches without the face as {first, last}, the longest first.
local function stretches(found)
  local list, i = {}, 1
  while i <= #found do
    if found[i] == 0 then
      local first = i
      while i < #found and found[i + 1] == 0 do i = i + 1 end
      list[#list + 1] = {first, i}
    end
    i = i + 1
  end
  table.sort(list, function(a, b)
    local long_a, long_b = a[2] - a[1], b[2] - b[1]
    if long_a ~= long_b then return long_a > long_b end
    return a[1] < b[1]
  end)
  return list
end

local function middles(list)
  local rows = {}
  for i, stretch in ipairs(list) do rows[i] = (stretch[1] + stretch[2]) // 2 end
  return rows
end

-- The frames at even distances through the rows, the middle ones of equal parts.
local function spread(rows, count)
  local list = {}
  for i = 1, count do list[i] = rows[math.max(1, math.ceil((i - 0.5) * #rows / count))] end
  return list
end

local function far_from(values, middle) return function(row) return math.abs(values[row] - middle) end end

-- How far a frame is from the median of all in pose and confidence: 10 degrees count as much as 0.5.
local function unusual(f, rows)
  local weights, parts = {yaw = 0.1, pitch = 0.1, roll = 0.1, confidence = 2}, {}
  for name, weight in pairs(weights) do
    local far = far_from(f[name], median_of(rows, function(row) return f[name][row] end))
    parts[#parts + 1] = function(row)
      local distance = far(row)
      return is_known(distance) and weight * distance or 0
    end
  end
  return function(row)
    local largest = 0
    for _, part in ipairs(parts) do largest = math.max(largest, part(row)) end
    return largest
  end
end

-- Less than this share of the median is worth a look.
local BLURRED, SMALL = 0.9, 0.85

-- What may be wrong with a frame, each with the value that ranks it and how many frames it may have.
local function take_worst(choice, f, rows, report)
  local share = math.max(1, choice.most // 6)
  choice:take(ranked(rows, function(row) return f.confidence[row] end, true), share, "lowest confidence")
  choice:take(middles(stretches(f.found)), share, "no face found")
  local angles = {yaw = report.yaw, pitch = report.pitch, roll = report.roll}
  for _, name in ipairs {"yaw", "pitch", "roll"} do
    local values = f[name]
    -- What is usual for this recording is shown as typical; a few degrees more are nothing to look at.
    local usual = median_of(rows, function(row) return values[row] end)
    local range = angles[name]
    if range[2] - range[1] > 4 then
      choice:take(ranked(rows, far_from(values, usual)), 1, function(row)
        return format("most unusual %s, %.0f deg", name, values[row])
      end)
    end
  end
  local blurred, small = {}, {}
  local sharp = median_of(rows, function(row) return f.sharpness[row] end)
  local wide = median_of(rows, function(row) return f.iod[row] end)
  for _, row in ipairs(rows) do
    if f.sharpness[row] < BLURRED * sharp then blurred[#blurred + 1] = row end
    if f.iod[row] < SMALL * wide then small[#small + 1] = row end
  end
  choice:take(ranked(blurred, function(row) return f.sharpness[row] end, true), 1, function(row)
    return format("most blurred, %.2f", f.sharpness[row])
  end)
  choice:take(ranked(small, function(row) return f.iod[row] end, true), 1, "smallest face")
  local others = {}
  for row = 1, #f.time do
    if f.second_face[row] == 1 then others[#others + 1] = row end
  end
  choice:take(spread(others, math.min(1, #others)), 1, "another face in view")
end

local function choose(f, most, report)
  local rows, all = {}, {}
  for row = 1, #f.time do
    all[row] = row
    if f.found[row] == 1 then rows[#rows + 1] = row end
  end
  local choice = new_choice(f.time, most)
  if #rows > 0 then
    choice:take(ranked(rows, unusual(f, rows), true), math.max(1, most // 6), "typical")
    take_worst(choice, f, rows, report)
  end
  -- The rest is what lies in between; the places are tried more and more densely until the sheet is full.
  for _, parts in ipairs {most - #choice.picks, most, 3 * most, 10 * most} do
    choice:take(spread(all, math.min(parts, #all)), most, function(row)
      return f.found[row] == 1 and "in between" or "no face found"
    end)
  end
  return choice.picks
end

-- ---- What is written ----

local function caption(f, pick)
  local row = pick.row
  local below = "no points"
  if f.found[row] == 1 then
    local confidence = f.confidence[row]
    below = is_known(confidence) and format("confidence %.2f", confidence) or "confidence unknown"
  end
  return {
    row = row, format("%s", pick.reason), format("frame %d  %.2f s", f.frame[row], f.time[row]), below,
  }
end

local function check_options(options)
  options = words.check_options(options, "Track:sheet", {"frames", "video", "progress"})
  local frames = options.frames or 12
  if math.type(frames) == "float" then frames = math.tointeger(frames) or frames end
  if math.type(frames) ~= "integer" or frames < 1 or frames > MOST then
    error(format("Track:sheet: frames must be a whole number from 1 to %d, not %s", MOST,
      tostring(options.frames)), 0)
  end
  if options.video ~= nil and type(options.video) ~= "string" then
    error(format("Track:sheet: video must be the path of the recording, not a %s", type(options.video)), 0)
  end
  if options.progress ~= nil and type(options.progress) ~= "boolean" then
    error(format("Track:sheet: progress must be true or false, not a %s", type(options.progress)), 0)
  end
  return frames, options.video, options.progress ~= false
end

function kit.methods.sheet(track, png, options)
  local report = kit.methods.report(track)
  if type(png) ~= "string" or png == "" then
    error(format("Track:sheet: png must be the name of the file to write, not a %s", type(png)), 0)
  end
  local most, recording, progress = check_options(options)
  if not report.has_picture then
    local problem = "Track:sheet: %s holds points without pictures; track the video with face.track"
    return nil, format(problem, report.path), "missing"
  end
  local f, cells = kit.frame_numbers(track, "Track:sheet"), {}
  for i, pick in ipairs(choose(f, most, report)) do cells[i] = caption(f, pick) end
  local name = (recording or report.path):match("[^/]*$")
  local titles = {
    format("%s: %s", name, report.verdict),
    format("%s, %.2f s.  Orange: the participant's right; blue: left.  Shows a person: keep it private.",
      words.counted(report.frames, "frame"), report.duration),
  }
  local done, message, code = kit.draw_sheet(track, png, titles, cells, recording, progress)
  if not done then return nil, message, code end
  return track
end
