# CR0-CR3 and Satterthwaite df by clubSandwich on clusters of unequal sizes, treatment by person or
# by cluster, with weights and without; and the delete-cluster jackknife by the Moore-Penrose inverse
# of each remaining crossproduct (MASS::ginv), also where CR3 has no value because a term needs one
# cluster (clubSandwich then prints what rounding makes of a singular matrix: left out here).
# Run in this folder: Rscript make_layouts.R > layouts.json
suppressMessages({library(clubSandwich); library(jsonlite); library(MASS)})
set.seed(11)
out <- list()
while (length(out) < 12) {
  G <- sample(3:9, 1)
  cl <- rep(seq_len(G), sample(1:8, G, TRUE))
  n <- length(cl)
  by <- sample(c("person", "cluster"), 1)
  tr <- if (by == "person") rbinom(n, 1, .4) else rbinom(G, 1, .5)[cl]
  x <- round(rnorm(n) + rnorm(G)[cl], 2)
  t <- sample(0:2, n, TRUE)
  w <- if (runif(1) < .5) round(runif(n, .3, 3), 2) else rep(1, n)
  y <- round(3 + tr + x + rnorm(G)[cl] + rnorm(n) * (1 + .5 * abs(x)), 2)
  m <- lm(if (runif(1) < .5) y ~ tr + x + factor(t) else y ~ tr * factor(t) + x, weights = w)
  if (anyNA(coef(m)) || df.residual(m) < 3) next
  X <- model.matrix(m)
  left <- sapply(seq_len(G), function(g) {
    k <- cl != g
    ginv(crossprod(X[k, ] * w[k], X[k, ])) %*% crossprod(X[k, ], w[k] * y[k])
  })
  ranks <- sapply(seq_len(G), function(g) qr(X[cl != g, ])$rank)
  case <- list(X = unname(X), y = y, w = w, cluster = cl, whole = all(ranks == ncol(X)),
               value = unname(coef(m)), jackknife = sqrt(rowSums((left - coef(m))^2)),
               df = coef_test(m, vcov = "CR2", cluster = cl, test = "Satterthwaite")$df_Satt)
  for (kind in c("CR0", "CR1", "CR1S", "CR2", if (case$whole) "CR3"))
    case[[kind]] <- unname(sqrt(diag(vcovCR(m, cl, type = kind))))
  out[[length(out) + 1]] <- case
}
cat(toJSON(out, auto_unbox = TRUE, digits = 15))
