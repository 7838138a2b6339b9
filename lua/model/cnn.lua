-- SPDX-License-Identifier: GPL-3.0-or-later
-- Networks that see clips, as learners: conv3d and conv2plus1d. What trains is C (src/model/train.c).

local kit = ...
local core = kit.core

local TITLES = {conv3d = "3D CNN", conv2plus1d = "(2+1)D CNN"}
local SIZES = {small = 0, medium = 1, large = 2}
kit.networks = {kinds = {"conv3d", "conv2plus1d"}, sizes = {"small", "medium", "large"}}

-- Settings that suit dozens of participants.
local STANDARD = {epochs = 40, batch = 16, patience = 12, learning_rate = 3e-3, weight_decay = 1e-2}
-- Where the trunk is pretrained only the head learns, which needs fewer.
local PRETRAINED_EPOCHS = 15

-- ---- The trunk that comes with mien ----

-- It knows how faces move from many drawn ones (scripts/make-trunk.lua), what dozens of participants cannot
-- teach: left to themselves, networks learn who their participants are.
local trunk

local function read_trunk()
  if trunk then return trunk end
  local here = debug.getinfo(1, "S").source:match("^@(.*)/lua/model/[^/]*$")
  local path = here .. "/models/conv3d.trunk"
  local sections, message, code = core.model_read("model.train", path)
  if not sections then return nil, message, code end
  if sections.kind ~= "trunk" or not sections.network then
    return nil, string.format("model.train: %s: it is not the trunk of a network", path), "model"
  end
  trunk = sections.network
  return trunk
end

-- Whether a network of these options begins with the trunk; there is one for the small conv3d, which sees
-- pictures and what moves in them.
function kit.is_pretrained(kind, options)
  if options.pretrained == false then return false end
  local fits = kind == "conv3d" and (options.size or "small") == "small" and options.motion == nil
    and options.moving == nil
  if options.pretrained and not fits then
    kit.wrong("%s: pretrained is for the small conv3d, without motion or moving", options.caller
      or "model.train")
  end
  return fits
end

-- ---- Clips of participants ----

-- Which recording each clip is of, as text.
local recordings = setmetatable({}, {__mode = "k"})

