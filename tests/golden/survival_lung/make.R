# R survival's lung and Heinze and Schemper's breast cancer data: the numbers in STATISTICS.md.
library(survival)
print(survdiff(Surv(time, status) ~ sex, lung)$chisq, digits = 12)
print(survdiff(Surv(time, status) ~ sex + strata(ph.ecog), lung)$chisq, digits = 12)
d <- subset(lung, !is.na(inst) & !is.na(ph.ecog))
f <- coxph(Surv(time, status) ~ age + sex + ph.ecog + cluster(inst), d)
print(coef(f), digits = 15); print(sqrt(diag(f$var)), digits = 15); print(cox.zph(f, "km")$table, digits = 12)
# Therneau and Grambsch's second data set: robust error and baseline hazard (test_wrong_elsewhere.py)
t2 <- data.frame(start = c(1, 2, 5, 2, 1, 7, 3, 4, 8, 8), stop = c(2, 3, 6, 7, 8, 9, 9, 9, 14, 17),
  event = c(1, 1, 1, 1, 1, 1, 1, 0, 0, 0), x = c(1, 0, 0, 1, 0, 1, 1, 1, 0, 0), row = 1:10)
f <- coxph(Surv(start, stop, event) ~ x + cluster(row), t2, control = coxph.control(eps = 1e-13, toler.chol = 1e-14, iter.max = 100))
print(sqrt(f$var[1, 1]), digits = 15); print(basehaz(f, centered = FALSE)$hazard[1], digits = 15)
print(summary(survfit(Surv(time, status) ~ 1, aml), times = 43)$std.err, digits = 15)
print(summary(survfit(Surv(time, status) ~ 1, subset(aml, x == "Maintained")), rmean = 30)$table, digits = 15)
