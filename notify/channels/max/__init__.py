"""The messenger MAX."""
