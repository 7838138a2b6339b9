-- SPDX-License-Identifier: GPL-3.0-or-later
-- How results of tests and ROC curves print: a few lines with what a paper reports.

local kit = ...
local core, text = kit.core, kit.text
local words = require "mien.words"
local number, interval, decimals, flow = text.number, text.interval, text.decimals, text.flow

local function define(name, tostring_of)
  local meta = core.metatable(name)
  meta.__name, meta.__tostring = name, tostring_of
  return meta
end

local function lines(...)
  local list = {}
  for _, line in ipairs {...} do
    if line then list[#list + 1] = line end
  end
  return table.concat(list, "\n")
end

-- The last line: what the intervals are, what was left out, what to know.
local function footnote(result, unit, ...)
  local pieces = {text.percent(result.conf) .. " CI", ...}
  if result.alternative and result.alternative ~= "two" then
    table.insert(pieces, 1, text.side(result.alternative))
  end
  pieces[#pieces + 1] = text.dropped(result.dropped, unit)
  pieces[#pieces + 1] = result.note
  return flow(pieces, "; ", "  ")
end

local function against(result) return result.mu ~= 0 and string.format(" against %.6g", result.mu) or "" end

-- ---- Descriptions ----

define("mien.description", function(d)
  local places = decimals(d.sd)
  local function show(x) return number(x, places) end
  return lines(
    string.format("n = %d   mean %s %s, SD %s, SE %s", d.n, show(d.mean), interval(d.ci, places), show(d.sd),
      show(d.se)),
    string.format("  median %s, quartiles %s to %s, range %s to %s", show(d.median), show(d.q1), show(d.q3),
      show(d.min), show(d.max)),
    footnote(d, nil))
end)

-- ---- t-tests ----

local function spread_of(result)
  local spread = 0
  for _, sd in ipairs(result.sd) do
    if sd == sd then spread = math.max(spread, sd) end
  end
  return spread
end

local function means(result, places)
  local list = {}
  for i, mean in ipairs(result.mean) do
    list[i] = string.format("%s (%s)", number(mean, places), number(result.sd[i], places))
  end
  return (#list > 1 and "means " or "mean ") .. table.concat(list, ", ")
end

local function sizes(result)
  if #result.n == 1 then return "n = " .. result.n[1] end
  if result.method == "paired t-test" then return words.counted(result.n[1], "pair") end
  return "n = " .. table.concat(result.n, ", ")
end

define("mien.ttest", function(r)
  local places = decimals(spread_of(r))
  local paired = r.method == "paired t-test"
  local what, spread = "difference ", means(r, places)
  if #r.n == 1 then what, spread = "mean ", "SD " .. number(r.sd[1], places) end
  return lines(
    string.format("%s%s   t = %s, df = %s, %s", r.method, against(r), number(r.t, 2),
      r.df == math.floor(r.df) and number(r.df, 0) or number(r.df, 1), text.p_clause(r.p)),
    flow({what .. number(r.diff, places) .. " " .. interval(r.ci, places), spread, sizes(r)}, ", ", "    ",
      "  "),
    flow({"Cohen's d " .. number(r.d, 2) .. " " .. interval(r.d_ci, 2),
      "Hedges' g " .. number(r.g, 2) .. " " .. interval(r.g_ci, 2)}, ", ", "    ", "  "),
    footnote(r, paired and "incomplete pair" or nil, #r.n == 2 and "SD in brackets" or nil))
end)

-- ---- Rank tests ----

define("mien.ranktest", function(r)
  local two = #r.n == 2
  local wide = math.abs(r.ci[2] - r.ci[1])
  local places = decimals(wide < math.huge and wide / 4 or math.abs(r.diff))
  local medians = {}
  for i, median in ipairs(r.median) do medians[i] = number(median, places) end
  local statistic = (two and "W = " or "V = ") .. number(r.statistic, r.statistic % 1 == 0 and 0 or 1)
  local zeroes
  if not two and r.zeroes > 0 then zeroes = words.counted(r.zeroes, "zero", "zeroes") .. " left out" end
  return lines(
    flow({r.method .. against(r), statistic .. ", " .. text.p_clause(r.p)}, "   ", "    ", ""),
    flow({(two and "shift " or "centre ") .. number(r.diff, places) .. " " .. interval(r.ci, places),
      (two and "medians " or "median ") .. table.concat(medians, ", "),
      "rank-biserial r " .. number(r.effect, 2), "n = " .. table.concat(r.n, ", ")}, ", ", "    ", "  "),
    footnote(r, nil, zeroes))
end)

-- ---- Correlation ----

define("mien.correlation", function(r)
  local statistic
  if r.t == r.t then
    statistic = string.format("t = %s, df = %d", number(r.t, 2), r.df)
  elseif r.s == r.s then
    statistic = "S = " .. number(r.s, r.s % 1 == 0 and 0 or 1)
  end
  local ci = r.ci[1] == r.ci[1] and " " .. interval(r.ci, 2) or ""
  local pieces = {words.counted(r.n, "pair")}
  if statistic then table.insert(pieces, 1, statistic) end
  local note = footnote(r, "incomplete pair"):sub(3)
  if ci == "" then note = note:gsub("[%d.]+ %% CI; ", "") end
  pieces[#pieces + 1] = note
  return lines(string.format("%s   r = %s%s, %s", r.method, number(r.r, 2), ci, text.p_clause(r.p)),
    flow(pieces, "; ", "  "))
end)

-- ---- ROC ----

local names = {delong = "DeLong", logit = "DeLong, logit scale", hanley = "Hanley-McNeil"}

local function method_name(r)
  return names[r.method] or string.format("bootstrap, %d replicates, seed %d", r.replicates, r.seed)
end

local function proportions(p)
  local list = {}
  for i, name in ipairs {"sensitivity", "specificity", "accuracy"} do
    list[i] = string.format("%s %s %s", name, number(p[name], 2), interval(p[name .. "_ci"], 2))
  end
  return list
end

local function threshold_text(threshold)
  if threshold == math.huge or threshold == -math.huge then return number(threshold) end
  return string.format("%.4g", threshold)
end

-- What a reader should be warned of.
local function cautions(r)
  local list = {}
  if r.n[1] == 0 or r.n[2] == 0 then
    list[#list + 1] = "one group is empty: nothing to compare"
  elseif r.auc == 1 or r.auc == 0 then
    list[#list + 1] = r.auc == 1 and "perfect separation: the interval says nothing about the uncertainty"
      or "perfect separation the other way: check direction"
  elseif r.auc < 0.5 then
    list[#list + 1] = "AUC below 0.5: check direction"
  end
  if math.min(r.n[1], r.n[2]) < 30 and r.n[1] > 0 and r.n[2] > 0 then
    list[#list + 1] = "under 30 per group, read with care"
  end
  if r.dropped > 0 then list[#list + 1] = text.dropped(r.dropped, "row") end
  return list
end

-- Labels such as 0 and 1 say less than words.
local function label_text(value, otherwise)
  return type(value) == "string" and words.display(value, 20) or otherwise
end

local function roc_text(r)
  local groups = string.format("%d %s, %d %s", r.n[1], label_text(r.positive, "positive"), r.n[2],
    label_text(r.negative, "negative"))
  local first = {string.format("AUC %s %s (%s)", number(r.auc, 2), interval(r.ci, 2), method_name(r)), groups}
  local notes = cautions(r)
  if #notes > 0 and text.cells(table.concat(first, "   ") .. notes[1]) + 9 < math.min(words.width(), 110) then
    first[2] = first[2] .. ": " .. table.remove(notes, 1)
  end
  local at
  if r.threshold == r.threshold then
    at = flow(proportions(r), ", ", "    ", "  at " .. threshold_text(r.threshold) .. " (Youden): ")
  end
  local caution = #notes > 0 and flow(notes, "; ", "  ") or nil
  return table.concat({flow(first, "   ", "      ", "ROC   "), at or caution, at and caution}, "\n")
end

local Roc = define("mien.roc", roc_text)
Roc.__index = {at = core.roc_at, df = core.roc_df, band = core.roc_band}
kit.Roc = Roc

define("mien.roc.point", function(p)
  local list = proportions(p)
  list[#list + 1] = string.format("PPV %s %s", number(p.ppv, 2), interval(p.ppv_ci, 2))
  list[#list + 1] = string.format("NPV %s %s", number(p.npv, 2), interval(p.npv_ci, 2))
  return flow(list, ", ", "    ", "at " .. threshold_text(p.threshold) .. ": ")
end)

define("mien.roctest", function(r)
  local statistic = r.paired and "z = " .. number(r.z, 2)
    or string.format("t = %s, df = %s", number(r.t, 2), number(r.df, 1))
  return lines(string.format("%s   %s, %s", r.method, statistic, text.p_clause(r.p)),
    string.format("  AUC %s and %s, difference %s %s", number(r.auc[1], 2), number(r.auc[2], 2),
      number(r.diff, 2), interval(r.ci, 2)),
    footnote(r, "row"))
end)
