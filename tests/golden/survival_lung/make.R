# R survival's lung and Heinze and Schemper's breast cancer data: the numbers in STATISTICS.md.
library(survival)
print(survdiff(Surv(time, status) ~ sex, lung)$chisq, digits = 12)
print(survdiff(Surv(time, status) ~ sex + strata(ph.ecog), lung)$chisq, digits = 12)
d <- subset(lung, !is.na(inst) & !is.na(ph.ecog))
f <- coxph(Surv(time, status) ~ age + sex + ph.ecog + cluster(inst), d)
print(coef(f), digits = 15); print(sqrt(diag(f$var)), digits = 15); print(cox.zph(f, "km")$table, digits = 12)
