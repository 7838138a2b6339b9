-- SPDX-License-Identifier: GPL-3.0-or-later
-- What the study could not do: simpler learners, adjustment for age and sex, what the learner looks at.

local study = ...

-- One row per participant who is not kept unseen.
local function training_table(r)
  local wide = assert(r.cohort:wide())
  if not r.unseen then return wide end
  return wide:where(function(row) return row.split ~= "test" end)
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
  local curves = {}
  for _, result in ipairs(b.results) do
    if result.roc then curves[result.title] = result.roc end
  end
  if next(curves) then page:figure("baselines_roc", plot.roc(curves),
    "ROC curves of the learners over measures") end
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
  local people, score = study.people(r), nil
  for _, name in ipairs(predictions:names()) do
    if not score and (name == "probability" or name:find("^p_")) then score = name end
  end
  if not score then
    page:text("The predictions have no column of probabilities.")
    return
  end
  local columns = {}
  for _, name in ipairs(names) do columns[#columns + 1] = name end
  local kept = people:select{"participant", "group", table.unpack(columns)}
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

study.add_stage("explanation", "What the learner looks at", function(page, run)
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
