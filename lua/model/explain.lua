-- SPDX-License-Identifier: GPL-3.0-or-later
-- Model:explain: which parts of the face, which moments and which tasks a network used. A part is hidden and
-- what the logit loses is what the part contributed (src/model/occlude.h). The object is in explanation.lua.

local kit = ...
local core = kit.core
local words = require "mien.words"
local df = require "mien.df"

local NAN = 0 / 0
local REPLICATES, CONF = 2000, 0.95
local REGIONS = {"forehead", "brow", "eye", "cheek", "nose", "mouth", "chin"}

-- Distances between the eye centres (63 mm in the mean adult) from the point midway between them, of the
-- participant's left half, which is at the right of a picture: {x from, x to, y from, y to}; y grows
-- downwards.
-- Borders lie between mean heights of landmarks below that line: subnasale 0.75, stomion 1.05, gnathion 1.75,
-- commissures 0.4 to the side (Farkas 1994, Anthropometry of the Head and Face; rounded). Together they cover
-- the picture without overlap.
local BOXES = {
  forehead = {{0, 2, -2, -0.55}},
  brow = {{0, 2, -0.55, -0.22}},
  eye = {{0.2, 2, -0.22, 0.3}},
  nose = {{0, 0.2, -0.22, 0.3}, {0, 0.35, 0.3, 0.82}},
  cheek = {{0.35, 2, 0.3, 0.82}, {0.7, 2, 0.82, 1.4}},
  mouth = {{0, 0.7, 0.82, 1.4}},
  chin = {{0, 2, 1.4, 3}},
}

-- ---- Masks: one byte per pixel ----

