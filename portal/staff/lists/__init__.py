"""Lists of the console: their pages and their order."""
