-- SPDX-License-Identifier: GPL-3.0-or-later
-- The Lua half of the simulator: what a task is, how weakness shows, and cohorts with their manifest.

local sim = ...

-- The C half lends these to this file; they are no part of the module.
local render, draws, make_folder, actions = sim.render, sim.draws, sim.make_folder, sim.actions
sim.render, sim.draws, sim.make_folder, sim.actions = nil, nil, nil, nil

-- Levels of the action units at the height of each task.
local TASKS = {
  neutral = {},
  happiness = {au12 = 1, au25 = 0.5},
  smile = {au12 = 1, au25 = 0.5},
  surprise = {au1 = 1, au2 = 1, au5 = 0.8, au25 = 0.6, au26 = 0.7},
  sadness = {au1 = 0.8, au4 = 0.5, au15 = 0.9},
  anger = {au4 = 1, au5 = 0.4},
  fear = {au1 = 0.9, au2 = 0.6, au4 = 0.4, au5 = 0.9, au20 = 0.8, au25 = 0.6},
  brow_raise = {au1 = 1, au2 = 1},
  eye_closure = {au43 = 1},
  mouth_open = {au25 = 1, au26 = 1},
}

local REST, ONSET = 0.5, 0.5 -- Seconds at rest at the beginning, and to the height of the movement.
local DROOP = 0.35           -- How far the lid of a completely weak side hangs.

