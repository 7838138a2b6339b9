-- SPDX-License-Identifier: GPL-3.0-or-later
-- Cohorts: who is in them, how weak they are, and their files.

local kit = ...
local NAME = "sim.cohort"

-- Loss of force at severity 0 (treated, without complaints) to 3 (severe), and the severities of ten
-- patients. The groups then differ moderately, as in studies: by about 0.5 to 0.9 standard deviations in
-- most measures.
local LOSS = {[0] = 0.03, 0.13, 0.24, 0.38}
local SEVERITY = {0, 1, 1, 2, 2, 1, 2, 3, 1, 2}

-- ---- Who ----

-- Numbers 1..count in an order that the seed decides.
local function shuffled(seed, count)
  local order, random = {}, kit.core.draws(seed, count)
  for i = 1, count do order[i] = i end
  for i = count, 2, -1 do
    local j = 1 + math.floor(random[i] * i)
    order[i], order[j] = order[j], order[i]
  end
  return order
end

local function rounded(value) return math.floor(value * 1000 + 0.5) / 1000 end

-- Weakness differs between regions and is worse on one side; effect scales all of it.
local function draw_weakness(seed, severity, effect)
  local random = kit.core.draws(seed, 8)
  local loss = LOSS[severity] * effect
  local function part(low, high, place)
    return rounded(math.min(0.95, loss * (low + (high - low) * random[place])))
  end
  local weakness = {
    upper = part(0.3, 1.2, 1), mid = part(0.3, 1.2, 2), lower = part(0.3, 1.2, 3),
    fatigue = part(0.1, 0.2, 4),
  }
  local weak, other = "left", "right"
  if random[5] < 0.5 then weak, other = other, weak end
  weakness[weak] = part(0.2, 0.9, 6)
  weakness.ptosis = {[weak] = part(0.1, 0.7, 7), [other] = part(0, 0.3, 8)}
  return weakness
end

