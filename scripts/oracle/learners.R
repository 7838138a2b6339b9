#!/usr/bin/env Rscript
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Reference numbers for the classical learners: simulated tables, and what R's glm, glmnet, MASS::polr and e1071 (libsvm) make of
# them.
#
#     Rscript scripts/oracle/learners.R data/reference
#
# writes learner_tables.csv (table, level, weight, x1..x6; a row of nothing in x5, x6 where the table has fewer columns) and
# learner_expected.csv (case, table, method, alpha, lambda, extra, field, value). Fields: slope.1.., threshold.1.. (P(level >= k) =
# 1 / (1 + exp(threshold - x slope))), deviance, lambda_max, decision.1... No data of other people: all tables are made here.

suppressMessages({library(glmnet); library(MASS); library(e1071)})
options(warn = 1, digits = 17)
RNGkind("Mersenne-Twister", "Inversion", "Rejection")
out <- commandArgs(TRUE)[1]
if (is.na(out)) stop("usage: Rscript scripts/oracle/learners.R FOLDER")
num <- function(v) sprintf("%.17g", v)

set.seed(20261128)
make <- function(n, p, levels, effect, weights = FALSE) {
  x <- matrix(rnorm(n * p), n); for (j in seq_len(p)[-1]) x[, j] <- 0.5 * x[, j - 1] + x[, j]
  x <- sweep(x, 2, (1:p) / 3, "*"); x <- sweep(x, 2, 1:p, "+"); x <- round(x, 6)
  score <- as.vector(scale(x) %*% (effect * c(1, -0.7, rep(0.2, p))[1:p])) + rlogis(n)
  level <- as.integer(cut(score, c(-Inf, quantile(score, seq_len(levels - 1) / levels), Inf))) - 1L
  list(x = x, level = level, weight = if (weights) round(runif(n, 0.5, 2), 3) else rep(1, n))
}
T <- list(binary = make(60, 4, 2, 0.8), weighted = make(80, 6, 2, 0.6, TRUE), ordinal = make(120, 4, 3, 0.9), four = make(150, 5, 4, 0.7, TRUE))

columns <- 6
lines <- paste0("table,level,weight,", paste0("x", 1:columns, collapse = ","))
for (n in names(T)) { t <- T[[n]]; for (i in seq_len(nrow(t$x)))
  lines <- c(lines, paste(c(n, t$level[i], num(t$weight[i]), num(t$x[i, ]), rep("NA", columns - ncol(t$x))), collapse = ",")) }
writeLines(lines, file.path(out, "learner_tables.csv"))

rows <- "case,table,method,alpha,lambda,extra,field,value"; case <- 0
emit <- function(table, method, alpha, lambda, extra, fields) {
  case <<- case + 1
  rows <<- c(rows, sprintf("%d,%s,%s,%s,%s,%s,%s,%s", case, table, method, num(alpha), num(lambda), num(extra), names(fields), num(fields)))
}
named <- function(name, v) setNames(as.vector(v), sprintf("%s.%d", name, seq_along(v)))

# Maximum likelihood: glm for two levels, polr for more.
for (n in c("binary", "weighted")) {
  t <- T[[n]]
  m <- suppressWarnings(glm(t$level ~ t$x, family = binomial, weights = t$weight, control = glm.control(epsilon = 1e-15, maxit = 100)))
  emit(n, "glm", 0, 0, 1, c(named("slope", coef(m)[-1]), named("threshold", -coef(m)[1]), deviance = deviance(m) / sum(t$weight)))
}
# polr stops early; its estimate is brought to the maximum by Newton steps on the same likelihood.
polish <- function(t, start) {
  K <- max(t$level) + 1; p <- ncol(t$x); w <- t$weight / sum(t$weight)
  f <- function(b) { th <- c(-Inf, b[p + 1:(K - 1)], Inf); e <- as.vector(t$x %*% b[1:p]); P <- plogis(th[t$level + 2] - e) - plogis(th[t$level + 1] - e); -sum(w * log(P)) }
  g <- function(b) { th <- c(-Inf, b[p + 1:(K - 1)], Inf); e <- as.vector(t$x %*% b[1:p]); A <- th[t$level + 2] - e; B <- th[t$level + 1] - e
    P <- plogis(A) - plogis(B); dA <- -w * dlogis(A) / P; dB <- w * dlogis(B) / P
    c(-colSums((dA + dB) * t$x), sapply(0:(K - 2), function(k) sum(dA[t$level == k]) + sum(dB[t$level == k + 1]))) }
  b <- start
  for (i in 1:30) { h <- 1e-5; H <- sapply(seq_along(b), function(j) { d <- replace(numeric(length(b)), j, h); (g(b + d) - g(b - d)) / 2 / h }); b <- b - solve((H + t(H)) / 2, g(b)) }
  stopifnot(max(abs(g(b))) < 1e-13)
  list(b = b, deviance = 2 * f(b))
}
for (n in c("ordinal", "four")) {
  t <- T[[n]]; p <- ncol(t$x)
  m <- polr(factor(t$level, ordered = TRUE) ~ t$x, weights = t$weight, control = list(reltol = 1e-14, maxit = 1000))
  q <- polish(t, c(coef(m), m$zeta)); stopifnot(max(abs(q$b - c(coef(m), m$zeta))) < 1e-3)
  emit(n, "polr", 0, 0, 1, c(named("slope", q$b[1:p]), named("threshold", q$b[-(1:p)]), deviance = q$deviance))
}

