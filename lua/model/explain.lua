-- SPDX-License-Identifier: GPL-3.0-or-later
-- Model:explain: which parts of the face, which moments and which tasks a network used. A part is hidden and
-- the change of the logit is what it contributed (src/model/occlude.h).

local kit = ...
local core = kit.core
local words = require "mien.words"
local df = require "mien.df"

local REGIONS = {"forehead", "brow", "eye", "cheek", "nose", "mouth", "chin"}

-- Eye distances from the middle between the eye centres, of the participant's left half, which is at the
-- right of a picture: {x from, x to, y from, y to}; y grows downwards. Together they cover the face without
-- overlap.
local BOXES = {
  forehead = {{0, 1.6, -2, -0.55}},
  brow = {{0, 1.6, -0.55, -0.22}},
  eye = {{0.2, 1.6, -0.22, 0.3}},
  nose = {{0, 0.2, -0.22, 0.3}, {0, 0.4, 0.3, 0.95}},
  cheek = {{0.4, 1.6, 0.3, 0.95}, {0.7, 1.6, 0.95, 1.55}},
  mouth = {{0, 0.7, 0.95, 1.55}},
  chin = {{0, 1.6, 1.55, 3}},
}

-- Where the clips have the eyes: the box is so many eye distances wide, the eye line so far below its edge.
local BOX, ABOVE = 3.2, 0.9

-- ---- Masks: one byte per pixel ----

