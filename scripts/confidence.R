# SPDX-License-Identifier: GPL-3.0-or-later
#
# The coefficients of src/face/confidence.c: Rscript confidence.R ROWS.csv ..., with rows of confidence_loop.
# `scripts/bench confidence --fit` calls it. A logistic model of whether the mean error of a frame's points is
# under 5 % of the interocular distance; the transformations are those of terms_of() in confidence.c.

rows <- do.call(rbind, lapply(commandArgs(trailingOnly = TRUE), read.csv))
rows <- rows[rows$found == 1 & !is.na(rows$disagreement), ]
within <- function(x, low, high) pmin(pmax(x, low), high)
rows$good <- as.integer(rows$error < 0.05)
rows$disagreement <- log(rows$disagreement + 0.002)
rows$jump <- log(rows$jump + 0.005)
rows$shape <- log(within(rows$shape, 0.03, 0.3))
rows$contrast <- log(within(rows$contrast, 0.01, 0.3))
rows$sharpness <- log(within(rows$sharpness, 0.03, 2))
rows$sharpness_squared <- rows$sharpness^2
rows$symmetry[is.na(rows$symmetry)] <- 0
rows$darkness[is.na(rows$darkness)] <- 0

show <- function(name, formula) {
  b <- coef(glm(formula, binomial, rows))
  terms <- c("disagreement", "jump", "shape", "contrast", "sharpness", "sharpness_squared", "symmetry", "darkness",
             "outside")
  values <- ifelse(terms %in% names(b), b[terms], 0)
  cat(sprintf("%s, %d frames, %.1f %% good:\n{%s}\n", name, nrow(rows), 100 * mean(rows$good),
              paste(sprintf("%.3f", c(b["(Intercept)"], values)), collapse = ", ")))
}
show("with_disagreement",
     good ~ disagreement + shape + contrast + sharpness + sharpness_squared + symmetry + darkness + outside)
rows <- rows[!is.na(rows$jump), ]
show("without",
     good ~ jump + shape + contrast + sharpness + sharpness_squared + symmetry + darkness + outside)
