# Score tests for intervals: information form by icScoreTest of R's interval 1.1 (not kept here, not packaged in
# Debian), permutation form by coin from the scores that it gives; writes score.json.
#   Rscript make_score.R PATH/TO/refdata PATH/TO/icScoreTest.R
# Its curve is found here by self-consistency, to 1e-14.
library(jsonlite); library(coin)
a <- commandArgs(TRUE); source(a[2])
curve <- function(l, r) { e <- sort(unique(c(l, r)))
  A <- sapply(seq_len(length(e) - 1), function(j) as.numeric(l <= e[j] & r >= e[j + 1]))
  p <- rep(1 / ncol(A), ncol(A))
  for (k in 1:200000) { q <- p * colMeans(A / as.numeric(A %*% p)); if (max(abs(q - p)) < 1e-16) break; p <- q
    if (k %% 2000 == 0) { keep <- p > 1e-9; A <- A[, keep]; p <- p[keep] / sum(p[keep]) } }
  keep <- p > 1e-9; list(A = A[, keep], pf = p[keep] / sum(p[keep])) }
both <- function(fit, group) lapply(c(sun = "logrank1", finkelstein = "logrank2", wilcoxon = "wmw"), function(s) {
  own <- sapply(seq_along(group), function(i) icScoreTest(fit, as.numeric(seq_along(group) == i), s)$U)
  dealt <- independence_test(own ~ factor(group), teststat = "quadratic")
  t <- icScoreTest(fit, group, s); list(permutation = as.numeric(statistic(dealt)), permutation_p = as.numeric(pvalue(dealt)), score = as.numeric(t$U), statistic = as.numeric(t$statistic), df = t$parameter, p_value = as.numeric(t$p.value)) })
b <- read.csv(file.path(a[1], "bcos.csv")); fit <- curve(b$left, b$right)
third <- c("a", "b", "c")[seq_len(nrow(b)) %% 3 + 1]
masses <- lapply(split(b, b$treatment), function(d) curve(d$left, d$right)$pf)
write_json(list(treatment = both(fit, as.character(b$treatment)), third = both(fit, third), masses = masses), "score.json", digits = I(15), auto_unbox = TRUE)
