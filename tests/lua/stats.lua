-- SPDX-License-Identifier: GPL-3.0-or-later
-- The stats module as its users see it: arguments, errors, degenerate data, printing. Numbers:
-- oracle_stats.lua.

local t = require "harness"
local df = require "mien.df"
local nan = 0 / 0

local function isnan(x) return x ~= x end

local x, y = {5.1, 4.9, 6.2, 7.7, 5.8}, {4.1, 4.0, 5.2, 4.4}

t.test("ttest tells its forms apart", function()
  t.equal(stats.ttest(x).method, "one-sample t-test")
  t.equal(stats.ttest(x, {mu = 5}).mu, 5)
  t.equal(stats.ttest(x, y).method, "Welch t-test")
  t.equal(stats.ttest(x, y, {equal_var = true}).method, "Student t-test")
  t.equal(stats.ttest(x, {4, 5, 6, 7, nan}, {paired = true}).method, "paired t-test")
  t.equal(stats.ttest(x, nil, {mu = 5}).mu, 5)
  t.equal(#stats.ttest(x).mean, 1)
  t.equal(#stats.ttest(x, y).mean, 2)
end)

t.test("columns and arrays are the same", function()
  local d = df.new {x = {5.1, 4.9, 6.2, 7.7, 5.8}}
  t.equal(stats.ttest(d.x, y).p, stats.ttest(x, y).p)
  t.equal(stats.describe(d.x).sd, stats.describe(x).sd)
end)

t.test("d has the sign of diff and divides by the pooled SD under Welch too", function()
  local r, s = stats.ttest(y, x), stats.ttest(y, x, {equal_var = true})
  t.ok(r.diff < 0 and r.d < 0 and r.g > r.d)
  t.equal(r.d, s.d)
  t.equal(r.d_ci[1], s.d_ci[1])
  t.ok(r.p ~= s.p)
end)

t.test("what the difference is tested against leaves d of two samples alone", function()
  t.equal(stats.ttest(x, y, {mu = 1}).d, stats.ttest(x, y).d)
  t.close(stats.ttest(x, {mu = 5}).d, (stats.ttest(x).diff - 5) / stats.ttest(x).sd[1], 1e-12)
end)

t.test("missing values are dropped and counted", function()
  local r = stats.ttest({1.5, nan, 2.5, 3.75}, {nan, nan, 0.5, 1.25})
  t.equal(r.dropped, 3)
  t.equal(r.n[1], 3)
  t.equal(r.n[2], 2)
  t.equal(stats.ttest({1, nan, 3}, {2, 5, nan}, {paired = true}).dropped, 2)
  t.equal(stats.mannwhitney({1, nan}, {2, nan, 4}).dropped, 2)
  t.equal(stats.cor({1, 2, 3, 5}, {2, nan, 3, 1}).dropped, 1)
  t.equal(stats.describe({nan, 1}).dropped, 1)
end)

t.test("undefined results are NaN, with a note", function()
  for _, r in ipairs {
    stats.ttest({}), stats.ttest({3}), stats.ttest({2, 2, 2}), stats.ttest({1}, {2, 3}),
    stats.ttest({2, 2}, {2, 2}),
    stats.ttest({1, 2}, {}), stats.ttest({nan, nan}, {1, 2}), stats.mannwhitney({}, {1}),
    stats.mannwhitney({2, 2}, {2, 2}),
    stats.wilcoxon({0, 0}), stats.wilcoxon({}), stats.cor({1, 1, 1}, {1, 2, 3}), stats.cor({}, {}),
    stats.cor({1, 2}, {3, 1}),
    stats.cor({1}, {1}, {method = "spearman"}),
  } do
    t.ok(isnan(r.p), tostring(r))
    t.ok(r.note, tostring(r))
    t.match(tostring(r), "NA")
  end
  t.equal(stats.ttest({2, 2, 2}).diff, 2.0)
  t.ok(isnan(stats.ttest({1, 2}).g) and not isnan(stats.ttest({1, 2}).d))
  t.ok(isnan(stats.describe({}).mean) and isnan(stats.describe({1}).sd))
end)

t.test("exact where it is possible, and said so", function()
  t.equal(stats.mannwhitney(x, y).exact, true)
  t.equal(stats.mannwhitney(x, y, {exact = false}).exact, false)
  t.equal(stats.mannwhitney({1, 2, 2}, {2, 3}).note, nil)
  t.match(stats.mannwhitney({1, 2, 2}, {2, 3}, {exact = true}).note, "ties")
  local many = {}
  for i = 1, 300 do many[i] = i * 1.01 end
  t.match(stats.mannwhitney(many, {0.5, 7.3, 400.2, 22.7, table.unpack(many, 1, 190)}, {exact = true}).note,
    "ties")
  local other = {}
  for i = 1, 200 do other[i] = i * 0.97 + 0.0123 end
  t.match(stats.mannwhitney(many, other, {exact = true}).note, "too many")
  t.match(stats.wilcoxon(x, {5, 4, 6.5, 7, 5.5}).method, "pairs")
end)

t.test("small samples say which level they reach", function()
  local r = stats.mannwhitney({1.5, 2.5}, {3.5, 4.25})
  t.ok(r.conf < 0.7)
  t.match(r.note, "level")
end)

t.test("wrong use names function and argument", function()
  t.raises("stats%.ttest: conf must be between 0 and 1, not 95", stats.ttest, x, {conf = 95})
  t.raises("stats%.ttest: conf must be between 0 and 1, not 0", stats.ttest, x, {conf = 0})
  t.raises('stats%.ttest: no option "pared"; did you mean "paired"%?', stats.ttest, x, y, {pared = true})
  t.raises("stats%.ttest: paired needs a second sample", stats.ttest, x, {paired = true})
  t.raises("stats%.ttest: x and y must be as long as each other, but they have 5 and 4", stats.ttest, x, y,
    {paired = true})
  t.raises("stats%.ttest: x must be an array of numbers, not string", stats.ttest, "5")
  t.raises("stats%.ttest: y must be numbers, but item 2 is a string", stats.ttest, x, {1, "2"})
  t.raises("stats%.ttest: x must be numbers, not a column of text", stats.ttest, df.column {"a", "b"})
  t.raises("stats%.ttest: y must be an array of numbers", stats.ttest, x, stats.ttest(x))
  t.raises("stats%.ttest: mu must be a number", stats.ttest, x, {mu = "0"})
  t.raises('stats%.ttest: alternative must be one of "two", "less", "greater", not "two%.sided"', stats.ttest,
    x, {alternative = "two.sided"})
  t.raises("stats%.mannwhitney: y must be", stats.mannwhitney, x)
  t.raises("stats%.wilcoxon: .*stats%.mannwhitney", stats.wilcoxon, x, y, {paired = false})
  t.raises("stats%.cor: x and y must be as long", stats.cor, x, y)
  t.raises('stats%.cor: method must be one of "pearson", "spearman", not "kendall"', stats.cor, x, x,
    {method = "kendall"})
  t.raises("stats%.adjust: p must be between 0 and 1, but item 2 is 1%.5", stats.adjust, {0.1, 1.5})
  t.raises('stats%.adjust: method must be one of "holm", .*, not "fdr"', stats.adjust, {0.1}, "fdr")
  t.raises("stats%.describe: x must be", stats.describe)
end)

t.test("adjust gives back what it was given", function()
  t.equal(type(stats.adjust {0.02, 0.01}), "table")
  local column = stats.adjust(df.column {0.02, nan, 0.01}, "bonferroni")
  t.ok(df.is_column(column))
  t.close(column[1], 0.04, 1e-15)
  t.ok(isnan(column[2]))
  t.equal(#stats.adjust {}, 0)
  t.equal(stats.adjust({0.2}, "none")[1], 0.2)
end)

t.test("results print within 80 columns", function()
  local results = {
    stats.ttest(x, y), stats.ttest(x), stats.ttest(x, {mu = 5, alternative = "less"}),
    stats.ttest(x, x, {paired = true}),
    stats.mannwhitney(x, y), stats.wilcoxon {1, 2, 3, 4, -3, 0}, stats.cor(x, {1, 3, 2, 5, 4}),
    stats.describe(x),
    stats.cor(x, {1, 3, 2, 5, 4}, {method = "spearman"}), stats.ttest({1e12, 3e12}, {2e-9, 1e-9}),
  }
  for _, r in ipairs(results) do
    local lines = 0
    for line in (tostring(r) .. "\n"):gmatch("(.-)\n") do
      lines = lines + 1
      if (os.getenv("COLUMNS") or "80") == "80" then t.ok(utf8.len(line) <= 80, line) end
    end
    t.ok(lines >= 2 and lines <= 5, tostring(r))
  end
end)

t.test("a t-test prints what a paper reports", function()
  local text = tostring(stats.ttest({5.1, 4.9, 6.2, 7.7, nan}, {4.1, 4.0, 5.2}))
  t.match(text, "^Welch t%-test   t = 2%.06, df = 4%.6, p = %.099\n")
  t.match(text, "difference 1%.5 %[%-0%.4, 3%.5%]")
  t.match(text, "Cohen's d 1%.43 %[%-0%.35, 3%.10%]")
  t.match(text, "1 missing value dropped$")
end)

t.test("p prints in the style of journals", function()
  local function p_of(shift)
    local moved = {}
    for i, v in ipairs(x) do moved[i] = v + shift end
    return tostring(stats.ttest(moved)):match("p [=<>] [%d.]+")
  end
  t.equal(p_of(0), "p < .001")
  t.equal(p_of(-3.5), "p = .0081")
  t.equal(p_of(-2), "p = .0014")
  t.equal(p_of(-5.94), "p > .99")
  t.equal(p_of(-5.5), "p = .43")
end)
