#!/usr/bin/env Rscript
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Reference numbers for the stats module: simulated samples, and what R (base, pROC and survival) says about them.
#
#     Rscript scripts/oracle/stats.R data/reference
#
# writes stats_samples.csv (name, values), stats_cases.csv (case, call, x, y, options) and stats_expected.csv (case, field,
# value). Missing fields are those that R does not give. Where R stops with an error ("data are essentially constant", "not enough observations")
# p is NaN, which is the module's rule. No data of other people: all samples are made here.

suppressMessages({library(pROC); library(survival)})
options(warn = -1, digits = 17)
RNGkind("Mersenne-Twister", "Inversion", "Rejection")

out <- commandArgs(TRUE)[1]
if (is.na(out)) stop("usage: Rscript scripts/oracle/stats.R FOLDER")
text <- function(v) ifelse(is.nan(v) | is.na(v), "NaN", ifelse(is.infinite(v), ifelse(v > 0, "Inf", "-Inf"), sprintf("%.17g", v)))

# ---- Samples ----

set.seed(20240611)
S <- list()
S$a20 <- rnorm(20, 0.58, 0.13); S$b15 <- rnorm(15, 0.41, 0.15); S$c20 <- S$a20 + rnorm(20, 0.05, 0.08)
S$one <- 3.25; S$two <- c(1.5, 2.75); S$twob <- c(1.1, 4.2); S$three <- c(0.31, 0.87, 0.52); S$threeb <- c(1.9, 0.2, 0.4)
S$four <- c(0.3, 2.2, 1.7, 5.1); S$fourb <- c(7.1, 6.3, 2.9, 8.8)
S$none <- numeric(0); S$allmissing <- c(NaN, NaN, NaN)
S$constant <- rep(2.5, 6); S$constantb <- rep(1.25, 5); S$nearly <- c(1e9, 1e9, 1e9 + 1e-7, 1e9)
S$missing <- c(0.4, NaN, 0.9, 1.4, NaN, 0.2, 0.75, 1.1); S$missingb <- c(0.3, 0.6, NaN, 1.2, NaN, 0.5, 0.1, 0.9)
S$ties12 <- round(rnorm(12, 5, 1.5)); S$ties17 <- round(rnorm(17, 6, 2)); S$ties60 <- round(rnorm(60, 5, 2)); S$ties12b <- round(rnorm(12, 5, 2))
S$zeroes <- c(0, 1.5, -0.5, 2.5, 0, 3.5, -1.5, 4.25, 0.75); S$zeroesb <- rep(0, 9)
S$n49 <- rnorm(49, 1.2, 2); S$m49 <- rnorm(49, 0.3, 2.5); S$n50 <- rnorm(50, 1, 2); S$m50 <- rnorm(50, 0.4, 2)
S$n5 <- rnorm(5, 10, 3); S$n200 <- rnorm(200, 10.4, 1); S$m180 <- rexp(180, 0.1)
S$far <- rnorm(30, 100, 1); S$near <- rnorm(30, 88, 1.1); S$farther <- rnorm(8, 1e4, 0.3)
S$bigmean <- 1e9 + rnorm(25); S$bigmeanb <- 1e9 + 0.7 + rnorm(25); S$small <- rnorm(10) * 1e-60; S$smallb <- (rnorm(10) + 1) * 1e-60
S$large <- signif(rnorm(900, 0.05, 1), 5); S$largeb <- signif(rnorm(1100, 0, 1.3), 5)
S$x2 <- c(1.3, 2.9); S$y2 <- c(0.4, 0.1); S$x3 <- c(2.5, 0.4, 1.7); S$y3 <- c(1.6, 0.7, 3.1)
for (n in c(4, 5, 6, 7, 8, 9, 10, 11, 14, 40, 1290, 1291)) {
  x <- rnorm(n); y <- 0.35 * x + rnorm(n)
  # Fewer digits keep the file small; all values still differ.
  if (n > 1000) { x <- signif(x, 9); y <- signif(y, 9); stopifnot(!anyDuplicated(x), !anyDuplicated(y)) }
  S[[paste0("x", n)]] <- x; S[[paste0("y", n)]] <- y
}
S$rising <- c(1, 2.5, 3, 4.75, 6, 7.5, 8, 9.25, 10, 11.5, 12); S$falling <- -S$rising^3; S$line <- 2 * S$rising + 3
S$nearline <- S$line + c(1, -1, 2, 0, 1, -2, 1, 1, -1, 0, 1) * 1e-2
S$p10 <- c(0.01, 0.02, 0.03, 0.04, 0.05, 0.005, 0.5, 1, 0, 0.011); S$pmissing <- c(0.03, NaN, 0.01, 0.01, NaN, 0.4); S$p1 <- 0.2; S$p30 <- runif(30)^3
label <- function(n, m) sample(c(rep(1, n), rep(0, m)))
S$l24 <- label(12, 12); S$s24 <- 0.41 + 0.17 * (1 - S$l24) + rnorm(24, 0, 0.14); S$t24 <- 0.4 + 0.1 * (1 - S$l24) + rnorm(24, 0, 0.1)
S$l30 <- label(11, 19); S$s30 <- round(2 * rnorm(30) + 1.5 * S$l30); S$t30 <- round(S$s30 + rnorm(30) * 2)
S$l400 <- label(170, 230); S$s400 <- rnorm(400) + 0.8 * S$l400; S$t400 <- 0.6 * S$s400 + rnorm(400)
S$lperfect <- c(0, 0, 0, 1, 1, 1, 1); S$sperfect <- c(0.1, 0.2, 0.35, 0.4, 0.6, 0.61, 0.9); S$stied <- rep(1.5, 7)
S$l1 <- c(1, 0, 0, 0); S$s1 <- c(2.5, 1.5, 3.5, 0.5); S$lmissing <- c(1, 0, NaN, 1, 0, 0, 1, 0, 1, 0)
S$smissing <- c(1.2, 0.4, 3, NaN, 0.9, 1.3, 1.4, NaN, 0.2, -0.3); S$tmissing <- c(1, 0.7, NaN, 0.3, 0.2, 1.1, 1.9, 0.5, 0.8, -0.1)
S$sbad <- -S$s24; S$splateau <- c(1, 1, 2, 2, 3, 3, 4, 4, 5, 5); S$lplateau <- c(0, 0, 1, 0, 0, 1, 0, 1, 1, 1)

