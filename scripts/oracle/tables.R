#!/usr/bin/env Rscript
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Reference numbers for kappa, confusion, logistic regression, table 1 and the ROC curve under its band: simulated
# participants, and what R (base and pROC) says about them.
#
#     Rscript scripts/oracle/tables.R data/reference
#
# writes tables_people.csv (one row per participant) and tables_expected.csv (call, options, field, value). Kappa, which
# no package needed here has, is the formula of Fleiss, Cohen and Everitt 1969, compared with vcd where that is
# installed; so is the standardised difference of Yang and Dalton 2012. No data of other people.

suppressMessages(library(pROC))
options(warn = -1, digits = 17)
RNGkind("Mersenne-Twister", "Inversion", "Rejection")
out <- commandArgs(TRUE)[1]
if (is.na(out)) stop("usage: Rscript scripts/oracle/tables.R FOLDER")
text <- function(v) ifelse(is.na(v), "NaN", ifelse(is.infinite(v), ifelse(v > 0, "Inf", "-Inf"), sprintf("%.17g", v)))

# ---- Participants ----

set.seed(20241101)
n <- 139
group <- rep(c("MG", "HC"), c(70, 69))
age <- round(rnorm(n, ifelse(group == "MG", 56, 51), 13))
sex <- sample(c("F", "M"), n, TRUE)
site <- sample(c("Delft", "Leiden", "Utrecht"), n, TRUE, c(0.5, 0.35, 0.15))
smile <- round(rnorm(n, ifelse(group == "MG", 0.42, 0.58), 0.14), 4)
severity <- factor(sample(c("mild", "moderate", "severe"), n, TRUE), levels = c("mild", "moderate", "severe"))
rater <- pmin(3, pmax(1, as.integer(severity) + sample(-1:1, n, TRUE, c(0.15, 0.65, 0.2))))
second <- levels(severity)[rater]
smile[c(7, 90)] <- NA; age[33] <- NA; second[12] <- NA
rare <- ifelse(runif(n) < ifelse(group == "MG", 0.06, 0.01), "yes", "no")
rare[c(80, 101)] <- "yes"
apart <- ifelse(group == "MG" & runif(n) < 0.2, "x", "y")
people <- data.frame(participant = sprintf("P%03d", 1:n), group, age, age_twice = 2 * age + 1, sex, site, smile,
  severity = as.character(severity), second, rare, apart)
write.csv(people, file.path(out, "tables_people.csv"), row.names = FALSE, quote = FALSE, na = "NA")

rows <- "call,options,field,value"
emit <- function(call, opts, fields) {
  fields <- unlist(fields)
  rows <<- c(rows, sprintf("%s,%s,%s,%s", call, opts, names(fields), text(fields)))
}

# ---- Kappa ----

kappa_of <- function(counts, weights, conf) {
  k <- nrow(counts); total <- sum(counts); p <- counts / total; r <- rowSums(p); c <- colSums(p)
  d <- abs(outer(1:k, 1:k, "-")) / (k - 1)
  w <- switch(weights, none = diag(k), linear = 1 - d, quadratic = 1 - d^2)
  po <- sum(w * p); pe <- sum(w * outer(r, c)); value <- (po - pe) / (1 - pe)
  wr <- as.vector(w %*% c); wc <- as.vector(t(w) %*% r); both <- outer(wr, wc, "+")
  se <- sqrt((sum(p * (w * (1 - pe) - both * (1 - po))^2) - (po * pe - 2 * pe + po)^2) / total) / (1 - pe)^2
  null <- sqrt((sum(outer(r, c) * (w - both)^2) - pe^2) / total) / (1 - pe)
  if (requireNamespace("vcd", quietly = TRUE)) {
    other <- vcd::Kappa(counts, weights = if (weights == "quadratic") "Fleiss-Cohen" else "Equal-Spacing")
    other <- if (weights == "none") other$Unweighted else other$Weighted
    stopifnot(abs(other[1] - value) < 1e-12, abs(other[2] - se) < 1e-12)
  }
  half <- qnorm(1 - (1 - conf) / 2) * se
  list(kappa = value, se = se, se_null = null, z = value / null, p = 2 * pnorm(-abs(value / null)), ci.1 = value - half,
    ci.2 = value + half, observed = po, expected = pe, n = total, dropped = n - total)
}
counts <- table(people$severity, people$second)
for (w in c("none", "linear", "quadratic")) for (conf in c(0.95, 0.9))
  emit("kappa", sprintf("weights=%s;conf=%g", w, conf), kappa_of(unclass(counts), w, conf))

# ---- Confusion ----

share <- function(name, k, m, conf) setNames(c(k / m, prop.test(k, m, conf.level = conf, correct = FALSE)$conf.int),
  paste0(name, c("", "_ci.1", "_ci.2")))
against_rest <- function(counts, i, conf) {
  tp <- counts[i, i]; fn <- sum(counts[i, ]) - tp; fp <- sum(counts[, i]) - tp; tn <- sum(counts) - tp - fn - fp
  c(tp = tp, fn = fn, fp = fp, tn = tn, share("sensitivity", tp, tp + fn, conf), share("specificity", tn, tn + fp, conf),
    share("ppv", tp, tp + fp, conf), share("npv", tn, tn + fn, conf))
}
for (conf in c(0.95, 0.8)) {
  fields <- c(share("accuracy", sum(diag(counts)), sum(counts), conf), n = sum(counts))
  for (i in 1:3) { f <- against_rest(counts, i, conf); fields <- c(fields, setNames(f, paste0("classes.", i, ".", names(f)))) }
  emit("confusion", sprintf("conf=%g", conf), fields)
  called <- table(people$group, people$smile < 0.5)[c("HC", "MG"), ]
  emit("confusion2", sprintf("conf=%g", conf), c(against_rest(called, 2, conf), share("accuracy", sum(diag(called)), sum(called), conf)))
}