# glmnet: standardised columns or not.
for (n in c("binary", "weighted")) for (alpha in c(0, 0.5, 1)) for (standard in c(1, 0)) {
  t <- T[[n]]
  first <- glmnet(t$x, t$level, family = "binomial", weights = t$weight, alpha = alpha, standardize = standard == 1, thresh = 1e-22, maxit = 1e7)
  for (lambda in c(0.2, 0.05, 0.01, 0.001)) {
    m <- glmnet(t$x, t$level, family = "binomial", weights = t$weight, alpha = alpha, standardize = standard == 1, lambda = c(0.4, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.001), thresh = 1e-22, maxit = 1e7)
    b <- as.matrix(coef(m, s = lambda, exact = FALSE))
    fit <- plogis(b[1] + t$x %*% b[-1]); dev <- -2 * sum(t$weight * ifelse(t$level == 1, log(fit), log(1 - fit))) / sum(t$weight)
    emit(n, "glmnet", alpha, lambda, standard, c(named("slope", b[-1]), named("threshold", -b[1]), deviance = dev, lambda_max = max(first$lambda)))
  }
}

# libsvm keeps its kernel in single precision. Its division of the rows, at 0, at the bound, between, is taken, and the conditions
# of the optimum are solved for those between; then no row may lie where it should not.
exact <- function(x, y, gamma, cost, weight) {
  K <- if (gamma == 0) x %*% t(x) else exp(-gamma * as.matrix(dist(x))^2)
  f <- factor(y, levels = c(1, 0)); w <- c("1" = weight[1], "0" = weight[2])
  m <- if (gamma == 0) svm(x, f, kernel = "linear", cost = cost, scale = FALSE, tolerance = 1e-6, class.weights = w)
       else svm(x, f, kernel = "radial", gamma = gamma, cost = cost, scale = FALSE, tolerance = 1e-6, class.weights = w)
  s <- ifelse(y == 1, 1, -1); top <- cost * ifelse(y == 1, weight[1], weight[2])
  a <- numeric(length(y)); a[m$index] <- abs(m$coefs[, 1])
  between <- a > 1e-6 * top & a < top * (1 - 1e-6); a[!between] <- ifelse(a[!between] > top[!between] / 2, top[!between], 0)
  i <- which(between); k <- length(i); b <- s * a; b[i] <- 0
  A <- rbind(cbind(K[i, i, drop = FALSE], 1), c(rep(1, k), 0))
  v <- as.vector(ginv(A, tol = 1e-12) %*% c(s[i] - as.vector(K[i, ] %*% b), -sum(b)))
  b[i] <- v[1:k]; d <- as.vector(K %*% b) + v[k + 1]
  stopifnot(s * b > -1e-9, s * b < top + 1e-9, (s * d)[!between & b == 0] > 1 - 1e-7, (s * d)[!between & b != 0] < 1 + 1e-7, abs((s * d)[i] - 1) < 1e-9)
  d
}
for (n in c("binary", "weighted")) for (gamma in c(0, 0.25)) for (cost in c(0.1, 10)) {
  t <- T[[n]]
  emit(n, "svm", gamma, cost, 1.5, named("decision", exact(scale(t$x), t$level, gamma, cost, c(1.5, 0.75))))
}
writeLines(rows, file.path(out, "learner_expected.csv"))
