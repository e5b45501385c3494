"""A customer file as it really comes: its encoding and columns, its rows, and what each of them deserves."""
