# Restricted means with covariates by survRM2 1.0-4 itself, whose R files (func_surv.R, rmst2reg.R; not kept here, not
# packaged in Debian) are read: Rscript make_survRM2.R PATH/TO/refdata PATH/TO/survRM2.R; writes survRM2.json.
library(jsonlite)
a <- commandArgs(TRUE); source(a[2])
d <- read.csv(file.path(a[1], "survRM2_pbc.csv")); x <- cbind(arm = d$arm, as.matrix(d[c("age", "bili", "albumin")]))
one <- function(type) { f <- rmst2reg(d$time, d$status, x, d$arm, 10, type)
  if (is.list(f)) list(coef = f$coef[-1], se = f$se[-1]) else list(coef = as.numeric(f[-1, 1]), se = as.numeric(f[-1, 2])) }
write_json(list(difference = one("difference"), ratio = one("ratio"), "lost-ratio" = one("lossratio")), "survRM2.json", digits = I(15))
