-- SPDX-License-Identifier: GPL-3.0-or-later
-- Classical learners over measures: a part of lua/api/model.lua.

local data_options = {
  {"data", "data frame", "none", "one row per participant with the label and the measures; or cohort ="},
  {"cohort", "Cohort", "none", "its wide table, made of what c:extract() kept; or data ="},
  {"label", "column name", "\"group\"", "what is to be told"},
  {"positive", "value of the label", "none", "the condition; not needed with levels"},
  {"levels", "array", "none", "values from the least to the greatest; several may share one: "
    .. "{\"mild\", {\"moderate\", \"severe\"}}; others are left out and counted"},
  {"measures", "names or patterns", "all numbers", "columns, measures of every task, or patterns such as "
    .. "\"happiness_*_peak\""},
  {"task", "name or names", "all", "measures of these tasks alone"},
  {"covariates", "column names", "none", "for the adjusted area; never learnt from"},
  {"split", "column name", "\"split\"", "says who is held out"},
  {"participant", "column name", "\"participant\"", "who is who in data"},
  {"missing", "number 0..1", "0.5", "participants with a larger share of missing measures are left out"},
  {"column_missing", "number 0..1", "0.2", "measures with a larger share of missing values in the training "
    .. "part are left out there, and counted"},
}
local validation_options = {
  {"folds", "count", "5", "folds of participants, stratified"},
  {"repeats", "count", "1", "how often they are dealt anew"},
  {"leave_one_out", "boolean", "false", "every participant a fold"},
  {"nested", "boolean", "false", "choose settings from a grid by inner folds of each training part"},
  {"inner", "count", "5", "inner folds, for settings and for thresholds"},
  {"heldout", "value of split, or participants", "none", "kept out of all folds, then judged by the "
    .. "mean of "
    .. "their models; every look is counted"},
  {"weights", "\"balanced\" or \"none\"", "\"balanced\"", "each level counts as if all had equally many "
    .. "participants, in the fit and in the probabilities"},
  {"threshold", "number 0..1", "none", "fixed beforehand; else Youden's on training participants"},
  {"seed", "integer", "1", "same seed, same bytes"},
  {"conf", "number 0..1", "0.95", "level of the intervals"},
  {"checkpoint", "prefix of files", "none", "keeps finished folds, to go on after a stop"},
  {"threads", "count", "all cores", "for networks"},
  {"progress", "boolean", "true", "show a progress line where there is a terminal"},
}

