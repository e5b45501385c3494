"""Rows into the tables, in sets."""
