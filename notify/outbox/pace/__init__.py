"""How fast messages leave, and how many side by side."""
