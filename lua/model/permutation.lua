-- SPDX-License-Identifier: GPL-3.0-or-later
-- Does the area beat chance? Labels are given to participants by lot. Either the out-of-fold scores stay as
-- they are, which is quick and takes the models as given, or everything is trained again under each lot,
-- settings and thresholds included. p = (1 + lots that do as well) / (1 + lots) (Phipson and Smyth 2010).

local kit = ...
local core = kit.core

-- Midranks of scores.
local function ranks_of(scores)
  local order, ranks = {}, {}
  for i = 1, #scores do order[i] = i end
  table.sort(order, function(i, k)
    if scores[i] ~= scores[k] then return scores[i] < scores[k] end
    return i < k
  end)
  local first = 1
  while first <= #order do
    local last = first
    while last < #order and scores[order[last + 1]] == scores[order[first]] do last = last + 1 end
    for i = first, last do ranks[order[i]] = (first + last) / 2 end
    first = last + 1
  end
  return ranks
end

-- The mean area of ranked lists under levels by owner; lists or thresholds that one group lacks are passed
-- over.
local function ranked_area(lists, level)
  local total, used = 0, 0
  for _, list in ipairs(lists) do
    local sum, m = 0, 0
    for i, owner in ipairs(list.owners) do
      if level[owner] >= list.k then sum, m = sum + list.ranks[i], m + 1 end
    end
    local n = #list.owners - m
    if m > 0 and n > 0 then
      total, used = total + (sum - m * (m + 1) / 2) / (m * n), used + 1
    end
  end
  return used > 0 and total / used or 0 / 0
end

local function ranked(lists)
  local out = {}
  for i, items in ipairs(lists) do
    local owners, scores = {}, {}
    for _, item in ipairs(items) do
      if item.score == item.score then
        owners[#owners + 1], scores[#scores + 1] = item.owner, item.score
      end
    end
    out[i] = {owners = owners, ranks = ranks_of(scores), k = items.k}
  end
  return out
end

local function p_of(observed, areas)
  local as_good = 0
  for _, area in ipairs(areas) do
    if area >= observed - 1e-12 then as_good = as_good + 1 end
  end
  return (1 + as_good) / (1 + #areas)
end

-- Levels by lot for the owners: {[owner] = level}.
local function levels_by_lot(owners, level, seed)
  local lots = {}
  for place, i in ipairs(core.shuffle(#owners, seed)) do lots[owners[place]] = level[owners[i]] end
  return lots
end

-- lists: items of every fold and threshold, each with k. level: {[owner] = level}.
function kit.permute_scores(lists, owners, level, lots, seed)
  local ranked_lists, areas = ranked(lists), {}
  local observed = ranked_area(ranked_lists, level)
  for r = 1, lots do
    local area = ranked_area(ranked_lists, levels_by_lot(owners, level, core.seed_of(seed, r)))
    if area == area then areas[#areas + 1] = area end
  end
  return {p = p_of(observed, areas), auc = observed, lots = #areas, retrained = false}
end

-- Everything again under each lot; area_of(parts, data) gives the area of finished parts, tick(done) is told
-- after each lot.
function kit.permute_training(learner, data, rows, options, observed, area_of, tick)
  local owners, level = {}, {}
  for _, row in ipairs(rows) do
    local p = data.participants[row]
    if not level[p] then owners[#owners + 1] = p end
    level[p] = data.level[row]
  end
  local areas = {}
  for r = 1, options.permutations do
    local seed = core.seed_of(options.seed, 13, r)
    local lots = levels_by_lot(owners, level, seed)
    local permuted = {}
    for i, p in ipairs(data.participants) do permuted[i] = lots[p] or data.level[i] end
    local under_lot = setmetatable({level = permuted}, {__index = data})
    -- The area needs no threshold, so none is sought by inner folds.
    local once = setmetatable({seed = seed, repeats = 1, threshold = 0.5}, {__index = options})
    local plan = kit.plan(under_lot, rows, once)
    local parts, message, code = kit.cross_validate(learner, under_lot, plan, once)
    if not parts then return nil, message, code end
    local area = area_of(parts, under_lot)
    if area == area then areas[#areas + 1] = area end
    tick(r)
  end
  return {p = p_of(observed, areas), auc = observed, lots = #areas, retrained = true, areas = areas}
end
