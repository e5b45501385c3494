"""Pages of customers and of the desk."""
