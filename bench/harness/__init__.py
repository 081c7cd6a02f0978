"""What the benchmarks share: environment, models, libraries, targets, results."""