# ---- Logistic regression ----

regress <- function(x, conf = 0.95) {
  d <- people; d$y <- as.numeric(d$group == "MG")
  # R's own tolerance finds the terms that say the same; the rest is then iterated until nothing moves.
  first <- glm(reformulate(x, "y"), binomial, d); kept <- !is.na(coef(first)); X <- model.matrix(first)[, kept, drop = FALSE]
  fit <- glm(first$y ~ X - 1, binomial, control = glm.control(epsilon = 1e-15, maxit = 100))
  # R keeps the weights from before the last step; these are at the estimate.
  w <- fitted(fit) * (1 - fitted(fit)); b <- se <- rep(NaN, length(kept)); b[kept] <- unname(coef(fit))
  se[kept] <- sqrt(diag(solve(crossprod(X * sqrt(w)))))
  stopifnot(max(abs(b[kept] / coef(first)[kept] - 1)) < 1e-6, max(abs(se[kept] / coef(summary(first))[, 2] - 1)) < 2e-3)
  z <- b / se; q <- qnorm(1 - (1 - conf) / 2); k <- seq_along(b)
  f <- c(setNames(b, paste0("estimate.", k)), setNames(se, paste0("se.", k)), setNames(z, paste0("z.", k)),
    setNames(2 * pnorm(-abs(z)), paste0("p.", k)), setNames(exp(b), paste0("odds_ratio.", k)),
    setNames(exp(b - q * se), paste0("low.", k)), setNames(exp(b + q * se), paste0("high.", k)))
  emit("logistic", sprintf("x=%s;conf=%g", paste(x, collapse = " "), conf), c(f, deviance = deviance(fit),
    null_deviance = first$null.deviance, df = fit$df.residual, null_df = first$df.null, aic = AIC(fit),
    log_likelihood = as.numeric(logLik(fit)), n = length(fit$y), dropped = n - length(fit$y)))
}
regress("age"); regress("smile"); regress(c("age", "sex")); regress(c("smile", "age", "sex", "site"), 0.9)
regress(c("age", "age_twice", "sex")); regress(c("severity", "smile")); regress(c("site", "second", "rare"))

# ---- Table 1 ----

smd <- function(v) { a <- v[group == "MG"]; b <- v[group == "HC"]
  abs(mean(a, na.rm = TRUE) - mean(b, na.rm = TRUE)) / sqrt((var(a, na.rm = TRUE) + var(b, na.rm = TRUE)) / 2) }
smd_counts <- function(v) { counts <- table(v, group)[, c("MG", "HC")]; p <- prop.table(counts, 2)[-1, , drop = FALSE]
  S <- 0; for (g in 1:2) S <- S + (diag(p[, g], nrow(p)) - p[, g] %o% p[, g]) / 2
  d <- p[, 1] - p[, 2]; sqrt(sum(d * solve(S, d))) }
for (v in c("age", "smile")) {
  x <- people[[v]]; f <- function(t) unname(t$statistic)
  two <- t.test(x ~ factor(group, c("MG", "HC"))); rank <- wilcox.test(x ~ factor(group, c("MG", "HC")))
  emit("table1", paste0("group=group;columns=", v), list(p = two$p.value, statistic = f(two), smd = smd(x)))
  emit("table1", paste0("group=group;columns=", v, ";median=", v), list(p = rank$p.value, statistic = f(rank), smd = smd(x)))
  emit("table1", paste0("group=site;columns=", v), list(p = oneway.test(x ~ site)$p.value, statistic = f(oneway.test(x ~ site))))
  kw <- kruskal.test(x, factor(site))
  emit("table1", paste0("group=site;columns=", v, ";median=", v), list(p = kw$p.value, statistic = f(kw)))
}
for (v in c("sex", "site", "severity", "second", "apart")) {
  t <- chisq.test(people[[v]], group)
  emit("table1", paste0("group=group;columns=", v), list(p = t$p.value, statistic = unname(t$statistic), smd = smd_counts(people[[v]])))
}
t <- chisq.test(severity, site)
emit("table1", "group=site;columns=severity", list(p = t$p.value, statistic = unname(t$statistic)))
emit("table1", "group=group;columns=rare", list(p = fisher.test(rare, group)$p.value, smd = smd_counts(rare)))

# ---- The curve under the band ----

for (v in c("smile", "age")) {
  r <- roc(group, people[[v]], levels = c("HC", "MG"), direction = if (v == "age") "<" else ">", quiet = TRUE)
  places <- seq(0, 1, 0.05)
  s <- coords(r, places, input = "specificity", ret = "sensitivity")$sensitivity
  emit("band", paste0("x=", v), setNames(s, paste0("sensitivity.", seq_along(places))))
}

writeLines(rows, file.path(out, "tables_expected.csv"))
cat(length(rows) - 1, "fields;", R.version.string, "pROC", as.character(packageVersion("pROC")), "\n")
