# Kaplan-Meier, Nelson-Aalen, quantiles and restricted means by R survival; writes curves.json.
library(survival); library(jsonlite)
lung2 <- lung; lung2$w <- 1 + seq_len(nrow(lung)) %% 3; lung2$v <- .5 + (seq_len(nrow(lung)) %% 4) / 3
lung2$start <- pmin(lung2$age - 38, lung2$time - 1); lung2$start[lung2$start < 0] <- 0
heart2 <- heart
veteran2 <- veteran
one <- function(formula, data, type, weights = NULL, cluster = NULL, tau = NULL) {
  args <- list(formula, data = data, conf.type = type)
  if (!is.null(weights)) args$weights <- data[[weights]]
  if (!is.null(cluster)) args$cluster <- data[[cluster]]
  f <- do.call(survfit, args); s <- summary(f, censored = TRUE)
  q <- quantile(f, c(.25, .5, .75))
  out <- list(strata = if (is.null(f$strata)) rep("all", length(s$time)) else sub(".*=", "", as.character(s$strata)),
    time = s$time, n_risk = s$n.risk, n_event = s$n.event, n_censor = s$n.censor, surv = s$surv,
    se = s$std.err, low = s$lower, high = s$upper, cumhaz = s$cumhaz, se_cumhaz = s$std.chaz,
    quantile = as.numeric(q$quantile), q_low = as.numeric(q$lower), q_high = as.numeric(q$upper))
  if (!is.null(tau)) { t <- summary(f, rmean = tau)$table
    if (is.null(dim(t))) t <- t(as.matrix(t))
    out$rmean <- as.numeric(t[, "rmean"]); out$rmean_se <- as.numeric(t[, "se(rmean)"]) }
  out
}
cases <- list()
for (type in c("log-log", "log", "plain", "logit", "arcsin")) {
  cases[[paste("lung sex", type)]] <- one(Surv(time, status == 2) ~ sex, lung2, type, tau = 700)
  cases[[paste("heart transplant", type)]] <- one(Surv(start, stop, event) ~ transplant, heart2, type)
}
cases[["lung one"]] <- one(Surv(time, status == 2) ~ 1, lung2, "log-log", tau = 1000)
cases[["lung whole weights"]] <- one(Surv(time, status == 2) ~ sex, lung2, "log-log", weights = "w", tau = 500)
cases[["lung fractional weights"]] <- one(Surv(time, status == 2) ~ sex, lung2, "log-log", weights = "v")
cases[["lung entry"]] <- one(Surv(start, time, status == 2) ~ sex, lung2, "log-log")
cases[["lung entry whole weights"]] <- one(Surv(start, time, status == 2) ~ sex, lung2, "plain", weights = "w")
cases[["lung entry fractional weights"]] <- one(Surv(start, time, status == 2) ~ sex, lung2, "log", weights = "v")
rats2 <- rats
cases[["rats cluster"]] <- one(Surv(time, status) ~ rx, rats2, "log-log", cluster = "litter")
cases[["veteran celltype"]] <- one(Surv(time, status) ~ celltype, veteran2, "log-log", tau = 150)
cases[["ovarian"]] <- one(Surv(futime, fustat) ~ rx, ovarian, "log-log", tau = 600)
cases[["aml"]] <- one(Surv(time, status) ~ x, aml, "log-log", tau = 40)
write_json(cases, "curves.json", digits = I(15), auto_unbox = FALSE, na = "null")
