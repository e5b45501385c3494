"""What both sides of the site are drawn with."""
