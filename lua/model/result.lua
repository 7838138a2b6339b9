-- SPDX-License-Identifier: GPL-3.0-or-later
-- How the result of a validation prints, and its methods.

local kit = ...
local words = require "mien.words"
local df = require "mien.df"

local methods = {}
local Result = {__name = "mien.result", __index = methods}
local Heldout = {__name = "mien.heldout", __index = methods}

-- ---- Numbers as text ----

local function number(x) return x ~= x and "NA" or (string.format("%.2f", x):gsub("^%-0%.00$", "0.00")) end

local function with_interval(x, ci)
  if ci[1] ~= ci[1] then return number(x) .. " [NA]" end
  return string.format("%s [%s, %s]", number(x), number(ci[1]), number(ci[2]))
end

local function p_clause(p)
  if p ~= p then return "p = NA" end
  if p < 0.001 then return "p < .001" end
  return "p = " .. (string.format(p < 0.01 and "%.4f" or p < 0.1 and "%.3f" or "%.2f", p):gsub("^0", ""))
end

local function percent(conf) return string.format("%.4g %%", 100 * conf) end

-- Sentences joined by semicolons, in lines fitted to the terminal.
local function paragraph(pieces, first, indent)
  local width = math.min(words.width(), 110) - 1
  return words.wrapped(table.concat(pieces, "; "), indent or "    ", width, first or "  ")
end

local function groups_text(levels, n)
  local parts = {}
  for k, name in ipairs(levels) do parts[k] = string.format("%s (n = %d)", words.display(name, 24), n[k]) end
  if #parts == 2 then return parts[2] .. " against " .. parts[1] end
  return table.concat(parts, " < ")
end

-- ---- The parts of the text ----

local function design_text(r)
  local o = r.options
  if o.leave_one_out then return "each participant left out once" end
  if o.repeats == 1 then return string.format("%d folds by %s", o.folds, r.unit) end
  return string.format("%d folds x %d repeats by %s", o.folds, o.repeats, r.unit)
end

local function area_line(r, held)
  local first = string.format("%sAUC %s %s", #r.at > 1 and "mean " or "", with_interval(r.auc, r.ci),
    held and "" or r.auc_kind)
  local pieces = {(first:gsub(" $", ""))}
  if not held and r.auc_kind ~= "pooled" then
    pieces[2] = "pooled " .. with_interval(r.auc_pooled, r.auc_pooled_ci)
  end
  return paragraph(pieces)
end

local function binary_lines(r)
  local c = r.calibration
  return {
    paragraph({string.format("sensitivity %s, specificity %s, accuracy %s",
      with_interval(r.sensitivity, r.sensitivity_ci), with_interval(r.specificity, r.specificity_ci),
      with_interval(r.accuracy, r.accuracy_ci))}),
    paragraph({string.format("calibration: intercept %s, slope %s, Brier score %.3f", number(c.intercept),
      number(c.slope), c.brier)}),
  }
end

local function ordinal_lines(r)
  local lines = {}
  for _, at in ipairs(r.at) do
    lines[#lines + 1] = paragraph({string.format("%s or more: AUC %s, sensitivity %s, specificity %s",
      words.display(at.level, 24), with_interval(at.auc, at.ci), number(at.sensitivity),
      number(at.specificity))})
  end
  lines[#lines + 1] = paragraph({string.format("weighted kappa %s linear, %s quadratic",
    with_interval(r.kappa.linear, r.kappa.linear_ci), with_interval(r.kappa.quadratic, r.kappa.quadratic_ci)),
    string.format("Spearman %s, %s", number(r.spearman.r), p_clause(r.spearman.p)),
    "accuracy " .. with_interval(r.accuracy, r.accuracy_ci)})
  return lines
end

local function adjusted_text(a)
  return string.format("adjusted for %s: AUC %s, unadjusted %s%s", table.concat(a.covariates, ", "),
    with_interval(a.auc, a.ci), number(a.unadjusted),
    a.dropped > 0 and string.format(" (%d dropped who lack one)", a.dropped) or "")
end

local function adjusted_line(r)
  if not r.adjusted then return nil end
  if r.adjusted.auc then return paragraph({adjusted_text(r.adjusted)}) end
  local parts = {}
  for k, one in ipairs(r.adjusted) do parts[k] = r.at[k].level .. " or more " .. adjusted_text(one) end
  return paragraph(parts)
end

local function permutation_text(p)
  if p.retrained then
    return string.format("against chance %s (%s under labels by lot)", p_clause(p.p),
      words.counted(p.lots, "retraining"))
  end
  return string.format("against chance %s (labels by lot %d times over fixed out-of-fold scores: nothing was "
    .. "retrained)", p_clause(p.p), p.lots)
end

