# Joint attrition tests, Lee bounds and worst cases in base R; run with: Rscript make.R
suppressMessages(library(clubSandwich))
options(digits = 17)
d <- read.csv("two_waves.csv")
d$seen <- as.integer(!is.na(d$y1))
d$treated <- as.integer(d$arm == "pilot")
b <- d[!is.na(d$y0), ]

# F of the null's restriction in lm, and its rank among all permutations within blocks
f_of <- function(seen, treated, null) {
  cell <- interaction(treated, seen)
  full <- lm(b$y0 ~ factor(b$town) * 1 + cell)
  if (null == "response") { full <- lm(b$y0 ~ interaction(b$town, b$treated) + cell); less <- lm(b$y0 ~ interaction(b$town, b$treated)) }
  if (null == "respondents") { full <- lm(b$y0 ~ interaction(b$town, b$seen) + cell); less <- lm(b$y0 ~ interaction(b$town, b$seen)) }
  if (null == "population") less <- lm(b$y0 ~ factor(b$town))
  a <- anova(less, full)
  c(a$F[2], a$Df[2])
}
permuted <- function(label, block) {  # all distinct orders of the label within each block
  orders <- lapply(split(seq_along(label), block), function(i) {
    values <- label[i]
    grow <- function(left) {
      if (length(left) == 0) return(list(integer(0)))
      unlist(lapply(unique(left), function(v) {
        rest <- left[-match(v, left)]
        lapply(grow(rest), function(tail) c(v, tail))
      }), recursive = FALSE)
    }
    list(i = i, ways = grow(values))
  })
  grid <- expand.grid(lapply(orders, function(o) seq_along(o$ways)))
  lapply(seq_len(nrow(grid)), function(r) {
    z <- label
    for (s in seq_along(orders)) z[orders[[s]]$i] <- orders[[s]]$ways[[grid[r, s]]]
    z
  })
}
out <- list(tests = list())
for (null in c("response", "respondents")) {
  observed <- f_of(b$seen, b$treated, null)
  block <- if (null == "response") interaction(b$town, b$treated, drop = TRUE) else interaction(b$town, b$seen, drop = TRUE)
  label <- if (null == "response") b$seen else b$treated
  ways <- permuted(label, block)
  drawn <- sapply(ways, function(z) if (null == "response") f_of(z, b$treated, null)[1] else f_of(b$seen, z, null)[1])
  drawn[is.na(drawn)] <- -Inf
  out$tests[[null]] <- list(f = observed[1], df = observed[2], count = sum(drawn >= observed[1] * (1 - 1e-9)), ways = length(ways))
}
out$tests$population <- list(f = f_of(b$seen, b$treated, "population")[1], df = f_of(b$seen, b$treated, "population")[2])

# Lee bounds with household weights w: derivatives in w at 1 are the influences
lowest <- function(y, w, kept) {
  o <- order(y); y <- y[o]; w <- w[o] / sum(w)
  before <- cumsum(w) - w
  part <- pmax(pmin(w, kept - before), 0)
  sum(part * y) / kept
}
lee <- function(w, upper) {
  s <- !is.na(d$y1); t <- d$treated == 1
  share <- c(sum(w[s & t]) / sum(w[t]), sum(w[s & !t]) / sum(w[!t]))
  kept <- min(share) / max(share)
  a <- s & t; z <- s & !t
  if (share[1] > share[2]) {
    trimmed <- if (upper) -lowest(-d$y1[a], w[a], kept) else lowest(d$y1[a], w[a], kept)
    trimmed - weighted.mean(d$y1[z], w[z])
  } else {
    trimmed <- if (upper) lowest(d$y1[z], w[z], kept) else -lowest(-d$y1[z], w[z], kept)
    weighted.mean(d$y1[a], w[a]) - trimmed
  }
}
one <- rep(1, nrow(d))
influence <- function(upper) sapply(seq_along(one), function(i) {
  h <- 1e-5; up <- one; down <- one; up[i] <- 1 + h; down[i] <- 1 - h
  (lee(up, upper) - lee(down, upper)) / (2 * h)
})
se <- c(sqrt(sum(influence(FALSE)^2)), sqrt(sum(influence(TRUE)^2)))
bounds <- c(lee(one, FALSE), lee(one, TRUE))
c95 <- uniroot(function(c) pnorm(c + diff(bounds) / max(se)) - pnorm(-c) - .95, c(0, 10), tol = 1e-14)$root
out$lee <- list(bounds = bounds, se = se, interval = c(bounds[1] - c95 * se[1], bounds[2] + c95 * se[2]),
                shares = c(mean(!is.na(d$y1[d$treated == 1])), mean(!is.na(d$y1[d$treated == 0]))))
# worst and best case, limits 0 and 100
lost <- is.na(d$y1)
worst <- ifelse(lost, ifelse(d$treated == 1, 0, 100), d$y1); best <- ifelse(lost, ifelse(d$treated == 1, 100, 0), d$y1)
out$extreme <- lapply(list(lower = worst, upper = best), function(y) {
  ct <- coef_test(lm(y ~ d$treated), vcov = "CR2", cluster = d$id, test = "Satterthwaite")
  c(ct$beta[2], ct$SE[2], ct$df_Satt[2])
})
# inverse chances of being seen, scaled to a mean of 1 among the seen of each arm
fit <- glm(seen ~ treated + y0, family = binomial, data = b, control = list(epsilon = 1e-15, maxit = 100))
w <- 1 / fitted(fit); s <- b$seen == 1
w <- ifelse(s, w / ave(ifelse(s, w, NA), b$treated, FUN = function(v) mean(v, na.rm = TRUE)), NA)
out$weights <- list(id = b$id[s], w = w[s])
writeLines(jsonlite::toJSON(out, digits = NA, auto_unbox = TRUE, pretty = TRUE), "attrition.json")
