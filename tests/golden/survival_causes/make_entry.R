# Fine-Gray with delayed entry by R survival's finegray and coxph (Breslow); writes entry.json.
# The variance there takes the weights as known: it is compared before their error is added.
library(survival); library(jsonlite)
d <- commandArgs(TRUE)[1]
fit <- function(data, formula, cause) {
  data$id <- seq_len(nrow(data))
  f <- finegray(Surv(late, time, ev) ~ ., data = data, id = id, etype = cause)
  c1 <- coxph(update(formula, Surv(fgstart, fgstop, fgstatus) ~ .), f, weights = fgwt, ties = "breslow",
    cluster = id, control = coxph.control(eps = 1e-13, toler.chol = 1e-14, iter.max = 60))
  list(coef = as.numeric(coef(c1)), var = as.numeric(c1$var)) }
m <- read.csv(file.path(d, "mgus2_cr.csv")); m$male <- as.numeric(m$sex == "M"); m$time <- m$etime
m$ev <- factor(m$event, 0:2, c("censored", "one", "two"))
m$late <- pmax(pmin(m$age - 60, m$etime - 1), 0); m <- subset(m, late < time & time > 0)[c("late", "time", "ev", "age", "male")]
b <- read.csv(file.path(d, "bmt_scrucca.csv")); b$time <- b$ftime; b$ev <- factor(b$status, 0:2, c("censored", "one", "two"))
b$late <- (seq_len(nrow(b)) %% 4) * .7; b <- subset(b, late < time)[c("late", "time", "ev", "dis")]
cases <- list("mgus2 1" = fit(m, ~ age + male, "one"), "mgus2 2" = fit(m, ~ age + male, "two"),
  "bmt 1" = fit(b, ~ dis, "one"), "bmt 2" = fit(b, ~ dis, "two"))
write_json(cases, "entry.json", digits = I(15))
