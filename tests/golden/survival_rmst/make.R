# Restricted means with covariates, from the definitions of Tian, Zhao and Wei 2014 (survRM2's ANCOVA, loops over
# rows as in the paper) and of pseudo-observations left out one by one with R survfit; writes rmst.json.
library(survival); library(jsonlite)
d <- read.csv("../../../../shared/refdata/survRM2_pbc.csv"); tau <- 10
ancova <- function(d, tau, cov, type, order = -1) {
  y <- pmin(d$time, tau); e <- ifelse(y == tau, 1, d$status); x <- cbind(1, d$arm, as.matrix(d[, cov]))
  z <- if (type == "loss") tau - y else y
  y <- y + order * ifelse(e == 1, 1e-7, 0) # at ties events before censorings (-1), or after them as survRM2 has it (1)
  w <- numeric(nrow(d))
  for (a in 0:1) { i <- d$arm == a; g <- survfit(Surv(y[i], 1 - e[i]) ~ 1); w[i] <- e[i] / summary(g, times = y[i] - 1e-9, extend = TRUE)$surv[rank(y[i], ties.method = "first")] }
  f <- if (type == "difference") lm(z ~ x - 1, weights = w) else suppressWarnings(glm(z ~ x - 1, weights = w, family = quasipoisson, control = list(epsilon = 1e-14, maxit = 100)))
  b <- coef(f); mu <- if (type == "difference") c(x %*% b) else c(exp(x %*% b)); s <- x * w * (z - mu)
  kappa <- s
  for (a in 0:1) for (i in which(d$arm == a)) { own <- d$arm == a
    later <- function(t) colSums(s[own & y >= t, , drop = FALSE]) / sum(own & y >= t)
    k <- (1 - e[i]) * later(y[i])
    for (j in which(own & y <= y[i] & e == 0)) k <- k - later(y[j]) / sum(own & y >= y[j])
    kappa[i, ] <- kappa[i, ] + k }
  A <- if (type == "difference") t(x) %*% x else t(x) %*% (x * mu)
  v <- solve(A) %*% (t(kappa) %*% kappa) %*% solve(A)
  list(coef = as.numeric(b)[-1], se = sqrt(diag(v))[-1])
}
rm1 <- function(t, e, tau) { f <- survfit(Surv(t, e) ~ 1); summary(f, rmean = tau)$table[["rmean"]] }
pseudo <- function(d, tau, cov) { v <- numeric(nrow(d))
  for (a in 0:1) { i <- which(d$arm == a); n <- length(i); all <- rm1(d$time[i], d$status[i], tau)
    v[i] <- sapply(seq_len(n), function(j) n * all - (n - 1) * rm1(d$time[i[-j]], d$status[i[-j]], tau)) }
  x <- cbind(1, d$arm, as.matrix(d[, cov])); b <- solve(t(x) %*% x, t(x) %*% v); u <- x * c(v - x %*% b)
  list(coef = as.numeric(b)[-1], se = sqrt(diag(solve(t(x) %*% x) %*% (t(u) %*% u) %*% solve(t(x) %*% x)))[-1]) }
cov <- c("age", "bili", "albumin")
write_json(list("events after" = ancova(d, tau, cov, "difference", 1), difference = ancova(d, tau, cov, "difference"), ratio = ancova(d, tau, cov, "ratio"), "lost-ratio" = ancova(d, tau, cov, "loss"),
  pseudo = pseudo(d, tau, cov)), "rmst.json", digits = I(15))
