"""What the rooms ask of the database itself: its clock, and one view of all its rows."""
