-- SPDX-License-Identifier: GPL-3.0-or-later
-- What the study could not do: simpler learners, adjustment for age and sex, what the learner looks at.

local study = ...

-- One row per participant who is not kept unseen.
local function training_table(r)
  local wide = assert(r.cohort:wide())
  if not r.unseen then return wide end
  return wide:where(function(row) return row.split ~= "test" end)
end

-- Paired tests of the network's cross-validated predictions against those of each learner over measures.
function study.compare_with_network(page, run, benchmark)
  if not model.train then return end
  local o = run.options
  local mine = df.read(run.out .. "/tables/group_predictions.csv", {text = {"participant", "group"}})
  if not mine then return end
  local columns = {{"learner", {}}, {"AUC network", {}}, {"AUC learner", {}}, {"difference", {}}, {"low", {}},
    {"high", {}}, {"p", {}}}
  for i, result in ipairs(benchmark.results) do
    local theirs = result.predictions:select{"participant", "probability"}:rename{probability = "other"}
    local both = mine:join(theirs, "participant")
    local asked = {positive = o.positive, direction = "higher"}
    local test = stats.roc_test(stats.roc(both.probability, both.group, asked),
      stats.roc(both.other, both.group, asked))
    for j, value in ipairs {result.title, test.auc[1], test.auc[2], test.diff, test.ci[1], test.ci[2],
      test.p} do
      columns[j][2][i] = value
    end
  end
  page:table("network_against", df.new(columns), "The network against learners over measures",
    "DeLong's test of pooled out-of-fold probabilities of the same participants; not adjusted for "
    .. "the number of tests")
end

study.add_stage("baselines", "Simpler learners", function(page, run)
  local r, o = run.recordings, run.options
  page:text("A network is only interesting if it beats learners that see nothing but measures. These are "
    .. "validated on the same participants as above, those kept unseen left alone.")
  local b, problem = model.benchmark{data = training_table(r), label = "group", positive = o.positive,
    folds = o.folds,
    repeats = o.repeats, seed = o.seed}
  if not b then
    page:text("They could not be learned: %s", tostring(problem))
    return
  end
  page:output(b)
  page:table("baselines", b.table, "Learners over measures")
  study.compare_with_network(page, run, b)
  local curves = {}
  for _, result in ipairs(b.results) do
    if result.roc then curves[result.title] = result.roc end
  end
  if next(curves) then page:figure("baselines_roc", plot.roc(curves),
    "ROC curves of the learners over measures") end
end)

study.add_stage("ordinal", "Severity in three steps", function(page, run)
  local r, o = run.recordings, run.options
  local people = study.people(r)
  if not people:has("severity") then
    page:text("The manifest has no column severity.")
    return
  end
  local steps, known = {o.mild, o.severe}, {}
  for _, list in ipairs(steps) do
    for _, value in ipairs(list) do known[value] = true end
  end
  -- Patients without complaints, where severity is a number, come before the mild ones.
  if not known["0"] then table.insert(steps, 1, {"0"}) end
  local counts, texts, few = {}, {}, false
  for k, step in ipairs(steps) do
    counts[k] = study.severity_counts(people, step)
    few = few or counts[k] < math.max(2, o.folds)
    texts[k] = string.format("%s (n = %d)", table.concat(step, ", "), counts[k])
  end
  page:text("Steps of severity among patients who are learned from: %s. Cumulative logits: one "
    .. "threshold between each two steps.", table.concat(texts, "; "))
  if few or #steps < 3 then
    page:text("A step has fewer patients than there are folds, or there are only two: not learned.")
    return
  end
  local question = study.question(run, "severity", "ordinal")
  question.levels, question.heldout = steps, nil
  if r.unseen then question.heldout = "test" end
  local result, problem = study.learn(run, question)
  if not result then
    page:text("This could not be learned: %s", tostring(problem))
    return
  end
  page:output(result)
  local k = stats.kappa(result.predictions.severity, result.predictions.predicted, {weights = "quadratic",
    levels = result.levels})
  page:output(k)
  local c = stats.confusion(result.predictions.severity, result.predictions.predicted,
    {levels = result.levels})
  page:figure("ordinal_confusion", plot.confusion(c), "True and predicted steps, cross-validated")
end)