# Survival: times with ties, events (1) and censorings (0), groups and strata from 1 in order of appearance.
follow <- function(n, rate, end, digits) { t <- rexp(n, rate); c <- runif(n, end / 4, end); list(time = round(pmin(t, c), digits), event = as.numeric(t <= c)) }
sv <- follow(60, 1 / 25, 60, 3); S$tcont <- sv$time; S$econt <- sv$event; S$gcont <- rep(1:2, 30)
sv <- follow(90, rep(c(1 / 15, 1 / 25, 1 / 40), 30), 61, 0); S$tties <- pmax(1, sv$time); S$eties <- sv$event; S$gties <- rep(1:3, 30); S$sties <- rep(1:2, each = 45)
S$tupgaze <- c(4, 9, 9, 14, 22, 31, 45, 61, 61, 61, 38, 52, 61, 61, 61, 61, 61, 61, 61, 61); S$eupgaze <- c(1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0); S$gupgaze <- rep(1:2, each = 10)
S$tcensored <- c(5, 7, 7, 12); S$ecensored <- rep(0, 4); S$gcensored <- c(1, 2, 1, 2)
S$tsmall <- c(3, 1, 4, 1, 5, 9, 2, 6); S$esmall <- c(1, 1, 0, 0, 1, 1, 1, 0); S$gsmall <- c(1, 1, 1, 1, 2, 2, 2, 2); S$thalf <- c(2, 2, 5, 7); S$ehalf <- c(1, 1, 0, 1)
S$tmissing2 <- c(3, NaN, 4, 1, 5, 9, 2, 6, 7, 8); S$emissing2 <- c(1, 1, NaN, 0, 1, 1, 1, 0, 1, 1); S$gmissing2 <- c(1, 1, 1, 1, 2, 2, 2, 2, NaN, 1)
S$gempty <- c(rep(1, 10), rep(NaN, 10)); S$tonce <- 4; S$eonce <- 1; S$tlast <- c(1, 2, 3); S$elast <- c(1, 1, 1)
n <- 61; S$slopex <- 0:60; S$slopey <- round(4 - 0.02 * S$slopex + rnorm(n, 0, 0.1), 4); S$slopet <- round(3 - 0.05 * S$slopex + rnorm(n, 0, 0.6))
S$slopeties <- rep(1:10, each = 3); S$slopez <- round(rnorm(30, 0.2 * S$slopeties, 1), 1)

writeLines(c("name,values", sapply(names(S), function(n) paste0(n, ",", paste(text(S[[n]]), collapse = " ")))),
  file.path(out, "stats_samples.csv"))

