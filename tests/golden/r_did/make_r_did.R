# Group-time effects by R did's own arithmetic.
#
# did and DRDID are not packaged in Debian. Where they are installed this runs with them; else
# DID_SOURCES names a file with att_gt and aggte assembled from their public sources (did 2.1.2:
# att_gt, compute.att_gt, pre_process_did, compute.aggte; DRDID 1.2: the six estimators), with
# fastglm and parglm replaced by iteratively reweighted least squares to 1e-14 and the bootstrap left
# out. Two things as later versions have them: standard errors by cluster from sums of the influence
# function (2.3.1.906), and the cohorts' sizes in the "group" average taken by cohort (2.1.2 takes the
# first cells', all of one cohort).
#
#   DID_SOURCES=did.R Rscript make_r_did.R REFDATA > r_did.json
suppressMessages({library(Matrix); library(data.table); library(jsonlite)})
if (nzchar(Sys.getenv("DID_SOURCES"))) source(Sys.getenv("DID_SOURCES")) else library(did)
options(warn = -1)

waves <- c(1, 2, 4, 7, 8)
small <- data.frame(id = rep(1:40, each = 5), t = rep(waves, 40))
small$g <- c(0, 4, 7, 8)[(small$id %% 11) %% 4 + 1]
small$town <- small$id %% 9
small$x <- sin(3 * small$id) + 0.3 * cos(small$id * small$t)
small$z <- cos(5 * small$id)
small$w <- 1.5 + sin(7 * small$id) + 0.4 * cos(small$id + 2 * small$t)
small$y <- with(small, sin(id * id) + 0.4 * t + cos(1.7 * id * t) + 0.5 * x * log(t))
small$y <- with(small, y + 0.6 * (g > 0 & t >= g) * (1 + 0.1 * t))
gaps <- small[(small$id + 2 * small$t) %% 7 != 0, ]
gaps$row <- seq_len(nrow(gaps))

mpdta <- read.csv(file.path(commandArgs(TRUE)[1], "mpdta.csv"))
mpdta$one_of_three <- mpdta$countyreal %% 3 + 0.5
mpdta$thirty <- mpdta$countyreal %% 30

sources <- list(
  mpdta = list(data = mpdta, y = "lemp", t = "year", id = "countyreal", g = "first.treat"),
  mpdta_treated = list(data = mpdta[mpdta$first.treat > 0, ], y = "lemp", t = "year",
                       id = "countyreal", g = "first.treat"),
  mpdta_to_2006 = list(data = mpdta[mpdta$year < 2007, ], y = "lemp", t = "year",
                       id = "countyreal", g = "first.treat"),
  small = list(data = small, y = "y", t = "t", id = "id", g = "g"),
  gaps = list(data = gaps, y = "y", t = "t", id = "id", g = "g")
)
control <- c(never = "nevertreated", not_yet = "notyettreated")

one <- function(data, adjust = NULL, control_group, est_method, base_period = "varying",
                anticipation = 0, weights = NULL, cluster = NULL, seen = "panel", averages = TRUE) {
  s <- sources[[data]]
  covariates <- if (length(adjust)) paste(adjust, collapse = "+") else "1"
  r <- att_gt(yname = s$y, tname = s$t, idname = if (seen == "once") NULL else s$id, gname = s$g,
              xformla = as.formula(paste("~", covariates)), data = s$data, panel = seen != "once",
              allow_unbalanced_panel = seen == "unbalanced", control_group = control[[control_group]],
              est_method = est_method, base_period = base_period, anticipation = anticipation,
              weightsname = weights, clustervars = cluster, bstrap = FALSE, cband = FALSE)
  out <- list(data = data, adjust = as.list(adjust), control_group = control_group,
              est_method = est_method, base_period = base_period, anticipation = anticipation,
              weights = weights, cluster = cluster, seen = seen, cohort = r$group, time = r$t,
              value = r$att, std_error = r$se, wald = r$W)
  if (averages && !anyNA(r$att) && any(r$group <= r$t)) for (kind in c("simple", "group", "calendar", "dynamic")) {
    a <- aggte(r, type = kind)
    out[[kind]] <- list(at = a$egt, value = c(a$overall, a$att.egt),
                        std_error = c(a$overall.se, a$se.egt))
  }
  out
}

