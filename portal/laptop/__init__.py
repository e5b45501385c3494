"""What `make run` adds on one machine; a server has none of it."""
