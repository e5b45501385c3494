"""Which channels are open, over which provider, and whether it answers."""
