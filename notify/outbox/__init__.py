"""The queue of messages and the workers that empty it."""
