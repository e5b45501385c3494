"""The page after a restore of the database."""