rows <- "case,field,value"
calls <- "case,call,x,y,options"
cases <- 0
emit <- function(call, x, y, opts, fields) {
  if (Sys.getenv("TRACE") != "") cat(call, x, y, names(opts), unlist(opts), "\n", file = stderr())
  cases <<- cases + 1
  o <- paste(sprintf("%s=%s", names(opts), sapply(opts, function(v) if (is.numeric(v)) text(v) else tolower(as.character(v)))), collapse = ";")
  fields <- unlist(fields)
  calls <<- c(calls, sprintf("%d,%s,%s,%s,%s", cases, call, x, y, o))
  rows <<- c(rows, sprintf("%d,%s,%s", cases, names(fields), text(fields)))
}
alt <- function(o) switch(if (is.null(o$alternative)) "two" else o$alternative, two = "two.sided", o$alternative)
or <- function(a, b) if (is.null(a)) b else a
present <- function(v) v[!is.nan(v)]

# ---- Effect sizes: the interval inverts R's noncentral t ----

# pt is exact to 1e-12 for moderate noncentrality; beyond, the same probability is an integral over the chi distribution.
pnct <- function(t, df, ncp) if (abs(ncp) < 30) pt(t, df, ncp) else {
  f <- function(s) pnorm(t * s - ncp) * exp(log(2) + df / 2 * log(df / 2) - lgamma(df / 2) + (df - 1) * log(s) - df * s^2 / 2)
  centre <- min(max(ncp / t, 1e-6), 3); ends <- sort(unique(c(1e-12, centre - 6 / abs(t), centre, centre + 6 / abs(t), 1, 1 + sqrt(90 / df))))
  ends <- ends[ends > 0]
  sum(mapply(function(a, b) integrate(f, a, b, rel.tol = 1e-12, subdivisions = 2000)$value, head(ends, -1), tail(ends, -1)))
}
effect <- function(diff, sd, df, root, conf) {
  if (is.nan(diff / sd)) return(list(d = NaN, g = NaN))
  d <- diff / sd; t <- d / root; spread <- sqrt(1 + t^2 / 2 / df)
  find <- function(p) uniroot(function(n) pnct(t, df, n) - p, c(t - 8 * spread, t + 8 * spread), tol = 1e-13, maxiter = 10000, extendInt = "downX")$root * root
  J <- if (df > 1) exp(lgamma(df / 2) - lgamma((df - 1) / 2)) / sqrt(df / 2) else NaN
  lo <- find(1 - (1 - conf) / 2); hi <- find((1 - conf) / 2)
  list(d = d, g = d * J, d_ci.1 = lo, d_ci.2 = hi, g_ci.1 = lo * J, g_ci.2 = hi * J)
}

ttest <- function(x, y = "", ...) {
  o <- list(...); conf <- or(o$conf, 0.95); mu <- or(o$mu, 0)
  X <- S[[x]]; Y <- if (y != "") S[[y]]
  r <- tryCatch(t.test(X, Y, paired = or(o$paired, FALSE), var.equal = or(o$equal_var, FALSE), mu = mu, alternative = alt(o), conf.level = conf), error = function(e) NULL)
  if (is.null(r)) return(emit("ttest", x, y, o, list(p = NaN, t = NaN, ci.1 = NaN, d = NaN, g = NaN)))
  f <- list(t = r$statistic, df = r$parameter, p = r$p.value, ci.1 = r$conf.int[1], ci.2 = r$conf.int[2])
  names(f) <- c("t", "df", "p", "ci.1", "ci.2")
  f <- lapply(f, unname)
  if (is.null(Y) || or(o$paired, FALSE)) {
    all <- if (is.null(Y)) X else X - Y
    z <- present(all); n <- length(z)
    f <- c(f, list(diff = mean(z), n.1 = n, dropped = length(all) - n), effect(mean(z) - if (is.null(Y)) mu else 0, sd(z), n - 1, sqrt(1 / n), conf))
    if (!is.null(Y)) { k <- !is.nan(all); f <- c(f, list(mean.1 = mean(X[k]), mean.2 = mean(Y[k]), sd.1 = sd(X[k]), sd.2 = sd(Y[k]), sd_diff = sd(z), n.2 = n)) }
    else f <- c(f, list(mean.1 = mean(z), sd.1 = sd(z)))
  } else {
    a <- present(X); b <- present(Y); n <- length(a); m <- length(b)
    sp <- sqrt((sum((a - mean(a))^2) + sum((b - mean(b))^2)) / (n + m - 2))
    f <- c(f, list(diff = mean(a) - mean(b), mean.1 = mean(a), mean.2 = mean(b), sd.1 = sd(a), sd.2 = sd(b), n.1 = n, n.2 = m,
      dropped = length(X) + length(Y) - n - m), effect(mean(a) - mean(b), sp, n + m - 2, sqrt(1 / n + 1 / m), conf))
  }
  emit("ttest", x, y, o, f)
}

