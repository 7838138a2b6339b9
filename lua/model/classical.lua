-- SPDX-License-Identifier: GPL-3.0-or-later
-- The classical learners over measures: regularised logistic regression, support vector machines, random
-- forests. What computes is in src/model/learner.h; here are their settings and their form as learners.

local kit = ...
local core = kit.core
local words = require "mien.words"
local df = require "mien.df"

local DEFAULT_MISSING = 0.2

-- settings: what can be set, by the name users know -> {name in the core, check}. grid: what nested selection
-- chooses from; the first is used where nothing is selected.
local KINDS = {
  logistic = {
    title = "logistic regression",
    settings = {alpha = "alpha", lambda = "lambda"},
    grid = {{alpha = 0.5}, {alpha = 1}, {alpha = 0}},
  },
  svm = {
    title = "linear SVM",
    settings = {cost = "cost"},
    grid = {{cost = 0.1}, {cost = 0.01}, {cost = 1}},
  },
  svm_rbf = {
    title = "radial SVM",
    settings = {cost = "cost", gamma = "gamma"},
    grid = {{cost = 1, gamma = 1}, {cost = 10, gamma = 1}, {cost = 1, gamma = 0.25},
      {cost = 10, gamma = 0.25}},
  },
  forest = {
    title = "random forest",
    settings = {trees = "trees", mtry = "tried", min_leaf = "leaf"},
    grid = {{mtry = 0, min_leaf = 3}, {mtry = 1 / 3, min_leaf = 3}, {mtry = 0, min_leaf = 8}},
  },
}
local NAMES = {"logistic", "svm", "svm_rbf", "forest"}
local RANGES = {
  alpha = {0, 1}, lambda = {0, 1e6}, cost = {1e-6, 1e6}, gamma = {1e-6, 1e6},
  trees = {1, 5000, whole = true}, mtry = {0, 1}, min_leaf = {1, 1000, whole = true},
}

-- The kinds in the order in which they are told, and the names of all their settings.
kit.classical = {kinds = NAMES, settings = {"grid", "weights", "column_missing"}}
for name in pairs(RANGES) do table.insert(kit.classical.settings, name) end
table.sort(kit.classical.settings)

-- ---- Settings ----

local function check_setting(name, value, caller)
  local range = RANGES[name]
  local good = type(value) == "number" and value >= range[1] and value <= range[2]
  if range.whole then good = good and math.type(math.tointeger(value)) == "integer" end
  if not good then
    kit.wrong("%s: %s must be a %s between %g and %g, not %s", caller, name,
      range.whole and "whole number" or "number", range[1], range[2], tostring(value))
  end
end

