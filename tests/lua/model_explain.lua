-- SPDX-License-Identifier: GPL-3.0-or-later
-- Explanations of networks, on drawn faces of which only the participant's left corner of the mouth tells the
-- groups: it moves, without leaving the region, in one and not in the other, for the first half of the clip.

local t = require "harness"
local kit = (function()
  assert(model.train)
  return require "mien.model.kit"
end)()
local core = kit.core

local FRAMES, SIDE, PEOPLE = 8, 32, 20

-- Where 0.4 eye distances to the left and 1.1 below the middle of the eyes lie in the picture, from 1.
local COLUMN = math.ceil((0.4 + core.clip_box / 2) / core.clip_box * SIDE)
local ROW = math.ceil((1.1 + core.clip_above) / core.clip_box * SIDE)

local function drawn(seed, alive)
  local parts = {}
  local order = core.shuffle(FRAMES * SIDE * SIDE, seed)
  for f = 0, FRAMES - 1 do
    local fall = alive and f < FRAMES // 2 and f % 2 * 2 or 0
    for y = 1, SIDE do
      for x = 1, SIDE do
        local level = 90 + order[f * SIDE * SIDE + (y - 1) * SIDE + x] % 24
        if math.abs(x - COLUMN) <= 1 and math.abs(y - ROW - fall) <= 1 then level = 220 end
        parts[#parts + 1] = string.char(level)
      end
    end
  end
  return table.concat(parts)
end

local list, participant, group = {}, {}, {}
for p = 1, PEOPLE do
  participant[p], group[p] = string.format("P%02d", p), p % 2 == 0 and "MG" or "HC"
  for r = 1, 2 do
    list[#list + 1] = {participant = participant[p], task = r == 1 and "smile" or "close",
      recording = 2 * p + r, fps = 25, coverage = 1, interocular = 60,
      luma = drawn(100 * p + r, p % 2 == 0 and r == 1)}
  end
end
local clips = core.clips_of_bytes(FRAMES, SIDE, 8, list)
local smiles, smile_numbers = nil, {}
for p = 1, PEOPLE do smile_numbers[p] = 2 * p - 1 end
smiles = clips:pick(smile_numbers)
local groups = df.new{{"participant", participant}, {"group", group}}
local result = assert(model.train{clips = smiles, data = groups, positive = "MG", folds = 2, epochs = 14,
  seed = 3, augment = false, pretrained = false, progress = false})
local m = result.model
local e = assert(m:explain(smiles, {level = "MG", patch = 7, stride = 3, progress = false}))

local function highest(map)
  local best, row, column = -math.huge, 0, 0
  for y, values in ipairs(map) do
    for x, value in ipairs(values) do
      if value > best then best, row, column = value, y, x end
    end
  end
  return row, column, best
end

local function greatest(frame)
  local best = 1
  for i = 1, #frame do
    if frame.contribution[i] > frame.contribution[best] then best = i end
  end
  return best
end

t.test("the map is highest at the one place that tells the groups", function()
  t.ok(result.auc > 0.85, "AUC " .. result.auc)
  local row, column, best = highest(e:map())
  t.ok(best > 0 and math.abs(row - ROW) <= 3 and math.abs(column - COLUMN) <= 3,
    string.format("highest at row %d, column %d; it lies at %d, %d", row, column, ROW, COLUMN))
end)

t.test("the table of regions names the left mouth, with an interval above nothing", function()
  local d = e:regions()
  local i = greatest(d)
  t.equal(#d, 14)
  t.equal(d.region[i] .. " " .. d.side[i], "mouth l")
  t.ok(d.low[i] > 0 and d.low[i] <= d.contribution[i] and d.contribution[i] <= d.high[i])
  t.equal(d.participants[i], PEOPLE / 2)
  for j = 1, #d do
    if j ~= i then t.ok(d.contribution[j] < d.contribution[i] / 2, d.region[j] .. " " .. d.side[j]) end
  end
end)

t.test("in time, holding the moving half still costs more", function()
  local half = assert(m:explain(smiles, {level = "MG", patch = SIDE, frames = FRAMES // 2,
    progress = false})):time()
  t.equal(#half, 2)
  t.near(half.to[2], FRAMES / 8, 1e-12)
  t.ok(half.contribution[1] > 0 and half.contribution[1] > 2 * math.abs(half.contribution[2]))
end)

t.test("tasks: what the logit loses without the clips of each", function()
  local d = assert(m:explain(clips, {level = "MG", patch = SIDE, progress = false})):tasks()
  t.equal(d.task[1] .. " " .. d.task[2], "close smile")
  t.ok(d.contribution[2] > 0 and d.low[2] > 0 and d.contribution[1] < 0)
  t.near(d.contribution[1] + d.contribution[2], 0, 1e-9)
end)

t.test("participants are judged by networks that did not learn from them, and a file knows no names",
  function()
  for i = 1, PEOPLE do
    local judges = 0
    for member = 1, #m.members do
      if not m.trained[member][participant[i]] then judges = judges + 1 end
    end
    t.equal(judges, 1)
  end
  t.match(tostring(e), "did not learn from them")
  local one = assert(m:explain(smiles, {participants = "P02", patch = SIDE, progress = false}))
  local own = smiles:pick{2}
  local member = m.trained[1].P02 and 2 or 1
  t.equal(one:tasks().logit[1], m.members[member]:logits(own, {1})[1][1])
  local path = t.folder() .. "/m.model"
  assert(m:save(path))
  local again = assert(model.load(path))
  t.match(tostring(assert(again:explain(own, {patch = SIDE, progress = false}))), "is not known")
  t.raises("does not name its participants", again.explain, again, own, {level = "MG"})
end)

t.test("the same bytes on one thread and on three", function()
  local path, texts = t.folder() .. "/m.model", {}
  assert(m:save(path))
  for k, threads in ipairs {1, 3} do
    local one = assert(model.load(path, {threads = threads}))
    local map = assert(one:explain(smiles, {patch = 16, stride = 8, progress = false})):map()
    local parts = {}
    for y = 1, SIDE do parts[y] = string.format(string.rep("%a ", SIDE), table.unpack(map[y])) end
    texts[k] = table.concat(parts)
  end
  t.equal(texts[1], texts[2])
end)

t.test("every filling finds the place", function()
  for _, fill in ipairs {"grey", "still"} do
    local d = assert(m:explain(smiles, {level = "MG", patch = SIDE, fill = fill, progress = false})):regions()
    local i = greatest(d)
    t.equal(d.region[i] .. " " .. d.side[i], "mouth l")
  end
end)

local function rights(path)
  local pipe = assert(io.popen("stat -c %a '" .. path .. "'"))
  local text = pipe:read("l")
  pipe:close()
  return text
end

t.test("drawings; what shows an average face is readable by the user alone, few people only when asked",
  function()
  local folder = t.folder()
  assert(e:plot{file = folder .. "/map.png"})
  assert(e:plot_time{file = folder .. "/time.png"})
  assert(e:plot_regions{file = folder .. "/regions.png"})
  t.equal(rights(folder .. "/map.png"), "600")
  local one = assert(m:explain(smiles, {participants = {"P02", "P04"}, patch = 16, progress = false}))
  assert(one:plot{file = folder .. "/without.png"})
  assert(one:plot{file = folder .. "/with.png", face = true})
  t.equal(rights(folder .. "/with.png"), "600")
  t.ok(rights(folder .. "/without.png") ~= "600")
  t.ok(t.read(folder .. "/with.png") ~= t.read(folder .. "/without.png"))
end)

t.test("an explanation prints within 80 columns", function()
  for line in tostring(e):gmatch("[^\n]+") do t.ok(utf8.len(line) <= 80, line) end
  t.match(tostring(e), "left mouth")
end)

t.test("wrong use says what is wrong", function()
  t.raises("fill must be one of", m.explain, m, smiles, {fill = "black"})
  t.raises("stride must be a whole number from 1 to 6", m.explain, m, smiles, {patch = 6, stride = 7})
  t.raises("level must be one of HC, MG", m.explain, m, smiles, {level = "XX"})
  t.raises("did you mean", m.explain, m, smiles, {strid = 7})
  t.fails("no clip is of these", "data", m:explain(smiles, {participants = "nobody"}))
end)
