-- SPDX-License-Identifier: GPL-3.0-or-later
-- Does anything of the tested participants reach the training part? Three looks:
--
-- What is certain: a participant, a video's content, a clip or a row of measures on both sides of a split.
--
-- Neighbours: participants get labels by lot, each all of its units the same, and every tested unit is given
-- the mean label of its three nearest units of other folds. Labels by lot cannot be told, so within folds the
-- area is 0.5 on average over lots, exactly, whatever the data; it is above where the nearest units belong to
-- the same participant. One lot is independent of the next, so a one-sided t-test of their areas against 0.5
-- keeps its level. It needs no training, takes what a nearest neighbour sees, and asks about the split, not
-- about the learner.
--
-- Retraining: where the permutation test retrains, its areas under labels by lot are tested in the same way.
-- This asks about the learner, too (one that peeks at tested labels is found).
--
-- The two p-values are joined by Bonferroni. None of this sees measures that were made from the label, or
-- chosen by it before they came here.

local kit = ...
local core = kit.core

local LOTS = 200
local NEIGHBOURS = 3
local ALARM = 0.01

-- ---- What is certain ----

local function fold_of_rows(folds)
  local of = {}
  for f, rows in ipairs(folds) do
    for _, row in ipairs(rows) do of[row] = f end
  end
  return of
end