local function draw_group(people, group, count, seed, effect)
  local letter, digits = group == "MG" and "P" or "C", math.max(2, #tostring(count))
  local order, severities = shuffled(seed + 1, count), shuffled(seed + 2, count)
  local place = {}
  for i, one in ipairs(order) do place[one] = i end
  for i = 1, count do
    local person = kit.participant{seed = (seed + 613 * i) & 0x7fffffff}
    local one = {
      id = string.format("%s%0" .. digits .. "d", letter, i), group = group, person = person,
      -- A third is kept for testing.
      split = place[i] <= count // 3 and "test" or "train",
    }
    if group == "MG" then
      one.severity = SEVERITY[(severities[i] - 1) % #SEVERITY + 1]
      one.weakness = draw_weakness(person.seed + 1, one.severity, effect)
    end
    people[#people + 1] = one
  end
end

local function draw_people(options)
  local seed = math.tointeger(kit.number(NAME, options, "seed", 1, 0, 2 ^ 31, true)) * 100003
  local people, effect = {}, kit.number(NAME, options, "effect", 1, 0, 2)
  draw_group(people, "MG", kit.number(NAME, options, "patients", 6, 0, 9999, true), seed, effect)
  draw_group(people, "HC", kit.number(NAME, options, "controls", 6, 0, 9999, true), seed + 50000017, effect)
  return people
end

-- ---- Recordings ----

-- A text that is the same for the same plan, whatever the order in which tables keep their fields.
local function in_words(value)
  if type(value) == "number" then return string.format("%.17g", value) end
  if type(value) ~= "table" then return tostring(value) end
  local keys, parts = {}, {}
  for key in pairs(value) do keys[#keys + 1] = key end
  table.sort(keys, function(a, b) return tostring(a) < tostring(b) end)
  for i, key in ipairs(keys) do parts[i] = tostring(key) .. "=" .. in_words(value[key]) end
  return "{" .. table.concat(parts, " ") .. "}"
end

local function text_of(path)
  local file = io.open(path, "rb")
  local text = file and file:read("a")
  if file then file:close() end
  return text
end

local function is_finished(plan)
  return text_of(plan.receipt) == plan.receipt_text and kit.core.exists(plan.video)
    and kit.core.exists(plan.truth)
end

-- A recording's seed from the participant's and the task's name.
local function seed_of(person, task)
  local seed = person.seed
  for i = 1, #task do seed = (seed * 31 + task:byte(i)) & 0x7fffffff end
  return seed
end

local function plan_recording(dir, one, task, options)
  local asked = {participant = one.person, task = task, weakness = one.weakness, seconds = options.seconds}
  for _, name in ipairs(kit.camera_options) do asked[name] = options[name] end
  asked.seed = seed_of(one.person, task)
  local plan = kit.plan_of(NAME, asked)
  local stem = one.id .. "_" .. task
  plan.receipt_text = string.format("drawing %d of %s: %s\n", kit.core.drawing, stem, in_words(plan))
  plan.video, plan.truth = dir .. "/" .. stem .. ".mp4", dir .. "/truth/" .. stem .. ".csv"
  plan.receipt = dir .. "/truth/" .. stem .. ".done"
  return plan
end

-- ---- Tables ----

local function field(value)
  if value == nil then return "NA" end
  return type(value) == "number" and string.format("%.10g", value) or tostring(value)
end

local function line(...)
  local fields = table.pack(...)
  for i = 1, fields.n do fields[i] = field(fields[i]) end
  return table.concat(fields, ",")
end

local function manifest_of(people, tasks, options)
  local lines = {"participant,group,task,video,neutral,age,sex,severity,split"}
  for _, one in ipairs(people) do
    for _, task in ipairs(tasks) do
      local rest = kit.rest_of(options.seconds or kit.seconds_of(task))
      lines[#lines + 1] = line(one.id, one.group, task, one.id .. "_" .. task .. ".mp4", "0:" .. field(rest),
        one.person.age, one.person.sex, one.severity, one.split)
    end
  end
  return table.concat(lines, "\n") .. "\n"
end

-- What nobody knows of real participants.
local function participants_of(people)
  local lines = {"participant,group,seed,expressiveness,imbalance,"
    .. "upper,mid,lower,left,right,fatigue,ptosis_l,ptosis_r"}
  for _, one in ipairs(people) do
    local w = kit.weakness_of(NAME, one.weakness)
    lines[#lines + 1] = line(one.id, one.group, one.person.seed, one.person.expressiveness,
      one.person.imbalance, w.upper, w.mid, w.lower, w.left, w.right, w.fatigue, w.ptosis_l, w.ptosis_r)
  end
  return table.concat(lines, "\n") .. "\n"
end

-- ---- sim.cohort ----

local OPTIONS = {"patients", "controls", "tasks", "seed", "seconds", "effect", "workers",
  table.unpack(kit.camera_options)}

local function tasks_of(options)
  local tasks = options.tasks or {"smile"}
  if type(tasks) == "string" then tasks = {tasks} end
  if type(tasks) ~= "table" or #tasks == 0 then kit.wrong(NAME, "tasks must be an array of task names") end
  local seen = {}
  for _, task in ipairs(tasks) do
    kit.check_task(NAME, type(task) == "string" and task or tostring(task))
    if seen[task] then kit.wrong(NAME, "tasks names %q twice", task) end
    seen[task] = true
  end
  return tasks
end

-- sim.cohort(dir [, options]) -> path of the manifest.
function kit.cohort(dir, options)
  if type(dir) ~= "string" or dir == "" then kit.wrong(NAME, "dir must be a path, not a %s", type(dir)) end
  options = kit.check_options(NAME, options, OPTIONS)
  local tasks, people, plans = tasks_of(options), draw_people(options), {}
  local workers = kit.number(NAME, options, "workers", nil, 1, 64, true)
  for _, one in ipairs(people) do
    for _, task in ipairs(tasks) do
      local plan = plan_recording(dir, one, task, options)
      if not is_finished(plan) then plans[#plans + 1] = plan end
    end
  end
  local ok, problem, code = kit.core.make_folder(dir .. "/truth")
  if ok then ok, problem, code = kit.core.render(NAME, plans, workers) end
  if ok then ok, problem, code = kit.core.save(dir .. "/truth/participants.csv", participants_of(people)) end
  local manifest = dir .. "/manifest.csv"
  if ok then ok, problem, code = kit.core.save(manifest, manifest_of(people, tasks, options)) end
  if not ok then return nil, problem, code end
  return manifest
end
