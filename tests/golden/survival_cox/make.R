# Cox models by R survival over ties x weights x strata x cluster x entry; writes cox.json.
library(survival); library(jsonlite)
lung2 <- subset(lung, !is.na(ph.ecog) & !is.na(inst)); n <- nrow(lung2)
lung2$w <- 1 + seq_len(n) %% 3; lung2$v <- .5 + (seq_len(n) %% 4) / 3; lung2$o <- (seq_len(n) %% 5) / 10
lung2$start <- pmax(pmin(lung2$age - 38, lung2$time - 1), 0)
bladder2$v <- .5 + (seq_len(nrow(bladder2)) %% 4) / 3
one <- function(formula, data, ties, weights = NULL, cluster = NULL, newdata = NULL, heavy = FALSE, zph = FALSE) {
  args <- list(formula, data = data, ties = ties, x = TRUE, y = TRUE, model = TRUE, control = coxph.control(eps = 1e-14, iter.max = 100))
  if (!is.null(weights)) args$weights <- data[[weights]]
  if (!is.null(cluster)) args$cluster <- data[[cluster]]
  f <- do.call(coxph, args)
  out <- list(coef = as.numeric(coef(f)), loglik = f$loglik, score = f$score,
    naive = as.numeric(if (is.null(f$naive.var)) f$var else f$naive.var), var = as.numeric(f$var))
  if (heavy) {
    out$martingale <- as.numeric(residuals(f, "martingale")); out$deviance <- as.numeric(residuals(f, "deviance"))
    out$score_resid <- as.numeric(residuals(f, "score")); out$dfbeta <- as.numeric(residuals(f, "dfbeta"))
    out$schoenfeld <- as.numeric(residuals(f, "schoenfeld"))
  }
  if (!is.null(newdata)) {
    s <- survfit(f, newdata = newdata, se.fit = TRUE)
    out$hazard_time <- s$time; out$hazard <- as.numeric(s$cumhaz); out$hazard_se <- as.numeric(s$std.err); out$hazard_strata <- as.numeric(s$strata)
  }
  if (zph) for (t in c("km", "rank", "identity", "log")) { z <- cox.zph(f, transform = t, terms = FALSE)
    out[[paste0("zph_", t)]] <- as.numeric(z$table[, "chisq"]) }
  out
}
cases <- list()
nd <- data.frame(age = 60, sex = 1, ph.ecog = 1, o = 0)
for (ties in c("efron", "breslow")) {
  k <- function(...) paste(..., ties)
  right <- Surv(time, status == 2) ~ age + sex + ph.ecog; late <- Surv(start, time, status == 2) ~ age + sex + ph.ecog
  cases[[k("lung")]] <- one(right, lung2, ties, newdata = nd, heavy = TRUE, zph = TRUE)
  cases[[k("lung w")]] <- one(right, lung2, ties, weights = "w", newdata = nd, heavy = TRUE, zph = TRUE)
  cases[[k("lung cluster")]] <- one(right, lung2, ties, cluster = "inst")
  cases[[k("lung v cluster")]] <- one(right, lung2, ties, weights = "v", cluster = "inst")
  cases[[k("lung entry")]] <- one(late, lung2, ties, newdata = nd, heavy = TRUE, zph = TRUE)
  cases[[k("lung entry v cluster")]] <- one(late, lung2, ties, weights = "v", cluster = "inst")
  cases[[k("lung strata")]] <- one(update(right, . ~ age + ph.ecog + strata(sex)), lung2, ties, heavy = TRUE, zph = TRUE)
  cases[[k("lung entry strata w cluster")]] <- one(update(late, . ~ age + ph.ecog + strata(sex)), lung2, ties, weights = "w", cluster = "inst", heavy = TRUE)
  cases[[k("lung offset")]] <- one(update(right, . ~ . + offset(o)), lung2, ties)
  cases[[k("lung entry strata offset")]] <- one(update(late, . ~ age + ph.ecog + strata(sex) + offset(o)), lung2, ties)
  cases[[k("heart")]] <- one(Surv(start, stop, event) ~ age + year + surgery + transplant, heart, ties, cluster = "id", zph = TRUE)
  cases[[k("bladder2")]] <- one(Surv(start, stop, event) ~ rx + number + size + strata(enum), bladder2, ties, cluster = "id")
  cases[[k("bladder2 v")]] <- one(Surv(start, stop, event) ~ rx + number + size + strata(enum), bladder2, ties, weights = "v", cluster = "id")
  cases[[k("rats")]] <- one(Surv(time, status) ~ rx + sex, rats, ties, cluster = "litter", zph = TRUE)
}
cases[["lung exact"]] <- one(Surv(time, status == 2) ~ age + sex + ph.ecog, lung2, "exact")
cases[["lung entry exact"]] <- one(Surv(start, time, status == 2) ~ age + sex + ph.ecog, lung2, "exact")
cases[["rats exact"]] <- one(Surv(time, status) ~ rx + strata(sex), rats, "exact")
cases[["veteran exact"]] <- one(Surv(time, status) ~ karno + trt + age, veteran, "exact")
write_json(cases, "cox.json", digits = I(15), auto_unbox = FALSE)
