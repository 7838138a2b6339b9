-- SPDX-License-Identifier: GPL-3.0-or-later

local conf = {"conf", "number 0..1", "0.95", "confidence level of the intervals"}
local alternative = {"alternative", "\"two\", \"less\" or \"greater\"", "\"two\"",
  "what speaks against the null hypothesis: x differs, is lower, is higher; one end of ci is then infinite"}
local dropped = {"dropped", "count", "missing values (incomplete pairs) that were left out"}
local note = {"note", "text or nothing", "why a result is undefined (NaN) or not as asked"}
local method = {"method", "text", "the test that was done"}

return {
  module = "stats",
  summary = "tests, effect sizes, ROC curves, survival",
  about = [[
Statistics for comparing groups. Defaults are those of R, and every field agrees with R to 1e-8
relative (scripts/oracle holds the comparison). Samples are arrays of numbers or columns of a
data frame. Missing values (NaN) are dropped and counted in .dropped; an undefined result is NaN, never 0,
with a .note that says why: too few values, or values that do not vary.

A result is a table of plain fields that prints what a paper reports. stats.compare does one
test per measure of a data frame and adjusts p over all of them. Nothing is guessed: the
direction of a ROC curve is always given.]],
  functions = {
    {
      name = "stats.describe", usage = "stats.describe(x [, options])",
      summary = "mean, SD, quartiles of one sample",
      arguments = {{"x", "numbers", "the sample"}},
      options = {conf},
      returns = {
        {"n", "count", "values that are not missing"}, dropped,
        {"mean", "number, unit of x", "NaN for no values"},
        {"sd", "number, unit of x", "standard deviation, divides by n - 1"},
        {"se", "number, unit of x", "sd / sqrt(n)"},
        {"ci", "{low, high}", "interval of the mean by Student's t"},
        {"median, q1, q3", "number, unit of x", "quantiles of R's type 7"},
        {"iqr", "number, unit of x", "q3 - q1"},
        {"min, max", "number, unit of x", "the extremes"},
      },
      failures = "Raises on anything that is not numbers.",
      example = "print(stats.describe({3, 5, 8, 1, 9}).median)", output = "5.0",
      source = "R 4.2.2: mean, sd, quantile(type = 7), t.test", see = {"stats.ttest"},
    },
    {
      name = "stats.ttest", usage = "stats.ttest(x [, y] [, options])",
      summary = "t-tests: one sample, pairs, two samples",
      about = [[Two samples are compared by Welch's test, which does not assume equal variances. Cohen's d
divides the difference by the pooled SD, also under Welch; with paired = true by the SD of the differences;
for one sample it is (mean - mu) / SD. Hedges' g is d times the exact correction by gamma functions. Their
intervals invert the noncentral t distribution and are two-sided whatever the alternative. An empty table in
place of y is an empty sample, not options.]],
      arguments = {
        {"x", "numbers", "the first sample, or the only one"},
        {"y", "numbers", "the second sample; with paired = true its values belong to those of x"},
      },
      options = {
        {"paired", "boolean", "false", "x and y are pairs; pairs with a missing value are dropped"},
        {"equal_var", "boolean", "false", "Student's test instead of Welch's"},
        {"mu", "number, unit of x", "0", "mean, or difference of means, under the null hypothesis"},
        alternative, conf,
      },
      returns = {
        {"t, df, p", "number", "the statistic (also as .statistic), degrees of freedom, p-value"},
        {"diff", "number, unit of x",
          "mean of x - mean of y; mean of the differences of pairs; mean of one sample"},
        {"ci", "{low, high}", "interval of diff"},
        {"mean, sd, n", "arrays", "of x and y over the values used"},
        {"d, d_ci", "number, {low, high}", "Cohen's d and its interval"},
        {"g, g_ci", "number, {low, high}", "Hedges' g and its interval"},
        {"sd_diff", "number, unit of x", "SD of the differences, pairs only"},
        dropped, method, note,
      },
      failures = "Raises on wrong arguments and on pairs of different length.",
      example = "print(string.format(\"%.4f\", stats.ttest({5.1, 4.9, 6.2}, {4.1, 4.0, 5.2}).p))",
        output = "0.1583",
      source = "R 4.2.2 t.test; Welch 1947; Hedges 1981; Steiger and Fouladi 1997",
      see = {"stats.mannwhitney", "stats.compare", "stats.describe"},
    },
    {
      name = "stats.mannwhitney", usage = "stats.mannwhitney(x, y [, options])",
      summary = "Mann-Whitney test of two samples (rank sum)",
      about = [[Exact where both samples have fewer than 50 values and no values are tied, else the normal
approximation with the variance corrected for ties and a continuity correction, as R does. diff is the median
of all differences x - y (Hodges and Lehmann); its interval inverts the test. Where it is not exact, R's
search stops within 1e-4 of the bound; here the bound itself is found.]],
      arguments = {{"x", "numbers", "the first sample"}, {"y", "numbers", "the second sample"}},
      options = {
        {"exact", "boolean", "by size", "true or false overrides the rule above"},
        {"correct", "boolean", "true", "continuity correction of the normal approximation"},
        {"mu", "number, unit of x", "0", "shift under the null hypothesis"},
        alternative, conf,
      },
      returns = {
        {"w", "number", "R's W: pairs with x above y, ties half (also as .u and .statistic)"},
        {"p", "number", "p-value"},
        {"diff, ci", "number, {low, high}", "shift of x against y and its interval, unit of x"},
        {"conf", "number", "level of ci: less than asked for in very small samples"},
        {"effect", "number -1..1", "rank-biserial correlation: 2 AUC - 1, positive where x is higher"},
        {"median, n", "arrays", "of x and y over the values used"},
        {"exact", "boolean", "whether p is exact"}, dropped, method, note,
      },
      failures = "Raises on wrong arguments.",
      example = "print(string.format(\"%.4f\", stats.mannwhitney({1.1, 2.2, 3.3}, {2.5, 4.1, 5.9, 6.3}).p))",
        output = "0.1143",
      source = "R 4.2.2 wilcox.test; Mann and Whitney 1947; Hodges and Lehmann 1963",
      see = {"stats.ttest", "stats.wilcoxon", "stats.roc"},
    },
    {
      name = "stats.wilcoxon", usage = "stats.wilcoxon(x [, y] [, options])",
      summary = "Wilcoxon signed rank test of one sample or pairs",
      about = [[Exact below 50 values without ties and zeroes, else the normal approximation, as R does.
Values equal to mu are left out and counted in .zeroes.]],
      arguments = {{"x", "numbers", "the sample"}, {"y", "numbers", "its pairs: x - y is tested"}},
      options = {
        {"exact", "boolean", "by size", "true or false overrides the rule above"},
        {"correct", "boolean", "true", "continuity correction of the normal approximation"},
        {"mu", "number, unit of x", "0", "centre under the null hypothesis"},
        {"paired", "boolean", "true with y", "two samples are always pairs here"},
        alternative, conf,
      },
      returns = {
        {"v", "number", "R's V: sum of the ranks of positive values (also as .statistic)"},
        {"p", "number", "p-value"},
        {"diff, ci", "number, {low, high}",
          "centre (median of the Walsh averages) and its interval, unit of x"},
        {"conf", "number", "level of ci: less than asked for in very small samples"},
        {"effect", "number -1..1", "rank-biserial correlation"},
        {"median, n", "arrays", "of x, or of x - y"},
        {"zeroes", "count", "values equal to mu, left out"},
        {"exact", "boolean", "whether p is exact"}, dropped, method, note,
      },
      failures = "Raises on wrong arguments and on pairs of different length.",
      example = "print(stats.wilcoxon({1.5, -0.4, 2.2, 3.1, 0.9}).p)", output = "0.125",
      source = "R 4.2.2 wilcox.test", see = {"stats.mannwhitney", "stats.ttest"},
    },
    {
      name = "stats.cor", usage = "stats.cor(x, y [, options])",
      summary = "Pearson or Spearman correlation with its test",
      about = [[Spearman's p is exact up to 9 pairs without ties, by an Edgeworth series up to 1290, else by
Student's t, as in R. Spearman's correlation has no interval.]],
      arguments = {{"x", "numbers", "first values"}, {"y", "numbers", "their pairs"}},
      options = {
        {"method", "\"pearson\" or \"spearman\"", "\"pearson\"", "product-moment or rank correlation"},
        {"exact", "boolean", "by size", "Spearman: false asks for Student's t"},
        alternative, conf,
      },
      returns = {
        {"r", "number -1..1", "the correlation"}, {"p", "number", "p-value"},
        {"ci", "{low, high}", "Pearson: by Fisher's z from 4 pairs on"},
        {"t, df", "number", "Pearson: the statistic and its degrees of freedom"},
        {"s", "number", "Spearman: sum of squared rank differences"},
        {"n", "count", "pairs used"}, {"exact", "boolean", "Spearman: no use was made of Student's t"},
          dropped, method, note,
      },
      failures = "Raises on wrong arguments and on different lengths.",
      example = "print(stats.cor({1, 2, 3, 4}, {2, 1, 4, 3}).r)", output = "0.6",
      source = "R 4.2.2 cor.test; Best and Roberts 1975 (AS 89)", see = {"stats.describe"},
    },
    {
      name = "stats.adjust", usage = "stats.adjust(p [, method])",
      summary = "p-values adjusted for many tests",
      arguments = {
        {"p", "numbers 0..1", "p-values; missing ones stay missing and do not count as tests"},
        {"method", "text", "\"holm\" (default) and \"bonferroni\" bound the chance of any "
          .. "false finding, \"bh\" the share of false findings; \"none\" changes nothing"},
      },
      options = {},
      returns = {{"adjusted", "array, or column where p is one", "in the order of p"}},
      failures = "Raises on values outside 0..1 and on an unknown method.",
      example = "print(table.concat(stats.adjust({0.01, 0.04, 0.03}, \"holm\"), \" \"))",
        output = "0.03 0.06 0.06",
      source = "R 4.2.2 p.adjust; Holm 1979; Benjamini and Hochberg 1995", see = {"stats.compare"},
    },
    {
      name = "stats.compare", usage = "stats.compare(d, options)",
      summary = "two groups of a data frame, measure by measure",
      about = [[One test per measure, and per level of by. The group that comes first in the data is the first
one: diff is its mean minus the other's. A test needs independent rows: if a participant has more than one row
in a test, compare stops and names the ways out. The result prints as a table and otherwise is a data frame:
c.p, c[1], c:write(file); c:df() is the frame itself.]],
      arguments = {{"d", "data frame", "one row per participant, or per participant and level of by"}},
      options = {
        {"group", "column name", "required", "tells the two groups apart; must have exactly two levels"},
        {"measures", "column name or array of them", "all columns of numbers", "what is compared"},
        {"by", "column name or array of them", "none", "one test for each level"},
        {"test", "\"welch\", \"student\" or \"mannwhitney\"", "\"welch\"",
          "the test; with the last, diff is the shift in location"},
        {"adjust", "\"holm\", \"bh\", \"bonferroni\" or \"none\"", "\"holm\"",
          "p_adjusted, over all rows of the call"},
        {"levels", "array of two", "as they come", "the groups in the order wanted"},
        {"repeated", "\"stop\" or \"ignore\"", "\"stop\"",
          "\"ignore\" takes rows of one participant as independent; this is printed with the result"},
        alternative, conf,
      },
      returns = {
        {"measure", "column", "and a column for each of by"},
        {"n_1, n_2, mean_1, mean_2, sd_1, sd_2", "columns", "of both groups"},
        {"diff, ci_low, ci_high", "columns", "difference, first group minus second, and its interval"},
        {"g, g_low, g_high", "columns", "Hedges' g and its interval"},
        {"statistic, df, p, p_adjusted", "columns", "t or W; c:col(\"df\") reads the degrees of freedom"},
        {"dropped", "column", "missing values of the measure"},
        {"groups", "array", "names of the groups; further fields: method, test, adjust, conf, "
          .. "alternative, without_group"},
      },
      failures = "Raises on a repeated participant, on a group without exactly two levels, and on "
        .. "unknown columns.",
      example = [[d = df.new{group = {"MG", "HC", "MG", "HC", "MG", "HC"},
  smile = {0.31, 0.52, 0.4, 0.61, 0.38, 0.47}}
c = stats.compare(d, {group = "group", measures = {"smile"}})
print(string.format("%.3f %.3f", c.diff[1], c.p[1]))]], output = "-0.170 0.032",
      source = "R 4.2.2 t.test, wilcox.test, p.adjust",
        see = {"stats.ttest", "stats.mannwhitney", "stats.adjust"},
    },
    {
      name = "stats.roc", usage = "stats.roc(score, label, options)",
      summary = "ROC curve: AUC with interval, Youden threshold",
      about = [[The threshold is Youden's: the midpoint between scores with the largest sensitivity +
specificity, of equal ones that with the higher specificity. It was chosen on these data, so its sensitivity
and specificity are optimistic. DeLong and Hanley-McNeil intervals are cut at 0 and 1; logit ones stay inside.
With perfect separation no interval says anything about the uncertainty. Proportions have Wilson intervals.]],
      arguments = {
        {"score", "numbers", "one per participant"},
        {"label", "text, numbers or booleans", "the group of each; two different values"},
      },
      options = {
        {"positive", "a label", "1 or true",
          "the condition; required where labels are neither 0 and 1 nor booleans"},
        {"direction", "\"higher\" or \"lower\"", "required", "which scores speak for the positive group"},
        {"ci", "\"delong\", \"logit\", \"hanley\" or \"bootstrap\"", "\"delong\"",
          "method of the interval of the AUC"},
        {"seed", "whole number", "1", "of the bootstrap"},
        {"replicates", "whole number", "2000", "of the bootstrap"},
        conf,
      },
      returns = {
        {"auc, ci, se", "number 0..1, {low, high}, number",
          "area under the curve, its interval and standard error"},
        {"n", "{positive, negative}", "rows used"},
        {"threshold", "number, unit of score",
          "a score at it or beyond, in the direction, is called positive"},
        {"sensitivity, specificity, accuracy, ppv, npv", "number 0..1",
          "at the threshold, each with its _ci"},
        {"tp, fp, tn, fn", "count", "at the threshold"},
        {"positive, negative, direction", "as given", "the labels and the direction"},
        dropped, {"method", "text", "of the interval"},
      },
      failures = "Raises on wrong arguments, more than two labels, and where direction or positive "
        .. "is missing.",
      example = [[r = stats.roc({0.2, 0.5, 0.4, 0.7, 0.9}, {"MG", "MG", "HC", "HC", "HC"},
  {positive = "MG", direction = "lower"})
print(string.format("%.3f at %.2f", r.auc, r.threshold))]], output = "0.833 at 0.60",
      source = "R pROC 1.18.0; DeLong et al. 1988; Hanley and McNeil 1982; Pepe 2003; Wilson 1927",
      see = {"Roc:at", "Roc:df", "stats.roc_test", "stats.mannwhitney"},
    },
    {
      name = "Roc:at", usage = "r:at{threshold = | sensitivity = | specificity = }",
      summary = "sensitivity and the rest at another threshold",
      about = [[With sensitivity = 0.9: the point with the highest specificity among those with a sensitivity
of at least 0.9; with specificity the reverse. Points are real ones, not interpolated.]],
      arguments = {},
      options = {
        {"threshold", "number, unit of score", "none", "any threshold"},
        {"sensitivity", "number 0..1", "none", "the least sensitivity wanted"},
        {"specificity", "number 0..1", "none", "the least specificity wanted"},
      },
      returns = {
        {"threshold", "number, unit of score", "as given, or that of the point"},
        {"sensitivity, specificity, accuracy, ppv, npv", "number 0..1", "each with its _ci"},
        {"tp, fp, tn, fn", "count", "rows"},
      },
      failures = "Raises unless exactly one of the options is given.",
      example = [[r = stats.roc({1, 2, 3, 4, 5, 6}, {0, 0, 1, 0, 1, 1}, {direction = "higher"})
print(r:at{sensitivity = 1}.threshold)]], output = "2.5",
      see = {"stats.roc", "Roc:df"},
    },
    {
      name = "Roc:df", usage = "r:df()",
      summary = "the curve, one row per threshold",
      arguments = {}, options = {},
      returns = {{"d", "data frame", "threshold, sensitivity, specificity, accuracy, ppv, npv; from all "
        .. "called positive to none"}},
      failures = "Never fails.",
      example = [[print(#stats.roc({1, 2, 3, 4}, {0, 1, 0, 1}, {direction = "higher"}):df())]], output = "5",
      see = {"stats.roc", "plot.roc"},
    },
    {
      name = "stats.roc_test", usage = "stats.roc_test(a, b [, options])",
      summary = "do two ROC curves differ? DeLong's test",
      arguments = {{"a", "result of stats.roc", "the first curve"},
        {"b", "result of stats.roc", "the second curve"}},
      options = {
        {"paired", "boolean", "true where labels are the same",
          "two scores of the same participants, in the same order"},
        alternative, conf,
      },
      returns = {
        {"z, or t and df", "number", "the statistic of pairs, of independent curves (also as .statistic)"},
        {"p", "number", "p-value"}, {"diff, ci", "number, {low, high}", "AUC of a minus AUC of b"},
        {"auc", "{a, b}", "both areas; paired, over the rows that have both scores"},
        {"paired", "boolean", "which test it was"},
        dropped, method, note,
      },
      failures = "Raises if paired curves have different labels.",
      example = [[label = {0, 0, 1, 0, 1, 1}
a = stats.roc({1, 2, 3, 4, 5, 6}, label, {direction = "higher"})
b = stats.roc({2, 5, 1, 3, 4, 6}, label, {direction = "higher"})
print(string.format("%.3f", stats.roc_test(a, b).diff))]], output = "0.333",
      source = "R pROC 1.18.0 roc.test; DeLong et al. 1988; Sun and Xu 2014", see = {"stats.roc"},
    },
    {
      name = "stats.survival", usage = "stats.survival(time, event [, options])",
      summary = "Kaplan-Meier curves, log-rank test",
      about = [[For times of which some are censored: an event that had not come when watching ended. Rows
with a missing time, event, group or stratum are dropped. Two times are the same only if they are equal.]],
      arguments = {
        {"time", "numbers", "until the event, or until watching ended"},
        {"event", "0 and 1, or booleans", "1 (true): it happened then; 0 (false): censored"},
      },
      options = {
        {"group", "text, numbers or booleans", "none", "one per row; a curve each, and the log-rank test"},
        {"strata", "text, numbers or booleans", "none", "the test compares within these, such as centres"},
        {"mean_until", "unit of time", "the last time of all", "the restricted mean is the area up to here"},
        conf,
      },
      returns = {
        {"groups", "array", "in the order of their appearance; the following arrays are in this order"},
        {"n, events", "counts", "rows used and events"},
        {"median, median_ci", "numbers, {low, high}", "NaN where half of the group is not reached"},
        {"mean, mean_se", "numbers", "restricted to mean_until, and its standard error"},
        {"chisq, degrees, p", "number", "the log-rank test (also .statistic); with groups"},
        {"observed, expected", "numbers", "events of each group, and those under the null hypothesis"},
        {"conf, mean_until", "number", "as used"}, dropped, method, note,
      },
      failures = "Raises on wrong arguments and on events that are not 0 or 1.",
      example = [[s = stats.survival({12, 30, 60, 25, 60, 60}, {1, 1, 0, 1, 0, 0},
  {group = {"MG", "MG", "MG", "HC", "HC", "HC"}})
print(s.median[1], string.format("%.3f", s.p))]], output = "30.0\t0.485",
      source = "R survival 3.5-3 survfit (conf.type = \"log\"), survdiff; Kaplan and Meier 1958",
      see = {"Survival:df", "plot.survival", "measure.fatigue"},
    },
    {
      name = "Survival:df", usage = "s:df()",
      summary = "the curves, one row per group and time",
      arguments = {}, options = {},
      returns = {{"d", "data frame", "group, time, at_risk, events, censored, survival, se (Greenwood), low, "
        .. "high (on the logarithm, cut at 1)"}},
      failures = "Never fails.",
      example = [[print(stats.survival({3, 5, 8}, {1, 0, 1}):df().survival[1])]], output = "0.66666666666667",
      see = {"stats.survival", "plot.survival"},
    },
    {
      name = "stats.theil_sen", usage = "stats.theil_sen(x, y [, options])",
      summary = "slope of a line that outliers do not move",
      about = [[The median of the slopes of all pairs of points. The interval inverts Kendall's test with
ties, by the normal approximation, rounded outwards; an end is infinite where there are too few points.]],
      arguments = {{"x", "numbers", "such as time"}, {"y", "numbers", "their values; at most 5,000 pairs"}},
      options = {conf},
      returns = {
        {"slope", "unit of y per unit of x", "NaN where x does not vary"},
        {"ci", "{low, high}", "interval of the slope"},
        {"intercept", "unit of y", "median of y - slope x"},
        {"n", "count", "pairs used"}, dropped, note,
      },
      failures = "Raises on wrong arguments and on more than 5,000 pairs.",
      example = [[print(stats.theil_sen({1, 2, 3, 4, 5}, {2, 4, 6, 8, 99}).slope)]], output = "2.0",
      source = "Theil 1950; Sen 1968; Conover 1980 (intercept)", see = {"stats.cor", "measure.fatigue"},
    },
  },
}
