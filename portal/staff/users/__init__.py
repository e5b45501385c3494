"""Pages of accounts of staff."""
