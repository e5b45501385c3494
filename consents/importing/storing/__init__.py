"""Storing rows in the tables, in sets."""
