"""Pages of channels: settings, contracts with platforms, one-time codes."""