describe <- function(x, ...) {
  o <- list(...); X <- S[[x]]; z <- present(X); q <- quantile(z, type = 7, names = FALSE); n <- length(z)
  f <- list(n = n, dropped = length(X) - n, mean = mean(z), sd = sd(z), se = sd(z) / sqrt(n), min = q[1], q1 = q[2], median = q[3], q3 = q[4], max = q[5], iqr = IQR(z))
  if (n == 0) f[c("mean", "min", "max")] <- NaN
  if (n > 1) { half <- qt(1 - (1 - or(o$conf, 0.95)) / 2, n - 1) * sd(z) / sqrt(n); f <- c(f, list(ci.1 = mean(z) - half, ci.2 = mean(z) + half)) }
  emit("describe", x, "", o, f)
}

# ---- Rank tests ----

# R's search ends near a jump of the statistic, which is a pairwise difference (or average): that is the bound.
snap <- function(v, d, tol) sapply(v, function(b) if (is.finite(b)) { k <- d[which.min(abs(d - b))]; if (abs(k - b) > tol) stop("no difference near the bound"); k } else b)

wilcox <- function(call, x, y = "", ...) {
  o <- list(...); X <- S[[x]]; Y <- if (y != "") S[[y]]; paired <- call == "wilcoxon" && !is.null(Y)
  args <- list(x = X, y = Y, paired = paired, mu = or(o$mu, 0), alternative = alt(o), exact = o$exact, correct = or(o$correct, TRUE), conf.level = or(o$conf, 0.95))
  r <- tryCatch(do.call(wilcox.test, args), error = function(e) NULL)
  if (is.null(r)) return(emit(call, x, y, o, list(p = NaN, statistic = NaN)))
  f <- list(p = r$p.value, statistic = unname(r$statistic))
  exact <- grepl("exact", r$method); f$exact <- as.numeric(exact)
  ci <- tryCatch(do.call(wilcox.test, c(args, list(conf.int = TRUE, tol.root = 1e-13))), error = function(e) NULL)
  if (call == "mannwhitney") {
    a <- present(X); b <- present(Y); d <- as.vector(outer(a, b, "-"))
    f <- c(f, list(median.1 = median(a), median.2 = median(b), n.1 = length(a), n.2 = length(b), dropped = length(X) + length(Y) - length(a) - length(b),
      effect = 2 * f$statistic / length(a) / length(b) - 1))
  } else {
    z <- present(if (paired) X - Y else X); f <- c(f, list(median.1 = median(z), n.1 = length(z), dropped = length(X) - length(z)))
    z <- z[z - args$mu != 0]; d <- outer(z, z, "+") / 2; d <- d[!lower.tri(d)]
    if (length(z)) f$effect <- 2 * f$statistic / (length(z) * (length(z) + 1) / 2) - 1
  }
  if (length(d)) f$diff <- median(d)
  if (!is.null(ci) && length(d)) {
    b <- as.vector(ci$conf.int); conf <- attr(ci$conf.int, "conf.level")
    if (!exact) b <- snap(b, d, 1e-9 * max(1, abs(b[is.finite(b)])))
    if (all(!is.nan(b))) f <- c(f, list(ci.1 = b[1], ci.2 = b[2]))
    # R rounds the level reached in the exact signed rank test to two digits; ours is not rounded.
    if (!(call == "wilcoxon" && exact && conf != args$conf.level) && conf > 0) f$conf <- conf
  }
  emit(call, x, y, o, f)
}

# ---- Correlation ----

correlate <- function(x, y, ...) {
  o <- list(...); X <- S[[x]]; Y <- S[[y]]; k <- !is.nan(X) & !is.nan(Y); spearman <- or(o$method, "pearson") == "spearman"
  r <- tryCatch(cor.test(X, Y, method = or(o$method, "pearson"), alternative = alt(o), conf.level = or(o$conf, 0.95), exact = o$exact), error = function(e) NULL)
  if (is.null(r) || is.na(r$estimate)) return(emit("cor", x, y, o, list(r = NaN, p = NaN)))
  f <- list(r = unname(r$estimate), p = r$p.value, n = sum(k), dropped = sum(!k))
  if (spearman) { q <- unname(r$statistic); f$s <- if (anyDuplicated(X[k]) || anyDuplicated(Y[k])) q else round(q) }
  else {
    # Near a perfect line t is set by the last digit of r alone, so it is not compared there.
    if (abs(f$r) < 1 - 1e-9) f <- c(f, list(t = unname(r$statistic), df = unname(r$parameter))) else f$p <- NULL
    if (!is.null(r$conf.int)) f <- c(f, list(ci.1 = r$conf.int[1], ci.2 = r$conf.int[2]))
  }
  emit("cor", x, y, o, f)
}

