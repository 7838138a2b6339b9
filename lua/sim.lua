-- SPDX-License-Identifier: GPL-3.0-or-later
-- The Lua half of the simulator: here are options and sim.video; participants, weakness, tasks and cohorts
-- are in lua/sim. What draws is C (src/sim).

local sim = ...
local kit = {core = sim.core, sided = {}, is_channel = {}, channels = {}}
sim.core = nil

for _, action in ipairs(kit.core.actions) do
  kit.sided[action.name] = action.sided
  for _, suffix in ipairs(action.sided and {"_l", "_r"} or {""}) do
    kit.channels[#kit.channels + 1] = action.name .. suffix
    kit.is_channel[action.name .. suffix] = true
  end
end
for _, name in ipairs{"gaze_x", "gaze_y", "yaw", "pitch", "roll"} do kit.is_channel[name] = true end

-- ---- Checks ----

-- An error begins with the name of the function that the user called.
function kit.wrong(name, text, ...) error(name .. ": " .. string.format(text, ...), 0) end

-- ', did you mean "x"?' or nothing.
function kit.proposal(word, words)
  local best = require("mien.words").nearest(word, words)
  return best and string.format('; did you mean "%s"?', best) or ""
end

function kit.check_options(name, options, allowed)
  if options == nil then return {} end
  if type(options) ~= "table" then kit.wrong(name, "options must be a table, not a %s", type(options)) end
  for key in pairs(options) do
    local known = false
    for _, option in ipairs(allowed) do known = known or key == option end
    if not known then
      kit.wrong(name, "no option %q%s; the options are %s", tostring(key),
        (kit.proposal(tostring(key), allowed):gsub("%?$", "")), table.concat(allowed, ", "))
    end
  end
  return options
end

function kit.number(name, options, key, default, low, high, whole)
  local value = options[key]
  if value == nil then return default end
  if type(value) ~= "number" or not (value >= low and value <= high) or (whole and value % 1 ~= 0) then
    kit.wrong(name, "%s must be a %s from %g to %g, not %s", key,
      whole and "whole number" or "number", low, high, tostring(value))
  end
  return value
end

-- Options of the camera and of the way participants sit before it; sim.cohort takes them, too.
kit.camera_options = {"fps", "size", "pose", "rotation", "light", "noise", "compression", "drop", "blinks",
  "motion"}

local folder = debug.getinfo(1, "S").source:match("^@(.*)%.lua$")
for _, name in ipairs{"tasks", "weakness", "participant", "cohort"} do
  local chunk, problem = loadfile(string.format("%s/%s.lua", folder, name))
  if not chunk then error(problem, 0) end
  chunk(kit)
end
sim.participant, sim.cohort = kit.participant, kit.cohort

-- ---- A recording ----

-- Degrees to either side that a task table may ask for beside action units, whose levels are 0..1.
local DEGREES = {gaze_x = 30, gaze_y = 30, yaw = 35, pitch = 25, roll = 25}

local function check_level(name, action, level)
  local most = DEGREES[action]
  local function bad()
    local range = most and string.format("degrees %d..%d", -most, most) or "a level 0..1"
    kit.wrong(name, "task: %s must be %s or {{seconds, %s}, ...} with rising seconds", action, range,
      most and "degrees" or "level")
  end
  local function is_level(value)
    return type(value) == "number" and value >= -(most or 0) and value <= (most or 1)
  end
  if is_level(level) then return end
  if type(level) ~= "table" or #level == 0 then bad() end
  local last = -math.huge
  for _, point in ipairs(level) do
    local time = type(point) == "table" and point[1]
    if type(time) ~= "number" or time <= last or not is_level(point[2]) then bad() end
    last = time
  end
end

function kit.check_task(name, task)
  if type(task) == "string" then
    if not kit.is_task(task) then
      local names = kit.task_names()
      kit.wrong(name, "no task %q%s; the tasks are %s, or give action units", task,
        (kit.proposal(task, names):gsub("%?$", "")), table.concat(names, ", "))
    end
    return
  end
  if type(task) ~= "table" then
    kit.wrong(name, "task must be a name or a table of action units, not a %s", type(task))
  end
  for unit, level in pairs(task) do
    if kit.sided[unit] == nil and not kit.is_channel[unit] then
      kit.wrong(name, "task: no action unit %q; there are %s", tostring(unit),
        table.concat(kit.channels, ", "))
    end
    check_level(name, tostring(unit), level)
  end
end

local function size_of(name, size)
  if size == nil then return 480, 480 end
  if type(size) == "number" then size = {size, size} end
  for i = 1, 2 do
    local side = type(size) == "table" and size[i]
    if math.type(side) ~= "integer" or side < 64 or side > 4096 then
      kit.wrong(name, "size must be pixels from 64 to 4096, a number or {width, height}")
    end
  end
  return size[1], size[2]
end

local function flag(name, options, key, default)
  local value = options[key]
  if value == nil then return default end
  if type(value) ~= "boolean" then kit.wrong(name, "%s must be true or false, not a %s", key, type(value)) end
  return value
end

local function add_pose(name, pose, curves)
  pose = kit.check_options(name .. ": pose", pose, {"yaw", "pitch", "roll"})
  for _, angle in ipairs{"yaw", "pitch", "roll"} do
    local limit = angle == "yaw" and 35 or 25
    local degrees = kit.number(name .. ": pose", pose, angle, 0, -limit, limit)
    if degrees ~= 0 then
      curves[#curves + 1] = {channel = angle, times = {0}, values = {degrees}, smooth = false}
    end
  end
end

local function rotation_of(name, options)
  local rotation = options.rotation or 0
  if rotation ~= 0 and rotation ~= 90 and rotation ~= 180 and rotation ~= 270 then
    kit.wrong(name, "rotation must be 0, 90, 180 or 270 degrees, not %s", tostring(rotation))
  end
  return rotation
end

local VIDEO_OPTIONS = {"participant", "task", "weakness", "seconds", "seed", table.unpack(kit.camera_options)}

-- Nobody does a thing twice equally well: what one recording shows of a temperament.
local function effort_of(seed)
  return math.max(0.7, 1 + 0.06 * kit.core.draws(seed * 31 + 7 & 0x7fffffff, 1, true)[1])
end

-- The plan of one recording as the C half takes it, all options checked.
function kit.plan_of(name, options)
  local person = kit.participant_of(name, options.participant)
  local task = options.task or "smile"
  kit.check_task(name, task)
  local named = type(task) == "string"
  local seed = math.tointeger(kit.number(name, options, "seed", person.seed, 0, 2 ^ 53, true))
  local fps = kit.number(name, options, "fps", 25, 1, 240)
  local seconds = kit.number(name, options, "seconds", kit.seconds_of(task), 0.04, 3600)
  local width, height = size_of(name, options.size)
  local gain = named and person.expressiveness * effort_of(seed) or 1
  local imbalance = named and person.imbalance or 0
  local curves = kit.curves_of(task, seconds, seed)
  add_pose(name, options.pose, curves)
  local weakness = options.weakness
  if weakness == nil then weakness = person.weakness end
  return {
    identity = kit.identity_of(person), curves = curves, weakness = kit.weakness_of(name, weakness),
    gain_l = gain * (1 + imbalance), gain_r = gain * (1 - imbalance),
    frames = math.max(1, math.floor(seconds * fps + 0.5)), fps = fps,
    width = width, height = height, seed = seed,
    quiet = kit.rest_of(seconds), blinks = flag(name, options, "blinks", named),
    motion = kit.number(name, options, "motion", 1, 0, 5),
    light = kit.number(name, options, "light", 1, 0.02, 2),
    noise = kit.number(name, options, "noise", 2.6, 0, 40),
    compression = kit.number(name, options, "compression", 20, 1, 51, true),
    drop = kit.number(name, options, "drop", 0, 0, 0.9), rotation = rotation_of(name, options),
  }
end

-- sim.video(file [, options]) -> truth, one row per frame.
function sim.video(file, options)
  local name = "sim.video"
  if type(file) ~= "string" then kit.wrong(name, "file must be a path, not a %s", type(file)) end
  options = kit.check_options(name, options, VIDEO_OPTIONS)
  local plan = kit.plan_of(name, options)
  plan.video = file
  return kit.core.render(name, {plan}, 1)
end
