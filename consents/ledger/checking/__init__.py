"""The check of the whole ledger and what it finds."""
