-- SPDX-License-Identifier: GPL-3.0-or-later
-- Who is trained on and who is tested: stratified folds of participants, drawn anew for every repeat, the
-- inner folds within a training part, and the part of it that a network watches to stop.

local kit = ...
local core = kit.core
local words = require "mien.words"

-- Rows of each level, in an order that the seed decides; index k + 1 has those of level k.
local function shuffled_levels(level, rows, seed)
  local order, of = core.shuffle(#rows, seed), {}
  for _, place in ipairs(order) do
    local row = rows[place]
    local k = level[row] + 1
    of[k] = of[k] or {}
    table.insert(of[k], row)
  end
  return of
end

-- How many rows each level has: {[0] = n, ...}
function kit.level_counts(level, rows)
  local counts = {}
  for _, row in ipairs(rows) do counts[level[row]] = (counts[level[row]] or 0) + 1 end
  return counts
end

-- Raises where a level has fewer participants than there are folds.
function kit.check_folds(data, rows, folds, caller)
  local counts = kit.level_counts(data.level, rows)
  for k, name in ipairs(data.levels) do
    local n = counts[k - 1] or 0
    if n < folds then
      kit.wrong('%s: %s "%s" has %s, too few for %d folds; say folds = %s', caller, data.label, name,
        words.counted(n, "participant"), folds,
        n >= 2 and string.format("%d or leave_one_out = true", n) or "less, or join levels")
    end
  end
end

-- Raises where leaving one out would leave nobody of a level.
function kit.check_single(data, rows, caller)
  local counts = kit.level_counts(data.level, rows)
  for k, name in ipairs(data.levels) do
    if (counts[k - 1] or 0) < 2 then
      kit.wrong('%s: %s "%s" has %s; two are needed, so that one is left to train on', caller, data.label,
        name, words.counted(counts[k - 1] or 0, "participant"))
    end
  end
end

-- folds lists of rows, every level spread over them as evenly as can be. Levels are dealt one after the
-- other, so that the folds are of equal size, too.
function kit.stratified_folds(level, rows, folds, seed)
  local list, at = {}, 0
  for f = 1, folds do list[f] = {} end
  local of = shuffled_levels(level, rows, seed)
  local highest = 0
  for k in pairs(of) do highest = math.max(highest, k) end
  for k = 1, highest do
    for _, row in ipairs(of[k] or {}) do
      table.insert(list[at % folds + 1], row)
      at = at + 1
    end
  end
  for f = 1, folds do table.sort(list[f]) end
  return list
end

-- Every row by itself.
function kit.single_folds(rows)
  local list = {}
  for i, row in ipairs(rows) do list[i] = {row} end
  return list
end

-- The rows that are not in part.
function kit.rest_of(rows, part)
  local out, rest = {}, {}
  for _, row in ipairs(part) do out[row] = true end
  for _, row in ipairs(rows) do
    if not out[row] then rest[#rest + 1] = row end
  end
  return rest
end

-- Folds within a training part: as many as asked for, fewer where a level is smaller. nil where a level has
-- but one row, so that nothing can be held back.
function kit.inner_folds(level, rows, folds, seed)
  local fewest = math.huge
  for _, n in pairs(kit.level_counts(level, rows)) do fewest = math.min(fewest, n) end
  local possible = math.min(folds, fewest)
  if possible < 2 then return nil end
  return kit.stratified_folds(level, rows, possible, seed)
end

-- A training part cut in two: to fit, and to watch (a share of every level, at least one row).
function kit.validation_part(level, rows, share, seed)
  local watched = {}
  for _, list in pairs(shuffled_levels(level, rows, seed)) do
    if #list > 1 then
      for i = 1, math.max(1, math.floor(share * #list + 0.5)) do watched[#watched + 1] = list[i] end
    end
  end
  table.sort(watched)
  return kit.rest_of(rows, watched), watched
end
