"""What lies outside the database, so that a restore of an old copy cannot harm: lines of work, kept requests."""
