# Step-down maxT and minP adjusted p-values over all dealings of the arms (multtest, Westfall and
# Young 1993), and Holm's (stats).  Changes of 10 households on four outcomes, five in each arm.
#   Rscript make.R > multiplicity.json
suppressMessages({library(multtest); library(jsonlite)})
i <- 1:10
arm <- rep(c(1, 0), each = 5)
changes <- rbind(
  a = sin(i * i) + 1.8 * arm,
  b = cos(3 * i) + 1.1 * arm,
  c = 0.5 * sin(i * i) + cos(i) + 0.9 * arm,
  d = 10 * sin(7 * i) - 6 * arm
)
quiet <- capture.output(found <- mt.maxT(changes, arm, test = "t", side = "abs", B = 0))
found <- found[order(found$index), ]
cat(toJSON(list(changes = changes, arm = arm, raw = found$rawp, adjusted = found$adjp,
                holm = p.adjust(found$rawp, "holm")), digits = NA))