function kit.recording_keys(clips)
  if recordings[clips] then return recordings[clips] end
  local d, keys = clips:df(), {}
  local columns = {}
  for _, name in ipairs {"participant", "task", "visit", "take", "recording"} do
    if d:has(name) then columns[#columns + 1] = d:col(name) end
  end
  for i = 1, #clips do
    local parts = {}
    for k, column in ipairs(columns) do parts[k] = tostring(column[i]) end
    keys[i] = table.concat(parts, "\0")
  end
  recordings[clips] = keys
  return keys
end

-- The clips of these participants with level and weight: every level counts equally, in it every participant,
-- of whom every clip.
local function part_of(data, rows)
  local count, levels = {}, 0
  for _, i in ipairs(rows) do
    local level = data.level[i]
    if not count[level] then levels = levels + 1 end
    count[level] = (count[level] or 0) + 1
  end
  local part = {clips = {}, levels = {}, weights = {}}
  for _, i in ipairs(rows) do
    local own = data.clip_rows[i]
    for _, clip in ipairs(own) do
      local at = #part.clips + 1
      part.clips[at], part.levels[at] = clip, data.level[i]
      part.weights[at] = #rows / (levels * count[data.level[i]] * #own)
    end
  end
  return part
end

-- Means of lists of numbers, place by place.
local function mean_of(lists, width)
  local mean = {}
  for k = 1, width do
    local sum = 0
    for _, list in ipairs(lists) do sum = sum + list[k] end
    mean[k] = #lists > 0 and sum / #lists or 0 / 0
  end
  return mean
end
kit.mean_of = mean_of

-- Probabilities of clips become those of recordings, in order of appearance: {key =, clips =, scores =}.
function kit.over_recordings(keys, numbers, scores, width)
  local order, of = {}, {}
  for j, clip in ipairs(numbers) do
    local key = keys[clip]
    if not of[key] then
      of[key] = {key = key, clips = {}, all = {}}
      order[#order + 1] = of[key]
    end
    table.insert(of[key].clips, clip)
    table.insert(of[key].all, scores[j])
  end
  for _, one in ipairs(order) do one.scores = mean_of(one.all, width) end
  return order
end

-- ---- A trained network ----

local Fitted = {}
Fitted.__index = Fitted

-- How a file says what the network sees of its clips: the pictures, what moves, or both.
local MOVING = {[false] = 0, [true] = 1, beside = 2}
local MOVING_OF = {[0] = false, true, "beside"}

local function wrap(bytes, curve, moving, threads)
  local network, about, code = core.network_read(bytes, threads or 0)
  if not network then return nil, about, code end
  return setmetatable({network = network, network_bytes = bytes, about = about, curve = curve,
    moving = moving}, Fitted)
end

function Fitted:logits(clips, numbers, ...)
  return assert(core.network_logits(self.network, clips, numbers, self.moving, ...))
end

-- P(level >= k) of every clip.
function Fitted:clip_scores(clips, numbers)
  local logits = self:logits(clips, numbers)
  for _, list in ipairs(logits) do
    for k, logit in ipairs(list) do list[k] = 1 / (1 + math.exp(-logit)) end
  end
  return logits
end

-- Clips are averaged to recordings, those to participants.
function Fitted:scores(data, rows)
  local numbers, scores, width = {}, {}, #data.levels - 1
  local keys = kit.recording_keys(data.clips)
  for _, i in ipairs(rows) do table.move(data.clip_rows[i], 1, #data.clip_rows[i], #numbers + 1, numbers) end
  local each, at = self:clip_scores(data.clips, numbers), 0
  for r, i in ipairs(rows) do
    local own = data.clip_rows[i]
    local of_recordings = {}
    for j, one in ipairs(kit.over_recordings(keys, own, table.move(each, at + 1, at + #own, 1, {}), width)) do
      of_recordings[j] = one.scores
    end
    at = at + #own
    scores[r] = mean_of(of_recordings, width)
  end
  return scores
end

function Fitted:bytes()
  local curve = self.curve
  local parts = {string.pack("<s4BI4I4s4", self.network_bytes, MOVING[self.moving],
    #curve.training_loss, curve.best, curve.ended)}
  for i, loss in ipairs(curve.training_loss) do
    parts[#parts + 1] = string.pack("<dd", loss, curve.validation_loss[i])
  end
  return table.concat(parts)
end

local function unpack_fitted(bytes)
  local network, moving, count, best, ended, at = string.unpack("<s4BI4I4s4", bytes)
  if count * 16 ~= #bytes - at + 1 then error("sizes", 0) end
  local curve = {training_loss = {}, validation_loss = {}, best = best, ended = ended}
  for i = 1, count do
    curve.training_loss[i], curve.validation_loss[i], at = string.unpack("<dd", bytes, at)
  end
  if MOVING_OF[moving] == nil then error("what it sees", 0) end
  return network, curve, MOVING_OF[moving]
end

local function restore(bytes, threads)
  local ok, network, curve, moving = pcall(unpack_fitted, bytes)
  if not ok then return nil, "model: not the bytes of a network", "model" end
  return wrap(network, curve, moving, threads)
end

-- ---- Learners ----

local function listener_of(context)
  return function(done, epochs, epoch, training, validation, _, left)
    local note = string.format("epoch %d of %d", epoch, epochs)
    if training == training then note = note .. string.format(", loss %.3f", training) end
    if validation == validation then note = note .. string.format(", watched %.3f", validation) end
    if context.progress then context.progress(done, epochs, note, left) end
  end
end

local function settings_for(kind, settings, context, most)
  local own = {architecture = kind, outputs = context.outputs, seed = context.seed, threads = context.threads,
    checkpoint = context.checkpoint}
  for name, value in pairs(settings) do own[name] = value end
  own.size = SIZES[settings.size]
  own.pretrained = nil
  own.epochs = math.min(settings.epochs, most or settings.epochs)
  return own
end

local function train(learner, data, rows, settings, context)
  context.outputs = #data.levels - 1
  local own = settings_for(learner.kind, settings, context, learner.stopped and learner.stopped.epoch)
  -- Ctrl-C keeps what a fold has learned; a second one ends all.
  own.keep = learner.stopped == nil
  if settings.pretrained then
    local problem, code
    own.trunk, problem, code = read_trunk()
    if not own.trunk then return nil, problem, code end
  end
  local fit, watched = part_of(data, rows), part_of(data, context.validation or {})
  local bytes, curve, best, ended = core.network_train(data.clips, fit.clips, fit.levels, fit.weights,
    watched.clips, watched.levels, watched.weights, own, listener_of(context))
  if not bytes then return nil, curve, best end
  if own.checkpoint then os.remove(own.checkpoint) end
  curve.best, curve.ended = best, ended
  if ended == "stopped" then
    learner.stopped = {epoch = #curve.training_loss, round = context.round, fold = context.fold}
  end
  return wrap(bytes, curve, settings.moving, context.threads)
end

local function settings_text(settings)
  local names, parts = {}, {}
  for name in pairs(settings) do names[#names + 1] = name end
  table.sort(names)
  for i, name in ipairs(names) do parts[i] = name .. " " .. tostring(settings[name]) end
  return table.concat(parts, ", ")
end

local function make_learner(kind, options)
  options = options or {}
  local pretrained = kit.is_pretrained(kind, options)
  local settings = {size = options.size or "small", motion = options.motion or false,
    moving = pretrained and "beside" or options.moving ~= false, pretrained = pretrained,
    augment = options.augment ~= false}
  for name, value in pairs(STANDARD) do settings[name] = options[name] or value end
  if pretrained then settings.epochs = options.epochs or PRETRAINED_EPOCHS end
  local learner = {kind = kind, title = TITLES[kind], source = "clips", restore = restore, grid = {settings},
    -- So few numbers are learned of a pretrained network that there is nothing to watch for.
    validates = not pretrained,
    identity = kind .. " " .. settings_text(settings)
      .. (pretrained and core.digest(read_trunk() or "") or ""),
    settings_text = settings_text}
  function learner.fit(data, rows, own, context) return train(learner, data, rows, own, context) end
  return learner
end

for _, kind in ipairs(kit.networks.kinds) do
  kit.learners[kind] = function(options) return make_learner(kind, options) end
end