local function joined(...)
  local all = {}
  for _, list in ipairs {...} do table.move(list, 1, #list, #all + 1, all) end
  return all
end

local example_data = [[d = {participant = {}, group = {}, fissure = {}, brow = {}}
for i, u in ipairs {.3, .8, .1, .6, .9, .4, .7, .2, .5, .35, .95, .15, .65, .85, .45, .75, .25, .55, .05,
  .6} do
  d.participant[i] = "p" .. i
  d.group[i] = i % 2 == 0 and "MG" or "HC"
  d.fissure[i], d.brow[i] = u - (i % 2 == 0 and .5 or 0), (i * 7 % 11) / 11
end
]]

return {
  functions = {
    {
      name = "model.fit", usage = "model.fit{data = | cohort =, positive =, kind = [, options]}",
      summary = "a classical learner over measures, validated",
      about = [[Fits the learner in every training part and predicts the participants left out. Medians
for missing values, standardisation, choice of measures, lambda and probabilities are all learnt in the
training part alone and kept with the model. help "learners" says what the kinds do.]],
      arguments = {},
      options = joined({
        {"kind", "\"logistic\", \"svm\", \"svm_rbf\" or \"forest\"", "\"logistic\"", "the learner"},
      }, data_options, {
        {"alpha", "number 0..1", "0.5", "logistic: 0 ridge, 1 lasso; nested: 0.5, 1, 0"},
        {"lambda", "number", "chosen within", "logistic: the penalty; 0 is maximum likelihood. Not "
          .. "given, it is "
          .. "that of the least deviance in a cross-validation within the training part"},
        {"cost", "number", "0.1, 1", "svm and svm_rbf: what a participant on the wrong side costs; "
          .. "nested: 0.1, 0.01, 1 and 1, 10"},
        {"gamma", "number", "1", "svm_rbf: times 1 / measures; nested: 1, 0.25"},
        {"trees", "count", "300", "forest: trees"},
        {"mtry", "number 0..1", "0", "forest: the share of the measures tried per split, 0 their square "
          .. "root; nested: 0, 1/3"},
        {"min_leaf", "count", "3", "forest: a node with no more participants is not split; nested: 3, 8"},
        {"grid", "array of tables", "of the kind", "settings that nested chooses from, such as "
          .. "{{alpha = 1}, {alpha = 0}}"},
        {"permutations", "count", "99", "retrainings under labels by lot, for the test against chance; "
          .. "0: lots over "
          .. "the fixed scores instead"},
      }, validation_options),
      returns = {{"r", "Result", "the same as model.train's: auc, ci, sensitivity, specificity, "
        .. "accuracy, predictions, "
        .. "calibration, confusion, folds, ...; r:importance(), r:coefficients()"}},
      failures = [[Raises on wrong options, unknown columns and values, too few participants for the
folds. Returns nil, message, "data" where no participant or no measure is left.]],
      example = example_data .. [[r = model.fit{data = df.new(d), positive = "MG", seed = 1,
        permutations = 0}
print(r.auc > 0.7, #r.predictions)]], output = "true\t20",
      source = "Friedman et al. 2010 (glmnet); Cortes and Vapnik 1995; Platt 1999, Lin et al. 2007; "
        .. "Breiman 2001",
      see = {"model.benchmark", "Result:importance", "Result:coefficients", "learners"},
    },
    {
      name = "model.benchmark", usage = "model.benchmark{data = | cohort = | clips =, kinds = [, options]}",
      summary = "several learners on the same folds, in one table",
      about = [[All learners see the same participants in the same folds; participants who lack clips or
measures are left out and counted where both are needed. Paired DeLong tests compare each with the
reference, by the pooled out-of-fold probabilities, with Holm's adjustment; the text says plainly
whether the network beats the baselines.]],
      arguments = {},
      options = joined({
        {"kinds", "array of kinds", "all classical ones, a network first where clips are given",
          "\"logistic\", \"svm\", \"svm_rbf\", \"forest\", and the networks of model.train"},
        {"clips", "Clips", "none", "for networks, as c:clips{} gives them"},
        {"network", "table", "none", "options of model.train for the networks, such as {epochs = 30}"},
        {"reference", "kind or \"best\"", "the network, else the first", "what the others are compared "
          .. "with; the best is "
          .. "chosen after the fact, which the text says"},
        {"permutations", "count", "0", "as in model.fit"},
      }, data_options, validation_options),
      returns = {
        {"b.table", "data frame", "model, auc, low, high, auc_pooled, sensitivity, specificity (ordered "
          .. "levels: kappa, "
          .. "quadratic weights, and spearman), accuracy, brier (mean over levels); also b:df()"},
        {"b.tests", "data frame or nil", "reference, model, level, difference (reference less model), "
          .. "low, high, p, "
          .. "p_holm; one row per threshold of ordered levels"},
        {"b.results", "array of Result", "also by kind: b.logistic"},
        {"b.reference, b.verdict", "Result, text", "what was compared with, what came out"},
        {"b.lost", "table or nil", "measures, clips: participants left out for want of the other"},
      },
      failures = [[Raises as model.fit does. Returns nil, message, code where the data or a learner fail.]],
      example = example_data .. [[b = model.benchmark{data = df.new(d), positive = "MG",
        kinds = {"logistic", "svm"}}
print(#b.table, b.reference.kind, #b.tests)]], output = "2\tlogistic\t1",
      source = "DeLong et al. 1988; Holm 1979", see = {"model.fit", "stats.roc_test", "learners"},
    },
    {
      name = "Result:importance", usage = "r:importance{by = [, options]}",
      summary = "permutation importance on participants left out",
      about = [[How much of the area within folds is lost when the values of a measure change places among
the tested participants of each fold, whose model had not seen them. Measures that say the same stand in
for each other, so each may seem dispensable: whole regions and tasks, moved together, show that.]],
      arguments = {},
      options = {
        {"by", "\"measure\", \"region\" or \"task\"", "\"measure\"", "what is moved together; regions "
          .. "and tasks are read "
          .. "off the names"},
        {"groups", "{name = patterns}", "none", "other groups, such as {lids = {\"*fissure*\", "
          .. "\"*ear*\"}}"},
        {"shuffles", "count", "20", "in every fold"},
        {"seed", "integer", "the result's", "same seed, same numbers"},
        {"progress", "boolean", "true", "show a progress line where there is a terminal"},
      },
      returns = {{"d", "data frame", "the largest first: measure (region, task, group), importance "
        .. "(mean loss of area), sd "
        .. "(over shuffles), used (share of folds whose model uses it), region and task, or measures "
        .. "(their number)"}},
      failures = [[Raises for results of networks, of leave_one_out and of wrong options. Returns nil,
message, "data" where no fold tested both groups.]],
      example = example_data .. [[r = model.fit{data = df.new(d), positive = "MG", kind = "svm",
        permutations = 0}
print(r:importance().measure[1])]], output = "fissure",
      source = "Breiman 2001; Fisher, Rudin and Dominici 2019", see = {"Result:coefficients", "model.fit"},
    },
    {
      name = "Result:coefficients", usage = "r:coefficients{options}",
      summary = "coefficients of a linear model, with intervals",
      about = [[Of one fit on all participants of the folds. The intervals are percentiles over refits on
participants drawn with replacement within each level, lambda as it was chosen: they hold for this
penalty, which draws coefficients towards 0, and are no tests.]],
      arguments = {},
      options = {
        {"replicates", "count", "1000", "refits"},
        {"seed", "integer", "the result's", "same seed, same numbers"},
        {"conf", "number 0..1", "the result's", "level of the intervals"},
        {"progress", "boolean", "true", "show a progress line where there is a terminal"},
      },
      returns = {{"d", "data frame", "the largest first: measure; coefficient, per standard deviation "
        .. "(logistic: of the log "
        .. "odds of a higher level; svm: of the decision value); low, high; selected, the share of "
        .. "refits that use it"}},
      failures = [[Raises on wrong options and for networks. Returns nil, message, "data" for svm_rbf,
forest, and svm of more than two levels, which have none.]],
      example = example_data .. [[r = model.fit{data = df.new(d), positive = "MG", permutations = 0}
c = r:coefficients{replicates = 200}
print(c.measure[1], c.high[1] < 0)]], output = "fissure\ttrue",
      source = "Efron 1979", see = {"Result:importance", "model.fit"},
    },
  },
  topics = {
    {
      name = "learners",
      text = [[
model.fit learns from one row of measures per participant:

  logistic   regression with the elastic net's penalty, whose strength lambda is chosen
             within each training part; ordered levels: proportional odds, one slope for all
  svm        a hyperplane with the widest margin; probabilities by a sigmoid learnt from
             training participants left out in turn; it never turns the order round
  svm_rbf    the same with a radial kernel: bounded regions instead of a plane
  forest     trees on resampled participants, each split the best of some measures

For K ordered levels svm and forest learn "level k or above" for every k and pool what is
out of order. With weights = "balanced", the default, probabilities are those for equally
many participants of each level, not those of a clinic.

The optimisers are checked against R: logistic against glm and glmnet, proportional
odds against polr (MASS), svm against libsvm with its last digits polished, within 1e-6 or
better (scripts/oracle/learners.R). dlib solves svm and grows forests.

With fewer than some hundred participants nested choice of settings adds more noise than
skill: the defaults are meant to be used as they are. A lasso that finds nothing says so
by an area of 0.5.]],
    },
  },
}
