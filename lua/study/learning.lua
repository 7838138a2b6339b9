-- SPDX-License-Identifier: GPL-3.0-or-later
-- Diagnosis and severity: cross-validated, then on participants who were kept unseen.

local study = ...

-- The covariates that the manifest has for adjustment.
function study.covariates(recordings)
  local names = {}
  for _, name in ipairs {"age", "sex"} do
    if recordings.manifest:has(name) then names[#names + 1] = name end
  end
  return #names > 0 and names or nil
end

-- What is asked of the learner: label is "group" or "severity"; finished folds are kept under name until all
-- is done.
function study.question(run, label, name)
  local r, o = run.recordings, run.options
  local q = {cohort = r.cohort, label = label, folds = o.folds, repeats = o.repeats, seed = o.seed,
    covariates = label == "group" and study.covariates(r) or nil, heldout = r.unseen and "test" or nil,
    checkpoint = run.out .. "/stages/" .. (name or label) .. ".folds"}
  if label == "group" then
    q.positive = o.positive
  else
    q.levels = {o.mild, o.severe}
  end
  return q
end

-- The network where this mien has one, else the elastic net over measures; its name comes with it.
function study.learn(run, question)
  if model.train then
    local clips, message = run.recordings.cohort:clips(run.options.clips)
    if not clips then return nil, message end
    question.clips, question.epochs = clips, run.options.epochs
    return model.train(question)
  end
  question.kind, question.permutations = "logistic", run.options.permutations
  return model.fit(question)
end

local function with_interval(value, ci)
  if value ~= value then return "NA" end
  if not ci or ci[1] ~= ci[1] then return string.format("%.2f", value) end
  return string.format("%.2f [%.2f, %.2f]", value, ci[1], ci[2])
end

local NAMES = {"auc", "sensitivity", "specificity", "accuracy"}

-- Results beside the study's: one row per number.
function study.beside(result, title)
  local columns = {{"measure", {}}, {"this run [95 % CI]", {}}, {"published [95 % CI]", {}}}
  local published = study.published_results[title] or {}
  for i, name in ipairs(NAMES) do
    columns[1][2][i] = name == "auc" and "AUC" or name
    columns[2][2][i] = with_interval(result[name] or 0 / 0, name == "auc" and result.ci or result[name
      .. "_ci"])
    columns[3][2][i] = published[name] or ""
  end
  return df.new(columns)
end

local function show(page, label, name, title, result)
  page:subheading(title:sub(1, 1):upper() .. title:sub(2))
  page:table(name, study.beside(result, title), title, "Published: " .. study.source)
  if result.roc then
    page:figure(name .. "_roc", plot.roc(result.roc, {band = true}), "ROC curve of "
      .. title
      .. "; the marked point is Youden's of these very participants, so optimistic; band: pointwise 95 %")
  end
  local c = stats.confusion(result.predictions:col(label), result.predictions.predicted,
    {levels = result.levels})
  page:figure(name .. "_confusion", plot.confusion(c), "True and predicted, " .. title)
end

local function of_question(page, run, label)
  local result, problem = study.learn(run, study.question(run, label))
  if not result then
    page:text("This could not be learned: %s", tostring(problem))
    return nil
  end
  page:text("Learner: %s.", result.title)
  page:output(result)
  assert(result.predictions:write(run.out .. "/tables/" .. label .. "_predictions.csv"))
  if result.model then
    local file = run.out .. "/" .. label .. ".model"
    local saved, problem = result.model:save(file)
    page:text("%s", saved and "The models of all folds are in " .. file .. "; model.load reads them."
      or "The model could not be saved: " .. tostring(problem))
  end
  return result
end

study.add_stage("diagnosis", "Diagnosis", function(page, run)
  local r = run.recordings
  page:text("Told apart: %s and %s. Participants, never recordings or clips, are dealt to %d folds; every "
    .. "threshold comes from the training part.", r.levels[1], r.levels[2], run.options.folds)
  if not model.train then
    page:text("This build of mien has no network, so the learner is a logistic regression over measures.")
  end
  if model.train and not run.options.cohort then
    page:text("The network begins with a trunk that learned from other faces drawn by the same painter "
      .. "how they move. On recordings of real people it knows less, and its results here say nothing "
      .. "about them.")
  end
  local result = of_question(page, run, "group")
  if not result then return end
  show(page, "group", "diagnosis", "diagnosis, cross-validated", result)
  if result.heldout then
    show(page, "group", "diagnosis_unseen", "diagnosis, unseen", result.heldout)
    page:text("Looks at the unseen participants so far, with this one: %d. Only the first counts in full.",
      result.heldout.looks)
  else
    page:text("Nobody is kept unseen (no participant has split \"test\"), so there is no last validation.")
  end
end)

-- How many patients have each of the values, among those learned from and unseen.
function study.severity_counts(people, values)
  local train, test = 0, 0
  local wanted = {}
  for _, value in ipairs(values) do wanted[value] = true end
  for i = 1, #people do
    local severity = people.severity[i]
    local text = math.type(severity) and string.format("%.14g", severity) or tostring(severity)
    if wanted[text] then
      if people:has("split") and people.split[i] == "test" then test = test + 1 else train = train + 1 end
    end
  end
  return train, test
end

study.add_stage("severity", "Severity", function(page, run)
  local o, people = run.options, study.people(run.recordings)
  if not people:has("severity") then
    page:text("The manifest has no column severity.")
    return
  end
  local mild, mild_unseen = study.severity_counts(people, o.mild)
  local severe, severe_unseen = study.severity_counts(people, o.severe)
  page:text("Mild (severity %s) against moderate or severe (%s). Rule: patients with any other value are "
    .. "left out, as are all controls. Left in: %d mild and %d moderate or severe; unseen %d and %d. The "
    .. "study left patients out, too; by which rule is not known.", table.concat(o.mild, ", "),
    table.concat(o.severe, ", "), mild, severe, mild_unseen, severe_unseen)
  if math.min(mild, severe) < o.folds then
    page:text("That is too few for %d folds, so severity is not learned.", o.folds)
    return
  end
  local question = study.question(run, "severity")
  -- Unseen patients of one kind alone stay unseen, though nothing can be said of them.
  if mild_unseen + severe_unseen == 0 then question.heldout = nil end
  local result, problem = study.learn(run, question)
  if not result then
    page:text("This could not be learned: %s", tostring(problem))
    return
  end
  page:output(result)
  assert(result.predictions:write(run.out .. "/tables/severity_predictions.csv"))
  show(page, "severity", "severity", "severity, cross-validated", result)
  if result.heldout and result.heldout.looks > 1 then
    page:text("The unseen patients were looked at before, for diagnosis: it is another question, as in the "
      .. "study, but of the same recordings.")
  end
  if result.heldout and mild_unseen > 0 and severe_unseen > 0 then
    show(page, "severity", "severity_unseen", "severity, unseen", result.heldout)
  end
end)
