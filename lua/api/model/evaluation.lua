-- SPDX-License-Identifier: GPL-3.0-or-later
-- How models are validated: a part of lua/api/model.lua.

return {
  functions = {
    {
      name = "Result:df", usage = "r:df()",
      summary = "the main numbers of a validation as one row",
      about = [[What model.train, model.fit and model.benchmark give is a Result. It prints what a paper
reports; its fields are listed here. Those of the last lines exist only where they apply.]],
      arguments = {},
      options = {},
      returns = {
        {"d", "data frame", "model, areas with their intervals, sensitivity, specificity, accuracy "
          .. "(ordered levels: kappa, Spearman instead)"},
        {"r.auc, r.ci, r.se", "number, {low, high}, number", "the mean of the areas within folds (also "
          .. ".auc_within); leave one out: pooled. r.auc_kind says which"},
        {"r.auc_pooled, r.auc_pooled_ci", "number, {low, high}", "of all out-of-fold probabilities together"},
        {"r.sensitivity, r.specificity, r.accuracy", "number 0..1", "each with a _ci (Wilson)"},
        {"r.predictions", "data frame", "one row per participant: label, probability (repeats averaged), "
          .. "predicted, margin over the threshold, models that voted"},
        {"r.folds", "data frame",
          "one row per fold: tested, auc, settings chosen, threshold and its source"},
        {"r.calibration", "table", "intercept (slope held at 1), slope, brier, curve (a data frame)"},
        {"r.confusion", "data frame", "true level by called level; r.counts is the same as arrays"},
        {"r.roc", "ROC",
          "of the pooled probabilities; its Youden point is chosen after the fact: optimistic"},
        {"r.permutation", "table", "p, auc, lots, retrained: whether models were trained anew"},
        {"r.leakage", "table", "found, p, certain (sentences), neighbours, retrained; see help \"leakage\""},
        {"r.at", "array", "the same for each threshold of ordered levels"},
        {"r.kappa, r.spearman", "table",
          "ordered levels: linear, quadratic and their _ci; stats.cor's result"},
        {"r.adjusted", "table", "with covariates: auc, ci, unadjusted, n, dropped"},
        {"r.heldout", "table", "of participants held out: the same fields, and looks"},
      },
      failures = "Raises on anything that is no Result.",
      example = [[x, group, who = {}, {}, {}
for i = 1, 24 do x[i], group[i], who[i] = i * 7 % 11 + (i > 12 and 5 or 0), i > 12 and "MG" or "HC", i end
r = model.fit{data = df.new{participant = who, group = group, x = x}, positive = "MG", permutations = 0}
print(r:df().model[1], #r.predictions)]],
      output = "logistic regression\t24",
      source = "DeLong, DeLong and Clarke-Pearson 1988; LeDell, Petersen and van der Laan 2015; Wilson 1927; "
        .. "Janes and Pepe 2009; Phipson and Smyth 2010",
      see = {"validation", "leakage", "held-out", "stats.roc"},
    },
  },
  topics = {
    {
      name = "validation",
      text = [[
How a model is validated, and what its numbers mean.

  Participants are the unit of every split. Folds are stratified: each has
  its share of every level. Repeats draw them anew; a participant's
  probabilities are averaged over repeats first, so nobody counts twice.
  Everything that is chosen is chosen on the training part: settings by
  inner folds; thresholds by Youden on inner out-of-fold scores (a
  network that is not pretrained: on the part it watches to stop). Out of
  fold means: by models that never saw the participant.
  The AUC within folds compares only participants tested by the same
  model, then averages. Pooled compares all with all; models differ in
  level from fold to fold, so it is often lower. With leave_one_out there
  is only pooled, and it is biased: leaving out a patient makes patients
  rarer in training.
  Intervals say what other participants would change, with the models as
  they are; what other training data would change is not in them. In 600
  simulated samples each the 95 % interval of the AUC within 5 folds held
  the truth of fixed scores in 92 to 94 % with 20 + 20 participants, in 95
  to 96 % with 50 + 50, in 87 to 93 % with 12 + 12 (AUC 0.58 to 0.86).
  Against chance: labels by lot, 99 times, everything trained anew each
  time. Networks keep their scores fixed instead, and the result says so.
  Adjusted AUC: how well a patient is told from controls of the same age
  and sex. Of the probability's logit, a linear model in controls is taken
  off first (Janes and Pepe 2009). Interval: 1000 bootstrap samples of
  participants.
  Calibration: an intercept above 0 means probabilities are too low; a
  slope below 1 that they are too extreme. A Brier score of 0.25 is that
  of guessing one half.

Ordered levels (levels = {"mild", "moderate", "severe"}): a probability of each level or
more, an AUC and a threshold for each. The called level is the number of thresholds
reached. Values in no level are left out; the rule and the counts are printed.]],
    },
    {
      name = "leakage",
      text = [[
When something of the tested participants reaches the training part, results are too
good. Every validation is asked for it; the result says LEAKAGE where p < .01.

  What is certain: a participant, the content of a video, or a whole row
  of measures on both sides of a split. A video entered under two names is
  found by this.
  Labels by lot: participants get labels by lot, and each tested clip or
  row takes the mean label of its three nearest on the training side. Such
  labels cannot be told: the AUC within folds is 0.50 on average, whatever
  the data. Where clips of a participant are on both sides, it is far
  above. 200 lots, no training.
  Retraining: the AUCs of the permutation test's own retrainings, where
  there are any, must be 0.50 on average, too. A learner that sees tested
  labels is found by this.

The p-values are of one-sided t-tests of the lots' AUCs against 0.50, times two where
both were done. On 500 simulated cohorts of 20 + 20 without leakage (half of them with a
true difference) it spoke in 7; on 20 more with four learners each, retraining
included, in 2 of 80; on clips of 40 drawn people, called patients by lot 20 times, in
none. With clips split instead of participants it spoke every time (measures, 5 clips
each: 80 of 80; drawn clips, 3 each: 20 of 20). scripts/bench null does this again.

It cannot see: measures made from the label, or chosen by it before they came here; a
room, camera or date that differs between groups; two videos of one person under two
names. Look at those with your own eyes.]],
    },
    {
      name = "held-out",
      text = [[
Participants held out are the only ones nobody has looked at yet, and only once.

  heldout = "test" holds out those whose column split says test (split =
  names another column); heldout = {"p07", "p12"} those listed. They are
  never trained on, and choose no setting and no threshold. The models of
  all folds give them their mean probability; the threshold is the mean of
  the folds' thresholds.
  Every look is counted before anything is predicted, and printed with the
  result. From the second on, whoever changed something in between has
  learnt from them: the interval no longer means what it says. A benchmark
  of five models is five looks.
  A look at some of them counts for each of them: leaving one out does not
  reset it.
  The counts of a cohort lie beside its store (STORE.looks); those of data
  frames in the state folder (model.looks), by the values of the rows.
  Both hold dates and digests, no names. Without a place to count there is
  no look.]],
    },
  },
}
