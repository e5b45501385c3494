"""MTS Exolve: one SMS a call, both ways."""