local function mask_of(size, inside)
  local bytes = {}
  for y = 0, size - 1 do
    for x = 0, size - 1 do bytes[#bytes + 1] = inside(x, y) and "\1" or "\0" end
  end
  return table.concat(bytes)
end

local function region_mask(size, region, side)
  local unit = core.clip_box / size
  return mask_of(size, function(x, y)
    local across, down = (x + 0.5) * unit - core.clip_box / 2, (y + 0.5) * unit - core.clip_above
    if (across > 0) ~= (side == "l") then return false end
    across = math.abs(across)
    for _, box in ipairs(BOXES[region]) do
      if across >= box[1] and across < box[2] and down >= box[3] and down < box[4] then return true end
    end
    return false
  end)
end

-- ---- Logits ----

-- For every clip the mean, over the members that may judge it and over thresholds, of the logit.
local function logits_of(ask, ...)
  local sums, width = {}, #ask.m.levels - 1
  for i = 1, #ask.numbers do sums[i] = 0 end
  for m, member in ipairs(ask.m.members) do
    local own = ask.judged[m]
    if #own.numbers > 0 then
      for j, list in ipairs(member:logits(ask.clips, own.numbers, ...)) do
        local i = own.at[j]
        for k = 1, width do sums[i] = sums[i] + list[k] / (width * ask.judges[i]) end
      end
    end
  end
  return sums
end

local function mean(list)
  local sum = 0
  for _, x in ipairs(list) do sum = sum + x end
  return #list > 0 and sum / #list or NAN
end

-- One mean per participant of what there is of each clip.
local function over_people(ask, values)
  local own = {}
  for p, list in ipairs(ask.people) do
    local sum = 0
    for _, i in ipairs(list) do sum = sum + values[i] end
    own[p] = sum / #list
  end
  return own
end

-- What each participant's logit loses when the part is hidden.
local function losses(ask, mask, first, last, fill)
  local hidden, lost = logits_of(ask, mask, first, last, fill), {}
  for i, logit in ipairs(hidden) do lost[i] = ask.plain[i] - logit end
  ask.tick()
  return over_people(ask, lost)
end

-- Percentile interval of the mean of values over participants drawn anew; NaN below three of them.
local function interval(values, seed)
  local n = #values
  if n < 3 then return NAN, NAN end
  local drawn, means = core.draw(n * REPLICATES, n, seed), {}
  for r = 1, REPLICATES do
    local sum = 0
    for i = (r - 1) * n + 1, r * n do sum = sum + values[drawn[i]] end
    means[r] = sum / n
  end
  table.sort(means)
  local tail = (1 - CONF) / 2
  return means[math.max(1, math.floor(REPLICATES * tail))], means[math.ceil(REPLICATES * (1 - tail))]
end

-- ---- The parts ----

-- Where a patch begins, so that the last one ends with the picture.
local function places_of(size, patch, stride)
  local places = {}
  for at = 0, size - patch, stride do places[#places + 1] = at end
  if places[#places] < size - patch then places[#places + 1] = size - patch end
  return places
end

-- A square patch slid over the face; every pixel takes the mean over the patches that hid it.
local function face_map(ask)
  local size, patch = ask.size, ask.patch
  local sums, counts = {}, {}
  for i = 1, size * size do sums[i], counts[i] = 0, 0 end
  for _, top in ipairs(ask.places) do
    for _, left in ipairs(ask.places) do
      local function inside(x, y)
        return x >= left and x < left + patch and y >= top and y < top + patch
      end
      local lost = mean(losses(ask, mask_of(size, inside), 1, ask.frames, ask.fill))
      for y = top, top + patch - 1 do
        for at = y * size + left + 1, y * size + left + patch do
          sums[at], counts[at] = sums[at] + lost, counts[at] + 1
        end
      end
    end
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

-- The columns of contributions: add(values, names...) puts one part below those before.
local function contributions(names, seed)
  local columns = {}
  for i, name in ipairs(names) do columns[i] = {name, {}} end
  for _, name in ipairs {"contribution", "low", "high", "absolute", "participants"} do
    columns[#columns + 1] = {name, {}}
  end
  local function add(values, ...)
    local absolute, row, low, high = {}, {...}, interval(values, seed)
    for i, x in ipairs(values) do absolute[i] = math.abs(x) end
    for _, x in ipairs {mean(values), low, high, mean(absolute), #values} do row[#row + 1] = x end
    for i, x in ipairs(row) do table.insert(columns[i][2], x) end
  end
  return add, function() return df.new(columns) end
end

local function time_frame(ask)
  local all = mask_of(ask.size, function() return true end)
  local add, done = contributions({"from", "to"}, ask.seed)
  for first = 1, ask.frames, ask.block do
    local last = math.min(ask.frames, first + ask.block - 1)
    add(losses(ask, all, first, last, "hold"), (first - 1) / ask.rate, last / ask.rate)
  end
  return done()
end

local function region_frame(ask)
  local add, done = contributions({"region", "side"}, ask.seed)
  for _, region in ipairs(REGIONS) do
    for _, side in ipairs {"l", "r"} do
      add(losses(ask, region_mask(ask.size, region, side), 1, ask.frames, ask.fill), region, side)
    end
  end
  return done()
end

-- Mean over participants with the task and others of: logit of all clips less that without the task's.
local function task_frame(ask)
  local d, names, known = ask.clips:df(), {}, {}
  if not d:has("task") then return nil end
  local task = d:col("task")
  for _, number in ipairs(ask.numbers) do
    local name = tostring(task[number])
    if not known[name] then names[#names + 1] = name end
    known[name] = true
  end
  table.sort(names)
  local add, done = contributions({"task", "logit"}, ask.seed)
  for _, name in ipairs(names) do
    local own, lost = {}, {}
    for _, list in ipairs(ask.people) do
      local with, without, all = {}, {}, {}
      for _, i in ipairs(list) do
        table.insert(tostring(task[ask.numbers[i]]) == name and with or without, ask.plain[i])
        all[#all + 1] = ask.plain[i]
      end
      if #with > 0 then own[#own + 1] = mean(with) end
      if #with > 0 and #without > 0 then lost[#lost + 1] = mean(all) - mean(without) end
    end
    add(lost, name, mean(own))
  end
  return done()
end

-- ---- Whose clips, and who judges them ----

local function names_of(clips)
  local d, names = clips:df(), {}
  if not d:has("participant") then return nil end
  for i = 1, #clips do names[i] = tostring(d:col("participant")[i]) end
  return names
end

local function set_of(value, caller)
  if value == nil then return nil end
  local set = {}
  for _, name in ipairs(type(value) == "table" and value or {value}) do set[tostring(name)] = true end
  if next(set) == nil then kit.wrong("%s: participants must be a name or a list of names", caller) end
  return set
end

-- Whether a level is one of the model's, and participants' levels are known.
local function check_level(m, level, caller)
  if level == nil then return end
  kit.check_kind(level, m.levels, caller, "level")
  if not m.level_of then
    kit.wrong("%s: a model read from a file does not name its participants; use participants= instead of "
      .. "level=", caller)
  end
end

local function may_judge(m, member, name)
  return not (m.trained and name and m.trained[member][name])
end

-- Clip numbers that fit and that at least one member did not learn from; how many are left out for that.
local function fitting(ask, names, people, level)
  local m, numbers, seen = ask.m, {}, 0
  for i = 1, #ask.clips do
    local name = names and names[i]
    if (not people or people[name]) and (not level or m.level_of[name] == level) then
      local free = false
      for member in ipairs(m.members) do free = free or may_judge(m, member, name) end
      if free then numbers[#numbers + 1] = i else seen = seen + 1 end
    end
  end
  return numbers, seen
end

-- Spread evenly, so that large cohorts take no longer than small ones.
local function spread(numbers, most)
  local list, count = {}, #numbers
  for i = 1, math.min(count, most) do
    list[i] = numbers[count <= most and i or 1 + (i - 1) * (count - 1) // math.max(1, most - 1)]
  end
  return list
end

local function assign(ask, names)
  local place = {}
  ask.people, ask.judges, ask.judged = {}, {}, {}
  for i, number in ipairs(ask.numbers) do
    local name = names and names[number] or ""
    if not place[name] then
      ask.people[#ask.people + 1] = {}
      place[name] = ask.people[#ask.people]
    end
    table.insert(place[name], i)
    ask.judges[i] = 0
  end
  for member in ipairs(ask.m.members) do
    local own = {numbers = {}, at = {}}
    for i, number in ipairs(ask.numbers) do
      if may_judge(ask.m, member, names and names[number]) then
        own.numbers[#own.numbers + 1], own.at[#own.at + 1] = number, i
        ask.judges[i] = ask.judges[i] + 1
      end
    end
    ask.judged[member] = own
  end
end

-- ---- The method ----

local function whole(options, name, absent, low, high, caller)
  local value = options[name]
  if value == nil then return absent end
  if not math.tointeger(value) or value < low or value > high then
    kit.wrong("%s: %s must be a whole number from %d to %d, not %s", caller, name, low, high, tostring(value))
  end
  return math.tointeger(value)
end

local OWN = {"fill", "patch", "stride", "frames", "clips", "participants", "level", "task", "progress", "per",
  "seed"}

local function ask_of(m, options, caller)
  local size, frames = m.seen.size, m.seen.frames
  local ask = {m = m, size = size, frames = frames, rate = m.seen.rate, fill = options.fill or "blur"}
  kit.check_kind(ask.fill, {"blur", "grey", "still"}, caller, "fill")
  ask.patch = whole(options, "patch", math.max(2, size // 5), 1, size, caller)
  ask.stride = whole(options, "stride", math.max(1, ask.patch // 2), 1, ask.patch, caller)
  ask.block = whole(options, "frames", math.max(1, frames // 8), 1, frames - 1, caller)
  ask.most = whole(options, "clips", 24, 1, 10000, caller)
  ask.seed = whole(options, "seed", 1, math.mininteger, math.maxinteger, caller)
  ask.places = places_of(size, ask.patch, ask.stride)
  return ask
end

local function watched(ask, show)
  local bar, done = core.progress_new(show), 0
  local total = 2 * #REGIONS + math.ceil(ask.frames / ask.block) + #ask.places * #ask.places
  ask.tick = function()
    done = done + 1
    core.progress_report(bar, done, total, "maps", "explain")
  end
  local ok, e = pcall(function()
    ask.plain = logits_of(ask)
    return {regions = region_frame(ask), time = time_frame(ask), tasks = task_frame(ask), map = face_map(ask),
      average = core.clips_mean(ask.clips, ask.numbers), logit = mean(over_people(ask, ask.plain))}
  end)
  core.progress_end(bar)
  if not ok then error(e, 0) end
  return e
end

function kit.model_methods.explain(m, what, options)
  local caller = "Model:explain"
  kit.check_model(m, caller)
  options = words.check_options(options, caller, OWN, kit.wrong)
  if m.source ~= "clips" then
    kit.wrong("%s: a %s sees measures; see Result:importance and Result:coefficients", caller, m.title)
  end
  if what == nil then kit.wrong("%s: give a video file, a Track, a cohort or Clips", caller) end
  local ask, wanted = ask_of(m, options, caller), set_of(options.participants, caller)
  check_level(m, options.level, caller)
  local clips, message, code = kit.clips_for(m, what, options, caller)
  if not clips then return nil, message, code end
  ask.clips = clips
  local names, numbers, seen = names_of(clips), nil, nil
  numbers, seen = fitting(ask, names, wanted, options.level)
  if #numbers == 0 then
    return nil, seen > 0 and string.format("%s: every network of the model learned from these participants",
      caller) or caller .. ": no clip is of these participants", "data"
  end
  ask.numbers = spread(numbers, ask.most)
  assign(ask, names)
  local e = watched(ask, options.progress ~= false)
  e.facts = {clips = #ask.numbers, of = #numbers, people = names and #ask.people, seen = seen,
    known = m.trained ~= nil and names ~= nil, fill = ask.fill, levels = m.levels, level = options.level,
    members = #m.members}
  return kit.new_explanation(e)
end