-- Things that name a row, such as contents of its videos, met again in another fold under another row.
local function meetings(data, fold_of, things_of)
  local first, pairs_met, count = {}, {}, 0
  for row = 1, #data.participants do
    for _, thing in ipairs(fold_of[row] and things_of(row) or {}) do
      local before = first[thing]
      if before and fold_of[before] ~= fold_of[row] then
        count = count + 1
        if #pairs_met < 3 then
          pairs_met[#pairs_met + 1] = {data.participants[before], data.participants[row]}
        end
      end
      first[thing] = before or row
    end
  end
  return count, pairs_met
end

local function named_pairs(pairs_met)
  local list = {}
  for i, pair in ipairs(pairs_met) do list[i] = kit.quoted(pair, " and ") end
  return table.concat(list, "; ")
end

-- The clips of a row made small, as texts; a clip of one colour names nobody.
local function clip_texts(data, row)
  local list = {}
  for _, clip in ipairs(data.clip_rows[row]) do
    local values = core.clip_thumbnails(data.clips, {clip})
    local varies = false
    for _, x in ipairs(values) do varies = varies or x ~= values[1] end
    if varies then list[#list + 1] = table.concat(values, " ") end
  end
  return list
end

-- Sentences about what is on both sides of the folds.
local function certain(data, folds)
  local list, fold_of = {}, fold_of_rows(folds)
  local count = meetings(data, fold_of, function(row) return {data.participants[row]} end)
  if count > 0 then list[#list + 1] = "the same participants are on both sides of the split" end
  if data.unit ~= "clip" then
    local found, met = meetings(data, fold_of, function(row)
      return data.contents[data.participants[row]] or {}
    end)
    if found == 0 and data.source == "clips" then
      found, met = meetings(data, fold_of, function(row) return clip_texts(data, row) end)
    end
    if found > 0 then list[#list + 1] = "the same video under two participants: " .. named_pairs(met) end
  end
  if data.table and #data.measures > 2 then
    local found, met = meetings(data, fold_of, function(row)
      return {kit.row_bytes(data.table, data.measures, row)}
    end)
    if found > 0 then list[#list + 1] = "the same measures under two participants: " .. named_pairs(met) end
  end
  return list
end

-- ---- Neighbours ----

-- Measures at mean 0 and SD 1, missing at 0; rows one after the other.
local function measure_features(data, rows)
  local width = #data.measures
  local values = kit.measure_values(data, rows)
  for k = 1, width do
    local sum, count, ss = 0, 0, 0
    for r = 1, #rows do
      local x = values[(r - 1) * width + k]
      if x == x then sum, count = sum + x, count + 1 end
    end
    local mean = sum / math.max(1, count)
    for r = 1, #rows do
      local x = values[(r - 1) * width + k]
      if x == x then ss = ss + (x - mean) ^ 2 end
    end
    local sd = math.sqrt(ss / math.max(1, count - 1))
    for r = 1, #rows do
      local at = (r - 1) * width + k
      local x = values[at]
      values[at] = x == x and sd > 0 and (x - mean) / sd or 0.0
    end
  end
  return values, width
end

-- Units of the check: one per clip, or one per row of measures. {values, width, owner, fold}
local function units_of(data, folds)
  local fold_of, rows = fold_of_rows(folds), {}
  for row = 1, #data.participants do
    if fold_of[row] then rows[#rows + 1] = row end
  end
  local units = {owner = {}, fold = {}}
  if data.source == "clips" then
    local clips = {}
    for _, row in ipairs(rows) do
      for _, clip in ipairs(data.clip_rows[row]) do
        clips[#clips + 1] = clip
        units.owner[#clips], units.fold[#clips] = data.participants[row], fold_of[row]
      end
    end
    units.values, units.width = core.clip_thumbnails(data.clips, clips)
    return units
  end
  units.values, units.width = measure_features(data, rows)
  for i, row in ipairs(rows) do units.owner[i], units.fold[i] = data.participants[row], fold_of[row] end
  return units
end

-- Labels by lot: as many participants are positive as there are in the highest level.
local function lot(owners, positives, seed)
  local label = {}
  for place, i in ipairs(core.shuffle(#owners, seed)) do label[owners[i]] = place <= positives end
  return label
end

-- Scores of participants within each fold by the labels of their neighbours, and the mean area.
local function lot_area(units, near, label)
  local lists, place = {}, {}
  for i, owner in ipairs(units.owner) do
    local sum = 0
    for _, other in ipairs(near[i]) do sum = sum + (label[units.owner[other]] and 1 or 0) end
    local f, key = units.fold[i], units.fold[i] .. "\0" .. owner
    lists[f] = lists[f] or {}
    if not place[key] then
      place[key] = {sum = 0, n = 0, positive = label[owner]}
      table.insert(lists[f], place[key])
    end
    place[key].sum, place[key].n = place[key].sum + sum / #near[i], place[key].n + 1
  end
  local total, used = 0, 0
  for _, list in pairs(lists) do
    local scores, positive = {}, {}
    for i, one in ipairs(list) do scores[i], positive[i] = one.sum / one.n, one.positive end
    local area = kit.area(scores, positive)
    if area == area then total, used = total + area, used + 1 end
  end
  return used > 0 and total / used or nil
end

-- p of areas that are 0.5 on average without leakage, against more.
local function above_half(areas)
  local test = kit.stats.ttest(areas, {mu = 0.5, alternative = "greater"})
  local p = test.p
  -- Areas that are all equal have no t.
  if p ~= p then p = #areas > 1 and test.mean[1] > 0.5 and 0 or 1 end
  return p, test.mean[1]
end

-- Areas of labels by lot, nil where units cannot be compared.
local function neighbour_check(data, folds, seed)
  if #folds < 2 then return nil end
  local single = true
  for _, rows in ipairs(folds) do single = single and #rows == 1 end
  -- A fold of one participant has no area within it.
  if single then return nil end
  local units = units_of(data, folds)
  if not units or #units.owner < 4 then return nil end
  local near = core.neighbours(units.values, units.width, units.fold, NEIGHBOURS)
  local owners, top, positives, counted = kit.distinct(units.owner), #data.levels - 1, 0, {}
  for i, p in ipairs(data.participants) do
    if data.level[i] == top and not counted[p] then positives = positives + 1 end
    counted[p] = true
  end
  positives = math.max(1, math.min(#owners - 1, positives))
  local areas = {}
  for r = 1, LOTS do
    local area = lot_area(units, near, lot(owners, positives, core.seed_of(seed, r)))
    if area then areas[#areas + 1] = area end
  end
  if #areas < 2 then return nil end
  local p, mean = above_half(areas)
  return {p = p, auc = mean, lots = #areas}
end

-- {found = true where it speaks, certain = {sentences}, p =, neighbours =, retrained =}. null_areas are the
-- areas of a permutation test with retraining, or nil.
function kit.leakage(data, folds, null_areas, seed)
  local result = {certain = certain(data, folds),
    neighbours = neighbour_check(data, folds, core.seed_of(seed, 5))}
  local ps = {}
  if result.neighbours then ps[#ps + 1] = result.neighbours.p end
  if null_areas and #null_areas > 1 then
    local p, mean = above_half(null_areas)
    result.retrained = {p = p, auc = mean, lots = #null_areas}
    ps[#ps + 1] = p
  end
  result.p = #ps > 0 and math.min(1, #ps * math.min(table.unpack(ps))) or 0 / 0
  result.found = #result.certain > 0 or result.p < ALARM
  return result
end
