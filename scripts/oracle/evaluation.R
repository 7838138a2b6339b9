#!/usr/bin/env Rscript
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Reference numbers for what model evaluations tell of out-of-fold probabilities: simulated probabilities and levels, and what R
# makes of them (pROC, glm, lm, cor.test).
#
#     Rscript scripts/oracle/evaluation.R data/reference
#
# writes evaluation_scores.csv (participant, level, p1, p2, age, sex: p1 = P(level >= 1), p2 = P(level >= 2)) and
# evaluation_expected.csv (field, value). binary: level >= 1 by p1. Adjusted area (Janes and Pepe 2009): residuals of the logit
# of p1 from a linear model of the covariates fitted in controls.

suppressMessages(library(pROC))
options(warn = 1, digits = 17)
RNGkind("Mersenne-Twister", "Inversion", "Rejection")
out <- commandArgs(TRUE)[1]
if (is.na(out)) stop("usage: Rscript scripts/oracle/evaluation.R FOLDER")
num <- function(v) sprintf("%.17g", v)

set.seed(60612)
n <- 66
level <- rep(0:2, each = n / 3)
sex <- sample(c("f", "m"), n, TRUE)
age <- round(rnorm(n, 45 + 5 * level, 12), 1)
latent <- 0.9 * level + 0.03 * (age - 50) + 0.5 * (sex == "m") + rnorm(n)
p1 <- round(plogis(1.4 * (latent - 0.6)), 4)
p2 <- round(p1 * plogis(1.2 * (latent - 1.4)), 4)
d <- data.frame(participant = sprintf("p%02d", 1:n), level, p1, p2, age, sex)
write.csv(d, file.path(out, "evaluation_scores.csv"), row.names = FALSE, quote = FALSE)

rows <- "field,value"
emit <- function(...) { v <- c(...); rows <<- c(rows, sprintf("%s,%s", names(v), num(v))) }
y <- as.integer(level >= 1)
r <- roc(y, p1, direction = "<", levels = 0:1)
emit(auc = as.numeric(r$auc), auc_low = ci(r)[1], auc_high = ci(r)[3])
x <- qlogis(p1)
emit(brier = mean((p1 - y)^2), intercept = unname(coef(glm(y ~ offset(x), family = binomial, epsilon = 1e-14))),
     slope = unname(coef(glm(y ~ x, family = binomial, epsilon = 1e-14))[2]))
control <- lm(x ~ age + sex, subset = y == 0)
residual <- (x - predict(control, d)) / summary(control)$sigma
emit(adjusted = as.numeric(roc(y, residual, direction = "<", levels = 0:1)$auc))
r2 <- roc(as.integer(level >= 2), p2, direction = "<", levels = 0:1)
emit(auc_2 = as.numeric(r2$auc), auc_2_low = ci(r2)[1], auc_2_high = ci(r2)[3])
called <- (p1 >= 0.5) + (p2 >= 0.5)
counts <- table(factor(level, 0:2), factor(called, 0:2))
kappa <- function(power) {
  w <- abs(outer(0:2, 0:2, "-"))^power; f <- counts / sum(counts)
  1 - sum(w * f) / sum(w * outer(rowSums(f), colSums(f)))
}
s <- suppressWarnings(cor.test(p1 + p2, level, method = "spearman", exact = FALSE))
emit(kappa_linear = kappa(1), kappa_quadratic = kappa(2), spearman = unname(s$estimate), spearman_p = s$p.value,
     accuracy = sum(diag(counts)) / n, accuracy_binary = mean((p1 >= 0.5) == y))
writeLines(rows, file.path(out, "evaluation_expected.csv"))
