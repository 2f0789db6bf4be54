# R survival's own test data, its other data sets and random tables, each under several options.
# Writes book.json, sets.json and random.json: a case holds its data (as places in `columns`), how it was asked, and R's answer.
suppressMessages({library(survival); library(jsonlite); library(cmprsk)})
num <- as.numeric
has <- function(o, n) !is.null(o[[n]])
terms_of <- function(o) paste(c(o$x, if (has(o, "strata")) sprintf("strata(%s)", paste(o$strata, collapse = ",")),
  if (has(o, "offset")) sprintf("offset(%s)", o$offset)), collapse = " + ")
right <- function(o, what) as.formula(paste(if (has(o, "entry")) "Surv(entry, time, event) ~" else "Surv(time, event) ~", what))
call_with <- function(f, args, d, o, cluster) {
  if (has(o, "weights")) args$weights <- d[[o$weights]]
  if (has(o, cluster)) args$cluster <- d[[o[[cluster]]]]
  suppressWarnings(do.call(f, args)) }
labels <- function(s) if (is.null(s$strata)) rep("all", length(s$time)) else sub("^[^=]*=", "", as.character(s$strata))

ask <- list()
ask$cox <- function(d, o) {
  f <- call_with(coxph, list(right(o, terms_of(o)), data = d, ties = o$ties, x = TRUE, y = TRUE, model = TRUE,
    control = coxph.control(eps = 1e-12, iter.max = 200, toler.chol = 1e-14)), d, o, "robust")
  class(f) <- "coxph"; f$method <- o$ties  # 3.5-3 forgets both for exact ties with entry
  out <- list(coef = num(coef(f)), loglik = f$loglik, score_test = f$score, var = num(f$var),
    naive = num(if (is.null(f$naive.var)) f$var else f$naive.var), concordance = num(f$concordance["concordance"]))
  exact <- o$ties == "exact"
  if (nrow(d) < 120) for (k in if (exact) c("martingale", "deviance") else c("martingale", "deviance", "score", "dfbeta", "dfbetas", "schoenfeld", "scaledsch")) out[[k]] <- num(residuals(f, k))
  if (!exact) for (t in c("km", "rank", "identity", "log")) out[[paste0("zph_", t)]] <- num(cox.zph(f, transform = t, terms = FALSE)$table[, 1])
  nd <- as.data.frame(o$at)
  if (has(o, "offset")) nd[[o$offset]] <- 0
  if (has(o, "strata")) { u <- unique(d[o$strata]); nd <- cbind(nd[rep(1, nrow(u)), , drop = FALSE], u[do.call(order, u), , drop = FALSE]) }
  s <- survfit(f, newdata = nd, conf.type = o$conf)
  n <- if (is.null(s$strata)) length(s$time) else s$strata
  keep <- unlist(lapply(split(seq_along(s$time), rep(seq_along(n), n)), function(i) i[unique(round(seq(1, length(i), length = 12)))]))
  out$curve <- list(stratum = rep(seq_along(n), n)[keep], time = s$time[keep], hazard = num(s$cumhaz)[keep], hazard_se = num(s$std.err)[keep],
    survival = num(s$surv)[keep], low = num(s$lower)[keep], high = num(s$upper)[keep])
  out }
ask$km <- function(d, o) {
  f <- call_with(survfit, list(right(o, o$by), data = d, conf.type = o$conf), d, o, "cluster"); s <- summary(f, censored = TRUE)
  q <- quantile(f, c(.25, .5, .75)); t <- summary(f, rmean = o$tau)$table; if (is.null(dim(t))) t <- t(as.matrix(t))
  k <- if (length(s$time) > 40) unique(round(seq(1, length(s$time), length = 40))) else seq_along(s$time)
  list(strata = labels(s)[k], time = s$time[k], n_risk = s$n.risk[k], n_event = s$n.event[k], n_censor = s$n.censor[k], survival = s$surv[k],
    se = s$std.err[k], low = s$lower[k], high = s$upper[k], hazard = s$cumhaz[k], hazard_se = s$std.chaz[k],
    quantile = num(q$quantile), q_low = num(q$lower), q_high = num(q$upper), rmean = num(t[, "rmean"]), rmean_se = num(t[, "se(rmean)"])) }