# ---- ROC ----

wilson <- function(name, k, n, conf) {
  v <- if (n > 0) c(k / n, prop.test(k, n, conf.level = conf, correct = FALSE)$conf.int) else rep(NaN, 3)
  setNames(as.list(v), paste0(name, c("", "_ci.1", "_ci.2")))
}
point <- function(thr, tp, fp, P, N, conf) c(list(threshold = thr, tp = tp, fp = fp, tn = N - fp, fn = P - tp),
  wilson("sensitivity", tp, P, conf), wilson("specificity", N - fp, N, conf), wilson("accuracy", tp + N - fp, P + N, conf),
  wilson("ppv", tp, tp + fp, conf), wilson("npv", N - fp, N - fp + P - tp, conf))

make_roc <- function(s, l, direction) roc(S[[l]], S[[s]], levels = c(0, 1), direction = if (direction == "higher") "<" else ">", quiet = TRUE)

roc_case <- function(s, l, ...) {
  o <- list(...); conf <- or(o$conf, 0.95); r <- make_roc(s, l, o$direction); a <- as.numeric(r$auc)
  P <- length(r$cases); N <- length(r$controls); z <- qnorm(1 - (1 - conf) / 2); kind <- or(o$ci, "delong")
  f <- list(auc = a, n.1 = P, n.2 = N, dropped = length(S[[s]]) - P - N)
  if (kind == "hanley") {
    q1 <- a / (2 - a); q2 <- 2 * a^2 / (1 + a)
    se <- sqrt((a * (1 - a) + (P - 1) * (q1 - a^2) + (N - 1) * (q2 - a^2)) / (P * N)); ci <- pmin(1, pmax(0, a + c(-z, z) * se))
  } else if (P < 2 || N < 2) { se <- NaN; ci <- c(NaN, NaN) }
  else {
    se <- if (a == 1 || a == 0) 0 else sqrt(var(r, method = "delong"))
    ci <- if (kind == "logit") plogis(qlogis(a) + c(-z, z) * se / (a * (1 - a))) else as.numeric(ci.auc(r, method = "delong", conf.level = conf))[c(1, 3)]
  }
  tp <- round(r$sensitivities * P); tn <- round(r$specificities * N)
  J <- tp * N + tn * P; best <- which(J == max(J)); best <- best[which.max(tn[best])]
  f <- c(f, list(se = se, ci.1 = ci[1], ci.2 = ci[2]), point(r$thresholds[best], tp[best], N - tn[best], P, N, conf))
  if (length(tp) < 40) {
    c3 <- coords(r, "all", ret = c("threshold", "sensitivity", "specificity", "accuracy", "ppv", "npv"))
    for (n in names(c3)) f <- c(f, setNames(as.list(c3[[n]]), sprintf("curve.%s.%d", n, seq_along(tp))))
  }
  # Operating points asked for: of those with enough sensitivity the most specific one, and the reverse.
  for (v in c(0.5, 0.8, 0.95)) {
    ok <- which(tp >= v * P - 1e-9); i <- ok[which.max(tn[ok] * 1e6 - tp[ok] * 0)]; i <- max(ok[tn[ok] == tn[i]])
    f <- c(f, setNames(list(tp[i], tn[i]), sprintf("at.sensitivity.%g.%s", v, c("tp", "tn"))))
    ok <- which(tn >= v * N - 1e-9); i <- min(ok[tp[ok] == max(tp[ok])])
    f <- c(f, setNames(list(tp[i], tn[i]), sprintf("at.specificity.%g.%s", v, c("tp", "tn"))))
  }
  emit("roc", s, l, o, f)
}

roc_pair <- function(s, l, s2, l2, ...) {
  o <- list(...); conf <- or(o$conf, 0.95); direction <- o$direction
  rest <- o[setdiff(names(o), "direction")]
  keep <- if (isTRUE(o$paired)) !is.nan(S[[s]]) & !is.nan(S[[s2]]) & !is.nan(S[[l]]) else TRUE
  d <- if (direction == "higher") "<" else ">"
  a <- roc(S[[l]][keep], S[[s]][keep], levels = c(0, 1), direction = d, quiet = TRUE); b <- roc(S[[l2]][keep], S[[s2]][keep], levels = c(0, 1), direction = d, quiet = TRUE)
  r <- roc.test(a, b, method = "delong", paired = o$paired, alternative = alt(o), conf.level = conf)
  f <- list(statistic = unname(r$statistic), p = r$p.value, diff = as.numeric(a$auc) - as.numeric(b$auc), auc.1 = as.numeric(a$auc), auc.2 = as.numeric(b$auc))
  if (!is.null(r$parameter)) f$df <- unname(r$parameter)
  if (!is.null(r$conf.int) && alt(o) == "two.sided" && o$paired) f <- c(f, list(ci.1 = r$conf.int[1], ci.2 = r$conf.int[2]))
  emit("roc_test", paste(s, l), paste(s2, l2), c(list(direction = direction), rest), f)
}

