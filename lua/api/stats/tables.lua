-- SPDX-License-Identifier: GPL-3.0-or-later
-- Agreement, regression and table 1.

local conf = {"conf", "number 0..1", "0.95", "confidence level of the intervals"}
local dropped = {"dropped", "count", "pairs or rows left out because something is missing"}
local note = {"note", "text or nothing", "what to know before using the numbers"}
local labels = "text, numbers or booleans"

return {
  functions = {
    {
      name = "stats.kappa", usage = "stats.kappa(a, b [, options])",
      summary = "agreement of two raters beyond chance",
      about = [[Cohen's kappa, plain or weighted by how far apart two levels are. The interval uses the
standard error of Fleiss, Cohen and Everitt, the test that kappa is 0 the one under chance.]],
      arguments = {{"a", labels, "levels given by the first rater"}, {"b", labels,
        "by the second, in pairs"}},
      options = {
        {"weights", "\"none\", \"linear\" or \"quadratic\"", "\"none\"", "how near misses count"},
        {"levels", "array", "sorted", "the levels in order; required for weights where levels are text"},
        conf,
      },
      returns = {
        {"kappa, ci, se", "number, {low, high}, number", "NaN where all pairs are in one level"},
        {"z, p, se_null", "number", "test that kappa is 0, two-sided"},
        {"observed, expected", "number 0..1", "weighted agreement, and by chance"},
        {"counts, levels", "arrays", "counts[i][j]: level i by a, j by b"}, {"n", "count", "pairs used"},
        dropped, note,
      },
      failures = "Raises on wrong arguments and where the order of levels is needed and not given.",
      example = [[k = stats.kappa({1, 2, 3, 3, 2}, {1, 2, 3, 2, 2}, {weights = "quadratic"})
print(string.format("%.3f", k.kappa))]],
      output = "0.800",
      source = "Cohen 1960, 1968; Fleiss, Cohen and Everitt 1969", see = {"stats.confusion"},
    },
    {
      name = "stats.confusion", usage = "stats.confusion(truth, predicted [, options])",
      summary = "true and predicted levels counted, with intervals",
      about = [[With two levels the result has the numbers of the positive one; with more, of every level
against the rest in .classes. Proportions have Wilson intervals. plot.confusion draws it.]],
      arguments = {{"truth", labels, "the true level of each participant"},
        {"predicted", labels, "what was said of each"}},
      options = {
        {"positive", "a level", "1 or true", "the condition, where there are two levels"},
        {"levels", "array", "sorted", "all levels in order; of two the last is the positive one"},
        conf,
      },
      returns = {
        {"tp, fn, fp, tn", "count", "two levels only"},
        {"sensitivity, specificity, ppv, npv", "number 0..1", "each with its _ci; two levels only"},
        {"accuracy, accuracy_ci", "number 0..1, {low, high}", "share of right predictions"},
        {"balanced_accuracy", "number 0..1", "mean sensitivity of the levels"},
        {"classes", "array", "the same fields for each level against the rest"},
        {"counts, levels, n", "arrays, count", "counts[i][j]: truly level i, predicted j"}, dropped,
      },
      failures = "Raises on wrong arguments and where positive is needed and not given.",
      example = [[c = stats.confusion({"MG", "MG", "HC", "HC"}, {"MG", "HC", "HC", "HC"}, {positive = "MG"})
print(c.sensitivity, c.specificity)]],
      output = "0.5\t1.0",
      source = "Wilson 1927; R 4.2.2 prop.test", see = {"plot.confusion", "stats.kappa", "stats.roc"},
    },
    {
      name = "Confusion:df", usage = "c:df()", summary = "one row per level, against the rest",
      arguments = {}, options = {},
      returns = {{"d", "data frame", "level, n, tp, fp, tn, fn, then each proportion with _low and _high"}},
      failures = "Never fails.",
      example = [[print(#stats.confusion({1, 0}, {1, 1}):df())]], output = "2", see = {"stats.confusion"},
    },
    {
      name = "stats.logistic", usage = "stats.logistic(d, options)",
      summary = "logistic regression: odds ratios with intervals",
      about = [[Maximum likelihood. A column of text becomes one term per level but the first (sorted). Rows
with anything missing are dropped and counted. Where a term tells the outcomes apart without error, its
estimate is infinite: .separated is true, .note names the terms and their intervals are NaN. A term that
others already say is left out (NaN) and named.]],
      arguments = {{"d", "data frame", "one row per participant"}},
      options = {
        {"y", "column name", "required", "the outcome, two levels"},
        {"x", "column name or array of them", "required", "the predictors"},
        {"positive", "a level of y", "1 or true", "the outcome whose odds are modelled"}, conf,
      },
      returns = {
        {"term, estimate, se, z, p", "columns", "one item per term, the intercept first; Wald tests"},
        {"odds_ratio, low, high", "columns", "exp(estimate) and its Wald interval"},
        {"terms", "data frame", "all of these"},
        {"deviance, null_deviance, df, null_df", "number", "of the fit and of the intercept alone"},
        {"aic, log_likelihood", "number", ""},
        {"fitted", "column", "probability for each row of d, NaN for dropped ones"},
        {"separated, converged", "boolean", ""}, {"n, positives", "count", "rows used"}, dropped, note,
      },
      failures = "Raises on wrong arguments and unknown columns.",
      example = [[d = df.new{sick = {0, 0, 1, 0, 1, 1}, smile = {9, 7, 6, 5, 4, 2}}
print(string.format("%.4f", stats.logistic(d, {y = "sick", x = "smile"}).odds_ratio[2]))]],
      output = "0.3342",
      source = "R 4.2.2 glm; McCullagh and Nelder 1989", see = {"stats.table1", "stats.roc"},
    },
    {
      name = "stats.table1", usage = "stats.table1(d [, options])",
      summary = "who took part: the first table of a paper",
      about = [[Numbers as mean (SD) or median [quartiles], text as n (%). Two groups: Welch t-test or
Mann-Whitney test; more: Welch's analysis of variance or Kruskal-Wallis test. Counts: chi-squared test
(Yates's correction in 2 by 2 tables), Fisher's exact test where a 2 by 2 table expects under 5. p-values are
not adjusted.]],
      arguments = {{"d", "data frame", "one row per participant"}},
      options = {
        {"group", "column name", "none: everybody", "the groups, in order of appearance"},
        {"columns", "array of column names", "all but participant, video and neutral",
          "the rows of the table"},
        {"median", "column names, or true", "none", "numbers shown as median [IQR] and tested by ranks"},
        {"counts", "column names", "none", "numbers to be counted as levels"},
        {"levels", "array", "as they come", "the groups in the order wanted"},
      },
      returns = {
        {"groups, n", "arrays", "names and sizes"},
        {"rows", "array",
          "name, cells, and where defined p, test, statistic, smd (standardised mean difference, "
          .. "without sign), missing"},
        {"without_group", "count", "rows left out"},
      },
      failures = "Raises on wrong arguments, unknown columns and a participant with more than one row.",
      example = [[d = df.new{group = {"MG", "MG", "HC", "HC"}, age = {60, 50, 55, 49}}
print(stats.table1(d, {group = "group"}).rows[1].cells[1])]],
      output = "55.0 (7.1)",
      source = "R 4.2.2; Yang and Dalton 2012 (standardised differences of levels)",
      see = {"stats.compare", "Report:table"},
    },
    {
      name = "Table1:df", usage = "t:df()", summary = "the table as printed, all text",
      arguments = {}, options = {},
      returns = {{"d", "data frame", "variable, one column per group, p, test, SMD, missing"}},
      failures = "Never fails.",
      example = [[print(stats.table1({age = {60, 50}}):df().variable[1])]], output = "age, mean (SD)",
      see = {"stats.table1"},
    },
    {
      name = "Table1:notes", usage = "t:notes()", summary = "what stands below the table",
      arguments = {}, options = {}, returns = {{"text", "text", "tests, what SMD is, what is missing"}},
      failures = "Never fails.",
      example = [[print(stats.table1({age = {60, 50}}):notes())]], output = "nothing missing",
      see = {"stats.table1"},
    },
    {
      name = "Roc:band", usage = "r:band([options])", summary = "pointwise confidence band of a ROC curve",
      about = [[Participants are drawn again within each group; at every specificity the band holds the middle
share of the sensitivities drawn. It is pointwise: the whole curve lies inside it less often than conf.]],
      arguments = {},
      options = {
        {"conf", "number 0..1", "that of the curve", "level at each place"},
        {"replicates", "whole number", "2000", "bootstrap samples"}, {"seed", "whole number", "1", ""},
        {"places", "whole number", "101", "specificities from 0 to 1"},
      },
      returns = {{"d", "data frame", "specificity, sensitivity, low, high"}},
      failures = "Raises on wrong options.",
      example = [[r = stats.roc({1, 2, 3, 4}, {0, 1, 0, 1}, {direction = "higher"})
print(#r:band{places = 5})]],
      output = "5",
      source = "percentile bootstrap, as ci.se of pROC", see = {"stats.roc", "plot.roc"},
    },
  },
}
