-- SPDX-License-Identifier: GPL-3.0-or-later
-- The Model object: the fitted members of a validation with what must be known to use them; its file.
-- Cards are in card.lua, predictions in predict.lua, explanations in explain.lua.

local kit = ...
local core, model = kit.core, kit.model
local words = require "mien.words"

local methods = {}
local Model = {__name = "mien.model", __index = methods}
kit.model_methods = methods

function kit.check_model(m, caller)
  if getmetatable(m) ~= Model then kit.wrong("%s: needs a Model before the colon, not a %s", caller,
    type(m)) end
  return m
end

-- ---- What a model must know of its training ----

local function range(column)
  local low, high
  for i = 1, #column do
    local x = column[i]
    if x == x then low, high = math.min(low or x, x), math.max(high or x, x) end
  end
  return low, high
end

-- What clips of the training were like; new ones must resemble them.
local function clips_seen(clips)
  local d, seen = clips:df(), {tasks = {}}
  seen.frames, seen.size, seen.rate = core.clips_shape(clips)
  seen.fps_low, seen.fps_high = range(d:col("fps"))
  seen.face_low, seen.face_high = range(d:col("interocular"))
  seen.coverage = range(d:col("coverage"))
  local known = {}
  for i = 1, d:has("task") and #d or 0 do
    local task = d:col("task")[i]
    if task and not known[task] then
      known[task] = true
      seen.tasks[#seen.tasks + 1] = tostring(task)
    end
  end
  table.sort(seen.tasks)
  return seen
end

-- {kind =, members =, data =, options =, result =} -> Model
function kit.new_model(given)
  local data, result = given.data, given.result
  local m = setmetatable({kind = given.kind, title = result.title, source = data.source, levels = data.levels,
    label = data.label, thresholds = result.thresholds, members = given.members, rule = data.rule}, Model)
  -- Not written to the file, which is handed on and names nobody.
  m.trained, m.level_of = given.trained, {}
  for i, name in ipairs(data.participants) do m.level_of[tostring(name)] = data.levels[data.level[i] + 1] end
  -- Learners that tests bring may have clips of their own kind.
  local known = data.source == "clips" and type(data.clips) == "userdata"
  m.seen = known and clips_seen(data.clips) or {tasks = data.tasks or {}}
  m.card_text = kit.card_of(m, given)
  return m
end

-- ---- The file ----

local FORMAT = "1"

-- Lines "name<tab>value<tab>...": every byte that would end one is written as %xx.
local function escaped(text)
  return (tostring(text):gsub("[%c%%]", function(c) return string.format("%%%02x", c:byte()) end))
end

local function unescaped(text)
  return (text:gsub("%%(%x%x)", function(hex) return string.char(tonumber(hex, 16)) end))
end

local NUMBERS = {"frames", "size", "rate", "fps_low", "fps_high", "face_low", "face_high", "coverage"}

local function about_text(m)
  local lines = {}
  local function line(name, ...)
    local parts = {name}
    for _, value in ipairs {...} do parts[#parts + 1] = escaped(value) end
    lines[#lines + 1] = table.concat(parts, "\t")
  end
  line("format", FORMAT)
  for _, name in ipairs {"title", "source", "label", "rule"} do line(name, m[name]) end
  line("levels", table.unpack(m.levels))
  local thresholds = {}
  for k, x in ipairs(m.thresholds) do thresholds[k] = string.format("%.17g", x) end
  line("thresholds", table.unpack(thresholds))
  line("tasks", table.unpack(m.seen.tasks))
  for _, name in ipairs(NUMBERS) do
    if m.seen[name] then line(name, string.format("%.17g", m.seen[name])) end
  end
  return table.concat(lines, "\n") .. "\n"
end

local function about_of(text)
  local fields = {}
  for line in text:gmatch("[^\n]+") do
    local name, rest = line:match("^(%w[%w_]*)(.*)$")
    if not name then return nil end
    fields[name] = {}
    for value in rest:gmatch("\t([^\t]*)") do table.insert(fields[name], unescaped(value)) end
  end
  return fields
end

local function members_bytes(m)
  local parts = {}
  for i, member in ipairs(m.members) do parts[i] = string.pack("<s4", member:bytes()) end
  return table.concat(parts)
end

function methods.save(m, file)
  local caller = "Model:save"
  kit.check_model(m, caller)
  if type(file) ~= "string" or file == "" then
    kit.wrong("%s: needs the name of the file to write, not a %s", caller, type(file))
  end
  local done, message, code = core.model_write(caller, file, {{"kind", m.kind}, {"card", m.card_text},
    {"about", about_text(m)}, {"members", members_bytes(m)}})
  if not done then return nil, message, code end
  return m
end

local function restore_members(restore, bytes, threads)
  local members, at, member = {}, 1, nil
  while at <= #bytes do
    member, at = string.unpack("<s4", bytes, at)
    local fitted, message = restore(member, threads)
    if not fitted then error(message, 0) end
    members[#members + 1] = fitted
  end
  if #members == 0 then error("it holds no members", 0) end
  return members
end

-- Raises with what is wrong.
local function model_of(sections, threads)
  local about = sections.about and about_of(sections.about)
  local make = kit.learners[sections.kind or ""]
  if not (about and make and sections.card and sections.members) then
    error("it is not a model that predicts (a checkpoint, or of another version)", 0)
  end
  if not about.format or about.format[1] ~= FORMAT then error("it is of another version", 0) end
  local m = {kind = sections.kind, card_text = sections.card, levels = about.levels or {}, seen = {},
    thresholds = {}}
  for _, name in ipairs {"title", "source", "label", "rule"} do
    m[name] = about[name] and about[name][1] or error("it says no " .. name, 0)
  end
  for k, text in ipairs(about.thresholds or {}) do m.thresholds[k] = tonumber(text) or 0 / 0 end
  m.seen.tasks = about.tasks or {}
  for _, name in ipairs(NUMBERS) do m.seen[name] = about[name] and tonumber(about[name][1]) end
  if #m.levels < 2 or #m.thresholds ~= #m.levels - 1 then error("levels and thresholds do not agree", 0) end
  m.members = restore_members(make().restore, sections.members, threads)
  for _, member in ipairs(m.members) do
    local shape = member.network and member.about
    if shape and (shape.outputs ~= #m.levels - 1 or shape.frames ~= m.seen.frames
        or shape.width ~= m.seen.size) then
      error("a network is of another shape than the model says", 0)
    end
  end
  for _, name in ipairs {"frames", "size"} do
    m.seen[name] = m.seen[name] and math.tointeger(m.seen[name])
  end
  return setmetatable(m, Model)
end

local function path_of(name)
  if name:find("[/.]") then return name end
  local here = debug.getinfo(1, "S").source:match("^@(.*)/lua/model/[^/]*$")
  return here .. "/models/" .. name .. ".model"
end

function model.load(file, options)
  local caller = "model.load"
  if type(file) ~= "string" or file == "" then
    kit.wrong('%s: needs the name of a file, or of a model that comes with mien ("demo"), not a %s', caller,
      type(file))
  end
  options = words.check_options(options, caller, {"threads"}, kit.wrong)
  local path = path_of(file)
  local sections, message, code = core.model_read(caller, path)
  if not sections then return nil, message, code end
  local ok, m = pcall(model_of, sections, options.threads)
  if not ok then return nil, string.format("%s: %s: %s", caller, path, tostring(m)), "model" end
  return m
end

-- ---- Printing ----

function Model.__tostring(m)
  local levels = #m.levels == 2 and m.levels[2] .. " against " .. m.levels[1] or table.concat(m.levels, " < ")
  local thresholds = {}
  for k, x in ipairs(m.thresholds) do thresholds[k] = string.format("%.2f", x) end
  local lines = {string.format("Model   %s, %s", m.title, levels),
    string.format("  mean of %s, threshold %s", words.counted(#m.members, "member"),
      table.concat(thresholds, ", "))}
  if m.seen.frames then
    lines[#lines + 1] = string.format("  sees %d pictures of %dx%d at %.4g a second%s", m.seen.frames,
      m.seen.size,
      m.seen.size, m.seen.rate, #m.seen.tasks > 0 and " of " .. words.first(m.seen.tasks, 6) or "")
  end
  lines[#lines + 1] = "  m:card() says what it was trained on and how well it did; m:predict uses it"
  return table.concat(lines, "\n")
end