adjust <- function(x, method) {
  v <- p.adjust(S[[x]], switch(method, bh = "BH", method))
  emit("adjust", x, "", list(method = method), setNames(as.list(v), paste0("item.", seq_along(v))))
}

# ---- Survival ----

# Curves in the order of the groups' appearance, one row per different time.
survive <- function(t, e, g = "", st = "", ...) {
  o <- list(...); conf <- or(o$conf, 0.95); G <- if (g != "") S[[g]] else rep(1, length(S[[t]])); B <- if (st != "") S[[st]] else rep(1, length(S[[t]]))
  k <- !is.nan(S[[t]]) & !is.nan(S[[e]]) & !is.nan(G) & !is.nan(B)
  d <- data.frame(time = S[[t]][k], event = S[[e]][k], g = factor(G[k], unique(G[k])), b = B[k])
  end <- or(o$mean_until, max(d$time)); groups <- levels(d$g)
  f <- list(dropped = sum(!k)); curve <- NULL
  for (i in seq_along(groups)) {
    fit <- survfit(Surv(time, event) ~ 1, data = d[d$g == groups[i], ], conf.int = conf, conf.type = "log")
    m <- summary(fit, rmean = end)$table; x <- summary(fit, censored = TRUE)
    f <- c(f, setNames(list(m[["records"]], m[["events"]], m[["median"]], m[[8]], m[[9]], m[["rmean"]], m[["se(rmean)"]]), paste0(c("n.", "events.", "median.", "median_ci.", "median_ci.", "mean.", "mean_se."), i, c("", "", "", ".1", ".2", "", ""))))
    curve <- rbind(curve, data.frame(time = fit$time, at_risk = fit$n.risk, events = fit$n.event, censored = fit$n.censor, survival = fit$surv, se = ifelse(fit$surv > 0, fit$surv * fit$std.err, NaN), low = fit$lower, high = fit$upper))
  }
  for (n in names(curve)) f <- c(f, setNames(as.list(curve[[n]]), sprintf("curve.%s.%d", n, seq_len(nrow(curve)))))
  if (length(groups) > 1 && any(d$event == 1)) {
    r <- if (st != "") survdiff(Surv(time, event) ~ g + strata(b), data = d) else survdiff(Surv(time, event) ~ g, data = d)
    ob <- rowSums(as.matrix(r$obs)); ex <- rowSums(as.matrix(r$exp))
    f <- c(f, list(chisq = unname(r$chisq), degrees = sum(ex > 0) - 1, p = pchisq(r$chisq, sum(ex > 0) - 1, lower.tail = FALSE)), setNames(as.list(ob), paste0("observed.", seq_along(ob))), setNames(as.list(ex), paste0("expected.", seq_along(ex))))
  } else if (length(groups) > 1) f <- c(f, list(chisq = NaN, p = NaN))
  emit("survival", paste(t, e), trimws(paste(g, st)), o, f)
}

# ---- Theil-Sen: no package of R's in Debian has it, so this is the formula (Sen 1968; variance of Kendall's S with ties, Kendall 1970) ----

theil_sen <- function(x, y, ...) {
  o <- list(...); conf <- or(o$conf, 0.95); X <- S[[x]]; Y <- S[[y]]; k <- !is.nan(X) & !is.nan(Y); X <- X[k]; Y <- Y[k]; n <- length(X)
  if (n < 2) return(emit("theil_sen", x, y, o, list(slope = NaN, n = n)))
  b <- combn(n, 2); q <- sort(((Y[b[2, ]] - Y[b[1, ]]) / (X[b[2, ]] - X[b[1, ]]))[X[b[2, ]] != X[b[1, ]]]); N <- length(q)
  if (N == 0) return(emit("theil_sen", x, y, o, list(slope = NaN, n = n)))
  tx <- as.vector(table(X)); ty <- as.vector(table(Y))
  v <- (n * (n - 1) * (2 * n + 5) - sum(tx * (tx - 1) * (2 * tx + 5)) - sum(ty * (ty - 1) * (2 * ty + 5))) / 18 + sum(tx * (tx - 1)) * sum(ty * (ty - 1)) / (2 * n * (n - 1))
  if (n > 2) v <- v + sum(tx * (tx - 1) * (tx - 2)) * sum(ty * (ty - 1) * (ty - 2)) / (9 * n * (n - 1) * (n - 2))
  r <- floor((N - qnorm(1 - (1 - conf) / 2) * sqrt(v)) / 2)
  emit("theil_sen", x, y, o, list(slope = median(q), intercept = median(Y - median(q) * X), ci.1 = if (r >= 1) q[r] else -Inf, ci.2 = if (r >= 1) q[N - r + 1] else Inf, n = n, dropped = sum(!k)))
}

