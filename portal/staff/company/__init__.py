"""Pages of the company's details."""