ask$logrank <- function(d, o) {
  f <- survdiff(right(o, paste(c(o$by, if (has(o, "strata")) sprintf("strata(%s)", paste(o$strata, collapse = ","))), collapse = " + ")), d, rho = o$rho)
  side <- function(m) num(if (is.matrix(m)) rowSums(m) else m)
  list(statistic = f$chisq, observed = side(f$obs), expected = side(f$exp)) }
ask$causes <- function(d, o) {
  d$event <- factor(d$cause, 0:max(d$cause)); d$row <- seq_len(nrow(d))
  f <- call_with(survfit, list(right(o, o$by), data = d, conf.type = o$conf, id = d$row, influence = TRUE), d, o, "none"); s <- summary(f, censored = TRUE)
  inf <- f$influence.pstate; if (!is.list(inf)) inf <- list(inf)
  k <- if (length(s$time) > 60) unique(round(seq(1, length(s$time), length = 60))) else seq_along(s$time)
  out <- list(strata = labels(s)[k], time = s$time[k])
  for (j in 2:length(f$states)) out[[f$states[j]]] <- list(p = s$pstate[k, j], se = s$std.err[k, j], low = s$lower[k, j], high = s$upper[k, j],
    last_influence = unlist(lapply(inf, function(m) m[, dim(m)[2], j])))
  out }
ask$concordance <- function(d, o) { f <- call_with(concordance, list(right(o, terms_of(o)), data = d, reverse = TRUE, influence = 1), d, o, "cluster")
  list(value = f$concordance, se = sqrt(f$var), pairs = num(if (is.matrix(f$count)) colSums(f$count) else f$count)[1:3], dfbeta = num(f$dfbeta)) }
ask$gray <- function(d, o) list(statistic = num(cuminc(d$time, d$cause, d[[o$by]], strata = if (has(o, "strata")) d[[o$strata]] else rep(1, nrow(d)), rho = o$rho)$Tests[, "stat"]))
ask$fine_gray <- function(d, o) { f <- crr(d$time, d$cause, as.matrix(d[o$x]), failcode = o$cause, gtol = 1e-13, maxiter = 100)
  list(coef = num(f$coef), var = num(f$var)) }
ask$states <- function(d, o) { d$event <- factor(d$to, 0:length(o$names), c("censor", o$names))
  f <- survfit(right(o, o$by), data = d, id = id, istate = now, influence = TRUE); s <- summary(f, censored = TRUE)
  list(states = f$states, strata = labels(s), time = s$time, p = num(s$pstate), se = num(s$std.err)) }

case <- function(kind, data, ...) { o <- list(...); o <- o[!vapply(o, is.null, TRUE)]
  wanted <- intersect(names(data), c("entry", "time", "event", "cause", "id", "now", "to", unlist(o[c("x", "strata", "weights", "robust", "cluster", "offset", "by")])))
  data <- as.data.frame(data)[wanted]; if (kind != "causes") data <- data[complete.cases(data), , drop = FALSE]
  list(kind = kind, how = o, data = data, answer = ask[[kind]](data, o)) }
write <- function(cases, file) {  # a column that several cases share is written once
  columns <- list()
  for (name in names(cases)) cases[[name]]$data <- lapply(cases[[name]]$data, function(x) {
    x <- if (is.factor(x)) as.character(x) else unname(x)
    at <- which(vapply(columns, identical, TRUE, x)); if (!length(at)) { columns[[length(columns) + 1]] <<- x; at <- length(columns) }
    at[1] - 1 })
  write_json(list(columns = columns, cases = cases), file, digits = I(13), auto_unbox = TRUE, na = "null") }
named <- function(d, ...) { m <- c(...); for (new in names(m)) d[[new]] <- d[[m[[new]]]]; d }
ties3 <- c("efron", "breslow", "exact"); kinds <- c("log-log", "log", "plain", "logit", "arcsin")

