# Goodman-Bacon's comparisons of a part of mpdta, by the arithmetic of R bacondecomp (its weights; each
# comparison's estimate by lm with household and time effects). The second table makes some counties
# treated from the first year on: bacondecomp writes that year as their "untreated" (never: left out).
#   Rscript make_bacon.R REFDATA > bacon.json
subset_data <- function(data,a,b){ data <- data[data$treat_time %in% c(a,b),]; if(a<b) data[data$time<b,] else data[data$time>=b,] }
calculate_weights <- function(data,treated_group,untreated_group){
  if (treated_group < untreated_group) {
    n_k <- sum(data$treat_time==treated_group); n_l <- sum(data$treat_time==untreated_group); n_kl <- n_k/(n_k+n_l)
    D_k <- mean(data[data$treat_time==treated_group,"treated"]); D_l <- mean(data[data$treat_time==untreated_group,"treated"])
    V_kl <- n_kl*(1-n_kl)*(D_k-D_l)/(1-D_l)*(1-D_k)/(1-D_l); ((n_k+n_l)*(1-D_l))^2*V_kl
  } else {
    n_k <- sum(data$treat_time==untreated_group); n_l <- sum(data$treat_time==treated_group); n_kl <- n_k/(n_k+n_l)
    D_k <- mean(data[data$treat_time==untreated_group,"treated"]); D_l <- mean(data[data$treat_time==treated_group,"treated"])
    V_kl <- n_kl*(1-n_kl)*(D_l/D_k)*(D_k-D_l)/(D_k); ((n_k+n_l)*D_k)^2*V_kl }
}
bacon <- function(data){
  tt <- aggregate(time~id,data[data$treated==1,c("id","time")],min); names(tt)[2] <- "treat_time"
  data <- merge(data,tt,by="id",all.x=TRUE); data[is.na(data$treat_time),"treat_time"] <- Inf
  g <- expand.grid(treated=unique(data$treat_time),untreated=unique(data$treat_time)); g <- g[g$treated!=g$untreated & g$treated!=Inf & g$treated!=min(data$time),]
  for(i in seq_len(nrow(g))){ d <- subset_data(data,g$treated[i],g$untreated[i])
    g$weight[i] <- calculate_weights(d,g$treated[i],g$untreated[i]); g$estimate[i] <- coef(lm(outcome~treated+factor(time)+factor(id),d))["treated"] }
  g$weight <- g$weight/sum(g$weight); g[order(g$treated,g$untreated),]
}
m <- read.csv(file.path(commandArgs(TRUE)[1], "mpdta.csv"))
d <- data.frame(id = m$countyreal, time = m$year, outcome = m$lemp,
                treated = 1 * (m$first.treat > 0 & m$year >= m$first.treat))
d <- d[d$id %% 3 == 0, ]
a <- d
a$treated[a$id %% 7 == 1] <- 1
cat(jsonlite::toJSON(list(staggered = bacon(d), some_always = bacon(a)), digits = 14))
