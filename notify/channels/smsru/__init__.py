"""SMS.RU: SMS by batches with a text of its own for each phone, and codes by a call."""
