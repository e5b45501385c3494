"""Names of senders as operators approve them, and whether one covers what is about to leave."""
