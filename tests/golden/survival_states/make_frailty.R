# Shared gamma frailty by R survival, the full (not sparse) information; writes frailty.json.
library(survival); library(jsonlite)
one <- function(f, d, ties, p) { f <- coxph(f, d, ties = ties, control = coxph.control(eps = 1e-13, iter.max = 200, outer.max = 100))
  list(coef = as.numeric(coef(f))[seq_len(p)], theta = f$history[[1]]$theta, loglik = f$history[[1]]$c.loglik) }
cases <- list(
  "rats efron" = one(Surv(time, status) ~ rx + frailty(litter, eps = 1e-12), rats, "efron", 1),
  "rats breslow" = one(Surv(time, status) ~ rx + frailty(litter, eps = 1e-12), rats, "breslow", 1),
  "kidney efron" = one(Surv(time, status) ~ age + sex + frailty(id, eps = 1e-12), kidney, "efron", 2))
write_json(cases, "frailty.json", digits = I(15))
