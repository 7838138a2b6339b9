-- SPDX-License-Identifier: GPL-3.0-or-later
-- model.benchmark: several kinds of learners on the same participants in the same folds, in one table, with
-- paired DeLong tests of their out-of-fold probabilities.

local kit = ...
local model = kit.model
local words = require "mien.words"
local df = require "mien.df"

local NAN = 0 / 0
local CALLER = "model.benchmark"

local Benchmark = {__name = "mien.benchmark", __index = {}}

-- ---- Data: the same participants for all ----

local function positions(data)
  local at = {}
  for i, p in ipairs(data.participants) do at[p] = i end
  return at
end

local function picked_rows(values, rows)
  if not values then return nil end
  local kept = {}
  for k, i in ipairs(rows) do kept[k] = values[i] end
  return kept
end

local function frame_rows(d, rows)
  local columns = {}
  for _, name in ipairs(d:names()) do columns[#columns + 1] = {name, picked_rows(d:col(name), rows)} end
  return df.new(columns)
end

-- The data with these rows alone, in this order.
local function restricted(data, rows)
  local own = setmetatable({}, {__index = data})
  for _, name in ipairs {"participants", "level", "split", "clip_rows"} do
    own[name] = picked_rows(data[name], rows)
  end
  if data.table then own.table = frame_rows(data.table, rows) end
  if #data.covariates:names() > 0 then own.covariates = frame_rows(data.covariates, rows) end
  return own
end

-- Both reduced to the participants that both have; returns how many that leaves out of either.
local function matched(measures, clips)
  local at, mine, theirs = positions(clips), {}, {}
  for i, p in ipairs(measures.participants) do
    if at[p] and clips.level[at[p]] == measures.level[i] then
      mine[#mine + 1], theirs[#theirs + 1] = i, at[p]
    end
  end
  local lost = {measures = #measures.participants - #mine, clips = #clips.participants - #theirs}
  return restricted(measures, mine), restricted(clips, theirs), lost
end

-- {measures =, clips =, lost =} as the learners need them, or nil, message, code.
local function load_data(learners, options)
  local needs, found = {}, {}
  for _, learner in ipairs(learners) do needs[learner.source] = true end
  local message, code
  if needs.measures then
    found.measures, message, code = kit.measure_data(options, CALLER)
    if not found.measures then return nil, message, code end
  end
  if needs.clips then
    local own = kit.picked(options, kit.data_options, CALLER)
    own.measures, own.missing, own.clips, own.source = nil, nil, options.clips, "clips"
    own.table = options.data
    found.clips, message, code = kit.data(own)
    if not found.clips then return nil, message, code end
  end
  if found.measures and found.clips then
    found.measures, found.clips, found.lost = matched(found.measures, found.clips)
    if #found.measures.participants == 0 then
      return nil, CALLER .. ": no participant has both measures and clips", "data"
    end
  end
  return found
end

-- ---- Comparisons ----

-- The reference's area of one threshold less the other's; people without a score in either are dropped.
local function test_of(a, b, k, conf)
  if not (a.at[k].roc and b.at[k].roc) then return nil end
  return kit.stats.roc_test(a.at[k].roc, b.at[k].roc, {paired = true, conf = conf})
end

-- One row per other learner and threshold: the reference's area less the other's.
local function tests_frame(results, reference, data, conf)
  local columns = {{"reference", {}}, {"model", {}}, {"level", {}}, {"difference", {}}, {"low", {}},
    {"high", {}}, {"p", {}}, {"p_holm", {}}}
  local function add(values)
    local n = #columns[1][2] + 1
    for c, value in ipairs(values) do columns[c][2][n] = value end
  end
  for _, result in ipairs(results) do
    for k = 1, result ~= reference and #data.levels - 1 or 0 do
      local test = test_of(reference, result, k, conf)
      local ci = test and test.ci or {NAN, NAN}
      add {reference.kind, result.kind, data.levels[k + 1], test and test.diff or NAN, ci[1], ci[2],
        test and test.p or NAN}
    end
  end
  columns[8][2] = #columns[7][2] > 0 and kit.stats.adjust(columns[7][2], "holm") or {}
  return #columns[1][2] > 0 and df.new(columns) or nil
end

local function table_frame(results, conf)
  local names = {"model", "auc", "low", "high", "auc_pooled", "sensitivity", "specificity", "accuracy",
    "brier", "kappa", "spearman"}
  local columns = {}
  for c, name in ipairs(names) do columns[c] = {name, {}} end
  for i, r in ipairs(results) do
    local ordinal = r.kappa ~= nil
    local brier = 0
    for _, at in ipairs(r.at) do brier = brier + at.calibration.brier / #r.at end
    local values = {r.kind, r.auc, r.ci[1], r.ci[2], r.auc_pooled, r.sensitivity or NAN, r.specificity or NAN,
      r.accuracy, brier, ordinal and r.kappa.quadratic or NAN, ordinal and r.spearman.r or NAN}
    for c, value in ipairs(values) do columns[c][2][i] = value end
  end
  local kept = {}
  for _, column in ipairs(columns) do
    local ordinal = results[1].kappa ~= nil
    local only_ordinal = column[1] == "kappa" or column[1] == "spearman"
    local only_binary = column[1] == "sensitivity" or column[1] == "specificity"
    if not (ordinal and only_binary or not ordinal and only_ordinal) then kept[#kept + 1] = column end
  end
  return df.new(kept)
end

-- ---- The verdict ----

-- The network against every baseline: it beats one where its area is larger and Holm's p is below 1 - conf.
local function verdict(results, reference, tests, conf)
  if not tests then return "one model only: nothing to compare" end
  if reference.source ~= "clips" then
    return "no network was among them; " .. reference.title .. " is what the others are compared with"
  end
  local beaten, not_beaten = {}, {}
  for _, r in ipairs(results) do
    if r.source ~= "clips" then
      local better = true
      for i = 1, #tests do
        if tests:col("model")[i] == r.kind then
          local p = tests:col("p_holm")[i]
          better = better and tests:col("difference")[i] > 0 and p < 1 - conf
        end
      end
      table.insert(better and beaten or not_beaten, r.title)
    end
  end
  if #beaten + #not_beaten == 0 then return "no baseline over measures was among them" end
  local text = "the network (" .. reference.title .. ") "
  if #not_beaten == 0 then return text .. "beats every baseline" end
  if #beaten == 0 then return text .. "is not shown to beat any baseline" end
  return text .. "beats " .. table.concat(beaten, ", ") .. "; it is not shown to beat "
    .. table.concat(not_beaten, ", ")
end

-- ---- As text ----

local function number(x) return x ~= x and "NA" or string.format("%.2f", x) end
local function interval(x, ci)
  return string.format("%s [%s, %s]", number(x), number(ci[1]), number(ci[2]))
end
local function p_text(p)
  if p ~= p then return "NA" end
  if p < 0.001 then return "< .001" end
  return (string.format(p < 0.1 and "%.3f" or "%.2f", p):gsub("^0", ""))
end

local function test_cells(b, kind)
  if kind == b.reference.kind then return "ref.", "" end
  local difference, p = {}, {}
  for i = 1, b.tests and #b.tests or 0 do
    if b.tests:col("model")[i] == kind then
      difference[#difference + 1] = string.format("%+.2f", -b.tests:col("difference")[i])
      p[#p + 1] = p_text(b.tests:col("p_holm")[i])
    end
  end
  return table.concat(difference, ", "), table.concat(p, ", ")
end

local function table_rows(b)
  local ordinal = b.results[1].kappa ~= nil
  local rows = {{"", "AUC", ordinal and "kappa" or "sens.", ordinal and "Spearman" or "spec.", "acc.",
    "Brier", "diff.", "p Holm"}}
  for i, r in ipairs(b.results) do
    local difference, p = test_cells(b, r.kind)
    rows[#rows + 1] = {r.title, interval(r.auc, r.ci), number(ordinal and r.kappa.quadratic or r.sensitivity),
      number(ordinal and r.spearman.r or r.specificity), number(r.accuracy),
      string.format("%.3f", b.table:col("brier")[i]), difference, p}
  end
  return rows
end

local function aligned(rows)
  local widths, lines = {}, {}
  for _, row in ipairs(rows) do
    for c, cell in ipairs(row) do widths[c] = math.max(widths[c] or 0, utf8.len(cell) or #cell) end
  end
  for i, row in ipairs(rows) do
    local cells = {}
    for c, cell in ipairs(row) do cells[c] = cell .. (" "):rep(widths[c] - (utf8.len(cell) or #cell)) end
    lines[i] = (table.concat(cells, "  "):gsub("%s+$", ""))
  end
  return lines
end

function Benchmark.__tostring(b)
  local r = b.results[1]
  local groups = {}
  for k, name in ipairs(r.levels) do
    groups[k] = string.format("%s (n = %d)", words.display(name, 24), r.n[k])
  end
  local lines = {string.format("%s of %s", words.counted(#b.results, "model"), table.concat(groups, ", "))}
  table.move(aligned(table_rows(b)), 1, #b.results + 1, 2, lines)
  local width = math.min(words.width(), 110) - 1
  local function add(text) lines[#lines + 1] = words.wrapped(text, "    ", width, "  ") end
  add(b.verdict)
  local o = r.options
  add(string.format("the same %s for all, seed %d; AUC %s; differences and paired DeLong tests are of the "
    .. "pooled out-of-fold probabilities, against %s, Holm over %s; no p-value says that two are equally "
    .. "good",
    o.leave_one_out and "leave-one-out" or words.counted(o.folds, "fold") .. " x "
      .. words.counted(o.repeats, "repeat"), o.seed, r.auc_kind, b.reference.title,
    words.counted(b.tests and #b.tests or 0, "test")))
  if b.lost and b.lost.measures + b.lost.clips > 0 then
    add(string.format("left out since they lack one of the two: %d with measures alone, %d with clips alone",
      b.lost.measures, b.lost.clips))
  end
  add(r.rule .. "; " .. r.left_out_text)
  for _, one in ipairs(b.results) do
    if one.leakage and one.leakage.found then add("LEAKAGE in " .. one.title .. ": see its own result") end
  end
  return table.concat(lines, "\n")
end

function Benchmark.__index.df(b) return b.table end

-- ---- The function ----

local function known_kinds()
  local networks = {}
  for kind in pairs(kit.learners) do networks[kind] = true end
  for _, kind in ipairs(kit.classical.kinds) do networks[kind] = nil end
  local list = {}
  for kind in pairs(networks) do list[#list + 1] = kind end
  table.sort(list)
  return kit.joined(kit.classical.kinds, list), list
end

local function kinds_of(options)
  local known, networks = known_kinds()
  local kinds = options.kinds
  if kinds == nil then
    kinds = kit.joined(options.clips and {networks[1]} or {}, kit.classical.kinds)
  elseif type(kinds) ~= "table" or #kinds == 0 then
    kit.wrong("%s: kinds must list kinds of models, such as {\"logistic\", \"forest\"}", CALLER)
  end
  local seen = {}
  for _, kind in ipairs(kinds) do
    kit.check_kind(kind, known, CALLER, "kinds")
    if seen[kind] then kit.wrong("%s: kinds has %s twice", CALLER, kind) end
    seen[kind] = true
  end
  return kinds
end

local function make_learners(kinds, options)
  local learners = {}
  for i, kind in ipairs(kinds) do
    local own = {caller = CALLER, nested = options.nested, weights = options.weights,
      column_missing = options.column_missing}
    local is_network = true
    for _, classical in ipairs(kit.classical.kinds) do is_network = is_network and kind ~= classical end
    if is_network then
      own = {caller = CALLER, nested = options.nested}
      for name, value in pairs(options.network or {}) do own[name] = value end
    end
    learners[i] = kit.learners[kind](own)
  end
  return learners
end

-- The network where there is one, else the first; or as asked for.
local function reference_of(results, asked)
  if asked == "best" then
    local best = results[1]
    for _, r in ipairs(results) do
      if r.auc_pooled > best.auc_pooled then best = r end
    end
    return best
  end
  for _, r in ipairs(results) do
    if asked == r.kind or not asked and r.source == "clips" then return r end
  end
  return results[1]
end

local OPTIONS = {"kinds", "data", "clips", "reference", "weights", "column_missing", "network", "progress"}

function model.benchmark(options)
  options = words.check_options(options, CALLER,
    kit.joined(OPTIONS, kit.data_options, kit.validation_options), kit.wrong)
  kit.check_flag(options, "progress", CALLER)
  kit.check_flag(options, "nested", CALLER)
  if options.network ~= nil and type(options.network) ~= "table" then
    kit.wrong("%s: network must be a table of options of model.train", CALLER)
  end
  local kinds = kinds_of(options)
  if options.reference ~= nil then
    kit.check_kind(options.reference, kit.joined({"best"}, kinds), CALLER, "reference")
  end
  local learners = make_learners(kinds, options)
  local found, message, code = load_data(learners, options)
  if not found then return nil, message, code end
  local own = setmetatable({permutations = options.permutations or 0}, {__index = options})
  local b = {results = {}, lost = found.lost}
  for i, learner in ipairs(learners) do
    local result
    result, message, code = kit.validated(learner, found[learner.source], own, CALLER)
    if not result then return nil, message, code end
    b.results[i], b[learner.kind] = result, result
  end
  local conf = b.results[1].conf
  b.reference = reference_of(b.results, options.reference)
  b.tests = tests_frame(b.results, b.reference, found[b.reference.source], conf)
  b.table = table_frame(b.results)
  b.verdict = verdict(b.results, b.reference, b.tests, conf)
  if options.reference == "best" then
    b.verdict = b.verdict .. "; the best was chosen after the fact, so its lead is too large by some"
  end
  return setmetatable(b, Benchmark)
end
