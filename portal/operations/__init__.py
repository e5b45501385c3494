"""What keeps the site running: nudges, heartbeats, roles of the database, checks."""
