"""One-time codes: made, counted, entered, and what they prove."""
