-- SPDX-License-Identifier: GPL-3.0-or-later
-- model.fit, model.benchmark, importance and coefficients, on simulated tables of measures.

local t = require "harness"
local _ = model.fit -- loads the module
local kit = require "mien.model.kit"

-- Standard normal numbers that only the seed decides; the next call begins them anew.
local function normals(seed)
  math.randomseed(kit.core.seed_of(seed, 3))
  return function()
    return math.sqrt(-2 * math.log(1 - math.random())) * math.cos(2 * math.pi * math.random())
  end
end

-- rows participants of these levels in turn; of `wide` measures the first three are d apart between levels.
local function cohort(options)
  local next_number = normals(options.seed or 1)
  local levels = options.levels or {"HC", "MG"}
  local columns = {{"participant", {}}, {"group", {}}, {"age", {}}}
  for i = 1, options.rows or 80 do
    columns[1][2][i] = string.format("p%03d", i)
    columns[2][2][i] = levels[(i - 1) % #levels + 1]
    columns[3][2][i] = 40 + 10 * next_number()
  end
  local names = {"happiness_commissure_l_peak", "happiness_commissure_r_peak", "happiness_mouth_width_peak",
    "upgaze_fissure_l_low", "upgaze_fissure_r_low"}
  for j = 1, options.wide or 20 do
    local values = {}
    for i = 1, #columns[1][2] do
      values[i] = next_number() - (j <= 3 and (options.d or 0) * ((i - 1) % #levels) or 0)
    end
    columns[#columns + 1] = {names[j] or "happiness_au" .. j .. "_peak", values}
  end
  return df.new(columns)
end

local function fit(options)
  options.positive = not options.levels and "MG" or nil
  options.permutations = options.permutations or 0
  options.covariates = "age"
  -- A fixed threshold needs no inner folds, which most of these tests do not look at.
  if options.threshold == nil then options.threshold = 0.5 end
  options.progress = false
  return model.fit(options)
end

local KINDS = {"logistic", "svm", "svm_rbf", "forest"}

t.test("every kind finds a known effect, and none where there is none", function()
  for _, kind in ipairs(KINDS) do
    local settings = kind == "forest" and 60 or nil
    local found = assert(fit {kind = kind, data = cohort {d = 0.8, seed = 4}, trees = settings})
    t.ok(found.auc > 0.65, kind .. ": " .. found.auc)
    t.equal(#found.predictions, 80)
    local sum = 0
    for seed = 1, 10 do
      sum = sum + assert(fit {kind = kind, data = cohort {rows = 40, seed = 10 + seed}, trees = settings}).auc
    end
    -- One area of 20 + 20 has a standard error of about 0.11 over cohorts, so their mean one of 0.035.
    t.near(sum / 10, 0.5, 0.1, kind)
  end
end)

t.test("same seed, same probabilities; another one, others", function()
  for _, kind in ipairs(KINDS) do
    local function probabilities(seed)
      local r = fit {kind = kind, data = cohort {d = 0.5, rows = 40}, seed = seed,
        trees = kind == "forest" and 50 or nil}
      local texts = {}
      for i, p in ipairs(r.predictions.probability:values()) do texts[i] = string.format("%a", p) end
      local bytes = {}
      for i, member in ipairs(r.members) do bytes[i] = member:bytes() end
      return table.concat(texts, " "), table.concat(bytes)
    end
    local first, bytes = probabilities(5)
    local again, same_bytes = probabilities(5)
    t.equal(first, again, kind)
    t.ok(bytes == same_bytes, kind .. ": bytes differ")
    t.ok(first ~= probabilities(6), kind .. ": the seed does nothing")
  end
end)

t.test("a learner's bytes give the same probabilities back", function()
  local data = kit.data {table = cohort {d = 1}, positive = "MG", caller = "test"}
  local rows, tested = {}, {}
  for i = 1, 60 do rows[i] = i end
  for i = 61, 80 do tested[#tested + 1] = i end
  for _, kind in ipairs(KINDS) do
    local learner = kit.learners[kind] {trees = kind == "forest" and 50 or nil}
    local fitted = assert(learner.fit(data, rows, learner.grid[1], {seed = 3}))
    local restored = assert(learner.restore(fitted:bytes()))
    local a, b = fitted:scores(data, tested), restored:scores(data, tested)
    for i = 1, #tested do t.equal(a[i][1], b[i][1], kind) end
    t.equal(restored.names[1], "age")
    t.fails("damaged", "model", learner.restore(fitted:bytes():sub(1, -2)))
    t.fails("no classical learner", "model", learner.restore("something else"))
  end
end)

t.test("missing values, constant columns and thin participants", function()
  local d = cohort {d = 1, rows = 60}
  local thin, half, flat = d:col("happiness_au9_peak"):values(), {}, {}
  for i = 1, 60 do
    if i % 10 == 0 then thin[i] = df.NA end
    half[i] = i % 3 == 0 and df.NA or i
    flat[i] = 2
  end
  d = d:with {happiness_au9_peak = thin, happiness_half = half, happiness_flat = flat}
  local data = kit.data {table = d, positive = "MG", caller = "test", covariates = "age"}
  t.equal(data.constant, 1)
  local rows = {}
  for i = 1, #data.participants do rows[i] = i end
  local fitted = assert(kit.learners.logistic {}.fit(data, rows, {alpha = 0}, {seed = 1}))
  t.equal(fitted:text(), "20 of 21 measures (left out: 1 with more missing values than allowed)")
  t.equal(fitted.about.missing, 1)
  local all = assert(kit.learners.logistic {column_missing = 0.5}.fit(data, rows, {alpha = 0}, {seed = 1}))
  t.equal(all.about.used, 21)
  t.ok(fit {data = d}.auc > 0.7)
end)

t.test("coefficients of maximum likelihood are those of a logistic regression", function()
  local d = cohort {d = 0.8, wide = 3, rows = 80, seed = 2}
  local r = assert(fit {data = d, lambda = 0, alpha = 0})
  local c = assert(r:coefficients {replicates = 200, progress = false})
  t.equal(#c, 3)
  t.equal(table.concat(c:names(), " "), "measure coefficient low high selected")
  -- The gradient of the log-likelihood at the coefficients, in standardised columns, is 0.
  local eta, slopes = {}, {}
  for i = 1, 80 do eta[i] = 0 end
  local columns = {}
  for k = 1, 3 do
    local values = d:col(c.measure[k])
    local mean, ss, x = values:mean(), 0, {}
    for i = 1, 80 do ss = ss + (values[i] - mean) ^ 2 end
    for i = 1, 80 do
      x[i] = (values[i] - mean) / math.sqrt(ss / 80)
      eta[i] = eta[i] + c.coefficient[k] * x[i]
    end
    columns[k], slopes[k] = x, 0
  end
  local intercept = 0
  for _ = 1, 50 do
    local g, h = 0, 0
    for i = 1, 80 do
      local p = 1 / (1 + math.exp(-intercept - eta[i]))
      g, h = g + (d.group[i] == "MG" and 1 or 0) - p, h + p * (1 - p)
    end
    intercept = intercept + g / h
  end
  for k = 1, 3 do
    for i = 1, 80 do
      local p = 1 / (1 + math.exp(-intercept - eta[i]))
      slopes[k] = slopes[k] + columns[k][i] * ((d.group[i] == "MG" and 1 or 0) - p)
    end
    t.near(slopes[k], 0, 1e-4)
    t.ok(c.low[k] < c.coefficient[k] and c.coefficient[k] < c.high[k])
  end
  t.equal(tostring(r:coefficients {replicates = 50, progress = false}),
    tostring(r:coefficients {replicates = 50, progress = false}))
  local members = kit.member_coefficients(r.members, "test")
  t.equal(#members, 3)
  t.equal(members.measure[1], c.measure[1])
  t.ok(members.lowest[1] <= members.coefficient[1] and members.coefficient[1] <= members.highest[1])
  t.near(members.coefficient[1], c.coefficient[1], 0.2)
  t.fails("a random forest has no coefficients", "data",
    fit({kind = "forest", data = d, trees = 20}):coefficients())
end)

t.test("importance finds the measures, the region and the task that tell", function()
  local d = cohort {d = 1.2, seed = 3, wide = 12}
  for _, kind in ipairs {"logistic", "svm_rbf"} do
    local r = assert(fit {kind = kind, data = d, task = {"happiness", "upgaze"}})
    local each = r:importance {shuffles = 5, progress = false}
    t.equal(#each, 12)
    local telling = {happiness_commissure_l_peak = true, happiness_commissure_r_peak = true,
      happiness_mouth_width_peak = true}
    t.ok(telling[each.measure[1]] and telling[each.measure[2]], kind .. ": " .. tostring(each:head(4)))
    t.ok(each.importance[1] > 0.02)
    t.equal(tostring(r:importance {shuffles = 5, progress = false}), tostring(each))
    local region = r:importance {by = "region", shuffles = 5, progress = false}
    t.equal(region.region[1], "mouth")
    local task = r:importance {by = "task", shuffles = 5, progress = false}
    t.equal(task.task[1], "happiness")
    t.equal(task.measures[1] + task.measures[2], 12)
    local own = r:importance {groups = {lids = "*fissure*", corners = {"*commissure*"}}, shuffles = 5,
      progress = false}
    t.equal(own.group[1], "corners")
  end
  -- A measure that the penalty left out costs exactly nothing.
  local sparse = fit {data = d, task = {"happiness", "upgaze"}, alpha = 1, lambda = 0.15}
  local each = sparse:importance {shuffles = 3, progress = false}
  t.equal(each.importance[#each], 0)
  t.equal(each.used[#each], 0)
end)

t.test("ordered levels: probabilities fall, agreement is told", function()
  local d = cohort {d = 1, rows = 90, levels = {"mild", "moderate", "severe"}, seed = 5}
  for _, kind in ipairs(KINDS) do
    local r = assert(fit {kind = kind, data = d, levels = {"mild", "moderate", "severe"},
      trees = kind == "forest" and 60 or nil})
    t.ok(r.kappa.quadratic > 0.4, kind .. ": kappa " .. r.kappa.quadratic)
    t.ok(r.spearman.r > 0.5, kind)
    local p = r.predictions
    for i = 1, #p do t.ok(p:col("at_least_moderate")[i] >= p:col("at_least_severe")[i], kind) end
  end
end)

t.test("retraining under labels by lot tells an effect from none", function()
  local r = assert(fit {kind = "svm", data = cohort {d = 1, rows = 40, wide = 8}, permutations = 39})
  t.ok(r.permutation.retrained)
  t.equal(r.permutation.p, 1 / 40)
  local none = assert(fit {kind = "svm", data = cohort {rows = 40, wide = 8, seed = 8}, permutations = 39})
  t.ok(none.permutation.p > 0.05)
end)

t.test("nested selection takes settings from the grid", function()
  local r = assert(fit {kind = "svm", data = cohort {d = 0.8, rows = 40, wide = 8}, nested = true})
  t.equal(#r.grid, 3)
  t.ok(r.auc > 0.6)
  local own = assert(fit {data = cohort {d = 0.8, rows = 40, wide = 8}, nested = true,
    grid = {{alpha = 1, lambda = 0.05}, {alpha = 0, lambda = 0.05}}})
  t.equal(#own.grid, 2)
  local forest = assert(fit {kind = "forest", data = cohort {rows = 40, wide = 8}, trees = 10, min_leaf = 2})
  t.equal(#forest.grid, 1)
end)

t.test("benchmark: same folds, one table, paired tests", function()
  local d = cohort {d = 0.8, seed = 4}
  local b = assert(model.benchmark {data = d, positive = "MG", covariates = "age", seed = 2,
    threshold = 0.5, kinds = {"logistic", "svm", "svm_rbf"}, progress = false})
  t.equal(table.concat(b.table.model:values(), " "), "logistic svm svm_rbf")
  t.equal(b.reference.kind, "logistic")
  t.equal(#b.tests, 2)
  -- Each is what model.fit gives alone, so the folds are the same.
  local alone = assert(fit {kind = "svm", data = d, seed = 2})
  t.equal(b.svm.auc, alone.auc)
  t.equal(b.table.auc[2], alone.auc)
  local test = stats.roc_test(b.logistic.roc, b.svm.roc, {paired = true})
  t.equal(b.tests.p[1], test.p)
  t.equal(b.tests.difference[1], test.diff)
  local holm = stats.adjust({b.tests.p[1], b.tests.p[2]}, "holm")
  t.equal(b.tests.p_holm[2], holm[2])
  local text = tostring(b)
  t.match(text, "linear SVM +0%.%d%d %[0%.%d%d, ")
  t.match(text, "no network was among them")
  for line in text:gmatch("[^\n]+") do t.ok(#line <= 110, line) end
  local best = assert(model.benchmark {data = d, positive = "MG", covariates = "age", seed = 2,
    threshold = 0.5, kinds = {"svm", "logistic"}, reference = "best", progress = false})
  t.match(tostring(best), "chosen after the fact")
end)

t.test("benchmark says whether a network beats the baselines", function()
  -- A network that knows the answer up to a chance, in place of one that would take minutes to train.
  local d = cohort {d = 0.4, seed = 6}
  local data = kit.data {table = d, positive = "MG", covariates = "age", caller = "test"}
  local next_number = normals(77)
  local known = {}
  for i, p in ipairs(data.participants) do known[p] = data.level[i] + 0.25 * next_number() end
  local function oracle(certainty)
    return function()
      local fitted = {bytes = function() return "" end}
      function fitted:scores(own, rows)
        local list = {}
        for k, row in ipairs(rows) do
          list[k] = {1 / (1 + math.exp(-certainty * (known[own.participants[row]] - 0.5)))}
        end
        return list
      end
      return {kind = "oracle", title = "3D CNN", source = "clips", grid = {{}},
        fit = function() return fitted end, restore = function() return fitted end}
    end
  end
  local clips = {df = function()
    local tasks = {}
    for i = 1, #d do tasks[i] = "happiness" end
    return df.new {{"participant", data.participants}, {"task", tasks}}
  end}
  local is_clips, leakage = kit.is_clips, kit.leakage
  local verdicts = {[4] = "beats every baseline", [-4] = "is not shown to beat any baseline"}
  for certainty, verdict in pairs(verdicts) do
    kit.learners.oracle = oracle(certainty)
    kit.is_clips = function(value) return value == clips end
    kit.leakage = function(own, ...)
      if own.source == "clips" then return {certain = {}, p = 0 / 0, found = false} end
      return leakage(own, ...)
    end
    local ok, b, problem = pcall(model.benchmark, {data = d, clips = clips, positive = "MG",
      covariates = "age", kinds = {"logistic", "oracle"}, threshold = 0.5, progress = false})
    kit.learners.oracle, kit.is_clips, kit.leakage = nil, is_clips, leakage
    t.ok(ok and b, tostring(problem or b))
    t.equal(b.reference.kind, "oracle")
    t.match(b.verdict, verdict)
    t.equal(b.lost.measures + b.lost.clips, 0)
  end
end)

t.test("wrong use is told", function()
  local d = cohort {rows = 20, wide = 4}
  t.raises('model%.fit: kind must be one of .* not lgistic; did you mean "logistic"', model.fit,
    {kind = "lgistic", data = d, positive = "MG"})
  t.raises("give either data = .* or cohort =", model.fit, {positive = "MG"})
  t.raises("model%.fit: .*fold_s", model.fit, {data = d, positive = "MG", fold_s = 3})
  t.raises("alpha must be a number between 0 and 1, not 2", model.fit, {data = d, positive = "MG", alpha = 2})
  t.raises("trees must be a whole number", model.fit,
    {data = d, positive = "MG", kind = "forest", trees = 1.5})
  t.raises("svm has no setting alpha; it has cost", model.fit,
    {data = d, positive = "MG", kind = "svm", grid = {{alpha = 1}}})
  t.raises('weights must be "balanced" or "none"', model.fit, {data = d, positive = "MG", weights = "heavy"})
  t.raises('no column of numbers is like "upgaze_%*_peak"', model.fit,
    {data = d, positive = "MG", measures = "upgaze_*_peak"})
  t.raises("kinds has svm twice", model.benchmark, {data = d, positive = "MG", kinds = {"svm", "svm"}})
  local r = fit {data = d}
  t.raises("by must be one of", r.importance, r, {by = "face"})
  local one = fit {data = d, leave_one_out = true}
  t.raises("too few to permute", one.importance, one)
end)