# --- the book's appendix and R's small tests -----------------------------------------------------
t1 <- data.frame(time = c(9, 1, 1, 6, 6, 8), event = c(1, 1, 0, 1, 1, 0), x = c(0, 1, 1, 1, 0, 0), wt = c(3, 1, 1, 1, 1, 1), id = 1:6)
t2 <- data.frame(entry = c(1, 2, 5, 2, 1, 7, 3, 4, 8, 8), time = c(2, 3, 6, 7, 8, 9, 9, 9, 14, 17), event = c(1, 1, 1, 1, 1, 1, 1, 0, 0, 0), x = c(1, 0, 0, 1, 0, 1, 1, 1, 0, 0))
t2b <- do.call(rbind, lapply(1:3, function(g) transform(t2, entry = entry + g, time = time + g, g = g)))
w1 <- data.frame(time = c(1, 1, 2, 2, 2, 2, 3, 4, 5), event = c(1, 0, 1, 1, 1, 0, 0, 1, 0), x = c(2, 0, 1, 1, 0, 1, 0, 1, 0), wt = c(1, 2, 3, 4, 3, 2, 1, 2, 1))
w3 <- data.frame(id = c(1, 1, 2, 3, 3, 3, 4, 5, 5, 6, 7, 8, 8, 9), entry = c(0, 5, 0, 0, 10, 15, 0, 0, 14, 0, 0, 0, 23, 0), time = c(5, 10, 10, 10, 15, 20, 20, 14, 20, 20, 30, 23, 40, 50),
  event = c(0, 1, 0, 0, 0, 1, 1, 0, 1, 0, 0, 0, 1, 0), x = c(2, 2, 0, 1, 1, 1, 1, 0, 0, 1, 0, 1, 1, 0), wt = c(1, 1, 2, 3, 3, 3, 4, 3, 3, 2, 1, 2, 2, 1))
ov <- named(ovarian, time = "futime", event = "fustat"); ov$wt <- replace(rep(1, 26), c(5, 10, 15), 2:4)
am <- named(aml, event = "status"); am3 <- rbind(am[c("time", "event", "x")], data.frame(time = c(1, 2, 2, 3, 3, 3, 4), event = 0, x = "Dummy"))
cc <- data.frame(time = am$time[1:11], event = am$event[1:11], x = c(1, 6, 2, 7, 3, 7, 3, 8, 4, 4, 5), wt = c(1, 2, 3, 2, 1, 2, 3, 4, 3, 2, 1))
cc2 <- data.frame(entry = c(0, 3, 5, 0, 6, 7, 0, 4, 17, 7, 0, 16, 2, 0, 0, 9, 5), time = c(3, 9, 13, 6, 7, 13, 18, 17, 23, 28, 16, 31, 34, 45, 9, 48, 60),
  event = c(0, 1, 1, 0, 0, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 1, 0), x = c(1, 1, 6, 2, 2, 2, 7, 3, 3, 7, 3, 3, 8, 4, 4, 4, 5), wt = c(1, 1, 2, 3, 3, 3, 2, 1, 1, 2, 3, 3, 4, 3, 2, 2, 1))
q1 <- data.frame(time = c(9, 1, 1, 6, 6, 8, 10), event = c(1, 1, 0, 1, 1, 0, 0), x = c(0, 1, 1, 1, 0, 0, 0))
ms <- data.frame(id = c(1, 1, 1, 2, 3, 4, 4, 4, 5, 5), entry = c(0, 4, 9, 1, 2, 0, 2, 8, 1, 3), time = c(4, 9, 10, 5, 9, 2, 8, 9, 3, 11), to = c(1, 2, 1, 2, 3, 1, 3, 0, 3, 0),
  now = c("entry", "a", "b", "a", "entry", "entry", "a", "c", "b", "c"))