# ---- The cases ----

for (x in c("a20", "one", "two", "three", "none", "allmissing", "constant", "missing", "ties12", "bigmean", "small", "large", "farther")) describe(x)
describe("b15", conf = 0.99)

for (x in c("a20", "one", "two", "three", "none", "allmissing", "constant", "nearly", "missing", "ties12", "far", "farther", "bigmean", "small", "large")) ttest(x)
for (a in c("two", "less", "greater")) for (conf in c(0.8, 0.95, 0.999)) ttest("a20", mu = 0.6, alternative = a, conf = conf)
pairs <- list(c("a20", "b15"), c("b15", "a20"), c("two", "twob"), c("three", "threeb"), c("two", "threeb"), c("one", "a20"), c("none", "a20"), c("allmissing", "a20"),
  c("constant", "constantb"), c("constant", "a20"), c("missing", "missingb"), c("ties12", "ties17"), c("far", "near"), c("farther", "near"), c("n5", "n200"),
  c("n200", "m180"), c("bigmean", "bigmeanb"), c("small", "smallb"), c("large", "largeb"), c("a20", "a20"))
for (p in pairs) { ttest(p[1], p[2]); ttest(p[1], p[2], equal_var = TRUE) }
for (a in c("less", "greater")) for (e in c(FALSE, TRUE)) ttest("a20", "b15", alternative = a, equal_var = e, mu = 0.05, conf = 0.9)
for (p in list(c("a20", "c20"), c("c20", "a20"), c("missing", "missingb"), c("three", "threeb"), c("two", "twob"), c("far", "near"), c("bigmean", "bigmeanb"), c("none", "none"), c("a20", "a20")))
  ttest(p[1], p[2], paired = TRUE)
for (a in c("less", "greater")) ttest("a20", "c20", paired = TRUE, alternative = a, mu = -0.02, conf = 0.99)

ranks <- list(c("a20", "b15"), c("b15", "a20"), c("one", "one"), c("one", "a20"), c("two", "twob"), c("three", "threeb"), c("four", "fourb"), c("none", "a20"), c("allmissing", "a20"),
  c("constant", "constant"), c("constant", "constantb"), c("missing", "missingb"), c("ties12", "ties17"), c("ties60", "ties17"), c("n49", "m49"), c("n50", "m49"), c("n49", "m50"),
  c("n50", "m50"), c("n5", "n200"), c("far", "near"), c("n200", "m180"), c("bigmean", "bigmeanb"), c("small", "smallb"))
for (p in ranks) for (a in c("two", "less", "greater")) wilcox("mannwhitney", p[1], p[2], alternative = a)
wilcox("mannwhitney", "a20", "b15", exact = FALSE); wilcox("mannwhitney", "a20", "b15", exact = FALSE, correct = FALSE); wilcox("mannwhitney", "a20", "b15", mu = 0.1, conf = 0.9)
wilcox("mannwhitney", "n50", "m49", exact = TRUE); wilcox("mannwhitney", "n50", "m50", exact = TRUE, conf = 0.99); wilcox("mannwhitney", "ties12", "ties17", exact = TRUE)
wilcox("mannwhitney", "ties12", "ties17", mu = 0.5, conf = 0.8); wilcox("mannwhitney", "ties60", "ties17", correct = FALSE, conf = 0.99); wilcox("mannwhitney", "large", "largeb")
signed <- c("a20", "one", "two", "three", "four", "missing", "none", "constant", "ties12", "zeroes", "zeroesb", "n49", "n50", "n5", "n200", "x10", "small", "ties60")
for (x in signed) for (a in c("two", "greater")) wilcox("wilcoxon", x, alternative = a)
for (x in c("a20", "x10", "x40", "n49")) for (a in c("two", "less", "greater")) wilcox("wilcoxon", x, mu = 0.45, alternative = a, conf = 0.9)
wilcox("wilcoxon", "n49", exact = FALSE, mu = 1); wilcox("wilcoxon", "n50", exact = TRUE, mu = 1); wilcox("wilcoxon", "n49", exact = FALSE, correct = FALSE)
for (p in list(c("a20", "c20"), c("missing", "missingb"), c("ties12", "ties12b"), c("three", "threeb"), c("n49", "m49"))) for (a in c("two", "less")) wilcox("wilcoxon", p[1], p[2], alternative = a, mu = 0.01)

