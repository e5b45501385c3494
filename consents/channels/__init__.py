"""What the system knows of each channel: one module a channel, one line of `consents.channels.registry`."""
