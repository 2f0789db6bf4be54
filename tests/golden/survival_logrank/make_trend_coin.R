# Trend along ordered groups by coin: linear-by-linear permutation of log-rank scores (mid-ranks, the scores of the
# log-rank test itself); writes trend_coin.json.   Rscript make_trend_coin.R PATH/TO/refdata
library(survival); library(coin); library(jsonlite)
a <- commandArgs(TRUE)
d <- subset(read.csv(file.path(a[1], "lung.csv")), !is.na(ph.ecog)); d$g <- factor(d$ph.ecog, ordered = TRUE)
v <- read.csv(file.path(a[1], "veteran.csv")); v$g <- factor(pmin(v$karno %/% 30, 2), ordered = TRUE)
one <- function(data, event, type, places) {
  test <- logrank_test(as.formula(paste("Surv(time,", event, ") ~ g")), data, type = type, scores = list(g = places))
  list(type = type, places = places, statistic = as.numeric(statistic(test))^2, p_value = as.numeric(pvalue(test)),
    sum = -as.numeric(statistic(test, type = "linear"))) }
out <- list()
for (type in c("logrank", "Gehan-Breslow", "Tarone-Ware"))
  out <- c(out, list(c(list(data = "lung"), one(d, "status == 2", type, 1:4)), c(list(data = "lung"), one(d, "status == 2", type, c(0, 1, 3, 9))),
    c(list(data = "veteran"), one(v, "status", type, 1:3))))
write_json(out, "trend_coin.json", digits = I(15), auto_unbox = TRUE)