book <- list()
for (t in ties3) {
  if (t != "exact") book[[paste("test1", t)]] <- case("cox", t1, x = "x", ties = t, at = list(x = 0), conf = "log")
  book[[paste("test2", t)]] <- case("cox", t2, x = "x", entry = "entry", ties = t, at = list(x = 2), conf = "plain")
  book[[paste("test2 thrice", t)]] <- case("cox", t2b, x = "x", entry = "entry", strata = "g", ties = t, at = list(x = 1), conf = "log-log")
  book[[paste("ovarian", t)]] <- case("cox", ov, x = c("age", "ecog.ps"), ties = t, at = list(age = 60, ecog.ps = 1), conf = "logit")
  if (t == "exact") next
  book[[paste("testw1", t)]] <- case("cox", w1, x = "x", weights = "wt", ties = t, at = list(x = 0), conf = "log")
  book[[paste("testw3", t)]] <- case("cox", w3, x = "x", entry = "entry", weights = "wt", ties = t, at = list(x = 1), conf = "log")
  book[[paste("test1 robust", t)]] <- case("cox", t1, x = "x", weights = "wt", robust = "id", ties = t, at = list(x = 1), conf = "log")
  book[[paste("ovarian weighted", t)]] <- case("cox", ov, x = c("age", "ecog.ps"), weights = "wt", ties = t, at = list(age = 50, ecog.ps = 2), conf = "arcsin") }
for (k in kinds) { book[[paste("aml", k)]] <- case("km", am, by = "x", conf = k, tau = 30); book[[paste("quantile", k)]] <- case("km", q1, by = "1", conf = k, tau = 8)
  book[[paste("testw1", k)]] <- case("km", w1, by = "1", weights = "wt", conf = k, tau = 4) }
for (rho in c(0, 1)) { book[[paste("difftest", rho)]] <- case("logrank", am3, by = "x", rho = rho); book[[paste("difftest two", rho)]] <- case("logrank", am, by = "x", rho = rho)
  book[[paste("karno by inst", rho)]] <- case("logrank", named(transform(lung, event = status - 1)), by = "pat.karno", strata = "inst", rho = rho) }
book$concordance <- case("concordance", cc, x = "x"); book[["concordance weights"]] <- case("concordance", cc, x = "x", weights = "wt")
book[["concordance entry"]] <- case("concordance", cc2, x = "x", entry = "entry", weights = "wt")
book$mstate <- case("states", ms, entry = "entry", by = "1", names = c("a", "b", "c"))
write(book, "book.json")

