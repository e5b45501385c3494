"""A demonstration company with its customers."""
