"""Understanding rows: columns, values, and what is wrong with them."""
