"""Default texts of every kind, the names they may ask for, and what a text must hold before it is published."""
