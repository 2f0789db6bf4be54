# Moves between states, and counts of repeated events, by R survival; writes states.json.
library(survival); library(jsonlite)
b <- subset(bladder2, TRUE)
f <- survfit(Surv(start, stop, event) ~ rx, b, id = id, cluster = id)
count <- list(time = f$time, strata = rep(names(f$strata), f$strata), cumhaz = f$cumhaz, se = f$std.chaz)
# mgus2 as moves: mgus -> pcm -> death, mgus -> death
m <- mgus2; rows <- do.call(rbind, lapply(seq_len(nrow(m)), function(i) { r <- m[i, ]
  if (r$pstat == 1 && r$ptime < r$futime) data.frame(id = r$id, sex = r$sex, t0 = c(0, r$ptime), t1 = c(r$ptime, r$futime), now = c("mgus", "pcm"), then = c(1, 2 * r$death))
  else if (r$pstat == 1) data.frame(id = r$id, sex = r$sex, t0 = 0, t1 = r$ptime, now = "mgus", then = 1)
  else data.frame(id = r$id, sex = r$sex, t0 = 0, t1 = r$futime, now = "mgus", then = 2 * r$death) }))
rows$ev <- factor(rows$then, 0:2, c("censor", "pcm", "death"))
g <- survfit(Surv(t0, t1, ev) ~ sex, rows, id = id, istate = rows$now)
states <- list(names = g$states, time = g$time, strata = rep(names(g$strata), g$strata), pstate = g$pstate, se = g$std.err)
write_json(list(count = count, states = states), "states.json", digits = I(15))
