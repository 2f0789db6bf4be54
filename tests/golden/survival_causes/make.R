# Several causes by R survival (Aalen-Johansen) and cmprsk (Gray, Fine-Gray); writes causes.json.
library(survival); library(cmprsk); library(jsonlite)
m <- read.csv("../../../../shared/refdata/mgus2_cr.csv"); m$ev <- factor(m$event, 0:2)
m$w <- 1 + seq_len(nrow(m)) %% 3; m$v <- .5 + (seq_len(nrow(m)) %% 4) / 3
m$late <- pmax(pmin(m$age - 60, m$etime - 1), 0); m$flat <- (seq_len(nrow(m)) - 1) %/% 3
b <- read.csv("../../../../shared/refdata/bmt_scrucca.csv"); b$ftime[b$ftime == 0] <- .5; b$ev <- factor(b$status, 0:2)
aj <- function(f) { s <- summary(f, censored = TRUE)
  list(strata = if (is.null(f$strata)) rep("all", length(s$time)) else sub(".*=", "", as.character(s$strata)), time = s$time,
    p1 = s$pstate[, 2], p2 = s$pstate[, 3], se1 = s$std.err[, 2], se2 = s$std.err[, 3], low1 = s$lower[, 2], high1 = s$upper[, 2]) }
cases <- list()
cases[["aj mgus2 one"]] <- aj(survfit(Surv(etime, ev) ~ 1, m, conf.type = "log"))
cases[["aj mgus2 sex"]] <- aj(survfit(Surv(etime, ev) ~ sex, m, conf.type = "log-log"))
cases[["aj mgus2 weights"]] <- aj(survfit(Surv(etime, ev) ~ sex, m, conf.type = "plain", weights = m$v))
m2 <- subset(m, late < etime & etime > 0); m2$id <- seq_len(nrow(m2))
cases[["aj mgus2 entry"]] <- aj(survfit(Surv(late, etime, ev) ~ sex, m2, conf.type = "log-log", id = m2$id))
# survfit's own cluster= leaves these curves unclustered (3.5-3): its influences are summed by flat here
f <- survfit(Surv(etime, ev) ~ sex, m, conf.type = "log-log", id = seq_len(nrow(m)), influence = TRUE)
k <- aj(f)
for (state in 2:3) k[[c("", "se1", "se2")[state]]] <- unlist(lapply(1:2, function(g) sqrt(colSums(rowsum(f$influence.pstate[[g]][, -1, state], m$flat[m$sex == c("F", "M")[g]])^2))))
k$low1 <- k$high1 <- NULL
cases[["aj mgus2 cluster"]] <- k
cases[["aj bmt"]] <- aj(survfit(Surv(ftime, ev) ~ dis, b, conf.type = "log-log"))
gray <- function(f) list(statistic = as.numeric(f$Tests[, "stat"]), df = as.numeric(f$Tests[, "df"]))
for (rho in c(0, 1)) {
  cases[[paste("gray mgus2 sex", rho)]] <- gray(cuminc(m$etime, m$event, m$sex, rho = rho))
  cases[[paste("gray bmt", rho)]] <- gray(cuminc(b$ftime, b$status, b$dis, rho = rho))
  age <- cut(m$age, c(0, 60, 70, 80, 200), labels = FALSE)
  cases[[paste("gray mgus2 age", rho)]] <- gray(cuminc(m$etime, m$event, age, rho = rho))
  cases[[paste("gray mgus2 age by sex", rho)]] <- gray(cuminc(m$etime, m$event, age, strata = m$sex, rho = rho))
}
fg <- function(d, time, status, names, cause) { f <- crr(d[[time]], d[[status]], as.matrix(d[names]), failcode = cause, gtol = 1e-12, maxiter = 60)
  list(coef = as.numeric(f$coef), var = as.numeric(f$var)) }
m3 <- na.omit(m[c("etime", "event", "age", "sex", "mspike")]); m3$male <- as.numeric(m3$sex == "M")
for (cause in 1:2) {
  cases[[paste("fg mgus2", cause)]] <- fg(m3, "etime", "event", c("age", "male", "mspike"), cause)
  cases[[paste("fg bmt", cause)]] <- fg(b, "ftime", "status", "dis", cause)
}
write_json(cases, "causes.json", digits = I(15), auto_unbox = FALSE)
