"""Pages of users."""
