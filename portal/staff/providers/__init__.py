"""Pages of set-ups of providers."""