# --- other data sets of R survival ----------------------------------------------------------------
sets <- list(); add <- function(name, ...) sets[[name]] <<- case(...)
ja <- named(jasa1, entry = "start", time = "stop"); cg <- named(cgd, entry = "tstart", time = "tstop", event = "status"); cg$male <- num(cg$sex == "male"); cg$tr <- num(cg$treat != "placebo")
ve <- named(veteran, event = "status"); st <- transform(named(stanford2, event = "status"), age2 = age^2); pb <- transform(named(pbc), event = num(status == 2), cause = status, lb = log(bili)); pb$trt <- pb$trt
di <- named(diabetic, event = "status"); ki <- named(kidney, event = "status"); gb <- named(gbsg, time = "rfstime", event = "status"); my <- named(myeloid, time = "futime", event = "death"); my$b <- num(my$trt == "B"); my$f <- num(my$sex == "f")
b1 <- subset(named(bladder1, entry = "start", time = "stop"), entry < time); b1$event <- num(b1$status == 1); b1$th <- num(b1$treatment == "thiotepa"); b1$py <- num(b1$treatment == "pyridoxine")
tr <- subset(named(transplant, time = "futime"), time > 0); tr$cause <- c(censored = 0, death = 1, ltx = 2, withdraw = 3)[as.character(tr$event)]; tr$event <- num(tr$cause > 0); tr$abo <- as.character(tr$abo)
re <- named(retinopathy, time = "futime", event = "status"); re$adult <- num(re$type == "adult"); ve$celltype <- as.character(ve$celltype); ki$disease <- as.character(ki$disease)
for (t in c("efron", "breslow")) { k <- function(n) paste(n, t)
  add(k("jasa1"), "cox", ja, x = c("age", "year", "surgery", "transplant"), entry = "entry", ties = t, at = list(age = 0, year = 3, surgery = 0, transplant = 1), conf = "log-log")
  add(k("jasa1 robust"), "cox", ja, x = c("age", "surgery"), entry = "entry", strata = "transplant", robust = "id", ties = t, at = list(age = -2, surgery = 0), conf = "log")
  add(k("stanford2"), "cox", st, x = c("age", "age2", "t5"), ties = t, at = list(age = 40, age2 = 1600, t5 = 1), conf = "log")
  add(k("veteran"), "cox", ve, x = c("karno", "diagtime"), strata = c("celltype", "prior"), ties = t, at = list(karno = 60, diagtime = 5), conf = "plain")
  add(k("pbc"), "cox", pb, x = c("age", "edema", "lb", "albumin", "protime"), ties = t, at = list(age = 60, edema = 0, lb = .5, albumin = 3.5, protime = 10), conf = "logit")
  add(k("cgd"), "cox", cg, x = c("tr", "male", "age"), entry = "entry", robust = "id", ties = t, at = list(tr = 1, male = 1, age = 10), conf = "log")
  add(k("diabetic"), "cox", di, x = c("trt", "age", "risk"), strata = "eye", robust = "id", ties = t, at = list(trt = 1, age = 20, risk = 9), conf = "log")
  add(k("bladder1"), "cox", b1, x = c("th", "py", "number", "size"), entry = "entry", robust = "id", ties = t, at = list(th = 1, py = 0, number = 1, size = 1), conf = "log")
  add(k("gbsg"), "cox", gb, x = c("hormon", "age", "nodes", "size"), strata = "grade", ties = t, at = list(hormon = 1, age = 50, nodes = 3, size = 25), conf = "arcsin")
  add(k("kidney"), "cox", ki, x = c("age", "sex"), strata = "disease", robust = "id", ties = t, at = list(age = 40, sex = 1), conf = "log") }
add("jasa1 exact", "cox", ja, x = c("age", "surgery", "transplant"), entry = "entry", ties = "exact", at = list(age = 0, surgery = 0, transplant = 1), conf = "log")
add("veteran exact", "cox", ve, x = c("karno", "trt"), strata = "celltype", ties = "exact", at = list(karno = 60, trt = 1), conf = "log-log")
for (c in kinds) { add(paste("km veteran", c), "km", ve, by = "celltype", conf = c, tau = 90); add(paste("km diabetic", c), "km", di, by = "trt", conf = c, tau = 30); add(paste("km myeloid", c), "km", my, by = "trt", conf = c, tau = 700)
  add(paste("km kidney", c), "km", ki, by = "sex", cluster = "id", conf = c, tau = 100); add(paste("km jasa1", c), "km", ja, by = "transplant", entry = "entry", conf = c, tau = 40) }
for (rho in c(0, .5, 1, 2)) { add(paste("logrank veteran", rho), "logrank", ve, by = "celltype", strata = "prior", rho = rho); add(paste("logrank kidney", rho), "logrank", ki, by = "disease", strata = "sex", rho = rho)
  add(paste("logrank myeloid", rho), "logrank", my, by = "trt", strata = "sex", rho = rho) }
for (c in kinds[1]) add(paste("causes transplant", c), "causes", tr, by = "abo", conf = c)
add("concordance retinopathy", "concordance", re, x = "age", cluster = "id"); add("concordance jasa1", "concordance", ja, x = "age", entry = "entry", cluster = "id"); add("concordance veteran", "concordance", ve, x = "karno", strata = "celltype")
for (rho in 0:1) { add(paste("gray transplant", rho), "gray", tr, by = "abo", rho = rho); add(paste("gray pbc", rho), "gray", subset(pb, !is.na(trt)), by = "trt", strata = "sex", rho = rho) }
for (c in 1:2) add(paste("fine-gray pbc", c), "fine_gray", pb, x = c("age", "lb", "albumin"), cause = c)
write(sets, "sets.json")

