# Means of two arms by wave on common samples, and costs; run with: Rscript make.R
suppressMessages(library(clubSandwich))
options(digits = 17)
d <- read.csv("panel.csv")
w <- reshape(d, direction = "wide", idvar = c("id", "arm", "flat"), timevar = "t", v.names = "y")
out <- list()
# one regression on all cells, CR2 by flat, Satterthwaite: the stacked saturated regression
rows <- do.call(rbind, lapply(c(0, 6, 12), function(t) {
  y <- w[[paste0("y.", t)]]; b <- w$y.0
  ok <- !is.na(y) & !is.na(b)
  data.frame(id = w$id[ok], flat = w$flat[ok], arm = w$arm[ok], t = t,
             follow = y[ok], base = b[ok])
}))
for (t in c(0, 6, 12)) {
  r <- rows[rows$t == t, ]
  key <- paste0("t", t)
  by_arm <- split(r$follow, r$arm)
  one <- list(
    n = c(length(by_arm$pilot), length(by_arm$current)),
    mean = c(mean(by_arm$pilot), mean(by_arm$current)),
    sd = c(sd(by_arm$pilot), sd(by_arm$current)),
    low = c(t.test(by_arm$pilot)$conf.int[1], t.test(by_arm$current)$conf.int[1]),
    high = c(t.test(by_arm$pilot)$conf.int[2], t.test(by_arm$current)$conf.int[2])
  )
  welch <- t.test(by_arm$pilot, by_arm$current)
  one$difference <- unname(welch$estimate[1] - welch$estimate[2])
  one$difference_se <- unname(welch$stderr)
  fit <- lm(follow ~ I(arm == "pilot"), data = r)
  for (cl in c("id", "flat")) {
    ct <- coef_test(fit, vcov = "CR2", cluster = r[[cl]], test = "Satterthwaite")
    one[[paste0("difference_", cl)]] <- c(ct$beta[2], ct$SE[2], ct$df_Satt[2])
  }
  if (t > 0) {
    r$change <- r$follow - r$base
    fit <- lm(change ~ I(arm == "pilot"), data = r)
    for (cl in c("id", "flat")) {
      ct <- coef_test(fit, vcov = "CR2", cluster = r[[cl]], test = "Satterthwaite")
      one[[paste0("did_", cl)]] <- c(ct$beta[2], ct$SE[2], ct$df_Satt[2])
    }
  }
  out[[key]] <- one
}
# costs: each household's mean over its months, then the same tests
m <- read.csv("months.csv")
m <- m[!is.na(m$rent) & !is.na(m$social) & !is.na(m$support) & m$month >= 0, ]
h <- aggregate(cbind(rent, social, support) ~ id + arm + town, data = m, FUN = mean)
h$total <- h$rent + h$social
out$costs <- lapply(setNames(nm = c("rent", "social", "support", "total")), function(name) {
  x <- h[[name]][h$arm == "pilot"]; z <- h[[name]][h$arm == "current"]
  fit <- lm(h[[name]] ~ I(h$arm == "pilot"))
  ct <- coef_test(fit, vcov = "CR2", cluster = h$id, test = "Satterthwaite")
  share <- function(v) sum(sort(abs(v), decreasing = TRUE)[1:2]) / sum(abs(v))
  # all ways of dealing the arms within towns, ranked by the difference over its (divisor n) error
  stat <- function(arm, y) {
    a <- y[arm == 1]; b <- y[arm == 0]
    (mean(a) - mean(b)) / sqrt(sum((a - mean(a))^2) / length(a)^2 + sum((b - mean(b))^2) / length(b)^2)
  }
  arm <- as.integer(h$arm == "pilot")
  ways <- lapply(split(seq_along(arm), h$town), function(i) {
    combn(length(i), sum(arm[i]), function(k) { z <- integer(length(i)); z[k] <- 1L; z }, simplify = FALSE)
  })
  grid <- expand.grid(lapply(ways, seq_along))
  place <- split(seq_along(arm), h$town)
  stats <- apply(grid, 1, function(g) {
    z <- integer(length(arm))
    for (s in seq_along(ways)) z[place[[s]]] <- ways[[s]][[g[s]]]
    stat(z, h[[name]])
  })
  obs <- stat(arm, h[[name]])
  list(mean = c(mean(x), mean(z)), payers = c(sum(x != 0), sum(z != 0)), share = c(share(x), share(z)),
       difference = c(ct$beta[2], ct$SE[2], ct$df_Satt[2]),
       count = sum(abs(stats) >= abs(obs) * (1 - 1e-9)), ways = length(stats))
})
writeLines(jsonlite::toJSON(out, digits = NA, auto_unbox = TRUE, pretty = TRUE), "means.json")
