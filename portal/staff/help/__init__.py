"""Pages of help inside the console."""
