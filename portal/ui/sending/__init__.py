"""Why messages did not leave, and why campaigns stand, in words."""
