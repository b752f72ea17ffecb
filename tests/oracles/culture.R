# Correspondence analysis of the table in culture.json by MASS, and G2 of a word by the deviance of a Poisson model, for
# tests/test_culture_numbers.py. From the folder of the repository: Rscript tests/oracles/culture.R tests/oracles
library(MASS)
library(jsonlite)

folder <- commandArgs(trailingOnly = TRUE)[1]
given <- fromJSON(file.path(folder, "culture.json"))
table <- as.matrix(given$table)
found <- corresp(table, nf = 2)
# The log-likelihood of a word against all others, in two sets of documents.
counts <- data.frame(n = c(39, 13455 - 39, 6, 19800 - 6), word = c(1, 0, 1, 0), later = c(0, 0, 1, 1))
g2 <- glm(n ~ word + later, family = poisson, data = counts)$deviance
# A quasi-Poisson trend with exposure and a kind held equal.
set.seed(4)
words <- round(exp(rnorm(60, log(350), 0.5)))
year <- rep(2012:2018, length.out = 60)
kind <- rep(c("minutes", "news", "minutes"), length.out = 60)
times <- rpois(60, words * exp(0.15 * (year - 2015)) * ifelse(kind == "news", 2, 1) / 100 * rgamma(60, 2, 2))
fit <- glm(times ~ year + kind, offset = log(words), family = quasipoisson)
write_json(list(cor = found$cor, rows = unname(found$rscore), columns = unname(found$cscore), g2 = g2,
                trend = list(words = words, year = year, kind = kind, times = times, slope = unname(coef(fit)["year"]))),
           file.path(folder, "culture_R.json"), digits = 12, auto_unbox = TRUE)