local function mask_of(size, inside)
  local bytes = {}
  for y = 0, size - 1 do
    for x = 0, size - 1 do bytes[#bytes + 1] = inside(x, y) and "\1" or "\0" end
  end
  return table.concat(bytes)
end

local function region_mask(size, region, side)
  return mask_of(size, function(x, y)
    local across, down = (x + 0.5) / size * BOX - BOX / 2, (y + 0.5) / size * BOX - ABOVE
    if (across > 0) ~= (side == "l") then return false end
    across = math.abs(across)
    for _, box in ipairs(BOXES[region]) do
      if across >= box[1] and across < box[2] and down >= box[3] and down < box[4] then return true end
    end
    return false
  end)
end

-- ---- Logits ----

-- Mean over members and thresholds of the logit of every clip.
local function logits_of(m, clips, numbers, ...)
  local sums, width = {}, #m.levels - 1
  for i = 1, #numbers do sums[i] = 0 end
  for _, member in ipairs(m.members) do
    for i, list in ipairs(member:logits(clips, numbers, ...)) do
      for k = 1, width do sums[i] = sums[i] + list[k] / (width * #m.members) end
    end
  end
  return sums
end

-- What each clip's logit loses when the part is hidden.
local function losses(ask, mask, first, last)
  local hidden, lost = logits_of(ask.m, ask.clips, ask.numbers, mask, first, last, ask.still), {}
  for i, logit in ipairs(hidden) do lost[i] = ask.plain[i] - logit end
  return lost
end

local function mean(list)
  local sum = 0
  for _, x in ipairs(list) do sum = sum + x end
  return sum / #list
end

local function spread(list)
  local m, sum = mean(list), 0
  for _, x in ipairs(list) do sum = sum + (x - m) ^ 2 end
  return #list > 1 and math.sqrt(sum / (#list - 1)) or 0 / 0
end

-- ---- The parts ----

-- A square patch slid over the face; every pixel takes the mean over the patches that hid it.
local function face_map(ask)
  local size, patch, step = ask.size, ask.patch, ask.step
  local sums, counts = {}, {}
  for i = 1, size * size do sums[i], counts[i] = 0, 0 end
  local last = size - patch
  local places = {}
  for at = 0, last, step do places[#places + 1] = at end
  if places[#places] < last then places[#places + 1] = last end
  for i, top in ipairs(places) do
    for _, left in ipairs(places) do
      local function inside(x, y)
        return x >= left and x < left + patch and y >= top and y < top + patch
      end
      local lost = mean(losses(ask, mask_of(size, inside), 1, ask.frames))
      for y = top, top + patch - 1 do
        for x = left, left + patch - 1 do
          local at = y * size + x + 1
          sums[at], counts[at] = sums[at] + lost, counts[at] + 1
        end
      end
    end
    ask.tick(i / #places)
  end
  local rows = {}
  for y = 1, size do
    rows[y] = {}
    for x = 1, size do
      local at = (y - 1) * size + x
      rows[y][x] = sums[at] / counts[at]
    end
  end
  return rows
end

local function time_frame(ask)
  local window, all = math.max(1, ask.frames // 8), mask_of(ask.size, function() return true end)
  local from, to, lost = {}, {}, {}
  for first = 1, ask.frames, window do
    local last = math.min(ask.frames, first + window - 1)
    from[#from + 1], to[#to + 1] = (first - 1) / ask.rate, last / ask.rate
    lost[#lost + 1] = mean(losses(ask, all, first, last))
  end
  return df.new{{"from", from}, {"to", to}, {"contribution", lost}}
end

local function region_frame(ask)
  local columns = {{"region", {}}, {"side", {}}, {"contribution", {}}, {"sd", {}}, {"clips", {}}}
  for _, region in ipairs(REGIONS) do
    for _, side in ipairs {"l", "r"} do
      local lost = losses(ask, region_mask(ask.size, region, side), 1, ask.frames)
      local at = #columns[1][2] + 1
      columns[1][2][at], columns[2][2][at] = region, side
      columns[3][2][at], columns[4][2][at], columns[5][2][at] = mean(lost), spread(lost), #lost
    end
  end
  return df.new(columns)
end

-- Mean logit of the clips of each task: what it says by itself.
local function task_frame(ask)
  local d, of, names = ask.clips:df(), {}, {}
  if not d:has("task") then return nil end
  for i, number in ipairs(ask.numbers) do
    local task = tostring(d:col("task")[number])
    if not of[task] then
      of[task] = {}
      names[#names + 1] = task
    end
    table.insert(of[task], ask.plain[i])
  end
  table.sort(names)
  local logit, share, count = {}, {}, {}
  for i, name in ipairs(names) do
    logit[i], count[i] = mean(of[name]), #of[name]
    share[i] = logit[i] * count[i] / #ask.numbers
  end
  return df.new{{"task", names}, {"logit", logit}, {"contribution", share}, {"clips", count}}
end

-- ---- The object ----

local methods = {}
local Explanation = {__name = "mien.explanation", __index = methods}

-- Contributions over the average face of the clips, which may show who a person is where they are few.
function methods.plot(e, options)
  local all = {label = "change of the logit", under = {}, numbers = false, size = {560, 500}}
  local names = {}
  for y = 1, #e.map do
    names[y], all.under[y] = " ", table.move(e.average, (y - 1) * #e.map + 1, y * #e.map, 1, {})
  end
  for name, value in pairs(options or {}) do all[name] = value end
  return require("mien.plot").heatmap({values = e.map, rows = names, columns = names}, all)
end

function methods.plot_regions(e, options)
  local all = {value = "contribution", label = "change of the logit"}
  for name, value in pairs(options or {}) do all[name] = value end
  return require("mien.plot").face(e.regions, all)
end

function methods.plot_time(e, options)
  local middle = {}
  for i = 1, #e.time do middle[i] = (e.time.from[i] + e.time.to[i]) / 2 end
  local all = {xlabel = "time in the clip (s)", ylabel = "change of the logit"}
  for name, value in pairs(options or {}) do all[name] = value end
  return require("mien.plot").line(middle, e.time.contribution, all)
end

function Explanation.__tostring(e)
  local order, parts = {}, {}
  for i = 1, #e.regions do order[i] = i end
  local c = e.regions.contribution
  table.sort(order, function(i, j)
    if math.abs(c[i]) ~= math.abs(c[j]) then return math.abs(c[i]) > math.abs(c[j]) end
    return i < j
  end)
  for k = 1, 4 do
    local i = order[k]
    parts[k] = string.format("%s_%s %+.2f", e.regions.region[i], e.regions.side[i], c[i])
  end
  return string.format("Explanation   %s, mean logit %.2f, hidden parts become %s\n"
    .. "  largest contributions: %s\n  :plot() :plot_regions() :plot_time(), fields regions, time, "
    .. "tasks, map",
    words.counted(e.clips, "clip"), e.logit, e.fill == "still" and "still" or "grey",
    table.concat(parts, ", "))
end

-- Clip numbers spread evenly, so that large cohorts take no longer than small ones.
local function chosen(count, most)
  local list = {}
  for i = 1, math.min(count, most) do
    list[i] = count <= most and i or 1 + (i - 1) * (count - 1) // math.max(1, most - 1)
  end
  return list
end

local function whole(options, name, absent, low, high, caller)
  local value = options[name]
  if value == nil then return absent end
  if not math.tointeger(value) or value < low or value > high then
    kit.wrong("%s: %s must be a whole number from %d to %d, not %s", caller, name, low, high, tostring(value))
  end
  return math.tointeger(value)
end

function kit.model_methods.explain(m, what, options)
  local caller = "Model:explain"
  kit.check_model(m, caller)
  options = words.check_options(options, caller, {"fill", "patch", "step", "clips", "task", "progress",
    "per"}, kit.wrong)
  if m.source ~= "clips" then
    kit.wrong("%s: a %s sees measures; see Result:importance and Result:coefficients", caller, m.title)
  end
  if what == nil then kit.wrong("%s: give a video file, a Track, a cohort or Clips", caller) end
  local fill = options.fill or "grey"
  kit.check_kind(fill, {"grey", "still"}, caller, "fill")
  local size = m.seen.size
  local patch = whole(options, "patch", math.max(2, size // 5), 1, size, caller)
  local step = whole(options, "step", math.max(1, patch // 2), 1, patch, caller)
  local most = whole(options, "clips", 24, 1, 10000, caller)
  local clips, message, code = kit.clips_for(m, what, options, caller)
  if not clips then return nil, message, code end
  local bar = core.progress_new(options.progress ~= false)
  local ask = {m = m, clips = clips, numbers = chosen(#clips, most), still = fill == "still", size = size,
    patch = patch, step = step, frames = m.seen.frames, rate = m.seen.rate,
    tick = function(done) core.progress_report(bar, done, 1, "maps", "explain") end}
  ask.plain = logits_of(m, clips, ask.numbers)
  local ok, e = pcall(function()
    return {regions = region_frame(ask), time = time_frame(ask), tasks = task_frame(ask), map = face_map(ask),
      average = core.clips_mean(clips, ask.numbers), logit = mean(ask.plain), clips = #ask.numbers,
        fill = fill}
  end)
  core.progress_end(bar)
  if not ok then error(e, 0) end
  return setmetatable(e, Explanation)
end