local function leakage_text(l)
  local parts = {}
  for _, sentence in ipairs(l.certain) do parts[#parts + 1] = sentence end
  if l.p == l.p and (l.found or #parts == 0) then
    local auc = l.neighbours and l.neighbours.auc or l.retrained.auc
    if l.retrained and (not l.neighbours or l.retrained.p < l.neighbours.p) then auc = l.retrained.auc end
    parts[#parts + 1] = string.format("labels by lot are told with AUC %s, where 0.50 is none, %s",
      number(auc), p_clause(l.p))
  end
  if l.found then
    return "LEAKAGE: " .. table.concat(parts, "; ") .. ". These results are not to be believed."
  end
  return "leakage: none seen" .. (#parts > 0 and " (" .. table.concat(parts, "; ") .. ")"
    or ", only what is certain could be checked")
end

local function threshold_text(r)
  if r.threshold_from == "fixed" then
    return string.format("threshold %g, fixed beforehand", r.options.threshold)
  end
  return "thresholds by Youden on each fold's training part, from " .. kit.threshold_sources[r.threshold_from]
end

local function method_line(r)
  local pieces = {
    percent(r.conf) .. " CI: DeLong and Wilson, conditional on the fitted models", threshold_text(r),
  }
  if #r.grid > 1 and r.options.nested ~= false then
    pieces[#pieces + 1] = string.format("settings chosen among %d by inner folds", #r.grid)
  end
  if r.stopped then
    pieces[#pieces + 1] = string.format("stopped by the user at epoch %d of repeat %d, fold %d, and no later "
      .. "fold was trained for longer", r.stopped.epoch, r.stopped.round or 1, r.stopped.fold or 1)
  end
  return paragraph(pieces)
end

local function data_line(r)
  local pieces = {r.rule, r.left_out_text}
  if r.source == "measures" then
    pieces[#pieces + 1] = words.counted(#r.measures, "measure")
      .. (r.constant > 0 and string.format(" (%d that never vary left out)", r.constant) or "")
    if r.missing > 0 then
      pieces[#pieces + 1] = words.counted(r.missing, "missing value")
        .. " taken from the training part's medians"
    end
  end
  return paragraph(pieces)
end

local function looks_text(held)
  if held.looks == 1 then return "looked at for the first time; the count is kept" end
  return string.format("looked at %d times; the interval no longer means what it says", held.looks)
end

local function heldout_lines(held, levels)
  local lines = {"Held out: " .. groups_text(levels, held.n), area_line(held, true)}
  for _, line in ipairs(#levels == 2 and binary_lines(held) or ordinal_lines(held)) do
    lines[#lines + 1] = line
  end
  lines[#lines + 1] = adjusted_line(held)
  if held.leakage.found then lines[#lines + 1] = paragraph({leakage_text(held.leakage)}) end
  lines[#lines + 1] = paragraph({"mean of all folds' models, their mean threshold", looks_text(held)})
  return lines
end

local function result_text(r)
  local lines = {string.format("%s   %s", r.title, groups_text(r.levels, r.n))}
  if r.tasks and #r.tasks > 0 then
    lines[1] = lines[1] .. ", " .. words.display(words.first(r.tasks, 2), 30)
  end
  if r.unit == "clip" then
    lines[#lines + 1] = paragraph({
      "SPLIT BY CLIP, NOT BY PARTICIPANT: every number here is too good",
      "it shows what leakage does and is no result"})
  end
  local function add(line) lines[#lines + 1] = line end
  add(area_line(r))
  for _, line in ipairs(#r.levels == 2 and binary_lines(r) or ordinal_lines(r)) do add(line) end
  add(adjusted_line(r))
  add(paragraph({permutation_text(r.permutation)}))
  add(paragraph({leakage_text(r.leakage)}))
  add(paragraph({design_text(r), "seed " .. r.options.seed}))
  add(method_line(r))
  add(data_line(r))
  if r.heldout then
    for _, line in ipairs(heldout_lines(r.heldout, r.levels)) do add(line) end
  end
  return table.concat(lines, "\n")
end

-- ---- Methods ----

-- One row of numbers, for tables of several results.
local FIELDS = {"auc", "auc_within", "auc_pooled", "sensitivity", "specificity", "accuracy"}

function methods.df(r)
  if not r.predictions then kit.wrong("Result:df: needs a Result before the colon") end
  local columns = {}
  for _, name in ipairs(FIELDS) do
    if r[name] then columns[#columns + 1] = {name, {r[name]}} end
    local ci = r[name .. "_ci"] or (name == "auc" and r.ci)
    if r[name] and ci then
      columns[#columns + 1] = {name .. "_low", {ci[1]}}
      columns[#columns + 1] = {name .. "_high", {ci[2]}}
    end
  end
  if r.title then table.insert(columns, 1, {"model", {r.title}}) end
  if r.kappa then
    columns[#columns + 1] = {"kappa_linear", {r.kappa.linear}}
    columns[#columns + 1] = {"kappa_quadratic", {r.kappa.quadratic}}
    columns[#columns + 1] = {"spearman", {r.spearman.r}}
  end
  return df.new(columns)
end

Result.__tostring = result_text

function Heldout.__tostring(held)
  return table.concat(heldout_lines(held, held.levels), "\n")
end

function kit.as_result(result)
  if result.heldout then result.heldout.levels = result.levels end
  return setmetatable(result, Result)
end

function kit.as_heldout(held) return setmetatable(held, Heldout) end

kit.result_metatable = Result
