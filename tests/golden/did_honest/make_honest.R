# Conditional least-favourable hybrid sets by HonestDiD's own arithmetic, on its own grid.
#
# HonestDiD is not packaged in Debian. Where it is installed this runs with it; else HONEST_SOURCES
# names a file with its functions assembled from the public sources (2024: deltarm, deltasd,
# arp-nuisance, arp-nonuisance), with lpSolveAPI replaced by Rglpk and TruncatedNormal::norminvp by
# the same quantile on the log scale.
#
#   HONEST_SOURCES=honest.R Rscript make_honest.R > honest.json      (in this folder)
library(jsonlite)
if (nzchar(Sys.getenv("HONEST_SOURCES"))) {
  source(Sys.getenv("HONEST_SOURCES"))
} else {
  for (f in c("computeConditionalCS_DeltaRM", "computeConditionalCS_DeltaSD", ".create_A_RM",
              ".create_A_SD", ".construct_Gamma", ".compute_least_favorable_cv"))
    assign(f, getFromNamespace(f, "HonestDiD"))
}

medicaid <- fromJSON("medicaid.json")
slow <- function(n) outer(1:n, 1:n, function(i, j) .04 * .6^abs(i - j) * sqrt((1 + .1 * i) * (1 + .1 * j)))
studies <- list(
  medicaid = list(beta = medicaid$beta, sigma = (medicaid$sigma + t(medicaid$sigma)) / 2, pre = 5),
  one_after = list(beta = c(.1, -.05, .08, .9), sigma = slow(4), pre = 3),
  one_before = list(beta = c(.1, .5, .7), sigma = slow(3), pre = 1),
  three_after = list(beta = c(.1, -.05, .08, -.1, .6, .9, 1), sigma = slow(7), pre = 4)
)

# first-stage critical values of one polyhedron or several, simulated as the package does
first_stage <- function(s, towards, sets) sapply(sets, function(A) {
  after <- length(towards)
  late <- (s$pre + 1):ncol(A)
  if (after == 1)
    return(.compute_least_favorable_cv(X_T = NULL, sigma = A %*% s$sigma %*% t(A), hybrid_kappa = .005))
  X <- (A[, late] %*% solve(.construct_Gamma(towards)))[, -1]
  .compute_least_favorable_cv(X_T = X, sigma = A %*% s$sigma %*% t(A), hybrid_kappa = .005,
                              rowsForARP = which(rowSums(A[, late] != 0) > 0))
})

case <- function(study, restriction, m, towards) {
  s <- studies[[study]]
  after <- length(s$beta) - s$pre
  late <- s$pre + seq_len(after)
  reach <- 20 * sqrt(c(t(towards) %*% s$sigma[late, late] %*% towards))
  args <- list(betahat = s$beta, sigma = s$sigma, numPrePeriods = s$pre, numPostPeriods = after,
               l_vec = towards, alpha = .05, hybrid_flag = "LF", grid.lb = -reach, grid.ub = reach)
  if (restriction == "relative") {
    set <- do.call(computeConditionalCS_DeltaRM, c(args, Mbar = m))
    sets <- list()
    for (largest in -(s$pre - 1):0) for (up in c(TRUE, FALSE)) {
      A <- .create_A_RM(s$pre, after, Mbar = m, s = largest, max_positive = up)
      if (after == 1) A <- A[A[, ncol(A)] != 0, ]
      sets <- c(sets, list(A))
    }
  } else {
    set <- do.call(computeConditionalCS_DeltaSD, c(args, M = m))
    sets <- list(.create_A_SD(s$pre, after))
  }
  list(study = study, restriction = restriction, m = m, towards = as.list(towards), reach = reach,
       first = as.list(first_stage(s, towards, sets)), kept = which(set$accept == 1) - 1)
}

cases <- list(
  case("medicaid", "relative", .5, c(1, 0)), case("medicaid", "relative", 1, c(1, 0)),
  case("medicaid", "relative", 1.5, c(1, 0)), case("medicaid", "relative", 2, c(1, 0)),
  case("medicaid", "relative", 1, c(.5, .5)), case("medicaid", "relative", 1, c(0, 1)),
  case("medicaid", "relative", 0, c(0, 1)), case("one_after", "relative", .5, 1),
  case("one_after", "relative", 2, 1), case("one_before", "relative", 1, c(1, 0)),
  case("one_before", "relative", 1, c(.5, .5)), case("three_after", "relative", .5, c(1, 0, 0)),
  case("three_after", "relative", 1, c(1, 1, 1) / 3), case("three_after", "relative", 1, c(0, 0, 1)),
  case("medicaid", "smooth", 0, c(1, 0)), case("medicaid", "smooth", .02, c(.5, .5)),
  case("one_after", "smooth", 0, 1), case("one_after", "smooth", .3, 1),
  case("one_before", "smooth", .1, c(1, 0)), case("three_after", "smooth", .1, c(1, 0, 0)),
  case("three_after", "smooth", .1, c(1, 1, 1) / 3)
)
plain <- lapply(studies, function(s) list(beta = s$beta, sigma = s$sigma, pre = s$pre))
cat(toJSON(list(studies = plain, cases = cases), auto_unbox = TRUE, digits = 15))
