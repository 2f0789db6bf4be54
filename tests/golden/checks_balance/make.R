# Balance with and without weights, by the formulas of Austin (2009) and stats::cov.wt; Rscript make.R
options(digits = 17)
d <- read.csv("households.csv", na.strings = "")
treated <- d$arm == "pilot"
describe <- function(x, w, binary) {
  ok <- !is.na(x)
  a <- x[ok & treated]; b <- x[ok & !treated]; wa <- w[ok & treated]; wb <- w[ok & !treated]
  spread <- if (binary) c(mean(a) * (1 - mean(a)), mean(b) * (1 - mean(b))) else c(var(a), var(b))
  pooled <- sqrt(mean(spread))
  va <- cov.wt(cbind(a), wa / sum(wa), method = "unbiased"); vb <- cov.wt(cbind(b), wb / sum(wb), method = "unbiased")
  list(n = c(length(a), length(b)), missing = c(sum(!ok & treated), sum(!ok & !treated)),
       mean = c(mean(a), mean(b)), sd = c(sd(a), sd(b)), sum = c(sum(a), sum(b)),
       smd = (mean(a) - mean(b)) / pooled, smd_w = (weighted.mean(a, wa) - weighted.mean(b, wb)) / pooled,
       ratio = var(a) / var(b), ratio_w = va$cov[1, 1] / vb$cov[1, 1],
       ess = c(sum(wa)^2 / sum(wa^2), sum(wb)^2 / sum(wb^2)))
}
out <- list(age = describe(d$age, d$w, FALSE), support = describe(d$support, d$w, TRUE))
for (l in sort(unique(na.omit(d$kind)))) out[[l]] <- describe(as.numeric(d$kind == l), d$w, TRUE)
writeLines(jsonlite::toJSON(out, digits = NA, auto_unbox = TRUE, pretty = TRUE), "balance.json")
