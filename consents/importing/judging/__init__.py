"""Reading rows: the meaning of columns, values, and what is wrong with them."""