study.add_stage("adjusted", "Adjustment for age and sex", function(page, run)
  local r, o = run.recordings, run.options
  local names = study.covariates(r)
  if not names then
    page:text("The manifest has neither age nor sex.")
    return
  end
  local predictions, problem = df.read(run.out .. "/tables/group_predictions.csv", {text = {"participant"}})
  if not predictions then
    page:text("There are no predictions to adjust: %s", tostring(problem))
    return
  end
  local people, score = study.people(r), "probability"
  local kept = people:select{"participant", "group", table.unpack(names)}
  local joined = predictions:select{"participant", score}:join(kept, "participant")
  local logit = {}
  for i = 1, #joined do
    local p = math.max(1e-6, math.min(1 - 1e-6, joined:col(score)[i]))
    logit[i] = math.log(p / (1 - p))
  end
  joined = joined:with{logit = logit}
  page:text("Odds of %s by the cross-validated score (its logit) alone, and with %s beside it. If the "
    .. "score only told age or sex apart, its odds ratio would fall to 1.", r.levels[1],
    table.concat(names, " and "))
  local alone = stats.logistic(joined, {y = "group", positive = r.levels[1], x = {"logit"}})
  page:table("adjusted_alone", alone.terms, "The score alone", alone.note)
  local both = stats.logistic(joined, {y = "group", positive = r.levels[1], x = {"logit",
    table.unpack(names)}})
  page:table("adjusted", both.terms, "With " .. table.concat(names, " and "), both.note)
end)

-- What each part of the face and each task adds to the network's logit, found by hiding it.
local function explain_network(page, run)
  local m = model.load and model.load(run.out .. "/group.model")
  if not m or m.source ~= "clips" then return end
  local e, problem = m:explain(run.recordings.cohort)
  if not e then
    page:text("The network could not be explained: %s", tostring(problem))
    return
  end
  page:subheading("The network")
  page:text("Parts of the clips are hidden in turn; what the logit loses is what the part contributed. "
    .. "Over clips of all participants, so it describes what was learned, not what would be found elsewhere.")
  page:output(e)
  page:table("network_regions", e:regions(), "Contributions of regions of the face")
  page:table("network_tasks", e:tasks(), "Contributions of tasks")
  page:figure("network_regions", e:plot_regions(), "Contributions of regions of the face")
  page:figure("network_time", e:plot_time(), "Contributions along the clip")
end

study.add_stage("explanation", "What the learner looks at", function(page, run)
  explain_network(page, run)
  page:subheading("Measures")
  local r, o = run.recordings, run.options
  local result, problem = model.fit{data = training_table(r), kind = "logistic", label = "group",
    positive = o.positive,
    folds = o.folds, repeats = 1, seed = o.seed, permutations = 0, task = r.tasks}
  if not result then
    page:text("Not known: %s", tostring(problem))
    return
  end
  page:text("Of the logistic regression over measures. Importance: how much the loss on unseen folds grows "
    .. "when the values of a group of measures are dealt out anew among participants.")
  local by_task = result:importance{by = "task"}
  if by_task then page:table("importance_tasks", by_task, "Importance of tasks") end
  local by_region = result:importance{by = "region"}
  if by_region then page:table("importance_regions", by_region, "Importance of regions of the face") end
  local coefficients = result:coefficients{replicates = o.size_name and 100 or 500}
  if coefficients then
    page:table("coefficients", coefficients, "Coefficients per standard deviation, the largest first",
      "Percentile intervals by drawing participants again", 15)
  end
end)

study.add_stage("recordings", "Recordings", function(page, run)
  local c = run.recordings.cohort
  page:output(c)
  local problems = c:problems()
  if #problems > 0 then
    page:table("problems", problems, "Recordings that could not be used")
  else
    page:text("Every recording could be used.")
  end
end)
