-- SPDX-License-Identifier: GPL-3.0-or-later
-- Finished folds kept in files, so that an evaluation that was stopped goes on where it was. A file belongs
-- to one evaluation: its first line is a digest of everything the fold depends on, and a file of another one
-- is not used.

local kit = ...
local core = kit.core

local function settings_text(value)
  if type(value) ~= "table" then return tostring(value) end
  local names = {}
  for name in pairs(value) do names[#names + 1] = tostring(name) end
  table.sort(names)
  local parts = {}
  for i, name in ipairs(names) do
    local item = value[name]
    if item == nil then item = value[tonumber(name)] end
    parts[i] = name .. "=" .. settings_text(item)
  end
  return "{" .. table.concat(parts, ",") .. "}"
end

-- What tells this evaluation from others.
local function key_of(learner, data, plan, options)
  local parts = {learner.kind, settings_text(learner.grid), data.manifest_hash, data.label, data.rule,
    data.unit, tostring(options.seed), tostring(options.threshold), tostring(options.nested),
    tostring(options.inner), learner.identity or "", table.concat(data.tasks or {}, ","),
    table.concat(data.measures or {}, ",")}
  for i, p in ipairs(data.participants) do parts[#parts + 1] = p .. ":" .. data.level[i] end
  for _, folds in ipairs(plan) do
    for _, rows in ipairs(folds) do parts[#parts + 1] = table.concat(rows, " ") end
  end
  return core.digest(table.concat(parts, "\n"))
end

local function write_part(path, key, part)
  local pieces = {string.pack("<s4s4i4", key, part.source, part.settings)}
  local function number_list(list)
    pieces[#pieces + 1] = string.pack("<i4", #list)
    for _, x in ipairs(list) do pieces[#pieces + 1] = string.pack("<d", x) end
  end
  number_list(part.thresholds)
  pieces[#pieces + 1] = string.pack("<i4", #part.scores)
  for _, scores in ipairs(part.scores) do number_list(scores) end
  pieces[#pieces + 1] = string.pack("<s4", part.fitted:bytes())
  local content = table.concat(pieces)
  os.remove(path)
  os.remove(path .. ".new")
  return core.append_line(path .. ".new", string.pack("<s4", core.digest(content)) .. content, "model")
    and os.rename(path .. ".new", path)
end

local function read_numbers(bytes, at)
  local count, list
  count, at = string.unpack("<i4", bytes, at)
  list = {}
  for i = 1, count do list[i], at = string.unpack("<d", bytes, at) end
  return list, at
end

local function parse(learner, bytes, key, count)
  local digest, own, source, settings
  local at = 1
  digest, at = string.unpack("<s4", bytes, at)
  if core.digest(bytes:sub(at)) ~= digest then return nil end
  own, source, settings, at = string.unpack("<s4s4i4", bytes, at)
  if own ~= key then return nil end
  local part = {source = source, settings = settings, scores = {}, resumed = true}
  part.thresholds, at = read_numbers(bytes, at)
  local rows
  rows, at = string.unpack("<i4", bytes, at)
  if rows ~= count then return nil end
  for i = 1, rows do part.scores[i], at = read_numbers(bytes, at) end
  part.fitted = learner.restore((string.unpack("<s4", bytes, at)))
  return part.fitted and part
end

-- The fold's part as it was kept in the file, nil where there is none of this evaluation.
local function read_part(learner, path, key, count)
  local file = io.open(path, "rb")
  if not file then return nil end
  local bytes = file:read("a")
  file:close()
  local ok, part = pcall(parse, learner, bytes, key, count)
  return ok and part or nil
end

-- Hooks of cross_validate that keep finished folds in files prefix.r1f2; clear() removes them.
function kit.checkpoint_hooks(prefix, learner, data, plan, options)
  local key, written = key_of(learner, data, plan, options), {}
  local function path_of(r, f) return string.format("%s.r%df%d", prefix, r, f) end
  return {
    path_of = path_of,
    kept = function(r, f, rows)
      local part = read_part(learner, path_of(r, f), key, #rows)
      if not part then return nil end
      written[#written + 1] = path_of(r, f)
      part.round, part.fold, part.rows = r, f, rows
      return part
    end,
    keep = function(part)
      local path = path_of(part.round, part.fold)
      if write_part(path, key, part) then written[#written + 1] = path end
    end,
    clear = function()
      for _, path in ipairs(written) do os.remove(path) end
    end,
  }
end
