# Freireich's 6-MP trial (42 rows) by R survival and coin: what test_freireich.py pins that
# STATISTICS.md does not give.
library(survival); library(coin); library(jsonlite)
t6 <- c(6,6,6,7,10,13,16,22,23,6,9,10,11,17,19,20,25,32,32,34,35); e6 <- c(rep(1, 9), rep(0, 12))
tp <- c(1,1,2,2,3,4,4,5,5,8,8,8,8,11,11,12,12,15,17,22,23)
d <- data.frame(t = c(t6, tp), e = c(e6, rep(1, 21)), g = factor(rep(c("6-MP", "placebo"), each = 21)))
out <- list(exact_p = as.numeric(pvalue(logrank_test(Surv(t, e) ~ g, d, distribution = "exact", ties.method = "mid-ranks"))),
  logrank = survdiff(Surv(t, e) ~ g, d)$chisq, rho1 = survdiff(Surv(t, e) ~ g, d, rho = 1)$chisq)
write_json(out, "freireich.json", digits = I(15), auto_unbox = TRUE)
# restricted means to 20 weeks by R's survfit, and the limits of their difference
s <- summary(survfit(Surv(t, e) ~ g, d), rmean = 20)$table; m <- s[, "rmean"]; half <- qnorm(.975) * sqrt(sum(s[, "se(rmean)"]^2))
print(abs(diff(m)) + c(-half, half), digits = 15)
