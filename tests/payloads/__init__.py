"""What providers send, made after their real shapes with values of our own."""
