"""Acts of an administrator on set-ups of providers."""
