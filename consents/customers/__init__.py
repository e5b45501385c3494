"""Who the customers are and where they can be reached."""
