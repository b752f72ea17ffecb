# Numbers of R sna and R igraph for the networks of graphs.py: Rscript networks.R FOLDER OUT
suppressMessages({library(sna); library(igraph); library(jsonlite)})
words <- commandArgs(trailingOnly = TRUE)
out <- list(made_with = list(R = R.version.string, sna = as.character(packageVersion("sna")), igraph = as.character(packageVersion("igraph"))))
for (file in sort(list.files(words[1], pattern = "\\.nodes\\.csv$"))) {
  name <- sub("\\.nodes\\.csv$", "", file)
  group <- read.csv(file.path(words[1], file))$group
  edges <- as.matrix(read.csv(file.path(words[1], paste0(name, ".edges.csv"))))
  directed <- readLines(file.path(words[1], paste0(name, ".directed")), warn = FALSE) == "TRUE"
  n <- length(group)
  ties <- matrix(0, n, n)
  ties[edges] <- 1
  if (!directed) ties[edges[, 2:1, drop = FALSE]] <- 1
  roles <- brokerage(ties, group)
  found <- list(group = group, edges = unname(edges), directed = directed, brokerage = unname(roles$raw.nli), expected = unname(roles$exp.nli), sd = unname(roles$sd.nli),
                roles = colnames(roles$raw.nli))
  if (!directed) {
    g <- graph_from_adjacency_matrix(ties, mode = "undirected")
    found$betweenness_sna <- sna::betweenness(ties, gmode = "graph")
    found$betweenness <- igraph::betweenness(g)
    found$harmonic <- igraph::harmonic_centrality(g)
    found$constraint <- igraph::constraint(g)
    found$coreness <- igraph::coreness(g)
    found$assortativity <- igraph::assortativity_nominal(g, as.integer(factor(group)), directed = FALSE)
    parts <- igraph::components(g)$membership
    found$eigenvector <- sapply(seq_len(n), function(v) {
      inside <- which(parts == parts[v])
      if (length(inside) < 2) return(0)
      values <- igraph::eigen_centrality(igraph::induced_subgraph(g, inside))$vector
      values[match(v, inside)] / sqrt(sum(values^2))
    })
  }
  out[[name]] <- found
}
write_json(out, words[2], digits = 10, auto_unbox = TRUE, na = "null")
