# Concordance by R survival, with ties, entry, weights and strata; writes concordance.json.
library(survival); library(jsonlite)
lung2 <- subset(lung, !is.na(ph.ecog) & !is.na(inst)); n <- nrow(lung2)
lung2$v <- .5 + (seq_len(n) %% 4) / 3; lung2$start <- pmax(pmin(lung2$age - 38, lung2$time - 1), 0)
one <- function(f) list(value = f$concordance, se = sqrt(f$var), pairs = as.numeric(if (is.matrix(f$count)) colSums(f$count) else f$count)[1:3])
cases <- list(
  "lung" = one(concordance(Surv(time, status) ~ ph.ecog, lung2, reverse = TRUE)),
  "lung weights" = one(concordance(Surv(time, status) ~ age, lung2, weights = v, reverse = TRUE)),
  "lung entry" = one(concordance(Surv(start, time, status == 2) ~ ph.ecog, lung2, reverse = TRUE)),
  "lung entry weights" = one(concordance(Surv(start, time, status == 2) ~ age, lung2, weights = v, reverse = TRUE)),
  "lung strata" = one(concordance(Surv(time, status) ~ age + strata(sex), lung2, reverse = TRUE)),
  "lung cluster" = one(concordance(Surv(time, status) ~ age, lung2, cluster = inst, reverse = TRUE)),
  "cox lung" = one(concordance(coxph(Surv(time, status) ~ age + sex + ph.ecog, lung2))),
  "cox lung strata" = one(concordance(coxph(Surv(time, status) ~ age + ph.ecog + strata(sex), lung2))),
  "cox heart" = one(concordance(coxph(Surv(start, stop, event) ~ age + surgery + transplant, heart), cluster = heart$id)))
write_json(cases, "concordance.json", digits = I(15), auto_unbox = TRUE)