every <- function(data, ...) {
  options <- expand.grid(..., stringsAsFactors = FALSE)
  lapply(seq_len(nrow(options)), function(i) {
    args <- as.list(options[i, , drop = FALSE])
    args$adjust <- if (nzchar(args$adjust)) strsplit(args$adjust, " ")[[1]] else NULL
    for (name in c("weights", "cluster")) if (!is.null(args[[name]]) && !nzchar(args[[name]])) args[[name]] <- NULL
    do.call(one, c(list(data = data), args))
  })
}

# Households seen at both waves of a cell, each cell an att_gt of its own two waves
pairs <- function(adjust, control_group, est_method, base_period) {
  cells <- expand.grid(time = waves, cohort = c(4, 7, 8))
  cells$base <- mapply(function(t, g) {
    last <- max(waves[waves < g])
    if (base_period == "universal" || t >= g) last else max(c(-Inf, waves[waves < t]))
  }, cells$time, cells$cohort)
  cells <- cells[is.finite(cells$base), ]
  found <- sapply(seq_len(nrow(cells)), function(i) {
    g <- cells$cohort[i]; t <- cells$time[i]; base <- cells$base[i]
    if (t == base) return(c(0, NA))
    later <- max(t, base)
    control <- gaps$g == 0 | (control_group == "not_yet" & gaps$g > later & gaps$g != g)
    d <- gaps[gaps$t %in% c(t, base) & (gaps$g == g | control), ]
    d <- d[d$id %in% d$id[duplicated(d$id)], ]
    d$treated_at <- ifelse(d$g == g, later, 0)
    covariates <- if (nzchar(adjust)) adjust else "1"
    r <- att_gt("y", "t", "id", "treated_at", as.formula(paste("~", covariates)), d,
                est_method = est_method, bstrap = FALSE, cband = FALSE)
    c(sign(t - base) * r$att, r$se)
  })
  list(data = "gaps", adjust = as.list(if (nzchar(adjust)) adjust else NULL),
       control_group = control_group, est_method = est_method, base_period = base_period,
       anticipation = 0, seen = "panel", cohort = cells$cohort, time = cells$time,
       value = found[1, ], std_error = found[2, ])
}
every_pairs <- function(...) {
  options <- expand.grid(..., stringsAsFactors = FALSE)
  lapply(seq_len(nrow(options)), function(i) do.call(pairs, as.list(options[i, ])))
}

methods <- c("dr", "ipw", "reg")
both <- c("never", "not_yet")
cases <- c(
  every("mpdta", adjust = c("", "lpop"), control_group = both, est_method = methods,
        base_period = c("varying", "universal"), anticipation = 0:2,
        weights = c("", "one_of_three"), cluster = ""),
  every("mpdta", adjust = c("", "lpop"), control_group = both, est_method = methods,
        base_period = c("varying", "universal"), anticipation = 0, weights = "", cluster = "thirty"),
  every("mpdta", adjust = c("", "lpop"), control_group = both, est_method = methods,
        base_period = c("varying", "universal"), anticipation = 0:1,
        weights = c("", "one_of_three"), seen = "once"),
  every("mpdta_treated", adjust = c("", "lpop"), control_group = "not_yet", est_method = methods,
        base_period = c("varying", "universal"), anticipation = 0:1),
  every("mpdta_treated", adjust = c("", "lpop"), control_group = "not_yet", est_method = methods,
        base_period = c("varying", "universal"), anticipation = 0, seen = "once"),
  every("mpdta_to_2006", adjust = "", control_group = both, est_method = "dr",
        base_period = c("varying", "universal"), anticipation = 0),
  every("small", adjust = c("", "x", "x z"), control_group = both, est_method = methods,
        base_period = c("varying", "universal"), anticipation = c(0, 1.5),
        weights = c("", "w"), cluster = c("", "town")),
  every("gaps", adjust = c("", "x"), control_group = both, est_method = methods,
        base_period = c("varying", "universal"), cluster = "", seen = "unbalanced", averages = FALSE),
  every_pairs(adjust = c("", "x"), control_group = both, est_method = methods,
              base_period = c("varying", "universal"))
)
cat(toJSON(cases, auto_unbox = TRUE, digits = I(12), na = "null", null = "null"))
