-- SPDX-License-Identifier: GPL-3.0-or-later
-- Areas under the curve, within folds and pooled, each with DeLong's interval.
--
-- The area within folds is the mean over folds, repeats and thresholds of the area in each test part. Its
-- variance is that of DeLong's placements: every participant's part in the mean is added up over repeats and
-- thresholds before it is squared, so that repeats do not pass for further participants. With one repeat this
-- is the mean's variance from DeLong's of each fold. (DeLong, DeLong and Clarke-Pearson 1988; LeDell,
-- Petersen and van der Laan 2015 for the mean over folds.)
--
-- A placement is compared with the mean of the others of its group, which is m / (m - 1) times its distance
-- from the mean of all m. Its own noise enters the square of one fold, but not products of different folds:
-- hence a share 1 / m of each square is taken off again.

local kit = ...
local NAN = 0 / 0

-- The share of `others` that the score beats, ties half.
local function placement(score, others)
  local won = 0
  for _, other in ipairs(others) do
    if score > other then won = won + 1 elseif score == other then won = won + 0.5 end
  end
  return won / #others
end

-- items: {score =, positive =, owner =} each. The area, and the placements of both groups; nil where a group
-- is empty. Items without a score are left out.
local function area_of(items)
  local positives, negatives, up, down = {}, {}, {}, {}
  for _, item in ipairs(items) do
    if item.score == item.score then
      local group, scores = item.positive and positives or negatives, item.positive and up or down
      group[#group + 1], scores[#scores + 1] = item, item.score
    end
  end
  if #up == 0 or #down == 0 then return nil end
  local area, of_positives, of_negatives = 0, {}, {}
  for i, score in ipairs(up) do
    of_positives[i] = placement(score, down)
    area = area + of_positives[i] / #up
  end
  for i, score in ipairs(down) do of_negatives[i] = 1 - placement(score, up) end
  return area, {{positives, of_positives}, {negatives, of_negatives}}
end

local function normal_quantile(conf) return kit.core.normal_quantile((1 + conf) / 2) end

-- The mean area over several lists of items: {auc =, se =, ci = {low, high}, used =, empty =, areas =}.
-- Lists in which a group is empty are not used, and counted. se is NaN where a group of a list has but one.
function kit.mean_area(lists, conf)
  local areas, parts, empty = {}, {}, 0
  for i, items in ipairs(lists) do
    local area, placements = area_of(items)
    areas[i] = area or NAN
    if area then parts[#parts + 1] = {area, placements} else empty = empty + 1 end
  end
  local result = {auc = NAN, se = NAN, ci = {NAN, NAN}, used = #parts, empty = empty, areas = areas}
  if #parts == 0 then return result end
  local sum, influence, noise, defined = 0, {}, 0, true
  for _, part in ipairs(parts) do
    sum = sum + part[1]
    for _, group in ipairs(part[2]) do
      local members, values = group[1], group[2]
      local n = #members
      if n < 2 then defined = false end
      for i, member in ipairs(n > 1 and members or {}) do
        local own = (values[i] - part[1]) / ((n - 1) * #parts)
        influence[member.owner] = (influence[member.owner] or 0) + own
        noise = noise + own ^ 2 / n
      end
    end
  end
  result.auc = sum / #parts
  if not defined then return result end
  local owners, variance = {}, 0
  for owner in pairs(influence) do owners[#owners + 1] = owner end
  table.sort(owners)
  for _, owner in ipairs(owners) do variance = variance + influence[owner] ^ 2 end
  result.se = math.sqrt(math.max(0, variance - noise))
  local half = normal_quantile(conf) * result.se
  result.ci = {math.max(0, result.auc - half), math.min(1, result.auc + half)}
  return result
end

-- The area alone.
function kit.area(scores, positive)
  local items = {}
  for i, score in ipairs(scores) do items[i] = {score = score, positive = positive[i], owner = i} end
  return area_of(items) or NAN
end

-- The threshold with the largest sensitivity + specificity, halfway between neighbouring scores, of equal
-- ones that with the higher specificity (stats.roc's rule). Without both groups 0.5.
function kit.youden(scores, positive)
  local labels, kept, both = {}, {}, {}
  for i, score in ipairs(scores) do
    if score == score then
      kept[#kept + 1] = score
      labels[#labels + 1] = positive[i] and 1 or 0
      both[labels[#labels]] = true
    end
  end
  if not (both[0] and both[1]) then return 0.5 end
  local threshold = kit.stats.roc(kept, labels, {positive = 1, direction = "higher"}).threshold
  return math.abs(threshold) < math.huge and threshold or threshold > 0 and 1 or 0
end
