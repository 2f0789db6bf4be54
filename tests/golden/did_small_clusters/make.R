# CR0-CR3 and Satterthwaite df by clubSandwich, on layouts that differ in what makes CR2 hard:
# saturated effects, weights, few rows a cluster, clusters crossed with effects.
# Run in this folder: Rscript make.R PATH/TO/refdata > small_clusters.json
suppressMessages(library(clubSandwich))
g <- read.csv(file.path(commandArgs(TRUE)[1], "grunfeld.csv"))
g$w <- (seq_len(nrow(g)) - 1) %% 7 + 1
num <- function(x) paste0("[", paste(formatC(unname(x), digits = 16, format = "g"), collapse = ", "), "]")
one <- function(fit, cluster, types) {
  keep <- c("value", "capital")
  se <- sapply(types, function(t) paste0('"', t, '": ', num(sqrt(diag(vcovCR(fit, cluster, type = t)))[keep])))
  df <- coef_test(fit, vcov = "CR2", cluster = cluster, coefs = keep)$df_Satt
  paste0('{"value": ', num(coef(fit)[keep]), ', ', paste(se, collapse = ", "), ', "df": ', num(df), "}")
}
plain <- lm(inv ~ value + capital, g)
both <- lm(inv ~ value + capital + factor(firm) + factor(year), g)
weighted <- lm(inv ~ value + capital, g, weights = w)
weighted_both <- lm(inv ~ value + capital + factor(firm) + factor(year), g, weights = w)
all <- c("CR0", "CR1", "CR1S", "CR2", "CR3"); no3 <- all[1:4]
cat("{", paste(c(
  paste0('"plain by firm": ', one(plain, g$firm, all)),
  paste0('"plain by year": ', one(plain, g$year, all)),
  paste0('"plain by row": ', one(plain, seq_len(nrow(g)), all)),
  paste0('"two-way by firm": ', one(both, g$firm, no3)),
  paste0('"two-way by year": ', one(both, g$year, no3)),
  paste0('"weighted by firm": ', one(weighted, g$firm, all)),
  paste0('"weighted by year": ', one(weighted, g$year, all)),
  paste0('"weighted two-way by firm": ', one(weighted_both, g$firm, no3)),
  paste0('"weighted two-way by year": ', one(weighted_both, g$year, no3))), collapse = ",\n"), "}\n")
# leave one firm out, by lm itself
j <- sapply(unique(g$firm), function(i) coef(lm(inv ~ value + capital + factor(firm) + factor(year), g[g$firm != i, ]))[c("value", "capital")])
cat(sprintf("%.16g", sqrt(rowSums((j - coef(both)[c("value", "capital")])^2))), "\n", file = stderr())