local function check_settings(kind, settings, caller)
  if type(settings) ~= "table" then kit.wrong("%s: grid must be a list of tables of settings", caller) end
  for name, value in pairs(settings) do
    if not KINDS[kind].settings[name] then
      local own = {}
      for other in pairs(KINDS[kind].settings) do own[#own + 1] = other end
      table.sort(own)
      kit.wrong("%s: %s has no setting %s; it has %s", caller, kind, tostring(name), table.concat(own, ", "))
    end
    check_setting(name, value, caller)
  end
end

local function settings_text(settings)
  local names, parts = {}, {}
  for name in pairs(settings) do names[#names + 1] = name end
  table.sort(names)
  for i, name in ipairs(names) do parts[i] = string.format("%s = %.6g", name, settings[name]) end
  return table.concat(parts, ", ")
end

-- The grid as given, or the kind's own with the settings that were given in every entry, each once.
local function make_grid(kind, options, caller)
  local grid, seen = {}, {}
  if options.grid ~= nil and (type(options.grid) ~= "table" or #options.grid == 0) then
    kit.wrong("%s: grid must be a list of tables of settings", caller)
  end
  -- Only nested selection needs more than one: it fits each of them on every inner fold.
  local own = options.nested and KINDS[kind].grid or {KINDS[kind].grid[1]}
  for _, entry in ipairs(options.grid or own) do
    if options.grid then check_settings(kind, entry, caller) end
    local settings = {}
    for name, value in pairs(entry) do settings[name] = value end
    for name in pairs(KINDS[kind].settings) do
      if options[name] ~= nil then
        check_setting(name, options[name], caller)
        settings[name] = options[name]
      end
    end
    local text = settings_text(settings)
    if not seen[text] then grid[#grid + 1] = settings end
    seen[text] = true
  end
  return grid
end

-- ---- The measures as one matrix ----

local matrices = setmetatable({}, {__mode = "k"})

-- The matrix of these measures for all participants of the data; kept as long as its table is.
local function matrix_of(data, names)
  local key = table.concat(names, "\0")
  local kept = matrices[data.table]
  if not kept then
    kept = {}
    matrices[data.table] = kept
  end
  if not kept[key] then
    local columns = {}
    for j, name in ipairs(names) do
      if not data.table:has(name) then
        kit.wrong("%s: the model was trained on the measure %s, which is not there", data.caller or "model",
          name)
      end
      columns[j] = data.table:col(name)
    end
    kept[key] = core.matrix(columns, names)
  end
  return kept[key]
end

local function levels_of(data, rows)
  local levels = {}
  for i, row in ipairs(rows) do levels[i] = data.level[row] end
  return levels
end

-- ---- What was fitted ----

local Fitted = {}
Fitted.__index = Fitted

local function wrap(learner)
  local about = core.learner_about(learner)
  return setmetatable({learner = learner, about = about, names = about.names}, Fitted)
end

-- shuffle (may be nil): {columns = numbers of measures, seed =}: their values change places among the rows.
function Fitted:scores(data, rows, shuffle)
  return assert(core.learner_scores(self.learner, matrix_of(data, self.names), rows,
    shuffle and shuffle.columns, shuffle and shuffle.seed))
end

function Fitted:bytes() return core.learner_bytes(self.learner) end

-- One number per measure, per standard deviation; nil where this kind has none.
function Fitted:coefficients() return core.learner_coefficients(self.learner) end

-- Probabilities of the training rows by the trees that had not seen them; forests only.
function Fitted:out_of_bag() return core.learner_out_of_bag(self.learner) end

-- Percentile intervals over participants drawn with replacement: low, high, share of fits with a coefficient.
function Fitted:bootstrap(data, rows, replicates, seed, conf, show)
  return core.learner_bootstrap(matrix_of(data, self.names), rows, levels_of(data, rows), #data.levels,
    self.learner, replicates, seed, conf, show)
end

-- What went in, in words: "58 of 60 measures (1 with too many missing values, 1 that does not vary)"
function Fitted:text()
  local about, reasons = self.about, {}
  if about.missing > 0 then
    reasons[#reasons + 1] = string.format("%d with more missing values than allowed", about.missing)
  end
  if about.constant > 0 then
    reasons[#reasons + 1] = string.format("%d that %s not vary", about.constant,
      about.constant == 1 and "does" or "do")
  end
  return string.format("%d of %s%s", about.used, words.counted(#about.names, "measure"),
    #reasons > 0 and " (left out: " .. table.concat(reasons, ", ") .. ")" or "")
end

-- ---- Learners ----

local function restore(bytes)
  local learner, message, code = core.learner_read(bytes)
  if not learner then return nil, message, code end
  return wrap(learner)
end

local function design_of(kind, settings, options, context)
  local design = {kind = kind, seed = context.seed, balanced = options.weights ~= "none",
    most_missing = options.column_missing or DEFAULT_MISSING}
  for name, own in pairs(KINDS[kind].settings) do
    if settings[name] ~= nil then design[own] = settings[name] end
  end
  return design
end

local function check_options(options, caller)
  if options.weights ~= nil and options.weights ~= "balanced" and options.weights ~= "none" then
    kit.wrong('%s: weights must be "balanced" or "none", not %s', caller, tostring(options.weights))
  end
  local most = options.column_missing
  if most ~= nil and not (type(most) == "number" and most >= 0 and most < 1) then
    kit.wrong("%s: column_missing must be a number from 0 to below 1, not %s", caller, tostring(most))
  end
end

local function make_learner(kind, options)
  options = options or {}
  local caller = options.caller or "model.fit"
  check_options(options, caller)
  local learner = {kind = kind, title = KINDS[kind].title, source = "measures", restore = restore,
    grid = make_grid(kind, options, caller), settings_text = settings_text}
  learner.identity = string.format("%s %s %s", kind, options.weights or "balanced",
    options.column_missing or DEFAULT_MISSING)
  function learner.fit(data, rows, settings, context)
    local fitted, message, code = core.learner_fit(matrix_of(data, data.measures), rows,
      levels_of(data, rows), #data.levels, design_of(kind, settings, options, context))
    if not fitted then return nil, (message:gsub("^model%.fit", context.caller or caller)), code end
    return wrap(fitted)
  end
  return learner
end

for _, kind in ipairs(NAMES) do
  kit.learners[kind] = function(options) return make_learner(kind, options) end
end

-- ---- Coefficients with intervals ----

-- One row per measure, the largest first: what one standard deviation more adds to the log odds (of a higher
-- level), with the bootstrap's interval, and the share of its fits in which the measure was chosen.
function kit.coefficient_frame(fitted, data, rows, options)
  local values = fitted:coefficients()
  if not values then
    return nil, string.format("%s: a %s has no coefficients; see importance", options.caller,
      KINDS[fitted.about.kind].title), "data"
  end
  local low, high, selected = fitted:bootstrap(data, rows, options.replicates, options.seed, options.conf,
    options.progress ~= false)
  if not low then return nil, high, selected end
  local order = {}
  for j = 1, #values do
    if values[j] == values[j] then order[#order + 1] = j end
  end
  table.sort(order, function(i, j)
    local a, b = math.abs(values[i]), math.abs(values[j])
    if a ~= b then return a > b end
    return i < j
  end)
  local columns = {{"measure", {}}, {"coefficient", {}}, {"low", {}}, {"high", {}}, {"selected", {}}}
  for k, j in ipairs(order) do
    columns[1][2][k] = fitted.names[j]
    columns[2][2][k], columns[3][2][k], columns[4][2][k] = values[j], low[j], high[j]
    columns[5][2][k] = selected[j]
  end
  return df.new(columns)
end

-- The coefficients of several fitted models, such as those of the folds: one row per measure, the largest
-- mean first; lowest and highest among the models (0 where a model does not use the measure), and the share
-- that uses it. nil, message, code where the kind has none.
function kit.member_coefficients(members, caller)
  local values = {}
  for m, member in ipairs(members) do
    values[m] = member.coefficients and member:coefficients()
    if not values[m] then return nil, caller .. ": this kind of model has no coefficients", "data" end
  end
  local rows = {}
  for j, name in ipairs(members[1].names) do
    local row = {name = name, place = j, mean = 0, low = math.huge, high = -math.huge, used = 0}
    for _, own in ipairs(values) do
      local x = own[j] == own[j] and own[j] or 0
      row.mean, row.low, row.high = row.mean + x / #members, math.min(row.low, x), math.max(row.high, x)
      row.used = row.used + (x ~= 0 and 1 / #members or 0)
    end
    rows[j] = row
  end
  table.sort(rows, function(a, b)
    if math.abs(a.mean) ~= math.abs(b.mean) then return math.abs(a.mean) > math.abs(b.mean) end
    return a.place < b.place
  end)
  local columns = {{"measure", {}}, {"coefficient", {}}, {"lowest", {}}, {"highest", {}}, {"selected", {}}}
  for i, row in ipairs(rows) do
    for c, value in ipairs {row.name, row.mean, row.low, row.high, row.used} do columns[c][2][i] = value end
  end
  return df.new(columns)
end
