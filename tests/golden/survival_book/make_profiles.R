# Profile-likelihood limits, with and without Firth's penalty, from R survival's likelihood; shared frailty; follow-up. Writes profiles.json.
suppressMessages({library(survival); library(jsonlite)})
pl <- function(f, d, b, ties) { k <- suppressWarnings(coxph(f, d, ties = ties, init = b, control = coxph.control(iter.max = 0))); c(k$loglik[2], determinant(solve(k$var))$modulus) }
firth <- function(f, d, ties, x) { p <- length(x); se0 <- sqrt(diag(coxph(f, d, ties = ties)$var)); pen <- function(b) { v <- tryCatch(pl(f, d, b, ties), error = function(e) c(-1e6, 0)); v[1] + .5 * v[2] }
  up <- function(free, fixed, j) { if (p == 1) return(pen(fixed)); g <- function(q) { b <- numeric(p); b[j] <- fixed; b[-j] <- q; -pen(b) }; -nlminb(free, g, control = list(rel.tol = 1e-14, x.tol = 1e-12))$objective }
  o <- nlminb(numeric(p), function(b) -pen(b), control = list(rel.tol = 1e-15, x.tol = 1e-13)); b <- o$par; m <- -o$objective
  lims <- sapply(1:p, function(j) { h <- function(v) m - up(b[-j], v, j) - qchisq(.95, 1) / 2; c(uniroot(h, c(b[j] - 5*se0[j], b[j]), tol = 1e-11)$root, uniroot(h, c(b[j], b[j] + 5*se0[j]), tol = 1e-11)$root) })
  list(b = b, pen = m, low = lims[1, ], high = lims[2, ]) }
prof <- function(f, d, ties, x) { p <- length(x); k <- coxph(f, d, ties = ties); b <- coef(k); m <- k$loglik[2]
  lims <- sapply(1:p, function(j) { h <- function(v) { d$.o <- v * d[[x[j]]]; g <- update(f, as.formula(paste(". ~ . -", x[j], "+ offset(.o)"))); q <- coxph(g, d, ties = ties); ll <- if (is.null(coef(q))) q$loglik[1] else q$loglik[2]; m - ll - qchisq(.95, 1) / 2 }
   w <- 6 * sqrt(k$var[j, j]); c(uniroot(h, c(b[j] - w, b[j]), tol = 1e-11)$root, uniroot(h, c(b[j], b[j] + w), tol = 1e-11)$root) })
  list(b = as.numeric(b), low = lims[1, ], high = lims[2, ]) }
heart$tr <- as.numeric(heart$transplant == 1); aml$m <- as.numeric(aml$x == "Maintained")
out <- list()
for (t in c("efron", "breslow")) {
 out[[paste("firth aml", t)]] <- firth(Surv(time, status) ~ m, aml, t, "m")
 out[[paste("firth ovarian", t)]] <- firth(Surv(futime, fustat) ~ age + rx, ovarian, t, c("age", "rx"))
 out[[paste("firth heart", t)]] <- firth(Surv(start, stop, event) ~ tr + surgery, heart, t, c("tr", "surgery"))
 out[[paste("firth kidney", t)]] <- firth(Surv(time, status) ~ sex + age + strata(disease), kidney, t, c("sex", "age"))
 out[[paste("prof aml", t)]] <- prof(Surv(time, status) ~ m, aml, t, "m")
 out[[paste("prof ovarian", t)]] <- prof(Surv(futime, fustat) ~ age + rx, ovarian, t, c("age", "rx"))
 out[[paste("prof heart", t)]] <- prof(Surv(start, stop, event) ~ tr + surgery, heart, t, c("tr", "surgery"))
 out[[paste("prof kidney", t)]] <- prof(Surv(time, status) ~ sex + age + strata(disease), kidney, t, c("sex", "age")) }
out[["prof ovarian exact"]] <- prof(Surv(futime, fustat) ~ age + rx, ovarian, "exact", c("age", "rx"))
gamma <- function(f, d, p) { k <- suppressWarnings(coxph(f, d, control = coxph.control(eps = 1e-12, iter.max = 200, outer.max = 100)))
 list(b = as.numeric(coef(k))[1:p], se = sqrt(diag(k$var))[1:p], theta = k$history[[1]]$theta) }
out[["frailty lung inst"]] <- gamma(Surv(time, status) ~ age + sex + frailty(inst, sparse = FALSE, eps = 1e-9), subset(lung, !is.na(inst)), 2)
out[["frailty cgd id"]] <- gamma(Surv(tstart, tstop, status) ~ age + frailty(id, sparse = FALSE, eps = 1e-9), cgd, 1)
out[["frailty cgd center"]] <- gamma(Surv(tstart, tstop, status) ~ age + frailty(center, sparse = FALSE, eps = 1e-9), cgd, 1)
q <- quantile(survfit(Surv(time, status == 1) ~ sex, lung, conf.type = "log-log"), .5)
out[["followed lung"]] <- list(median = as.numeric(q$quantile), low = as.numeric(q$lower), high = as.numeric(q$upper))
for (t in c("km", "rank", "identity", "log")) { z <- cox.zph(coxph(Surv(time, status) ~ celltype + karno, veteran, control = coxph.control(eps = 1e-12)), transform = t)$table
 out[[paste("zph", t)]] <- list(statistic = as.numeric(z[, 1]), df = as.numeric(z[, 2])) }
write_json(out, "profiles.json", digits = I(14))
