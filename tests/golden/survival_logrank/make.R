# The log-rank family by R survival (survdiff) and, with delayed entry, as the exact Cox score test.
library(survival); library(jsonlite)
lung2 <- lung; lung2$start <- pmax(pmin(lung2$age - 38, lung2$time - 1), 0)
one <- function(f) list(statistic = f$chisq, df = length(f$n) - 1,
  observed = as.numeric(if (is.matrix(f$obs)) rowSums(f$obs) else f$obs),
  expected = as.numeric(if (is.matrix(f$exp)) rowSums(f$exp) else f$exp))
cases <- list()
for (rho in c(0, .5, 1)) {
  cases[[paste("lung sex", rho)]] <- one(survdiff(Surv(time, status == 2) ~ sex, lung2, rho = rho))
  cases[[paste("lung sex by ecog", rho)]] <- one(survdiff(Surv(time, status == 2) ~ sex + strata(ph.ecog), lung2, rho = rho))
  cases[[paste("veteran celltype", rho)]] <- one(survdiff(Surv(time, status) ~ celltype, veteran, rho = rho))
  cases[[paste("veteran celltype by prior", rho)]] <- one(survdiff(Surv(time, status) ~ celltype + strata(prior), veteran, rho = rho))
  cases[[paste("rats rx by sex", rho)]] <- one(survdiff(Surv(time, status) ~ rx + strata(sex), rats, rho = rho))
  cases[[paste("aml", rho)]] <- one(survdiff(Surv(time, status) ~ x, aml, rho = rho))
}
score <- function(formula, data) { f <- coxph(formula, data, ties = "exact"); list(statistic = f$score, df = length(coef(f))) }
cases[["entry heart transplant"]] <- score(Surv(start, stop, event) ~ transplant, heart)
cases[["entry heart transplant by surgery"]] <- score(Surv(start, stop, event) ~ transplant + strata(surgery), heart)
cases[["entry lung sex"]] <- score(Surv(start, time, status == 2) ~ sex, lung2)
cases[["entry lung ecog"]] <- score(Surv(start, time, status == 2) ~ factor(ph.ecog), subset(lung2, !is.na(ph.ecog)))
write_json(cases, "logrank.json", digits = I(15), auto_unbox = FALSE)
# Trend: from survdiff's O - E and V, and as the exact Cox score test of a numeric covariate; writes trend.json.
trend <- function(f, s) { o <- if (is.matrix(f$obs)) rowSums(f$obs) else f$obs; e <- if (is.matrix(f$exp)) rowSums(f$exp) else f$exp
  sum(s * (o - e))^2 / c(s %*% f$var %*% s) }
d <- subset(lung2, !is.na(ph.ecog))
late <- function(x) as.formula(paste("Surv(start, time, status == 2) ~", x))
out <- list("plain" = trend(survdiff(Surv(time, status == 2) ~ ph.ecog, d), 0:3),
  "rho 1" = trend(survdiff(Surv(time, status == 2) ~ ph.ecog, d, rho = 1), 0:3),
  "strata" = trend(survdiff(Surv(time, status == 2) ~ ph.ecog + strata(sex), d), 0:3),
  "scores" = trend(survdiff(Surv(time, status == 2) ~ ph.ecog, d), c(0, 1, 3, 9)),
  "entry" = score(late("ph.ecog"), d)$statistic, "entry strata" = score(late("ph.ecog + strata(sex)"), d)$statistic)
write_json(out, "trend.json", digits = I(15), auto_unbox = TRUE)