local SIDED, CHANNELS = {}, {}
for _, action in ipairs(actions) do
  SIDED[action.name] = action.sided
  if action.sided then
    CHANNELS[#CHANNELS + 1] = action.name .. "_l"
    CHANNELS[#CHANNELS + 1] = action.name .. "_r"
  else
    CHANNELS[#CHANNELS + 1] = action.name
  end
end

-- An error begins with the name of the function that the user called.
local function fail(name, text, ...) error(name .. ": " .. string.format(text, ...), 0) end

local function task_names()
  local names = {}
  for name in pairs(TASKS) do names[#names + 1] = name end
  table.sort(names)
  return table.concat(names, ", ")
end

local function check_options(name, options, allowed)
  if options == nil then return {} end
  if type(options) ~= "table" then fail(name, "options must be a table, not a %s", type(options)) end
  for key in pairs(options) do
    local known = false
    for _, option in ipairs(allowed) do known = known or key == option end
    if not known then
      fail(name, "no option %q; the options are %s", tostring(key), table.concat(allowed, ", "))
    end
  end
  return options
end

local function number(name, options, key, default, low, high, whole)
  local value = options[key]
  if value == nil then return default end
  if type(value) ~= "number" or not (value >= low and value <= high) or (whole and value % 1 ~= 0) then
    fail(name, "%s must be a %s from %g to %g, not %s", key, whole and "whole number" or "number", low, high,
      tostring(value))
  end
  return value
end

-- ---- Participants ----

-- sim.participant{seed =, sex =} -> a table that sim.video takes; the same seed is the same face.
function sim.participant(options)
  options = check_options("sim.participant", options, {"seed", "sex"})
  local seed = number("sim.participant", options, "seed", 1, 0, 2 ^ 53, true)
  local random = draws(seed * 7919 + 17 & 0x7fffffff, 4)
  local sex = options.sex or (random[1] < 0.5 and "f" or "m")
  if sex ~= "f" and sex ~= "m" then fail("sim.participant", 'sex must be "f" or "m", not %q', tostring(sex)) end
  return {
    seed = math.tointeger(seed), sex = sex, age = 25 + math.floor(random[2] * 50),
    -- How far this participant moves, and by how much the sides differ: nobody is symmetrical.
    expressiveness = 0.78 + 0.22 * random[3], imbalance = 0.08 * (random[4] - 0.5),
  }
end

local function participant_of(value)
  if value == nil then return sim.participant{} end
  if math.type(value) == "integer" then return sim.participant{seed = value} end
  if type(value) == "table" and value.seed and value.expressiveness and value.imbalance then return value end
  fail("sim.video", "participant must be a whole number or come from sim.participant, not a %s", type(value))
end

-- ---- Movement ----

local function smooth(part)
  part = math.min(math.max(part, 0), 1)
  return part * part * (3 - 2 * part)
end

-- The level that a task asks for at a time: a number is reached after the rest, {{time, level}, ...} is followed.
local function asked(level, time)
  if type(level) == "number" then return level * smooth((time - REST) / ONSET) end
  local before = level[1]
  for _, point in ipairs(level) do
    if point[1] > time then
      if point == before then return point[2] end
      return before[2] + (point[2] - before[2]) * (time - before[1]) / (point[1] - before[1])
    end
    before = point
  end
  return before[2]
end

local function check_level(action, level)
  local function bad()
    fail("sim.video", "task: %s must be a level 0..1 or {{seconds, level}, ...} with rising seconds", action)
  end
  local function is_level(value) return type(value) == "number" and value >= 0 and value <= 1 end
  if is_level(level) then return end
  if type(level) ~= "table" or #level == 0 then bad() end
  local last = -math.huge
  for _, point in ipairs(level) do
    local time = type(point) == "table" and point[1]
    if type(time) ~= "number" or time <= last or not is_level(point[2]) then bad() end
    last = time
  end
end

-- The task as a table from channel (au12_l, au25, ...) to level.
local function channels_of(task)
  if type(task) == "string" then
    if not TASKS[task] then
      fail("sim.video", "no task %q; the tasks are %s, or give action units", task, task_names())
    end
    task = TASKS[task]
  elseif type(task) ~= "table" then
    fail("sim.video", "task must be a name or a table of action units, not a %s", type(task))
  end
  local wanted = {}
  for name, level in pairs(task) do
    check_level(tostring(name), level)
    if SIDED[name] then
      for _, channel in ipairs{name .. "_l", name .. "_r"} do wanted[channel] = wanted[channel] or level end
    else
      local known = false
      for _, channel in ipairs(CHANNELS) do known = known or channel == name end
      if not known then
        fail("sim.video", "task: no action unit %q; there are %s", tostring(name), table.concat(CHANNELS, ", "))
      end
      wanted[name] = level
    end
  end
  return wanted
end

local function weakness_of(value)
  if value == nil then return 0, 0 end
  if type(value) == "number" then value = {left = value, right = value} end
  if type(value) ~= "table" then fail("sim.video", "weakness must be a number 0..1 or {left =, right =}") end
  check_options("sim.video: weakness", value, {"left", "right"})
  local name = "sim.video: weakness"
  return number(name, value, "left", 0, 0, 1), number(name, value, "right", 0, 0, 1)
end

local function levels_of(wanted, person, left, right, frames, fps)
  local gain = {
    _l = person.expressiveness * (1 + person.imbalance) * (1 - left),
    _r = person.expressiveness * (1 - person.imbalance) * (1 - right),
  }
  local levels = {}
  for _, channel in ipairs(CHANNELS) do
    local column, level = {}, wanted[channel]
    local factor = gain[channel:match("_[lr]$")] or (gain._l + gain._r) / 2
    -- Closing the eyes and opening the jaw are no matter of temperament.
    if channel:find("^au43") then factor = channel:find("_l$") and 1 - left or 1 - right end
    if channel == "au26" then factor = 1 end
    for i = 1, frames do
      column[i] = level and math.min(1, factor * asked(level, (i - 1) / fps)) or 0.0
    end
    levels[channel] = column
  end
  return levels
end

local function size_of(size)
  if size == nil then return 480, 480 end
  if type(size) == "number" then size = {size, size} end
  for i = 1, 2 do
    local side = type(size) == "table" and size[i]
    if math.type(side) ~= "integer" or side < 64 or side > 4096 then
      fail("sim.video", "size must be pixels from 64 to 4096, a number or {width, height}")
    end
  end
  return size[1], size[2]
end

-- sim.video(file [, options]) -> truth, one row per frame.
function sim.video(file, options)
  if type(file) ~= "string" then fail("sim.video", "file must be a path, not a %s", type(file)) end
  options = check_options("sim.video", options,
    {"participant", "task", "weakness", "seconds", "fps", "size", "seed"})
  local person = participant_of(options.participant)
  local wanted = channels_of(options.task or "smile")
  local left, right = weakness_of(options.weakness)
  local fps = number("sim.video", options, "fps", 25, 1, 240)
  local seconds = number("sim.video", options, "seconds", 2, 0.04, 3600)
  local frames = math.max(1, math.floor(seconds * fps + 0.5))
  local width, height = size_of(options.size)
  return render(file, {
    identity = person.seed, woman = person.sex == "f", frames = frames, fps = fps,
    width = width, height = height, seed = number("sim.video", options, "seed", person.seed, 0, 2 ^ 53, true),
    levels = levels_of(wanted, person, left, right, frames, fps),
    droop_l = DROOP * left, droop_r = DROOP * right,
  })
end

-- ---- Cohorts ----

-- A patient is weaker on one side than on the other.
local function draw_weakness(random)
  local strong, weak = 0.15 + 0.30 * random[1], 0.35 + 0.35 * random[2]
  if random[3] < 0.5 then return {left = weak, right = strong} end
  return {left = strong, right = weak}
end

local function draw_cohort(name, options)
  local seed, people = number(name, options, "seed", 1, 0, 2 ^ 31, true), {}
  local patients = number(name, options, "patients", 6, 0, 9999, true)
  local controls = number(name, options, "controls", 6, 0, 9999, true)
  for i = 1, patients + controls do
    local patient = i <= patients
    local person = sim.participant{seed = (math.tointeger(seed) * 100003 + i * 613) & 0x7fffffff}
    people[i] = {
      id = string.format(patient and "P%02d" or "C%02d", patient and i or i - patients),
      group = patient and "MG" or "HC", person = person,
      weakness = patient and draw_weakness(draws(person.seed + 1, 3)) or {left = 0, right = 0},
    }
  end
  return people
end

local function write_text(path, text)
  local file, problem = io.open(path, "w")
  if not file then return nil, "sim.cohort: " .. problem, "io" end
  local written = file:write(text)
  if not (file:close() and written) then return nil, "sim.cohort: " .. path .. ": cannot be written", "io" end
  return true
end

local function record(dir, one, task, options)
  local name = one.id .. "_" .. task
  local truth, problem, code = sim.video(dir .. "/" .. name .. ".mp4", {
    participant = one.person, task = task, weakness = one.weakness, seconds = options.seconds,
    fps = options.fps, size = options.size, seed = one.person.seed + #task,
  })
  if not truth then return nil, problem, code end
  local ok
  ok, problem, code = truth:write(dir .. "/truth/" .. name .. ".csv")
  if not ok then return nil, problem, code end
  return string.format("%s,%s,%s,%s.mp4,0:%g,%d,%s,%.3f,%.3f", one.id, one.group, task, name, REST - 0.1,
    one.person.age, one.person.sex, one.weakness.left, one.weakness.right)
end

-- sim.cohort(dir [, options]) -> path of the manifest.
function sim.cohort(dir, options)
  local name = "sim.cohort"
  if type(dir) ~= "string" or dir == "" then fail(name, "dir must be a path, not a %s", type(dir)) end
  options = check_options(name, options, {"patients", "controls", "tasks", "seed", "seconds", "fps", "size"})
  local tasks = options.tasks or {"smile"}
  if type(tasks) == "string" then tasks = {tasks} end
  if type(tasks) ~= "table" or #tasks == 0 then fail(name, "tasks must be an array of task names") end
  for _, task in ipairs(tasks) do
    if not TASKS[task] then
      fail(name, "no task %q; the tasks are %s", tostring(task), task_names())
    end
  end
  local people = draw_cohort(name, options)
  local ok, problem, code = make_folder(dir .. "/truth")
  if not ok then return nil, problem, code end
  local lines = {"participant,group,task,video,neutral,age,sex,weakness_left,weakness_right"}
  for _, one in ipairs(people) do
    for _, task in ipairs(tasks) do
      lines[#lines + 1], problem, code = record(dir, one, task, options)
      if problem then return nil, problem, code end
    end
  end
  local manifest = dir .. "/manifest.csv"
  ok, problem, code = write_text(manifest, table.concat(lines, "\n") .. "\n")
  if not ok then return nil, problem, code end
  return manifest
end
