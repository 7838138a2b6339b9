-- SPDX-License-Identifier: GPL-3.0-or-later
-- What a model of measures uses: permutation importance on participants it was not trained on (Breiman 2001;
-- Fisher, Rudin and Dominici 2019 for the form), of measures, of regions of the face and of tasks; and the
-- coefficients of linear ones, with a bootstrap over participants.

local kit = ...
local core = kit.core
local words = require "mien.words"
local df = require "mien.df"
local methods = kit.result_metatable.__index

local NAN = 0 / 0

-- ---- Groups of measures ----

-- The region that a measure belongs to, by how its name begins once the task is gone. Two regions may share a
-- beginning; the longer one holds.
local REGIONS = {
  eyes = {"fissure", "ear", "mrd", "au5", "au7", "au45", "asymmetry_eye", "blink", "lid", "upgaze", "ptosis"},
  brow = {"brow", "au1_", "au2_", "au4_", "asymmetry_brow"},
  mouth = {"commissure", "corner", "mouth", "upper_lip", "lower_lip", "smile", "au10", "au12", "au15", "au20",
    "au23", "au25", "au26", "asymmetry_mouth"},
  ["whole face"] = {"happiness", "sadness", "anger", "fear", "disgust", "surprise", "neutral"},
}

local function task_of(name, tasks)
  local best
  for _, task in ipairs(tasks or {}) do
    if name:sub(1, #task + 1) == task .. "_" and #task > #(best or "") then best = task end
  end
  return best
end

local function region_at(name)
  local best, length = nil, 0
  for region, beginnings in pairs(REGIONS) do
    for _, beginning in ipairs(beginnings) do
      if #beginning > length and (name .. "_"):sub(1, #beginning) == beginning then
        best, length = region, #beginning
      end
    end
  end
  return best
end

-- By how the name begins, or else by how it goes on after a word, which will be a task.
local function region_of(name)
  local first = region_at(name)
  if first and first ~= "whole face" then return first end
  local rest = name:match("_(.*)$")
  while rest do
    local later = region_at(rest)
    if later and later ~= "whole face" then return later end
    rest = rest:match("_(.*)$")
  end
  return first or "other"
end

-- The region and the task (false where names carry none) of every measure.
local function places_of(names, tasks)
  local regions, of_task = {}, {}
  for j, name in ipairs(names) do
    local task = task_of(name, tasks)
    regions[j] = region_of(task and name:sub(#task + 2) or name)
    of_task[j] = task or false
  end
  return regions, of_task
end

-- Columns by the value that key gives them, in the order of their first.
local function grouped(keys)
  local groups, place = {}, {}
  for j, key in ipairs(keys) do
    if key then
      if not place[key] then
        groups[#groups + 1] = {name = key, columns = {}}
        place[key] = #groups
      end
      table.insert(groups[place[key]].columns, j)
    end
  end
  return groups
end

local function groups_of(by, names, tasks, given, caller)
  local regions, of_task = places_of(names, tasks)
  if by == "region" then return grouped(regions) end
  if by == "task" then
    local groups = grouped(of_task)
    if #groups == 0 then kit.wrong("%s: the names of the measures carry no task", caller) end
    return groups
  end
  if by == "group" then
    local groups = {}
    for name, patterns in pairs(given) do
      local columns = {}
      for j, measure in ipairs(names) do
        for _, pattern in ipairs(type(patterns) == "table" and patterns or {patterns}) do
          if measure:find(kit.name_pattern(tostring(pattern))) then
            columns[#columns + 1] = j
            break
          end
        end
      end
      if #columns == 0 then
        kit.wrong("%s: groups: no measure is like those of %s", caller, tostring(name))
      end
      groups[#groups + 1] = {name = tostring(name), columns = columns}
    end
    table.sort(groups, function(a, b) return a.name < b.name end)
    return groups
  end
  local groups = {}
  for j, name in ipairs(names) do
    groups[j] = {name = name, columns = {j}, region = regions[j], task = of_task[j]}
  end
  return groups
end

-- ---- Permutation importance ----

-- The area of one tested part, the mean over thresholds; NaN where it lacks a group.
local function area_of(data, rows, scores)
  local sum, count = 0, 0
  for k = 1, #data.levels - 1 do
    local column = {}
    for i = 1, #rows do column[i] = scores[i][k] end
    local area = kit.area(column, kit.at_least(data, rows, k))
    if area == area then sum, count = sum + area, count + 1 end
  end
  return count > 0 and sum / count or NAN
end

-- The tested rows of each fold with the model that had not seen them. With leave-one-out there is no area
-- within a fold, so importance needs folds.
local function tested_parts(result, source, caller)
  if result.options.leave_one_out then
    kit.wrong("%s: each fold of leave_one_out has one participant, too few to permute; fit with folds",
      caller)
  end
  local rows = {}
  for i, one in ipairs(result.people) do rows[i] = one.row end
  local parts, m = {}, 0
  for _, folds in ipairs(kit.plan(source.data, rows, result.options)) do
    for _, tested in ipairs(folds) do
      m = m + 1
      local fitted = result.members[m]
      local area = area_of(source.data, tested, fitted:scores(source.data, tested))
      if area == area then parts[#parts + 1] = {rows = tested, fitted = fitted, area = area, place = m} end
    end
  end
  return parts
end

-- A linear model's area does not change with a measure whose coefficient is 0.
local function is_used(part, columns)
  part.coefficients = part.coefficients or part.fitted:coefficients() or false
  if not part.coefficients then return true end
  for _, j in ipairs(columns) do
    local value = part.coefficients[j]
    if value == value and value ~= 0 then return true end
  end
  return false
end

-- The mean loss of area over the folds, of one shuffle in each.
local function loss_of(parts, data, columns, seed)
  local sum = 0
  for _, part in ipairs(parts) do
    if is_used(part, columns) then
      local scores = part.fitted:scores(data, part.rows,
        {columns = columns, seed = core.seed_of(seed, part.place)})
      sum = sum + part.area - area_of(data, part.rows, scores)
    end
  end
  return sum / #parts
end

local function mean_and_sd(values)
  local mean, ss = 0, 0
  for _, x in ipairs(values) do mean = mean + x / #values end
  for _, x in ipairs(values) do ss = ss + (x - mean) ^ 2 end
  return mean, #values > 1 and math.sqrt(ss / (#values - 1)) or NAN
end

local function whole(options, name, absent, caller)
  local value = options[name]
  if value == nil then return absent end
  if not math.tointeger(value) or value < 1 then
    kit.wrong("%s: %s must be a whole number, at least 1, not %s", caller, name, tostring(value))
  end
  return math.tointeger(value)
end

local function importance_frame(groups, by)
  table.sort(groups, function(a, b)
    if a.mean ~= b.mean then return a.mean > b.mean end
    return a.place < b.place
  end)
  local columns = {{by, {}}, {"importance", {}}, {"sd", {}}, {"used", {}}}
  if by == "measure" then
    columns[5], columns[6] = {"region", {}}, {"task", {}}
  else
    columns[5] = {"measures", {}}
  end
  for i, group in ipairs(groups) do
    columns[1][2][i], columns[2][2][i], columns[3][2][i], columns[4][2][i] = group.name, group.mean, group.sd,
      group.used
    columns[5][2][i] = by == "measure" and group.region or #group.columns
    if by == "measure" then columns[6][2][i] = group.task or df.NA end
  end
  return df.new(columns)
end

local function run_groups(groups, parts, data, shuffles, seed, report)
  for g, group in ipairs(groups) do
    local losses, used = {}, 0
    for _, part in ipairs(parts) do used = used + (is_used(part, group.columns) and 1 or 0) end
    for r = 1, shuffles do
      losses[r] = loss_of(parts, data, group.columns, core.seed_of(seed, 19, r, group.columns[1]))
    end
    group.mean, group.sd = mean_and_sd(losses)
    group.used, group.place = used / #parts, g
    report(g)
  end
end

function methods.importance(result, options)
  local caller = "Result:importance"
  options = words.check_options(options, caller, {"by", "groups", "shuffles", "seed", "progress"}, kit.wrong)
  local source = kit.source_of(result, caller)
  local by = options.groups ~= nil and "group" or options.by or "measure"
  kit.check_kind(by, {"measure", "region", "task", "group"}, caller, "by")
  if by == "group" and type(options.groups) ~= "table" then
    kit.wrong("%s: groups must be a table such as {eyes = {\"*fissure*\", \"*ear*\"}}", caller)
  end
  local groups = groups_of(by, source.data.measures, source.data.tasks, options.groups, caller)
  local parts = tested_parts(result, source, caller)
  if #parts == 0 then
    return nil, caller .. ": no fold has tested participants of both groups", "data"
  end
  local bar = core.progress_new(options.progress ~= false)
  run_groups(groups, parts, source.data, whole(options, "shuffles", 20, caller),
    whole(options, "seed", result.options.seed, caller),
    function(done) core.progress_report(bar, done, #groups, by .. "s", result.title) end)
  core.progress_end(bar)
  return importance_frame(groups, by)
end

-- ---- Coefficients ----

-- The settings that most folds used; of equally many the first.
local function common_settings(result)
  local counts, best = {}, 1
  for i = 1, #result.folds do
    local s = result.folds:col("settings")[i]
    counts[s] = (counts[s] or 0) + 1
  end
  for s = 1, #result.grid do
    if (counts[s] or 0) > (counts[best] or 0) then best = s end
  end
  return result.grid[best]
end

function methods.coefficients(result, options)
  local caller = "Result:coefficients"
  options = words.check_options(options, caller, {"replicates", "seed", "conf", "progress"}, kit.wrong)
  local source = kit.source_of(result, caller)
  local conf = options.conf or result.conf
  if type(conf) ~= "number" or not (conf > 0 and conf < 1) then
    kit.wrong("%s: conf must be a number between 0 and 1, not %s", caller, tostring(conf))
  end
  local rows = {}
  for i, one in ipairs(result.people) do rows[i] = one.row end
  local seed = whole(options, "seed", result.options.seed, caller)
  local fitted, message, code = source.learner.fit(source.data, rows, common_settings(result),
    {seed = core.seed_of(result.options.seed, 23), caller = caller})
  if not fitted then return nil, message, code end
  return kit.coefficient_frame(fitted, source.data, rows, {caller = caller, conf = conf,
    replicates = whole(options, "replicates", 1000, caller), seed = core.seed_of(seed, 29),
    progress = options.progress})
end
