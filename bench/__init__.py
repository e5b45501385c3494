"""Speed and memory: one job a file, one JSON line a figure, with its limit and peer of the same run."""