# --- random tables: entry x weights x strata x ties x cluster -------------------------------------
set.seed(20261123); random <- list(); pick <- function(...) { v <- list(...); v[[sample(length(v), 1)]] }
for (i in 1:24) {
  n <- sample(14:48, 1); style <- pick("whole", "tenths", "days", "near"); far <- rexp(n, .1)
  time <- switch(style, whole = ceiling(far / sample(c(1, 3, 6), 1)), tenths = round(far, 1) + .1, days = 18000 + ceiling(20 * far), near = ceiling(far) / 10)
  late <- style == "days" || runif(1) < .5
  entry <- if (style == "days") time - ceiling(rexp(n, 1 / 150)) else if (late) pmax(0, switch(style, whole = ceiling(time - rexp(n, .2) - 1), round(time - rexp(n, .2) / 5 - .1, 1))) else rep(0, n)
  entry[entry >= time - 1e-6] <- 0
  if (style == "near") time <- time * (1 + runif(n, -4e-10, 4e-10) * rbinom(n, 1, .4))
  d <- data.frame(entry, time, event = replace(rbinom(n, 1, sample(c(.35, .6, .9), 1)), 1:2, 1), x = round(rnorm(n), 2), z = rbinom(n, 1, .5), k = sample(0:2, n, TRUE), s = sample(seq_len(sample(2:4, 1)), n, TRUE),
    g = sample(seq_len(max(3, n %/% 3)), n, TRUE), w = sample(1:3, n, TRUE), v = round(runif(n, .1, 2.1), 3), o = round(rnorm(n, 0, .3), 2))
  d$cause <- d$event * sample(1:2, n, TRUE); d$cause[1:2] <- 1:2
  E <- if (late) "entry"; W <- pick(NULL, NULL, "w", "v"); ties <- pick("efron", "breslow", "exact")
  if (ties == "exact" && max(table(round(time[d$event == 1], 6))) > 4) ties <- "efron"
  exact <- ties == "exact"; conf <- pick("log", "log-log", "plain", "logit", "arcsin"); name <- function(what) paste(i, style, what)
  keep <- function(what, ...) { made <- try(case(what, d, ...), silent = TRUE); if (!inherits(made, "try-error")) random[[name(what)]] <<- made }
  keep("cox", x = c("x", "z"), entry = E, ties = ties, weights = if (!exact) W, strata = pick(NULL, "s"), robust = if (!exact) pick(NULL, "g"), offset = if (!exact) pick(NULL, "o"), at = list(x = .5, z = 1), conf = conf)
  keep("km", by = pick("1", "z", "k"), entry = E, weights = W, cluster = pick(NULL, "g"), conf = conf, tau = median(time))
  keep("logrank", by = pick("z", "k"), strata = pick(NULL, "s"), rho = pick(0, .5, 1))
  keep("causes", by = pick("1", "z"), entry = E, weights = W, conf = pick("log", "log-log", "plain"))
  keep("concordance", x = pick("x", "z"), entry = E, weights = W, strata = pick(NULL, "s"), cluster = pick(NULL, "g"))
  if (style %in% c("whole", "tenths")) { keep("gray", by = pick("z", "k"), strata = pick(NULL, "s"), rho = pick(0, 1)); keep("fine_gray", x = c("x", "z"), cause = pick(1, 2)) }
  moves <- do.call(rbind, lapply(seq_len(sample(8:16, 1)), function(id) { at <- if (late) sample(0:5, 1) else 0; now <- pick("entry", "a", "b", "c"); rows <- list()
    for (j in seq_len(sample(1:4, 1))) { end <- at + sample(1:7, 1); to <- if (runif(1) < .3) 0 else sample(setdiff(1:3, match(now, c("a", "b", "c"))), 1)
      rows[[j]] <- data.frame(id, entry = at, time = end, now, to, z = id %% 2); at <- end; if (to > 0) now <- c("a", "b", "c")[to] }
    do.call(rbind, rows) }))
  random[[name("states")]] <- case("states", moves, entry = "entry", by = "1", names = c("a", "b", "c")) }
write(random, "random.json")
