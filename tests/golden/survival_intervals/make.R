# Interval-censored Weibull models by R survreg, as proportional hazards; writes intervals.json.
library(survival); library(jsonlite)
b <- read.csv("../../../../shared/refdata/bcos.csv"); b$right[is.infinite(b$right)] <- NA; b$left[b$left == 0] <- NA
b$chemo <- as.numeric(b$treatment == "RadChem"); b$z <- (seq_len(nrow(b)) %% 5) / 4
ph <- function(f) { s <- f$scale; k <- length(coef(f)); j <- matrix(0, k + 1, k + 1)
  list(coef = as.numeric(-coef(f)[-1] / s), loglik = f$loglik[2], shape = 1 / s,
    se = { b <- coef(f)[-1]; sapply(seq_along(b), function(i) { g <- rep(0, k + 1); g[i + 1] <- -1 / s; g[k + 1] <- b[i] / s; sqrt(t(g) %*% f$var %*% g) }) }) }
cases <- list(
  one = ph(survreg(Surv(left, right, type = "interval2") ~ chemo, b, control = survreg.control(rel.tolerance = 1e-14, maxiter = 200))),
  two = ph(survreg(Surv(left, right, type = "interval2") ~ chemo + z, b, control = survreg.control(rel.tolerance = 1e-14, maxiter = 200))),
  exact = ph(survreg(Surv(time, status) ~ age + sex, lung, control = survreg.control(rel.tolerance = 1e-14, maxiter = 200))))
write_json(cases, "intervals.json", digits = I(15))