for (n in c(2:11, 14, 40, 1290, 1291)) for (m in c("pearson", "spearman")) for (a in c("two", "less", "greater")) correlate(paste0("x", n), paste0("y", n), method = m, alternative = a)
for (p in list(c("missing", "missingb"), c("ties12", "ties12b"), c("four", "fourb"), c("constant", "constant"), c("none", "none"), c("one", "one"), c("rising", "falling"), c("rising", "line"), c("rising", "nearline"),
  c("bigmean", "bigmeanb"), c("small", "smallb"), c("a20", "c20"))) for (m in c("pearson", "spearman")) correlate(p[1], p[2], method = m)
correlate("a20", "c20", conf = 0.8, alternative = "less"); correlate("x40", "y40", method = "spearman", exact = FALSE); correlate("x9", "y9", method = "spearman", exact = FALSE)

for (x in c("p10", "pmissing", "p1", "p30", "none", "allmissing")) if (length(S[[x]])) for (m in c("holm", "bh", "bonferroni", "none")) adjust(x, m)

rocs <- list(c("s24", "l24"), c("t24", "l24"), c("s30", "l30"), c("s400", "l400"), c("sperfect", "lperfect"), c("stied", "lperfect"), c("s1", "l1"), c("smissing", "lmissing"), c("sbad", "l24"), c("splateau", "lplateau"))
for (r in rocs) for (d in c("higher", "lower")) roc_case(r[1], r[2], direction = d)
for (k in c("logit", "hanley")) for (r in rocs[c(1, 3, 4, 8)]) roc_case(r[1], r[2], direction = if (r[1] == "s24") "lower" else "higher", ci = k)
roc_case("s24", "l24", direction = "lower", conf = 0.9); roc_case("s30", "l30", direction = "higher", conf = 0.99, ci = "hanley"); roc_case("sperfect", "lperfect", direction = "higher", ci = "hanley")
for (a in c("two", "less", "greater")) for (p in c(TRUE, FALSE)) {
  roc_pair("s24", "l24", "t24", "l24", direction = "lower", paired = p, alternative = a)
  roc_pair("s30", "l30", "t30", "l30", direction = "higher", paired = p, alternative = a)
  roc_pair("s400", "l400", "t400", "l400", direction = "higher", paired = p, alternative = a, conf = 0.9)
}
roc_pair("smissing", "lmissing", "tmissing", "lmissing", direction = "higher", paired = TRUE); roc_pair("s400", "l400", "s30", "l30", direction = "higher", paired = FALSE)
roc_pair("s24", "l24", "s24", "l24", direction = "lower", paired = TRUE)

for (c in c(0.95, 0.8)) { survive("tcont", "econt", "gcont", conf = c); survive("tties", "eties", "gties", conf = c); survive("tupgaze", "eupgaze", "gupgaze", conf = c) }
survive("tcont", "econt"); survive("tties", "eties"); survive("tties", "eties", "gties", "sties"); survive("tcont", "econt", "gcont", mean_until = 20); survive("tcont", "econt", "gcont", mean_until = 100)
survive("tcensored", "ecensored"); survive("tcensored", "ecensored", "gcensored"); survive("tsmall", "esmall", "gsmall"); survive("tsmall", "esmall"); survive("thalf", "ehalf"); survive("tmissing2", "emissing2", "gmissing2")
survive("tonce", "eonce"); survive("tlast", "elast"); survive("tsmall", "esmall", "gsmall", mean_until = 5); survive("tupgaze", "eupgaze", "gempty")
for (c in c(0.95, 0.99)) { theil_sen("slopex", "slopey", conf = c); theil_sen("slopex", "slopet", conf = c); theil_sen("slopeties", "slopez", conf = c) }
for (p in list(c("x4", "y4"), c("x5", "y5"), c("x10", "y10"), c("x40", "y40"), c("rising", "falling"), c("missing", "missingb"), c("two", "twob"), c("one", "one"), c("none", "none"), c("constant", "constant"), c("ties12", "ties12b"))) theil_sen(p[1], p[2])

writeLines(calls, file.path(out, "stats_cases.csv"))
writeLines(rows, file.path(out, "stats_expected.csv"))
cat(cases, "cases,", length(rows) - 1, "fields;", R.version.string, "pROC", as.character(packageVersion("pROC")), "survival", as.character(packageVersion("survival")), "\n")
