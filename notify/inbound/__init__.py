"""What providers tell us."""
